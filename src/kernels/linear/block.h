// A linear layer's description and the routines of one instruction set, between the two halves of
// linear.cpp.
#pragma once
#include "kernels/gemm/panels.h"
#include "kernels/linear/linear.h"

namespace tealight::kernels {

// Tiles of rows that one panel of weights passes before the next: all of a picture's or sentence's,
// so that weights come from memory once.
inline constexpr int64_t kLinearTiles = 32;

struct LinearProblem {
  int64_t M, N, K;
  const float* x;
  int64_t ldx;
  const float* packed;
  float* y;
  int64_t ldy;
  LinearEpilogue end;
  Reading reading;
};

struct LinearRoutines {
  int64_t lanes, panel_vectors, tile_rows;
  void (*row)(const LinearProblem&, int64_t panel0, int64_t panel1);
  void (*block)(const LinearProblem&, int64_t m0, int64_t m1, int64_t panel0, int64_t panel1);
};

}  // namespace tealight::kernels
