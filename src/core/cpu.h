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

// Products of 8-bit integers summed by fours, which 8-bit kernels use beside an instruction set.
enum Dot8 : unsigned {
  kDot8None = 0,
#if defined(__x86_64__)
  kDot8AvxVnni = 1,     // 256-bit vpdpbusd, with kIsaAvx2
  kDot8Avx512Vnni = 2,  // 512-bit, with kIsaAvx512
#elif defined(__aarch64__)
  kDot8Neon = 1,  // sdot, Armv8.2's dot-product extension
#endif
};

/// Whether this processor and build have it and current_isa() allows it.
bool has_dot8(unsigned dot8);
/// The best of them, unless a test has asked for another.
unsigned current_dot8();
/// For tests: `dot8` from now on in all threads where has_dot8(); kNoDot8Forced: the best again.
constexpr unsigned kNoDot8Forced = ~0u;
void force_dot8_for_testing(unsigned dot8);
const char* dot8_name(unsigned dot8);

}  // namespace tealight
