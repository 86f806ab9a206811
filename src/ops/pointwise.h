// Pointwise operators from their formula: types, shapes and kernels for any number of broadcast
// inputs.
//
//   TL_FORMULA(Add, 3, kAll);                       // after the per-ISA part, see
//   ops/pointwise/add.cpp TL_OP(add){ .schemas = {...}, TL_POINTWISE(Add_formula,
//   Promote::arithmetic, 2), ... };
//
// Numbers among the arguments arrive as 0-d tensors; what is neither tensor nor number (None, a
// string) is no input of the formula. Quantized inputs of unary formulas go through a table of 256.
#pragma once
#include "kernels/pointwise/formula.h"
#include "ops/broadcast.h"
#include "ops/op.h"

namespace tealight {

/// How the dtype of the result follows from the inputs'.
enum class Promote : uint8_t {
  arithmetic,  // torch.result_type
  to_float,    // the same, integers become float32
  compare,     // computed in result_type, the result is bool
  logical,     // every type is taken as it is, the result is bool
  to_real,     // arithmetic; complex gives its real type (abs)
};

struct PointwiseRule {
  const Formula& formula;
  Promote promote = Promote::arithmetic;
  int first = 0,
      count =
          8;  // which inputs take part in promotion; e.g. not where's condition, not add's alpha
};
std::vector<Fact> pointwise_infer(const PointwiseRule&, Args);
Offer pointwise_prepare(const PointwiseRule&, const Call&);

/// The formula depends on an argument that is no number (rounding_mode): `Choose` is const
/// PointwiseRule&(Args).
template <auto Choose>
struct PointwiseChoice {
  static std::vector<Fact> infer(Args a) { return pointwise_infer(Choose(a), a); }
  static Offer prepare(const Call& c) { return pointwise_prepare(Choose(c.args), c); }
  static constexpr Impl kernels[] = {{"pointwise", prepare}};
};
#define TL_POINTWISE_CHOICE(choose) \
  .infer = PointwiseChoice<choose>::infer, .kernels = PointwiseChoice<choose>::kernels

template <const Formula& F, Promote P = Promote::arithmetic, int Count = 8, int First = 0>
struct Pointwise {
  static constexpr PointwiseRule rule{F, P, First, Count};
  static std::vector<Fact> infer(Args a) { return pointwise_infer(rule, a); }
  static Offer prepare(const Call& c) { return pointwise_prepare(rule, c); }
  static constexpr Impl kernels[] = {{"pointwise", prepare}};
};
/// .infer and .kernels of an Op. Arguments: the formula, then Promote, how many inputs take part,
/// the first that does.
#define TL_POINTWISE(...) \
  .infer = Pointwise<__VA_ARGS__>::infer, .kernels = Pointwise<__VA_ARGS__>::kernels

/// Infer of a pointwise operator whose quantized form has a fixed range: scale range / 256 and, for
/// quint8, that zero point (sigmoid: 1, 0; tanh: 2, 128).
std::vector<Fact> with_fixed_quantizer(std::vector<Fact>, double range, int64_t zero_point);

}  // namespace tealight
