// The expected numbers are worked out by hand.
#include "tealight/metrics.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tealight/factories.h"

namespace tealight::metrics {
namespace {

// Named 0 1 2 2 1 0; true 0 1 2 1 1 2.
const std::vector<std::vector<float>> kScores = {{3, 1, 2}, {0, 5, 1}, {0, 1, 2},
                                                 {0, 1, 2}, {0, 2, 1}, {2, 0, 1}};
Tensor scores() {
  std::vector<float> all;
  for (const auto& row : kScores) all.insert(all.end(), row.begin(), row.end());
  return tensor(all).view({6, 3});
}
Tensor target() { return tensor(std::vector<int64_t>{0, 1, 2, 1, 1, 2}); }

TEST(Metrics, AccuracyAddsUpOverBatches) {
  Accuracy top1, top2(2);
  EXPECT_TRUE(std::isnan(top1.compute()));
  for (int64_t i = 0; i < 6; i += 4) {
    const int64_t n = std::min<int64_t>(4, 6 - i);
    top1.update(scores().narrow(0, i, n), target().narrow(0, i, n));
    top2.update(scores().narrow(0, i, n), target().narrow(0, i, n));
  }
  EXPECT_DOUBLE_EQ(top1.compute(), 4.0 / 6);
  EXPECT_DOUBLE_EQ(top2.compute(), 1);
  top1.reset();
  top1.update(tensor(std::vector<float>{0.9f, 0.2f}), tensor(std::vector<float>{1, 1}));  // binary
  EXPECT_DOUBLE_EQ(top1.compute(), 0.5);
  EXPECT_THROW(top1.update(scores(), tensor(std::vector<int64_t>{1})), Error);
}

TEST(Metrics, ConfusionTellsPrecisionRecallAndF1) {
  ConfusionMatrix m(3);
  m.update(scores(), target());
  EXPECT_TRUE(
      m.matrix().equal(tensor(std::vector<int64_t>{1, 0, 0, 0, 2, 1, 1, 0, 1}).view({3, 3})));
  EXPECT_DOUBLE_EQ(m.precision(0), 0.5);
  EXPECT_DOUBLE_EQ(m.recall(1), 2.0 / 3);
  EXPECT_DOUBLE_EQ(m.f1(1), 0.8);
  F1 macro(3), weighted(3, Average::weighted);
  Precision precision(3);
  Recall micro(3, Average::micro);
  for (Metric* metric : {(Metric*)&macro, (Metric*)&weighted, (Metric*)&precision, (Metric*)&micro})
    metric->update(scores(), target());
  EXPECT_NEAR(macro.compute(), 0.6555555555555556, 1e-12);
  EXPECT_NEAR(weighted.compute(), 0.6777777777777777, 1e-12);
  EXPECT_NEAR(precision.compute(), 0.6666666666666666, 1e-12);
  EXPECT_NEAR(micro.compute(), 4.0 / 6, 1e-12);
  EXPECT_THROW(ConfusionMatrix(2).update(scores(), target()), Error);
}

TEST(Metrics, ErrorsOfNumbers) {
  MeanAbsoluteError mae;
  MeanSquaredError mse;
  Mean mean;
  const Tensor a = tensor(std::vector<float>{1, 2, 4}), b = tensor(std::vector<float>{1, 4, 1});
  mae.update(a, b);
  mse.update(a, b);
  mean.update(2.0, 3);
  mean.update(6.0, 1);
  EXPECT_NEAR(mae.compute(), 5.0 / 3, 1e-12);
  EXPECT_NEAR(mse.compute(), 13.0 / 3, 1e-12);
  EXPECT_DOUBLE_EQ(mean.compute(), 3);
  EXPECT_EQ(make("top5")->name(), "top5");
  EXPECT_THROW(make("auc"), Error);
}

}  // namespace
}  // namespace tealight::metrics
