#include "tealight/nn/utils.h"

#include <gtest/gtest.h>

#include <limits>

#include "core/test_errors.h"
#include "tealight/factories.h"
#include "tealight/nested.h"
#include "tealight/nn/modules/linear.h"
#include "tealight/ops.h"

using namespace torch;
namespace utils = torch::nn::utils;

namespace {

Tensor with_grad(std::initializer_list<double> g) {
  const Tensor p = tealight::zeros({int64_t(g.size())}, kDouble).requires_grad_();
  p.mutable_grad() = tealight::tensor(std::vector<double>(g));
  return p;
}

TEST(ClipGradNorm, ScalesAllByOneFactor) {
  const Tensor a = with_grad({3, 0}), b = with_grad({4}), none = tealight::ones({1});
  EXPECT_DOUBLE_EQ(utils::clip_grad_norm_({a, b, none}, 1), 5);
  EXPECT_NEAR(a.grad()[0].item<double>(), 0.6, 1e-6);
  EXPECT_NEAR(b.grad()[0].item<double>(), 0.8, 1e-6);
  EXPECT_DOUBLE_EQ(utils::clip_grad_norm_(a, 10, std::numeric_limits<double>::infinity()),
                   a.grad()[0].item<double>());
}
TEST(ClipGradNorm, RefusesWhatIsNotFiniteIfAsked) {
  const Tensor a = with_grad({std::numeric_limits<double>::infinity()});
  const std::string message = tealight::testing::error_of(
      [&] { utils::clip_grad_norm_(a, 1, 2, /*error_if_nonfinite=*/true); });
  EXPECT_NE(message.find("is non-finite, so it cannot be clipped"), message.npos);
}
TEST(ClipGradValue, Clamps) {
  const Tensor a = with_grad({-3, 0.5, 9});
  utils::clip_grad_value_(a, 1);
  EXPECT_TRUE(tealight::equal(a.grad(), tealight::tensor({-1.0, 0.5, 1.0}, kDouble)));
}
TEST(ConvertParameters, ThereAndBack) {
  nn::Linear from(2, 3), to(2, 3);
  const Tensor flat = utils::parameters_to_vector(from->parameters());
  EXPECT_EQ(flat.numel(), 9);
  utils::vector_to_parameters(flat, to->parameters());
  EXPECT_TRUE(tealight::equal(to->weight, from->weight));
  EXPECT_TRUE(tealight::equal(to->bias, from->bias));
}

}  // namespace

TEST(Nested, PadsToTheLargest) {
  const Tensor a = tealight::ones({1, 3}).requires_grad_(), b = tealight::ones({2, 2});
  const auto nested = torch::nested::as_nested_tensor({a, b});
  EXPECT_EQ(nested.size(0), 2);
  EXPECT_THROW(nested.size(1), Error);
  const Tensor padded = torch::nested::to_padded_tensor(nested, -1);
  EXPECT_TRUE(tealight::equal(
      padded, tealight::tensor({{{1., 1., 1.}, {-1., -1., -1.}}, {{1., 1., -1.}, {1., 1., -1.}}})));
  (padded * 2).sum().backward();
  EXPECT_TRUE(tealight::equal(a.grad(), tealight::full({1, 3}, 2.)));
  EXPECT_EQ(torch::nested::to_padded_tensor(nested, 0, IntArrayRef{2, 2, 4}).size(2), 4);
  EXPECT_THROW(torch::nested::to_padded_tensor(nested, 0, IntArrayRef{2, 1, 4}), Error);
  EXPECT_FALSE(torch::nested::nested_tensor({a, b}).unbind()[0].requires_grad());
  EXPECT_THROW(torch::nested::nested_tensor({a, tealight::ones({2})}), Error);
}
