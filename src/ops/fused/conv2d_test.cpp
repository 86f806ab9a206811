#include <gtest/gtest.h>

#include <cmath>

#include "core/cpu.h"
#include "kernels/testing.h"
#include "ops/fused/activation.h"
#include "ops/samples.h"
#include "tealight/operators.h"
#include "tealight/ops.h"

namespace tealight::ops {
namespace {

struct Layer {
  DimVector x, w;
  DimVector stride, padding, dilation;
  int64_t groups;
};
const Layer kLayers[] = {
    {{2, 16, 9, 10}, {20, 16, 3, 3}, {1, 1}, {1, 1}, {1, 1}, 1},  // Winograd, where it pays
    {{1, 64, 28, 28}, {64, 64, 3, 3}, {1, 1}, {1, 1}, {1, 1}, 1},
    {{1, 3, 17, 18}, {8, 3, 3, 3}, {2, 2}, {1, 1}, {1, 1}, 1},
    {{2, 24, 7, 5}, {30, 24, 1, 1}, {1, 1}, {0, 0}, {1, 1}, 1},
    {{1, 12, 8, 9}, {18, 4, 3, 3}, {1, 2}, {2, 1}, {2, 1}, 3},
    {{1, 6, 8, 9}, {6, 1, 3, 3}, {1, 1}, {1, 1}, {1, 1}, 6},  // depthwise
    {{1, 5, 1, 1}, {7, 5, 1, 1}, {1, 1}, {0, 0}, {1, 1}, 1},
};

Tensor fused(const Layer& l, const Tensor& x, const Tensor& w, const std::optional<Tensor>& bias,
             const std::optional<Tensor>& residual, const char* activation, double a, double b) {
  return detail::call_as<Tensor>(find_overload("tealight::conv2d"), x, w, bias, residual, l.stride,
                                 l.padding, l.dilation, l.groups, std::string(activation), a, b);
}

void expect_near(const Tensor& got, const Tensor& want, const Layer& l) {
  ASSERT_EQ(got.sizes(), want.sizes());
  const float difference = max(abs(got - want)).item<float>(),
              largest = max(abs(want)).item<float>();
  EXPECT_LT(difference, 2e-5f * (1 + largest)) << "x " << str(l.x) << " w " << str(l.w);
}

TL_TEST_EACH_ISA(FusedConv);

TEST_P(FusedConv, EqualsItsPartsInEveryLayout) {
  for (const Layer& l : kLayers) {
    const Tensor x = sample(l.x), w = sample(l.w), bias = sample({l.w[0]});
    const Tensor conv =
        convolution(x, w, bias, l.stride, l.padding, l.dilation, false, {0, 0}, l.groups);
    const Tensor residual = sample(conv.sizes());
    for (const MemoryFormat format : {MemoryFormat::Contiguous, MemoryFormat::ChannelsLast})
      for (const MemoryFormat of_w : {MemoryFormat::Contiguous, MemoryFormat::ChannelsLast}) {
        const Tensor xf = x.contiguous(format), wf = w.contiguous(of_w),
                     rf = residual.contiguous(format);
        expect_near(
            convolution(xf, wf, bias, l.stride, l.padding, l.dilation, false, {0, 0}, l.groups),
            conv, l);
        expect_near(fused(l, xf, wf, bias, {}, "none", 0, 0), conv, l);
        expect_near(fused(l, xf, wf, bias, rf, "clamp", 0, INFINITY), relu(conv + residual), l);
        expect_near(fused(l, xf, wf, bias, residual, "silu", 0, 0), silu(conv + residual), l);
        expect_near(fused(l, xf, wf, {}, {}, "leaky_relu", 0.1, 0),
                    leaky_relu(conv - bias.view({1, -1, 1, 1}), 0.1), l);
      }
  }
}

TEST_P(FusedConv, TransposedEqualsItsPartsInEveryLayout) {
  const Layer layers[] = {{{2, 16, 9, 10}, {16, 20, 2, 2}, {2, 2}, {0, 0}, {1, 1}, 1},
                          {{1, 18, 7, 6}, {18, 5, 3, 4}, {2, 2}, {1, 1}, {1, 1}, 1},
                          {{1, 8, 7, 6}, {8, 5, 3, 3}, {1, 2}, {1, 1}, {2, 1}, 1},
                          {{1, 8, 7, 6}, {8, 5, 3, 3}, {1, 2}, {1, 1}, {1, 1}, 2}};
  for (const Layer& l : layers) {
    const DimVector extra{0, 1};
    const Tensor x = sample(l.x), w = sample(l.w), bias = sample({l.w[1] * l.groups});
    const Tensor want =
        convolution(x, w, bias, l.stride, l.padding, l.dilation, true, extra, l.groups);
    for (const MemoryFormat format : {MemoryFormat::Contiguous, MemoryFormat::ChannelsLast})
      for (const MemoryFormat of_w : {MemoryFormat::Contiguous, MemoryFormat::ChannelsLast})
        for (const char* activation : {"none", "sigmoid"}) {
          const Tensor got = detail::call_as<Tensor>(find_overload("tealight::conv_transpose2d"),
                                                     x.contiguous(format), w.contiguous(of_w), bias,
                                                     l.stride, l.padding, extra, l.groups,
                                                     l.dilation, std::string(activation), 0., 0.);
          EXPECT_TRUE(got.is_contiguous(format));
          expect_near(got, activation[0] == 's' ? sigmoid(want) : want, l);
        }
  }
}

TEST_P(FusedConv, GivesChannelsLastForChannelsLast) {
  const Layer l{{1, 8, 6, 6}, {16, 8, 3, 3}, {1, 1}, {1, 1}, {1, 1}, 1};
  const Tensor x = sample(l.x).contiguous(MemoryFormat::ChannelsLast);
  EXPECT_TRUE(
      fused(l, x, sample(l.w), {}, {}, "none", 0, 0).is_contiguous(MemoryFormat::ChannelsLast));
}

TEST(FusedConv, RefusesWhatItCannotDo) {
  const Layer l{{1, 8, 6, 6}, {16, 8, 3, 3}, {1, 1}, {1, 1}, {1, 1}, 1};
  const Tensor x = sample(l.x), w = sample(l.w);
  EXPECT_THROW(fused(l, x, w, {}, {}, "softsign", 0, 0), Error);
  EXPECT_THROW(fused(l, x, w, {}, sample({1, 16, 1, 1}), "none", 0, 0), Error);
}

TEST(ActivationNames, GoThereAndBack) {
  using Kind = kernels::Activation::Kind;
  for (int i = 0; i <= int(Kind::elu); ++i)
    EXPECT_EQ(activation_of(activation_name(Kind(i)), 0, 0).kind, Kind(i));
}

}  // namespace
}  // namespace tealight::ops
