// The blocks of mobile networks: time, and percentage of what the processor's fused
// multiply-adds allow. Fused in both orders, and unfused (its three convolutions one after
// another).
//
//   inverted_residual_bench [v2 | v3l | v3s | shuffle] [limit in GFLOP/s] [threads]
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>

#include "core/cpu.h"
#include "core/parallel.h"
#include "kernels/conv/inverted_residual.h"
#include "kernels/gemm/pixels.h"

using namespace tealight;
using namespace tealight::kernels;

namespace {

using Kind = Activation::Kind;

struct Block {
  int64_t size, in, hidden, out, kernel, stride, squeezed;
  Activation inner, last;
  int64_t times;
  bool expand = true;
};

const Activation kRelu{Kind::clamp, 0}, kRelu6{Kind::clamp, 0, 6}, kHardswish{Kind::hardswish};

std::vector<Block> mobilenet_v2() {
  std::vector<Block> b{{112, 32, 32, 16, 3, 1, 0, kRelu6, {}, 1, false}};
  const int64_t stages[][4] = {{24, 2, 2, 112}, {32, 3, 2, 56},  {64, 4, 2, 28},
                               {96, 3, 1, 14},  {160, 3, 2, 14}, {320, 1, 1, 7}};
  int64_t in = 16;
  for (auto [out, repeat, stride, size] : stages) {
    b.push_back({size, in, in * 6, out, 3, stride, 0, kRelu6, {}, 1});
    if (repeat > 1)
      b.push_back({size / stride, out, out * 6, out, 3, 1, 0, kRelu6, {}, repeat - 1});
    in = out;
  }
  return b;
}

std::vector<Block> mobilenet_v3_large() {
  return {{112, 16, 16, 16, 3, 1, 0, kRelu, {}, 1, false},
          {112, 16, 64, 24, 3, 2, 0, kRelu, {}, 1},
          {56, 24, 72, 24, 3, 1, 0, kRelu, {}, 1},
          {56, 24, 72, 40, 5, 2, 24, kRelu, {}, 1},
          {28, 40, 120, 40, 5, 1, 32, kRelu, {}, 2},
          {28, 40, 240, 80, 3, 2, 0, kHardswish, {}, 1},
          {14, 80, 200, 80, 3, 1, 0, kHardswish, {}, 1},
          {14, 80, 184, 80, 3, 1, 0, kHardswish, {}, 2},
          {14, 80, 480, 112, 3, 1, 120, kHardswish, {}, 1},
          {14, 112, 672, 112, 3, 1, 168, kHardswish, {}, 1},
          {14, 112, 672, 160, 5, 2, 168, kHardswish, {}, 1},
          {7, 160, 960, 160, 5, 1, 240, kHardswish, {}, 2}};
}

std::vector<Block> mobilenet_v3_small() {
  return {{112, 16, 16, 16, 3, 2, 8, kRelu, {}, 1, false},
          {56, 16, 72, 24, 3, 2, 0, kRelu, {}, 1},
          {28, 24, 88, 24, 3, 1, 0, kRelu, {}, 1},
          {28, 24, 96, 40, 5, 2, 24, kHardswish, {}, 1},
          {14, 40, 240, 40, 5, 1, 64, kHardswish, {}, 2},
          {14, 40, 120, 48, 5, 1, 32, kHardswish, {}, 1},
          {14, 48, 144, 48, 5, 1, 40, kHardswish, {}, 1},
          {14, 48, 288, 96, 5, 2, 72, kHardswish, {}, 1},
          {7, 96, 576, 96, 5, 1, 144, kHardswish, {}, 2}};
}

std::vector<Block> shufflenet_v2() {
  std::vector<Block> b;
  int64_t in = 24, size = 56;
  for (auto [out, repeat] : {std::pair<int64_t, int64_t>{116, 3}, {232, 7}, {464, 3}}) {
    const int64_t half = out / 2;
    b.push_back({size, in, in, half, 3, 2, 0, {}, kRelu, 1, false});
    b.push_back({size, in, half, half, 3, 2, 0, kRelu, kRelu, 1});
    size /= 2, in = out;
    b.push_back({size, half, half, half, 3, 1, 0, kRelu, kRelu, repeat});
  }
  return b;
}

// One thread's own time, whoever else has the processor meanwhile; of several, the clock's.
double now() {
  timespec t;
  clock_gettime(get_num_threads() == 1 ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC, &t);
  return double(t.tv_sec) + double(t.tv_nsec) * 1e-9;
}

template <class F>
double best_seconds(const F& f) {
  double best = 1e9;
  const double stop = now() + 0.06;
  for (int i = 0; i < 5 || now() < stop; ++i) {
    const double start = now();
    f();
    best = std::min(best, now() - start);
  }
  return best;
}

// As tensors and scratch lie: by cache lines.
template <class T>
struct Aligned {
  using value_type = T;
  Aligned() = default;
  template <class U>
  Aligned(const Aligned<U>&) {}
  T* allocate(size_t n) {
    return static_cast<T*>(std::aligned_alloc(64, (n * sizeof(T) + 127) / 64 * 64));
  }
  void deallocate(T* p, size_t) { std::free(p); }
  bool operator==(const Aligned&) const = default;
};

using Floats = std::vector<float, Aligned<float>>;

InvertedResidualShape shape_of(const Block& b) {
  const int64_t pad = b.kernel / 2, out = (b.size + 2 * pad - b.kernel) / b.stride + 1;
  const WindowDim d{b.size, out, b.kernel, b.stride, pad, 1};
  return {1, b.in, b.hidden, b.out,   b.expand, b.squeezed, d,
          d, b.in, b.out,    b.inner, b.inner,  b.last};
}

double flop(const InvertedResidualShape& s) {
  const double out = double(s.h.out * s.w.out), in = double(s.h.in * s.w.in);
  return 2. * double(s.hidden) *
         ((s.expand ? in * double(s.in_channels) : 0) +
          out * double(s.h.kernel * s.w.kernel + s.out_channels) + 2. * double(s.squeezed));
}

// What blocks work in, shared by all of a network.
struct Tensors {
  Floats x = Floats(112 * 112 * 64, 0.5f), y = x, inner = Floats(112 * 112 * 144, 0.5f),
         after = inner, scratch = inner, bias = Floats(2048, 0.1f);
};

// A block with weights of its own, run whole or in parts.
struct Layer {
  InvertedResidualShape s;
  Tensors& t;
  InvertedResidualPlan rows, channels;
  DepthwisePlan middle;
  Floats expand, depthwise, project, fc;

  Layer(const Block& b, Tensors& tensors)
      : s(shape_of(b)),
        t(tensors),
        rows(plan_inverted_residual(s, get_num_threads(), BlockOrder::by_rows)),
        channels(plan_inverted_residual(s, get_num_threads(), BlockOrder::by_channels)),
        middle(plan_depthwise({1, s.hidden, 1, s.h, s.w, s.hidden, s.hidden}, false)),
        expand(rows.expand_bytes / 4, 0.01f),
        depthwise(rows.depthwise_bytes / 4, 0.1f),
        project(rows.project_bytes / 4, 0.01f),
        fc(size_t(s.squeezed * s.hidden), 0.01f) {}

  BlockOrder chosen() const { return plan_inverted_residual(s, get_num_threads()).order; }
  void run(BlockOrder order) {
    const float* bias = t.bias.data();
    const InvertedResidualWeights w{expand.data(),
                                    bias,
                                    depthwise.data(),
                                    bias,
                                    project.data(),
                                    bias,
                                    {fc.data(), bias, fc.data(), bias, kRelu, {Kind::hardsigmoid}}};
    const bool residual = s.in_channels == s.out_channels && s.h.in == s.h.out;
    const InvertedResidualPlan& plan =
        order == BlockOrder::by_rows && !s.squeezed ? rows : channels;
    inverted_residual(plan, w, t.x.data(), residual ? t.x.data() : nullptr, s.x_pixel, t.y.data(),
                      t.scratch.data());
  }
  void run_expand() {
    PixelProduct e{s.in_channels, s.hidden, t.x.data(), s.x_pixel, expand.data()};
    e.bias = t.bias.data(), e.bias_n = s.hidden, e.c = t.inner.data(), e.c_pixel = s.hidden;
    e.activation = s.expand_activation;
    if (s.expand) run_pixels(current_isa(), e, s.h.in * s.w.in);
  }
  void run_depthwise() {
    depthwise_nhwc(middle, t.inner.data(), depthwise.data(), t.bias.data(), s.depthwise_activation,
                   t.after.data(), nullptr, nullptr);
  }
  void run_project() {
    PixelProduct p{s.hidden, s.out_channels, t.after.data(), s.hidden, project.data()};
    p.bias = t.bias.data(), p.bias_n = s.out_channels, p.c = t.y.data(), p.c_pixel = s.y_pixel;
    p.activation = s.project_activation;
    run_pixels(current_isa(), p, s.h.out * s.w.out);
  }
  void run_parts() { run_expand(), run_depthwise(), run_project(); }
};

void print(const Block& b, Layer& l, double limit) {
  const auto us = [](double seconds) { return seconds * 1e6; };
  const auto rate = [](double flop, double seconds) { return flop / seconds / 1e9; };
  const double hidden = 2. * double(b.hidden), out = double(l.s.h.out * l.s.w.out),
               in = double(b.size * b.size);
  const double rows = best_seconds([&] { l.run(BlockOrder::by_rows); }),
               channels = best_seconds([&] { l.run(BlockOrder::by_channels); }),
               expand = best_seconds([&] { l.run_expand(); }),
               depthwise = best_seconds([&] { l.run_depthwise(); }),
               project = best_seconds([&] { l.run_project(); });
  const auto percent = [&](double seconds) { return 100 * rate(flop(l.s), seconds) / limit; };
  std::printf("%5ld %4ld  %5ld %4ld %ld %ld %4ld  %5ld | %7.1f %5.0f  %11.1f %5.0f   | ",
              long(b.size), long(b.in), long(b.hidden), long(b.out), long(b.kernel), long(b.stride),
              long(b.squeezed), long(b.times), us(rows), percent(rows), us(channels),
              percent(channels));
  std::printf("%6.1f %5.0f %6.1f %5.0f %6.1f %5.0f | %s\n", b.expand ? us(expand) : 0,
              b.expand ? rate(in * hidden * double(b.in), expand) : 0, us(depthwise),
              rate(out * hidden * double(b.kernel * b.kernel), depthwise), us(project),
              rate(out * hidden * double(b.out), project),
              l.chosen() == BlockOrder::by_rows ? "rows" : "channels");
}

// All blocks one after another, weights and tensors coming from where they then are.
void print_network(std::vector<Layer>& layers, double limit) {
  double work = 0;
  for (const Layer& l : layers) work += flop(l.s);
  const auto line = [&](const char* name, auto f) {
    const double seconds = best_seconds([&] {
      for (Layer& l : layers) f(l);
    });
    std::printf("%-22s %.3f ms, %.0f %% of the limit\n", name, seconds * 1e3,
                100 * work / seconds / 1e9 / limit);
  };
  line("one after another:", [](Layer& l) { l.run(l.chosen()); });
  line("by rows:", [](Layer& l) { l.run(BlockOrder::by_rows); });
  line("by channels:", [](Layer& l) { l.run(BlockOrder::by_channels); });
  line("parts, without gates:", [](Layer& l) { l.run_parts(); });
  std::printf("\n");
}

void run(const char* name, const std::vector<Block>& blocks, double limit) {
  std::printf(
      "%s\n size   in hidden  out k s   se  times | rows us %%limit  channels us %%limit | "
      "expand GF/s   dw GF/s  project GF/s | chosen\n",
      name);
  Tensors tensors;
  std::vector<Layer> layers;
  for (const Block& b : blocks) {
    for (int64_t i = 0; i < b.times; ++i) layers.emplace_back(b, tensors);
    print(b, layers.back(), limit);
  }
  print_network(layers, limit);
}

}  // namespace

int main(int argc, char** argv) {
  const int threads = argc > 3 ? std::atoi(argv[3]) : 1;
  set_num_threads(threads);
  const std::string only = argc > 1 ? argv[1] : "";
  const double limit = argc > 2 ? std::atof(argv[2]) : 248;
  std::printf("%s, threads: %d, limit %.0f GFLOP/s\n", isa_name(current_isa()), threads, limit);
  if (only.empty() || only == "v2") run("MobileNetV2", mobilenet_v2(), limit);
  if (only.empty() || only == "v3l") run("MobileNetV3-Large", mobilenet_v3_large(), limit);
  if (only.empty() || only == "v3s") run("MobileNetV3-Small", mobilenet_v3_small(), limit);
  if (only.empty() || only == "shuffle") run("ShuffleNetV2", shufflenet_v2(), limit);
}
