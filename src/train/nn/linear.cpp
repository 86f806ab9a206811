#include "tealight/nn/modules/linear.h"

#include <cmath>
#include <ostream>

#include "tealight/nn/init.h"
#include "tealight/ops.h"

namespace torch::nn {

Tensor functional::linear(const Tensor& input, const Tensor& weight, const Tensor& bias) {
  return tealight::linear(input, weight, bias);
}

LinearImpl::LinearImpl(const LinearOptions& options_) : options(options_) { LinearImpl::reset(); }
void LinearImpl::reset() {
  weight = register_parameter("weight",
                              tealight::empty({options.out_features(), options.in_features()}));
  bias = register_parameter("bias",
                            options.bias() ? tealight::empty({options.out_features()}) : Tensor(),
                            options.bias());
  reset_parameters();
}
void LinearImpl::reset_parameters() {
  init::kaiming_uniform_(weight, std::sqrt(5.0));
  if (!bias.defined()) return;
  const double bound = 1 / std::sqrt(double(options.in_features()));
  init::uniform_(bias, -bound, bound);
}
void LinearImpl::pretty_print(std::ostream& stream) const {
  stream << std::boolalpha << "torch::nn::Linear(in_features=" << options.in_features()
         << ", out_features=" << options.out_features() << ", bias=" << options.bias() << ')';
}
Tensor LinearImpl::forward(const Tensor& input) { return functional::linear(input, weight, bias); }

}  // namespace torch::nn
