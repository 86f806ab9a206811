#include "format/byte_sink.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <sstream>

#include "tealight/error.h"

namespace tealight {
namespace {
namespace fs = std::filesystem;

class WriteFile : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("tealight_byte_sink_" + std::to_string(::getpid()));
    fs::create_directories(folder_);
    path_ = folder_ / "out.bin";
  }
  void TearDown() override { fs::remove_all(folder_); }
  size_t files() const {
    return size_t(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }
  static std::string contents(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  static std::string error_of(const fs::path& path) {
    try {
      write_file(path, [](ByteSink& s) { s.write("x"); });
    } catch (const Error& e) {
      return e.what();
    }
    return "";
  }
  fs::path folder_, path_;
};

TEST_F(WriteFile, ReplacesAFileAndKeepsItsMode) {
  std::ofstream(path_) << "old";
  ::chmod(path_.c_str(), 0640);
  write_file(path_, [](ByteSink& s) { s.write("new "), s.write("text"); });
  EXPECT_EQ(contents(path_), "new text");
  EXPECT_EQ(fs::status(path_).permissions(), fs::perms(0640));
  EXPECT_EQ(files(), 1u);
}

TEST_F(WriteFile, LeavesTheOldFileWhenWritingFails) {
  std::ofstream(path_) << "old";
  const auto half = [](ByteSink& s) {
    s.write("half");
    fail("no more");
  };
  EXPECT_THROW(write_file(path_, half), Error);
  EXPECT_EQ(contents(path_), "old");
  EXPECT_EQ(files(), 1u);
}

TEST_F(WriteFile, FollowsLinks) {
  std::ofstream(path_) << "old";
  fs::create_symlink("out.bin", folder_ / "link");
  write_file(folder_ / "link", [](ByteSink& s) { s.write("new"); });
  EXPECT_TRUE(fs::is_symlink(folder_ / "link"));
  EXPECT_EQ(contents(path_), "new");
}

TEST_F(WriteFile, SaysWhatIsWrongWithThePath) {
  EXPECT_NE(error_of(folder_ / "none" / "x").find("No such file"), std::string::npos);
  EXPECT_NE(error_of(folder_ / "none" / "x").find("fix: make the folder"), std::string::npos);
  EXPECT_NE(error_of(folder_).find("it is a folder"), std::string::npos);
  EXPECT_NE(error_of("").find("empty"), std::string::npos);
}

TEST_F(WriteFile, FailsWhenTheDeviceIsFull) {
  if (!fs::exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
  EXPECT_NE(error_of("/dev/full").find("No space left"), std::string::npos);
}

TEST(ByteSinks, WriteToMemoryStreamsAndCallbacks) {
  std::string text, called;
  StringSink(text).write("a");
  std::ostringstream stream;
  StreamSink(stream).write("b");
  FunctionSink([&](const void* p, size_t n) {
    called.append(static_cast<const char*>(p), n);
    return n;
  }).write("c");
  EXPECT_EQ(text + stream.str() + called, "abc");
  std::ostringstream failed;
  failed.setstate(std::ios::badbit);
  EXPECT_THROW(StreamSink(failed).write("b"), Error);
  EXPECT_THROW(FunctionSink([](const void*, size_t) { return size_t(0); }).write("c"), Error);
}

}  // namespace
}  // namespace tealight
