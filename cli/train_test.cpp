// Transfer learning on real pictures with real features, where ../shared has them.
#include "testing.h"

namespace tealight::cli {
namespace {
namespace fs = std::filesystem;

const std::string kPictures = "../shared/data/hymenoptera_data",
                  kWeights = "../shared/models/mobilenet_v2_imagenet_fp32/mobilenet_v2_fp16.pth";

TEST(TrainClassify, TellsAntsFromBees) {
  if (!fs::exists(kPictures) || !fs::exists(kWeights))
    GTEST_SKIP() << kPictures << " or " << kWeights << " is not there";
  const std::string out = scratch_folder() + "run";
  const Printed p =
      tealight({"train", "classify", kPictures, "--backbone", "mobilenet_v2", "--weights", kWeights,
                "--freeze", "--views", "2", "--epochs", "25", "--out", out, "--json"});
  ASSERT_EQ(p.status, 0) << p.err;
  EXPECT_GE(p.json()["val_accuracy"].get<double>(), 0.93);  // 2 views; 8 of them reach 0.95
  EXPECT_EQ(p.json()["classes"], (nlohmann::json{"ants", "bees"}));
  const auto named = tealight({"classify", out + "/model.ptl", "--json",
                               kPictures + "/val/ants/10308379_1b6c72e180.jpg",
                               kPictures + "/val/bees/1032546534_06907fe3b3.jpg"})
                         .json();
  EXPECT_EQ(named[0]["classes"][0]["label"], "ants");
  EXPECT_EQ(named[1]["classes"][0]["label"], "bees");
  EXPECT_HAS(tealight({"runs", out}).out, "accuracy/val");
}

TEST(TrainClassify, SaysWhatIsWrong) {
  const std::string folder = scratch_folder();
  const auto error = [&](std::vector<std::string> more) {
    std::vector<std::string> args{"train", "classify", folder, "--out", folder + "run"};
    args.insert(args.end(), more.begin(), more.end());
    return tealight(args);
  };
  EXPECT_HAS(error({}).err, "each class is one");
  EXPECT_EQ(error({"--backbone", "resnet17"}).status, 2);
  EXPECT_HAS(error({"--freeze"}).err, "give --weights FILE");
}

}  // namespace
}  // namespace tealight::cli
