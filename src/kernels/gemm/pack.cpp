// Rearranging matrices into the order in which the inner loops of gemm.cpp read them.
#include <algorithm>
#include <cstring>

#include "core/base.h"
#include "core/parallel.h"
#include "kernels/gemm/block.h"
#include "kernels/simd/transpose.h"

namespace tealight::kernels {
namespace {

// One panel: `width` lines of K numbers become [K][step], lines as columns, zeros behind them.
// Line i, number k is at x[i * line + k * next].
void pack_panel(int64_t K, int64_t width, int64_t step, const float* x, int64_t line, int64_t next,
                float* out) {
  if (line == 1 && width == step) {
    for (int64_t k = 0; k < K; ++k)
      std::memcpy(out + k * step, x + k * next, size_t(step) * sizeof(float));
    return;
  }
  if (width < step) std::fill_n(out, K * step, 0.f);
  if (next == 1) return transpose_scaled(width, K, x, line, 1.f, out, step);
  constexpr int64_t kTogether = 8;  // keeps the written lines in cache while the read ones run
  for (int64_t k0 = 0; k0 < K; k0 += kTogether) {
    const int64_t k1 = std::min(K, k0 + kTogether);
    for (int64_t i = 0; i < width; ++i)
      for (int64_t k = k0; k < k1; ++k) out[k * step + i] = x[i * line + k * next];
  }
}

void pack_panels(int64_t K, int64_t lines, int64_t step, const float* x, int64_t line, int64_t next,
                 float* out) {
  const int64_t grain = std::max<int64_t>(1, 65536 / std::max<int64_t>(1, K * step));
  parallel_for(0, ceil_div(lines, step), grain, [&](int64_t p, int64_t end) {
    for (; p < end; ++p)
      pack_panel(K, std::min(step, lines - p * step), step, x + p * step * line, line, next,
                 out + p * K * step);
  });
}

}  // namespace

size_t packed_b_f32_bytes(int64_t K, int64_t N) {
  return size_t(round_up(N, gemm_tile_columns()) * K) * sizeof(float);
}

void pack_b_f32(int64_t K, int64_t N, const float* b, int64_t ldb, bool transposed, float* packed) {
  pack_panels(K, N, gemm_tile_columns(), b, transposed ? ldb : 1, transposed ? 1 : ldb, packed);
}

size_t packed_a_f32_bytes(int64_t M, int64_t K) { return size_t(M * K) * sizeof(float); }

void pack_a_f32(int64_t M, int64_t K, const float* a, int64_t lda, bool transposed, float* packed) {
  if (M == 0) return;
  const RowTiles tiles(M, gemm_tile_rows());
  const int64_t line = transposed ? 1 : lda, next = transposed ? lda : 1;
  parallel_for(0, tiles.count, std::max<int64_t>(1, 8192 / std::max<int64_t>(1, K)),
               [&](int64_t t, int64_t end) {
                 for (; t < end; ++t) {
                   const int64_t m = tiles.start(t), rows = tiles.start(t + 1) - m;
                   pack_panel(K, rows, rows, a + m * line, line, next, packed + m * K);
                 }
               });
}

}  // namespace tealight::kernels
