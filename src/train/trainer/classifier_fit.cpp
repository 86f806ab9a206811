// Trainer's way with the networks of the zoo.
#include "tealight/models/classifier.h"
#include "train/trainer/supervised.h"

namespace tealight {
namespace {

class ClassifierModule : public SupervisedModule {
 public:
  ClassifierModule(ClassifierPtr net, const TrainerOptions& options)
      : SupervisedModule(options), net_(register_module("net", std::move(net))) {
    if (options_.metrics.empty()) options_.metrics = {"accuracy"};
  }

 protected:
  std::vector<Tensor> outputs(const Tensor& pictures) override { return net_->outputs(pictures); }
  double rate() const override { return net_->trains_backbone() ? 1e-4 : 1e-3; }  // else a head

 private:
  ClassifierPtr net_;
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
