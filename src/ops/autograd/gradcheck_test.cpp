#include "tealight/gradcheck.h"

#include <gtest/gtest.h>

#include "core/test_errors.h"

namespace tealight {
namespace {

using autograd::AutogradContext;
using autograd::variable_list;

Tensor noise(std::initializer_list<int64_t> sizes, ScalarType t = kDouble) {
  return randn(IntArrayRef(sizes.begin(), sizes.size()), t).requires_grad_();
}

TEST(Gradcheck, PassesRightGradients) {
  manual_seed(3);
  const auto f = [](const variable_list& in) {
    return variable_list{in[0].matmul(in[1]).tanh(), (in[1] * in[1]).sum(0)};
  };
  const variable_list inputs{noise({2, 3}), noise({3, 2})};
  EXPECT_TRUE(gradcheck(f, inputs));
  EXPECT_TRUE(gradgradcheck(f, inputs));
}

TEST(Gradcheck, TakesComplexNumbers) {
  manual_seed(3);
  const auto f = [](const variable_list& in) {
    return variable_list{(in[0] * in[1]).abs(), in[0].exp()};
  };
  EXPECT_TRUE(gradcheck(f, {noise({3}, kComplexDouble), noise({3})}));
}

struct Wrong : autograd::Function<Wrong> {
  static Tensor forward(AutogradContext*, const Tensor& x) { return x * 2; }
  static variable_list backward(AutogradContext*, const variable_list& g) { return {g[0] * 3}; }
};
struct RightOnce : autograd::Function<RightOnce> {
  static Tensor forward(AutogradContext* c, const Tensor& x) {
    c->save_for_backward({x});
    return x * x;
  }
  static variable_list backward(AutogradContext* c, const variable_list& g) {
    return {g[0] * 2 * c->get_saved_variables()[0].detach()};  // no second derivative
  }
};

TEST(Gradcheck, TellsWrongOnes) {
  const auto f = [](const variable_list& in) { return variable_list{Wrong::apply(in[0])}; };
  const Tensor x = noise({2});
  const std::string error = testing::error_of([&] { gradcheck(f, {x}); });
  EXPECT_NE(error.find("Jacobian mismatch for output 0 with respect to input 0"), error.npos)
      << error;
  GradcheckOptions quiet;
  quiet.raise_exception = false;
  EXPECT_FALSE(gradcheck(f, {x}, quiet));

  const auto once = [](const variable_list& in) { return variable_list{RightOnce::apply(in[0])}; };
  EXPECT_TRUE(gradcheck(once, {x}));
  EXPECT_FALSE(gradgradcheck(once, {x}, {}, quiet));
}

TEST(Gradcheck, WantsAnInputThatRequiresGrad) {
  const auto f = [](const variable_list& in) { return in; };
  const std::string error = testing::error_of([&] { gradcheck(f, {zeros({1}, kDouble)}); });
  EXPECT_NE(error.find("at least one input tensor to require gradient"), error.npos) << error;
}

}  // namespace
}  // namespace tealight
