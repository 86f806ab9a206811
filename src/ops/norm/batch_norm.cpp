// Batch norm and instance norm: every channel scaled and shifted by its batch's or its running mean
// and variance.
#include "kernels/norm/batch_norm.h"

#include <cmath>

#include "core/parallel.h"
#include "ops/copy.h"
#include "ops/gradients.h"
#include "ops/nhwc.h"
#include "ops/norm/channels.h"
#include "ops/samples.h"
#include "tealight/operators.h"

namespace tealight::ops {
namespace {

using Optional = std::optional<Tensor>;

struct Shape {
  int64_t batch, channels, size = 1;
  explicit Shape(const Fact& x) : batch(x.sizes[0]), channels(x.sizes[1]) {
    for (size_t d = 2; d < x.sizes.size(); ++d) size *= x.sizes[d];
  }
};

void check_channels(const char* what, OptionalFact f, int64_t channels) {
  TL_CHECK(!f || f->numel() == channels, what, " should contain ", channels, " elements not ",
           f ? f->numel() : 0);
}

std::vector<Fact> infer_native_batch_norm(const Fact& x, OptionalFact weight, OptionalFact bias,
                                          OptionalFact mean, OptionalFact var, bool training,
                                          double, double) {
  TL_CHECK(x.dim() >= 2,
           "batch_norm: expected at least 2 dimensions (batch, channels, ...), but got ", x.sizes);
  TL_CHECK(is_floating(x.dtype), "batch_norm: expected a floating point input, but got ", x.dtype);
  const int64_t channels = x.sizes[1];
  TL_CHECK(mean || training, "running_mean must be defined in evaluation mode");
  TL_CHECK(var || training, "running_var must be defined in evaluation mode");
  check_channels("weight", weight, channels), check_channels("bias", bias, channels);
  check_channels("running_mean", mean, channels), check_channels("running_var", var, channels);
  Fact y(x.dtype, x.sizes);
  y.strides = contiguous_strides(x.sizes, x.suggest_memory_format());
  const Fact saved(training && weight ? weight->dtype : x.dtype, {training ? channels : 0});
  return {y, saved, saved};
}

// running = (1 - momentum) * running + momentum * seen, in place: the kernel's one input that it
// writes.
void update_running(ScalarType t, const void* running, int64_t channel, double momentum,
                    double seen) {
  if (!running) return;
  char* at = static_cast<char*>(const_cast<void*>(running)) + channel * int64_t(element_size(t));
  double v;
  load_block(Compute::f64, &v, t, at, 0, 1);
  v = (1 - momentum) * v + momentum * seen;
  store_block(Compute::f64, &v, t, at, 0, 1);
}

struct BatchNorm {
  Shape s;
  std::array<ScalarType, 5> types;  // input, weight, bias, running_mean, running_var
  ScalarType saved;
  bool training;
  double momentum, eps;

  // Mean and variance of the batch.
  void moments(const Pointers& p, double* mean, double* variance) const {
    if (types[0] == kFloat)
      return kernels::batch_moments({s.batch, s.channels, s.size}, p.in<float>(0), mean, variance);
    parallel_for(
        0, s.channels, std::max<int64_t>(1, 32768 / std::max<int64_t>(1, s.batch * s.size)),
        [&](int64_t begin, int64_t end) {
          for (int64_t c = begin; c < end; ++c) {
            const char* x = p.in<char>(0) + c * s.size * int64_t(element_size(types[0]));
            const Moments m = moments_of(types[0], x, s.batch, s.size, s.channels * s.size);
            mean[c] = m.mean, variance[c] = m.variance;
          }
        });
  }

  // The batch's mean and 1 / deviation; also into the running ones and save_mean, save_invstd.
  void measure(const Pointers& p, double* mean, double* rstd) const {
    const double n = double(s.batch * s.size);
    moments(p, mean, rstd);
    for (int64_t c = 0; c < s.channels; ++c) {
      update_running(types[3], p.in<void>(3), c, momentum, mean[c]);
      update_running(types[4], p.in<void>(4), c, momentum, rstd[c] * n / (n - 1));
      rstd[c] = 1 / std::sqrt(rstd[c] + eps);
    }
    store_block(Compute::f64, mean, saved, p.out<void>(1), int64_t(element_size(saved)),
                s.channels);
    store_block(Compute::f64, rstd, saved, p.out<void>(2), int64_t(element_size(saved)),
                s.channels);
  }

  void operator()(const Pointers& p) const {
    double *mean = p.scratch<double>(), *rstd = mean + s.channels, *scale = rstd + s.channels,
           *shift = scale + s.channels;
    if (training) {
      measure(p, mean, rstd);
    } else {
      load_doubles(types[3], p.in<void>(3), s.channels, 0, mean);
      load_doubles(types[4], p.in<void>(4), s.channels, 1, rstd);
      for (int64_t c = 0; c < s.channels; ++c) rstd[c] = 1 / std::sqrt(rstd[c] + eps);
    }
    load_doubles(types[1], p.in<void>(1), s.channels, 1, scale);
    load_doubles(types[2], p.in<void>(2), s.channels, 0, shift);
    for (int64_t c = 0; c < s.channels; ++c) scale[c] *= rstd[c], shift[c] -= mean[c] * scale[c];
    scale_shift_rows(types[0], p.in<void>(0), s.batch * s.channels, s.size, s.channels, scale,
                     shift, p.out<void>(0));
  }
};
Offer prepare_native_batch_norm(const Call& c) {
  const Shape s(c.in(0));
  return Kernel(BatchNorm{s, input_dtypes<5>(c), c.out(1).dtype, c.arg<bool>(5), c.arg<double>(6),
                          c.arg<double>(7)},
                size_t(s.channels) * 4 * sizeof(double));
}
Offer prepare_nhwc_batch_norm(const Call& c) {
  if (const char* refused = not_nhwc_f32(c)) return refused;
  if (c.arg<bool>(5)) return "training";
  const kernels::NhwcShape s = nhwc_shape(c.in(0));
  const size_t affine_bytes = kernels::affine_scratch_bytes(s, false), n = size_t(s.channels);
  return Kernel(
      [s, affine_bytes, types = input_dtypes<5>(c), eps = c.arg<double>(7)](const Pointers& p) {
        float* scale = p.scratch<float>(affine_bytes);
        float* shift = scale + s.channels;
        double* wide = reinterpret_cast<double*>(shift + s.channels);
        const auto load = [&](size_t i, double otherwise) {
          double* to = wide + int64_t(i - 1) * s.channels;
          load_doubles(types[i], p.in<void>(i), s.channels, otherwise, to);
          return to;
        };
        const double *weight = load(1, 1), *bias = load(2, 0), *mean = load(3, 0),
                     *var = load(4, 1);
        for (int64_t i = 0; i < s.channels; ++i) {
          const double by = weight[i] / std::sqrt(var[i] + eps);
          scale[i] = float(by), shift[i] = float(bias[i] - mean[i] * by);
        }
        kernels::affine_nhwc(s, false, p.in<float>(0), scale, shift, {}, p.out<float>(),
                             p.scratch<void>());
      },
      affine_bytes + n * (2 * sizeof(float) + 4 * sizeof(double)));
}
constexpr Impl native_batch_norm_kernels[] = {
    {"nhwc_f32", prepare_nhwc_batch_norm, KernelLayout::channels_last},
    {"channels", prepare_native_batch_norm}};

// The gradients in float32 at one go, where nobody differentiates them again.
std::vector<Fact> infer_gradient(const Fact& grad, const Fact& x, OptionalFact, const Fact& mean,
                                 const Fact&, bool) {
  TL_CHECK(grad.sizes == x.sizes, "batch_norm: a gradient of shape ", grad.sizes, " where ",
           x.sizes, " was expected");
  const Fact each(kFloat, mean.sizes);
  Fact to_x(kFloat, x.sizes);
  to_x.strides = contiguous_strides(x.sizes, x.suggest_memory_format());
  return {to_x, each, each};
}
Offer prepare_gradient(const Call& c) {
  for (size_t i = 0; i < 5; ++i)
    if (c.has_in(i) && c.in(i).dtype != kFloat) return "not float32";
  const Shape s(c.in(1));
  return Kernel([s, training = c.arg<bool>(5)](const Pointers& p) {
    kernels::batch_norm_gradient({s.batch, s.channels, s.size}, training, p.in<float>(0),
                                 p.in<float>(1), p.in<float>(2), p.in<float>(3), p.in<float>(4),
                                 {p.out<float>(0), p.out<float>(1), p.out<float>(2)});
  });
}
constexpr Impl gradient_kernels[] = {{"channels_f32", prepare_gradient}};

Grads gradient_by_kernel(const GradCall& c, const Tensor& mean, const Tensor& rstd) {
  static const Overload& op = find_overload("tealight::batch_norm_gradient");
  const auto weight = c.in(1).defined() ? Optional(c.in(1)) : Optional();
  const auto [x, w, b] = detail::call_as<std::tuple<Tensor, Tensor, Tensor>>(
      op, c.grad(0), c.in(0), weight, mean, rstd, c.arg<bool>(5));
  return {x, c.wants(1) ? w : Tensor(), c.wants(2) ? b : Tensor()};
}

Grads native_batch_norm_backward_impl(const GradCall& c) {
  const bool training = c.arg<bool>(5);
  if (takes_norm_gradient_kernel(c))
    return training ? gradient_by_kernel(c, c.out(1), c.out(2))
                    : gradient_by_kernel(c, c.in(3), rsqrt(c.in(4) + c.arg<double>(7)));
  const ScalarType t = norm_gradient_dtype(c.in(0).scalar_type());
  DimVector shape(c.in(0).sizes().size(), 1);
  shape[1] = c.in(0).size(1);
  const auto per_channel = [&](const Tensor& x) {
    return x.defined() ? reshape(x.to(t), shape) : x;
  };
  std::vector<int64_t> dims{0};
  for (int64_t d = 2; d < c.in(0).dim(); ++d) dims.push_back(d);
  NormGradient n{c.grad(0).defined() ? c.grad(0).to(t) : Tensor(),
                 per_channel(c.grad(1)),
                 per_channel(c.grad(2)),
                 {},
                 {},
                 per_channel(c.in(1)),
                 {}};
  n.rstd = training ? per_channel(c.out(2)) : rsqrt(per_channel(c.in(4)) + c.arg<double>(7));
  n.h = (c.in(0).to(t) - per_channel(training ? c.out(1) : c.in(3))) * n.rstd;
  if (training) n.dims = dims;
  const auto summed = [&](const Tensor& x) { return x.defined() ? sum(x, IntArrayRef(dims)) : x; };
  return {c.wants(0) ? n.to_x() : Tensor(), c.wants(1) ? summed(n.to_weight()) : Tensor(),
          c.wants(2) ? summed(n.g) : Tensor()};
}

// The kernel writes the running statistics where they lie. In training nobody reads what they were:
// as data() they have a version of their own.
std::tuple<Tensor, Tensor, Tensor> native_batch_norm_impl(const Tensor& x, const Optional& weight,
                                                          const Optional& bias,
                                                          const Optional& mean, const Optional& var,
                                                          bool training, double momentum,
                                                          double eps) {
  const auto dense = [&](const Optional& t) -> Optional {
    if (!t) return t;
    return training ? contiguous(*t).variable_data() : contiguous(*t);
  };
  const Optional means = dense(mean), vars = dense(var);
  // Autograd keeps the statistics, and shall not mind that the kernel writes them.
  const auto unwatched = [&](const Optional& t) {
    return t && training ? Optional(t->variable_data()) : t;
  };
  static const Overload& op = find_overload("tealight::batch_norm_channels");
  const auto results = detail::call_as<std::tuple<Tensor, Tensor, Tensor>>(
      op, x, weight, bias, unwatched(means), unwatched(vars), training, momentum, eps);
  const auto written = [](const Optional& t, const Optional& by) {
    if (!t) return;
    if (t->is_alias_of(*by))
      t->unsafeGetTensorImpl()->bump_version();
    else
      copy_into(*t, *by);
  };
  if (training) written(mean, means), written(var, vars);
  return results;
}
Tensor batch_norm_impl(const Tensor& x, const Optional& weight, const Optional& bias,
                       const Optional& mean, const Optional& var, bool training, double momentum,
                       double eps, bool) {
  if (x.numel() == 0) return clone(x);
  return std::get<0>(native_batch_norm(x, weight, bias, mean, var, training, momentum, eps));
}

Tensor instance_norm_impl(const Tensor& x, const Optional& weight, const Optional& bias,
                          const Optional& mean, const Optional& var, bool use_input_stats,
                          double momentum, double eps, bool cudnn) {
  TL_CHECK(use_input_stats || (mean && var),
           "Expected running_mean and running_var to be defined when use_input_stats is false");
  TL_CHECK(x.dim() >= 2,
           "instance_norm: expected at least 2 dimensions (batch, channels, ...), but got ",
           x.sizes());
  const int64_t batch = x.size(0), channels = x.size(1);
  DimVector shape(x.sizes());
  shape[0] = 1;
  shape[1] = batch * channels;
  const auto repeated = [&](const Optional& t) {
    return t ? Optional(reshape(reshape(*t, {1, -1}).expand({batch, t->numel()}), {-1}))
             : Optional();
  };
  const Optional means = repeated(mean), vars = repeated(var);
  const Tensor y = batch_norm(reshape(x, shape), repeated(weight), repeated(bias), means, vars,
                              use_input_stats, momentum, eps, cudnn);
  if (use_input_stats) {
    if (mean) mean->copy_(tealight::mean(means->view({batch, channels}), IntArrayRef({0})));
    if (var) var->copy_(tealight::mean(vars->view({batch, channels}), IntArrayRef({0})));
  }
  return y.view(x.sizes());
}

std::vector<Value> with_stats(IntArrayRef sizes, bool affine, bool running, bool training) {
  const int64_t n = sizes[1];
  const auto opt = [](bool given, Tensor t) { return given ? Value(t) : Value(); };
  return {sample(sizes),
          opt(affine, sample({n}, kFloat, 0.5, 2, 2)),
          opt(affine, sample({n}, kFloat, -1, 1, 3)),
          opt(running, sample({n}, kFloat, -1, 1, 4)),
          opt(running, sample({n}, kFloat, 0.5, 2, 5)),
          training,
          0.1,
          1e-5};
}
// Not for native_batch_norm itself: PyTorch divides by zero there when the input is empty.
std::vector<Sample> batch_samples() {
  std::vector<Sample> s = {{with_stats({2, 3, 4, 5}, true, true, false)},
                           {with_stats({2, 3, 4, 5}, true, true, true)},
                           {with_stats({4, 3}, false, false, true)},
                           {with_stats({2, 3, 7}, false, true, false)}};
  for (Sample& x : s) x.args.push_back(false);
  return s;
}
std::vector<Sample> instance_samples() {
  std::vector<Sample> s = batch_samples();
  s.erase(s.begin() + 2);  // one element an instance: nothing but rounding
  return s;
}

}  // namespace

TL_OP(native_batch_norm){
    .schemas =
        {"aten::native_batch_norm(Tensor input, Tensor? weight, Tensor? bias, Tensor? running_mean, Tensor? running_var, bool training, float momentum, float eps) -> (Tensor, Tensor, Tensor)",
         "aten::native_batch_norm.out(Tensor input, Tensor? weight, Tensor? bias, Tensor? running_mean, Tensor? running_var, bool training, float momentum, float eps, *, Tensor(a!) out, Tensor(b!) save_mean, Tensor(c!) save_invstd) -> (Tensor(a!), Tensor(b!), Tensor(c!))"},
    .function = function<native_batch_norm_impl>,
    .traits = Trait::composite,
};
TL_OP(batch_norm_channels){
    .schemas =
        {"tealight::batch_norm_channels(Tensor input, Tensor? weight, Tensor? bias, Tensor? running_mean, Tensor? running_var, bool training, float momentum, float eps) -> (Tensor, Tensor, Tensor)"},
    .infer = infer<infer_native_batch_norm>,
    .kernels = native_batch_norm_kernels,
    .backward = TL_TRAIN(native_batch_norm_backward_impl),
    .reads = {args(0, 1, 3, 4), outs(1, 2)},
};
TL_OP(batch_norm_gradient){
    .schemas =
        {"tealight::batch_norm_gradient(Tensor grad, Tensor input, Tensor? weight, Tensor mean, Tensor invstd, bool training) -> (Tensor, Tensor, Tensor)"},
    .infer = infer<infer_gradient>,
    .kernels = gradient_kernels,
    .backward = TL_TRAIN(not_twice_differentiable),
};
TL_OP(batch_norm){
    .schemas =
        {"aten::batch_norm(Tensor input, Tensor? weight, Tensor? bias, Tensor? running_mean, Tensor? running_var, bool training, float momentum, float eps, bool cudnn_enabled) -> Tensor"},
    .function = function<batch_norm_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(batch_samples),
};
TL_OP(instance_norm){
    .schemas =
        {"aten::instance_norm(Tensor input, Tensor? weight, Tensor? bias, Tensor? running_mean, Tensor? running_var, bool use_input_stats, float momentum, float eps, bool cudnn_enabled) -> Tensor"},
    .function = function<instance_norm_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(instance_samples),
};
}  // namespace tealight::ops
