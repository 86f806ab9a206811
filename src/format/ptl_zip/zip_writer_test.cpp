#include "format/ptl_zip/zip_writer.h"

#include <gtest/gtest.h>

#include <cstring>

#include "format/ptl_zip/zip.h"
#include "tealight/error.h"

namespace tealight {
namespace {

ZipFile read_back(const std::string& bytes) {
  return ZipFile(ByteSource::bytes({bytes.begin(), bytes.end()}));
}

TEST(ZipWriter, WritesRecordsAtMultiplesOf64) {
  std::string bytes;
  StringSink sink(bytes);
  ZipWriter zip(sink, "net");
  zip.add("version", "3\n");
  zip.add("data/0", std::string(100, 'w'));
  zip.add("empty", "");
  zip.add("code/__torch__.py", std::string(1000, 'c'), ZipWriter::Packing::deflated);
  zip.finish();
  const ZipFile file = read_back(bytes);
  EXPECT_EQ(file.root(), "net");
  ASSERT_EQ(file.records().size(), 4u);
  for (const ZipRecord& r : file.records()) EXPECT_EQ(r.offset % 64, 0u) << r.name;
  EXPECT_EQ(file.read(file.get("data/0")).text(), std::string(100, 'w'));
  EXPECT_EQ(file.read(file.get("empty")).size, 0u);
  EXPECT_TRUE(file.get("code/__torch__.py").deflated);
  EXPECT_LT(file.get("code/__torch__.py").stored_size, 100u);
  EXPECT_EQ(file.read(file.get("code/__torch__.py")).text(), std::string(1000, 'c'));
}

TEST(ZipWriter, StoresWhatDeflatingMakesNoSmaller) {
  std::string bytes;
  StringSink sink(bytes);
  ZipWriter zip(sink);
  zip.add("code/a.py", "xyz", ZipWriter::Packing::deflated);
  zip.finish();
  EXPECT_FALSE(read_back(bytes).get("code/a.py").deflated);
}

TEST(ZipWriter, RefusesTwoRecordsOfOneName) {
  std::string bytes;
  StringSink sink(bytes);
  ZipWriter zip(sink);
  zip.add("a", "1");
  EXPECT_THROW(zip.add("a", "2"), Error);
}

// Counts bytes, and keeps those that are no weights.
class SparseSink : public ByteSink {
 public:
  void write(std::span<const uint8_t> bytes) override {
    if (bytes.size() < (1u << 20))
      parts.emplace_back(size, std::string(bytes.begin(), bytes.end()));
    size += bytes.size();
  }
  void read(uint64_t offset, uint8_t* to, size_t n) const {
    std::memset(to, 0, n);
    for (const auto& [at, text] : parts) {
      const uint64_t begin = std::max(at, offset), end = std::min(at + text.size(), offset + n);
      if (begin < end) std::memcpy(to + (begin - offset), text.data() + (begin - at), end - begin);
    }
  }
  std::vector<std::pair<uint64_t, std::string>> parts;
  uint64_t size = 0;
};

TEST(ZipWriter, NeedsNoMemoryAndUses64BitSizesForLargeArchives) {
  SparseSink sink;
  ZipWriter zip(sink);
  const std::vector<uint8_t> weights(size_t(512) << 20);
  for (int i = 0; i < 9; ++i) zip.add("data/" + std::to_string(i), weights);
  zip.add("last", "end");
  zip.finish();
  EXPECT_GT(sink.size, uint64_t(4) << 30);
  const ZipFile file(ByteSource::callback(sink.size, [&](uint64_t at, void* to, size_t n) {
    sink.read(at, static_cast<uint8_t*>(to), n);
  }));
  EXPECT_GT(file.get("last").offset, uint64_t(4) << 30);
  EXPECT_EQ(file.read(file.get("last")).text(), "end");
  EXPECT_EQ(file.get("data/8").size, weights.size());
}

TEST(ZipWriter, NamesTheRootAsPyTorchDoes) {
  EXPECT_EQ(archive_root("a/b/net.ptl"), "net");
  EXPECT_EQ(archive_root("net.v2.ptl"), "net.v2");
  EXPECT_EQ(archive_root("net"), "net");
  EXPECT_EQ(archive_root(""), "archive");
}

}  // namespace
}  // namespace tealight
