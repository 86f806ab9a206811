// Which instruction set the kernels use on this processor.
#pragma once

namespace tealight {

// Index into the per-ISA tables that kernels/simd/foreach_isa.h fills.
enum Isa : unsigned {
  kIsaBaseline = 0,  // x86-64: SSE2; aarch64: NEON; elsewhere scalar
  kIsaAvx2 = 1,      // AVX2 + FMA
  kIsaAvx512 = 2,    // AVX-512 F, VL, BW, DQ
};

/// The best set that processor, operating system and build have, capped by the environment variable
/// TEALIGHT_ISA (a number, or baseline / avx2 / avx512). Read once.
unsigned best_isa();

/// The set in use: best_isa(), unless a test has asked for a lower one.
unsigned current_isa();

/// For tests: use set `isa` (at most best_isa()) from now on in all threads; returns the one in use
/// before. Packed weights depend on the set: pack and run under the same one.
unsigned force_isa_for_testing(unsigned isa);

const char* isa_name(unsigned isa);

}  // namespace tealight
