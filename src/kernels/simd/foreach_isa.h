// Compiles TL_THIS_FILE once per instruction set by including it again, with TL_ISA naming the
// set's namespace; TL_ONCE is 1 in the last pass only, where the code that belongs to no set goes.
//
//   #include <everything that is not per set>
//   #define TL_THIS_FILE "kernels/pool/max_pool.cpp"
//   #include "kernels/simd/foreach_isa.h"
//   #include "kernels/simd/math-inl.h"
//   namespace tealight::TL_ISA { ... vectors ... }
//   #if TL_ONCE
//   constexpr Fn table[] = TL_PER_ISA(f);   // table[current_isa()]
//   #endif
//
// TL_ISA_TOGGLE changes between defined and not at every pass: -inl.h files guard themselves so.
#include "kernels/simd/simd.h"
#ifndef TL_ISA
#define TL_ONCE 0
#if defined(__x86_64__)
TL_SIMD_BEGIN(TL_AVX2)
#define TL_ISA isa_avx2
#include TL_THIS_FILE
#undef TL_ISA
TL_SIMD_END
#define TL_ISA_TOGGLE
#if !TL_WITHOUT_AVX512
TL_SIMD_BEGIN(TL_AVX512)
#define TL_ISA isa_avx512
#include TL_THIS_FILE
#undef TL_ISA
TL_SIMD_END
#undef TL_ISA_TOGGLE
#endif
#endif
#undef TL_ONCE
#define TL_ONCE 1
#define TL_ISA isa_baseline
#endif
