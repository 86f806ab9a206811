#include <gtest/gtest.h>

#include <random>

#include "runtime/plan/plan.h"

namespace tealight::planning {
namespace {

std::vector<ArenaBlock> random_blocks(std::mt19937& random, size_t n, size_t steps) {
  std::vector<ArenaBlock> blocks;
  for (size_t i = 0; i < n; ++i) {
    const size_t first = random() % steps;
    blocks.push_back(
        {0, 1 + random() % 5000, first, std::min(steps - 1, first + random() % 4), ""});
  }
  return blocks;
}

TEST(PlanArena, BlocksAliveTogetherAreApart) {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    std::vector<ArenaBlock> blocks = random_blocks(random, 1 + random() % 60, 1 + random() % 30);
    const size_t bytes = place_blocks(blocks);
    for (size_t i = 0; i < blocks.size(); ++i) {
      const ArenaBlock& a = blocks[i];
      EXPECT_EQ(a.offset % 64, 0u);
      EXPECT_LE(a.offset + a.bytes, bytes);
      for (size_t k = 0; k < i; ++k) {
        const ArenaBlock& b = blocks[k];
        const bool together = a.first <= b.last && b.first <= a.last;
        const bool apart = a.offset + a.bytes <= b.offset || b.offset + b.bytes <= a.offset;
        EXPECT_TRUE(apart || !together);
      }
    }
    EXPECT_GE(bytes, arena_lower_bound(blocks));
    EXPECT_LE(double(bytes), 1.5 * double(arena_lower_bound(blocks)) + 64. * double(blocks.size()));
  }
}

// A network without branches needs two neighbours at a time.
TEST(PlanArena, AChainTakesLittleMoreThanItsLowerBound) {
  std::vector<ArenaBlock> blocks;
  for (size_t i = 0; i < 20; ++i) blocks.push_back({0, 64 * (1 + i * 7 % 20), i, i + 1, ""});
  EXPECT_LE(place_blocks(blocks), arena_lower_bound(blocks) * 5 / 4);
  EXPECT_EQ(place_blocks({}), 0u);
}

}  // namespace
}  // namespace tealight::planning
