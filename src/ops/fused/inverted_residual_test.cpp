#include <gtest/gtest.h>

#include "core/cpu.h"
#include "kernels/testing.h"
#include "ops/samples.h"
#include "tealight/operators.h"
#include "tealight/ops.h"

namespace tealight::ops {
namespace {

struct BlockTest {
  DimVector x;
  int64_t hidden, out, kernel, stride;
  bool expand, gate, residual;
};
const BlockTest kBlocks[] = {
    {{2, 16, 12, 10}, 48, 16, 3, 1, true, false, true},
    {{1, 8, 15, 15}, 40, 12, 5, 2, true, true, false},
    {{2, 16, 9, 11}, 16, 16, 3, 1, false, true, true},
    {{1, 3, 8, 7}, 3, 5, 3, 2, false, false, false},
};

TL_TEST_EACH_ISA(InvertedResidual);

Tensor conv(const Tensor& x, const Tensor& w, const Tensor& bias, int64_t stride, int64_t pad,
            int64_t groups) {
  return convolution(x, w, bias, {stride, stride}, {pad, pad}, {1, 1}, false, {0, 0}, groups);
}

TEST_P(InvertedResidual, EqualsItsPartsInEveryLayout) {
  for (const BlockTest& b : kBlocks) {
    const int64_t in = b.x[1], squeezed = 6;
    const Tensor x = sample(b.x), we = sample({b.hidden, in, 1, 1}) * 0.3, be = sample({b.hidden}),
                 wd = sample({b.hidden, 1, b.kernel, b.kernel}) * 0.3, bd = sample({b.hidden}),
                 w1 = sample({squeezed, b.hidden, 1, 1}), b1 = sample({squeezed}),
                 w2 = sample({b.hidden, squeezed, 1, 1}), b2 = sample({b.hidden}),
                 wp = sample({b.out, b.hidden, 1, 1}) * 0.3, bp = sample({b.out});
    Tensor v = b.expand ? hardswish(conv(x, we, be, 1, 0, 1)) : x;
    v = relu(conv(v, wd, bd, b.stride, b.kernel / 2, b.hidden));
    if (b.gate) {
      const Tensor mean = tealight::mean(v, {2, 3}, true);
      v = v * hardsigmoid(conv(relu(conv(mean, w1, b1, 1, 0, 1)), w2, b2, 1, 0, 1));
    }
    v = conv(v, wp, bp, 1, 0, 1);
    const Tensor residual = b.residual ? sample(v.sizes()) : Tensor();
    const Tensor want = b.residual ? v + residual : v;
    const auto optional = [](bool given, const Tensor& t) {
      return given ? std::optional<Tensor>(t) : std::nullopt;
    };
    for (const MemoryFormat format : {MemoryFormat::Contiguous, MemoryFormat::ChannelsLast}) {
      const std::optional<Tensor> r =
          optional(b.residual, b.residual ? residual.contiguous(format) : residual);
      const Tensor got = detail::call_as<Tensor>(
          find_overload("tealight::inverted_residual"), x.contiguous(format),
          optional(b.expand, we), optional(b.expand, be), wd, bd, optional(b.gate, w1),
          optional(b.gate, b1), optional(b.gate, w2), optional(b.gate, b2), wp, bp, r,
          DimVector{b.stride, b.stride}, DimVector{b.kernel / 2, b.kernel / 2}, DimVector{1, 1},
          std::vector<std::string>{b.expand ? "hardswish" : "none", "clamp",
                                   b.gate ? "clamp" : "none", b.gate ? "hardsigmoid" : "none",
                                   "none"},
          std::vector<double>{0, 0, 0, INFINITY, 0, INFINITY, 0, 0, 0, 0});
      ASSERT_EQ(got.sizes(), want.sizes());
      EXPECT_TRUE(got.is_contiguous(format));
      EXPECT_LT(max(abs(got - want)).item<float>(), 1e-4f * (1 + max(abs(want)).item<float>()))
          << "hidden " << b.hidden << " kernel " << b.kernel;
    }
  }
}

TEST_P(InvertedResidual, DepthwiseConvolutionsOfChannelsLastTensors) {
  struct {
    DimVector x, w, stride, padding, dilation;
  } const layers[] = {
      {{2, 19, 9, 10}, {19, 1, 3, 3}, {1, 1}, {1, 1}, {1, 1}},
      {{1, 32, 15, 14}, {32, 1, 5, 5}, {2, 2}, {2, 2}, {1, 1}},
      {{1, 24, 12, 12}, {48, 1, 3, 3}, {1, 1}, {2, 2}, {2, 2}},
      {{1, 2, 7, 6}, {6, 1, 2, 3}, {1, 2}, {0, 1}, {1, 1}},
  };
  for (const auto& l : layers) {
    const Tensor x = sample(l.x), w = sample(l.w), bias = sample({l.w[0]});
    const auto run = [&](const Tensor& t) {
      return convolution(t, w, bias, l.stride, l.padding, l.dilation, false, {0, 0}, l.x[1]);
    };
    const Tensor want = run(x), got = run(x.contiguous(MemoryFormat::ChannelsLast));
    EXPECT_TRUE(got.is_contiguous(MemoryFormat::ChannelsLast));
    EXPECT_LT(max(abs(got - want)).item<float>(), 3e-5f) << str(l.w);
  }
}

TEST(InvertedResidual, RefusesAGateOfOtherChannels) {
  EXPECT_THROW(
      detail::call_as<Tensor>(
          find_overload("tealight::inverted_residual"), sample({1, 4, 5, 5}),
          std::optional<Tensor>(), std::optional<Tensor>(), sample({4, 1, 3, 3}),
          std::optional<Tensor>(), std::optional<Tensor>(sample({2, 8})), std::optional<Tensor>(),
          std::optional<Tensor>(sample({4, 2})), std::optional<Tensor>(), sample({3, 4, 1, 1}),
          std::optional<Tensor>(), std::optional<Tensor>(), DimVector{1, 1}, DimVector{1, 1},
          DimVector{1, 1}, std::vector<std::string>(5, "none"), std::vector<double>(10, 0.)),
      Error);
}

}  // namespace
}  // namespace tealight::ops
