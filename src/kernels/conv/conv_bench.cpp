// Time of every convolution of MobileNetV2 (1 x 3 x 224 x 224), one thread, best of several.
#include <chrono>
#include <cstdio>
#include <vector>

#include "core/cpu.h"
#include "core/parallel.h"
#include "kernels/conv/conv.h"

using namespace tealight;
using namespace tealight::kernels;

namespace {

struct Layer {
  const char* group;
  int64_t in, out, groups, size, kernel, stride;
};

std::vector<Layer> mobilenet_v2() {
  std::vector<Layer> layers{{"stem", 3, 32, 1, 224, 3, 2}};
  const int64_t blocks[][4] = {{1, 16, 1, 1}, {6, 24, 2, 2},  {6, 32, 3, 2}, {6, 64, 4, 2},
                               {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}};
  int64_t channels = 32, size = 112;
  for (auto [expand, out, repeat, first_stride] : blocks)
    for (int64_t i = 0; i < repeat; ++i) {
      const int64_t hidden = channels * expand, stride = i == 0 ? first_stride : 1;
      if (expand > 1) layers.push_back({"expand", channels, hidden, 1, size, 1, 1});
      layers.push_back({"depthwise", hidden, hidden, hidden, size, 3, stride});
      size = (size + stride - 1) / stride;
      layers.push_back({"project", hidden, out, 1, size, 1, 1});
      channels = out;
    }
  layers.push_back({"last", 320, 1280, 1, 7, 1, 1});
  return layers;
}

double best_seconds(const Layer& l) {
  ConvShape s{1, l.in, l.out, l.groups, {}};
  const int64_t pad = l.kernel / 2, out = conv_out_size(l.size, l.kernel, l.stride, pad, 1);
  s.dim[1] = s.dim[2] = {l.size, out, l.kernel, l.stride, pad, 1};
  const ConvPlan plan = plan_conv(s, 1);
  std::vector<float> x(s.in_channels * s.in_size(), 0.5f), y(s.out_channels * s.out_size()),
      w(l.in / l.groups * l.out * l.kernel * l.kernel, 0.1f), packed(plan.weights_bytes / 4),
      scratch(plan.scratch_bytes / 4), bias(l.out, 1.f);
  conv_pack_weights(plan, w.data(), packed.data());
  double best = 1e9;
  for (int i = 0; i < 40; ++i) {
    const auto start = std::chrono::steady_clock::now();
    conv_f32(plan, x.data(), packed.data(), {bias.data(), nullptr, 0, 6}, y.data(), scratch.data());
    best = std::min(
        best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  return best;
}

}  // namespace

int main() {
  set_num_threads(1);
  double total = 0, work = 0;
  std::printf("%s, 1 thread\ngroup       in  out size s      us  GFLOP/s\n",
              isa_name(current_isa()));
  for (const Layer& l : mobilenet_v2()) {
    const double seconds = best_seconds(l), out = double((l.size + l.stride - 1) / l.stride);
    const double flop = 2. * double(l.in / l.groups * l.out * l.kernel * l.kernel) * out * out;
    std::printf("%-10s%4ld %4ld  %3ld %ld%8.0f%9.1f\n", l.group, long(l.in), long(l.out),
                long(l.size), long(l.stride), seconds * 1e6, flop / seconds / 1e9);
    total += seconds, work += flop;
  }
  std::printf("all %.2f ms, %.1f GFLOP/s\n", total * 1e3, work / total / 1e9);
}
