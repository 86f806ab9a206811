// The one loop over f32 vectors for every pointwise formula; included once per instruction set.
#if defined(TL_KERNELS_POINTWISE_POINTWISE_INL_H) == defined(TL_ISA_TOGGLE)
#ifdef TL_KERNELS_POINTWISE_POINTWISE_INL_H
#undef TL_KERNELS_POINTWISE_POINTWISE_INL_H
#else
#define TL_KERNELS_POINTWISE_POINTWISE_INL_H
#endif

namespace tealight::TL_ISA {

template <class F, int N>
const char* vector_loop(const void* const* in, void* out, int64_t n) {
  return [&]<size_t... K>(std::index_sequence<K...>) -> const char* {
    constexpr int64_t lanes = int64_t(f32v::lanes);
    const float* const a[] = {static_cast<const float*>(in[K])...};
    float* y = static_cast<float*>(out);
    int64_t i = 0;
    for (; i + lanes <= n; i += lanes) F{}(f32v::load(a[K] + i)...).store(y + i);
    if (const size_t rest = size_t(n - i))
      F{}(f32v::load_partial(a[K] + i, rest)...).store_partial(y + i, rest);
    return nullptr;
  }(std::make_index_sequence<size_t(N)>{});
}

}  // namespace tealight::TL_ISA
#endif
