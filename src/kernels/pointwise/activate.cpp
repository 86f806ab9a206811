#include "kernels/pointwise/activate.h"

#include "core/parallel.h"
#define TL_THIS_FILE "kernels/pointwise/activate.cpp"
#include "kernels/simd/foreach_isa.h"

#include "kernels/activation-inl.h"

namespace tealight::TL_ISA {

inline void activate_run(const kernels::Activation& activation, int64_t n, float* y) {
  constexpr int64_t lanes = int64_t(f32v::lanes);
  with_activation(activation.kind, [&](auto kind) {
    const f32v a(activation.a), b(activation.b);
    int64_t i = 0;
    for (; i + lanes <= n; i += lanes)
      activate<decltype(kind)::value>(f32v::load(y + i), a, b).store(y + i);
    if (i < n)
      activate<decltype(kind)::value>(f32v::load_partial(y + i, size_t(n - i)), a, b)
          .store_partial(y + i, size_t(n - i));
  });
}

}  // namespace tealight::TL_ISA

#if TL_ONCE
namespace tealight::kernels {
namespace {
constexpr void (*runs[])(const Activation&, int64_t, float*) = TL_PER_ISA(activate_run);
}

void activate_f32(const Activation& activation, int64_t n, float* y) {
  if (activation.kind == Activation::Kind::none) return;
  constexpr int64_t kGrain = 32768;
  const auto run = runs[current_isa()];
  parallel_for(0, n, kGrain,
               [&](int64_t begin, int64_t end) { run(activation, end - begin, y + begin); });
}

}  // namespace tealight::kernels
#endif
