// Fine-tuning: pictures, augmented anew in each epoch, go through the whole network.
#include <algorithm>

#include "tealight/nn.h"
#include "tealight/ops.h"
#include "tealight/optim.h"
#include "train/transfer/classifier_task.h"
#include "train/transfer/preparation.h"

namespace tealight::train {
namespace {

constexpr int kDefaultBatch = 16;
constexpr double kMomentum = 0.9, kWeightDecay = 1e-4, kAuxiliaryWeight = 0.3;

class PicturesTask : public ClassifierTask {
 public:
  PicturesTask(models::Classifier& net, const PictureFolder& data, const TransferOptions& options)
      : net_(net),
        data_(data),
        options_(options),
        size_(int(net.input_size())),
        optimizer_(trainable(net),
                   optim::SGDOptions(default_lr()).momentum(kMomentum).weight_decay(kWeightDecay)) {
    std::vector<size_t> all(data.val.size());
    for (size_t i = 0; i < all.size(); ++i) all[i] = i;
    val_ = load(data.val, all, [&](const Image& p, size_t) { return central(p, size_); });
  }

  Score train_epoch(int epoch, const std::function<double(double)>& rate) override {
    net_.train();
    if (keeps_statistics()) hold_statistics();
    Scores scores;
    const auto order = shuffled(data_.train.size(), options_.seed, uint64_t(epoch));
    const size_t batch = size_t(options_.batch_size > 0 ? options_.batch_size : kDefaultBatch);
    for (size_t begin = 0; begin < order.size(); begin += batch) {
      if (options_.on_progress)
        options_.on_progress(str("epoch ", epoch, " of ", options_.epochs), begin, order.size());
      const size_t end = std::min(order.size(), begin + batch);
      if (end - begin == 1 && order.size() > 1) break;  // batch norm wants two
      const std::vector<size_t> part(&order[begin], &order[0] + end);
      for (auto& group : optimizer_.param_groups())
        group.options().set_lr(rate(double(begin) / double(order.size())));
      const Tensor labels = labels_of(data_.train, part);
      const std::vector<Tensor> out =
          net_.outputs(batch_of(load(data_.train, part, [&](const Image& p, size_t i) {
            return augmented(p, size_, {options_.seed, i, uint64_t(epoch)});
          })));
      optimizer_.zero_grad();
      Tensor loss = cross_entropy_loss(out[0], labels);
      const Tensor main = loss;
      for (size_t i = 1; i < out.size(); ++i)
        loss = loss + cross_entropy_loss(out[i], labels).mul(kAuxiliaryWeight);
      loss.backward();
      optimizer_.step();
      scores.add(main, out[0], labels);
    }
    return scores.mean();
  }

  Tensor validate() override {
    NoGradGuard no_grad;
    net_.eval();
    std::vector<Tensor> parts;
    const size_t batch = size_t(options_.batch_size > 0 ? options_.batch_size : kDefaultBatch);
    for (size_t begin = 0; begin < val_.size(); begin += batch) {
      const size_t end = std::min(val_.size(), begin + batch);
      parts.push_back(net_.forward(
          batch_of({val_.begin() + std::ptrdiff_t(begin), val_.begin() + std::ptrdiff_t(end)})));
    }
    return cat(parts);
  }

  double default_lr() const override { return options_.weights.empty() ? 1e-2 : 2e-4; }
  std::string description() const override {
    if (options_.freeze)
      return "fixed features whose batch norms go on averaging (--bn train): nothing is kept, every "
             "epoch computes them anew from augmented pictures";
    return std::string(
               "fine-tuning: the whole network learns, from pictures augmented anew in every epoch; ") +
           (keeps_statistics() ? "batch-norm statistics stay as they are"
                               : "batch norms go on averaging");
  }

 private:
  // Few pictures make poor statistics, and those of the weights are good.
  bool keeps_statistics() const { return !options_.train_statistics && !options_.weights.empty(); }
  void hold_statistics() {
    for (const auto& module : net_.modules())
      if (module->as<nn::BatchNorm2d>()) module->eval();
  }

  models::Classifier& net_;
  const PictureFolder& data_;
  const TransferOptions& options_;
  const int size_;
  optim::SGD optimizer_;
  std::vector<Image> val_;
};

}  // namespace

std::unique_ptr<ClassifierTask> pictures_task(models::Classifier& net, const PictureFolder& data,
                                              const TransferOptions& options) {
  return std::make_unique<PicturesTask>(net, data, options);
}

}  // namespace tealight::train
