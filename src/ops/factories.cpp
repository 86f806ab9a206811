// tensor({...}) and what the programs write between the braces.
#include "tealight/factories.h"

#include "ops/create/initialize.h"

namespace tealight {
namespace detail {

TensorDataContainer::TensorDataContainer(std::initializer_list<TensorDataContainer> v)
    : children_(v),
      sizes_{int64_t(v.size())},
      dtype_(get_default_dtype_as_scalartype()),
      kind_(Kind::list) {
  if (children_.empty()) return;
  const TensorDataContainer& first = children_[0];
  for (const TensorDataContainer& child : children_) child.check_shape(first);
  dtype_ = first.dtype_;
  for (int64_t size : first.sizes_) sizes_.push_back(size);
}

static std::string joined(const DimVector& sizes) {
  std::string text;
  for (int64_t size : sizes) text += (text.empty() ? "" : ", ") + std::to_string(size);
  return text;
}
void TensorDataContainer::check_shape(const TensorDataContainer& first) const {
  TL_CHECK(sizes_ == first.sizes_, "Expected all sub-lists to have sizes: ", joined(first.sizes_),
           " (e.g. ", first, "), but got sub-list ", *this, " with sizes: ", joined(sizes_));
  TL_CHECK(dtype_ == first.dtype_,
           "Expected all elements of the tensor to have the same scalar type: ", first.dtype_,
           ", but got element of scalar type: ", dtype_);
}

TensorDataContainer::TensorDataContainer(const void* data, size_t n, ScalarType t)
    : flat_(Fact(t, {int64_t(n)})), sizes_{int64_t(n)}, dtype_(t), kind_(Kind::tensor) {
  if (n) std::memcpy(flat_.data_ptr(), data, flat_.nbytes());
}

TensorDataContainer::TensorDataContainer(const std::vector<bool>& v)
    : flat_(Fact(kBool, {int64_t(v.size())})),
      sizes_{int64_t(v.size())},
      dtype_(kBool),
      kind_(Kind::tensor) {
  std::copy(v.begin(), v.end(), flat_.data_ptr<bool>());
}

void TensorDataContainer::write(const Tensor& out) const {
  if (flat_.defined()) return initialize(out, flat_);
  if (sizes_.empty()) return initialize(out, scalar_tensor(one_, dtype_));
  for (size_t i = 0; i < children_.size(); ++i) children_[i].write(out[int64_t(i)]);
}

const Scalar& TensorDataContainer::scalar() const {
  TL_CHECK(is_scalar(),
           "Can only call `scalar()` on a TensorDataContainer that has `is_scalar() == true`");
  return one_;
}
const std::vector<TensorDataContainer>& TensorDataContainer::init_list() const {
  TL_CHECK(
      is_init_list(),
      "Can only call `init_list()` on a TensorDataContainer that has `is_init_list() == true`");
  return children_;
}
const Tensor& TensorDataContainer::tensor() const {
  TL_CHECK(is_tensor(),
           "Can only call `tensor()` on a TensorDataContainer that has `is_tensor() == true`");
  return flat_;
}

std::ostream& operator<<(std::ostream& out, const TensorDataContainer& d) {
  if (d.is_scalar()) return out << d.scalar();
  const char* between = "";
  out << "{";
  if (d.is_init_list())
    for (const TensorDataContainer& child : d.init_list())
      out << std::exchange(between, ", ") << child;
  else
    for (int64_t i = 0; i < d.tensor().numel(); ++i)
      out << std::exchange(between, ", ") << d.tensor()[i].item();
  return out << "}";
}

Tensor TensorDataContainer::make(const TensorOptions& options) const {
  ScalarType t = dtype_;
  if (options.has_dtype())
    t = options.dtype();
  else if (is_integral(t, false) && t != kByte && t != kChar && t != kShort)
    t = kLong;
  else if (is_floating(t) && (t == kDouble || t == kFloat))
    t = get_default_dtype_as_scalartype();
  TL_CHECK(
      !is_complex(dtype_) || is_complex(t), "\"tensor_cpu\" not implemented for '", t,
      "': value cannot be converted to type ", TypeMeta(t),
      " without overflow: can not do torch::tensor(complex, dtype=non-complex) because complex can not "
      "be casted to real number without loss of information");
  Tensor out{Fact(t, sizes_)};
  write(out);
  if (options.requires_grad()) out.requires_grad_();
  return out;
}

}  // namespace detail
}  // namespace tealight
