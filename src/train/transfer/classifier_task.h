// The two ways of transfer learning, behind one interface: an epoch of training, and validation.
#pragma once
#include <functional>
#include <memory>

#include "data/datasets/picture_folder.h"
#include "tealight/transfer.h"

namespace tealight::train {

using data::LabelledPicture;
using data::PictureFolder;
using data::read_picture_folder;

struct Score {
  double loss = 0, accuracy = 0;
};

/// What an epoch needs of pictures and network.
class ClassifierTask {
 public:
  virtual ~ClassifierTask() = default;
  /// Trains on every picture once, with learning rates that follow `rate(share of the epoch)`.
  virtual Score train_epoch(int epoch, const std::function<double(double)>& rate) = 0;
  /// Scores of the validation pictures, (N, classes), in eval mode.
  virtual Tensor validate() = 0;
  virtual double default_lr() const = 0;
  virtual std::string description() const = 0;
};

/// Features are computed once, for several augmented views of each picture; the head learns on
/// them.
std::unique_ptr<ClassifierTask> features_task(models::Classifier&, const PictureFolder&,
                                              const TransferOptions&);
/// Pictures go through the whole network in every epoch.
std::unique_ptr<ClassifierTask> pictures_task(models::Classifier&, const PictureFolder&,
                                              const TransferOptions&);

// What both ways share.

/// 0, 1 ... n - 1, in an order that follows from seed and epoch.
std::vector<size_t> shuffled(size_t n, uint64_t seed, uint64_t epoch);
/// The labels of those pictures.
Tensor labels_of(const std::vector<LabelledPicture>&, const std::vector<size_t>& indices);
/// The parameters that learn.
std::vector<Tensor> trainable(const nn::Module&);
/// Adds up losses and right answers of batches.
class Scores {
 public:
  void add(const Tensor& loss, const Tensor& scores, const Tensor& labels);
  Score mean() const;

 private:
  double loss_ = 0;
  int64_t right_ = 0, count_ = 0;
};

}  // namespace tealight::train
