#include "core/cpu.h"

#include <atomic>
#include <cstdlib>
#include <cstring>

namespace tealight {
namespace {

constexpr unsigned kNotForced = ~0u;
constinit std::atomic<unsigned> forced_isa{kNotForced};

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
