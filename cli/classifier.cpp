#include "classifier.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "tealight/data/arrays.h"
#include "tealight/ops.h"

namespace tealight::cli {
namespace {

// Scores that are no probabilities yet become them.
Tensor as_probabilities(const Tensor& scores) {
  const Tensor flat = flatten(scores);
  const double total = sum(flat).item().toDouble(), low = min(flat).item().toDouble(),
               high = max(flat).item().toDouble();
  if (low >= 0 && high <= 1 && std::abs(total - 1) < 1e-2) return flat;
  if (high <= 0 && std::abs(sum(exp(flat)).item().toDouble() - 1) < 1e-2)
    return exp(flat);  // log_softmax
  return softmax(flat, 0);
}

}  // namespace

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
  return as_probabilities(scores);
}

std::vector<std::string> PictureClassifier::labels() const {
  const auto views = names_.views();
  return {views.begin(), views.end()};
}

std::vector<int64_t> ranked(const Tensor& p, size_t top) {
  std::vector<int64_t> order(static_cast<size_t>(p.numel()));
  std::iota(order.begin(), order.end(), 0);
  const float* values = p.as<float>();
  std::stable_sort(order.begin(), order.end(),
                   [&](int64_t a, int64_t b) { return values[a] > values[b]; });
  order.resize(std::min(order.size(), top));
  return order;
}

nlohmann::json ranked_json(const PictureClassifier& c, const Tensor& p,
                           const std::vector<int64_t>& classes) {
  nlohmann::json list = nlohmann::json::array();
  for (int64_t i : classes)
    list.push_back({{"class", i}, {"label", c.label(i)}, {"probability", p.as<float>()[i]}});
  return list;
}

}  // namespace tealight::cli
