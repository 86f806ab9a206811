// The fused operators against the operators they stand for.
#include <gtest/gtest.h>

#include "ops/samples.h"
#include "tealight/operators.h"
#include "tealight/ops.h"

namespace tealight::testing {
namespace {

Tensor random(IntArrayRef sizes, uint64_t seed) { return sample(sizes, kFloat, -1, 1, seed); }
void expect_close(const Tensor& got, const Tensor& want, double tolerance = 2e-6) {
  ASSERT_EQ(got.sizes(), want.sizes());
  EXPECT_TRUE(allclose(got, want, tolerance, tolerance)) << got << want;
}

Tensor linear_of(const Tensor& x, const Tensor& w, const Value& bias, const Value& residual,
                 const char* activation, double a = 0, double b = 0) {
  return detail::call_as<Tensor>(find_overload("tealight::linear"), x, w, bias, residual,
                                 activation, a, b);
}

TEST(FusedLinear, EqualsLinearThenAddThenActivation) {
  for (const int64_t rows : {1, 3, 30}) {
    const Tensor x = random({rows, 40}, 1), w = random({50, 40}, 2), bias = random({50}, 3),
                 residual = random({rows, 50}, 4), sum = linear(x, w, bias) + residual;
    const auto fused = [&](const char* name, double a = 0, double b = 0) {
      return linear_of(x, w, bias, residual, name, a, b);
    };
    expect_close(fused("none"), sum);
    expect_close(fused("clamp", 0, HUGE_VAL), relu(sum));
    expect_close(fused("clamp", -0.5, 0.5), clamp(sum, -0.5, 0.5));
    expect_close(fused("leaky_relu", 0.1), leaky_relu(sum, 0.1));
    expect_close(fused("gelu"), gelu(sum));
    expect_close(fused("gelu_tanh"), gelu(sum, "tanh"));
    expect_close(fused("silu"), silu(sum));
    expect_close(fused("sigmoid"), sigmoid(sum));
    expect_close(fused("tanh"), tanh(sum));
    expect_close(fused("hardswish"), hardswish(sum));
    expect_close(fused("hardsigmoid"), hardsigmoid(sum));
    expect_close(fused("elu", 0.7), elu(sum, 0.7));
    expect_close(linear_of(x, w, Value(), Value(), "none"), linear(x, w));
  }
}

TEST(FusedLinear, TakesAnyNumberOfDimensions) {
  const Tensor w = random({6, 5}, 2);
  expect_close(linear_of(random({2, 3, 5}, 1), w, Value(), Value(), "none"),
               linear(random({2, 3, 5}, 1), w));
  expect_close(linear_of(random({5}, 1), w, Value(), Value(), "none"), linear(random({5}, 1), w));
}

TEST(FusedLinear, RefusesWhatDoesNotFit) {
  const Tensor x = random({2, 5}, 1), w = random({6, 5}, 2);
  EXPECT_THROW(linear_of(x, w, Value(), random({6}, 3), "none"), Error);
  EXPECT_THROW(linear_of(x, w, random({5}, 3), Value(), "none"), Error);
  EXPECT_THROW(linear_of(x, w, Value(), Value(), "softsign"), Error);
}

TEST(Linear, SixteenBitWeightsGiveWhatWidenedOnesDo) {
  for (const ScalarType t : {kHalf, kBFloat16})
    for (const int64_t rows : {1, 9}) {
      const Tensor x = random({rows, 33}, 1).to(t), w = random({20, 33}, 2).to(t),
                   bias = random({20}, 3).to(t);
      const Tensor wide = linear(x.to(kFloat), w.to(kFloat), bias.to(kFloat));
      EXPECT_TRUE(equal(linear(x, w, bias), wide.to(t)));
      const Tensor changed = w.clone();
      linear(x, changed, bias);
      changed.zero_();
      EXPECT_TRUE(equal(linear(x, changed, bias), bias.expand({rows, 20})));
    }
}

struct Heads {
  Tensor q, k, v;
  Heads(int64_t batch, int64_t tokens, int64_t heads, int64_t size) {
    const Tensor all = random({batch, tokens, 3, heads, size}, 1);
    const auto part = [&](int64_t i) { return transpose(select(all, 2, i), 1, 2); };
    q = part(0), k = part(1), v = part(2);
  }
  Tensor fused(const Value& mask) const {
    return detail::call_as<Tensor>(find_overload("tealight::attention"), q, k, v, mask, 0.3);
  }
  Tensor scores() const { return matmul(q, transpose(k, 2, 3)) * 0.3; }
};

TEST(FusedAttention, EqualsItsParts) {
  const Heads h(2, 37, 3, 24);
  const Tensor want = matmul(softmax(h.scores(), -1), h.v);
  expect_close(h.fused(Value()), want);
  const Tensor more = random({2, 1, 37, 37}, 5), keep = gt(random({37, 37}, 6), -0.5);
  expect_close(h.fused(more), matmul(softmax(h.scores() + more, -1), h.v));
  expect_close(h.fused(keep),
               matmul(softmax(masked_fill(h.scores(), logical_not(keep), -HUGE_VAL), -1), h.v));
}

TEST(FusedAttention, GivesTokensByHeadsWithoutACopy) {
  const Tensor out = transpose(Heads(2, 5, 3, 4).fused(Value()), 1, 2);
  EXPECT_TRUE(out.is_contiguous());
}

TEST(FusedAttention, TakesAnyStrides) {
  Heads h(1, 20, 2, 8);
  const Tensor want = h.fused(Value());
  h.k = transpose(transpose(h.k, 2, 3).contiguous(), 2, 3);
  expect_close(h.fused(Value()), want);
  h.v = transpose(transpose(h.v, 1, 3).contiguous(), 1, 3);
  expect_close(h.fused(Value()), want);
}

TEST(FusedAttention, WithoutKeysGivesZeros) {
  Heads h(1, 4, 2, 8);
  h.k = narrow(h.k, 2, 0, 0), h.v = narrow(h.v, 2, 0, 0);
  EXPECT_TRUE(equal(h.fused(Value()), zeros({1, 2, 4, 8})));
}

TEST(ScaledDotProductAttention, EqualsItsPartsWithMasksAndCausally) {
  const Heads h(2, 9, 3, 16);
  const Tensor scores = matmul(h.q, transpose(h.k, 2, 3)) * 0.25;
  const Tensor later = logical_not(tril(ones({9, 9}, TensorOptions(kBool))));
  expect_close(scaled_dot_product_attention(h.q, h.k, h.v, {}, 0, true),
               matmul(softmax(masked_fill(scores, later, -HUGE_VAL), -1), h.v));
  expect_close(scaled_dot_product_attention(h.q, h.k, h.v), matmul(softmax(scores, -1), h.v));
}

}  // namespace
}  // namespace tealight::testing
