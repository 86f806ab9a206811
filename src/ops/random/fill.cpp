// Random draws into a tensor that exists: uniform_, normal_, random_, bernoulli_ and the rarer
// distributions.
#include "ops/random/fill.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "kernels/random/distributions.h"
#include "ops/broadcast.h"
#include "ops/op.h"
#include "ops/samples.h"
#include "ops/shape/view.h"
#include "tealight/ops.h"

namespace tealight {

Tensor in_memory_order(const Tensor& t) {
  std::vector<size_t> order(t.sizes().size());
  std::iota(order.begin(), order.end(), size_t(0));
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return t.strides()[a] > t.strides()[b]; });
  DimVector sizes, strides;
  for (size_t d : order) sizes.push_back(t.sizes()[d]), strides.push_back(t.strides()[d]);
  return view_of(t, sizes, strides, t.storage_offset());
}

namespace ops {
namespace {

// draw(generator, n, contiguous, T*) into self.
template <class F>
Tensor fill_floating(const char* op, const Tensor& self, const Value& generator, F draw) {
  return fill_in_order(self, [&](void* to, int64_t n, bool contiguous) {
    with_floating(op, self.scalar_type(), [&](auto t) {
      draw_from(generator, [&](kernels::Generator& g) {
        draw(g, n, contiguous, static_cast<decltype(t)*>(to));
      });
    });
  });
}

Tensor uniform_impl(const Tensor& self, double from, double to, const Value& generator) {
  if (self.is_complex()) return uniform_impl(view_as_real(self), from, to, generator), self;
  TL_CHECK(from <= to, "uniform_ expects to return a [from, to) range, but found from=", from,
           " > to=", to);
  return fill_floating("uniform_", self, generator, [&](auto& g, int64_t n, bool, auto* out) {
    kernels::fill_uniform(g, n, from, to, out);
  });
}
Tensor normal_impl(const Tensor& self, double mean, double std, const Value& generator) {
  TL_CHECK(std >= 0, "normal expects std >= 0.0, but found std ", std);
  if (self.is_complex())
    return normal_impl(view_as_real(self), mean, std / std::sqrt(2.0), generator), self;
  return fill_floating("normal_", self, generator,
                       [&](auto& g, int64_t n, bool contiguous, auto* out) {
                         kernels::fill_normal(g, n, mean, std, contiguous, out);
                       });
}
Tensor exponential_impl(const Tensor& self, double lambda, const Value& generator) {
  TL_CHECK(lambda > 0, "exponential_ expects lambda > 0.0, but found lambda=", lambda);
  return fill_floating("exponential_", self, generator, [&](auto& g, int64_t n, bool, auto* out) {
    kernels::fill_exponential(g, n, lambda, out);
  });
}
Tensor cauchy_impl(const Tensor& self, double median, double sigma, const Value& generator) {
  TL_CHECK(sigma > 0, "cauchy_ expects sigma > 0.0, but found sigma=", sigma);
  return fill_floating("cauchy_", self, generator, [&](auto& g, int64_t n, bool, auto* out) {
    kernels::fill_cauchy(g, n, median, sigma, out);
  });
}
Tensor log_normal_impl(const Tensor& self, double mean, double std, const Value& generator) {
  TL_CHECK(std > 0, "log_normal_ expects std > 0.0, but found std=", std);
  return fill_floating("log_normal_", self, generator, [&](auto& g, int64_t n, bool, auto* out) {
    kernels::fill_log_normal(g, n, mean, std, out);
  });
}

// draw(generator, n, T*) into self of any real dtype.
template <class F>
Tensor fill_any(const char* op, const Tensor& self, const Value& generator, F draw) {
  return fill_in_order(self, [&](void* to, int64_t n, bool) {
    with_any(op, self.scalar_type(), [&](auto t) {
      draw_from(generator,
                [&](kernels::Generator& g) { draw(g, n, static_cast<decltype(t)*>(to)); });
    });
  });
}

Tensor geometric_impl(const Tensor& self, double p, const Value& generator) {
  TL_CHECK(p > 0 && p < 1, "geometric_ expects p to be in (0, 1), but got p=", p);
  TL_CHECK(self.scalar_type() != kBool, "geometric_(): not implemented for Bool");
  return fill_any("geometric_", self, generator, [&](auto& g, int64_t n, auto* out) {
    if constexpr (!std::is_same_v<decltype(out), bool*>) kernels::fill_geometric(g, n, p, out);
  });
}
void check_probability(double p) {
  TL_CHECK(p >= 0 && p <= 1, "bernoulli_ expects p to be in [0, 1], but got p=", p);
}
Tensor bernoulli_float_impl(const Tensor& self, double p, const Value& generator) {
  check_probability(p);
  return fill_any("bernoulli_", self, generator,
                  [&](auto& g, int64_t n, auto* out) { kernels::fill_bernoulli(g, n, p, out); });
}
Tensor bernoulli_tensor_impl(const Tensor& self, const Tensor& p, const Value& generator) {
  TL_CHECK(p.is_floating_point(),
           "bernoulli_: expected probabilities of a floating point dtype, but got ",
           p.scalar_type());
  const ScalarType wide = p.scalar_type() == kDouble ? kDouble : kFloat;
  const Fact* like = &self.fact();  // the probabilities in the order in which self is filled
  const Tensor ordered(Fact(wide, self.sizes(),
                            self.is_non_overlapping_and_dense()
                                ? self.strides()
                                : IntArrayRef(broadcast_fact({&like, 1}, wide).strides)));
  copy_into(ordered, p);
  for (int64_t i = 0; i < ordered.numel(); ++i)
    check_probability(wide == kDouble ? ordered.as<double>()[i] : double(ordered.as<float>()[i]));
  return fill_any("bernoulli_", self, generator, [&](auto& g, int64_t n, auto* out) {
    if (wide == kDouble)
      kernels::fill_bernoulli_from(g, n, ordered.as<const double>(), out);
    else
      kernels::fill_bernoulli_from(g, n, ordered.as<const float>(), out);
  });
}

// ---- random_: integers

template <class T>
constexpr int64_t largest_integer() {
  if constexpr (std::is_integral_v<T>)
    return int64_t(std::numeric_limits<T>::max());
  else
    return int64_t(1) << (std::is_same_v<T, double>  ? 53
                          : std::is_same_v<T, float> ? 24
                          : std::is_same_v<T, Half>  ? 11
                                                     : 8);
}
template <class T>
void check_bounds(int64_t from, int64_t last) {
  if constexpr (std::is_integral_v<T>) {
    TL_CHECK(from >= int64_t(std::numeric_limits<T>::min()) && from <= largest_integer<T>(),
             "from is out of bounds for ", dtype_of<T>::value);
    TL_CHECK(last >= int64_t(std::numeric_limits<T>::min()) && last <= largest_integer<T>(),
             "to - 1 is out of bounds for ", dtype_of<T>::value);
  }
}
Tensor random_all_impl(const Tensor& self, const Value& generator) {
  return fill_any("random_", self, generator,
                  [](auto& g, int64_t n, auto* out) { kernels::fill_random(g, n, out); });
}
Tensor random_from_impl(const Tensor& self, int64_t from, std::optional<int64_t> to,
                        const Value& generator) {
  TL_CHECK(!to || from < *to, "random_ expects 'from' to be less than 'to', but got from=", from,
           " >= to=", to.value_or(0));
  if (to)
    with_any("random_", self.scalar_type(),
             [&](auto t) { check_bounds<decltype(t)>(from, *to - 1); });
  return fill_any("random_", self, generator, [&](auto& g, int64_t n, auto* out) {
    using T = std::remove_pointer_t<decltype(out)>;
    if (to) {
      const auto [first, end] = kernels::representable_range<T>(from, *to);
      kernels::fill_random_range(g, n, uint64_t(end) - uint64_t(first), first, out);
    } else if (from != std::numeric_limits<int64_t>::lowest()) {
      const auto [first, last] = kernels::representable_range<T>(from, largest_integer<T>());
      kernels::fill_random_range(g, n, uint64_t(last) - uint64_t(first) + 1, first, out);
    } else if constexpr (std::is_same_v<T, int64_t> || std::is_same_v<T, double> ||
                         std::is_same_v<T, float> || std::is_same_v<T, BFloat16>) {
      kernels::fill_random_64_bits(g, n, out);
    }
  });
}
Tensor random_to_impl(const Tensor& self, int64_t to, const Value& generator) {
  return random_from_impl(self, 0, to, generator);
}

std::vector<Sample> two_samples() {
  return {{{sample({5, 7}), 0.0, 1.0, Value()}}, {{strided_sample({4, 3}), 0.5, 2.0, Value()}}};
}
std::vector<Sample> one_samples() { return {{{sample({5, 7}), 0.3, Value()}}}; }
std::vector<Sample> log_normal_samples() { return {{{sample({5, 7}), 0.5, 0.3, Value()}}}; }
std::vector<Sample> bernoulli_tensor_samples() {
  return {{{sample({5, 7}), sample({5, 7}, kFloat, 0, 1), Value()}},
          {{sample({5, 7}, kInt), sample({7}, kDouble, 0, 1), Value()}}};
}
std::vector<Sample> random_all_samples() {
  return {{{sample({5, 7}), Value()}}, {{sample({5}, kLong), Value()}}};
}
std::vector<Sample> random_to_samples() {
  return {{{sample({5, 7}), 10, Value()}}, {{sample({5}, kLong), int64_t(1) << 40, Value()}}};
}
std::vector<Sample> random_from_samples() {
  return {{{sample({5, 7}), 3, 10, Value()}},
          {{sample({5}, kLong), -5, Value(), Value()}},
          {{sample({5}, kLong), std::numeric_limits<int64_t>::lowest(), Value(), Value()}}};
}

}  // namespace

TL_OP(uniform_){
    .schemas =
        {"aten::uniform_(Tensor(a!) self, float from=0., float to=1., *, Generator? generator=None) -> Tensor(a!)"},
    .function = function<uniform_impl>,
    .traits = Trait::random | Trait::nograd,
    .samples = TL_TEST(two_samples),
};
TL_OP(normal_){
    .schemas =
        {"aten::normal_(Tensor(a!) self, float mean=0., float std=1., *, Generator? generator=None) -> Tensor(a!)"},
    .function = function<normal_impl>,
    .traits = Trait::random | Trait::nograd,
    .samples = TL_TEST(two_samples),
};
TL_OP(exponential_){
    .schemas =
        {"aten::exponential_(Tensor(a!) self, float lambd=1., *, Generator? generator=None) -> Tensor(a!)"},
    .function = function<exponential_impl>,
    .traits = Trait::random | Trait::nograd,
    .samples = TL_TEST(one_samples),
};
TL_OP(cauchy_){
    .schemas =
        {"aten::cauchy_(Tensor(a!) self, float median=0., float sigma=1., *, Generator? generator=None) -> Tensor(a!)"},
    .function = function<cauchy_impl>,
    .traits = Trait::random | Trait::nograd,
    .samples = TL_TEST(two_samples),
};
TL_OP(log_normal_){
    .schemas =
        {"aten::log_normal_(Tensor(a!) self, float mean=1., float std=2., *, Generator? generator=None) -> Tensor(a!)"},
    .function = function<log_normal_impl>,
    .traits = Trait::random | Trait::nograd,
    .samples = TL_TEST(log_normal_samples),
};
TL_OP(geometric_){
    .schemas =
        {"aten::geometric_(Tensor(a!) self, float p, *, Generator? generator=None) -> Tensor(a!)"},
    .function = function<geometric_impl>,
    .traits = Trait::random | Trait::nograd,
    .samples = TL_TEST(one_samples),
};
TL_OP(bernoulli_float){
    .schemas =
        {"aten::bernoulli_.float(Tensor(a!) self, float p=0.5, *, Generator? generator=None) -> Tensor(a!)"},
    .function = function<bernoulli_float_impl>,
    .traits = Trait::random | Trait::nograd,
    .samples = TL_TEST(one_samples),
};
TL_OP(bernoulli_tensor){
    .schemas =
        {"aten::bernoulli_.Tensor(Tensor(a!) self, Tensor p, *, Generator? generator=None) -> Tensor(a!)"},
    .function = function<bernoulli_tensor_impl>,
    .traits = Trait::random | Trait::nograd,
    .samples = TL_TEST(bernoulli_tensor_samples),
};
TL_OP(random_){
    .schemas = {"aten::random_(Tensor(a!) self, *, Generator? generator=None) -> Tensor(a!)"},
    .function = function<random_all_impl>,
    .traits = Trait::random | Trait::nograd,
    .samples = TL_TEST(random_all_samples),
};
TL_OP(random_to){
    .schemas =
        {"aten::random_.to(Tensor(a!) self, int to, *, Generator? generator=None) -> Tensor(a!)"},
    .function = function<random_to_impl>,
    .traits = Trait::random | Trait::nograd,
    .samples = TL_TEST(random_to_samples),
};
TL_OP(random_from){
    .schemas =
        {"aten::random_.from(Tensor(a!) self, int from, int? to, *, Generator? generator=None) -> Tensor(a!)"},
    .function = function<random_from_impl>,
    .traits = Trait::random | Trait::nograd,
    .samples = TL_TEST(random_from_samples),
};
}  // namespace ops
}  // namespace tealight
