// Convolution through the matrix product: Y (outputs, pixels) = weights (outputs, K) x windows (K,
// pixels), where row k = (channel, kd, kh, kw) of `windows` is the input shifted by the tap.
// Windows are gathered straight into the panels that the product reads, some at a time, so scratch
// stays small.
#include <algorithm>

#include "core/base.h"
#include "core/parallel.h"
#include "kernels/conv/methods.h"
#include "kernels/gemm/block.h"
#define TL_THIS_FILE "kernels/conv/conv_gemm.cpp"
#include "kernels/simd/foreach_isa.h"

#include "kernels/gemm/tile-inl.h"

namespace tealight::TL_ISA {
namespace {

// n numbers, `stride` apart.
TL_INLINE void copy_run(float* to, const float* from, int64_t n, int64_t stride) {
  constexpr int64_t lanes = int64_t(f32v::lanes);
  int64_t i = 0;
  if (stride == 1) {
    for (; i + lanes <= n; i += lanes) f32v::load(from + i).store(to + i);
    if (i < n) f32v::load_partial(from + i, size_t(n - i)).store_partial(to + i, size_t(n - i));
    return;
  }
  if (stride == 2)
    for (; i + lanes <= n; i += lanes) f32v::load_stride2(from + 2 * i).store(to + i);
  for (; i < n; ++i) to[i] = from[i * stride];
}

// One tap of all channels for pixels [ow, ow + n) of one output row: rows of the panel `row_step`
// apart, from `source`, the tap's place for pixel `ow` in channel 0. Pixels outside [lo, hi) fall
// on the padding.
TL_INLINE void gather_tap(float* to, int64_t row_step, int64_t channels, int64_t n, int64_t lo,
                          int64_t hi, const float* source, int64_t plane, int64_t stride) {
  if (lo == 0 && hi == n && n == kTileColumns && stride == 1) {  // usual: a whole row of the panel
    for (int64_t c = 0; c < channels; ++c, to += row_step, source += plane)
#pragma GCC unroll 4
      for (int v = 0; v < kTileVectors; ++v)
        f32v::load(source + v * int(f32v::lanes)).store(to + v * int(f32v::lanes));
    return;
  }
  for (int64_t c = 0; c < channels; ++c, to += row_step, source += plane) {
    for (int64_t i = 0; i < lo; ++i) to[i] = 0.f;
    if (lo < hi) copy_run(to + lo, source + lo * stride, hi - lo, stride);
    for (int64_t i = hi; i < n; ++i) to[i] = 0.f;
  }
}

// First output position whose tap lies at or behind input position 0, and first at its end.
inline int64_t first_at(int64_t position, const kernels::ConvDim& d, int64_t tap) {
  const int64_t x = position + d.pad - tap * d.dilation;
  return x <= 0 ? 0 : (x + d.stride - 1) / d.stride;
}
inline int64_t between(int64_t x, int64_t lo, int64_t hi) { return x < lo ? lo : x > hi ? hi : x; }

// Pixels [ow, ow + n) of output row (od, oh) into columns [0, n) of a matrix `width` wide.
void gather_row(const kernels::ConvShape& s, int64_t channels, const float* x, int64_t od,
                int64_t oh, int64_t ow, int64_t n, float* to, int64_t width) {
  const auto& [D, H, W] = s.dim;
  const int64_t plane = s.in_size(), row_step = s.kernel_size() * width;
  for (int64_t kd = 0; kd < D.kernel; ++kd)
    for (int64_t kh = 0; kh < H.kernel; ++kh)
      for (int64_t kw = 0; kw < W.kernel; ++kw, to += width) {
        const int64_t id = od * D.stride - D.pad + kd * D.dilation,
                      ih = oh * H.stride - H.pad + kh * H.dilation;
        const int64_t iw = ow * W.stride - W.pad + kw * W.dilation;
        const bool inside = id >= 0 && id < D.in && ih >= 0 && ih < H.in;
        const int64_t lo = inside ? between(first_at(0, W, kw) - ow, 0, n) : n;
        const int64_t hi = inside ? between(first_at(W.in, W, kw) - ow, lo, n) : n;
        gather_tap(to, row_step, channels, n, lo, hi, x + (id * H.in + ih) * W.in + iw, plane,
                   W.stride);
      }
}

// Where tap (kd, kh, kw) of the output pixels from `first` on lies in the first channel; -1 is the
// padding.
void find_places(const kernels::ConvShape& s, int64_t first, int64_t pixels, int64_t kd, int64_t kh,
                 int64_t kw, int64_t* places) {
  const auto& [D, H, W] = s.dim;
  for (int64_t i = 0; i < pixels; ++i) {
    const int64_t row = (first + i) / W.out, plane = row / H.out;
    const int64_t id = plane % D.out * D.stride - D.pad + kd * D.dilation,
                  ih = row % H.out * H.stride - H.pad + kh * H.dilation,
                  iw = (first + i) % W.out * W.stride - W.pad + kw * W.dilation;
    const bool inside = id >= 0 && id < D.in && ih >= 0 && ih < H.in && iw >= 0 && iw < W.in;
    places[i] =
        inside ? plane / D.out * s.in_channels * s.in_size() + (id * H.in + ih) * W.in + iw : -1;
  }
}

// Rows of output so short that to look up each pixel's place is quicker than to copy runs: the
// places of a tap are the same in all channels.
constexpr int64_t kShortRow = 8, kMostPlaces = 320;
void gather_short_rows(const kernels::ConvShape& s, int64_t channels, const float* x, int64_t first,
                       int64_t pixels, float* to, int64_t width) {
  const auto& [D, H, W] = s.dim;
  const int64_t plane = s.in_size(), row_step = s.kernel_size() * width;
  int64_t places[kMostPlaces];
  for (int64_t kd = 0; kd < D.kernel; ++kd)
    for (int64_t kh = 0; kh < H.kernel; ++kh)
      for (int64_t kw = 0; kw < W.kernel; ++kw, to += width) {
        find_places(s, first, pixels, kd, kh, kw, places);
        for (int64_t c = 0; c < channels; ++c) {
          const float* from = x + c * plane;
          float* row = to + c * row_step;
          for (int64_t i = 0; i < pixels; ++i) {
            const float v = from[places[i] < 0 ? 0 : places[i]];
            row[i] = places[i] < 0 ? 0.f : v;
          }
        }
      }
}

// Windows of `pixels` output pixels from `first` on, counted through the images, as a matrix (K,
// width).
void gather_windows(const kernels::ConvShape& s, int64_t channels, const float* x, int64_t first,
                    int64_t pixels, float* to, int64_t width) {
  const auto& [D, H, W] = s.dim;
  if (W.out < kShortRow && pixels <= kMostPlaces)
    return gather_short_rows(s, channels, x, first, pixels, to, width);
  const int64_t image = s.in_channels * s.in_size();
  for (int64_t done = 0; done < pixels;) {
    const int64_t at = first + done, ow = at % W.out, row = at / W.out, plane = row / H.out;
    const int64_t n = between(W.out - ow, 0, pixels - done);
    gather_row(s, channels, x + plane / D.out * image, plane % D.out, row % H.out, ow, n, to + done,
               width);
    done += n;
  }
}

}  // namespace
inline constexpr auto conv_gather_windows = gather_windows;
}  // namespace tealight::TL_ISA

#if TL_ONCE
namespace tealight::kernels {
namespace {

constexpr GatherWindows gather_windows_per_isa[] = TL_PER_ISA(conv_gather_windows);

constexpr int64_t kPanelBytes =
    256 << 10;  // of windows gathered at once, if one panel is not already more

// 1x1, stride 1, no padding: rows need not be told apart, so one long one gives whole panels.
ConvShape simplified(ConvShape s) {
  for (const ConvDim& d : s.dim)
    if (d.kernel != 1 || d.stride != 1 || d.pad != 0) return s;
  const int64_t size = s.in_size();
  s.dim[0] = s.dim[1] = ConvDim{};
  s.dim[2].in = s.dim[2].out = size;
  return s;
}

// Images whose pixels are columns of one product: all of them where an image alone would leave most
// of a tile empty.
int64_t images_together(const ConvShape& s) {
  return s.batch > 1 && s.out_size() < 4 * gemm_tile_columns() ? s.batch : 1;
}

struct Blocking {
  int64_t images, pixels, K, columns, panels, together, blocks, weights_step;
  explicit Blocking(const ConvShape& s)
      : images(images_together(s)),
        pixels(images * s.out_size()),
        K(s.group_inputs() * s.kernel_size()),
        columns(gemm_tile_columns()),
        panels(ceil_div(pixels, columns)),
        together(std::clamp<int64_t>(kPanelBytes / std::max<int64_t>(K * columns * 4, 1), 1,
                                     std::max<int64_t>(panels, 1))),
        blocks(ceil_div(panels, together)),
        weights_step(int64_t(packed_a_f32_bytes(s.group_outputs(), K) / sizeof(float))) {}
  int64_t panel_floats() const { return together * K * columns; }
  int64_t slice_floats(const ConvShape& s) const {
    return panel_floats() + (images > 1 ? s.group_outputs() * together * columns : 0);
  }
};

// y = clamp(sums + bias + residual): rows of channels, columns of pixels from `first` on, go to
// their images.
void scatter_images(const ConvShape& s, int64_t output, int64_t first, int64_t pixels,
                    const float* sums, int64_t step, const ConvEpilogue& e, float* y) {
  const int64_t size = s.out_size();
  for (int64_t done = 0; done < pixels;) {
    const int64_t image = (first + done) / size, pixel = (first + done) % size,
                  n = std::min(size - pixel, pixels - done);
    for (int64_t o = 0; o < s.group_outputs(); ++o) {
      const int64_t at = (image * s.out_channels + output + o) * size + pixel;
      const float bias = e.bias ? e.bias[output + o] : 0.f;
      const float* from = sums + o * step + done;
      for (int64_t i = 0; i < n; ++i) {
        const float v = from[i] + (e.residual ? e.residual[at + i] : 0.f) + bias;
        y[at + i] = v < e.min ? e.min : v > e.max ? e.max : v;
      }
    }
    done += n;
  }
}

// The windows of `pixels` pixels from `first` on as panels.
void gather_panels(const ConvShape& s, const Blocking& b, const float* input, int64_t first,
                   int64_t pixels, float* panels) {
  const auto gather = conv_gather();
  for (int64_t p = 0; p * b.columns < pixels; ++p) {
    const int64_t n = std::min(b.columns, pixels - p * b.columns);
    float* panel = panels + p * b.K * b.columns;
    if (n < b.columns) std::fill_n(panel, b.K * b.columns, 0.f);
    gather(s, s.group_inputs(), input, first + p * b.columns, n, panel, b.columns);
  }
}

void multiply(const GemmProblem& problem) {
  const GemmRoutines& isa = gemm_routines();
  const int64_t tiles = RowTiles(problem.M, isa.tile_rows).count;
  for (int64_t t = 0; t < tiles; t += kBlockTiles)
    isa.block(problem, t, std::min(t + kBlockTiles, tiles), 0,
              ceil_div(problem.N, isa.tile_columns));
}

// Panels [block * together, ...) of the images from n on, group g.
void run_block(const ConvShape& s, const Blocking& b, int64_t n, int64_t g, int64_t block,
               const float* x, const float* packed, const ConvEpilogue& e, float* y,
               float* panels) {
  const int64_t first = block * b.together * b.columns;
  const int64_t pixels = std::min(b.together * b.columns, b.pixels - first);
  gather_panels(s, b, x + (n * s.in_channels + g * s.group_inputs()) * s.in_size(), first, pixels,
                panels);
  const int64_t output = g * s.group_outputs(),
                at = (n * s.out_channels + output) * s.out_size() + first;
  GemmProblem problem{s.group_outputs(),
                      pixels,
                      b.K,
                      packed + g * b.weights_step,
                      0,
                      ALayout::packed,
                      panels,
                      b.K * b.columns,
                      b.columns,
                      nullptr,
                      y + at,
                      s.out_size(),
                      {}};
  if (b.images > 1) {
    problem.c = panels + b.panel_floats();
    problem.ldc = b.together * b.columns;
    multiply(problem);
    return scatter_images(s, output, first, pixels, problem.c, problem.ldc, e, y);
  }
  problem.epilogue = {nullptr,
                      e.bias ? e.bias + output : nullptr,
                      e.residual ? e.residual + at : nullptr,
                      s.out_size(),
                      e.min,
                      e.max,
                      false};
  multiply(problem);
}

}  // namespace

GatherWindows conv_gather() { return gather_windows_per_isa[current_isa()]; }

size_t conv_gemm_weights_bytes(const ConvShape& s) {
  return size_t(s.groups * Blocking(s).weights_step) * sizeof(float);
}

size_t conv_gemm_scratch_bytes(const ConvShape& s, int threads) {
  return size_t(threads * Blocking(s).slice_floats(s)) * sizeof(float);
}

void conv_gemm_pack(const ConvShape& s, const float* weights, float* packed) {
  const Blocking b(s);
  for (int64_t g = 0; g < s.groups; ++g)
    pack_a_f32(s.group_outputs(), b.K, weights + g * s.group_outputs() * b.K, b.K, false,
               packed + g * b.weights_step);
}

void conv_gemm(const ConvPlan& plan, const float* x, const float* packed,
               const ConvEpilogue& epilogue, float* y, float* scratch) {
  const ConvShape s = simplified(plan.shape);
  const Blocking b(s);
  const Slices slices{s.batch / b.images * s.groups * b.blocks, plan.threads};
  const double work =
      double(s.batch * s.out_channels) * double(s.out_size()) * double(b.K) / plan.threads;
  parallel_for(0, slices.n, work < 65536 ? slices.n : 1, [&](int64_t slice, int64_t end) {
    for (; slice < end; ++slice)
      for (int64_t i = slices.first(slice); i < slices.first(slice + 1); ++i)
        run_block(s, b, i / b.blocks / s.groups, i / b.blocks % s.groups, i % b.blocks, x, packed,
                  epilogue, y, scratch + slice * b.slice_floats(s));
  });
}

}  // namespace tealight::kernels
#endif
