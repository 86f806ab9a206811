// Where numbers fall: searchsorted, bucketize, bincount, histc, histogram.
#include <cmath>

#include "ops/copy.h"
#include "ops/reduce/reduce.h"
#include "ops/samples.h"
#include "tealight/ops.h"

namespace tealight::ops {
namespace {

using Optional = std::optional<Tensor>;

// The first place in sorted[0..n) (reordered by `order` unless null) whose element is not below v;
// after equals if right.
template <class T>
int64_t place_of(const T* sorted, const int64_t* order, int64_t n, T v, bool right) {
  int64_t from = 0, to = n;
  while (from < to) {
    const int64_t middle = from + (to - from) / 2;
    const T x = sorted[order ? order[middle] : middle];
    if (right ? !(x > v) : !(x >= v))
      from = middle + 1;
    else
      to = middle;
  }
  return from;
}

Tensor widened(const Tensor& t) {
  return contiguous(converted(t, is_floating(t.scalar_type()) ? kDouble : kLong));
}

Tensor searchsorted_impl(const Tensor& sorted, const Tensor& self, bool out_int32, bool right,
                         const std::optional<std::string>& side, const Optional& sorter) {
  TL_CHECK(!side || *side == "left" || *side == "right",
           "searchsorted(): side can only be 'left' or 'right' but got ", side.value_or(""));
  TL_CHECK(
      !side || !right || *side == "right",
      "searchsorted(): side and right can't be set to opposites, got side of left while right was True");
  TL_CHECK(sorted.dim() != 0, "searchsorted(): boundaries tensor should have positive dimension");
  TL_CHECK(!is_complex(self.scalar_type()), "searchsorted(): complex numbers have no order");
  const bool rows_match =
      sorted.dim() == self.dim() &&
      std::equal(sorted.sizes().begin(), sorted.sizes().end() - 1, self.sizes().begin());
  TL_CHECK(
      sorted.dim() == 1 || (self.dim() > 0 && rows_match),
      "searchsorted(): boundaries tensor should be 1 dimension or the first N-1 dimensions of boundaries tensor and input value tensor must match, but we got boundaries tensor ",
      sorted.sizes(), " and input value tensor ", self.sizes());
  TL_CHECK(
      !sorter || (sorter->scalar_type() == kLong && sorter->fact().sizes == sorted.fact().sizes),
      "searchsorted(): boundary and sorter must have the same size, and sorter must be int64");
  const Tensor places(Fact(kLong, self.sizes()));
  const Tensor order = sorter ? contiguous(*sorter) : Tensor();
  const int64_t n = sorted.size(-1),
                row = sorted.dim() == 1 ? std::max<int64_t>(1, self.numel()) : self.size(-1);
  if (sorter)
    for (int64_t i = 0; i < order.numel(); ++i)
      TL_CHECK(order.as<int64_t>()[i] >= 0 && order.as<int64_t>()[i] < n,
               "searchsorted(): sorter index out of range");
  const ScalarType common =
      is_floating(sorted.scalar_type()) || is_floating(self.scalar_type()) ? kDouble : kLong;
  const Tensor edges = contiguous(converted(sorted, common)),
               values = contiguous(converted(self, common));
  with_compute(common, [&](auto t) {
    using T = decltype(t);
    if constexpr (!std::is_same_v<T, std::complex<double>>) {
      for (int64_t i = 0; i < self.numel(); ++i) {
        const int64_t at = i / row * n * (sorted.dim() > 1);
        places.as<int64_t>()[i] =
            place_of(edges.as<const T>() + at, sorter ? order.as<int64_t>() + at : nullptr, n,
                     values.as<const T>()[i], right || side == "right");
      }
    }
  });
  return out_int32 ? converted(places, kInt) : places;
}
Tensor searchsorted_scalar_impl(const Tensor& sorted, const Scalar& self, bool out_int32,
                                bool right, const std::optional<std::string>& side,
                                const Optional& sorter) {
  return searchsorted_impl(sorted, wrapped_scalar_tensor(self), out_int32, right, side, sorter);
}
Tensor bucketize_impl(const Tensor& self, const Tensor& boundaries, bool out_int32, bool right) {
  TL_CHECK(boundaries.dim() == 1, "boundaries tensor must be 1 dimension, but got dim(",
           boundaries.dim(), ")");
  return searchsorted_impl(boundaries, self, out_int32, right, std::nullopt, std::nullopt);
}
Tensor bucketize_scalar_impl(const Scalar& self, const Tensor& boundaries, bool out_int32,
                             bool right) {
  return bucketize_impl(wrapped_scalar_tensor(self), boundaries, out_int32, right);
}

Tensor bincount_impl(const Tensor& self, const Optional& weights, int64_t minlength) {
  TL_CHECK(is_integral(self.scalar_type(), false), "bincount(): expected integers, but got ",
           self.scalar_type());
  TL_CHECK(minlength >= 0, "minlength should be >= 0");
  TL_CHECK(self.dim() == 1, "bincount only supports 1-d non-negative integral inputs.");
  if (self.numel() == 0) return zeros({minlength}, TensorOptions(kLong));
  TL_CHECK(!weights || weights->fact().sizes == self.fact().sizes,
           "weights should be 1-d and have the same length as input");
  const Tensor values = widened(self);
  const int64_t *x = values.as<int64_t>(), n = self.numel();
  int64_t size = minlength;
  for (int64_t i = 0; i < n; ++i) {
    TL_CHECK(x[i] >= 0, "bincount only supports 1-d non-negative integral inputs.");
    size = std::max(size, x[i] + 1);
  }
  if (!weights) {
    const Tensor counts = zeros({size}, TensorOptions(kLong));
    for (int64_t i = 0; i < n; ++i) ++counts.as<int64_t>()[x[i]];
    return counts;
  }
  const Tensor sums = zeros({size}, TensorOptions(kDouble)),
               w = contiguous(converted(*weights, kDouble));
  for (int64_t i = 0; i < n; ++i) sums.as<double>()[x[i]] += w.as<double>()[i];
  return weights->scalar_type() == kFloat ? converted(sums, kFloat) : sums;
}

// ---- histograms

struct Range {
  double low, high;
};
Range range_of(const char* name, const Tensor& values, double low, double high) {
  if (low == high && values.numel()) {
    low = HUGE_VAL, high = -HUGE_VAL;
    for (int64_t i = 0; i < values.numel(); ++i) {
      const double x = values.as<double>()[i];
      if (x != x) low = high = x;
      low = std::fmin(low, x), high = std::fmax(high, x);
    }
  }
  if (low == high) low -= 1, high += 1;
  TL_CHECK(std::isfinite(low) && std::isfinite(high), name, ": range of [", low, ", ", high,
           "] is not finite");
  TL_CHECK(low < high, name, ": max must be larger than min");
  return {low, high};
}
Tensor histc_impl(const Tensor& self, int64_t bins, const Scalar& min, const Scalar& max) {
  TL_CHECK(self.is_floating_point(), "\"histogram_cpu\" not implemented for ", self.scalar_type());
  TL_CHECK(bins > 0, "torch.histc(): bins must be > 0, but got ", bins);
  const Tensor values = widened(self), counts = zeros({bins}, TensorOptions(kDouble));
  const Range r = range_of("torch.histc", values, min.to<double>(), max.to<double>());
  for (int64_t i = 0; i < values.numel(); ++i) {
    const double x = values.as<double>()[i];
    if (!(x >= r.low && x <= r.high)) continue;
    counts
        .as<double>()[std::min(bins - 1, int64_t((x - r.low) * double(bins) / (r.high - r.low)))] +=
        1;
  }
  return converted(counts, self.scalar_type());
}

std::tuple<Tensor, Tensor> fill_histogram(const Tensor& self, const Tensor& edges,
                                          const Optional& weight, bool density) {
  TL_CHECK(
      !weight || weight->fact().sizes == self.fact().sizes,
      "torch.histogramdd(): if weight tensor is provided it should have the same shape as the input tensor excluding its innermost dimension");
  const int64_t bins = edges.numel() - 1;
  const Tensor values = widened(self), e = contiguous(converted(edges, kDouble)),
               w = weight ? contiguous(converted(*weight, kDouble)) : Tensor(),
               hist = zeros({bins}, TensorOptions(kDouble));
  const double* edge = e.as<double>();
  for (int64_t i = 0; i < values.numel(); ++i) {
    const double x = values.as<double>()[i];
    if (!(x >= edge[0] && x <= edge[bins])) continue;
    const int64_t bin = std::min(bins - 1, place_of(edge, nullptr, bins + 1, x, true) - 1);
    hist.as<double>()[bin] += weight ? w.as<double>()[i] : 1;
  }
  if (density) {
    double total = 0;
    for (int64_t i = 0; i < bins; ++i) total += hist.as<double>()[i];
    for (int64_t i = 0; i < bins; ++i) hist.as<double>()[i] /= total * (edge[i + 1] - edge[i]);
  }
  return {converted(hist, self.scalar_type()), edges};
}
void check_histogram(const Tensor& self) {
  TL_CHECK(self.is_floating_point(), "\"histogram_cpu\" not implemented for ", self.scalar_type());
}
std::tuple<Tensor, Tensor> histogram_bins_impl(const Tensor& self, const Tensor& bins,
                                               const Optional& weight, bool density) {
  check_histogram(self);
  TL_CHECK(bins.dim() == 1 && bins.numel() > 0,
           "torch.histogram(): bins tensor should have one dimension and at least one edge");
  TL_CHECK(bins.scalar_type() == self.scalar_type(),
           "torch.histogram(): input tensor and bins tensors should have the same dtype");
  return fill_histogram(self, clone(bins), weight, density);
}
std::tuple<Tensor, Tensor> histogram_count_impl(const Tensor& self, int64_t bins,
                                                const std::optional<std::vector<double>>& range,
                                                const Optional& weight, bool density) {
  check_histogram(self);
  TL_CHECK(bins > 0, "torch.histogramdd(): bins must be > 0, but got ", bins);
  TL_CHECK(!range || range->size() == 2, "torch.histogramdd(): range should have 2 elements");
  Range r{0, 1};
  if (range) {
    r = {(*range)[0], (*range)[1]};
    TL_CHECK(r.low <= r.high, "torch.histogramdd(): min should not exceed max, but got min ", r.low,
             " max ", r.high);
    if (r.low == r.high) r.low -= 0.5, r.high += 0.5;
  } else if (self.numel()) {
    r = {min(self).item().to<double>(), max(self).item().to<double>()};
    if (r.low == r.high) r.low -= 0.5, r.high += 0.5;
  }
  const Tensor edges(Fact(kDouble, {bins + 1}));
  for (int64_t i = 0; i <= bins; ++i)
    edges.as<double>()[i] = i * 2 <= bins
                                ? r.low + (r.high - r.low) / double(bins) * double(i)
                                : r.high - (r.high - r.low) / double(bins) * double(bins - i);
  return fill_histogram(self, converted(edges, self.scalar_type()), weight, density);
}

Tensor sorted_edges() { return converted(tealight::cumsum(sample({8}, kFloat, 0, 1), 0), kFloat); }
std::vector<Sample> searchsorted_samples() {
  return {{{sorted_edges(), sample({3, 4}, kFloat, 0, 4), false, false, Value(), Value()}},
          {{sorted_edges(), sample({5}, kFloat, 0, 4), true, true, Value(), Value()}},
          {{sorted_edges(), sample({5}, kFloat, 0, 4), false, false, "right", Value()}}};
}
std::vector<Sample> bucketize_samples() {
  return {{{sample({3, 4}, kFloat, 0, 4), sorted_edges(), false, false}},
          {{sample({3, 4}, kFloat, 0, 4), sorted_edges(), true, true}}};
}
std::vector<Sample> bucketize_scalar_samples() { return {{{1.5, sorted_edges(), false, true}}}; }
std::vector<Sample> searchsorted_scalar_samples() {
  return {{{sorted_edges(), 1.5, false, true, Value(), Value()}}};
}
std::vector<Sample> bincount_samples() {
  return {{{sample({10}, kLong, 0, 6), Value(), 0}}, {{sample({10}, kInt, 0, 6), sample({10}), 9}}};
}
std::vector<Sample> histc_samples() {
  return {{{sample({30}), 10, 0, 0}}, {{sample({5, 6}), 4, -1, 1.5}}};
}
std::vector<Sample> histogram_samples() {
  return {{{sample({30}), 10, Value(), Value(), false}},
          {{sample({30}), 4, std::vector<double>{-1, 1.5}, sample({30}, kFloat, 0, 1, 2), true}}};
}
std::vector<Sample> histogram_bins_samples() {
  return {{{sample({30}, kFloat, 0, 4), sorted_edges(), Value(), false}}};
}
constexpr Trait kSearch = Trait::dynamic | Trait::nograd;

}  // namespace

TL_OP(searchsorted){
    .schemas =
        {"aten::searchsorted.Tensor(Tensor sorted_sequence, Tensor self, *, bool out_int32=False, bool right=False, str? side=None, Tensor? sorter=None) -> Tensor",
         "aten::searchsorted.Tensor_out(Tensor sorted_sequence, Tensor self, *, bool out_int32=False, bool right=False, str? side=None, Tensor? sorter=None, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<searchsorted_impl>,
    .traits = kSearch,
    .samples = TL_TEST(searchsorted_samples),
};
TL_OP(searchsorted_scalar){
    .schemas =
        {"aten::searchsorted.Scalar(Tensor sorted_sequence, Scalar self, *, bool out_int32=False, bool right=False, str? side=None, Tensor? sorter=None) -> Tensor"},
    .function = function<searchsorted_scalar_impl>,
    .traits = kSearch | Trait::copied_out,
    .samples = TL_TEST(searchsorted_scalar_samples),
};
TL_OP(bucketize){
    .schemas =
        {"aten::bucketize.Tensor(Tensor self, Tensor boundaries, *, bool out_int32=False, bool right=False) -> Tensor",
         "aten::bucketize.Tensor_out(Tensor self, Tensor boundaries, *, bool out_int32=False, bool right=False, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<bucketize_impl>,
    .traits = kSearch,
    .samples = TL_TEST(bucketize_samples),
};
TL_OP(bucketize_scalar){
    .schemas =
        {"aten::bucketize.Scalar(Scalar self, Tensor boundaries, *, bool out_int32=False, bool right=False) -> Tensor"},
    .function = function<bucketize_scalar_impl>,
    .traits = kSearch | Trait::copied_out,
    .samples = TL_TEST(bucketize_scalar_samples),
};
TL_OP(bincount){
    .schemas = {"aten::bincount(Tensor self, Tensor? weights=None, int minlength=0) -> Tensor"},
    .function = function<bincount_impl>,
    .traits = kSearch | Trait::copied_out,
    .samples = TL_TEST(bincount_samples),
};
TL_OP(histc){
    .schemas =
        {"aten::histc(Tensor self, int bins=100, Scalar min=0, Scalar max=0) -> Tensor",
         "aten::histc.out(Tensor self, int bins=100, Scalar min=0, Scalar max=0, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<histc_impl>,
    .traits = kSearch,
    .samples = TL_TEST(histc_samples),
};
TL_OP(histogram){
    .schemas =
        {"aten::histogram.bin_ct(Tensor self, int bins=100, *, float[]? range=None, Tensor? weight=None, bool density=False) -> (Tensor hist, Tensor bin_edges)",
         "aten::histogram.bin_ct_out(Tensor self, int bins=100, *, float[]? range=None, Tensor? weight=None, bool density=False, Tensor(a!) hist, Tensor(b!) bin_edges) -> (Tensor(a!) hist, Tensor(b!) bin_edges)"},
    .function = function<histogram_count_impl>,
    .traits = kSearch,
    .samples = TL_TEST(histogram_samples),
};
TL_OP(histogram_bins){
    .schemas =
        {"aten::histogram.bins_tensor(Tensor self, Tensor bins, *, Tensor? weight=None, bool density=False) -> (Tensor hist, Tensor bin_edges)",
         "aten::histogram.bins_tensor_out(Tensor self, Tensor bins, *, Tensor? weight=None, bool density=False, Tensor(a!) hist, Tensor(b!) bin_edges) -> (Tensor(a!) hist, Tensor(b!) bin_edges)"},
    .function = function<histogram_bins_impl>,
    .traits = kSearch,
    .samples = TL_TEST(histogram_bins_samples),
};
}  // namespace tealight::ops
