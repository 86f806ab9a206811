// gelu, exact and by tanh; elu and its kin; the hard forms of swish, sigmoid and shrinking; glu.
#include "ops/pointwise/schemas.h"
#define TL_THIS_FILE "ops/activation/gelu.cpp"
#include "kernels/simd/foreach_isa.h"

#include "kernels/activation-inl.h"
#include "kernels/pointwise/pointwise-inl.h"
#include "kernels/simd/math-inl.h"

namespace tealight::TL_ISA {
namespace {
// x Phi(x), Phi the normal distribution
template <class T>
TL_INLINE T normal_cdf(T x) {
  return T(0.5f) * (T(1) + erf(x * T(0.70710678118654752440)));
}
template <class T>
TL_INLINE T normal_density(T x) {
  return exp(T(-0.5f) * x * x) * T(0.39894228040143267794);
}
struct Gelu {
  template <class T>
  TL_INLINE T operator()(T x) const {
    if constexpr (std::is_same_v<T, f32v>)
      return gelu(x);
    else
      return x * normal_cdf(x);
  }
};
struct GeluBackward {
  template <class T>
  TL_INLINE T operator()(T g, T x) const {
    return g * (normal_cdf(x) + x * normal_density(x));
  }
};
// x (1 + tanh(u)) / 2, u = sqrt(2 / pi) (x + 0.044715 x^3)
template <class T>
TL_INLINE T gelu_tanh(T x) {
  return tanh(T(0.79788456080286535588) * (x + T(0.044715) * x * x * x));
}
struct GeluTanh {
  template <class T>
  TL_INLINE T operator()(T x) const {
    return T(0.5f) * x * (T(1) + gelu_tanh(x));
  }
};
struct GeluTanhBackward {
  template <class T>
  TL_INLINE T operator()(T g, T x) const {
    const T t = gelu_tanh(x), du = T(0.79788456080286535588) * (T(1) + T(3 * 0.044715) * x * x);
    return g * (T(0.5f) * (T(1) + t) + T(0.5f) * x * (T(1) - t * t) * du);
  }
};
struct Elu {
  template <class T>
  TL_INLINE T operator()(T x, T alpha, T scale, T input_scale) const {
    return select(x > T(0), x * scale, expm1(x * input_scale) * alpha * scale);
  }
};
struct EluBackward {
  template <class T>
  TL_INLINE T operator()(T g, T alpha, T scale, T input_scale, T is_result, T x) const {
    const T below =
        select(is_result != T(0), x + alpha * scale, alpha * scale * exp(x * input_scale));
    return select(x > T(0), g * scale, g * input_scale * below);
  }
};
struct Hardswish {
  template <class T>
  TL_INLINE T operator()(T x) const {
    return x * min(max(x + T(3), T(0)), T(6)) / T(6);
  }
};
struct HardswishBackward {
  template <class T>
  TL_INLINE T operator()(T g, T x) const {
    return select(x < T(-3), T(0), select(x >= T(3), g, g * (x / T(3) + T(0.5f))));
  }
};
struct Hardsigmoid {
  template <class T>
  TL_INLINE T operator()(T x) const {
    return min(max(x + T(3), T(0)), T(6)) / T(6);
  }
};
struct HardsigmoidBackward {
  template <class T>
  TL_INLINE T operator()(T g, T x) const {
    return select((x > T(-3)) & (x < T(3)), g / T(6), T(0));
  }
};
struct Hardshrink {
  template <class T>
  TL_INLINE T operator()(T x, T l) const {
    return select((x >= -l) & (x <= l), T(0), x);
  }
};
struct Softshrink {
  template <class T>
  TL_INLINE T operator()(T x, T l) const {
    return select(x > l, x - l, select(x < -l, x + l, T(0)));
  }
};
struct ShrinkBackward {
  template <class T>
  TL_INLINE T operator()(T g, T x, T l) const {
    return select((x < -l) | (x > l), g, T(0));
  }
};
}  // namespace
}  // namespace tealight::TL_ISA

#if TL_ONCE
namespace tealight::ops {
namespace {
TL_FORMULA(Gelu, 1, kReal);
TL_FORMULA(GeluBackward, 2, kReal);
TL_FORMULA(GeluTanh, 1, kReal);
TL_FORMULA(GeluTanhBackward, 2, kReal);
TL_FORMULA(Elu, 4, kReal);
TL_FORMULA(EluBackward, 6, kReal);
TL_FORMULA(Hardswish, 1, kReal);
TL_FORMULA(HardswishBackward, 2, kReal);
TL_FORMULA(Hardsigmoid, 1, kReal);
TL_FORMULA(HardsigmoidBackward, 2, kReal);
TL_FORMULA(Hardshrink, 2, kReal);
TL_FORMULA(Softshrink, 2, kReal);
TL_FORMULA(ShrinkBackward, 3, kReal);

bool by_tanh(const Value& approximate) {
  const std::string& name = approximate.toStringRef();
  TL_CHECK(name == "none" || name == "tanh", "approximate argument must be either none or tanh.");
  return name == "tanh";
}
const PointwiseRule& gelu_rule(Args args) {
  static constexpr PointwiseRule exact{Gelu_formula}, tanh{GeluTanh_formula};
  return by_tanh(args[1]) ? tanh : exact;
}
const PointwiseRule& gelu_backward_rule(Args args) {
  static constexpr PointwiseRule exact{GeluBackward_formula}, tanh{GeluTanhBackward_formula};
  return by_tanh(args[2]) ? tanh : exact;
}
Tensor gelu_second(const Tensor& x, bool tanh) {
  const Tensor square = x * x;
  if (!tanh) return (square * -0.5).exp() * 0.39894228040143267794 * (2 - square);
  const double k = 0.79788456080286535588, cube = 0.044715;
  const Tensor t = (k * (x + cube * x * square)).tanh(), du = k * (1 + 3 * cube * square);
  return (1 - t * t) * (du + 3 * k * cube * square - x * t * du * du);
}

Tensor elu_second(const GradCall& c) {
  const Scalar alpha = c.arg<Scalar>(1), scale = c.arg<Scalar>(2), input_scale = c.arg<Scalar>(3);
  const Tensor &x = c.in(1), g = c.grad() * c.in(0) * input_scale;
  if (c.arg<bool>(4)) return where(x < 0, g, 0);
  return where(
      x < 0,
      g * (x * input_scale).exp() * (input_scale.toDouble() * alpha.toDouble() * scale.toDouble()),
      0);
}
Tensor celu_impl(const Tensor& self, const Scalar& alpha) {
  TL_CHECK(alpha.toDouble() != 0, "ZeroDivisionError: alpha cannot be 0 for CELU");
  return elu(self, alpha, 1, 1 / alpha.toDouble());
}
Tensor selu_impl(const Tensor& self) {
  return elu(self, 1.6732632423543772848170429916717, 1.0507009873554804934193349852946);
}

std::vector<Fact> hardsigmoid_infer(Args args) {
  return with_fixed_quantizer(Pointwise<Hardsigmoid_formula>::infer(args), 1, 0);
}
std::vector<Fact> softshrink_infer(Args args) {
  TL_CHECK(args[1].toTensor().item().toDouble() >= 0,
           "lambda must be greater or equal to 0, but found to be ",
           args[1].toTensor().item().toDouble(), ".");
  return Pointwise<Softshrink_formula, Promote::arithmetic, 1>::infer(args);
}

struct Halves {
  Tensor first, second;
  Halves(const Tensor& self, int64_t dim) {
    TL_CHECK(self.dim() > 0, "glu does not support 0-dimensional tensors");
    const int64_t d = wrap_dim(dim, self.dim()), size = self.size(d);
    TL_CHECK(size % 2 == 0, "Halving dimension must be even, but dimension ", d, " is size ", size);
    first = self.narrow(d, 0, size / 2);
    second = self.narrow(d, size / 2, size / 2);
  }
};
Tensor glu_impl(const Tensor& self, int64_t dim) {
  const Halves h(self, dim);
  return h.first * h.second.sigmoid();
}
Tensor glu_backward_impl(const Tensor& grad, const Tensor& self, int64_t dim) {
  const Halves h(self, dim);
  const Tensor s = h.second.sigmoid(), first = grad * s;
  return cat({first, first * (1 - s) * h.first}, dim);
}

#define TL_HARD_SAMPLES TL_SAMPLES({{sample({2, 3})}}, {{sample({9}, kFloat, -5, 5)}})
#define TL_GRADIENT_SAMPLES(...) \
  TL_SAMPLES({{sample({9}), sample({9}, kFloat, -4, 4, 2) __VA_OPT__(, ) __VA_ARGS__}})
#define TL_SHRINK_SCHEMAS(n)                              \
  "aten::" n "(Tensor self, Scalar lambd=0.5) -> Tensor", \
      "aten::" n ".out(Tensor self, Scalar lambd=0.5, *, Tensor(a!) out) -> Tensor(a!)"
#define TL_ELU_ARGS "Scalar alpha=1, Scalar scale=1, Scalar input_scale=1"
#define TL_ELU_GRADIENT_ARGS \
  "Tensor grad_output, Scalar alpha, Scalar scale, Scalar input_scale, bool is_result, Tensor self_or_result"
}  // namespace

TL_OP(gelu){
    .schemas =
        {"aten::gelu(Tensor self, *, str approximate=\"none\") -> Tensor",
         "aten::gelu_(Tensor(a!) self, *, str approximate=\"none\") -> Tensor(a!)",
         "aten::gelu.out(Tensor self, *, str approximate=\"none\", Tensor(a!) out) -> Tensor(a!)"},
    TL_POINTWISE_CHOICE(gelu_rule),
    TL_GRADIENT(gelu_backward(g, x, c.args[1].toStringRef())),
    .reads = {args(0), 0},
    .traits = Trait::pointwise | Trait::epilogue,
    TL_SAMPLES({{sample({2, 3}), "none"}}, {{sample({9}, kFloat, -5, 5), "tanh"}}),
};
TL_OP(gelu_backward){
    .schemas =
        {"aten::gelu_backward(Tensor grad_output, Tensor self, *, str approximate=\"none\") -> Tensor",
         "aten::gelu_backward.grad_input(Tensor grad_output, Tensor self, *, str approximate=\"none\", Tensor(a!) grad_input) -> Tensor(a!)"},
    TL_POINTWISE_CHOICE(gelu_backward_rule),
    TL_SECOND(tealight::gelu_backward(gg, x, c.args[2].toStringRef()),
              gg* g* gelu_second(x, by_tanh(c.args[2]))),
    .reads = {args(0, 1), 0},
    .traits = Trait::pointwise,
    TL_SAMPLES({{sample({9}), sample({9}, kFloat, -4, 4, 2), "none"}},
               {{sample({9}), sample({9}, kFloat, -4, 4, 2), "tanh"}}),
};
TL_OP(elu){
    .schemas = {"aten::elu(Tensor self, " TL_ELU_ARGS ") -> Tensor",
                "aten::elu_(Tensor(a!) self, " TL_ELU_ARGS ") -> Tensor(a!)",
                "aten::elu.out(Tensor self, " TL_ELU_ARGS ", *, Tensor(a!) out) -> Tensor(a!)"},
    TL_POINTWISE(Elu_formula, Promote::arithmetic, 1),
    TL_GRADIENT(elu_backward(g, c.arg<Scalar>(1), c.arg<Scalar>(2), c.arg<Scalar>(3), false, x)),
    .reads = {args(0), 0},
    .traits = Trait::pointwise | Trait::epilogue,
    TL_SAMPLES({{sample({2, 3}), 1, 1, 1}}, {{sample({9}), 1.5, 0.8, 1.2}}),
};
TL_OP(elu_backward){
    .schemas = {"aten::elu_backward(" TL_ELU_GRADIENT_ARGS ") -> Tensor",
                "aten::elu_backward.grad_input(" TL_ELU_GRADIENT_ARGS
                ", *, Tensor(a!) grad_input) -> Tensor(a!)"},
    TL_POINTWISE(EluBackward_formula),
    TL_SECOND(tealight::elu_backward(gg, c.arg<Scalar>(1), c.arg<Scalar>(2), c.arg<Scalar>(3),
                                     c.arg<bool>(4), x),
              elu_second(c)),
    .reads = {args(0, 5), 0},
    .traits = Trait::pointwise,
    TL_SAMPLES({{sample({9}), 1.5, 0.8, 1.2, false, sample({9}, kFloat, -2, 2, 2)}},
               {{sample({9}), 1.5, 0.8, 1.2, true, sample({9}, kFloat, -1, 2, 2)}}),
};
TL_OP(celu){
    .schemas = {"aten::celu(Tensor self, Scalar alpha=1.) -> Tensor",
                "aten::celu_(Tensor(a!) self, Scalar alpha=1.) -> Tensor(a!)"},
    .function = function<celu_impl>,
    .traits = Trait::composite | Trait::copied_out,
    TL_SAMPLES({{sample({2, 3}), 1.}}, {{sample({9}), 0.5}}),
};
TL_OP(selu){
    .schemas = {"aten::selu(Tensor self) -> Tensor", "aten::selu_(Tensor(a!) self) -> Tensor(a!)"},
    .function = function<selu_impl>,
    .traits = Trait::composite,
    TL_HARD_SAMPLES,
};
TL_OP(hardswish){
    .schemas = {TL_UNARY_SCHEMAS("hardswish")},
    TL_POINTWISE(Hardswish_formula),
    TL_GRADIENT(hardswish_backward(g, x)),
    .reads = {args(0), 0},
    .traits = Trait::pointwise | Trait::epilogue,
    TL_HARD_SAMPLES,
};
TL_OP(hardswish_backward){
    .schemas = {"aten::hardswish_backward(Tensor grad_output, Tensor self) -> Tensor"},
    TL_POINTWISE(HardswishBackward_formula),
    TL_SECOND(tealight::hardswish_backward(gg, x), where((x > -3) & (x < 3), gg* g / 3, 0)),
    .reads = {args(0, 1), 0},
    .traits = Trait::pointwise | Trait::copied_out,
    TL_GRADIENT_SAMPLES(),
};
TL_OP(hardsigmoid){
    .schemas = {TL_UNARY_SCHEMAS("hardsigmoid")},
    .infer = hardsigmoid_infer,
    .kernels = Pointwise<Hardsigmoid_formula>::kernels,
    TL_GRADIENT(hardsigmoid_backward(g, x)),
    .reads = {args(0), 0},
    .traits = Trait::pointwise | Trait::epilogue,
    TL_HARD_SAMPLES,
};
TL_OP(hardsigmoid_backward){
    .schemas =
        {"aten::hardsigmoid_backward(Tensor grad_output, Tensor self) -> Tensor",
         "aten::hardsigmoid_backward.grad_input(Tensor grad_output, Tensor self, *, Tensor(a!) grad_input) -> Tensor(a!)"},
    TL_POINTWISE(HardsigmoidBackward_formula),
    TL_SECOND(tealight::hardsigmoid_backward(gg, x), zeros_like(gg)),
    .reads = {args(1), 0},
    .traits = Trait::pointwise,
    TL_GRADIENT_SAMPLES(),
};
TL_OP(hardshrink){
    .schemas = {TL_SHRINK_SCHEMAS("hardshrink")},
    TL_POINTWISE(Hardshrink_formula, Promote::arithmetic, 1),
    TL_GRADIENT(hardshrink_backward(g, x, c.arg<Scalar>(1))),
    .reads = {args(0), 0},
    .traits = Trait::pointwise,
    TL_SAMPLES({{sample({2, 3}), 0.5}}, {{sample({9}), 1}}),
};
TL_OP(hardshrink_backward){
    .schemas =
        {"aten::hardshrink_backward(Tensor grad_out, Tensor self, Scalar lambd) -> Tensor",
         "aten::hardshrink_backward.grad_input(Tensor grad_out, Tensor self, Scalar lambd, *, Tensor(a!) grad_input) -> Tensor(a!)"},
    TL_POINTWISE(ShrinkBackward_formula, Promote::arithmetic, 2),
    TL_SECOND(tealight::hardshrink_backward(gg, x, c.arg<Scalar>(2)), zeros_like(gg)),
    .reads = {args(1), 0},
    .traits = Trait::pointwise,
    TL_GRADIENT_SAMPLES(0.5),
};
TL_OP(softshrink){
    .schemas = {TL_SHRINK_SCHEMAS("softshrink")},
    .infer = softshrink_infer,
    .kernels = Pointwise<Softshrink_formula, Promote::arithmetic, 1>::kernels,
    TL_GRADIENT(softshrink_backward(g, x, c.arg<Scalar>(1))),
    .reads = {args(0), 0},
    .traits = Trait::pointwise,
    TL_SAMPLES({{sample({2, 3}), 0.5}}, {{sample({9}), 1}}),
};
TL_OP(softshrink_backward){
    .schemas =
        {"aten::softshrink_backward(Tensor grad_output, Tensor self, Scalar lambd) -> Tensor",
         "aten::softshrink_backward.grad_input(Tensor grad_output, Tensor self, Scalar lambd, *, Tensor(a!) grad_input) -> Tensor(a!)"},
    TL_POINTWISE(ShrinkBackward_formula, Promote::arithmetic, 2),
    TL_SECOND(tealight::softshrink_backward(gg, x, c.arg<Scalar>(2)), zeros_like(gg)),
    .reads = {args(1), 0},
    .traits = Trait::pointwise,
    TL_GRADIENT_SAMPLES(0.5),
};
TL_OP(glu){
    .schemas = {"aten::glu(Tensor self, int dim=-1) -> Tensor",
                "aten::glu.out(Tensor self, int dim=-1, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<glu_impl>,
    .traits = Trait::composite,
    TL_SAMPLES({{sample({2, 6}), -1}}, {{sample({4, 3, 2}), 0}}),
};
TL_OP(glu_backward){
    .schemas =
        {"aten::glu_backward(Tensor grad_output, Tensor self, int dim) -> Tensor",
         "aten::glu_backward.grad_input(Tensor grad_output, Tensor self, int dim, *, Tensor(a!) grad_input) -> Tensor(a!)"},
    .function = function<glu_backward_impl>,
    .traits = Trait::composite,
    TL_SAMPLES({{sample({2, 3}), sample({2, 6}), -1}}),
};
}  // namespace tealight::ops
#endif
