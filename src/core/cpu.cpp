#include "core/cpu.h"

#include <atomic>
#include <cstdlib>
#include <cstring>

#if defined(__aarch64__) && defined(__linux__)
#include <sys/auxv.h>
#elif defined(__aarch64__) && defined(__APPLE__)
#include <sys/sysctl.h>
#endif

namespace tealight {
namespace {

constexpr unsigned kNotForced = ~0u;
constinit std::atomic<unsigned> forced_isa{kNotForced};
constinit std::atomic<unsigned> forced_dot8{kNoDot8Forced};

unsigned detect() {
#if defined(__x86_64__)
  // The compiler's runtime asks CPUID and XGETBV: a set counts if the system saves it.
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return kIsaBaseline;
#if TL_WITHOUT_AVX512
  return kIsaAvx2;
#else
  const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
                      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq");
  return avx512 ? kIsaAvx512 : kIsaAvx2;
#endif
#else
  return kIsaBaseline;
#endif
}

// One bit for each Dot8 that the processor has.
unsigned detect_dot8() {
  unsigned found = 1u << kDot8None;
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avxvnni")) found |= 1u << kDot8AvxVnni;
  if (__builtin_cpu_supports("avx512vnni")) found |= 1u << kDot8Avx512Vnni;
#elif defined(__aarch64__) && defined(__linux__)
  constexpr unsigned long kHasDotProduct = 1ul << 20;  // HWCAP_ASIMDDP
  if (getauxval(AT_HWCAP) & kHasDotProduct) found |= 1u << kDot8Neon;
#elif defined(__aarch64__) && defined(__APPLE__)
  int has = 0;
  size_t size = sizeof has;
  if (!sysctlbyname("hw.optional.arm.FEAT_DotProd", &has, &size, nullptr, 0) && has)
    found |= 1u << kDot8Neon;
#endif
  return found;
}

unsigned cap_from_environment() {
  const char* cap = std::getenv("TEALIGHT_ISA");
  if (!cap || !*cap) return kNotForced;
  if (!std::strcmp(cap, "baseline")) return kIsaBaseline;
  if (!std::strcmp(cap, "avx2")) return kIsaAvx2;
  if (!std::strcmp(cap, "avx512")) return kIsaAvx512;
  return static_cast<unsigned>(std::strtoul(cap, nullptr, 10));
}

}  // namespace

unsigned best_isa() {
  static const unsigned best = [] {
    const unsigned found = detect(), cap = cap_from_environment();
    return cap < found ? cap : found;
  }();
  return best;
}

unsigned current_isa() {
  const unsigned forced = forced_isa.load(std::memory_order_relaxed);
  return forced == kNotForced ? best_isa() : forced;
}

unsigned force_isa_for_testing(unsigned isa) {
  const unsigned before = current_isa();
  forced_isa.store(isa < best_isa() ? isa : best_isa(), std::memory_order_relaxed);
  return before;
}

bool has_dot8(unsigned dot8) {
  static const unsigned found = detect_dot8();
#if defined(__x86_64__)
  if (current_isa() < dot8) return false;  // each needs the set of its number
#endif
  return dot8 < 8 && (found >> dot8 & 1);
}

unsigned current_dot8() {
  const unsigned forced = forced_dot8.load(std::memory_order_relaxed);
  if (forced != kNoDot8Forced && has_dot8(forced)) return forced;
  for (unsigned dot8 = 2; dot8 > kDot8None; --dot8)
    if (has_dot8(dot8)) return dot8;
  return kDot8None;
}

void force_dot8_for_testing(unsigned dot8) { forced_dot8.store(dot8, std::memory_order_relaxed); }

const char* dot8_name(unsigned dot8) {
#if defined(__x86_64__)
  return dot8 == kDot8Avx512Vnni ? "avx512_vnni" : dot8 == kDot8AvxVnni ? "avx_vnni" : "none";
#elif defined(__aarch64__)
  return dot8 == kDot8Neon ? "neon_dot" : "none";
#else
  return dot8 == kDot8None ? "none" : "unknown";
#endif
}

const char* isa_name(unsigned isa) {
#if defined(__x86_64__)
  return isa == kIsaAvx512 ? "avx512" : isa == kIsaAvx2 ? "avx2" : "sse2";
#elif defined(__aarch64__)
  return isa == kIsaBaseline ? "neon" : "unknown";
#else
  return isa == kIsaBaseline ? "scalar" : "unknown";
#endif
}

}  // namespace tealight
