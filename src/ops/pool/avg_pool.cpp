// Average pooling over fixed windows.
#include "core/parallel.h"
#include "ops/pool/pool.h"

namespace tealight::ops {
namespace {

using namespace kernels;

constexpr const char* avg_names[] = {"avg_pool1d", "avg_pool2d", "avg_pool3d"};

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
Offer prepare_nhwc_avg(const Call& c) {
  if (const char* refused = not_nhwc_f32(c)) return refused;
  const AvgArgs a = avg_args<2>(c.args, c.in(0));
  return Kernel([pool = nhwc_pool(c.in(0), pool_windows(a.shape.dim[1], a.include_pad),
                                  pool_windows(a.shape.dim[2], a.include_pad)),
                 divisor = a.divisor](const Pointers& p) {
    avg_pool_nhwc(pool, divisor, p.in<float>(0), p.out<float>());
  });
}
template <size_t N>
constexpr Impl avg_kernels[] = {{"rows_f32", prepare_fast_avg<N>},
                                {"quantized", prepare_quantized_avg<N>},
                                {"windows", prepare_avg<N>}};
template <>
constexpr Impl avg_kernels<2>[] = {{"nhwc_f32", prepare_nhwc_avg, KernelLayout::channels_last},
                                   {"rows_f32", prepare_fast_avg<2>},
                                   {"quantized", prepare_quantized_avg<2>},
                                   {"windows", prepare_avg<2>}};

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

}  // namespace

TL_OP(avg_pool1d){
    .schemas =
        {"aten::avg_pool1d(Tensor self, int[1] kernel_size, int[1] stride=[], int[1] padding=0, bool ceil_mode=False, bool count_include_pad=True) -> Tensor"},
    .infer = infer<infer_avg<1>>,
    .kernels = avg_kernels<1>,
    .backward = TL_TRAIN(avg_backward<1>),
    .reads = {args(0), 0},
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
    .reads = {args(0), 0},
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
    .reads = {args(0), 0},
    .traits = Trait::half_via_float,
    .samples = TL_TEST(avg_samples<3>),
};
TL_OP(avg_pool2d_backward){
    .schemas =
        {"aten::avg_pool2d_backward(Tensor grad_output, Tensor self, int[2] kernel_size, int[2] stride, int[2] padding, bool ceil_mode, bool count_include_pad, int? divisor_override) -> Tensor"},
    .infer = infer_avg_backward<2>,
    .kernels = avg_backward_kernels<2>,
    .backward = TL_TRAIN(avg_backward_backward<2>),
    .reads = {0, 0},
    .traits = Trait::half_via_float,
};
TL_OP(avg_pool3d_backward){
    .schemas =
        {"aten::avg_pool3d_backward(Tensor grad_output, Tensor self, int[3] kernel_size, int[3] stride, int[3] padding, bool ceil_mode, bool count_include_pad, int? divisor_override) -> Tensor"},
    .infer = infer_avg_backward<3>,
    .kernels = avg_backward_kernels<3>,
    .backward = TL_TRAIN(avg_backward_backward<3>),
    .reads = {0, 0},
    .traits = Trait::half_via_float,
};
}  // namespace tealight::ops
