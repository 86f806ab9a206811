// Guards that programs put around inference, settings of the process, threads.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <c10/core/InferenceMode.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/grad_mode.h>
#include <torch/csrc/jit/runtime/graph_executor.h>
#include <torch/script.h>

#include <algorithm>
#include <atomic>
#include <thread>

namespace {

struct JITCallGuard {
  torch::autograd::AutoGradMode no_autograd_guard{false};
  torch::AutoNonVariableTypeMode non_var_guard{true};
  torch::jit::GraphOptimizerEnabledGuard no_optimizer_guard{false};
};
struct LiteJITCallGuard {
  torch::AutoNonVariableTypeMode non_var_guard;
};

}  // namespace

TEST(ApiGuards, TheJavaBindingsGuards) {
  EXPECT_TRUE(at::GradMode::is_enabled());
  {
    JITCallGuard guard;
    EXPECT_FALSE(at::GradMode::is_enabled());
    EXPECT_FALSE(torch::jit::getGraphExecutorOptimize());
    at::AutoGradMode on(true);
    EXPECT_TRUE(at::GradMode::is_enabled());
  }
  EXPECT_TRUE(at::GradMode::is_enabled());
  EXPECT_TRUE(torch::jit::getGraphExecutorOptimize());
  LiteJITCallGuard lite;
  EXPECT_EQ(at::add(at::ones({1}), 1).item<float>(), 2);
}

TEST(ApiGuards, NoGradSwitchesRecordingOff) {
  {
    torch::NoGradGuard no_grad;
    EXPECT_FALSE(torch::GradMode::is_enabled());
    {
      at::AutoGradMode on(true);
      EXPECT_TRUE(at::GradMode::is_enabled());
    }
    EXPECT_FALSE(at::GradMode::is_enabled());
  }
  EXPECT_TRUE(at::GradMode::is_enabled());
  at::GradMode::set_enabled(false);
  EXPECT_FALSE(c10::GradMode::is_enabled());
  std::thread([] { EXPECT_TRUE(at::GradMode::is_enabled()); }).join();  // each thread has its own
  torch::GradMode::set_enabled(true);
  const at::Tensor x = torch::ones({1}, torch::requires_grad());
  {
    torch::NoGradGuard no_grad;
    EXPECT_FALSE((x * 2).requires_grad());
  }
}

TEST(ApiGuards, BelowAutogradOperatorsStillRun) {
  at::AutoNonVariableTypeMode non_variable(true);
  at::AutoDispatchBelowAutograd below;
  at::AutoDispatchBelowADInplaceOrView below2;
  EXPECT_EQ(at::mul(at::ones({2}), 3).sum().item<float>(), 6);
  EXPECT_EQ(at::ones({4}).view({2, 2}).add_(1)[1][1].item<float>(), 2);
}

TEST(ApiGuards, InferenceModeMarksNewTensors) {
  EXPECT_FALSE(c10::InferenceMode::is_enabled());
  {
    c10::InferenceMode guard;
    EXPECT_TRUE(c10::InferenceMode::is_enabled());
    EXPECT_FALSE(at::GradMode::is_enabled());
    EXPECT_TRUE(at::empty({1}).is_inference());
    EXPECT_TRUE(at::add(at::ones({1}), 1).is_inference());
    c10::InferenceMode off(false);
    EXPECT_FALSE(c10::InferenceMode::is_enabled());
    EXPECT_FALSE(at::empty({1}).is_inference());
  }
  EXPECT_FALSE(at::empty({1}).is_inference());
  EXPECT_TRUE(at::GradMode::is_enabled());
  at::InferenceMode off(false);
  torch::InferenceMode on(true);
  EXPECT_TRUE(torch::InferenceMode::is_enabled());
}

TEST(ApiGuards, GraphExecutorsSettings) {
  torch::jit::setGraphExecutorOptimize(false);
  EXPECT_FALSE(torch::jit::getGraphExecutorOptimize());
  torch::jit::setGraphExecutorOptimize(true);
  EXPECT_TRUE(torch::jit::getGraphExecutorOptimize());
  torch::jit::getProfilingMode() = false;
  torch::jit::getExecutorMode() = false;
  EXPECT_FALSE(torch::jit::getProfilingMode());
}

TEST(ApiContext, QuantizedEngineCanBeChosen) {
  const auto& engines = at::globalContext().supportedQEngines();
  ASSERT_FALSE(engines.empty());
  const at::QEngine before = at::globalContext().qEngine();
  for (const at::QEngine engine : engines) {
    at::globalContext().setQEngine(engine);
    EXPECT_EQ(at::globalContext().qEngine(), engine);
  }
  at::globalContext().setQEngine(before);
  const std::vector<at::QEngine> known{at::QEngine::NoQEngine, at::QEngine::FBGEMM,
                                       at::QEngine::QNNPACK, at::QEngine::ONEDNN};
  EXPECT_EQ(at::kQNNPACK, known[2]);
  EXPECT_EQ(toString(at::kFBGEMM), "FBGEMM");
  EXPECT_EQ(toString(at::kNoQEngine), "NoQEngine");
}

TEST(ApiContext, KeepsItsSettings) {
  at::globalContext().setReleaseWeightsWhenPrepacking(false);
  EXPECT_FALSE(at::globalContext().releaseWeightsWhenPrepacking());
  at::globalContext().setReleaseWeightsWhenPrepacking(true);
  EXPECT_TRUE(at::globalContext().releaseWeightsWhenPrepacking());
  EXPECT_FALSE(at::globalContext().hasCUDA());
  EXPECT_FALSE(at::hasCUDA());
}

TEST(ApiThreads, CanBeCountedAndSet) {
  const int before = at::get_num_threads();
  at::set_num_threads(2);
  EXPECT_EQ(at::get_num_threads(), 2);
  EXPECT_FALSE(at::in_parallel_region());
  std::atomic<int64_t> sum{0};
  at::parallel_for(0, 1000, 10, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) sum += i;
  });
  EXPECT_EQ(sum, 499500);
  EXPECT_EQ(at::parallel_reduce(
                0, 1000, 10, int64_t(0),
                [](int64_t begin, int64_t end, int64_t start) {
                  for (int64_t i = begin; i < end; ++i) start += i;
                  return start;
                },
                [](int64_t a, int64_t b) { return a + b; }),
            499500);
  EXPECT_THROW(at::parallel_for(0, 10, 1, [](int64_t, int64_t) { TORCH_CHECK(false, "inside"); }),
               c10::Error);
  at::set_num_threads(before);
}
