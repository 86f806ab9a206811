// A linear layer's description and the routines of one instruction set, between the two halves of
// linear.cpp.
#pragma once
#include "kernels/gemm/panels.h"
#include "kernels/linear/linear.h"

namespace tealight::kernels {

// Rows and numbers of K whose part of x stays in the second cache (1 MiB) beside a panel.
inline constexpr int64_t kLinearRows = 240, kLinearK = 1024;

struct LinearProblem {
  int64_t M, N, K;
  const float* x;
  int64_t ldx;
  const float* packed;
  float* y;
  int64_t ldy;
  LinearEpilogue end;
};

struct LinearRoutines {
  int64_t lanes, panel_vectors, tile_rows;
  void (*row)(const LinearProblem&, int64_t panel0, int64_t panel1);
  void (*block)(const LinearProblem&, int64_t m0, int64_t m1, int64_t panel0, int64_t panel1);
};

}  // namespace tealight::kernels
