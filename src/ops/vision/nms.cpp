// torchvision's nms: boxes by falling score, without those that overlap a better one.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "ops/samples.h"
#include "tealight/ops.h"

namespace tealight::ops {
namespace {

template <class T>
std::vector<int64_t> nms_of(const T* boxes, const T* scores, int64_t n, double threshold) {
  std::vector<int64_t> order(static_cast<size_t>(n)), kept;
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int64_t a, int64_t b) {  // NaN is the largest
    return scores[a] > scores[b] || (std::isnan(scores[a]) && !std::isnan(scores[b]));
  });
  std::vector<bool> suppressed(static_cast<size_t>(n));
  const auto area = [&](const T* b) { return (b[2] - b[0]) * (b[3] - b[1]); };
  for (size_t i = 0; i < order.size(); ++i) {
    if (suppressed[size_t(order[i])]) continue;
    kept.push_back(order[i]);
    const T* a = boxes + order[i] * 4;
    for (size_t j = i + 1; j < order.size(); ++j) {
      const T* b = boxes + order[j] * 4;
      const T w = std::max(T(0), std::min(a[2], b[2]) - std::max(a[0], b[0])),
              h = std::max(T(0), std::min(a[3], b[3]) - std::max(a[1], b[1]));
      const T inter = w * h;
      if (double(inter / (area(a) + area(b) - inter)) > threshold)
        suppressed[size_t(order[j])] = true;
    }
  }
  return kept;
}
Tensor nms_impl(const Tensor& dets, const Tensor& scores, double threshold) {
  TL_CHECK(dets.dim() == 2 && dets.size(1) == 4,
           "boxes should be a 2d tensor with 4 elements in dimension 1, got ", dets.sizes());
  TL_CHECK(scores.dim() == 1, "scores should be a 1d tensor, got ", scores.dim(), "D");
  TL_CHECK(dets.size(0) == scores.size(0),
           "boxes and scores should have same number of elements in dimension 0, got ",
           dets.size(0), " and ", scores.size(0));
  TL_CHECK(dets.scalar_type() == scores.scalar_type() && dets.is_floating_point(),
           "dets should have the same type as scores");
  const ScalarType t = dets.scalar_type() == kDouble ? kDouble : kFloat;
  const Tensor b = dets.to(t).contiguous(), s = scores.to(t).contiguous();
  const std::vector<int64_t> kept =
      t == kDouble ? nms_of(b.as<double>(), s.as<double>(), b.size(0), threshold)
                   : nms_of(b.as<float>(), s.as<float>(), b.size(0), threshold);
  Tensor r(Fact(kLong, {int64_t(kept.size())}));
  std::copy(kept.begin(), kept.end(), r.as<int64_t>());
  return r;
}

Tensor boxes() {
  Tensor b = sample({12, 4}, kFloat, 0, 10);
  for (int64_t i = 0; i < 12; ++i)
    b.as<float>()[i * 4 + 2] += b.as<float>()[i * 4],
        b.as<float>()[i * 4 + 3] += b.as<float>()[i * 4 + 1];
  return b;
}
std::vector<Sample> nms_samples() {
  return {{{boxes(), distinct_sample({12}), 0.3}}, {{boxes(), distinct_sample({12}), 0.7}}};
}

}  // namespace

TL_OP(nms){
    .schemas = {"torchvision::nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"},
    .function = function<nms_impl>,
    .traits = Trait::dynamic | Trait::nograd,
    .samples = TL_TEST(nms_samples),
};
}  // namespace tealight::ops
