// Trainer's way with the networks of the zoo.
#include "tealight/models/classifier.h"
#include "tealight/ops.h"
#include "tealight/optim/adam.h"
#include "tealight/trainer.h"

namespace tealight {
namespace {

constexpr double kHeadRate = 1e-3, kRate = 1e-4, kAuxiliaryWeight = 0.3;

class ClassifierModule : public LightningModule {
 public:
  explicit ClassifierModule(ClassifierPtr net) : net_(register_module("net", std::move(net))) {}

  Tensor training_step(Batch batch, int64_t) override {
    const std::vector<Tensor> scores = net_->outputs(batch.data);
    Tensor loss = cross_entropy_loss(scores[0], batch.target);
    for (size_t i = 1; i < scores.size(); ++i)
      loss = loss + kAuxiliaryWeight * cross_entropy_loss(scores[i], batch.target);
    log("train_loss", loss);
    log("train_accuracy", scores[0].argmax(1).eq(batch.target).to(kFloat).mean());
    return loss;
  }

  Optimizer configure_optimizers() override {
    std::vector<Tensor> learning;
    for (const Tensor& p : net_->parameters())
      if (p.requires_grad()) learning.push_back(p);
    TL_CHECK(!learning.empty(), "no parameter of the network requires a gradient");
    return optim::Adam(learning, optim::AdamOptions(net_->trains_backbone() ? kRate : kHeadRate));
  }

 private:
  ClassifierPtr net_;
};

}  // namespace

ClassifierFit Trainer::fit(const ClassifierPtr& model, const BatchSource& train,
                           const BatchSource& val, const FitOptions& options) {
  TL_CHECK(model, "Trainer: fit() was given no network");
  const auto module = std::make_shared<ClassifierModule>(model);
  ClassifierFit result{fit(*module, train, val, options), model};
  supervised_ = module;
  model->eval();
  return result;
}

}  // namespace tealight
