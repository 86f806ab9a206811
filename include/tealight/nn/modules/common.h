// What the headers of layers share.
#pragma once
#include "tealight/nn/any_module.h"
#include "tealight/nn/cloneable.h"
#include "tealight/nn/options/common.h"

namespace torch::nn {

/// A layer that has options and no parameters. It is made of options or of their arguments.
template <class Derived, class Options>
class OptionsOnly : public Cloneable<Derived> {
 public:
  template <class... A>
    requires std::is_constructible_v<Options, A...>
  explicit OptionsOnly(A&&... a) : options(std::forward<A>(a)...) {}
  void reset() override {}

  Options options;
};
struct NoOptions {};

/// The layer Name with forward(...) and nothing else of its own.
#define TL_LAYER(Name, Options, ...)                                  \
  class TL_API Name##Impl : public OptionsOnly<Name##Impl, Options> { \
   public:                                                            \
    using OptionsOnly::OptionsOnly;                                   \
    Tensor forward(__VA_ARGS__);                                      \
    void pretty_print(std::ostream& stream) const override;           \
  };                                                                  \
  TORCH_MODULE(Name)

}  // namespace torch::nn
