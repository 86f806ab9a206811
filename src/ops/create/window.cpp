// Window functions: w(i, n - 1) of a symmetric window; a periodic one is a longer one, cut.
#include <cmath>
#include <numbers>

#include "ops/create/new.h"

namespace tealight::ops {
namespace {

template <class F>
Tensor window(const char* name, int64_t n, bool periodic, OptType type, const OptDevice& device,
              F w) {
  const ScalarType t = type.value_or(get_default_dtype_as_scalartype());
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
