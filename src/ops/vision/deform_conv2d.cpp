// torchvision's deform_conv2d: windows whose taps are moved by `offset` (N, 2 * groups * kh * kw,
// H', W') and weighed by `mask`. Made of a gathering of columns, which has a gradient of its own,
// and a product.
#include <cmath>

#include "ops/gradients.h"
#include "ops/samples.h"
#include "ops/vision/widened.h"
#include "tealight/operators.h"

namespace tealight::ops {
namespace {

using Optional = std::optional<Tensor>;

// A point of a plane between four pixels; those outside count as 0.
template <class T>
struct Point {
  int64_t H, W, y0, x0;
  T ly, lx;
  bool inside;
  Point(int64_t h, int64_t w, T y, T x)
      : H(h),
        W(w),
        y0(int64_t(std::floor(y))),
        x0(int64_t(std::floor(x))),
        ly(y - T(y0)),
        lx(x - T(x0)),
        inside(y > -1 && y < T(h) && x > -1 && x < T(w)) {}
  bool has(int64_t dy, int64_t dx) const {
    return y0 + dy >= 0 && y0 + dy < H && x0 + dx >= 0 && x0 + dx < W;
  }
  int64_t place(int64_t dy, int64_t dx) const { return (y0 + dy) * W + x0 + dx; }
  T pixel(const T* plane, int64_t dy, int64_t dx) const {
    return has(dy, dx) ? plane[place(dy, dx)] : T(0);
  }
  T value(const T* p) const {
    if (!inside) return 0;
    return (1 - ly) * ((1 - lx) * pixel(p, 0, 0) + lx * pixel(p, 0, 1)) +
           ly * ((1 - lx) * pixel(p, 1, 0) + lx * pixel(p, 1, 1));
  }
  T by_y(const T* p) const {
    if (!inside) return 0;
    return (1 - lx) * (pixel(p, 1, 0) - pixel(p, 0, 0)) + lx * (pixel(p, 1, 1) - pixel(p, 0, 1));
  }
  T by_x(const T* p) const {
    if (!inside) return 0;
    return (1 - ly) * (pixel(p, 0, 1) - pixel(p, 0, 0)) + ly * (pixel(p, 1, 1) - pixel(p, 1, 0));
  }
  void add(T* plane, T g) const {
    if (!inside) return;
    for (int64_t dy : {0, 1})
      for (int64_t dx : {0, 1})
        if (has(dy, dx)) plane[place(dy, dx)] += g * (dy ? ly : 1 - ly) * (dx ? lx : 1 - lx);
  }
};

// Calls f(plane of the input, place in the columns, place of the offset along y, along x, place of
// the mask, the point) for each element of the columns (N, C * kh * kw, oh * ow).
const DimVector& pair_of(const DimVector& v) {
  TL_CHECK(v.size() == 2, "deformed_columns: two numbers were expected, but got ", v);
  return v;
}
struct Windows {
  int64_t N, C, H, W, kh, kw, oh, ow;
  DimVector stride, padding, dilation;
  int64_t groups;

  Windows(const Tensor& x, const Tensor& offset, const Tensor& mask, const DimVector& kernel,
          const DimVector& s, const DimVector& p, const DimVector& d, int64_t offset_groups)
      : N(x.size(0)),
        C(x.size(1)),
        H(x.size(2)),
        W(x.size(3)),
        kh(pair_of(kernel)[0]),
        kw(kernel[1]),
        oh(offset.size(2)),
        ow(offset.size(3)),
        stride(pair_of(s)),
        padding(pair_of(p)),
        dilation(pair_of(d)),
        groups(offset_groups) {
    TL_CHECK(groups > 0 && C % groups == 0 && kh > 0 && kw > 0 &&
                 offset.sizes() == IntArrayRef({N, groups * 2 * kh * kw, oh, ow}) &&
                 offset.scalar_type() == x.scalar_type(),
             "deformed_columns: offset ", offset.sizes(), " does not fit ", x.sizes());
    TL_CHECK(!mask.defined() || (mask.sizes() == IntArrayRef({N, groups * kh * kw, oh, ow}) &&
                                 mask.scalar_type() == x.scalar_type()),
             "deformed_columns: mask does not fit ", x.sizes());
  }

  template <class T, class F>
  void each(const T* offset, F f) const {
    const int64_t taps = kh * kw, places = oh * ow;
    for (int64_t plane = 0, column = 0; plane < N * C; ++plane) {
      const int64_t group = plane / C * groups + plane % C / (C / groups);
      for (int64_t tap = 0; tap < taps; ++tap)
        for (int64_t p = 0; p < places; ++p, ++column) {
          const int64_t dy = (group * taps + tap) * 2 * places + p, dx = dy + places;
          const T y = T(p / ow * stride[0] - padding[0] + tap / kw * dilation[0]) + offset[dy],
                  x = T(p % ow * stride[1] - padding[1] + tap % kw * dilation[1]) + offset[dx];
          f(plane, column, dy, dx, (group * taps + tap) * places + p, Point<T>(H, W, y, x));
        }
    }
  }
};

Tensor columns_impl(const Tensor& given, const Tensor& given_offset, const Optional& given_mask,
                    const DimVector& kernel, const DimVector& stride, const DimVector& padding,
                    const DimVector& dilation, int64_t groups) {
  const Tensor x = given.contiguous(), offset = given_offset.contiguous(),
               mask = given_mask ? given_mask->contiguous() : Tensor();
  const Windows w(x, offset, mask, kernel, stride, padding, dilation, groups);
  Tensor columns(Fact(x.scalar_type(), {w.N, w.C * w.kh * w.kw, w.oh * w.ow}));
  with_type(x, [&](auto type) {
    using T = decltype(type);
    const T* m = mask.defined() ? mask.as<T>() : nullptr;
    w.each(offset.as<T>(), [&](int64_t plane, int64_t column, int64_t, int64_t, int64_t weight,
                               const Point<T>& point) {
      columns.as<T>()[column] = point.value(x.as<T>() + plane * w.H * w.W) * (m ? m[weight] : T(1));
    });
  });
  return columns;
}

std::vector<Value> columns_backward_impl(const Tensor& given_grad, const Tensor& given,
                                         const Tensor& given_offset, const Optional& given_mask,
                                         const DimVector& kernel, const DimVector& stride,
                                         const DimVector& padding, const DimVector& dilation,
                                         int64_t groups) {
  const Tensor g = given_grad.contiguous(), x = given.contiguous(),
               offset = given_offset.contiguous(),
               mask = given_mask ? given_mask->contiguous() : Tensor();
  const Windows w(x, offset, mask, kernel, stride, padding, dilation, groups);
  TL_CHECK(g.sizes() == IntArrayRef({w.N, w.C * w.kh * w.kw, w.oh * w.ow}) &&
               g.scalar_type() == x.scalar_type(),
           "deformed_columns: a gradient of shape ", g.sizes());
  const Tensor to_x = zeros_like(x), to_offset = zeros_like(offset),
               to_mask = mask.defined() ? zeros_like(mask) : zeros({0}, x.options());
  with_type(x, [&](auto type) {
    using T = decltype(type);
    w.each(offset.as<T>(), [&](int64_t plane, int64_t column, int64_t dy, int64_t dx,
                               int64_t weight, const Point<T>& point) {
      const T* pixels = x.as<T>() + plane * w.H * w.W;
      T slope = g.as<T>()[column];
      if (mask.defined()) {
        to_mask.as<T>()[weight] += slope * point.value(pixels);
        slope *= mask.as<T>()[weight];
      }
      point.add(to_x.as<T>() + plane * w.H * w.W, slope);
      to_offset.as<T>()[dy] += slope * point.by_y(pixels);
      to_offset.as<T>()[dx] += slope * point.by_x(pixels);
    });
  });
  return {to_x, to_offset, to_mask};
}
Grads columns_gradient(const GradCall& c) {
  const auto [x, offset, mask] = detail::call_as<std::tuple<Tensor, Tensor, Tensor>>(
      find_overload("tealight::deformed_columns_backward"), c.grad(), c.args[0], c.args[1],
      c.args[2], c.args[3], c.args[4], c.args[5], c.args[6], c.args[7]);
  return {x, offset, c.in(2).defined() ? mask : Tensor()};
}

Tensor deform_conv2d_impl(const Tensor& given, const Tensor& weight, const Tensor& given_offset,
                          const Tensor& given_mask, const Tensor& bias, int64_t stride_h,
                          int64_t stride_w, int64_t pad_h, int64_t pad_w, int64_t dil_h,
                          int64_t dil_w, int64_t groups, int64_t offset_groups, bool use_mask) {
  TL_CHECK(given.dim() == 4 && weight.dim() == 4 && given_offset.dim() == 4,
           "deform_conv2d: input, weight and offset must have 4 dimensions");
  TL_CHECK(
      stride_h > 0 && stride_w > 0 && dil_h > 0 && dil_w > 0 && groups > 0 && offset_groups > 0,
      "deform_conv2d: strides, dilations and groups must be positive");
  const ScalarType t = compute_type(given);
  const Tensor x = given.to(t), offset = given_offset.to(t);
  const Optional mask = use_mask ? Optional(given_mask.to(t)) : Optional();
  const int64_t N = x.size(0), C = x.size(1), H = x.size(2), W = x.size(3), kh = weight.size(2),
                kw = weight.size(3);
  const int64_t oh = (H + 2 * pad_h - (dil_h * (kh - 1) + 1)) / stride_h + 1,
                ow = (W + 2 * pad_w - (dil_w * (kw - 1) + 1)) / stride_w + 1;
  TL_CHECK(oh > 0 && ow > 0, "deform_conv2d: Calculated output size too small - out_h: ", oh,
           " out_w: ", ow);
  TL_CHECK(C == weight.size(1) * groups && weight.size(0) % groups == 0, "deform_conv2d: weight ",
           weight.sizes(), " with groups=", groups, " does not fit ", C, " input channels");
  TL_CHECK(C % offset_groups == 0 &&
               offset.sizes() == IntArrayRef({N, offset_groups * 2 * kh * kw, oh, ow}),
           "deform_conv2d: offset.shape is not valid: got ", offset.sizes(), " expected ",
           DimVector{N, offset_groups * 2 * kh * kw, oh, ow});
  TL_CHECK(!use_mask || mask->sizes() == IntArrayRef({N, offset_groups * kh * kw, oh, ow}),
           "deform_conv2d: mask.shape is not valid: got ", given_mask.sizes(), " expected ",
           DimVector{N, offset_groups * kh * kw, oh, ow});
  const Tensor columns =
      detail::call_as<Tensor>(find_overload("tealight::deformed_columns"), x, offset, mask,
                              DimVector{kh, kw}, DimVector{stride_h, stride_w},
                              DimVector{pad_h, pad_w}, DimVector{dil_h, dil_w}, offset_groups);
  const int64_t outs = weight.size(0);
  const Tensor w = weight.to(t).reshape({groups, outs / groups, weight.size(1) * kh * kw});
  Tensor y = matmul(w, columns.view({N, groups, weight.size(1) * kh * kw, oh * ow}))
                 .reshape({N, outs, oh, ow});
  if (bias.defined() && bias.numel()) y = add(y, bias.to(t).reshape({1, outs, 1, 1}));
  return y.to(given.scalar_type());
}

std::vector<Sample> deform_samples() {
  return {{{sample({2, 4, 6, 5}), sample({6, 2, 3, 3}), sample({2, 36, 6, 5}, kFloat, -2, 2, 3),
            sample({2, 18, 6, 5}, kFloat, 0, 1, 4), sample({6}), 1, 1, 1, 1, 1, 1, 2, 2, true}}};
}

}  // namespace

TL_OP(deformed_columns){
    .schemas =
        {"tealight::deformed_columns(Tensor x, Tensor offset, Tensor? mask, int[] kernel, int[] stride, int[] padding, int[] dilation, int offset_groups) -> Tensor"},
    .function = function<columns_impl>,
    .backward = TL_TRAIN(columns_gradient),
};
TL_OP(deformed_columns_backward){
    .schemas =
        {"tealight::deformed_columns_backward(Tensor grad, Tensor x, Tensor offset, Tensor? mask, int[] kernel, int[] stride, int[] padding, int[] dilation, int offset_groups) -> (Tensor, Tensor, Tensor)"},
    .function = function<columns_backward_impl>,
    .backward = TL_TRAIN(not_twice_differentiable),
};
TL_OP(deform_conv2d){
    .schemas =
        {"torchvision::deform_conv2d(Tensor input, Tensor weight, Tensor offset, Tensor mask, Tensor bias, int stride_h, int stride_w, int pad_h, int pad_w, int dilation_h, int dilation_w, int groups, int offset_groups, bool use_mask) -> Tensor"},
    .function = function<deform_conv2d_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(deform_samples),
};
}  // namespace tealight::ops
