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

struct GemmRoutines {
  int tile_rows, tile_columns;
  // Rows [m0, m1) of panels [p0, p1); m0 is a multiple of tile_rows.
  void (*block)(const GemmProblem&, int64_t m0, int64_t m1, int64_t p0, int64_t p1);
  // columns [n0, n1) of rows [0, M), B (N, K) given row by row; for few M
  void (*rows_of_b)(const GemmProblem&, int64_t n0, int64_t n1);
};
const GemmRoutines& gemm_routines();

/// Runs a problem on the thread pool.
void run_gemm(const GemmProblem& problem);

}  // namespace tealight::kernels
