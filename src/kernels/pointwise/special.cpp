// Textbook methods: recurrences and reflection into the range of an asymptotic series (digamma),
// Euler-Maclaurin summation (zeta), power series and continued fraction (incomplete gamma),
// Halley's iteration (inverse erf), power and asymptotic series (Bessel). See Abramowitz and
// Stegun, Handbook of Mathematical Functions, chapters 6, 7, 9, 23.
#include "kernels/pointwise/special.h"

#include <cmath>
#include <limits>
#include <numbers>

namespace tealight {
namespace {

constexpr double kPi = std::numbers::pi, kInfinity = std::numeric_limits<double>::infinity(),
                 kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kEpsilon = std::numeric_limits<double>::epsilon() / 2;

// Bernoulli numbers B(2), B(4), ... B(24)
constexpr double kBernoulli[] = {1. / 6,       -1. / 30,       1. / 42,       -1. / 30,
                                 5. / 66,      -691. / 2730,   7. / 6,        -3617. / 510,
                                 43867. / 798, -174611. / 330, 854513. / 138, -236364091. / 2730};

// log gamma(a) - ((a - 1/2) log a - a + log(2 pi) / 2), a >= 10
double stirling_rest(double a) {
  double sum = 0, power = 1 / a;
  for (int k = 1; k <= 6; ++k, power /= a * a)
    sum += kBernoulli[k - 1] / (2 * k * (2 * k - 1)) * power;
  return sum;
}

// x^a e^-x / gamma(a + 1)
double gamma_prefix(double a, double x) {
  if (a < 20) return std::exp(a * std::log(x) - x - log_gamma(a + 1));
  const double d = (x - a) / a;  // a (log(1 + d) - d) - log sqrt(2 pi a) - rest
  return std::exp(a * (std::log1p(d) - d) - stirling_rest(a)) / std::sqrt(2 * kPi * a);
}

// Power series of P, good for x < a + 1.
double gamma_series(double a, double x) {
  double term = 1, sum = 1;
  for (int n = 1; n < 100000 && term > sum * kEpsilon; ++n) term *= x / (a + n), sum += term;
  return gamma_prefix(a, x) * sum;
}

// Continued fraction of Q by Lentz's method, good for x >= a + 1.
double gamma_fraction(double a, double x) {
  constexpr double tiny = 1e-300;
  double b = x + 1 - a, c = 1 / tiny, d = 1 / b, h = d;
  for (int n = 1; n < 100000; ++n) {
    const double an = -n * (n - a);
    b += 2;
    d = an * d + b;
    if (std::abs(d) < tiny) d = tiny;
    c = b + an / c;
    if (std::abs(c) < tiny) c = tiny;
    d = 1 / d;
    const double step = c * d;
    h *= step;
    if (std::abs(step - 1) < kEpsilon) break;
  }
  return gamma_prefix(a, x) * a * h;
}

// I_nu(x), nu = 0 or 1, x >= 0
double bessel_i(int nu, double x) {
  if (x < 20) {
    const double q = x * x / 4;
    double term = nu ? x / 2 : 1, sum = term;
    for (int k = 1; term > sum * kEpsilon; ++k) term *= q / (double(k) * (k + nu)), sum += term;
    return sum;
  }
  if (std::isinf(x)) return x;
  double term = 1, sum = 1;
  for (int k = 1; k < 40 && std::abs(term) > kEpsilon; ++k) {
    term *= -(4. * nu * nu - (2. * k - 1) * (2. * k - 1)) / (8 * k * x);
    sum += term;
  }
  const double half = std::exp(x / 2);  // twice: e^x overflows earlier than the result
  return half * (sum / std::sqrt(2 * kPi * x)) * half;
}

}  // namespace

double log_gamma(double x) {
#if defined(__unix__) || defined(__APPLE__)
  int sign;
  return ::lgamma_r(x, &sign);  // std::lgamma writes a global variable
#else
  return std::lgamma(x);
#endif
}

double digamma(double x) {
  if (x == 0) return std::copysign(kInfinity, -x);
  double y = 0;
  if (x < 0) {
    if (x == std::floor(x)) return kNan;
    const double fraction = x - std::trunc(x);
    y = -kPi / std::tan(kPi * fraction);
    x = 1 - x;
  }
  if (std::isinf(x)) return x;
  for (; x < 10; x += 1) y -= 1 / x;
  double power = 1, sum = 0;
  for (int k = 1; k <= 8; ++k) power /= x * x, sum += kBernoulli[k - 1] / (2 * k) * power;
  return y + std::log(x) - 0.5 / x - sum;
}

double zeta(double s, double q) {
  if (s == 1) return kInfinity;
  if (s < 1) return kNan;
  if (q <= 0) {
    if (q == std::floor(q)) return kInfinity;
    if (s != std::floor(s)) return kNan;  // (k + q)^s is complex for negative k + q
  }
  double sum = 0, a = q, term = std::pow(a, -s);
  for (int k = 0; k < 9 || a <= 9; ++k) {
    sum += term;
    a += 1;
    if (std::abs(term) < kEpsilon * std::abs(sum)) return sum;
    term = std::pow(a, -s);
  }
  sum += term * a / (s - 1) + 0.5 * term;
  double factor = term * s / a;  // s (s + 1) ... (s + 2 k - 2) / a^(s + 2 k - 1) / (2 k)!
  for (int k = 1; k <= 12; ++k) {
    factor /= (2 * k - 1) * (2 * k);
    const double step = kBernoulli[k - 1] * factor;
    sum += step;
    if (std::abs(step) < kEpsilon * std::abs(sum)) break;
    factor *= (s + 2 * k - 1) * (s + 2 * k) / (a * a);
  }
  return sum;
}

double polygamma(int n, double x) {
  if (n == 0) return digamma(x);
  if (n == 1 && x < 0.5) {  // reflection: the sum over the poles on the left
    const double sine = std::sin(kPi * x);
    return kPi * kPi / (sine * sine) - zeta(2, 1 - x);
  }
  if (n == 1 && std::isinf(x)) return 0;
  return (n % 2 ? 1 : -1) * std::exp(log_gamma(n + 1.)) * zeta(n + 1, x);
}

float polygamma(int n, float x) {
  if (n != 1 || x >= 0.5f) return float(polygamma(n, double(x)));
  const double sine = std::sin(float(kPi) * x);  // near a pole, the rounding of pi x decides
  return float(kPi * kPi / (sine * sine) - zeta(2, 1 - double(x)));
}

double lower_gamma(double a, double x) {
  if (x < 0 || a < 0) return kNan;
  if (a == 0) return x > 0 ? 1 : kNan;
  if (x == 0) return 0;
  if (std::isinf(a)) return std::isinf(x) ? kNan : 0;
  if (std::isinf(x)) return 1;
  return x < a + 1 ? gamma_series(a, x) : 1 - gamma_fraction(a, x);
}

double upper_gamma(double a, double x) {
  if (x < 0 || a < 0) return kNan;
  if (a == 0) return x > 0 ? 0 : kNan;
  if (x == 0) return 1;
  if (std::isinf(a)) return std::isinf(x) ? kNan : 1;
  if (std::isinf(x)) return 0;
  return x < a + 1 ? 1 - gamma_series(a, x) : gamma_fraction(a, x);
}

double inverse_erf(double x) {
  const double ax = std::abs(x);
  if (!(ax <= 1)) return kNan;
  if (ax == 1) return std::copysign(kInfinity, x);
  if (ax == 0) return x;
  // Winitzki's approximation, then Halley's iteration on erf or, near 1, on erfc
  const double log_rest = std::log1p(-ax) + std::log1p(ax), t = 2 / (kPi * 0.147) + log_rest / 2;
  double z = std::sqrt(std::sqrt(t * t - log_rest / 0.147) - t);
  if (!(z > 0)) z = ax * std::sqrt(kPi) / 2;
  for (int step = 0; step < 3; ++step) {
    const double error = ax < 0.5 ? std::erf(z) - ax : (1 - ax) - std::erfc(z);
    const double newton = error / (2 / std::sqrt(kPi) * std::exp(-z * z));
    z -= newton / (1 + z * newton);
  }
  return std::copysign(z, x);
}

double bessel_i0(double x) { return std::isnan(x) ? x : bessel_i(0, std::abs(x)); }
double bessel_i1(double x) {
  return std::isnan(x) ? x : std::copysign(bessel_i(1, std::abs(x)), x);
}

}  // namespace tealight
