// Members of Tensor that are shorthands for operators.
#include "tealight/containers.h"
#include "tealight/ops.h"

namespace tealight {

Tensor Tensor::operator[](const Tensor& index) const {
  TL_CHECK(is_integral(index.scalar_type()) && index.dim() == 0 && index.scalar_type() != kBool,
           "operator[]: wants a 0-d tensor of an integer type as index, not ", index.scalar_type(),
           " with ", index.dim(), " dimensions");
  return (*this)[index.item().toLong()];
}

Tensor Tensor::alias() const { return tealight::alias(*this); }

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

Tensor& Tensor::operator&=(const Tensor& o) { return bitwise_and_(o); }
Tensor& Tensor::operator|=(const Tensor& o) { return bitwise_or_(o); }
Tensor& Tensor::operator^=(const Tensor& o) { return bitwise_xor_(o); }
Tensor& Tensor::__iand__(const Tensor& o) const { return bitwise_and_(o); }
Tensor& Tensor::__iand__(const Scalar& o) const { return bitwise_and_(o); }
Tensor& Tensor::__ior__(const Tensor& o) const { return bitwise_or_(o); }
Tensor& Tensor::__ior__(const Scalar& o) const { return bitwise_or_(o); }
Tensor& Tensor::__ixor__(const Tensor& o) const { return bitwise_xor_(o); }
Tensor& Tensor::__ixor__(const Scalar& o) const { return bitwise_xor_(o); }
Tensor& Tensor::__ilshift__(const Tensor& o) const { return bitwise_left_shift_(o); }
Tensor& Tensor::__ilshift__(const Scalar& o) const { return bitwise_left_shift_(o); }
Tensor& Tensor::__irshift__(const Tensor& o) const { return bitwise_right_shift_(o); }
Tensor& Tensor::__irshift__(const Scalar& o) const { return bitwise_right_shift_(o); }

Tensor& Tensor::operator=(const Tensor& values) && { return copy_(values); }
Tensor& Tensor::operator=(Tensor&& values) && { return copy_(values); }
Tensor& Tensor::operator=(const Scalar& value) && { return fill_(value); }

Tensor Tensor::var(int dim) const { return var(IntArrayRef(int64_t(dim))); }
Tensor Tensor::std(int dim) const { return std(IntArrayRef(int64_t(dim))); }
MaybeOwned<Tensor> Tensor::expect_contiguous(MemoryFormat format) const& {
  return is_contiguous(format) ? MaybeOwned<Tensor>::borrowed(*this)
                               : MaybeOwned<Tensor>::owned(contiguous(format));
}

Tensor Tensor::to(const TensorOptions& options, bool non_blocking, bool copy,
                  std::optional<MemoryFormat> format) const {
  TL_CHECK(!options.requires_grad(),
           "Operators taking TensorOptions cannot take a TensorOptions with options.requires_grad "
           "set as true. This isn't implemented yet.");
  if (!format) format = options.memory_format_opt();
  return to(options.dtype_opt(), options.layout_opt(), options.device_opt(),
            options.pinned_memory_opt(), non_blocking, copy, format);
}
Tensor Tensor::cpu() const { return to(TensorOptions(kCPU)); }
Tensor Tensor::metal() const { return to(TensorOptions(kMetal)); }
Tensor Tensor::vulkan() const { return to(TensorOptions(kVulkan)); }
Tensor Tensor::toType(ScalarType t) const { return to(t); }

}  // namespace tealight
