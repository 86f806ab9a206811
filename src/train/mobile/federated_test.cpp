#include "tealight/federated.h"

#include <gtest/gtest.h>

#include "core/test_errors.h"
#include "tealight/factories.h"
#include "tealight/operators.h"

namespace tealight {
namespace {

TEST(FedAvg, WeighsAndClips) {
  FedAvg plain;
  plain.add(tensor({3.f, 0.f}), 1);
  plain.add(tensor({0.f, 4.f}), 3);
  EXPECT_TRUE(allclose(plain.result(), tensor({0.75f, 3.f})));
  FedAvg clipped({.clip = 1});
  clipped.add(tensor({30.f, 40.f}));
  clipped.add(tensor({0.f, 0.5f}));
  clipped.add(tensor({0.f, 0.f}));  // of length 0
  EXPECT_TRUE(allclose(clipped.result(), tensor({0.2f, 1.3f / 3})));
}

TEST(FedAvg, NoiseHasThePromisedSize) {
  FedAvg mean({.clip = 2, .noise = 0.5});
  mean.add(zeros({20000}), 3);
  mean.add(zeros({20000}), 1);
  EXPECT_NEAR(mean.result().std().item<double>(), 0.5 * 2 * 0.75, 0.02);
}

TEST(FedAvg, RefusesWhatMakesNoSense) {
  const auto refused = [](auto f, const char* part) {
    EXPECT_NE(testing::error_of(f).find(part), std::string::npos) << part;
  };
  refused([] { FedAvg({.noise = 1}); }, "noise needs clip");
  refused([] { FedAvg().result(); }, "no client");
  refused([] { FedAvg().add(zeros({2}), 0); }, "positive weight");
  refused(
      [] {
        FedAvg mean;
        mean.add(zeros({2}));
        mean.add(zeros({3}));
      },
      "the others");
  refused([] { add_flat({zeros({2}), zeros({1})}, zeros({4})); }, "vector of 3");
}

TEST(FlatParameters, GoOutAndIn) {
  const std::vector<Tensor> parameters = {arange(6).to(kFloat).view({2, 3}).t(), ones({1})};
  const Tensor flat = flat_parameters(parameters);
  EXPECT_TRUE(equal(flat, tensor({0.f, 3.f, 1.f, 4.f, 2.f, 5.f, 1.f})));
  add_flat(parameters, -flat);
  EXPECT_EQ(parameters[0].abs().sum().item<float>() + parameters[1].item<float>(), 0);
}

}  // namespace
}  // namespace tealight
