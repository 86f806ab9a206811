// A module that knows nothing of training, with a loss, an optimizer and metrics from the options.
#include "train/trainer/supervised.h"

#include "tealight/containers.h"
#include "tealight/metrics.h"
#include "tealight/ops.h"
#include "tealight/optim/adam.h"

namespace tealight {
namespace {

/// A network with several results is trained by its first.
Tensor first_tensor(const Value& v) {
  if (v.isTensor()) return v.toTensor();
  TL_CHECK(v.isTuple() && v.toTuple()->elements()[0].isTensor(),
           "Trainer: forward() gives neither a tensor nor a tuple that begins with one; write a "
           "LightningModule");
  return v.toTuple()->elements()[0].toTensor();
}

class PlainModule : public SupervisedModule {
 public:
  PlainModule(nn::Module& net, TracedFunction forward, const TrainerOptions& options)
      : SupervisedModule(options), forward_(std::move(forward)) {
    // Only for as long as the caller keeps it.
    register_module("model", std::shared_ptr<nn::Module>(std::shared_ptr<nn::Module>(), &net));
  }

 protected:
  std::vector<Tensor> outputs(const Tensor& data) override {
    return {first_tensor(forward_({data}))};
  }

 private:
  TracedFunction forward_;
};

constexpr double kAuxiliaryWeight = 0.3;

}  // namespace

Tensor SupervisedModule::loss_of(const Tensor& output, const Tensor& target) const {
  return options_.loss ? options_.loss(output, target) : cross_entropy_loss(output, target);
}

Tensor SupervisedModule::training_step(Batch batch, int64_t) {
  const std::vector<Tensor> all = outputs(batch.data);
  Tensor loss = loss_of(all[0], batch.target);
  for (size_t i = 1; i < all.size(); ++i)
    loss = loss + kAuxiliaryWeight * loss_of(all[i], batch.target);
  log("train_loss", loss);
  for (const std::string& name : options_.metrics) {
    const auto metric = metrics::make(name);
    metric->update(all[0].detach(), batch.target);
    log("train_" + name, metric->compute());
  }
  return loss;
}

LightningModule::Optimizer SupervisedModule::configure_optimizers() {
  std::vector<Tensor> trainable;
  for (const Tensor& p : parameters())
    if (p.requires_grad()) trainable.push_back(p);
  TL_CHECK(!trainable.empty(), "Trainer: no parameter of the module requires grad");
  if (options_.optimizer) return options_.optimizer(std::move(trainable));
  return optim::Adam(std::move(trainable), optim::AdamOptions(rate()));
}

LightningModule& Trainer::supervise(nn::Module& net, TracedFunction forward) {
  supervised_ = std::make_shared<PlainModule>(net, std::move(forward), options_);
  return *supervised_;
}

}  // namespace tealight
