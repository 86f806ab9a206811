// relu and its bounded, shifted and leaky kin.
#include "ops/pointwise/schemas.h"
#include "ops/quantized/qnnpack_clamp.h"
#define TL_THIS_FILE "ops/activation/relu.cpp"
#include "kernels/simd/foreach_isa.h"

#include "kernels/pointwise/pointwise-inl.h"

namespace tealight::TL_ISA {
namespace {
struct Relu {
  template <class T>
  TL_INLINE T operator()(T x) const {
    return max(x, T(0));
  }
};
struct Relu6 {
  template <class T>
  TL_INLINE T operator()(T x) const {
    return min(max(x, T(0)), T(6));
  }
};
struct Hardtanh {
  template <class T>
  TL_INLINE T operator()(T x, T lo, T hi) const {
    return min(max(x, lo), hi);
  }
};
struct HardtanhBackward {
  template <class T>
  TL_INLINE T operator()(T g, T x, T lo, T hi) const {
    return select((x > lo) & (x < hi), g, T(0));
  }
};
struct Threshold {
  template <class T>
  TL_INLINE T operator()(T x, T threshold, T value) const {
    return select(x <= threshold, value, x);
  }
};
struct ThresholdBackward {
  template <class T>
  TL_INLINE T operator()(T g, T x, T threshold) const {
    return select(x <= threshold, T(0), g);
  }
};
struct LeakyRelu {
  template <class T>
  TL_INLINE T operator()(T x, T slope) const {
    return select(x > T(0), x, x * slope);
  }
};
// The slope is a tensor here: its gradient is the input where that is not positive.
struct Prelu {
  template <class T>
  TL_INLINE T operator()(T x, T slope) const {
    return select(x > T(0), x, x * slope);
  }
};
struct LeakyReluBackward {
  template <class T>
  TL_INLINE T operator()(T g, T x, T slope, T) const {
    return select(x > T(0), g, g * slope);
  }
};
}  // namespace
}  // namespace tealight::TL_ISA

#if TL_ONCE
namespace tealight::ops {
namespace {
TL_FORMULA(Relu, 1, kOrdered);
TL_FORMULA(Relu6, 1, kOrdered);
TL_FORMULA(Hardtanh, 3, kOrdered);
TL_FORMULA(HardtanhBackward, 4, kReal);
TL_FORMULA(Threshold, 3, kOrdered);
TL_FORMULA(ThresholdBackward, 3, kOrdered);
TL_FORMULA(LeakyRelu, 2, kReal);
TL_FORMULA(LeakyReluBackward, 4, kReal);
TL_FORMULA(Prelu, 2, kReal);

// The slope of a channel (dimension 1), or one for all, laid along `self`.
Tensor broadcast_slope(const Tensor& self, const Tensor& weight) {
  TL_CHECK(self.scalar_type() == weight.scalar_type(), "prelu: Type promoting not supported. Got ",
           self.scalar_type(), " and ", weight.scalar_type());
  if (weight.numel() == 1) return weight.reshape(IntArrayRef{});
  TL_CHECK(self.dim() > 0, "Not allow zero-dim input tensor.");
  const int64_t channels = self.dim() > 1 ? self.size(1) : 1;
  TL_CHECK(channels == weight.numel(),
           "Mismatch of parameter numbers and input channel size. Found parameter numbers = ",
           weight.numel(), " and channel size = ", channels, ".");
  DimVector shape(size_t(self.dim()), 1);
  shape[1] = channels;
  return weight.reshape(shape);
}
// Contiguous or channels last.
std::vector<Fact> prelu_infer(Args args) {
  Fact f = Pointwise<Prelu_formula>::infer(args)[0];
  f.strides = contiguous_strides(f.sizes, args[0].toTensor().suggest_memory_format());
  return {f};
}
Tensor prelu_impl(const Tensor& self, const Tensor& weight) {
  static constinit detail::Callee kernel{"_prelu_kernel", "TT"};
  const Tensor slope = broadcast_slope(self, weight);
  return kernel.tensor({&self, &slope});
}
std::tuple<Tensor, Tensor> prelu_backward_impl(const Tensor& grad, const Tensor& self,
                                               const Tensor& weight) {
  const Tensor slope = broadcast_slope(self, weight), positive = self > 0;
  return {where(positive, grad, grad * slope).contiguous(),
          sum_to_size(where(positive, 0, grad * self), slope.sizes()).reshape(weight.sizes())};
}

#define TL_ACTIVATION_SAMPLES TL_SAMPLES({{sample({2, 3})}}, {{sample({7}, kFloat, -8, 8)}})
#define TL_INPUT_GRADIENT_SCHEMAS(n, args)                          \
  "aten::" n "(Tensor grad_output, Tensor self" args ") -> Tensor", \
      "aten::" n ".grad_input(Tensor grad_output, Tensor self" args \
      ", *, Tensor(a!) grad_input) -> Tensor(a!)"
}  // namespace

TL_OP(relu){
    .schemas = {"aten::relu(Tensor self) -> Tensor", "aten::relu_(Tensor(a!) self) -> Tensor(a!)"},
    TL_POINTWISE(Relu_formula),
    TL_GRADIENT(threshold_backward(g, y, 0)),
    .reads = {0, outs(0)},
    .traits = Trait::pointwise | Trait::epilogue | Trait::copied_out,
    TL_ACTIVATION_SAMPLES,
};
TL_OP(relu6){
    .schemas = {"aten::relu6(Tensor self) -> Tensor",
                "aten::relu6_(Tensor(a!) self) -> Tensor(a!)"},
    TL_QNNPACK_CLAMP(Pointwise<Relu6_formula>),
    TL_GRADIENT(hardtanh_backward(g, y, 0, 6)),
    .reads = {0, outs(0)},
    .traits = Trait::pointwise | Trait::epilogue,
    TL_ACTIVATION_SAMPLES,
};
TL_OP(hardtanh){
    .schemas =
        {"aten::hardtanh(Tensor self, Scalar min_val=-1, Scalar max_val=1) -> Tensor",
         "aten::hardtanh_(Tensor(a!) self, Scalar min_val=-1, Scalar max_val=1) -> Tensor(a!)",
         "aten::hardtanh.out(Tensor self, Scalar min_val=-1, Scalar max_val=1, *, Tensor(a!) out) -> Tensor(a!)"},
    TL_QNNPACK_CLAMP(Pointwise<Hardtanh_formula, Promote::arithmetic, 1>),
    TL_GRADIENT(hardtanh_backward(g, y, c.arg<Scalar>(1), c.arg<Scalar>(2))),
    .reads = {0, outs(0)},
    .traits = Trait::pointwise | Trait::epilogue,
    TL_SAMPLES({{sample({2, 3}), -1, 1}}, {{sample({7}, kFloat, -8, 8), 0, 6}},
               {{sample({7}, kInt, -8, 8), 0.5, 6.5}}),
};
TL_OP(hardtanh_backward){
    .schemas = {TL_INPUT_GRADIENT_SCHEMAS("hardtanh_backward", ", Scalar min_val, Scalar max_val")},
    TL_POINTWISE(HardtanhBackward_formula, Promote::arithmetic, 2),
    TL_SECOND(tealight::hardtanh_backward(gg, x, c.arg<Scalar>(2), c.arg<Scalar>(3)),
              zeros_like(gg)),
    .reads = {args(1), 0},
    .traits = Trait::pointwise,
    TL_SAMPLES({{sample({9}), sample({9}, kFloat, -2, 2, 2), -1, 1}}),
};
TL_OP(threshold){
    .schemas =
        {"aten::threshold(Tensor self, Scalar threshold, Scalar value) -> Tensor",
         "aten::threshold_(Tensor(a!) self, Scalar threshold, Scalar value) -> Tensor(a!)",
         "aten::threshold.out(Tensor self, Scalar threshold, Scalar value, *, Tensor(a!) out) -> Tensor(a!)"},
    TL_POINTWISE(Threshold_formula, Promote::arithmetic, 1),
    TL_GRADIENT(threshold_backward(g, x, c.arg<Scalar>(1))),
    .reads = {args(0), 0},
    .traits = Trait::pointwise,
    TL_SAMPLES({{sample({2, 3}), 0.5, -3}}, {{sample({7}, kInt), 1, 2}}),
};
TL_OP(threshold_backward){
    .schemas = {TL_INPUT_GRADIENT_SCHEMAS("threshold_backward", ", Scalar threshold")},
    TL_POINTWISE(ThresholdBackward_formula, Promote::arithmetic, 2),
    TL_SECOND(tealight::threshold_backward(gg, x, c.arg<Scalar>(2)), zeros_like(gg)),
    .reads = {args(1), 0},
    .traits = Trait::pointwise,
    TL_SAMPLES({{sample({9}), sample({9}, kFloat, -2, 2, 2), 0.5}}),
};
TL_OP(leaky_relu){
    .schemas =
        {"aten::leaky_relu(Tensor self, Scalar negative_slope=0.01) -> Tensor",
         "aten::leaky_relu_(Tensor(a!) self, Scalar negative_slope=0.01) -> Tensor(a!)",
         "aten::leaky_relu.out(Tensor self, Scalar negative_slope=0.01, *, Tensor(a!) out) -> Tensor(a!)"},
    TL_POINTWISE(LeakyRelu_formula, Promote::arithmetic, 1),
    TL_GRADIENT(leaky_relu_backward(g, x, c.arg<Scalar>(1), false)),
    .reads = {args(0), 0},
    .traits = Trait::pointwise | Trait::epilogue,
    TL_SAMPLES({{sample({2, 3}), 0.01}}, {{sample({7}), 0.3}}),
};
TL_OP(leaky_relu_backward){
    .schemas = {TL_INPUT_GRADIENT_SCHEMAS("leaky_relu_backward",
                                          ", Scalar negative_slope, bool self_is_result")},
    TL_POINTWISE(LeakyReluBackward_formula, Promote::arithmetic, 2),
    TL_SECOND(tealight::leaky_relu_backward(gg, x, c.arg<Scalar>(2), c.arg<bool>(3)),
              zeros_like(gg)),
    .reads = {args(1), 0},
    .traits = Trait::pointwise,
    TL_SAMPLES({{sample({9}), sample({9}, kFloat, -2, 2, 2), 0.1, false}}),
};
TL_OP(prelu){
    .schemas = {"aten::prelu(Tensor self, Tensor weight) -> Tensor"},
    .function = function<prelu_impl>,
    .traits = Trait::composite | Trait::copied_out,
    TL_SAMPLES({{sample({2, 3, 4}), sample({3}, kFloat, 0, 1)}},
               {{sample({2, 3}), sample({1}, kFloat, 0, 1)}}),
};
TL_OP(prelu_kernel){
    .schemas = {"aten::_prelu_kernel(Tensor self, Tensor weight) -> Tensor"},
    .infer = prelu_infer,
    .kernels = Pointwise<Prelu_formula>::kernels,
    TL_GRADIENT2(where(a > 0, g, g* b), where(a > 0, 0, g* a)),
    .traits = Trait::pointwise | Trait::epilogue,
};
TL_OP(prelu_backward){
    .schemas =
        {"aten::prelu_backward(Tensor grad_output, Tensor self, Tensor weight) -> (Tensor, Tensor)"},
    .function = function<prelu_backward_impl>,
    .traits = Trait::composite | Trait::copied_out,
    TL_SAMPLES({{sample({2, 3, 4}), sample({2, 3, 4}, kFloat, -2, 2, 2),
                 sample({3}, kFloat, 0, 1)}}),
};
}  // namespace tealight::ops
#endif
