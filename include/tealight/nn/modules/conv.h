// Convolution layers: torch/nn/modules/conv.h.
#pragma once
#include "tealight/nn/modules/common.h"
#include "tealight/nn/options/conv.h"

namespace torch::nn {

/// Weights of convolutions, transposed ones too.
template <size_t D, class Derived>
class TL_API ConvNdImpl : public Cloneable<Derived> {
 public:
  explicit ConvNdImpl(ConvNdOptions<D> options_) : options(std::move(options_)) {
    ConvNdImpl::reset();
  }
  void reset() override;
  void reset_parameters();
  void pretty_print(std::ostream& stream) const override;

  ConvNdOptions<D> options;
  Tensor weight, bias;

 protected:
  std::vector<int64_t> _reversed_padding_repeated_twice;  // as functional::pad takes it
};

template <size_t D, class Derived>
class TL_API ConvTransposeNdImpl : public ConvNdImpl<D, Derived> {
 public:
  using ConvNdImpl<D, Derived>::ConvNdImpl;

 protected:
  const ExpandingArray<D>& padding() const {
    return std::get<ExpandingArray<D>>(this->options.padding());
  }
  /// What must be added to one side for the size that is asked for.
  std::vector<int64_t> _output_padding(const Tensor& input,
                                       const std::optional<IntArrayRef>& output_size) const;
};

#define TL_CONV(D)                                                                                \
  class TL_API Conv##D##dImpl : public ConvNdImpl<D, Conv##D##dImpl> {                            \
   public:                                                                                        \
    Conv##D##dImpl(int64_t in_channels, int64_t out_channels, ExpandingArray<D> kernel_size)      \
        : Conv##D##dImpl(Conv##D##dOptions(in_channels, out_channels, kernel_size)) {}            \
    explicit Conv##D##dImpl(Conv##D##dOptions options_);                                          \
    Tensor forward(const Tensor& input);                                                          \
                                                                                                  \
   protected:                                                                                     \
    Tensor _conv_forward(const Tensor& input, const Tensor& weight);                              \
  };                                                                                              \
  TORCH_MODULE(Conv##D##d);                                                                       \
  class TL_API ConvTranspose##D##dImpl : public ConvTransposeNdImpl<D, ConvTranspose##D##dImpl> { \
   public:                                                                                        \
    ConvTranspose##D##dImpl(int64_t in_channels, int64_t out_channels,                            \
                            ExpandingArray<D> kernel_size)                                        \
        : ConvTranspose##D                                                                        \
          ##dImpl(ConvTranspose##D##dOptions(in_channels, out_channels, kernel_size)) {}          \
    explicit ConvTranspose##D##dImpl(ConvTranspose##D##dOptions options_);                        \
    Tensor forward(const Tensor& input,                                                           \
                   const std::optional<IntArrayRef>& output_size = std::nullopt);                 \
                                                                                                  \
   protected:                                                                                     \
    FORWARD_HAS_DEFAULT_ARGS({1, AnyValue(std::optional<IntArrayRef>())})                         \
  };                                                                                              \
  TORCH_MODULE(ConvTranspose##D##d)
TL_CONV(1);
TL_CONV(2);
TL_CONV(3);
#undef TL_CONV

}  // namespace torch::nn
