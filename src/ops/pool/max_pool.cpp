// Max pooling over fixed windows.
#include "core/parallel.h"
#include "ops/gradients.h"
#include "ops/pool/pool.h"
#include "tealight/grad_mode.h"

namespace tealight::ops {
namespace {

using namespace kernels;

constexpr const char* max_names[] = {"max_pool1d", "max_pool2d", "max_pool3d"};

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
template <bool Indices>
Offer prepare_nhwc_max(const Call& c) {
  if (const char* refused = not_nhwc_f32(c)) return refused;
  const PoolShape s = max_shape<2>(c);
  return Kernel([pool = nhwc_pool(c.in(0), pool_windows(s.dim[1], false),
                                  pool_windows(s.dim[2], false))](const Pointers& p) {
    max_pool_nhwc(pool, p.in<float>(0), p.out<float>(), Indices ? p.out<int64_t>(1) : nullptr);
  });
}
Offer prepare_nhwc_max_8bit(const Call& c) {
  const ScalarType t = c.out().dtype;
  if (t != kQUInt8 && t != kQInt8 && t != kByte && t != kChar) return "not of 8 bits";
  if (c.in(0).dim() != 4) return "not 4-d";
  const PoolShape s = max_shape<2>(c);
  return Kernel(
      [pool = nhwc_pool(c.in(0), pool_windows(s.dim[1], false), pool_windows(s.dim[2], false)),
       is_signed = t == kQInt8 || t == kChar](const Pointers& p) {
        max_pool_nhwc_8bit(pool, is_signed, p.in<uint8_t>(0), p.out<uint8_t>());
      });
}
template <size_t N>
constexpr Impl max_with_indices_kernels[] = {{"windows", prepare_max_with_indices<N>}};
template <>
constexpr Impl max_with_indices_kernels<2>[] = {
    {"nhwc_f32", prepare_nhwc_max<true>, KernelLayout::channels_last},
    {"windows", prepare_max_with_indices<2>}};

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
template <>
constexpr Impl max_kernels<2>[] = {
    {"nhwc_f32", prepare_nhwc_max<false>, KernelLayout::channels_last},
    {"nhwc_8bit", prepare_nhwc_max_8bit, KernelLayout::channels_last},
    {"rows_f32", prepare_fast_max<2>},
    {"windows", prepare_max<2>}};
template <size_t N>
Grads max_with_indices_backward(const GradCall& c) {
  return {to_places(c.grad(), c.out(1), c.in(0), N)};
}
// The gradient where nobody differentiates it again: no indices in between.
template <size_t N>
Fact infer_max_gradient(const Fact& grad, const Fact& x, const DimVector& k, const DimVector& s,
                        const DimVector& p, const DimVector& d, bool ceil_mode) {
  const Fact y = infer_max<N>(x, k, s, p, d, ceil_mode);
  return gradient_fact(max_names[N - 1], grad, x, y, N);
}
template <class T>
Kernel max_gradient_kernel(const PoolShape& s) {
  return Kernel(
      [s](const Pointers& p) { max_pool_backward(s, p.in<T>(1), p.in<T>(0), p.out<T>()); });
}
Offer prepare_max2d_gradient(const Call& c) {
  const PoolShape s = pool_shape(max_names[1], c.in(1), c.arg<DimVector>(2), c.arg<DimVector>(3),
                                 c.arg<DimVector>(4), c.arg<DimVector>(5), c.arg<bool>(6), 2);
  if (c.out().dtype == kFloat) return max_gradient_kernel<float>(s);
  if (c.out().dtype == kDouble) return max_gradient_kernel<double>(s);
  return "neither float32 nor double";
}
constexpr Impl max2d_gradient_kernels[] = {{"windows", prepare_max2d_gradient}};

template <size_t N>
Grads max_backward(const GradCall& c) {
  if constexpr (N == 2)
    if (!GradMode::is_enabled()) {
      static const Overload& op = find_overload("tealight::max_pool2d_gradient");
      return {detail::call_as<Tensor>(op, c.grad(), c.in(0), c.args[1], c.args[2], c.args[3],
                                      c.args[4], c.args[5])};
    }
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
template <size_t N>
std::vector<Sample> max_samples() {
  return {
      {{pool_input<N>(), DimVector(N, 3), DimVector(N, 2), DimVector(N, 1), DimVector(N, 1),
        false}},
      {{pool_input<N>(), DimVector(N, 2), DimVector{}, DimVector(N, 0), DimVector(N, 2), true}}};
}

}  // namespace

TL_OP(max_pool1d_with_indices){
    .schemas =
        {"aten::max_pool1d_with_indices(Tensor self, int[1] kernel_size, int[1] stride=[], int[1] padding=0, int[1] dilation=1, bool ceil_mode=False) -> (Tensor, Tensor)"},
    .infer = infer<infer_max_with_indices<1>>,
    .kernels = max_with_indices_kernels<1>,
    .backward = TL_TRAIN(max_with_indices_backward<1>),
    .reads = {0, outs(1)},
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
    .reads = {0, outs(1)},
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
    .reads = {0, outs(1)},
    .traits = Trait::half_via_float,
    .samples = TL_TEST(max_samples<3>),
};
TL_OP(max_pool1d){
    .schemas =
        {"aten::max_pool1d(Tensor self, int[1] kernel_size, int[1] stride=[], int[1] padding=0, int[1] dilation=1, bool ceil_mode=False) -> Tensor"},
    .infer = infer<infer_max<1>>,
    .kernels = max_kernels<1>,
    .backward = TL_TRAIN(max_backward<1>),
    .reads = {args(0), 0},
    .traits = Trait::half_via_float,
    .samples = TL_TEST(max_samples<1>),
};
TL_OP(max_pool2d_gradient){
    .schemas =
        {"tealight::max_pool2d_gradient(Tensor grad, Tensor self, int[2] kernel_size, int[2] stride, int[2] padding, int[2] dilation, bool ceil_mode) -> Tensor"},
    .infer = infer<infer_max_gradient<2>>,
    .kernels = max2d_gradient_kernels,
    .backward = TL_TRAIN(not_twice_differentiable),
    .traits = Trait::half_via_float,
};
TL_OP(max_pool2d){
    .schemas =
        {"aten::max_pool2d(Tensor self, int[2] kernel_size, int[2] stride=[], int[2] padding=0, int[2] dilation=1, bool ceil_mode=False) -> Tensor",
         "aten::quantized_max_pool2d(Tensor self, int[2] kernel_size, int[2] stride=[], int[2] padding=0, int[2] dilation=1, bool ceil_mode=False) -> Tensor"},
    .infer = infer<infer_max<2>>,
    .kernels = max_kernels<2>,
    .backward = TL_TRAIN(max_backward<2>),
    .reads = {args(0), 0},
    .traits = Trait::half_via_float,
    .samples = TL_TEST(max_samples<2>),
};
TL_OP(max_pool3d){
    .schemas =
        {"aten::max_pool3d(Tensor self, int[3] kernel_size, int[3] stride=[], int[3] padding=0, int[3] dilation=1, bool ceil_mode=False) -> Tensor"},
    .infer = infer<infer_max<3>>,
    .kernels = max_kernels<3>,
    .backward = TL_TRAIN(max_backward<3>),
    .reads = {args(0), 0},
    .traits = Trait::half_via_float,
    .samples = TL_TEST(max_samples<3>),
};
}  // namespace tealight::ops
