// Convolution as its definition says, for any number type: what faster kernels are tested against,
// and what doubles run. One walk over all (output, input, weight) triples serves the product and
// both gradients.
#pragma once
#include <algorithm>

#include "core/parallel.h"
#include "kernels/conv/conv.h"

namespace tealight::kernels {

/// Calls f(y_index, x_index, w_index) for every product that makes up output plane (n, o).
template <class F>
void for_each_tap(const ConvShape& s, int64_t n, int64_t o, F f) {
  const auto& [D, H, W] = s.dim;
  const int64_t inputs = s.group_inputs(), first = o / s.group_outputs() * inputs;
  const int64_t y0 = (n * s.out_channels + o) * s.out_size();
  for (int64_t od = 0; od < D.out; ++od)
    for (int64_t oh = 0; oh < H.out; ++oh)
      for (int64_t ow = 0; ow < W.out; ++ow) {
        const int64_t y = y0 + (od * H.out + oh) * W.out + ow;
        for (int64_t c = 0; c < inputs; ++c)
          for (int64_t kd = 0; kd < D.kernel; ++kd) {
            const int64_t id = od * D.stride - D.pad + kd * D.dilation;
            if (id < 0 || id >= D.in) continue;
            for (int64_t kh = 0; kh < H.kernel; ++kh) {
              const int64_t ih = oh * H.stride - H.pad + kh * H.dilation;
              if (ih < 0 || ih >= H.in) continue;
              const int64_t x = ((n * s.in_channels + first + c) * D.in + id) * H.in + ih;
              const int64_t w = (((o * inputs + c) * D.kernel + kd) * H.kernel + kh) * W.kernel;
              for (int64_t kw = 0; kw < W.kernel; ++kw) {
                const int64_t iw = ow * W.stride - W.pad + kw * W.dilation;
                if (iw >= 0 && iw < W.in) f(y, x * W.in + iw, w + kw);
              }
            }
          }
      }
}

/// y = conv(x, w) + bias. T: float, double, a complex or an integer type.
template <class T>
void conv_reference(const ConvShape& s, const T* x, const T* w, const T* bias, T* y) {
  parallel_for(0, s.batch * s.out_channels, 1, [&](int64_t plane, int64_t end) {
    for (; plane < end; ++plane) {
      const int64_t o = plane % s.out_channels;
      std::fill_n(y + plane * s.out_size(), s.out_size(), bias ? bias[o] : T(0));
      for_each_tap(s, plane / s.out_channels, o,
                   [&](int64_t yi, int64_t xi, int64_t wi) { y[yi] += x[xi] * w[wi]; });
    }
  });
}

/// grad_x from grad_y: a transposed convolution. Filled, not added to.
template <class T>
void conv_input_gradient_reference(const ConvShape& s, const T* grad_y, const T* w, T* grad_x) {
  std::fill_n(grad_x, s.batch * s.in_channels * s.in_size(), T(0));
  parallel_for(0, s.batch * s.groups, 1, [&](int64_t i, int64_t end) {  // groups share no input
    for (; i < end; ++i)
      for (int64_t k = 0; k < s.group_outputs(); ++k)
        for_each_tap(s, i / s.groups, i % s.groups * s.group_outputs() + k,
                     [&](int64_t yi, int64_t xi, int64_t wi) { grad_x[xi] += grad_y[yi] * w[wi]; });
  });
}

/// grad_w from grad_y. Filled, not added to.
template <class T>
void conv_weight_gradient_reference(const ConvShape& s, const T* x, const T* grad_y, T* grad_w) {
  std::fill_n(grad_w, s.out_channels * s.group_inputs() * s.kernel_size(), T(0));
  parallel_for(0, s.out_channels, 1, [&](int64_t o, int64_t end) {
    for (; o < end; ++o)
      for (int64_t n = 0; n < s.batch; ++n)
        for_each_tap(s, n, o,
                     [&](int64_t yi, int64_t xi, int64_t wi) { grad_w[wi] += grad_y[yi] * x[xi]; });
  });
}

}  // namespace tealight::kernels
