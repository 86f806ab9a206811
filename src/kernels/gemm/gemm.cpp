#include "kernels/gemm/gemm.h"

#include <algorithm>

#include "core/base.h"
#include "core/parallel.h"
#include "kernels/gemm/block.h"
#define TL_THIS_FILE "kernels/gemm/gemm.cpp"
#include "kernels/simd/foreach_isa.h"

#include "kernels/activation-inl.h"
#include "kernels/gemm/tile-inl.h"

namespace tealight::TL_ISA {

// k runs in blocks: a panel of B (kc x NR) then stays in the first cache for all rows.
constexpr int64_t kMostK = 320;

inline TileEnd tile_end(const kernels::GemmProblem& p, int64_t m, int64_t n, bool first,
                        bool last) {
  const kernels::GemmEpilogue& e = p.epilogue;
  const bool clamps = e.activation.kind == ActivationKind::clamp;
  return {.c = p.c + m * p.ldc + n,
          .ldc = p.ldc,
          .columns = int(p.N - n < kTileColumns ? p.N - n : kTileColumns),
          .load_c = !first || e.accumulate,
          .residual = first && e.residual ? e.residual + m * e.residual_stride + n : nullptr,
          .residual_stride = e.residual_stride,
          .last = last,
          .bias_n = e.bias_n ? e.bias_n + n : nullptr,
          .bias_m = e.bias_m ? e.bias_m + m : nullptr,
          .min = clamps ? e.activation.a : e.min,
          .max = clamps ? e.activation.b : e.max};
}

// The tile was just stored and so is in the first cache.
inline void activate_tile(const kernels::GemmProblem& p, int rows, const TileEnd& end) {
  const ActivationKind kind = p.epilogue.activation.kind;
  if (end.last && kind != ActivationKind::none && kind != ActivationKind::clamp)
    activate_rows(rows, end.columns, end.c, end.ldc, p.epilogue.activation);
}

inline void gemm_panel(const kernels::GemmProblem& p, int64_t t0, int64_t t1, int64_t panel,
                       int64_t k0, int64_t k1) {
  const kernels::RowTiles tiles(p.M, kTileRows);
  const int64_t n = panel * kTileColumns;
  const bool tail = p.tail_panel && n + kTileColumns > p.N;
  const int64_t ldb = tail ? kTileColumns : p.ldb;
  const float* b = (tail ? p.tail_panel : p.b + panel * p.panel_stride) + k0 * ldb;
  for (int64_t t = t0; t < t1; ++t) {
    const int64_t m = tiles.start(t);
    const int rows = int(tiles.start(t + 1) - m);
    const TileEnd end = tile_end(p, m, n, k0 == 0, k1 == p.K);
    if (p.a_layout == kernels::ALayout::rows) {
      tile_for<false>(rows, end.columns)(k1 - k0, p.a + m * p.lda + k0, p.lda, b, ldb, end);
    } else if (p.a_layout == kernels::ALayout::columns) {
      tile_for<true>(rows, end.columns)(k1 - k0, p.a + k0 * p.lda + m, p.lda, b, ldb, end);
    } else {
      tile_for<true>(rows, end.columns)(k1 - k0, p.a + m * p.K + k0 * rows, rows, b, ldb, end);
    }
    activate_tile(p, rows, end);
  }
}

inline void gemm_block(const kernels::GemmProblem& p, int64_t t0, int64_t t1, int64_t p0,
                       int64_t p1) {
  const int64_t blocks = p.K <= kMostK ? 1 : (p.K + kMostK - 1) / kMostK;
  const int64_t kc = (p.K + blocks - 1) / blocks;
  int64_t k0 = 0;
  do {
    const int64_t k1 = k0 + kc < p.K ? k0 + kc : p.K;
    for (int64_t panel = p0; panel < p1; ++panel) gemm_panel(p, t0, t1, panel, k0, k1);
    k0 = k1;
  } while (k0 < p.K);
}

// Dot products of R rows of A with rows n ... of B, both read along k.
template <int R>
inline void dots(const kernels::GemmProblem& p, int64_t m, int64_t n) {
  constexpr int64_t lanes = int64_t(f32v::lanes);
  const float* b = p.b + n * p.ldb;
  f32v sum[R][2];
  for (auto& s : sum) s[0] = s[1] = f32v(0.f);
  int64_t k = 0;
  for (; k + 2 * lanes <= p.K; k += 2 * lanes)
#pragma GCC unroll 2
    for (int half = 0; half < 2; ++half) {
      const f32v y = f32v::load(b + k + half * lanes);
#pragma GCC unroll 4
      for (int r = 0; r < R; ++r)
        sum[r][half] = fma(f32v::load(p.a + (m + r) * p.lda + k + half * lanes), y, sum[r][half]);
    }
  for (; k < p.K; k += lanes)
    for (int r = 0; r < R; ++r)
      sum[r][0] = fma(f32v::load_partial(p.a + (m + r) * p.lda + k, size_t(p.K - k)),
                      f32v::load_partial(b + k, size_t(p.K - k)), sum[r][0]);
  for (int r = 0; r < R; ++r) {
    TileEnd end = tile_end(p, m + r, n, true, true);
    end.columns = 1;
    const f32v total = finish(f32v(hsum(sum[r][0] + sum[r][1])), end, 0, 0, 1);
    total.store_partial(end.c, 1);
    activate_tile(p, 1, end);
  }
}

inline void gemm_rows_of_b(const kernels::GemmProblem& p, int64_t n0, int64_t n1) {
  for (int64_t n = n0; n < n1; ++n) {
    int64_t m = 0;
    for (; m + 4 <= p.M; m += 4) dots<4>(p, m, n);
    if (p.M - m == 3) dots<3>(p, m, n);
    if (p.M - m == 2) dots<2>(p, m, n);
    if (p.M - m == 1) dots<1>(p, m, n);
  }
}

inline constexpr kernels::GemmRoutines gemm_routines_of_isa{kTileRows, kTileColumns, gemm_block,
                                                            gemm_rows_of_b};

}  // namespace tealight::TL_ISA

#if TL_ONCE
namespace tealight::kernels {
namespace {

constexpr GemmRoutines routines[] = TL_PER_ISA(gemm_routines_of_isa);
constexpr double kLeastWork = 32768;  // multiplications worth a thread's waking

int64_t grain_of(double work_of_one) {
  return int64_t(std::clamp(kLeastWork / std::max(work_of_one, 1.), 1., 1e9));
}

}  // namespace

const GemmRoutines& gemm_routines() { return routines[current_isa()]; }
int64_t gemm_tile_rows() { return gemm_routines().tile_rows; }
int64_t gemm_tile_columns() { return gemm_routines().tile_columns; }

void run_gemm(const GemmProblem& p) {
  if (p.M <= 0 || p.N <= 0) return;
  const GemmRoutines& isa = gemm_routines();
  const int64_t tiles = RowTiles(p.M, isa.tile_rows).count;
  const int64_t tile_blocks = ceil_div(tiles, kBlockTiles);
  const int64_t panels = ceil_div(p.N, isa.tile_columns);
  // Few row blocks: cut the columns too, so that every thread gets some.
  const int64_t wanted = std::max<int64_t>(1, 4 * get_num_threads() / tile_blocks);
  const int64_t panels_each = std::clamp<int64_t>(ceil_div(panels, wanted), 1, 64);
  const int64_t panel_blocks = ceil_div(panels, panels_each);
  const double work = double(std::min(p.M, kBlockTiles * isa.tile_rows)) *
                      double(panels_each * isa.tile_columns) * double(p.K + 1);
  parallel_for(0, tile_blocks * panel_blocks, grain_of(work), [&](int64_t task, int64_t end) {
    for (; task < end; ++task) {
      const int64_t t = task % tile_blocks * kBlockTiles, panel = task / tile_blocks * panels_each;
      isa.block(p, t, std::min(t + kBlockTiles, tiles), panel,
                std::min(panel + panels_each, panels));
    }
  });
}

void gemm_f32(int64_t M, int64_t N, int64_t K, const float* a, int64_t lda, ALayout a_layout,
              const float* packed_b, float* c, int64_t ldc, const GemmEpilogue& epilogue) {
  const int64_t columns = gemm_tile_columns();
  run_gemm({M, N, K, a, lda, a_layout, packed_b, K * columns, columns, nullptr, c, ldc, epilogue});
}

size_t gemm_unpacked_scratch_bytes(int64_t K, int64_t N) {
  const int64_t columns = gemm_tile_columns();
  return N % columns ? size_t(K * columns) * sizeof(float) : 0;
}

void gemm_f32_unpacked(int64_t M, int64_t N, int64_t K, const float* a, int64_t lda,
                       ALayout a_layout, const float* b, int64_t ldb, float* c, int64_t ldc,
                       const GemmEpilogue& epilogue, void* scratch) {
  const int64_t columns = gemm_tile_columns(), whole = N / columns * columns;
  float* tail = whole < N ? static_cast<float*>(scratch) : nullptr;
  if (tail) pack_b_f32(K, N - whole, b + whole, ldb, false, tail);
  run_gemm({M, N, K, a, lda, a_layout, b, columns, ldb, tail, c, ldc, epilogue});
}

// For few rows, reading B once as it lies costs less than packing it.
constexpr int64_t kFewRows = 4;

size_t matmul_f32_scratch_bytes(int64_t M, int64_t N, int64_t K, bool b_transposed) {
  if (M <= kFewRows && !b_transposed) return gemm_unpacked_scratch_bytes(K, N);
  return packed_b_f32_bytes(K, N);
}

void matmul_f32(int64_t M, int64_t N, int64_t K, const float* a, int64_t lda, bool a_transposed,
                const float* b, int64_t ldb, bool b_transposed, float* c, int64_t ldc,
                const GemmEpilogue& epilogue, void* scratch) {
  if (M == 1 && lda == 1) a_transposed = false;  // a dense column is a row
  const ALayout layout = a_transposed ? ALayout::columns : ALayout::rows;
  if (M <= kFewRows && !b_transposed)
    return gemm_f32_unpacked(M, N, K, a, lda, layout, b, ldb, c, ldc, epilogue, scratch);
  if (M <= kFewRows && !a_transposed) {
    const GemmProblem p{M, N, K, a, lda, layout, b, 0, ldb, nullptr, c, ldc, epilogue};
    const auto rows_of_b = gemm_routines().rows_of_b;
    return parallel_for(0, N, grain_of(double(M) * double(K)),
                        [&](int64_t n0, int64_t n1) { rows_of_b(p, n0, n1); });
  }
  float* packed = static_cast<float*>(scratch);
  pack_b_f32(K, N, b, ldb, b_transposed, packed);
  gemm_f32(M, N, K, a, lda, layout, packed, c, ldc, epilogue);
}

}  // namespace tealight::kernels
#endif
