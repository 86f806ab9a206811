// Max and average pooling in one, two and three dimensions, fixed windows and adaptive ones.
#include "kernels/pool/pool.h"

#include "core/parallel.h"
#include "ops/samples.h"
#include "tealight/context.h"
#include "tealight/ops.h"

namespace tealight::ops {
namespace {

using namespace kernels;

DimVector each(const char* op, const char* name, const DimVector& v, size_t n) {
  TL_CHECK(v.size() == n || v.size() == 1, op, ": ", name, " must be a single int, or a list of ",
           n, " ints, but got ", v);
  return v.size() == n ? v : DimVector(n, v[0]);
}

void check_input(const char* op, const Fact& x, size_t n) {
  TL_CHECK(x.dim() == int64_t(n) + 1 || x.dim() == int64_t(n) + 2, op, ": expected ", n + 1,
           "D or ", n + 2, "D input, but got ", x.sizes);
  for (size_t d = x.sizes.size() - n - 1; d < x.sizes.size(); ++d)
    TL_CHECK(x.sizes[d] > 0, op,
             ": expected input with non-zero size for non-batch dimensions, but got ", x.sizes);
}

// Window of dimension i; the planes are all dimensions before the last n.
PoolShape pool_shape(const char* op, const Fact& x, const DimVector& kernel,
                     const DimVector& stride, const DimVector& padding, const DimVector& dilation,
                     bool ceil_mode, size_t n) {
  check_input(op, x, n);
  const DimVector k = each(op, "kernel_size", kernel, n),
                  s = stride.empty() ? k : each(op, "stride", stride, n),
                  p = each(op, "padding", padding, n), d = each(op, "dilation", dilation, n);
  PoolShape shape;
  const size_t first = x.sizes.size() - n;
  for (size_t i = 0; i < first; ++i) shape.planes *= x.sizes[i];
  for (size_t i = 0; i < n; ++i) {
    TL_CHECK(k[i] > 0 && s[i] > 0 && d[i] > 0, op,
             ": kernel size, stride and dilation should be greater than zero, but got ", k, ", ", s,
             " and ", d);
    TL_CHECK(p[i] >= 0 && p[i] <= k[i] / 2, op,
             ": pad should be at most half of effective kernel size, but got pad=", p[i],
             ", kernel_size=", k[i], " and dilation=", d[i]);
    const int64_t out = pool_out_size(x.sizes[first + i], k[i], s[i], p[i], d[i], ceil_mode);
    TL_CHECK(out >= 1, "Given input size: ", x.sizes, ". Calculated output size: ", out,
             ". Output size is too small (", op, ")");
    shape.dim[3 - n + i] = {x.sizes[first + i], out, k[i], s[i], p[i], d[i]};
  }
  return shape;
}
PoolShape adaptive_shape(const char* op, const Fact& x,
                         const std::vector<std::optional<int64_t>>& wanted, size_t n) {
  check_input(op, x, n);
  PoolShape shape;
  const size_t first = x.sizes.size() - n;
  for (size_t i = 0; i < first; ++i) shape.planes *= x.sizes[i];
  for (size_t i = 0; i < n; ++i) {
    const int64_t out = wanted[wanted.size() == 1 ? 0 : i].value_or(x.sizes[first + i]);
    TL_CHECK(out >= 0, op, ": output_size must be non-negative, but got ", out);
    shape.dim[3 - n + i] = {x.sizes[first + i], out, 1, 1, 0, 1};
  }
  return shape;
}
std::vector<std::optional<int64_t>> sizes_of(const char* op, const DimVector& v, size_t n) {
  TL_CHECK(v.size() == n || v.size() == 1, op, ": output_size must be ", n);
  std::vector<std::optional<int64_t>> r;
  for (int64_t i : v) r.emplace_back(i);
  return r;
}

// Results keep the dtype, the quantizer and channels-last order of the input.
Fact result_fact(const Fact& x, const PoolShape& s, size_t n) {
  Fact y(x.dtype, x.sizes);
  y.quantizer = x.quantizer;
  for (size_t i = 0; i < n; ++i) y.sizes[x.sizes.size() - n + i] = s.dim[3 - n + i].out;
  const MemoryFormat format = x.suggest_memory_format();
  y.strides = contiguous_strides(
      y.sizes, n >= 2 && size_t(x.dim()) == n + 2 ? format : MemoryFormat::Contiguous);
  return y;
}
Fact index_fact(const Fact& y) {
  Fact f(kLong, y.sizes);
  f.strides = y.strides;
  return f;
}

// Kernels for the element types that f takes.
template <class F>
Offer by_dtype(ScalarType t, F f) {
  switch (t) {
    case kFloat:
      return f(float{});
    case kDouble:
      return f(double{});
    case kByte:
    case kQUInt8:
      return f(uint8_t{});
    case kChar:
    case kQInt8:
      return f(int8_t{});
    case kInt:
      return f(int32_t{});
    case kLong:
      return f(int64_t{});
    default:
      return "the dtype is not one that pooling takes";
  }
}
template <class F>
Offer by_float(ScalarType t, F f) {
  if (t == kFloat) return f(float{});
  if (t == kDouble) return f(double{});
  return "neither float nor double";
}

// ---- max_pool

constexpr const char* max_names[] = {"max_pool1d", "max_pool2d", "max_pool3d"};
constexpr const char* avg_names[] = {"avg_pool1d", "avg_pool2d", "avg_pool3d"};

template <size_t N>
PoolShape max_shape(const Call& c) {
  return pool_shape(max_names[N - 1], c.in(0), c.arg<DimVector>(1), c.arg<DimVector>(2),
                    c.arg<DimVector>(3), c.arg<DimVector>(4), c.arg<bool>(5), N);
}
template <size_t N>
std::vector<Fact> infer_max_with_indices(const Fact& x, const DimVector& k, const DimVector& s,
                                         const DimVector& p, const DimVector& d, bool ceil_mode) {
  Fact y = result_fact(x, pool_shape(max_names[N - 1], x, k, s, p, d, ceil_mode, N), N);
  return {y, index_fact(y)};
}
template <size_t N>
Offer prepare_max_with_indices(const Call& c) {
  const PoolShape s = max_shape<N>(c);
  return by_dtype(c.out().dtype, [&](auto type) -> Offer {
    return Kernel([s](const Pointers& p) {
      max_pool(s, p.in<decltype(type)>(0), p.out<decltype(type)>(0), p.out<int64_t>(1));
    });
  });
}
template <size_t N>
constexpr Impl max_with_indices_kernels[] = {{"windows", prepare_max_with_indices<N>}};

template <size_t N>
Fact infer_max(const Fact& x, const DimVector& k, const DimVector& s, const DimVector& p,
               const DimVector& d, bool ceil_mode) {
  return result_fact(x, pool_shape(max_names[N - 1], x, k, s, p, d, ceil_mode, N), N);
}
template <size_t N>
Offer prepare_fast_max(const Call& c) {
  const PoolShape s = max_shape<N>(c);
  if (c.out().dtype != kFloat || N > 2 || !fast_pool_takes(s))
    return "not float32 in rows with a stride of 1 or 2";
  const int threads = get_num_threads();
  return Kernel(
      [s, threads](const Pointers& p) {
        fast_max_pool(s, threads, p.in<float>(0), p.out<float>(), p.scratch<void>());
      },
      fast_pool_scratch_bytes(s, threads));
}
template <size_t N>
Offer prepare_max(const Call& c) {
  const PoolShape s = max_shape<N>(c);
  return by_dtype(c.out().dtype, [&](auto type) -> Offer {
    return Kernel([s](const Pointers& p) {
      max_pool(s, p.in<decltype(type)>(0), p.out<decltype(type)>(), static_cast<int64_t*>(nullptr));
    });
  });
}
template <size_t N>
constexpr Impl max_kernels[] = {{"rows_f32", prepare_fast_max<N>}, {"windows", prepare_max<N>}};

// Each plane's gradient goes to the place of its maximum: the planes are what the indices do not
// tell.
Tensor to_places(const Tensor& grad, const Tensor& indices, const Tensor& x, int64_t n) {
  const Tensor flat_grad = flatten(grad, -n, -1), flat_places = flatten(indices, -n, -1);
  DimVector sizes(flat_grad.sizes());
  sizes.back() = 1;
  for (int64_t d = x.dim() - n; d < x.dim(); ++d) sizes.back() *= x.sizes()[size_t(d)];
  return reshape(scatter_add(zeros(sizes, grad.options()), -1, flat_places, flat_grad), x.sizes());
}
template <size_t N>
Grads max_with_indices_backward(const GradCall& c) {
  return {to_places(c.grad(), c.out(1), c.in(0), N)};
}
template <size_t N>
Grads max_backward(const GradCall& c) {
  const auto k = c.arg<DimVector>(1), s = c.arg<DimVector>(2), p = c.arg<DimVector>(3),
             d = c.arg<DimVector>(4);
  Tensor places;
  if constexpr (N == 1)
    places = std::get<1>(detail::call_as<std::tuple<Tensor, Tensor>>(
        find_overload("aten::max_pool1d_with_indices"), c.in(0), k, s, p, d, c.arg<bool>(5)));
  else if constexpr (N == 2)
    places = std::get<1>(max_pool2d_with_indices(c.in(0), k, s, p, d, c.arg<bool>(5)));
  else
    places = std::get<1>(max_pool3d_with_indices(c.in(0), k, s, p, d, c.arg<bool>(5)));
  return {to_places(c.grad(), places, c.in(0), N)};
}

// ---- avg_pool

template <size_t N>
Fact infer_avg(const Fact& x, const DimVector& k, const DimVector& s, const DimVector& p,
               bool ceil_mode, bool, std::optional<int64_t> divisor) {
  TL_CHECK(!divisor || *divisor != 0, "divisor must be not zero");
  return result_fact(x, pool_shape(avg_names[N - 1], x, k, s, p, {1}, ceil_mode, N), N);
}
struct AvgArgs {
  PoolShape shape;
  bool include_pad;
  int64_t divisor;
};
template <size_t N>
AvgArgs avg_args(Args args, const Fact& x) {
  const bool has_divisor = args.size() > 6 && !args[6].isNone();
  return {pool_shape(avg_names[N - 1], x, unpack<DimVector>(args[1]), unpack<DimVector>(args[2]),
                     unpack<DimVector>(args[3]), {1}, unpack<bool>(args[4]), N),
          unpack<bool>(args[5]), has_divisor ? args[6].toInt() : 0};
}
template <size_t N>
Offer prepare_fast_avg(const Call& c) {
  const AvgArgs a = avg_args<N>(c.args, c.in(0));
  if (c.out().dtype != kFloat || N > 2 || !fast_pool_takes(a.shape))
    return "not float32 in rows with a stride of 1 or 2";
  const int threads = get_num_threads();
  return Kernel(
      [a, threads](const Pointers& p) {
        fast_avg_pool(a.shape, threads, a.include_pad, a.divisor, p.in<float>(0), p.out<float>(),
                      p.scratch<void>());
      },
      fast_pool_scratch_bytes(a.shape, threads));
}
template <size_t N>
Offer prepare_avg(const Call& c) {
  const AvgArgs a = avg_args<N>(c.args, c.in(0));
  return by_dtype(c.out().dtype, [&](auto type) -> Offer {
    return Kernel([a](const Pointers& p) {
      avg_pool(a.shape, a.include_pad, a.divisor, p.in<decltype(type)>(0), p.out<decltype(type)>());
    });
  });
}

// QNNPACK pools whole windows in one and two dimensions, whatever the divisor.
bool is_qnnpack(const Fact& f, size_t n) {
  return f.dtype == kQUInt8 && n <= 2 && globalContext().qEngine() == QEngine::QNNPACK;
}
QuantizedAverage quantized_average(const Fact& f, QuantizedAverage::Rounds rounds) {
  return {rounds, float(f.quantizer->scale), int32_t(f.quantizer->zero_point)};
}
template <class F>
Offer by_quantized(const Fact& f, F run) {
  if (!f.quantizer || f.quantizer->per_channel()) return "not quantized per tensor";
  if (f.dtype == kQUInt8) return run(uint8_t{});
  if (f.dtype == kQInt8) return run(int8_t{});
  return run(int32_t{});
}
template <size_t N>
Offer prepare_quantized_avg(const Call& c) {
  using Rounds = QuantizedAverage::Rounds;
  AvgArgs a = avg_args<N>(c.args, c.in(0));
  const bool qnnpack = is_qnnpack(c.out(), N) && !c.arg<bool>(4);
  if (qnnpack) a.include_pad = true, a.divisor = 0;
  return by_quantized(c.out(), [&](auto type) -> Offer {
    const QuantizedAverage q =
        quantized_average(c.out(), qnnpack ? Rounds::before_zero_point : Rounds::after_zero_point);
    return Kernel([a, q](const Pointers& p) {
      quantized_avg_pool(a.shape, a.include_pad, a.divisor, q, p.in<decltype(type)>(0),
                         p.out<decltype(type)>());
    });
  });
}
template <size_t N>
constexpr Impl avg_kernels[] = {{"rows_f32", prepare_fast_avg<N>},
                                {"quantized", prepare_quantized_avg<N>},
                                {"windows", prepare_avg<N>}};

// The gradient as an operator of its own, so that it can be differentiated: its gradient is the
// pooling itself.
template <size_t N>
Grads avg_backward(const GradCall& c) {
  const auto k = c.arg<DimVector>(1), s = c.arg<DimVector>(2), p = c.arg<DimVector>(3);
  const std::optional<int64_t> divisor =
      c.args.size() > 6 ? c.arg<std::optional<int64_t>>(6) : std::nullopt;
  if constexpr (N == 1) {
    const auto two = [](const DimVector& v, int64_t first) {
      return v.empty() ? DimVector{} : DimVector{first, v[0]};
    };
    const Tensor g = avg_pool2d_backward(unsqueeze(c.grad(), -2), unsqueeze(c.in(0), -2), two(k, 1),
                                         two(s.empty() ? k : s, 1), two(p, 0), c.arg<bool>(4),
                                         c.arg<bool>(5), {});
    return {squeeze(g, -2)};
  } else if constexpr (N == 2) {
    return {
        avg_pool2d_backward(c.grad(), c.in(0), k, s, p, c.arg<bool>(4), c.arg<bool>(5), divisor)};
  } else {
    return {
        avg_pool3d_backward(c.grad(), c.in(0), k, s, p, c.arg<bool>(4), c.arg<bool>(5), divisor)};
  }
}
// The gradient of a pooling's input, from that of its result.
Fact gradient_fact(const char* op, const Fact& grad, const Fact& x, const Fact& result, size_t n) {
  TL_CHECK(grad.sizes == result.sizes && grad.dtype == result.dtype, op, ": a gradient ",
           grad.dtype, grad.sizes, " where ", result.dtype, result.sizes, " was expected");
  return Fact(
      x.dtype, x.sizes,
      contiguous_strides(x.sizes, n == 2 ? x.suggest_memory_format() : MemoryFormat::Contiguous));
}
template <size_t N>
std::vector<Fact> infer_avg_backward(Args args) {
  const Fact& x = unpack<Fact>(args[1]);
  const AvgArgs a = avg_args<N>(args.subspan(1), x);
  return {
      gradient_fact("avg_pool_backward", unpack<Fact>(args[0]), x, result_fact(x, a.shape, N), N)};
}
template <size_t N>
Offer prepare_avg_backward(const Call& c) {
  const AvgArgs a = avg_args<N>(c.args.subspan(1), c.in(1));
  const auto kernel = [&](auto type) -> Offer {
    return Kernel([a](const Pointers& p) {
      avg_pool_backward(a.shape, a.include_pad, a.divisor, p.in<decltype(type)>(0),
                        p.out<decltype(type)>());
    });
  };
  return c.out().dtype == kLong ? kernel(int64_t{}) : by_float(c.out().dtype, kernel);
}
template <size_t N>
constexpr Impl avg_backward_kernels[] = {{"windows", prepare_avg_backward<N>}};
template <size_t N>
Grads avg_backward_backward(const GradCall& c) {
  const auto k = c.arg<DimVector>(2), s = c.arg<DimVector>(3), p = c.arg<DimVector>(4);
  const auto divisor = c.arg<std::optional<int64_t>>(7);
  if constexpr (N == 2)
    return {avg_pool2d(c.grad(), k, s, p, c.arg<bool>(5), c.arg<bool>(6), divisor), Tensor()};
  else
    return {avg_pool3d(c.grad(), k, s, p, c.arg<bool>(5), c.arg<bool>(6), divisor), Tensor()};
}

// ---- adaptive

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
template <size_t N>
constexpr Impl adaptive_avg_kernels[] = {{"quantized", prepare_quantized_adaptive_avg<N>},
                                         {"windows", prepare_adaptive_avg<N>}};
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
constexpr Impl adaptive_max_kernels[] = {{"windows", prepare_adaptive_max<N>}};

template <size_t N>
Tensor pool_input() {
  return N == 1 ? sample({2, 3, 11}) : N == 2 ? sample({2, 3, 8, 7}) : sample({1, 2, 5, 6, 7});
}
template <size_t N>
std::vector<Sample> max_samples() {
  return {
      {{pool_input<N>(), DimVector(N, 3), DimVector(N, 2), DimVector(N, 1), DimVector(N, 1),
        false}},
      {{pool_input<N>(), DimVector(N, 2), DimVector{}, DimVector(N, 0), DimVector(N, 2), true}}};
}
template <size_t N>
std::vector<Sample> avg_samples() {
  std::vector<Sample> s{
      {{pool_input<N>(), DimVector(N, 3), DimVector(N, 2), DimVector(N, 1), false, true}},
      {{pool_input<N>(), DimVector(N, 2), DimVector{}, DimVector(N, 0), true, false}},
      {{pool_input<N>(), DimVector(N, 3), DimVector(N, 2), DimVector(N, 1), true, false}}};
  if (N > 1)
    for (Sample& x : s) x.args.push_back(Value());
  if (N > 1)
    s.push_back(
        {{pool_input<N>(), DimVector(N, 3), DimVector(N, 1), DimVector(N, 1), false, true, 5}});
  return s;
}
template <size_t N>
std::vector<Sample> adaptive_samples() {
  return {{{pool_input<N>(), DimVector(N, 3)}},
          {{pool_input<N>(), DimVector(N, 1)}},
          {{pool_input<N>(), DimVector(N, 9)}}};
}

}  // namespace

TL_OP(max_pool1d_with_indices){
    .schemas =
        {"aten::max_pool1d_with_indices(Tensor self, int[1] kernel_size, int[1] stride=[], int[1] padding=0, int[1] dilation=1, bool ceil_mode=False) -> (Tensor, Tensor)"},
    .infer = infer<infer_max_with_indices<1>>,
    .kernels = max_with_indices_kernels<1>,
    .backward = TL_TRAIN(max_with_indices_backward<1>),
    .traits = Trait::half_via_float,
    .samples = TL_TEST(max_samples<1>),
};
TL_OP(max_pool2d_with_indices){
    .schemas =
        {"aten::max_pool2d_with_indices(Tensor self, int[2] kernel_size, int[2] stride=[], int[2] padding=0, int[2] dilation=1, bool ceil_mode=False) -> (Tensor, Tensor)",
         "aten::max_pool2d_with_indices.out(Tensor self, int[2] kernel_size, int[2] stride=[], int[2] padding=0, int[2] dilation=1, bool ceil_mode=False, *, Tensor(a!) out, Tensor(b!) indices) -> (Tensor(a!), Tensor(b!))"},
    .infer = infer<infer_max_with_indices<2>>,
    .kernels = max_with_indices_kernels<2>,
    .backward = TL_TRAIN(max_with_indices_backward<2>),
    .traits = Trait::half_via_float,
    .samples = TL_TEST(max_samples<2>),
};
TL_OP(max_pool3d_with_indices){
    .schemas =
        {"aten::max_pool3d_with_indices(Tensor self, int[3] kernel_size, int[3] stride=[], int[3] padding=0, int[3] dilation=1, bool ceil_mode=False) -> (Tensor, Tensor)",
         "aten::max_pool3d_with_indices.out(Tensor self, int[3] kernel_size, int[3] stride=[], int[3] padding=0, int[3] dilation=1, bool ceil_mode=False, *, Tensor(a!) out, Tensor(b!) indices) -> (Tensor(a!), Tensor(b!))"},
    .infer = infer<infer_max_with_indices<3>>,
    .kernels = max_with_indices_kernels<3>,
    .backward = TL_TRAIN(max_with_indices_backward<3>),
    .traits = Trait::half_via_float,
    .samples = TL_TEST(max_samples<3>),
};
TL_OP(max_pool1d){
    .schemas =
        {"aten::max_pool1d(Tensor self, int[1] kernel_size, int[1] stride=[], int[1] padding=0, int[1] dilation=1, bool ceil_mode=False) -> Tensor"},
    .infer = infer<infer_max<1>>,
    .kernels = max_kernels<1>,
    .backward = TL_TRAIN(max_backward<1>),
    .traits = Trait::half_via_float,
    .samples = TL_TEST(max_samples<1>),
};
TL_OP(max_pool2d){
    .schemas =
        {"aten::max_pool2d(Tensor self, int[2] kernel_size, int[2] stride=[], int[2] padding=0, int[2] dilation=1, bool ceil_mode=False) -> Tensor",
         "aten::quantized_max_pool2d(Tensor self, int[2] kernel_size, int[2] stride=[], int[2] padding=0, int[2] dilation=1, bool ceil_mode=False) -> Tensor"},
    .infer = infer<infer_max<2>>,
    .kernels = max_kernels<2>,
    .backward = TL_TRAIN(max_backward<2>),
    .traits = Trait::half_via_float,
    .samples = TL_TEST(max_samples<2>),
};
TL_OP(max_pool3d){
    .schemas =
        {"aten::max_pool3d(Tensor self, int[3] kernel_size, int[3] stride=[], int[3] padding=0, int[3] dilation=1, bool ceil_mode=False) -> Tensor"},
    .infer = infer<infer_max<3>>,
    .kernels = max_kernels<3>,
    .backward = TL_TRAIN(max_backward<3>),
    .traits = Trait::half_via_float,
    .samples = TL_TEST(max_samples<3>),
};
TL_OP(avg_pool1d){
    .schemas =
        {"aten::avg_pool1d(Tensor self, int[1] kernel_size, int[1] stride=[], int[1] padding=0, bool ceil_mode=False, bool count_include_pad=True) -> Tensor"},
    .infer = infer<infer_avg<1>>,
    .kernels = avg_kernels<1>,
    .backward = TL_TRAIN(avg_backward<1>),
    .traits = Trait::half_via_float,
    .samples = TL_TEST(avg_samples<1>),
};
TL_OP(avg_pool2d){
    .schemas =
        {"aten::avg_pool2d(Tensor self, int[2] kernel_size, int[2] stride=[], int[2] padding=0, bool ceil_mode=False, bool count_include_pad=True, int? divisor_override=None) -> Tensor",
         "aten::avg_pool2d.out(Tensor self, int[2] kernel_size, int[2] stride=[], int[2] padding=0, bool ceil_mode=False, bool count_include_pad=True, int? divisor_override=None, *, Tensor(a!) out) -> Tensor(a!)"},
    .infer = infer<infer_avg<2>>,
    .kernels = avg_kernels<2>,
    .backward = TL_TRAIN(avg_backward<2>),
    .traits = Trait::half_via_float,
    .samples = TL_TEST(avg_samples<2>),
};
TL_OP(avg_pool3d){
    .schemas =
        {"aten::avg_pool3d(Tensor self, int[3] kernel_size, int[3] stride=[], int[3] padding=0, bool ceil_mode=False, bool count_include_pad=True, int? divisor_override=None) -> Tensor",
         "aten::avg_pool3d.out(Tensor self, int[3] kernel_size, int[3] stride=[], int[3] padding=0, bool ceil_mode=False, bool count_include_pad=True, int? divisor_override=None, *, Tensor(a!) out) -> Tensor(a!)"},
    .infer = infer<infer_avg<3>>,
    .kernels = avg_kernels<3>,
    .backward = TL_TRAIN(avg_backward<3>),
    .traits = Trait::half_via_float,
    .samples = TL_TEST(avg_samples<3>),
};
TL_OP(avg_pool2d_backward){
    .schemas =
        {"aten::avg_pool2d_backward(Tensor grad_output, Tensor self, int[2] kernel_size, int[2] stride, int[2] padding, bool ceil_mode, bool count_include_pad, int? divisor_override) -> Tensor"},
    .infer = infer_avg_backward<2>,
    .kernels = avg_backward_kernels<2>,
    .backward = TL_TRAIN(avg_backward_backward<2>),
    .traits = Trait::half_via_float,
};
TL_OP(avg_pool3d_backward){
    .schemas =
        {"aten::avg_pool3d_backward(Tensor grad_output, Tensor self, int[3] kernel_size, int[3] stride, int[3] padding, bool ceil_mode, bool count_include_pad, int? divisor_override) -> Tensor"},
    .infer = infer_avg_backward<3>,
    .kernels = avg_backward_kernels<3>,
    .backward = TL_TRAIN(avg_backward_backward<3>),
    .traits = Trait::half_via_float,
};
TL_OP(adaptive_avg_pool1d){
    .schemas = {"aten::adaptive_avg_pool1d(Tensor self, int[1] output_size) -> Tensor"},
    .infer = infer<infer_adaptive_avg<1>>,
    .kernels = adaptive_avg_kernels<1>,
    .backward = TL_TRAIN(adaptive_avg_backward<1>),
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
    .traits = Trait::half_via_float,
    .samples = TL_TEST(adaptive_samples<3>),
};
TL_OP(adaptive_avg_pool2d_backward){
    .schemas = {"aten::_adaptive_avg_pool2d_backward(Tensor grad_output, Tensor self) -> Tensor"},
    .infer = infer<infer_adaptive_backward<2>>,
    .kernels = adaptive_avg_backward_kernels<2>,
    .backward = TL_TRAIN(adaptive_avg_backward_backward<2>),
    .traits = Trait::half_via_float | Trait::copied_out,
};
TL_OP(adaptive_avg_pool3d_backward){
    .schemas = {"aten::_adaptive_avg_pool3d_backward(Tensor grad_output, Tensor self) -> Tensor"},
    .infer = infer<infer_adaptive_backward<3>>,
    .kernels = adaptive_avg_backward_kernels<3>,
    .backward = TL_TRAIN(adaptive_avg_backward_backward<3>),
    .traits = Trait::half_via_float | Trait::copied_out,
};
TL_OP(adaptive_max_pool1d){
    .schemas = {"aten::adaptive_max_pool1d(Tensor self, int[1] output_size) -> (Tensor, Tensor)"},
    .infer = infer<infer_adaptive_max<1>>,
    .kernels = adaptive_max_kernels<1>,
    .backward = TL_TRAIN(max_with_indices_backward<1>),
    .traits = Trait::half_via_float,
    .samples = TL_TEST(adaptive_samples<1>),
};
TL_OP(adaptive_max_pool2d){
    .schemas =
        {"aten::adaptive_max_pool2d(Tensor self, int[2] output_size) -> (Tensor, Tensor)",
         "aten::adaptive_max_pool2d.out(Tensor self, int[2] output_size, *, Tensor(a!) out, Tensor(b!) indices) -> (Tensor(a!), Tensor(b!))"},
    .infer = infer<infer_adaptive_max<2>>,
    .kernels = adaptive_max_kernels<2>,
    .backward = TL_TRAIN(max_with_indices_backward<2>),
    .traits = Trait::half_via_float,
    .samples = TL_TEST(adaptive_samples<2>),
};
TL_OP(adaptive_max_pool3d){
    .schemas =
        {"aten::adaptive_max_pool3d(Tensor self, int[3] output_size) -> (Tensor, Tensor)",
         "aten::adaptive_max_pool3d.out(Tensor self, int[3] output_size, *, Tensor(a!) out, Tensor(b!) indices) -> (Tensor(a!), Tensor(b!))"},
    .infer = infer<infer_adaptive_max<3>>,
    .kernels = adaptive_max_kernels<3>,
    .backward = TL_TRAIN(max_with_indices_backward<3>),
    .traits = Trait::half_via_float,
    .samples = TL_TEST(adaptive_samples<3>),
};
}  // namespace tealight::ops
