// at::meta::add(a, b): what a call gives, without its numbers. Takes tensors of any device, gives
// tensors of kMeta.
#pragma once
#include "tealight/ops.h"

namespace tealight::detail {
template <class T>
decltype(auto) without_numbers(T&& v) {
  if constexpr (std::is_same_v<std::remove_cvref_t<T>, Tensor>)
    return v.to(Device(kMeta));
  else
    return std::forward<T>(v);
}
}  // namespace tealight::detail

#define TL_META(name)                                                                \
  template <class... A>                                                              \
  auto name(A&&... a) {                                                              \
    return tealight::name(tealight::detail::without_numbers(std::forward<A>(a))...); \
  }
namespace at::meta {
// clang-format off
TL_META(acos) TL_META(acosh) TL_META(adaptive_max_pool2d) TL_META(adaptive_max_pool3d) TL_META(add)
TL_META(addcdiv) TL_META(addcmul) TL_META(addmm) TL_META(addmv) TL_META(all) TL_META(amax)
TL_META(amin) TL_META(aminmax) TL_META(any) TL_META(argmax) TL_META(argmin) TL_META(as_strided)
TL_META(asin) TL_META(asinh) TL_META(atan) TL_META(atan2) TL_META(atanh) TL_META(avg_pool2d)
TL_META(avg_pool3d) TL_META(baddbmm) TL_META(bitwise_and) TL_META(bitwise_left_shift)
TL_META(bitwise_not) TL_META(bitwise_or) TL_META(bitwise_right_shift) TL_META(bitwise_xor)
TL_META(bmm) TL_META(ceil) TL_META(clamp) TL_META(clamp_max) TL_META(clamp_min) TL_META(copysign)
TL_META(cos) TL_META(cosh) TL_META(cumprod) TL_META(cumsum) TL_META(digamma) TL_META(div)
TL_META(elu) TL_META(eq) TL_META(erf) TL_META(erfc) TL_META(erfinv) TL_META(exp) TL_META(exp2)
TL_META(expm1) TL_META(floor) TL_META(fmax) TL_META(fmin) TL_META(fmod) TL_META(frac)
TL_META(fractional_max_pool2d) TL_META(fractional_max_pool3d) TL_META(gather) TL_META(gcd)
TL_META(ge) TL_META(gelu) TL_META(glu) TL_META(gt) TL_META(hardshrink) TL_META(hardsigmoid)
TL_META(heaviside) TL_META(hypot) TL_META(i0) TL_META(igamma) TL_META(igammac) TL_META(index_add)
TL_META(index_reduce) TL_META(isin) TL_META(isneginf) TL_META(isposinf) TL_META(lcm) TL_META(le)
TL_META(leaky_relu) TL_META(lerp) TL_META(lgamma) TL_META(linalg_cholesky_ex) TL_META(linalg_cross)
TL_META(linalg_inv_ex) TL_META(linalg_lu_solve) TL_META(linalg_qr) TL_META(linalg_vector_norm)
TL_META(log) TL_META(log10) TL_META(log1p) TL_META(log2) TL_META(logaddexp) TL_META(logaddexp2)
TL_META(lt) TL_META(max) TL_META(max_pool2d_with_indices) TL_META(maximum) TL_META(mean)
TL_META(min) TL_META(minimum) TL_META(mish) TL_META(mm) TL_META(mse_loss) TL_META(mul) TL_META(ne)
TL_META(neg) TL_META(nextafter) TL_META(nll_loss_forward) TL_META(norm) TL_META(pow) TL_META(prod)
TL_META(reciprocal) TL_META(reflection_pad1d) TL_META(reflection_pad3d) TL_META(remainder)
TL_META(renorm) TL_META(replication_pad1d) TL_META(replication_pad2d) TL_META(replication_pad3d)
TL_META(round) TL_META(rsqrt) TL_META(scatter) TL_META(scatter_add) TL_META(scatter_reduce)
TL_META(sgn) TL_META(sigmoid) TL_META(sign) TL_META(signbit) TL_META(silu) TL_META(sin)
TL_META(sinc) TL_META(sinh) TL_META(smooth_l1_loss) TL_META(softplus) TL_META(softshrink)
TL_META(sort) TL_META(special_entr) TL_META(special_erfcx) TL_META(special_i0e) TL_META(special_i1)
TL_META(special_i1e) TL_META(special_log_ndtr) TL_META(special_ndtri) TL_META(special_xlog1py)
TL_META(special_zeta) TL_META(sqrt) TL_META(sub) TL_META(sum) TL_META(tan) TL_META(tanh)
TL_META(threshold) TL_META(topk) TL_META(triangular_solve) TL_META(tril) TL_META(triu)
TL_META(trunc) TL_META(upsample_bicubic2d) TL_META(upsample_bilinear2d) TL_META(upsample_linear1d)
TL_META(upsample_nearest1d) TL_META(upsample_nearest2d) TL_META(upsample_nearest3d)
TL_META(upsample_trilinear3d) TL_META(view_as_complex) TL_META(view_as_real) TL_META(xlogy)
// clang-format on
}  // namespace at::meta
#undef TL_META
