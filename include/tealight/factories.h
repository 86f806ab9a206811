// tealight::tensor(...): a tensor of numbers that stand in the program, nested braces included
// (torch::tensor).
//   tensor({{1, 2}, {3, 4}})   tensor(2.5)   tensor(std::vector<float>{1, 2}, kDouble)
#pragma once
#include "tealight/ops.h"

namespace tealight {
namespace detail {

/// A number, a list of numbers, or a list of lists.
class TL_API TensorData {
 public:
  template <class T>
    requires(std::is_arithmetic_v<T>)
  TensorData(T v) : TensorData(Scalar(v), dtype_of_number<T>()) {}
  template <class T>
  TensorData(std::complex<T> v) : TensorData(Scalar(v), dtype_of<std::complex<T>>::value) {}
  TensorData(const Scalar& v) : TensorData(v, v.type()) {}
  TensorData(std::initializer_list<TensorData> v);
  template <class T>
  TensorData(ArrayRef<T> v) : TensorData(v.data(), v.size(), dtype_of<T>::value) {}
  template <class T>
    requires(!std::is_same_v<T, bool>)
  TensorData(const std::vector<T>& v) : TensorData(v.data(), v.size(), dtype_of<T>::value) {}
  TensorData(const std::vector<bool>& v);

  /// Of this dtype where one is asked for; else int64 for integers of any size and float32 for
  /// floating-point numbers.
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
  TensorData(const Scalar& v, ScalarType t) : one_(v), dtype_(t) {}
  TensorData(const void* data, size_t n, ScalarType t);
  void check_shape(const TensorData& first) const;
  void write(const Tensor& out) const;

  Scalar one_;                        // when sizes_ is empty
  std::vector<TensorData> children_;  // of a brace
  Tensor flat_;                       // of an array
  DimVector sizes_;
  ScalarType dtype_;
};

}  // namespace detail

inline Tensor tensor(const detail::TensorData& data, const TensorOptions& options = {}) {
  return data.make(options);
}

/// With options: at::scalar_tensor(2, at::dtype(at::kInt)).
inline Tensor scalar_tensor(const Scalar& v, const std::same_as<TensorOptions> auto& options) {
  const Tensor t = scalar_tensor(v, options.dtype_opt());
  return options.requires_grad() ? t.requires_grad_() : t;
}

}  // namespace tealight
