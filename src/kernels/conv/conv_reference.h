// Convolution as its definition says, for any number type: what faster kernels are tested against,
// and what doubles run. One walk over all (output, input, weight) triples serves the product and
// both gradients.
#pragma once
#include <algorithm>

#include "core/parallel.h"
#include "kernels/conv/conv.h"

namespace tealight::kernels {

/// Products of one row of a kernel: y[y] += x[x + i * step] * w[w + i], i below n.
struct TapRow {
  int64_t y, x, w, n, step;
};
/// Calls f for every row that makes up output plane (n, o). The walk is compiled once, for every
/// number type.
void for_each_tap_row(const ConvShape& s, int64_t n, int64_t o, FunctionRef<void(const TapRow&)> f);

/// y = conv(x, w) + bias. T: float, double, a complex or an integer type.
template <class T>
void conv_reference(const ConvShape& s, const T* x, const T* w, const T* bias, T* y) {
  parallel_for(0, s.batch * s.out_channels, 1, [&](int64_t plane, int64_t end) {
    for (; plane < end; ++plane) {
      const int64_t o = plane % s.out_channels;
      std::fill_n(y + plane * s.out_size(), s.out_size(), bias ? bias[o] : T(0));
      for_each_tap_row(s, plane / s.out_channels, o, [&](const TapRow& r) {
        for (int64_t i = 0; i < r.n; ++i) y[r.y] += x[r.x + i * r.step] * w[r.w + i];
      });
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
        for_each_tap_row(s, i / s.groups, i % s.groups * s.group_outputs() + k,
                         [&](const TapRow& r) {
                           for (int64_t t = 0; t < r.n; ++t)
                             grad_x[r.x + t * r.step] += grad_y[r.y] * w[r.w + t];
                         });
  });
}

/// grad_w from grad_y. Filled, not added to.
template <class T>
void conv_weight_gradient_reference(const ConvShape& s, const T* x, const T* grad_y, T* grad_w) {
  std::fill_n(grad_w, s.out_channels * s.group_inputs() * s.kernel_size(), T(0));
  parallel_for(0, s.out_channels, 1, [&](int64_t o, int64_t end) {
    for (; o < end; ++o)
      for (int64_t n = 0; n < s.batch; ++n)
        for_each_tap_row(s, n, o, [&](const TapRow& r) {
          for (int64_t i = 0; i < r.n; ++i) grad_w[r.w + i] += grad_y[r.y] * x[r.x + i * r.step];
        });
  });
}

}  // namespace tealight::kernels
