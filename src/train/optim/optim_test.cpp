// Optimizers and schedulers against PyTorch's numbers (tests/golden/optim.py), and what those do
// not show: groups, layouts, dtypes, threads.
#include "tealight/optim.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <map>
#include <sstream>

#include "core/test_errors.h"
#include "tealight/serialize.h"
#include "tealight/tealight.h"
#include "tealight/threads.h"

namespace torch::optim {
namespace {

using Params = std::vector<Tensor>;
using MakeOptimizer = std::unique_ptr<Optimizer> (*)(Params);

template <class O, class Options>
std::unique_ptr<Optimizer> made(Params p, Options options) {
  return std::make_unique<O>(std::move(p), options);
}

const std::map<std::string, MakeOptimizer> kOptimizers = {
    {"sgd", [](Params p) { return made<SGD>(p, SGDOptions(0.1)); }},
    {"sgd_momentum", [](Params p) { return made<SGD>(p, SGDOptions(0.1).momentum(0.9)); }},
    {"sgd_dampening",
     [](Params p) {
       return made<SGD>(p, SGDOptions(0.1).momentum(0.9).dampening(0.3).weight_decay(0.01));
     }},
    {"sgd_nesterov",
     [](Params p) {
       return made<SGD>(p, SGDOptions(0.1).momentum(0.8).nesterov(true).weight_decay(0.05));
     }},
    {"adam", [](Params p) { return made<Adam>(p, AdamOptions(0.01)); }},
    {"adam_decay",
     [](Params p) {
       return made<Adam>(p, AdamOptions(0.02).betas({0.8, 0.95}).weight_decay(0.1));
     }},
    {"adam_amsgrad",
     [](Params p) {
       return made<Adam>(p, AdamOptions(0.02).betas({0.5, 0.6}).amsgrad(true).eps(1e-4));
     }},
    {"adamw", [](Params p) { return made<AdamW>(p, AdamWOptions(0.01)); }},
    {"adamw_amsgrad",
     [](Params p) {
       return made<AdamW>(p, AdamWOptions(0.03).betas({0.5, 0.6}).weight_decay(0.3).amsgrad(true));
     }},
    {"adagrad", [](Params p) { return made<Adagrad>(p, AdagradOptions(0.1)); }},
    {"adagrad_decay",
     [](Params p) {
       return made<Adagrad>(
           p,
           AdagradOptions(0.2).lr_decay(0.1).weight_decay(0.05).initial_accumulator_value(0.5).eps(
               1e-3));
     }},
    {"rmsprop", [](Params p) { return made<RMSprop>(p, RMSpropOptions(0.01)); }},
    {"rmsprop_centered",
     [](Params p) {
       return made<RMSprop>(p, RMSpropOptions(0.01).alpha(0.9).centered(true).weight_decay(0.1));
     }},
    {"rmsprop_momentum",
     [](Params p) {
       return made<RMSprop>(p,
                            RMSpropOptions(0.01).alpha(0.8).momentum(0.9).centered(true).eps(1e-3));
     }},
};

using Scheduler = std::shared_ptr<LRScheduler>;
Scheduler one_cycle(Optimizer& o, OneCycleLROptions options) {
  return std::make_shared<OneCycleLR>(o, options.total_steps(24));
}
const std::map<std::string, Scheduler (*)(Optimizer&)> kSchedulers = {
    {"lambda",
     [](Optimizer& o) -> Scheduler {
       return std::make_shared<LambdaLR>(
           o, [](int64_t epoch) { return std::pow(0.9, epoch) + 0.01 * double(epoch); });
     }},
    {"multi_step",
     [](Optimizer& o) -> Scheduler {
       return std::make_shared<MultiStepLR>(o, std::vector<int64_t>{3, 7, 7, 20}, 0.3);
     }},
    {"exponential",
     [](Optimizer& o) -> Scheduler { return std::make_shared<ExponentialLR>(o, 0.87); }},
    {"linear", [](Optimizer& o) -> Scheduler { return std::make_shared<LinearLR>(o); }},
    {"linear_down",
     [](Optimizer& o) -> Scheduler { return std::make_shared<LinearLR>(o, 0.9, 0.2, 15); }},
    {"cosine",
     [](Optimizer& o) -> Scheduler { return std::make_shared<CosineAnnealingLR>(o, 8, 0.01); }},
    {"warm_restarts",
     [](Optimizer& o) -> Scheduler { return std::make_shared<CosineAnnealingWarmRestarts>(o, 5); }},
    {"warm_restarts_longer",
     [](Optimizer& o) -> Scheduler {
       return std::make_shared<CosineAnnealingWarmRestarts>(o, 3, 2, 0.001);
     }},
    {"one_cycle", [](Optimizer& o) { return one_cycle(o, OneCycleLROptions(0.5)); }},
    {"one_cycle_linear",
     [](Optimizer& o) {
       return one_cycle(o, OneCycleLROptions(0.5)
                               .anneal_strategy("linear")
                               .pct_start(0.4)
                               .div_factor(10)
                               .final_div_factor(100));
     }},
    {"one_cycle_three_phase",
     [](Optimizer& o) { return one_cycle(o, OneCycleLROptions(0.5).three_phase(true)); }},
    {"sequential",
     [](Optimizer& o) -> Scheduler {
       const Scheduler warm = std::make_shared<LinearLR>(o, 0.1, 1.0, 4),
                       down = std::make_shared<ExponentialLR>(o, 0.9),
                       end = std::make_shared<CosineAnnealingLR>(o, 6);
       return std::make_shared<SequentialLR>(o, std::vector{warm, down, end},
                                             std::vector<int64_t>{5, 12});
     }},
};

std::map<std::string, std::vector<double>> golden() {
  std::map<std::string, std::vector<double>> all;
  std::ifstream file("tests/golden/optim.txt");
  std::string line;
  std::getline(file, line);  // "torch 1.13.0"
  while (std::getline(file, line)) {
    std::istringstream words(line);
    std::string name;
    words >> name;
    for (double v; words >> v;) all[name].push_back(v);
  }
  return all;
}

template <class T>
std::vector<double> numbers(const Tensor& t) {
  const Tensor c = t.detach().contiguous();
  return {c.as<T>(), c.as<T>() + c.numel()};
}

void expect_near(const std::vector<double>& got, const std::vector<double>& expected,
                 double tolerance) {
  ASSERT_EQ(got.size(), expected.size());
  for (size_t i = 0; i < got.size(); ++i)
    EXPECT_NEAR(got[i], expected[i], tolerance * std::max(1.0, std::abs(expected[i]))) << i;
}

Tensor gradient(int64_t n, int step) {
  Tensor g = empty({n});
  for (int64_t i = 0; i < n; ++i) g.as<float>()[i] = float(std::sin(1.3 * double(i) + 0.7 * step));
  return g;
}

TEST(Optim, GivesPyTorchsNumbers) {
  auto expected = golden();
  for (const auto& [name, make] : kOptimizers) {
    SCOPED_TRACE(name);
    const Tensor p = linspace(-1, 2, 7).requires_grad_();
    const auto optimizer = make({p});
    std::vector<double> kept;
    for (int step = 0; step < 20; ++step) {
      p.mutable_grad() = gradient(7, step);
      optimizer->step();
      if (step == 0 || step == 4 || step == 19)
        for (double v : numbers<float>(p)) kept.push_back(v);
    }
    expect_near(kept, expected.at(name), 3e-6);
  }
}

std::vector<double> run_lbfgs(LBFGSOptions options) {
  const Tensor p = tensor({-1.2, 1.0}, kDouble).requires_grad_();
  LBFGS optimizer({p}, options);
  std::vector<double> kept;
  for (int step = 0; step < 4; ++step) {
    optimizer.step([&] {
      optimizer.zero_grad();
      const Tensor loss = (1 - p[0]).pow(2) + 100 * (p[1] - p[0].pow(2)).pow(2);
      loss.backward();
      return loss;
    });
    for (double v : numbers<double>(p)) kept.push_back(v);
  }
  return kept;
}
TEST(Optim, LbfgsTakesPyTorchsSteps) {
  auto expected = golden();
  expect_near(run_lbfgs(LBFGSOptions(0.001).max_iter(8)), expected.at("lbfgs"), 1e-9);
  expect_near(run_lbfgs(LBFGSOptions().line_search_fn("strong_wolfe").max_iter(5)),
              expected.at("lbfgs_wolfe"), 1e-8);
  expect_near(run_lbfgs(LBFGSOptions().line_search_fn("strong_wolfe").history_size(2)),
              expected.at("lbfgs_short"), 1e-8);
}

TEST(Optim, SchedulersGivePyTorchsRates) {
  auto expected = golden();
  for (const auto& [name, make] : kSchedulers) {
    SCOPED_TRACE(name);
    SGD optimizer({zeros({1})}, SGDOptions(0.2).momentum(0.9));
    auto& options = static_cast<SGDOptions&>(optimizer.param_groups()[0].options());
    const Scheduler scheduler = make(optimizer);
    std::vector<double> rates, momenta;
    for (int step = 0; step < 25; ++step) {
      rates.push_back(options.lr());
      momenta.push_back(options.momentum());
      if (step < 24) scheduler->step();
    }
    rates.insert(rates.end(), momenta.begin(), momenta.end());
    expect_near(rates, expected.at(name), 1e-13);
  }
}

TEST(Optim, SchedulersResumeInTheMiddle) {
  for (const auto& [name, make] : kSchedulers) {
    SCOPED_TRACE(name);
    SGD one({zeros({1})}, SGDOptions(0.2).momentum(0.9));
    SGD two({zeros({1})}, SGDOptions(0.2).momentum(0.9));
    const Scheduler whole = make(one), resumed = make(two);
    for (int step = 0; step < 9; ++step) whole->step();
    two.param_groups()[0].options().set_lr(one.param_groups()[0].options().get_lr());
    resumed->resume(whole->step_count());
    for (int step = 9; step < 20; ++step) {
      whole->step();
      resumed->step();
      EXPECT_EQ(whole->get_last_lr(), resumed->get_last_lr());
    }
  }
}

TEST(Optim, PlateauLooksForMoreOrLess) {
  const auto rate_after = [](ReduceLROnPlateau::SchedulerMode mode,
                             ReduceLROnPlateau::ThresholdMode threshold_mode,
                             std::initializer_list<float> metrics) {
    SGD optimizer({zeros({1})}, 1.0);
    ReduceLROnPlateauScheduler scheduler(optimizer, mode, 0.5f, 1, 0.1, threshold_mode);
    for (float m : metrics) scheduler.step(m);
    return optimizer.param_groups()[0].options().get_lr();
  };
  using S = ReduceLROnPlateau;
  EXPECT_EQ(rate_after(S::min, S::rel, {1, 0.8f, 0.6f, 0.5f}), 1);
  EXPECT_EQ(rate_after(S::min, S::rel, {1, 0.95f, 0.92f}), 0.5);
  EXPECT_EQ(rate_after(S::max, S::abs, {-5, -4, -3, -2}), 1);
  EXPECT_EQ(rate_after(S::max, S::abs, {-5, -4.95f, -4.92f}), 0.5);
  EXPECT_EQ(rate_after(S::max, S::rel, {1, 2, 3}), 1);
}

// The kernels' vectors, tails, pieces for threads and fallbacks all give the same numbers.
TEST(Optim, LayoutAndThreadsDoNotMatter) {
  const int threads = get_num_threads();
  for (const auto& [name, make] : kOptimizers) {
    SCOPED_TRACE(name);
    const int64_t n = 130 * 1001;
    const auto trained = [&](auto lay, int use_threads) {
      set_num_threads(use_threads);
      const Tensor p = lay(linspace(-1, 1, n).view({130, 1001})).requires_grad_();
      const auto optimizer = make({p});
      for (int step = 0; step < 3; ++step) {
        p.mutable_grad() = gradient(n, step).view({130, 1001});
        optimizer->step();
      }
      return p.detach().contiguous();
    };
    const Tensor plain = trained([](const Tensor& t) { return t.clone(); }, 1);
    EXPECT_TRUE(equal(plain, trained([](const Tensor& t) { return t.clone(); }, 2)));
    EXPECT_TRUE(equal(plain, trained([](const Tensor& t) { return t.t().contiguous().t(); }, 2)));
    EXPECT_TRUE(equal(plain, trained(
                                 [](const Tensor& t) {
                                   const Tensor wide = zeros({130, 2002});
                                   const Tensor p = wide.slice(1, 0, 2002, 2);
                                   p.copy_(t);
                                   return p.detach();
                                 },
                                 2)));
  }
  set_num_threads(threads);
}

TEST(Optim, TakesDoublesAndHalves) {
  for (const ScalarType dtype : {kDouble, kHalf, kBFloat16})
    for (const auto& [name, make] : kOptimizers) {
      SCOPED_TRACE(name);
      const Tensor p = linspace(-1, 2, 7).to(dtype).requires_grad_();
      const Tensor f = p.detach().to(kFloat).requires_grad_();
      const auto optimizer = make({p}), in_float = make({f});
      p.mutable_grad() = gradient(7, 1).to(dtype);
      f.mutable_grad() = gradient(7, 1).to(dtype).to(kFloat);
      optimizer->step();
      in_float->step();
      EXPECT_TRUE(
          allclose(p.detach().to(kFloat), f.detach(), 1e-2, dtype == kDouble ? 1e-6 : 1e-2));
    }
  const Tensor numbers = ones({2}, kComplexFloat).requires_grad_();
  SGD optimizer({numbers}, 0.1);
  numbers.mutable_grad() = ones({2}, kComplexFloat);
  EXPECT_NE(tealight::testing::error_of([&] { optimizer.step(); }).find("real numbers"),
            std::string::npos);
}

TEST(Optim, AWriteIsSeenByAutograd) {
  const Tensor p = ones({3}).requires_grad_();
  SGD optimizer({p}, 0.1);
  const Tensor loss = (p * p).sum();
  p.mutable_grad() = ones({3});
  optimizer.step();
  EXPECT_NE(tealight::testing::error_of([&] {
              loss.backward();
            }).find("modified by an inplace operation"),
            std::string::npos);
}

TEST(Optim, GroupsHaveOptionsOfTheirOwn) {
  const Tensor a = zeros({1}).requires_grad_(), b = zeros({1}).requires_grad_(),
               untouched = zeros({1}).requires_grad_();
  SGD optimizer({OptimizerParamGroup({a, untouched}),
                 OptimizerParamGroup({b}, std::make_unique<SGDOptions>(0.5))},
                SGDOptions(0.1));
  a.mutable_grad() = ones({1});
  b.mutable_grad() = ones({1});
  optimizer.step();
  EXPECT_FLOAT_EQ(a.item<float>(), -0.1f);
  EXPECT_FLOAT_EQ(b.item<float>(), -0.5f);
  EXPECT_EQ(untouched.item<float>(), 0);
  optimizer.zero_grad(/*set_to_none=*/false);
  EXPECT_EQ(a.grad().item<float>(), 0);
  optimizer.zero_grad();
  EXPECT_FALSE(a.grad().defined());
}

TEST(Optim, GoesThroughAnArchive) {
  for (const auto& [name, make] : kOptimizers) {
    SCOPED_TRACE(name);
    const auto start = [] {
      return Params{ones({3}).requires_grad_(), ones({2}).requires_grad_()};
    };
    const auto step = [](Optimizer& optimizer, Params& params, int n) {
      params[0].mutable_grad() = gradient(3, n);
      params[1].mutable_grad() = gradient(2, n + 1);
      optimizer.step();
    };
    Params a = start(), b = start();
    const auto whole = make(a), resumed = make(b);
    for (int n = 0; n < 3; ++n) step(*whole, a, n);
    whole->param_groups()[0].options().set_lr(0.0123);
    std::stringstream file;
    save(*whole, file);
    load(*resumed, file);
    for (size_t i = 0; i < 2; ++i) b[i].set_data(a[i].detach().clone());
    for (int n = 3; n < 6; ++n) step(*whole, a, n), step(*resumed, b, n);
    EXPECT_TRUE(equal(a[0], b[0]) && equal(a[1], b[1]));
  }
}

TEST(Optim, RefusesWhatMakesNoSense) {
  const Tensor p = zeros({1}).requires_grad_();
  const auto error = [&](auto f) { return tealight::testing::error_of(f); };
  EXPECT_EQ(error([&] { SGD({p}, -1.0); }).find("Invalid learning rate: -1"), 0u);
  EXPECT_NE(error([&] { SGD({p}, SGDOptions(0.1).nesterov(true)); }).find("Nesterov"),
            std::string::npos);
  EXPECT_NE(error([&] { Adam({p}, AdamOptions().betas({1.0, 0.9})); }).find("index 0"),
            std::string::npos);
  EXPECT_NE(error([&] { SGD({p * 2}, 0.1); }).find("non-leaf"), std::string::npos);
  EXPECT_NE(error([&] { LBFGS({p}).step(nullptr); }).find("closure"), std::string::npos);
  EXPECT_NE(error([&] {
              Adagrad optimizer({p}, AdagradOptions());
              OneCycleLR(optimizer, OneCycleLROptions(1.0).total_steps(5));
            }).find("cycle_momentum"),
            std::string::npos);
}

}  // namespace
}  // namespace torch::optim
