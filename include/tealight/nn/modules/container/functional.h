// Functional: a function of a tensor as a module, further arguments bound:
//   Functional(torch::relu), Functional(torch::elu, /*alpha=*/1, /*scale=*/0, /*input_scale=*/1)
#pragma once
#include <functional>

#include "tealight/nn/cloneable.h"

namespace torch::nn {

class TL_API FunctionalImpl : public Cloneable<FunctionalImpl> {
 public:
  using Function = std::function<Tensor(Tensor)>;

  explicit FunctionalImpl(Function function);
  template <class F, class... A>
    requires(sizeof...(A) > 0)
  explicit FunctionalImpl(F function, A&&... a)
      : function_(std::bind(function, std::placeholders::_1, std::forward<A>(a)...)) {}

  void reset() override {}
  void pretty_print(std::ostream& stream) const override;
  Tensor forward(Tensor input);
  Tensor operator()(Tensor input) { return forward(std::move(input)); }
  bool is_serializable() const override { return false; }

 private:
  Function function_;
};
TORCH_MODULE(Functional);

}  // namespace torch::nn
