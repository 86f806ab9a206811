// Schedulers that libtorch has.
#include "tealight/optim/lr_scheduler.h"

#include <cmath>
#include <limits>

#include "core/base.h"
#include "tealight/context.h"

namespace torch::optim {

void LRScheduler::step() {
  set_optimizer_lrs(get_lrs());
  ++step_count_;
}

void LRScheduler::set_optimizer_lrs(const std::vector<double>& lrs) {
  auto& groups = optimizer_.param_groups();
  TL_CHECK(lrs.size() == groups.size(),
           "Number of learning rates not equal to the number of param groups\n",
           "Number of learning rates given: ", lrs.size(),
           "\nNumber of param groups: ", groups.size());
  for (size_t i = 0; i < groups.size(); ++i) groups[i].options().set_lr(lrs[i]);
}

std::vector<double> LRScheduler::get_current_lrs() const {
  std::vector<double> lrs;
  for (const auto& group : optimizer_.param_groups()) lrs.push_back(group.options().get_lr());
  return lrs;
}

std::vector<double> StepLR::get_lrs() {
  std::vector<double> lrs = get_current_lrs();
  if (step_count_ != 0 && step_count_ % step_size_ == 0)
    for (double& lr : lrs) lr *= gamma_;
  return lrs;
}

ReduceLROnPlateauScheduler::ReduceLROnPlateauScheduler(Optimizer& optimizer, SchedulerMode mode,
                                                       float factor, int patience, double threshold,
                                                       ThresholdMode threshold_mode, int cooldown,
                                                       const std::vector<float>& min_lr, double eps,
                                                       bool verbose)
    : optimizer_(optimizer),
      mode_(mode),
      threshold_mode_(threshold_mode),
      factor_(factor),
      patience_(patience),
      cooldown_(cooldown),
      threshold_(threshold),
      eps_(eps),
      min_lrs_(min_lr),
      verbose_(verbose) {
  const size_t groups = optimizer.param_groups().size();
  if (min_lrs_.empty()) min_lrs_.resize(groups);
  TL_CHECK(min_lrs_.size() == groups,
           "Number of learning rates not equal to the number of param groups\n",
           "Number of learning rates given: ", min_lrs_.size(),
           "\nNumber of param groups: ", groups);
  TL_CHECK(factor < 1.0, "Factor should be < 1.0.");
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  progress_.best = mode == min ? kInfinity : -kInfinity;
}

void ReduceLROnPlateauScheduler::step(float metric) {
  Progress& p = progress_;
  ++p.epoch;
  if (is_better(metric)) {
    p.best = metric;
    p.bad_epochs = 0;
  } else {
    ++p.bad_epochs;
  }
  if (p.cooldown_left > 0) {
    --p.cooldown_left;
    p.bad_epochs = 0;
  }
  if (p.bad_epochs > patience_) {
    reduce_lr();
    p.cooldown_left = cooldown_;
    p.bad_epochs = 0;
  }
}

bool ReduceLROnPlateauScheduler::is_better(float metric) const {
  const double sign = mode_ == min ? -1 : 1, best = progress_.best;
  const double bound =
      threshold_mode_ == rel ? best * (1 + sign * threshold_) : best + sign * threshold_;
  return mode_ == min ? metric < bound : metric > bound;
}

void ReduceLROnPlateauScheduler::reduce_lr() {
  auto& groups = optimizer_.param_groups();
  for (size_t i = 0; i < groups.size(); ++i) {
    OptimizerOptions& options = groups[i].options();
    const double lr = options.get_lr(), reduced = std::fmax(lr * factor_, min_lrs_[i]);
    if (lr - reduced <= eps_) continue;
    options.set_lr(reduced);
    if (verbose_)
      warn(
          str("Epoch ", progress_.epoch, ": reducing learning rate of group ", i, " to ", reduced));
  }
}

}  // namespace torch::optim
