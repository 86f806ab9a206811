#include "kernels/linear/linear.h"

#include <algorithm>

#include "core/base.h"
#include "core/parallel.h"
#include "kernels/linear/block.h"
#include "kernels/simd/transpose.h"
#define TL_THIS_FILE "kernels/linear/linear.cpp"
#include "kernels/simd/foreach_isa.h"

#include "kernels/gemm/tile_nhwc-inl.h"

namespace tealight::TL_ISA {

// Columns [c0, c0 + width) of one row: every weight is read once, so what counts is that enough
// loads are under way. Two numbers of K at a time, each with sums of its own: one starts with the
// bias, one with the residual.
template <int NV>
inline void one_row(int64_t K, const float* x, const float* w, int64_t columns, const float* bias,
                    const float* residual, float* y) {
  const int64_t last = columns - (NV - 1) * int64_t(f32v::lanes);
  constexpr int lanes = int(f32v::lanes);
  f32v sum[2][NV];
#pragma GCC unroll 4
  for (int v = 0; v < NV; ++v) {
    sum[0][v] = bias ? load_of_row<NV>(bias, v, last) : f32v(0.f);
    sum[1][v] = residual ? load_of_row<NV>(residual, v, last) : f32v(0.f);
  }
  int64_t k = 0;
  for (; k + 2 <= K; k += 2, w += 2 * NV * lanes) {
    const f32v x0(x[k]), x1(x[k + 1]);
#pragma GCC unroll 4
    for (int v = 0; v < NV; ++v) sum[0][v] = fma(x0, f32v::load(w + v * lanes), sum[0][v]);
#pragma GCC unroll 4
    for (int v = 0; v < NV; ++v) sum[1][v] = fma(x1, f32v::load(w + (NV + v) * lanes), sum[1][v]);
  }
  if (k < K)
#pragma GCC unroll 4
    for (int v = 0; v < NV; ++v) sum[0][v] = fma(f32v(x[k]), f32v::load(w + v * lanes), sum[0][v]);
#pragma GCC unroll 4
  for (int v = 0; v < NV; ++v) store_of_row<NV>(sum[0][v] + sum[1][v], y, v, last);
}

inline void linear_row(const kernels::LinearProblem& p, int64_t panel0, int64_t panel1) {
  const kernels::ColumnPanels panels = pixel_panels(p.N);
  for (int64_t i = 0; i < panel1 - panel0; ++i) {
    const int64_t panel = p.reading == kernels::Reading::forwards ? panel0 + i : panel1 - 1 - i;
    const int64_t column = panels.column(panel), width = panels.width(panel),
                  columns = p.N - column < width ? p.N - column : width;
    const float *w = p.packed + column * p.K, *bias = p.end.bias ? p.end.bias + column : nullptr,
                *residual = p.end.residual ? p.end.residual + column : nullptr;
    const int64_t vectors = width / panels.lanes;
    (vectors == 1   ? one_row<1>
     : vectors == 2 ? one_row<2>
                    : one_row<3>)(p.K, p.x, w, columns, bias, residual, p.y + column);
  }
  if (p.end.activation.kind == ActivationKind::none) return;
  const int64_t first = panels.column(panel0), end = panels.column(panel1);
  activate_rows(1, (p.N < end ? p.N : end) - first, p.y + first, p.ldy, p.end.activation);
}

// Rows [m0, m1), at most kLinearTiles tiles, of some panels: each panel passes all rows while it is
// in the second cache.
inline void linear_block(const kernels::LinearProblem& p, int64_t m0, int64_t m1, int64_t panel0,
                         int64_t panel1) {
  const kernels::ColumnPanels panels = pixel_panels(p.N);
  const kernels::LinearEpilogue& e = p.end;
  const PixelTail tail{.bias = e.bias,
                       .residual = e.residual ? e.residual + m0 * e.residual_stride : nullptr,
                       .residual_stride = e.residual_stride,
                       .activation = e.activation};
  PixelTile t{nullptr, 0, 1, p.K, p.packed, p.y + m0 * p.ldy, p.ldy, 0, false, true, tail};
  t.x = p.x + m0 * p.ldx, t.x_step = p.ldx;
  for (int64_t panel = panel0; panel < panel1; ++panel) {
    const bool last = panel + 1 == panels.count;
    t.ahead = last ? nullptr : p.packed + panels.column(panel + 1) * p.K;
    step_panel(panels, panel, m1 - m0, t);
  }
}

inline constexpr kernels::LinearRoutines linear_routines_of_isa{
    int64_t(f32v::lanes), kPixelVectors, kPixelRows, linear_row, linear_block};

}  // namespace tealight::TL_ISA

#if TL_ONCE
namespace tealight::kernels {
namespace {

constexpr LinearRoutines routines[] = TL_PER_ISA(linear_routines_of_isa);
constexpr double kLeastWork = 65536;  // multiplications worth a thread's waking

ColumnPanels panels_of(int64_t N) {
  const LinearRoutines& isa = routines[current_isa()];
  return {N, isa.lanes, isa.panel_vectors};
}

}  // namespace

size_t linear_weights_bytes(int64_t N, int64_t K) {
  return size_t(panels_of(N).floats(K)) * sizeof(float);
}
void pack_linear_weights(int64_t N, int64_t K, const float* w, int64_t ldw, float* packed) {
  const ColumnPanels panels = panels_of(N);
  const int64_t grain = std::max<int64_t>(1, 16384 / std::max<int64_t>(1, K));
  parallel_for(0, panels.count, grain, [&](int64_t panel, int64_t end) {
    for (; panel < end; ++panel) {
      const int64_t first = panels.column(panel), width = panels.width(panel),
                    used = std::min(width, N - first);
      float* to = packed + first * K;
      if (used < width) std::fill_n(to, width * K, 0.f);
      transpose_scaled(used, K, w + first * ldw, ldw, 1.f, to, width);
    }
  });
}

void linear_f32(int64_t M, int64_t N, int64_t K, const float* x, int64_t ldx, const float* packed,
                float* y, int64_t ldy, const LinearEpilogue& epilogue, Reading reading) {
  if (M <= 0 || N <= 0) return;
  const LinearRoutines& isa = routines[current_isa()];
  const LinearProblem p{M, N, K, x, ldx, packed, y, ldy, epilogue, reading};
  const int64_t panels = panels_of(N).count;
  const double panel_work = double(N) / double(panels) * double(K + 1);
  const auto grain = [](double work) { return int64_t(std::clamp(kLeastWork / work, 1., 1e9)); };
  if (M == 1)
    return parallel_for(0, panels, grain(panel_work),
                        [&](int64_t p0, int64_t p1) { isa.row(p, p0, p1); });
  // Rows are cut where the second cache wants it, columns too if that leaves too few pieces.
  const int64_t tiles = ceil_div(M, isa.tile_rows), threads = get_num_threads();
  const int64_t row_cuts =
      std::clamp(ceil_div(2 * threads, panels), ceil_div(tiles, kLinearTiles), tiles);
  const int64_t cuts = std::min(panels, ceil_div(4 * threads, row_cuts));
  parallel_for(0, row_cuts * cuts, grain(panel_work * double(panels * M / (row_cuts * cuts))),
               [&](int64_t task, int64_t end) {
                 for (; task < end; ++task) {
                   const int64_t row = task % row_cuts, cut = task / row_cuts;
                   const auto first_row = [&](int64_t i) {
                     return std::min(M, tiles * i / row_cuts * isa.tile_rows);
                   };
                   isa.block(p, first_row(row), first_row(row + 1), panels * cut / cuts,
                             panels * (cut + 1) / cuts);
                 }
               });
}

}  // namespace tealight::kernels
#endif
