// Resizing of (N, C, ...) tensors: nearest (old and exact), linear, bilinear, trilinear, bicubic,
// with antialiasing.
//
// Every kind is separable: along each dimension an output is a weighted sum of a few inputs. A
// table of places and weights is made per dimension while preparing; the kernel applies one
// dimension after the other.
#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

#include "core/parallel.h"
#include "kernels/pointwise/convert.h"
#include "kernels/resize/resize_nhwc.h"
#include "ops/nhwc.h"
#include "ops/samples.h"
#include "ops/vision/resize_table.h"
#include "tealight/ops.h"

namespace tealight::ops {
namespace {

// y (outer, out, inner) = weights x (outer, in, inner)
template <class T>
void apply(const ResizeTable& t, int64_t outer, int64_t inner, const T* x, T* y) {
  parallel_for(0, outer * t.out, std::max<int64_t>(1, 8192 / std::max<int64_t>(1, inner)),
               [&](int64_t begin, int64_t end) {
                 for (int64_t row = begin; row < end; ++row) {
                   const T* plane = x + row / t.out * t.in * inner;
                   T* to = y + row * inner;
                   bool first = true;
                   for (const ResizeTap& tap : t.taps(row % t.out)) {
                     const T* from = plane + tap.place * inner;
                     const T weight = T(tap.weight);
                     if (first)
                       for (int64_t i = 0; i < inner; ++i) to[i] = weight * from[i];
                     else
                       for (int64_t i = 0; i < inner; ++i) to[i] += weight * from[i];
                     first = false;
                   }
                 }
               });
}
// The transpose: gradients go back to where values came from.
template <class T>
void apply_backward(const ResizeTable& t, int64_t outer, int64_t inner, const T* gy, T* gx) {
  std::fill_n(gx, outer * t.in * inner, T(0));
  for (int64_t row = 0; row < outer * t.out; ++row)
    for (const ResizeTap& tap : t.taps(row % t.out)) {
      T* to = gx + (row / t.out * t.in + tap.place) * inner;
      for (int64_t i = 0; i < inner; ++i) to[i] += T(tap.weight) * gy[row * inner + i];
    }
}

struct Steps {
  std::vector<ResizeTable> tables;  // innermost dimension first
  std::vector<int64_t> outer, inner;
  int64_t largest = 0;  // elements of the largest intermediate
};
Steps steps_for(const Resize& r, const DimVector& in, const DimVector& out,
                const std::vector<std::optional<double>>& scales, Rounded rounded, bool backward) {
  Steps s;
  const size_t n = in.size() - 2;
  DimVector now = backward ? out : in;
  const auto add = [&](size_t d) {
    s.tables.push_back(
        table_for(r, in[d], out[d], scales.empty() ? std::nullopt : scales[d - 2], rounded));
    int64_t outer = 1, inner = 1;
    for (size_t i = 0; i < d; ++i) outer *= now[i];
    for (size_t i = d + 1; i < now.size(); ++i) inner *= now[i];
    s.outer.push_back(outer), s.inner.push_back(inner);
    now[d] = backward ? in[d] : out[d];
    s.largest = std::max(s.largest, numel_of(now));
  };
  for (size_t i = 0; i < n; ++i) add(in.size() - 1 - i);
  return s;
}

template <class T>
Kernel kernel_of(Steps steps, bool backward) {
  const size_t bytes = size_t(steps.largest) * sizeof(T),
               scratch = steps.tables.size() > 1 ? 2 * (bytes + 64) : 0;
  return Kernel(
      [steps = std::move(steps), backward, bytes](const Pointers& p) {
        const T* from = p.in<T>(0);
        for (size_t i = 0; i < steps.tables.size(); ++i) {
          T* to = i + 1 == steps.tables.size() ? p.out<T>()
                                               : p.scratch<T>((i % 2) * (bytes + 63) / 64 * 64);
          if (backward)
            apply_backward(steps.tables[i], steps.outer[i], steps.inner[i], from, to);
          else
            apply(steps.tables[i], steps.outer[i], steps.inner[i], from, to);
          from = to;
        }
      },
      scratch);
}

// Narrow numbers are widened by read(p, x, n), resized as floats and put back by write(p, y, n).
template <class Read, class Write>
Kernel through_floats(Kernel kernel, int64_t inputs, int64_t outputs, Read read, Write write) {
  auto floats = std::make_shared<Kernel>(std::move(kernel));
  const size_t in_bytes = round_up(inputs * 4, 64), out_bytes = round_up(outputs * 4, 64),
               inner = floats->scratch_bytes();
  return Kernel(
      [=](const Pointers& p) {
        float *x = p.scratch<float>(), *y = p.scratch<float>(in_bytes);
        read(p, x, inputs);
        void* const outs[] = {y};
        const void* const ins[] = {x};
        (*floats)({outs, ins, p.scratch<std::byte>(in_bytes + out_bytes)});
        write(p, y, outputs);
      },
      in_bytes + out_bytes + inner);
}
// Interpolated as the numbers they are, less the zero point, then rounded (ties to even).
template <class Q>
Kernel byte_kernel(Steps steps, int64_t inputs, int64_t outputs, int64_t zero_point) {
  return through_floats(
      kernel_of<float>(std::move(steps), false), inputs, outputs,
      [=](const Pointers& p, float* x, int64_t n) {
        for (int64_t i = 0; i < n; ++i) x[i] = float(p.in<Q>(0)[i]) - float(zero_point);
      },
      [=](const Pointers& p, const float* y, int64_t n) {
        for (int64_t i = 0; i < n; ++i)
          p.out<Q>()[i] = Q(std::clamp(std::nearbyint(y[i]) + float(zero_point),
                                       float(std::numeric_limits<Q>::min()),
                                       float(std::numeric_limits<Q>::max())));
      });
}
Kernel half_kernel(Steps steps, const Call& c, bool backward) {
  const ScalarType t = c.out().dtype;
  return through_floats(
      kernel_of<float>(std::move(steps), backward), c.in(0).numel(), c.out().numel(),
      [=](const Pointers& p, float* x, int64_t n) {
        load_block(Compute::f32, x, t, p.in<char>(0), 2, n);
      },
      [=](const Pointers& p, const float* y, int64_t n) {
        store_block(Compute::f32, y, t, p.out<char>(), 2, n);
      });
}

// Nearest copies elements of any dtype.
template <class T>
Kernel nearest_copy(const Fact& x, const Fact& y, Steps steps) {
  return Kernel([in = x.sizes, out = y.sizes, steps = std::move(steps)](const Pointers& p) {
    const size_t n = in.size() - 2;
    const auto place = [&](size_t d, int64_t o) {
      return d + 1 > n ? 0 : steps.tables[n - 1 - d].all[size_t(o)].place;
    };
    const int64_t D = n == 3 ? out[2] : 1, H = n >= 2 ? out[n] : 1, W = out[n + 1],
                  iH = n >= 2 ? in[n] : 1, iW = in[n + 1], iD = n == 3 ? in[2] : 1;
    const T* from = p.in<T>(0);
    T* to = p.out<T>();
    for (int64_t plane = 0; plane < in[0] * in[1]; ++plane, from += iD * iH * iW)
      for (int64_t d = 0; d < D; ++d)
        for (int64_t h = 0; h < H; ++h) {
          const T* row =
              from + ((n == 3 ? place(0, d) : 0) * iH + (n >= 2 ? place(n - 2, h) : 0)) * iW;
          for (int64_t w = 0; w < W; ++w) *to++ = row[steps.tables[0].all[size_t(w)].place];
        }
  });
}

// ---- the operators: sizes given, or factors

template <size_t N>
DimVector out_sizes(const char* op, const Fact& x, const std::optional<DimVector>& size,
                    const std::optional<std::vector<double>>& factors) {
  TL_CHECK(x.dim() == int64_t(N) + 2, op, ": It is expected input_size equals to ", N + 2,
           ", but got size ", x.dim());
  TL_CHECK(size.has_value() != factors.has_value(), op,
           ": Must specify exactly one of output_size and scale_factors");
  DimVector out(x.sizes);
  for (size_t i = 0; i < N; ++i) {
    if (size)
      TL_CHECK(size->size() == N, op, ": It is expected output_size equals to ", N,
               ", but got size ", size->size());
    else
      TL_CHECK(factors->size() == N, op, ": It is expected ", N, " scale_factors, but got ",
               factors->size());
    out[i + 2] = size ? (*size)[i] : int64_t(double(x.sizes[i + 2]) * (*factors)[i]);
    TL_CHECK(x.sizes[i + 2] > 0 && out[i + 2] > 0, op,
             ": Input and output sizes should be greater than 0, but got input ", x.sizes,
             " output ", out);
  }
  TL_CHECK(x.sizes[1] > 0, op, ": Non-empty ", N + 2,
           "D data tensor expected but got a tensor with sizes ", x.sizes);
  return out;
}
Fact result_of(const Fact& x, const DimVector& sizes) {
  Fact y(x.dtype, sizes);
  y.quantizer = x.quantizer;
  y.strides = contiguous_strides(sizes, x.suggest_memory_format());
  return y;
}

// Arguments of the two kinds of schema, by what they hold: (input, size?, [align], factors?) and
// (input, size, [align], scale...).
template <size_t N>
struct Parsed {
  DimVector out;
  bool align = false;
  std::vector<std::optional<double>> scales;
};
template <size_t N>
Parsed<N> parse(const char* op, Args args, const Fact& x, bool has_align) {
  Parsed<N> p;
  const size_t after = has_align ? 3 : 2;
  if (has_align) p.align = unpack<bool>(args[2]);
  const bool vec =
      args.size() == after + 1 && (args[after].isList() || (args[after].isNone() && N != 1));
  if (vec || (N == 1 && args.size() > after && args[after].isList()) || args[1].isNone()) {
    const auto factors = args.size() > after
                             ? unpack<std::optional<std::vector<double>>>(args[after])
                             : std::nullopt;
    p.out = out_sizes<N>(op, x, unpack<std::optional<DimVector>>(args[1]), factors);
    if (factors)
      for (double f : *factors) p.scales.emplace_back(f);
  } else {
    p.out = out_sizes<N>(op, x, unpack<DimVector>(args[1]), std::nullopt);
    for (size_t i = 0; i < N; ++i)
      p.scales.push_back(after + i < args.size() ? unpack<std::optional<double>>(args[after + i])
                                                 : std::nullopt);
  }
  return p;
}

// The table with `count` taps for each output, those that it lacks with weight 0.
kernels::ResizeTaps nhwc_taps(const ResizeTable& table, int64_t count) {
  kernels::ResizeTaps t{table.in, table.out, count, {}, {}};
  for (int64_t o = 0; o < table.out; ++o) {
    const std::span<const ResizeTap> taps = table.taps(o);
    for (size_t i = 0; i < size_t(count); ++i) {
      const bool there = i < taps.size();
      t.places.push_back(int32_t(taps[there ? i : taps.size() - 1].place));
      t.weights.push_back(there ? float(taps[i].weight) : 0.f);
    }
  }
  return t;
}

template <Resize R, size_t N>
struct Upsample {
  static constexpr bool has_align = R.kind >= ResizeKind::linear;
  static constexpr const char* name = "upsample";
  static std::vector<Fact> infer(Args args) {
    const Fact& x = unpack<Fact>(args[0]);
    Fact y = result_of(x, parse<N>(name, args, x, has_align).out);
    if (R.kind == ResizeKind::cubic) y.strides = contiguous_strides(y.sizes);
    return {y};
  }
  static Offer prepare_nhwc(const Call& c) {
    if (const char* refused = not_nhwc_f32(c)) return refused;
    const Fact& x = c.in(0);
    const Parsed<N> p = parse<N>(name, c.args, x, has_align);
    const Steps s = steps_for({R.kind, p.align, R.antialias}, x.sizes, c.out().sizes, p.scales,
                              {x.dtype}, false);
    constexpr int64_t count = !has_align ? 1 : R.kind == ResizeKind::linear ? 2 : 4;
    return Kernel([batch = x.sizes[0], channels = x.sizes[1], rows = nhwc_taps(s.tables[1], count),
                   columns = nhwc_taps(s.tables[0], count)](const Pointers& p) {
      kernels::resize_nhwc(batch, channels, rows, columns, p.in<float>(0), p.out<float>());
    });
  }
  static Offer prepare(const Call& c) {
    const Fact& x = c.in(0);
    const Parsed<N> p = parse<N>(name, c.args, x, has_align);
    Steps s = steps_for({R.kind, p.align, R.antialias}, x.sizes, c.out().sizes, p.scales, {x.dtype},
                        false);
    if (R.kind == ResizeKind::nearest || R.kind == ResizeKind::nearest_exact) {
      switch (x.itemsize()) {
        case 1:
          return nearest_copy<uint8_t>(x, c.out(), std::move(s));
        case 2:
          return nearest_copy<uint16_t>(x, c.out(), std::move(s));
        case 4:
          return nearest_copy<uint32_t>(x, c.out(), std::move(s));
        case 8:
          return nearest_copy<uint64_t>(x, c.out(), std::move(s));
        default:
          return "complex128";
      }
    }
    if (x.dtype == kFloat) return kernel_of<float>(std::move(s), false);
    if (x.dtype == kDouble) return kernel_of<double>(std::move(s), false);
    if (x.dtype == kHalf || x.dtype == kBFloat16) return half_kernel(std::move(s), c, false);
    if (x.dtype == kQUInt8)
      return byte_kernel<uint8_t>(std::move(s), x.numel(), c.out().numel(),
                                  x.quantizer->zero_point);
    if (x.dtype == kQInt8)
      return byte_kernel<int8_t>(std::move(s), x.numel(), c.out().numel(), x.quantizer->zero_point);
    return "not floating";
  }
  static constexpr bool has_nhwc = N == 2 && !R.antialias;
  static constexpr auto kernels = [] {
    if constexpr (has_nhwc)
      return std::array{Impl{"nhwc_f32", prepare_nhwc, KernelLayout::channels_last},
                        Impl{"separable", prepare}};
    else
      return std::array{Impl{"separable", prepare}};
  }();
};

// The gradient of all kinds: the resize as a linear map, transposed. The map's own gradient is the
// other one of the two.
Fact infer_map(const Fact& x, const DimVector& size, int64_t kind, bool, bool,
               const std::vector<double>& scales, bool) {
  const size_t n = size.size();
  TL_CHECK(n >= 3 && n <= 5 && x.sizes.size() == n && size[0] == x.sizes[0] &&
               size[1] == x.sizes[1] && kind >= 0 && kind <= int64_t(ResizeKind::lanczos) &&
               (scales.empty() || scales.size() == n - 2),
           "upsample_map: ", x.sizes, " cannot be resized to ", size);
  for (size_t d = 2; d < n; ++d)
    TL_CHECK(size[d] > 0 && x.sizes[d] > 0, "upsample_map: empty pictures, ", x.sizes, " and ",
             size);
  return Fact(x.dtype, size);
}
Offer prepare_map(const Call& c) {
  const Resize r{ResizeKind(c.arg<int64_t>(2)), c.arg<bool>(3), c.arg<bool>(4)};
  std::vector<std::optional<double>> scales;
  for (double s : c.arg<std::vector<double>>(5))
    scales.push_back(s > 0 ? std::optional(s) : std::nullopt);
  const bool transposed = c.arg<bool>(6);
  const ScalarType t = c.out().dtype;
  const DimVector &in = c.in(0).sizes, &out = c.out().sizes;
  Steps s = steps_for(r, transposed ? out : in, transposed ? in : out, scales, {t}, transposed);
  if (t == kFloat) return kernel_of<float>(std::move(s), transposed);
  if (t == kDouble) return kernel_of<double>(std::move(s), transposed);
  return is_floating(t) ? Offer(half_kernel(std::move(s), c, transposed)) : "not floating";
}
constexpr Impl map_kernels[] = {{"separable", prepare_map}};

Tensor upsample_map_of(const Tensor& x, IntArrayRef size, const Resize& r,
                       const std::vector<double>& scales, bool transposed) {
  return detail::call_as<Tensor>(find_overload("tealight::upsample_map"), x, size, int64_t(r.kind),
                                 r.align_corners, r.antialias, scales, transposed);
}
Grads map_backward(const GradCall& c) {
  const Resize r{ResizeKind(c.arg<int64_t>(2)), c.arg<bool>(3), c.arg<bool>(4)};
  return {upsample_map_of(c.grad(), c.in(0).sizes(), r, c.arg<std::vector<double>>(5),
                          !c.arg<bool>(6))};
}
template <Resize R, size_t N>
Grads upsample_backward_of(const GradCall& c) {
  const auto p = parse<N>("upsample", c.args, c.in(0).fact(), Upsample<R, N>::has_align);
  std::vector<double> scales;
  for (const auto& s : p.scales) scales.push_back(s.value_or(0));
  return {upsample_map_of(c.grad(), c.in(0).sizes(), {R.kind, p.align, R.antialias}, scales, true)};
}

constexpr Resize kNearest{ResizeKind::nearest}, kExact{ResizeKind::nearest_exact},
    kLinear{ResizeKind::linear}, kCubic{ResizeKind::cubic},
    kLinearAa{ResizeKind::linear, false, true}, kCubicAa{ResizeKind::cubic, false, true},
    kLanczosAa{ResizeKind::lanczos, false, true};

template <size_t N>
Tensor input() {
  return N == 1 ? sample({2, 3, 5}) : N == 2 ? sample({2, 3, 5, 4}) : sample({1, 2, 3, 4, 5});
}
template <size_t N>
std::vector<Sample> nearest_samples() {
  DimVector up;
  for (size_t i = 0; i < N; ++i) up.push_back(int64_t(7 + i));
  return {{{input<N>(), up, Value()}},
          {{input<N>(), Value(), std::vector<double>(N, 2.0)}},
          {{input<N>(), Value(), std::vector<double>(N, 1.7)}},
          {{input<N>(), DimVector(N, 2), Value()}}};
}
template <size_t N>
std::vector<Sample> linear_samples() {
  DimVector up;
  for (size_t i = 0; i < N; ++i) up.push_back(int64_t(7 + i));
  return {{{input<N>(), up, false, Value()}},
          {{input<N>(), up, true, Value()}},
          {{input<N>(), Value(), false, std::vector<double>(N, 1.7)}},
          {{input<N>(), DimVector(N, 2), false, Value()}},
          {{input<N>(), DimVector(N, 1), true, Value()}}};
}

}  // namespace

#define TL_UP(kind, n)                                                      \
  .infer = Upsample<kind, n>::infer, .kernels = Upsample<kind, n>::kernels, \
  .backward = TL_TRAIN(upsample_backward_of<kind, n>), .reads = {0, 0},     \
  .traits = Trait::copied_out
#define TL_UP_SCHEMAS(name, n, corners, scales)                                                \
  "aten::" name ".vec(Tensor input, SymInt[]? output_size, " corners                           \
  "float[]? scale_factors) -> Tensor",                                                         \
      "aten::" name "(Tensor self, SymInt[" #n "] output_size, " corners scales ") -> Tensor", \
      "aten::" name ".out(Tensor self, SymInt[" #n "] output_size, " corners scales            \
      ", *, Tensor(a!) out) -> Tensor(a!)"
#define TL_SCALES1 "float? scales=None"
#define TL_SCALES2 "float? scales_h=None, float? scales_w=None"
#define TL_SCALES3 "float? scales_d=None, " TL_SCALES2
#define TL_NEAREST_SCHEMAS(name, n) TL_UP_SCHEMAS(name #n "d", n, "", TL_SCALES##n)
#define TL_LINEAR_SCHEMAS(name, n) TL_UP_SCHEMAS(name, n, "bool align_corners, ", TL_SCALES##n)
TL_OP(upsample_map){
    .schemas =
        {"tealight::upsample_map(Tensor x, int[] size, int kind, bool align_corners, bool antialias, float[] scales, bool transposed) -> Tensor"},
    .infer = infer<infer_map>,
    .kernels = map_kernels,
    .backward = TL_TRAIN(map_backward),
    .reads = {0, 0},
};
TL_OP(upsample_nearest1d){
    .schemas = {TL_NEAREST_SCHEMAS("upsample_nearest", 1)},
    TL_UP(kNearest, 1),
    .samples = TL_TEST(nearest_samples<1>),
};
TL_OP(upsample_nearest2d){
    .schemas = {TL_NEAREST_SCHEMAS("upsample_nearest", 2)},
    TL_UP(kNearest, 2),
    .samples = TL_TEST(nearest_samples<2>),
};
TL_OP(upsample_nearest3d){
    .schemas = {TL_NEAREST_SCHEMAS("upsample_nearest", 3)},
    TL_UP(kNearest, 3),
    .samples = TL_TEST(nearest_samples<3>),
};
TL_OP(upsample_nearest_exact1d){
    .schemas = {TL_NEAREST_SCHEMAS("_upsample_nearest_exact", 1)},
    TL_UP(kExact, 1),
    .samples = TL_TEST(nearest_samples<1>),
};
TL_OP(upsample_nearest_exact2d){
    .schemas = {TL_NEAREST_SCHEMAS("_upsample_nearest_exact", 2)},
    TL_UP(kExact, 2),
    .samples = TL_TEST(nearest_samples<2>),
};
TL_OP(upsample_nearest_exact3d){
    .schemas = {TL_NEAREST_SCHEMAS("_upsample_nearest_exact", 3)},
    TL_UP(kExact, 3),
    .samples = TL_TEST(nearest_samples<3>),
};
TL_OP(upsample_linear1d){
    .schemas = {TL_LINEAR_SCHEMAS("upsample_linear1d", 1)},
    TL_UP(kLinear, 1),
    .samples = TL_TEST(linear_samples<1>),
};
TL_OP(upsample_bilinear2d){
    .schemas = {TL_LINEAR_SCHEMAS("upsample_bilinear2d", 2)},
    TL_UP(kLinear, 2),
    .samples = TL_TEST(linear_samples<2>),
};
TL_OP(upsample_trilinear3d){
    .schemas = {TL_LINEAR_SCHEMAS("upsample_trilinear3d", 3)},
    TL_UP(kLinear, 3),
    .samples = TL_TEST(linear_samples<3>),
};
TL_OP(upsample_bicubic2d){
    .schemas = {TL_LINEAR_SCHEMAS("upsample_bicubic2d", 2)},
    TL_UP(kCubic, 2),
    .samples = TL_TEST(linear_samples<2>),
};
TL_OP(upsample_bilinear2d_aa){
    .schemas = {TL_LINEAR_SCHEMAS("_upsample_bilinear2d_aa", 2)},
    TL_UP(kLinearAa, 2),
    .samples = TL_TEST(linear_samples<2>),
};
TL_OP(upsample_bicubic2d_aa){
    .schemas = {TL_LINEAR_SCHEMAS("_upsample_bicubic2d_aa", 2)},
    TL_UP(kCubicAa, 2),
    .samples = TL_TEST(linear_samples<2>),
};
TL_OP(upsample_lanczos2d_aa){
    .schemas = {TL_LINEAR_SCHEMAS("_upsample_lanczos2d_aa", 2)},
    TL_UP(kLanczosAa, 2),
    .samples = TL_TEST(linear_samples<2>),
};
#undef TL_UP
}  // namespace tealight::ops
