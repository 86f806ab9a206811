#include "ops/gradients.h"

#if TL_WITH_TRAIN
#include "ops/broadcast.h"
#include "tealight/ops.h"

namespace tealight {
namespace {

Tensor fitted(const Tensor& gradient, const Tensor& input) {
  const ScalarType t = input.scalar_type();
  TL_CHECK(broadcastable_to(input.sizes(), gradient.sizes()), "the gradient of an input ",
           input.sizes(), " is ", gradient.sizes());
  Tensor g = sum_to_size(gradient, input.sizes());
  if (g.is_complex() && !is_complex(t)) g = real(g);
  return g.scalar_type() == t ? g : g.to(t);
}

}  // namespace

Grads gradients(const Overload& o, const GradCall& c) {
  try {
    Grads grads = o.op->backward(c);
    TL_CHECK(grads.size() <= c.inputs.size(), grads.size(), " gradients of ", c.inputs.size(),
             " inputs");
    grads.resize(c.inputs.size());
    for (size_t i = 0; i < grads.size(); ++i)
      if (grads[i].defined()) grads[i] = c.wants(i) ? fitted(grads[i], c.in(i)) : Tensor();
    return grads;
  } catch (Error& e) {
    e.at(str("backward of ", o.schema.qualified()));
    throw;
  }
}

Tensor sum_to_size(const Tensor& gradient, IntArrayRef sizes) {
  if (gradient.fact().sizes == DimVector(sizes)) return gradient;
  const size_t skip = gradient.sizes().size() - sizes.size();
  std::vector<int64_t> dims;
  for (size_t d = 0; d < gradient.sizes().size(); ++d)
    if (d < skip || (sizes[d - skip] == 1 && gradient.sizes()[d] != 1)) dims.push_back(int64_t(d));
  Tensor g = dims.empty() ? gradient : sum(gradient, dims, true);
  return skip ? g.view(sizes) : g;
}

Tensor operand(const GradCall& c, size_t i) {
  return c.args[i].isTensor() ? c.args[i].toTensor() : wrapped_scalar_tensor(c.args[i].toScalar());
}

Grads not_twice_differentiable(const GradCall&) {
  fail("this gradient is not differentiable again", ErrorKind::unsupported);
}

Grads zero_gradients(const GradCall& c) {
  Grads grads;
  for (size_t i = 0; i < c.inputs.size(); ++i)
    grads.push_back(c.wants(i) ? zeros_like(c.in(i)) : Tensor());
  return grads;
}

}  // namespace tealight
#endif
