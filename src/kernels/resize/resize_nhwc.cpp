#include "kernels/resize/resize_nhwc.h"

#include "core/parallel.h"
#define TL_THIS_FILE "kernels/resize/resize_nhwc.cpp"
#include "kernels/simd/foreach_isa.h"

namespace tealight::TL_ISA {
namespace {

using kernels::ResizeTaps;

// Rows (at most 4) and columns of one output pixel, as PyTorch sums them: along the rows, then
// those of each row.
struct Taps {
  const float* row[4];
  const float* row_weights;
  const int32_t* places;
  const float* weights;
};

template <int Rows, int Columns>
TL_INLINE f32v sum_taps(const Taps& t, int64_t channels, int64_t c, int64_t n) {
  f32v total(0.f);
#pragma GCC unroll 4
  for (int r = 0; r < Rows; ++r) {
    f32v sum(0.f);
#pragma GCC unroll 4
    for (int k = 0; k < Columns; ++k) {
      const float* from = t.row[r] + t.places[k] * channels + c;
      const f32v in =
          n >= int64_t(f32v::lanes) ? f32v::load(from) : f32v::load_partial(from, size_t(n));
      sum = k ? fma(in, f32v(t.weights[k]), sum) : in * f32v(t.weights[k]);
    }
    total = r ? fma(sum, f32v(t.row_weights[r]), total) : sum * f32v(t.row_weights[r]);
  }
  return total;
}

template <int Rows, int Columns>
void resize_row(const ResizeTaps& columns, Taps t, int64_t channels, float* y) {
  constexpr int64_t lanes = int64_t(f32v::lanes);
  for (int64_t w = 0; w < columns.out; ++w, y += channels) {
    t.places = columns.places.data() + w * Columns;
    t.weights = columns.weights.data() + w * Columns;
    int64_t c = 0;
    for (; c + lanes <= channels; c += lanes)
      sum_taps<Rows, Columns>(t, channels, c, lanes).store(y + c);
    if (c < channels) {
      // the last vector begins earlier rather than be partial
      if (channels >= lanes)
        sum_taps<Rows, Columns>(t, channels, channels - lanes, lanes).store(y + channels - lanes);
      else
        sum_taps<Rows, Columns>(t, channels, c, channels - c)
            .store_partial(y + c, size_t(channels - c));
    }
  }
}

// One output row of linear (2 taps) or cubic (4) interpolation. x: the picture.
void interpolate_row(const ResizeTaps& rows, const ResizeTaps& columns, int64_t channels, int64_t h,
                     const float* x, float* y) {
  Taps t{};
  t.row_weights = rows.weights.data() + h * rows.count;
  for (int64_t r = 0; r < rows.count; ++r)
    t.row[r] = x + rows.places[size_t(h * rows.count + r)] * columns.in * channels;
  if (rows.count == 2)
    resize_row<2, 2>(columns, t, channels, y);
  else
    resize_row<4, 4>(columns, t, channels, y);
}

// One output row of nearest neighbours.
void pick_row(const ResizeTaps& columns, int64_t channels, const float* row, float* y) {
  constexpr int64_t lanes = int64_t(f32v::lanes);
  for (int64_t w = 0; w < columns.out; ++w, y += channels) {
    const float* from = row + columns.places[size_t(w)] * channels;
    if (channels < lanes) {
      f32v::load_partial(from, size_t(channels)).store_partial(y, size_t(channels));
      continue;
    }
    for (int64_t c = 0; c + lanes <= channels; c += lanes) f32v::load(from + c).store(y + c);
    f32v::load(from + channels - lanes).store(y + channels - lanes);
  }
}

}  // namespace
inline constexpr auto interpolate_row_of_isa = interpolate_row;
inline constexpr auto pick_row_of_isa = pick_row;
}  // namespace tealight::TL_ISA

#if TL_ONCE
namespace tealight::kernels {
namespace {

using RowFn = void (*)(const ResizeTaps&, const ResizeTaps&, int64_t, int64_t, const float*,
                       float*);
using PickFn = void (*)(const ResizeTaps&, int64_t, const float*, float*);
constexpr RowFn interpolate_row[] = TL_PER_ISA(interpolate_row_of_isa);
constexpr PickFn pick_row[] = TL_PER_ISA(pick_row_of_isa);

}  // namespace

void resize_nhwc(int64_t batch, int64_t channels, const ResizeTaps& rows, const ResizeTaps& columns,
                 const float* x, float* y) {
  const int64_t in_row = columns.in * channels, out_row = columns.out * channels;
  const unsigned isa = current_isa();
  const double taps = double(rows.count * columns.count);
  const int64_t grain =
      grain_of({.flops = double(out_row) * 2 * taps, .bytes = double(out_row) * 8});
  parallel_for(0, batch * rows.out, grain, [&](int64_t i, int64_t end) {
    for (; i < end; ++i) {
      const int64_t h = i % rows.out;
      const float* picture = x + i / rows.out * rows.in * in_row;
      float* to = y + i * out_row;
      if (rows.count == 1) {
        pick_row[isa](columns, channels, picture + rows.places[size_t(h)] * in_row, to);
      } else {
        interpolate_row[isa](rows, columns, channels, h, picture, to);
      }
    }
  });
}

}  // namespace tealight::kernels
#endif
