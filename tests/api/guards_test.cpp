// Guards, engines and threads, used as mobile programs use them.
#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <c10/core/InferenceMode.h>
#include <c10/mobile/CPUCachingAllocator.h>
#include <caffe2/core/timer.h>
#include <caffe2/utils/threadpool/ThreadPool.h>
#include <caffe2/utils/threadpool/pthreadpool-cpp.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/grad_mode.h>
#include <torch/csrc/jit/runtime/graph_executor.h>

#include <algorithm>
#include <atomic>

namespace {

struct JITCallGuard {
  torch::autograd::AutoGradMode no_autograd_guard{false};
  torch::AutoNonVariableTypeMode non_var_guard{true};
  torch::jit::GraphOptimizerEnabledGuard no_optimizer_guard{false};
};

}  // namespace

TEST(ApiGuards, SwitchAutogradOffAndOnAgain) {
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
  {
    torch::NoGradGuard no_grad;
    at::AutoNonVariableTypeMode below(true);
    at::AutoDispatchBelowADInplaceOrView below2;
    EXPECT_FALSE(torch::GradMode::is_enabled());
  }
}

TEST(ApiGuards, InferenceModeMarksNewTensors) {
  {
    c10::InferenceMode guard;
    EXPECT_TRUE(c10::InferenceMode::is_enabled());
    EXPECT_FALSE(at::GradMode::is_enabled());
    EXPECT_TRUE(at::empty({1}).is_inference());
    c10::InferenceMode off(false);
    EXPECT_FALSE(at::empty({1}).is_inference());
  }
  EXPECT_FALSE(at::empty({1}).is_inference());
  EXPECT_TRUE(at::GradMode::is_enabled());
}

TEST(ApiGuards, QuantizedEngineCanBeChosen) {
  const auto engines = at::globalContext().supportedQEngines();
  EXPECT_NE(std::find(engines.begin(), engines.end(), at::QEngine::QNNPACK), engines.end());
  const at::QEngine before = at::globalContext().qEngine();
  at::globalContext().setQEngine(at::QEngine::FBGEMM);
  EXPECT_EQ(at::globalContext().qEngine(), at::QEngine::FBGEMM);
  at::globalContext().setQEngine(before);
  at::globalContext().setReleaseWeightsWhenPrepacking(false);
  EXPECT_FALSE(at::globalContext().releaseWeightsWhenPrepacking());
  at::globalContext().setReleaseWeightsWhenPrepacking(true);
}

TEST(ApiThreads, CountIsTheSameUnderAllNames) {
  const int before = at::get_num_threads();
  at::set_num_threads(2);
  EXPECT_EQ(torch::get_num_threads(), 2);
  caffe2::pthreadpool()->set_thread_count(3);
  EXPECT_EQ(at::get_num_threads(), 3);
  caffe2::mobile_threadpool()->setNumThreads(2);
  EXPECT_EQ(caffe2::pthreadpool()->get_thread_count(), 2u);
  std::atomic<int64_t> sum{0};
  at::parallel_for(0, 1000, 10, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) sum += i;
  });
  EXPECT_EQ(sum, 499500);
  at::set_num_threads(before);
}

TEST(ApiGuards, AllocatorGuardsExist) {
  c10::CPUCachingAllocator allocator;
  c10::WithCPUCachingAllocatorGuard guard(&allocator);
  caffe2::Timer timer;
  EXPECT_GE(timer.MilliSeconds(), 0);
}
