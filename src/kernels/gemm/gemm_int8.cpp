#include "kernels/gemm/gemm_int8.h"

#include <algorithm>
#include <cstring>

#include "core/base.h"
#include "core/parallel.h"
#ifndef TL_ISA  // the first time through
namespace tealight::kernels {
struct Int8Problem {
  int64_t M, N, pairs;
  const int32_t* a;
  int64_t lda;
  const int32_t* b;
  int32_t* sums;   // either this
  uint8_t* bytes;  // or this with `requantize`
  int64_t ldc;
  const Requantize* requantize;
};

struct Int8Routines {
  int rows, columns;
  void (*block)(const Int8Problem&, int64_t m0, int64_t m1, int64_t panel);
  void (*requantize)(int64_t, const int32_t*, uint8_t*, const Requantize&, int64_t);
};
}  // namespace tealight::kernels
#endif

#define TL_THIS_FILE "kernels/gemm/gemm_int8.cpp"
#include "kernels/simd/foreach_isa.h"

#include "kernels/gemm/tile-inl.h"

namespace tealight::TL_ISA {

// One row of sums to bytes.
inline void requantize_row(int64_t n, const int32_t* sums, uint8_t* out,
                           const kernels::Requantize& r, int64_t column) {
  constexpr int64_t lanes = int64_t(i32v::lanes);
  for (int64_t i = 0; i < n; i += lanes) {
    const int64_t valid = n - i < lanes ? n - i : lanes, at = column + i;
    int32_t sum[lanes] = {};
    float bias[lanes] = {}, scale[lanes] = {};
    for (int64_t j = 0; j < valid; ++j) {
      sum[j] = sums[i + j];
      if (r.bias_i32) sum[j] = int32_t(uint32_t(sum[j]) + uint32_t(r.bias_i32[at + j]));
      if (r.bias_f32) bias[j] = r.bias_f32[at + j];
      scale[j] = r.scale[(at + j) * r.scale_step];
    }
    const f32v x = (to_f32(i32v::load(sum)) + f32v::load(bias)) * f32v::load(scale);
    const i32v rounded =
        round_to_i32(clamp(x, -1e9f, 1e9f)) + i32v(r.zero_point);  // 1e9: far outside, yet in range
    min(max(rounded, i32v(r.min)), i32v(r.max)).store(sum);
    for (int64_t j = 0; j < valid; ++j) out[i + j] = uint8_t(sum[j]);
  }
}

template <int MR>
void tile_s16(int64_t pairs, const int32_t* a, int64_t lda, const int32_t* b, int32_t* sums) {
  constexpr int NV = kTileVectors, lanes = int(i32v::lanes);
  i32v sum[MR][NV];
#pragma GCC unroll 8
  for (int row = 0; row < MR; ++row)
#pragma GCC unroll 4
    for (int v = 0; v < NV; ++v) sum[row][v] = i32v(0);
  for (int64_t k = 0; k < pairs; ++k) {
    i32v x[NV];
#pragma GCC unroll 4
    for (int v = 0; v < NV; ++v) x[v] = i32v::load(b + v * lanes);
#pragma GCC unroll 8
    for (int row = 0; row < MR; ++row) {
      const i32v w(a[row * lda + k]);
#pragma GCC unroll 4
      for (int v = 0; v < NV; ++v) sum[row][v] = dot2(sum[row][v], w, x[v]);
    }
    b += kTileColumns;
  }
#pragma GCC unroll 8
  for (int row = 0; row < MR; ++row)
#pragma GCC unroll 4
    for (int v = 0; v < NV; ++v) sum[row][v].store(sums + row * kTileColumns + v * lanes);
}

using TileS16 = void (*)(int64_t, const int32_t*, int64_t, const int32_t*, int32_t*);
inline constexpr TileS16 tiles_s16[9] = {nullptr,
                                         tile_s16<1>,
                                         tile_s16<2>,
                                         tile_s16<3>,
                                         tile_s16<4>,
                                         tile_s16 < kTileRows<5 ? 4 : 5>,
                                         tile_s16 < kTileRows<6 ? 4 : 6>,
                                         tile_s16 < kTileRows<7 ? 4 : 7>,
                                         tile_s16 < kTileRows<8 ? 4 : 8>};

inline void block_s16(const kernels::Int8Problem& p, int64_t m0, int64_t m1, int64_t panel) {
  const int64_t n = panel * kTileColumns, columns = p.N - n < kTileColumns ? p.N - n : kTileColumns;
  int32_t sums[kTileRows * kTileColumns];
  for (int64_t m = m0; m < m1; m += kTileRows) {
    const int64_t rows = m1 - m < kTileRows ? m1 - m : kTileRows;
    tiles_s16[rows](p.pairs, p.a + m * p.lda, p.lda, p.b + panel * p.pairs * kTileColumns, sums);
    for (int64_t row = 0; row < rows; ++row) {
      const int32_t* line = sums + row * kTileColumns;
      const int64_t at = (m + row) * p.ldc + n;
      if (p.bytes) {
        requantize_row(columns, line, p.bytes + at, *p.requantize, n);
      } else {
        std::memcpy(p.sums + at, line, size_t(columns) * sizeof(int32_t));
      }
    }
  }
}

inline constexpr kernels::Int8Routines int8_routines{kTileRows, kTileColumns, block_s16,
                                                     requantize_row};

}  // namespace tealight::TL_ISA

#if TL_ONCE
namespace tealight::kernels {
namespace {

constexpr Int8Routines table[] = TL_PER_ISA(int8_routines);
const Int8Routines& routines() { return table[current_isa()]; }

uint32_t pair_of(int32_t low, int32_t high) {
  return (uint32_t(low) & 0xFFFFu) | (uint32_t(high) << 16);
}

template <class T>
void widen_rows(int64_t M, int64_t K, const T* a, int64_t lda, int32_t zero_point, int32_t* out) {
  const int64_t width = pairs(K), grain = std::max<int64_t>(1, 65536 / std::max<int64_t>(1, K));
  parallel_for(0, M, grain, [&](int64_t m, int64_t end) {
    for (; m < end; ++m) {
      const T* x = a + m * lda;
      int32_t* y = out + m * width;
      for (int64_t i = 0; i < K / 2; ++i)
        y[i] = int32_t(pair_of(x[2 * i] - zero_point, x[2 * i + 1] - zero_point));
      if (K % 2) y[K / 2] = int32_t(pair_of(x[K - 1] - zero_point, 0));
    }
  });
}

void run(int64_t M, int64_t N, int64_t K, const int32_t* a, int64_t lda, const void* packed_b,
         int32_t* sums, uint8_t* bytes, int64_t ldc, const Requantize* requantize) {
  if (M <= 0 || N <= 0) return;
  const Int8Problem p{M,    N,     pairs(K), a,         lda, static_cast<const int32_t*>(packed_b),
                      sums, bytes, ldc,      requantize};
  const Int8Routines& isa = routines();
  const int64_t rows = 16 * isa.rows, row_blocks = ceil_div(M, rows),
                panels = ceil_div(N, isa.columns);
  const double work = double(std::min(M, rows)) * double(isa.columns) * double(K + 1);
  const int64_t grain = int64_t(std::clamp(65536 / work, 1., 1e9));
  parallel_for(0, row_blocks * panels, grain, [&](int64_t task, int64_t end) {
    for (; task < end; ++task) {
      const int64_t m = task / panels * rows;
      isa.block(p, m, std::min(m + rows, M), task % panels);
    }
  });
}

}  // namespace

size_t packed_b_s8_bytes(int64_t K, int64_t N) {
  return size_t(round_up(N, routines().columns) * pairs(K)) * 4;
}

void pack_b_s8(int64_t K, int64_t N, const int8_t* b, int64_t ldb, bool transposed,
               const int32_t* zero_points, int64_t zero_point_step, void* packed) {
  const int64_t step = routines().columns, row = transposed ? 1 : ldb,
                column = transposed ? ldb : 1;
  int32_t* out = static_cast<int32_t*>(packed);
  std::fill_n(out, packed_b_s8_bytes(K, N) / 4, 0);
  for (int64_t n = 0; n < N; ++n) {
    const int32_t zero = zero_points ? zero_points[n * zero_point_step] : 0;
    int32_t* line = out + n / step * pairs(K) * step + n % step;
    for (int64_t k = 0; k < K; k += 2) {
      const int8_t* x = b + k * row + n * column;
      line[k / 2 * step] = int32_t(pair_of(x[0] - zero, k + 1 < K ? x[row] - zero : 0));
    }
  }
}

size_t widened_bytes(int64_t M, int64_t K) { return size_t(M * pairs(K)) * 4; }

void widen_rows_u8(int64_t M, int64_t K, const uint8_t* a, int64_t lda, int32_t zero_point,
                   int32_t* out) {
  widen_rows(M, K, a, lda, zero_point, out);
}
void widen_rows_s8(int64_t M, int64_t K, const int8_t* a, int64_t lda, int32_t zero_point,
                   int32_t* out) {
  widen_rows(M, K, a, lda, zero_point, out);
}

void gemm_s16(int64_t M, int64_t N, int64_t K, const int32_t* a_pairs, int64_t lda,
              const void* packed_b, int32_t* sums, int64_t ldc) {
  run(M, N, K, a_pairs, lda, packed_b, sums, nullptr, ldc, nullptr);
}

void gemm_s16_requantized(int64_t M, int64_t N, int64_t K, const int32_t* a_pairs, int64_t lda,
                          const void* packed_b, uint8_t* out, int64_t ldc,
                          const Requantize& requantize) {
  run(M, N, K, a_pairs, lda, packed_b, nullptr, out, ldc, &requantize);
}

void requantize_rows(int64_t M, int64_t N, const int32_t* sums, int64_t lds, uint8_t* out,
                     int64_t ldc, const Requantize& requantize) {
  const auto row = routines().requantize;
  parallel_for(0, M, std::max<int64_t>(1, 16384 / std::max<int64_t>(1, N)),
               [&](int64_t m, int64_t end) {
                 for (; m < end; ++m) row(N, sums + m * lds, out + m * ldc, requantize, 0);
               });
}

}  // namespace tealight::kernels
#endif
