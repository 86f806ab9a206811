// compile, fit, evaluate and predict: Trainer does the work.
#include <algorithm>
#include <cmath>

#include "tealight/factories.h"
#include "tealight/grad_mode.h"
#include "tealight/metrics.h"
#include "tealight/ops.h"
#include "train/keras/layer.h"

namespace tealight::keras {
namespace {

/// Rows of tensors in batches, in a new order for each pass if they are shuffled.
class TensorBatches {
 public:
  TensorBatches(Tensor x, Tensor y, int64_t batch_size, bool shuffle)
      : x_(std::move(x)), y_(std::move(y)), batch_size_(batch_size), shuffle_(shuffle) {
    TL_CHECK(x_.dim() > 0 && y_.dim() > 0 && x_.size(0) == y_.size(0),
             "there are examples of sizes ", x_.sizes(), ", but targets of ", y_.sizes(),
             "; the first size counts them");
    TL_CHECK(batch_size_ > 0, "batch_size is ", batch_size_);
    TL_CHECK(x_.size(0) > 0, "there are no examples");
  }

  struct Iterator {
    const TensorBatches* all;
    int64_t at;
    Tensor order;  // undefined: as they lie
    TrainBatch operator*() const {
      const int64_t end = std::min(at + all->batch_size_, all->x_.size(0));
      if (!order.defined()) return {all->x_.slice(0, at, end), all->y_.slice(0, at, end)};
      const Tensor rows = order.slice(0, at, end);
      return {all->x_.index_select(0, rows), all->y_.index_select(0, rows)};
    }
    Iterator& operator++() {
      at += all->batch_size_;
      return *this;
    }
    bool operator!=(const Iterator& end) const { return at < end.at; }
  };
  Iterator begin() const { return {this, 0, shuffle_ ? randperm(x_.size(0), kLong) : Tensor()}; }
  Iterator end() const { return {this, x_.size(0), {}}; }
  size_t size() const { return size_t((x_.size(0) + batch_size_ - 1) / batch_size_); }

 private:
  Tensor x_, y_;
  int64_t batch_size_;
  bool shuffle_;
};

/// The last part of the examples, as Keras takes it.
int64_t training_part(const Tensor& x, double validation_split) {
  TL_CHECK(validation_split > 0 && validation_split < 1, "validation_split is ", validation_split,
           "; it lies between 0 and 1");
  const int64_t n = int64_t(std::floor(double(x.size(0)) * (1 - validation_split)));
  TL_CHECK(n > 0 && n < x.size(0), "validation_split of ", x.size(0),
           " examples leaves one side "
           "without any");
  return n;
}

}  // namespace

void Model::compile(CompileOptions options) {
  for (const std::string& name : options.metrics) metrics::make(name);  // throws what it has to say
  compiled_ = std::move(options);
}

const CompileOptions& Model::compiled() const {
  TL_CHECK(compiled_, "the model has no optimizer and no loss yet; call compile() first");
  return *compiled_;
}

// ---- what the trainer asks for

Tensor Model::step(const Batch& batch, const std::string& prefix) {
  const Tensor output = forward(batch.data);
  const Tensor loss = compiled().loss(output, batch.target);
  const bool one_hot =
      batch.target.dim() == output.dim() && output.dim() > 1 && output.size(-1) > 1;
  for (const std::string& name : compiled_->metrics) {
    const auto metric = metrics::make(name);
    const bool of_classes = one_hot && name != "mae" && name != "mse";
    metric->update(output.detach(), of_classes ? batch.target.argmax(-1) : batch.target);
    log(prefix + name, metric->compute());
  }
  return loss;
}

Tensor Model::training_step(Batch batch, int64_t) { return step(batch, ""); }

void Model::validation_step(Batch batch, int64_t) { log("val_loss", step(batch, "val_")); }

OptimizerSetup Model::configure_optimizers() {
  const auto weights = trainable_weights();
  TL_CHECK(!weights.empty(),
           "the model has no weights to train yet; give it an Input, or build() it");
  return compiled().optimizer.make(weights);
}

// ---- fit, evaluate, predict

History Model::run_trainer(const BatchSource& train, const BatchSource* val, const FitOptions& o) {
  compiled();
  train.each([&](const TrainBatch& first) {
    build_all(first.data);
    return false;
  });
  Trainer trainer({.max_epochs = o.epochs,
                   .seed = o.seed,
                   .folder = o.folder,
                   .progress = o.verbose,
                   .callbacks = o.callbacks});
  return {(val ? trainer.fit(*this, train, *val) : trainer.fit(*this, train)).history};
}

History Model::fit(const Tensor& x, const Tensor& y, const FitOptions& o) {
  if (!o.validation_data && o.validation_split == 0) {
    TensorBatches batches(x, y, o.batch_size, o.shuffle);
    return fit(batches, o);
  }
  Tensor train_x = x, train_y = y;
  std::pair<Tensor, Tensor> held_out;
  if (o.validation_data) {
    held_out = *o.validation_data;
  } else {
    const int64_t n = training_part(x, o.validation_split);
    train_x = x.slice(0, 0, n), train_y = y.slice(0, 0, n);
    held_out = {x.slice(0, n), y.slice(0, n)};
  }
  TensorBatches batches(train_x, train_y, o.batch_size, o.shuffle);
  TensorBatches val(held_out.first, held_out.second, o.batch_size, /*shuffle=*/false);
  return fit(batches, val, o);
}

History Model::fit(const BatchSource& batches, const FitOptions& o) {
  return run_trainer(batches, nullptr, o);
}
History Model::fit(const BatchSource& batches, const BatchSource& val, const FitOptions& o) {
  return run_trainer(batches, &val, o);
}

Evaluation Model::evaluate(const Tensor& x, const Tensor& y, const EvaluateOptions& o) {
  TensorBatches batches(x, y, o.batch_size, /*shuffle=*/false);
  return evaluate(batches);
}

Evaluation Model::evaluate(const BatchSource& batches) {
  const std::vector<std::string>& metrics = compiled().metrics;
  Evaluation result{.all = {}, .loss = NAN, .metric = NAN};
  for (const auto& [name, value] : Trainer().validate(*this, batches))
    result.all[name.substr(std::string("val_").size())] = value;
  result.loss = result.all.at("loss");
  if (!metrics.empty()) result.metric = result.all.at(metrics[0]);
  return result;
}

Tensor Model::predict(const Tensor& x, const EvaluateOptions& o) {
  TL_CHECK(o.batch_size > 0, "batch_size is ", o.batch_size);
  const NoGradGuard off;
  const InMode eval(*this, false);
  std::vector<Tensor> parts;
  for (int64_t i = 0; i < x.size(0); i += o.batch_size)
    parts.push_back(forward(x.slice(0, i, std::min(i + o.batch_size, x.size(0)))));
  return parts.empty() ? forward(x) : cat(parts, 0);
}

std::vector<double> History::operator[](const std::string& name) const {
  std::vector<double> values;
  for (const auto& epoch : epochs) {
    std::string names;
    for (const auto& [known, value] : epoch) names += " " + known;
    const auto found = epoch.find(name);
    TL_CHECK(found != epoch.end(), "the history has no '", name, "'; there are:", names);
    values.push_back(found->second);
  }
  return values;
}

}  // namespace tealight::keras
