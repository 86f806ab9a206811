// Speed of NHWC convolutions on the layers of known networks: time, GFLOP/s (of the definition's
// multiplications, so that Winograd may pass the limit) and per cent of the machine's measured
// limit.
//
//   conv_nhwc_bench [THREADS] [NETWORK]
#include <time.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "core/cpu.h"
#include "core/parallel.h"
#include "kernels/conv/conv_nhwc.h"
#define TL_THIS_FILE "kernels/conv/conv_nhwc_bench.cpp"
#include "kernels/simd/foreach_isa.h"

namespace tealight::TL_ISA {
// Multiply-adds in 12 independent sums; returns floating-point operations done.
inline double multiply_adds(int64_t n, float* result) {
  f32v sum[12];
#pragma GCC unroll 12
  for (int i = 0; i < 12; ++i) sum[i] = f32v(float(i));
  const f32v a(0.999f), b(0.001f);
  for (int64_t k = 0; k < n; ++k)
#pragma GCC unroll 12
    for (int i = 0; i < 12; ++i) sum[i] = fma(sum[i], a, b);
  *result = 0;
#pragma GCC unroll 12
  for (int i = 0; i < 12; ++i) *result += hsum(sum[i]);
  return double(n) * 24 * double(f32v::lanes);
}
}  // namespace tealight::TL_ISA

#if TL_ONCE
using namespace tealight;
using namespace tealight::kernels;

namespace {

// Of this thread alone if it works alone: other programs do not count then.
double now() {
  timespec t;
  if (get_num_threads() == 1 && !clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t))
    return double(t.tv_sec) + 1e-9 * double(t.tv_nsec);
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double measured_limit() {
  using Fn = double (*)(int64_t, float*);
  constexpr Fn fns[] = TL_PER_ISA(multiply_adds);
  float sink = 0;
  double best = 0;
  for (int i = 0; i < 300; ++i) {
    const double start = now(), flop = fns[current_isa()](20000, &sink);
    best = std::max(best, flop / (now() - start));
  }
  return sink == 0.25f ? 0 : best;
}

struct Layer {
  const char* network;
  int64_t size, in, out, kernel, stride;
  int64_t groups = 1, dilation = 1, batch = 1;
};

const char* const kNames[] = {"few", "windows", "winograd2", "winograd4"};

const Layer kLayers[] = {
    {"mobilenet_v2", 224, 3, 32, 3, 2},     {"mobilenet_v2", 112, 32, 16, 1, 1},
    {"mobilenet_v2", 112, 16, 96, 1, 1},    {"mobilenet_v2", 56, 96, 24, 1, 1},
    {"mobilenet_v2", 56, 24, 144, 1, 1},    {"mobilenet_v2", 28, 144, 32, 1, 1},
    {"mobilenet_v2", 28, 32, 192, 1, 1},    {"mobilenet_v2", 14, 192, 64, 1, 1},
    {"mobilenet_v2", 14, 64, 384, 1, 1},    {"mobilenet_v2", 14, 384, 96, 1, 1},
    {"mobilenet_v2", 14, 96, 576, 1, 1},    {"mobilenet_v2", 7, 576, 160, 1, 1},
    {"mobilenet_v2", 7, 160, 960, 1, 1},    {"mobilenet_v2", 7, 960, 320, 1, 1},
    {"mobilenet_v2", 7, 320, 1280, 1, 1},   {"resnet", 224, 3, 64, 7, 2},
    {"resnet", 56, 64, 64, 3, 1},           {"resnet", 56, 64, 128, 3, 2},
    {"resnet", 56, 64, 128, 1, 2},          {"resnet", 28, 128, 128, 3, 1},
    {"resnet", 28, 128, 256, 3, 2},         {"resnet", 14, 256, 256, 3, 1},
    {"resnet", 14, 256, 512, 3, 2},         {"resnet", 7, 512, 512, 3, 1},
    {"resnet", 56, 64, 256, 1, 1},          {"resnet", 56, 256, 64, 1, 1},
    {"resnet", 28, 512, 128, 1, 1},         {"resnet", 28, 128, 512, 1, 1},
    {"resnet", 28, 512, 1024, 1, 2},        {"resnet", 14, 1024, 256, 1, 1},
    {"resnet", 14, 256, 1024, 1, 1},        {"resnet", 7, 2048, 512, 1, 1},
    {"resnet", 7, 512, 2048, 1, 1},         {"squeezenet", 224, 3, 64, 3, 2},
    {"squeezenet", 55, 64, 16, 1, 1},       {"squeezenet", 55, 16, 64, 3, 1},
    {"squeezenet", 27, 32, 128, 3, 1},      {"squeezenet", 13, 48, 192, 3, 1},
    {"squeezenet", 13, 64, 256, 3, 1},      {"squeezenet", 13, 512, 1000, 1, 1},
    {"yolov5n", 640, 3, 16, 6, 2},          {"yolov5n", 320, 16, 32, 3, 2},
    {"yolov5n", 160, 32, 16, 1, 1},         {"yolov5n", 160, 16, 16, 3, 1},
    {"yolov5n", 160, 32, 64, 3, 2},         {"yolov5n", 80, 32, 32, 3, 1},
    {"yolov5n", 40, 64, 64, 3, 1},          {"yolov5n", 20, 128, 128, 3, 1},
    {"animegan", 256, 3, 32, 7, 1},         {"animegan", 256, 32, 64, 3, 2},
    {"animegan", 128, 64, 64, 3, 1},        {"animegan", 64, 128, 128, 3, 1},
    {"animegan", 64, 256, 256, 3, 1},       {"animegan", 256, 32, 32, 3, 1},
    {"animegan", 256, 32, 3, 1, 1},         {"deeplab", 16, 960, 256, 3, 1, 1, 12},
    {"deeplab", 16, 960, 256, 3, 1, 1, 36}, {"resnext", 56, 128, 128, 3, 1, 32},
    {"resnext", 14, 512, 512, 3, 1, 32},    {"shufflenet", 28, 58, 58, 1, 1},
    {"shufflenet", 14, 116, 116, 1, 1},     {"lenet", 28, 1, 6, 5, 1},
};

ConvShape shape_of(const Layer& l) {
  ConvShape s{l.batch, l.in, l.out, l.groups, {}};
  const int64_t pad = l.kernel == 6 ? 2 : l.kernel / 2 * l.dilation;
  s.dim[1] = s.dim[2] = {l.size,   conv_out_size(l.size, l.kernel, l.stride, pad, l.dilation),
                         l.kernel, l.stride,
                         pad,      l.dilation};
  return s;
}

double best_seconds(const ConvShape& s, NhwcMethod method, int threads) {
  const NhwcConvPlan plan = plan_conv_nhwc(method, s, s.in_channels, s.out_channels, threads);
  std::vector<float> x(s.batch * s.in_channels * s.in_size() + 16, 0.5f),
      y(s.batch * s.out_channels * s.out_size() + 16),
      w(s.out_channels * s.group_inputs() * s.kernel_size(), 0.1f),
      packed(plan.weights_bytes / 4 + 16), scratch(plan.scratch_bytes / 4 + 16),
      bias(s.out_channels, 1.f);
  const auto aligned = [](std::vector<float>& v) {
    return reinterpret_cast<float*>((reinterpret_cast<uintptr_t>(v.data()) + 63) / 64 * 64);
  };
  conv_nhwc_pack(plan, dense_conv_weights(s, w.data()), aligned(packed));
  const NhwcEpilogue e{bias.data(), nullptr, 0, {Activation::Kind::clamp, 0, HUGE_VALF}};
  double best = 1e9, spent = 0;
  for (int i = 0; i < 500 && (i < 10 || spent < 0.1); ++i) {
    const double start = now();
    conv_nhwc(plan, aligned(x), aligned(packed), e, aligned(y), aligned(scratch));
    const double seconds = now() - start;
    best = std::min(best, seconds);
    spent += seconds;
  }
  return best;
}

}  // namespace

int main(int argc, char** argv) {
  const int threads = argc > 1 ? std::atoi(argv[1]) : 1;
  set_num_threads(threads);
  const double limit = measured_limit() * threads;
  std::printf("%s, %d threads, limit %.0f GFLOP/s; * the method that is chosen\n",
              isa_name(current_isa()), threads, limit * 1e-9);
  std::printf("network      size   in  out k s  method  us  GFLOP/s  %% of the limit\n");
  for (const Layer& l : kLayers) {
    if (argc > 2 && !std::strstr(l.network, argv[2])) continue;
    const ConvShape s = shape_of(l);
    const double flop = 2. * double(s.batch * s.out_channels * s.out_size()) *
                        double(s.group_inputs() * s.kernel_size());
    std::printf("%-13s%5ld%5ld%5ld %ld %ld", l.network, long(l.size), long(l.in), long(l.out),
                long(l.kernel), long(l.stride));
    for (NhwcMethod m : {NhwcMethod::few_channels, NhwcMethod::windows, NhwcMethod::winograd_2,
                         NhwcMethod::winograd_4}) {
      if (conv_nhwc_refuses(m, s)) continue;
      const double seconds = best_seconds(s, m, threads);
      std::printf("  %s%9.1f%s%5.0f%4.0f%%", kNames[int(m)], seconds * 1e6,
                  choose_conv_nhwc(s, false) == m ? "*" : " ", flop / seconds * 1e-9,
                  100 * flop / seconds / limit);
    }
    std::printf("\n");
    std::fflush(stdout);
  }
}
#endif
