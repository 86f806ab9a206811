// Transfer learning from a folder of pictures to a .ptl: see transfer.h. The ways of training are
// features_task.cpp and pictures_task.cpp.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <numbers>
#include <numeric>
#include <random>

#include "tealight/context.h"
#include "tealight/data/encode.h"
#include "tealight/data/file_io.h"
#include "tealight/factories.h"
#include "tealight/nn/state_dict.h"
#include "tealight/ops.h"
#include "tealight/optim.h"
#include "tealight/run.h"
#include "tealight/summary_writer.h"
#include "tealight/transfer.h"
#include "tealight/view.h"
#include "train/transfer/classifier_task.h"
#include "train/transfer/preparation.h"
#include "train/transfer/report.h"

namespace tealight {
namespace fs = std::filesystem;

namespace train {

std::vector<size_t> shuffled(size_t n, uint64_t seed, uint64_t epoch) {
  std::vector<size_t> order(n);
  std::iota(order.begin(), order.end(), size_t{0});
  std::seed_seq seeds{uint32_t(seed), uint32_t(seed >> 32), uint32_t(epoch)};
  std::mt19937_64 random(seeds);
  for (size_t i = n; i > 1; --i) std::swap(order[i - 1], order[size_t(random() % i)]);
  return order;
}

Tensor labels_of(const std::vector<LabelledPicture>& pictures, const std::vector<size_t>& indices) {
  std::vector<int64_t> labels;
  for (const size_t i : indices) labels.push_back(pictures[i].label);
  return tensor(labels);
}

std::vector<Tensor> trainable(const nn::Module& net) {
  std::vector<Tensor> all;
  for (const Tensor& p : net.parameters())
    if (p.requires_grad()) all.push_back(p);
  return all;
}

void Scores::add(const Tensor& loss, const Tensor& scores, const Tensor& labels) {
  NoGradGuard no_grad;
  const int64_t n = labels.size(0);
  loss_ += loss.item().toDouble() * double(n);
  right_ += scores.argmax(1).eq(labels).sum().item().toLong();
  count_ += n;
}
Score Scores::mean() const {
  const double n = double(std::max<int64_t>(count_, 1));
  return {loss_ / n, double(right_) / n};
}

}  // namespace train

namespace {
using namespace train;

constexpr int kHeadEpochs = 20;

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// Half a cosine from `lr` to nothing, over all epochs.
double cosine(double lr, double progress) {
  return lr * 0.5 * (1 + std::cos(std::numbers::pi * std::min(progress, 1.0)));
}

void check_options(const TransferOptions& o) {
  TL_CHECK(o.epochs > 0, "epochs: ", o.epochs, "; it is at least 1");
  TL_CHECK(o.batch_size == 0 || o.batch_size > 1, "batch size: ", o.batch_size,
           "; it is at least 2");
  TL_CHECK(o.views > 0, "views: ", o.views, "; it is at least 1");
  TL_CHECK(o.val_share > 0 && o.val_share < 1, "val share: ", o.val_share,
           "; it lies between 0 and 1");
  TL_CHECK(!o.freeze || !o.weights.empty(),
           "a frozen backbone of random weights tells nothing;"
           " give --weights FILE, or leave out --freeze to train all of it");
}

// A copy of what training changes.
class Snapshot {
 public:
  void take(const nn::Module& net) {
    NoGradGuard no_grad;
    tensors_.clear();
    for (const Tensor& t : all(net)) tensors_.push_back(t.detach().clone());
  }
  void restore(const nn::Module& net) const {
    NoGradGuard no_grad;
    const std::vector<Tensor> to = all(net);
    for (size_t i = 0; i < to.size(); ++i) to[i].detach().copy_(tensors_[i]);
  }

 private:
  static std::vector<Tensor> all(const nn::Module& net) {
    std::vector<Tensor> list = trainable(net);
    for (const Tensor& b : net.buffers()) list.push_back(b);
    return list;
  }
  std::vector<Tensor> tensors_;
};

class Training {
 public:
  explicit Training(const TransferOptions& options) : options_(options) {}

  TransferResult run() {
    check_options(options_);
    const auto start = std::chrono::steady_clock::now();
    manual_seed(options_.seed);
    data_ = read_picture_folder(options_.folder, options_.val_share, options_.seed);
    result_.classes = data_.classes;
    result_.skipped = data_.skipped;
    for (const std::string& s : data_.skipped) note("left out: " + s);
    note(str(data_.train.size(), " pictures to train, ", data_.val.size(), " to validate, ",
             data_.classes.size(), " classes"));
    make_net();
    open_logs();
    train_epochs();
    result_.seconds = seconds_since(start);
    finish();
    return std::move(result_);
  }

 private:
  void note(const std::string& text) const {
    if (options_.on_note) options_.on_note(text);
  }

  void make_net() {
    net_ = models::create(options_.backbone, {.weights = options_.weights});
    models::reset_head(
        *net_, int64_t(data_.classes.size()),
        {.freeze_rest = options_.freeze, .train_statistics = options_.train_statistics});
    if (!options_.freeze && !options_.weights.empty()) warm_up_head();
    const bool keeps_features = options_.freeze && !options_.train_statistics;
    task_ = (keeps_features ? features_task : pictures_task)(*net_, data_, options_);
    note(task_->description());
  }

  // A new head's first gradients would spoil what the backbone knows: it learns alone at first, on
  // fixed features, and all of the network from there (Kumar et al. 2022).
  void warm_up_head() {
    for (const Tensor& p : net_->parameters()) p.requires_grad_(false);
    for (const std::string& layer : net_->head_layers())
      for (const auto& p : net_->named_parameters())
        if (p.key().starts_with(layer + ".")) p.value().requires_grad_();
    note("the head learns alone at first, on fixed features");
    {
      const auto head = features_task(*net_, data_, options_);
      for (int epoch = 1; epoch <= kHeadEpochs; ++epoch)
        head->train_epoch(epoch, [&](double share) {
          return cosine(head->default_lr(), (epoch - 1 + share) / kHeadEpochs);
        });
    }
    for (const Tensor& p : net_->parameters()) p.requires_grad_();
  }

  void open_logs() {
    if (options_.out.empty()) return;
    const fs::path out = fs::absolute(options_.out).lexically_normal();
    const fs::path folder = out.has_filename() ? out : out.parent_path();
    run_.emplace(folder.parent_path().string(),
                 RunOptions{.config = {{"backbone", options_.backbone},
                                       {"freeze", options_.freeze},
                                       {"bn_train", options_.train_statistics},
                                       {"epochs", options_.epochs},
                                       {"batch_size", options_.batch_size},
                                       {"lr", rate()},
                                       {"pictures", int64_t(data_.train.size())}},
                            .seed = options_.seed,
                            .name = folder.filename().string()});
    board_.emplace(folder.string());
    board_->add_text("training", task_->description());
  }

  double rate() const { return options_.lr > 0 ? options_.lr : task_->default_lr(); }

  void train_epochs() {
    for (int epoch = 1; epoch <= options_.epochs; ++epoch) {
      const auto start = std::chrono::steady_clock::now();
      const auto rate_at = [&](double share) {
        return cosine(rate(), (epoch - 1 + share) / options_.epochs);
      };
      const Score train = task_->train_epoch(epoch, rate_at);
      const Tensor scores = task_->validate();
      const Score val = score(scores);
      TransferEpoch e{epoch,        train.loss,           train.accuracy, val.loss,
                      val.accuracy, seconds_since(start), rate_at(0)};
      keep_best(e, scores);
      log(e);
    }
    best_.restore(*net_);
    result_.net = net_;
  }

  Score score(const Tensor& scores) const {
    const Tensor labels = val_labels();
    Scores sum;
    sum.add(cross_entropy_loss(scores, labels), scores, labels);
    return sum.mean();
  }
  Tensor val_labels() const {
    std::vector<int64_t> labels;
    for (const LabelledPicture& p : data_.val) labels.push_back(p.label);
    return tensor(labels);
  }

  // Among epochs that name as many pictures rightly, the one of the lower loss.
  void keep_best(const TransferEpoch& e, const Tensor& scores) {
    result_.epochs.push_back(e);
    result_.val_accuracy = e.val_accuracy;
    TL_CHECK(std::isfinite(e.train_loss), "the loss of epoch ", e.epoch, " is ", e.train_loss,
             "; try a smaller --lr than ", rate());
    if (result_.best_epoch > 0 &&
        std::pair(e.val_accuracy, -e.val_loss) <= std::pair(result_.best_val_accuracy, -best_loss_))
      return;
    result_.best_val_accuracy = e.val_accuracy;
    result_.best_epoch = e.epoch;
    best_loss_ = e.val_loss;
    best_scores_ = scores;
    best_.take(*net_);
  }

  void log(const TransferEpoch& e) {
    const std::map<std::string, double> values = {{"loss/train", e.train_loss},
                                                  {"loss/val", e.val_loss},
                                                  {"accuracy/train", e.train_accuracy},
                                                  {"accuracy/val", e.val_accuracy},
                                                  {"lr", e.lr}};
    if (run_) run_->log(values, e.epoch);
    if (board_)
      for (const auto& [name, value] : values) board_->add_scalar(name, value, e.epoch);
    if (options_.on_epoch) options_.on_epoch(e);
  }

  void finish() {
    const size_t n = data_.classes.size();
    const Tensor named = best_scores_.argmax(1).contiguous();
    result_.confusion.assign(n, std::vector<int64_t>(n, 0));
    for (size_t i = 0; i < data_.val.size(); ++i)
      ++result_.confusion[size_t(data_.val[i].label)][size_t(view<int64_t>(named)[i])];
    if (options_.out.empty()) return;
    result_.model = options_.out / "model.ptl";
    export_classifier(*net_, result_.model.string(), data_.classes);
    save_state_dict(*net_, (options_.out / "weights.pth").string());
    draw();
  }

  void draw() {
    show("confusion_matrix", confusion_picture(result_.confusion, data_.classes));
    std::vector<Prediction> shown;
    const Tensor probabilities = softmax(best_scores_, 1);
    const auto order = shuffled(data_.val.size(), options_.seed, 0);
    for (size_t i = 0; i < std::min<size_t>(order.size(), 16); ++i) {
      const LabelledPicture& p = data_.val[order[i]];
      const Tensor row = probabilities.select(0, int64_t(order[i]));
      const int64_t best = row.argmax().item().toLong();
      Image picture = load(data_.val, {order[i]},
                           [](const Image& image, size_t) { return central(image, 168); })[0];
      shown.push_back({std::move(picture), data_.classes[size_t(p.label)],
                       data_.classes[size_t(best)], row.select(0, best).item().toDouble()});
    }
    show("predictions", prediction_grid(shown));
  }

  void show(const std::string& name, const Image& picture) {
    const fs::path file = options_.out / (name + ".png");
    write_png(file, picture);
    const std::vector<std::byte> bytes = read_file(file);
    board_->add_figure(name, {reinterpret_cast<const char*>(bytes.data()), bytes.size()},
                       result_.best_epoch);
  }

  const TransferOptions& options_;
  PictureFolder data_;
  std::shared_ptr<models::Classifier> net_;
  std::unique_ptr<ClassifierTask> task_;
  std::optional<Run> run_;
  std::optional<SummaryWriter> board_;
  TransferResult result_;
  Snapshot best_;
  Tensor best_scores_;
  double best_loss_ = 0;
};

}  // namespace

TransferResult train_classifier(const TransferOptions& options) { return Training(options).run(); }

}  // namespace tealight
