// What pictures show, by a model that brings its labels and says how its pictures are prepared.
//   tealight::Classifier bees("ants_bees.ptl");
//   for (auto& [label, index, probability] : bees.classify("bee.jpg").top(2)) ...
// `tealight train classify` and export_classifier() write such models. Link tealight::data.
#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "tealight/data/image.h"
#include "tealight/module.h"

namespace tealight {

struct PictureOptions;  // data/picture_options.h

struct ClassScore {
  std::string label;  // "class 7" where the model has no name for it
  int64_t index = 0;
  float probability = 0;
};

/// All classes of one picture by falling probability.
struct TL_API Classification {
  std::vector<ClassScore> classes;
  const ClassScore& best() const { return classes.front(); }
  /// The first n, or all where there are fewer.
  std::vector<ClassScore> top(size_t n) const;
};

/// Loaded once; any number of threads may classify with it at the same time.
class TL_API Classifier {
 public:
  /// A model with labels.txt (a name a line) and picture_options.txt ("size 256" a line) among its
  /// extra files. Without the latter pictures become floats of 0..1 of their own size.
  explicit Classifier(const std::string& model);
  /// Scores that are no probabilities go through softmax. Throws Error that names the file.
  Classification classify(const std::filesystem::path& picture) const;
  Classification classify(const Image& picture) const;

  const std::vector<std::string>& labels() const { return labels_; }
  const Module& module() const { return module_; }

 private:
  Module module_;
  std::vector<std::string> labels_;
  std::shared_ptr<const PictureOptions> options_;
};

}  // namespace tealight
