// Portable vectors of 32-bit lanes: f32v, i32v and the mask m32v, a namespace for each
// instruction set.
//
// Code for a set is marked by function attribute (TL_SIMD_BEGIN), never by -m flags: an inline
// std:: function compiled with -mavx2 may be the copy the linker keeps for everyone. Files that use
// vectors are included once per set by kernels/simd/foreach_isa.h. Operations: the back end files
// x86_*.h, neon.h, scalar.h define the same list (see scalar.h, the plainest), derived-inl.h builds
// the rest from it.
//
// Rules that hold on every set: min and max propagate NaN; conversions to integer round to nearest
// even unless named trunc; fma is fused where the set has it and a multiplication and an addition
// where it has not.
#pragma once
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "core/cpu.h"

#define TL_PRAGMA(x) _Pragma(#x)
#if defined(__clang__)
#define TL_SIMD_BEGIN(target_) \
  TL_PRAGMA(clang attribute push(__attribute__((target(target_))), apply_to = function))
#define TL_SIMD_END TL_PRAGMA(clang attribute pop)
#else
#define TL_SIMD_BEGIN(target_) TL_PRAGMA(GCC push_options) TL_PRAGMA(GCC target target_)
#define TL_SIMD_END TL_PRAGMA(GCC pop_options)
#endif
#if defined(_MSC_VER) && !defined(__clang__)
#define TL_INLINE __forceinline
#else
#define TL_INLINE inline __attribute__((always_inline))
#endif

// TL_EACH_ISA(f, ...): initialises an array indexed by current_isa() with f(namespace, ...) of each
// set. TL_PER_ISA(f): with each set's f.
#if defined(__x86_64__)
// gcc 12 takes the undefined starting values inside its own header for a mistake (its bug 105593)
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC diagnostic ignored "-Wuninitialized"
#include <immintrin.h>
#pragma GCC diagnostic pop
#else
#include <immintrin.h>
#endif
#define TL_AVX2 "avx2,fma"
#define TL_AVX512 "avx512f,avx512vl,avx512bw,avx512dq,avx2,fma"
#if TL_WITHOUT_AVX512
#define TL_EACH_ISA(f, ...) {f(isa_baseline, __VA_ARGS__), f(isa_avx2, __VA_ARGS__)}
#else
#define TL_EACH_ISA(f, ...) \
  {f(isa_baseline, __VA_ARGS__), f(isa_avx2, __VA_ARGS__), f(isa_avx512, __VA_ARGS__)}
#endif
#else
#if defined(__aarch64__)
#include <arm_neon.h>
#endif
#define TL_EACH_ISA(f, ...) {f(isa_baseline, __VA_ARGS__)}
#endif
#define TL_IN_ISA(isa, ...) isa::__VA_ARGS__
#define TL_PER_ISA(...) TL_EACH_ISA(TL_IN_ISA, __VA_ARGS__)

#define TL_SIMD_BACK_END
#if defined(__x86_64__)
namespace tealight::isa_baseline {
#include "kernels/simd/x86_sse2.h"
}  // namespace tealight::isa_baseline
TL_SIMD_BEGIN(TL_AVX2)
namespace tealight::isa_avx2 {
#include "kernels/simd/x86_avx2.h"
}  // namespace tealight::isa_avx2
TL_SIMD_END
TL_SIMD_BEGIN(TL_AVX512)
namespace tealight::isa_avx512 {
#include "kernels/simd/x86_avx512.h"
}  // namespace tealight::isa_avx512
TL_SIMD_END
#elif defined(__aarch64__)
namespace tealight::isa_baseline {
#include "kernels/simd/neon.h"
}  // namespace tealight::isa_baseline
#else
namespace tealight::isa_baseline {
#include "kernels/simd/scalar.h"
}  // namespace tealight::isa_baseline
#endif
#undef TL_SIMD_BACK_END
