// Dropout layers: torch/nn/modules/dropout.h.
#pragma once
#include "tealight/nn/modules/common.h"
#include "tealight/nn/options/dropout.h"

namespace torch::nn {

#define TL_DROPOUT(Name)                                      \
  class TL_API Name##Impl : public Cloneable<Name##Impl> {    \
   public:                                                    \
    Name##Impl(double p) : Name##Impl(DropoutOptions(p)) {}   \
    explicit Name##Impl(const DropoutOptions& options_ = {}); \
    Tensor forward(Tensor input);                             \
    void reset() override;                                    \
    void pretty_print(std::ostream& stream) const override;   \
                                                              \
    DropoutOptions options;                                   \
  };                                                          \
  TORCH_MODULE(Name)
TL_DROPOUT(Dropout);
TL_DROPOUT(Dropout2d);
TL_DROPOUT(Dropout3d);
TL_DROPOUT(AlphaDropout);
TL_DROPOUT(FeatureAlphaDropout);
#undef TL_DROPOUT

}  // namespace torch::nn
