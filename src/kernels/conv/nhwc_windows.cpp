// Convolution as a matrix product (pixels, taps x channels) x (taps x channels, outputs) whose rows
// are read where they lie: each tile of pixels gets pointers to its taps' channels, padding is a
// row of zeros, and a tap that falls on padding for a whole tile is left out.
//
// With few channels a kernel's row is one chunk: its taps are neighbours in memory. Where such a
// row crosses the picture's edge, it is copied with the zeros it lacks.
#include "kernels/conv/nhwc_windows.h"

#include <algorithm>

#include "core/parallel.h"
#include "kernels/conv/nhwc_methods.h"
#define TL_THIS_FILE "kernels/conv/nhwc_windows.cpp"
#include "kernels/simd/foreach_isa.h"

#include "kernels/gemm/tile_nhwc-inl.h"

namespace tealight::TL_ISA {
namespace {

constexpr int64_t kBlockTiles = 16;

// The windows of a tile's pixels: their images and where in them they begin.
struct Places {
  int64_t n;
  const float* image[kPixelRows];
  int64_t ih[kPixelRows], iw[kPixelRows];
  bool inside;  // all windows, and they lie in one row

  Places(const kernels::Windows& w, const float* x, int64_t pixel, int64_t n_) : n(n_) {
    const auto& [D, H, W] = w.shape.dim;
    const int64_t image_floats = H.in * W.in * w.x_stride;
    int64_t row = pixel / W.out, ow = pixel - row * W.out;
    int64_t batch = row / H.out, oh = row - batch * H.out;
    const int64_t h = oh * H.stride - H.pad, v = ow * W.stride - W.pad;
    inside = ow + n <= W.out && h >= 0 && v >= 0 && h + (H.kernel - 1) * H.dilation < H.in &&
             v + (n - 1) * W.stride + (W.kernel - 1) * W.dilation < W.in;
    for (int64_t i = 0; i < n; ++i) {
      image[i] = x + batch * image_floats;
      ih[i] = oh * H.stride - H.pad;
      iw[i] = ow * W.stride - W.pad;
      if (++ow < W.out) continue;
      ow = 0;
      if (++oh < H.out) continue;
      oh = 0, ++batch;
    }
  }
};

// Where tables are written to.
struct Tables {
  const float** pointers;
  int32_t* chunk;
  float* edge;
};

// A kernel's row from column iw of `row` on, with zeros where that is outside.
const float* copy_edge(const kernels::Windows& w, const float* row, int64_t iw, float*& edge) {
  const kernels::ConvDim& W = w.shape.dim[2];
  float* const copy = edge;
  for (int64_t kw = 0; kw < W.kernel; ++kw, ++iw) {
    const bool inside = iw >= 0 && iw < W.in;
    for (int64_t c = 0; c < w.inputs; ++c) *edge++ = inside ? row[iw * w.inputs + c] : 0.f;
  }
  return copy;
}

int64_t rows_of_window(const kernels::Windows& w, const Places& p, const float* zeros, Tables& to) {
  const auto& [D, H, W] = w.shape.dim;
  const float** at = to.pointers;
  int32_t* chunk = to.chunk;
  for (int64_t kh = 0; kh < H.kernel; ++kh) {
    bool any = false;
    for (int64_t i = 0; i < p.n; ++i) {
      const int64_t ih = p.ih[i] + kh * H.dilation, iw = p.iw[i];
      at[i] = zeros;
      if (ih < 0 || ih >= H.in) continue;
      any = true;
      const float* row = p.image[i] + ih * W.in * w.inputs;
      at[i] =
          iw >= 0 && iw + W.kernel <= W.in ? row + iw * w.inputs : copy_edge(w, row, iw, to.edge);
    }
    if (!any) continue;
    at += p.n;
    *chunk++ = int32_t(kh);
  }
  return chunk - to.chunk;
}

int64_t taps_of_window(const kernels::Windows& w, const Places& p, const float* zeros, Tables& to) {
  const auto& [D, H, W] = w.shape.dim;
  const float** at = to.pointers;
  int32_t* chunk = to.chunk;
  for (int64_t kh = 0; kh < H.kernel; ++kh)
    for (int64_t kw = 0; kw < W.kernel; ++kw) {
      bool any = false;
      for (int64_t i = 0; i < p.n; ++i) {
        const int64_t ih = p.ih[i] + kh * H.dilation, iw = p.iw[i] + kw * W.dilation;
        const bool inside = ih >= 0 && ih < H.in && iw >= 0 && iw < W.in;
        any |= inside;
        at[i] = inside ? p.image[i] + (ih * W.in + iw) * w.x_stride : zeros;
      }
      if (!any) continue;
      at += p.n;
      *chunk++ = int32_t(kh * W.kernel + kw);
    }
  return chunk - to.chunk;
}

// The usual case, in which only the first pixel's place counts.
int64_t chunks_inside(const kernels::Windows& w, const Places& p, Tables& to) {
  const auto& [D, H, W] = w.shape.dim;
  const int64_t columns = w.chunks / H.kernel, step = W.stride * w.x_stride;
  const float* row = p.image[0] + (p.ih[0] * W.in + p.iw[0]) * w.x_stride;
  const float** at = to.pointers;
  for (int64_t kh = 0; kh < H.kernel; ++kh, row += H.dilation * W.in * w.x_stride) {
    const float* tap = row;
    for (int64_t column = 0; column < columns; ++column, tap += W.dilation * w.x_stride) {
      for (int64_t i = 0; i < p.n; ++i) at[i] = tap + i * step;
      at += p.n;
    }
  }
  for (int64_t i = 0; i < w.chunks; ++i) to.chunk[i] = int32_t(i);
  return w.chunks;
}

// Tables of the tiles [t0, t1), one after the other.
void fill_tables(const kernels::Windows& w, const float* x, const float* zeros, int64_t t0,
                 int64_t t1, Tables to, PixelRows* tiles) {
  for (int64_t t = t0; t < t1; ++t) {
    const int64_t pixel = w.first_pixel(t), n = w.first_pixel(t + 1) - pixel;
    const Places places(w, x, pixel, n);
    const int64_t chunks = places.inside  ? chunks_inside(w, places, to)
                           : w.whole_rows ? rows_of_window(w, places, zeros, to)
                                          : taps_of_window(w, places, zeros, to);
    *tiles++ = {n, chunks, to.pointers, to.chunk};
    to.pointers += chunks * n;
    to.chunk += chunks;
  }
}

// The panel behind panel p; null if there is none.
const float* weights_behind(const kernels::Windows& w, int64_t p, const float* b) {
  return p + 1 < w.panels.count ? b + w.panels.column(p + 1) * w.K() : nullptr;
}

// Item (group, block, part of the panels).
void run_item(const kernels::Windows& w, int64_t item, const float* x, const float* packed,
              const kernels::NhwcEpilogue& e, float* y, std::byte* scratch) {
  const int64_t part = item % w.panel_parts, rest = item / w.panel_parts;
  const int64_t block = rest % w.blocks, group = rest / w.blocks;
  const int64_t t0 = w.tiles * block / w.blocks, t1 = w.tiles * (block + 1) / w.blocks;
  const int64_t pixel = w.first_pixel(t0), column = group * w.outputs;
  const PixelTail tail{e.bias ? e.bias + column : nullptr,
                       e.residual ? e.residual + pixel * e.residual_stride + column : nullptr,
                       e.residual_stride, e.activation};
  PixelTile tile{nullptr,
                 0,
                 1,
                 w.k,
                 packed + group * w.group_floats(),
                 y + pixel * w.y_stride + column,
                 w.y_stride,
                 0,
                 false,
                 true,
                 tail};
  x += group * w.inputs;
  const int64_t p0 = w.panels.count * part / w.panel_parts,
                p1 = w.panels.count * (part + 1) / w.panel_parts;
  if (w.pixels_only) {
    tile.x = x + pixel * w.x_stride, tile.x_step = w.x_stride;
    for (int64_t p = p0; p < p1; ++p) {
      tile.ahead = weights_behind(w, p, tile.b);
      step_panel(w.panels, p, w.first_pixel(t1) - pixel, tile);
    }
    return;
  }
  const Tables tables{reinterpret_cast<const float**>(scratch),
                      reinterpret_cast<int32_t*>(scratch + w.pointer_bytes()),
                      reinterpret_cast<float*>(scratch + w.pointer_bytes() + w.chunk_bytes())};
  PixelRows tiles[kBlockTiles];
  fill_tables(w, x, packed + w.groups * w.group_floats(), t0, t1, tables, tiles);
  for (int64_t p = p0; p < p1; ++p) {
    tile.ahead = weights_behind(w, p, tile.b);
    pixel_panel(w.panels, p, w.K(), tiles, t1 - t0, tile);
  }
}

}  // namespace

inline constexpr kernels::WindowRoutines window_routines{
    {int64_t(f32v::lanes), kPixelRows, kPixelVectors, kBlockTiles}, run_item};

}  // namespace tealight::TL_ISA

#if TL_ONCE
namespace tealight::kernels {
namespace {

constexpr WindowRoutines routines[] = TL_PER_ISA(window_routines);

constexpr int64_t kMostChunks = 2048;  // of a block's table for one pixel
constexpr int64_t kFewInputs = 64;     // at most for kernel rows as chunks

bool is_pixelwise(const ConvDim& d) { return d.kernel == 1 && d.stride == 1 && d.pad == 0; }

// The most groups that fill no more than a vector and leave none over.
int64_t groups_in_a_vector(const ConvShape& s, int64_t lanes) {
  int64_t best = 1;
  for (int64_t m = 2; m <= s.groups && m * s.group_outputs() <= lanes; ++m)
    if (s.groups % m == 0) best = m;
  return best;
}

// Output columns whose kernel rows cross the picture's edge.
int64_t edge_columns(const ConvDim& W) {
  int64_t n = 0;
  for (int64_t ow = 0; ow < W.out; ++ow) {
    const int64_t iw = ow * W.stride - W.pad;
    n += iw < 0 || iw + W.kernel > W.in;
  }
  return n;
}

}  // namespace

Windows::Windows(const NhwcConvPlan& plan, const Tile& tile)
    : shape(plan.shape),
      x_stride(plan.x_stride),
      y_stride(plan.y_stride),
      merged(groups_in_a_vector(shape, tile.lanes)),
      panels(merged * shape.group_outputs(), tile.lanes, tile.vectors) {
  const auto& [D, H, W] = shape.dim;
  groups = shape.groups / merged;
  inputs = merged * shape.group_inputs();
  outputs = merged * shape.group_outputs();
  pixels_only = is_pixelwise(H) && is_pixelwise(W);
  whole_rows =
      groups == 1 && x_stride == inputs && inputs <= kFewInputs && W.dilation == 1 && W.kernel > 1;
  chunks = whole_rows ? H.kernel : H.kernel * W.kernel;
  k = whole_rows ? W.kernel * inputs : inputs;
  pixels = shape.batch * shape.out_size();
  tiles = ceil_div(pixels, tile.rows);
  const int64_t block_tiles =
      std::clamp<int64_t>(kMostChunks / std::max<int64_t>(chunks, 1), 1, tile.block_tiles);
  blocks = ceil_div(tiles, block_tiles);
  block_pixels = block_tiles * tile.rows;
  panel_parts = std::clamp<int64_t>(
      plan.threads > 1 ? ceil_div(2 * plan.threads, std::max<int64_t>(1, groups * blocks)) : 1, 1,
      std::max<int64_t>(1, panels.count));
  edge_floats = 0;
  if (whole_rows)
    edge_floats = std::min(block_pixels, (block_pixels / W.out + 2) * edge_columns(W)) * chunks * k;
}

void plan_windows(NhwcConvPlan& plan) {
  const Windows w(plan, routines[current_isa()].tile);
  plan.weights_bytes = size_t(w.groups * w.group_floats() + w.zeros()) * sizeof(float);
  plan.scratch_bytes = size_t(w.slice_bytes() * plan.threads);
}

void pack_windows(const NhwcConvPlan& plan, const ConvWeights& weights, float* packed) {
  const Windows w(plan, routines[current_isa()].tile);
  const int64_t inputs = w.shape.group_inputs(), outputs = w.shape.group_outputs();
  std::fill_n(packed, w.groups * w.group_floats() + w.zeros(), 0.f);
  parallel_for(0, w.groups * w.panels.count, 1, [&](int64_t i, int64_t end) {
    for (; i < end; ++i) {
      const int64_t group = i / w.panels.count, p = i % w.panels.count, width = w.panels.width(p);
      float* to = packed + group * w.group_floats() + w.panels.column(p) * w.K();
      const int64_t used = w.merged > 1 ? outputs : w.panels.used(p);
      // Merged groups share one panel: each has rows and columns of its own in it.
      for (int64_t m = 0; m < w.merged; ++m)
        pack_taps(weights.from(group * w.outputs + m * outputs + w.panels.column(p), 0),
                  w.shape.dim[1].kernel, w.shape.dim[2].kernel, inputs, used, width, w.inputs,
                  to + m * (inputs * width + outputs));
    }
  });
}

void run_windows(const NhwcConvPlan& plan, const float* x, const float* packed,
                 const NhwcEpilogue& epilogue, float* y, float* scratch) {
  const WindowRoutines& isa = routines[current_isa()];
  const Windows w(plan, isa.tile);
  for_each_item(w.items(), w.work(), plan.threads, [&](int64_t item, int64_t slice) {
    isa.item(w, item, x, packed, epilogue, y,
             reinterpret_cast<std::byte*>(scratch) + slice * w.slice_bytes());
  });
}

}  // namespace tealight::kernels
#endif
