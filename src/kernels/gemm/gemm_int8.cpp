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
  void (*widen_u8)(int64_t, const uint8_t*, int32_t, int16_t*);
  void (*widen_s8)(int64_t, const int8_t*, int32_t, int16_t*);
};
}  // namespace tealight::kernels
#endif

#define TL_THIS_FILE "kernels/gemm/gemm_int8.cpp"
#include "kernels/simd/foreach_isa.h"

#include "kernels/gemm/tile-inl.h"

namespace tealight::TL_ISA {

// One vector of sums to integers in range.
TL_INLINE i32v requantize_vector(i32v sum, f32v scale, const kernels::Requantize& r) {
  const f32v x = to_f32(sum) * scale;
  // 1e9 is far outside of any 8-bit range, yet within that of int32
  const i32v rounded = round_to_i32(clamp(x, -1e9f, 1e9f)) + i32v(r.zero_point);
  return min(max(rounded, i32v(r.min)), i32v(r.max));
}

// One row of sums, beginning at column `column`, to bytes.
inline void requantize_row(int64_t n, const int32_t* sums, uint8_t* out,
                           const kernels::Requantize& r, int64_t column) {
  constexpr int64_t lanes = int64_t(i32v::lanes);
  int64_t i = 0;
  for (; i + lanes <= n; i += lanes) {
    const int64_t at = column + i;
    i32v sum = i32v::load(sums + i);
    if (r.bias) sum = sum + i32v::load(r.bias + at);
    const f32v scale = r.scale_step ? f32v::load(r.scale + at) : f32v(r.scale[0]);
    requantize_vector(sum, scale, r).store_low8(out + i);
  }
  for (; i < n; ++i) {
    const int64_t at = column + i;
    int32_t one[lanes] = {};
    one[0] = int32_t(uint32_t(sums[i]) + uint32_t(r.bias ? r.bias[at] : 0));
    requantize_vector(i32v::load(one), f32v(r.scale[at * r.scale_step]), r).store(one);
    out[i] = uint8_t(one[0]);
  }
}

// Bytes less the zero point, in 16 bits.
template <class T>
void widen(int64_t n, const T* x, int32_t zero_point, int16_t* y) {
  constexpr int64_t lanes = int64_t(i32v::lanes);
  int64_t i = 0;
  for (; i + lanes <= n; i += lanes) {
    i32v v;
    if constexpr (sizeof(T) == 1 && T(-1) < T(0)) {
      v = i32v::load_s8(x + i);
    } else {
      v = i32v::load_u8(x + i);
    }
    (v - i32v(zero_point)).store_low16(y + i);
  }
  for (; i < n; ++i) {
    const int16_t v = int16_t(x[i] - zero_point);
    std::memcpy(y + i, &v, sizeof v);  // read again as halves of 32-bit pairs
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

inline constexpr kernels::Int8Routines int8_routines{kTileRows,      kTileColumns,   block_s16,
                                                     requantize_row, widen<uint8_t>, widen<int8_t>};

}  // namespace tealight::TL_ISA

#if TL_ONCE
namespace tealight::kernels {
namespace {

constexpr Int8Routines table[] = TL_PER_ISA(int8_routines);
const Int8Routines& routines() { return table[current_isa()]; }

uint32_t pair_of(int32_t low, int32_t high) {
  return (uint32_t(low) & 0xFFFFu) | (uint32_t(high) << 16);
}

template <class T, class Widen>
void widen_rows(int64_t M, int64_t K, const T* a, int64_t lda, int32_t zero_point, int32_t* out,
                Widen widen) {
  const int64_t width = pairs(K), grain = std::max<int64_t>(1, 65536 / std::max<int64_t>(1, K));
  parallel_for(0, M, grain, [&](int64_t m, int64_t end) {
    for (; m < end; ++m) {
      if (K % 2) out[m * width + K / 2] = 0;
      widen(K, a + m * lda, zero_point, reinterpret_cast<int16_t*>(out + m * width));
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

void pack_b_s8_by(int64_t K, int64_t N, FunctionRef<int32_t(int64_t k, int64_t n)> weight,
                  void* packed) {
  const int64_t step = routines().columns;
  int32_t* out = static_cast<int32_t*>(packed);
  std::fill_n(out, packed_b_s8_bytes(K, N) / 4, 0);
  for (int64_t n = 0; n < N; ++n) {
    int32_t* line = out + n / step * pairs(K) * step + n % step;
    for (int64_t k = 0; k < K; k += 2)
      line[k / 2 * step] = int32_t(pair_of(weight(k, n), k + 1 < K ? weight(k + 1, n) : 0));
  }
}

void pack_b_s8(int64_t K, int64_t N, const int8_t* b, int64_t ldb, bool transposed,
               const int32_t* zero_points, int64_t zero_point_step, void* packed) {
  const int64_t row = transposed ? 1 : ldb, column = transposed ? ldb : 1;
  const auto weight = [&](int64_t k, int64_t n) -> int32_t {
    return b[k * row + n * column] - (zero_points ? zero_points[n * zero_point_step] : 0);
  };
  pack_b_s8_by(K, N, weight, packed);
}

size_t widened_bytes(int64_t M, int64_t K) { return size_t(M * pairs(K)) * 4; }

void widen_rows_u8(int64_t M, int64_t K, const uint8_t* a, int64_t lda, int32_t zero_point,
                   int32_t* out) {
  widen_rows(M, K, a, lda, zero_point, out, routines().widen_u8);
}
void widen_rows_s8(int64_t M, int64_t K, const int8_t* a, int64_t lda, int32_t zero_point,
                   int32_t* out) {
  widen_rows(M, K, a, lda, zero_point, out, routines().widen_s8);
}

void widen_u8(int64_t n, const uint8_t* x, int32_t zero_point, int16_t* y) {
  routines().widen_u8(n, x, zero_point, y);
}

void requantize_u8(int64_t n, const int32_t* sums, uint8_t* out, const Requantize& requantize) {
  routines().requantize(n, sums, out, requantize, 0);
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
