// One number of any kind: what PyTorch's schemas call Scalar.
#pragma once
#include <complex>

#include "tealight/dtype.h"

namespace tealight {

class TL_API Scalar {
 public:
  Scalar() : Scalar(int64_t(0)) {}
  Scalar(bool v) : kind_(Kind::boolean) { i_ = v; }
  template <class T>
    requires(std::is_integral_v<T> && !std::is_same_v<T, bool>)
  Scalar(T v) : kind_(Kind::integer) {
    i_ = int64_t(v);
  }
  template <class T>
    requires(std::is_floating_point_v<T>)
  Scalar(T v) : kind_(Kind::real) {
    z_ = {double(v), 0};
  }
  template <class T>
  Scalar(std::complex<T> v) : kind_(Kind::complex) {
    z_ = {double(v.real()), double(v.imag())};
  }

  bool isFloatingPoint() const { return kind_ == Kind::real; }
  bool isIntegral(bool with_bool) const {
    return kind_ == Kind::integer || (with_bool && isBoolean());
  }
  bool isBoolean() const { return kind_ == Kind::boolean; }
  bool isComplex() const { return kind_ == Kind::complex; }
  /// kDouble, kLong, kBool or kComplexDouble
  ScalarType type() const {
    return isFloatingPoint() ? kDouble : isComplex() ? kComplexDouble : isBoolean() ? kBool : kLong;
  }

  double toDouble() const { return exact() ? double(i_) : z_.real(); }
  float toFloat() const { return float(toDouble()); }
  int64_t toLong() const { return exact() ? i_ : int64_t(z_.real()); }
  int toInt() const { return to<int>(); }
  bool toBool() const { return exact() ? i_ != 0 : z_ != 0.0; }
  std::complex<double> toComplexDouble() const {
    return exact() ? std::complex<double>(double(i_)) : z_;
  }
  /// Throws when an integral T cannot hold it; negative numbers wrap around to unsigned types, as
  /// in PyTorch.
  template <class T>
  T to() const {
    if constexpr (std::is_same_v<T, bool>) {
      return toBool();
    } else if constexpr (std::is_integral_v<T>) {
      if (!fits(std::is_signed_v<T>, sizeof(T))) fail_overflow(std::is_signed_v<T>, sizeof(T));
      return T(toLong());
    } else if constexpr (std::is_floating_point_v<T>) {
      return T(toDouble());
    } else {
      return T(toComplexDouble());
    }
  }
  Scalar operator-() const {
    return exact() ? Scalar(-i_) : isComplex() ? Scalar(-z_) : Scalar(-z_.real());
  }
  Scalar conj() const { return isComplex() ? Scalar(std::conj(z_)) : *this; }
  bool equal(Scalar o) const {
    return exact() && o.exact() ? i_ == o.i_ : toComplexDouble() == o.toComplexDouble();
  }

 private:
  enum class Kind : uint8_t { real, integer, boolean, complex };
  bool fits(bool is_signed, size_t bytes) const;
  [[noreturn]] static void fail_overflow(bool is_signed, size_t bytes);
  bool exact() const { return kind_ == Kind::integer || kind_ == Kind::boolean; }
  std::complex<double> z_{};
  int64_t i_ = 0;
  Kind kind_;
};
TL_API std::ostream& operator<<(std::ostream&, const Scalar&);

}  // namespace tealight
