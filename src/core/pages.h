// Memory that stays for long, in as few pages as the system can do with, and pages that are not
// needed any more. The first touch of a page costs as much as computing on it a few times: most of
// a model's first run can be that.
#pragma once
#include <cstddef>
#include <memory>
#include <mutex>

#include "tealight/tensor.h"

namespace tealight {

/// Takes the bytes from this thread's budget, if it has one, and returns what they were taken from
/// and are to be given back to. Throws when the budget is spent.
intrusive_ptr<MemoryBudget> charge_memory_budget(size_t nbytes);

/// As Storage(nbytes), for weights and arenas: with large pages where there are such.
TL_API intrusive_ptr<Storage> lasting_storage(size_t nbytes);

/// Gives pieces of shared blocks, for storages that are many, small and live about as long as each
/// other: a block is freed with its last piece. Any thread.
class TL_API LastingBlocks {
 public:
  intrusive_ptr<Storage> take(size_t nbytes);

 private:
  struct Block;
  std::mutex mutex_;
  std::weak_ptr<Block> current_;
};

/// Lets the system have back the memory of pages that lie inside of the range and are as in a
/// mapped file; they are read from it again when touched. Other memory stays as it is. Nobody may
/// write to the range meanwhile.
TL_API void give_back_file_pages(const void* data, size_t nbytes) noexcept;

}  // namespace tealight
