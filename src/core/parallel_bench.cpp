// What the pool costs: a loop of 60 parallel_for, as a small network makes them, on one thread and
// on two, and the time to wake a thread that sleeps.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <thread>
#include <vector>

#include "core/parallel.h"

using namespace tealight;

namespace {

double now_us() {
  using namespace std::chrono;
  return duration<double, std::micro>(steady_clock::now().time_since_epoch()).count();
}

// Arithmetic that nothing shortens: `n` items of some 25 ns.
void spin_items(int64_t begin, int64_t end, double* result) {
  double x = 1;
  for (int64_t i = begin; i < end; ++i)
    for (int k = 0; k < 24; ++k) x = x * 0.999999 + 1e-9;
  result[begin] = x;
}

double best_us(int steps, int64_t items, int threads) {
  set_num_threads(threads);
  std::vector<double> result(size_t(items), 0.);
  double best = 1e9;
  for (int round = 0; round < 400; ++round) {
    const double start = now_us();
    for (int i = 0; i < steps; ++i)
      parallel_for(0, items, 1, [&](int64_t b, int64_t e) { spin_items(b, e, result.data()); });
    best = std::min(best, now_us() - start);
  }
  return best;
}

double median_wake_us() {
  set_num_threads(2);
  std::vector<double> times;
  for (int i = 0; i < 200; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    const auto caller = std::this_thread::get_id();
    double woken = 0;
    const double start = now_us();
    parallel_for(0, 2, 1, [&](int64_t, int64_t) {
      if (std::this_thread::get_id() != caller)
        woken = now_us();
      else
        while (now_us() - start < 200) {
        }
    });
    if (woken > 0) times.push_back(woken - start);
  }
  std::sort(times.begin(), times.end());
  return times.empty() ? 0 : times[times.size() / 2];
}

}  // namespace

int main() {
  std::printf("60 loops of   one thread   two threads   lost\n");
  for (int64_t items : {400, 800, 1600, 4000}) {
    const double one = best_us(60, items, 1), two = best_us(60, items, 2);
    std::printf("%8.1f us %9.1f us %10.1f us %6.1f %%\n", one / 60, one, two,
                100 * (2 * two / one - 1));
  }
  std::printf("a sleeping thread begins after %.1f us (median)\n", median_wake_us());
}
