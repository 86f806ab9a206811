// A folder of pictures by class, as loaders of training and validation.
//   auto data = tealight::data::image_folder("hymenoptera_data",
//       {.train = {T::RandomResizedCrop(224), T::RandomHorizontalFlip(), imagenet_norm()},
//        .val = {T::Resize(256), T::CenterCrop(224), imagenet_norm()}});
//   for (auto& [pictures, labels] : data.train) ...         // an epoch, in an order of its own
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "tealight/data/pipeline.h"
#include "tealight/data/transforms.h"

namespace tealight::data {

struct ImageFolderOptions {
  /// What pictures go through, one after another; the last gives a tensor, and all of them tensors
  /// of one size. Empty: ToTensor.
  std::vector<transforms::Transform> train = {}, val = {};
  size_t batch_size = 32;
  uint64_t seed = 0;       // of the order and of random transforms
  int workers = AUTOTUNE;  // threads that load; the batches are the same for any number
  double val_share = 0.2;  // where the folder has no val/
};

struct ImageFolders {
  std::vector<std::string> classes;  // by name; a label is a class's place among them
  Pipeline<Example> train, val;      // batches: pictures (N, C, H, W), labels (N); val in order
  std::vector<std::string> skipped;  // files that cannot be decoded, and why
};

/// `folder` holds train/<class>/ and val/<class>/, or <class>/ alone: then `val_share` of each
/// class is kept from training. Every picture is decoded once, and what cannot be is left out.
/// Throws Error when there are fewer than two classes, or one has too few pictures.
TL_API ImageFolders image_folder(const std::filesystem::path& folder,
                                 const ImageFolderOptions& options = {});

}  // namespace tealight::data
