// Trainer: the loop around a LightningModule, as PyTorch Lightning has it.
//   struct LitAutoEncoder : tealight::LightningModule {
//     torch::Tensor training_step(Batch b, int64_t) override { ...; log("train_loss", loss); return
//     loss; } Optimizer configure_optimizers() override { return torch::optim::Adam(parameters(),
//     1e-3); }
//   };
//   tealight::Trainer({.max_epochs = 3}).fit(model, train_loader, val_loader);
// Any other module is trained as a classifier, unless TrainerOptions say otherwise.
// A checkpoint holds all that the rest of a training depends on: weights, optimizer, schedulers,
// random numbers, place in the epoch. A training that was killed goes on from its last one with the
// same losses as if nothing had happened.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tealight/nn/module.h"
#include "tealight/optim/lr_scheduler.h"
#include "tealight/optim/optimizer.h"
#include "tealight/trace.h"

namespace tealight {

class Trainer;
namespace models {
class Classifier;
}
using ClassifierPtr = std::shared_ptr<models::Classifier>;

/// What a loader gives at once.
struct TrainBatch {
  Tensor data, target;
};

/// An optimizer and the schedulers that step after every epoch.
struct OptimizerSetup {
  std::shared_ptr<optim::Optimizer> optimizer;
  std::vector<std::shared_ptr<optim::LRScheduler>> schedulers;
  template <class O>
    requires std::is_base_of_v<optim::Optimizer, O>
  OptimizerSetup(O o) : optimizer(std::make_shared<O>(std::move(o))) {}
  /// setup.with<torch::optim::StepLR>(30, 0.1)
  template <class Scheduler, class... A>
  OptimizerSetup with(A&&... a) && {
    schedulers.push_back(std::make_shared<Scheduler>(*optimizer, std::forward<A>(a)...));
    return std::move(*this);
  }
};

/// A module that knows how it is trained.
class TL_API LightningModule : public nn::Module {
 public:
  using Batch = TrainBatch;
  using Optimizer = OptimizerSetup;
  LightningModule() = default;
  explicit LightningModule(std::string name) : nn::Module(std::move(name)) {}

  /// The loss, which the trainer differentiates.
  virtual Tensor training_step(Batch batch, int64_t batch_index) = 0;
  /// Logs what validation is to show. Unless overridden: training_step in eval mode, its logs
  /// under "val_" in place of "train_", or its result as "val_loss" where it logs nothing.
  virtual void validation_step(Batch batch, int64_t batch_index);
  virtual Optimizer configure_optimizers() = 0;

  /// A number of this batch; epochs show its mean over their examples.
  void log(const std::string& name, double value);
  void log(const std::string& name, const Tensor& value) { log(name, value.item().toDouble()); }

 private:
  friend class Trainer;
  friend struct TrainerLoop;
  std::map<std::string, double> logged_;  // by the step that runs
};

/// Batches of any loader: torch::data's, a vector of TrainBatch, what a range-based for can walk.
class BatchSource {
 public:
  using Take = std::function<bool(TrainBatch)>;
  template <class Loader>
    requires(!std::is_same_v<std::remove_cvref_t<Loader>, BatchSource>)
  BatchSource(Loader& loader) : each_([&loader](const Take& take) { walk(loader, take); }) {
    if constexpr (requires { std::optional<size_t>(loader.size()); })
      batches_ = int64_t(std::optional<size_t>(loader.size()).value_or(0));
  }
  /// One pass: until there are no more, or `take` gives false.
  void each(const Take& take) const { each_(take); }
  /// In a pass, where the loader has a size(); 0: not known.
  int64_t batches() const { return batches_; }

 private:
  template <class Loader>
  static void walk(Loader& loader, const Take& take) {
    if constexpr (requires { loader.begin(); }) {
      for (auto&& batch : loader)
        if (!take({batch.data, batch.target})) return;
    } else {
      walk(*loader, take);  // a pointer to one
    }
  }
  std::function<void(const Take&)> each_;
  int64_t batches_ = 0;
};

/// What callbacks see.
struct TrainerState {
  LightningModule& model;
  optim::Optimizer& optimizer;
  int64_t epoch = 0;  // from 0
  int64_t step = 0;   // of the optimizer, since the training began
  int64_t batch = 0;  // in this epoch, and of how many (0: not known yet)
  int64_t batches = 0;
  int64_t max_epochs = 0;
  std::map<std::string, double> metrics = {};                 // means of the epoch, "lr" among them
  const std::vector<std::map<std::string, double>>& history;  // those of every epoch so far
  bool stop = false;                                          // set it to end after this epoch
};

class TL_API Callback {
 public:
  virtual ~Callback() = default;
  virtual void on_fit_start(TrainerState&) {}
  virtual void on_batch_end(TrainerState&) {}
  virtual void on_epoch_end(TrainerState&) {}
  virtual void on_fit_end(TrainerState&) {}
  /// What a checkpoint keeps of it.
  virtual std::map<std::string, double> state() const { return {}; }
  virtual void load_state(const std::map<std::string, double>&) {}
};

/// Ends a training whose metric has not improved for `patience` epochs.
class TL_API EarlyStopping : public Callback {
 public:
  explicit EarlyStopping(std::string metric = "val_loss", int64_t patience = 3,
                         bool larger_is_better = false, double min_delta = 0)
      : metric_(std::move(metric)),
        patience_(patience),
        larger_is_better_(larger_is_better),
        min_delta_(min_delta) {}
  void on_epoch_end(TrainerState&) override;
  std::map<std::string, double> state() const override;
  void load_state(const std::map<std::string, double>&) override;

 private:
  std::string metric_;
  int64_t patience_, waited_ = 0;
  bool larger_is_better_;
  double min_delta_;
  std::optional<double> best_;
};

/// "epoch 2/10  [#####...]  34/120  loss 0.31  1 min 5 s left" on standard error, while that is a
/// terminal; a line for each epoch otherwise.
class TL_API ProgressBar : public Callback {
 public:
  ProgressBar();
  ~ProgressBar() override;
  void on_fit_start(TrainerState&) override;
  void on_batch_end(TrainerState&) override;
  void on_epoch_end(TrainerState&) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// A table of the epochs' metrics; rewritten whole, so that it is never half a table.
class TL_API CsvLog : public Callback {
 public:
  explicit CsvLog(std::string file) : file_(std::move(file)) {}
  void on_epoch_end(TrainerState&) override;

 private:
  std::string file_;
};

/// A run (run.h) in this folder: settings, machine, and the epochs' metrics.
class TL_API RunLog : public Callback {
 public:
  RunLog(std::string folder, std::map<std::string, Value> config, std::optional<uint64_t> seed);
  ~RunLog() override;
  void on_fit_start(TrainerState&) override;
  void on_epoch_end(TrainerState&) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The learning rates of every step. (Those of every epoch are among the metrics: "lr", and for
/// further groups of parameters "lr_1" ...)
class TL_API LearningRateMonitor : public Callback {
 public:
  /// `folder`: for TensorBoard's scalars, "lr/group_0" ...
  explicit LearningRateMonitor(const std::string& folder = {});
  ~LearningRateMonitor() override;
  void on_batch_end(TrainerState&) override;
  /// One for each group of parameters.
  const std::vector<std::vector<double>>& rates() const { return rates_; }

 private:
  struct State;
  std::unique_ptr<State> state_;  // null without a folder
  std::vector<std::vector<double>> rates_;
  int64_t step_ = 0;
};

/// Scalars of the epochs for TensorBoard.
class TL_API TensorBoardLog : public Callback {
 public:
  explicit TensorBoardLog(const std::string& folder);
  ~TensorBoardLog() override;
  void on_epoch_end(TrainerState&) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Which epoch's weights to keep: that of the largest (or smallest) metric.
struct Best {
  std::string metric;
  bool larger_is_better = true;
  explicit Best(std::string metric_name = "val_accuracy")
      : metric(std::move(metric_name)),
        larger_is_better(metric.find("loss") == std::string::npos) {}
  Best(std::string metric_name, bool larger)
      : metric(std::move(metric_name)), larger_is_better(larger) {}
};

struct TrainerOptions {
  int64_t max_epochs = 1;
  std::optional<uint64_t> seed = {};  // of the default generator; the same seed, the same training
  int64_t accumulate_grad_batches = 1;
  double gradient_clip_val = 0;   // largest norm; 0: none
  std::optional<Best> keep = {};  // the model ends with these weights
  /// Where last.ckpt and best.ckpt go, a run (run.h) and TensorBoard's events; empty: nowhere.
  std::string folder = {};
  int64_t checkpoint_every_steps = 0;  // beside the end of every epoch
  bool progress = true;
  std::vector<std::shared_ptr<Callback>> callbacks = {};
  std::map<std::string, Value> config = {};  // further settings, for the run

  // ---- for modules that are no LightningModule
  /// Of the (first) output and the target; cross entropy.
  std::function<Tensor(const Tensor& output, const Tensor& target)> loss = {};
  /// Adam with a rate of 1e-3.
  std::function<OptimizerSetup(std::vector<Tensor> parameters)> optimizer = {};
  std::vector<std::string> metrics = {"accuracy"};  // metrics::make
};

struct FitOptions {
  std::string resume = {};  // a checkpoint to go on from; no such file: from the beginning
};

struct FitResult {
  std::vector<std::map<std::string, double>> history;  // of each epoch, those before a resume too
  int64_t best_epoch = -1;
  double best = 0;
  std::vector<double> losses;  // of each step of this run
};

/// Of a network of the zoo, which is in eval mode afterwards, with the weights that were kept.
struct ClassifierFit : FitResult {
  ClassifierPtr model;
};

class TL_API Trainer {
 public:
  explicit Trainer(TrainerOptions options = {});
  ~Trainer();
  FitResult fit(LightningModule& model, const BatchSource& train, const FitOptions& options = {});
  FitResult fit(LightningModule& model, const BatchSource& train, const BatchSource& val,
                const FitOptions& options = {});
  /// Any other module, by `loss`, `optimizer` and `metrics` of the options: "train_loss",
  /// "val_accuracy" ... Checkpoints have its weights under "model.".
  template <class M>
    requires(std::is_base_of_v<nn::Module, M> && !std::is_base_of_v<LightningModule, M>)
  FitResult fit(M& net, const BatchSource& train, const FitOptions& options = {}) {
    return fit(supervise(net), train, options);
  }
  template <class M>
    requires(std::is_base_of_v<nn::Module, M> && !std::is_base_of_v<LightningModule, M>)
  FitResult fit(M& net, const BatchSource& train, const BatchSource& val,
                const FitOptions& options = {}) {
    return fit(supervise(net), train, val, options);
  }
  /// A network of the zoo learns to name pictures. What the options leave open: cross entropy, Adam
  /// of 1e-3 for a new head alone (reset_head with freeze_rest), of 1e-4 for all of the network,
  /// and the accuracy. Scores of auxiliary heads count by 0.3.
  ClassifierFit fit(const ClassifierPtr& model, const BatchSource& train,
                    const FitOptions& options = {});
  ClassifierFit fit(const ClassifierPtr& model, const BatchSource& train, const BatchSource& val,
                    const FitOptions& options = {});
  template <class M, class... A>
    requires requires(M& m) { m.operator->(); } && (!std::is_convertible_v<M&, ClassifierPtr>)
  FitResult fit(M& model, A&&... a) {
    return fit(*model, std::forward<A>(a)...);
  }
  /// Means of what validation_step logs.
  std::map<std::string, double> validate(LightningModule& model, const BatchSource& val);
  template <class M>
    requires(std::is_base_of_v<nn::Module, M> && !std::is_base_of_v<LightningModule, M>)
  std::map<std::string, double> validate(M& net, const BatchSource& val) {
    return validate(supervise(net), val);
  }
  template <class M>
    requires requires(M& m) { m.operator->(); }
  std::map<std::string, double> validate(M& model, const BatchSource& val) {
    return validate(*model, val);
  }
  /// Of the training that ran last. A file appears whole or not at all.
  void save_checkpoint(const std::string& file) const;

 private:
  template <class M>
  LightningModule& supervise(M& net) {
    return supervise(net, detail::forward_of(&net));
  }
  LightningModule& supervise(nn::Module& net, TracedFunction forward);
  LightningModule& supervise(const ClassifierPtr& model);

  TrainerOptions options_;
  std::shared_ptr<LightningModule> supervised_;  // around a network that is no LightningModule
  std::shared_ptr<struct TrainerLoop> loop_;
};

}  // namespace tealight
