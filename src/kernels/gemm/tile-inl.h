// The inner loop of every float product: a tile of MR rows and NV vectors of C kept in registers
// while k runs. Also what follows the sum: bias, residual, clamp, and the ragged right edge.
#include "kernels/simd/simd.h"
#if defined(TL_GEMM_TILE_INL) == defined(TL_ISA_TOGGLE)
#ifdef TL_GEMM_TILE_INL
#undef TL_GEMM_TILE_INL
#else
#define TL_GEMM_TILE_INL
#endif

namespace tealight::TL_ISA {

// Tile sizes: as many sums as the registers hold beside NV vectors of B and one of A.
#if defined(__aarch64__)
inline constexpr int kTileRows = 8, kTileVectors = 2;  // 16 of 32 registers
#else
inline constexpr int kTileRows = f32v::lanes == 16  ? 8
                                 : f32v::lanes == 8 ? 6
                                                    : 4;  // 24 of 32, 12 of 16, 8 of 16
inline constexpr int kTileVectors = f32v::lanes == 16 ? 3 : 2;
#endif
inline constexpr int kTileColumns = kTileVectors * int(f32v::lanes);

// Where a tile goes and what is still to be done to it. Pointers are to its first element.
struct TileEnd {
  float* c;
  int64_t ldc;
  int columns;            // valid ones, 1 ... kTileColumns
  bool load_c;            // sums of earlier k, or the caller's C, are to be added
  const float* residual;  // added with the first k, since C may be the same memory
  int64_t residual_stride;
  bool last;  // k is complete: the rest of this struct applies
  const float *bias_n, *bias_m;
  float min, max;
};

// One vector of sums, the first `valid` lanes of it, through everything that may follow.
TL_INLINE f32v finish(f32v x, const TileEnd& end, int row, int at, size_t valid) {
  if (end.load_c) x += f32v::load_partial(end.c + row * end.ldc + at, valid);
  if (end.residual) x += f32v::load_partial(end.residual + row * end.residual_stride + at, valid);
  if (!end.last) return x;
  if (end.bias_n) x += f32v::load_partial(end.bias_n + at, valid);
  if (end.bias_m) x += f32v(end.bias_m[row]);
  return clamp(x, end.min, end.max);
}

// Rows of sums, `step` floats apart, to where they belong: the general end of a tile, kept out of
// the unrolled ones.
inline void finish_rows(int rows, int step, const float* sums, const TileEnd& end) {
  constexpr int lanes = int(f32v::lanes);
  for (int row = 0; row < rows; ++row)
    for (int at = 0; at < end.columns; at += lanes) {
      const size_t valid = size_t(end.columns - at < lanes ? end.columns - at : lanes);
      finish(f32v::load(sums + row * step + at), end, row, at, valid)
          .store_partial(end.c + row * end.ldc + at, valid);
    }
}

// MR rows by NV vectors. a(row, k) is at a[row * row_step + k * k_step], of which one step is 1;
// b(k, column) at b[k * ldb + column].
template <int MR, int NV, bool ColumnsOfA>
void tile(int64_t K, const float* a, int64_t lda, const float* b, int64_t ldb, const TileEnd& end) {
  constexpr int lanes = int(f32v::lanes);
  const int64_t row_step = ColumnsOfA ? 1 : lda, k_step = ColumnsOfA ? lda : 1;
  f32v sum[MR][NV];
#pragma GCC unroll 8
  for (int row = 0; row < MR; ++row)
#pragma GCC unroll 4
    for (int v = 0; v < NV; ++v) sum[row][v] = f32v(0.f);
  for (int64_t k = 0; k < K; ++k) {
    f32v x[NV];
#pragma GCC unroll 4
    for (int v = 0; v < NV; ++v) x[v] = f32v::load(b + v * lanes);
#pragma GCC unroll 8
    for (int row = 0; row < MR; ++row) {
      const f32v w(a[row * row_step]);
#pragma GCC unroll 4
      for (int v = 0; v < NV; ++v) sum[row][v] = fma(w, x[v], sum[row][v]);
    }
    a += k_step;
    b += ldb;
  }
  if (end.columns < NV * lanes || end.bias_n || end.residual) {
    float sums[MR * NV * lanes];
#pragma GCC unroll 8
    for (int row = 0; row < MR; ++row)
#pragma GCC unroll 4
      for (int v = 0; v < NV; ++v) sum[row][v].store(sums + (row * NV + v) * lanes);
    return finish_rows(MR, NV * lanes, sums, end);
  }
  const f32v least(end.last ? end.min : -HUGE_VALF), most(end.last ? end.max : HUGE_VALF);
  const float* bias = end.last ? end.bias_m : nullptr;
#pragma GCC unroll 8
  for (int row = 0; row < MR; ++row) {
    const f32v shift(bias ? bias[row] : 0.f);
    float* c = end.c + row * end.ldc;
#pragma GCC unroll 4
    for (int v = 0; v < NV; ++v) {
      f32v y = sum[row][v];
      if (end.load_c) y += f32v::load(c + v * lanes);
      clamp(y + shift, least, most).store(c + v * lanes);
    }
  }
}

// tiles<NV, C>[rows]; what no tile is as high as stays null.
using TileFn = void (*)(int64_t, const float*, int64_t, const float*, int64_t, const TileEnd&);
template <int MR, int NV, bool C>
constexpr TileFn tile_if_used() {
  if constexpr (MR <= kTileRows && NV <= kTileVectors) return tile<MR, NV, C>;
  return nullptr;
}
template <int NV, bool C>
inline constexpr TileFn tiles[] = {nullptr,
                                   tile_if_used<1, NV, C>(),
                                   tile_if_used<2, NV, C>(),
                                   tile_if_used<3, NV, C>(),
                                   tile_if_used<4, NV, C>(),
                                   tile_if_used<5, NV, C>(),
                                   tile_if_used<6, NV, C>(),
                                   tile_if_used<7, NV, C>(),
                                   tile_if_used<8, NV, C>()};

// The tile for so many rows and columns; narrow ones waste no vectors on the ragged edge.
template <bool C>
TL_INLINE TileFn tile_for(int rows, int columns) {
  constexpr int lanes = int(f32v::lanes);
  if (columns <= lanes) return tiles<1, C>[rows];
  if (columns <= 2 * lanes) return tiles<2, C>[rows];
  return tiles<3, C>[rows];
}

}  // namespace tealight::TL_ISA
#endif
