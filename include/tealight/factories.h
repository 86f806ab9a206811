// tealight::tensor(...): a tensor of numbers that stand in the program, nested braces included
// (torch::tensor).
//   tensor({{1, 2}, {3, 4}})   tensor(2.5)   tensor(std::vector<float>{1, 2}, kDouble)
#pragma once
#include "tealight/ops.h"

namespace tealight {
namespace detail {

/// A number, a list of numbers, or a list of lists.
class TL_API TensorDataContainer {
 public:
  template <class T>
    requires(std::is_arithmetic_v<T>)
  TensorDataContainer(T v) : TensorDataContainer(Scalar(v), dtype_of_number<T>()) {}
  template <class T>
  TensorDataContainer(std::complex<T> v)
      : TensorDataContainer(Scalar(v), dtype_of<std::complex<T>>::value) {}
  TensorDataContainer(const Scalar& v) : TensorDataContainer(v, v.type()) {}
  TensorDataContainer(std::initializer_list<TensorDataContainer> v);
  template <class T>
  TensorDataContainer(ArrayRef<T> v)
      : TensorDataContainer(v.data(), v.size(), dtype_of<T>::value) {}
  template <class T>
    requires(!std::is_same_v<T, bool>)
  TensorDataContainer(const std::vector<T>& v)
      : TensorDataContainer(v.data(), v.size(), dtype_of<T>::value) {}
  TensorDataContainer(const std::vector<bool>& v);

  bool is_scalar() const { return kind_ == Kind::scalar; }
  bool is_init_list() const { return kind_ == Kind::list; }
  bool is_tensor() const { return kind_ == Kind::tensor; }
  // Each throws unless it is one.
  const Scalar& scalar() const;
  const std::vector<TensorDataContainer>& init_list() const;
  const Tensor& tensor() const;
  IntArrayRef sizes() const { return sizes_; }
  ScalarType scalar_type() const { return dtype_; }

  /// Of this dtype where one is asked for; else int64 for integers of any size and the default
  /// dtype for floating-point numbers.
  Tensor make(const TensorOptions& options) const;

 private:
  // Types without a dtype of their own (unsigned long, long long, long double) count as their wide
  // kin.
  template <class T>
  static constexpr ScalarType dtype_of_number() {
    if constexpr (requires { dtype_of<T>::value; })
      return dtype_of<T>::value;
    else
      return std::is_floating_point_v<T> ? kDouble : kLong;
  }
  enum class Kind : uint8_t { scalar, list, tensor };
  TensorDataContainer(const Scalar& v, ScalarType t) : one_(v), dtype_(t) {}
  TensorDataContainer(const void* data, size_t n, ScalarType t);
  void check_shape(const TensorDataContainer& first) const;
  void write(const Tensor& out) const;

  Scalar one_;                                 // when sizes_ is empty
  std::vector<TensorDataContainer> children_;  // of a brace
  Tensor flat_;                                // of an array
  DimVector sizes_;
  ScalarType dtype_;
  Kind kind_ = Kind::scalar;
};
TL_API std::ostream& operator<<(std::ostream&, const TensorDataContainer&);  // "{{1, 2}, {3, 4}}"

}  // namespace detail

inline Tensor tensor(const detail::TensorDataContainer& data, const TensorOptions& options = {}) {
  return data.make(options);
}

/// With options: at::scalar_tensor(2, at::dtype(at::kInt)).
inline Tensor scalar_tensor(const Scalar& v, const std::same_as<TensorOptions> auto& options) {
  const Tensor t = scalar_tensor(v, options.dtype_opt());
  return options.requires_grad() ? t.requires_grad_() : t;
}

}  // namespace tealight
