// Channels-last kernels that only move and add numbers: gigabytes a second, what is read and
// written counted once; best of several short runs.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "core/cpu.h"
#include "core/parallel.h"
#include "kernels/norm/norm_nhwc.h"
#include "kernels/pointwise/channels.h"
#include "kernels/pointwise/transpose.h"
#include "kernels/pool/pool_nhwc.h"
#include "kernels/resize/resize_nhwc.h"

using namespace tealight;
using namespace tealight::kernels;

namespace {

template <class F>
void report(const char* name, int64_t h, int64_t w, int64_t c, int64_t numbers, F f) {
  double best = 1e9;
  for (int i = 0; i < 40; ++i) {
    const auto start = std::chrono::steady_clock::now();
    f();
    best = std::min(
        best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  std::printf("%-28s%5ld%5ld%5ld%10.1f us%8.1f GB/s\n", name, long(h), long(w), long(c), best * 1e6,
              4e-9 * double(numbers) / best);
}

struct Picture {
  int64_t h, w, c;
  std::vector<float> x, y;
  std::vector<double> scratch;
  Picture(int64_t height, int64_t width, int64_t channels, int64_t grows = 1)
      : h(height),
        w(width),
        c(channels),
        x(h * w * c, 1.5f),
        y(h * w * c * grows),
        scratch(1 << 17) {}
  int64_t size() const { return h * w * c; }
  NhwcShape shape() const { return {1, h * w, c}; }
  const uint32_t* in() const { return reinterpret_cast<const uint32_t*>(x.data()); }
  uint32_t* out() { return reinterpret_cast<uint32_t*>(y.data()); }
};

PoolNhwc pool_of(const Picture& p, int64_t k, int64_t stride, int64_t pad) {
  const auto windows = [&](int64_t in) {
    return pool_windows({in, pool_out_size(in, k, stride, pad, 1, false), k, stride, pad, 1}, true);
  };
  return {1, p.c, p.h, p.w, windows(p.h), windows(p.w)};
}

void pools() {
  for (auto [h, c, k, s, pad] : {std::array<int64_t, 5>{112, 64, 3, 2, 1},
                                 {111, 64, 3, 2, 0},
                                 {20, 128, 5, 1, 2},
                                 {28, 6, 2, 2, 0}}) {
    Picture p(h, h, c);
    const PoolNhwc pool = pool_of(p, k, s, pad);
    const int64_t numbers = p.size() + pool.out_pixels() * c;
    report("max pool", h, h, c, numbers,
           [&] { max_pool_nhwc(pool, p.x.data(), p.y.data(), nullptr); });
    report("avg pool", h, h, c, numbers, [&] { avg_pool_nhwc(pool, 0, p.x.data(), p.y.data()); });
  }
  for (auto [h, c] : {std::array<int64_t, 2>{7, 1280}, {28, 120}, {56, 72}, {32, 960}}) {
    Picture p(h, h, c);
    report("global mean", h, h, c, p.size(),
           [&] { channel_sums(p.shape(), p.x.data(), 1, p.y.data(), p.scratch.data()); });
  }
}

ResizeTaps taps_of(int64_t in, int64_t count) {
  ResizeTaps t{in, 2 * in, count, {}, {}};
  for (int64_t o = 0; o < 2 * in; ++o)
    for (int64_t i = 0; i < count; ++i) {
      t.places.push_back(int32_t(std::min(o / 2 + i, in - 1)));
      t.weights.push_back(1.f / float(count));
    }
  return t;
}
void resizes() {
  for (auto [h, c] : {std::array<int64_t, 2>{20, 128}, {64, 128}, {128, 64}, {32, 21}}) {
    Picture p(h, h, c, 4);
    for (auto [name, count] : {std::pair{"upsample nearest x2", 1},
                               {"upsample bilinear x2", 2},
                               {"upsample bicubic x2", 4}}) {
      const ResizeTaps t = taps_of(h, count);
      report(name, h, h, c, 5 * p.size(), [&] { resize_nhwc(1, c, t, t, p.x.data(), p.y.data()); });
    }
  }
}

void norms() {
  for (auto [h, c] : {std::array<int64_t, 2>{256, 32}, {128, 64}, {64, 128}, {64, 512}}) {
    Picture p(h, h, c);
    std::vector<float> scale(size_t(c), 1.f), shift(size_t(c), 0.f);
    std::vector<double> mean(size_t(c), 0.), variance(size_t(c), 0.);
    report("group norm: moments", h, h, c, p.size(), [&] {
      group_moments(p.shape(), 1, p.x.data(), mean.data(), variance.data(), p.scratch.data());
    });
    const Activation leaky{Activation::Kind::leaky_relu, 0.2f, 0};
    report("affine + leaky_relu", h, h, c, 2 * p.size(), [&] {
      affine_nhwc(p.shape(), true, p.x.data(), scale.data(), shift.data(), leaky, p.y.data(),
                  p.scratch.data());
    });
  }
}

void moves() {
  for (auto [h, c] : {std::array<int64_t, 2>{224, 3}, {640, 3}, {56, 64}, {28, 255}, {7, 1024}}) {
    Picture p(h, h, c);
    report("NCHW to NHWC", h, h, c, 2 * p.size(),
           [&] { transpose_u32(c, h * h, p.in(), h * h, p.out(), c); });
    report("NHWC to NCHW", h, h, c, 2 * p.size(),
           [&] { transpose_u32(h * h, c, p.in(), c, p.out(), h * h); });
  }
  for (auto [h, c] : {std::array<int64_t, 2>{28, 116}, {14, 232}, {7, 464}}) {
    Picture p(h, h, c);
    report("channel shuffle, 2 groups", h, h, c, 2 * p.size(),
           [&] { shuffle_channels(h * h, 2, c / 2, p.in(), p.out()); });
    report("copy of half the channels", h, h, c, p.size(),
           [&] { copy_channels(h * h, c / 2, {p.in(), c}, p.out(), c); });
  }
}

}  // namespace

// nhwc_bench [THREADS]
int main(int argc, char** argv) {
  set_num_threads(argc > 1 ? std::atoi(argv[1]) : 1);
  std::printf("%s, threads: %d\n%-28s%5s%5s%5s\n", isa_name(current_isa()), get_num_threads(), "",
              "H", "W", "C");
  pools();
  resizes();
  norms();
  moves();
}
