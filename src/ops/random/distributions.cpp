// Draws from distributions whose parameters may be tensors: bernoulli, normal, multinomial,
// poisson.
#include "kernels/random/distributions.h"

#include <cmath>

#include "ops/gradients.h"
#include "ops/random/create.h"
#include "ops/random/fill.h"

namespace tealight::ops {
namespace {

Tensor bernoulli_impl(const Tensor& self, const Value& g) {
  return empty_like(self, MemoryFormat::Contiguous).bernoulli_(self, generator(g));
}
Tensor bernoulli_out_impl(const Tensor& self, const Value& g, const Tensor& out) {
  return resized(out, self.fact().sizes).bernoulli_(self, generator(g));
}
Tensor bernoulli_p_impl(const Tensor& self, double p, const Value& g) {
  return empty_like(self, MemoryFormat::Contiguous).bernoulli_(p, generator(g));
}
Tensor bernoulli_float_out_impl(const Tensor& self, double p, const Value& g, const Tensor& out) {
  return resized(out, self.fact().sizes).copy_(bernoulli_p_impl(self, p, g));
}
Tensor bernoulli_tensor_impl(const Tensor& self, const Tensor& p, const Value& g) {
  return empty_like(self).bernoulli_(p, generator(g));
}
Tensor normal_functional_impl(const Tensor& self, double mean, double std, const Value& g) {
  return empty_like(self).normal_(mean, std, generator(g));
}
Tensor normal_out_impl(const Tensor& self, double mean, double std, const Value& g,
                       const Tensor& out) {
  return resized(out, self.fact().sizes).copy_(normal_functional_impl(self, mean, std, g));
}
Tensor normal_tensor_float_impl(const Tensor& mean, double std, const Value& g) {
  return empty_like(mean, MemoryFormat::Contiguous).normal_(0, std, generator(g)).add_(mean);
}
Tensor normal_float_tensor_impl(double mean, const Tensor& std, const Value& g) {
  return empty_like(std, MemoryFormat::Contiguous).normal_(0, 1, generator(g)).mul_(std).add_(mean);
}
Tensor normal_tensor_tensor_impl(const Tensor& mean, const Tensor& std, const Value& g) {
  const DimVector sizes = broadcast_sizes(mean.sizes(), std.sizes());
  return empty(IntArrayRef(sizes), mean.options()).normal_(0, 1, generator(g)).mul_(std).add_(mean);
}
Tensor normal_tensor_float_out_impl(const Tensor& mean, double std, const Value& g,
                                    const Tensor& out) {
  return resized(out, mean.fact().sizes).normal_(0, std, generator(g)).add_(mean);
}
Tensor normal_float_tensor_out_impl(double mean, const Tensor& std, const Value& g,
                                    const Tensor& out) {
  return resized(out, std.fact().sizes).normal_(0, 1, generator(g)).mul_(std).add_(mean);
}
Tensor normal_tensor_tensor_out_impl(const Tensor& mean, const Tensor& std, const Value& g,
                                     const Tensor& out) {
  return resized(out, broadcast_sizes(mean.sizes(), std.sizes()))
      .normal_(0, 1, generator(g))
      .mul_(std)
      .add_(mean);
}
Tensor normal_float_float_impl(double mean, double std, const DimVector& size, const Value& g,
                               DType_ t, Layout_ l, Device_ d, std::optional<bool>) {
  return make(size, t.value_or(get_default_dtype_as_scalartype()), l, d)
      .normal_(mean, std, generator(g));
}
Tensor normal_float_float_out_impl(double mean, double std, const DimVector& size, const Value& g,
                                   const Tensor& out) {
  return resized(out, size).normal_(mean, std, generator(g));
}

Tensor with_replacement(const Tensor& weights, int64_t samples, const Value& g) {
  const int64_t categories = weights.size(-1), rows = weights.numel() / categories;
  DimVector sizes(weights.sizes());
  sizes.back() = samples;
  const Tensor out(Fact(kLong, sizes));
  const Tensor w =
      contiguous(weights.scalar_type() == kDouble ? weights : converted(weights, kFloat));
  const auto draw = [&](auto t) {
    using T = decltype(t);
    std::vector<T> cumulative(static_cast<size_t>(categories));
    draw_from(g, [&](kernels::Generator& state) {
      for (int64_t r = 0; r < rows; ++r)
        TL_CHECK(
            kernels::draw_with_replacement(state, categories, w.as<const T>() + r * categories,
                                           samples, cumulative.data(),
                                           out.as<int64_t>() + r * samples),
            "multinomial(): probability tensor contains either `inf`, `nan` or element < 0, or its sum is not positive");
    });
  };
  if (w.scalar_type() == kDouble)
    draw(double{});
  else
    draw(float{});
  return out;
}
// Without replacement: the largest of weight / exponential draw.
Tensor multinomial_impl(const Tensor& self, int64_t samples, bool replacement, const Value& g) {
  TL_CHECK(self.dim() > 0 && self.dim() <= 2, "prob_dist must be 1 or 2 dim");
  TL_CHECK(self.is_floating_point(),
           "multinomial only supports floating-point dtypes for input, got: ", self.scalar_type());
  TL_CHECK(samples > 0, "cannot sample n_sample <= 0 samples");
  TL_CHECK(replacement || samples <= self.size(-1),
           "cannot sample n_sample > prob_dist.size(-1) samples without replacement");
  if (self.numel() == 0) {
    DimVector sizes(self.sizes());
    sizes.back() = samples;
    return Tensor(Fact(kLong, sizes));
  }
  if (replacement) return with_replacement(self, samples, g);
  const Tensor valid = logical_and(lt(self, HUGE_VAL).all(), ge(self, 0).all());
  TL_CHECK(valid.item<bool>(), "probability tensor contains either `inf`, `nan` or element < 0");
  TL_CHECK(!eq(tealight::sum(self, IntArrayRef({-1})), 0).any().item<bool>(),
           "invalid multinomial distribution (sum of probabilities <= 0)");
  const Tensor q = div(self, empty_like(self).exponential_(1, generator(g)));
  return samples == 1 ? argmax(q, -1, true) : std::get<1>(topk(q, samples));
}

int64_t draw_poisson(kernels::Generator& g, double lambda) {
  if (lambda == 0) return 0;
  if (lambda < 10) {
    const double end = std::exp(-lambda);
    double product = 1;
    for (int64_t n = 0;; ++n) {
      product *= kernels::draw_uniform(g);
      if (!(product > end)) return n;
    }
  }
  // transformed rejection (Hoermann 1993)
  const double root = std::sqrt(lambda), log_lambda = std::log(lambda);
  const double b = 0.931 + 2.53 * root, a = -0.059 + 0.02483 * b;
  const double inverse_alpha = 1.1239 + 1.1328 / (b - 3.4), vr = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const double u = kernels::draw_uniform(g) - 0.5, v = kernels::draw_uniform(g),
                 us = 0.5 - std::fabs(u);
    const double k = std::floor((2 * a / us + b) * u + lambda + 0.43);
    if (us >= 0.07 && v <= vr) return int64_t(k);
    if (k < 0 || (us < 0.013 && v > us)) continue;
    if (std::log(v) + std::log(inverse_alpha) - std::log(a / (us * us) + b) <=
        -lambda + k * log_lambda - std::lgamma(k + 1))
      return int64_t(k);
  }
}
Tensor poisson_impl(const Tensor& self, const Value& g) {
  TL_CHECK(self.is_floating_point(), "poisson(): not implemented for ", self.scalar_type());
  const Tensor rates = converted(contiguous(self), kDouble), out(Fact(kDouble, self.sizes()));
  for (int64_t i = 0; i < rates.numel(); ++i) {
    const double rate = rates.as<double>()[i];
    TL_CHECK(rate >= 0 && rate < 1e15,
             "invalid Poisson rate, expected rate to be non-negative, but got ", rate);
  }
  draw_from(g, [&](kernels::Generator& state) {
    for (int64_t i = 0; i < rates.numel(); ++i)
      out.as<double>()[i] = double(draw_poisson(state, rates.as<double>()[i]));
  });
  const Tensor result = empty_like(self, MemoryFormat::Contiguous);
  copy_into(result, out);
  return result;
}
std::vector<Sample> bernoulli_samples() {
  return {{{sample({5, 6}, kFloat, 0, 1), Value()}}, {{sample({5}, kDouble, 0, 1), Value()}}};
}
std::vector<Sample> bernoulli_p_samples() { return {{{sample({5, 6}), 0.3, Value()}}}; }
std::vector<Sample> tensor_float_samples() { return {{{sample({5, 6}), 0.5, Value()}}}; }
std::vector<Sample> float_tensor_samples() {
  return {{{0.5, sample({5, 6}, kFloat, 0.1, 2), Value()}}};
}
std::vector<Sample> tensor_tensor_samples() {
  return {{{sample({5, 6}), sample({6}, kFloat, 0.1, 2, 2), Value()}}};
}
std::vector<Sample> float_float_samples() {
  return {{with_options({1.5, 0.5, DimVector{3, 10}, Value()}, Value())}};
}
std::vector<Sample> multinomial_samples() {
  return {{{sample({6}, kFloat, 0.1, 1), 4, true, Value()}},
          {{sample({3, 6}, kFloat, 0.1, 1), 4, false, Value()}},
          {{sample({3, 6}, kDouble, 0.1, 1), 1, false, Value()}}};
}
std::vector<Sample> poisson_samples() { return {{{sample({5, 6}, kFloat, 0, 30), Value()}}}; }

}  // namespace

#define TL_OPTIONS \
  "ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None"
TL_OP(bernoulli){
    .schemas = {"aten::bernoulli(Tensor self, *, Generator? generator=None) -> Tensor"},
    .function = function<bernoulli_impl>,
    .backward = TL_TRAIN(zero_gradients),
    .reads = {0, 0},
    .traits = Trait::random,
    .samples = TL_TEST(bernoulli_samples),
};
TL_OP(bernoulli_out){
    .schemas =
        {"aten::bernoulli.out(Tensor self, *, Generator? generator=None, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<bernoulli_out_impl>,
    .traits = kRandom,
};
TL_OP(bernoulli_p){
    .schemas = {"aten::bernoulli.p(Tensor self, float p, *, Generator? generator=None) -> Tensor"},
    .function = function<bernoulli_p_impl>,
    .backward = TL_TRAIN(zero_gradients),
    .reads = {0, 0},
    .traits = Trait::random,
    .samples = TL_TEST(bernoulli_p_samples),
};
TL_OP(bernoulli_p_out){
    .schemas =
        {"aten::bernoulli.float_out(Tensor self, float p=0.5, *, Generator? generator=None, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<bernoulli_float_out_impl>,
    .traits = kRandom,
};
TL_OP(bernoulli_by_tensor){
    .schemas =
        {"aten::bernoulli.Tensor(Tensor self, Tensor p, *, Generator? generator=None) -> Tensor"},
    .function = function<bernoulli_tensor_impl>,
    .traits = kRandom | Trait::copied_out,
};
TL_OP(normal_functional){
    .schemas =
        {"aten::normal_functional(Tensor self, float mean=0, float std=1, *, Generator? generator=None) -> Tensor"},
    .function = function<normal_functional_impl>,
    .traits = kRandom,
};
TL_OP(normal_out){
    .schemas =
        {"aten::normal.out(Tensor self, float mean=0, float std=1, *, Generator? generator=None, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<normal_out_impl>,
    .traits = kRandom,
};
TL_OP(normal_tensor_float_out){
    .schemas =
        {"aten::normal.Tensor_float_out(Tensor mean, float std=1., *, Generator? generator=None, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<normal_tensor_float_out_impl>,
    .traits = kRandom,
};
TL_OP(normal_tensor_float){
    .schemas =
        {"aten::normal.Tensor_float(Tensor mean, float std=1., *, Generator? generator=None) -> Tensor"},
    .function = function<normal_tensor_float_impl>,
    .backward = TL_TRAIN(zero_gradients),
    .reads = {0, 0},
    .traits = Trait::random,
    .samples = TL_TEST(tensor_float_samples),
};
TL_OP(normal_float_tensor_out){
    .schemas =
        {"aten::normal.float_Tensor_out(float mean, Tensor std, *, Generator? generator=None, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<normal_float_tensor_out_impl>,
    .traits = kRandom,
};
TL_OP(normal_float_tensor){
    .schemas =
        {"aten::normal.float_Tensor(float mean, Tensor std, *, Generator? generator=None) -> Tensor"},
    .function = function<normal_float_tensor_impl>,
    .backward = TL_TRAIN(zero_gradients),
    .reads = {0, 0},
    .traits = Trait::random,
    .samples = TL_TEST(float_tensor_samples),
};
TL_OP(normal_tensor_tensor_out){
    .schemas =
        {"aten::normal.Tensor_Tensor_out(Tensor mean, Tensor std, *, Generator? generator=None, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<normal_tensor_tensor_out_impl>,
    .traits = kRandom,
};
TL_OP(normal_tensor_tensor){
    .schemas =
        {"aten::normal.Tensor_Tensor(Tensor mean, Tensor std, *, Generator? generator=None) -> Tensor"},
    .function = function<normal_tensor_tensor_impl>,
    .backward = TL_TRAIN(zero_gradients),
    .reads = {0, 0},
    .traits = Trait::random,
    .samples = TL_TEST(tensor_tensor_samples),
};
TL_OP(normal_float_float){
    .schemas =
        {"aten::normal.float_float(float mean, float std, SymInt[] size, *, Generator? generator=None, " TL_OPTIONS
         ") -> Tensor"},
    .function = function<normal_float_float_impl>,
    .traits = kRandom,
    .samples = TL_TEST(float_float_samples),
};
TL_OP(normal_float_float_out){
    .schemas =
        {"aten::normal.float_float_out(float mean, float std, SymInt[] size, *, Generator? generator=None, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<normal_float_float_out_impl>,
    .traits = kRandom,
};
TL_OP(multinomial){
    .schemas =
        {"aten::multinomial(Tensor self, int num_samples, bool replacement=False, *, Generator? generator=None) -> Tensor",
         "aten::multinomial.out(Tensor self, int num_samples, bool replacement=False, *, Generator? generator=None, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<multinomial_impl>,
    .traits = kRandom,
    .samples = TL_TEST(multinomial_samples),
};
TL_OP(poisson){
    .schemas = {"aten::poisson(Tensor self, Generator? generator=None) -> Tensor"},
    .function = function<poisson_impl>,
    .backward = TL_TRAIN(zero_gradients),
    .reads = {0, 0},
    .traits = Trait::random | Trait::copied_out,
    .samples = TL_TEST(poisson_samples),
};
#undef TL_OPTIONS
}  // namespace tealight::ops
