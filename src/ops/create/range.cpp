// Tensors of regular numbers: arange, range, linspace, logspace.
#include <algorithm>
#include <cmath>

#include "ops/create/new.h"

namespace tealight::ops {
namespace {

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
  const ScalarType t = type.value_or(integers ? kLong : get_default_dtype_as_scalartype());
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
  const ScalarType t = type.value_or(get_default_dtype_as_scalartype());
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
  const ScalarType t =
      type.value_or(complex_ends ? get_default_complex_dtype() : get_default_dtype_as_scalartype());
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
#undef TL_OPTIONS
}  // namespace tealight::ops
