#include "core/pages.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <string>
#include <vector>

#include "core/context.h"

namespace tealight {
namespace {

TEST(LastingStorage, IsAlignedAndWritableOfAnySize) {
  for (const size_t n :
       {size_t(0), size_t(1), size_t(5000), size_t(3) << 20, (size_t(5) << 20) + 1}) {
    const auto s = lasting_storage(n);
    EXPECT_EQ(s->nbytes(), n);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(s->data()) % 64, 0u);
    if (n) std::memset(s->data(), 7, n);
  }
}

TEST(LastingStorage, IsChargedToTheBudgetUntilItIsFreed) {
  const auto budget = make_intrusive<MemoryBudget>(size_t(8) << 20);
  const MemoryBudgetScope scope(budget);
  LastingBlocks blocks;
  {
    const auto large = lasting_storage(size_t(3) << 20);
    const auto small = blocks.take(1000);
    EXPECT_EQ(budget->used.load(), (size_t(3) << 20) + 1000);
    EXPECT_THROW(lasting_storage(size_t(6) << 20), Error);
    EXPECT_THROW(blocks.take(size_t(6) << 20), Error);
  }
  EXPECT_EQ(budget->used.load(), 0u);
}

TEST(LastingBlocks, PiecesDoNotOverlapAndOutliveTheBlocks) {
  std::vector<intrusive_ptr<Storage>> pieces;
  {
    LastingBlocks blocks;
    for (size_t i = 0; i < 300; ++i) pieces.push_back(blocks.take(100 + 977 * (i % 50)));
  }
  for (size_t i = 0; i < pieces.size(); ++i)
    std::memset(pieces[i]->data(), int(i % 251), pieces[i]->nbytes());
  for (size_t i = 0; i < pieces.size(); ++i) {
    const auto* bytes = static_cast<const uint8_t*>(pieces[i]->data());
    EXPECT_EQ(reinterpret_cast<uintptr_t>(bytes) % 64, 0u);
    EXPECT_EQ(bytes[0], i % 251);
    EXPECT_EQ(bytes[pieces[i]->nbytes() - 1], i % 251);
  }
}

#ifdef __linux__
class MappedFile {
 public:
  explicit MappedFile(size_t pages) : size(pages * page) {
    char name[] = "/tmp/pages_test_XXXXXX";
    const int fd = ::mkstemp(name);
    ::unlink(name);
    const std::vector<char> content(size, 'f');
    EXPECT_EQ(::write(fd, content.data(), size), ssize_t(size));
    data = static_cast<char*>(::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0));
    ::close(fd);
    for (size_t i = 0; i < size; i += page) sum = sum + data[i];  // every page is there now
  }
  ~MappedFile() { ::munmap(data, size); }

  bool is_present(size_t index) const {
    uint64_t flags = 0;
    const int fd = ::open("/proc/self/pagemap", O_RDONLY);
    const off_t at = off_t((reinterpret_cast<uintptr_t>(data) / page + index) * 8);
    const bool read = ::pread(fd, &flags, 8, at) == 8;
    ::close(fd);
    return !read || flags >> 63;
  }

  const size_t page = size_t(::sysconf(_SC_PAGESIZE));
  const size_t size;
  char* data = nullptr;
  volatile int sum = 0;
};

TEST(GiveBackFilePages, LeavesWhatWasWrittenAndReadsTheRestAgain) {
  MappedFile file(64);
  file.data[5 * file.page + 3] = 'w';
  give_back_file_pages(file.data + 1, file.size - 1);
  EXPECT_TRUE(file.is_present(0));  // only half of it is in the range
  EXPECT_TRUE(file.is_present(5));
  EXPECT_FALSE(file.is_present(20));
  EXPECT_EQ(file.data[5 * file.page + 3], 'w');
  EXPECT_EQ(file.data[20 * file.page], 'f');
}

TEST(GiveBackFilePages, LeavesOtherMemoryAlone) {
  std::vector<char> heap(1 << 20, 'h');
  give_back_file_pages(heap.data(), heap.size());
  EXPECT_EQ(std::string(heap.begin(), heap.end()), std::string(heap.size(), 'h'));
}
#endif

}  // namespace
}  // namespace tealight
