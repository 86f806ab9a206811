#include "kernels/pointwise/special.h"

#include <gtest/gtest.h>

#include <cmath>

namespace tealight {
namespace {

void expect_close(double got, double want) {
  EXPECT_NEAR(got, want, std::abs(want) * 2e-14 + 1e-300);
}

// Values to 17 digits by mpmath.
TEST(Special, DigammaOnBothSidesOfItsPoles) {
  expect_close(digamma(1), -0.57721566490153286);
  expect_close(digamma(0.1), -10.423754940411076);
  expect_close(digamma(-2.5), 1.1031566406452432);
  expect_close(digamma(25.25), 3.2088934898690553);
  EXPECT_TRUE(std::isnan(digamma(-3)));
  EXPECT_EQ(digamma(0.), -INFINITY);
}

TEST(Special, ZetaAndPolygamma) {
  expect_close(zeta(2, 1), 1.6449340668482264);
  expect_close(zeta(3.5, 0.25), 128.54695896428435);
  expect_close(polygamma(1, 0.3), 12.245364546107731);
  expect_close(polygamma(1, -1.25), 19.181879647671607);
  expect_close(polygamma(2, 4.5), -0.061556821321027695);
  EXPECT_EQ(zeta(1, 3), INFINITY);
  EXPECT_TRUE(std::isnan(zeta(0.5, 3)));
}

TEST(Special, IncompleteGammaSumsToOne) {
  for (double a : {0.01, 0.5, 3., 19., 21., 150., 1e4})
    for (double r : {0.01, 0.5, 0.99, 1.01, 2., 10.})
      EXPECT_NEAR(lower_gamma(a, a * r) + upper_gamma(a, a * r), 1, 1e-12) << a << " " << r;
  expect_close(lower_gamma(0.5, 0.25), 0.52049987781304654);  // erf(1/2)
  expect_close(upper_gamma(1, 3), std::exp(-3.));
  EXPECT_TRUE(std::isnan(lower_gamma(-1, 1)));
  EXPECT_EQ(lower_gamma(2, 0), 0);
  EXPECT_EQ(upper_gamma(2, INFINITY), 0);
}

TEST(Special, InverseErfInvertsErf) {
  for (double z = -5.5; z <= 5.5; z += 0.125) {
    const double x = std::erf(z);
    if (std::abs(x) < 1) {
      EXPECT_NEAR(std::erf(inverse_erf(x)), x, 3e-16);
    }
  }
  expect_close(inverse_erf(0.5), 0.47693627620446987);
  EXPECT_EQ(inverse_erf(1), INFINITY);
  EXPECT_TRUE(std::isnan(inverse_erf(1.5)));
}

TEST(Special, BesselFunctionsOfSmallAndLargeArguments) {
  expect_close(bessel_i0(1), 1.2660658777520083);
  expect_close(bessel_i1(1), 0.56515910399248503);
  expect_close(bessel_i0(-25.5), 9425875965.3176764);
  expect_close(bessel_i1(-25.5), -9239167088.5568891);
  EXPECT_EQ(bessel_i0(0), 1);
  EXPECT_EQ(bessel_i0(800), INFINITY);
}

}  // namespace
}  // namespace tealight
