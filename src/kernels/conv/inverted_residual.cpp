#include "kernels/conv/inverted_residual.h"

#include <algorithm>

#include "core/cpu.h"
#include "core/parallel.h"
#include "kernels/gemm/pixels.h"

namespace tealight::kernels {
namespace {

constexpr int64_t kFirstCache = 32 << 10;  // bytes of it that a buffer may take
constexpr int64_t kSecondCache = 640 << 10;
constexpr double kWorkPerThread = 1 << 20;  // products worth another thread
constexpr int64_t kAlign = 64 / sizeof(float);

// Pixels a multiple of 2 KiB apart would share a few sets of the first cache.
int64_t spaced(int64_t channels) { return channels % 512 == 0 ? channels + kAlign : channels; }

// A row of the expanded tensor in the ring: padded with zeros as the convolution wants it.
int64_t padded_width(const InvertedResidualShape& s) {
  return std::max((s.w.out - 1) * s.w.stride + (s.w.kernel - 1) * s.w.dilation + 1,
                  s.w.pad + s.w.in);
}

// Scratch, in floats: of each thread and of all.
struct Layout {
  int64_t ring, strip, own;  // ring and depthwise rows of one thread, and both
  int64_t whole, sums, means, squeezed;
  Layout(const InvertedResidualPlan& p) {
    const InvertedResidualShape& s = p.shape;
    const bool by_rows = p.order == BlockOrder::by_rows;
    const int64_t pixel = spaced(p.channels), lanes = pixels_lanes(p.isa);
    ring = s.expand ? round_up(p.ring * padded_width(s) * spaced(p.group), kAlign) : 0;
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

  // Rows [from, to) of channels [first, first + n) of the expanded tensor, into their ring.
  void expand(int64_t from, int64_t to, int64_t first, int64_t n, float* ring) const {
    PixelProduct p{s.in_channels, n, nullptr, s.x_pixel, weights.expand + first * s.in_channels};
    if (weights.expand_bias) p.bias = weights.expand_bias + first;
    p.bias_n = s.hidden - first;
    p.c_pixel = spaced(n);
    p.c_row = s.w.in;
    p.c_gap = (padded_width(s) - s.w.in) * p.c_pixel;
    p.activation = s.expand_activation;
    while (from < to) {
      const int64_t slot = from % plan.ring, rows = std::min(to - from, plan.ring - slot);
      p.a = x + from * s.w.in * s.x_pixel;
      p.c = ring + (slot * padded_width(s) + s.w.pad) * p.c_pixel;
      run_pixels(plan.isa, p, rows * s.w.in);
      from += rows;
    }
  }

  // One row of channels [first, first + n) of the depthwise output.
  void depthwise(int64_t row, int64_t first, int64_t n, const float* ring, float* to,
                 float* sums) const {
    DepthwiseRow r{};
    r.h = s.h, r.w = s.w, r.out_row = row;
    if (s.expand) {
      r.x = ring;
      r.x_pixel = spaced(n), r.x_rows = plan.ring;
      r.w.in = padded_width(s), r.w.pad = 0;
    } else {
      r.x = x;
      r.x_pixel = s.x_pixel, r.x_rows = s.h.in;
    }
    r.x_row = r.w.in * r.x_pixel;
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

  // Rows of input before the first that output rows from `end` on need and those before do not.
  int64_t rows_seen(int64_t end) const {
    return std::clamp<int64_t>(
        (end - 1) * s.h.stride - s.h.pad + (s.h.kernel - 1) * s.h.dilation + 1, 0, s.h.in);
  }
  // Depthwise rows [row, end) of the group of channels that starts at `first`, after the rows of
  // the expanded tensor that are new to them; `begin` is the first row of all. Row i goes to
  // to(i).
  template <class To>
  void rows(int64_t row, int64_t end, int64_t begin, int64_t first, float* ring, const To& to,
            float* sums) const {
    const int64_t n = std::min(plan.group, plan.channels - first);
    if (s.expand) {
      const int64_t until = rows_seen(end), done = row == begin ? 0 : rows_seen(row);
      expand(std::max({done, row * s.h.stride - s.h.pad, until - plan.ring}), until, first, n,
             ring);
    }
    const int64_t step = round_up(plan.channels, pixels_lanes(plan.isa));
    for (int64_t i = row; i < end; ++i)
      depthwise(i, first, n, ring, to(i) + first, sums ? sums + i * step + first : nullptr);
  }
  void clear(float* ring, int64_t floats) const {
    if (padded_width(s) > s.w.in) std::fill_n(ring, floats, 0.f);
  }

  // Rows [begin, end) of the whole block.
  void by_rows(int64_t begin, int64_t end, const Layout& layout, float* own) const {
    float* strip = own + layout.ring;
    const int64_t row_floats = s.w.out * spaced(plan.channels);
    clear(own, layout.ring);
    for (int64_t row = begin; row < end; row += plan.rows) {
      const int64_t last = std::min(end, row + plan.rows);
      rows(
          row, last, begin, 0, own, [&](int64_t i) { return strip + (i - row) * row_floats; },
          nullptr);
      project(strip, row * s.w.out, (last - row) * s.w.out);
    }
  }

  // Rows [begin, end) of the depthwise output, of the group of channels that starts at `first`.
  void by_channels(int64_t begin, int64_t end, int64_t first, const Layout& layout, float* ring,
                   float* whole, float* sums) const {
    const int64_t row_floats = s.w.out * spaced(plan.channels);
    clear(ring, layout.ring);
    for (int64_t row = begin; row < end; row += plan.rows)
      rows(
          row, std::min(end, row + plan.rows), begin, first, ring,
          [&](int64_t i) { return whole + i * row_floats; }, sums);
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
        picture.by_rows(begin, begin + rows, layout, own);
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
  // Threads share the channels, or the rows if nothing would be expanded twice then.
  const Slices groups{ceil_div(plan.channels, plan.group), plan.threads},
      rows{s.h.out, plan.threads};
  parallel_for(0, plan.threads, 1, [&](int64_t slice, int64_t end) {
    for (; slice < end; ++slice) {
      float* ring = scratch + slice * layout.own;
      if (!s.expand)
        picture.by_channels(rows.first(slice), rows.first(slice + 1), 0, layout, ring, whole, sums);
      else
        for (int64_t i = groups.first(slice); i < groups.first(slice + 1); ++i)
          picture.by_channels(0, s.h.out, i * plan.group, layout, ring, whole, sums);
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
  const int64_t depthwise_bytes = s.h.out * s.w.out * s.hidden * int64_t(sizeof(float));
  const bool by_channels = s.squeezed || depthwise_bytes <= kSecondCache;
  return plan_inverted_residual(s, threads,
                                by_channels ? BlockOrder::by_channels : BlockOrder::by_rows);
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
