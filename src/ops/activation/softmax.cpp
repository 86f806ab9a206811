// softmax and its logarithm along one dimension, with the kernels of their gradients.
#include "core/parallel.h"
#include "kernels/norm/norm.h"
#include "ops/nhwc.h"
#include "ops/pointwise/schemas.h"

namespace tealight::ops {
namespace {

// The tensor as (outer, n, inner), n along the dimension. A number is one row of one.
struct Rows {
  int64_t outer = 1, n = 1, inner = 1;
  Rows(const Fact& f, int64_t dim) {
    const int64_t along = wrap_dim(dim, f.dim());
    for (int64_t d = 0; d < f.dim(); ++d)
      (d < along ? outer : d == along ? n : inner) *= f.sizes[size_t(d)];
  }
};

void check_float(const Fact& f) {
  TL_CHECK(is_floating(f.dtype), "not implemented for '", f.dtype, "'");
}

Fact softmax_infer(const Fact& self, int64_t dim, bool half_to_float) {
  TL_CHECK(!half_to_float, "softmax with half to float conversion is not supported on CPU");
  check_float(self);
  wrap_dim(dim, self.dim());
  return Fact(self.dtype, self.sizes);
}

template <bool Log>
Offer prepare_softmax(const Call& c) {
  const Rows r(c.in(0), c.arg<int64_t>(1));
  const bool wide = c.in(0).dtype == kDouble;
  return Kernel([r, wide](const Pointers& p) {
    if (wide)
      kernels::softmax(Log, r.outer, r.n, r.inner, p.in<double>(0), p.out<double>());
    else
      kernels::softmax(Log, r.outer, r.n, r.inner, p.in<float>(0), p.out<float>());
  });
}
// PyTorch's result is contiguous; plans may want it as the input lies.
template <bool Log>
Offer prepare_nhwc_softmax(const Call& c) {
  if (const char* refused = not_nhwc_f32(c)) return refused;
  if (wrap_dim(c.arg<int64_t>(1), 4) != 1) return "not along the channels";
  return Kernel([s = nhwc_shape(c.in(0))](const Pointers& p) {
    kernels::softmax(Log, s.batch * s.pixels, s.channels, 1, p.in<float>(0), p.out<float>());
  });
}
template <bool Log>
constexpr Impl softmax_kernels[] = {
    {"nhwc_f32", prepare_nhwc_softmax<Log>, KernelLayout::channels_last},
    {"rows", prepare_softmax<Log>}};

Fact backward_infer(const Fact& grad, const Fact& output, int64_t dim, const Value&) {
  check_float(output);
  TL_CHECK(grad.sizes == output.sizes, "grad_output has shape ", grad.sizes, ", but output ",
           output.sizes);
  wrap_dim(dim, output.dim());
  return Fact(grad.dtype, grad.sizes);
}

// softmax: (g - sum(g y)) y;  its logarithm: g - e^y sum(g)
template <bool Log, class T>
void backward_rows(const Rows& r, const T* g, const T* y, T* out) {
  parallel_for(0, r.outer * r.inner, std::max<int64_t>(1, 8192 / std::max<int64_t>(r.n, 1)),
               [&](int64_t begin, int64_t end) {
                 for (int64_t row = begin; row < end; ++row) {
                   const int64_t at = row / r.inner * r.n * r.inner + row % r.inner;
                   double sum = 0;
                   for (int64_t i = 0; i < r.n; ++i) {
                     const int64_t k = at + i * r.inner;
                     sum += Log ? double(g[k]) : double(g[k]) * y[k];
                   }
                   for (int64_t i = 0; i < r.n; ++i) {
                     const int64_t k = at + i * r.inner;
                     out[k] = Log ? g[k] - std::exp(y[k]) * T(sum) : (g[k] - T(sum)) * y[k];
                   }
                 }
               });
}
template <bool Log>
Offer prepare_backward(const Call& c) {
  if (c.in(0).dtype != c.in(1).dtype || (c.in(0).dtype != kFloat && c.in(0).dtype != kDouble))
    return "gradient and output are not both float or both double";
  if (!(c.in(0).sizes == c.in(1).sizes)) return "gradient and output differ in shape";
  const Rows r(c.in(0), c.arg<int64_t>(2));
  const bool wide = c.in(0).dtype == kDouble;
  return Kernel([r, wide](const Pointers& p) {
    if (wide)
      backward_rows<Log>(r, p.in<double>(0), p.in<double>(1), p.out<double>());
    else
      backward_rows<Log>(r, p.in<float>(0), p.in<float>(1), p.out<float>());
  });
}
template <bool Log>
constexpr Impl backward_kernels[] = {{"rows", prepare_backward<Log>}};

Tensor sum_along(const Tensor& t, const GradCall& c) {
  return t.sum(IntArrayRef{c.arg<int64_t>(2)}, true);
}

Tensor as(const Tensor& self, std::optional<ScalarType> dtype) {
  return dtype && *dtype != self.scalar_type() ? self.to(*dtype) : self;
}
Tensor softmax_impl(const Tensor& self, int64_t dim, std::optional<ScalarType> dtype) {
  return _softmax(as(self, dtype), dim, false);
}
Tensor log_softmax_impl(const Tensor& self, int64_t dim, std::optional<ScalarType> dtype) {
  return _log_softmax(as(self, dtype), dim, false);
}

#define TL_KERNEL_SAMPLES                                                    \
  TL_SAMPLES({{sample({2, 5}), -1, false}}, {{sample({3, 4, 2}), 1, false}}, \
             {{sample({3, 70}, kFloat, -20, 20), 1, false}})
#define TL_GRADIENT_SAMPLES                                                 \
  TL_SAMPLES({{sample({2, 5}), sample({2, 5}, kFloat, -3, 0), -1, kFloat}}, \
             {{sample({3, 4, 2}), sample({3, 4, 2}, kFloat, -3, 0), 1, kFloat}})
#define TL_SOFTMAX_SAMPLES                                                       \
  TL_SAMPLES({{sample({2, 5}), -1, Value()}}, {{sample({3, 4, 2}), 0, Value()}}, \
             {{sample({3, 4}, kInt), 1, kFloat}})
}  // namespace

TL_OP(softmax_kernel){
    .schemas =
        {"aten::_softmax(Tensor self, int dim, bool half_to_float) -> Tensor",
         "aten::_softmax.out(Tensor self, int dim, bool half_to_float, *, Tensor(a!) out) -> Tensor(a!)"},
    .infer = infer<softmax_infer>,
    .kernels = softmax_kernels<false>,
    TL_GRADIENT(_softmax_backward_data(g, y, c.arg<int64_t>(1), x.scalar_type())),
    .reads = {0, outs(0)},
    .traits = Trait::half_via_float,
    TL_KERNEL_SAMPLES,
};
TL_OP(log_softmax_kernel){
    .schemas =
        {"aten::_log_softmax(Tensor self, int dim, bool half_to_float) -> Tensor",
         "aten::_log_softmax.out(Tensor self, int dim, bool half_to_float, *, Tensor(a!) out) -> Tensor(a!)"},
    .infer = infer<softmax_infer>,
    .kernels = softmax_kernels<true>,
    TL_GRADIENT(_log_softmax_backward_data(g, y, c.arg<int64_t>(1), x.scalar_type())),
    .reads = {0, outs(0)},
    .traits = Trait::half_via_float,
    TL_KERNEL_SAMPLES,
};
TL_OP(softmax_backward_data){
    .schemas =
        {"aten::_softmax_backward_data(Tensor grad_output, Tensor output, int dim, ScalarType input_dtype) -> Tensor",
         "aten::_softmax_backward_data.out(Tensor grad_output, Tensor output, int dim, ScalarType input_dtype, *, Tensor(a!) grad_input) -> Tensor(a!)"},
    .infer = infer<backward_infer>,
    .kernels = backward_kernels<false>,
    TL_SECOND(_softmax_backward_data(gg, x, c.arg<int64_t>(2), c.arg<ScalarType>(3)),
              g* gg - sum_along(x * gg, c) * g - gg * sum_along(x * g, c)),
    .reads = {args(0, 1), 0},
    .traits = Trait::half_via_float,
    TL_GRADIENT_SAMPLES,
};
TL_OP(log_softmax_backward_data){
    .schemas =
        {"aten::_log_softmax_backward_data(Tensor grad_output, Tensor output, int dim, ScalarType input_dtype) -> Tensor",
         "aten::_log_softmax_backward_data.out(Tensor grad_output, Tensor output, int dim, ScalarType input_dtype, *, Tensor(a!) out) -> Tensor(a!)"},
    .infer = infer<backward_infer>,
    .kernels = backward_kernels<true>,
    TL_SECOND(gg - sum_along(gg * x.exp(), c), -(sum_along(g, c) * x.exp()) * gg),
    .reads = {args(0, 1), 0},
    .traits = Trait::half_via_float,
    TL_GRADIENT_SAMPLES,
};
TL_OP(softmax){
    .schemas =
        {"aten::softmax.int(Tensor self, int dim, ScalarType? dtype=None) -> Tensor",
         "aten::softmax.int_out(Tensor self, int dim, ScalarType? dtype=None, *, Tensor(a!) out) -> Tensor(a!)",
         "aten::special_softmax(Tensor self, int dim, ScalarType? dtype=None) -> Tensor"},
    .function = function<softmax_impl>,
    .reads = {0, outs(0)},
    .traits = Trait::composite,
    TL_SOFTMAX_SAMPLES,
};
TL_OP(log_softmax){
    .schemas =
        {"aten::log_softmax.int(Tensor self, int dim, ScalarType? dtype=None) -> Tensor",
         "aten::log_softmax.int_out(Tensor self, int dim, ScalarType? dtype=None, *, Tensor(a!) out) -> Tensor(a!)",
         "aten::special_log_softmax(Tensor self, int dim, *, ScalarType? dtype=None) -> Tensor"},
    .function = function<log_softmax_impl>,
    .reads = {0, outs(0)},
    .traits = Trait::composite,
    TL_SOFTMAX_SAMPLES,
};
}  // namespace tealight::ops
