// Event files: the framing here, their contents by TensorBoard itself where it is installed
// (TEALIGHT_TENSORBOARD names a Python that has it).
#include "tealight/summary_writer.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "tealight/data/encode.h"
#include "tealight/factories.h"
#include "tealight/ops.h"
#include "tealight/trace.h"
#include "train/log/event_file.h"

namespace tealight::train {
namespace {
namespace fs = std::filesystem;

struct Folder {
  fs::path path =
      fs::temp_directory_path() /
      (std::string("tealight_") + testing::UnitTest::GetInstance()->current_test_info()->name());
  Folder() { fs::remove_all(path); }
};

std::string only_file(const fs::path& folder) {
  std::string bytes;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.path().filename().string().starts_with("events.out.tfevents.")) {
      std::ifstream in(entry.path(), std::ios::binary);
      bytes.assign(std::istreambuf_iterator<char>(in), {});
    }
  return bytes;
}

// The messages of a file, every checksum checked.
std::vector<std::string> records(const std::string& file) {
  std::vector<std::string> all;
  for (size_t at = 0; at < file.size();) {
    uint64_t length = 0;
    uint32_t crc = 0;
    std::memcpy(&length, &file[at], 8);
    std::memcpy(&crc, &file[at + 12 + length], 4);
    const std::string bytes = file.substr(at + 12, length);
    const uint32_t rotated = crc - 0xA282EAD8u;
    EXPECT_EQ(rotated >> 17 | rotated << 15, crc32c(bytes));
    all.push_back(bytes);
    at += 16 + length;
  }
  return all;
}

TEST(EventFile, ChecksumsAreCastagnoli) {
  EXPECT_EQ(crc32c("123456789"), 0xE3069283u);
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8A9136AAu);
}

TEST(SummaryWriter, WritesARecordForEachCall) {
  const Folder folder;
  {
    SummaryWriter log(folder.path);
    log.add_scalar("loss", 0.25, 3);
    log.add_text("note", "so far so good");
  }
  const auto all = records(only_file(folder.path));
  ASSERT_EQ(all.size(), 3u);
  EXPECT_NE(all[0].find("brain.Event:2"), std::string::npos);
  const std::string value = "\x0a\x04loss\x15" + std::string("\0\0\x80\x3e", 4);  // tag, 0.25f
  EXPECT_NE(all[1].find(value), std::string::npos);
  EXPECT_NE(all[2].find("so far so good"), std::string::npos);
}

TEST(SummaryWriter, SaysWhatItCannotShow) {
  const Folder folder;
  SummaryWriter log(folder.path);
  const auto message = [](auto f) -> std::string {
    try {
      f();
    } catch (const Error& e) {
      return e.what();
    }
    return "";
  };
  EXPECT_NE(message([&] { log.add_image("x", rand({3, 4})); }).find("dataformats"),
            std::string::npos);
  EXPECT_NE(message([&] { log.add_image("x", rand({2, 4, 4})); }).find("channels"),
            std::string::npos);
  EXPECT_NE(message([&] { log.add_histogram("x", full({2}, NAN)); }).find("nan"),
            std::string::npos);
  EXPECT_NE(message([&] { log.add_pr_curve("x", ones({2}), full({2}, 3)); }).find("sigmoid"),
            std::string::npos);
}

std::string png_bytes() {
  const auto bytes = encode_png(make_image(8, 6, 3, 200));
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

TEST(SummaryWriter, TensorBoardReadsAllOfIt) {
  const char* python = std::getenv("TEALIGHT_TENSORBOARD");
  if (!python) GTEST_SKIP() << "TEALIGHT_TENSORBOARD names no Python that has tensorboard";
  const Folder folder;
  {
    SummaryWriter log(folder.path);
    for (int64_t step = 0; step < 3; ++step) log.add_scalar("loss/train", 1.0 / (1 + step), step);
    log.add_scalars("both", {{"train", 1}, {"val", 2}}, 7);
    log.add_image("gray", linspace(0, 1, 12).view({1, 3, 4}), 1);
    log.add_images("grid", rand({9, 3, 5, 4}), 1);
    log.add_figure("figure", png_bytes(), 2);
    log.add_histogram("weights", arange(-5, 6, kDouble), 4);
    log.add_text("note", "**bold**", 5);
    log.add_audio("beep", sin(arange(0, 100, kFloat)), 1, 8000);
    log.add_pr_curve("pr", tensor({1, 0, 1, 1}), tensor({0.9, 0.4, 0.6, 0.2}), 6, 5);
    log.add_hparams({{"lr", 0.1}, {"optimizer", "sgd"}, {"nesterov", true}}, {{"hp/acc", 0.75}});
    log.add_embedding(arange(0, 6, kFloat).view({3, 2}), {"a", "b", "c"}, rand({3, 3, 4, 4}), 2);
    log.add_graph(trace([](const Tensor& x) { return relu(x.matmul(x)); }, {rand({2, 2})}));
  }
  const std::string command =
      std::string(python) + " tests/tensorboard/read.py " + folder.path.string();
  EXPECT_EQ(std::system(command.c_str()), 0) << command;
}

}  // namespace
}  // namespace tealight::train
