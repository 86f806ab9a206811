// tensor({...}) and what the programs write between the braces.
#include "tealight/factories.h"

#include "ops/copy.h"

namespace tealight {
namespace detail {

TensorData::TensorData(std::initializer_list<TensorData> v)
    : children_(v), sizes_{int64_t(v.size())}, dtype_(kFloat) {
  if (children_.empty()) return;
  const TensorData& first = children_[0];
  for (const TensorData& child : children_) child.check_shape(first);
  dtype_ = first.dtype_;
  for (int64_t size : first.sizes_) sizes_.push_back(size);
}

void TensorData::check_shape(const TensorData& first) const {
  TL_CHECK(sizes_ == first.sizes_, "Expected all sub-lists to have sizes: ", first.sizes_,
           " (e.g. the first one), but got a sub-list with sizes: ", sizes_);
  TL_CHECK(dtype_ == first.dtype_,
           "Expected all elements of the tensor to have the same scalar type: ", first.dtype_,
           ", but got element of scalar type: ", dtype_);
}

TensorData::TensorData(const void* data, size_t n, ScalarType t)
    : flat_(Fact(t, {int64_t(n)})), sizes_{int64_t(n)}, dtype_(t) {
  if (n) std::memcpy(flat_.data_ptr(), data, flat_.nbytes());
}

TensorData::TensorData(const std::vector<bool>& v)
    : flat_(Fact(kBool, {int64_t(v.size())})), sizes_{int64_t(v.size())}, dtype_(kBool) {
  std::copy(v.begin(), v.end(), flat_.data_ptr<bool>());
}

void TensorData::write(const Tensor& out) const {
  if (flat_.defined()) return copy_into(out, flat_);
  if (sizes_.empty()) return copy_into(out, scalar_tensor(one_, dtype_));
  for (size_t i = 0; i < children_.size(); ++i) children_[i].write(out[int64_t(i)]);
}

Tensor TensorData::make(const TensorOptions& options) const {
  ScalarType t = dtype_;
  if (options.has_dtype())
    t = options.dtype();
  else if (is_integral(t, false) && t != kByte && t != kChar && t != kShort)
    t = kLong;
  else if (is_floating(t) && (t == kDouble || t == kFloat))
    t = kFloat;
  Tensor out{Fact(t, sizes_)};
  write(out);
  if (options.requires_grad()) out.requires_grad_();
  return out;
}

}  // namespace detail
}  // namespace tealight
