// Tensors of regular numbers: ranges, identity matrices, window functions, indexes of triangles.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "ops/copy.h"
#include "ops/samples.h"
#include "tealight/ops.h"

namespace tealight::ops {
namespace {

using OptType = std::optional<ScalarType>;
using OptLayout = std::optional<Layout>;
using OptDevice = std::optional<Device>;
using OptBool = std::optional<bool>;

Tensor placed(Tensor t, const OptDevice& device) {
  if (device) t.unsafeGetTensorImpl()->device = *device;
  return t;
}

// n numbers f(0), f(1) ... computed in T and stored as `type`.
template <class T, class F>
Tensor generate(int64_t n, ScalarType type, F f) {
  Tensor t(Fact(dtype_of<T>::value, {n}));
  T* out = t.as<T>();
  for (int64_t i = 0; i < n; ++i) out[i] = f(i);
  return type == t.scalar_type() ? t : converted(t, type);
}

// ---- arange, range, linspace, logspace

int64_t count_of(double n, const Scalar& start, const Scalar& end) {
  TL_CHECK(std::isfinite(start.toDouble()) && std::isfinite(end.toDouble()),
           "unsupported range: ", start, " -> ", end);
  TL_CHECK(n >= 0 && n <= 9.2e18, "invalid size, possible overflow?");
  return int64_t(n);
}
void check_direction(const Scalar& start, const Scalar& end, const Scalar& step) {
  const double s = step.toDouble();
  TL_CHECK(s != 0, "step must be nonzero");
  TL_CHECK((s > 0 && end.toDouble() >= start.toDouble()) ||
               (s < 0 && end.toDouble() <= start.toDouble()),
           "upper bound and larger bound inconsistent with step sign");
}

Tensor arange_of(const Scalar& start, const Scalar& end, const Scalar& step, OptType type) {
  const bool integers = start.isIntegral(true) && end.isIntegral(true) && step.isIntegral(true);
  const ScalarType t = type.value_or(integers ? kLong : kFloat);
  if (t == kLong) {
    const int64_t a = start.toLong(), b = end.toLong(), s = step.toLong();
    TL_CHECK(s != 0, "step must be nonzero");
    check_direction(start, end, step);
    const int64_t n = count_of(std::ceil((double(b) - double(a)) / double(s)), start, end);
    return generate<int64_t>(n, t, [=](int64_t i) { return a + s * i; });
  }
  check_direction(start, end, step);
  const int64_t n =
      count_of(std::ceil((end.toDouble() - start.toDouble()) / step.toDouble()), start, end);
  if (is_integral(t))
    return generate<int64_t>(
        n, t, [a = start.toLong(), s = step.toLong()](int64_t i) { return a + s * i; });
  return generate<double>(
      n, t, [a = start.toDouble(), s = step.toDouble()](int64_t i) { return a + s * double(i); });
}
Tensor arange_step(const Scalar& start, const Scalar& end, const Scalar& step, OptType type,
                   OptLayout, OptDevice device, OptBool) {
  return placed(arange_of(start, end, step, type), device);
}
Tensor arange_start(const Scalar& start, const Scalar& end, OptType type, OptLayout,
                    OptDevice device, OptBool) {
  return placed(arange_of(start, end, 1, type), device);
}
Tensor arange_end(const Scalar& end, OptType type, OptLayout, OptDevice device, OptBool) {
  return placed(arange_of(0, end, 1, type), device);
}

Tensor range_of(const Scalar& start, const Scalar& end, const Scalar& step, OptType type) {
  const ScalarType t = type.value_or(kFloat);
  check_direction(start, end, step);
  const int64_t n =
      count_of(std::floor((end.toDouble() - start.toDouble()) / step.toDouble()) + 1, start, end);
  if (is_integral(t))
    return generate<int64_t>(
        n, t, [a = start.toLong(), s = step.toLong()](int64_t i) { return a + s * i; });
  return generate<double>(
      n, t, [a = start.toDouble(), s = step.toDouble()](int64_t i) { return a + s * double(i); });
}
Tensor range_step(const Scalar& start, const Scalar& end, const Scalar& step, OptType type,
                  OptLayout, OptDevice device, OptBool) {
  return placed(range_of(start, end, step, type), device);
}
Tensor range_start(const Scalar& start, const Scalar& end, OptType type, OptLayout,
                   OptDevice device, OptBool) {
  return placed(range_of(start, end, 1, type), device);
}

// Counted from the nearer end, in the precision of the result, as PyTorch does it.
template <class T>
Tensor line(const Scalar& start, const Scalar& end, int64_t steps, ScalarType t, double base) {
  const T a = start.to<T>(), b = end.to<T>(), step = steps > 1 ? (b - a) / T(steps - 1) : T(0);
  return generate<T>(steps, t, [=](int64_t i) {
    if (steps == 1) return base > 0 ? std::pow(T(base), a) : a;
    const T x = i < steps / 2 ? a + step * T(i) : b - step * T(steps - i - 1);
    return base != 0 ? std::pow(T(base), x) : x;
  });
}
Tensor line_of(const Scalar& start, const Scalar& end, int64_t steps, OptType type, double base) {
  TL_CHECK(steps >= 0, "number of steps must be non-negative");
  const bool complex_ends = start.isComplex() || end.isComplex();
  const ScalarType t = type.value_or(complex_ends ? kComplexFloat : kFloat);
  TL_CHECK(!complex_ends || is_complex(t), "linspace(): the ends are complex, but the dtype is ", t,
           "; fix: ask for a complex dtype");
  if (t == kComplexDouble) return line<std::complex<double>>(start, end, steps, t, base);
  if (is_complex(t)) return line<std::complex<float>>(start, end, steps, t, base);
  if (is_integral(t) && base == 0) {
    const auto wrapped = [t](const Scalar& s) {
      return t == kByte ? int64_t(uint8_t(s.toLong())) : s.toLong();
    };
    const int64_t a = wrapped(start), b = wrapped(end);
    const float step = steps > 1 ? float(b - a) / float(steps - 1) : 0;
    return generate<int64_t>(steps, t, [=](int64_t i) {
      return i < steps / 2 || steps == 1 ? int64_t(float(a) + step * float(i))
                                         : int64_t(float(b) - step * float(steps - i - 1));
    });
  }
  if (is_integral(t)) return line<float>(start.toLong(), end.toLong(), steps, t, base);
  return t == kDouble ? line<double>(start, end, steps, t, base)
                      : line<float>(start, end, steps, t, base);
}
Tensor linspace_impl(const Scalar& start, const Scalar& end, int64_t steps, OptType type, OptLayout,
                     OptDevice device, OptBool) {
  return placed(line_of(start, end, steps, type, 0), device);
}
Tensor logspace_impl(const Scalar& start, const Scalar& end, int64_t steps, double base,
                     OptType type, OptLayout, OptDevice device, OptBool) {
  return placed(line_of(start, end, steps, type, base), device);
}

// ---- matrices

Tensor eye_of(int64_t n, int64_t m, ScalarType t) {
  TL_CHECK(n >= 0, "n must be greater or equal to 0, got ", n);
  TL_CHECK(m >= 0, "m must be greater or equal to 0, got ", m);
  Tensor r = tealight::zeros({n, m}, TensorOptions(t));
  tealight::diagonal(r).fill_(1);
  return r;
}
Tensor eye_square(int64_t n, OptType t, OptLayout, OptDevice device, OptBool) {
  return placed(eye_of(n, n, t.value_or(kFloat)), device);
}
Tensor eye_rectangle(int64_t n, int64_t m, OptType t, OptLayout, OptDevice device, OptBool) {
  return placed(eye_of(n, m, t.value_or(kFloat)), device);
}

Tensor triangle_of(int64_t rows, int64_t columns, int64_t offset, bool upper, ScalarType t) {
  TL_CHECK(rows >= 0, "row must be non-negative, got", rows);
  TL_CHECK(columns >= 0, "col must be non-negative, got", columns);
  const auto first = [&](int64_t r) {
    return upper ? std::clamp<int64_t>(r + offset, 0, columns) : 0;
  };
  const auto last = [&](int64_t r) {
    return upper ? columns : std::clamp<int64_t>(r + offset + 1, 0, columns);
  };
  int64_t n = 0;
  for (int64_t r = 0; r < rows; ++r) n += last(r) - first(r);
  Tensor places(Fact(kLong, {2, n}));
  int64_t *row = places.as<int64_t>(), *column = row + n;
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t c = first(r); c < last(r); ++c) *row++ = r, *column++ = c;
  return t == kLong ? places : converted(places, t);
}
Tensor tril_indices_impl(int64_t rows, int64_t columns, int64_t offset, OptType t, OptLayout,
                         OptDevice device, OptBool) {
  return placed(triangle_of(rows, columns, offset, false, t.value_or(kLong)), device);
}
Tensor triu_indices_impl(int64_t rows, int64_t columns, int64_t offset, OptType t, OptLayout,
                         OptDevice device, OptBool) {
  return placed(triangle_of(rows, columns, offset, true, t.value_or(kLong)), device);
}

Tensor vander_of(const Tensor& x, int64_t n, bool increasing) {
  TL_CHECK(n >= 0, "N must be non-negative.");
  const Tensor base = is_integral(x.scalar_type()) ? converted(x, kLong) : x;
  if (n == 0) {
    DimVector sizes(x.sizes());
    sizes.push_back(0);
    return tealight::empty(sizes, base.options());
  }
  std::vector<Tensor> columns{tealight::ones_like(base)};
  for (int64_t i = 1; i < n; ++i) columns.push_back(tealight::mul(columns.back(), base));
  if (!increasing) std::reverse(columns.begin(), columns.end());
  return tealight::stack(columns, -1);
}
Tensor vander_impl(const Tensor& x, std::optional<int64_t> n, bool increasing) {
  TL_CHECK(x.dim() == 1, "x must be a one-dimensional tensor.");
  return vander_of(x, n.value_or(x.numel()), increasing);
}
Tensor linalg_vander_impl(const Tensor& x, std::optional<int64_t> n) {
  return vander_of(x.dim() ? x : tealight::reshape(x, {1}), n ? *n : x.size(-1), true);
}

// ---- window functions: w(i, n - 1) of a symmetric window; a periodic one is a longer one, cut

template <class F>
Tensor window(const char* name, int64_t n, bool periodic, OptType type, const OptDevice& device,
              F w) {
  const ScalarType t = type.value_or(kFloat);
  TL_CHECK(is_floating(t), name, "(): expected a floating point dtype, but got: ", t);
  TL_CHECK(n >= 0, name, "(): window_length must be non-negative, got ", n);
  const double last = double(periodic ? n : n - 1);
  return placed(
      generate<double>(n, t, [&](int64_t i) { return n == 1 ? 1.0 : w(double(i), last); }), device);
}
constexpr double kTurn = 2 * std::numbers::pi;
Tensor cosine_window(const char* name, int64_t n, bool periodic, double alpha, double beta,
                     OptType t, const OptDevice& d) {
  return window(name, n, periodic, t, d,
                [=](double i, double last) { return alpha - beta * std::cos(kTurn * i / last); });
}
Tensor hann_periodic(int64_t n, bool periodic, OptType t, OptLayout, OptDevice d, OptBool) {
  return cosine_window("hann_window", n, periodic, 0.5, 0.5, t, d);
}
Tensor hann(int64_t n, OptType t, OptLayout, OptDevice d, OptBool) {
  return cosine_window("hann_window", n, true, 0.5, 0.5, t, d);
}
Tensor hamming_beta(int64_t n, bool periodic, double alpha, double beta, OptType t, OptLayout,
                    OptDevice d, OptBool) {
  return cosine_window("hamming_window", n, periodic, alpha, beta, t, d);
}
Tensor hamming_alpha(int64_t n, bool periodic, double alpha, OptType t, OptLayout, OptDevice d,
                     OptBool) {
  return cosine_window("hamming_window", n, periodic, alpha, 0.46, t, d);
}
Tensor hamming_periodic(int64_t n, bool periodic, OptType t, OptLayout, OptDevice d, OptBool) {
  return cosine_window("hamming_window", n, periodic, 0.54, 0.46, t, d);
}
Tensor hamming(int64_t n, OptType t, OptLayout, OptDevice d, OptBool) {
  return cosine_window("hamming_window", n, true, 0.54, 0.46, t, d);
}
Tensor blackman_periodic(int64_t n, bool periodic, OptType t, OptLayout, OptDevice d, OptBool) {
  return window("blackman_window", n, periodic, t, d, [](double i, double last) {
    return std::fabs(0.42 - 0.5 * std::cos(kTurn * i / last) +
                     0.08 * std::cos(2 * kTurn * i / last));
  });
}
Tensor blackman(int64_t n, OptType t, OptLayout l, OptDevice d, OptBool p) {
  return blackman_periodic(n, true, t, l, d, p);
}
Tensor bartlett_periodic(int64_t n, bool periodic, OptType t, OptLayout, OptDevice d, OptBool) {
  return window("bartlett_window", n, periodic, t, d,
                [](double i, double last) { return 1 - std::fabs(2 * i / last - 1); });
}
Tensor bartlett(int64_t n, OptType t, OptLayout l, OptDevice d, OptBool p) {
  return bartlett_periodic(n, true, t, l, d, p);
}

// The modified Bessel function of order 0 by its power series, which converges everywhere.
double bessel_i0(double x) {
  double sum = 1, term = 1;
  for (int k = 1; k < 1000 && term > sum * 1e-17; ++k) sum += term *= (x / 2 / k) * (x / 2 / k);
  return sum;
}
Tensor kaiser_beta(int64_t n, bool periodic, double beta, OptType t, OptLayout, OptDevice d,
                   OptBool) {
  return window("kaiser_window", n, periodic, t, d, [=](double i, double last) {
    const double x = 2 * i / last - 1;
    return bessel_i0(beta * std::sqrt(std::max(0.0, 1 - x * x))) / bessel_i0(beta);
  });
}
Tensor kaiser_periodic(int64_t n, bool periodic, OptType t, OptLayout l, OptDevice d, OptBool p) {
  return kaiser_beta(n, periodic, 12, t, l, d, p);
}
Tensor kaiser(int64_t n, OptType t, OptLayout l, OptDevice d, OptBool p) {
  return kaiser_beta(n, true, 12, t, l, d, p);
}

// ---- out= forms: the dtype is the tensor's

Tensor into(const Tensor& out, const Tensor& value) {
  resize_output(out, value.fact());
  copy_into(out, value);
  return out;
}
Tensor arange_out_end(const Scalar& end, const Tensor& out) {
  return into(out, arange_of(0, end, 1, out.scalar_type()));
}
Tensor arange_out_step(const Scalar& start, const Scalar& end, const Scalar& step,
                       const Tensor& out) {
  return into(out, arange_of(start, end, step, out.scalar_type()));
}
Tensor range_out_step(const Scalar& start, const Scalar& end, const Scalar& step,
                      const Tensor& out) {
  return into(out, range_of(start, end, step, out.scalar_type()));
}
Tensor range_out_start(const Scalar& start, const Scalar& end, const Tensor& out) {
  return into(out, range_of(start, end, 1, out.scalar_type()));
}
Tensor linspace_into(const Scalar& start, const Scalar& end, int64_t steps, const Tensor& out) {
  return into(out, line_of(start, end, steps, out.scalar_type(), 0));
}
Tensor logspace_into(const Scalar& start, const Scalar& end, int64_t steps, double base,
                     const Tensor& out) {
  return into(out, line_of(start, end, steps, out.scalar_type(), base));
}
Tensor eye_into(int64_t n, const Tensor& out) { return into(out, eye_of(n, n, out.scalar_type())); }
Tensor eye_m_into(int64_t n, int64_t m, const Tensor& out) {
  return into(out, eye_of(n, m, out.scalar_type()));
}

std::vector<Value> with_options(std::vector<Value> v, Value t = {}) {
  for (const Value& x : {t, Value(), Value(), Value()}) v.push_back(x);
  return v;
}
std::vector<Sample> arange_samples() {
  return {
      {with_options({5})}, {with_options({2.5})}, {with_options({4}, kFloat)}, {with_options({0})}};
}
std::vector<Sample> arange_start_samples() {
  return {{with_options({-2, 5})}, {with_options({0.5, 3})}};
}
std::vector<Sample> arange_step_samples() {
  return {
      {with_options({-2, 5, 3})}, {with_options({1, -1, -0.25})}, {with_options({0, 7, 2}, kInt)}};
}
std::vector<Sample> range_samples() {
  return {{with_options({-2, 5, 3})}, {with_options({1, -1, -0.25})}};
}
std::vector<Sample> linspace_samples() {
  return {{with_options({-2, 5, 7})},
          {with_options({0, 1, 1})},
          {with_options({0, 10, 4}, kLong)},
          {with_options({0, 1, 0})},
          {with_options({-1, 1, 5}, kComplexFloat)},
          {with_options({std::complex<double>(1, 2), std::complex<double>(-1, 0.5), 6})}};
}
std::vector<Sample> logspace_samples() {
  return {{with_options({-2, 2, 5, 10.0})}, {with_options({0, 3, 4, 2.0}, kDouble)}};
}
std::vector<Sample> eye_samples() { return {{with_options({3})}, {with_options({2}, kLong)}}; }
std::vector<Sample> eye_m_samples() { return {{with_options({3, 5})}, {with_options({4, 0})}}; }
std::vector<Sample> triangle_samples() {
  return {{with_options({3, 4, 0}, kLong)},
          {with_options({4, 3, 1}, kInt)},
          {with_options({3, 3, -1}, kLong)}};
}
std::vector<Sample> vander_samples() {
  return {
      {{sample({4}), Value(), false}}, {{sample({3}), 5, true}}, {{sample({3}, kLong), 2, false}}};
}
std::vector<Sample> linalg_vander_samples() {
  return {{{sample({4}), Value()}}, {{sample({2, 3}), 4}}};
}
std::vector<Sample> window_samples() {
  return {
      {with_options({7})}, {with_options({8}, kDouble)}, {with_options({1})}, {with_options({0})}};
}
std::vector<Sample> periodic_samples() {
  return {{with_options({7, false})}, {with_options({8, true})}};
}
std::vector<Sample> alpha_samples() { return {{with_options({7, false, 0.6})}}; }
std::vector<Sample> alpha_beta_samples() { return {{with_options({7, false, 0.6, 0.3})}}; }

}  // namespace

#define TL_OPTIONS \
  "ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor"
TL_OP(arange){
    .schemas = {"aten::arange(Scalar end, *, " TL_OPTIONS},
    .function = function<arange_end>,
    .traits = Trait::nograd,
    .samples = TL_TEST(arange_samples),
};
TL_OP(arange_from){
    .schemas = {"aten::arange.start(Scalar start, Scalar end, *, " TL_OPTIONS},
    .function = function<arange_start>,
    .traits = Trait::nograd,
    .samples = TL_TEST(arange_start_samples),
};
TL_OP(arange_by){
    .schemas = {"aten::arange.start_step(Scalar start, Scalar end, Scalar step=1, *, " TL_OPTIONS},
    .function = function<arange_step>,
    .traits = Trait::nograd,
    .samples = TL_TEST(arange_step_samples),
};
TL_OP(arange_out){
    .schemas = {"aten::arange.out(Scalar end, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<arange_out_end>,
    .traits = Trait::nograd,
};
TL_OP(arange_start_out){
    .schemas =
        {"aten::arange.start_out(Scalar start, Scalar end, Scalar step=1, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<arange_out_step>,
    .traits = Trait::nograd,
};
TL_OP(range){
    .schemas = {"aten::range(Scalar start, Scalar end, *, " TL_OPTIONS},
    .function = function<range_start>,
    .traits = Trait::nograd,
    .samples = TL_TEST(arange_start_samples),
};
TL_OP(range_by){
    .schemas = {"aten::range.step(Scalar start, Scalar end, Scalar step=1, *, " TL_OPTIONS},
    .function = function<range_step>,
    .traits = Trait::nograd,
    .samples = TL_TEST(range_samples),
};
TL_OP(range_out){
    .schemas =
        {"aten::range.out(Scalar start, Scalar end, Scalar step=1, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<range_out_step>,
    .traits = Trait::nograd,
};
TL_OP(range_start_out){
    .schemas = {"aten::range.out_(Scalar start, Scalar end, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<range_out_start>,
    .traits = Trait::nograd,
};
TL_OP(linspace){
    .schemas = {"aten::linspace(Scalar start, Scalar end, int steps, *, " TL_OPTIONS},
    .function = function<linspace_impl>,
    .traits = Trait::nograd,
    .samples = TL_TEST(linspace_samples),
};
TL_OP(linspace_out){
    .schemas =
        {"aten::linspace.out(Scalar start, Scalar end, int steps, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<linspace_into>,
    .traits = Trait::nograd,
};
TL_OP(logspace){
    .schemas =
        {"aten::logspace(Scalar start, Scalar end, int steps, float base=10., *, " TL_OPTIONS},
    .function = function<logspace_impl>,
    .traits = Trait::nograd,
    .samples = TL_TEST(logspace_samples),
};
TL_OP(logspace_out){
    .schemas =
        {"aten::logspace.out(Scalar start, Scalar end, int steps, float base=10., *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<logspace_into>,
    .traits = Trait::nograd,
};
TL_OP(eye){
    .schemas = {"aten::eye(int n, *, " TL_OPTIONS},
    .function = function<eye_square>,
    .traits = Trait::nograd,
    .samples = TL_TEST(eye_samples),
};
TL_OP(eye_m){
    .schemas = {"aten::eye.m(int n, int m, *, " TL_OPTIONS},
    .function = function<eye_rectangle>,
    .traits = Trait::nograd,
    .samples = TL_TEST(eye_m_samples),
};
TL_OP(eye_out){
    .schemas = {"aten::eye.out(int n, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<eye_into>,
    .traits = Trait::nograd,
};
TL_OP(eye_m_out){
    .schemas = {"aten::eye.m_out(int n, int m, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<eye_m_into>,
    .traits = Trait::nograd,
};
TL_OP(tril_indices){
    .schemas =
        {"aten::tril_indices(int row, int col, int offset=0, *, ScalarType? dtype=4, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor"},
    .function = function<tril_indices_impl>,
    .traits = Trait::nograd | Trait::copied_out,
    .samples = TL_TEST(triangle_samples),
};
TL_OP(triu_indices){
    .schemas =
        {"aten::triu_indices(int row, int col, int offset=0, *, ScalarType? dtype=4, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor"},
    .function = function<triu_indices_impl>,
    .traits = Trait::nograd | Trait::copied_out,
    .samples = TL_TEST(triangle_samples),
};
TL_OP(vander){
    .schemas = {"aten::vander(Tensor x, int? N=None, bool increasing=False) -> Tensor"},
    .function = function<vander_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(vander_samples),
};
TL_OP(linalg_vander){
    .schemas = {"aten::linalg_vander(Tensor x, *, int? N=None) -> Tensor"},
    .function = function<linalg_vander_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(linalg_vander_samples),
};
TL_OP(hann_window){
    .schemas = {"aten::hann_window(int window_length, *, " TL_OPTIONS},
    .function = function<hann>,
    .traits = Trait::nograd | Trait::copied_out,
    .samples = TL_TEST(window_samples),
};
TL_OP(hann_window_periodic){
    .schemas = {"aten::hann_window.periodic(int window_length, bool periodic, *, " TL_OPTIONS},
    .function = function<hann_periodic>,
    .traits = Trait::nograd | Trait::copied_out,
    .samples = TL_TEST(periodic_samples),
};
TL_OP(hamming_window){
    .schemas = {"aten::hamming_window(int window_length, *, " TL_OPTIONS},
    .function = function<hamming>,
    .traits = Trait::nograd | Trait::copied_out,
    .samples = TL_TEST(window_samples),
};
TL_OP(hamming_window_periodic){
    .schemas = {"aten::hamming_window.periodic(int window_length, bool periodic, *, " TL_OPTIONS},
    .function = function<hamming_periodic>,
    .traits = Trait::nograd | Trait::copied_out,
    .samples = TL_TEST(periodic_samples),
};
TL_OP(hamming_window_alpha){
    .schemas =
        {"aten::hamming_window.periodic_alpha(int window_length, bool periodic, float alpha, *, " TL_OPTIONS},
    .function = function<hamming_alpha>,
    .traits = Trait::nograd | Trait::copied_out,
    .samples = TL_TEST(alpha_samples),
};
TL_OP(hamming_window_beta){
    .schemas =
        {"aten::hamming_window.periodic_alpha_beta(int window_length, bool periodic, float alpha, float beta, *, " TL_OPTIONS},
    .function = function<hamming_beta>,
    .traits = Trait::nograd | Trait::copied_out,
    .samples = TL_TEST(alpha_beta_samples),
};
TL_OP(blackman_window){
    .schemas = {"aten::blackman_window(int window_length, *, " TL_OPTIONS},
    .function = function<blackman>,
    .traits = Trait::nograd | Trait::copied_out,
    .samples = TL_TEST(window_samples),
};
TL_OP(blackman_window_periodic){
    .schemas = {"aten::blackman_window.periodic(int window_length, bool periodic, *, " TL_OPTIONS},
    .function = function<blackman_periodic>,
    .traits = Trait::nograd | Trait::copied_out,
    .samples = TL_TEST(periodic_samples),
};
TL_OP(bartlett_window){
    .schemas = {"aten::bartlett_window(int window_length, *, " TL_OPTIONS},
    .function = function<bartlett>,
    .traits = Trait::nograd | Trait::copied_out,
    .samples = TL_TEST(window_samples),
};
TL_OP(bartlett_window_periodic){
    .schemas = {"aten::bartlett_window.periodic(int window_length, bool periodic, *, " TL_OPTIONS},
    .function = function<bartlett_periodic>,
    .traits = Trait::nograd | Trait::copied_out,
    .samples = TL_TEST(periodic_samples),
};
TL_OP(kaiser_window){
    .schemas = {"aten::kaiser_window(int window_length, *, " TL_OPTIONS},
    .function = function<kaiser>,
    .traits = Trait::nograd | Trait::copied_out,
    .samples = TL_TEST(window_samples),
};
TL_OP(kaiser_window_periodic){
    .schemas = {"aten::kaiser_window.periodic(int window_length, bool periodic, *, " TL_OPTIONS},
    .function = function<kaiser_periodic>,
    .traits = Trait::nograd | Trait::copied_out,
    .samples = TL_TEST(periodic_samples),
};
TL_OP(kaiser_window_beta){
    .schemas =
        {"aten::kaiser_window.beta(int window_length, bool periodic, float beta, *, " TL_OPTIONS},
    .function = function<kaiser_beta>,
    .traits = Trait::nograd | Trait::copied_out,
    .samples = TL_TEST(alpha_samples),
};
#undef TL_OPTIONS
}  // namespace tealight::ops
