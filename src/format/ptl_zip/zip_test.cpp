#include "format/ptl_zip/zip.h"

#include <gtest/gtest.h>

#include "core/log.h"
#include "format/test_files.h"

namespace tealight {
namespace {

using testing::source_of;
using testing::ZipBuilder;

constexpr ZipBuilder::How kDeflated{true, false, 0}, kAsPyTorch{false, true, 64};

std::string error_of(const std::string& bytes, const ReadOptions& options = {}) {
  try {
    const ZipFile zip(source_of(bytes), options);
    for (const ZipRecord& r : zip.records()) zip.read(r);
  } catch (const Error& e) {
    return e.what();
  }
  return "";
}

std::string text(const ZipFile& zip, const char* name) {
  return std::string(zip.read(zip.get(name)).text());
}

TEST(ZipReader, ReadsStoredAndDeflatedRecords) {
  const std::string much(10000, 'x');
  for (bool zip64 : {false, true}) {
    const ZipFile zip(source_of(ZipBuilder()
                                    .add("m/a", "hello", kAsPyTorch)
                                    .add("m/b", much, kDeflated)
                                    .add("m/empty", "")
                                    .finish(zip64)));
    EXPECT_EQ(zip.root(), "m");
    ASSERT_EQ(zip.records().size(), 3u);
    EXPECT_EQ(text(zip, "a"), "hello");
    EXPECT_EQ(text(zip, "b"), much);
    EXPECT_EQ(text(zip, "empty"), "");
    EXPECT_EQ(zip.get("a").offset % 64, 0u);
    EXPECT_FALSE(zip.has("c"));
    EXPECT_TRUE(zip.has_folder("a"));
    EXPECT_THROW(zip.get("c"), Error);
  }
}

TEST(ZipReader, FindsRootFolder) {
  EXPECT_EQ(ZipFile(source_of(ZipBuilder().add("x-1/data.pkl", "1").finish())).root(), "x-1");
  EXPECT_EQ(
      ZipFile(source_of(ZipBuilder().add("data.pkl", "1").add("data/0", "2").finish())).root(), "");
  const ZipFile nested(source_of(ZipBuilder()
                                     .add("__MACOSX/._m", "junk")
                                     .add("a/m/data.pkl", "1")
                                     .add("a/m/extra/data.pkl", "2")
                                     .finish()));
  EXPECT_EQ(nested.root(), "a/m");
  EXPECT_EQ(nested.records().size(), 2u);
  EXPECT_EQ(text(nested, "extra/data.pkl"), "2");
  EXPECT_EQ(ZipFile(source_of(ZipBuilder().add("x.npy", "1").add("y/z.npy", "2").finish())).root(),
            "");
}

TEST(ZipReader, IgnoresFoldersAndTrailingBytes) {
  const ZipFile zip(source_of(ZipBuilder().add("m/", "").add("m/a", "1").finish() + "trailing"));
  EXPECT_EQ(zip.records().size(), 1u);
}

TEST(ZipReader, RejectsOverlappingRecords) {
  ZipBuilder z;
  z.add("m/a", "0123456789").add("m/b", "abc");
  z.entries.push_back(z.entries[0]);
  EXPECT_NE(error_of(z.finish()).find("overlap"), std::string::npos);
  // One record inside another's bytes.
  ZipBuilder inner;
  inner.add("m/b", "abc");
  ZipBuilder outer;
  outer.add("m/a", inner.bytes);
  testing::Entry hidden = inner.entries[0];
  hidden.local_offset = outer.bytes.size() - inner.bytes.size();
  outer.entries.push_back(hidden);
  EXPECT_NE(error_of(outer.finish()).find("overlap"), std::string::npos);
}

TEST(ZipReader, RejectsLyingRecords) {
  const auto lie = [](auto change) {
    ZipBuilder z;
    z.add("m/a", "0123456789").add("m/b", std::string(1000, 'b'), kDeflated);
    change(z.entries);
    return error_of(z.finish());
  };
  EXPECT_EQ(lie([](auto&) {}), "");
  EXPECT_NE(lie([](auto& e) { e[0].size = 11; }).find("two sizes"), std::string::npos);
  EXPECT_NE(lie([](auto& e) { e[0].size = e[0].stored_size = 9; }).find("another size"),
            std::string::npos);
  EXPECT_NE(lie([](auto& e) { e[0].name = "m/c"; }).find("another name"), std::string::npos);
  EXPECT_NE(lie([](auto& e) { e[0].method = 8; }).find("another compression method"),
            std::string::npos);
  EXPECT_NE(lie([](auto& e) { e[0].method = 99; }).find("method 99"), std::string::npos);
  EXPECT_NE(lie([](auto& e) { e[0].flags = 1; }).find("encrypted"), std::string::npos);
  EXPECT_NE(lie([](auto& e) { e[0].local_offset = 1; }).find("no record header"),
            std::string::npos);
  EXPECT_NE(lie([](auto& e) { e[0].local_offset = 1u << 30; }).find("not before the directory"),
            std::string::npos);
  EXPECT_NE(lie([](auto& e) { e[1].size = 999; }).find("another size"), std::string::npos);
}

TEST(ZipReader, RejectsWrongInflatedSize) {
  for (int64_t by : {-1, 1}) {
    ZipBuilder z;
    z.add("m/b", std::string(1000, 'b'),
          {true, true, 0});  // the true size stands in the directory only
    z.entries[0].size = uint64_t(1000 + by);
    EXPECT_NE(error_of(z.finish()).find(by < 0 ? "more than the 999" : "1000 bytes, not the 1001"),
              std::string::npos);
  }
}

TEST(ZipReader, RejectsBombs) {
  ZipBuilder promise;
  promise.add("m/b", "b", {true, true, 0});
  promise.entries[0].size = 4000000000u;
  EXPECT_NE(error_of(promise.finish()).find("cannot hold"), std::string::npos);
  ReadOptions options;
  options.max_memory = 1 << 20;
  const std::string bomb = ZipBuilder()
                               .add("m/a", std::string(600000, 'a'), kDeflated)
                               .add("m/b", std::string(600000, 'a'), kDeflated)
                               .finish();
  EXPECT_NE(error_of(bomb, options).find("max_memory"), std::string::npos);
  EXPECT_EQ(error_of(bomb), "");
}

TEST(ZipReader, RejectsTwoDifferentRecordsOfOneName) {
  EXPECT_NE(
      error_of(ZipBuilder().add("m/a", "1").add("m/a", "2").finish()).find("two different records"),
      std::string::npos);
  EXPECT_EQ(error_of(ZipBuilder().add("m/a", "1").add("m/a", "1").finish()), "");
}

TEST(ZipReader, RejectsDamagedDeflateData) {
  ZipBuilder z;
  z.add("m/a", std::string(1000, 'a') + "end", kDeflated);
  z.bytes[z.entries[0].local_offset + 30 + 3] = char(0xff);
  EXPECT_NE(error_of(z.finish()).find("damaged deflate data"), std::string::npos);
}

std::string g_warning;
void keep_warning(std::string_view w) { g_warning += w; }

TEST(ZipReader, LooksAtChecksumsAsTold) {
  ZipBuilder z;
  z.add("m/a", "hello");
  z.entries[0].crc ^= 1;
  z.bytes.replace(14, 4, std::string(4, '\0'));
  const std::string bytes = z.finish();
  g_warning.clear();
  const TextHandler before = set_warning_handler(keep_warning);
  EXPECT_EQ(error_of(bytes), "");
  set_warning_handler(before);
  EXPECT_NE(g_warning.find("record a is damaged"), std::string::npos);
  ReadOptions options;
  options.checksums = Checksums::fail;
  EXPECT_NE(error_of(bytes, options).find("checksum"), std::string::npos);
  const ZipFile zip(source_of(bytes), options);
  EXPECT_EQ(zip.read_weights(zip.get("a")).text(), "hello");  // weights only when asked
}

TEST(ZipReader, RejectsEveryTruncation) {
  const std::string whole = ZipBuilder()
                                .add("m/a", "hello", kAsPyTorch)
                                .add("m/b", std::string(300, 'b'), kDeflated)
                                .finish(true);
  ASSERT_EQ(error_of(whole), "");
  for (size_t n = 0; n < whole.size(); ++n) EXPECT_NE(error_of(whole.substr(0, n)), "") << n;
}

TEST(ZipReader, SurvivesEveryFlippedByte) {
  const std::string whole = ZipBuilder()
                                .add("m/a", "hello", kAsPyTorch)
                                .add("m/b", std::string(300, 'b'), kDeflated)
                                .finish(true);
  ReadOptions options;
  options.checksums = Checksums::fail;
  size_t rejected = 0;
  for (size_t i = 0; i < whole.size(); ++i) {
    std::string bytes = whole;
    bytes[i] = char(bytes[i] ^ 0xff);
    rejected += !error_of(bytes, options).empty();
  }
  EXPECT_GT(rejected, whole.size() / 3);
}

}  // namespace
}  // namespace tealight
