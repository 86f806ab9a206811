// Transposed convolution. With a stride of 1 it is a convolution with the kernel turned round and
// inputs and outputs exchanged. Else: columns (channel, tap; pixels) = weights^T x X by the matrix
// product, each of which is then added where its tap falls. A slice owns whole channels of Y, so no
// two threads add to one place.
#include <algorithm>

#include "core/base.h"
#include "core/parallel.h"
#include "kernels/conv/methods.h"
#include "kernels/gemm/block.h"
#include "kernels/simd/transpose.h"

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

// Whether it runs as the convolution that a transposed one of stride 1 is. With few outputs the
// windows of all inputs would take longer to gather than products to add.
bool is_turned(const ConvShape& s) {
  if (s.kernel_size() > 1 && 2 * s.group_inputs() <= s.group_outputs()) return false;
  return std::all_of(std::begin(s.dim), std::end(s.dim), [](const ConvDim& d) {
    return d.stride == 1 && (d.kernel - 1) * d.dilation >= d.pad;
  });
}
ConvShape turned(const ConvShape& s) {
  ConvShape t{s.batch, s.out_channels, s.in_channels, s.groups, {}};
  for (int i = 0; i < 3; ++i) {
    const ConvDim& d = s.dim[i];
    t.dim[i] = {d.out, d.in, d.kernel, 1, (d.kernel - 1) * d.dilation - d.pad, d.dilation};
  }
  return t;
}

// The weights (outputs, inputs / groups, taps) as packed ones of the turned convolution: for each
// group tiles of inputs, [output][tap, from the last one on][inputs of the tile]. Blocks of outputs
// and tiles, so that runs of both sides are read and written while their pages are at hand.
void pack_turned(const ConvShape& s, const float* weights, float* packed) {
  constexpr int64_t kTogether = 8;
  const int64_t taps = s.kernel_size(), inputs = s.group_inputs(), outputs = s.group_outputs(),
                K = outputs * taps;
  const RowTiles tiles(inputs, gemm_tile_rows());
  const int64_t blocks = ceil_div(tiles.count, kTogether);
  const auto pack_tile = [&](int64_t g, int64_t tile, int64_t o0, int64_t o1) {
    const int64_t first = tiles.start(tile), rows = tiles.start(tile + 1) - first;
    for (int64_t o = o0; o < o1; ++o) {
      float* to = packed + (g * inputs + first) * K + o * taps * rows;
      transpose_scaled(rows, taps, weights + ((g * outputs + o) * inputs + first) * taps, taps, 1.f,
                       to + (taps - 1) * rows, -rows);
    }
  };
  parallel_for(0, s.groups * blocks, std::max<int64_t>(1, 1024 / std::max<int64_t>(1, K)),
               [&](int64_t i, int64_t end) {
                 for (; i < end; ++i)
                   for (int64_t o = 0; o < outputs; o += kTogether)
                     for (int64_t t = i % blocks * kTogether;
                          t < std::min((i % blocks + 1) * kTogether, tiles.count); ++t)
                       pack_tile(i / blocks, t, o, std::min(o + kTogether, outputs));
               });
}

size_t packed_bytes(const ConvShape& s) {
  return size_t(round_up(int64_t(conv_gemm_weights_bytes(turned(s))), 64));
}

}  // namespace

size_t conv_transpose_scratch_bytes(const ConvShape& s, int threads) {
  threads = std::max(threads, 1);
  if (is_depthwise_gradient(s)) return depthwise_input_gradient_scratch_bytes(s, threads);
  if (is_turned(s)) return packed_bytes(s) + conv_gemm_scratch_bytes(turned(s), threads);
  return size_t(threads * Blocking(s).slice_floats(s)) * sizeof(float);
}

void conv_transpose_f32(const ConvShape& s, int threads, const float* x, const float* weights,
                        const float* bias, float* y, void* scratch) {
  threads = std::max(threads, 1);
  float* memory = static_cast<float*>(scratch);
  if (is_depthwise_gradient(s))
    return depthwise_input_gradient(s, threads, x, weights, bias, y, memory);
  if (is_turned(s)) {
    pack_turned(s, weights, memory);
    const ConvPlan plan{ConvMethod::gemm, turned(s), threads, 0, 0};
    return conv_gemm(plan, x, memory, {bias}, y, memory + packed_bytes(s) / sizeof(float));
  }
  const Blocking b(s);
  const Slices slices{s.batch * s.groups * b.channel_blocks, threads};
  parallel_for(0, slices.n, 1, [&](int64_t slice, int64_t end) {
    for (; slice < end; ++slice)
      for (int64_t i = slices.first(slice); i < slices.first(slice + 1); ++i)
        run_block(s, b, i / b.channel_blocks / s.groups, i / b.channel_blocks % s.groups,
                  i % b.channel_blocks, x, weights, bias, y, memory + slice * b.slice_floats(s));
  });
}

}  // namespace tealight::kernels
