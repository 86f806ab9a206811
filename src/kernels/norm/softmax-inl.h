// e^x for what softmax needs: x <= 0, and exactly 0 where it would be too small for a normal
// number. Two thirds of the cost of the exp of math-inl.h, as accurate.
#include "kernels/simd/math-inl.h"
#include "kernels/simd/simd.h"
#if defined(TL_SOFTMAX_INL) == defined(TL_ISA_TOGGLE)
#ifdef TL_SOFTMAX_INL
#undef TL_SOFTMAX_INL
#else
#define TL_SOFTMAX_INL
#endif

namespace tealight::TL_ISA {

// NaN stays NaN.
TL_INLINE f32v exp_nonpositive(f32v x) {
  const f32v least(-87.f), shift(12583039.f);  // 1.5 * 2^23 + 127: what is added to it is rounded,
  const f32v c = clamp(x, least, f32v(0.f));
  const f32v t = fma(c, f32v(1.44269504f), shift);  // and its low bits are an exponent, biased
  const f32v p = expm1_reduced(reduce_ln2(c, t - shift)) + f32v(1.f);
  return select(x < least, f32v(0.f), p * as_f32(shl<23>(as_i32(t))));
}

}  // namespace tealight::TL_ISA
#endif
