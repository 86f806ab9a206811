// Convolution layers.
#include "tealight/nn/modules/conv.h"

#include <cmath>

#include "tealight/nn/functional/conv.h"
#include "tealight/nn/functional/padding.h"
#include "tealight/nn/init.h"
#include "tealight/ops.h"
#include "train/nn/modules/describe.h"

namespace torch::nn {
namespace F = functional;

namespace {

/// What is added on both sides of each dimension, the last dimension first, as functional::pad
/// takes it.
template <size_t D>
std::vector<int64_t> sides_to_pad(const ConvNdOptions<D>& o) {
  std::vector<int64_t> sides;
  for (size_t i = D; i-- > 0;) {
    int64_t before = 0, after = 0;
    if (const auto* padding = std::get_if<ExpandingArray<D>>(&o.padding())) {
      before = after = (**padding)[i];
    } else if (std::holds_alternative<enumtype::kSame>(o.padding())) {
      const int64_t total = (*o.dilation())[i] * ((*o.kernel_size())[i] - 1);
      before = total / 2;
      after = total - before;
    }
    sides.insert(sides.end(), {before, after});
  }
  return sides;
}

F::PadFuncOptions::mode_t pad_mode(const conv_padding_mode_t& mode) {
  if (std::holds_alternative<enumtype::kReflect>(mode)) return kReflect;
  if (std::holds_alternative<enumtype::kReplicate>(mode)) return kReplicate;
  return kCircular;
}

/// The options of a layer, which both kinds of convolution have in common.
template <size_t D, class Options>
ConvNdOptions<D> common_options(const Options& o) {
  return ConvNdOptions<D>(o.in_channels(), o.out_channels(), o.kernel_size())
      .stride(o.stride())
      .padding(o.padding())
      .dilation(o.dilation())
      .groups(o.groups())
      .bias(o.bias())
      .padding_mode(o.padding_mode());
}

}  // namespace

template <size_t D, class Derived>
void ConvNdImpl<D, Derived>::reset() {
  const auto& o = options;
  TL_CHECK(o.in_channels() > 0 && o.groups() > 0 && o.out_channels() > 0,
           "in_channels, groups and out_channels must be a positive integer.");
  TL_CHECK(o.in_channels() % o.groups() == 0, "in_channels must be divisible by groups");
  TL_CHECK(o.out_channels() % o.groups() == 0, "out_channels must be divisible by groups");
  if (std::holds_alternative<enumtype::kSame>(o.padding()))
    for (const int64_t stride : *o.stride())
      TL_CHECK(stride == 1, "padding='same' is not supported for strided convolutions");
  _reversed_padding_repeated_twice = sides_to_pad(o);

  std::vector<int64_t> size = o.transposed()
                                  ? std::vector{o.in_channels(), o.out_channels() / o.groups()}
                                  : std::vector{o.out_channels(), o.in_channels() / o.groups()};
  size.insert(size.end(), o.kernel_size()->begin(), o.kernel_size()->end());
  weight = this->register_parameter("weight", torch::empty(size));
  bias = this->register_parameter("bias", o.bias() ? torch::empty({o.out_channels()}) : Tensor(),
                                  o.bias());
  reset_parameters();
}

template <size_t D, class Derived>
void ConvNdImpl<D, Derived>::reset_parameters() {
  init::kaiming_uniform_(weight, std::sqrt(5.0));
  if (!bias.defined()) return;
  const auto [in, out] = init::_calculate_fan_in_and_fan_out(weight);
  const double bound = 1 / std::sqrt(double(in));
  init::uniform_(bias, -bound, bound);
}

template <size_t D, class Derived>
void ConvNdImpl<D, Derived>::pretty_print(std::ostream& stream) const {
  const auto& o = options;
  std::string rest;
  const auto add = [&](const char* name, const auto& value) { rest += str(", ", name, value); };
  const auto add_unless = [&](const ExpandingArray<D>& usual, const char* name,
                              const ExpandingArray<D>& value) {
    if (*value != *usual) add(name, value);
  };
  if (const auto* padding = std::get_if<ExpandingArray<D>>(&o.padding()))
    add_unless(0, "padding=", *padding);
  else
    add("padding=", std::holds_alternative<enumtype::kSame>(o.padding()) ? "'same'" : "'valid'");
  add_unless(1, "dilation=", o.dilation());
  add_unless(0, "output_padding=", o.output_padding());
  if (o.groups() != 1) add("groups=", o.groups());
  if (!o.bias()) add("bias=", "false");
  if (!std::holds_alternative<enumtype::kZeros>(o.padding_mode()))
    add("padding_mode=", enumtype::get_enum_name(o.padding_mode()));
  describe(stream, o.transposed() ? "ConvTranspose" : "Conv", D, "d(", o.in_channels(), ", ",
           o.out_channels(), ", kernel_size=", o.kernel_size(), ", stride=", o.stride(), rest, ")");
}

template <size_t D, class Derived>
std::vector<int64_t> ConvTransposeNdImpl<D, Derived>::_output_padding(
    const Tensor& input, const std::optional<IntArrayRef>& output_size) const {
  const auto& o = this->options;
  if (!output_size) return IntArrayRef(o.output_padding()).vec();
  IntArrayRef wanted = *output_size;
  if (wanted.size() == D + 2) wanted = wanted.slice(2);
  TL_CHECK(wanted.size() == D, "output_size must have ", D, " or ", D + 2, " elements (got ",
           wanted.size(), ")");
  std::vector<int64_t> smallest, largest, added;
  for (size_t i = 0; i < D; ++i) {
    smallest.push_back((input.size(int64_t(i) - int64_t(D)) - 1) * (*o.stride())[i] -
                       2 * (*padding())[i] + (*o.kernel_size())[i]);
    largest.push_back(smallest[i] + (*o.stride())[i] - 1);
    added.push_back(wanted[i] - smallest[i]);
  }
  for (size_t i = 0; i < D; ++i)
    TL_CHECK(smallest[i] <= wanted[i] && wanted[i] <= largest[i], "requested an output size of ",
             wanted, ", but valid sizes range from ", IntArrayRef(smallest), " to ",
             IntArrayRef(largest), " (for an input of ", input.sizes().slice(2), ")");
  return added;
}

#define TL_CONV(D)                                                                             \
  template class ConvNdImpl<D, Conv##D##dImpl>;                                                \
  template class ConvNdImpl<D, ConvTranspose##D##dImpl>;                                       \
  template class ConvTransposeNdImpl<D, ConvTranspose##D##dImpl>;                              \
                                                                                               \
  Conv##D##dImpl::Conv##D##dImpl(Conv##D##dOptions options_)                                   \
      : ConvNdImpl(common_options<D>(options_)) {}                                             \
  Tensor Conv##D##dImpl::_conv_forward(const Tensor& input, const Tensor& w) {                 \
    F::Conv##D##dFuncOptions o;                                                                \
    o.bias(bias).stride(options.stride()).dilation(options.dilation());                        \
    o.groups(options.groups());                                                                \
    if (std::holds_alternative<enumtype::kZeros>(options.padding_mode()))                      \
      return F::conv##D##d(input, w, o.padding(options.padding()));                            \
    const auto sides = F::PadFuncOptions(_reversed_padding_repeated_twice)                     \
                           .mode(pad_mode(options.padding_mode()));                            \
    return F::conv##D##d(F::pad(input, sides), w, o);                                          \
  }                                                                                            \
  Tensor Conv##D##dImpl::forward(const Tensor& input) { return _conv_forward(input, weight); } \
                                                                                               \
  ConvTranspose##D##dImpl::ConvTranspose##D##dImpl(ConvTranspose##D##dOptions options_)        \
      : ConvTransposeNdImpl(common_options<D>(options_).transposed(true).output_padding(       \
            options_.output_padding())) {}                                                     \
  Tensor ConvTranspose##D##dImpl::forward(const Tensor& input,                                 \
                                          const std::optional<IntArrayRef>& output_size) {     \
    TL_CHECK(std::holds_alternative<enumtype::kZeros>(options.padding_mode()),                 \
             "Only `zeros` padding mode is supported for ConvTranspose" #D "d");               \
    return F::conv_transpose##D##d(input, weight,                                              \
                                   F::ConvTranspose##D##dFuncOptions()                         \
                                       .bias(bias)                                             \
                                       .stride(options.stride())                               \
                                       .padding(padding())                                     \
                                       .output_padding(_output_padding(input, output_size))    \
                                       .groups(options.groups())                               \
                                       .dilation(options.dilation()));                         \
  }
TL_CONV(1)
TL_CONV(2)
TL_CONV(3)
#undef TL_CONV

}  // namespace torch::nn
