// Quantized convolutions by 16-bit pairs, which every processor multiplies and adds at once:
// windows are widened into scratch less the zero point, so that padding is 0.

#include <algorithm>

#include "core/base.h"
#include "core/parallel.h"
#include "kernels/conv/conv_int8_methods.h"

#define TL_THIS_FILE "kernels/conv/conv_int8_pairs.cpp"
#include "kernels/simd/foreach_isa.h"

namespace tealight::TL_ISA {
namespace {

// Sums of one pixel: taps[t] is where tap t's channels lie, `weights` pairs of taps, [(taps + 1) /
// 2][channels].
void depthwise_pixel(int64_t taps, int64_t channels, const uint8_t* const* tap, int32_t zero_point,
                     const int32_t* weights, int32_t* sums) {
  constexpr int64_t lanes = int64_t(i32v::lanes);
  const i32v zero(zero_point), low(0xFFFF);
  for (int64_t c = 0; c < channels; c += lanes) {
    const int64_t valid = channels - c < lanes ? channels - c : lanes;
    const auto load = [&](int64_t t) {
      if (valid == lanes) return i32v::load_u8(tap[t] + c) - zero;
      uint8_t bytes[lanes] = {};
      std::memcpy(bytes, tap[t] + c, size_t(valid));
      return i32v::load_u8(bytes) - zero;
    };
    i32v sum(0);
    for (int64_t t = 0; t < taps; t += 2) {
      const i32v first = load(t) & low, second = t + 1 < taps ? shl<16>(load(t + 1)) : i32v(0);
      const int32_t* w = weights + t / 2 * channels + c;
      int32_t some[lanes] = {};
      if (valid < lanes) std::memcpy(some, w, size_t(valid) * sizeof(int32_t));
      sum = dot2(sum, first | second, i32v::load(valid < lanes ? some : w));
    }
    if (valid == lanes) {
      sum.store(sums + c);
    } else {
      int32_t some[lanes];
      sum.store(some);
      std::memcpy(sums + c, some, size_t(valid) * sizeof(int32_t));
    }
  }
}

}  // namespace
inline constexpr auto int8_depthwise_pixel = depthwise_pixel;
}  // namespace tealight::TL_ISA

#if TL_ONCE
namespace tealight::kernels {
namespace {

using PixelFn = void (*)(int64_t, int64_t, const uint8_t* const*, int32_t, const int32_t*,
                         int32_t*);
constexpr PixelFn depthwise_pixel[] = TL_PER_ISA(int8_depthwise_pixel);

constexpr int64_t kPixels = 48;  // rows of the product at a time, a multiple of every tile's height

// Scratch of one slice: the windows of some pixels and their sums, or one pixel's sums and its
// taps.
struct Blocking {
  int64_t K, taps, window_bytes, sum_bytes, tap_bytes;
  explicit Blocking(const ConvShape& s, bool depthwise)
      : K(s.group_inputs() * s.kernel_size()),
        taps(s.kernel_size()),
        window_bytes(depthwise ? 0 : int64_t(widened_bytes(kPixels, K))),
        sum_bytes(round_up((depthwise ? 1 : kPixels) * s.out_channels * 4, 64)),
        tap_bytes(depthwise ? taps * int64_t(sizeof(void*)) : 0) {}
  int64_t slice_bytes() const { return round_up(window_bytes + sum_bytes + tap_bytes, 64); }
};

// f(tap, place of its first channel in x, or null if it falls on the padding)
template <class F>
void for_each_tap_of(const ConvShape& s, int64_t pixel, const uint8_t* x, F f) {
  const auto& [D, H, W] = s.dim;
  const int64_t ow = pixel % W.out, oh = pixel / W.out % H.out, od = pixel / W.out / H.out % D.out;
  const int64_t image = pixel / s.out_size();
  int64_t tap = 0;
  for (int64_t kd = 0; kd < D.kernel; ++kd)
    for (int64_t kh = 0; kh < H.kernel; ++kh)
      for (int64_t kw = 0; kw < W.kernel; ++kw, ++tap) {
        const int64_t id = od * D.stride - D.pad + kd * D.dilation,
                      ih = oh * H.stride - H.pad + kh * H.dilation;
        const int64_t iw = ow * W.stride - W.pad + kw * W.dilation;
        const bool inside = id >= 0 && id < D.in && ih >= 0 && ih < H.in && iw >= 0 && iw < W.in;
        f(tap,
          inside ? x + (((image * D.in + id) * H.in + ih) * W.in + iw) * s.in_channels : nullptr);
      }
}

struct Run {
  const ConvInt8Plan& plan;
  Blocking b;
  const uint8_t* x;
  const int32_t* packed;
  const Int8Epilogue& epilogue;
  Int8Output y;

  Requantize requantize(int64_t first_channel) const {
    const Int8Epilogue& e = epilogue;
    return {e.scale + first_channel, 1, e.start + first_channel, e.zero_point, e.min, e.max};
  }

  // Pixels [first, first + n): windows of each group, k = (tap, channel), times its weights.
  void by_product(int64_t first, int64_t n, std::byte* scratch) const {
    const ConvShape& s = plan.shape;
    const int64_t channels = s.group_inputs(), outputs = s.group_outputs(), width = pairs(b.K);
    const size_t weights_step = packed_b_s8_bytes(b.K, outputs) / sizeof(int32_t);
    int32_t* windows = reinterpret_cast<int32_t*>(scratch);
    for (int64_t g = 0; g < s.groups; ++g) {
      std::fill_n(windows, n * width, 0);
      for (int64_t i = 0; i < n; ++i) {
        int16_t* row = reinterpret_cast<int16_t*>(windows + i * width);
        for_each_tap_of(s, first + i, x, [&](int64_t tap, const uint8_t* at) {
          if (at)
            widen_u8(channels, at + g * channels, epilogue.x_zero_point, row + tap * channels);
        });
      }
      const int32_t* weights = packed + size_t(g) * weights_step;
      const int64_t at = first * s.out_channels + g * outputs;
      if (y.bytes)
        gemm_s16_requantized(n, outputs, b.K, windows, width, weights, y.bytes + at, s.out_channels,
                             requantize(g * outputs));
      else
        reals(n, g * outputs, windows, weights, y.reals + at,
              reinterpret_cast<int32_t*>(scratch + b.window_bytes));
    }
  }

  void reals(int64_t n, int64_t channel, const int32_t* windows, const int32_t* weights, float* out,
             int32_t* sums) const {
    const int64_t outputs = plan.shape.group_outputs();
    gemm_s16(n, outputs, b.K, windows, pairs(b.K), weights, sums, outputs);
    for (int64_t i = 0; i < n; ++i)
      for (int64_t o = 0; o < outputs; ++o) {
        const float v =
            float(sums[i * outputs + o]) * epilogue.scale[channel + o] + epilogue.bias[channel + o];
        out[i * plan.shape.out_channels + o] = epilogue.relu && !(v > 0) ? 0.f : v;
      }
  }

  void by_channel(int64_t first, int64_t n, std::byte* scratch) const {
    const ConvShape& s = plan.shape;
    int32_t* sums = reinterpret_cast<int32_t*>(scratch);
    const uint8_t** taps = reinterpret_cast<const uint8_t**>(scratch + b.sum_bytes);
    for (int64_t pixel = first; pixel < first + n; ++pixel) {
      for_each_tap_of(s, pixel, x, [&](int64_t tap, const uint8_t* at) {
        taps[tap] = at ? at : epilogue.padding;
      });
      depthwise_pixel[current_isa()](b.taps, s.out_channels, taps, epilogue.x_zero_point, packed,
                                     sums);
      requantize_u8(s.out_channels, sums, y.bytes + pixel * s.out_channels, requantize(0));
    }
  }
};

bool is_depthwise(const ConvInt8Plan& plan) {
  return plan.method == ConvInt8Method::pairs_depthwise;
}

}  // namespace

size_t pairs_weights_bytes(const ConvInt8Plan& plan) {
  const ConvShape& s = plan.shape;
  const Blocking b(s, is_depthwise(plan));
  return is_depthwise(plan) ? size_t(pairs(b.taps) * s.out_channels) * sizeof(int32_t)
                            : size_t(s.groups) * packed_b_s8_bytes(b.K, s.group_outputs());
}
size_t pairs_scratch_bytes(const ConvInt8Plan& plan) {
  return size_t(plan.threads * Blocking(plan.shape, is_depthwise(plan)).slice_bytes());
}

void pairs_pack(const ConvInt8Plan& plan, FunctionRef<int32_t(int64_t, int64_t, int64_t)> weight,
                void* packed) {
  const ConvShape& s = plan.shape;
  const Blocking b(s, is_depthwise(plan));
  int32_t* out = static_cast<int32_t*>(packed);
  if (is_depthwise(plan)) {
    for (int64_t t = 0; t < b.taps; t += 2)
      for (int64_t o = 0; o < s.out_channels; ++o) {
        const int32_t second = t + 1 < b.taps ? weight(o, 0, t + 1) : 0;
        out[t / 2 * s.out_channels + o] =
            int32_t((uint32_t(weight(o, 0, t)) & 0xFFFFu) | uint32_t(second) << 16);
      }
    return;
  }
  const int64_t outputs = s.group_outputs();
  for (int64_t g = 0; g < s.groups; ++g)
    pack_b_s8_by(
        b.K, outputs,
        [&](int64_t k, int64_t n) {
          return weight(g * outputs + n, k % s.group_inputs(), k / s.group_inputs());
        },
        out + size_t(g) * packed_b_s8_bytes(b.K, outputs) / sizeof(int32_t));
}

void pairs_run(const ConvInt8Plan& plan, const uint8_t* x, const void* packed,
               const Int8Epilogue& epilogue, Int8Output y, void* scratch) {
  const ConvShape& s = plan.shape;
  const Run run{
      plan, Blocking(s, is_depthwise(plan)), x, static_cast<const int32_t*>(packed), epilogue, y};
  const int64_t pixels = s.batch * s.out_size(), blocks = ceil_div(pixels, kPixels);
  const Slices slices{blocks, plan.threads};
  const double work = double(pixels) * double(s.out_channels) * double(run.b.K) / plan.threads;
  parallel_for(0, slices.n, work < 65536 ? slices.n : 1, [&](int64_t slice, int64_t end) {
    for (; slice < end; ++slice) {
      std::byte* mine = static_cast<std::byte*>(scratch) + slice * run.b.slice_bytes();
      for (int64_t i = slices.first(slice); i < slices.first(slice + 1); ++i) {
        const int64_t first = i * kPixels, n = std::min(kPixels, pixels - first);
        is_depthwise(plan) ? run.by_channel(first, n, mine) : run.by_product(first, n, mine);
      }
    }
  });
}

}  // namespace tealight::kernels
#endif
