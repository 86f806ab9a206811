// The loop of Trainer; checkpoint.cpp writes it down, callbacks.cpp watches it.
#include "tealight/trainer.h"

#include <cmath>
#include <filesystem>

#include "tealight/factories.h"
#include "tealight/grad_mode.h"
#include "tealight/nn/state_dict.h"
#include "tealight/nn/utils/clip_grad.h"
#include "tealight/ops.h"
#include "train/trainer/loop.h"

namespace tealight {

// ---- modules

void LightningModule::log(const std::string& name, double value) { logged_[name] = value; }

void LightningModule::validation_step(Batch batch, int64_t batch_index) {
  const Tensor loss = training_step(std::move(batch), batch_index);
  if (logged_.empty()) return log("val_loss", loss);
  std::map<std::string, double> renamed;
  for (const auto& [name, value] : logged_)
    renamed[name.starts_with("train_") ? "val_" + name.substr(6) : "val_" + name] = value;
  logged_ = std::move(renamed);
}

// ---- means

void EpochMeans::add(const std::map<std::string, double>& values, int64_t examples) {
  for (const auto& [name, value] : values) {
    sums[name].first += value * double(examples);
    sums[name].second += double(examples);
  }
}

std::map<std::string, double> EpochMeans::compute() const {
  std::map<std::string, double> means;
  for (const auto& [name, sum] : sums) means[name] = sum.first / sum.second;
  return means;
}

// ---- the loop

namespace {

int64_t examples_of(const TrainBatch& b) { return b.data.dim() > 0 ? b.data.size(0) : 1; }

// An epoch's random numbers follow from the seed and its number alone, so that a resumed training
// shuffles as the first one did.
uint64_t seed_of(uint64_t seed, int64_t epoch) {
  uint64_t x = seed + uint64_t(epoch + 1) * 0x9E3779B97F4A7C15u;  // splitmix64
  x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
  x = (x ^ x >> 27) * 0x94D049BB133111EBu;
  return x ^ x >> 31;
}

}  // namespace

TrainerLoop::TrainerLoop(LightningModule& m, const TrainerOptions& o)
    : model(m),
      options(o),
      setup(m.configure_optimizers()),
      state{.model = m, .optimizer = *setup.optimizer, .metrics = {}, .history = result.history},
      seed(o.seed ? *o.seed : uint64_t(randint(1LL << 40, {1}).item().toLong())),
      callbacks_(o.callbacks) {
  state.max_epochs = o.max_epochs;
  if (o.progress) callbacks_.push_back(std::make_shared<ProgressBar>());
  if (!o.folder.empty()) {
    callbacks_.push_back(std::make_shared<TensorBoardLog>(o.folder));
    callbacks_.push_back(std::make_shared<CsvLog>(o.folder + "/metrics.csv"));
    callbacks_.push_back(std::make_shared<RunLog>(o.folder, settings(), seed));
  }
}

// What the run tells of itself.
std::map<std::string, Value> TrainerLoop::settings() const {
  int64_t parameters = 0;
  for (const Tensor& p : model.parameters()) parameters += p.numel();
  const optim::Optimizer& optimizer = *setup.optimizer;
  std::map<std::string, Value> all = options.config;
  all.insert({{"max_epochs", options.max_epochs},
              {"accumulate_grad_batches", options.accumulate_grad_batches},
              {"gradient_clip_val", options.gradient_clip_val},
              {"model", detail::class_name_of(model.name())},
              {"parameters", parameters},
              {"optimizer", detail::class_name_of(type_name(typeid(optimizer)))},
              {"lr", optimizer.param_groups()[0].options().get_lr()}});
  return all;
}

void TrainerLoop::run(const BatchSource& train, const BatchSource* val) {
  state.batches = std::max(state.batches, train.batches());
  for (const auto& c : callbacks_) c->on_fit_start(state);
  while (state.epoch < options.max_epochs && !state.stop) {
    train_epoch(train);
    finish_epoch(val);
  }
  if (!best_weights.empty()) load_state_dict(model, best_weights);
  for (const auto& c : callbacks_) c->on_fit_end(state);
}

void TrainerLoop::train_epoch(const BatchSource& train) {
  model.train();
  const int64_t skip = done;
  if (skip == 0) means = {};
  manual_seed(seed_of(seed, state.epoch));
  int64_t index = 0;
  train.each([&](TrainBatch batch) {
    if (index++ < skip) return true;  // trained before the checkpoint; the loader passes it over
    if (index == skip + 1 && skip > 0) default_generator().set_state(random);
    train_batch(batch);
    return true;
  });
  TL_CHECK(index > 0, "the loader gives no batches");
  TL_CHECK(index >= skip, "the checkpoint was written after batch ", skip, " of epoch ",
           state.epoch + 1, ", but the loader has ", index, "; is it the same data?");
  if (skip > 0 && index == skip) default_generator().set_state(random);
  if (done % options.accumulate_grad_batches != 0) step_optimizer();  // what is left over
  state.batches = done;
}

void TrainerLoop::train_batch(const TrainBatch& batch) {
  if (done % options.accumulate_grad_batches == 0) setup.optimizer->zero_grad();
  model.logged_.clear();
  Tensor loss = model.training_step(batch, done);
  TL_CHECK(loss.defined() && loss.numel() == 1, "training_step gave ",
           loss.defined() ? str("a tensor of sizes ", loss.sizes()) : "nothing",
           "; it gives the loss, one number");
  const double value = loss.item().toDouble();
  TL_CHECK(std::isfinite(value), "the loss of epoch ", state.epoch + 1, ", batch ", done + 1,
           " is ", value, "; try a smaller learning rate, or gradient_clip_val");
  if (options.accumulate_grad_batches > 1) loss = loss / double(options.accumulate_grad_batches);
  loss.backward();
  std::map<std::string, double> logged = std::move(model.logged_);
  model.logged_.clear();
  logged.emplace("loss", value);
  means.add(logged, examples_of(batch));
  result.losses.push_back(value);
  ++done;
  if (done % options.accumulate_grad_batches == 0) step_optimizer();
  state.batch = done;
  state.metrics = means.compute();
  for (const auto& c : callbacks_) c->on_batch_end(state);
  const int64_t every = options.checkpoint_every_steps;
  if (every > 0 && done % options.accumulate_grad_batches == 0 && state.step % every == 0) {
    random = default_generator().get_state();
    write_checkpoint("last.ckpt");
  }
}

void TrainerLoop::step_optimizer() {
  if (options.gradient_clip_val > 0)
    nn::utils::clip_grad_norm_(model.parameters(), options.gradient_clip_val);
  setup.optimizer->step();
  ++state.step;
}

void TrainerLoop::finish_epoch(const BatchSource* val) {
  state.metrics = means.compute();
  if (val) state.metrics.merge(validate(model, *val));
  const auto& groups = setup.optimizer->param_groups();
  for (size_t i = 0; i < groups.size(); ++i)
    state.metrics[i == 0 ? "lr" : str("lr_", i)] = groups[i].options().get_lr();
  result.history.push_back(state.metrics);
  keep_best();
  for (const auto& c : callbacks_) c->on_epoch_end(state);
  for (const auto& s : setup.schedulers) s->step();
  ++state.epoch;
  done = 0;
  random = {};
  write_checkpoint("last.ckpt");
}

void TrainerLoop::keep_best() {
  if (!options.keep) return;
  const auto found = state.metrics.find(options.keep->metric);
  if (found == state.metrics.end()) {
    std::string names;
    for (const auto& [name, value] : state.metrics) names += " " + name;
    fail(str("keep: no metric is called '", options.keep->metric, "'; there are:", names));
  }
  const double value = found->second;
  const bool first = result.best_epoch < 0;
  if (!first && !(options.keep->larger_is_better ? value > result.best : value < result.best))
    return;
  result.best = value;
  result.best_epoch = state.epoch;
  best_weights.clear();
  for (const auto& [name, t] : state_dict(model))
    best_weights.emplace_back(name, t.detach().clone());
  if (!options.folder.empty()) write_checkpoint("best.ckpt");
}

void TrainerLoop::write_checkpoint(const std::string& name) {
  if (!options.folder.empty()) save((std::filesystem::path(options.folder) / name).string());
}

std::map<std::string, double> TrainerLoop::validate(LightningModule& model,
                                                    const BatchSource& val) {
  NoGradGuard no_grad;
  const bool was_training = model.is_training();
  model.eval();
  EpochMeans means;
  int64_t index = 0;
  val.each([&](TrainBatch batch) {
    model.logged_.clear();
    const int64_t examples = examples_of(batch);
    model.validation_step(std::move(batch), index++);
    means.add(model.logged_, examples);
    return true;
  });
  model.logged_.clear();
  model.train(was_training);
  return means.compute();
}

// ---- Trainer

Trainer::Trainer(TrainerOptions options) : options_(std::move(options)) {
  TL_CHECK(options_.max_epochs > 0, "Trainer: max_epochs is ", options_.max_epochs);
  TL_CHECK(options_.accumulate_grad_batches > 0, "Trainer: accumulate_grad_batches is ",
           options_.accumulate_grad_batches);
}
Trainer::~Trainer() = default;

namespace {

FitResult run(std::shared_ptr<TrainerLoop>& loop, LightningModule& model,
              const TrainerOptions& options, const BatchSource& train, const BatchSource* val,
              const FitOptions& fit) {
  loop = std::make_shared<TrainerLoop>(model, options);
  if (!fit.resume.empty() && std::filesystem::exists(fit.resume)) loop->load(fit.resume);
  loop->run(train, val);
  return loop->result;
}

}  // namespace

FitResult Trainer::fit(LightningModule& model, const BatchSource& train, const FitOptions& fit) {
  return run(loop_, model, options_, train, nullptr, fit);
}
FitResult Trainer::fit(LightningModule& model, const BatchSource& train, const BatchSource& val,
                       const FitOptions& fit) {
  return run(loop_, model, options_, train, &val, fit);
}

std::map<std::string, double> Trainer::validate(LightningModule& model, const BatchSource& val) {
  return TrainerLoop::validate(model, val);
}

void Trainer::save_checkpoint(const std::string& file) const {
  TL_CHECK(loop_, "save_checkpoint: nothing was trained yet; call fit() first");
  loop_->save(file);
}

}  // namespace tealight
