// Members of Tensor that are shorthands for operators.
#include "tealight/ops.h"

namespace tealight {

Tensor Tensor::operator[](const Tensor& index) const {
  TL_CHECK(is_integral(index.scalar_type()) && index.dim() == 0 && index.scalar_type() != kBool,
           "operator[]: wants a 0-d tensor of an integer type as index, not ", index.scalar_type(),
           " with ", index.dim(), " dimensions");
  return (*this)[index.item().toLong()];
}

Tensor Tensor::operator-() const { return neg(); }
Tensor Tensor::operator~() const { return bitwise_not(); }
Tensor& Tensor::operator+=(const Tensor& o) { return add_(o); }
Tensor& Tensor::operator-=(const Tensor& o) { return sub_(o); }
Tensor& Tensor::operator*=(const Tensor& o) { return mul_(o); }
Tensor& Tensor::operator/=(const Tensor& o) { return div_(o); }
Tensor& Tensor::operator+=(const Scalar& o) { return add_(o); }
Tensor& Tensor::operator-=(const Scalar& o) { return sub_(o); }
Tensor& Tensor::operator*=(const Scalar& o) { return mul_(o); }
Tensor& Tensor::operator/=(const Scalar& o) { return div_(o); }

Tensor Tensor::to(const TensorOptions& options, bool non_blocking, bool copy,
                  std::optional<MemoryFormat> format) const {
  if (!format) format = options.memory_format_opt();
  return to(options.dtype_opt(), options.layout_opt(), options.device_opt(),
            options.pinned_memory_opt(), non_blocking, copy, format);
}
Tensor Tensor::cpu() const { return to(TensorOptions(kCPU)); }
Tensor Tensor::metal() const { return to(TensorOptions(kMetal)); }
Tensor Tensor::vulkan() const { return to(TensorOptions(kVulkan)); }
Tensor Tensor::toType(ScalarType t) const { return to(t); }

Tensor Tensor::grad() const {
  const AutogradEngine* engine = autograd_engine();
  return engine ? engine->grad(*this) : Tensor();
}
bool Tensor::is_leaf() const {
  const AutogradEngine* engine = autograd_engine();
  return engine ? engine->is_leaf(*this) : true;
}
void Tensor::backward(const Tensor& gradient, std::optional<bool> retain_graph,
                      bool create_graph) const {
  const AutogradEngine* engine = autograd_engine();
  if (!engine)
    throw NotImplementedError("backward: this program holds no training library",
                              ErrorKind::unsupported);
  engine->backward(*this, gradient, retain_graph.value_or(create_graph), create_graph);
}

}  // namespace tealight
