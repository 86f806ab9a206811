// Compiles TL_THIS_FILE once per kind of 8-bit dot product (core/cpu.h: Dot8) by including it
// again, with TL_DOT8 naming the kind's namespace; TL_ONCE is 1 in the last pass only, which
// belongs to no kind.
//
// A kind's namespace has vectors of bytes: `Bytes` is the widest, HalfBytes half of it (not below
// 16), Bytes16 there on every kind; dot8_x86.h and dot8_neon.h say what they can. They are written
// with intrinsics, for no portable operation stands for u8 x s8 by fours, nor for packing back to
// bytes.
#include "kernels/gemm/dot8_vectors.h"
#ifndef TL_DOT8
#define TL_ONCE 0
#if defined(__x86_64__)
TL_SIMD_BEGIN(TL_AVX_VNNI)
#define TL_DOT8 dot8_avx
#include TL_THIS_FILE
#undef TL_DOT8
TL_SIMD_END
#if !TL_WITHOUT_AVX512
TL_SIMD_BEGIN(TL_AVX512_VNNI)
#define TL_DOT8 dot8_avx512
#include TL_THIS_FILE
#undef TL_DOT8
TL_SIMD_END
#endif
#elif defined(__aarch64__)
TL_SIMD_BEGIN(TL_NEON_DOT)
#define TL_DOT8 dot8_neon
#include TL_THIS_FILE
#undef TL_DOT8
TL_SIMD_END
#endif
#undef TL_ONCE
#define TL_ONCE 1
#define TL_DOT8 dot8_none
#endif
