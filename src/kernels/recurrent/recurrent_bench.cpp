// Speed of recurrent layers over a sequence. Processor time, best of several rounds. One sequence
// reads all weights at every step: GB/s says how quickly.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <vector>

#include "core/cpu.h"
#include "core/parallel.h"
#include "kernels/linear/linear.h"
#include "kernels/recurrent/recurrent.h"

using namespace tealight;
using namespace tealight::kernels;

namespace {

double now() {
  timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return double(t.tv_sec) + 1e-9 * double(t.tv_nsec);
}

// Packed weights as operators keep them: at a multiple of 64 bytes.
std::unique_ptr<float, void (*)(void*)> packed(int64_t N, int64_t K) {
  const std::vector<float> w(size_t(N * K), 0.01f);
  const size_t bytes = (linear_weights_bytes(N, K) + 63) / 64 * 64;
  std::unique_ptr<float, void (*)(void*)> p(static_cast<float*>(std::aligned_alloc(64, bytes)),
                                            std::free);
  pack_linear_weights(N, K, w.data(), K, p.get());
  return p;
}

void measure(const char* name, const RecurrentShape& s) {
  const int64_t H = s.hidden, G = gate_count(s.cell) * H;
  const auto w_ih = packed(G, s.inputs), w_hh = packed(G, H);
  std::vector<float> bias(size_t(G), 0.1f), x(size_t(s.steps * s.batch * s.inputs), 0.5f),
      h(size_t(s.batch * H)), c(h), y(size_t(s.steps * s.batch * H));
  std::vector<std::byte> scratch(recurrent_scratch_bytes(s));
  double best = 1e9;
  for (int i = 0; i < 100; ++i) {
    const double start = now();
    recurrent_f32(s, {w_ih.get(), w_hh.get(), bias.data(), bias.data()}, x.data(), h.data(),
                  s.cell == Cell::lstm ? c.data() : nullptr, y.data(), h.data(), c.data(),
                  scratch.data());
    best = std::min(best, now() - start);
  }
  const double products = double(s.steps * s.batch) * double(G * (s.inputs + H));
  std::printf("%-6s%6ld%6ld%6ld%6ld%11.1f%9.1f%9.1f\n", name, long(s.steps), long(s.batch),
              long(s.inputs), long(H), best * 1e6, 2 * products / best * 1e-9,
              4. * double(s.steps) * double(G * H) / best * 1e-9);
}

}  // namespace

int main() {
  set_num_threads(1);
  std::printf("%s, 1 thread\n       steps batch    in hidden        us  GFLOP/s     GB/s\n",
              isa_name(current_isa()));
  measure("lstm", {Cell::lstm, 100, 1, 80, 256, false});
  measure("lstm", {Cell::lstm, 100, 1, 64, 128, false});
  measure("lstm", {Cell::lstm, 100, 8, 80, 256, false});
  measure("gru", {Cell::gru, 100, 1, 80, 256, false});
  measure("tanh", {Cell::tanh, 100, 1, 80, 256, false});
}
