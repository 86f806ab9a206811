// Transfer learning: a network of the zoo learns the classes of a folder of pictures.
//   tealight::TransferOptions options;
//   options.folder = "hymenoptera_data"; options.weights = "mobilenet_v2.pth"; options.freeze =
//   true; tealight::TransferResult r = tealight::train_classifier(options);    // r.model: a .ptl
// The command: tealight train classify DIR --backbone mobilenet_v2 --weights W.pth --freeze.
#pragma once
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tealight/data/preprocess.h"
#include "tealight/models/classifier.h"

namespace tealight {

/// One epoch: losses and shares of pictures that are named rightly.
struct TransferEpoch {
  int epoch = 0;  // from 1
  double train_loss = 0, train_accuracy = 0, val_loss = 0, val_accuracy = 0, seconds = 0, lr = 0;
};

struct TransferOptions {
  /// Holds train/<class>/ and val/<class>/, or <class>/ alone: then `val_share` of each class is
  /// kept from training.
  std::filesystem::path folder;
  std::string backbone = "mobilenet_v2";
  std::string weights;            // as models::Options has it; empty: none, everything is learned
  bool freeze = false;            // only the head learns; the backbone's features are kept
  bool train_statistics = false;  // batch norms go on averaging; with freeze nothing is kept then
  int epochs = 25;
  int batch_size = 0;  // 0, and lr 0: what suits the way of training
  double lr = 0;
  uint64_t seed = 0;
  double val_share = 0.2;
  /// Augmented versions of each picture whose features are kept; fewer where they are large.
  int views = 8;
  std::filesystem::path out;  // empty: nothing is written
  std::function<void(const TransferEpoch&)> on_epoch;
  std::function<void(const std::string& what, size_t done, size_t of)> on_progress;
  std::function<void(const std::string&)> on_note;  // pictures left out, what is done how
};

struct TransferResult {
  std::vector<std::string> classes;
  std::vector<TransferEpoch> epochs;
  double val_accuracy = 0;       // of the last epoch
  double best_val_accuracy = 0;  // of the weights that are kept
  int best_epoch = 0;
  double seconds = 0;
  std::vector<std::vector<int64_t>> confusion;  // [true class][named class], of validation
  std::vector<std::string> skipped;             // pictures that cannot be read, with the reason
  std::filesystem::path model;
  std::shared_ptr<models::Classifier> net;  // with the best weights
};

/// Trains, keeps the weights of the best epoch, and writes to `out`: model.ptl, weights.pth,
/// confusion_matrix.png, predictions.png, the run (run.h) and TensorBoard's events.
TL_API TransferResult train_classifier(const TransferOptions&);

/// A .ptl that `tealight classify` and Classifier (classifier.h) take as it is: the names and what
/// pictures go through are in it. In eval mode; what the network computes for training stays as it
/// was. `normalization` and `size` (pixels a side; 0: input_size()) are those of training.
TL_API void export_classifier(models::Classifier& net, const std::string& path,
                              const std::vector<std::string>& classes,
                              const Normalization& normalization = imagenet_norm(),
                              int64_t size = 0);

}  // namespace tealight
