#include "core/pages.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <new>

#include "core/context.h"

namespace tealight {
namespace {

constexpr size_t kAlignment = 64;
constexpr size_t kLargePage = size_t(1) << 21;  // of x86-64, and of ARM with pages of 4 KiB
constexpr size_t kWorthLarge = 2 * kLargePage;  // the last one may be filled in part only
constexpr size_t kSmallestBlock = size_t(1) << 18, kLargestBlock = size_t(1) << 23;

size_t round_up(size_t n, size_t to) { return (n + to - 1) / to * to; }

// New memory, from operator new or in whole pages.
class Memory {
 public:
  explicit Memory(size_t nbytes) : size_(nbytes) {
#ifdef MADV_HUGEPAGE
    if (nbytes >= kWorthLarge) map();
#endif
    if (!data_) data_ = ::operator new(nbytes, std::align_val_t{kAlignment}, std::nothrow);
    TL_CHECK(data_, "Storage: could not allocate ", nbytes, " bytes of memory");
  }
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;
  ~Memory() {
    if (mapped_)
      ::munmap(data_, size_);
    else
      ::operator delete(data_, std::align_val_t{kAlignment});
  }

  char* data() const { return static_cast<char*>(data_); }
  size_t size() const { return size_; }

 private:
#ifdef MADV_HUGEPAGE
  // At an address where large pages can start. Where the system refuses those, small ones do.
  void map() {
    size_ = round_up(size_, size_t(::sysconf(_SC_PAGESIZE)));
    const size_t reserved = size_ + kLargePage;
    void* const base =
        ::mmap(nullptr, reserved, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (base == MAP_FAILED) return;
    char* const start = static_cast<char*>(base);
    const size_t lead =
        round_up(reinterpret_cast<uintptr_t>(base), kLargePage) - reinterpret_cast<uintptr_t>(base);
    if (lead) ::munmap(start, lead);
    if (lead != kLargePage) ::munmap(start + lead + size_, kLargePage - lead);
    data_ = start + lead;
    mapped_ = true;
    ::madvise(data_, size_, MADV_HUGEPAGE);
  }
#endif

  void* data_ = nullptr;
  size_t size_;
  bool mapped_ = false;
};

// A storage in memory that `owner` keeps.
template <class Owner>
intrusive_ptr<Storage> storage_in(std::shared_ptr<Owner> owner, void* data, size_t nbytes) {
  auto budget = charge_memory_budget(nbytes);
  return make_intrusive<Storage>(data, nbytes, [owner = std::move(owner), budget, nbytes](void*) {
    if (budget) budget->give_back(nbytes);
  });
}

#if defined(__linux__)
constexpr size_t kFewPages = 16;  // not worth the calls

// What the kernel tells of a page of this process in 64 bits: present in memory, and of a file (a
// page that was written to in a private mapping is not).
constexpr uint64_t kPresent = uint64_t(1) << 63, kOfFile = uint64_t(1) << 61;
constexpr uint64_t kSwapped = uint64_t(1) << 62;

// Calls `give_back(first page, number)` for runs of pages that hold what the file holds.
template <class F>
void for_file_pages(uintptr_t first, size_t count, F give_back) {
  const int fd = ::open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return;
  std::array<uint64_t, 512> flags;
  for (size_t done = 0; done < count;) {
    const size_t n = std::min(count - done, flags.size());
    if (::pread(fd, flags.data(), n * 8, off_t((first + done) * 8)) != ssize_t(n * 8)) break;
    const auto clean = [](uint64_t f) {
      return (f & kPresent) && (f & kOfFile) && !(f & kSwapped);
    };
    for (size_t i = 0; i < n;) {
      size_t end = i;
      while (end < n && clean(flags[end])) ++end;
      if (end > i) give_back(first + done + i, end - i);
      i = std::max(end, i + 1);
    }
    done += n;
  }
  ::close(fd);
}
#endif

}  // namespace

intrusive_ptr<Storage> lasting_storage(size_t nbytes) {
  if (nbytes < kWorthLarge) return make_intrusive<Storage>(nbytes);
  const auto memory = std::make_shared<Memory>(nbytes);
  return storage_in(memory, memory->data(), nbytes);
}

struct LastingBlocks::Block : Memory {
  using Memory::Memory;
  size_t used = 0;
};

intrusive_ptr<Storage> LastingBlocks::take(size_t nbytes) {
  const size_t rounded = round_up(nbytes, kAlignment);
  if (rounded > kLargestBlock / 2) return lasting_storage(nbytes);
  std::lock_guard lock(mutex_);
  std::shared_ptr<Block> block = current_.lock();
  if (!block || block->size() - block->used < rounded) {
    const size_t next = block ? std::min(2 * block->size(), kLargestBlock) : kSmallestBlock;
    block = std::make_shared<Block>(std::max(next, rounded));
    current_ = block;
  }
  auto piece = storage_in(block, block->data() + block->used, nbytes);
  block->used += rounded;
  return piece;
}

void give_back_file_pages([[maybe_unused]] const void* data,
                          [[maybe_unused]] size_t nbytes) noexcept {
#if defined(__linux__)
  const size_t page = size_t(::sysconf(_SC_PAGESIZE));
  const uintptr_t begin = reinterpret_cast<uintptr_t>(data);
  const uintptr_t first = (begin + page - 1) / page, end = (begin + nbytes) / page;
  if (end < first + kFewPages) return;
  for_file_pages(first, end - first, [page](uintptr_t from, size_t count) {
    ::madvise(reinterpret_cast<void*>(from * page), count * page, MADV_DONTNEED);
  });
#endif
}

}  // namespace tealight
