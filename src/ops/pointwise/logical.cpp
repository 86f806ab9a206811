// Logic on truth values and on bits.
#include "ops/pointwise/schemas.h"
#define TL_THIS_FILE "ops/pointwise/logical.cpp"
#include "kernels/simd/foreach_isa.h"

#include "kernels/pointwise/pointwise-inl.h"

#if defined(__clang__)  // formulas serve vectors and bool alike: & is meant
#pragma clang diagnostic ignored "-Wbitwise-instead-of-logical"
#endif
namespace tealight::TL_ISA {
namespace {
struct LogicalAnd {
  template <class T>
  TL_INLINE T operator()(T a, T b) const {
    return zero_one((a != T(0)) & (b != T(0)), a);
  }
};
struct LogicalOr {
  template <class T>
  TL_INLINE T operator()(T a, T b) const {
    return zero_one((a != T(0)) | (b != T(0)), a);
  }
};
struct LogicalNot {
  template <class T>
  TL_INLINE T operator()(T a) const {
    return zero_one(a == T(0), a);
  }
};
}  // namespace
}  // namespace tealight::TL_ISA

#if TL_ONCE
namespace tealight::ops {
namespace {
struct LogicalXor {
  template <class T>
  T operator()(T a, T b) const {
    return T((a != T(0)) != (b != T(0)));
  }
};
struct BitAnd {
  int64_t operator()(int64_t a, int64_t b) const { return a & b; }
};
struct BitOr {
  int64_t operator()(int64_t a, int64_t b) const { return a | b; }
};
struct BitXor {
  int64_t operator()(int64_t a, int64_t b) const { return a ^ b; }
};
struct BitNot {
  int64_t operator()(int64_t a) const { return ~a; }
};
// Shifts by the width and more, which C++ leaves open: all bits go. Floats are scaled by powers of
// two.
struct ShiftLeft {
  int64_t operator()(int64_t a, int64_t b) const { return b < 0 || b > 63 ? 0 : a << b; }
  template <class T>
  T operator()(T a, T b) const {
    return a * std::pow(T(2), b);
  }
};
struct ShiftRight {
  int64_t operator()(int64_t a, int64_t b) const { return a >> (b < 0 || b > 63 ? 63 : b); }
  template <class T>
  T operator()(T a, T b) const {
    return a / std::pow(T(2), b);
  }
};
TL_FORMULA(LogicalAnd, 2, kAll);
TL_FORMULA(LogicalOr, 2, kAll);
TL_FORMULA(LogicalNot, 1, kAll);
TL_SCALAR_FORMULA(LogicalXor, 2, kAll);
TL_SCALAR_FORMULA(BitAnd, 2, kI64);
TL_SCALAR_FORMULA(BitOr, 2, kI64);
TL_SCALAR_FORMULA(BitXor, 2, kI64);
TL_SCALAR_FORMULA(BitNot, 1, kI64);
TL_SCALAR_FORMULA(ShiftLeft, 2, kOrdered);
TL_SCALAR_FORMULA(ShiftRight, 2, kOrdered);

const PointwiseRule& bitwise_not_rule(Args args) {
  static constexpr PointwiseRule bits{BitNot_formula}, logic{LogicalNot_formula};
  return args[0].toTensor().scalar_type() == kBool ? logic : bits;
}

#define TL_LOGICAL_OP(formula)                                                         \
  TL_POINTWISE(formula, Promote::logical), .traits = Trait::pointwise | Trait::nograd, \
      TL_SAMPLES({{sample({2, 3}, kInt), sample({3}, kInt, -2, 2, 2)}},                \
                 {{sample({6}, kBool), sample({6})}})
#define TL_BIT_OP(formula)                                                               \
  TL_POINTWISE(formula), .traits = Trait::pointwise | Trait::nograd | Trait::copied_out, \
      TL_SAMPLES({{sample({2, 3}, kInt, -99, 99), sample({3}, kInt, -99, 99, 2)}},       \
                 {{sample({6}, kBool), sample({6}, kBool, -2, 2, 2)}},                   \
                 {{sample({6}, kByte, 0, 255), 7}, 1}, {{7, sample({6}, kByte, 0, 255)}, 2})
#define TL_BITWISE_SCHEMAS(n, dunder)                                             \
  "aten::bitwise_" n ".Tensor(Tensor self, Tensor other) -> Tensor",              \
      "aten::bitwise_" n ".Scalar(Tensor self, Scalar other) -> Tensor",          \
      "aten::bitwise_" n ".Scalar_Tensor(Scalar self, Tensor other) -> Tensor",   \
      "aten::bitwise_" n "_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)", \
      "aten::bitwise_" n "_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)", \
      "aten::bitwise_" n                                                          \
      ".Tensor_out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)",  \
      "aten::bitwise_" n                                                          \
      ".Scalar_out(Tensor self, Scalar other, *, Tensor(a!) out) -> Tensor(a!)",  \
      TL_DUNDER_SCHEMAS(dunder)
#define TL_DUNDER_SCHEMAS(n)                                                  \
  "aten::__" n "__.Tensor(Tensor self, Tensor other) -> Tensor",              \
      "aten::__" n "__.Scalar(Tensor self, Scalar other) -> Tensor",          \
      "aten::__i" n "__.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)", \
      "aten::__i" n "__.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)"
#define TL_SHIFT_OP(formula)                                                             \
  TL_POINTWISE(formula), .traits = Trait::pointwise | Trait::nograd | Trait::copied_out, \
      TL_SAMPLES({{sample({2, 3}, kInt, -99, 99), sample({3}, kInt, 0, 5, 2)}},          \
                 {{sample({6}, kLong, -99, 99), 2}, 1})
#define TL_SHIFT_SCHEMAS(n)                                                                    \
  "aten::bitwise_" n "_shift.Tensor(Tensor self, Tensor other) -> Tensor",                     \
      "aten::bitwise_" n "_shift.Tensor_Scalar(Tensor self, Scalar other) -> Tensor",          \
      "aten::bitwise_" n "_shift.Scalar_Tensor(Scalar self, Tensor other) -> Tensor",          \
      "aten::bitwise_" n "_shift_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)",        \
      "aten::bitwise_" n "_shift_.Tensor_Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)", \
      "aten::bitwise_" n                                                                       \
      "_shift.Tensor_out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)",         \
      "aten::bitwise_" n                                                                       \
      "_shift.Tensor_Scalar_out(Tensor self, Scalar other, *, Tensor(a!) out) -> Tensor(a!)"
}  // namespace

TL_OP(logical_and){
    .schemas = {TL_BINARY_SCHEMAS("logical_and")},
    TL_LOGICAL_OP(LogicalAnd_formula),
};
TL_OP(logical_or){
    .schemas = {TL_BINARY_SCHEMAS("logical_or")},
    TL_LOGICAL_OP(LogicalOr_formula),
};
TL_OP(logical_xor){
    .schemas = {TL_BINARY_SCHEMAS("logical_xor")},
    TL_LOGICAL_OP(LogicalXor_formula),
};
TL_OP(logical_not){
    .schemas = {TL_UNARY_SCHEMAS("logical_not")},
    TL_POINTWISE(LogicalNot_formula, Promote::logical),
    .traits = Trait::pointwise | Trait::nograd,
    TL_SAMPLES({{sample({2, 3}, kInt)}}, {{sample({6}, kBool)}}, {{sample({3})}}),
};
TL_OP(bitwise_and){
    .schemas = {TL_BITWISE_SCHEMAS("and", "and")},
    TL_BIT_OP(BitAnd_formula),
};
TL_OP(bitwise_or){
    .schemas = {TL_BITWISE_SCHEMAS("or", "or")},
    TL_BIT_OP(BitOr_formula),
};
TL_OP(bitwise_xor){
    .schemas = {TL_BITWISE_SCHEMAS("xor", "xor")},
    TL_BIT_OP(BitXor_formula),
};
TL_OP(bitwise_not){
    .schemas = {TL_UNARY_SCHEMAS("bitwise_not")},
    TL_POINTWISE_CHOICE(bitwise_not_rule),
    .traits = Trait::pointwise | Trait::nograd,
    TL_SAMPLES({{sample({2, 3}, kInt, -99, 99)}}, {{sample({6}, kBool)}}),
};
TL_OP(bitwise_left_shift){
    .schemas = {TL_SHIFT_SCHEMAS("left")},
    TL_SHIFT_OP(ShiftLeft_formula),
};
TL_OP(lshift){
    .schemas = {TL_DUNDER_SCHEMAS("lshift")},
    TL_SHIFT_OP(ShiftLeft_formula),
};
TL_OP(rshift){
    .schemas = {TL_DUNDER_SCHEMAS("rshift")},
    TL_SHIFT_OP(ShiftRight_formula),
};
TL_OP(bitwise_right_shift){
    .schemas = {TL_SHIFT_SCHEMAS("right")},
    TL_SHIFT_OP(ShiftRight_formula),
};
}  // namespace tealight::ops
#endif
