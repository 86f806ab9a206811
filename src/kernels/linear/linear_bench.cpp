// Speed of linear layers: those of transformers, with weights that come from memory as in a model
// (each layer has its own), and those of tiny nets, one row each. Processor time, best of several
// rounds, beside the most that this processor's fused multiply-adds can do.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <vector>

#include "core/cpu.h"
#include "core/parallel.h"
#include "kernels/linear/linear.h"
#define TL_THIS_FILE "kernels/linear/linear_bench.cpp"
#include "kernels/simd/foreach_isa.h"

namespace tealight::TL_ISA {
// As many chains as hide the latency; returns the operations done.
inline double fma_burst(float* sink) {
  constexpr int kChains = 12, kSteps = 4000;
  f32v sum[kChains];
  for (auto& s : sum) s = f32v(1.f);
  const f32v a(0.999f), b(0.001f);
  for (int i = 0; i < kSteps; ++i)
#pragma GCC unroll 12
    for (int c = 0; c < kChains; ++c) sum[c] = fma(sum[c], a, b);
  for (auto& s : sum) *sink += hsum(s);
  return 2. * kChains * kSteps * double(f32v::lanes);
}
}  // namespace tealight::TL_ISA

#if TL_ONCE
using namespace tealight;
using namespace tealight::kernels;

namespace {

double now() {
  timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return double(t.tv_sec) + 1e-9 * double(t.tv_nsec);
}

double limit() {
  constexpr double (*burst[])(float*) = TL_PER_ISA(fma_burst);
  float sink = 0;
  double best = 0;
  for (int i = 0; i < 300; ++i) {
    const double start = now(), work = burst[current_isa()](&sink);
    best = std::max(best, work / (now() - start));
  }
  return sink == 0.5f ? 0 : best;
}

struct Shape {
  const char* model;
  int64_t M, N, K;
  int layers;  // of their own weights
  Activation::Kind activation = Activation::Kind::none;
};

// At a multiple of 64 bytes, as operators keep them.
using Weights = std::unique_ptr<float, void (*)(void*)>;
Weights pack(const Shape& s, const std::vector<float>& w) {
  const size_t bytes = (linear_weights_bytes(s.N, s.K) + 63) / 64 * 64;
  Weights p(static_cast<float*>(std::aligned_alloc(64, bytes)), std::free);
  pack_linear_weights(s.N, s.K, w.data(), s.K, p.get());
  return p;
}

void measure(const Shape& s, double peak) {
  std::vector<float> x(s.M * s.K, 0.01f), y(s.M * s.N), bias(s.N, 0.1f), w(s.N * s.K, 0.02f);
  std::vector<Weights> packed;
  for (int i = 0; i < s.layers; ++i) packed.push_back(pack(s, w));
  const LinearEpilogue end{bias.data(), nullptr, 0, {s.activation, 0, HUGE_VALF}};
  const double flops = 2. * double(s.M * s.N) * double(s.K);
  const int runs = 1 + int(1e7 / flops);  // long enough for the clock
  double best = 1e9;
  for (int round = 0; round < 40; ++round)
    for (auto& p : packed) {
      const double start = now();
      for (int i = 0; i < runs; ++i)
        linear_f32(s.M, s.N, s.K, x.data(), s.K, p.get(), y.data(), s.N, end);
      best = std::min(best, (now() - start) / runs);
    }
  std::printf("%-12s%5ld%6ld%6ld%11.2f%9.1f%7.0f%%%9.1f\n", s.model, long(s.M), long(s.N),
              long(s.K), best * 1e6, flops / best * 1e-9, 100 * flops / best / peak,
              4. * double(s.N) * double(s.K) / best * 1e-9);
}

}  // namespace

int main() {
  set_num_threads(1);
  const double peak = limit();
  std::printf("%s, 1 thread, limit %.0f GFLOP/s\n", isa_name(current_isa()), peak * 1e-9);
  std::printf("                M     N     K         us  GFLOP/s  limit  weights GB/s\n");
  constexpr auto gelu = Activation::Kind::gelu, relu = Activation::Kind::clamp;
  for (const Shape& s : {Shape{"DeiT-tiny", 197, 192, 192, 12},
                         {"", 197, 768, 192, 12},
                         {"with gelu", 197, 768, 192, 12, gelu},
                         {"", 197, 192, 768, 12},
                         {"head", 1, 1000, 192, 1},
                         {"ViT-B/16", 197, 768, 768, 24},
                         {"with gelu", 197, 3072, 768, 6, gelu},
                         {"", 197, 768, 3072, 6},
                         {"DistilBERT", 128, 768, 768, 24},
                         {"with gelu", 128, 3072, 768, 6, gelu},
                         {"", 128, 768, 3072, 6},
                         {"LSTM", 100, 1024, 80, 1},
                         {"one step", 1, 1024, 256, 1},
                         {"LeNet5", 1, 120, 400, 1, relu},
                         {"", 1, 84, 120, 1, relu},
                         {"", 1, 10, 84, 1},
                         {"MLP", 1, 256, 784, 1, relu},
                         {"", 1, 128, 256, 1, relu},
                         {"", 1, 10, 128, 1},
                         {"few rows", 2, 768, 768, 4},
                         {"", 4, 768, 768, 4},
                         {"", 8, 768, 768, 4}})
    measure(s, peak);
}
#endif
