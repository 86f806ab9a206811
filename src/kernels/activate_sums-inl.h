// An activation applied to a block of sums in registers, chosen when the program runs: the usual
// kinds unrolled, the rest through memory so that they are compiled once.
#include "kernels/activation-inl.h"
#if defined(TL_ACTIVATE_SUMS_INL) == defined(TL_ISA_TOGGLE)
#ifdef TL_ACTIVATE_SUMS_INL
#undef TL_ACTIVATE_SUMS_INL
#else
#define TL_ACTIVATE_SUMS_INL
#endif

namespace tealight::TL_ISA {

[[gnu::noinline]] inline void activate_in_memory(const kernels::Activation& f, float* x, int n) {
  with_activation(f.kind, [&](auto kind) {
    for (int i = 0; i < n; i += int(f32v::lanes))
      activate<decltype(kind)::value>(f32v::load(x + i), f.a, f.b).store(x + i);
  });
}

template <int N>
TL_INLINE void activate_sums(const kernels::Activation& f, f32v (&sum)[N]) {
  using K = ActivationKind;
  constexpr int lanes = int(f32v::lanes);
  if (f.kind == K::none) return;
  if (f.kind == K::clamp) {
    const f32v least(f.a), most(f.b);
#pragma GCC unroll 32
    for (int i = 0; i < N; ++i) sum[i] = clamp(sum[i], least, most);
  } else if (f.kind == K::hardswish) {
#pragma GCC unroll 32
    for (int i = 0; i < N; ++i) sum[i] = activate<K::hardswish>(sum[i], f.a, f.b);
  } else {
    float sums[N * lanes];
#pragma GCC unroll 32
    for (int i = 0; i < N; ++i) sum[i].store(sums + i * lanes);
    activate_in_memory(f, sums, N * lanes);
#pragma GCC unroll 32
    for (int i = 0; i < N; ++i) sum[i] = f32v::load(sums + i * lanes);
  }
}

}  // namespace tealight::TL_ISA
#endif
