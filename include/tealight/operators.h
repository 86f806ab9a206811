// a + b, 2 * a, a < b, a & b ... on tensors and numbers, as in libtorch.
#pragma once
#include "tealight/ops.h"

namespace tealight {

#define TL_ARITHMETIC(symbol, name)                                                      \
  inline Tensor operator symbol(const Tensor& a, const Tensor& b) { return name(a, b); } \
  inline Tensor operator symbol(const Tensor& a, const Scalar& b) { return name(a, b); }
TL_ARITHMETIC(+, add)
TL_ARITHMETIC(-, sub)
TL_ARITHMETIC(*, mul)
TL_ARITHMETIC(/, div)
TL_ARITHMETIC(%, remainder)
TL_ARITHMETIC(&, bitwise_and)
TL_ARITHMETIC(|, bitwise_or)
TL_ARITHMETIC(^, bitwise_xor)
TL_ARITHMETIC(<, lt)
TL_ARITHMETIC(<=, le)
TL_ARITHMETIC(>, gt)
TL_ARITHMETIC(>=, ge)
TL_ARITHMETIC(==, eq)
TL_ARITHMETIC(!=, ne)
#undef TL_ARITHMETIC

inline Tensor operator+(const Scalar& a, const Tensor& b) { return add(b, a); }
inline Tensor operator-(const Scalar& a, const Tensor& b) { return rsub(b, a); }
inline Tensor operator*(const Scalar& a, const Tensor& b) { return mul(b, a); }
inline Tensor operator/(const Scalar& a, const Tensor& b) { return mul(reciprocal(b), a); }
inline Tensor operator%(const Scalar& a, const Tensor& b) { return remainder(a, b); }
inline Tensor operator&(const Scalar& a, const Tensor& b) { return bitwise_and(b, a); }
inline Tensor operator|(const Scalar& a, const Tensor& b) { return bitwise_or(b, a); }
inline Tensor operator^(const Scalar& a, const Tensor& b) { return bitwise_xor(b, a); }
inline Tensor operator<(const Scalar& a, const Tensor& b) { return gt(b, a); }
inline Tensor operator<=(const Scalar& a, const Tensor& b) { return ge(b, a); }
inline Tensor operator>(const Scalar& a, const Tensor& b) { return lt(b, a); }
inline Tensor operator>=(const Scalar& a, const Tensor& b) { return le(b, a); }
inline Tensor operator==(const Scalar& a, const Tensor& b) { return eq(b, a); }
inline Tensor operator!=(const Scalar& a, const Tensor& b) { return ne(b, a); }

}  // namespace tealight
