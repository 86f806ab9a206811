// A model that names what pictures show, as classify, play and the page of collect ask it.
#pragma once
#include "data/scores.h"
#include "picture_command.h"

namespace tealight::cli {

class PictureClassifier {
 public:
  /// With the flags, names and method of a command whose options are read.
  explicit PictureClassifier(PictureCommand&);
  /// With what the file says of itself: `tealight train classify` embeds all of it.
  static PictureClassifier load(const std::string& path);

  /// Of each class, contiguous floats.
  Tensor probabilities(const Image&) const;
  std::string label(int64_t i) const { return names_.at(i); }
  /// How many names there are; classes beyond are called "class 7".
  std::vector<std::string> labels() const;
  ColorMode color() const { return options_.color; }  // of the pictures that it takes

 private:
  Module model_;
  std::string method_;
  PictureOptions options_;
  Names names_;
};

/// [{"class": 3, "label": "three", "probability": 0.9}, ...]
nlohmann::json ranked_json(const PictureClassifier&, const Tensor& probabilities,
                           const std::vector<int64_t>& classes);

}  // namespace tealight::cli
