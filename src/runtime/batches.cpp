#include "runtime/batches.h"

#include "runtime/value_parts.h"
#include "tealight/operators.h"
#include "tealight/ops.h"

namespace tealight {
namespace {

constexpr double kTolerance = 1e-4;  // of the largest number

bool has_batch(const Value& v, int64_t size) {
  return v.isTensor() && v.toTensor().dim() > 0 && v.toTensor().size(0) == size;
}

int64_t batch_size(const std::vector<Value>& values) {
  for (const Value& v : values)
    if (v.isTensor() && v.toTensor().dim() > 0) return v.toTensor().size(0);
  Error e("no batch size can be changed without example inputs of the old one");
  throw e.fix("give an INPUT for each argument, as rand:1,3,224,224");
}

Tensor rolled(const Tensor& t, int64_t by) { return roll(flatten(t), by).view(t.sizes()); }

double difference(const Tensor& a, const Tensor& b) {
  if (a.sizes() != b.sizes()) return INFINITY;
  if (a.numel() == 0) return 0;
  return max(abs(a.to(kDouble) - b.to(kDouble))).item().toDouble();
}

}  // namespace

Batches::Batches(const std::vector<Value>& example, int64_t wanted) {
  const int64_t size = batch_size(example);
  TL_CHECK(size > 0, "the example's batch is empty");
  const int64_t count = std::max<int64_t>(2, (wanted + size - 1) / size);
  for (int64_t i = 0; i < count; ++i) {
    parts_.emplace_back();
    for (const Value& v : example)
      parts_.back().push_back(has_batch(v, size) ? Value(rolled(v.toTensor(), i)) : v);
  }
  for (size_t k = 0; k < example.size(); ++k) {
    if (!has_batch(example[k], size)) {
      all_.push_back(example[k]);
      continue;
    }
    std::vector<Tensor> tensors;
    for (const auto& part : parts_) tensors.push_back(part[k].toTensor());
    all_.emplace_back(cat(tensors, 0));
  }
}

void Batches::check(const Method& method) const {
  std::vector<Value> results{method(all_)};
  for (const auto& part : parts_) results.push_back(method(part));
  zip_parts(results, [](std::span<const Value> values) {
    if (!values[0].isTensor()) return Value();
    std::vector<Tensor> each;
    for (const Value& v : values.subspan(1)) each.push_back(v.toTensor());
    const Tensor together = values[0].toTensor(), joined = each[0].dim() ? cat(each, 0) : each[0];
    const double apart = difference(together, joined);
    const double largest = joined.numel() ? max(abs(joined.to(kDouble))).item().toDouble() : 0;
    if (apart <= kTolerance * std::max(largest, 1.)) return Value();
    Error e(str("for ", together.sizes(),
                " together the model gives other results than for each: ", apart, " apart"));
    throw e.fix("its batch size is part of what it computes; it stays as it is");
  });
}

}  // namespace tealight
