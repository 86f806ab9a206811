#include "kernels/conv/conv_nhwc.h"

#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "core/cpu.h"
#include "core/parallel.h"
#include "kernels/conv/conv_reference.h"
#include "kernels/testing.h"

namespace tealight::kernels {
namespace {

struct Side {
  int64_t in, kernel, stride, pad, dilation;
};
ConvShape shape(int64_t batch, int64_t in, int64_t out, int64_t groups, Side h, Side w) {
  ConvShape s{batch, in, out, groups, {}};
  const auto dim = [](const Side& d) {
    return ConvDim{d.in,     conv_out_size(d.in, d.kernel, d.stride, d.pad, d.dilation),
                   d.kernel, d.stride,
                   d.pad,    d.dilation};
  };
  s.dim[1] = dim(h), s.dim[2] = dim(w);
  return s;
}

const Side kOne{1, 1, 1, 0, 1};

std::vector<ConvShape> shapes() {
  return {
      shape(1, 1, 1, 1, kOne, kOne),
      shape(2, 16, 33, 1, {14, 1, 1, 0, 1}, {9, 1, 1, 0, 1}),  // 1x1
      shape(1, 40, 100, 1, {7, 1, 1, 0, 1}, {7, 1, 1, 0, 1}),
      shape(1, 70, 65, 1, {13, 1, 2, 0, 1}, {20, 1, 2, 0, 1}),  // 1x1, strided
      shape(2, 3, 32, 1, {17, 3, 2, 1, 1}, {23, 3, 2, 1, 1}),   // stems
      shape(1, 3, 64, 1, {30, 7, 2, 3, 1}, {25, 7, 2, 3, 1}),
      shape(1, 3, 16, 1, {32, 6, 2, 2, 1}, {32, 6, 2, 2, 1}),
      shape(1, 1, 6, 1, {28, 5, 1, 2, 1}, {28, 5, 1, 2, 1}),
      shape(1, 24, 24, 1, {12, 3, 1, 1, 1}, {10, 3, 1, 1, 1}),  // 3x3
      shape(2, 67, 50, 1, {9, 3, 1, 1, 1}, {7, 3, 1, 1, 1}),
      shape(1, 130, 20, 1, {8, 3, 2, 1, 1}, {7, 3, 2, 0, 1}),
      shape(1, 16, 16, 1, {5, 3, 1, 0, 1}, {6, 3, 1, 2, 1}),
      shape(1, 20, 12, 1, {16, 3, 1, 12, 12}, {16, 3, 1, 12, 12}),  // dilated
      shape(1, 5, 7, 1, {19, 3, 2, 4, 3}, {18, 2, 3, 5, 4}),
      shape(2, 32, 64, 8, {9, 3, 1, 1, 1}, {6, 3, 1, 1, 1}),  // groups
      shape(1, 6, 9, 3, {11, 5, 1, 2, 1}, {13, 3, 1, 0, 2}),
      shape(1, 40, 60, 4, {6, 1, 1, 0, 1}, {5, 1, 1, 0, 1}),
      shape(1, 38, 38, 2, {6, 3, 1, 1, 1}, {5, 3, 2, 1, 1}),
      shape(3, 8, 12, 1, kOne, {100, 5, 2, 2, 1}),  // 1-d
      shape(1, 80, 24, 1, kOne, {31, 3, 1, 2, 2}),
      shape(1, 2, 3, 1, {2, 2, 1, 9, 1}, {2, 2, 1, 9, 1}),  // windows wholly in the padding
      shape(0, 4, 4, 1, {5, 2, 2, 0, 1}, {6, 3, 1, 2, 2}),
  };
}

std::string text(const ConvShape& s) {
  std::string t = std::to_string(s.batch) + "x" + std::to_string(s.in_channels) + "->" +
                  std::to_string(s.out_channels) + "/" + std::to_string(s.groups);
  for (const ConvDim& d : {s.dim[1], s.dim[2]})
    t += " " + std::to_string(d.in) + "k" + std::to_string(d.kernel) + "s" +
         std::to_string(d.stride) + "d" + std::to_string(d.dilation);
  return t;
}

// (batch, channels, pixels) to pixels of `stride` floats, which were NAN.
std::vector<float> to_pixels(const std::vector<float>& x, int64_t batch, int64_t channels,
                             int64_t pixels, int64_t stride) {
  std::vector<float> y(batch * pixels * stride, NAN);
  for (int64_t n = 0; n < batch; ++n)
    for (int64_t c = 0; c < channels; ++c)
      for (int64_t p = 0; p < pixels; ++p)
        y[(n * pixels + p) * stride + c] = x[(n * channels + c) * pixels + p];
  return y;
}

TL_TEST_EACH_ISA(ConvNhwc);

// One shape's data and the definition's result, in doubles.
struct Case {
  ConvShape s;
  int64_t outputs;
  std::vector<float> x, w, bias, residual;
  std::vector<double> want;
  explicit Case(const ConvShape& shape)
      : s(shape),
        outputs(s.batch * s.out_channels * s.out_size()),
        x(noise(s.batch * s.in_channels * s.in_size(), 1)),
        w(noise(s.out_channels * s.group_inputs() * s.kernel_size(), 2)),
        bias(noise(s.out_channels, 3)),
        residual(noise(outputs, 4)),
        want(outputs) {
    const std::vector<double> xd(x.begin(), x.end()), wd(w.begin(), w.end()),
        bd(bias.begin(), bias.end());
    conv_reference(s, xd.data(), wd.data(), bd.data(), want.data());
  }

  // The result as pixels, y_extra floats wider than need be.
  std::vector<float> run(NhwcMethod method, int threads, int64_t x_extra, int64_t y_extra,
                         bool with_residual, const Activation& activation) const {
    const int64_t x_stride = s.in_channels + x_extra, y_stride = s.out_channels + y_extra;
    const NhwcConvPlan plan = plan_conv_nhwc(method, s, x_stride, y_stride, threads);
    std::vector<float> packed(plan.weights_bytes / 4, NAN), scratch(plan.scratch_bytes / 4, NAN);
    conv_nhwc_pack(plan, dense_conv_weights(s, w.data()), packed.data());
    const auto xs = to_pixels(x, s.batch, s.in_channels, s.in_size(), x_stride);
    auto y = to_pixels(residual, s.batch, s.out_channels, s.out_size(), y_stride);
    NhwcEpilogue e{bias.data(), nullptr, 0, activation};
    if (with_residual) e.residual = y.data(), e.residual_stride = y_stride;
    conv_nhwc(plan, xs.data(), packed.data(), e, y.data(), scratch.data());
    return y;
  }

  template <class F>
  void expect(const std::vector<float>& y, int64_t y_extra, double error, bool with_residual,
              F activation, const std::string& what) const {
    const int64_t pixels = s.out_size(), stride = s.out_channels + y_extra;
    for (int64_t i = 0; i < outputs; ++i) {
      const int64_t p = i % pixels, c = i / pixels % s.out_channels,
                    n = i / pixels / s.out_channels;
      ASSERT_NEAR(y[(n * pixels + p) * stride + c],
                  activation(want[i] + (with_residual ? residual[i] : 0.)), error)
          << text(s) << " " << what << " at " << n << "," << c << "," << p;
    }
    for (int64_t p = 0; p < s.batch * pixels; ++p)
      for (int64_t c = s.out_channels; c < stride; ++c)
        ASSERT_TRUE(std::isnan(y[p * stride + c])) << text(s) << " wrote beside its slice";
  }
};

const NhwcMethod kMethods[] = {NhwcMethod::few_channels, NhwcMethod::windows,
                               NhwcMethod::winograd_2, NhwcMethod::winograd_4};
double tolerance(NhwcMethod method) {
  return method <= NhwcMethod::windows ? 5e-5 : method == NhwcMethod::winograd_2 ? 1e-4 : 4e-4;
}

TEST_P(ConvNhwc, EveryMethodEqualsTheDefinition) {
  for (const ConvShape& s : shapes()) {
    const Case test(s);
    for (NhwcMethod method : kMethods) {
      if (conv_nhwc_refuses(method, s)) continue;
      for (int threads : {1, 3}) {
        set_num_threads(threads);
        const auto plain = test.run(method, threads, 0, 0, false, {});
        test.expect(plain, 0, tolerance(method), false, [](double v) { return v; }, "plain");
        const auto clamped =
            test.run(method, threads, 5, 3, true, {Activation::Kind::clamp, -0.5f, 1.f});
        test.expect(
            clamped, 3, tolerance(method), true,
            [](double v) { return std::min(1., std::max(-0.5, v)); }, "clamped");
        const auto silu = test.run(method, threads, 0, 1, true, {Activation::Kind::silu, 0, 0});
        test.expect(
            silu, 1, tolerance(method), true, [](double v) { return v / (1 + std::exp(-v)); },
            "silu");
      }
    }
  }
}

TEST_P(ConvNhwc, TransposedIsTheInputGradient) {
  std::vector<ConvShape> all = shapes();
  all.push_back(shape(1, 33, 20, 1, {20, 2, 2, 0, 1}, {22, 2, 2, 0, 1}));  // up by two
  all.push_back(shape(2, 50, 17, 1, {19, 3, 2, 1, 1}, {21, 3, 2, 1, 1}));
  all.push_back(shape(1, 3, 24, 1, {16, 4, 2, 1, 1}, {270, 4, 2, 1, 1}));
  all.push_back(shape(1, 5, 6, 1, {13, 2, 3, 0, 1}, {17, 1, 4, 0, 1}));  // pixels of bias alone
  for (const ConvShape& s : all) {
    if (conv_nhwc_refuses(NhwcMethod::transposed, s)) continue;
    const int64_t C = s.in_channels, K = s.out_channels, pixels = s.in_size();
    const auto x = noise(s.batch * K * s.out_size(), 1), w = noise(K * C * s.kernel_size(), 2),
               bias = noise(C, 3), residual = noise(s.batch * C * pixels, 4);
    const std::vector<double> xd(x.begin(), x.end()), wd(w.begin(), w.end());
    std::vector<double> want(s.batch * C * pixels);
    conv_input_gradient_reference(s, xd.data(), wd.data(), want.data());
    const auto xs = to_pixels(x, s.batch, K, s.out_size(), K + 2);
    for (int threads : {1, 3}) {
      set_num_threads(threads);
      const NhwcConvPlan plan = plan_conv_nhwc(NhwcMethod::transposed, s, K + 2, C + 1, threads);
      std::vector<float> packed(plan.weights_bytes / 4, NAN), scratch(plan.scratch_bytes / 4);
      conv_nhwc_pack(plan, dense_conv_weights(s, w.data()), packed.data());
      auto y = to_pixels(residual, s.batch, C, pixels, C + 1);
      conv_nhwc(plan, xs.data(), packed.data(),
                {bias.data(), y.data(), C + 1, {Activation::Kind::clamp, -1.f, 2.f}}, y.data(),
                scratch.data());
      for (int64_t i = 0; i < s.batch * C * pixels; ++i) {
        const int64_t p = i % pixels, c = i / pixels % C, n = i / pixels / C;
        ASSERT_NEAR(y[(n * pixels + p) * (C + 1) + c],
                    std::min(2., std::max(-1., want[i] + bias[c] + residual[i])), 5e-5)
            << text(s) << " at " << n << "," << c << "," << p;
      }
    }
  }
}

TEST_P(ConvNhwc, ThreadCountDoesNotChangeABit) {
  for (const ConvShape& s : {shape(1, 32, 100, 1, {24, 3, 1, 1, 1}, {23, 3, 1, 1, 1}),
                             shape(1, 3, 40, 1, {90, 3, 2, 1, 1}, {80, 7, 1, 3, 1}),
                             shape(1, 200, 400, 1, {7, 1, 1, 0, 1}, {7, 1, 1, 0, 1})}) {
    const Case test(s);
    for (NhwcMethod method : kMethods) {
      if (conv_nhwc_refuses(method, s)) continue;
      set_num_threads(1);
      const auto one = test.run(method, 1, 0, 0, false, {});
      set_num_threads(5);
      const auto five = test.run(method, 5, 0, 0, false, {});
      EXPECT_EQ(0, std::memcmp(one.data(), five.data(), one.size() * 4)) << text(s);
    }
  }
}

// The weights of a channels_last tensor lie in the order (out, kh, kw, in).
TEST_P(ConvNhwc, WeightsMayHaveAnyStrides) {
  const ConvShape s = shape(1, 20, 30, 1, {9, 3, 1, 1, 1}, {9, 3, 1, 1, 1});
  const auto w = noise(s.out_channels * s.in_channels * 9, 1);
  const auto last = to_pixels(w, s.out_channels, s.in_channels, 9, s.in_channels);
  for (NhwcMethod method : kMethods) {
    if (conv_nhwc_refuses(method, s)) continue;
    const NhwcConvPlan plan = plan_conv_nhwc(method, s, 20, 30, 1);
    std::vector<float> a(plan.weights_bytes / 4), b = a;
    conv_nhwc_pack(plan, dense_conv_weights(s, w.data()), a.data());
    conv_nhwc_pack(plan, {last.data(), 180, 1, 60, 20}, b.data());
    EXPECT_EQ(a, b);
  }
}

TEST_P(ConvNhwc, NanPassesTheClamp) {
  const ConvShape s = shape(1, 4, 4, 1, {4, 3, 1, 1, 1}, {4, 3, 1, 1, 1});
  Case test(s);
  test.x[0] = NAN;
  for (NhwcMethod method : kMethods) {
    const auto y = test.run(method, 1, 0, 0, false, {Activation::Kind::clamp, 0, 6});
    EXPECT_TRUE(std::isnan(y[0]));
  }
}

}  // namespace
}  // namespace tealight::kernels
