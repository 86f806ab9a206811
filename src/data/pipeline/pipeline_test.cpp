#include "tealight/data/pipeline.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <numeric>
#include <set>
#include <thread>

#include "tealight/context.h"
#include "tealight/ops.h"

namespace tealight::data {
namespace {

std::vector<int> numbers(int n) {
  std::vector<int> list(static_cast<size_t>(n));
  std::iota(list.begin(), list.end(), 0);
  return list;
}

template <class T>
std::vector<T> all_of(const Pipeline<T>& pipeline) {
  std::vector<T> out;
  for (T& value : pipeline) out.push_back(value);
  return out;
}

TEST(Pipeline, KeepsTheOrderWhateverTheNumberOfWorkers) {
  for (int workers : {1, 2, 7, AUTOTUNE}) {
    auto squares = from_list(numbers(200))
                       .map(
                           [](int i) {
                             if (i % 13 == 0)
                               std::this_thread::sleep_for(std::chrono::milliseconds(1));
                             return i * i;
                           },
                           workers);
    std::vector<int> got = all_of(squares);
    ASSERT_EQ(got.size(), 200u);
    for (int i = 0; i < 200; ++i) EXPECT_EQ(got[i], i * i);
    EXPECT_EQ(squares.size(), 200u);
  }
}

TEST(Pipeline, RandomNumbersFollowTheSeedNotTheWorkers) {
  auto epochs = [](int workers, uint64_t seed) {
    auto noisy = from_list(numbers(50))
                     .shuffle(20, seed)
                     .map([](int i, Random& random) { return i + random.rand(); }, workers);
    return std::pair(all_of(noisy), all_of(noisy));
  };
  auto [first, second] = epochs(1, 5);
  EXPECT_EQ(epochs(6, 5), std::pair(first, second));
  EXPECT_NE(first, second);  // another order and other numbers in the next epoch
  EXPECT_NE(epochs(1, 6).first, first);
}

TEST(Pipeline, ShufflesEveryElementOncePerEpoch) {
  auto shuffled = from_list(numbers(100)).shuffle(100, 1);
  for (int epoch = 0; epoch < 3; ++epoch) {
    std::vector<int> got = all_of(shuffled);
    EXPECT_NE(got, numbers(100));
    std::sort(got.begin(), got.end());
    EXPECT_EQ(got, numbers(100));
  }
}

TEST(Pipeline, CachesWhatIsBeforeAndRunsWhatIsBehind) {
  auto loads = std::make_shared<std::atomic<int>>(0);
  auto cached = from_list(numbers(10)).map([loads](int i) { return ++*loads, i; }, 3).cache();
  auto noisy = cached.map([](int i, Random& random) { return i + random.rand(); });
  auto first = all_of(noisy), second = all_of(noisy);
  EXPECT_EQ(*loads, 10);
  EXPECT_NE(first, second);
}

TEST(Pipeline, KeepsNothingOfAPassThatStopsEarly) {
  auto loads = std::make_shared<std::atomic<int>>(0);
  auto cached = from_list(numbers(10)).map([loads](int i) { return ++*loads, i; }).cache();
  for (int i : cached)
    if (i == 3) break;
  EXPECT_EQ(all_of(cached).size(), 10u);
  EXPECT_EQ(*loads, 4 + 10);
}

TEST(Pipeline, WarnsWhenACacheFollowsARandomStep) {
  std::vector<std::string> warnings;
  auto before = set_warning_handler([&](const std::string& text) { warnings.push_back(text); });
  auto flip = [](int i) { return current_random().rand() < 0.5f ? -i : i; };
  all_of(from_list(numbers(5)).map([](int i) { return i; }).cache().map(flip));
  EXPECT_TRUE(warnings.empty());
  auto frozen = from_list(numbers(5)).map(flip, 2, "random flip").batch(2).cache();
  all_of(frozen), all_of(frozen);
  set_warning_handler(before);
  ASSERT_EQ(warnings.size(), 1u);
  EXPECT_NE(warnings[0].find("'random flip'"), std::string::npos) << warnings[0];
}

TEST(Pipeline, ErrorsNameTheItemAndTheStep) {
  std::vector<std::filesystem::path> paths{"a/good.png", "b/broken.png", "c/good.png"};
  auto load = [](const std::filesystem::path& path) {
    TL_CHECK(path.stem() != "broken", "no picture");
    return path.string();
  };
  for (int workers : {1, 4}) {
    auto loaded = from_list(paths).map(load, workers, "load");
    try {
      all_of(loaded);
      FAIL() << "nothing was thrown";
    } catch (const Error& e) {
      EXPECT_STREQ(e.what(), "no picture\n  at b/broken.png, step 'load'");
    }
    EXPECT_EQ(all_of(loaded.ignore_errors()),
              (std::vector<std::string>{"a/good.png", "c/good.png"}));
  }
}

TEST(Pipeline, ErrorsOfOtherKindsNameTheItemToo) {
  auto bad = from_list(numbers(3)).map([](int) -> int { throw std::runtime_error("oh"); }, 2);
  try {
    all_of(bad);
    FAIL() << "nothing was thrown";
  } catch (const Error& e) {
    EXPECT_STREQ(e.what(), "oh\n  at item 0, step 'map 1'");
  }
}

TEST(Pipeline, BatchesExamplesAlongANewDimension) {
  auto batches = from_tensor_slices(arange(14, kFloat).view({7, 2}), arange(7)).batch(3).prefetch();
  std::vector<Example> got = all_of(batches);
  ASSERT_EQ(got.size(), 3u);
  EXPECT_EQ(batches.size(), 3u);
  EXPECT_TRUE(got[0].data.equal(arange(6, kFloat).view({3, 2})));
  EXPECT_TRUE(got[2].target.equal(full({1}, 6, kLong)));
  auto whole = from_list(numbers(7)).batch(3, true);
  EXPECT_EQ(all_of(whole), (std::vector<std::vector<int>>{{0, 1, 2}, {3, 4, 5}}));
}

TEST(Pipeline, ExplainsWhatDoesNotMakeABatch) {
  auto sizes = from_list(numbers(3)).map([](int i) { return zeros({i + 1}); }).batch(2);
  try {
    all_of(sizes);
    FAIL() << "nothing was thrown";
  } catch (const Error& e) {
    EXPECT_NE(std::string(e.what()).find("sizes [1] and [2]"), std::string::npos) << e.what();
  }
}

TEST(Pipeline, PrefetchHidesSlowLoading) {
  using namespace std::chrono;
  auto slow = [](int i) {
    std::this_thread::sleep_for(milliseconds(20));
    return i;
  };
  auto consume = [](const Pipeline<int>& pipeline) {
    auto start = steady_clock::now();
    for (int i : pipeline) std::this_thread::sleep_for(milliseconds(i >= 0 ? 20 : 0));
    return duration<double>(steady_clock::now() - start).count();
  };
  auto loaded = from_list(numbers(10)).map(slow);
  EXPECT_LT(consume(loaded.prefetch(4)), 0.85 * consume(loaded));
}

TEST(Pipeline, LoopsMayBeLeftAtAnyTime) {
  auto endless = from_list(numbers(1000)).shuffle(10).map([](int i) { return i; }, 4).prefetch(3);
  for (int stop : {0, 1, 5}) {
    int seen = 0;
    for (int i : endless) {
      EXPECT_GE(i, 0);
      if (seen++ == stop) break;
    }
    EXPECT_EQ(seen, stop + 1);
  }
  EXPECT_EQ(all_of(endless.take(7)).size(), 7u);
}

}  // namespace
}  // namespace tealight::data
