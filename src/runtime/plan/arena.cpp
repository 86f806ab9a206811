#include <algorithm>
#include <numeric>

#include "core/base.h"
#include "runtime/plan/plan.h"

namespace tealight::planning {
namespace {

constexpr size_t kAlignment = 64;

bool alive_together(const ArenaBlock& a, const ArenaBlock& b) {
  return a.first <= b.last && b.first <= a.last;
}

// The lowest offset where the block fits between those placed already (sorted by offset).
size_t lowest_fit(const ArenaBlock& block, const std::vector<const ArenaBlock*>& placed) {
  size_t offset = 0;
  for (const ArenaBlock* other : placed) {
    if (!alive_together(block, *other)) continue;
    if (offset + block.bytes <= other->offset) break;
    const size_t end = other->offset + other->bytes;
    offset = std::max(offset, (end + kAlignment - 1) / kAlignment * kAlignment);
  }
  return offset;
}

}  // namespace

size_t place_blocks(std::span<ArenaBlock> blocks) {
  std::vector<size_t> order(blocks.size());
  std::iota(order.begin(), order.end(), size_t(0));
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return blocks[a].bytes > blocks[b].bytes; });
  std::vector<const ArenaBlock*> placed;
  size_t end = 0;
  for (size_t i : order) {
    ArenaBlock& block = blocks[i];
    block.offset = lowest_fit(block, placed);
    end = std::max(end, block.offset + block.bytes);
    const auto by_offset = [](const ArenaBlock* a, const ArenaBlock* b) {
      return a->offset < b->offset;
    };
    placed.insert(std::upper_bound(placed.begin(), placed.end(), &block, by_offset), &block);
  }
  return end;
}

size_t arena_lower_bound(std::span<const ArenaBlock> blocks) {
  size_t most = 0;
  for (const ArenaBlock& at : blocks) {
    size_t alive = 0;
    for (const ArenaBlock& b : blocks)
      if (b.first <= at.first && at.first <= b.last) alive += b.bytes;
    most = std::max(most, alive);
  }
  return most;
}

}  // namespace tealight::planning
