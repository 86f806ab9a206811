// Pooling to a size of result: windows of nearly the same size divide the input.
#include "ops/pool/pool.h"

namespace tealight::ops {
namespace {

using namespace kernels;

template <size_t N>
Fact infer_adaptive_avg(const Fact& x, const DimVector& size) {
  return result_fact(
      x, adaptive_shape("adaptive_avg_pool", x, sizes_of("adaptive_avg_pool", size, N), N), N);
}
template <size_t N>
Offer prepare_adaptive_avg(const Call& c) {
  const PoolShape s = adaptive_shape("adaptive_avg_pool", c.in(0),
                                     sizes_of("adaptive_avg_pool", c.arg<DimVector>(1), N), N);
  const auto kernel = [&](auto type) -> Offer {
    return Kernel([s](const Pointers& p) {
      adaptive_avg_pool(s, p.in<decltype(type)>(0), p.out<decltype(type)>());
    });
  };
  if (c.out().dtype == kComplexFloat) return kernel(std::complex<float>{});
  if (c.out().dtype == kComplexDouble) return kernel(std::complex<double>{});
  return by_dtype(c.out().dtype, kernel);
}
// QNNPACK takes windows of one size, larger than 1.
bool has_equal_windows(const PoolShape& s) {
  bool larger = false;
  for (const WindowDim& d : s.dim) {
    if (d.out == 0 || d.in % d.out) return false;
    larger |= d.in != d.out;
  }
  return larger;
}
template <size_t N>
Offer prepare_quantized_adaptive_avg(const Call& c) {
  using Rounds = QuantizedAverage::Rounds;
  const PoolShape s = adaptive_shape("adaptive_avg_pool", c.in(0),
                                     sizes_of("adaptive_avg_pool", c.arg<DimVector>(1), N), N);
  const bool qnnpack = is_qnnpack(c.out(), N) && has_equal_windows(s);
  return by_quantized(c.out(), [&](auto type) -> Offer {
    const QuantizedAverage q =
        quantized_average(c.out(), qnnpack ? Rounds::before_zero_point : Rounds::mean);
    return Kernel([s, q](const Pointers& p) {
      quantized_adaptive_avg_pool(s, q, p.in<decltype(type)>(0), p.out<decltype(type)>());
    });
  });
}
// All pixels are summed in parts, on several threads.
Offer prepare_nhwc_global_avg(const Call& c) {
  if (const char* refused = not_nhwc_f32(c)) return refused;
  if (c.out().sizes[2] != 1 || c.out().sizes[3] != 1) return "several outputs";
  return Kernel(
      [s = nhwc_shape(c.in(0))](const Pointers& p) {
        channel_sums(s, p.in<float>(0), 1 / double(s.pixels), p.out<float>(), p.scratch<void>());
      },
      channel_sums_scratch_bytes(nhwc_shape(c.in(0))));
}
PoolNhwc nhwc_adaptive(const Call& c) {
  const DimVector &in = c.in(0).sizes, &out = c.out().sizes;
  return nhwc_pool(c.in(0), adaptive_pool_windows({.in = in[2], .out = out[2]}),
                   adaptive_pool_windows({.in = in[3], .out = out[3]}));
}
Offer prepare_nhwc_adaptive_avg(const Call& c) {
  if (const char* refused = not_nhwc_f32(c)) return refused;
  return Kernel([pool = nhwc_adaptive(c)](const Pointers& p) {
    avg_pool_nhwc(pool, 0, p.in<float>(0), p.out<float>());
  });
}
Offer prepare_nhwc_adaptive_max(const Call& c) {
  if (const char* refused = not_nhwc_f32(c)) return refused;
  return Kernel([pool = nhwc_adaptive(c)](const Pointers& p) {
    max_pool_nhwc(pool, p.in<float>(0), p.out<float>(), p.out<int64_t>(1));
  });
}
template <size_t N>
constexpr Impl adaptive_avg_kernels[] = {{"quantized", prepare_quantized_adaptive_avg<N>},
                                         {"windows", prepare_adaptive_avg<N>}};
template <>
constexpr Impl adaptive_avg_kernels<2>[] = {
    {"nhwc_global_f32", prepare_nhwc_global_avg, KernelLayout::channels_last},
    {"nhwc_f32", prepare_nhwc_adaptive_avg, KernelLayout::channels_last},
    {"quantized", prepare_quantized_adaptive_avg<2>},
    {"windows", prepare_adaptive_avg<2>}};
Tensor adaptive_gradient(const char* op, const Tensor& grad, const Tensor& x) {
  return detail::call_as<Tensor>(find_overload(op), grad, x);
}
template <size_t N>
Grads adaptive_avg_backward(const GradCall& c) {
  if constexpr (N == 1)
    return {squeeze(adaptive_gradient("aten::_adaptive_avg_pool2d_backward",
                                      unsqueeze(c.grad(), -2), unsqueeze(c.in(0), -2)),
                    -2)};
  else if constexpr (N == 2)
    return {adaptive_gradient("aten::_adaptive_avg_pool2d_backward", c.grad(), c.in(0))};
  else
    return {adaptive_gradient("aten::_adaptive_avg_pool3d_backward", c.grad(), c.in(0))};
}
template <size_t N>
Fact infer_adaptive_backward(const Fact& g, const Fact& x) {
  TL_CHECK(g.dim() >= int64_t(N), "adaptive_avg_pool_backward: a gradient of shape ", g.sizes);
  const DimVector size(g.sizes.end() - N, g.sizes.end());
  return gradient_fact("adaptive_avg_pool_backward", g, x, infer_adaptive_avg<N>(x, size), N);
}
template <size_t N>
Offer prepare_adaptive_avg_backward(const Call& c) {
  const Fact& g = c.in(0);
  const PoolShape s = adaptive_shape(
      "adaptive_avg_pool", c.in(1),
      sizes_of("adaptive_avg_pool", DimVector(g.sizes.end() - N, g.sizes.end()), N), N);
  const auto kernel = [&](auto type) -> Offer {
    return Kernel([s](const Pointers& p) {
      adaptive_avg_pool_backward(s, p.in<decltype(type)>(0), p.out<decltype(type)>());
    });
  };
  if (c.out().dtype == kComplexFloat) return kernel(std::complex<float>{});
  if (c.out().dtype == kComplexDouble) return kernel(std::complex<double>{});
  return by_float(c.out().dtype, kernel);
}
template <size_t N>
constexpr Impl adaptive_avg_backward_kernels[] = {{"windows", prepare_adaptive_avg_backward<N>}};
template <size_t N>
Grads adaptive_avg_backward_backward(const GradCall& c) {
  const IntArrayRef sizes = c.in(0).sizes().slice(c.in(0).sizes().size() - N);
  if constexpr (N == 2)
    return {adaptive_avg_pool2d(c.grad(), sizes), Tensor()};
  else
    return {adaptive_avg_pool3d(c.grad(), sizes), Tensor()};
}

template <size_t N>
std::vector<Fact> infer_adaptive_max(const Fact& x, const DimVector& size) {
  Fact y = result_fact(
      x, adaptive_shape("adaptive_max_pool", x, sizes_of("adaptive_max_pool", size, N), N), N);
  return {y, index_fact(y)};
}
template <size_t N>
Offer prepare_adaptive_max(const Call& c) {
  const PoolShape s = adaptive_shape("adaptive_max_pool", c.in(0),
                                     sizes_of("adaptive_max_pool", c.arg<DimVector>(1), N), N);
  return by_dtype(c.out().dtype, [&](auto type) -> Offer {
    return Kernel([s](const Pointers& p) {
      adaptive_max_pool(s, p.in<decltype(type)>(0), p.out<decltype(type)>(0), p.out<int64_t>(1));
    });
  });
}
template <size_t N>
Grads adaptive_max_backward(const GradCall& c) {
  return {to_places(c.grad(), c.out(1), c.in(0), N)};
}
template <size_t N>
constexpr Impl adaptive_max_kernels[] = {{"windows", prepare_adaptive_max<N>}};
template <>
constexpr Impl adaptive_max_kernels<2>[] = {
    {"nhwc_f32", prepare_nhwc_adaptive_max, KernelLayout::channels_last},
    {"windows", prepare_adaptive_max<2>}};
template <size_t N>
std::vector<Sample> adaptive_samples() {
  return {{{pool_input<N>(), DimVector(N, 3)}},
          {{pool_input<N>(), DimVector(N, 1)}},
          {{pool_input<N>(), DimVector(N, 9)}}};
}

}  // namespace

TL_OP(adaptive_avg_pool1d){
    .schemas = {"aten::adaptive_avg_pool1d(Tensor self, int[1] output_size) -> Tensor"},
    .infer = infer<infer_adaptive_avg<1>>,
    .kernels = adaptive_avg_kernels<1>,
    .backward = TL_TRAIN(adaptive_avg_backward<1>),
    .reads = {args(0), 0},
    .traits = Trait::half_via_float,
    .samples = TL_TEST(adaptive_samples<1>),
};
TL_OP(adaptive_avg_pool2d){
    .schemas =
        {"aten::adaptive_avg_pool2d(Tensor self, SymInt[2] output_size) -> Tensor",
         "aten::_adaptive_avg_pool2d(Tensor self, SymInt[2] output_size) -> Tensor",
         "aten::adaptive_avg_pool2d.out(Tensor self, SymInt[2] output_size, *, Tensor(a!) out) -> Tensor(a!)"},
    .infer = infer<infer_adaptive_avg<2>>,
    .kernels = adaptive_avg_kernels<2>,
    .backward = TL_TRAIN(adaptive_avg_backward<2>),
    .reads = {args(0), 0},
    .traits = Trait::half_via_float,
    .samples = TL_TEST(adaptive_samples<2>),
};
TL_OP(adaptive_avg_pool3d){
    .schemas =
        {"aten::adaptive_avg_pool3d(Tensor self, SymInt[3] output_size) -> Tensor",
         "aten::_adaptive_avg_pool3d(Tensor self, SymInt[3] output_size) -> Tensor",
         "aten::adaptive_avg_pool3d.out(Tensor self, SymInt[3] output_size, *, Tensor(a!) out) -> Tensor(a!)"},
    .infer = infer<infer_adaptive_avg<3>>,
    .kernels = adaptive_avg_kernels<3>,
    .backward = TL_TRAIN(adaptive_avg_backward<3>),
    .reads = {args(0), 0},
    .traits = Trait::half_via_float,
    .samples = TL_TEST(adaptive_samples<3>),
};
TL_OP(adaptive_avg_pool2d_backward){
    .schemas = {"aten::_adaptive_avg_pool2d_backward(Tensor grad_output, Tensor self) -> Tensor"},
    .infer = infer<infer_adaptive_backward<2>>,
    .kernels = adaptive_avg_backward_kernels<2>,
    .backward = TL_TRAIN(adaptive_avg_backward_backward<2>),
    .reads = {0, 0},
    .traits = Trait::half_via_float | Trait::copied_out,
};
TL_OP(adaptive_avg_pool3d_backward){
    .schemas = {"aten::_adaptive_avg_pool3d_backward(Tensor grad_output, Tensor self) -> Tensor"},
    .infer = infer<infer_adaptive_backward<3>>,
    .kernels = adaptive_avg_backward_kernels<3>,
    .backward = TL_TRAIN(adaptive_avg_backward_backward<3>),
    .reads = {0, 0},
    .traits = Trait::half_via_float | Trait::copied_out,
};
TL_OP(adaptive_max_pool1d){
    .schemas = {"aten::adaptive_max_pool1d(Tensor self, int[1] output_size) -> (Tensor, Tensor)"},
    .infer = infer<infer_adaptive_max<1>>,
    .kernels = adaptive_max_kernels<1>,
    .backward = TL_TRAIN(adaptive_max_backward<1>),
    .reads = {0, outs(1)},
    .traits = Trait::half_via_float,
    .samples = TL_TEST(adaptive_samples<1>),
};
TL_OP(adaptive_max_pool2d){
    .schemas =
        {"aten::adaptive_max_pool2d(Tensor self, int[2] output_size) -> (Tensor, Tensor)",
         "aten::adaptive_max_pool2d.out(Tensor self, int[2] output_size, *, Tensor(a!) out, Tensor(b!) indices) -> (Tensor(a!), Tensor(b!))"},
    .infer = infer<infer_adaptive_max<2>>,
    .kernels = adaptive_max_kernels<2>,
    .backward = TL_TRAIN(adaptive_max_backward<2>),
    .reads = {0, outs(1)},
    .traits = Trait::half_via_float,
    .samples = TL_TEST(adaptive_samples<2>),
};
TL_OP(adaptive_max_pool3d){
    .schemas =
        {"aten::adaptive_max_pool3d(Tensor self, int[3] output_size) -> (Tensor, Tensor)",
         "aten::adaptive_max_pool3d.out(Tensor self, int[3] output_size, *, Tensor(a!) out, Tensor(b!) indices) -> (Tensor(a!), Tensor(b!))"},
    .infer = infer<infer_adaptive_max<3>>,
    .kernels = adaptive_max_kernels<3>,
    .backward = TL_TRAIN(adaptive_max_backward<3>),
    .reads = {0, outs(1)},
    .traits = Trait::half_via_float,
    .samples = TL_TEST(adaptive_samples<3>),
};
}  // namespace tealight::ops
