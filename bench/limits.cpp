// What this machine can do at most: multiply-adds in float32, 8 bits and bfloat16, and reading
// memory. bench/peers and bench/kernels set what they measure beside it. Prints one line of JSON:
// operations (a multiply-add is two) or bytes a second, in units of 1e9, by N processors at once; 0
// where there is no such instruction.
//
// usage: limits N
#include <sched.h>

#include <algorithm>
#include <barrier>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <thread>
#include <vector>

namespace {

constexpr long kTurns = 20000;
constexpr int kChains = 12;  // independent sums: they hide the latency of one
constexpr int kBursts = 800;

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// NAME(): instructions a second of OP on registers.
#define TWELVE(ONE) \
  ONE("0")          \
  ONE("1")          \
  ONE("2") ONE("3") ONE("4") ONE("5") ONE("6") ONE("7") ONE("8") ONE("9") ONE("10") ONE("11")
#if defined(__x86_64__)
#define ZMM(R) "zmm14,%%zmm15,%%zmm" R "\n\t"
#define LOOP(NAME, ONE)                                                                           \
  double NAME() {                                                                                 \
    long n = kTurns;                                                                              \
    const double start = now();                                                                   \
    asm volatile(                                                                                 \
        "xorps %%xmm14,%%xmm14\n\txorps %%xmm15,%%xmm15\n\t1:\n\t" TWELVE(ONE) "dec %0\n\tjnz 1b" \
        : "+r"(n)::"cc", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8",  \
          "xmm9", "xmm10", "xmm11", "xmm14", "xmm15");                                            \
    return double(kTurns) * kChains / (now() - start);                                            \
  }
#define FMA512(R) "vfmadd231ps %%" ZMM(R)
#define FMA256(R) "vfmadd231ps %%ymm14,%%ymm15,%%ymm" R "\n\t"
#define DOT512(R) "vpdpbusd %%" ZMM(R)
#define DOT256(R) "%{vex%} vpdpbusd %%ymm14,%%ymm15,%%ymm" R "\n\t"
#define BF512(R) "vdpbf16ps %%" ZMM(R)
LOOP(fma_512, FMA512)
LOOP(fma_256, FMA256)
LOOP(dot_512, DOT512)
LOOP(dot_256, DOT256)
LOOP(bf16_512, BF512)

// CPUID's leaf 7 tells these, which gcc 12's __builtin_cpu_supports does not all name.
bool leaf7(int subleaf, char reg, int bit) {
  unsigned a = 7, b, c = unsigned(subleaf), d;
  asm volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
  return ((reg == 'a' ? a : c) >> bit) & 1;
}

double fp32() {
  if (__builtin_cpu_supports("avx512f")) return 32 * fma_512();
  return __builtin_cpu_supports("fma") ? 16 * fma_256() : 0;
}
double int8() {
  if (__builtin_cpu_supports("avx512f") && leaf7(0, 'c', 11)) return 128 * dot_512();
  return __builtin_cpu_supports("avx2") && leaf7(1, 'a', 4) ? 64 * dot_256() : 0;
}
double bf16() {
  return __builtin_cpu_supports("avx512f") && leaf7(1, 'a', 5) ? 64 * bf16_512() : 0;
}
#elif defined(__aarch64__)
#define LOOP(NAME, ONE)                                                                       \
  double NAME() {                                                                             \
    long n = kTurns;                                                                          \
    const double start = now();                                                               \
    asm volatile(".arch_extension dotprod\n\t1:\n\t" TWELVE(ONE) "subs %0, %0, #1\n\tb.ne 1b" \
                 : "+r"(n)::"cc", "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8", "v9", \
                   "v10", "v11", "v14", "v15");                                               \
    return double(kTurns) * kChains / (now() - start);                                        \
  }
#define FMLA(R) "fmla v" R ".4s, v14.4s, v15.4s\n\t"
#define SDOT(R) "sdot v" R ".4s, v14.16b, v15.16b\n\t"
LOOP(fmla, FMLA)
LOOP(sdot, SDOT)
double fp32() { return 8 * fmla(); }
double int8() { return 32 * sdot(); }
double bf16() { return 0; }
#else
double fp32() { return 0; }
double int8() { return 0; }
double bf16() { return 0; }
#endif

// Bytes a second of reading more memory than the caches hold.
double memory() {
  static thread_local std::vector<float> block(size_t(1) << 26, 1.f);
  float sums[64] = {};
  const double start = now();
  for (size_t i = 0; i < block.size(); i += 64)
    for (size_t lane = 0; lane < 64; ++lane) sums[lane] += block[i + lane];
  const double seconds = now() - start;
  volatile float keep = std::accumulate(sums, sums + 64, 0.f);
  (void)keep;
  return double(block.size() * sizeof(float)) / seconds;
}

// The best of many short bursts on each processor, summed over processors that run at the same
// time.
double by_all(int processors, double (*burst)(), int bursts) {
  std::barrier together(processors);
  std::vector<double> best(size_t(processors), 0.);
  std::vector<std::thread> threads;
  for (int id = 0; id < processors; ++id)
    threads.emplace_back([&, id] {
      cpu_set_t one;
      CPU_ZERO(&one);
      CPU_SET(id, &one);
      sched_setaffinity(0, sizeof one, &one);
      for (int i = 0; i < bursts; ++i) {
        if (i < 8) together.arrive_and_wait();
        best[size_t(id)] = std::max(best[size_t(id)], burst());
      }
    });
  for (std::thread& t : threads) t.join();
  return std::accumulate(best.begin(), best.end(), 0.) / 1e9;
}

}  // namespace

int main(int argc, char** argv) {
  const int n = argc > 1 ? std::max(1, std::atoi(argv[1])) : 1;
  std::printf(
      "{\"processors\": %d, \"fp32\": %.1f, \"int8\": %.1f, \"bf16\": %.1f, \"memory\": %.1f}\n", n,
      by_all(n, fp32, kBursts), by_all(n, int8, kBursts), by_all(n, bf16, kBursts),
      by_all(n, memory, 8));
}
