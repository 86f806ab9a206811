#include "kernels/conv/inverted_residual.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "core/cpu.h"
#include "core/parallel.h"
#include "kernels/activation_reference.h"
#include "kernels/conv/conv_reference.h"
#include "kernels/testing.h"

namespace tealight::kernels {
namespace {

using Kind = Activation::Kind;
using Floats = std::vector<float>;
using Doubles = std::vector<double>;

WindowDim window(int64_t in, int64_t kernel, int64_t stride, int64_t pad, int64_t dilation = 1) {
  return {in, conv_out_size(in, kernel, stride, pad, dilation), kernel, stride, pad, dilation};
}

// (batch, channels, pixels) from channels that lie together, and back.
Doubles planes(const Floats& x, int64_t batch, int64_t pixels, int64_t channels, int64_t step) {
  Doubles r(static_cast<size_t>(batch * pixels * channels));
  for (int64_t n = 0; n < batch; ++n)
    for (int64_t p = 0; p < pixels; ++p)
      for (int64_t c = 0; c < channels; ++c)
        r[size_t((n * channels + c) * pixels + p)] = x[size_t((n * pixels + p) * step + c)];
  return r;
}

Doubles conv(const ConvShape& s, const Doubles& x, const Floats& w, const Floats& bias,
             const Activation& f) {
  const Doubles wd(w.begin(), w.end()), bd(bias.begin(), bias.end());
  Doubles y(static_cast<size_t>(s.batch * s.out_channels * s.out_size()));
  conv_reference(s, x.data(), wd.data(), bias.empty() ? nullptr : bd.data(), y.data());
  for (double& v : y) v = activated(f, v);
  return y;
}

ConvShape pointwise(int64_t batch, int64_t in, int64_t out, int64_t pixels) {
  ConvShape s{batch, in, out, 1, {}};
  s.dim[2] = {pixels, pixels, 1, 1, 0, 1};
  return s;
}

ConvShape depthwise(const DepthwiseShape& d) {
  ConvShape s{d.batch, d.channels, d.out_channels(), d.channels, {}};
  s.dim[1] = d.h, s.dim[2] = d.w;
  return s;
}

void expect_planes(const Floats& y, const Doubles& want, int64_t batch, int64_t pixels,
                   int64_t channels, int64_t step, const std::string& what) {
  const Doubles got = planes(y, batch, pixels, channels, step);
  for (size_t i = 0; i < want.size(); ++i)
    ASSERT_NEAR(got[i], want[i], 1e-4) << what << " at " << i;
}

TL_TEST_EACH_ISA(MobileBlocks);

struct DepthwiseCase {
  DepthwiseShape shape;
  Activation activation;
};
std::vector<DepthwiseCase> depthwise_cases() {
  const Activation relu6{Kind::clamp, 0, 6}, hardswish{Kind::hardswish}, silu{Kind::silu}, none;
  return {
      {{1, 32, 1, window(9, 3, 1, 1), window(14, 3, 1, 1), 32, 32}, relu6},
      {{2, 19, 1, window(7, 3, 1, 1), window(23, 3, 1, 1), 25, 19}, hardswish},
      {{1, 40, 1, window(15, 3, 2, 1), window(31, 3, 2, 1), 40, 41}, none},
      {{1, 17, 1, window(14, 5, 1, 2), window(28, 5, 1, 2), 17, 17}, hardswish},
      {{2, 33, 1, window(15, 5, 2, 2), window(30, 5, 2, 2), 33, 33}, silu},
      {{1, 16, 1, window(7, 7, 1, 3), window(7, 7, 1, 3), 16, 16}, none},
      {{1, 24, 1, window(16, 5, 1, 4, 2), window(16, 5, 1, 4, 2), 24, 24}, hardswish},
      {{2, 20, 1, window(33, 3, 1, 12, 12), window(33, 3, 1, 12, 12), 20, 20}, relu6},
      {{1, 16, 1, window(9, 3, 1, 3, 3), window(2, 3, 1, 3, 3), 16, 16}, none},
      {{1, 3, 1, window(6, 3, 1, 0), window(9, 3, 1, 0), 3, 3}, relu6},
      {{1, 9, 1, window(6, 3, 3, 1), window(19, 3, 3, 1), 9, 12}, none},
      {{2, 5, 3, window(8, 3, 1, 1), window(17, 3, 1, 1), 6, 15}, relu6},
      {{1, 1, 2, window(8, 4, 2, 3), window(3, 4, 1, 3), 1, 2}, none},
      {{1, 16, 1, window(2, 2, 1, 9), window(2, 2, 1, 9), 16, 16}, none},  // wholly in the padding
      {{1, 16, 1, window(1, 3, 1, 1), window(1, 3, 1, 1), 16, 16}, silu},
      {{1, 16, 1, window(12, 3, 4, 0), window(12, 3, 4, 0), 16, 16}, none},
  };
}

TEST_P(MobileBlocks, DepthwiseEqualsTheDefinition) {
  int number = 0;
  for (const auto& [s, f] : depthwise_cases()) {
    const std::string what = "case " + std::to_string(number++);
    const int64_t out_pixels = s.h.out * s.w.out, outs = s.out_channels();
    const Floats x = noise(s.batch * s.h.in * s.w.in * s.x_pixel, 1), bias = noise(outs, 2),
                 w = noise(outs * s.h.kernel * s.w.kernel, 3);
    const Doubles want =
        conv(depthwise(s), planes(x, s.batch, s.h.in * s.w.in, s.channels, s.x_pixel), w, bias, f);
    Floats once;
    for (int threads : {1, 2, 3}) {
      set_num_threads(threads);
      const DepthwisePlan plan = plan_depthwise(s, true);
      Floats packed(plan.weights_bytes / 4), scratch(plan.scratch_bytes / 4, NAN),
          y(size_t(s.batch * out_pixels * s.y_pixel), NAN), means(size_t(s.batch * outs), NAN);
      pack_depthwise(plan, w.data(), packed.data());
      depthwise_nhwc(plan, x.data(), packed.data(), bias.data(), f, y.data(), means.data(),
                     scratch.data());
      expect_planes(y, want, s.batch, out_pixels, outs, s.y_pixel, what);
      for (int64_t i = 0; i < s.batch * outs; ++i) {
        double sum = 0;
        for (int64_t p = 0; p < out_pixels; ++p) sum += want[size_t(i * out_pixels + p)];
        ASSERT_NEAR(means[size_t(i)], sum / double(out_pixels), 1e-4) << what << " mean " << i;
      }
      y.insert(y.end(), means.begin(), means.end());
      if (threads == 1) once = y;
      ASSERT_EQ(0, std::memcmp(y.data(), once.data(), y.size() * 4)) << what << ", threads";
    }
  }
}

struct BlockCase {
  InvertedResidualShape s;
  bool residual;
  bool biases = true;
};
std::vector<BlockCase> block_cases() {
  const Activation relu6{Kind::clamp, 0, 6}, relu{Kind::clamp, 0}, hardswish{Kind::hardswish},
      silu{Kind::silu}, none;
  const auto same = [](int64_t n, int64_t k, int64_t stride) {
    return window(n, k, stride, k / 2);
  };
  return {
      {{1, 16, 96, 24, true, 0, same(30, 3, 2), same(30, 3, 2), 16, 24, relu6, relu6, none}, false},
      {{2, 24, 144, 24, true, 0, same(14, 3, 1), same(28, 3, 1), 24, 24, relu6, relu6, none}, true},
      {{2, 7, 33, 7, true, 0, same(9, 3, 1), same(11, 3, 1), 10, 9, relu, none, relu}, true},
      {{1, 32, 32, 16, false, 0, same(17, 3, 1), same(19, 3, 1), 32, 16, none, relu6, none}, false},
      {{1, 16, 16, 16, false, 0, same(12, 3, 1), same(12, 3, 1), 16, 16, none, relu, none}, true},
      {{2, 5, 5, 13, false, 0, same(12, 5, 2), same(9, 5, 2), 5, 13, none, none, relu}, false},
      {{1, 12, 200, 40, true, 0, same(14, 5, 1), same(14, 5, 1), 12, 40, hardswish, hardswish,
        none},
       false,
       false},
      {{1, 12, 72, 40, true, 24, same(13, 5, 2), same(15, 5, 2), 12, 40, relu, relu, none}, false},
      {{2, 40, 130, 40, true, 9, same(7, 5, 1), same(7, 5, 1), 40, 40, hardswish, hardswish, none},
       true},
      {{2, 16, 16, 24, false, 3, same(10, 3, 2), same(10, 3, 2), 16, 24, none, silu, none}, false},
      {{1, 8, 48, 16, true, 0, window(13, 3, 1, 4, 4), window(12, 3, 1, 4, 4), 8, 16, silu, silu,
        none},
       false},
      {{1, 8, 48, 16, true, 0, window(9, 2, 3, 0), window(9, 2, 3, 0), 8, 16, relu, relu, none},
       false},
      {{1, 4, 24, 4, true, 0, window(5, 3, 1, 4), window(6, 3, 1, 4), 4, 4, relu, relu, none},
       false},
  };
}

struct Weights {
  Floats expand, expand_bias, depthwise, depthwise_bias, fc1, fc1_bias, fc2, fc2_bias, project,
      project_bias;
};
Weights weights_of(const BlockCase& c) {
  const InvertedResidualShape& s = c.s;
  const auto bias = [&](int64_t n, unsigned seed) { return c.biases ? noise(n, seed) : Floats(); };
  const float small = 2 / std::sqrt(float(s.hidden));
  return {noise(s.hidden * s.in_channels, 1, 0.5f),
          bias(s.hidden, 2),
          noise(s.hidden * s.h.kernel * s.w.kernel, 3, 0.4f),
          bias(s.hidden, 4),
          noise(s.squeezed * s.hidden, 5, small),
          bias(s.squeezed, 6),
          noise(s.hidden * s.squeezed, 7),
          bias(s.hidden, 8),
          noise(s.out_channels * s.hidden, 9, small),
          bias(s.out_channels, 10)};
}

const Activation kSqueezed{Kind::clamp, 0}, kGate{Kind::hardsigmoid};

Doubles block_reference(const BlockCase& c, const Weights& w, const Floats& x,
                        const Floats& residual) {
  const InvertedResidualShape& s = c.s;
  const int64_t in = s.h.in * s.w.in, out = s.h.out * s.w.out;
  Doubles v = planes(x, s.batch, in, s.in_channels, s.x_pixel);
  if (s.expand)
    v = conv(pointwise(s.batch, s.in_channels, s.hidden, in), v, w.expand, w.expand_bias,
             s.expand_activation);
  v = conv(depthwise({s.batch, s.hidden, 1, s.h, s.w}), v, w.depthwise, w.depthwise_bias,
           s.depthwise_activation);
  if (s.squeezed) {
    Doubles means(size_t(s.batch * s.hidden));
    for (size_t i = 0; i < v.size(); ++i) means[i / size_t(out)] += v[i] / double(out);
    means = conv(pointwise(s.batch, s.hidden, s.squeezed, 1), means, w.fc1, w.fc1_bias, kSqueezed);
    means = conv(pointwise(s.batch, s.squeezed, s.hidden, 1), means, w.fc2, w.fc2_bias, kGate);
    for (size_t i = 0; i < v.size(); ++i) v[i] *= means[i / size_t(out)];
  }
  v = conv(pointwise(s.batch, s.hidden, s.out_channels, out), v, w.project, w.project_bias, {});
  const Doubles r = planes(residual, s.batch, out, s.out_channels, s.out_channels);
  for (size_t i = 0; i < v.size(); ++i)
    v[i] = activated(s.project_activation, v[i] + (c.residual ? r[i] : 0));
  return v;
}

Floats run_block(const BlockCase& c, const Weights& w, const Floats& x, const Floats& residual,
                 const InvertedResidualPlan& plan) {
  const InvertedResidualShape& s = c.s;
  Floats expand(plan.expand_bytes / 4), depthwise(plan.depthwise_bytes / 4),
      project(plan.project_bytes / 4), scratch(plan.scratch_bytes / 4, NAN),
      y(size_t(s.batch * s.h.out * s.w.out * s.y_pixel), NAN);
  if (s.expand) pack_expand(plan, w.expand.data(), expand.data());
  pack_block_depthwise(plan, w.depthwise.data(), depthwise.data());
  pack_project(plan, w.project.data(), project.data());
  const auto bias = [](const Floats& b) { return b.empty() ? nullptr : b.data(); };
  inverted_residual(
      plan,
      {expand.data(),
       bias(w.expand_bias),
       depthwise.data(),
       bias(w.depthwise_bias),
       project.data(),
       bias(w.project_bias),
       {w.fc1.data(), bias(w.fc1_bias), w.fc2.data(), bias(w.fc2_bias), kSqueezed, kGate}},
      x.data(), c.residual ? residual.data() : nullptr, s.out_channels, y.data(), scratch.data());
  return y;
}

TEST_P(MobileBlocks, InvertedResidualEqualsItsParts) {
  int number = 0;
  for (const BlockCase& c : block_cases()) {
    const InvertedResidualShape& s = c.s;
    const std::string what = "case " + std::to_string(number++);
    const int64_t out = s.h.out * s.w.out;
    const Weights w = weights_of(c);
    const Floats x = noise(s.batch * s.h.in * s.w.in * s.x_pixel, 11),
                 residual = noise(s.batch * out * s.out_channels, 12);
    const Doubles want = block_reference(c, w, x, residual);
    Floats once;
    for (BlockOrder order : {BlockOrder::by_channels, BlockOrder::by_rows})
      for (int threads : {1, 2, 3}) {
        if (s.squeezed && order == BlockOrder::by_rows) continue;
        set_num_threads(threads);
        InvertedResidualPlan plan = plan_inverted_residual(s, 1, order);
        const size_t one = plan.scratch_bytes;
        plan.threads = threads;  // however little work there is
        plan.scratch_bytes = one * size_t(threads);
        const Floats y = run_block(c, w, x, residual, plan);
        expect_planes(y, want, s.batch, out, s.out_channels, s.y_pixel, what);
        if (once.empty()) once = y;
        for (size_t i = 0; i < y.size(); ++i)
          ASSERT_EQ(std::isnan(y[i]) ? 0 : y[i], std::isnan(once[i]) ? 0 : once[i]) << what;
      }
  }
}

}  // namespace
}  // namespace tealight::kernels
