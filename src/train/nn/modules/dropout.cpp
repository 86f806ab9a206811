// Dropout layers.
#include "tealight/nn/modules/dropout.h"

#include "tealight/nn/functional/dropout.h"
#include "train/nn/modules/describe.h"

namespace torch::nn {
namespace F = functional;

#define TL_DROPOUT(Name, function)                                                                 \
  Name##Impl::Name##Impl(const DropoutOptions& options_) : options(options_) {                     \
    Name##Impl::reset();                                                                           \
  }                                                                                                \
  void Name##Impl::reset() {                                                                       \
    TL_CHECK(options.p() >= 0. && options.p() <= 1.,                                               \
             "dropout probability has to be between 0 and 1, but got ", options.p());              \
  }                                                                                                \
  Tensor Name##Impl::forward(Tensor input) {                                                       \
    return F::function(                                                                            \
        std::move(input),                                                                          \
        F::Name##FuncOptions().p(options.p()).training(is_training()).inplace(options.inplace())); \
  }                                                                                                \
  void Name##Impl::pretty_print(std::ostream& stream) const {                                      \
    describe(stream, #Name "(p=", options.p(), ", inplace=", options.inplace(), ")");              \
  }
TL_DROPOUT(Dropout, dropout)
TL_DROPOUT(Dropout2d, dropout2d)
TL_DROPOUT(Dropout3d, dropout3d)
TL_DROPOUT(AlphaDropout, alpha_dropout)
TL_DROPOUT(FeatureAlphaDropout, feature_alpha_dropout)
#undef TL_DROPOUT

}  // namespace torch::nn
