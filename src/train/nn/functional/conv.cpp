// Convolutions as functions.
#include "tealight/nn/functional/conv.h"

#include "tealight/ops.h"

namespace torch::nn::functional {
namespace {
std::string_view unwrap(enumtype::kValid) { return "valid"; }
std::string_view unwrap(enumtype::kSame) { return "same"; }
template <size_t D>
IntArrayRef unwrap(const ExpandingArray<D>& padding) {
  return padding;
}
}  // namespace

#define TL_CONV(d)                                                                           \
  Tensor conv##d(const Tensor& input, const Tensor& weight, const Conv##d##FuncOptions& o) { \
    return std::visit(                                                                       \
        [&](const auto& padding) {                                                           \
          return torch::conv##d(input, weight, o.bias(), o.stride(), unwrap(padding),        \
                                o.dilation(), o.groups());                                   \
        },                                                                                   \
        o.padding());                                                                        \
  }                                                                                          \
  Tensor conv_transpose##d(const Tensor& input, const Tensor& weight,                        \
                           const ConvTranspose##d##FuncOptions& o) {                         \
    return torch::conv_transpose##d(input, weight, o.bias(), o.stride(), o.padding(),        \
                                    o.output_padding(), o.groups(), o.dilation());           \
  }
TL_CONV(1d)
TL_CONV(2d)
TL_CONV(3d)
#undef TL_CONV

}  // namespace torch::nn::functional
