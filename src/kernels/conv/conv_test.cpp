#include "kernels/conv/conv.h"

#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <vector>

#include "core/cpu.h"
#include "core/parallel.h"
#include "kernels/conv/conv_reference.h"
#include "kernels/testing.h"

namespace tealight::kernels {
namespace {

// dims: {in, kernel, stride, pad, dilation} each
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

std::vector<ConvShape> shapes() {
  return {
      shape(1, 3, 8, 1, {{17, 3, 2, 1, 1}, {23, 3, 2, 1, 1}}),
      shape(2, 5, 7, 1, {{9, 3, 1, 1, 1}, {40, 3, 1, 1, 1}}),
      shape(1, 16, 33, 1, {{14, 1, 1, 0, 1}, {14, 1, 1, 0, 1}}),
      shape(2, 6, 9, 3, {{11, 5, 1, 2, 1}, {13, 3, 1, 0, 2}}),
      shape(1, 4, 6, 2, {{12, 3, 3, 4, 2}, {31, 4, 3, 5, 3}}),
      shape(1, 64, 100, 1, {{7, 3, 1, 1, 1}, {7, 3, 1, 1, 1}}),
      shape(1, 7, 7, 7, {{20, 3, 1, 1, 1}, {19, 3, 1, 1, 1}}),
      shape(2, 5, 10, 5, {{15, 3, 2, 1, 1}, {33, 3, 2, 1, 1}}),
      shape(1, 3, 9, 3, {{9, 5, 1, 2, 1}, {9, 5, 2, 2, 1}}),
      shape(1, 4, 4, 4, {{21, 3, 1, 4, 4}, {8, 7, 1, 3, 1}}),
      shape(1, 2, 2, 2, {{3, 3, 1, 1, 1}, {1, 3, 1, 1, 1}}),
      shape(1, 1, 1, 1, {{50, 9, 2, 4, 1}}),
      shape(3, 8, 12, 4, {{100, 3, 1, 1, 1}}),
      shape(1, 1, 1, 1, {{1, 1, 1, 0, 1}, {1, 1, 1, 0, 1}}),
      shape(1, 3, 5, 1, {{5, 3, 1, 1, 1}, {6, 3, 2, 1, 1}, {20, 3, 1, 1, 1}}),
      shape(2, 4, 4, 4, {{5, 2, 2, 0, 1}, {6, 3, 1, 2, 2}, {9, 1, 3, 1, 1}}),
      shape(0, 4, 4, 1, {{5, 2, 2, 0, 1}, {6, 3, 1, 2, 2}}),
      shape(1, 2, 3, 1, {{2, 2, 1, 9, 1}, {2, 2, 1, 9, 1}}),  // windows wholly in the padding
  };
}

TL_TEST_EACH_ISA(Conv);

std::string text(const ConvShape& s) {
  std::string t = std::to_string(s.batch) + "x" + std::to_string(s.in_channels) + "->" +
                  std::to_string(s.out_channels);
  for (const ConvDim& d : s.dim)
    t += " " + std::to_string(d.in) + "k" + std::to_string(d.kernel) + "s" +
         std::to_string(d.stride);
  return t;
}

TEST_P(Conv, EveryMethodEqualsTheDefinition) {
  for (const ConvShape& s : shapes()) {
    const int64_t outputs = s.batch * s.out_channels * s.out_size();
    const auto x = noise(s.batch * s.in_channels * s.in_size(), 1);
    const auto w = noise(s.out_channels * s.group_inputs() * s.kernel_size(), 2);
    const auto bias = noise(s.out_channels, 3), residual = noise(outputs, 4);
    const std::vector<double> xd(x.begin(), x.end()), wd(w.begin(), w.end()),
        bd(bias.begin(), bias.end());
    std::vector<double> want(outputs);
    conv_reference(s, xd.data(), wd.data(), bd.data(), want.data());
    for (ConvMethod method : {ConvMethod::depthwise, ConvMethod::gemm, ConvMethod::reference}) {
      if (conv_refuses(method, s)) continue;
      for (int threads : {1, 3}) {
        set_num_threads(threads);
        const ConvPlan plan = plan_conv(method, s, threads);
        std::vector<float> packed(plan.weights_bytes / 4), y(outputs, NAN),
            scratch(plan.scratch_bytes / 4, NAN);
        conv_pack_weights(plan, w.data(), packed.data());
        conv_f32(plan, x.data(), packed.data(), {bias.data()}, y.data(), scratch.data());
        for (int64_t i = 0; i < outputs; ++i)
          ASSERT_NEAR(y[i], want[i], 5e-5) << text(s) << " method " << int(method) << " at " << i;
        y = residual;
        conv_f32(plan, x.data(), packed.data(), {bias.data(), y.data(), -0.5f, 1.f}, y.data(),
                 scratch.data());
        for (int64_t i = 0; i < outputs; ++i)
          ASSERT_NEAR(y[i], std::min(1., std::max(-0.5, want[i] + residual[i])), 5e-5)
              << text(s) << " with residual";
      }
    }
  }
}

TEST_P(Conv, TransposeIsTheInputGradient) {
  for (const ConvShape& s : shapes()) {
    const auto x = noise(s.batch * s.out_channels * s.out_size(), 1);
    const auto w = noise(s.out_channels * s.group_inputs() * s.kernel_size(), 2);
    const auto bias = noise(s.in_channels, 3);
    const std::vector<double> xd(x.begin(), x.end()), wd(w.begin(), w.end());
    const int64_t outputs = s.batch * s.in_channels * s.in_size();
    std::vector<double> want(outputs);
    conv_input_gradient_reference(s, xd.data(), wd.data(), want.data());
    for (int threads : {1, 3}) {
      set_num_threads(threads);
      std::vector<float> y(outputs, NAN),
          scratch(conv_transpose_scratch_bytes(s, threads) / 4, NAN);
      conv_transpose_f32(s, threads, x.data(), w.data(), bias.data(), y.data(), scratch.data());
      for (int64_t i = 0; i < outputs; ++i)
        ASSERT_NEAR(y[i], want[i] + bias[i / s.in_size() % s.in_channels], 3e-5)
            << text(s) << " at " << i;
    }
  }
}

TEST_P(Conv, WeightGradientEqualsTheDefinition) {
  std::vector<ConvShape> all = shapes();  // and one whose pixels are summed in slices
  all.push_back(shape(6, 4, 9, 1, {{70, 3, 1, 1, 1}, {66, 3, 1, 1, 1}}));
  for (int64_t tile : {8, 12, 16, 24, 32, 48, 64})  // the last tap's run ends where a tile does
    all.push_back(shape(2, 3, 5, 1, {{4, 3, 1, 1, 1}, {tile + 1, 3, 1, 1, 1}}));
  for (const ConvShape& s : all) {
    const auto x = noise(s.batch * s.in_channels * s.in_size(), 1);
    const auto g = noise(s.batch * s.out_channels * s.out_size(), 2);
    const std::vector<double> xd(x.begin(), x.end()), gd(g.begin(), g.end());
    std::vector<double> want(s.out_channels * s.group_inputs() * s.kernel_size());
    conv_weight_gradient_reference(s, xd.data(), gd.data(), want.data());
    std::vector<float> got(want.size(), NAN),
        scratch(conv_weight_gradient_scratch_bytes(s) / 4, NAN);
    conv_weight_gradient_f32(s, x.data(), g.data(), got.data(), scratch.data());
    for (size_t i = 0; i < want.size(); ++i)
      ASSERT_NEAR(got[i], want[i], 1e-4 + 1e-5 * std::abs(want[i])) << text(s) << " at " << i;
  }
}

}  // namespace
}  // namespace tealight::kernels
