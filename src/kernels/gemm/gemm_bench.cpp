// Speed of the float product on MobileNetV2's and a transformer's shapes: GFLOP/s, best of several
// short runs.
#include <chrono>
#include <cstdio>
#include <vector>

#include "core/cpu.h"
#include "core/parallel.h"
#include "kernels/gemm/gemm.h"

using namespace tealight;
using namespace tealight::kernels;

namespace {

struct Shape {
  int64_t M, N, K;
};

double best_seconds(const Shape& s) {
  std::vector<float> a(s.M * s.K, 1.f), b(s.K * s.N, 2.f), c(s.M * s.N),
      packed(packed_b_f32_bytes(s.K, s.N) / 4), packed_a(packed_a_f32_bytes(s.M, s.K) / 4);
  pack_b_f32(s.K, s.N, b.data(), s.N, false, packed.data());
  pack_a_f32(s.M, s.K, a.data(), s.K, false, packed_a.data());
  double best = 1e9;
  for (int i = 0; i < 30; ++i) {
    const auto start = std::chrono::steady_clock::now();
    gemm_f32(s.M, s.N, s.K, packed_a.data(), s.K, ALayout::packed, packed.data(), c.data(), s.N);
    best = std::min(
        best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  return best;
}

}  // namespace

int main() {
  set_num_threads(1);
  std::printf("%s, 1 thread\n     M     N     K  GFLOP/s\n", isa_name(current_isa()));
  for (const Shape& s : {Shape{96, 12544, 16},
                         {24, 3136, 144},
                         {192, 784, 32},
                         {576, 196, 96},
                         {96, 196, 576},
                         {960, 49, 160},
                         {320, 49, 960},
                         {1280, 49, 320},
                         {128, 768, 768},
                         {512, 512, 512}})
    std::printf("%6ld%6ld%6ld%9.1f\n", long(s.M), long(s.N), long(s.K),
                2e-9 * double(s.M * s.N) * double(s.K) / best_seconds(s));
}
