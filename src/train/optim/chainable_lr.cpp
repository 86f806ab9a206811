// Python's schedulers, in its order of arithmetic.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/base.h"
#include "tealight/optim/lr_scheduler.h"

namespace torch::optim {
namespace {
constexpr double kPi = std::numbers::pi;

template <class T>
const T& of_group(const std::vector<T>& values, size_t group) {
  return values[values.size() == 1 ? 0 : group];
}
}  // namespace

ChainableLR::ChainableLR(Optimizer& optimizer) : LRScheduler(optimizer) {
  for (auto& group : optimizer.param_groups()) {
    if (!group.initial_lr) group.initial_lr = group.options().get_lr();
    base_lrs_.push_back(*group.initial_lr);
  }
}
void ChainableLR::restart() {
  step_count_ = 0;
  set_optimizer_lrs(base_lrs_);
  set_optimizer_lrs(lrs_of(0));
}
std::vector<double> ChainableLR::get_lrs() { return lrs_of(int64_t(step_count_) + 1); }
std::vector<double> ChainableLR::lrs_of(int64_t epoch) {
  std::vector<double> lrs = get_current_lrs();
  for (size_t i = 0; i < lrs.size() && i < base_lrs_.size(); ++i)
    lrs[i] = next_lr(i, epoch, lrs[i], base_lrs_[i]);
  return lrs;
}

LambdaLR::LambdaLR(Optimizer& optimizer, Lambda lr_lambda)
    : LambdaLR(optimizer, std::vector<Lambda>(optimizer.param_groups().size(), lr_lambda)) {}
LambdaLR::LambdaLR(Optimizer& optimizer, std::vector<Lambda> lr_lambdas)
    : ChainableLR(optimizer), lambdas_(std::move(lr_lambdas)) {
  TL_CHECK(lambdas_.size() == base_lrs_.size(), "Expected ", base_lrs_.size(),
           " lr_lambdas, but got ", lambdas_.size());
  restart();
}
double LambdaLR::next_lr(size_t group, int64_t epoch, double, double base) {
  return base * lambdas_[group](epoch);
}

MultiStepLR::MultiStepLR(Optimizer& optimizer, std::vector<int64_t> milestones, double gamma)
    : ChainableLR(optimizer), milestones_(std::move(milestones)), gamma_(gamma) {
  restart();
}
double MultiStepLR::next_lr(size_t, int64_t epoch, double lr, double) {
  const auto times = std::count(milestones_.begin(), milestones_.end(), epoch);
  return times ? lr * std::pow(gamma_, double(times)) : lr;
}

ExponentialLR::ExponentialLR(Optimizer& optimizer, double gamma)
    : ChainableLR(optimizer), gamma_(gamma) {
  restart();
}
double ExponentialLR::next_lr(size_t, int64_t epoch, double lr, double) {
  return epoch == 0 ? lr : lr * gamma_;
}

LinearLR::LinearLR(Optimizer& optimizer, double start_factor, double end_factor,
                   int64_t total_iters)
    : ChainableLR(optimizer), start_(start_factor), end_(end_factor), total_(total_iters) {
  TL_CHECK(start_ > 0 && start_ <= 1,
           "Starting multiplicative factor expected to be greater than 0 and less or equal to 1.");
  TL_CHECK(end_ >= 0 && end_ <= 1, "Ending multiplicative factor expected to be between 0 and 1.");
  restart();
}
double LinearLR::next_lr(size_t, int64_t epoch, double lr, double) {
  if (epoch == 0) return lr * start_;
  if (epoch > total_) return lr;
  const double rise = end_ - start_;
  return lr * (1.0 + rise / (double(total_) * start_ + double(epoch - 1) * rise));
}

CosineAnnealingLR::CosineAnnealingLR(Optimizer& optimizer, int64_t T_max, double eta_min)
    : ChainableLR(optimizer), T_max_(T_max), eta_min_(eta_min) {
  TL_CHECK(T_max > 0, "Expected positive T_max, but got ", T_max);
  restart();
}
double CosineAnnealingLR::next_lr(size_t, int64_t epoch, double lr, double base) {
  if (epoch == 0) return lr;
  if ((epoch - 1 - T_max_) % (2 * T_max_) == 0)  // at the bottom, where the quotient is 0 / 0
    return lr + (base - eta_min_) * (1 - std::cos(kPi / double(T_max_))) / 2;
  return (1 + std::cos(kPi * double(epoch) / double(T_max_))) /
             (1 + std::cos(kPi * double(epoch - 1) / double(T_max_))) * (lr - eta_min_) +
         eta_min_;
}

CosineAnnealingWarmRestarts::CosineAnnealingWarmRestarts(Optimizer& optimizer, int64_t T_0,
                                                         int64_t T_mult, double eta_min)
    : ChainableLR(optimizer), T_0_(T_0), T_mult_(T_mult), eta_min_(eta_min) {
  TL_CHECK(T_0 > 0, "Expected positive integer T_0, but got ", T_0);
  TL_CHECK(T_mult >= 1, "Expected integer T_mult >= 1, but got ", T_mult);
  restart();
}
double CosineAnnealingWarmRestarts::next_lr(size_t, int64_t epoch, double, double base) {
  int64_t length = T_0_;
  if (T_mult_ == 1) epoch %= length;
  for (; epoch >= length; length *= T_mult_) epoch -= length;
  return eta_min_ + (base - eta_min_) * (1 + std::cos(kPi * double(epoch) / double(length))) / 2;
}

OneCycleLR::OneCycleLR(Optimizer& optimizer, OneCycleLROptions options)
    : ChainableLR(optimizer), options_(std::move(options)) {
  const OneCycleLROptions& o = options_;
  TL_CHECK(o.total_steps() || (o.epochs() && o.steps_per_epoch()),
           "You must define either total_steps OR (epochs AND steps_per_epoch)");
  total_steps_ = o.total_steps() ? *o.total_steps() : *o.epochs() * *o.steps_per_epoch();
  TL_CHECK(total_steps_ > 0, "Expected positive integer total_steps, but got ", total_steps_);
  TL_CHECK(o.pct_start() >= 0 && o.pct_start() <= 1,
           "Expected float between 0 and 1 pct_start, but got ", o.pct_start());
  TL_CHECK(o.anneal_strategy() == "cos" || o.anneal_strategy() == "linear",
           "anneal_strategy must be one of 'cos' or 'linear', instead got ", o.anneal_strategy());
  TL_CHECK(o.max_lr().size() == 1 || o.max_lr().size() == base_lrs_.size(), "expected ",
           base_lrs_.size(), " values for max_lr, got ", o.max_lr().size());
  for (size_t i = 0; i < base_lrs_.size(); ++i) {
    auto& group = optimizer.param_groups()[i];
    base_lrs_[i] = of_group(o.max_lr(), i) / o.div_factor();
    group.initial_lr = base_lrs_[i];
    TL_CHECK(!o.cycle_momentum() || group.options().momentum_slot(),
             "optimizer must support momentum or beta1 with `cycle_momentum` option enabled");
  }
  const double up = o.pct_start() * double(total_steps_), last = double(total_steps_ - 1);
  const double high = o.max_momentum(), low = o.base_momentum();
  phases_ = {{up - 1, Rate::initial, Rate::maximum, high, low}};
  if (o.three_phase()) {
    phases_.push_back({2 * up - 2, Rate::maximum, Rate::initial, low, high});
    phases_.push_back({last, Rate::initial, Rate::minimum, high, high});
  } else {
    phases_.push_back({last, Rate::maximum, Rate::minimum, low, high});
  }
  restart();
}

double OneCycleLR::rate(Rate rate, size_t group) const {
  if (rate == Rate::maximum) return of_group(options_.max_lr(), group);
  return rate == Rate::initial ? base_lrs_[group] : base_lrs_[group] / options_.final_div_factor();
}

double OneCycleLR::anneal(double start, double end, double part) const {
  if (options_.anneal_strategy() == "linear") return (end - start) * part + start;
  return end + (start - end) / 2.0 * (std::cos(kPi * part) + 1);
}

double OneCycleLR::next_lr(size_t group, int64_t epoch, double, double) {
  TL_CHECK(epoch <= total_steps_, "Tried to step ", epoch,
           " times. The specified number of total steps is ", total_steps_);
  double start_step = 0;
  auto phase = phases_.begin();
  for (; double(epoch) > phase->end_step && phase + 1 != phases_.end(); ++phase)
    start_step = phase->end_step;
  const double part = (double(epoch) - start_step) / (phase->end_step - start_step);
  if (options_.cycle_momentum())
    *optimizer().param_groups()[group].options().momentum_slot() =
        anneal(phase->start_momentum, phase->end_momentum, part);
  return anneal(rate(phase->start_lr, group), rate(phase->end_lr, group), part);
}

SequentialLR::SequentialLR(Optimizer& optimizer,
                           std::vector<std::shared_ptr<LRScheduler>> schedulers,
                           std::vector<int64_t> milestones)
    : LRScheduler(optimizer),
      schedulers_(std::move(schedulers)),
      milestones_(std::move(milestones)) {
  TL_CHECK(!schedulers_.empty(),
           "SequentialLR expects at least one scheduler, but got no scheduler.");
  TL_CHECK(milestones_.size() + 1 == schedulers_.size(),
           "Sequential Schedulers expects number of schedulers provided to be one more than the "
           "number of milestone points, but got number of schedulers ",
           schedulers_.size(), " and the number of milestones to be equal to ", milestones_.size());
  for (auto& group : optimizer.param_groups())
    if (group.initial_lr) group.options().set_lr(*group.initial_lr);
  if (auto* first = dynamic_cast<ChainableLR*>(schedulers_[0].get())) first->restart();
}

std::vector<double> SequentialLR::get_lrs() {
  const int64_t epoch = int64_t(step_count_) + 1;
  const auto next = std::upper_bound(milestones_.begin(), milestones_.end(), epoch);
  const bool begins = next != milestones_.begin() && next[-1] == epoch;
  LRScheduler& scheduler = *schedulers_[size_t(next - milestones_.begin())];
  if (auto* chainable = dynamic_cast<ChainableLR*>(&scheduler); begins && chainable)
    chainable->restart();
  else
    scheduler.step();
  return get_current_lrs();
}

void SequentialLR::resume(unsigned step_count) {
  LRScheduler::resume(step_count);
  int64_t begin = 0;
  for (size_t i = 0; i < schedulers_.size() && begin <= int64_t(step_count); ++i) {
    const int64_t end = i < milestones_.size() ? milestones_[i] : INT64_MAX;
    schedulers_[i]->resume(unsigned(std::min<int64_t>(end, step_count) - begin));
    begin = end;
  }
}

}  // namespace torch::optim
