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

TL_INLINE f32v finish(f32v x, const TileEnd& end, int row, int vector, bool whole, size_t valid) {
  const int at = vector * int(f32v::lanes);
  auto load = [&](const float* p) { return whole ? f32v::load(p) : f32v::load_partial(p, valid); };
  if (end.load_c) x += load(end.c + row * end.ldc + at);
  if (end.residual) x += load(end.residual + row * end.residual_stride + at);
  if (!end.last) return x;
  if (end.bias_n) x += load(end.bias_n + at);
  if (end.bias_m) x += f32v(end.bias_m[row]);
  return clamp(x, end.min, end.max);
}

// a(row, k) is at a[row * row_step + k * k_step]; one of the steps is 1. b(k, column) is at b[k *
// ldb + column].
template <int MR, bool ColumnsOfA>
void tile(int64_t K, const float* a, int64_t lda, const float* b, int64_t ldb, const TileEnd& end) {
  constexpr int NV = kTileVectors, lanes = int(f32v::lanes);
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
  if (end.columns == kTileColumns) {
#pragma GCC unroll 8
    for (int row = 0; row < MR; ++row)
#pragma GCC unroll 4
      for (int v = 0; v < NV; ++v)
        finish(sum[row][v], end, row, v, true, 0).store(end.c + row * end.ldc + v * lanes);
    return;
  }
#pragma GCC unroll 8
  for (int row = 0; row < MR; ++row)
#pragma GCC unroll 4
    for (int v = 0; v < NV; ++v) {
      if (end.columns <= v * lanes) continue;
      const size_t valid = size_t(end.columns - v * lanes);
      finish(sum[row][v], end, row, v, false, valid)
          .store_partial(end.c + row * end.ldc + v * lanes, valid);
    }
}

using TileFn = void (*)(int64_t, const float*, int64_t, const float*, int64_t, const TileEnd&);
template <bool C>
inline constexpr TileFn tiles[9] = {nullptr,
                                    tile<1, C>,
                                    tile<2, C>,
                                    tile<3, C>,
                                    tile<4, C>,
                                    tile < kTileRows<5 ? 4 : 5, C>,
                                    tile < kTileRows<6 ? 4 : 6, C>,
                                    tile < kTileRows<7 ? 4 : 7, C>,
                                    tile < kTileRows<8 ? 4 : 8, C>};

}  // namespace tealight::TL_ISA
#endif
