// Products of unsigned by signed bytes with exact 32-bit sums on a processor's 8-bit dot products
// (core/cpu.h: Dot8), and the results brought to bytes or floats in registers.
//
// A row of A is `taps` runs of `run` bytes that lie anywhere: a matrix has one run a row, a
// convolution on channels-last bytes one for each row of its window. What is read behind a run
// (up to 3 bytes) meets weights of zero.
#pragma once
#include <cstddef>
#include <cstdint>

#include "core/base.h"
#include "kernels/gemm/dot8_vectors.h"

namespace tealight::kernels {

/// Columns of B come by so many.
int64_t dot8_lanes(unsigned dot8);
/// What the kind's instruction takes from each byte of A: 128 where it multiplies signed ones only.
int32_t dot8_offset(unsigned dot8);

/// B as [columns / lanes][taps][ceil(run / 4)][lanes][4], then the columns' sums.
struct Dot8Weights {
  unsigned dot8;
  int64_t columns, taps, run;

  int64_t padded_columns() const { return round_up(columns, dot8_lanes(dot8)); }
  int64_t quads() const { return taps * ceil_div(run, 4); }
  size_t bytes() const { return size_t(padded_columns() * (quads() + 1)) * 4; }
  void pack(FunctionRef<int8_t(int64_t tap, int64_t k, int64_t column)> weight, void* packed) const;
  const int32_t* sums(const void* packed) const {
    return static_cast<const int32_t*>(packed) + padded_columns() * quads();
  }
};

struct Dot8Problem {
  const Dot8Weights* weights;
  const void* packed;
  // Rows are numbered through size[0] x size[1] x size[2]... of outputs: row (n, d, h, w) begins at
  // a + n * step[0] + ..., its runs at the offsets `tap` from there.
  const uint8_t* a;
  int64_t rows;
  int64_t size[3];  // of d, h and w
  int64_t step[4];  // of n, d, h and w
  const int64_t* tap;
  // padded_columns() of each; bytes: bias holds the zero points' share, reals: bias is 0 without
  const int32_t* start;  // first value of the sums
  const float* scale;
  const float* bias;  // of reals
  ByteRange range;
  uint8_t* bytes;    // either this
  float* reals;      // or this
  bool relu;         // of reals
  int64_t out_step;  // from row to row
};

/// Rows [first, last) of a problem with vectors of columns [first_vector, last_vector), in the
/// caller's thread.
void dot8_block(const Dot8Problem&, int64_t first, int64_t last, int64_t first_vector,
                int64_t last_vector);

/// All of them, in parallel.
void dot8_gemm(const Dot8Problem&);

}  // namespace tealight::kernels
