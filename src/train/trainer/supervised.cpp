// A module that knows nothing of training, with a loss, an optimizer and metrics from the options.
#include "tealight/containers.h"
#include "tealight/metrics.h"
#include "tealight/ops.h"
#include "tealight/optim/adam.h"
#include "tealight/trainer.h"

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

class Supervised : public LightningModule {
 public:
  Supervised(nn::Module& net, TracedFunction forward, const TrainerOptions& options)
      : forward_(std::move(forward)), options_(options) {
    // Only for as long as the caller keeps it.
    register_module("model", std::shared_ptr<nn::Module>(std::shared_ptr<nn::Module>(), &net));
  }

  Tensor training_step(Batch batch, int64_t) override {
    const Tensor output = first_tensor(forward_({batch.data}));
    const Tensor loss = options_.loss ? options_.loss(output, batch.target)
                                      : cross_entropy_loss(output, batch.target);
    log("train_loss", loss);
    for (const std::string& name : options_.metrics) {
      const auto metric = metrics::make(name);
      metric->update(output.detach(), batch.target);
      log("train_" + name, metric->compute());
    }
    return loss;
  }

  Optimizer configure_optimizers() override {
    std::vector<Tensor> trainable;
    for (const Tensor& p : parameters())
      if (p.requires_grad()) trainable.push_back(p);
    TL_CHECK(!trainable.empty(), "Trainer: no parameter of the module requires grad");
    if (options_.optimizer) return options_.optimizer(std::move(trainable));
    return optim::Adam(std::move(trainable), optim::AdamOptions(1e-3));
  }

 private:
  TracedFunction forward_;
  const TrainerOptions options_;
};

}  // namespace

LightningModule& Trainer::supervise(nn::Module& net, TracedFunction forward) {
  supervised_ = std::make_shared<Supervised>(net, std::move(forward), options_);
  return *supervised_;
}

}  // namespace tealight
