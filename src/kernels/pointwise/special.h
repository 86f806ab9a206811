// Special functions, in double precision: relative errors of a few units in 1e-15 but near zeros of
// the function.
#pragma once

namespace tealight {

double log_gamma(double x);              // log |gamma(x)|
double digamma(double x);                // derivative of log_gamma
double zeta(double s, double q);         // Hurwitz: sum of 1 / (k + q)^s, k = 0, 1, ...
double polygamma(int n, double x);       // n-th derivative of digamma
float polygamma(int n, float x);         // the same, near poles as inexact as PyTorch's
double lower_gamma(double a, double x);  // regularized incomplete gamma functions P
double upper_gamma(double a, double x);  // and Q = 1 - P
double inverse_erf(double x);
double bessel_i0(double x);  // modified Bessel functions of the first kind
double bessel_i1(double x);

}  // namespace tealight
