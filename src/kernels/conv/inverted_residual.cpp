#include "kernels/conv/inverted_residual.h"

#include <algorithm>

#include "core/cpu.h"
#include "core/parallel.h"
#include "kernels/gemm/pixels.h"

namespace tealight::kernels {
namespace {

constexpr int64_t kFirstCache = 32 << 10;   // bytes of it that a buffer may take
constexpr double kWorkPerThread = 1 << 20;  // products worth another thread
constexpr int64_t kAlign = 64 / sizeof(float);

// Pixels a multiple of 2 KiB apart would share a few sets of the first cache.
int64_t spaced(int64_t channels) { return channels % 512 == 0 ? channels + kAlign : channels; }

// Scratch, in floats: of each thread and of all.
struct Layout {
  int64_t ring, strip, own;  // ring and depthwise rows of one thread, and both
  int64_t whole, sums, means, squeezed;
  Layout(const InvertedResidualPlan& p) {
    const InvertedResidualShape& s = p.shape;
    const bool by_rows = p.order == BlockOrder::by_rows;
    const int64_t pixel = spaced(p.channels), lanes = pixels_lanes(p.isa);
    ring = s.expand ? round_up(p.ring * s.w.in * spaced(p.group), kAlign) : 0;
    strip = by_rows ? round_up(p.rows * s.w.out * pixel, kAlign) : 0;
    own = ring + strip;
    whole = by_rows ? 0 : round_up(s.h.out * s.w.out * pixel, kAlign);
    sums = s.squeezed ? s.h.out * round_up(p.channels, lanes) : 0;
    means = s.squeezed ? round_up(p.channels, kAlign) : 0;
    squeezed = round_up(s.squeezed, kAlign);
  }
  int64_t floats(int threads) const {
    return own * threads + whole + round_up(sums, kAlign) + 2 * means + squeezed;
  }
};

// Work on one picture.
struct Picture {
  const InvertedResidualPlan& plan;
  const InvertedResidualWeights& weights;
  const float* x;
  const float* residual;
  int64_t residual_pixel;
  float* y;
  const InvertedResidualShape& s = plan.shape;

  // Rows [from, to) of channels [first, first + n) of the expanded tensor, into the ring.
  void expand(int64_t from, int64_t to, int64_t first, int64_t n, float* ring) const {
    PixelProduct p{s.in_channels, n, nullptr, s.x_pixel, weights.expand + first * s.in_channels};
    if (weights.expand_bias) p.bias = weights.expand_bias + first;
    p.bias_n = s.hidden - first;
    p.c_pixel = spaced(n);
    p.activation = s.expand_activation;
    while (from < to) {
      const int64_t slot = from % plan.ring, rows = std::min(to - from, plan.ring - slot);
      p.a = x + from * s.w.in * s.x_pixel;
      p.c = ring + slot * s.w.in * p.c_pixel;
      run_pixels(plan.isa, p, rows * s.w.in);
      from += rows;
    }
  }

  // One row of channels [first, first + n) of the depthwise output.
  void depthwise(int64_t row, int64_t first, int64_t n, const float* ring, float* to,
                 float* sums) const {
    DepthwiseRow r{};
    r.h = s.h, r.w = s.w, r.out_row = row;
    r.x = s.expand ? ring : x;
    r.x_pixel = s.expand ? spaced(n) : s.x_pixel;
    r.x_row = s.w.in * r.x_pixel;
    r.x_rows = s.expand ? plan.ring : s.h.in;
    r.channels = n;
    r.weights = weights.depthwise + first * s.h.kernel * s.w.kernel;
    if (weights.depthwise_bias) r.bias = weights.depthwise_bias + first;
    r.bias_channels = s.hidden - first;
    r.y = to, r.y_pixel = spaced(plan.channels);
    r.activation = s.depthwise_activation;
    r.sums = sums;
    run_depthwise_row(plan.isa, r);
  }

  // `pixels` of output from `first` on, of depthwise output that starts with them.
  void project(const float* from, int64_t first, int64_t pixels) const {
    PixelProduct p{s.hidden, s.out_channels, from, spaced(plan.channels), weights.project};
    p.bias = weights.project_bias, p.bias_n = s.out_channels;
    p.c = y + first * s.y_pixel, p.c_pixel = s.y_pixel;
    if (residual) p.residual = residual + first * residual_pixel;
    p.residual_pixel = residual_pixel;
    p.activation = s.project_activation;
    run_pixels(plan.isa, p, pixels);
  }

  // Calls then(row, rows) after rows [row, row + rows) of output, a few of [begin, end) at a time,
  // went through `each`(row); the rows of the expanded tensor that they see are made first.
  template <class Each, class Then>
  void walk(int64_t begin, int64_t end, int64_t first, int64_t n, float* ring, const Each& each,
            const Then& then) const {
    int64_t expanded = std::max<int64_t>(0, begin * s.h.stride - s.h.pad);
    for (int64_t row = begin; row < end; row += plan.rows) {
      const int64_t rows = std::min(plan.rows, end - row);
      if (s.expand) {
        const int64_t seen =
            (row + rows - 1) * s.h.stride - s.h.pad + (s.h.kernel - 1) * s.h.dilation + 1;
        const int64_t until = std::min(seen, s.h.in);
        if (until - expanded > plan.ring) expanded = until - plan.ring;  // rows no kernel sees
        expand(expanded, until, first, n, ring);
        expanded = std::max(expanded, until);
      }
      for (int64_t i = 0; i < rows; ++i) each(row + i);
      then(row, rows);
    }
  }

  void rows(int64_t begin, int64_t end, float* ring, float* strip) const {
    const int64_t row_floats = s.w.out * spaced(plan.channels);
    int64_t base = begin;
    walk(
        begin, end, 0, plan.channels, ring,
        [&](int64_t row) {
          depthwise(row, 0, plan.channels, ring, strip + (row - base) * row_floats, nullptr);
        },
        [&](int64_t row, int64_t rows) {
          project(strip, row * s.w.out, rows * s.w.out);
          base = row + rows;
        });
  }

  // Channels [first, first + n) of the whole depthwise output.
  void channels(int64_t first, int64_t n, float* ring, float* whole, float* sums) const {
    const int64_t row_floats = s.w.out * spaced(plan.channels);
    const int64_t step = round_up(plan.channels, pixels_lanes(plan.isa));
    walk(
        0, s.h.out, first, n, ring,
        [&](int64_t row) {
          depthwise(row, first, n, ring, whole + row * row_floats + first,
                    sums ? sums + row * step + first : nullptr);
        },
        [](int64_t, int64_t) {});
  }
};

// How many threads the work is worth.
int useful_threads(const InvertedResidualShape& s, int threads) {
  const double in = double(s.h.in * s.w.in), out = double(s.h.out * s.w.out);
  const double work = double(s.hidden) * ((s.expand ? in * double(s.in_channels) : 0) +
                                          out * double(s.h.kernel * s.w.kernel + s.out_channels));
  return int(std::clamp<double>(work * double(s.batch) / kWorkPerThread, 1, threads));
}

void run_by_rows(const InvertedResidualPlan& plan, const Layout& layout, const Picture& first,
                 float* scratch) {
  const InvertedResidualShape& s = plan.shape;
  const Slices slices{s.batch * s.h.out, plan.threads};
  parallel_for(0, slices.n, 1, [&](int64_t slice, int64_t end) {
    for (; slice < end; ++slice) {
      float* own = scratch + slice * layout.own;
      for (int64_t row = slices.first(slice); row < slices.first(slice + 1);) {
        const int64_t n = row / s.h.out, begin = row % s.h.out;
        const int64_t rows = std::min(s.h.out - begin, slices.first(slice + 1) - row);
        const int64_t pixels = n * s.h.out * s.w.out;
        Picture picture{plan,
                        first.weights,
                        first.x + n * s.h.in * s.w.in * s.x_pixel,
                        first.residual ? first.residual + pixels * first.residual_pixel : nullptr,
                        first.residual_pixel,
                        first.y + pixels * s.y_pixel};
        picture.rows(begin, begin + rows, own, own + layout.ring);
        row += rows;
      }
    }
  });
}

void run_by_channels(const InvertedResidualPlan& plan, const Layout& layout, const Picture& picture,
                     float* scratch) {
  const InvertedResidualShape& s = plan.shape;
  float* whole = scratch + layout.own * plan.threads;
  float* sums = s.squeezed ? whole + layout.whole : nullptr;
  const int64_t groups = ceil_div(plan.channels, plan.group);
  const Slices of_groups{groups, plan.threads};
  parallel_for(0, plan.threads, 1, [&](int64_t slice, int64_t end) {
    for (; slice < end; ++slice)
      for (int64_t i = of_groups.first(slice); i < of_groups.first(slice + 1); ++i) {
        const int64_t first = i * plan.group, n = std::min(plan.group, plan.channels - first);
        picture.channels(first, n, scratch + slice * layout.own, whole, sums);
      }
  });
  const int64_t pixels = s.h.out * s.w.out, pixel = spaced(plan.channels);
  float* gate = nullptr;
  if (s.squeezed) {
    float* means = sums + round_up(layout.sums, kAlign);
    gate = means + layout.means;
    const int64_t step = round_up(plan.channels, pixels_lanes(plan.isa));
    depthwise_means(plan.isa, plan.channels, sums, s.h.out, step, pixels, means);
    squeeze_excite_gate(plan.isa, s.hidden, s.squeezed, picture.weights.squeeze, means,
                        gate + layout.means, gate);
  }
  const Slices of_pixels{pixels, plan.threads};
  parallel_for(0, plan.threads, 1, [&](int64_t slice, int64_t end) {
    for (; slice < end; ++slice) {
      const int64_t first = of_pixels.first(slice), n = of_pixels.first(slice + 1) - first;
      float* from = whole + first * pixel;
      if (gate) scale_channels(plan.isa, n, s.hidden, from, pixel, gate, from, pixel);
      picture.project(from, first, n);
    }
  });
}

}  // namespace

InvertedResidualPlan plan_inverted_residual(const InvertedResidualShape& s, int threads,
                                            BlockOrder order) {
  InvertedResidualPlan p{};
  p.shape = s;
  p.order = order;
  p.isa = current_isa();
  p.threads = useful_threads(s, threads);
  const int64_t lanes = pixels_lanes(p.isa), panel = pixels_panel(p.isa);
  const int64_t float_bytes = sizeof(float);
  p.channels = s.expand ? round_up(s.hidden, lanes) : s.hidden;
  p.group = p.channels;
  if (order == BlockOrder::by_rows) {
    p.rows = std::clamp<int64_t>(kFirstCache / (s.w.out * p.channels * float_bytes), 1, s.h.out);
  } else {
    if (s.expand) p.group = std::min(p.channels, 3 * panel);
    p.rows = std::clamp<int64_t>(28 / s.w.out, 1, s.h.out);
  }
  p.ring = std::min((p.rows - 1) * s.h.stride + (s.h.kernel - 1) * s.h.dilation + 1, s.h.in);
  p.expand_bytes = s.expand ? pixels_b_bytes(p.isa, s.in_channels, p.channels) : 0;
  p.depthwise_bytes = depthwise_channels_bytes(p.isa, p.channels, s.h.kernel * s.w.kernel);
  p.project_bytes = pixels_b_bytes(p.isa, s.hidden, s.out_channels);
  p.scratch_bytes = size_t(Layout(p).floats(p.threads)) * sizeof(float);
  return p;
}

InvertedResidualPlan plan_inverted_residual(const InvertedResidualShape& s, int threads) {
  return plan_inverted_residual(s, threads,
                                s.squeezed ? BlockOrder::by_channels : BlockOrder::by_rows);
}

void pack_expand(const InvertedResidualPlan& p, const float* weights, float* packed) {
  pack_pixels_b(p.isa, p.shape.in_channels, p.shape.hidden, weights, packed);
}
void pack_block_depthwise(const InvertedResidualPlan& p, const float* weights, float* packed) {
  pack_depthwise_channels(p.isa, p.channels, p.shape.hidden, p.shape.h.kernel * p.shape.w.kernel,
                          weights, packed);
}
void pack_project(const InvertedResidualPlan& p, const float* weights, float* packed) {
  pack_pixels_b(p.isa, p.shape.hidden, p.shape.out_channels, weights, packed);
}

void inverted_residual(const InvertedResidualPlan& plan, const InvertedResidualWeights& weights,
                       const float* x, const float* residual, int64_t residual_pixel, float* y,
                       void* scratch) {
  const InvertedResidualShape& s = plan.shape;
  const Layout layout(plan);
  const auto memory = static_cast<float*>(scratch);
  const Picture first{plan, weights, x, residual, residual_pixel, y};
  if (plan.order == BlockOrder::by_rows) return run_by_rows(plan, layout, first, memory);
  for (int64_t n = 0; n < s.batch; ++n) {
    const int64_t pixels = n * s.h.out * s.w.out;
    run_by_channels(plan, layout,
                    {plan, weights, x + n * s.h.in * s.w.in * s.x_pixel,
                     residual ? residual + pixels * residual_pixel : nullptr, residual_pixel,
                     y + pixels * s.y_pixel},
                    memory);
  }
}

}  // namespace tealight::kernels
