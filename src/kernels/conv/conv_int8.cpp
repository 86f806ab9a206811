#include "kernels/conv/conv_int8.h"

#include <algorithm>

#include "core/base.h"
#include "core/parallel.h"

#define TL_THIS_FILE "kernels/conv/conv_int8.cpp"
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

// Scratch of one slice: the windows of some pixels, or one pixel's sums and its taps; and a pixel
// of padding.
struct Blocking {
  int64_t K, taps, window_bytes, sum_bytes, tap_bytes, pad_bytes;
  explicit Blocking(const ConvShape& s, bool depthwise)
      : K(s.group_inputs() * s.kernel_size()),
        taps(s.kernel_size()),
        window_bytes(depthwise ? 0 : int64_t(widened_bytes(kPixels, K))),
        sum_bytes(depthwise ? round_up(s.out_channels * 4, 64) : 0),
        tap_bytes(depthwise ? taps * int64_t(sizeof(void*)) : 0),
        pad_bytes(depthwise ? s.in_channels : 0) {}
  int64_t slice_bytes() const {
    return round_up(window_bytes + sum_bytes + tap_bytes + pad_bytes, 64);
  }
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
  int32_t zero_point;
  const int32_t* packed;
  const Requantize& requantize;
  uint8_t* y;

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
          if (at) widen_u8(channels, at + g * channels, zero_point, row + tap * channels);
        });
      }
      Requantize r = requantize;
      r.scale += g * outputs * r.scale_step;
      if (r.bias_i32) r.bias_i32 += g * outputs;
      if (r.bias_f32) r.bias_f32 += g * outputs;
      gemm_s16_requantized(n, outputs, b.K, windows, width, packed + size_t(g) * weights_step,
                           y + first * s.out_channels + g * outputs, s.out_channels, r);
    }
  }

  void by_channel(int64_t first, int64_t n, std::byte* scratch) const {
    const ConvShape& s = plan.shape;
    int32_t* sums = reinterpret_cast<int32_t*>(scratch);
    const uint8_t** taps = reinterpret_cast<const uint8_t**>(scratch + b.sum_bytes);
    uint8_t* padding = reinterpret_cast<uint8_t*>(scratch + b.sum_bytes + b.tap_bytes);
    std::fill_n(padding, s.in_channels, uint8_t(zero_point));
    for (int64_t pixel = first; pixel < first + n; ++pixel) {
      for_each_tap_of(s, pixel, x,
                      [&](int64_t tap, const uint8_t* at) { taps[tap] = at ? at : padding; });
      depthwise_pixel[current_isa()](b.taps, s.out_channels, taps, zero_point, packed, sums);
      requantize_u8(s.out_channels, sums, y + pixel * s.out_channels, requantize);
    }
  }
};

}  // namespace

ConvInt8Plan plan_conv_int8(const ConvShape& s, int threads) {
  ConvInt8Plan plan{s, s.groups == s.in_channels && s.groups == s.out_channels,
                    std::max(threads, 1), 0, 0};
  const Blocking b(s, plan.depthwise);
  plan.weights_bytes = plan.depthwise
                           ? size_t(pairs(b.taps) * s.out_channels) * sizeof(int32_t)
                           : size_t(s.groups) * packed_b_s8_bytes(b.K, s.group_outputs());
  plan.scratch_bytes = size_t(plan.threads * b.slice_bytes());
  return plan;
}

void conv_int8_pack_weights(const ConvInt8Plan& plan, const int8_t* weights,
                            const int32_t* zero_points, int64_t zero_point_step, void* packed) {
  const ConvShape& s = plan.shape;
  const Blocking b(s, plan.depthwise);
  int32_t* out = static_cast<int32_t*>(packed);
  const auto weight = [&](int64_t o, int64_t c, int64_t tap) -> int32_t {
    return weights[(o * s.group_inputs() + c) * b.taps + tap] -
           (zero_points ? zero_points[o * zero_point_step] : 0);
  };
  if (plan.depthwise) {
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

void conv_int8(const ConvInt8Plan& plan, const uint8_t* x, int32_t x_zero_point, const void* packed,
               const Requantize& requantize, uint8_t* y, void* scratch) {
  const ConvShape& s = plan.shape;
  const Run run{plan,
                Blocking(s, plan.depthwise),
                x,
                x_zero_point,
                static_cast<const int32_t*>(packed),
                requantize,
                y};
  const int64_t pixels = s.batch * s.out_size(), blocks = ceil_div(pixels, kPixels);
  const Slices slices{blocks, plan.threads};
  const double work = double(pixels) * double(s.out_channels) * double(run.b.K) / plan.threads;
  parallel_for(0, slices.n, work < 65536 ? slices.n : 1, [&](int64_t slice, int64_t end) {
    for (; slice < end; ++slice) {
      std::byte* mine = static_cast<std::byte*>(scratch) + slice * run.b.slice_bytes();
      for (int64_t i = slices.first(slice); i < slices.first(slice + 1); ++i) {
        const int64_t first = i * kPixels, n = std::min(kPixels, pixels - first);
        plan.depthwise ? run.by_channel(first, n, mine) : run.by_product(first, n, mine);
      }
    }
  });
}

}  // namespace tealight::kernels
#endif
