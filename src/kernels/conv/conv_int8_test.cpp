#include "kernels/conv/conv_int8.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
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

TEST(ConvInt8, EqualsTheDefinitionByteForByteOnEverySet) {
  const ConvShape shapes[] = {
      shape(1, 3, 8, 1, {{15, 3, 2, 1, 1}, {19, 3, 2, 1, 1}}),
      shape(2, 16, 33, 1, {{7, 1, 1, 0, 1}, {9, 1, 1, 0, 1}}),
      shape(1, 6, 9, 3, {{11, 5, 1, 2, 1}, {13, 3, 1, 0, 2}}),
      shape(1, 19, 19, 19, {{12, 3, 1, 1, 1}, {10, 3, 2, 1, 1}}),
      shape(2, 32, 32, 32, {{6, 5, 1, 2, 1}, {6, 4, 1, 2, 1}}),
      shape(1, 4, 8, 4, {{9, 3, 1, 1, 1}, {9, 3, 1, 1, 1}}),
      shape(1, 5, 7, 1, {{50, 9, 2, 4, 1}}),
      shape(1, 3, 5, 1, {{5, 3, 1, 1, 1}, {6, 3, 2, 1, 1}, {8, 3, 1, 1, 1}}),
  };
  for (unsigned isa = 0; isa <= best_isa(); ++isa) {
    const unsigned before = force_isa_for_testing(isa);
    for (const ConvShape& s : shapes)
      for (int threads : {1, 3}) {
        set_num_threads(threads);
        const auto x = bytes<uint8_t>(s.batch * s.in_size() * s.in_channels, 1);
        const auto w = bytes<int8_t>(s.out_channels * s.group_inputs() * s.kernel_size(), 2);
        std::vector<int32_t> wz(s.out_channels), bias(s.out_channels);
        std::vector<float> scale(s.out_channels);
        for (int64_t o = 0; o < s.out_channels; ++o)
          wz[o] = int32_t(o % 5) - 2, bias[o] = int32_t(o * 100), scale[o] = 1e-3f / float(o + 1);
        const ConvInt8Plan plan = plan_conv_int8(s, threads);
        std::vector<int32_t> packed(plan.weights_bytes / 4);
        std::vector<std::byte> scratch(plan.scratch_bytes);
        conv_int8_pack_weights(plan, w.data(), wz.data(), 1, packed.data());
        std::vector<uint8_t> got(s.batch * s.out_size() * s.out_channels), want(got.size());
        const Requantize r{scale.data(), 1, bias.data(), nullptr, 130, 5, 250};
        conv_int8(plan, x.data(), 77, packed.data(), r, got.data(), scratch.data());
        const auto sums = reference(s, x, 77, w, wz);
        for (size_t i = 0; i < want.size(); ++i) {
          const size_t o = i % size_t(s.out_channels);
          const float v = float(sums[i] + bias[o]) * scale[o];
          want[i] = uint8_t(std::fmin(250., std::fmax(5., std::nearbyint(double(v)) + 130)));
        }
        EXPECT_EQ(got, want) << isa_name(isa) << " " << s.in_channels << "->" << s.out_channels
                             << " groups " << s.groups;
      }
    force_isa_for_testing(before);
  }
}

}  // namespace
}  // namespace tealight::kernels
