// tealight::linear: y = activation(x W^T + bias + residual), one step of a plan.
#include "kernels/linear/linear.h"

#include "kernels/gemm/gemm.h"
#include "ops/fused/activation.h"
#include "ops/linear/linear.h"
#include "ops/op.h"

namespace tealight::ops {
namespace {

using namespace kernels;

Fact infer_fused(const Fact& input, const Fact& weight, OptionalFact bias, OptionalFact residual,
                 std::string_view activation, double a, double b) {
  TL_CHECK(weight.dim() == 2, "linear: weight must be a matrix, but has shape ", weight.sizes);
  const Fact out = infer_linear(input, weight, bias);
  TL_CHECK(!bias || bias->numel() == weight.sizes[0], "linear: a bias of ", weight.sizes[0],
           " numbers is wanted, but got shape ", bias->sizes);
  TL_CHECK(!residual || (residual->sizes == out.sizes && residual->dtype == out.dtype),
           "linear: the residual must be ", out.dtype, out.sizes, ", but is ", residual->dtype,
           residual->sizes);
  activation_of(activation, a, b);
  return out;
}

Activation activation_arg(const Call& c) {
  return activation_of(c.arg<std::string_view>(4), c.arg<double>(5), c.arg<double>(6));
}

Offer prepare_packed(const Call& c) {
  if (c.out().dtype != kFloat) return "not float32";
  if (!c.inputs[1]->has_elements()) return "the weights are not known";
  return Kernel([size = LinearSizes(c.in(0), c.in(1), c.out()), activation = activation_arg(c),
                 packed = packed_linear_weights(*c.inputs[1])](const Pointers& p) {
    linear_f32(size.M, size.N, size.K, p.in<float>(0), size.K,
               static_cast<const float*>(packed->data()), p.out<float>(), size.N,
               {p.in<float>(2), p.in<float>(3), size.N, activation});
  });
}
Offer prepare_unpacked(const Call& c) {
  if (c.out().dtype != kFloat) return "not float32";
  const LinearSizes s(c.in(0), c.in(1), c.out());
  return Kernel(
      [s, activation = activation_arg(c)](const Pointers& p) {
        GemmEpilogue e;
        e.bias_n = p.in<float>(2), e.residual = p.in<float>(3), e.residual_stride = s.N;
        e.activation = activation;
        matmul_f32(s.M, s.N, s.K, p.in<float>(0), s.K, false, p.in<float>(1), s.K, true,
                   p.out<float>(), s.N, e, p.scratch<void>());
      },
      matmul_f32_scratch_bytes(s.M, s.N, s.K, true));
}
constexpr Impl fused_kernels[] = {{"packed_f32", prepare_packed},
                                  {"unpacked_f32", prepare_unpacked}};

}  // namespace

TL_OP(tealight_linear){
    .schemas =
        {"tealight::linear(Tensor input, Tensor weight, Tensor? bias, Tensor? residual, str activation, float a, float b) -> Tensor"},
    .infer = infer<infer_fused>,
    .kernels = fused_kernels,
    .traits = Trait::nograd,  // plans are for inference
};
}  // namespace tealight::ops
