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
#include "ops/samples.h"
#include "tealight/ops.h"

namespace tealight::ops {
namespace {

enum class Kind { nearest, nearest_exact, linear, cubic, lanczos };
struct Resize {
  Kind kind;
  bool align_corners = false, antialias = false;
};

// Weights of one dimension: output o sums inputs first[o] .. first[o] + taps with weight[o * taps +
// k].
struct Table {
  int64_t in, out, taps;
  std::vector<int64_t> first;
  std::vector<double> weight;
};

double cubic_near(double x, double a) { return ((a + 2) * x - (a + 3)) * x * x + 1; }  // |x| <= 1
double cubic_far(double x, double a) {
  return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a;
}  // 1 < |x| < 2

// PyTorch rounds the step to the precision of the data (float for float, float16 and bfloat16), and
// computes places from it in double.
template <class F>
double scale_of(int64_t in, int64_t out, bool align, std::optional<double> given) {
  if (align) return out > 1 ? double(F(in - 1) / F(out - 1)) : 0;
  return given && *given > 0 ? double(F(1.0 / *given)) : double(F(in) / F(out));
}
double source(double scale, int64_t o, bool align, bool cubic) {
  if (align) return scale * double(o);
  const double x = scale * (double(o) + 0.5) - 0.5;
  return !cubic && x < 0 ? 0 : x;
}

template <class F>
Table nearest_table(int64_t in, int64_t out, bool exact, std::optional<double> given) {
  Table t{in, out, 1, {}, {}};
  const float scale = given && *given > 0 ? float(1.0 / *given) : float(in) / float(out);
  for (int64_t o = 0; o < out; ++o) {
    const int64_t i = exact                     ? int64_t(std::floor((float(o) + 0.5f) * scale))
                      : out == in               ? o
                      : out == 2 * in && !given ? o >> 1
                                                : int64_t(std::floor(float(o) * scale));
    t.first.push_back(std::min(i, in - 1));
    t.weight.push_back(1);
  }
  return t;
}
template <class F>
Table linear_table(int64_t in, int64_t out, bool align, std::optional<double> given) {
  Table t{in, out, 2, {}, {}};
  const double scale = scale_of<F>(in, out, align, given);
  for (int64_t o = 0; o < out; ++o) {
    const double x = source(scale, o, align, false);
    const int64_t i = std::min(int64_t(x), in - 1);
    const F w = F(std::min(std::max(x - double(i), 0.), 1.));
    const bool last = i + 1 >= in;
    t.first.push_back(last ? std::max<int64_t>(in - 2, 0) : i);
    const bool shifted = last && in >= 2;
    t.weight.push_back(shifted ? 0 : last ? 1 : double(F(1) - w));
    t.weight.push_back(shifted ? 1 : last ? 0 : double(w));
  }
  return t;
}
// Places outside the row count for its ends.
template <class F>
Table cubic_table(int64_t in, int64_t out, bool align, std::optional<double> given) {
  Table t{in, out, 4, {}, {}};
  const double scale = scale_of<F>(in, out, align, given);
  for (int64_t o = 0; o < out; ++o) {
    const double x = source(scale, o, align, true);
    const int64_t i = int64_t(std::floor(x));
    const double f = double(F(x - double(i))), a = -0.75;
    const double w[4] = {cubic_far(f + 1, a), cubic_near(f, a), cubic_near(1 - f, a),
                         cubic_far(2 - f, a)};
    const int64_t first = std::clamp<int64_t>(i - 1, 0, std::max<int64_t>(in - 4, 0));
    double folded[4] = {};
    for (int64_t k = 0; k < 4; ++k)
      folded[std::clamp<int64_t>(i - 1 + k, 0, in - 1) - first] += w[k];
    t.first.push_back(first);
    t.weight.insert(t.weight.end(), folded, folded + 4);
  }
  return t;
}
// A filter as wide as the step: PIL's way, and _upsample_bilinear2d_aa's.
float sinc(float x) { return x == 0 ? 1.f : std::sin(float(M_PI) * x) / (float(M_PI) * x); }
float antialias_weight(Kind kind, float x) {  // x >= 0
  if (kind == Kind::linear) return std::max(1 - x, 0.f);
  if (kind == Kind::cubic)
    return float(x < 1 ? cubic_near(x, -0.5) : x < 2 ? cubic_far(x, -0.5) : 0);
  return x < 3 ? sinc(x) * sinc(x / 3) : 0.f;
}
Table antialias_table(int64_t in, int64_t out, Kind kind, bool align, std::optional<double> given) {
  const float scale = float(scale_of<float>(in, out, align, given));
  const float half = kind == Kind::linear  ? 1.f
                     : kind == Kind::cubic ? 2.f
                                           : 3.f,
              support = scale >= 1 ? half * scale : half, inverse = scale >= 1 ? 1.f / scale : 1.f;
  Table t{in, out, int64_t(std::ceil(support)) * 2 + 1, {}, {}};
  t.taps = std::min(t.taps, in);
  for (int64_t o = 0; o < out; ++o) {
    const float center = scale * (float(o) + 0.5f);
    const int64_t low = std::max<int64_t>(int64_t(center - support + 0.5f), 0),
                  high = std::min<int64_t>(int64_t(center + support + 0.5f), in);
    std::vector<float> w;
    float total = 0;
    for (int64_t i = low; i < high; ++i) {
      const float x = std::abs((float(i) - center + 0.5f) * inverse);
      const float v = antialias_weight(kind, x);
      w.push_back(v);
      total += v;
    }
    const int64_t first = std::min(low, in - t.taps);
    t.first.push_back(first);
    std::vector<double> row(size_t(t.taps), 0);
    for (size_t k = 0; k < w.size(); ++k)
      row[size_t(low - first) + k] = double(total != 0 ? w[k] / total : w[k]);
    t.weight.insert(t.weight.end(), row.begin(), row.end());
  }
  return t;
}
Table table_for(const Resize& r, int64_t in, int64_t out, std::optional<double> given,
                bool is_double) {
  if (r.kind == Kind::nearest || r.kind == Kind::nearest_exact)
    return nearest_table<float>(in, out, r.kind == Kind::nearest_exact, given);
  if (r.antialias) return antialias_table(in, out, r.kind, r.align_corners, given);
  if (r.kind == Kind::linear)
    return is_double ? linear_table<double>(in, out, r.align_corners, given)
                     : linear_table<float>(in, out, r.align_corners, given);
  return is_double ? cubic_table<double>(in, out, r.align_corners, given)
                   : cubic_table<float>(in, out, r.align_corners, given);
}

// y (outer, out, inner) = weights x (outer, in, inner)
template <class T>
void apply(const Table& t, int64_t outer, int64_t inner, const T* x, T* y) {
  parallel_for(0, outer * t.out, std::max<int64_t>(1, 8192 / std::max<int64_t>(1, inner)),
               [&](int64_t begin, int64_t end) {
                 for (int64_t row = begin; row < end; ++row) {
                   const int64_t o = row % t.out;
                   const T* from = x + (row / t.out * t.in + t.first[size_t(o)]) * inner;
                   T* to = y + row * inner;
                   const double* w = t.weight.data() + o * t.taps;
                   for (int64_t i = 0; i < inner; ++i) to[i] = T(w[0]) * from[i];
                   for (int64_t k = 1; k < std::min(t.taps, t.in); ++k) {
                     if (w[k] == 0) continue;
                     const T weight = T(w[k]);
                     for (int64_t i = 0; i < inner; ++i) to[i] += weight * from[k * inner + i];
                   }
                 }
               });
}
// The transpose: gradients go back to where values came from.
template <class T>
void apply_backward(const Table& t, int64_t outer, int64_t inner, const T* gy, T* gx) {
  std::fill_n(gx, outer * t.in * inner, T(0));
  for (int64_t row = 0; row < outer * t.out; ++row) {
    const int64_t o = row % t.out;
    T* to = gx + (row / t.out * t.in + t.first[size_t(o)]) * inner;
    for (int64_t k = 0; k < std::min(t.taps, t.in); ++k)
      for (int64_t i = 0; i < inner; ++i)
        to[k * inner + i] += T(t.weight[size_t(o * t.taps + k)]) * gy[row * inner + i];
  }
}

struct Steps {
  std::vector<Table> tables;  // innermost dimension first
  std::vector<int64_t> outer, inner;
  int64_t largest = 0;  // elements of the largest intermediate
};
Steps steps_for(const Resize& r, const DimVector& in, const DimVector& out,
                const std::vector<std::optional<double>>& scales, bool is_double, bool backward) {
  Steps s;
  const size_t n = in.size() - 2;
  DimVector now = backward ? out : in;
  const auto add = [&](size_t d) {
    s.tables.push_back(
        table_for(r, in[d], out[d], scales.empty() ? std::nullopt : scales[d - 2], is_double));
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

// Quantized bytes: interpolated as the numbers they are, less the zero point, then rounded (ties to
// even).
template <class Q>
Kernel byte_kernel(Steps steps, int64_t inputs, int64_t outputs, int64_t zero_point) {
  auto floats = std::make_shared<Kernel>(kernel_of<float>(std::move(steps), false));
  const size_t in_bytes = round_up(inputs * 4, 64), out_bytes = round_up(outputs * 4, 64),
               inner = floats->scratch_bytes();
  return Kernel(
      [=](const Pointers& p) {
        float *x = p.scratch<float>(), *y = p.scratch<float>(in_bytes);
        for (int64_t i = 0; i < inputs; ++i) x[i] = float(p.in<Q>(0)[i]) - float(zero_point);
        void* const outs[] = {y};
        const void* const ins[] = {x};
        (*floats)({outs, ins, p.scratch<std::byte>(in_bytes + out_bytes)});
        for (int64_t i = 0; i < outputs; ++i)
          p.out<Q>()[i] = Q(std::clamp(std::nearbyint(y[i]) + float(zero_point),
                                       float(std::numeric_limits<Q>::min()),
                                       float(std::numeric_limits<Q>::max())));
      },
      in_bytes + out_bytes + inner);
}

// Nearest copies elements of any dtype.
template <class T>
Kernel nearest_copy(const Fact& x, const Fact& y, Steps steps) {
  return Kernel([in = x.sizes, out = y.sizes, steps = std::move(steps)](const Pointers& p) {
    const size_t n = in.size() - 2;
    const auto place = [&](size_t d, int64_t o) {
      return d + 1 > n ? 0 : steps.tables[n - 1 - d].first[size_t(o)];
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
          for (int64_t w = 0; w < W; ++w) *to++ = row[steps.tables[0].first[size_t(w)]];
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

template <Resize R, size_t N>
struct Upsample {
  static constexpr bool has_align = R.kind >= Kind::linear;
  static constexpr const char* name = "upsample";
  static std::vector<Fact> infer(Args args) {
    const Fact& x = unpack<Fact>(args[0]);
    return {result_of(x, parse<N>(name, args, x, has_align).out)};
  }
  static Offer prepare(const Call& c) {
    const Fact& x = c.in(0);
    const Parsed<N> p = parse<N>(name, c.args, x, has_align);
    Steps s = steps_for({R.kind, p.align, R.antialias}, x.sizes, c.out().sizes, p.scales,
                        x.dtype == kDouble, false);
    if (R.kind == Kind::nearest || R.kind == Kind::nearest_exact) {
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
    if (x.dtype == kQUInt8)
      return byte_kernel<uint8_t>(std::move(s), x.numel(), c.out().numel(),
                                  x.quantizer->zero_point);
    if (x.dtype == kQInt8)
      return byte_kernel<int8_t>(std::move(s), x.numel(), c.out().numel(), x.quantizer->zero_point);
    return "neither float nor double";
  }
  static constexpr Impl kernels[] = {{"separable", prepare}};
};

// The gradient of all kinds: the resize as a linear map, transposed. The map's own gradient is the
// other one of the two.
Fact infer_map(const Fact& x, const DimVector& size, int64_t, bool, bool,
               const std::vector<double>&, bool) {
  return Fact(x.dtype, size);
}
Offer prepare_map(const Call& c) {
  const Resize r{Kind(c.arg<int64_t>(2)), c.arg<bool>(3), c.arg<bool>(4)};
  std::vector<std::optional<double>> scales;
  for (double s : c.arg<std::vector<double>>(5))
    scales.push_back(s > 0 ? std::optional(s) : std::nullopt);
  const bool transposed = c.arg<bool>(6), wide = c.out().dtype == kDouble;
  if (!wide && c.out().dtype != kFloat) return "neither float nor double";
  const DimVector &in = c.in(0).sizes, &out = c.out().sizes;
  Steps s = steps_for(r, transposed ? out : in, transposed ? in : out, scales, wide, transposed);
  return wide ? kernel_of<double>(std::move(s), transposed)
              : kernel_of<float>(std::move(s), transposed);
}
constexpr Impl map_kernels[] = {{"separable", prepare_map}};

Tensor upsample_map_of(const Tensor& x, IntArrayRef size, const Resize& r,
                       const std::vector<double>& scales, bool transposed) {
  return detail::call_as<Tensor>(find_overload("tealight::upsample_map"), x, size, int64_t(r.kind),
                                 r.align_corners, r.antialias, scales, transposed);
}
Grads map_backward(const GradCall& c) {
  const Resize r{Kind(c.arg<int64_t>(2)), c.arg<bool>(3), c.arg<bool>(4)};
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

constexpr Resize kNearest{Kind::nearest}, kExact{Kind::nearest_exact}, kLinear{Kind::linear},
    kCubic{Kind::cubic}, kLinearAa{Kind::linear, false, true}, kCubicAa{Kind::cubic, false, true},
    kLanczosAa{Kind::lanczos, false, true};

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
  .backward = TL_TRAIN(upsample_backward_of<kind, n>),                      \
  .traits = Trait::half_via_float | Trait::copied_out
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
    .traits = Trait::half_via_float,
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
