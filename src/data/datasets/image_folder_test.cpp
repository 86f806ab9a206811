#include "tealight/data/image_folder.h"

#include <gtest/gtest.h>

#include <fstream>

#include "tealight/data/encode.h"
#include "tealight/tealight.h"

namespace tealight::data {
namespace {
namespace fs = std::filesystem;
namespace T = transforms;

// Two classes of n pictures each, whose brightness is their number.
fs::path folder_of(int n, const std::string& below = "") {
  const fs::path folder =
      fs::temp_directory_path() / (std::string("tealight_image_folder_") +
                                   testing::UnitTest::GetInstance()->current_test_info()->name());
  for (const std::string name : {"ants", "bees"}) {
    fs::create_directories(folder / below / name);
    for (int i = 0; i < n; ++i)
      write_png(folder / below / name / (std::to_string(i) + ".png"),
                make_image(20 + i, 30, 3, uint8_t(i * 10)));
  }
  return folder;
}

std::vector<Example> all_of(const Pipeline<Example>& batches) {
  std::vector<Example> out;
  for (const Example& e : batches) out.push_back(e);
  return out;
}

TEST(ImageFolder, GivesBatchesOfBothParts) {
  folder_of(3, "val");
  const fs::path folder = folder_of(5, "train");
  std::ofstream(folder / "train/ants/broken.jpg") << "no picture";
  const ImageFolders data = image_folder(
      folder, {.train = {T::RandomResizedCrop(8), T::RandomHorizontalFlip(), imagenet_norm()},
               .val = {T::Resize({8, 8}), T::ToTensor()},
               .batch_size = 4});
  EXPECT_EQ(data.classes, (std::vector<std::string>{"ants", "bees"}));
  ASSERT_EQ(data.skipped.size(), 1u);
  EXPECT_NE(data.skipped[0].find("broken.jpg"), std::string::npos);
  const auto train = all_of(data.train), val = all_of(data.val);
  ASSERT_EQ(train.size(), 3u);  // 4, 4, 2
  EXPECT_EQ(train[0].data.sizes(), (std::vector<int64_t>{4, 3, 8, 8}));
  EXPECT_EQ(train[2].target.size(0), 2);
  ASSERT_EQ(val.size(), 2u);
  EXPECT_TRUE(val[0].target.equal(tensor({0, 0, 0, 1}, kLong)));  // in order
  EXPECT_NEAR(val[0].data[2][0][4][4].item().toDouble(), 20 / 255.0, 1e-6);
}

TEST(ImageFolder, EpochsFollowTheSeedNotTheWorkers) {
  const fs::path folder = folder_of(10);
  const auto epochs = [&](int workers, uint64_t seed) {
    const ImageFolders data = image_folder(
        folder, {.train = {T::RandomCrop(16), T::ToTensor()}, .seed = seed, .workers = workers});
    const Tensor first = all_of(data.train)[0].data;
    return std::pair(first, all_of(data.train)[0].data);
  };
  const auto [first, second] = epochs(1, 3);
  EXPECT_EQ(first.size(0), 16);  // a fifth of each class is for validation
  EXPECT_FALSE(first.equal(second));
  const auto [first_of_4, second_of_4] = epochs(4, 3);
  EXPECT_TRUE(first.equal(first_of_4));
  EXPECT_TRUE(second.equal(second_of_4));
  EXPECT_FALSE(first.equal(epochs(1, 4).first));
}

TEST(ImageFolder, ANormalizationIsAToTensorAndANormalize) {
  Image picture = make_image(4, 3, 3);
  for (size_t i = 0; i < picture.pixels.size(); ++i) picture.pixels[i] = uint8_t(i * 6);
  const Tensor expected = T::Compose(
      {T::ToTensor(), T::Normalize({0.485, 0.456, 0.406}, {0.229, 0.224, 0.225})})(picture);
  EXPECT_TRUE(T::Compose({imagenet_norm()})(picture).tensor().equal(expected));
  const Tensor floats = transforms::functional::to_tensor(picture);
  EXPECT_TRUE(T::Compose({imagenet_norm()})(floats).tensor().equal(expected));
  EXPECT_TRUE(normalize(stack({floats, floats}, 0), imagenet_norm())[1].equal(expected));
}

}  // namespace
}  // namespace tealight::data
