// Losses that want a margin between scores: of pairs, triplets, classes and sets of labels.
#include "ops/loss/reduction.h"
#include "ops/op.h"

namespace tealight::ops {
namespace {

Tensor hinge_embedding_loss_impl(const Tensor& self, const Tensor& target, double margin,
                                 int64_t reduction) {
  const Tensor gap = full_like(self, margin) - self, none = zeros_like(self);  // in self's dtype
  return reduced(where(target == 1, none, gap.clamp_min(0)) + where(target == -1, none, self),
                 reduction);
}

Tensor cosine_embedding_loss_impl(const Tensor& input1, const Tensor& input2, const Tensor& target,
                                  double margin, int64_t reduction) {
  TL_CHECK(target.dim() == 0 || target.dim() == 1,
           "0D or 1D target tensor expected, multi-target not supported");
  TL_CHECK(input1.dim() == target.dim() + 1, target.dim(), "D target tensor expects ",
           target.dim() + 1, "D input tensors, but found inputs with sizes ", input1.sizes(),
           " and ", input2.sizes(), ".");
  const int64_t dim = target.dim();
  const auto dot = [&](const Tensor& a, const Tensor& b) { return (a * b).sum(IntArrayRef{dim}); };
  const double tiny = 1e-12;
  const Tensor cosine =
      dot(input1, input2) / ((dot(input1, input1) + tiny) * (dot(input2, input2) + tiny)).sqrt();
  return reduced(
      where(target == 1, 1 - cosine, 0) + where(target == -1, (cosine - margin).clamp_min(0), 0),
      reduction);
}

Tensor margin_ranking_loss_impl(const Tensor& input1, const Tensor& input2, const Tensor& target,
                                double margin, int64_t reduction) {
  return reduced((-target * (input1 - input2) + margin).clamp_min(0), reduction);
}

Tensor triplet_margin_loss_impl(const Tensor& anchor, const Tensor& positive,
                                const Tensor& negative, double margin, double p, double eps,
                                bool swap, int64_t reduction) {
  TL_CHECK(anchor.dim() == positive.dim() && positive.dim() == negative.dim(),
           "All inputs should have same dimension but got ", anchor.dim(), "D, ", positive.dim(),
           "D and ", negative.dim(), "D inputs.");
  const Tensor near = pairwise_distance(anchor, positive, p, eps);
  Tensor far = pairwise_distance(anchor, negative, p, eps);
  if (swap) far = far.minimum(pairwise_distance(positive, negative, p, eps));
  return reduced((margin + near - far).clamp_min(0), reduction);
}

// NaN is no loss, as in PyTorch's loops.
Tensor positive_part(const Tensor& z) { return where(z > 0, z, zeros_like(z)); }

// A single sample is a batch of one, whose result loses the batch again.
Tensor as_batch(const Tensor& t) { return t.dim() < 2 ? t.reshape({1, t.numel()}) : t; }

// Of sum over j != y of max(0, margin - x[y] + x[j])^p / C
Tensor multi_margin_loss_impl(const Tensor& self, const Tensor& target, const Scalar& p,
                              const Scalar& margin, const std::optional<Tensor>& weight,
                              int64_t reduction) {
  TL_CHECK(p.equal(1) || p.equal(2), "multi_margin_loss: Invalid p, expected 1 or 2 but got ", p);
  const Tensor x = as_batch(self), y = target.reshape({-1});
  TL_CHECK(x.dim() == 2 && x.size(1) > 0 && y.numel() == x.size(0),
           "inconsistent target size, expected ", x.size(0), " but got ", target.sizes());
  const Tensor index = y.unsqueeze(1);
  Tensor loss = positive_part(margin - x.gather(1, index) + x);
  if (p.equal(2)) loss = loss * loss;
  if (weight) loss = loss * weight->index_select(0, y).unsqueeze(1);
  loss = loss.scatter(1, index, 0).sum(IntArrayRef{1}) / x.size(1);
  return reduced(target.dim() == 0 ? loss.squeeze(0) : loss, reduction);
}

// A row's labels end at the first -1. Of sum over labels k, others j of max(0, 1 - x[k] + x[j]) / C
std::tuple<Tensor, Tensor> multilabel_margin_loss_forward_impl(const Tensor& self,
                                                               const Tensor& target,
                                                               int64_t reduction) {
  TL_CHECK(self.sizes() == target.sizes() && self.dim() <= 2,
           "inconsistent target size: ", target.sizes(), " for input of size: ", self.sizes());
  const Tensor x = as_batch(self), y = as_batch(target);
  const Tensor valid = (y >= 0).to(kLong).cumprod(1), index = y.clamp_min(0);
  const Tensor is_label = zeros_like(y).scatter_add(1, index, valid) > 0;
  const Tensor gap =  // (N, label, class)
      positive_part(1 - x.gather(1, index).unsqueeze(2) + x.unsqueeze(1));
  const Tensor counts = (valid > 0).unsqueeze(2) & (~is_label).unsqueeze(1);
  const Tensor loss = where(counts, gap, zeros_like(gap)).sum(IntArrayRef{1, 2}) / x.size(1);
  return {reduced(self.dim() < 2 ? loss.squeeze(0) : loss, reduction),
          is_label.to(self.scalar_type()).reshape(target.sizes())};
}
Tensor multilabel_margin_loss_impl(const Tensor& self, const Tensor& target, int64_t reduction) {
  return std::get<0>(multilabel_margin_loss_forward_impl(self, target, reduction));
}

Tensor indices(std::initializer_list<int64_t> values) {
  Tensor t(Fact(kLong, {int64_t(values.size())}));
  std::copy(values.begin(), values.end(), t.as<int64_t>());
  return t;
}
#define TL_LOSS_SCHEMAS(n, args) \
  "aten::" n "(" args ") -> Tensor", "aten::" n ".out(" args ", *, Tensor(a!) out) -> Tensor(a!)"
#define TL_SIGNS sample({3}, kFloat, -1, 1, 5).sign()
}  // namespace

TL_OP(hinge_embedding_loss){
    .schemas =
        {"aten::hinge_embedding_loss(Tensor self, Tensor target, float margin=1., int reduction=1) -> Tensor"},
    .function = function<hinge_embedding_loss_impl>,
    .traits = Trait::composite,
    TL_SAMPLES({{sample({4, 3}), TL_SIGNS, 1., 0}}, {{sample({3}), TL_SIGNS, 0.5, 1}}),
};
TL_OP(cosine_embedding_loss){
    .schemas =
        {"aten::cosine_embedding_loss(Tensor input1, Tensor input2, Tensor target, float margin=0., int reduction=1) -> Tensor"},
    .function = function<cosine_embedding_loss_impl>,
    .traits = Trait::composite,
    TL_SAMPLES({{sample({3, 4}), sample({3, 4}, kFloat, -2, 2, 2), TL_SIGNS, 0.1, 0}},
               {{sample({3, 4}), sample({3, 4}, kFloat, -2, 2, 2), TL_SIGNS, 0., 1}}),
};
TL_OP(margin_ranking_loss){
    .schemas =
        {"aten::margin_ranking_loss(Tensor input1, Tensor input2, Tensor target, float margin=0., int reduction=1) -> Tensor"},
    .function = function<margin_ranking_loss_impl>,
    .traits = Trait::composite,
    TL_SAMPLES({{sample({3}), sample({3}, kFloat, -2, 2, 2), TL_SIGNS, 0.1, 0}},
               {{sample({3}), sample({3}, kFloat, -2, 2, 2), TL_SIGNS, 0., 2}}),
};
TL_OP(triplet_margin_loss){
    .schemas =
        {"aten::triplet_margin_loss(Tensor anchor, Tensor positive, Tensor negative, float margin=1., float p=2., float eps=1e-06, bool swap=False, int reduction=1) -> Tensor"},
    .function = function<triplet_margin_loss_impl>,
    .traits = Trait::composite,
    TL_SAMPLES({{sample({3, 4}), sample({3, 4}, kFloat, -2, 2, 2), sample({3, 4}, kFloat, -2, 2, 3),
                 1., 2., 1e-6, false, 0}},
               {{sample({3, 4}), sample({3, 4}, kFloat, -2, 2, 2), sample({3, 4}, kFloat, -2, 2, 3),
                 1., 1., 1e-6, true, 1}}),
};
TL_OP(multi_margin_loss){
    .schemas = {TL_LOSS_SCHEMAS(
        "multi_margin_loss",
        "Tensor self, Tensor target, Scalar p=1, Scalar margin=1, Tensor? weight=None, int reduction=1")},
    .function = function<multi_margin_loss_impl>,
    .traits = Trait::composite,
    TL_SAMPLES({{sample({3, 4}), indices({0, 3, 2}), 1, 1, Value(), 0}},
               {{sample({3, 4}), indices({0, 3, 2}), 2, 0.5, sample({4}, kFloat, 0, 1), 1}},
               {{sample({4}), indices({2}), 1, 1, Value(), 2}}),
};
TL_OP(multilabel_margin_loss){
    .schemas = {TL_LOSS_SCHEMAS("multilabel_margin_loss",
                                "Tensor self, Tensor target, int reduction=1")},
    .function = function<multilabel_margin_loss_impl>,
    .traits = Trait::composite,
    TL_SAMPLES({{sample({2, 3}), indices({0, 2, -1, -1, 1, 0}).reshape({2, 3}), 0}},
               {{sample({4}), indices({3, 0, -1, 1}), 1}}),
};
TL_OP(multilabel_margin_loss_forward){
    .schemas =
        {"aten::multilabel_margin_loss_forward(Tensor self, Tensor target, int reduction) -> (Tensor output, Tensor is_target)"},
    .function = function<multilabel_margin_loss_forward_impl>,
    .traits = Trait::composite,
    TL_SAMPLES({{sample({2, 3}), indices({0, 2, -1, 2, 1, 0}).reshape({2, 3}), 1}}),
};
}  // namespace tealight::ops
