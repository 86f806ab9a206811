#include "tealight/data/datasets.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <fstream>

#include "tealight/data/arrays.h"
#include "tealight/data/encode.h"
#include "tealight/data/file_io.h"
#include "tealight/ops.h"

namespace tealight::data {
namespace fs = std::filesystem;
namespace T = transforms;
namespace {

/// A folder of this test's own, gone behind it.
class Folder {
 public:
  Folder()
      : path_(fs::temp_directory_path() /
              (std::string("tealight_") +
               testing::UnitTest::GetInstance()->current_test_info()->name())) {
    fs::remove_all(path_);
    fs::create_directories(path_);
  }
  ~Folder() { fs::remove_all(path_); }
  fs::path operator/(const std::string& name) const {
    fs::create_directories((path_ / name).parent_path());
    return path_ / name;
  }
  const fs::path& path() const { return path_; }
  fs::path text(const std::string& name, const std::string& text) const {
    std::ofstream(*this / name, std::ios::binary) << text;
    return path_ / name;
  }

 private:
  fs::path path_;
};

void expect_error(const std::function<void()>& f, const std::string& part) {
  try {
    f();
    FAIL() << "nothing was thrown";
  } catch (const Error& e) {
    EXPECT_NE(std::string(e.what()).find(part), std::string::npos) << e.what();
  }
}

TEST(ImageFolder, SortsClassesAndFiles) {
  Folder folder;
  write_png(folder / "bees/2.png", make_image(4, 3, 3, 200));
  write_png(folder / "bees/10.PNG", make_image(4, 3, 3, 100));
  write_png(folder / "ants/deep/1.png", make_image(4, 3, 3, 50));
  folder.text("ants/notes.txt", "no picture");
  ImageFolder set(folder.path());
  EXPECT_EQ(set.classes, (std::vector<std::string>{"ants", "bees"}));
  EXPECT_EQ(set.class_to_idx.at("bees"), 1);
  ASSERT_EQ(set.size(), 3u);
  EXPECT_EQ(set.samples[1].first.filename(), "10.PNG");
  Example bee = set.get(1);
  EXPECT_EQ(bee.target.item<int64_t>(), 1);
  EXPECT_TRUE(bee.data.equal(full({3, 3, 4}, 100 / 255.f, kFloat)));
}

TEST(ImageFolder, SaysWhatIsMissing) {
  Folder folder;
  expect_error([&] { ImageFolder set(folder.path()); }, "Couldn't find any class folder in");
  fs::create_directories(folder / "empty/x");
  write_png(folder / "full/1.png", make_image(1, 1, 3));
  expect_error([&] { ImageFolder set(folder.path()); },
               "Found no valid file for the classes empty. Supported extensions are: .jpg,");
  expect_error([&] { ImageFolder set(folder.path() / "absent"); }, "no such folder");
}

TEST(ImageFolder, NamesBrokenPicturesAndDropsThem) {
  Folder folder;
  write_png(folder / "a/1.png", make_image(2, 2, 3));
  folder.text("a/2.png", "\x89PNG\r\n\x1a\n and no more");
  ImageFolder set(folder.path());
  expect_error([&] { set.get(1); }, "2.png");
  auto broken = set.drop_broken();
  ASSERT_EQ(broken.size(), 1u);
  EXPECT_NE(broken[0].find("2.png"), std::string::npos);
  EXPECT_EQ(set.size(), 1u);
}

TEST(ImageFolder, AugmentsAnewEachEpochBySeed) {
  Folder folder;
  write_png(folder / "a/1.png", make_image(40, 40, 3, 90));
  T::Compose augment({T::ColorJitter(0.9), T::ToTensor()});
  PictureSetOptions options;
  options.seed = 3;
  options.target_transform = [](int64_t label) { return label + 7; };
  ImageFolder one(folder.path(), augment, options), two(folder.path(), augment, options);
  Example first = one.get(0), second = one.get(0);
  EXPECT_EQ(first.target.item<int64_t>(), 7);
  EXPECT_FALSE(first.data.equal(second.data));
  EXPECT_TRUE(two.get(0).data.equal(first.data));
  EXPECT_TRUE(two.get(0).data.equal(second.data));
}

TEST(CsvImages, ReadsNumbersAndNames) {
  Folder folder;
  for (const char* name : {"x.png", "y, z.png"}) write_png(folder / name, make_image(2, 2, 3));
  CsvImages numbers(folder.text("numbers.csv", "file,label\r\nx.png,4\r\n\"y, z.png\",2\r\n"),
                    folder.path());
  ASSERT_EQ(numbers.size(), 2u);
  EXPECT_EQ(numbers.get(0).target.item<int64_t>(), 4);
  EXPECT_EQ(numbers.get(1).target.item<int64_t>(), 2);
  CsvImages names(folder.text("names.csv", "x.png,shoe\n\"y, z.png\",bag\n"), folder.path());
  EXPECT_EQ(names.classes, (std::vector<std::string>{"bag", "shoe"}));
  EXPECT_EQ(names.get(0).target.item<int64_t>(), 1);
  expect_error([&] { CsvImages bad(folder.text("bad.csv", "a.png,1\nb.png\n"), folder.path()); },
               "bad.csv:2: a row of one cell");
}

TEST(Csv, HandlesQuotes) {
  using Rows = std::vector<std::vector<std::string>>;
  EXPECT_EQ(parse_csv("a,\"b \"\"c\"\"\nd\",\n\n1,2", "t"),
            (Rows{{"a", "b \"c\"\nd", ""}, {"1", "2"}}));
  expect_error([] { parse_csv("\"open", "t.csv"); }, "t.csv: a quoted cell has no end");
}

std::string big_endian(uint32_t n) {
  return {static_cast<char>(n >> 24), static_cast<char>(n >> 16), static_cast<char>(n >> 8),
          static_cast<char>(n)};
}

std::string idx(char type, const std::vector<uint32_t>& sizes, const std::string& elements) {
  std::string file{0, 0, type, static_cast<char>(sizes.size())};
  for (uint32_t size : sizes) file += big_endian(size);
  return file + elements;
}

TEST(Idx, ReadsPlainAndPackedFiles) {
  Folder folder;
  std::string images = idx(8, {2, 1, 3}, "\x01\x02\x03\xff\x05\x06"),
              labels = idx(8, {2}, "\x07\x09");
  folder.text("raw/t10k-labels-idx1-ubyte", labels);
  gzFile packed = gzopen((folder / "raw/t10k-images-idx3-ubyte.gz").c_str(), "wb");
  gzwrite(packed, images.data(), static_cast<unsigned>(images.size()));
  gzclose(packed);
  PictureArray digits = mnist(folder.path(), false);
  ASSERT_EQ(digits.size(), 2u);
  EXPECT_EQ(digits.images.sizes(), IntArrayRef({2, 1, 1, 3}));
  EXPECT_EQ(digits.get(1).target.item<int64_t>(), 9);
  EXPECT_FLOAT_EQ(digits.get(1).data.max().item<float>(), 1);
  Tensor floats = read_idx(folder.text("f", idx(13, {1}, big_endian(0x40490fdb))));
  EXPECT_FLOAT_EQ(floats.item<float>(), 3.14159274f);
}

TEST(Idx, RefusesDamagedFilesAtEveryLength) {
  Folder folder;
  std::string file = idx(11, {2, 2}, "12345678");
  for (size_t size = 0; size < file.size(); ++size)
    EXPECT_THROW(read_idx(folder.text("cut", file.substr(0, size))), Error) << size;
  EXPECT_THROW(read_idx(folder.text("cut.gz", "\x1f\x8b\x08" + std::string(40, '\xff'))), Error);
  expect_error([&] { mnist(folder.path()); }, "train-images-idx3-ubyte");
}

TEST(Cifar, ReadsRecords) {
  Folder folder;
  std::string pixels(3072, '\x10');
  folder.text("test_batch.bin", '\x03' + pixels + '\x01' + std::string(3072, '\x20'));
  folder.text("batches.meta.txt", "airplane\nautomobile\nbird\ncat\n\n");
  PictureArray ten = cifar10(folder.path(), false);
  EXPECT_EQ(ten.classes.size(), 4u);
  EXPECT_EQ(ten.get(0).target.item<int64_t>(), 3);
  EXPECT_EQ(ten.picture(1).row(31)[95], 0x20);
  folder.text("test.bin", std::string("\x05\x2a") + pixels);
  folder.text("fine_label_names.txt", "apple\n");
  EXPECT_EQ(cifar100(folder.path(), false).get(0).target.item<int64_t>(), 42);
  folder.text("test.bin", pixels);
  EXPECT_THROW(cifar100(folder.path(), false), Error);
}

TEST(RandomSplit, TakesTheItemsThatPyTorchTakes) {
  // torch.utils.data.random_split(range(10), [7, 3], torch.Generator().manual_seed(0))
  TensorDataset numbers(arange(10), arange(10));
  auto parts = random_split(numbers, {7, 3}, 0);
  EXPECT_EQ(parts[0].indices, (std::vector<size_t>{4, 1, 7, 5, 3, 9, 0}));
  EXPECT_EQ(parts[1].indices, (std::vector<size_t>{8, 6, 2}));
  auto thirds = random_split(numbers, {0.5, 0.25, 0.25}, 1);
  EXPECT_EQ(thirds[0].size() + thirds[1].size() + thirds[2].size(), 10u);
  EXPECT_EQ(thirds[0].size(), 6u);  // what is left over goes to the first parts
  EXPECT_THROW(random_split(numbers, {5, 4}, 0), Error);
  ConcatDataset both({parts[0], parts[1]});
  EXPECT_EQ(both.size(), 10u);
  EXPECT_TRUE(both.get(8).data.equal(parts[1].get(1).data));
}

TEST(Npz, RoundTripsAndListsNames) {
  Folder folder;
  NamedArrays arrays{{"x", arange(6, kFloat).view({2, 3})}, {"deep/y", zeros({0}, kLong)}};
  save_npz(folder / "a.npz", arrays);
  NamedArrays back = load_npz(folder / "a.npz");
  ASSERT_EQ(back.size(), 2u);
  EXPECT_EQ(back[1].first, "deep/y");
  EXPECT_TRUE(array_of(back, "x").equal(arrays[0].second));
  expect_error([&] { array_of(back, "z"); }, "no array 'z'; there are: x, deep/y");
}

TEST(Datasets, BecomePipelines) {
  auto pipeline = from_dataset(TensorDataset(arange(5, kFloat), arange(5))).batch(5);
  for (Example& batch : pipeline) EXPECT_TRUE(batch.target.equal(arange(5)));
}

}  // namespace
}  // namespace tealight::data
