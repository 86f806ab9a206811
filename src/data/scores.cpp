#include "data/scores.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <sstream>

#include "tealight/ops.h"

namespace tealight {
namespace {

const Tensor& first_tensor(const Value& v) {
  if (v.isTensor()) return v.toTensor();
  if (v.isTuple() && !v.toTupleRef().items.empty()) return first_tensor(v.toTupleRef().items[0]);
  if (v.isList() && !v.toListRef().items.empty()) return first_tensor(v.toListRef().items[0]);
  if (v.isGenericDict() && v.toDictRef().size() > 0) {
    for (const char* key : {"out", "logits", "scores"})
      if (const Value* found = v.toDictRef().find(key)) return first_tensor(*found);
    return first_tensor(v.toDictRef().entries()[0].second);
  }
  fail(str("the model's result holds no tensor: ", v.tagKind()));
}

}  // namespace

std::optional<PictureOptions> picture_options_of(const Module& m) {
  const auto file = m.extra_files().find("picture_options.txt");
  if (file == m.extra_files().end()) return std::nullopt;
  PictureOptions options;
  std::istringstream text(file->second);
  for (std::string name, value; text >> name >> value;) set_picture_option(options, name, value);
  return options;
}

Tensor first_floats(const Value& v) {
  const Tensor& t = first_tensor(v);
  return (t.is_quantized() ? dequantize(t) : t.to(kFloat)).contiguous();
}

Tensor probabilities(const Tensor& scores) {
  const Tensor flat = flatten(scores);
  const double total = sum(flat).item().toDouble(), low = min(flat).item().toDouble(),
               high = max(flat).item().toDouble();
  if (low >= 0 && high <= 1 && std::abs(total - 1) < 1e-2) return flat;
  if (high <= 0 && std::abs(sum(exp(flat)).item().toDouble() - 1) < 1e-2)
    return exp(flat);  // log_softmax
  return softmax(flat, 0);
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

}  // namespace tealight
