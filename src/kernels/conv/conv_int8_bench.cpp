// 8-bit convolutions and linear layers of MobileNetV2, ResNet and a transformer: best of several
// short runs on one thread, and the share of what the processor's 8-bit dot products can do.
// With an argument (0 none, 1 AVX-VNNI, 2 AVX-512 VNNI): by that kind.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "core/cpu.h"
#include "core/parallel.h"
#include "kernels/conv/conv_int8.h"
#ifndef TL_DOT8
using namespace tealight;
using namespace tealight::kernels;

namespace {

double seconds_of(FunctionRef<void()> f) {
  const auto start = std::chrono::steady_clock::now();
  f();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace
#endif

#define TL_THIS_FILE "kernels/conv/conv_int8_bench.cpp"
#include "kernels/gemm/dot8.h"

#if !TL_ONCE
namespace tealight::TL_DOT8 {
// Dot products on registers alone; returns their number.
inline double peak(int64_t rounds) {
  constexpr int kSums = Bytes::width == 32 ? 12 : 24;
  static uint8_t bytes[Bytes::width];
  Bytes::V sum[kSums], x = Bytes::load(bytes);
#pragma GCC unroll 24
  for (int k = 0; k < kSums; ++k) sum[k] = x;
  for (int64_t i = 0; i < rounds; ++i)
#pragma GCC unroll 24
    for (int k = 0; k < kSums; ++k) {
      sum[k] = Bytes::dot(sum[k], x, x);
#if defined(__x86_64__)
      asm volatile("" : "+v"(sum[k]));  // each of them, in a register
#else
      asm volatile("" : "+w"(sum[k]));
#endif
    }
  Bytes::V all = sum[0];
#pragma GCC unroll 24
  for (int k = 1; k < kSums; ++k) all = Bytes::dot(all, all, sum[k]);
  Bytes::store(bytes, all);
  return double(rounds) * kSums * Bytes::width;
}
inline constexpr auto dot8_peak = peak;
}  // namespace tealight::TL_DOT8
#else
namespace {

struct Layer {
  std::string group;
  int64_t in, out, groups, size, kernel, stride, height;  // height 0: square
};

void add_mobilenet_v2(std::vector<Layer>& layers) {
  layers.push_back({"mobilenet_v2 stem", 3, 32, 1, 224, 3, 2, 0});
  const int64_t blocks[][4] = {{1, 16, 1, 1}, {6, 24, 2, 2},  {6, 32, 3, 2}, {6, 64, 4, 2},
                               {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}};
  int64_t channels = 32, size = 112;
  for (auto [expand, out, repeat, first_stride] : blocks)
    for (int64_t i = 0; i < repeat; ++i) {
      const int64_t hidden = channels * expand, stride = i == 0 ? first_stride : 1;
      if (expand > 1) layers.push_back({"mobilenet_v2 expand", channels, hidden, 1, size, 1, 1, 0});
      layers.push_back({"mobilenet_v2 depthwise", hidden, hidden, hidden, size, 3, stride, 0});
      size = (size + stride - 1) / stride;
      layers.push_back({"mobilenet_v2 project", hidden, out, 1, size, 1, 1, 0});
      channels = out;
    }
  layers.push_back({"mobilenet_v2 last", 320, 1280, 1, 7, 1, 1, 0});
  layers.push_back({"mobilenet_v2 fc", 1280, 1000, 1, 1, 1, 1, 0});
}

std::vector<Layer> all_layers() {
  std::vector<Layer> layers;
  add_mobilenet_v2(layers);
  for (const Layer& l : {Layer{"resnet stem", 3, 64, 1, 224, 7, 2, 0},
                         {"resnet 3x3", 64, 64, 1, 56, 3, 1, 0},
                         {"resnet 3x3", 128, 128, 1, 28, 3, 1, 0},
                         {"resnet 3x3", 256, 256, 1, 14, 3, 1, 0},
                         {"resnet 3x3", 512, 512, 1, 7, 3, 1, 0},
                         {"resnet 1x1", 256, 64, 1, 56, 1, 1, 0},
                         {"resnet 1x1", 1024, 256, 1, 14, 1, 1, 0},
                         {"resnet 1x1", 512, 1024, 1, 28, 1, 2, 0},
                         {"resnet 1x1", 512, 2048, 1, 7, 1, 1, 0},
                         {"depthwise 5x5", 120, 120, 120, 28, 5, 1, 0},
                         {"depthwise 5x5", 240, 240, 240, 28, 5, 2, 0},
                         {"transformer", 768, 768, 1, 128, 1, 1, 1},
                         {"transformer", 768, 3072, 1, 128, 1, 1, 1},
                         {"transformer", 3072, 768, 1, 128, 1, 1, 1},
                         {"transformer", 192, 576, 1, 197, 1, 1, 1}})
    layers.push_back(l);
  return layers;
}

struct alignas(64) CacheLine {
  uint8_t bytes[64] = {};
};

double best_seconds(const Layer& l) {
  ConvShape s{1, l.in, l.out, l.groups, {}};
  const int64_t pad = l.kernel / 2, out = conv_out_size(l.size, l.kernel, l.stride, pad, 1);
  s.dim[1] = s.dim[2] = {l.size, out, l.kernel, l.stride, pad, 1};
  if (l.height) s.dim[1] = {};
  const ConvInt8Plan plan = plan_conv_int8(s, 1, true);
  std::vector<int8_t> w(l.in / l.groups * l.out * l.kernel * l.kernel, 3);
  std::vector<int32_t> bias(l.out, 7);
  std::vector<float> scale(l.out, 0.01f);
  const auto lines = [](size_t bytes) { return std::vector<CacheLine>(bytes / 64 + 2); };
  std::vector<CacheLine> packed = lines(plan.weights_bytes), memory = lines(plan.epilogue_bytes),
                         scratch = lines(plan.scratch_bytes),
                         x = lines(s.in_channels * s.in_size()),
                         y = lines(s.out_channels * s.out_size());
  conv_int8_pack_weights(plan, w.data(), nullptr, 0, packed.data());
  const Int8Epilogue e = conv_int8_epilogue(
      plan, packed.data(), 100, {scale.data(), 1, bias.data(), 3, 3, 255}, memory.data());
  double best = 1e9;
  for (int i = 0; i < 60; ++i)
    best = std::min(best, seconds_of([&] {
                      conv_int8(plan, x[0].bytes, packed.data(), e, y[0].bytes, scratch.data());
                    }));
  return best;
}

double peak_rate() {
  using Peak = double (*const*)(int64_t);
  constexpr Peak peaks[] = TL_PER_DOT8(dot8_peak);
  if (current_dot8() == kDot8None) return 0;
  double best = 0;
  for (int i = 0; i < 300; ++i) {
    double products = 0;
    const double seconds = seconds_of([&] { products = (*peaks[current_dot8()])(2000); });
    best = std::max(best, 2 * products / seconds);
  }
  return best;
}

struct Sum {
  double seconds = 0, work = 0;
};

}  // namespace

int main(int argc, char** argv) {
  set_num_threads(1);
  if (argc > 1) force_dot8_for_testing(unsigned(std::atoi(argv[1])));
  const double peak = peak_rate();
  std::printf("%s, 8-bit dot product: %s, peak %.0f GOP/s, 1 thread\n", isa_name(current_isa()),
              dot8_name(current_dot8()), peak / 1e9);
  std::printf("%-24s  in   out size k s       us   GOP/s  %% of peak\n", "group");
  std::map<std::string, Sum> groups;
  const auto line = [&](const char* name, const Sum& s) {
    std::printf("%-24s%31.1f%8.1f%8.1f\n", name, s.seconds * 1e6, s.work / s.seconds / 1e9,
                peak ? 100 * s.work / s.seconds / peak : 0);
  };
  for (const Layer& l : all_layers()) {
    const double seconds = best_seconds(l), out = double((l.size + l.stride - 1) / l.stride);
    const double work = 2. * double(l.in / l.groups * l.out) * double(l.kernel * l.kernel) * out *
                        (l.height ? 1 : out * 1.);
    std::printf("%-24s%4ld %5ld  %3ld %ld %ld%9.1f%8.1f%8.1f\n", l.group.c_str(), long(l.in),
                long(l.out), long(l.size), long(l.kernel), long(l.stride), seconds * 1e6,
                work / seconds / 1e9, peak ? 100 * work / seconds / peak : 0);
    groups[l.group].seconds += seconds, groups[l.group].work += work;
  }
  Sum mobilenet;
  std::printf("\n");
  for (const auto& [name, sum] : groups) {
    line(name.c_str(), sum);
    if (name.starts_with("mobilenet_v2"))
      mobilenet.seconds += sum.seconds, mobilenet.work += sum.work;
  }
  line("mobilenet_v2, all", mobilenet);
}
#endif
