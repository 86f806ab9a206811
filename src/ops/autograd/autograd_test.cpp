// The graph: what it keeps, whom it tells, and what it refuses. Formulas have their own test.
#include "tealight/autograd.h"

#include <gtest/gtest.h>

#include "core/test_errors.h"

namespace tealight::autograd {
namespace {

Tensor leaf(std::initializer_list<float> v) {
  Tensor t(Fact(kFloat, {int64_t(v.size())}));
  std::copy(v.begin(), v.end(), t.as<float>());
  return t.requires_grad_();
}
std::vector<float> numbers(const Tensor& t) {
  const Tensor c = t.detach().contiguous();
  return {c.as<float>(), c.as<float>() + c.numel()};
}
using Floats = std::vector<float>;

template <class F>
void expect_error(const F& f, const char* part) {
  const std::string error = testing::error_of(f);
  EXPECT_NE(error.find(part), error.npos) << error;
}

TEST(Autograd, AddsUpGradientsOfLeaves) {
  const Tensor x = leaf({1, 2, 3}), y = leaf({4, 5, 6});
  (x * y + x).sum().backward();
  EXPECT_EQ(numbers(x.grad()), (Floats{5, 6, 7}));
  EXPECT_EQ(numbers(y.grad()), (Floats{1, 2, 3}));
  (x * x).sum().backward();
  EXPECT_EQ(numbers(x.grad()), (Floats{7, 10, 13}));
}

TEST(Autograd, LessonThree) {
  Tensor w = leaf({3});
  (2 * w - 10).pow(2).sum().backward();
  EXPECT_EQ(w.grad().item<float>(), -16);
  NoGradGuard off;
  w -= 0.1 * w.grad();
  EXPECT_FLOAT_EQ(w.item<float>(), 4.6f);
}

TEST(Autograd, SecondDerivatives) {
  const Tensor x = leaf({2, 3});
  const Tensor y = x.pow(3).sum();
  const Tensor g = grad({y}, {x}, {}, std::nullopt, true)[0];
  EXPECT_EQ(numbers(g), (Floats{12, 27}));
  const Tensor h = grad({g.sum()}, {x})[0];
  EXPECT_EQ(numbers(h), (Floats{12, 18}));
}

TEST(Autograd, WritesThroughViewsReachTheBase) {
  const Tensor x = leaf({1, 2, 3});
  Tensor y = x * 1;
  y[1].mul_(10);
  (y * y).sum().backward();
  EXPECT_EQ(numbers(x.grad()), (Floats{2, 400, 6}));

  Tensor base = zeros({3});
  const Tensor view = base.narrow(0, 1, 2);
  view.copy_(leaf({5, 6}) * 1);
  EXPECT_TRUE(base.requires_grad());
  EXPECT_EQ(base.grad_fn()->name(), "CopySlices");
  EXPECT_TRUE(view.requires_grad());
}

TEST(Autograd, ViewSeesWritesToItsBase) {
  const Tensor x = leaf({1, 2, 3});
  Tensor y = x * 1;
  const Tensor v = y.narrow(0, 0, 2);
  y.mul_(3);
  v.sum().backward();
  EXPECT_EQ(numbers(x.grad()), (Floats{3, 3, 0}));
}

TEST(Autograd, RefusesWritesToLeaves) {
  Tensor x = leaf({1, 2});
  expect_error([&] { x.add_(1); }, "a leaf Variable that requires grad");
  expect_error([&] { x[0].add_(1); }, "a view of a leaf Variable that requires grad");
  NoGradGuard off;
  x.add_(1);
  EXPECT_EQ(numbers(x), (Floats{2, 3}));
}

TEST(Autograd, NoticesWrittenArguments) {
  const Tensor x = leaf({1, 2});
  Tensor a = x * 2;
  const Tensor b = a * a;
  a.add_(1);
  expect_error([&] { b.sum().backward(); }, "modified by an inplace operation");
  Tensor c = x * 2;
  const Tensor d = c + 1;  // reads nothing of c
  c.add_(1);
  d.sum().backward();
  EXPECT_EQ(numbers(x.grad()), (Floats{2, 2}));
}

TEST(Autograd, GraphIsFreedUnlessRetained) {
  const Tensor x = leaf({1, 2});
  const Tensor y = (x * x).sum();
  y.backward({}, true);
  y.backward();
  expect_error([&] { y.backward(); }, "a second time");
  EXPECT_EQ(numbers(x.grad()), (Floats{4, 8}));
}

TEST(Autograd, HooksSeeAndReplaceGradients) {
  const Tensor x = leaf({1, 2});
  Tensor y = x * 2;
  Floats seen;
  y.register_hook([&](const Tensor& g) { seen = numbers(g); });
  y.register_hook([](const Tensor& g) { return g * 10; });
  const unsigned last = x.register_hook([](const Tensor& g) { return g + 1; });
  y.retain_grad();
  y.sum().backward();
  EXPECT_EQ(seen, (Floats{1, 1}));
  EXPECT_EQ(numbers(y.grad()), (Floats{10, 10}));
  EXPECT_EQ(numbers(x.grad()), (Floats{21, 21}));
  x.remove_hook(last);
  x.mutable_grad().reset();
  (x * 1).sum().backward();
  EXPECT_EQ(numbers(x.grad()), (Floats{1, 1}));
}

TEST(Autograd, BackwardForInputsOnly) {
  const Tensor x = leaf({1}), y = leaf({2});
  const Tensor xs[] = {x};
  (x * y).sum().backward({}, std::nullopt, false, TensorList(xs, 1));
  EXPECT_EQ(x.grad().item<float>(), 2);
  EXPECT_FALSE(y.grad().defined());
}

TEST(Autograd, UnusedInputsNeedPermission) {
  const Tensor x = leaf({1}), y = leaf({2});
  expect_error([&] { grad({x * 1}, {y}); }, "not have been used");
  EXPECT_FALSE(grad({x * 1}, {y}, {}, std::nullopt, false, true)[0].defined());
}

TEST(Autograd, DetachAndNoGrad) {
  const Tensor x = leaf({1});
  EXPECT_FALSE((x * 2).detach().requires_grad());
  EXPECT_TRUE(x.is_leaf());
  EXPECT_FALSE((x * 2).is_leaf());
  NoGradGuard off;
  EXPECT_FALSE((x * 2).requires_grad());
}

TEST(Autograd, DeepGraphsEndWithoutRecursion) {
  const Tensor x = leaf({1});
  Tensor y = x;
  for (int i = 0; i < 100000; ++i) y = y + 1;
  y.backward();
  EXPECT_EQ(x.grad().item<float>(), 1);
}

TEST(Autograd, OutDoesNotDifferentiate) {
  const Tensor x = leaf({1});
  Tensor out = zeros({1});
  expect_error([&] { mul_out(out, x, x); }, "don't support automatic differentiation");
}

struct Cube : Function<Cube> {
  static Tensor forward(AutogradContext* c, const Tensor& x, double factor) {
    c->save_for_backward({x});
    c->saved_data["factor"] = factor;
    return x * x * x * factor;
  }
  static variable_list backward(AutogradContext* c, const variable_list& g) {
    const Tensor x = c->get_saved_variables()[0];
    return {3 * x * x * g[0] * c->saved_data["factor"].toDouble(), Tensor()};
  }
};

TEST(Autograd, CustomFunctionsDifferentiateTwice) {
  const Tensor x = leaf({2});
  const Tensor g = grad({Cube::apply(x, 2.0)}, {x}, {}, std::nullopt, true)[0];
  EXPECT_EQ(g.item<float>(), 24);
  g.backward();
  EXPECT_EQ(x.grad().item<float>(), 24);
}

TEST(Autograd, CheckpointsComputeAgain) {
  const Tensor w = leaf({3}), x = leaf({2});
  int calls = 0;
  const auto f = [&](const variable_list& in) -> variable_list {
    ++calls;
    return {in[0] * in[0] * w * rand({1})};
  };
  manual_seed(7);
  const Tensor y = checkpoint(f, {x})[0];
  const Tensor after = rand({1});
  y.backward();
  EXPECT_EQ(calls, 2);
  EXPECT_FLOAT_EQ(x.grad().item<float>() * 2 * 1, 2 * y.item<float>() * 2 / 2);
  EXPECT_FLOAT_EQ(w.grad().item<float>() * 3, y.item<float>());
  (void)after;
}

TEST(Autograd, BatchNormWritesItsStatisticsAndDifferentiates) {
  const Tensor x = randn({4, 3}).requires_grad_(), mean = zeros({3}), var = ones({3});
  const int64_t before = mean._version();
  const Tensor y = batch_norm(x, {}, {}, mean, var, true, 0.1, 1e-5, false);
  EXPECT_GT(mean.abs().sum().item<float>(), 0);
  EXPECT_GT(mean._version(), before);
  (y * y * y).sum().backward();
  EXPECT_NEAR(x.grad().sum().item<float>(), 0, 1e-4);
}

TEST(Autograd, DataHasAVersionOfItsOwn) {
  const Tensor w = leaf({2});
  const Tensor y = w * w;
  w.data().mul_(2);
  EXPECT_EQ(w._version(), 0);
  y.backward();
  EXPECT_EQ(w.grad().item<float>(), 8);  // of what it is by now
}

TEST(Autograd, AnomalyModeNamesTheForwardCall) {
  DetectAnomalyGuard on;
  const Tensor x = leaf({0});
  const Tensor y = (x.sqrt() * 0).sum();
  expect_error([&] { y.backward(); }, "SqrtBackward0");
  expect_error([&] { ((x * 1).sqrt() * 0).sum().backward(); },
               "the forward call aten::sqrt(Float[1])");
}

TEST(Autograd, CompositesInPlaceKeepWhatTheyRead) {
  const Tensor x = leaf({3, -2});
  Tensor y = x * 1;
  y.square_();
  y.sum().backward();
  EXPECT_EQ(numbers(x.grad()), (Floats{6, -4}));
}

}  // namespace
}  // namespace tealight::autograd
