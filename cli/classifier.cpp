#include "classifier.h"

#include "tealight/data/arrays.h"

namespace tealight::cli {

PictureClassifier::PictureClassifier(PictureCommand& c)
    : model_(c.load_model()), method_(c.method), options_(c.flags.options), names_(c.names) {}

PictureClassifier PictureClassifier::load(const std::string& path) {
  PictureCommand c;
  c.model = path;
  return PictureClassifier(c);
}

Tensor PictureClassifier::probabilities(const Image& picture) const {
  const Tensor x = to_tensor(picture_array(picture, options_));
  const Tensor scores = first_floats(model_.get_method(method_)({x}));
  TL_CHECK(scores.numel() > 0, "the model's result is empty");
  return tealight::probabilities(scores);
}

std::vector<std::string> PictureClassifier::labels() const {
  const auto views = names_.views();
  return {views.begin(), views.end()};
}

nlohmann::json ranked_json(const PictureClassifier& c, const Tensor& p,
                           const std::vector<int64_t>& classes) {
  nlohmann::json list = nlohmann::json::array();
  for (int64_t i : classes)
    list.push_back({{"class", i}, {"label", c.label(i)}, {"probability", p.as<float>()[i]}});
  return list;
}

}  // namespace tealight::cli
