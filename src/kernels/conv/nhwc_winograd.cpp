// 3x3 convolution with fewer multiplications (Winograd; Lavin and Gray 2016): tiles of the input
// are transformed, multiplied with transformed weights number by number - a matrix product over
// channels for each of the tile's 16 or 36 places - and transformed back.
//
//   V = B' d B   (input tile d)      U = G g G'   (weights, when packed)      y = A' (sum U V) A
//
// A block of tiles is transformed at once, few enough that V stays in the second cache; then panel
// by panel of output channels: the products, and the way back with bias, residual and activation.
#include "kernels/conv/nhwc_winograd.h"

#include <algorithm>

#include "core/parallel.h"
#include "kernels/conv/nhwc_methods.h"
#define TL_THIS_FILE "kernels/conv/nhwc_winograd.cpp"
#include "kernels/simd/foreach_isa.h"

#include "kernels/gemm/tile_nhwc-inl.h"

namespace tealight::TL_ISA {
namespace {

constexpr int64_t kMostTiles = 16 * kPixelRows;  // in a block

// B' times a column, for outputs of 2 and of 4.
TL_INLINE void transform_input(const f32v (&d)[4], f32v (&v)[4]) {
  v[0] = d[0] - d[2];
  v[1] = d[1] + d[2];
  v[2] = d[2] - d[1];
  v[3] = d[1] - d[3];
}
TL_INLINE void transform_input(const f32v (&d)[6], f32v (&v)[6]) {
  const f32v two(2.f), four(4.f), five(5.f);
  const f32v even = fnma(four, d[2], d[4]), odd = fnma(four, d[1], d[3]);
  const f32v even2 = d[4] - d[2], odd2 = two * (d[3] - d[1]);
  v[0] = fma(four, d[0], fnma(five, d[2], d[4]));
  v[1] = even + odd;
  v[2] = even - odd;
  v[3] = even2 + odd2;
  v[4] = even2 - odd2;
  v[5] = fma(four, d[1], fnma(five, d[3], d[5]));
}
// A' times a column.
TL_INLINE void transform_output(const f32v (&m)[4], f32v (&y)[2]) {
  const f32v sum = m[1] + m[2], difference = m[1] - m[2];
  y[0] = m[0] + sum;
  y[1] = difference - m[3];
}
TL_INLINE void transform_output(const f32v (&m)[6], f32v (&y)[4]) {
  const f32v two(2.f), four(4.f), eight(8.f);
  const f32v sum1 = m[1] + m[2], difference1 = m[1] - m[2];
  const f32v sum2 = m[3] + m[4], difference2 = m[3] - m[4];
  y[0] = m[0] + (sum1 + sum2);
  y[1] = fma(two, difference2, difference1);
  y[2] = fma(four, sum2, sum1);
  y[3] = fma(eight, difference2, difference1 + m[5]);
}

// G times a column.
TL_INLINE void transform_weight(const f32v (&g)[3], f32v (&u)[4]) {
  const f32v half(0.5f), ends = half * (g[0] + g[2]), middle = half * g[1];
  u[0] = g[0];
  u[1] = ends + middle;
  u[2] = ends - middle;
  u[3] = g[2];
}
TL_INLINE void transform_weight(const f32v (&g)[3], f32v (&u)[6]) {
  const f32v ends = f32v(-1.f / 6) * (g[0] + g[2]), middle = f32v(1.f / 6) * g[1];
  const f32v outer = fma(f32v(1.f / 24), g[0], f32v(1.f / 6) * g[2]), inner = f32v(1.f / 12) * g[1];
  u[0] = f32v(0.25f) * g[0];
  u[1] = ends - middle;
  u[2] = ends + middle;
  u[3] = outer + inner;
  u[4] = outer - inner;
  u[5] = g[2];
}

// G g G' of a panel: nine taps of `part` numbers each to (Size + 2)^2 parts.
template <int Size>
void transform_weights(const float* taps, int64_t part, float* to) {
  constexpr int T = Size + 2;
  for (int64_t i = 0; i < part; i += int64_t(f32v::lanes)) {
    f32v columns[3][T];
#pragma GCC unroll 3
    for (int w = 0; w < 3; ++w) {
      const f32v g[3] = {f32v::load(taps + w * part + i), f32v::load(taps + (3 + w) * part + i),
                         f32v::load(taps + (6 + w) * part + i)};
      transform_weight(g, columns[w]);
    }
#pragma GCC unroll 6
    for (int h = 0; h < T; ++h) {
      const f32v g[3] = {columns[0][h], columns[1][h], columns[2][h]};
      f32v u[T];
      transform_weight(g, u);
#pragma GCC unroll 6
      for (int w = 0; w < T; ++w) u[w].store(to + (h * T + w) * part + i);
    }
  }
}

// Place of a tile in its picture.
struct TilePlace {
  int64_t image, h, w;  // of its first output
  TilePlace(const kernels::Winograd& g, int64_t tile) {
    const int64_t row = tile / g.columns;
    w = (tile - row * g.columns) * g.size;
    image = row / g.rows;
    h = (row - image * g.rows) * g.size;
  }
};

template <int Size>
void transform_input_tile(const kernels::Winograd& g, const float* x, const float* zeros,
                          int64_t tile, float* v) {
  constexpr int T = Size + 2, lanes = int(f32v::lanes);
  const auto& [D, H, W] = g.shape.dim;
  const TilePlace place(g, tile);
  const float* pixels[T][T];
  for (int i = 0; i < T; ++i)
    for (int j = 0; j < T; ++j) {
      const int64_t ih = place.h - H.pad + i, iw = place.w - W.pad + j;
      const bool inside = ih >= 0 && ih < H.in && iw >= 0 && iw < W.in;
      pixels[i][j] = inside ? x + ((place.image * H.in + ih) * W.in + iw) * g.x_stride : zeros;
    }
  const int64_t step = g.input_step();
  for (int64_t c = 0; c < g.channels; c += lanes) {
    const size_t valid = size_t(g.shape.in_channels - c);
    f32v columns[T][T];  // [column][transformed row]
#pragma GCC unroll 6
    for (int j = 0; j < T; ++j) {
      f32v d[T];
#pragma GCC unroll 6
      for (int i = 0; i < T; ++i)
        d[i] = valid >= size_t(lanes) ? f32v::load(pixels[i][j] + c)
                                      : f32v::load_partial(pixels[i][j] + c, valid);
      transform_input(d, columns[j]);
    }
#pragma GCC unroll 6
    for (int i = 0; i < T; ++i) {
      f32v d[T], out[T];
#pragma GCC unroll 6
      for (int j = 0; j < T; ++j) d[j] = columns[j][i];
      transform_input(d, out);
#pragma GCC unroll 6
      for (int j = 0; j < T; ++j) out[j].store(v + (i * T + j) * step + c);
    }
  }
}

// One vector of channels of a tile's outputs, from its transformed sums `step` floats apart.
template <int Size>
TL_INLINE void transform_output_vector(const float* m, int64_t step, f32v start,
                                       f32v (&y)[Size][Size]) {
  constexpr int T = Size + 2;
  f32v columns[T][Size];
#pragma GCC unroll 6
  for (int j = 0; j < T; ++j) {
    f32v d[T];
#pragma GCC unroll 6
    for (int i = 0; i < T; ++i) d[i] = f32v::load(m + (i * T + j) * step);
    transform_output(d, columns[j]);
  }
#pragma GCC unroll 4
  for (int i = 0; i < Size; ++i) {
    f32v d[T];
#pragma GCC unroll 6
    for (int j = 0; j < T; ++j) d[j] = columns[j][i];
    transform_output(d, y[i]);
#pragma GCC unroll 4
    for (int j = 0; j < Size; ++j) y[i][j] += start;
  }
}

template <int Size>
void transform_output_tile(const kernels::Winograd& g, const float* m, int64_t width, int64_t tile,
                           int64_t column, const kernels::NhwcEpilogue& e, float* y) {
  constexpr int lanes = int(f32v::lanes);
  using Kind = kernels::Activation::Kind;
  const auto& [D, H, W] = g.shape.dim;
  const TilePlace place(g, tile);
  const int64_t first = (place.image * H.out + place.h) * W.out + place.w;
  const int64_t down = H.out - place.h, across = W.out - place.w;
  const bool plain = e.activation.kind <= Kind::clamp;
  const bool clamps = e.activation.kind == Kind::clamp;
  const f32v least(clamps ? e.activation.a : -HUGE_VALF), most(clamps ? e.activation.b : HUGE_VALF);
  for (int64_t c = 0; c < width && column + c < g.shape.out_channels; c += lanes) {
    const int64_t left = g.shape.out_channels - column - c;
    const size_t valid = size_t(left < lanes ? left : lanes);
    const f32v start = e.bias ? f32v::load_partial(e.bias + column + c, valid) : f32v(0.f);
    f32v out[Size][Size];
    transform_output_vector<Size>(m + c, g.output_step(width), start, out);
#pragma GCC unroll 4
    for (int i = 0; i < Size; ++i) {
#pragma GCC unroll 4
      for (int j = 0; j < Size; ++j) {
        if (i >= down || j >= across) continue;
        const int64_t pixel = first + i * W.out + j;
        f32v z = out[i][j];
        if (e.residual)
          z += f32v::load_partial(e.residual + pixel * e.residual_stride + column + c, valid);
        z = clamp(z, least, most);
        float* to = y + pixel * g.y_stride + column + c;
        if (valid == size_t(lanes))
          z.store(to);
        else
          z.store_partial(to, valid);
      }
    }
  }
  if (plain) return;
  const int64_t used =
      g.shape.out_channels - column < width ? g.shape.out_channels - column : width;
  for (int64_t i = 0; i < Size && i < down; ++i)
    activate_rows(across < Size ? across : Size, used,
                  y + (first + i * W.out) * g.y_stride + column, g.y_stride, e.activation);
}

// Item (block of tiles, part of the panels).
template <int Size>
void run_item(const kernels::Winograd& g, int64_t item, const float* x, const float* packed,
              const kernels::NhwcEpilogue& e, float* y, float* scratch) {
  const int64_t part = item % g.panel_parts, block = item / g.panel_parts;
  const int64_t first = g.tiles * block / g.blocks, n = g.tiles * (block + 1) / g.blocks - first;
  const int64_t K = g.shape.in_channels;
  float *v = scratch, *m = scratch + g.input_floats();
  for (int64_t i = 0; i < n; ++i)
    transform_input_tile<Size>(g, x, packed + g.weights_floats(), first + i, v + i * g.channels);
  const int64_t p1 = g.panels.count * (part + 1) / g.panel_parts;
  for (int64_t p = g.panels.count * part / g.panel_parts; p < p1; ++p) {
    const int64_t column = g.panels.column(p), width = g.panels.width(p);
    const kernels::ColumnPanels panel(width, g.panels.lanes, kPixelVectors);
    const float* u = packed + column * g.parts * K;
    for (int64_t k = 0; k < g.parts; ++k, u += K * width) {
      const float* rows[kMostTiles];
      for (int64_t i = 0; i < n; ++i) rows[i] = v + k * g.input_step() + i * g.channels;
      PixelTile t{rows, 0, 1, K, u, m + k * g.output_step(width), width, 0, false, true, {}};
      if (p + 1 < g.panels.count || k + 1 < g.parts) t.ahead = u + K * width;
      pixel_panel(panel, 0, n, t);
    }
    for (int64_t i = 0; i < n; ++i)
      transform_output_tile<Size>(g, m + i * width, width, first + i, column, e, y);
  }
}

constexpr kernels::Winograd::Tile kTile{int64_t(f32v::lanes), kPixelRows, kPixelVectors,
                                        kMostTiles};

}  // namespace

inline constexpr kernels::WinogradRoutines winograd_2{kTile, run_item<2>, transform_weights<2>},
    winograd_4{kTile, run_item<4>, transform_weights<4>};

}  // namespace tealight::TL_ISA

#if TL_ONCE
namespace tealight::kernels {
namespace {

constexpr WinogradRoutines routines_2[] = TL_PER_ISA(winograd_2);
constexpr WinogradRoutines routines_4[] = TL_PER_ISA(winograd_4);
const WinogradRoutines& routines_of(const NhwcConvPlan& plan) {
  return (plan.method == NhwcMethod::winograd_2 ? routines_2 : routines_4)[current_isa()];
}

constexpr int64_t kInputBytes = 640 << 10;  // of transformed input: most of a second cache

}  // namespace

Winograd::Winograd(const NhwcConvPlan& plan, const Tile& tile)
    : shape(plan.shape),
      x_stride(plan.x_stride),
      y_stride(plan.y_stride),
      size(plan.method == NhwcMethod::winograd_2 ? 2 : 4),
      parts((size + 2) * (size + 2)),
      rows(ceil_div(shape.dim[1].out, size)),
      columns(ceil_div(shape.dim[2].out, size)),
      tiles(shape.batch * rows * columns),
      panels(shape.out_channels, tile.lanes, tile.vectors),
      channels(round_up(shape.in_channels, tile.lanes)),
      widest(tile.vectors * tile.lanes) {
  const int64_t fitting = kInputBytes / (parts * std::max<int64_t>(channels, 1) * 4);
  const int64_t most = std::clamp(fitting / tile.rows * tile.rows, tile.rows, tile.most_tiles);
  blocks = ceil_div(tiles, most);
  block = blocks ? ceil_div(tiles, blocks) : 0;
  panel_parts = std::clamp<int64_t>(
      plan.threads > 1 ? ceil_div(2 * plan.threads, std::max<int64_t>(1, blocks)) : 1, 1,
      std::max<int64_t>(1, panels.count));
}

void plan_winograd(NhwcConvPlan& plan) {
  const Winograd g(plan, routines_of(plan).tile);
  plan.weights_bytes = size_t(g.weights_floats() + g.channels) * sizeof(float);
  plan.scratch_bytes = size_t(g.slice_floats() * plan.threads) * sizeof(float);
}

void pack_winograd(const NhwcConvPlan& plan, const ConvWeights& weights, float* packed) {
  const WinogradRoutines& isa = routines_of(plan);
  const Winograd g(plan, isa.tile);
  const int64_t inputs = g.shape.in_channels;
  std::fill_n(packed, g.weights_floats() + g.channels, 0.f);  // behind the weights: padding
  parallel_for(0, g.panels.count, 1, [&](int64_t p, int64_t end) {
    for (; p < end; ++p) {
      const int64_t column = g.panels.column(p), width = g.panels.width(p), part = inputs * width;
      float* to = packed + column * g.parts * inputs;
      // The nine taps lie where the last nine parts will be, and are read before those are written.
      float* taps = to + (g.parts - 9) * part;
      pack_taps(weights.from(column, 0), 3, 3, inputs, g.panels.used(p), width, inputs, taps);
      isa.weights(taps, part, to);
    }
  });
}

void run_winograd(const NhwcConvPlan& plan, const float* x, const float* packed,
                  const NhwcEpilogue& epilogue, float* y, float* scratch) {
  const WinogradRoutines& isa = routines_of(plan);
  const Winograd g(plan, isa.tile);
  for_each_item(g.items(), g.work(), plan.threads, [&](int64_t item, int64_t slice) {
    isa.item(g, item, x, packed, epilogue, y, scratch + slice * g.slice_floats());
  });
}

}  // namespace tealight::kernels
#endif
