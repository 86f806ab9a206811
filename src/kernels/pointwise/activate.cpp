#include "kernels/pointwise/activate.h"

#include "core/parallel.h"
#define TL_THIS_FILE "kernels/pointwise/activate.cpp"
#include "kernels/simd/foreach_isa.h"

#include "kernels/activation-inl.h"

namespace tealight::TL_ISA {

inline constexpr auto activate_rows_of_isa = activate_rows;

}  // namespace tealight::TL_ISA

#if TL_ONCE
namespace tealight::kernels {
namespace {
constexpr void (*runs[])(int64_t, int64_t, float*, int64_t,
                         const Activation&) = TL_PER_ISA(activate_rows_of_isa);
}

void activate_f32(const Activation& activation, int64_t n, float* y) {
  if (activation.kind == Activation::Kind::none) return;
  constexpr int64_t kGrain = 32768;
  const auto run = runs[current_isa()];
  parallel_for(0, n, kGrain,
               [&](int64_t begin, int64_t end) { run(1, end - begin, y + begin, 0, activation); });
}

}  // namespace tealight::kernels
#endif
