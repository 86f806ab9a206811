// The blocks of mobile networks: time, and percentage of what the processor's fused
// multiply-adds allow. Fused in both orders, and unfused (its three convolutions one after
// another).
//
//   inverted_residual_bench [v2 | v3l | v3s | shuffle] [limit in GFLOP/s] [threads]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
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

double best_seconds(const std::function<void()>& f) {
  using Clock = std::chrono::steady_clock;
  double best = 1e9;
  const auto stop = Clock::now() + std::chrono::milliseconds(60);
  for (int i = 0; i < 5 || Clock::now() < stop; ++i) {
    const auto start = Clock::now();
    f();
    best = std::min(best, std::chrono::duration<double>(Clock::now() - start).count());
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

// Memory of a block, filled once.
struct Memory {
  std::vector<float, Aligned<float>> x, y, inner, after, expand, depthwise, project, fc, bias,
      scratch, means;
};

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

double fused(const InvertedResidualShape& s, BlockOrder order, Memory& m) {
  const InvertedResidualPlan plan = plan_inverted_residual(s, get_num_threads(), order);
  m.scratch.assign(plan.scratch_bytes / 4 + 16, 0.f);
  m.expand.assign(plan.expand_bytes / 4, 0.01f);
  m.depthwise.assign(plan.depthwise_bytes / 4, 0.1f);
  m.project.assign(plan.project_bytes / 4, 0.01f);
  const float* bias = m.bias.data();
  const InvertedResidualWeights w{
      m.expand.data(),
      bias,
      m.depthwise.data(),
      bias,
      m.project.data(),
      bias,
      {m.fc.data(), bias, m.fc.data(), bias, kRelu, {Kind::hardsigmoid}}};
  const bool residual = s.in_channels == s.out_channels && s.h.in == s.h.out;
  return best_seconds([&] {
    inverted_residual(plan, w, m.x.data(), residual ? m.x.data() : nullptr, s.x_pixel, m.y.data(),
                      m.scratch.data());
  });
}

// Seconds of the three parts.
std::vector<double> unfused(const InvertedResidualShape& s, Memory& m) {
  const unsigned isa = current_isa();
  const int64_t in = s.h.in * s.w.in, out = s.h.out * s.w.out;
  const float* bias = m.bias.data();
  m.expand.assign(pixels_b_bytes(isa, s.in_channels, s.hidden) / 4, 0.01f);
  m.project.assign(pixels_b_bytes(isa, s.hidden, s.out_channels) / 4, 0.01f);
  PixelProduct e{s.in_channels, s.hidden, m.x.data(),     s.x_pixel, m.expand.data(),
                 bias,          s.hidden, m.inner.data(), s.hidden};
  e.activation = s.expand_activation;
  PixelProduct p{s.hidden, s.out_channels, m.after.data(), s.hidden,      m.project.data(),
                 bias,     s.out_channels, m.y.data(),     s.out_channels};
  p.activation = s.project_activation;
  const DepthwisePlan d = plan_depthwise({1, s.hidden, 1, s.h, s.w, s.hidden, s.hidden}, false);
  m.depthwise.assign(d.weights_bytes / 4, 0.1f);
  return {s.expand ? best_seconds([&] { run_pixels(isa, e, in); }) : 0, best_seconds([&] {
            depthwise_nhwc(d, m.inner.data(), m.depthwise.data(), bias, s.depthwise_activation,
                           m.after.data(), nullptr, nullptr);
          }),
          best_seconds([&] { run_pixels(isa, p, out); })};
}

void run(const char* name, const std::vector<Block>& blocks, double limit) {
  std::printf(
      "%s\n size   in hidden  out k s   se  times | rows us %%limit  channels us %%limit | "
      "expand GF/s   dw GF/s  project GF/s | chosen\n",
      name);
  double total = 0, work = 0, chosen_total = 0;
  for (const Block& b : blocks) {
    const InvertedResidualShape s = shape_of(b);
    const double hidden = double(b.hidden), in = double(s.h.in * s.w.in),
                 out = double(s.h.out * s.w.out);
    Memory m;
    m.x.assign(size_t(in) * size_t(s.in_channels), 0.5f);
    m.y.assign(size_t(out) * size_t(s.out_channels), 0.f);
    m.inner.assign(size_t(in * hidden), 0.5f);
    m.after.assign(size_t(out * hidden), 0.5f);
    m.bias.assign(2048, 0.1f);
    m.fc.assign(size_t(s.squeezed * s.hidden), 0.01f);
    const double f = flop(s), rows = s.squeezed ? 1 : fused(s, BlockOrder::by_rows, m),
                 channels = fused(s, BlockOrder::by_channels, m);
    const BlockOrder order = plan_inverted_residual(s, get_num_threads()).order;
    const double chosen = order == BlockOrder::by_rows ? rows : channels;
    const std::vector<double> parts = unfused(s, m);
    const auto percent = [&](double t) { return 100 * f / t / limit / 1e9; };
    std::printf(
        "%5ld %4ld  %5ld %4ld %ld %ld %4ld  %5ld | %7.1f %5.0f  %11.1f %5.0f   | "
        "%6.1f %5.0f %6.1f %5.0f %6.1f %5.0f | %s\n",
        long(b.size), long(b.in), long(b.hidden), long(b.out), long(b.kernel), long(b.stride),
        long(b.squeezed), long(b.times), s.squeezed ? 0 : rows * 1e6,
        s.squeezed ? 0 : percent(rows), channels * 1e6, percent(channels), parts[0] * 1e6,
        b.expand ? 2 * in * hidden * double(b.in) / parts[0] / 1e9 : 0, parts[1] * 1e6,
        2 * out * hidden * double(b.kernel * b.kernel) / parts[1] / 1e9, parts[2] * 1e6,
        2 * out * hidden * double(b.out) / parts[2] / 1e9,
        order == BlockOrder::by_rows ? "rows" : "channels");
    chosen_total += chosen * double(b.times), work += f * double(b.times);
    total += (parts[0] + parts[1] + parts[2]) * double(b.times);
  }
  std::printf("sum: chosen %.3f ms (%.0f %% of the limit), unfused without gates %.3f ms\n\n",
              chosen_total * 1e3, 100 * work / chosen_total / limit / 1e9, total * 1e3);
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
