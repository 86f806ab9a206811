// Networks that know nothing of training, as the Trainer's options have them trained.
#pragma once
#include "tealight/trainer.h"

namespace tealight {

/// A loss, an optimizer and metrics from the options; cross entropy and Adam where they name none.
class SupervisedModule : public LightningModule {
 public:
  Tensor training_step(Batch batch, int64_t) override;
  Optimizer configure_optimizers() override;

 protected:
  explicit SupervisedModule(TrainerOptions options) : options_(std::move(options)) {}
  /// What is compared with the target; behind it auxiliary heads, whose losses count less.
  virtual std::vector<Tensor> outputs(const Tensor& data) = 0;
  /// Adam's rate.
  virtual double rate() const { return 1e-3; }

  TrainerOptions options_;

 private:
  Tensor loss_of(const Tensor& output, const Tensor& target) const;
};

}  // namespace tealight
