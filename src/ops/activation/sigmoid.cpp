// Smooth functions made of e^x: sigmoid, tanh, silu, mish, softplus, and the inverse of sigmoid.
#include "ops/pointwise/schemas.h"
#define TL_THIS_FILE "ops/activation/sigmoid.cpp"
#include "kernels/simd/foreach_isa.h"

#include "kernels/pointwise/pointwise-inl.h"
#include "kernels/simd/math-inl.h"

namespace tealight::TL_ISA {
namespace {
using Complex = std::complex<double>;
struct Sigmoid {
  template <class T>
  TL_INLINE T operator()(T x) const {
    return sigmoid(x);
  }
  TL_INLINE Complex operator()(Complex z) const { return 1.0 / (1.0 + std::exp(-z)); }
};
// of the result y
struct SigmoidBackward {
  template <class T>
  TL_INLINE T operator()(T g, T y) const {
    return g * (T(1) - y) * y;
  }
  TL_INLINE Complex operator()(Complex g, Complex y) const { return g * std::conj((1.0 - y) * y); }
};
struct Tanh {
  template <class T>
  TL_INLINE T operator()(T x) const {
    return tanh(x);
  }
};
struct TanhBackward {
  template <class T>
  TL_INLINE T operator()(T g, T y) const {
    return g * (T(1) - y * y);
  }
  TL_INLINE Complex operator()(Complex g, Complex y) const { return g * std::conj(1.0 - y * y); }
};
struct Silu {
  template <class T>
  TL_INLINE T operator()(T x) const {
    return x * sigmoid(x);
  }
  TL_INLINE Complex operator()(Complex z) const { return z * Sigmoid{}(z); }
};
struct SiluBackward {
  template <class T>
  TL_INLINE T operator()(T g, T x) const {
    const T s = sigmoid(x);
    return g * s * (T(1) + x * (T(1) - s));
  }
  TL_INLINE Complex operator()(Complex g, Complex x) const {
    const Complex s = Sigmoid{}(x);
    return g * std::conj(s * (1.0 + x * (1.0 - s)));
  }
};
struct Mish {
  template <class T>
  TL_INLINE T operator()(T x) const {
    return x * tanh(log1p(exp(x)));
  }
};
struct MishBackward {
  template <class T>
  TL_INLINE T operator()(T g, T x) const {
    const T t = tanh(log1p(exp(x)));
    return g * (t + x * sigmoid(x) * (T(1) - t * t));
  }
};
struct LogSigmoid {
  template <class T>
  TL_INLINE T operator()(T x) const {
    return min(x, T(0)) - log1p(exp(-abs(x)));
  }
};
struct Softplus {
  template <class T>
  TL_INLINE T operator()(T x, T beta, T threshold) const {
    return select(x * beta > threshold, x, log1p(exp(x * beta)) / beta);
  }
};
struct SoftplusBackward {
  template <class T>
  TL_INLINE T operator()(T g, T x, T beta, T threshold) const {
    return select(x * beta > threshold, g, g * sigmoid(x * beta));
  }
};
struct Logit {
  template <class T>
  TL_INLINE T operator()(T x) const {
    return log(x / (T(1) - x));
  }
};
struct LogitClamped {
  template <class T>
  TL_INLINE T operator()(T x, T eps) const {
    return Logit{}(min(max(x, eps), T(1) - eps));
  }
};
}  // namespace
}  // namespace tealight::TL_ISA

#if TL_ONCE
namespace tealight::ops {
namespace {
TL_FORMULA(Sigmoid, 1, kReal | kC128);
TL_FORMULA(SigmoidBackward, 2, kReal | kC128);
TL_FORMULA(Tanh, 1, kReal | kC128);
TL_FORMULA(TanhBackward, 2, kReal | kC128);
TL_FORMULA(Silu, 1, kReal | kC128);
TL_FORMULA(SiluBackward, 2, kReal | kC128);
TL_FORMULA(Mish, 1, kReal);
TL_FORMULA(MishBackward, 2, kReal);
TL_FORMULA(LogSigmoid, 1, kReal);
TL_FORMULA(Softplus, 3, kReal);
TL_FORMULA(SoftplusBackward, 4, kReal);
TL_FORMULA(Logit, 1, kReal);
TL_FORMULA(LogitClamped, 2, kReal);

// Quantized results have parameters that suit the function's range.
std::vector<Fact> sigmoid_infer(Args args) {
  return with_fixed_quantizer(Pointwise<Sigmoid_formula, Promote::to_float>::infer(args), 1, 0);
}
std::vector<Fact> tanh_infer(Args args) {
  return with_fixed_quantizer(Pointwise<Tanh_formula, Promote::to_float>::infer(args), 2, 128);
}

std::vector<Fact> log_sigmoid_infer(Args args) {
  std::vector<Fact> facts = Pointwise<LogSigmoid_formula>::infer(args);
  return {Fact(facts[0].dtype, facts[0].sizes)};  // contiguous, as PyTorch's
}

// PyTorch allocates the result by self alone.
std::vector<Fact> mish_backward_infer(Args args) {
  std::vector<Fact> facts = Pointwise<MishBackward_formula>::infer(args);
  const ScalarType self = args[1].toTensor().scalar_type();
  TL_CHECK(can_cast(facts[0].dtype, self), "result type ", facts[0].dtype,
           " can't be cast to the desired output type ", self);
  facts[0].dtype = self;
  return facts;
}

const PointwiseRule& logit_rule(Args args) {
  static constexpr PointwiseRule plain{Logit_formula, Promote::to_float, 0, 1},
      clamped{LogitClamped_formula, Promote::to_float, 0, 1};
  return args[1].isNone() ? plain : clamped;
}
Tensor logit_backward_impl(const Tensor& g, const Tensor& self, std::optional<double> eps) {
  const Fact* facts[] = {&g.fact(), &self.fact()};
  const Tensor x = self.to(result_type(facts));
  const Tensor slope = g / (x * (1 - x));
  if (eps) return where((x >= *eps) & (x <= 1 - *eps), slope, 0);
  return slope.masked_fill((x < 0) | (x > 1), std::numeric_limits<double>::quiet_NaN());
}

Tensor silu_second(const Tensor& x) {
  const Tensor s = x.sigmoid();
  return s * (1 - s) * (2 + x * (1 - 2 * s));
}
Tensor mish_second(const Tensor& x) {
  const Tensor s = x.sigmoid(), t = softplus(x).tanh(), rest = 1 - t * t;
  return s * rest * (2 + x * (1 - s) - 2 * x * t * s);
}
Tensor softplus_second(const GradCall& c) {
  const Tensor& x = c.in(1);
  const Scalar beta = c.arg<Scalar>(2);
  const Tensor s = (x * beta).sigmoid();
  return where(x * beta > c.arg<Scalar>(3), 0, c.grad() * c.in(0) * s * (1 - s) * beta);
}

// `given` is exp(-|self|) from the forward call; GPUs leave it empty.
Tensor log_sigmoid_backward_impl(const Tensor& grad, const Tensor& self, const Tensor& given) {
  const Tensor z = given.numel() == 0 ? (-self.abs()).exp() : given, share = z / (1 + z);
  return grad * where(self < 0, 1 - share, share);
}
std::tuple<Tensor, Tensor> log_sigmoid_forward_impl(const Tensor& self) {
  return {log_sigmoid(self), (-self.abs()).exp()};
}

#define TL_FLOAT_ACTIVATION(formula, ...)                                                    \
  TL_POINTWISE(formula, Promote::to_float), TL_GRADIENT(__VA_ARGS__), .reads = {args(0), 0}, \
      .traits = Trait::pointwise | Trait::epilogue, TL_ACTIVATION_SAMPLES
#define TL_ACTIVATION_SAMPLES TL_SAMPLES({{sample({2, 3})}}, {{sample({9}, kFloat, -30, 30)}})
#define TL_GRADIENT_SAMPLES TL_SAMPLES({{sample({9}), sample({9}, kFloat, -4, 4, 2)}})
#define TL_GRADIENT_SCHEMAS(n, second)                            \
  "aten::" n "(Tensor grad_output, Tensor " second ") -> Tensor", \
      "aten::" n ".grad_input(Tensor grad_output, Tensor " second \
      ", *, Tensor(a!) grad_input) -> Tensor(a!)"
}  // namespace

TL_OP(sigmoid){
    .schemas = {TL_UNARY_SCHEMAS("sigmoid"), "aten::special_expit(Tensor self) -> Tensor",
                "aten::special_expit.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)"},
    .infer = sigmoid_infer,
    .kernels = Pointwise<Sigmoid_formula, Promote::to_float>::kernels,
    TL_GRADIENT(sigmoid_backward(g, y)),
    .reads = {0, outs(0)},
    .traits = Trait::pointwise | Trait::epilogue,
    TL_ACTIVATION_SAMPLES,
};
TL_OP(sigmoid_backward){
    .schemas = {TL_GRADIENT_SCHEMAS("sigmoid_backward", "output")},
    TL_POINTWISE(SigmoidBackward_formula),
    TL_SECOND(tealight::sigmoid_backward(gg, x.conj()), gg.conj() * g * (1 - 2 * x.conj())),
    .reads = {args(0, 1), 0},
    .traits = Trait::pointwise,
    TL_GRADIENT_SAMPLES,
};
TL_OP(tanh){
    .schemas = {TL_UNARY_SCHEMAS("tanh")},
    .infer = tanh_infer,
    .kernels = Pointwise<Tanh_formula, Promote::to_float>::kernels,
    TL_GRADIENT(tanh_backward(g, y)),
    .reads = {0, outs(0)},
    .traits = Trait::pointwise | Trait::epilogue,
    TL_ACTIVATION_SAMPLES,
};
TL_OP(tanh_backward){
    .schemas = {TL_GRADIENT_SCHEMAS("tanh_backward", "output")},
    TL_POINTWISE(TanhBackward_formula),
    TL_SECOND(tealight::tanh_backward(gg, x.conj()), gg.conj() * g * (-2 * x.conj())),
    .reads = {args(0, 1), 0},
    .traits = Trait::pointwise,
    TL_GRADIENT_SAMPLES,
};
TL_OP(silu){
    .schemas = {TL_UNARY_SCHEMAS("silu")},
    TL_FLOAT_ACTIVATION(Silu_formula, silu_backward(g, x)),
};
TL_OP(silu_backward){
    .schemas = {TL_GRADIENT_SCHEMAS("silu_backward", "self")},
    TL_POINTWISE(SiluBackward_formula),
    TL_SECOND(tealight::silu_backward(gg, x), gg* g* silu_second(x)),
    .reads = {args(0, 1), 0},
    .traits = Trait::pointwise,
    TL_GRADIENT_SAMPLES,
};
TL_OP(mish){
    .schemas = {TL_UNARY_SCHEMAS("mish")},
    TL_FLOAT_ACTIVATION(Mish_formula, mish_backward(g, x)),
};
TL_OP(mish_backward){
    .schemas = {"aten::mish_backward(Tensor grad_output, Tensor self) -> Tensor"},
    .infer = mish_backward_infer,
    .kernels = Pointwise<MishBackward_formula>::kernels,
    TL_SECOND(tealight::mish_backward(gg, x), gg* g* mish_second(x)),
    .reads = {args(0, 1), 0},
    .traits = Trait::pointwise,
    TL_GRADIENT_SAMPLES,
};
TL_OP(log_sigmoid){
    .schemas = {"aten::log_sigmoid(Tensor self) -> Tensor",
                "aten::log_sigmoid.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)"},
    .infer = log_sigmoid_infer,
    .kernels = Pointwise<LogSigmoid_formula>::kernels,
    TL_GRADIENT(g * (-x).sigmoid()),
    .reads = {args(0), 0},
    .traits = Trait::pointwise,
    TL_ACTIVATION_SAMPLES,
};
TL_OP(log_sigmoid_forward){
    .schemas =
        {"aten::log_sigmoid_forward(Tensor self) -> (Tensor output, Tensor buffer)",
         "aten::log_sigmoid_forward.output(Tensor self, *, Tensor(a!) output, Tensor(b!) buffer) -> (Tensor(a!), Tensor(b!))"},
    .function = function<log_sigmoid_forward_impl>,
    .traits = Trait::composite,
};
TL_OP(log_sigmoid_backward){
    .schemas =
        {"aten::log_sigmoid_backward(Tensor grad_output, Tensor self, Tensor buffer) -> Tensor",
         "aten::log_sigmoid_backward.grad_input(Tensor grad_output, Tensor self, Tensor buffer, *, Tensor(a!) grad_input) -> Tensor(a!)"},
    .function = function<log_sigmoid_backward_impl>,
    .traits = Trait::composite,
};
TL_OP(softplus){
    .schemas =
        {"aten::softplus(Tensor self, Scalar beta=1, Scalar threshold=20) -> Tensor",
         "aten::softplus.out(Tensor self, Scalar beta=1, Scalar threshold=20, *, Tensor(a!) out) -> Tensor(a!)"},
    TL_POINTWISE(Softplus_formula, Promote::arithmetic, 1),
    TL_GRADIENT(softplus_backward(g, x, c.arg<Scalar>(1), c.arg<Scalar>(2))),
    .reads = {args(0), 0},
    .traits = Trait::pointwise,
    TL_SAMPLES({{sample({2, 3}), 1, 20}}, {{sample({9}, kFloat, -9, 9), 0.5, 2}}),
};
TL_OP(softplus_backward){
    .schemas =
        {"aten::softplus_backward(Tensor grad_output, Tensor self, Scalar beta, Scalar threshold) -> Tensor",
         "aten::softplus_backward.grad_input(Tensor grad_output, Tensor self, Scalar beta, Scalar threshold, *, Tensor(a!) grad_input) -> Tensor(a!)"},
    TL_POINTWISE(SoftplusBackward_formula, Promote::arithmetic, 2),
    TL_SECOND(tealight::softplus_backward(gg, x, c.arg<Scalar>(2), c.arg<Scalar>(3)),
              softplus_second(c)),
    .reads = {args(0, 1), 0},
    .traits = Trait::pointwise,
    TL_SAMPLES({{sample({9}), sample({9}, kFloat, -9, 9), 0.5, 2}}),
};
TL_OP(logit){
    .schemas =
        {"aten::logit(Tensor self, float? eps=None) -> Tensor",
         "aten::logit_(Tensor(a!) self, float? eps=None) -> Tensor(a!)",
         "aten::logit.out(Tensor self, float? eps=None, *, Tensor(a!) out) -> Tensor(a!)",
         "aten::special_logit(Tensor self, float? eps=None) -> Tensor",
         "aten::special_logit.out(Tensor self, float? eps=None, *, Tensor(a!) out) -> Tensor(a!)"},
    TL_POINTWISE_CHOICE(logit_rule),
    TL_GRADIENT(logit_backward(g, x, c.arg<std::optional<double>>(1))),
    .reads = {args(0), 0},
    .traits = Trait::pointwise,
    TL_SAMPLES({{sample({2, 3}, kFloat, 0, 1), Value()}}, {{sample({9}, kFloat, -0.5, 1.5), 0.1}}),
};
TL_OP(logit_backward){
    .schemas =
        {"aten::logit_backward(Tensor grad_output, Tensor self, float? eps=None) -> Tensor",
         "aten::logit_backward.grad_input(Tensor grad_output, Tensor self, float? eps=None, *, Tensor(a!) grad_input) -> Tensor(a!)"},
    .function = function<logit_backward_impl>,
    .traits = Trait::composite,
    TL_SAMPLES({{sample({9}), sample({9}, kFloat, -0.5, 1.5), 0.1}},
               {{sample({9}), sample({9}, kFloat, -0.5, 1.5), Value()}}),
};
}  // namespace tealight::ops
#endif
