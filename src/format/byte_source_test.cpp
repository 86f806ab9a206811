#include "format/byte_source.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

namespace tealight {
namespace {

class ByteSourceTest : public ::testing::Test {
 protected:
  void SetUp() override {
    path_ = std::filesystem::temp_directory_path() /
            ("tealight_byte_source_" + std::to_string(::getpid()));
    std::ofstream(path_, std::ios::binary)
        << std::string(5000, 'a') << "hello" << std::string(5000, 'b');
  }
  void TearDown() override { std::filesystem::remove(path_); }
  std::filesystem::path path_;
};

TEST_F(ByteSourceTest, MapsFilesPrivately) {
  const ByteSource s = ByteSource::file(path_);
  EXPECT_EQ(s.size(), 10005u);
  EXPECT_EQ(s.name(), path_.string());
  Bytes b = s.read(5000, 5);
  EXPECT_EQ(b.text(), "hello");
  b.data[0] = 'j';
  EXPECT_EQ(s.read(5000, 5).text(), "jello");
  EXPECT_EQ(ByteSource::file(path_).read(5000, 5).text(), "hello");
}

TEST_F(ByteSourceTest, StorageKeepsTheMapping) {
  Bytes b = ByteSource::file(path_).read(0, 64);
  const auto storage = storage_of(b);
  EXPECT_EQ(storage->data(), b.data);
  b = {};
  static_cast<char*>(storage->data())[63] = 'x';
  EXPECT_EQ(static_cast<char*>(storage->data())[62], 'a');
}

TEST_F(ByteSourceTest, CopiesWhatIsNotAlignedOrNotOurs) {
  const Bytes odd = ByteSource::file(path_).read(5001, 4);
  EXPECT_NE(storage_of(odd)->data(), odd.data);
  EXPECT_EQ(std::string(static_cast<char*>(storage_of(odd)->data()), 4), "ello");
  alignas(64) static const char kText[64] = "text";
  const Bytes borrowed = ByteSource::memory(kText, 64).all();
  EXPECT_NE(storage_of(borrowed)->data(), borrowed.data);
}

TEST_F(ByteSourceTest, ReadsPartsOfDescriptors) {
  const int fd = ::open(path_.c_str(), O_RDONLY);
  ASSERT_GE(fd, 0);
  const ByteSource s = ByteSource::descriptor(fd, 5000, 5);
  EXPECT_THROW(ByteSource::descriptor(fd, 5000, 6000), Error);
  EXPECT_THROW(ByteSource::descriptor(fd, 20000), Error);
  ::close(fd);
  EXPECT_EQ(s.all().text(), "hello");
  EXPECT_THROW(ByteSource::descriptor(-1), Error);
}

TEST(ByteSource, ReadsPipes) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  ASSERT_EQ(::write(ends[1], "stream", 6), 6);
  ::close(ends[1]);
  EXPECT_EQ(ByteSource::descriptor(ends[0]).all().text(), "stream");
  ::close(ends[0]);
}

TEST(ByteSource, AsksTheCallbackForWhatIsNeeded) {
  std::vector<std::pair<uint64_t, size_t>> calls;
  const ByteSource s = ByteSource::callback(100, [&](uint64_t offset, void* to, size_t n) {
    calls.emplace_back(offset, n);
    std::memset(to, int('a' + offset), n);
  });
  EXPECT_EQ(s.read(3, 2).text(), "dd");
  EXPECT_EQ(calls, (std::vector<std::pair<uint64_t, size_t>>{{3, 2}}));
  EXPECT_THROW(s.read(99, 2), Error);
  EXPECT_THROW(s.read(UINT64_MAX, 2), Error);
  EXPECT_EQ(calls.size(), 1u);
  const Bytes b = s.read(0, 64);
  EXPECT_EQ(storage_of(b)->data(), b.data);
}

TEST(ByteSource, SaysWhyItCannotOpen) {
  try {
    ByteSource::file("/no/such/model.ptl");
    FAIL();
  } catch (const Error& e) {
    EXPECT_TRUE(std::string_view(e.what()).starts_with(
        "cannot open '/no/such/model.ptl': No such file or directory\n  fix: check the path"));
  }
  EXPECT_THROW(ByteSource::file("/tmp"), Error);
  EXPECT_THROW(ByteSource::memory(nullptr, 3), Error);
  EXPECT_EQ(ByteSource::memory(nullptr, 0).size(), 0u);
}

}  // namespace
}  // namespace tealight
