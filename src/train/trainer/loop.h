// A training while it runs, and what of it a checkpoint holds.
#pragma once
#include "tealight/save.h"
#include "tealight/trainer.h"

namespace tealight {

/// Means over the examples of an epoch: sum and weight of each name.
struct EpochMeans {
  std::map<std::string, std::pair<double, double>> sums;
  void add(const std::map<std::string, double>& values, int64_t examples);
  std::map<std::string, double> compute() const;
};

struct TrainerLoop {
  LightningModule& model;
  const TrainerOptions options;
  OptimizerSetup setup;
  FitResult result;
  TrainerState state;
  uint64_t seed;
  EpochMeans means;        // of the epoch so far
  StateDict best_weights;  // empty: none are kept
  int64_t done = 0;        // batches of the epoch that were trained, before a resume too
  Tensor random;           // the generator's state after them; undefined at an epoch's beginning

  TrainerLoop(LightningModule&, const TrainerOptions&);
  void run(const BatchSource& train, const BatchSource* val);
  void save(const std::string& file) const;
  /// Everything as it was when the file was written.
  void load(const std::string& file);

  static std::map<std::string, double> validate(LightningModule&, const BatchSource&);

 private:
  void train_epoch(const BatchSource& train);
  void train_batch(const TrainBatch& batch);
  void step_optimizer();
  void finish_epoch(const BatchSource* val);
  void keep_best();
  std::map<std::string, Value> settings() const;
  void write_checkpoint(const std::string& name);
  std::map<std::string, double> callback_state() const;
  void set_callback_state(const std::map<std::string, double>&);

  std::vector<std::shared_ptr<Callback>> callbacks_;
};

}  // namespace tealight
