// Products and quotients: exact, rounded down or towards zero, and what remains of them.
#include "ops/pointwise/schemas.h"
#define TL_THIS_FILE "ops/pointwise/mul.cpp"
#include "kernels/simd/foreach_isa.h"

#include "kernels/pointwise/pointwise-inl.h"

namespace tealight::TL_ISA {
namespace {
struct Mul {
  template <class T>
  TL_INLINE T operator()(T a, T b) const {
    return a * b;
  }
};
struct Div {
  template <class T>
  TL_INLINE T operator()(T a, T b) const {
    return a / b;
  }
};
struct Addcmul {
  template <class T>
  TL_INLINE T operator()(T a, T b, T c, T value) const {
    return a + value * b * c;
  }
};
struct Addcdiv {
  template <class T>
  TL_INLINE T operator()(T a, T b, T c, T value) const {
    return a + value * b / c;
  }
};
}  // namespace
}  // namespace tealight::TL_ISA

#if TL_ONCE
namespace tealight::ops {
namespace {
// The lowest integer divided by -1 does not fit; it wraps around.
int64_t quotient(int64_t a, int64_t b) { return b == -1 ? -a : a / b; }
int64_t rest(int64_t a, int64_t b) { return b == -1 ? 0 : a % b; }

struct IntegerDivision {
  static constexpr const char* message = "ZeroDivisionError";
  static bool check(int64_t, int64_t b) { return b != 0; }
  static bool check(double, double) { return true; }
  static bool check(float, float) { return true; }
};
struct DivTrunc : IntegerDivision {
  int64_t operator()(int64_t a, int64_t b) const { return quotient(a, b); }
  template <class T>
  T operator()(T a, T b) const {
    return std::trunc(a / b);
  }
};
struct DivFloor : IntegerDivision {
  int64_t operator()(int64_t a, int64_t b) const {
    return quotient(a, b) - (rest(a, b) != 0 && (a < 0) != (b < 0));
  }
  // as Python and NumPy: floor of the exact quotient, not of the rounded one
  template <class T>
  T operator()(T a, T b) const {
    if (b == 0) return a / b;
    const T mod = std::fmod(a, b);
    T div = (a - mod) / b;
    if (mod != 0 && (b < 0) != (mod < 0)) div -= 1;
    if (div == 0) return std::copysign(T(0), a / b);
    const T down = std::floor(div);
    return div - down > T(0.5) ? down + 1 : down;
  }
};
struct Remainder : IntegerDivision {
  int64_t operator()(int64_t a, int64_t b) const {
    const int64_t r = rest(a, b);
    return r != 0 && (r < 0) != (b < 0) ? r + b : r;
  }
  template <class T>
  T operator()(T a, T b) const {
    const T r = std::fmod(a, b);
    return r != 0 && (b < 0) != (r < 0) ? r + b : r;
  }
};
struct Fmod : IntegerDivision {
  int64_t operator()(int64_t a, int64_t b) const { return rest(a, b); }
  template <class T>
  T operator()(T a, T b) const {
    return std::fmod(a, b);
  }
};
TL_FORMULA(Mul, 2, kAll);
TL_FORMULA(Div, 2, kReal | kC128);
TL_FORMULA(Addcmul, 4, kAll);
TL_FORMULA(Addcdiv, 4, kReal | kC128);
TL_SCALAR_FORMULA(DivTrunc, 2, kOrdered);
TL_SCALAR_FORMULA(DivFloor, 2, kOrdered);
TL_SCALAR_FORMULA(Remainder, 2, kOrdered);
TL_SCALAR_FORMULA(Fmod, 2, kOrdered);

const PointwiseRule& div_rule(Args args) {
  static constexpr PointwiseRule exact{Div_formula, Promote::to_float}, trunc{DivTrunc_formula},
      floor{DivFloor_formula};
  if (args[2].isNone()) return exact;
  const std::string& mode = args[2].toStringRef();
  TL_CHECK(mode == "trunc" || mode == "floor",
           "div expected rounding_mode to be one of None, 'trunc', or 'floor' but found '", mode,
           "'");
  return mode == "trunc" ? trunc : floor;
}

std::vector<Fact> addcdiv_infer(Args args) {
  TL_CHECK(
      !is_integral(args[1].toTensor().scalar_type()) ||
          !is_integral(args[2].toTensor().scalar_type()),
      "Integer division with addcdiv is no longer supported; use div with rounding_mode='trunc' or convert the tensors to a floating type");
  return Pointwise<Addcdiv_formula, Promote::arithmetic, 3>::infer(args);
}

Tensor div_to_b(const Tensor& g, const Tensor& a, const Tensor& b) {
  return -g * ((a / b) / b).conj();
}
}  // namespace

TL_OP(mul){
    .schemas = {TL_TENSOR_OR_SCALAR_SCHEMAS("mul", "out"),
                TL_TENSOR_OR_SCALAR_SCHEMAS("multiply", "out")},
    TL_POINTWISE(Mul_formula),
    TL_GRADIENT2(g* b.conj(), g* a.conj()),
    .reads = {args(0, 1), 0},
    .traits = Trait::pointwise | Trait::epilogue | Trait::copied_out,
    TL_SAMPLES({{sample({2, 3}), sample({3}, kFloat, -2, 2, 2)}}, {{sample({4}, kInt), 3}, 1},
               {{sample({4}), 2.5}, 1}),
};
TL_OP(div){
    .schemas = {TL_TENSOR_OR_SCALAR_SCHEMAS("div", "out"),
                TL_TENSOR_OR_SCALAR_SCHEMAS("true_divide", "out")},
    TL_POINTWISE(Div_formula, Promote::to_float),
    TL_GRADIENT2(g / b.conj(), div_to_b(g, a, b)),
    .reads = {args(0, 1), 0},
    .traits = Trait::pointwise | Trait::epilogue | Trait::copied_out,
    TL_SAMPLES({{sample({2, 3}), sample({3}, kFloat, 1, 2, 2)}}, {{sample({4}, kInt), 3}, 1},
               {{sample({4}), 2.5}, 1}),
};
TL_OP(divide){
    .schemas = {TL_TENSOR_OR_SCALAR_SCHEMAS("divide", "out")},
    TL_POINTWISE(Div_formula, Promote::to_float),
    TL_GRADIENT2(g / b.conj(), div_to_b(g, a, b)),
    .reads = {args(0, 1), 0},
    .traits = Trait::pointwise,
};
#define TL_DIV_MODE_SCHEMAS(n)                                                               \
  "aten::" n ".Tensor_mode(Tensor self, Tensor other, *, str? rounding_mode) -> Tensor",     \
      "aten::" n ".Scalar_mode(Tensor self, Scalar other, *, str? rounding_mode) -> Tensor", \
      "aten::" n                                                                             \
      "_.Tensor_mode(Tensor(a!) self, Tensor other, *, str? rounding_mode) -> Tensor(a!)",   \
      "aten::" n                                                                             \
      "_.Scalar_mode(Tensor(a!) self, Scalar other, *, str? rounding_mode) -> Tensor(a!)",   \
      "aten::" n                                                                             \
      ".out_mode(Tensor self, Tensor other, *, str? rounding_mode, Tensor(a!) out) -> Tensor(a!)"
TL_OP(div_mode){
    .schemas = {TL_DIV_MODE_SCHEMAS("div"), TL_DIV_MODE_SCHEMAS("divide")},
    TL_POINTWISE_CHOICE(div_rule),
    TL_GRADIENT2(c.args[2].isNone() ? g / b.conj() : zeros_like(g),
                 c.args[2].isNone() ? div_to_b(g, a, b) : zeros_like(g)),
    .reads = {args(0, 1), 0},
    .traits = Trait::pointwise | Trait::copied_out,
    TL_SAMPLES({{sample({2, 3}, kFloat, -9, 9), sample({3}, kFloat, 1, 2, 2), "floor"}},
               {{sample({2, 3}, kFloat, -9, 9), -0.75, "floor"}, 1},
               {{sample({2, 3}, kFloat, -9, 9), 0.75, "trunc"}, 1},
               {{sample({9}, kInt, -9, 9), sample({9}, kInt, 1, 5), "floor"}},
               {{sample({9}, kInt, -9, 9), -4, "trunc"}, 1},
               {{sample({9}, kInt, -9, 9), 4, Value()}, 1}),
};
TL_OP(floor_divide){
    .schemas =
        {"aten::floor_divide(Tensor self, Tensor other) -> Tensor",
         "aten::floor_divide.Scalar(Tensor self, Scalar other) -> Tensor",
         "aten::floor_divide_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)",
         "aten::floor_divide_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)",
         "aten::floor_divide.out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)"},
    TL_POINTWISE(DivFloor_formula),
    .traits = Trait::pointwise | Trait::nograd,
    TL_SAMPLES({{sample({2, 3}, kFloat, -9, 9), sample({3}, kFloat, 1, 2, 2)}},
               {{sample({9}, kInt, -9, 9), -4}, 1}, {{sample({9}, kFloat, -9, 9), 0.}, 1}),
};
#define TL_REMAINDER_SAMPLES                                                  \
  TL_SAMPLES({{sample({2, 3}, kFloat, -9, 9), sample({3}, kFloat, 1, 2, 2)}}, \
             {{sample({9}, kInt, -9, 9), -4}, 1}, {{sample({9}, kFloat, -9, 9), 2.5}, 1})
TL_OP(remainder){
    .schemas = {TL_BINARY_SCALAR_SCHEMAS("remainder", "Tensor_out", "Scalar_out"),
                "aten::remainder.Scalar_Tensor(Scalar self, Tensor other) -> Tensor"},
    TL_POINTWISE(Remainder_formula),
    TL_GRADIENT2(g, -g* a.div(b, "floor")),
    .reads = {args(0, 1), 0},
    .traits = Trait::pointwise | Trait::copied_out,
    TL_REMAINDER_SAMPLES,
};
TL_OP(fmod){
    .schemas = {TL_BINARY_SCALAR_SCHEMAS("fmod", "Tensor_out", "Scalar_out")},
    TL_POINTWISE(Fmod_formula),
    TL_GRADIENT2(g, -g* a.div(b, "trunc")),
    .reads = {args(0, 1), 0},
    .traits = Trait::pointwise,
    TL_REMAINDER_SAMPLES,
};
#define TL_ADDC_SCHEMAS(n)                                                                   \
  "aten::" n "(Tensor self, Tensor tensor1, Tensor tensor2, *, Scalar value=1) -> Tensor",   \
      "aten::" n                                                                             \
      "_(Tensor(a!) self, Tensor tensor1, Tensor tensor2, *, Scalar value=1) -> Tensor(a!)", \
      "aten::" n                                                                             \
      ".out(Tensor self, Tensor tensor1, Tensor tensor2, *, Scalar value=1, Tensor(a!) out) -> Tensor(a!)"
#define TL_ADDC_SAMPLES                                                                       \
  TL_SAMPLES(                                                                                 \
      {{sample({2, 3}), sample({3}, kFloat, 1, 2, 2), sample({2, 1}, kFloat, 1, 2, 3), 0.5}}, \
      {{sample({4}), sample({4}, kFloat, 1, 2), sample({4}, kFloat, 1, 2, 3), 1}})
TL_OP(addcmul){
    .schemas = {TL_ADDC_SCHEMAS("addcmul")},
    TL_POINTWISE(Addcmul_formula, Promote::arithmetic, 3),
    .backward = TL_TRAIN([](const GradCall& c) -> Grads {
      const Scalar value = c.arg<Scalar>(3).conj();
      const Tensor& g = c.grad();
      return by_argument(
          c, [&] { return g; }, [&] { return g * (c.in(2) * value).conj(); },
          [&] { return g * (c.in(1) * value).conj(); });
    }),
    .reads = {args(1, 2), 0},
    .traits = Trait::pointwise,
    TL_ADDC_SAMPLES,
};
TL_OP(addcdiv){
    .schemas = {TL_ADDC_SCHEMAS("addcdiv")},
    .infer = addcdiv_infer,
    .kernels = Pointwise<Addcdiv_formula, Promote::arithmetic, 3>::kernels,
    .backward = TL_TRAIN([](const GradCall& c) -> Grads {
      const Scalar value = c.arg<Scalar>(3);
      const Tensor &g = c.grad(), &t1 = c.in(1), &t2 = c.in(2);
      return by_argument(
          c, [&] { return g; }, [&] { return g * (value / t2).conj(); },
          [&] { return -g * (value * t1 / (t2 * t2)).conj(); });
    }),
    .reads = {args(1, 2), 0},
    .traits = Trait::pointwise,
    TL_ADDC_SAMPLES,
};
}  // namespace tealight::ops
#endif
