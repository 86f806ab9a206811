// The inner loop of products over pixels: a tile of MR rows (pixels, their channels side by side)
// by NV vectors of output channels, kept in registers while K runs. Rows of A are given by
// pointers, so that one loop serves matrices, strided convolutions and k x k windows with padding;
// the weights are packed by kernels/gemm/panels.h.
#include "kernels/activation-inl.h"
#include "kernels/gemm/panels.h"
#include "kernels/simd/simd.h"
#if defined(TL_TILE_NHWC_INL) == defined(TL_ISA_TOGGLE)
#ifdef TL_TILE_NHWC_INL
#undef TL_TILE_NHWC_INL
#else
#define TL_TILE_NHWC_INL
#endif

namespace tealight::TL_ISA {

// As many sums as the registers hold beside NV vectors of B and one of A, and no more rows than
// there are ways in a first cache: rows a multiple of 4 KiB apart share its sets.
#if defined(__aarch64__)
inline constexpr int kPixelRows = 8, kPixelVectors = 2;  // 16 of 32 registers
#else
inline constexpr int kPixelRows = f32v::lanes == 16  ? 8
                                  : f32v::lanes == 8 ? 6
                                                     : 4;  // 24 of 32, 12 of 16, 8 of 16
inline constexpr int kPixelVectors = f32v::lanes == 16 ? 3 : 2;
#endif

inline kernels::ColumnPanels pixel_panels(int64_t columns) {
  return {columns, int64_t(f32v::lanes), kPixelVectors};
}

// What follows the sum: y = activation(sum + bias + residual). Pointers are to the tile's first
// element.
struct PixelTail {
  const float* bias = nullptr;
  const float* residual = nullptr;
  int64_t residual_stride = 0;  // floats between pixels
  kernels::Activation activation;
};

struct PixelTile {
  // Row i of chunk j (a tap, or a block of channels) is k floats at rows[j * row_pointers + i].
  const float* const* rows;
  int64_t row_pointers, chunks, k;
  const float* b;  // [chunks][k][NV * lanes]
  float* c;
  int64_t ldc;    // floats between pixels
  int64_t last;   // lanes of the last vector that belong to C
  bool add_to_c;  // C holds the sums of earlier chunks, bias among them
  bool finish;    // no chunks follow: residual and activation are due
  PixelTail tail;
  const int32_t* chunk = nullptr;  // which of b's chunks chunk j meets, if not the jth
  // Where rows are equally far apart: row i of chunk j is at x + i * x_step + j * chunk_step.
  const float* x = nullptr;
  int64_t x_step = 0, chunk_step = 0;
  // Weights that come next and may have to come from far: all tiles of a panel together ask for as
  // many of them as a panel has, ahead_step bytes with each k.
  const float* ahead = nullptr;
  int64_t ahead_step = 0;
};

// The last vector of a ragged row is loaded and stored in part.
template <int NV>
TL_INLINE f32v load_of_row(const float* p, int v, int64_t last) {
  constexpr int lanes = int(f32v::lanes);
  if (v + 1 == NV && last < lanes) return f32v::load_partial(p + v * lanes, size_t(last));
  return f32v::load(p + v * lanes);
}
template <int NV>
TL_INLINE void store_of_row(f32v x, float* p, int v, int64_t last) {
  constexpr int lanes = int(f32v::lanes);
  if (v + 1 == NV && last < lanes) return x.store_partial(p + v * lanes, size_t(last));
  x.store(p + v * lanes);
}

// How a tile finds its rows of A.
template <int MR>
struct RowsByPointer {
  const float* a[MR];
  TL_INLINE void start(const PixelTile& t, int64_t chunk) {
#pragma GCC unroll 8
    for (int row = 0; row < MR; ++row) a[row] = t.rows[chunk * t.row_pointers + row];
  }
  TL_INLINE float at(int row, int64_t k) const { return a[row][k]; }
};
// There are not enough registers for pointers to more than 8 rows: then two share one.
template <int MR>
struct RowsByStep {
  static constexpr int kShare = MR > 8 ? 2 : 1;
  const float* a[(MR + kShare - 1) / kShare];
  int64_t step;
  TL_INLINE void start(const PixelTile& t, int64_t chunk) {
    step = t.x_step;
#pragma GCC unroll 8
    for (int i = 0; i < (MR + kShare - 1) / kShare; ++i)
      a[i] = t.x + chunk * t.chunk_step + kShare * i * step;
  }
  TL_INLINE float at(int row, int64_t k) const {
    return a[row / kShare][row % kShare ? k + step : k];
  }
};

template <int MR, int NV, template <int> class Rows>
void pixel_tile(const PixelTile& t) {
  constexpr int lanes = int(f32v::lanes);
  f32v sum[MR][NV];
  if (t.add_to_c) {
#pragma GCC unroll 16
    for (int row = 0; row < MR; ++row)
#pragma GCC unroll 4
      for (int v = 0; v < NV; ++v) sum[row][v] = load_of_row<NV>(t.c + row * t.ldc, v, t.last);
  } else {
#pragma GCC unroll 4
    for (int v = 0; v < NV; ++v) {
      const f32v start = t.tail.bias ? load_of_row<NV>(t.tail.bias, v, t.last) : f32v(0.f);
#pragma GCC unroll 16
      for (int row = 0; row < MR; ++row) sum[row][v] = start;
    }
  }
  const float* b = t.b;
  const char* ahead = reinterpret_cast<const char*>(t.ahead ? t.ahead : b);
  for (int64_t chunk = 0; chunk < t.chunks; ++chunk) {
    Rows<MR> a;
    a.start(t, chunk);
    const int64_t k_end = t.k;
    if (t.chunk) b = t.b + t.chunk[chunk] * k_end * (NV * lanes);
    for (int64_t k = 0; k < k_end; ++k, b += NV * lanes) {
      f32v x[NV];
#pragma GCC unroll 4
      for (int v = 0; v < NV; ++v) x[v] = f32v::load(b + v * lanes);
#pragma GCC unroll 4
      for (int line = 0; line < NV * lanes; line += 16) __builtin_prefetch(ahead + 4 * line, 0, 2);
      ahead += t.ahead_step;
#pragma GCC unroll 16
      for (int row = 0; row < MR; ++row) {
        const f32v w(a.at(row, k));
#pragma GCC unroll 4
        for (int v = 0; v < NV; ++v) sum[row][v] = fma(w, x[v], sum[row][v]);
      }
    }
  }
  if (t.finish && t.tail.residual) {
#pragma GCC unroll 16
    for (int row = 0; row < MR; ++row)
#pragma GCC unroll 4
      for (int v = 0; v < NV; ++v)
        sum[row][v] += load_of_row<NV>(t.tail.residual + row * t.tail.residual_stride, v, t.last);
  }
  const kernels::Activation& activation = t.tail.activation;
  if (t.finish && activation.kind == kernels::Activation::Kind::clamp) {
    const f32v least(activation.a), most(activation.b);
#pragma GCC unroll 16
    for (int row = 0; row < MR; ++row)
#pragma GCC unroll 4
      for (int v = 0; v < NV; ++v) sum[row][v] = clamp(sum[row][v], least, most);
  }
#pragma GCC unroll 16
  for (int row = 0; row < MR; ++row)
#pragma GCC unroll 4
    for (int v = 0; v < NV; ++v) store_of_row<NV>(sum[row][v], t.c + row * t.ldc, v, t.last);
  if (t.finish && activation.kind > kernels::Activation::Kind::clamp)
    activate_rows(MR, (NV - 1) * lanes + t.last, t.c, t.ldc, activation);
}

// pixel_tiles<NV>[rows]; what no tile is as high as stays null.
using PixelTileFn = void (*)(const PixelTile&);
template <int MR, int NV>
constexpr PixelTileFn pixel_tile_if_used() {
  if constexpr (MR <= kPixelRows && NV <= kPixelVectors) return pixel_tile<MR, NV, RowsByPointer>;
  return nullptr;
}
template <int NV>
inline constexpr PixelTileFn pixel_tiles[] = {nullptr,
                                              pixel_tile_if_used<1, NV>(),
                                              pixel_tile_if_used<2, NV>(),
                                              pixel_tile_if_used<3, NV>(),
                                              pixel_tile_if_used<4, NV>(),
                                              pixel_tile_if_used<5, NV>(),
                                              pixel_tile_if_used<6, NV>(),
                                              pixel_tile_if_used<7, NV>(),
                                              pixel_tile_if_used<8, NV>()};
// The same of rows by step, which may be higher where they are narrow.
template <int NV>
inline constexpr int kStepRows = NV == 1                        ? 2 * kPixelRows
                                 : NV == 2 && f32v::lanes == 16 ? 12
                                                                : kPixelRows;
template <int MR, int NV>
constexpr PixelTileFn step_tile_if_used() {
  if constexpr (MR <= kStepRows<NV> && NV <= kPixelVectors) return pixel_tile<MR, NV, RowsByStep>;
  return nullptr;
}
template <int NV>
inline constexpr PixelTileFn step_tiles[] = {nullptr,
                                             step_tile_if_used<1, NV>(),
                                             step_tile_if_used<2, NV>(),
                                             step_tile_if_used<3, NV>(),
                                             step_tile_if_used<4, NV>(),
                                             step_tile_if_used<5, NV>(),
                                             step_tile_if_used<6, NV>(),
                                             step_tile_if_used<7, NV>(),
                                             step_tile_if_used<8, NV>(),
                                             step_tile_if_used<9, NV>(),
                                             step_tile_if_used<10, NV>(),
                                             step_tile_if_used<11, NV>(),
                                             step_tile_if_used<12, NV>(),
                                             step_tile_if_used<13, NV>(),
                                             step_tile_if_used<14, NV>(),
                                             step_tile_if_used<15, NV>(),
                                             step_tile_if_used<16, NV>()};
// The tile functions of a panel's width, by their rows.
inline const PixelTileFn* pixel_tiles_for(int64_t vectors) {
  return vectors == 1 ? pixel_tiles<1> : vectors == 2 ? pixel_tiles<2> : pixel_tiles<3>;
}

// t's pointers moved to a panel's first column.
inline void to_panel(const kernels::ColumnPanels& panels, int64_t panel, PixelTile& t) {
  const int64_t column = panels.column(panel), width = panels.width(panel);
  const int64_t used = panels.columns - column < width ? panels.columns - column : width;
  t.last = used - (width - panels.lanes);
  t.c += column;
  if (t.tail.bias) t.tail.bias += column;
  if (t.tail.residual) t.tail.residual += column;
}
inline void to_next_pixels(int64_t pixels, PixelTile& t) {
  if (t.ahead) t.ahead += t.chunks * t.k * t.ahead_step / int64_t(sizeof(float));
  t.c += pixels * t.ldc;
  if (t.tail.residual) t.tail.residual += pixels * t.tail.residual_stride;
}

inline int64_t ahead_step(const PixelTile& t, int64_t width, int64_t tiles) {
  return t.ahead ? (width * int64_t(sizeof(float)) + tiles - 1) / tiles : 0;
}

// Columns [panel] of `pixels` rows of a product, in this thread. `rows` holds the tiles' pointers
// one after the other, [chunks][rows of the tile] each, the tiles being those of RowTiles(pixels,
// kPixelRows). t holds what is common to all tiles; its pointers are to pixel 0, column 0.
inline void pixel_panel(const kernels::ColumnPanels& panels, int64_t panel, int64_t pixels,
                        PixelTile t) {
  const int64_t count = (pixels + kPixelRows - 1) / kPixelRows;
  t.b += panels.column(panel) * t.chunks * t.k;
  to_panel(panels, panel, t);
  const int64_t width = panels.width(panel);
  t.ahead_step = ahead_step(t, width, count);
  const PixelTileFn* tiles = pixel_tiles_for(width / panels.lanes);
  for (int64_t i = 0, pixel = 0; i < count; ++i) {
    const int64_t end = pixels * (i + 1) / count, rows = end - pixel;
    t.row_pointers = rows;
    tiles[rows](t);
    t.rows += t.chunks * rows;
    to_next_pixels(rows, t);
    pixel = end;
  }
}

// A tile with chunks of its own.
struct PixelRows {
  int64_t pixels, chunks;
  const float* const* rows;  // [chunks][pixels]
  const int32_t* chunk;
};
// The same for tiles that follow each other in C and may leave out chunks of b, which has
// rows_of_b rows.
inline void pixel_panel(const kernels::ColumnPanels& panels, int64_t panel, int64_t rows_of_b,
                        const PixelRows* rows, int64_t count, PixelTile t) {
  t.b += panels.column(panel) * rows_of_b;
  to_panel(panels, panel, t);
  const int64_t width = panels.width(panel);
  t.ahead_step = ahead_step(t, width, count);
  const PixelTileFn* tiles = pixel_tiles_for(width / panels.lanes);
  for (int64_t i = 0; i < count; ++i) {
    t.rows = rows[i].rows, t.row_pointers = rows[i].pixels;
    t.chunks = rows[i].chunks, t.chunk = rows[i].chunk;
    tiles[rows[i].pixels](t);
    to_next_pixels(rows[i].pixels, t);
  }
}

// Tiles of a matrix's rows, lda floats apart. Tile heights are equal but for one.
constexpr int64_t kMatrixTiles = 16;
template <int64_t Tiles>
struct RowsInTiles {
  const float* pointers[Tiles * kPixelRows];
  PixelRows tiles[Tiles];
  int64_t count;
  // rows: at most Tiles * kPixelRows
  RowsInTiles(const float* a, int64_t lda, int64_t rows) : count(0) {
    static constexpr int32_t kFirst = 0;
    const int64_t n = (rows + kPixelRows - 1) / kPixelRows;
    for (int64_t i = 0; i < rows; ++i) pointers[i] = a + i * lda;
    for (int64_t row = 0; count < n; ++count) {
      const int64_t end = rows * (count + 1) / n;
      tiles[count] = {end - row, 1, pointers + row, &kFirst};
      row = end;
    }
  }
};
using MatrixRows = RowsInTiles<kMatrixTiles>;
// The same for `pixels` pixels x_step apart.
template <int NV>
inline void step_panel(int64_t pixels, PixelTile& t) {
  const int64_t count = (pixels + kStepRows<NV> - 1) / kStepRows<NV>;
  t.ahead_step = ahead_step(t, NV * int64_t(f32v::lanes), count);
  for (int64_t i = 0, pixel = 0; i < count; ++i) {
    const int64_t end = pixels * (i + 1) / count, rows = end - pixel;
    step_tiles<NV>[rows](t);
    t.x += rows * t.x_step;
    to_next_pixels(rows, t);
    pixel = end;
  }
}
inline void step_panel(const kernels::ColumnPanels& panels, int64_t panel, int64_t pixels,
                       PixelTile t) {
  t.b += panels.column(panel) * t.chunks * t.k;
  to_panel(panels, panel, t);
  const int64_t vectors = panels.width(panel) / panels.lanes;
  if (vectors == 1) return step_panel<1>(pixels, t);
  if (vectors == 2) return step_panel<2>(pixels, t);
  if constexpr (kPixelVectors > 2) step_panel<3>(pixels, t);
}

// C (pixels, N) = tail(A (pixels, K) x B), in this thread: a 1x1 convolution over `pixels` pixels,
// those of A lda floats apart. Meant for blocks of pixels that stay in the second cache.
inline void pixel_product(int64_t pixels, int64_t K, int64_t N, const float* a, int64_t lda,
                          const float* packed, float* c, int64_t ldc, const PixelTail& tail) {
  constexpr int64_t kBlock = 16 * kPixelRows;
  const kernels::ColumnPanels panels = pixel_panels(N);
  PixelTile t{nullptr, 0, 1, K, packed, c, ldc, 0, false, true, tail, nullptr, a, lda, 0};
  while (pixels > 0) {
    const int64_t n = pixels < kBlock ? pixels : kBlock;
    for (int64_t panel = 0; panel < panels.count; ++panel) step_panel(panels, panel, n, t);
    pixels -= n;
    t.x += n * lda;
    to_next_pixels(n, t);
  }
}

}  // namespace tealight::TL_ISA
#endif
