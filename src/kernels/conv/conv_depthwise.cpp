// Depthwise convolution: each output channel sees one input channel. The channel's plane is first
// copied into scratch with its padding, so the loops need no edge cases; then rows of pixels go a
// vector at a time.
#include <algorithm>

#include "core/parallel.h"
#include "kernels/conv/methods.h"

#ifndef TL_ISA  // the first time through
namespace tealight::kernels {
// One output plane. plane: padded input, rows `pitch` apart, readable far enough for whole vectors.
struct DepthwisePlane {
  const float* plane;
  int64_t pitch, kernel_h, kernel_w, stride_h, stride_w, dilation_h, dilation_w, out_h, out_w;
  const float* weights;  // kernel_h x kernel_w
  float bias;
  const float* residual;  // plane shaped as y, or null
  float min, max;
  float* y;
};
// What one output plane's gradient adds to the gradient of its kernel.
struct DepthwiseTaps {
  const float* plane;
  int64_t pitch, kernel_h, kernel_w, stride_h, stride_w, dilation_h, dilation_w, out_h, out_w;
  const float* grad;  // out_h x out_w
  double* sums;       // kernel_h x kernel_w
};
}  // namespace tealight::kernels
#endif

#define TL_THIS_FILE "kernels/conv/conv_depthwise.cpp"
#include "kernels/simd/foreach_isa.h"

namespace tealight::TL_ISA {
namespace {

template <int Stride>
TL_INLINE f32v load_pixels(const float* p) {
  return Stride == 1 ? f32v::load(p) : f32v::load_stride2(p);
}

TL_INLINE void store_pixels(const kernels::DepthwisePlane& p, f32v sum, int64_t row,
                            int64_t column) {
  const int64_t at = row * p.out_w + column, left = p.out_w - column;
  const bool whole = left >= int64_t(f32v::lanes);
  if (p.residual)
    sum += whole ? f32v::load(p.residual + at) : f32v::load_partial(p.residual + at, size_t(left));
  sum = clamp(sum, p.min, p.max);
  if (whole) {
    sum.store(p.y + at);
  } else {
    sum.store_partial(p.y + at, size_t(left));
  }
}

// Kernels known at compile time: weights in registers, rows of output two at a time so that the
// rows of input they share are loaded once (stride 1).
template <int K, int Stride>
void plane_fixed(const kernels::DepthwisePlane& p) {
  constexpr int lanes = int(f32v::lanes), rows = Stride == 1 ? 2 : 1;
  f32v w[K * K];
#pragma GCC unroll 9
  for (int i = 0; i < K * K; ++i) w[i] = f32v(p.weights[i]);
  for (int64_t row = 0; row < p.out_h; row += rows) {
    const bool both = rows == 2 && row + 1 < p.out_h;
    for (int64_t column = 0; column < p.out_w; column += lanes) {
      const float* x = p.plane + row * Stride * p.pitch + column * Stride;
      f32v upper(p.bias), lower(p.bias);
#pragma GCC unroll 4
      for (int kh = 0; kh < K + rows - 1; ++kh)
#pragma GCC unroll 3
        for (int kw = 0; kw < K; ++kw) {
          const f32v v = load_pixels<Stride>(x + kh * p.pitch + kw);
          if (kh < K) upper = fma(w[kh < K ? kh * K + kw : 0], v, upper);
          if (rows == 2 && kh > 0) lower = fma(w[kh > 0 ? (kh - 1) * K + kw : 0], v, lower);
        }
      store_pixels(p, upper, row, column);
      if (both) store_pixels(p, lower, row + 1, column);
    }
  }
}

template <int Stride>
void plane_any(const kernels::DepthwisePlane& p) {
  constexpr int64_t lanes = int64_t(f32v::lanes);
  for (int64_t row = 0; row < p.out_h; ++row)
    for (int64_t column = 0; column < p.out_w; column += lanes) {
      const float* x = p.plane + row * p.stride_h * p.pitch + column * Stride;
      f32v sum(p.bias);
      for (int64_t kh = 0; kh < p.kernel_h; ++kh)
        for (int64_t kw = 0; kw < p.kernel_w; ++kw)
          sum = fma(f32v(p.weights[kh * p.kernel_w + kw]),
                    load_pixels<Stride>(x + kh * p.dilation_h * p.pitch + kw * p.dilation_w), sum);
      store_pixels(p, sum, row, column);
    }
}

void plane(const kernels::DepthwisePlane& p) {
  const bool square3 = p.kernel_h == 3 && p.kernel_w == 3 && p.dilation_h == 1 && p.dilation_w == 1;
  if (square3 && p.stride_h == 1 && p.stride_w == 1) return plane_fixed<3, 1>(p);
  if (square3 && p.stride_h == 2 && p.stride_w == 2) return plane_fixed<3, 2>(p);
  p.stride_w == 1 ? plane_any<1>(p) : plane_any<2>(p);
}

TL_INLINE f32v load_gradient(const kernels::DepthwiseTaps& p, int64_t row, int64_t column) {
  const int64_t left = p.out_w - column;
  const float* g = p.grad + row * p.out_w + column;
  return left >= int64_t(f32v::lanes) ? f32v::load(g) : f32v::load_partial(g, size_t(left));
}

template <int K, int Stride>
void taps_fixed(const kernels::DepthwiseTaps& p) {
  f32v sum[K * K];
#pragma GCC unroll 9
  for (int i = 0; i < K * K; ++i) sum[i] = f32v(0.f);
  for (int64_t row = 0; row < p.out_h; ++row)
    for (int64_t column = 0; column < p.out_w; column += int64_t(f32v::lanes)) {
      const f32v g = load_gradient(p, row, column);
      const float* x = p.plane + row * Stride * p.pitch + column * Stride;
#pragma GCC unroll 3
      for (int kh = 0; kh < K; ++kh)
#pragma GCC unroll 3
        for (int kw = 0; kw < K; ++kw)
          sum[kh * K + kw] = fma(g, load_pixels<Stride>(x + kh * p.pitch + kw), sum[kh * K + kw]);
    }
#pragma GCC unroll 9
  for (int i = 0; i < K * K; ++i) p.sums[i] += double(hsum(sum[i]));
}

template <int Stride>
void taps_any(const kernels::DepthwiseTaps& p) {
  for (int64_t kh = 0; kh < p.kernel_h; ++kh)
    for (int64_t kw = 0; kw < p.kernel_w; ++kw) {
      f32v sum(0.f);
      for (int64_t row = 0; row < p.out_h; ++row) {
        const float* x =
            p.plane + (row * p.stride_h + kh * p.dilation_h) * p.pitch + kw * p.dilation_w;
        for (int64_t column = 0; column < p.out_w; column += int64_t(f32v::lanes))
          sum = fma(load_gradient(p, row, column), load_pixels<Stride>(x + column * Stride), sum);
      }
      p.sums[kh * p.kernel_w + kw] += double(hsum(sum));
    }
}

void taps(const kernels::DepthwiseTaps& p) {
  const bool square3 = p.kernel_h == 3 && p.kernel_w == 3 && p.dilation_h == 1 && p.dilation_w == 1;
  if (square3 && p.stride_h == 1 && p.stride_w == 1) return taps_fixed<3, 1>(p);
  if (square3 && p.stride_h == 2 && p.stride_w == 2) return taps_fixed<3, 2>(p);
  p.stride_w == 1 ? taps_any<1>(p) : taps_any<2>(p);
}

}  // namespace
inline constexpr auto depthwise_plane = plane;
inline constexpr auto depthwise_taps = taps;
}  // namespace tealight::TL_ISA

#if TL_ONCE
namespace tealight::kernels {
namespace {

using PlaneFn = void (*)(const DepthwisePlane&);
constexpr PlaneFn planes[] = TL_PER_ISA(depthwise_plane);
using TapsFn = void (*)(const DepthwiseTaps&);
constexpr TapsFn taps_of_isa[] = TL_PER_ISA(depthwise_taps);

// The input gradient is a convolution of stride 1 with the kernel turned round, over the gradient
// with zeros between its pixels where the stride is more.
ConvDim turned(const ConvDim& d) {
  return {(d.out - 1) * d.stride + 1,          d.in,      d.kernel, 1,
          (d.kernel - 1) * d.dilation - d.pad, d.dilation};
}
struct TurnedPlane {
  ConvDim H, W;  // of the convolution whose gradient it is
  PaddedPlane size;
  explicit TurnedPlane(const ConvShape& s)
      : H(s.dim[1]), W(s.dim[2]), size(turned(s.dim[1]), turned(s.dim[2])) {}
  int64_t kernel_size() const { return H.kernel * W.kernel; }
  int64_t floats() const { return size.floats() + round_up(kernel_size(), 16); }

  void fill(const float* grad, float* plane) const {
    if (H.stride == 1 && W.stride == 1) return size.fill(grad, 0.f, plane);
    std::fill_n(plane, size.floats(), 0.f);
    for (int64_t row = 0; row < H.out; ++row) {
      float* to = plane + (row * H.stride + size.H.pad) * size.pitch + size.W.pad;
      for (int64_t column = 0; column < W.out; ++column)
        to[column * W.stride] = grad[row * W.out + column];
    }
  }
};

void run_turned(const ConvShape& s, const TurnedPlane& t, int64_t channel, const float* grad_y,
                const float* weights, const float* bias, float* grad_x, float* plane) {
  float* kernel = plane + t.size.floats();
  const int64_t n = channel / s.in_channels, c = channel % s.in_channels;
  for (int64_t k = 0; k < s.group_outputs(); ++k) {
    const int64_t o = c * s.group_outputs() + k;
    t.fill(grad_y + (n * s.out_channels + o) * s.out_size(), plane);
    std::reverse_copy(weights + o * t.kernel_size(), weights + (o + 1) * t.kernel_size(), kernel);
    float* to = grad_x + channel * s.in_size();
    planes[current_isa()]({plane, t.size.pitch, t.H.kernel, t.W.kernel, 1, 1, t.H.dilation,
                           t.W.dilation, t.H.in, t.W.in, kernel, bias && !k ? bias[c] : 0.f,
                           k ? to : nullptr, -HUGE_VALF, HUGE_VALF, to});
  }
}

int64_t gradient_lanes(const ConvShape& s) { return std::clamp<int64_t>(s.out_channels, 1, 8); }

}  // namespace

size_t conv_depthwise_scratch_bytes(const ConvShape& s, int threads) {
  return size_t(threads * PaddedPlane(s.dim[1], s.dim[2]).floats()) * sizeof(float);
}

void conv_depthwise(const ConvPlan& plan, const float* x, const float* weights,
                    const ConvEpilogue& e, float* y, float* scratch) {
  const ConvShape& s = plan.shape;
  const ConvDim &H = s.dim[1], &W = s.dim[2];
  const PaddedPlane size(H, W);
  const Slices slices{s.batch * s.in_channels, plan.threads};
  const auto run = planes[current_isa()];
  const double work =
      double(s.batch * s.out_channels) * double(s.out_size() * s.kernel_size()) / plan.threads;
  parallel_for(0, slices.n, work < 65536 ? slices.n : 1, [&](int64_t slice, int64_t end) {
    for (; slice < end; ++slice) {
      float* padded = scratch + slice * size.floats();
      for (int64_t i = slices.first(slice); i < slices.first(slice + 1); ++i) {
        size.fill(x + i * s.in_size(), 0.f, padded);
        for (int64_t k = 0; k < s.group_outputs(); ++k) {
          const int64_t out = i * s.group_outputs() + k, o = out % s.out_channels,
                        at = out * s.out_size();
          run({padded, size.pitch, H.kernel, W.kernel, H.stride, W.stride, H.dilation, W.dilation,
               H.out, W.out, weights + o * s.kernel_size(), e.bias ? e.bias[o] : 0.f,
               e.residual ? e.residual + at : nullptr, e.min, e.max, y + at});
        }
      }
    }
  });
}

bool is_depthwise_gradient(const ConvShape& s) {
  return !conv_refuses(ConvMethod::depthwise, s) && turned(s.dim[1]).pad >= 0 &&
         turned(s.dim[2]).pad >= 0;
}

size_t depthwise_input_gradient_scratch_bytes(const ConvShape& s, int threads) {
  return size_t(threads * TurnedPlane(s).floats()) * sizeof(float);
}

void depthwise_input_gradient(const ConvShape& s, int threads, const float* grad_y,
                              const float* weights, const float* bias, float* grad_x,
                              float* scratch) {
  const TurnedPlane t(s);
  const Slices slices{s.batch * s.in_channels, threads};
  parallel_for(0, slices.n, 1, [&](int64_t slice, int64_t end) {
    for (; slice < end; ++slice)
      for (int64_t i = slices.first(slice); i < slices.first(slice + 1); ++i)
        run_turned(s, t, i, grad_y, weights, bias, grad_x, scratch + slice * t.floats());
  });
}

size_t depthwise_weight_gradient_scratch_bytes(const ConvShape& s) {
  return size_t(gradient_lanes(s) * PaddedPlane(s.dim[1], s.dim[2]).floats()) * sizeof(float) +
         size_t(s.out_channels * s.kernel_size()) * sizeof(double);
}

void depthwise_weight_gradient(const ConvShape& s, const float* x, const float* grad_y,
                               float* grad_weights, float* scratch) {
  const ConvDim &H = s.dim[1], &W = s.dim[2];
  const PaddedPlane size(H, W);
  const int64_t lanes = gradient_lanes(s), each = s.kernel_size();
  double* sums = reinterpret_cast<double*>(scratch);
  float* padded = reinterpret_cast<float*>(sums + s.out_channels * each);
  std::fill_n(sums, s.out_channels * each, 0.);
  parallel_for(0, lanes, 1, [&](int64_t lane, int64_t end) {
    for (; lane < end; ++lane)
      for (int64_t o = s.out_channels * lane / lanes; o < s.out_channels * (lane + 1) / lanes; ++o)
        for (int64_t n = 0; n < s.batch; ++n) {
          float* plane = padded + lane * size.floats();
          size.fill(x + (n * s.in_channels + o / s.group_outputs()) * s.in_size(), 0.f, plane);
          taps_of_isa[current_isa()](
              {plane, size.pitch, H.kernel, W.kernel, H.stride, W.stride, H.dilation, W.dilation,
               H.out, W.out, grad_y + (n * s.out_channels + o) * s.out_size(), sums + o * each});
        }
  });
  for (int64_t i = 0; i < s.out_channels * each; ++i) grad_weights[i] = float(sums[i]);
}

}  // namespace tealight::kernels
#endif
