#include "ops/gradients.h"

#include "tealight/ops.h"

namespace tealight {

Tensor sum_to_size(const Tensor& gradient, IntArrayRef sizes) {
  if (gradient.fact().sizes == DimVector(sizes)) return gradient;
  const size_t skip = gradient.sizes().size() - sizes.size();
  std::vector<int64_t> dims;
  for (size_t d = 0; d < gradient.sizes().size(); ++d)
    if (d < skip || (sizes[d - skip] == 1 && gradient.sizes()[d] != 1)) dims.push_back(int64_t(d));
  Tensor g = dims.empty() ? gradient : sum(gradient, dims, true);
  return skip ? g.view(sizes) : g;
}

Tensor sum_to_input(const GradCall& c, const Tensor& gradient, size_t i) {
  if (!c.wants(i)) return {};
  const ScalarType t = c.in(i).scalar_type();
  Tensor g = sum_to_size(gradient, c.in(i).sizes());
  if (g.is_complex() && !is_complex(t)) g = real(g);
  return g.scalar_type() == t ? g : g.to(t);
}

Tensor operand(const GradCall& c, size_t i) {
  return c.args[i].isTensor() ? c.args[i].toTensor() : wrapped_scalar_tensor(c.args[i].toScalar());
}

}  // namespace tealight
