// Schedules of learning rates.
//   torch::optim::StepLR schedule(sgd, 30, 0.1);
//   for (...) { train(); schedule.step(); }
// LRScheduler, StepLR and ReduceLROnPlateauScheduler are libtorch's; the others are Python's, with
// its rates to the last bit. The optimizer must outlive its schedulers.
#pragma once
#include <string>

#include "tealight/optim/optimizer.h"

namespace torch::optim {

class TL_API LRScheduler {
 public:
  explicit LRScheduler(Optimizer& optimizer) : optimizer_(optimizer) {}
  virtual ~LRScheduler() = default;
  /// The rates of the next epoch.
  void step();
  /// One for each group: those in use.
  std::vector<double> get_last_lr() const { return get_current_lrs(); }
  /// Steps so far; to go on from a checkpoint, whose optimizer has its rates already.
  unsigned step_count() const { return step_count_; }
  virtual void resume(unsigned step_count) { step_count_ = step_count; }

 protected:
  /// One for each group.
  virtual std::vector<double> get_lrs() = 0;
  std::vector<double> get_current_lrs() const;
  void set_optimizer_lrs(const std::vector<double>&);
  Optimizer& optimizer() const { return optimizer_; }
  unsigned step_count_ = 0;

 private:
  Optimizer& optimizer_;
};

/// Times `gamma` after every `step_size` epochs. As in libtorch, the first time is an epoch later.
class TL_API StepLR : public LRScheduler {
 public:
  StepLR(Optimizer& optimizer, unsigned step_size, double gamma = 0.1)
      : LRScheduler(optimizer), step_size_(step_size), gamma_(gamma) {}

 private:
  std::vector<double> get_lrs() override;
  const unsigned step_size_;
  const double gamma_;
};

/// Times `factor` when a metric has not improved for `patience` epochs.
class TL_API ReduceLROnPlateauScheduler {
 public:
  enum SchedulerMode { min, max };  // what is an improvement: less, or more
  enum ThresholdMode { rel, abs };  // `threshold` is a part of the best so far, or a difference
  /// `min_lr`: one for each group, or none.
  ReduceLROnPlateauScheduler(Optimizer& optimizer, SchedulerMode mode = min, float factor = 0.1f,
                             int patience = 10, double threshold = 1e-4,
                             ThresholdMode threshold_mode = rel, int cooldown = 0,
                             const std::vector<float>& min_lr = {}, double eps = 1e-8,
                             bool verbose = false);
  virtual ~ReduceLROnPlateauScheduler() = default;
  void step(float metric);

  /// What a checkpoint keeps.
  struct Progress {
    float best;
    int epoch = 0, bad_epochs = 0, cooldown_left = 0;
  };
  const Progress& progress() const { return progress_; }
  void resume(const Progress& p) { progress_ = p; }

 private:
  bool is_better(float metric) const;
  void reduce_lr();

  Optimizer& optimizer_;
  SchedulerMode mode_;
  ThresholdMode threshold_mode_;
  float factor_;
  int patience_, cooldown_;
  double threshold_, eps_;
  std::vector<float> min_lrs_;
  bool verbose_;
  Progress progress_;
};
using ReduceLROnPlateau = ReduceLROnPlateauScheduler;

/// Python's schedulers: the rate of an epoch follows from the one before it, so that they can be
/// used together. Constructing one sets the rate of epoch 0.
class TL_API ChainableLR : public LRScheduler {
 public:
  /// Back to epoch 0 and its rates.
  void restart();

 protected:
  explicit ChainableLR(Optimizer& optimizer);
  /// The rate of a group in `epoch`; `lr` is what it has now, `base` what it had at first.
  virtual double next_lr(size_t group, int64_t epoch, double lr, double base) = 0;
  std::vector<double> base_lrs_;

 private:
  std::vector<double> get_lrs() final;
  std::vector<double> lrs_of(int64_t epoch);
};

/// The first rate times lambda(epoch).
class TL_API LambdaLR : public ChainableLR {
 public:
  using Lambda = std::function<double(int64_t epoch)>;
  LambdaLR(Optimizer& optimizer, Lambda lr_lambda);
  /// One for each group.
  LambdaLR(Optimizer& optimizer, std::vector<Lambda> lr_lambdas);

 private:
  double next_lr(size_t group, int64_t epoch, double lr, double base) override;
  std::vector<Lambda> lambdas_;
};

/// Times `gamma` at each of the epochs.
class TL_API MultiStepLR : public ChainableLR {
 public:
  MultiStepLR(Optimizer& optimizer, std::vector<int64_t> milestones, double gamma = 0.1);

 private:
  double next_lr(size_t group, int64_t epoch, double lr, double base) override;
  std::vector<int64_t> milestones_;
  double gamma_;
};

/// Times `gamma` in every epoch.
class TL_API ExponentialLR : public ChainableLR {
 public:
  ExponentialLR(Optimizer& optimizer, double gamma);

 private:
  double next_lr(size_t group, int64_t epoch, double lr, double base) override;
  double gamma_;
};

/// From `start_factor` to `end_factor` times the first rate, in `total_iters` epochs.
class TL_API LinearLR : public ChainableLR {
 public:
  explicit LinearLR(Optimizer& optimizer, double start_factor = 1.0 / 3, double end_factor = 1.0,
                    int64_t total_iters = 5);

 private:
  double next_lr(size_t group, int64_t epoch, double lr, double base) override;
  double start_, end_;
  int64_t total_;
};

/// Half a period of a cosine from the first rate to `eta_min`, in `T_max` epochs; and back.
class TL_API CosineAnnealingLR : public ChainableLR {
 public:
  CosineAnnealingLR(Optimizer& optimizer, int64_t T_max, double eta_min = 0);

 private:
  double next_lr(size_t group, int64_t epoch, double lr, double base) override;
  int64_t T_max_;
  double eta_min_;
};

/// The same in cycles: T_0 epochs, then T_0 * T_mult, ...
class TL_API CosineAnnealingWarmRestarts : public ChainableLR {
 public:
  CosineAnnealingWarmRestarts(Optimizer& optimizer, int64_t T_0, int64_t T_mult = 1,
                              double eta_min = 0);

 private:
  double next_lr(size_t group, int64_t epoch, double lr, double base) override;
  int64_t T_0_, T_mult_;
  double eta_min_;
};

struct OneCycleLROptions {
  OneCycleLROptions(double max_lr) : max_lr_({max_lr}) {}
  OneCycleLROptions(std::vector<double> max_lr) : max_lr_(std::move(max_lr)) {}
  TORCH_ARG(std::vector<double>, max_lr);              // one, or one for each group
  TORCH_ARG(std::optional<int64_t>, total_steps);      // or
  TORCH_ARG(std::optional<int64_t>, epochs);           // this
  TORCH_ARG(std::optional<int64_t>, steps_per_epoch);  // times this
  TORCH_ARG(double, pct_start) = 0.3;                  // the part in which the rate grows
  TORCH_ARG(std::string, anneal_strategy) = "cos";     // or "linear"
  TORCH_ARG(bool, cycle_momentum) = true;              // momentum or beta1 goes the other way
  TORCH_ARG(double, base_momentum) = 0.85;
  TORCH_ARG(double, max_momentum) = 0.95;
  TORCH_ARG(double, div_factor) = 25;         // max_lr / first rate
  TORCH_ARG(double, final_div_factor) = 1e4;  // first / last rate
  TORCH_ARG(bool, three_phase) = false;
};
/// Up to `max_lr` and down again (Smith and Topin 2018); to be stepped after every batch.
class TL_API OneCycleLR : public ChainableLR {
 public:
  OneCycleLR(Optimizer& optimizer, OneCycleLROptions options);

 private:
  enum class Rate : uint8_t { initial, maximum, minimum };
  struct Phase {
    double end_step;
    Rate start_lr, end_lr;
    double start_momentum, end_momentum;
  };
  double next_lr(size_t group, int64_t epoch, double lr, double base) override;
  double rate(Rate, size_t group) const;
  double anneal(double start, double end, double part) const;
  OneCycleLROptions options_;
  int64_t total_steps_;
  std::vector<Phase> phases_;
};

/// One scheduler after the other: the next at each milestone.
class TL_API SequentialLR : public LRScheduler {
 public:
  SequentialLR(Optimizer& optimizer, std::vector<std::shared_ptr<LRScheduler>> schedulers,
               std::vector<int64_t> milestones);
  void resume(unsigned step_count) override;

 private:
  std::vector<double> get_lrs() override;
  std::vector<std::shared_ptr<LRScheduler>> schedulers_;
  std::vector<int64_t> milestones_;
};

}  // namespace torch::optim
