// Fixed features: what the frozen backbone says of each picture is computed once, by a plan.
#include <algorithm>

#include "tealight/nn.h"
#include "tealight/ops.h"
#include "tealight/optim.h"
#include "tealight/trace.h"
#include "train/transfer/classifier_task.h"
#include "train/transfer/preparation.h"

namespace tealight::train {
namespace {

constexpr size_t kDefaultBatch = 64;
constexpr size_t kBatch = 8;                           // pictures in one run of the backbone
constexpr size_t kCacheBytes = 512u << 20;             // of features
constexpr double kWeightDecay = 0.1, kMomentum = 0.9;  // few pictures: keep the head small

// The backbone, planned for kBatch pictures.
class Extractor {
 public:
  explicit Extractor(models::Classifier& net) {
    NoGradGuard no_grad;
    net.eval();
    const int64_t side = net.input_size();
    TraceOptions options;
    options.other_sizes = options.check = false;
    module_ =
        trace_values([&](std::vector<Value> x) { return Value(net.features(x[0].toTensor())); },
                     {zeros({int64_t(kBatch), 3, side, side})}, options);
  }
  Tensor operator()(std::vector<Image> pictures) const {
    NoGradGuard no_grad;
    const int64_t n = int64_t(pictures.size());
    while (pictures.size() < kBatch) pictures.push_back(pictures.back());
    return module_.forward({batch_of(pictures)}).toTensor().narrow(0, 0, n).clone();
  }

 private:
  ScriptModule module_;
};

class FeaturesTask : public ClassifierTask {
 public:
  FeaturesTask(models::Classifier& net, const PictureFolder& data, const TransferOptions& options)
      : net_(net),
        data_(data),
        options_(options),
        batch_size_(size_t(options.batch_size > 0 ? options.batch_size : kDefaultBatch)),
        optimizer_(trainable(net),
                   optim::SGDOptions(default_lr()).momentum(kMomentum).weight_decay(kWeightDecay)) {
    const Extractor extract(net);
    const int size = int(net.input_size());
    val_ = features(extract, data.val, "validation pictures",
                    [&](const Image& p, size_t) { return central(p, size); });
    const size_t bytes = val_.nbytes() / size_t(val_.size(0)) * data.train.size();
    const int views = int(std::clamp<size_t>(kCacheBytes / bytes, 1, size_t(options.views)));
    for (int view = 0; view < views; ++view)
      train_.push_back(features(extract, data.train, str("view ", view + 1, " of ", views),
                                [&](const Image& p, size_t i) {
                                  return augmented(p, size, {options.seed, i, uint64_t(view)});
                                }));
  }

  Score train_epoch(int epoch, const std::function<double(double)>& rate) override {
    net_.train();
    Scores scores;
    const auto order = shuffled(data_.train.size(), options_.seed, uint64_t(epoch));
    for (size_t begin = 0; begin < order.size(); begin += batch_size_) {
      const size_t end = std::min(order.size(), begin + batch_size_);
      const std::vector<size_t> part(&order[begin], &order[0] + end);
      const Tensor labels = labels_of(data_.train, part);
      for (auto& group : optimizer_.param_groups())
        group.options().set_lr(rate(double(begin) / double(order.size())));
      optimizer_.zero_grad();
      const Tensor out = net_.head(batch(part, epoch));
      const Tensor loss = cross_entropy_loss(out, labels);
      loss.backward();
      optimizer_.step();
      scores.add(loss, out, labels);
    }
    return scores.mean();
  }

  Tensor validate() override {
    NoGradGuard no_grad;
    net_.eval();
    return net_.head(val_);
  }

  double default_lr() const override { return 2e-3; }
  std::string description() const override {
    return str("fixed features: the backbone and its batch-norm statistics stay as they are; ",
               train_.size(), " augmented views of each picture are kept");
  }

 private:
  // Another view of each picture in every epoch.
  Tensor batch(const std::vector<size_t>& indices, int epoch) const {
    std::vector<Tensor> rows;
    for (const size_t i : indices)
      rows.push_back(train_[(size_t(epoch) + i * 7) % train_.size()].select(0, int64_t(i)));
    return stack(rows);
  }

  Tensor features(const Extractor& extract, const std::vector<LabelledPicture>& pictures,
                  const std::string& what,
                  const std::function<Image(const Image&, size_t)>& prepare) const {
    std::vector<Tensor> parts;
    for (size_t begin = 0; begin < pictures.size(); begin += kBatch) {
      if (options_.on_progress) options_.on_progress("features of " + what, begin, pictures.size());
      std::vector<size_t> indices;
      for (size_t i = begin; i < std::min(begin + kBatch, pictures.size()); ++i)
        indices.push_back(i);
      parts.push_back(extract(load(pictures, indices, prepare)));
    }
    return cat(parts);
  }

  models::Classifier& net_;
  const PictureFolder& data_;
  const TransferOptions& options_;
  const size_t batch_size_;
  optim::SGD optimizer_;
  std::vector<Tensor> train_;  // of each view (N, ...)
  Tensor val_;
};

}  // namespace

std::unique_ptr<ClassifierTask> features_task(models::Classifier& net, const PictureFolder& data,
                                              const TransferOptions& options) {
  return std::make_unique<FeaturesTask>(net, data, options);
}

}  // namespace tealight::train
