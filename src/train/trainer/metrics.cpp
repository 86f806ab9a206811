#include "tealight/metrics.h"

#include <algorithm>
#include <cmath>

#include "tealight/factories.h"
#include "tealight/grad_mode.h"
#include "tealight/operators.h"
#include "tealight/ops.h"
#include "tealight/view.h"

namespace tealight::metrics {
namespace {

double number(const Tensor& t) { return t.item().toDouble(); }

void check_counts(const std::string& metric, const Tensor& values, const Tensor& target) {
  TL_CHECK(values.dim() > 0 && target.dim() > 0 && values.size(0) == target.size(0), metric,
           ": results are of sizes ", values.sizes(), ", targets of ", target.sizes(),
           "; the first size counts the examples");
}

Tensor difference(const std::string& metric, const Tensor& values, const Tensor& target) {
  TL_CHECK(values.numel() == target.numel(), metric, ": results are of sizes ", values.sizes(),
           ", targets of ", target.sizes());
  return values.detach().to(kDouble).flatten() - target.to(kDouble).flatten();
}

bool one_score_each(const Tensor& scores) {
  return scores.dim() == 1 || (scores.dim() == 2 && scores.size(1) == 1);
}

double share(double part, double whole) { return whole > 0 ? part / whole : 0; }

}  // namespace

double MeanMetric::compute() const { return count_ ? total_ / double(count_) : NAN; }

void Mean::update(const Tensor& values, const Tensor& weights) {
  NoGradGuard no_grad;
  const Tensor w = weights.to(kDouble);
  add(number((values.to(kDouble) * w).sum()), int64_t(number(w.sum())));
}

std::string Accuracy::name() const { return top_ == 1 ? "accuracy" : str("top", top_); }

void Accuracy::update(const Tensor& scores, const Tensor& target) {
  NoGradGuard no_grad;
  check_counts(name(), scores, target);
  const int64_t n = target.size(0);
  const Tensor wanted = target.reshape({n, -1});
  Tensor right;
  if (one_score_each(scores)) {
    right = (scores.reshape({n, 1}) > threshold_).to(kLong).eq(wanted.to(kLong));
  } else {
    TL_CHECK(top_ <= scores.size(1), name(), ": there are ", scores.size(1), " classes only");
    right = std::get<1>(topk(scores, top_, 1)).eq(wanted);
  }
  add(number(right.sum()), n);
}

void MeanAbsoluteError::update(const Tensor& values, const Tensor& target) {
  NoGradGuard no_grad;
  const Tensor d = difference(name(), values, target);
  add(number(d.abs().sum()), d.numel());
}
void MeanSquaredError::update(const Tensor& values, const Tensor& target) {
  NoGradGuard no_grad;
  const Tensor d = difference(name(), values, target);
  add(number((d * d).sum()), d.numel());
}

ConfusionMatrix::ConfusionMatrix(int64_t classes) : counts_(zeros({classes, classes}, kLong)) {}

void ConfusionMatrix::reset() { counts_.zero_(); }

int64_t ConfusionMatrix::count(int64_t truth, int64_t named) const {
  return counts_.const_data_ptr<int64_t>()[truth * classes() + named];
}

void ConfusionMatrix::update(const Tensor& scores, const Tensor& target) {
  NoGradGuard no_grad;
  check_counts(name(), scores, target);
  const Tensor named = one_score_each(scores) ? (scores.flatten() > 0.5).to(kLong).contiguous()
                                              : scores.argmax(1).contiguous();
  const Tensor truth = target.flatten().to(kLong).contiguous();
  int64_t* counts = counts_.data_ptr<int64_t>();
  const auto t = view<int64_t>(truth), p = view<int64_t>(named);
  for (size_t i = 0; i < t.size(); ++i) {
    TL_CHECK(t[i] >= 0 && t[i] < classes() && p[i] < classes(), name(), ": class ",
             std::max(t[i], p[i]), ", but there are ", classes());
    ++counts[t[i] * classes() + p[i]];
  }
}

double ConfusionMatrix::compute() const {
  double right = 0, all = 0;
  for (int64_t i = 0; i < classes(); ++i)
    for (int64_t j = 0; j < classes(); ++j) {
      all += double(count(i, j));
      if (i == j) right += double(count(i, j));
    }
  return all > 0 ? right / all : NAN;
}

double ConfusionMatrix::precision(int64_t label) const {
  double named = 0;
  for (int64_t i = 0; i < classes(); ++i) named += double(count(i, label));
  return share(double(count(label, label)), named);
}
double ConfusionMatrix::recall(int64_t label) const {
  double are = 0;
  for (int64_t i = 0; i < classes(); ++i) are += double(count(label, i));
  return share(double(count(label, label)), are);
}
double ConfusionMatrix::f1(int64_t label) const {
  const double p = precision(label), r = recall(label);
  return share(2 * p * r, p + r);
}

double F1::compute() const {
  if (average_ == Average::micro) return ConfusionMatrix::compute();  // one label each: the same
  double sum = 0, weights = 0;
  for (int64_t label = 0; label < classes(); ++label) {
    double are = 0, named = 0;
    for (int64_t i = 0; i < classes(); ++i)
      are += double(count(label, i)), named += double(count(i, label));
    if (are + named == 0) continue;  // a class that nothing has to do with
    const double weight = average_ == Average::weighted ? are : 1;
    sum += weight * of(label);
    weights += weight;
  }
  return share(sum, weights);
}

std::unique_ptr<Metric> make(const std::string& name) {
  if (name == "accuracy" || name == "acc") return std::make_unique<Accuracy>();
  if (name.starts_with("top") && name.size() == 4 && std::isdigit(name[3]))
    return std::make_unique<Accuracy>(name[3] - '0');
  if (name == "mae") return std::make_unique<MeanAbsoluteError>();
  if (name == "mse") return std::make_unique<MeanSquaredError>();
  fail("there is no metric '" + name + "'; choose accuracy, top2 ... top9, mae or mse");
}

}  // namespace tealight::metrics
