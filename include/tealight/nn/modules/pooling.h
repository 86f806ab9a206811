// Pooling layers: torch/nn/modules/pooling.h.
#pragma once
#include "tealight/nn/modules/common.h"
#include "tealight/nn/options/pooling.h"

namespace torch::nn {

TL_LAYER(AvgPool1d, AvgPool1dOptions, const Tensor& input);
TL_LAYER(AvgPool2d, AvgPool2dOptions, const Tensor& input);
TL_LAYER(AvgPool3d, AvgPool3dOptions, const Tensor& input);
TL_LAYER(AdaptiveAvgPool1d, AdaptiveAvgPool1dOptions, const Tensor& input);
TL_LAYER(AdaptiveAvgPool2d, AdaptiveAvgPool2dOptions, const Tensor& input);
TL_LAYER(AdaptiveAvgPool3d, AdaptiveAvgPool3dOptions, const Tensor& input);
TL_LAYER(LPPool1d, LPPool1dOptions, const Tensor& input);
TL_LAYER(LPPool2d, LPPool2dOptions, const Tensor& input);
TL_LAYER(LPPool3d, LPPool3dOptions, const Tensor& input);

#define TL_MAX_POOL(Name)                                                   \
  class TL_API Name##Impl : public OptionsOnly<Name##Impl, Name##Options> { \
   public:                                                                  \
    using OptionsOnly::OptionsOnly;                                         \
    Tensor forward(const Tensor& input);                                    \
    std::tuple<Tensor, Tensor> forward_with_indices(const Tensor& input);   \
    void pretty_print(std::ostream& stream) const override;                 \
  };                                                                        \
  TORCH_MODULE(Name)
TL_MAX_POOL(MaxPool1d);
TL_MAX_POOL(MaxPool2d);
TL_MAX_POOL(MaxPool3d);
TL_MAX_POOL(AdaptiveMaxPool1d);
TL_MAX_POOL(AdaptiveMaxPool2d);
TL_MAX_POOL(AdaptiveMaxPool3d);
#undef TL_MAX_POOL

#define TL_FRACTIONAL(D)                                                                     \
  class TL_API FractionalMaxPool##D##dImpl : public Cloneable<FractionalMaxPool##D##dImpl> { \
   public:                                                                                   \
    FractionalMaxPool##D##dImpl(ExpandingArray<D> kernel_size)                               \
        : FractionalMaxPool##D##dImpl(FractionalMaxPool##D##dOptions(kernel_size)) {}        \
    explicit FractionalMaxPool##D##dImpl(FractionalMaxPool##D##dOptions options_);           \
    void reset() override;                                                                   \
    void pretty_print(std::ostream& stream) const override;                                  \
    Tensor forward(const Tensor& input);                                                     \
    std::tuple<Tensor, Tensor> forward_with_indices(const Tensor& input);                    \
                                                                                             \
    FractionalMaxPool##D##dOptions options;                                                  \
    Tensor _random_samples;                                                                  \
  };                                                                                         \
  TORCH_MODULE(FractionalMaxPool##D##d)
TL_FRACTIONAL(2);
TL_FRACTIONAL(3);
#undef TL_FRACTIONAL

#define TL_MAX_UNPOOL(d)                                                                   \
  class TL_API MaxUnpool##d##Impl                                                          \
      : public OptionsOnly<MaxUnpool##d##Impl, MaxUnpool##d##Options> {                    \
   public:                                                                                 \
    using OptionsOnly::OptionsOnly;                                                        \
    Tensor forward(const Tensor& input, const Tensor& indices,                             \
                   const std::optional<std::vector<int64_t>>& output_size = std::nullopt); \
    void pretty_print(std::ostream& stream) const override;                                \
                                                                                           \
   protected:                                                                              \
    FORWARD_HAS_DEFAULT_ARGS({2, AnyValue(std::optional<std::vector<int64_t>>())})         \
  };                                                                                       \
  TORCH_MODULE(MaxUnpool##d)
TL_MAX_UNPOOL(1d);
TL_MAX_UNPOOL(2d);
TL_MAX_UNPOOL(3d);
#undef TL_MAX_UNPOOL

}  // namespace torch::nn
