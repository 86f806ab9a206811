// One loaded module on many threads at once; under ThreadSanitizer in CI.
#include <gtest/gtest.h>

#include <barrier>
#include <thread>

#include "runtime/module_samples.h"
#include "tealight/ops.h"
#include "tealight/threads.h"

namespace tealight {
namespace {

using testing::error_of;
using testing::golden;
using testing::kFolder;

constexpr int kThreads = 8;

// All begin together, so that what is made at the first use is made by many.
template <class F>
void on_all_threads(F f) {
  std::barrier start(kThreads);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t)
    threads.emplace_back([&, t] {
      start.arrive_and_wait();
      f(t);
    });
  for (std::thread& t : threads) t.join();
}

// Every thread gets the values that one alone gets: first runs, packed weights and shared constants
// included.
void expect_same_everywhere(const Module& m, const Tensor& x, const Tensor& want) {
  std::atomic<int> same{0};
  constexpr int kRuns = 10;
  on_all_threads([&](int) {
    for (int n = 0; n < kRuns; ++n) same += equal(m.forward({x}).toTensor(), want);
  });
  EXPECT_EQ(same, kThreads * kRuns);
}

TEST(ModuleThreads, RunOneModelAtOnce) {
  const Tensor small = linspace(-1, 1, 6).reshape({2, 3});
  for (const char* name : {"net.ptl", "net_flat.ptl", "net_v4.ptl", "prepacked.ptl"}) {
    const Tensor want = golden(name).forward({small}).toTensor();
    expect_same_everywhere(golden(name), small, want);
  }
  const Tensor picture = linspace(-1, 1, 9).reshape({1, 1, 3, 3});
  expect_same_everywhere(golden("quantized.ptl"), picture,
                         golden("quantized.ptl").forward({picture}).toTensor());
}

TEST(ModuleThreads, RunAWholeNetworkWithParallelOperators) {
  const std::string digits = "examples/demo/digits.ptl";
  const Tensor x = linspace(0, 1, 4 * 3 * 32 * 32).reshape({4, 3, 32, 32});
  const Tensor want = Module::load(digits).forward({x}).toTensor();
  const int before = get_num_threads();
  for (int threads : {1, 3}) {
    set_num_threads(threads);
    expect_same_everywhere(Module::load(digits), x, want);
  }
  set_num_threads(before);
}

TEST(ModuleThreads, RaiseOnTheirOwn) {
  const Module m = golden("net_debug.ptl");
  std::atomic<int> right{0};
  on_all_threads([&](int t) {
    for (int n = 0; n < 5; ++n) {
      if (t % 2)
        right += error_of([&] { m.forward({ones({3})}); }).find("x has 1 dimensions") == 0;
      else
        right += m.forward({ones({2, 3})}).toTensor().defined();
    }
  });
  EXPECT_EQ(right, kThreads * 5);
}

TEST(ModuleThreads, LoadTheSameFileAtOnce) {
  std::atomic<int> works{0};
  on_all_threads([&](int t) {
    const Module m = golden(t % 2 ? "quantized.ptl" : "net_flat.ptl");
    works += m.forward({ones(t % 2 ? DimVector{1, 1, 3, 3} : DimVector{2, 3})}).isTensor();
  });
  EXPECT_EQ(works, kThreads);
}

TEST(ModuleThreads, EachHaveLimitsOfTheirOwn) {
  const Module m =
      testing::model_of({}, {{"forward", "STORE 1\nJMP 0"}, {"quick", "STOREN 1 2\nLOAD 2\nRET"}});
  std::atomic<bool> cancel{false};
  std::atomic<int> ended{0}, ran{0};
  on_all_threads([&](int t) {
    RunLimits limits;
    if (t % 4 == 0) {
      limits.cancel = &cancel;
      ended += error_of([&] { m.get_method("forward")({}, limits); }) != "no error";
    } else if (t % 4 == 1) {
      limits.time = std::chrono::milliseconds(10);
      ended += error_of([&] { m.get_method("forward")({}, limits); }) != "no error";
      cancel = true;
    } else {
      for (int n = 0; n < 100; ++n) ran += m.run_method("quick", n) == Value(n);
    }
  });
  EXPECT_EQ(ended, kThreads / 2);
  EXPECT_EQ(ran, kThreads / 2 * 100);
}

}  // namespace
}  // namespace tealight
