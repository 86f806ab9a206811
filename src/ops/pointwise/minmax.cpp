// The larger and the smaller of two numbers, bounds, and numbers in place of NaN.
#include "ops/pointwise/schemas.h"
#include "ops/quantized/qnnpack_clamp.h"
#define TL_THIS_FILE "ops/pointwise/minmax.cpp"
#include "kernels/simd/foreach_isa.h"

#include "kernels/pointwise/pointwise-inl.h"

namespace tealight::TL_ISA {
namespace {
// NaN wins.
struct Maximum {
  template <class T>
  TL_INLINE T operator()(T a, T b) const {
    return max(a, b);
  }
};
struct Minimum {
  template <class T>
  TL_INLINE T operator()(T a, T b) const {
    return min(a, b);
  }
};
struct Clamp {
  template <class T>
  TL_INLINE T operator()(T x, T lo, T hi) const {
    return min(max(x, lo), hi);
  }
};
}  // namespace
}  // namespace tealight::TL_ISA

#if TL_ONCE
namespace tealight::ops {
namespace {
// NaN loses.
struct Fmax {
  template <class T>
  T operator()(T a, T b) const {
    return std::fmax(a, b);
  }
  int64_t operator()(int64_t a, int64_t b) const { return std::max(a, b); }
};
struct Fmin {
  template <class T>
  T operator()(T a, T b) const {
    return std::fmin(a, b);
  }
  int64_t operator()(int64_t a, int64_t b) const { return std::min(a, b); }
};
TL_FORMULA(Maximum, 2, kOrdered);
TL_FORMULA(Minimum, 2, kOrdered);
TL_FORMULA(Clamp, 3, kOrdered);
TL_SCALAR_FORMULA(Fmax, 2, kOrdered);
TL_SCALAR_FORMULA(Fmin, 2, kOrdered);

// Either bound may be None.
const PointwiseRule& clamp_rule(Args args) {
  static constexpr PointwiseRule both{Clamp_formula}, from_below{Maximum_formula},
      from_above{Minimum_formula};
  TL_CHECK(!args[1].isNone() || !args[2].isNone(),
           "torch.clamp: At least one of 'min' or 'max' must not be None");
  return args[2].isNone() ? from_below : args[1].isNone() ? from_above : both;
}

// Where the bounds do not act, and where each does.
Grads clamp_gradient(const GradCall& c) {
  const Tensor &g = c.grad(), &x = c.in(0);
  const bool has_lo = !c.args[1].isNone(), has_hi = !c.args[2].isNone();
  const Tensor lo = has_lo ? operand(c, 1) : Tensor(), hi = has_hi ? operand(c, 2) : Tensor();
  const auto inside = [&] {
    if (!has_lo) return x <= hi;
    return has_hi ? (x >= lo) & (x <= hi) : x >= lo;
  };
  const auto below = [&] { return has_hi ? (lo < hi) & (x < lo) : x < lo; };
  const auto above = [&] { return has_lo ? (x > hi) | (hi < lo) : x > hi; };
  Grads grads{c.wants(0) ? where(inside(), g, 0) : Tensor()};
  if (c.inputs.size() < 3) return grads;  // bounds are numbers
  grads.push_back(c.wants(1) ? where(below(), g, 0) : Tensor());
  grads.push_back(c.wants(2) ? where(above(), g, 0) : Tensor());
  return grads;
}

// Equal numbers share the gradient.
Tensor shared(const Tensor& g, const Tensor& a, const Tensor& b, const Tensor& loses) {
  return where(loses, 0, where(a == b, g / 2, g));
}
Tensor wins(const Tensor& g, const Tensor& a, const Tensor& b, bool first, bool larger) {
  const Tensor a_wins = (larger ? a >= b : a <= b) | b.isnan();
  return first ? where(a_wins, g, 0) : where(a_wins, 0, g);
}

// The largest finite number of a type.
double largest(ScalarType t) {
  switch (t) {
    case kHalf:
      return 65504;
    case kBFloat16:
      return 3.3895313892515355e38;
    case kDouble:
      return std::numeric_limits<double>::max();
    default:
      return std::numeric_limits<float>::max();
  }
}
Tensor nan_to_num_impl(const Tensor& self, std::optional<double> nan, std::optional<double> posinf,
                       std::optional<double> neginf) {
  const ScalarType t = self.scalar_type();
  if (is_integral(t)) return self.clone();
  TL_CHECK(!is_complex(t), "nan_to_num does not support complex inputs");
  const double infinity = std::numeric_limits<double>::infinity();
  const Tensor finite = where(self == -infinity, neginf.value_or(-largest(t)),
                              where(self == infinity, posinf.value_or(largest(t)), self));
  return where(self.isnan(), nan.value_or(0), finite);
}

#define TL_EXTREME_SAMPLES                                      \
  TL_SAMPLES({{sample({2, 3}), sample({3}, kFloat, -2, 2, 2)}}, \
             {{sample({9}, kInt), sample({9}, kInt, -2, 2, 2)}})
#define TL_CLAMP_SCHEMAS(n)                                                                     \
  "aten::" n "(Tensor self, Scalar? min=None, Scalar? max=None) -> Tensor",                     \
      "aten::" n ".Tensor(Tensor self, Tensor? min=None, Tensor? max=None) -> Tensor",          \
      "aten::" n "_(Tensor(a!) self, Scalar? min=None, Scalar? max=None) -> Tensor(a!)",        \
      "aten::" n "_.Tensor(Tensor(a!) self, Tensor? min=None, Tensor? max=None) -> Tensor(a!)", \
      "aten::" n                                                                                \
      ".out(Tensor self, Scalar? min=None, Scalar? max=None, *, Tensor(a!) out) -> Tensor(a!)", \
      "aten::" n                                                                                \
      ".Tensor_out(Tensor self, Tensor? min=None, Tensor? max=None, *, Tensor(a!) out) -> Tensor(a!)"
#define TL_BOUND_SCHEMAS(n, bound)                                                       \
  "aten::" n "(Tensor self, Scalar " bound ") -> Tensor",                                \
      "aten::" n ".Tensor(Tensor self, Tensor " bound ") -> Tensor",                     \
      "aten::" n "_(Tensor(a!) self, Scalar " bound ") -> Tensor(a!)",                   \
      "aten::" n "_.Tensor(Tensor(a!) self, Tensor " bound ") -> Tensor(a!)",            \
      "aten::" n ".out(Tensor self, Scalar " bound ", *, Tensor(a!) out) -> Tensor(a!)", \
      "aten::" n ".Tensor_out(Tensor self, Tensor " bound ", *, Tensor(a!) out) -> Tensor(a!)"
}  // namespace

TL_OP(maximum){
    .schemas = {"aten::maximum(Tensor self, Tensor other) -> Tensor",
                "aten::max.other(Tensor self, Tensor other) -> Tensor",
                "aten::maximum.out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)",
                "aten::max.out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)"},
    TL_POINTWISE(Maximum_formula),
    TL_GRADIENT2(shared(g, a, b, a < b), shared(g, a, b, b < a)),
    .reads = {args(0, 1), 0},
    .traits = Trait::pointwise,
    TL_EXTREME_SAMPLES,
};
TL_OP(minimum){
    .schemas = {"aten::minimum(Tensor self, Tensor other) -> Tensor",
                "aten::min.other(Tensor self, Tensor other) -> Tensor",
                "aten::minimum.out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)",
                "aten::min.out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)"},
    TL_POINTWISE(Minimum_formula),
    TL_GRADIENT2(shared(g, a, b, a > b), shared(g, a, b, b > a)),
    .reads = {args(0, 1), 0},
    .traits = Trait::pointwise,
    TL_EXTREME_SAMPLES,
};
TL_OP(fmax){
    .schemas = {"aten::fmax(Tensor self, Tensor other) -> Tensor",
                "aten::fmax.out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)"},
    TL_POINTWISE(Fmax_formula),
    TL_GRADIENT2(wins(g, a, b, true, true), wins(g, a, b, false, true)),
    .reads = {args(0, 1), 0},
    .traits = Trait::pointwise,
    TL_EXTREME_SAMPLES,
};
TL_OP(fmin){
    .schemas = {"aten::fmin(Tensor self, Tensor other) -> Tensor",
                "aten::fmin.out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)"},
    TL_POINTWISE(Fmin_formula),
    TL_GRADIENT2(wins(g, a, b, true, false), wins(g, a, b, false, false)),
    .reads = {args(0, 1), 0},
    .traits = Trait::pointwise,
    TL_EXTREME_SAMPLES,
};
TL_OP(clamp){
    .schemas = {TL_CLAMP_SCHEMAS("clamp"), TL_CLAMP_SCHEMAS("clip")},
    TL_QNNPACK_CLAMP(PointwiseChoice<clamp_rule>),
    .backward = TL_TRAIN(clamp_gradient),
    .reads = {args(0, 1, 2), 0},
    .traits = Trait::pointwise | Trait::epilogue,
    TL_SAMPLES({{sample({2, 3}), -0.5, 1.}}, {{sample({2, 3}), Value(), 0.5}},
               {{sample({2, 3}), 0, Value()}}, {{sample({7}, kInt), -1, 1}},
               {{sample({7}, kInt), 0.5, Value()}},
               {{sample({2, 3}), sample({3}, kFloat, -1, 0), sample({2, 1}, kFloat, 0, 1)}, 1},
               {{sample({2, 3}), Value(), sample({3})}, 1},
               {{sample({2, 3}), sample({3}), Value()}, 1}),
};
TL_OP(clamp_min){
    .schemas = {TL_BOUND_SCHEMAS("clamp_min", "min")},
    TL_POINTWISE(Maximum_formula),
    TL_GRADIENT2(where(a >= b, g, 0), where(a < b, g, 0)),
    .reads = {args(0, 1), 0},
    .traits = Trait::pointwise | Trait::epilogue,
    TL_SAMPLES({{sample({2, 3}), 0.5}}, {{sample({7}, kInt), 1}},
               {{sample({2, 3}), sample({3}, kFloat, -2, 2, 2)}, 1}),
};
TL_OP(clamp_max){
    .schemas = {TL_BOUND_SCHEMAS("clamp_max", "max")},
    TL_POINTWISE(Minimum_formula),
    TL_GRADIENT2(where(a <= b, g, 0), where(a > b, g, 0)),
    .reads = {args(0, 1), 0},
    .traits = Trait::pointwise | Trait::epilogue,
    TL_SAMPLES({{sample({2, 3}), 0.5}}, {{sample({7}, kInt), 1}},
               {{sample({2, 3}), sample({3}, kFloat, -2, 2, 2)}, 1}),
};
TL_OP(nan_to_num){
    .schemas =
        {"aten::nan_to_num(Tensor self, float? nan=None, float? posinf=None, float? neginf=None) -> Tensor",
         "aten::nan_to_num_(Tensor(a!) self, float? nan=None, float? posinf=None, float? neginf=None) -> Tensor(a!)",
         "aten::nan_to_num.out(Tensor self, float? nan=None, float? posinf=None, float? neginf=None, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<nan_to_num_impl>,
    .traits = Trait::composite,
    TL_SAMPLES({{sample({3, 7}) / sample({3, 7}, kFloat, -2, 2, 2).floor(), Value(), Value(),
                 Value()}},
               {{sample({3, 7}) / sample({3, 7}, kFloat, -2, 2, 2).floor(), 1.5, 2., -3.}}),
};
}  // namespace tealight::ops
#endif
