// The vectors of dot8.h, a namespace for each kind of 8-bit dot product.
#pragma once
#include "kernels/simd/simd.h"

// TL_PER_DOT8(f): initialises an array indexed by a Dot8 with each kind's f; kDot8None's is null.
#if defined(__x86_64__)
#define TL_AVX_VNNI "avx2,fma,avxvnni"
#define TL_AVX512_VNNI "avx512f,avx512vl,avx512bw,avx512dq,avx2,fma,avx512vnni"
#if TL_WITHOUT_AVX512
#define TL_PER_DOT8(f) {nullptr, &dot8_avx::f, nullptr}
#else
#define TL_PER_DOT8(f) {nullptr, &dot8_avx::f, &dot8_avx512::f}
#endif
#elif defined(__aarch64__)
#if defined(__clang__)
#define TL_NEON_DOT "dotprod"
#else
#define TL_NEON_DOT "arch=armv8.2-a+dotprod"
#endif
#define TL_PER_DOT8(f) {nullptr, &dot8_neon::f}
#else
#define TL_PER_DOT8(f) {nullptr}
#endif

namespace tealight::kernels {
/// The way of rounded numbers to bytes: the zero point is added, then all is brought into range.
struct ByteRange {
  int16_t zero_point;
  uint8_t min, max;
};
}  // namespace tealight::kernels

#if defined(__x86_64__)
TL_SIMD_BEGIN(TL_AVX_VNNI)
namespace tealight::dot8_avx {
#define TL_WIDTH 16
#define TL_DPBUSD _mm_dpbusd_avx_epi32
#include "kernels/gemm/dot8_x86.h"
#define TL_WIDTH 32
#define TL_DPBUSD _mm256_dpbusd_avx_epi32
#include "kernels/gemm/dot8_x86.h"
using Bytes = Bytes32;
using HalfBytes = Bytes16;
}  // namespace tealight::dot8_avx
TL_SIMD_END
#if !TL_WITHOUT_AVX512
TL_SIMD_BEGIN(TL_AVX512_VNNI)
namespace tealight::dot8_avx512 {
#define TL_WIDTH 16
#define TL_DPBUSD _mm_dpbusd_epi32
#include "kernels/gemm/dot8_x86.h"
#define TL_WIDTH 32
#define TL_DPBUSD _mm256_dpbusd_epi32
#include "kernels/gemm/dot8_x86.h"
#define TL_WIDTH 64
#define TL_DPBUSD _mm512_dpbusd_epi32
#include "kernels/gemm/dot8_x86.h"
using Bytes = Bytes64;
using HalfBytes = Bytes32;
}  // namespace tealight::dot8_avx512
TL_SIMD_END
#endif
#elif defined(__aarch64__)
TL_SIMD_BEGIN(TL_NEON_DOT)
namespace tealight::dot8_neon {
#include "kernels/gemm/dot8_neon.h"
}  // namespace tealight::dot8_neon
TL_SIMD_END
#endif
