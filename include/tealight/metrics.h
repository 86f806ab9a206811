// Metrics that add up over batches: update() with each, compute() at the end, reset() before the
// next pass.
//   tealight::metrics::Accuracy accuracy;
//   for (auto& batch : *loader) accuracy.update(net(batch.data), batch.target);
//   accuracy.compute();   // 0.98
// `scores` (N, classes) are logits or probabilities, `target` (N) the numbers of the classes.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "tealight/tensor.h"

namespace tealight::metrics {

class TL_API Metric {
 public:
  virtual ~Metric() = default;
  virtual void update(const Tensor& scores, const Tensor& target) = 0;
  /// Of all that was given since reset(); NaN of nothing.
  virtual double compute() const = 0;
  virtual void reset() = 0;
  virtual std::string name() const = 0;
};

/// A sum over examples, divided by their number.
class TL_API MeanMetric : public Metric {
 public:
  double compute() const override;
  void reset() override { total_ = 0, count_ = 0; }

 protected:
  void add(double total, int64_t count) { total_ += total, count_ += count; }

 private:
  double total_ = 0;
  int64_t count_ = 0;
};

/// Of numbers, each with a weight: losses of batches of unequal size.
class TL_API Mean : public MeanMetric {
 public:
  void update(const Tensor& values, const Tensor& weights) override;
  void update(double value, int64_t weight = 1) { add(value * double(weight), weight); }
  std::string name() const override { return "mean"; }
};
/// The share of examples whose class is among the `top` highest scores. Of one score for each
/// example (N) or (N, 1): whether it is above `threshold` as the target (0 or 1) says.
class TL_API Accuracy : public MeanMetric {
 public:
  explicit Accuracy(int64_t top = 1, double threshold = 0.5) : top_(top), threshold_(threshold) {}
  void update(const Tensor& scores, const Tensor& target) override;
  std::string name() const override;

 private:
  int64_t top_;
  double threshold_;
};
class TL_API MeanAbsoluteError : public MeanMetric {
 public:
  void update(const Tensor& values, const Tensor& target) override;
  std::string name() const override { return "mae"; }
};
class TL_API MeanSquaredError : public MeanMetric {
 public:
  void update(const Tensor& values, const Tensor& target) override;
  std::string name() const override { return "mse"; }
};

/// [true class][named class] → how many.
class TL_API ConfusionMatrix : public Metric {
 public:
  explicit ConfusionMatrix(int64_t classes);
  void update(const Tensor& scores, const Tensor& target) override;
  /// The accuracy.
  double compute() const override;
  void reset() override;
  std::string name() const override { return "confusion"; }
  Tensor matrix() const { return counts_; }  // int64 (classes, classes)

  /// Of one class: rightly named of all that were named so; of all that are so; their harmonic
  /// mean. 0 where there are none.
  double precision(int64_t label) const;
  double recall(int64_t label) const;
  double f1(int64_t label) const;
  int64_t classes() const { return counts_.size(0); }

 protected:
  int64_t count(int64_t truth, int64_t named) const;
  Tensor counts_;
};

enum class Average { macro, micro, weighted };  // as scikit-learn has them

/// One of precision, recall and F1, averaged over the classes.
class TL_API F1 : public ConfusionMatrix {
 public:
  explicit F1(int64_t classes, Average average = Average::macro)
      : ConfusionMatrix(classes), average_(average) {}
  double compute() const override;
  std::string name() const override { return "f1"; }

 protected:
  virtual double of(int64_t label) const { return f1(label); }

 private:
  Average average_;
};
class TL_API Precision : public F1 {
 public:
  using F1::F1;
  std::string name() const override { return "precision"; }

 protected:
  double of(int64_t label) const override { return precision(label); }
};
class TL_API Recall : public F1 {
 public:
  using F1::F1;
  std::string name() const override { return "recall"; }

 protected:
  double of(int64_t label) const override { return recall(label); }
};

/// By the name that Keras has for it: "accuracy", "top5", "mae", "mse".
TL_API std::unique_ptr<Metric> make(const std::string& name);

}  // namespace tealight::metrics
