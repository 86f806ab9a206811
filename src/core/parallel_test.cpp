#include "core/parallel.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
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
