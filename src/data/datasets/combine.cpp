// Data sets of tensors and of other data sets.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "tealight/data/datasets.h"
#include "tealight/ops.h"

namespace tealight::data {
namespace {

// As random_split does it: what fractions leave over goes to the first parts, one each.
std::vector<size_t> whole_lengths(const std::vector<double>& lengths, size_t size) {
  double sum = std::accumulate(lengths.begin(), lengths.end(), 0.0);
  std::vector<size_t> counts;
  bool fractions = std::fabs(sum - 1) < 1e-9;
  for (double length : lengths) {
    TL_CHECK(length >= 0 && (!fractions || length <= 1), "random_split: a part of ", length);
    counts.push_back(static_cast<size_t>(fractions ? std::floor(length * size) : length));
  }
  size_t total = std::accumulate(counts.begin(), counts.end(), size_t{0});
  for (size_t i = 0; fractions && total < size; ++i, ++total) ++counts[i % counts.size()];
  TL_CHECK(total == size, "Sum of input lengths does not equal the length of the input dataset!");
  return counts;
}

}  // namespace

TensorDataset::TensorDataset(Tensor d, Tensor t) : data(std::move(d)), target(std::move(t)) {
  TL_CHECK(data.dim() > 0 && target.dim() > 0 && data.size(0) == target.size(0),
           "Size mismatch between tensors: ", data.sizes(), " and ", target.sizes());
}

Example TensorDataset::get(size_t i) const {
  auto at = static_cast<int64_t>(i);
  return {data.select(0, at), target.select(0, at)};
}

Subset::Subset(AnyDataset d, std::vector<size_t> i) : dataset(std::move(d)), indices(std::move(i)) {
  for (size_t index : indices)
    TL_CHECK(index < dataset.size(), "Subset: item ", index, " of ", dataset.size());
}

Example Subset::get(size_t i) const { return dataset.get(indices.at(i)); }

ConcatDataset::ConcatDataset(std::vector<AnyDataset> d) : datasets(std::move(d)) {
  TL_CHECK(!datasets.empty(), "datasets should not be an empty iterable");
  for (const AnyDataset& dataset : datasets) ends_.push_back(size() + dataset.size());
}

Example ConcatDataset::get(size_t i) const {
  TL_CHECK(i < size(), "ConcatDataset: item ", i, " of ", size());
  size_t which =
      static_cast<size_t>(std::upper_bound(ends_.begin(), ends_.end(), i) - ends_.begin());
  return datasets[which].get(i - (which ? ends_[which - 1] : 0));
}

std::vector<Subset> random_split(const AnyDataset& dataset, const std::vector<double>& lengths,
                                 uint64_t seed) {
  std::vector<size_t> counts = whole_lengths(lengths, dataset.size());
  std::vector<int64_t> order = Random(seed).randperm(static_cast<int64_t>(dataset.size()));
  std::vector<Subset> parts;
  auto from = order.begin();
  for (size_t count : counts) {
    auto to = from + static_cast<ptrdiff_t>(count);
    parts.emplace_back(dataset, std::vector<size_t>(from, to));
    from = to;
  }
  return parts;
}

}  // namespace tealight::data
