// Layer norm and group norm: mean and deviation of each sample's own parts.
#include <cmath>

#include "core/parallel.h"
#include "kernels/norm/layer_norm_gradient.h"
#include "kernels/norm/norm.h"
#include "ops/gradients.h"
#include "ops/nhwc.h"
#include "ops/norm/channels.h"
#include "ops/norm/group_norm_f32.h"
#include "ops/samples.h"
#include "tealight/operators.h"

namespace tealight::ops {
namespace {

using Optional = std::optional<Tensor>;

// ---- layer norm: inputs x, weight, bias

struct Rows {
  int64_t rows = 1, n = 1;
  Rows(const Fact& x, const DimVector& shape) {
    const size_t axis = x.sizes.size() - shape.size();
    for (size_t d = 0; d < x.sizes.size(); ++d) (d < axis ? rows : n) *= x.sizes[d];
  }
};

std::vector<Fact> infer_native_layer_norm(const Fact& x, const DimVector& shape,
                                          OptionalFact weight, OptionalFact bias, double) {
  TL_CHECK(
      !shape.empty(),
      "Expected normalized_shape to be at least 1-dimensional, i.e., containing at least one element, but got normalized_shape = []");
  TL_CHECK(!weight || weight->sizes == shape,
           "Expected weight to be of same shape as normalized_shape, but got weight of shape ",
           weight ? weight->sizes : shape, " and normalized_shape = ", shape);
  TL_CHECK(!bias || bias->sizes == shape,
           "Expected bias to be of same shape as normalized_shape, but got bias of shape ",
           bias ? bias->sizes : shape, " and normalized_shape = ", shape);
  const int64_t axis = x.dim() - int64_t(shape.size());
  const bool fits = axis >= 0 && std::equal(shape.begin(), shape.end(), x.sizes.begin() + axis);
  TL_CHECK(fits, "Given normalized_shape=", shape, ", expected input with shape [*, ", shape,
           "], but got input of size ", x.sizes);
  TL_CHECK(is_floating(x.dtype), "layer_norm: expected a floating point input, but got ", x.dtype);
  DimVector outer = x.sizes;
  for (int64_t d = axis; d < x.dim(); ++d) outer[size_t(d)] = 1;
  const Fact saved(weight ? weight->dtype : x.dtype, outer);
  return {Fact(x.dtype, x.sizes), saved, saved};
}

template <class T>
Offer fast_layer_norm(const Call& c) {
  for (size_t i = 0; i < 3; ++i)
    if (c.has_in(i) && c.in(i).dtype != dtype_of<T>::value) return "another dtype";
  return Kernel([r = Rows(c.in(0), c.arg<DimVector>(1)),
                 eps = c.arg<double>(4)](const Pointers& p) {
    parallel_for(0, r.rows, std::max<int64_t>(1, 16384 / std::max<int64_t>(1, r.n)),
                 [&](int64_t b, int64_t e) {
                   kernels::layer_norm(e - b, r.n, p.in<T>(0) + b * r.n, p.in<T>(1), p.in<T>(2),
                                       eps, p.out<T>() + b * r.n, p.out<T>(1) + b, p.out<T>(2) + b);
                 });
  });
}
Offer any_layer_norm(const Call& c) {
  const Rows r(c.in(0), c.arg<DimVector>(1));
  return Kernel(
      [r, eps = c.arg<double>(4), t = input_dtypes<3>(c),
       saved = c.out(1).dtype](const Pointers& p) {
        double *weight = p.scratch<double>(), *bias = weight + r.n, *row = bias + r.n;
        load_doubles(t[1], p.in<void>(1), r.n, 1, weight);
        load_doubles(t[2], p.in<void>(2), r.n, 0, bias);
        const int64_t size = int64_t(element_size(t[0])), saved_size = int64_t(element_size(saved));
        for (int64_t i = 0; i < r.rows; ++i) {
          const char* x = p.in<char>(0) + i * r.n * size;
          const Moments m = moments_of(t[0], x, 1, r.n, r.n);
          const double rstd = 1 / std::sqrt(m.variance + eps);
          load_block(Compute::f64, row, t[0], x, size, r.n);
          for (int64_t k = 0; k < r.n; ++k) row[k] = (row[k] - m.mean) * rstd * weight[k] + bias[k];
          store_block(Compute::f64, row, t[0], p.out<char>() + i * r.n * size, size, r.n);
          store_block(Compute::f64, &m.mean, saved, p.out<char>(1) + i * saved_size, 0, 1);
          store_block(Compute::f64, &rstd, saved, p.out<char>(2) + i * saved_size, 0, 1);
        }
      },
      size_t(r.n) * 3 * sizeof(double));
}
constexpr Impl layer_norm_kernels[] = {{"float", fast_layer_norm<float>}, {"rows", any_layer_norm}};

// `t` in the dtype of the computation and, where it is given, in another shape.
Tensor widened(const GradCall& c, const Tensor& t, const DimVector& shape = {}) {
  if (!t.defined()) return t;
  const Tensor w = t.to(norm_gradient_dtype(c.in(0).scalar_type()));
  return shape.empty() ? w : reshape(w, shape);
}

// The gradients in float32 at one go, where nobody differentiates them again.
std::vector<Fact> infer_layer_norm_gradient(const Fact& grad, const Fact& x, OptionalFact,
                                            const Fact&, const Fact&, const DimVector& shape) {
  TL_CHECK(grad.sizes == x.sizes, "layer_norm: a gradient of shape ", grad.sizes, " where ",
           x.sizes, " was expected");
  return {Fact(kFloat, x.sizes), Fact(kFloat, shape), Fact(kFloat, shape)};
}
Offer prepare_layer_norm_gradient(const Call& c) {
  for (size_t i = 0; i < 5; ++i)
    if (c.has_in(i) && c.in(i).dtype != kFloat) return "not float32";
  const Rows r(c.in(1), c.arg<DimVector>(5));
  return Kernel(
      [r](const Pointers& p) {
        kernels::layer_norm_gradient(
            r.rows, r.n, p.in<float>(0), p.in<float>(1), p.in<float>(2), p.in<float>(3),
            p.in<float>(4), {p.out<float>(0), p.out<float>(1), p.out<float>(2)}, p.scratch<void>());
      },
      kernels::layer_norm_gradient_scratch_bytes(r.n));
}
constexpr Impl layer_norm_gradient_kernels[] = {{"rows_f32", prepare_layer_norm_gradient}};

Grads gradient_by_kernel(const GradCall& c) {
  static const Overload& op = find_overload("tealight::layer_norm_gradient");
  const auto weight = c.in(1).defined() ? Optional(c.in(1)) : Optional();
  const auto [x, w, b] = detail::call_as<std::tuple<Tensor, Tensor, Tensor>>(
      op, c.grad(0), c.in(0), weight, c.out(1), c.out(2), c.args[1]);
  return {x, c.wants(1) ? w : Tensor(), c.wants(2) ? b : Tensor()};
}

Grads layer_norm_backward(const GradCall& c) {
  if (takes_norm_gradient_kernel(c)) return gradient_by_kernel(c);
  const auto wide = [&](const Tensor& t) { return widened(c, t); };
  NormGradient n{
      wide(c.grad(0)), wide(c.grad(1)), wide(c.grad(2)), {}, wide(c.out(2)), wide(c.in(1)), {}};
  n.h = (wide(c.in(0)) - wide(c.out(1))) * n.rstd;
  for (int64_t d = -int64_t(c.arg<DimVector>(1).size()); d < 0; ++d)
    n.dims.push_back(d + c.in(0).dim());
  return {c.wants(0) ? n.to_x() : Tensor(), c.wants(1) ? n.to_weight() : Tensor(), c.grad()};
}

Tensor layer_norm_impl(const Tensor& x, const DimVector& shape, const Optional& weight,
                       const Optional& bias, double eps, bool) {
  return std::get<0>(native_layer_norm(x, IntArrayRef(shape), weight, bias, eps));
}

// ---- group norm: inputs x, weight, bias

struct Groups {
  int64_t batch, channels, size, group;
  explicit Groups(const Call& c)
      : batch(c.arg<int64_t>(3)),
        channels(c.arg<int64_t>(4)),
        size(c.arg<int64_t>(5)),
        group(c.arg<int64_t>(6)) {}
};

std::vector<Fact> infer_native_group_norm(const Fact& x, OptionalFact weight, OptionalFact bias,
                                          int64_t batch, int64_t channels, int64_t size,
                                          int64_t group, double) {
  TL_CHECK(
      group > 0 && channels % group == 0,
      "Expected number of channels in input to be divisible by num_groups, but got input of shape ",
      x.sizes, " and num_groups=", group);
  TL_CHECK(
      !weight || (weight->dim() == 1 && weight->numel() == channels),
      "Expected weight to be a vector of size equal to the number of channels in input, but got weight of shape ",
      weight ? weight->sizes : x.sizes, " and input of shape ", x.sizes);
  TL_CHECK(
      !bias || (bias->dim() == 1 && bias->numel() == channels),
      "Expected bias to be a vector of size equal to the number of channels in input, but got bias of shape ",
      bias ? bias->sizes : x.sizes, " and input of shape ", x.sizes);
  TL_CHECK(batch >= 0 && channels >= 0 && size >= 0 && batch * channels * size == x.numel(),
           "group_norm: ", batch, " x ", channels, " x ", size,
           " elements expected, but the input is ", x.sizes);
  TL_CHECK(is_floating(x.dtype), "group_norm: expected a floating point input, but got ", x.dtype);
  Fact y(x.dtype, x.sizes);
  y.strides = contiguous_strides(x.sizes, x.suggest_memory_format());
  const Fact saved(weight ? weight->dtype : x.dtype, {batch, group});
  return {y, saved, saved};
}
Offer prepare_group_norm(const Call& c) {
  const Groups s(c);
  return Kernel(
      [s, eps = c.arg<double>(7), t = input_dtypes<3>(c),
       saved = c.out(1).dtype](const Pointers& p) {
        double *weight = p.scratch<double>(), *bias = weight + s.channels,
               *scale = bias + s.channels, *shift = scale + s.batch * s.channels;
        load_doubles(t[1], p.in<void>(1), s.channels, 1, weight);
        load_doubles(t[2], p.in<void>(2), s.channels, 0, bias);
        const int64_t each = s.channels / s.group, n = each * s.size;
        parallel_for(0, s.batch * s.group, std::max<int64_t>(1, 32768 / std::max<int64_t>(1, n)),
                     [&](int64_t begin, int64_t end) {
                       for (int64_t g = begin; g < end; ++g) {
                         const Moments m = moments_of(
                             t[0], p.in<char>(0) + g * n * int64_t(element_size(t[0])), 1, n, n);
                         const double rstd = 1 / std::sqrt(m.variance + eps);
                         const int64_t at = g * int64_t(element_size(saved));
                         store_block(Compute::f64, &m.mean, saved, p.out<char>(1) + at, 0, 1);
                         store_block(Compute::f64, &rstd, saved, p.out<char>(2) + at, 0, 1);
                         for (int64_t k = 0; k < each; ++k) {
                           const int64_t channel = g % s.group * each + k;
                           scale[g * each + k] = weight[channel] * rstd;
                           shift[g * each + k] = bias[channel] - m.mean * rstd * weight[channel];
                         }
                       }
                     });
        const int64_t rows = s.batch * s.channels;
        scale_shift_rows(t[0], p.in<void>(0), rows, s.size, std::max<int64_t>(1, rows), scale,
                         shift, p.out<void>());
      },
      size_t(2 * s.channels + 2 * s.batch * s.channels) * sizeof(double));
}
Offer prepare_nhwc_group_norm(const Call& c) {
  if (const char* refused = not_nhwc_f32(c)) return refused;
  const Groups g(c);
  if (g.batch != c.in(0).sizes[0] || g.channels != c.in(0).sizes[1]) return "a shape of its own";
  for (size_t i = 1; i < 3; ++i)
    if (c.has_in(i) && (c.in(i).dtype != kFloat || !c.in(i).is_contiguous()))
      return "weight or bias not dense float32";
  const GroupNormF32 norm{nhwc_shape(c.in(0)), true, g.group, c.arg<double>(7)};
  return Kernel(
      [norm](const Pointers& p) {
        norm.run(p.in<float>(0), p.in<float>(1), p.in<float>(2), p.out<float>(0), p.out<float>(1),
                 p.out<float>(2), p.scratch<std::byte>());
      },
      norm.scratch_bytes());
}
constexpr Impl group_norm_kernels[] = {
    {"nhwc_f32", prepare_nhwc_group_norm, KernelLayout::channels_last},
    {"groups", prepare_group_norm}};

Grads group_norm_backward(const GradCall& c) {
  const int64_t batch = c.arg<int64_t>(3), channels = c.arg<int64_t>(4), group = c.arg<int64_t>(6);
  const DimVector elements{batch, group, channels / group, c.arg<int64_t>(5)};
  const auto per_group = [&](const Tensor& t) { return widened(c, t, {batch, group, 1, 1}); };
  NormGradient n{widened(c, c.grad(0), elements),
                 per_group(c.grad(1)),
                 per_group(c.grad(2)),
                 {},
                 per_group(c.out(2)),
                 widened(c, c.in(1), {1, group, channels / group, 1}),
                 {2, 3}};
  n.h = (widened(c, c.in(0), elements) - per_group(c.out(1))) * n.rstd;
  const auto per_channel = [&](const Tensor& t) {
    return t.defined() ? reshape(sum(t, IntArrayRef{0, 3}), {channels}) : t;
  };
  Grads r(3);
  if (c.wants(0)) r[0] = reshape(n.to_x(), c.in(0).sizes());
  if (c.wants(1)) r[1] = per_channel(n.to_weight());
  if (c.wants(2)) r[2] = per_channel(n.g);
  return r;
}

Tensor group_norm_impl(const Tensor& x, int64_t groups, const Optional& weight,
                       const Optional& bias, double eps, bool) {
  TL_CHECK(x.dim() >= 2, "Expected at least 2 dimensions for input tensor but received ", x.dim());
  const int64_t batch = x.size(0), channels = x.size(1);
  int64_t size = 1;
  for (int64_t d = 2; d < x.dim(); ++d) size *= x.size(d);
  return std::get<0>(native_group_norm(x, weight, bias, batch, channels, size, groups, eps));
}

std::vector<Sample> native_layer_samples() {
  return {{{sample({2, 3, 8}), DimVector{8}, sample({8}, kFloat, 0.5, 2, 2),
            sample({8}, kFloat, -1, 1, 3), 1e-5}},
          {{sample({2, 3, 8}), DimVector{3, 8}, Value(), Value(), 1e-3}},
          {{sample({5}), DimVector{5}, Value(), Value(), 1e-5}}};
}
std::vector<Sample> layer_samples() {
  std::vector<Sample> s = native_layer_samples();
  for (Sample& x : s) x.args.push_back(true);
  return s;
}
std::vector<Sample> native_group_samples() {
  return {{{sample({2, 6, 3, 4}), sample({6}, kFloat, 0.5, 2, 2), sample({6}, kFloat, -1, 1, 3), 2,
            6, 12, 3, 1e-5}}};
}
std::vector<Sample> group_samples() {
  return {{{sample({2, 6, 3, 4}), 3, sample({6}, kFloat, 0.5, 2, 2), sample({6}, kFloat, -1, 1, 3),
            1e-5, true}},
          {{sample({2, 4, 5}), 1, Value(), Value(), 1e-5, true}},
          {{sample({3, 4}), 2, Value(), Value(), 1e-5, false}}};
}

}  // namespace

TL_OP(layer_norm_gradient){
    .schemas =
        {"tealight::layer_norm_gradient(Tensor grad, Tensor input, Tensor? weight, Tensor mean, Tensor rstd, int[] normalized_shape) -> (Tensor, Tensor, Tensor)"},
    .infer = infer<infer_layer_norm_gradient>,
    .kernels = layer_norm_gradient_kernels,
    .backward = TL_TRAIN(not_twice_differentiable),
};
TL_OP(native_layer_norm){
    .schemas =
        {"aten::native_layer_norm(Tensor input, SymInt[] normalized_shape, Tensor? weight, Tensor? bias, float eps) -> (Tensor, Tensor, Tensor)"},
    .infer = infer<infer_native_layer_norm>,
    .kernels = layer_norm_kernels,
    .backward = TL_TRAIN(layer_norm_backward),
    .reads = {args(0, 2), outs(1, 2)},
    .traits = Trait::copied_out,
    .samples = TL_TEST(native_layer_samples),
};
TL_OP(layer_norm){
    .schemas =
        {"aten::layer_norm(Tensor input, int[] normalized_shape, Tensor? weight=None, Tensor? bias=None, float eps=1.0000000000000001e-05, bool cudnn_enable=True) -> Tensor"},
    .function = function<layer_norm_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(layer_samples),
};
TL_OP(native_group_norm){
    .schemas =
        {"aten::native_group_norm(Tensor input, Tensor? weight, Tensor? bias, SymInt N, SymInt C, SymInt HxW, int group, float eps) -> (Tensor, Tensor, Tensor)"},
    .infer = infer<infer_native_group_norm>,
    .kernels = group_norm_kernels,
    .backward = TL_TRAIN(group_norm_backward),
    .reads = {args(0, 1), outs(1, 2)},
    .traits = Trait::copied_out,
    .samples = TL_TEST(native_group_samples),
};
TL_OP(group_norm){
    .schemas =
        {"aten::group_norm(Tensor input, int num_groups, Tensor? weight=None, Tensor? bias=None, float eps=1.0000000000000001e-05, bool cudnn_enabled=True) -> Tensor"},
    .function = function<group_norm_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(group_samples),
};
}  // namespace tealight::ops
