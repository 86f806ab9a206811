#include "kernels/pool/pool_nhwc.h"

#include <algorithm>
#include <cstring>

#include "core/parallel.h"
#define TL_THIS_FILE "kernels/pool/pool_nhwc.cpp"
#include "kernels/simd/foreach_isa.h"

namespace tealight::TL_ISA {
namespace {

using Taps = kernels::PoolTaps;

TL_INLINE f32v load_some(const float* p, int64_t n) {
  return n >= int64_t(f32v::lanes) ? f32v::load(p) : f32v::load_partial(p, size_t(n));
}
TL_INLINE void store_some(f32v v, float* p, int64_t n) {
  if (n >= int64_t(f32v::lanes))
    v.store(p);
  else
    v.store_partial(p, size_t(n));
}

// Vectors vectors of channels, of which the last may be partial. Max or sum / divisor.
template <bool Max, int Vectors>
TL_INLINE void pool_channels(const Taps& t, const float* x, int64_t n, float divisor, float* y) {
  constexpr int64_t lanes = int64_t(f32v::lanes);
  f32v result[Vectors];
#pragma GCC unroll 4
  for (int v = 0; v < Vectors; ++v) result[v] = f32v(Max ? -HUGE_VALF : 0.f);
  for (int64_t row = 0; row < t.rows; ++row) {
    const float* at = x + row * t.row_step;
    for (int64_t column = 0; column < t.columns; ++column, at += t.column_step)
#pragma GCC unroll 4
      for (int v = 0; v < Vectors; ++v) {
        const f32v in = Vectors == 1 ? load_some(at, n) : f32v::load(at + v * lanes);
        result[v] = Max ? max(result[v], in) : result[v] + in;
      }
  }
#pragma GCC unroll 4
  for (int v = 0; v < Vectors; ++v) {
    if (!Max) result[v] = result[v] / f32v(divisor);
    if (Vectors == 1)
      store_some(result[v], y, n);
    else
      result[v].store(y + v * lanes);
  }
}

template <bool Max>
void pool_pixel(const Taps& t, const float* x, int64_t channels, float divisor, float* y) {
  constexpr int64_t lanes = int64_t(f32v::lanes);
  int64_t c = 0;
  for (; c + 4 * lanes <= channels; c += 4 * lanes)
    pool_channels<Max, 4>(t, x + c, 4 * lanes, divisor, y + c);
  for (; c < channels; c += lanes) {
    // the last vector begins earlier rather than be partial
    if (c + lanes > channels && channels >= lanes) c = channels - lanes;
    pool_channels<Max, 1>(t, x + c, channels - c, divisor, y + c);
  }
}

// The place of the maximum beside it. first: the place in the plane of the window's first element;
// the other two: how many places apart rows and columns are.
void max_pixel_with_index(const Taps& t, const float* x, int64_t channels, int32_t first,
                          int32_t row_places, int32_t column_places, float* y, int64_t* indices) {
  constexpr int64_t lanes = int64_t(f32v::lanes);
  for (int64_t c = 0; c < channels; c += lanes) {
    const int64_t n = channels - c;
    f32v best(-HUGE_VALF);
    i32v place(first);
    for (int64_t row = 0; row < t.rows; ++row)
      for (int64_t column = 0; column < t.columns; ++column) {
        const f32v in = load_some(x + row * t.row_step + column * t.column_step + c, n);
        const m32v better = (best < in) | is_nan(in);
        best = select(better, in, best);
        const int32_t here = first + int32_t(row) * row_places + int32_t(column) * column_places;
        place = select(better, i32v(here), place);
      }
    store_some(best, y + c, n);
    int32_t places[lanes];
    place.store(places);
    for (int64_t i = 0; i < std::min(n, lanes); ++i) indices[c + i] = places[i];
  }
}

}  // namespace
inline constexpr auto max_pixel_of_isa = pool_pixel<true>;
inline constexpr auto avg_pixel_of_isa = pool_pixel<false>;
inline constexpr auto max_pixel_with_index_of_isa = max_pixel_with_index;
}  // namespace tealight::TL_ISA

#if TL_ONCE
namespace tealight::kernels {
namespace {

using PixelFn = void (*)(const PoolTaps&, const float*, int64_t, float, float*);
using IndexFn = void (*)(const PoolTaps&, const float*, int64_t, int32_t, int32_t, int32_t, float*,
                         int64_t*);
constexpr PixelFn max_pixel[] = TL_PER_ISA(max_pixel_of_isa);
constexpr PixelFn avg_pixel[] = TL_PER_ISA(avg_pixel_of_isa);
constexpr IndexFn max_pixel_index[] = TL_PER_ISA(max_pixel_with_index_of_isa);

// An output pixel: where it is, what it pools.
struct Pixel {
  const PoolWindow &row, &column;
  PoolTaps taps;
  int64_t in, out;  // its window's and its own first float
};

// f(pixel, first channel, channels) for all outputs. Channels are only cut where pixels are few.
template <class F>
void for_each_pixel(const PoolNhwc& p, F f) {
  const int64_t H = int64_t(p.rows.size()), W = int64_t(p.columns.size()), C = p.channels;
  if (p.out_pixels() == 0 || C == 0) return;
  const int64_t block = p.out_pixels() < 32 ? 64 : C, blocks = ceil_div(C, block);
  const double taps = double(p.in_height * p.in_width) / double(H * W) + p.rows[0].count;
  const int64_t grain = grain_of({.flops = double(block) * taps * 4, .bytes = double(block) * 8});
  parallel_for(0, p.out_pixels() * blocks, grain, [&](int64_t i, int64_t end) {
    for (; i < end; ++i) {
      const int64_t pixel = i / blocks, c = i % blocks * block;
      const int64_t n = pixel / (H * W), h = pixel / W % H, w = pixel % W;
      const PoolWindow &row = p.rows[size_t(h)], &column = p.columns[size_t(w)];
      const int64_t in = (n * p.in_height + row.first) * p.in_width + column.first;
      f(Pixel{row,
              column,
              {row.count, column.count, row.step * p.in_width * C, column.step * C},
              in * C + c,
              pixel * C + c},
        std::min(block, C - c));
    }
  });
}

}  // namespace

std::vector<PoolWindow> pool_windows(const WindowDim& d, bool count_include_pad) {
  std::vector<PoolWindow> windows;
  for (int64_t o = 0; o < d.out; ++o) {
    const int64_t start = o * d.stride - d.pad, step = d.dilation;
    const int64_t before = start < 0 ? ceil_div(-start, step) : 0;  // taps on the padding
    const int64_t inside = start >= d.in ? 0 : ceil_div(d.in - start, step);
    const int64_t count = std::max<int64_t>(std::min(d.kernel, inside) - before, 0);
    const int64_t padded = std::min(start + d.kernel, d.in + d.pad) - start;
    windows.push_back({int32_t(start + before * step), int32_t(count), int32_t(step),
                       int32_t(count_include_pad ? padded : count)});
  }
  return windows;
}

std::vector<PoolWindow> adaptive_pool_windows(const WindowDim& d) {
  std::vector<PoolWindow> windows;
  for (int64_t o = 0; o < d.out; ++o) {
    const int64_t from = o * d.in / d.out, to = ceil_div((o + 1) * d.in, d.out);
    windows.push_back({int32_t(from), int32_t(to - from), 1, int32_t(to - from)});
  }
  return windows;
}

void max_pool_nhwc(const PoolNhwc& p, const float* x, float* y, int64_t* indices) {
  const unsigned isa = current_isa();
  for_each_pixel(p, [&](const Pixel& at, int64_t channels) {
    if (!indices) return max_pixel[isa](at.taps, x + at.in, channels, 0, y + at.out);
    max_pixel_index[isa](
        at.taps, x + at.in, channels, int32_t(at.row.first * p.in_width + at.column.first),
        int32_t(at.row.step * p.in_width), at.column.step, y + at.out, indices + at.out);
  });
}

namespace {

// 16 bytes: what every processor has.
typedef uint8_t Bytes __attribute__((vector_size(16)));
constexpr int64_t kBytes = sizeof(Bytes);

// Channels of one output pixel; `flip` makes signed bytes compare as unsigned ones.
void max_bytes(const PoolTaps& t, const uint8_t* x, int64_t channels, uint8_t flip, uint8_t* y) {
  const auto at = [&](int64_t row, int64_t column) {
    return x + row * t.row_step + column * t.column_step;
  };
  if (channels < kBytes) {
    for (int64_t c = 0; c < channels; ++c) {
      uint8_t most = 0;
      for (int64_t row = 0; row < t.rows; ++row)
        for (int64_t column = 0; column < t.columns; ++column)
          most = std::max(most, uint8_t(at(row, column)[c] ^ flip));
      y[c] = most ^ flip;
    }
    return;
  }
  for (int64_t i = 0; i < channels; i += kBytes) {
    const int64_t c = std::min(i, channels - kBytes);
    Bytes most{};
    for (int64_t row = 0; row < t.rows; ++row)
      for (int64_t column = 0; column < t.columns; ++column) {
        Bytes v;
        std::memcpy(&v, at(row, column) + c, kBytes);
        v ^= flip;
        most = v > most ? v : most;
      }
    most ^= flip;
    std::memcpy(y + c, &most, kBytes);
  }
}

}  // namespace

void max_pool_nhwc_8bit(const PoolNhwc& p, bool is_signed, const uint8_t* x, uint8_t* y) {
  for_each_pixel(p, [&](const Pixel& at, int64_t channels) {
    max_bytes(at.taps, x + at.in, channels, is_signed ? 0x80 : 0, y + at.out);
  });
}

void avg_pool_nhwc(const PoolNhwc& p, int64_t divisor, const float* x, float* y) {
  const auto pixel = avg_pixel[current_isa()];
  for_each_pixel(p, [&](const Pixel& at, int64_t channels) {
    const int64_t by = divisor ? divisor : at.row.divisor_part * at.column.divisor_part;
    // of nothing: 0, as PyTorch
    const float count = at.taps.rows > 0 && at.taps.columns > 0 ? float(by) : 1.f;
    pixel(at.taps, x + at.in, channels, count, y + at.out);
  });
}

}  // namespace tealight::kernels
#endif
