#include "tealight/scalar.h"

#include <cmath>

namespace tealight {

bool Scalar::fits(bool is_signed, size_t bytes) const {
  const int bits = int(bytes) * 8 - int(is_signed);
  if (!exact()) {
    const double limit = std::ldexp(1.0, bits);
    return z_.real() < limit && z_.real() >= -limit;  // false for NaN
  }
  if (bits >= 63) return true;
  const int64_t limit = int64_t(1) << bits;
  return is_signed ? i_ >= -limit && i_ < limit : i_ > -limit && i_ < limit;
}

void Scalar::fail_overflow(bool is_signed, size_t bytes) {
  fail(str("value cannot be converted to type ", is_signed ? "" : "u", "int", bytes * 8,
           "_t without overflow"));
}

std::ostream& operator<<(std::ostream& out, const Scalar& s) {
  if (s.isFloatingPoint()) return out << s.toDouble();
  if (s.isComplex()) return out << s.toComplexDouble();
  if (s.isBoolean()) return out << (s.toBool() ? "true" : "false");
  return out << s.toLong();
}

}  // namespace tealight
