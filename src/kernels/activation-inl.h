// kernels/activation.h on vectors: activate<kind>(x, a, b), and with_activation, which branches on
// the kind once for a whole loop.
#include <type_traits>

#include "kernels/activation.h"
#include "kernels/simd/math-inl.h"
#include "kernels/simd/simd.h"
#if defined(TL_ACTIVATION_INL) == defined(TL_ISA_TOGGLE)
#ifdef TL_ACTIVATION_INL
#undef TL_ACTIVATION_INL
#else
#define TL_ACTIVATION_INL
#endif

namespace tealight::TL_ISA {

using ActivationKind = kernels::Activation::Kind;

// x Phi(x) as x / 2 + x / 2 erf(x / sqrt(2)), erf by a quotient of polynomials in x^2 (fitted by
// Lawson's iteration to 1.3e-8): a third of what the erf of math-inl.h takes. Off by at most 2e-7
// |x|; PyTorch's is by 2.5e-7 |x|.
TL_INLINE f32v gelu(f32v x) {
  const f32v s = x * x, half = x * f32v(0.5f);
  f32v p = fma(f32v(4.69147892e-8f), s, f32v(1.26370443e-5f));
  f32v q = fma(f32v(1.21556842e-6f), s, f32v(7.13571866e-5f));
  p = fma(p, s, f32v(0.000322863906f));
  q = fma(q, s, f32v(0.00184282073f));
  p = fma(p, s, f32v(0.00926639301f));
  q = fma(q, s, f32v(0.0282252096f));
  p = fma(p, s, f32v(0.0662237886f));
  q = fma(q, s, f32v(0.249665662f));
  p = fma(p, s, f32v(0.79788455f));
  q = fma(q, s, f32v(1.f));
  const f32v middle = fma(half, x * p / q, half);
  return select(abs(half) < f32v(2.71f), middle, half + abs(half));  // erf is 1 or -1 beyond
}

template <ActivationKind kind>
TL_INLINE f32v activate(f32v x, [[maybe_unused]] f32v a, [[maybe_unused]] f32v b) {
  using K = ActivationKind;
  const auto relu6_of_x_plus_3 = [](f32v v) { return clamp(v + f32v(3.f), 0.f, 6.f); };
  if constexpr (kind == K::clamp) return clamp(x, a, b);
  if constexpr (kind == K::leaky_relu) return select(x < f32v(0.f), x * a, x);
  if constexpr (kind == K::hardswish) return x * relu6_of_x_plus_3(x) * f32v(1.f / 6);
  if constexpr (kind == K::hardsigmoid) return relu6_of_x_plus_3(x) * f32v(1.f / 6);
  if constexpr (kind == K::sigmoid) return sigmoid(x);
  if constexpr (kind == K::silu) return x * sigmoid(x);
  if constexpr (kind == K::tanh) return tanh(x);
  if constexpr (kind == K::gelu) return gelu(x);
  if constexpr (kind == K::gelu_tanh) {
    const f32v inner = f32v(0.797884561f) * fma(f32v(0.044715f) * x * x, x, x);
    return x * f32v(0.5f) * (f32v(1.f) + tanh(inner));
  }
  if constexpr (kind == K::elu) return select(x < f32v(0.f), a * expm1(x), x);
  return x;
}

/// f(std::integral_constant<ActivationKind, kind>())
template <class F>
TL_INLINE void with_activation(ActivationKind kind, const F& f) {
  using K = ActivationKind;
  switch (kind) {
#define TL_CASE(k) \
  case K::k:       \
    return f(std::integral_constant<K, K::k>());
    TL_CASE(none)
    TL_CASE(clamp)
    TL_CASE(leaky_relu)
    TL_CASE(hardswish)
    TL_CASE(hardsigmoid)
    TL_CASE(sigmoid)
    TL_CASE(silu)
    TL_CASE(tanh)
    TL_CASE(gelu)
    TL_CASE(gelu_tanh)
    TL_CASE(elu)
#undef TL_CASE
  }
}

/// `columns` of `rows` rows of c, ldc floats apart, in place. Kept out of the tiles that it
/// follows.
inline void activate_rows(int64_t rows, int64_t columns, float* c, int64_t ldc,
                          const kernels::Activation& activation) {
  constexpr int64_t lanes = int64_t(f32v::lanes);
  with_activation(activation.kind, [&](auto kind) {
    const f32v a(activation.a), b(activation.b);
    for (int64_t row = 0; row < rows; ++row, c += ldc) {
      int64_t i = 0;
      for (; i + lanes <= columns; i += lanes)
        activate<decltype(kind)::value>(f32v::load(c + i), a, b).store(c + i);
      if (i < columns)
        activate<decltype(kind)::value>(f32v::load_partial(c + i, size_t(columns - i)), a, b)
            .store_partial(c + i, size_t(columns - i));
    }
  });
}

}  // namespace tealight::TL_ISA
#endif
