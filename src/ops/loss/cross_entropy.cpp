// Cross entropy of many classes: the negative log likelihood of targets given as numbers of
// classes, its kernels for inputs (N, C), (C) and (N, C, H, W), and the loss of scores that is made
// of it.
#include "kernels/pointwise/convert.h"
#include "ops/loss/reduction.h"
#include "ops/op.h"

namespace tealight::ops {
namespace {

// Log probabilities as dense (batch, classes, inner), targets as (batch, inner).
struct Classes {
  int64_t batch, classes, inner = 1;
  int64_t reduction, ignored;
  ScalarType target;
  bool rows;  // of more than one sample
  Classes(const Fact& x, const Fact& t, int64_t red, int64_t ignore)
      : batch(x.dim() == 1 ? 1 : x.sizes[0]),
        classes(x.sizes[x.dim() == 1 ? 0 : 1]),
        reduction(red),
        ignored(ignore),
        target(t.dtype),
        rows(x.dim() > 1) {
    for (size_t d = 2; d < x.sizes.size(); ++d) inner *= x.sizes[d];
  }
  int64_t size() const { return batch * inner; }
  int64_t label(const void* targets, int64_t i) const {
    return target == kByte ? static_cast<const uint8_t*>(targets)[i]
                           : static_cast<const int64_t*>(targets)[i];
  }
  // of the class of element i in x
  int64_t at(int64_t i, int64_t label) const {
    return (i / inner * classes + label) * inner + i % inner;
  }
};
constexpr const char* kOutOfBounds = "Target %lld is out of bounds.";

void check_nll(const Fact& self, const Fact& target, const Fact* weight) {
  TL_CHECK(is_floating(self.dtype), "not implemented for '", self.dtype, "'");
  TL_CHECK(target.dtype == kLong || target.dtype == kByte,
           "expected scalar type Long or Byte for the target but found ", target.dtype);
  const size_t channel = self.dim() == 1 ? 0 : 1;
  TL_CHECK(!weight || weight->numel() == self.sizes[channel],
           "weight tensor should be defined either for all ", self.sizes[channel],
           " classes or no classes but got weight tensor of shape: ", weight->sizes);
  TL_CHECK(!weight || weight->dtype == self.dtype, "expected scalar type ", self.dtype,
           " for the weight but found ", weight->dtype);
}
std::vector<Fact> nll_infer(const Fact& self, const Fact& target, const Fact* weight,
                            int64_t reduction, int64_t) {
  TL_CHECK(self.dim() > 0 && self.dim() <= 2, "input tensor should be 1D or 2D");
  TL_CHECK(target.dim() <= 1, "0D or 1D target tensor expected, multi-target not supported");
  TL_CHECK((self.dim() == 1 && target.dim() == 0) ||
               (self.dim() == 2 && target.dim() == 1 && self.sizes[0] == target.sizes[0]) ||
               (self.dim() == 1 && target.numel() == 1),
           "size mismatch (got input: ", self.sizes, ", target: ", target.sizes, ")");
  check_nll(self, target, weight);
  const bool rows = reduction == kNone && self.dim() == 2;
  return {Fact(self.dtype, rows ? DimVector{self.sizes[0]} : DimVector{}), Fact(self.dtype, {})};
}
std::vector<Fact> nll2d_infer(const Fact& self, const Fact& target, const Fact* weight,
                              int64_t reduction, int64_t) {
  TL_CHECK(target.dim() == 3,
           "only batches of spatial targets supported (3D tensors) but got targets of dimension: ",
           target.dim());
  TL_CHECK(self.dim() == 4,
           "only batches of spatial inputs supported (4D tensors), but got input of dimension: ",
           self.dim());
  TL_CHECK(self.sizes[0] == target.sizes[0] && self.sizes[2] == target.sizes[1] &&
               self.sizes[3] == target.sizes[2],
           "size mismatch (got input: ", self.sizes, " , target: ", target.sizes);
  check_nll(self, target, weight);
  return {Fact(self.dtype, reduction == kNone ? target.sizes : DimVector{}), Fact(self.dtype, {})};
}

template <class T>
Status nll_forward(const Classes& k, const T* x, const void* targets, const T* weight, T* out,
                   T* total) {
  double sum = 0, weights = 0;
  for (int64_t i = 0; i < k.size(); ++i) {
    const int64_t label = k.label(targets, i);
    T loss = 0;
    if (label != k.ignored) {
      if (label < 0 || label >= k.classes) return {kOutOfBounds, label};
      const T w = weight ? weight[label] : T(1);
      loss = -x[k.at(i, label)] * w;
      weights += w;
    }
    if (k.reduction == kNone) out[i] = loss;
    sum += loss;
  }
  *total = k.reduction == kNone && k.rows ? T(0) : T(weights);
  if (k.reduction != kNone) *out = T(k.reduction == kMean ? sum / weights : sum);
  return {};
}
Offer prepare_forward(const Call& c) {
  const Classes k(c.in(0), c.in(1), c.arg<int64_t>(3), c.arg<int64_t>(4));
  const bool wide = c.in(0).dtype == kDouble;
  return Kernel([k, wide](const Pointers& p) {
    return wide ? nll_forward(k, p.in<double>(0), p.in<void>(1), p.in<double>(2), p.out<double>(0),
                              p.out<double>(1))
                : nll_forward(k, p.in<float>(0), p.in<void>(1), p.in<float>(2), p.out<float>(0),
                              p.out<float>(1));
  });
}

std::vector<Fact> backward_infer(const Fact&, const Fact& self, const Fact& target,
                                 const Fact* weight, int64_t, int64_t, const Fact&) {
  check_nll(self, target, weight);
  return {Fact(self.dtype, self.sizes)};
}
template <class T>
Status nll_backward(const Classes& k, const T* g, const void* targets, const T* weight,
                    const T* total, T* out) {
  std::fill_n(out, k.batch * k.classes * k.inner, T(0));
  for (int64_t i = 0; i < k.size(); ++i) {
    const int64_t label = k.label(targets, i);
    if (label == k.ignored) continue;
    if (label < 0 || label >= k.classes) return {kOutOfBounds, label};
    const T scale = k.reduction == kNone ? g[i] : k.reduction == kMean ? *g / *total : *g;
    out[k.at(i, label)] = -scale * (weight ? weight[label] : T(1));
  }
  return {};
}
Offer prepare_backward(const Call& c) {
  const Classes k(c.in(1), c.in(2), c.arg<int64_t>(4), c.arg<int64_t>(5));
  if (c.in(0).numel() != (k.reduction == kNone ? k.size() : 1))
    return "the gradient has another shape than the loss";
  const bool wide = c.in(1).dtype == kDouble;
  return Kernel([k, wide](const Pointers& p) {
    return wide ? nll_backward(k, p.in<double>(0), p.in<void>(2), p.in<double>(3), p.in<double>(4),
                               p.out<double>())
                : nll_backward(k, p.in<float>(0), p.in<void>(2), p.in<float>(3), p.in<float>(4),
                               p.out<float>());
  });
}
constexpr Impl forward_kernels[] = {{"reference", prepare_forward}};
constexpr Impl backward_kernels[] = {{"reference", prepare_backward}};

using OptionalTensor = std::optional<Tensor>;
template <bool Spatial>
Grads forward_gradient(const GradCall& c) {
  const OptionalTensor weight = c.arg<OptionalTensor>(2);
  const int64_t reduction = c.arg<int64_t>(3), ignored = c.arg<int64_t>(4);
  if (!c.wants(0) || !c.grad().defined()) return {};
  return {
      Spatial
          ? nll_loss2d_backward(c.grad(), c.in(0), c.in(1), weight, reduction, ignored, c.out(1))
          : nll_loss_backward(c.grad(), c.in(0), c.in(1), weight, reduction, ignored, c.out(1))};
}
// The gradient is linear in grad_output and does not depend on the input.
template <bool Spatial>
Grads backward_gradient(const GradCall& c) {
  const OptionalTensor weight = c.arg<OptionalTensor>(3);
  const int64_t reduction = c.arg<int64_t>(4), ignored = c.arg<int64_t>(5);
  Grads grads(2);
  if (c.wants(0))
    grads[0] = Spatial ? nll_loss2d(c.grad(), c.in(2), weight, reduction, ignored)
                       : nll_loss(c.grad(), c.in(2), weight, reduction, ignored);
  if (c.wants(1)) grads[1] = zeros_like(c.in(1));
  return grads;
}

Tensor nll_loss_impl(const Tensor& self, const Tensor& target, const OptionalTensor& weight,
                     int64_t reduction, int64_t ignored) {
  return std::get<0>(nll_loss_forward(self, target, weight, reduction, ignored));
}
Tensor nll_loss2d_impl(const Tensor& self, const Tensor& target, const OptionalTensor& weight,
                       int64_t reduction, int64_t ignored) {
  return std::get<0>(nll_loss2d_forward(self, target, weight, reduction, ignored));
}
Tensor nll_loss_nd_impl(const Tensor& self, const Tensor& target, const OptionalTensor& weight,
                        int64_t reduction, int64_t ignored) {
  TL_CHECK(self.dim() > 0, "Expected 1 or more dimensions (got ", self.dim(), ")");
  TL_CHECK(self.dim() == 1 || self.size(0) == target.size(0), "Expected input batch_size (",
           self.size(0), ") to match target batch_size (", target.size(0), ").");
  if (self.dim() <= 2) return nll_loss(self, target, weight, reduction, ignored);
  if (self.dim() == 4) return nll_loss2d(self, target, weight, reduction, ignored);
  DimVector shape(self.sizes());
  shape.erase(1);
  TL_CHECK(target.sizes() == IntArrayRef(shape), "Expected target size ", shape, ", got ",
           target.sizes());
  const int64_t n = self.size(0), inner = n && self.size(1) ? self.numel() / (n * self.size(1)) : 0;
  const Tensor loss = nll_loss2d(self.reshape({n, self.size(1), 1, inner}),
                                 target.reshape({n, 1, inner}), weight, reduction, ignored);
  return reduction == kNone ? loss.reshape(shape) : loss;
}

// Targets are probabilities of the classes.
Tensor cross_entropy_of_probabilities(const Tensor& self, const Tensor& target,
                                      const OptionalTensor& weight, int64_t reduction,
                                      double smoothing) {
  TL_CHECK(is_floating(target.scalar_type()),
           "Expected floating point type for target with class probabilities, got ",
           target.scalar_type());
  const int64_t channel = self.dim() == 1 ? 0 : 1, classes = self.size(channel);
  TL_CHECK(!weight || (weight->dim() == 1 && weight->numel() == classes),
           "cross_entropy: weight tensor should be defined either for all ", classes,
           " classes or no classes but got weight tensor of shape: ", weight->sizes());
  const Tensor p = smoothing > 0 ? target * (1 - smoothing) + smoothing / double(classes) : target;
  Tensor loss = log_softmax(self, channel, self.scalar_type()) * p;
  if (weight) {
    DimVector shape(size_t(self.dim()), 1);
    shape[size_t(channel)] = classes;
    loss = loss * weight->view(shape);
  }
  if (reduction == kNone) return -loss.sum(IntArrayRef{channel});
  return reduction == kSum ? -loss.sum()
                           : -loss.sum() / double(self.numel() / std::max<int64_t>(classes, 1));
}

// Each label keeps 1 - smoothing of its weight; the rest is spread over all classes.
Tensor smoothed(const Tensor& self, const Tensor& target, const OptionalTensor& weight,
                int64_t reduction, int64_t ignored, double smoothing) {
  const int64_t channel = self.dim() == 1 ? 0 : 1, classes = self.size(channel);
  const Tensor logs = log_softmax(self, channel, self.scalar_type()),
               nll = nll_loss_nd(logs, target, weight, reduction, ignored);
  Tensor all = logs;
  if (weight) {
    DimVector shape(size_t(self.dim()), 1);
    shape[size_t(channel)] = classes;
    all = all * weight->view(shape);
  }
  const Tensor skip = target == ignored;
  all = where(skip, 0, -all.sum(IntArrayRef{channel}));
  Tensor spread = all;
  if (reduction == kSum) spread = all.sum();
  if (reduction == kMean && !weight) spread = all.sum() / (~skip).sum();
  if (reduction == kMean && weight)
    spread = all.sum() /
             where(skip, 0,
                   weight->gather(0, target.masked_fill(skip, 0).flatten()).reshape(target.sizes()))
                 .sum();
  return nll * (1 - smoothing) + spread * (smoothing / double(classes));
}

Tensor cross_entropy_impl(const Tensor& self, const Tensor& target, const OptionalTensor& weight,
                          int64_t reduction, int64_t ignored, double smoothing) {
  TL_CHECK(self.dim() > 0, "cross_entropy: input has no dimensions");
  TL_CHECK(smoothing >= 0 && smoothing <= 1,
           "label_smoothing must be between 0.0 and 1.0. Got: ", smoothing);
  if (self.sizes() == target.sizes()) {
    TL_CHECK(ignored < 0, "ignore_index is not supported for floating point target");
    return cross_entropy_of_probabilities(self, target, weight, reduction, smoothing);
  }
  if (smoothing > 0) return smoothed(self, target, weight, reduction, ignored, smoothing);
  return nll_loss_nd(log_softmax(self, self.dim() == 1 ? 0 : 1, self.scalar_type()), target, weight,
                     reduction, ignored);
}

Tensor labels(IntArrayRef sizes, int64_t classes, uint64_t seed = 3) {
  return sample(sizes, kLong, 0, double(classes), seed);
}
#define TL_NLL_ARGS \
  "Tensor self, Tensor target, Tensor? weight=None, int reduction=1, int ignore_index=-100"
#define TL_NLL_SCHEMAS(n)                   \
  "aten::" n "(" TL_NLL_ARGS ") -> Tensor", \
      "aten::" n ".out(" TL_NLL_ARGS ", *, Tensor(a!) out) -> Tensor(a!)"
#define TL_FORWARD_ARGS \
  "Tensor self, Tensor target, Tensor? weight, int reduction, int ignore_index"
#define TL_FORWARD_SCHEMAS(n)                                                 \
  "aten::" n "(" TL_FORWARD_ARGS ") -> (Tensor output, Tensor total_weight)", \
      "aten::" n ".output(" TL_FORWARD_ARGS                                   \
      ", *, Tensor(a!) output, Tensor(b!) total_weight) -> (Tensor(a!), Tensor(b!))"
#define TL_BACKWARD_ARGS \
  "Tensor grad_output, Tensor self, Tensor target, Tensor? weight, int reduction, int ignore_index, Tensor total_weight"
#define TL_BACKWARD_SCHEMAS(n)                   \
  "aten::" n "(" TL_BACKWARD_ARGS ") -> Tensor", \
      "aten::" n ".grad_input(" TL_BACKWARD_ARGS ", *, Tensor(a!) grad_input) -> Tensor(a!)"
#define TL_FLAT_SAMPLES                                                           \
  TL_SAMPLES({{sample({5, 4}), labels({5}, 4), Value(), 0, -100}},                \
             {{sample({5, 4}), labels({5}, 4), sample({4}, kFloat, 0, 1), 1, 2}}, \
             {{sample({4}), labels({}, 4), Value(), 2, -100}})
#define TL_SPATIAL_SAMPLES                                                     \
  TL_SAMPLES({{sample({2, 3, 4, 2}), labels({2, 4, 2}, 3), Value(), 0, -100}}, \
             {{sample({2, 3, 4, 2}), labels({2, 4, 2}, 3), sample({3}, kFloat, 0, 1), 1, 1}})
}  // namespace

TL_OP(nll_loss_forward){
    .schemas = {TL_FORWARD_SCHEMAS("nll_loss_forward")},
    .infer = infer<nll_infer>,
    .kernels = forward_kernels,
    .backward = TL_TRAIN(forward_gradient<false>),
    .reads = {args(0, 1, 2), outs(1)},
    .traits = Trait::half_via_float,
    TL_FLAT_SAMPLES,
};
TL_OP(nll_loss2d_forward){
    .schemas = {TL_FORWARD_SCHEMAS("nll_loss2d_forward")},
    .infer = infer<nll2d_infer>,
    .kernels = forward_kernels,
    .backward = TL_TRAIN(forward_gradient<true>),
    .reads = {args(0, 1, 2), outs(1)},
    .traits = Trait::half_via_float,
    TL_SPATIAL_SAMPLES,
};
TL_OP(nll_loss_backward){
    .schemas = {TL_BACKWARD_SCHEMAS("nll_loss_backward")},
    .infer = infer<backward_infer>,
    .kernels = backward_kernels,
    .backward = TL_TRAIN(backward_gradient<false>),
    .reads = {args(2, 3), 0},
    .traits = Trait::half_via_float,
    TL_SAMPLES({{sample({5}), sample({5, 4}), labels({5}, 4), Value(), 0, -100, sample({})}},
               {{sample({}), sample({5, 4}), labels({5}, 4), sample({4}, kFloat, 0, 1), 1, 2,
                 sample({}, kFloat, 1, 2)}}),
};
TL_OP(nll_loss2d_backward){
    .schemas = {TL_BACKWARD_SCHEMAS("nll_loss2d_backward")},
    .infer = infer<backward_infer>,
    .kernels = backward_kernels,
    .backward = TL_TRAIN(backward_gradient<true>),
    .reads = {args(2, 3), 0},
    .traits = Trait::half_via_float,
    TL_SAMPLES({{sample({2, 4, 2}), sample({2, 3, 4, 2}), labels({2, 4, 2}, 3), Value(), 0, -100,
                 sample({})}}),
};
TL_OP(nll_loss){
    .schemas = {TL_NLL_SCHEMAS("nll_loss")},
    .function = function<nll_loss_impl>,
    .traits = Trait::composite,
    TL_FLAT_SAMPLES,
};
TL_OP(nll_loss2d){
    .schemas = {TL_NLL_SCHEMAS("nll_loss2d")},
    .function = function<nll_loss2d_impl>,
    .traits = Trait::composite,
    TL_SPATIAL_SAMPLES,
};
TL_OP(nll_loss_nd){
    .schemas = {"aten::nll_loss_nd(" TL_NLL_ARGS ") -> Tensor"},
    .function = function<nll_loss_nd_impl>,
    .traits = Trait::composite,
    TL_SAMPLES({{sample({5, 4}), labels({5}, 4), Value(), 1, -100}},
               {{sample({2, 3, 4}), labels({2, 4}, 3), Value(), 0, -100}},
               {{sample({2, 3, 2, 2, 2}), labels({2, 2, 2, 2}, 3), Value(), 1, 0}}),
};
TL_OP(cross_entropy_loss){
    .schemas = {"aten::cross_entropy_loss(" TL_NLL_ARGS ", float label_smoothing=0.) -> Tensor"},
    .function = function<cross_entropy_impl>,
    .traits = Trait::composite,
    TL_SAMPLES({{sample({5, 4}), labels({5}, 4), Value(), 1, -100, 0.}},
               {{sample({5, 4}), labels({5}, 4), sample({4}, kFloat, 0, 1), 1, 2, 0.1}},
               {{sample({2, 3, 4}), labels({2, 4}, 3), Value(), 0, -100, 0.2}},
               {{sample({5, 4}), sample({5, 4}, kFloat, 0, 1), sample({4}, kFloat, 0, 1), 1, -100,
                 0.1}},
               {{sample({4}), labels({}, 4), Value(), 2, -100, 0.}},
               {{sample({2, 3, 4, 2}), labels({2, 4, 2}, 3), Value(), 1, 1, 0.1}}),
};
}  // namespace tealight::ops
