// Transposed convolution without sums in memory: output pixels `stride` apart are made of the same
// taps, so each of the stride x stride phases is an ordinary convolution of stride 1 with its part
// of the kernel, written to every stride-th pixel.
#include "kernels/conv/nhwc_transpose.h"

#include <algorithm>

#include "kernels/conv/nhwc_methods.h"

#define TL_THIS_FILE "kernels/conv/nhwc_transpose.cpp"
#include "kernels/simd/foreach_isa.h"

#include "kernels/gemm/tile_nhwc-inl.h"

namespace tealight::TL_ISA {
namespace {

constexpr int64_t kBlockTiles = 16;

// One phase of one output row.
struct PhaseRow {
  const kernels::Transpose& g;
  const float* image;
  int64_t source_h, taps_h, taps_w;
  const float* zeros;

  // Chunks of the tile of n pixels that starts with input column source_w.
  int64_t fill(int64_t source_w, int64_t n, const float** rows, int32_t* chunk) const {
    const kernels::ConvDim &H = g.H.d, &W = g.W.d;
    const int32_t* const first = chunk;
    for (int64_t h = 0; h < taps_h; ++h) {
      const int64_t ih = source_h - h;
      if (ih < 0 || ih >= H.out) continue;
      for (int64_t w = 0; w < taps_w; ++w) {
        bool any = false;
        for (int64_t i = 0; i < n; ++i) {
          const int64_t iw = source_w + i - w;
          const bool inside = iw >= 0 && iw < W.out;
          any |= inside;
          rows[i] = inside ? image + (ih * W.out + iw) * g.x_stride : zeros;
        }
        if (!any) continue;
        rows += n;
        *chunk++ = int32_t(h * taps_w + w);
      }
    }
    return chunk - first;
  }
};

// Pixels [first, first + n) of a phase's row: y is at the first of them, the next one W.stride
// further.
void run_pixels(const PhaseRow& row, int64_t source_w, int64_t n, PixelTile t, std::byte* scratch) {
  const kernels::Transpose& g = row.g;
  PixelRows tiles[kBlockTiles];
  auto** rows = reinterpret_cast<const float**>(scratch);
  auto* chunk = reinterpret_cast<int32_t*>(scratch + g.pointer_bytes());
  const int64_t count = (n + kPixelRows - 1) / kPixelRows;
  for (int64_t i = 0, pixel = 0; i < count; ++i) {
    const int64_t end = n * (i + 1) / count, pixels = end - pixel;
    const int64_t chunks = row.fill(source_w + pixel, pixels, rows, chunk);
    tiles[i] = {pixels, chunks, rows, chunk};
    rows += chunks * pixels, chunk += chunks;
    pixel = end;
  }
  for (int64_t p = 0; p < g.panels.count; ++p)
    pixel_panel(g.panels, p, row.taps_h * row.taps_w * g.K, tiles, count, t);
}

// Item (image, output row).
void run_item(const kernels::Transpose& g, int64_t item, const float* x, const float* packed,
              const kernels::NhwcEpilogue& e, float* y, std::byte* scratch) {
  const kernels::ConvDim &H = g.H.d, &W = g.W.d;
  const int64_t image = item / H.in, oh = item - image * H.in, phase_h = g.H.phase(oh);
  for (int64_t phase_w = 0; phase_w < W.stride; ++phase_w) {
    const int64_t ow = g.W.first_out(phase_w);
    if (ow >= W.in) continue;
    const PhaseRow row{g,
                       x + image * H.out * W.out * g.x_stride,
                       g.H.source(oh),
                       g.H.taps(phase_h),
                       g.W.taps(phase_w),
                       packed + g.weights_floats()};
    const int64_t pixels = (W.in - ow + W.stride - 1) / W.stride;
    for (int64_t i = 0; i < pixels; i += g.block_pixels) {
      const int64_t at = (image * H.in + oh) * W.in + ow + i * W.stride;
      const int64_t n = pixels - i < g.block_pixels ? pixels - i : g.block_pixels;
      const PixelTail tail{e.bias, e.residual ? e.residual + at * e.residual_stride : nullptr,
                           e.residual_stride * W.stride, e.activation};
      run_pixels(row, g.W.source(ow) + i, n,
                 {nullptr, 0, 0, g.K, packed + g.phase_offset(phase_h, phase_w),
                  y + at * g.y_stride, g.y_stride * W.stride, 0, false, true, tail},
                 scratch);
    }
  }
}

}  // namespace

inline constexpr kernels::TransposeRoutines transpose_routines{
    {int64_t(f32v::lanes), kPixelRows, kPixelVectors, kBlockTiles}, run_item};

}  // namespace tealight::TL_ISA

#if TL_ONCE
namespace tealight::kernels {
namespace {
constexpr TransposeRoutines routines[] = TL_PER_ISA(transpose_routines);
}

void plan_transpose(NhwcConvPlan& plan) {
  const Transpose g(plan, routines[current_isa()].tile);
  plan.weights_bytes = size_t(g.weights_floats() + g.K) * sizeof(float);
  plan.scratch_bytes = size_t(g.slice_bytes() * plan.threads);
}

void pack_transpose(const NhwcConvPlan& plan, const ConvWeights& weights, float* packed) {
  const Transpose g(plan, routines[current_isa()].tile);
  const ConvDim &H = g.H.d, &W = g.W.d;
  std::fill_n(packed, g.weights_floats() + g.K, 0.f);  // behind the weights: what lies outside
  for (int64_t h = 0; h < H.stride; ++h)
    for (int64_t w = 0; w < W.stride; ++w)
      for (int64_t p = 0; p < g.panels.count; ++p) {
        const int64_t taps_h = g.H.taps(h), taps_w = g.W.taps(w), column = g.panels.column(p);
        // y's channels are the weights' second dimension
        const ConvWeights phase{weights.data + h * weights.h + w * weights.w, weights.i, weights.o,
                                weights.h * H.stride, weights.w * W.stride};
        pack_taps(phase.from(column, 0), taps_h, taps_w, g.K, g.panels.used(p), g.panels.width(p),
                  g.K, packed + g.phase_offset(h, w) + column * taps_h * taps_w * g.K);
      }
}

void run_transpose(const NhwcConvPlan& plan, const float* x, const float* packed,
                   const NhwcEpilogue& epilogue, float* y, float* scratch) {
  const TransposeRoutines& isa = routines[current_isa()];
  const Transpose g(plan, isa.tile);
  for_each_item(g.shape.batch * g.H.d.in, g.work(), plan.threads, [&](int64_t item, int64_t slice) {
    isa.item(g, item, x, packed, epilogue, y,
             reinterpret_cast<std::byte*>(scratch) + slice * g.slice_bytes());
  });
}

}  // namespace tealight::kernels
#endif
