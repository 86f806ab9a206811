#include "core/parallel.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>
#include <vector>

#include "core/context.h"
#include "tealight/grad_mode.h"

namespace tealight {
namespace {

struct Threads {
  int before = get_num_threads();
  explicit Threads(int n) { set_num_threads(n); }
  ~Threads() { set_num_threads(before); }
};

std::vector<int> visits(int64_t n, int64_t grain) {
  std::vector<int> seen(n, 0);
  parallel_for(0, n, grain, [&](int64_t b, int64_t e) {
    for (; b < e; ++b) ++seen[b];
  });
  return seen;
}

TEST(ParallelFor, VisitsEveryIndexOnce) {
  for (int threads : {1, 2, 3, 8}) {
    Threads use(threads);
    for (int64_t n : {0, 1, 2, 7, 64, 1000, 4099})
      for (int64_t grain : {0, 1, 10, 5000}) EXPECT_EQ(visits(n, grain), std::vector<int>(n, 1));
  }
}

TEST(ParallelFor, CutsNoPieceBelowTheGrain) {
  Threads use(4);
  std::atomic<int> small{0};
  parallel_for(0, 1000, 64, [&](int64_t b, int64_t e) { small += e - b < 64 && e != 1000; });
  EXPECT_EQ(small, 0);
}

TEST(ParallelFor, RunsSmallWorkInTheCaller) {
  Threads use(4);
  const auto me = std::this_thread::get_id();
  std::thread::id seen;
  parallel_for(0, 19, 10, [&](int64_t, int64_t) { seen = std::this_thread::get_id(); });
  EXPECT_EQ(seen, me);
}

TEST(ParallelFor, RunsNestedCallsInline) {
  Threads use(4);
  std::atomic<int64_t> sum{0};
  std::atomic<int> elsewhere{0};
  parallel_for(0, 64, 1, [&](int64_t b, int64_t e) {
    EXPECT_TRUE(in_parallel_region());
    const auto outer = std::this_thread::get_id();
    for (; b < e; ++b)
      parallel_for(0, 100, 1, [&](int64_t from, int64_t to) {
        elsewhere += std::this_thread::get_id() != outer;
        sum += to - from;
      });
  });
  EXPECT_FALSE(in_parallel_region());
  EXPECT_EQ(sum, 6400);
  EXPECT_EQ(elsewhere, 0);
}

TEST(ParallelFor, ThrowsTheBodysExceptionAndStaysUsable) {
  Threads use(3);
  EXPECT_THROW(parallel_for(0, 100, 1,
                            [](int64_t b, int64_t) {
                              if (b >= 50) throw std::runtime_error("x");
                            }),
               std::runtime_error);
  EXPECT_EQ(visits(500, 1), std::vector<int>(500, 1));
}

TEST(ParallelFor, BodiesRunUnderTheCallersModesAndBudget) {
  Threads use(4);
  const auto budget = make_intrusive<MemoryBudget>(1000);
  std::atomic<int> wrong{0};
  const auto check = [&](bool grad, bool inference, MemoryBudget* limit) {
    parallel_for(0, 64, 1, [&](int64_t, int64_t) {
      wrong += GradMode::is_enabled() != grad || InferenceMode::is_enabled() != inference ||
               current_memory_budget() != limit;
      std::this_thread::sleep_for(std::chrono::microseconds(20));  // so that others join
    });
  };
  check(true, false, nullptr);
  {
    const InferenceMode inference(true);
    const MemoryBudgetScope scope(budget);
    check(false, true, budget.get());
  }
  check(true, false, nullptr);
  EXPECT_EQ(wrong, 0);
}

TEST(ParallelFor, ServesManyCallersAtOnce) {
  Threads use(3);
  std::atomic<int> wrong{0};
  std::vector<std::thread> callers;
  for (int t = 0; t < 4; ++t)
    callers.emplace_back([&] {
      for (int i = 0; i < 200; ++i) wrong += visits(257, 1) != std::vector<int>(257, 1);
    });
  for (auto& c : callers) c.join();
  EXPECT_EQ(wrong, 0);
}

TEST(ParallelFor, CoversRangesOfMoreThan32Bits) {
  Threads use(3);
  std::atomic<int64_t> sum{0}, last{0};
  const int64_t n = (int64_t(1) << 40) + 12345;
  parallel_for(7, n, 1, [&](int64_t b, int64_t e) {
    sum += e - b;
    if (e == n) last = b;
  });
  EXPECT_EQ(sum, n - 7);
  EXPECT_GT(last, 7);
}

TEST(ParallelFor, NeedsNoOtherThreadToFinish) {
  Threads use(8);
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 2000; ++i) {
    std::atomic<int> visited{0};
    parallel_for(0, 8, 1, [&](int64_t b, int64_t e) { visited += int(e - b); });
    ASSERT_EQ(visited, 8);
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
}

TEST(ParallelFor, HoldsWhileTheNumberOfThreadsChanges) {
  Threads use(3);
  std::atomic<bool> stop{false};
  std::thread changer([&] {
    for (int n = 1; !stop; n = n % 6 + 1) set_num_threads(n), std::this_thread::yield();
  });
  int wrong = 0;
  for (int i = 0; i < 500; ++i) wrong += visits(301, 1) != std::vector<int>(301, 1);
  stop = true;
  changer.join();
  EXPECT_EQ(wrong, 0);
}

// A thread that was busy for a while is asleep; one that has just worked is not.
TEST(ParallelFor, WakesThreadsThatSleep) {
  Threads use(2);
  const auto caller = std::this_thread::get_id();
  for (int pause_ms : {0, 2, 0, 5}) {
    std::this_thread::sleep_for(std::chrono::milliseconds(pause_ms));
    std::atomic<bool> joined{false};
    parallel_for(0, 2, 1, [&](int64_t, int64_t) {
      if (std::this_thread::get_id() != caller) joined = true;
      for (int i = 0; i < 5000 && !joined; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    });
    EXPECT_TRUE(joined);
  }
}

TEST(ParallelFor, ExceptionsOfOtherThreadsReachTheCaller) {
  Threads use(2);
  const auto caller = std::this_thread::get_id();
  std::atomic<bool> thrown{false};
  EXPECT_THROW(parallel_for(0, 2, 1,
                            [&](int64_t, int64_t) {
                              if (std::this_thread::get_id() != caller) {
                                thrown = true;
                                throw std::runtime_error("x");
                              }
                              for (int i = 0; i < 5000 && !thrown; ++i)
                                std::this_thread::sleep_for(std::chrono::milliseconds(1));
                            }),
               std::runtime_error);
}

TEST(ThreadLimit, HoldsForItsThreadAndScope) {
  Threads use(4);
  {
    const ThreadLimitScope two(2);
    EXPECT_EQ(get_num_threads(), 2);
    {
      const ThreadLimitScope wider(3), none(0);
      EXPECT_EQ(get_num_threads(), 2);
      const ThreadLimitScope one(1);
      EXPECT_EQ(get_num_threads(), 1);
      const auto me = std::this_thread::get_id();
      int elsewhere = 0;
      parallel_for(0, 100, 1,
                   [&](int64_t, int64_t) { elsewhere += std::this_thread::get_id() != me; });
      EXPECT_EQ(elsewhere, 0);
    }
    int others = 0;
    std::thread([&] { others = get_num_threads(); }).join();
    EXPECT_EQ(others, 4);
  }
  EXPECT_EQ(get_num_threads(), 4);
}

TEST(Grain, GrowsAsItemsGetCheaper) {
  EXPECT_EQ(grain_of({.flops = 1e9}), 1);
  EXPECT_EQ(grain_of({.bytes = 1e9}), 1);
  EXPECT_GT(grain_of({.flops = 2, .bytes = 8}), 2000);
  EXPECT_GT(grain_of({.flops = 2, .bytes = 8}), 50 * grain_of({.flops = 2000, .bytes = 800}));
  EXPECT_GE(grain_of({}), 100000);
}

#if !defined(__SANITIZE_THREAD__)
TEST(ParallelFor, WorksInAForkedChild) {
  Threads use(3);
  ASSERT_EQ(visits(300, 1), std::vector<int>(300, 1));
  const pid_t child = fork();
  if (child == 0) _exit(visits(300, 1) == std::vector<int>(300, 1) ? 0 : 1);
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(visits(300, 1), std::vector<int>(300, 1));
}
#endif

}  // namespace
}  // namespace tealight
