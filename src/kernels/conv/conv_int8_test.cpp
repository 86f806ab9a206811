#include "kernels/conv/conv_int8.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "core/cpu.h"
#include "core/parallel.h"

namespace tealight::kernels {
namespace {

ConvShape shape(int64_t batch, int64_t in, int64_t out, int64_t groups,
                std::vector<std::array<int64_t, 5>> dims) {
  ConvShape s{batch, in, out, groups, {}};
  for (size_t i = 0; i < dims.size(); ++i) {
    auto [size, kernel, stride, pad, dilation] = dims[i];
    s.dim[3 - dims.size() + i] = {
        size, conv_out_size(size, kernel, stride, pad, dilation), kernel, stride, pad, dilation};
  }
  return s;
}

template <class T>
std::vector<T> bytes(int64_t n, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<T> x(n);
  for (T& v : x) v = T(random());
  return x;
}

// What the sums are, by definition.
std::vector<int32_t> reference(const ConvShape& s, const std::vector<uint8_t>& x, int32_t xz,
                               const std::vector<int8_t>& w, const std::vector<int32_t>& wz) {
  const auto& [D, H, W] = s.dim;
  std::vector<int32_t> y(s.batch * s.out_size() * s.out_channels);
  int64_t at = 0;
  for (int64_t n = 0; n < s.batch; ++n)
    for (int64_t p = 0; p < s.out_size(); ++p)
      for (int64_t o = 0; o < s.out_channels; ++o, ++at) {
        int64_t k = o * s.group_inputs() * s.kernel_size();
        for (int64_t c = 0; c < s.group_inputs(); ++c)
          for (int64_t kd = 0; kd < D.kernel; ++kd)
            for (int64_t kh = 0; kh < H.kernel; ++kh)
              for (int64_t kw = 0; kw < W.kernel; ++kw, ++k) {
                const int64_t id = p / W.out / H.out * D.stride - D.pad + kd * D.dilation;
                const int64_t ih = p / W.out % H.out * H.stride - H.pad + kh * H.dilation;
                const int64_t iw = p % W.out * W.stride - W.pad + kw * W.dilation;
                if (id < 0 || id >= D.in || ih < 0 || ih >= H.in || iw < 0 || iw >= W.in) continue;
                const int64_t channel = o / s.group_outputs() * s.group_inputs() + c;
                const int64_t xi =
                    (((n * D.in + id) * H.in + ih) * W.in + iw) * s.in_channels + channel;
                y[at] += (x[xi] - xz) * (w[k] - wz[o]);
              }
      }
  return y;
}

// Every way to compute on this processor: each set, with each of the 8-bit dot products it has.
void for_each_way(const std::function<void(const std::string& name)>& f) {
  for (unsigned isa = 0; isa <= best_isa(); ++isa) {
    const unsigned before = force_isa_for_testing(isa);
    for (unsigned dot8 = kDot8None; has_dot8(dot8); ++dot8) {
      force_dot8_for_testing(dot8);
      f(std::string(isa_name(isa)) + " " + dot8_name(dot8));
    }
    force_dot8_for_testing(kNoDot8Forced);
    force_isa_for_testing(before);
  }
}

struct Case {
  ConvShape s;
  std::vector<uint8_t> x;
  std::vector<int8_t> w;
  std::vector<int32_t> zeros, bias, sums;
  std::vector<float> scale, real_bias;
  Case(const ConvShape& shape, bool centred)
      : s(shape),
        x(bytes<uint8_t>(s.batch * s.in_size() * s.in_channels, 1)),
        w(bytes<int8_t>(s.out_channels * s.group_inputs() * s.kernel_size(), 2)),
        zeros(s.out_channels),
        bias(s.out_channels),
        scale(s.out_channels),
        real_bias(s.out_channels) {
    for (int64_t o = 0; o < s.out_channels; ++o) {
      if (!centred) zeros[o] = int32_t(o % 5) - 2;
      bias[o] = int32_t(o * 100), scale[o] = 1e-3f / float(o % 7 + 1);
      real_bias[o] = float(o) * 0.3f - 1;
    }
    sums = reference(s, x, 77, w, zeros);
  }
  // What is behind weights, epilogue and scratch must not be touched.
  struct Packed {
    ConvInt8Plan plan;
    std::vector<std::byte> weights, epilogue, scratch;
    explicit Packed(const Case& c, int threads, bool centred)
        : plan(plan_conv_int8(c.s, threads, centred)),
          weights(plan.weights_bytes),
          epilogue(plan.epilogue_bytes),
          scratch(plan.scratch_bytes) {
      conv_int8_pack_weights(plan, c.w.data(), c.zeros.data(), 1, weights.data());
    }
  };
  std::vector<uint8_t> run(int threads, bool centred) const {
    Packed p(*this, threads, centred);
    std::vector<uint8_t> y(sums.size());
    const Requantize r{scale.data(), 1, bias.data(), 130, 5, 250};
    const Int8Epilogue e = conv_int8_epilogue(p.plan, p.weights.data(), 77, r, p.epilogue.data());
    conv_int8(p.plan, x.data(), p.weights.data(), e, y.data(), p.scratch.data());
    return y;
  }
  std::vector<float> run_to_f32(int threads, bool centred, bool relu) const {
    Packed p(*this, threads, centred);
    std::vector<float> y(sums.size());
    const Int8Epilogue e = conv_int8_real_epilogue(p.plan, p.weights.data(), 77, scale.data(),
                                                   real_bias.data(), relu, p.epilogue.data());
    conv_int8_to_f32(p.plan, x.data(), p.weights.data(), e, y.data(), p.scratch.data());
    return y;
  }
  std::vector<uint8_t> want() const {
    std::vector<uint8_t> y(sums.size());
    for (size_t i = 0; i < y.size(); ++i) {
      const size_t o = i % size_t(s.out_channels);
      const float v = float(sums[i] + bias[o]) * scale[o];
      y[i] = uint8_t(std::fmin(250., std::fmax(5., std::nearbyint(double(v)) + 130)));
    }
    return y;
  }
  std::string name() const {
    return std::to_string(s.in_channels) + "->" + std::to_string(s.out_channels) + " groups " +
           std::to_string(s.groups);
  }
};

const ConvShape kShapes[] = {
    shape(1, 3, 8, 1, {{15, 3, 2, 1, 1}, {19, 3, 2, 1, 1}}),
    shape(2, 16, 33, 1, {{7, 1, 1, 0, 1}, {9, 1, 1, 0, 1}}),
    shape(1, 24, 100, 1, {{9, 1, 2, 0, 1}, {13, 1, 2, 0, 1}}),
    shape(1, 20, 24, 1, {{9, 3, 1, 0, 1}, {13, 3, 1, 2, 2}}),
    shape(3, 18, 22, 2, {{6, 3, 1, 1, 1}, {5, 2, 2, 1, 2}}),
    shape(1, 6, 9, 3, {{11, 5, 1, 2, 1}, {13, 3, 1, 0, 2}}),
    shape(1, 19, 19, 19, {{12, 3, 1, 1, 1}, {10, 3, 2, 1, 1}}),
    shape(2, 32, 32, 32, {{6, 5, 1, 2, 1}, {6, 4, 1, 2, 1}}),
    shape(1, 144, 144, 144, {{7, 3, 1, 1, 1}, {9, 3, 1, 1, 1}}),
    shape(2, 121, 121, 121, {{9, 5, 2, 2, 1}, {8, 5, 1, 2, 1}}),
    shape(1, 48, 48, 48, {{9, 3, 1, 2, 2}, {11, 3, 1, 4, 4}}),
    shape(1, 16, 16, 16, {{3, 7, 1, 3, 1}, {17, 7, 1, 3, 1}}),
    shape(1, 4, 8, 4, {{9, 3, 1, 1, 1}, {9, 3, 1, 1, 1}}),
    shape(1, 5, 7, 1, {{50, 9, 2, 4, 1}}),
    shape(1, 64, 40, 1, {{150, 1, 1, 0, 1}}),
    shape(1, 41, 50, 1, {{1, 1, 1, 0, 1}}),
    shape(1, 3, 5, 1, {{5, 3, 1, 1, 1}, {6, 3, 2, 1, 1}, {8, 3, 1, 1, 1}}),
    shape(1, 16, 16, 16, {{5, 3, 1, 1, 1}, {6, 3, 2, 1, 1}, {8, 3, 1, 1, 1}}),
};

TEST(ConvInt8, EqualsTheDefinitionByteForByteInEveryWay) {
  for (bool centred : {true, false})
    for (const ConvShape& s : kShapes) {
      const Case c(s, centred);
      const std::vector<uint8_t> want = c.want();
      for_each_way([&](const std::string& way) {
        for (int threads : {1, 3}) {
          set_num_threads(threads);
          EXPECT_EQ(c.run(threads, centred), want) << way << ", " << c.name();
        }
      });
    }
  set_num_threads(1);
}

TEST(ConvInt8, GivesFloats) {
  for (const ConvShape& s : kShapes) {
    if (s.groups > 1) continue;
    const Case c(s, true);
    for_each_way([&](const std::string& way) {
      const std::vector<float> plain = c.run_to_f32(1, true, false),
                               relu = c.run_to_f32(1, true, true);
      for (size_t i = 0; i < c.sums.size(); ++i) {
        const size_t o = i % size_t(s.out_channels);
        const float scaled = float(c.sums[i]) * c.scale[o], want = scaled + c.real_bias[o];
        ASSERT_EQ(plain[i], want) << way << ", " << c.name() << " at " << i;
        ASSERT_EQ(relu[i], want > 0 ? want : 0.f);
      }
    });
  }
}

TEST(ConvInt8, LargeMultipliersAndNansEndInRange) {
  const ConvShape s = shape(1, 16, 48, 1, {{5, 1, 1, 0, 1}});
  Case c(s, true);
  for (size_t o = 0; o < c.scale.size(); ++o)
    c.scale[o] = o % 3 == 0 ? 1e9f : o % 3 == 1 ? -1e30f : std::nanf("");
  for_each_way([&](const std::string& way) {
    const std::vector<uint8_t> y = c.run(1, true);
    for (size_t i = 0; i < y.size(); ++i) {
      const size_t o = i % 48;
      const int32_t sum = c.sums[i] + c.bias[o];
      if (o % 3 == 2 || sum == 0) continue;  // NaN: any byte in range
      EXPECT_EQ(y[i], (sum > 0) == (o % 3 == 0) ? 250 : 5) << way;
    }
    for (uint8_t v : y) EXPECT_TRUE(v >= 5 && v <= 250) << way;
  });
}

}  // namespace
}  // namespace tealight::kernels
