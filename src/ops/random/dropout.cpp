// Dropout and its forms: whole channels, alpha (keeps mean and variance under SELU), with the mask.
#include <cmath>

#include "ops/op.h"
#include "ops/samples.h"
#include "tealight/ops.h"

namespace tealight::ops {
namespace {

Tensor channel_noise(const Tensor& x) {
  TL_CHECK(x.dim() >= 2, "Feature dropout requires at least 2 dimensions in the input");
  DimVector sizes(x.sizes().size(), 1);
  sizes[0] = x.size(0);
  sizes[1] = x.size(1);
  return empty(IntArrayRef(sizes), x.options());
}

Tensor drop(const Tensor& x, double p, bool train, bool channels, bool alpha) {
  TL_CHECK(p >= 0 && p <= 1, "dropout probability has to be between 0 and 1, but got ", p);
  if (p == 0 || !train || x.numel() == 0) return x;
  if (p == 1) return mul(x, zeros({}, x.options()));
  Tensor noise =
      (channels ? channel_noise(x) : empty_like(x, MemoryFormat::Contiguous)).bernoulli_(1 - p);
  if (!alpha) return mul(x, noise.div_(1 - p));
  constexpr double kAlpha = 1.7580993408473766;
  const double a = 1 / std::sqrt((kAlpha * kAlpha * p + 1) * (1 - p));
  const Tensor b = add(mul(add(noise, -1), kAlpha * a), kAlpha * a * p);
  return add(mul(x, noise.mul_(a)), b);
}
Tensor dropout_impl(const Tensor& x, double p, bool train) {
  return drop(x, p, train, false, false);
}
Tensor feature_dropout_impl(const Tensor& x, double p, bool train) {
  return drop(x, p, train, true, false);
}
Tensor alpha_dropout_impl(const Tensor& x, double p, bool train) {
  return drop(x, p, train, false, true);
}
Tensor feature_alpha_dropout_impl(const Tensor& x, double p, bool train) {
  return drop(x, p, train, true, true);
}

std::tuple<Tensor, Tensor> native_dropout_impl(const Tensor& x, double p,
                                               std::optional<bool> train) {
  if (x.numel() == 0) return {x, empty_like(x)};
  if (!train.value_or(true)) return {clone(x), ones_like(x, TensorOptions(kBool))};
  const Tensor mask = empty_like(x, TensorOptions(kBool)).bernoulli_(1 - p);
  return {mul(mul(x, mask), p == 1 ? 0 : 1 / (1 - p)), mask};
}

std::vector<Sample> drop_samples() {
  return {{{sample({4, 5, 3}), 0.3, true}},
          {{sample({4, 5, 3}), 0.5, false}},
          {{sample({4, 5}), 1.0, true}},
          {{sample({4, 5}), 0.0, true}}};
}
constexpr Trait kDropout = Trait::composite | Trait::random;

}  // namespace

TL_OP(dropout){
    .schemas = {"aten::dropout(Tensor input, float p, bool train) -> Tensor",
                "aten::dropout_(Tensor(a!) self, float p, bool train) -> Tensor(a!)"},
    .function = function<dropout_impl>,
    .traits = kDropout,
    .samples = TL_TEST(drop_samples),
};
TL_OP(feature_dropout){
    .schemas = {"aten::feature_dropout(Tensor input, float p, bool train) -> Tensor",
                "aten::feature_dropout_(Tensor(a!) self, float p, bool train) -> Tensor(a!)"},
    .function = function<feature_dropout_impl>,
    .traits = kDropout,
    .samples = TL_TEST(drop_samples),
};
TL_OP(alpha_dropout){
    .schemas = {"aten::alpha_dropout(Tensor input, float p, bool train) -> Tensor",
                "aten::alpha_dropout_(Tensor(a!) self, float p, bool train) -> Tensor(a!)"},
    .function = function<alpha_dropout_impl>,
    .traits = kDropout,
    .samples = TL_TEST(drop_samples),
};
TL_OP(feature_alpha_dropout){
    .schemas = {"aten::feature_alpha_dropout(Tensor input, float p, bool train) -> Tensor",
                "aten::feature_alpha_dropout_(Tensor(a!) self, float p, bool train) -> Tensor(a!)"},
    .function = function<feature_alpha_dropout_impl>,
    .traits = kDropout,
    .samples = TL_TEST(drop_samples),
};
TL_OP(native_dropout){
    .schemas = {"aten::native_dropout(Tensor input, float p, bool? train) -> (Tensor, Tensor)"},
    .function = function<native_dropout_impl>,
    .traits = kDropout | Trait::copied_out,
    .samples = TL_TEST(drop_samples),
};
}  // namespace tealight::ops
