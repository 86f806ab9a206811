// Trainer's way with the networks of the zoo.
#include "tealight/metrics.h"
#include "tealight/models/classifier.h"
#include "tealight/ops.h"
#include "tealight/optim/adam.h"
#include "tealight/trainer.h"

namespace tealight {
namespace {

constexpr double kHeadRate = 1e-3, kRate = 1e-4, kAuxiliaryWeight = 0.3;

class ClassifierModule : public LightningModule {
 public:
  ClassifierModule(ClassifierPtr net, TrainerOptions options)
      : net_(register_module("net", std::move(net))), options_(std::move(options)) {
    if (options_.metrics.empty()) options_.metrics = {"accuracy"};
  }

  Tensor training_step(Batch batch, int64_t) override {
    const std::vector<Tensor> scores = net_->outputs(batch.data);
    Tensor loss = loss_of(scores[0], batch.target);
    for (size_t i = 1; i < scores.size(); ++i)
      loss = loss + kAuxiliaryWeight * loss_of(scores[i], batch.target);
    log("train_loss", loss);
    for (const std::string& name : options_.metrics) {
      const auto metric = metrics::make(name);
      metric->update(scores[0].detach(), batch.target);
      log("train_" + name, metric->compute());
    }
    return loss;
  }

  Optimizer configure_optimizers() override {
    std::vector<Tensor> learning;
    for (const Tensor& p : net_->parameters())
      if (p.requires_grad()) learning.push_back(p);
    TL_CHECK(!learning.empty(), "Trainer: no parameter of the network requires grad");
    if (options_.optimizer) return options_.optimizer(std::move(learning));
    return optim::Adam(learning, optim::AdamOptions(net_->trains_backbone() ? kRate : kHeadRate));
  }

 private:
  Tensor loss_of(const Tensor& scores, const Tensor& target) const {
    return options_.loss ? options_.loss(scores, target) : cross_entropy_loss(scores, target);
  }
  ClassifierPtr net_;
  TrainerOptions options_;
};

}  // namespace

LightningModule& Trainer::supervise(const ClassifierPtr& model) {
  TL_CHECK(model, "Trainer: fit() was given no network");
  supervised_ = std::make_shared<ClassifierModule>(model, options_);
  return *supervised_;
}

ClassifierFit Trainer::fit(const ClassifierPtr& model, const BatchSource& train,
                           const FitOptions& options) {
  ClassifierFit result{fit(supervise(model), train, options), model};
  model->eval();
  return result;
}

ClassifierFit Trainer::fit(const ClassifierPtr& model, const BatchSource& train,
                           const BatchSource& val, const FitOptions& options) {
  ClassifierFit result{fit(supervise(model), train, val, options), model};
  model->eval();
  return result;
}

}  // namespace tealight
