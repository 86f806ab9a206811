// The one loop over f32 vectors for every pointwise formula; included once per instruction set.
#if defined(TL_KERNELS_POINTWISE_POINTWISE_INL_H) == defined(TL_ISA_TOGGLE)
#ifdef TL_KERNELS_POINTWISE_POINTWISE_INL_H
#undef TL_KERNELS_POINTWISE_POINTWISE_INL_H
#else
#define TL_KERNELS_POINTWISE_POINTWISE_INL_H
#endif

namespace tealight::TL_ISA {

template <class F, int N> const char* vector_loop(const void* const* in, void* out, int64_t n) {
  constexpr int64_t lanes = int64_t(f32v::lanes);
  const float* a[N];
  for (int k = 0; k < N; ++k) a[k] = static_cast<const float*>(in[k]);
  float* y = static_cast<float*>(out);
  int64_t i = 0;
  for (; i + lanes <= n; i += lanes) {
    f32v x[N];
    for (int k = 0; k < N; ++k) x[k] = f32v::load(a[k] + i);
    if constexpr (N == 1) F{}(x[0]).store(y + i);
    else if constexpr (N == 2) F{}(x[0], x[1]).store(y + i);
    else if constexpr (N == 3) F{}(x[0], x[1], x[2]).store(y + i);
    else F{}(x[0], x[1], x[2], x[3]).store(y + i);
  }
  if (i < n) {
    const size_t rest = size_t(n - i);
    f32v x[N];
    for (int k = 0; k < N; ++k) x[k] = f32v::load_partial(a[k] + i, rest);
    if constexpr (N == 1) F{}(x[0]).store_partial(y + i, rest);
    else if constexpr (N == 2) F{}(x[0], x[1]).store_partial(y + i, rest);
    else if constexpr (N == 3) F{}(x[0], x[1], x[2]).store_partial(y + i, rest);
    else F{}(x[0], x[1], x[2], x[3]).store_partial(y + i, rest);
  }
  return nullptr;
}

}  // namespace tealight::TL_ISA
#endif
