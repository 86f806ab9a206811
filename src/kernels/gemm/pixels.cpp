#include "kernels/gemm/pixels.h"

#include <algorithm>
#include <utility>

#include "core/base.h"
#include "kernels/gemm/block.h"

#define TL_THIS_FILE "kernels/gemm/pixels.cpp"
#include "kernels/simd/foreach_isa.h"
//
#include "kernels/activate_sums-inl.h"

namespace tealight::TL_ISA {
namespace {

// Tile sizes: as many sums as the registers hold beside NV vectors of B and one of A.
#if defined(__aarch64__)
constexpr int kRows = 7, kVectors = 3;  // 21 of 32: gcc loads all of A at first
#else
constexpr int kRows = f32v::lanes == 16  ? 14
                      : f32v::lanes == 8 ? 6
                                         : 4;  // 28 of 32, 12 of 16, 8 of 16
constexpr int kVectors = 2;
#endif
constexpr int kLanes = int(f32v::lanes), kPanel = kVectors * kLanes;

// What one tile computes: pointers are to its first element.
struct Tile {
  const kernels::PixelProduct& p;
  const float *a, *b;
  const float* soon;  // weights that will be needed next
  int64_t column;     // of C
  float* c;
  int64_t left_in_row;  // pixels of c before its next gap
  const float* residual;
};

TL_INLINE f32v load_columns(const float* p, int64_t valid) {
  return valid >= kLanes ? f32v::load(p) : f32v::load_partial(p, valid < 0 ? 0 : size_t(valid));
}

// MR pixels by NV vectors.
template <int MR, int NV>
void tile(const Tile& t) {
  const kernels::PixelProduct& p = t.p;
  f32v sum[MR * NV];
#pragma GCC unroll 4
  for (int v = 0; v < NV; ++v) {
    const int64_t n = t.column + v * kLanes;
    const f32v start = p.bias ? load_columns(p.bias + n, p.bias_n - n) : f32v(0.f);
#pragma GCC unroll 16
    for (int row = 0; row < MR; ++row) sum[row * NV + v] = start;
  }
  // Rows 3 i, 3 i + 1 and 3 i + 2 are found from one pointer by scaled addressing.
  constexpr int kBases = (MR + 2) / 3;
  const int64_t step = p.a_pixel;
  const float* base[kBases];
#pragma GCC unroll 8
  for (int i = 0; i < kBases; ++i) base[i] = t.a + 3 * i * step;
  const float *b = t.b, *soon = t.soon;
  for (int64_t k = 0; k < p.K; ++k) {
    f32v x[NV];
#pragma GCC unroll 4
    for (int v = 0; v < NV; ++v) x[v] = f32v::load(b + v * kLanes);
    b += NV * kLanes;
#pragma GCC unroll 4
    for (int v = 0; v < NV; ++v) __builtin_prefetch(soon + v * kLanes, 0, 2);
    soon += NV * kLanes;
#pragma GCC unroll 16
    for (int row = 0; row < MR; ++row) {
      const f32v w(base[row / 3][(row % 3) * step]);
#pragma GCC unroll 4
      for (int v = 0; v < NV; ++v) sum[row * NV + v] = fma(w, x[v], sum[row * NV + v]);
    }
#pragma GCC unroll 8
    for (int i = 0; i < kBases; ++i) ++base[i];
  }
  // columns of the last vector
  const int64_t ragged = std::min<int64_t>(kLanes, p.N - t.column - (NV - 1) * kLanes);
  if (t.residual) {
#pragma GCC unroll 16
    for (int row = 0; row < MR; ++row) {
      const float* x = t.residual + row * p.residual_pixel;
#pragma GCC unroll 4
      for (int v = 0; v < NV - 1; ++v) sum[row * NV + v] += f32v::load(x + v * kLanes);
      sum[row * NV + NV - 1] += load_columns(x + (NV - 1) * kLanes, ragged);
    }
  }
  activate_sums(p.activation, sum);
  float* c = t.c;
  int64_t left = t.left_in_row;
#pragma GCC unroll 16
  for (int row = 0; row < MR; ++row, c += p.c_pixel) {
    if (left-- == 0) c += p.c_gap, left = p.c_row - 1;
#pragma GCC unroll 4
    for (int v = 0; v < NV - 1; ++v) sum[row * NV + v].store(c + v * kLanes);
    if (ragged == kLanes)
      sum[row * NV + NV - 1].store(c + (NV - 1) * kLanes);
    else
      sum[row * NV + NV - 1].store_partial(c + (NV - 1) * kLanes, size_t(ragged));
  }
}

using TileFn = void (*)(const Tile&);
template <int NV, int... MR>
constexpr TileFn tile_of(int rows, std::integer_sequence<int, MR...>) {
  constexpr TileFn tiles[] = {tile<MR + 1, NV>...};
  return tiles[rows - 1];
}
TileFn tile_of(int rows, int vectors) {
  constexpr auto heights = std::make_integer_sequence<int, kRows>();
  if (vectors == 1) return tile_of<1>(rows, heights);
  if constexpr (kVectors > 2)
    if (vectors == 3) return tile_of<3>(rows, heights);
  return tile_of<2>(rows, heights);
}

void run(const kernels::PixelProduct& p, int64_t pixels, int64_t first, int64_t end) {
  const kernels::RowTiles tiles(pixels, kRows);
  for (int64_t panel = first; panel < end; ++panel) {
    const int64_t column = panel * kPanel;
    const int vectors = int(std::min<int64_t>(kVectors, ceil_div(p.N - column, kLanes)));
    const float* b = p.b + column * p.K;
    float* c = p.c + column;
    int64_t left = p.c_row;
    for (int64_t i = 0; i < tiles.count; ++i) {
      const int64_t row = tiles.start(i), rows = tiles.start(i + 1) - row;
      tile_of(int(rows), vectors)(
          {p, p.a + row * p.a_pixel, b, i || panel + 1 == end ? b : b + vectors * kLanes * p.K,
           column, c, left, p.residual ? p.residual + row * p.residual_pixel + column : nullptr});
      c += rows * p.c_pixel;
      for (left -= rows; left <= 0; left += p.c_row) c += p.c_gap;
    }
  }
}

void pack(int64_t K, int64_t N, const float* b, float* packed) {
  for (int64_t column = 0; column < N; column += kPanel) {
    const int64_t left = N - column, width = std::min<int64_t>(kPanel, round_up(left, kLanes));
    for (int64_t k = 0; k < K; ++k)
      for (int64_t i = 0; i < width; ++i) *packed++ = i < left ? b[(column + i) * K + k] : 0.f;
  }
}

}  // namespace

inline constexpr struct {
  int64_t lanes, panel;
  void (*pack)(int64_t K, int64_t N, const float* b, float* packed);
  void (*run)(const kernels::PixelProduct&, int64_t pixels, int64_t first, int64_t end);
} pixels{kLanes, kPanel, pack, run};

}  // namespace tealight::TL_ISA

#if TL_ONCE
namespace tealight::kernels {
namespace {

struct Routines {
  int64_t lanes, panel;
  void (*pack)(int64_t K, int64_t N, const float* b, float* packed);
  void (*run)(const PixelProduct&, int64_t pixels, int64_t first, int64_t end);
};
#define TL_PIXELS(isa, _) {isa::pixels.lanes, isa::pixels.panel, isa::pixels.pack, isa::pixels.run}
constexpr Routines routines[] = TL_EACH_ISA(TL_PIXELS, 0);

}  // namespace

int64_t pixels_lanes(unsigned isa) { return routines[isa].lanes; }
int64_t pixels_panel(unsigned isa) { return routines[isa].panel; }

size_t pixels_b_bytes(unsigned isa, int64_t K, int64_t N) {
  return size_t(K * round_up(N, routines[isa].lanes)) * sizeof(float);
}

void pack_pixels_b(unsigned isa, int64_t K, int64_t N, const float* b, float* packed) {
  routines[isa].pack(K, N, b, packed);
}

void run_pixels(unsigned isa, const PixelProduct& p, int64_t pixels, int64_t first, int64_t end) {
  if (pixels > 0) routines[isa].run(p, pixels, first, end);
}
void run_pixels(unsigned isa, const PixelProduct& p, int64_t pixels) {
  run_pixels(isa, p, pixels, 0, ceil_div(p.N, routines[isa].panel));
}

}  // namespace tealight::kernels
#endif
