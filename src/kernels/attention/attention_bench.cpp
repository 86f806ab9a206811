// Speed of attention in the shapes of transformers, queries, keys and values side by side as one
// linear layer leaves them. Processor time, best of several rounds.
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <vector>

#include "core/cpu.h"
#include "core/parallel.h"
#include "kernels/attention/attention.h"

using namespace tealight;
using namespace tealight::kernels;

namespace {

double now() {
  timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return double(t.tv_sec) + 1e-9 * double(t.tv_nsec);
}

void measure(const char* model, int64_t T, int64_t H, int64_t D) {
  const HeadStrides in{T * 3 * H * D, D, 3 * H * D}, out{T * H * D, D, H * D};
  const AttentionShape s{1, H, T, T, D, D, in, in, in, out, 0.125f};
  std::vector<float> qkv(size_t(T * 3 * H * D)), y(size_t(T * H * D));
  for (size_t i = 0; i < qkv.size(); ++i) qkv[i] = float(i * 7919 % 1000) * 1e-3f - 0.5f;
  std::vector<std::byte> scratch(attention_scratch_bytes(s, 1));
  double best = 1e9;
  for (int i = 0; i < 200; ++i) {
    const double start = now();
    attention_f32(s, 1, qkv.data(), qkv.data() + H * D, qkv.data() + 2 * H * D, {}, y.data(),
                  scratch.data());
    best = std::min(best, now() - start);
  }
  std::printf("%-12s%6ld%6ld%6ld%11.1f%9.1f\n", model, long(T), long(H), long(D), best * 1e6,
              4. * double(T * T) * double(H * D) / best * 1e-9);
}

}  // namespace

int main() {
  set_num_threads(1);
  std::printf("%s, 1 thread\n            tokens heads  size         us  GFLOP/s\n",
              isa_name(current_isa()));
  measure("DeiT-tiny", 197, 3, 64);
  measure("ViT-B/16", 197, 12, 64);
  measure("DistilBERT", 128, 12, 64);
  measure("long", 1024, 2, 64);
}
