// Transposed convolution: columns (channel, tap; pixels) = weights^T x X by the matrix product,
// each of which is then added where its tap falls. A slice owns whole channels of Y, so no two
// threads add to one place.
#include <algorithm>

#include "core/base.h"
#include "core/parallel.h"
#include "kernels/conv/methods.h"
#include "kernels/gemm/gemm.h"

namespace tealight::kernels {
namespace {

constexpr int64_t kColumnFloats = 64 << 10;  // of columns at once
constexpr int64_t kLeastRows = 48;           // of the product: fewer would read X too often

struct Blocking {
  int64_t channels, channel_blocks, pixels, tail_floats;  // at a time
  explicit Blocking(const ConvShape& s) {
    const int64_t taps = std::max<int64_t>(s.kernel_size(), 1), wide = gemm_tile_columns();
    channels = std::clamp<int64_t>(kLeastRows / taps, 1, std::max<int64_t>(s.group_inputs(), 1));
    channel_blocks = ceil_div(s.group_inputs(), channels);
    pixels =
        std::min(round_up(std::max<int64_t>(kColumnFloats / (channels * taps), 4 * wide), wide),
                 round_up(std::max<int64_t>(s.out_size(), 1), wide));
    tail_floats = int64_t(gemm_unpacked_scratch_bytes(s.group_outputs(), 1) / sizeof(float));
  }
  int64_t slice_floats(const ConvShape& s) const {
    return channels * s.kernel_size() * pixels + tail_floats;
  }
};

// y[i] += column[ow] where i = ow * stride - pad + tap * dilation, for ow in [from, to) as far as i
// is inside
void add_row(const ConvDim& w, int64_t tap, int64_t from, int64_t to, const float* column,
             float* y) {
  const int64_t shift = tap * w.dilation - w.pad;
  if (shift < 0) from = std::max(from, ceil_div(-shift, w.stride));
  if (w.in <= shift) return;
  to = std::min(to, ceil_div(w.in - shift, w.stride));
  float* out = y + shift;
  if (w.stride == 1) {
    for (int64_t ow = from; ow < to; ++ow) out[ow] += column[ow];
  } else {
    for (int64_t ow = from; ow < to; ++ow) out[ow * w.stride] += column[ow];
  }
}

// Pixels [first, first + n) of one (channel, tap): `column` is where pixel `first` lies.
void add_tap(const ConvShape& s, int64_t kd, int64_t kh, int64_t kw, int64_t first, int64_t n,
             const float* column, float* y) {
  const auto& [D, H, W] = s.dim;
  for (int64_t done = 0; done < n;) {
    const int64_t at = first + done, ow = at % W.out, row = at / W.out,
                  length = std::min(W.out - ow, n - done);
    const int64_t id = row / H.out * D.stride - D.pad + kd * D.dilation;
    const int64_t ih = row % H.out * H.stride - H.pad + kh * H.dilation;
    if (id >= 0 && id < D.in && ih >= 0 && ih < H.in)
      add_row(W, kw, ow, ow + length, column + done - ow, y + (id * H.in + ih) * W.in);
    done += length;
  }
}

void add_columns(const ConvShape& s, int64_t channels, int64_t first, int64_t n,
                 const float* columns, int64_t ldc, float* y) {
  for (int64_t c = 0; c < channels; ++c, y += s.in_size())
    for (int64_t kd = 0; kd < s.dim[0].kernel; ++kd)
      for (int64_t kh = 0; kh < s.dim[1].kernel; ++kh)
        for (int64_t kw = 0; kw < s.dim[2].kernel; ++kw, columns += ldc)
          add_tap(s, kd, kh, kw, first, n, columns, y);
}

void run_block(const ConvShape& s, const Blocking& b, int64_t n, int64_t g, int64_t block,
               const float* x, const float* weights, const float* bias, float* y, float* scratch) {
  const int64_t first = block * b.channels,
                channels = std::min(b.channels, s.group_inputs() - first);
  const int64_t c = g * s.group_inputs() + first, K = s.group_outputs(), taps = s.kernel_size();
  float* out = y + (n * s.in_channels + c) * s.in_size();
  for (int64_t i = 0; i < channels; ++i)
    std::fill_n(out + i * s.in_size(), s.in_size(), bias ? bias[c + i] : 0.f);
  const float* input = x + (n * s.out_channels + g * K) * s.out_size();
  const float* w = weights + (g * K * s.group_inputs() + first) * taps;
  float* columns = scratch + b.tail_floats;
  for (int64_t p = 0; p < s.out_size(); p += b.pixels) {
    const int64_t pixels = std::min(b.pixels, s.out_size() - p);
    gemm_f32_unpacked(channels * taps, pixels, K, w, s.group_inputs() * taps, ALayout::columns,
                      input + p, s.out_size(), columns, b.pixels, {}, scratch);
    add_columns(s, channels, p, pixels, columns, b.pixels, out);
  }
}

}  // namespace

size_t conv_transpose_scratch_bytes(const ConvShape& s, int threads) {
  return size_t(std::max(threads, 1) * Blocking(s).slice_floats(s)) * sizeof(float);
}

void conv_transpose_f32(const ConvShape& s, int threads, const float* x, const float* weights,
                        const float* bias, float* y, void* scratch) {
  const Blocking b(s);
  const Slices slices{s.batch * s.groups * b.channel_blocks, std::max(threads, 1)};
  parallel_for(0, slices.n, 1, [&](int64_t slice, int64_t end) {
    for (; slice < end; ++slice)
      for (int64_t i = slices.first(slice); i < slices.first(slice + 1); ++i)
        run_block(s, b, i / b.channel_blocks / s.groups, i / b.channel_blocks % s.groups,
                  i % b.channel_blocks, x, weights, bias, y,
                  static_cast<float*>(scratch) + slice * b.slice_floats(s));
  });
}

namespace {

constexpr int64_t kGradientPixels = 256;  // summed by one product

}  // namespace

size_t conv_weight_gradient_scratch_bytes(const ConvShape& s) {
  const int64_t K = s.group_inputs() * s.kernel_size();
  return size_t(K * kGradientPixels) * sizeof(float) +
         matmul_f32_scratch_bytes(s.group_outputs(), K, kGradientPixels, true);
}

// dW (outputs, K) = sum over images and pixels of dY (outputs, pixels) x windows^T (pixels, K)
void conv_weight_gradient_f32(const ConvShape& s, const float* x, const float* grad_y,
                              float* grad_weights, void* scratch) {
  const int64_t K = s.group_inputs() * s.kernel_size(), outputs = s.group_outputs(),
                step = gemm_tile_columns();
  float* windows = static_cast<float*>(scratch);
  std::fill_n(grad_weights, s.out_channels * K, 0.f);
  GemmEpilogue add;
  add.accumulate = true;
  for (int64_t i = 0; i < s.batch * s.groups; ++i) {
    const int64_t n = i / s.groups, g = i % s.groups;
    const float* input = x + (n * s.in_channels + g * s.group_inputs()) * s.in_size();
    const float* grad = grad_y + (n * s.out_channels + g * outputs) * s.out_size();
    for (int64_t p = 0; p < s.out_size(); p += kGradientPixels) {
      const int64_t pixels = std::min(kGradientPixels, s.out_size() - p);
      const auto gather = conv_gather();
      parallel_for(0, ceil_div(pixels, step), std::max<int64_t>(1, 16384 / (K * step + 1)),
                   [&](int64_t j, int64_t end) {
                     const int64_t from = j * step, to = std::min(end * step, pixels);
                     gather(s, input, p + from, to - from, windows + from, kGradientPixels);
                   });
      matmul_f32(outputs, K, pixels, grad + p, s.out_size(), false, windows, kGradientPixels, true,
                 grad_weights + g * outputs * K, K, add, windows + K * kGradientPixels);
    }
  }
}

}  // namespace tealight::kernels
