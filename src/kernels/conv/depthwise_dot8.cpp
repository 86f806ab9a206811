#include "kernels/conv/depthwise_dot8.h"

#include <algorithm>

#include "core/base.h"
#include "core/parallel.h"
#ifndef TL_DOT8  // the first time through
namespace tealight::kernels {
constexpr int kMostWindowRows = 16;

// One row of outputs.
struct DepthwiseRow {
  int64_t channels, window_rows, quads, outputs;  // as in DepthwiseDot8
  WindowDim W;
  const uint8_t* row[kMostWindowRows];  // the input's rows
  int64_t pixel[kMostWindowRows];       // bytes from pixel to pixel; 0: a row of padding
  const uint8_t* padding;
  ByteRange range;
  uint8_t* y;
};
struct DepthwiseRoutines {
  int width;    // most channels of a chunk
  int outputs;  // most that share pixels: as the registers allow
  void (*chunk)(const DepthwiseRow&, int64_t channel, int64_t width, const void* weights,
                const int32_t* start, const float* scale);
};
}  // namespace tealight::kernels
#endif

#define TL_THIS_FILE "kernels/conv/depthwise_dot8.cpp"
#include "kernels/gemm/dot8.h"

#if !TL_ONCE
namespace tealight::TL_DOT8 {
namespace {

using kernels::DepthwiseRow;

// P pixels from `ow` on. R window rows of Q groups of four pixels, known or (0) taken from `r`.
// kEdge: some of the window's columns are padding.
template <class B, int P, int R, int Q, bool kEdge>
TL_INLINE void pixels(const DepthwiseRow& r, int64_t channel, int64_t ow, const std::byte* w,
                      const int32_t* start, const float* scale) {
  using V = typename B::V;
  V sum[P][4];
#pragma GCC unroll 4
  for (int j = 0; j < P; ++j)
#pragma GCC unroll 4
    for (int i = 0; i < 4; ++i) sum[j][i] = B::load(start + i * B::lanes);
  const int64_t first = ow * r.W.stride - r.W.pad, step = r.W.dilation;
  const int64_t rows = R ? R : r.window_rows, quads = Q ? Q : r.quads;
#pragma GCC unroll 3
  for (int64_t k = 0; k < rows; ++k) {
    const uint8_t* next = r.row[k] + first * r.pixel[k] + channel;
    const int64_t next_step = step * r.pixel[k];
#pragma GCC unroll 2
    for (int64_t q = 0; q < quads; ++q) {
      const uint8_t* p[4];
#pragma GCC unroll 4
      for (int i = 0; i < 4; ++i) {
        const int64_t at = first + (q * 4 + i) * step;
        p[i] = kEdge && (at < 0 || at >= r.W.in) ? r.padding + channel : next;
        next += next_step;
      }
      V x[4];
      B::interleave4(p, x);
#pragma GCC unroll 4
      for (int j = 0; j < P; ++j)
#pragma GCC unroll 4
        for (int i = 0; i < 4; ++i) {
          sum[j][i] = B::dot(sum[j][i], x[i], B::load(w));
          w += B::width;
        }
    }
  }
#pragma GCC unroll 4
  for (int j = 0; j < P; ++j) {
    if (ow + j >= r.W.out) break;
    V v[4];
#pragma GCC unroll 4
    for (int i = 0; i < 4; ++i) v[i] = B::round(sum[j][i], scale + i * B::lanes);
    B::store(r.y + (ow + j) * r.channels + channel, B::pack4(v, r.range));
  }
}

template <class B, int P, int R, int Q>
void row_of(const DepthwiseRow& r, int64_t channel, const void* weights, const int32_t* start,
            const float* scale) {
  const std::byte* w = static_cast<const std::byte*>(weights);
  const int64_t span = (r.quads * 4 - 1) * r.W.dilation;  // from the first to the last pixel read
  for (int64_t ow = 0; ow < r.W.out; ow += P) {
    const int64_t first = ow * r.W.stride - r.W.pad;
    if (first >= 0 && first + span < r.W.in)
      pixels<B, P, R, Q, false>(r, channel, ow, w, start, scale);
    else
      pixels<B, P, 0, 0, true>(r, channel, ow, w, start, scale);
  }
}

template <class B>
void by_shape(const DepthwiseRow& r, int64_t channel, const void* weights, const int32_t* start,
              const float* scale) {
  const bool is_3x3 = r.window_rows == 3 && r.quads == 1;
  const auto row = r.outputs == 4   ? row_of<B, 4, 0, 0>
                   : r.outputs == 2 ? (is_3x3 ? row_of<B, 2, 3, 1> : row_of<B, 2, 0, 0>)
                                    : (is_3x3 ? row_of<B, 1, 3, 1> : row_of<B, 1, 0, 0>);
  row(r, channel, weights, start, scale);
}

void chunk(const DepthwiseRow& r, int64_t channel, int64_t width, const void* weights,
           const int32_t* start, const float* scale) {
  if (width == Bytes::width) return by_shape<Bytes>(r, channel, weights, start, scale);
  if (width == HalfBytes::width) return by_shape<HalfBytes>(r, channel, weights, start, scale);
  by_shape<Bytes16>(r, channel, weights, start, scale);
}

}  // namespace
inline constexpr kernels::DepthwiseRoutines depthwise_dot8_routines{
    Bytes::width, Bytes::width == 32 ? 2 : 4, chunk};
}  // namespace tealight::TL_DOT8
#else
namespace tealight::kernels {
namespace {

constexpr const DepthwiseRoutines* table[] = TL_PER_DOT8(depthwise_dot8_routines);
constexpr int64_t kLeastChunk = 16;

int64_t window_rows(const ConvShape& s) { return s.dim[0].kernel * s.dim[1].kernel; }

}  // namespace

const char* depthwise_dot8_refuses(const ConvShape& s, unsigned dot8) {
  if (dot8 == kDot8None) return "no 8-bit dot product";
  if (s.groups != s.in_channels || s.groups != s.out_channels) return "not depthwise";
  if (s.in_channels < kLeastChunk) return "few channels";
  if (window_rows(s) > kMostWindowRows) return "tall kernel";
  return nullptr;
}

DepthwiseDot8::DepthwiseDot8(const ConvShape& s, unsigned kind)
    : shape(&s), dot8(kind), quads(ceil_div(s.dim[2].kernel, 4)), outputs(table[kind]->outputs) {
  const WindowDim& W = s.dim[2];
  if (W.dilation != 1) outputs = 1;
  while (outputs > 1 && (outputs - 1) * W.stride + W.kernel > 4 * quads) outputs /= 2;
}

void DepthwiseDot8::for_each_chunk(FunctionRef<void(int64_t, int64_t, int64_t)> f) const {
  const int64_t channels = shape->in_channels;
  int64_t slot = 0;
  for (int64_t c = 0; c < channels;) {
    int64_t width = table[dot8]->width;
    while (width > kLeastChunk && width > channels - c) width /= 2;
    const int64_t first = std::min(c, channels - width);
    f(slot, first, width);
    slot += width;
    c = first + width;
  }
}
int64_t DepthwiseDot8::slots() const {
  int64_t n = 0;
  for_each_chunk([&](int64_t, int64_t, int64_t width) { n += width; });
  return n;
}
void DepthwiseDot8::for_each_slot(FunctionRef<void(int64_t, int64_t)> f) const {
  for_each_chunk([&](int64_t slot, int64_t channel, int64_t width) {
    for (int64_t i = 0; i < width; ++i) {
      const int64_t vector = i / (width / 4), lane = i % (width / 4);
      f(slot + i, channel + lane / 4 * 16 + vector * 4 + lane % 4);
    }
  });
}

int64_t DepthwiseDot8::vectors_of_row() const { return quads * outputs; }
size_t DepthwiseDot8::weights_bytes() const {
  return size_t(slots() * (window_rows(*shape) * vectors_of_row() + 1)) * 4;
}
const int32_t* DepthwiseDot8::sums(const void* packed) const {
  return static_cast<const int32_t*>(packed) + slots() * window_rows(*shape) * vectors_of_row();
}

void DepthwiseDot8::pack(FunctionRef<int8_t(int64_t, int64_t)> weight, void* packed) const {
  const WindowDim& W = shape->dim[2];
  const int64_t rows = window_rows(*shape), row_bytes = vectors_of_row() * 4;  // of one channel
  int8_t* const out = static_cast<int8_t*>(packed);
  std::fill_n(out, weights_bytes(), int8_t(0));
  int32_t* const sum = reinterpret_cast<int32_t*>(out) + slots() * rows * vectors_of_row();
  for_each_slot([&](int64_t slot, int64_t channel) {
    for (int64_t tap = 0; tap < rows * W.kernel; ++tap) sum[slot] += weight(channel, tap);
  });
  for_each_chunk([&](int64_t slot, int64_t channel, int64_t width) {
    int8_t* const chunk = out + slot * rows * row_bytes;
    for (int64_t i = 0; i < width; ++i) {
      const int64_t vector = i / (width / 4), lane = i % (width / 4);
      const int64_t c = channel + lane / 4 * 16 + vector * 4 + lane % 4;
      for (int64_t row = 0; row < rows; ++row)
        for (int64_t output = 0; output < outputs; ++output)
          for (int64_t k = 0; k < W.kernel; ++k) {
            const int64_t pixel = output * W.stride + k;
            const int64_t group = (row * quads + pixel / 4) * outputs + output;
            chunk[(group * 4 + vector) * width + lane * 4 + pixel % 4] =
                weight(c, row * W.kernel + k);
          }
    }
  });
}

void DepthwiseDot8::run(const uint8_t* x, const void* packed, const int32_t* start,
                        const float* scale, const uint8_t* padding, ByteRange range,
                        uint8_t* y) const {
  const ConvShape& s = *shape;
  const auto& [D, H, W] = s.dim;
  const int64_t rows = window_rows(s), C = s.in_channels;
  const int64_t chunk_bytes = rows * vectors_of_row() * 4;  // of one channel
  const double work = double(W.out * C) * double(rows * quads + 2);
  const int64_t grain = int64_t(std::clamp(1e6 / work, 1., 1e9));
  parallel_for(0, s.batch * D.out * H.out, grain, [&](int64_t at, int64_t end) {
    DepthwiseRow r{C, rows, quads, outputs, W, {}, {}, padding, range, nullptr};
    for (; at < end; ++at) {
      const int64_t oh = at % H.out, od = at / H.out % D.out, image = at / H.out / D.out;
      for (int64_t k = 0; k < rows; ++k) {
        const int64_t id = od * D.stride - D.pad + k / H.kernel * D.dilation,
                      ih = oh * H.stride - H.pad + k % H.kernel * H.dilation;
        const bool inside = id >= 0 && id < D.in && ih >= 0 && ih < H.in;
        r.row[k] = inside ? x + ((image * D.in + id) * H.in + ih) * W.in * C : padding;
        r.pixel[k] = inside ? C : 0;
      }
      r.y = y + at * W.out * C;
      for_each_chunk([&](int64_t slot, int64_t channel, int64_t width) {
        table[dot8]->chunk(r, channel, width,
                           static_cast<const int8_t*>(packed) + slot * chunk_bytes, start + slot,
                           scale + slot);
      });
    }
  });
}

}  // namespace tealight::kernels
#endif
