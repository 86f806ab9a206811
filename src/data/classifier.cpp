// See classifier.h.
#include "tealight/classifier.h"

#include <sstream>

#include "data/scores.h"
#include "tealight/data/arrays.h"
#include "tealight/data/decode.h"
#include "tealight/grad_mode.h"
#include "tealight/ops.h"

namespace tealight {
namespace {

std::vector<std::string> labels_of(const Module& m) {
  std::vector<std::string> names;
  const auto file = m.extra_files().find("labels.txt");
  if (file == m.extra_files().end()) return names;
  std::istringstream lines(file->second);
  for (std::string line; std::getline(lines, line);) {
    if (line.ends_with('\r')) line.pop_back();
    names.push_back(line);
  }
  return names;
}

}  // namespace

std::vector<ClassScore> Classification::top(size_t n) const {
  return {classes.begin(), classes.begin() + std::ptrdiff_t(std::min(n, classes.size()))};
}

Classifier::Classifier(const std::string& model)
    : module_(Module::load(model)),
      labels_(labels_of(module_)),
      options_(std::make_shared<const PictureOptions>(
          picture_options_of(module_).value_or(PictureOptions()))) {}

Classification Classifier::classify(const std::filesystem::path& picture) const {
  return classify(read_image(picture, {.color = options_->color}));
}

Classification Classifier::classify(const Image& picture) const {
  const NoGradGuard no_grad;
  const Tensor x = to_tensor(picture_array(picture, *options_));
  const Tensor p = probabilities(first_floats(module_.forward({x}))).contiguous();
  TL_CHECK(p.numel() > 0, "the model's result is empty");
  Classification result;
  for (const int64_t i : ranked(p, size_t(p.numel()))) {
    const bool named = size_t(i) < labels_.size() && !labels_[size_t(i)].empty();
    result.classes.push_back({named ? labels_[size_t(i)] : str("class ", i), i, p.as<float>()[i]});
  }
  return result;
}

}  // namespace tealight
