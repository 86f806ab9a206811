// Convolution of pictures with few channels: rows of the input are copied with their padding, some
// output rows' worth at a time, so that every window is the same steps from its neighbour and a
// kernel's row is one run of numbers, its taps and channels side by side. Then it is a matrix
// product without tables.
#include "kernels/conv/nhwc_few_channels.h"

#include <algorithm>

#include "kernels/conv/nhwc_methods.h"

#define TL_THIS_FILE "kernels/conv/nhwc_few_channels.cpp"
#include "kernels/simd/foreach_isa.h"

#include "kernels/gemm/tile_nhwc-inl.h"

namespace tealight::TL_ISA {
namespace {

TL_INLINE void copy_floats(const float* from, int64_t n, float* to) {
  constexpr int64_t lanes = int64_t(f32v::lanes);
  int64_t i = 0;
  for (; i + lanes <= n; i += lanes) f32v::load(from + i).store(to + i);
  if (i < n) f32v::load_partial(from + i, size_t(n - i)).store_partial(to + i, size_t(n - i));
}
TL_INLINE void zero_floats(int64_t n, float* to) {
  for (int64_t i = 0; i < n; ++i) to[i] = 0.f;
}

// A row of x between its padding; null for one that is all padding.
void pad_row(const kernels::FewChannels& f, const float* row, float* to) {
  const kernels::ConvDim& W = f.shape.dim[2];
  const int64_t C = f.shape.in_channels;
  if (!row) return zero_floats(f.pitch, to);
  const int64_t width = f.pitch / C;  // some of the row may be read by no window
  const int64_t left = W.pad < width ? W.pad : width;
  const int64_t used = width - left < W.in ? width - left : W.in;
  zero_floats(left * C, to);
  to += left * C;
  if (f.x_stride == C)
    copy_floats(row, used * C, to);
  else
    for (int64_t i = 0; i < used; ++i)
      for (int64_t c = 0; c < C; ++c) to[i * C + c] = row[i * f.x_stride + c];
  zero_floats((width - left - used) * C, to + used * C);
}

// Item (image, block of output rows).
void run_item(const kernels::FewChannels& f, int64_t item, const float* x, const float* packed,
              const kernels::NhwcEpilogue& e, float* y, float* rows) {
  const auto& [D, H, W] = f.shape.dim;
  const int64_t image = item / f.blocks, block = item - image * f.blocks;
  const int64_t first = H.out * block / f.blocks, n = H.out * (block + 1) / f.blocks - first;
  const int64_t count = (n - 1) * H.stride + (H.kernel - 1) * H.dilation + 1;
  for (int64_t i = 0; i < count; ++i) {
    const int64_t ih = first * H.stride - H.pad + i;
    const bool inside = ih >= 0 && ih < H.in;
    pad_row(f, inside ? x + (image * H.in + ih) * W.in * f.x_stride : nullptr, rows + i * f.pitch);
  }
  const int64_t pixel = (image * H.out + first) * W.out;
  for (int64_t p = 0; p < f.panels.count; ++p) {
    PixelTile t{nullptr,
                0,
                H.kernel,
                W.kernel * f.shape.in_channels,
                packed,
                y + pixel * f.y_stride,
                f.y_stride,
                0,
                false,
                true,
                {e.bias, e.residual ? e.residual + pixel * e.residual_stride : nullptr,
                 e.residual_stride, e.activation},
                nullptr,
                rows,
                W.stride * f.shape.in_channels,
                H.dilation * f.pitch};
    for (int64_t i = 0; i < n; ++i) {
      step_panel(f.panels, p, W.out, t);
      t.x += H.stride * f.pitch;
      to_next_pixels(W.out, t);
    }
  }
}

}  // namespace

inline constexpr kernels::FewChannelsRoutines few_channels_routines{int64_t(f32v::lanes),
                                                                    kPixelVectors, run_item};

}  // namespace tealight::TL_ISA

#if TL_ONCE
namespace tealight::kernels {
namespace {

constexpr FewChannelsRoutines routines[] = TL_PER_ISA(few_channels_routines);

constexpr int64_t kRowsBytes = 64 << 10;  // of copied rows

FewChannels few_channels(const NhwcConvPlan& plan) {
  const FewChannelsRoutines& isa = routines[current_isa()];
  return {plan, isa.lanes, isa.vectors};
}

}  // namespace

FewChannels::FewChannels(const NhwcConvPlan& plan, int64_t lanes, int64_t vectors)
    : shape(plan.shape),
      x_stride(plan.x_stride),
      y_stride(plan.y_stride),
      panels(shape.out_channels, lanes, vectors) {
  const auto& [D, H, W] = shape.dim;
  pitch = ((W.out - 1) * W.stride + W.kernel) * shape.in_channels;
  const int64_t most =
      std::max<int64_t>(1, kRowsBytes / (4 * H.stride * std::max<int64_t>(1, pitch)));
  blocks = std::max<int64_t>(ceil_div(H.out, most), 1);
  // As many blocks as there are threads, if there are rows.
  if (shape.batch < plan.threads)
    blocks = std::clamp<int64_t>(2 * plan.threads, blocks, std::max(blocks, H.out));
  rows = (ceil_div(H.out, blocks) - 1) * H.stride + (H.kernel - 1) * H.dilation + 1;
}

void plan_few_channels(NhwcConvPlan& plan) {
  const FewChannels f = few_channels(plan);
  plan.weights_bytes = size_t(f.panels.floats(f.K())) * sizeof(float);
  plan.scratch_bytes = size_t(f.slice_floats() * plan.threads) * sizeof(float);
}

void pack_few_channels(const NhwcConvPlan& plan, const ConvWeights& weights, float* packed) {
  const FewChannels f = few_channels(plan);
  const int64_t C = f.shape.in_channels;
  std::fill_n(packed, f.panels.floats(f.K()), 0.f);
  for (int64_t p = 0; p < f.panels.count; ++p)
    pack_taps(weights.from(f.panels.column(p), 0), f.shape.dim[1].kernel, f.shape.dim[2].kernel, C,
              f.panels.used(p), f.panels.width(p), C, packed + f.panels.column(p) * f.K());
}

void run_few_channels(const NhwcConvPlan& plan, const float* x, const float* packed,
                      const NhwcEpilogue& epilogue, float* y, float* scratch) {
  const FewChannels f = few_channels(plan);
  const FewChannelsRoutines& isa = routines[current_isa()];
  for_each_item(f.shape.batch * f.blocks, f.work(), plan.threads, [&](int64_t item, int64_t slice) {
    isa.item(f, item, x, packed, epilogue, y, scratch + slice * f.slice_floats());
  });
}

}  // namespace tealight::kernels
#endif
