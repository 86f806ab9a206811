// Between gemm.cpp and the convolutions: a product's description and the routines of one
// instruction set.
#pragma once
#include "kernels/gemm/gemm.h"

namespace tealight::kernels {

struct GemmProblem {
  int64_t M, N, K;
  const float* a;
  int64_t lda;
  ALayout a_layout;
  const float* b;  // panel p is at b + p * panel_stride, its row k ldb further each
  int64_t panel_stride, ldb;
  const float*
      tail_panel;  // packed [K][NR], in place of the last panel, if N is ragged and b is not packed
  float* c;
  int64_t ldc;
  GemmEpilogue epilogue;
};

/// Rows of C in as few tiles of at most `most` rows as there must be, of equal height but for one:
/// a last one of two rows would keep the processor waiting. Tile i has rows [start(i), start(i +
/// 1)).
struct RowTiles {
  int64_t rows, count;
  RowTiles(int64_t rows_, int64_t most) : rows(rows_), count((rows_ + most - 1) / most) {}
  int64_t start(int64_t i) const { return rows * i / count; }
};

/// Tiles of rows whose part of A stays in the second cache.
inline constexpr int64_t kBlockTiles = 16;

struct GemmRoutines {
  int tile_rows, tile_columns;
  // Row tiles [t0, t1) of panels [p0, p1)
  void (*block)(const GemmProblem&, int64_t t0, int64_t t1, int64_t p0, int64_t p1);
  // columns [n0, n1) of rows [0, M), B (N, K) given row by row; for few M
  void (*rows_of_b)(const GemmProblem&, int64_t n0, int64_t n1);
};
const GemmRoutines& gemm_routines();

/// Runs a problem on the thread pool.
void run_gemm(const GemmProblem& problem);

}  // namespace tealight::kernels
