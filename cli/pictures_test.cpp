// classify, detect, segment and stylize.
#include <map>

#include "tealight/data/decode.h"
#include "tealight/data/encode.h"
#include "testing.h"

namespace tealight::cli {
namespace {

using nlohmann::json;

// The left half red, the right half green, or other colours.
std::string two_colours(const std::string& path, int width, int height,
                        std::array<uint8_t, 3> left = {255, 0, 0},
                        std::array<uint8_t, 3> right = {0, 255, 0}) {
  Image image = make_image(width, height, 3);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      std::copy_n((x < width / 2 ? left : right).data(), 3, image.row(y) + 3 * x);
  write_image(path, image);
  return path;
}

TEST(Classify, ReadsTheDemosDigits) {
  std::vector<std::string> args{"classify", kDemo + "digits.ptl"};
  for (int d = 0; d < 10; ++d) args.push_back(kDemo + std::to_string(d) + ".png");
  for (const char* a : {"--labels", "examples/demo/labels.txt", "--size", "32", "--top", "2"})
    args.push_back(a);
  const Printed text = tealight(args);
  EXPECT_EQ(text.status, 0) << text.err;
  EXPECT_HAS(text.out, kDemo + "7.png");
  args.push_back("--json");
  const json j = tealight(args).json();
  ASSERT_EQ(j.size(), 10u);
  for (int d = 0; d < 10; ++d) {
    ASSERT_EQ(j[d]["classes"].size(), 2u);
    EXPECT_EQ(j[d]["classes"][0]["class"], d);
    EXPECT_GT(j[d]["classes"][0]["probability"], 0.5);
    EXPECT_GE(j[d]["classes"][0]["probability"], j[d]["classes"][1]["probability"]);
  }
  EXPECT_EQ(j[3]["classes"][0]["label"], "three");
}

TEST(Classify, PlainLeavesThePictureOut) {
  const std::vector<std::string> args{
      "classify", kDemo + "digits.ptl", kDemo + "1.png", "--size", "32", "--top", "1"};
  std::vector<std::string> plain = args;
  plain.push_back("--plain");
  const std::string text = tealight(plain).out;
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2);
  EXPECT_HAS(text, "  one\n");
  const std::string drawn = tealight(args).out;
  EXPECT_GT(std::count(drawn.begin(), drawn.end(), '\n'), 5);
}

TEST(Classify, SaysWhichLabelsThereAre) {
  const Printed p =
      tealight({"classify", kDemo + "digits.ptl", kDemo + "1.png", "--labels", "absent"});
  EXPECT_EQ(p.status, 1);
  EXPECT_HAS(
      p.err,
      "labels 'absent' are neither a table on board (coco, coco91, imagenet, kinetics400, voc)");
}

TEST(Detect, DecodesYoloAndGoesBackToThePicture) {
  const std::string folder = scratch_folder();
  const std::string picture =
      two_colours(folder + "p.png", 128, 64);  // half as large, 16 pixels of border
  const json j = tealight({"detect", kModels + "yolo.ptl", picture, "--input-size", "64",
                           "--labels", "coco", "--out", folder + "boxes.png", "--json"})
                     .json();
  const json& found = j[0]["detections"];
  ASSERT_EQ(found.size(), 2u);  // one of the three is the double of another
  std::map<std::string, json> by_label;
  for (const json& d : found) by_label[d["label"]] = d;
  EXPECT_NEAR(by_label["person"]["score"], 0.72, 1e-6);
  EXPECT_EQ(by_label["person"]["box"], json({48.0, 24.0, 80.0, 40.0}));
  EXPECT_EQ(by_label["bicycle"]["box"], json({24.0, 40.0, 40.0, 56.0}));
  const Image drawn = read_image(folder + "boxes.png");
  EXPECT_EQ(drawn.width, 128);
  EXPECT_NE(drawn.pixels, read_image(picture).pixels);
  const Printed none =
      tealight({"detect", kModels + "yolo.ptl", picture, "--input-size", "64", "--conf", "0.99"});
  EXPECT_HAS(none.out, "nothing with a score of 0.99");
  EXPECT_HAS(tealight({"detect", kModels + "yolo.ptl", picture}).err, "--input-size 320");
}

TEST(Detect, TakesDictsAndListsOfTorchvisionAndD2Go) {
  const std::string folder = scratch_folder();
  const std::string picture = two_colours(folder + "p.png", 40, 20);
  for (const std::vector<std::string>& size :
       {std::vector<std::string>{}, {"--size", "80x80"}, {"--letterbox", "80"}}) {
    std::vector<std::string> args{"detect", kModels + "detector.ptl", picture, "--labels", "coco91",
                                  "--json"};
    args.insert(args.end(), size.begin(), size.end());
    const json found = tealight(args).json()[0]["detections"];
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0]["label"], "person");
    EXPECT_EQ(found[0]["box"], json({0.0, 0.0, 20.0, 20.0}));
  }
  const json boxes = tealight({"detect", kModels + "boxes.ptl", picture, "--labels", "coco",
                               "--first-class", "1", "--json"})
                         .json()[0]["detections"];
  ASSERT_EQ(boxes.size(), 1u);
  EXPECT_EQ(boxes[0]["label"], "bicycle");
  EXPECT_EQ(boxes[0]["box"], json({1.0, 2.0, 3.0, 4.0}));
}

TEST(Detect, SeveralPicturesGoIntoAFolder) {
  const std::string folder = scratch_folder();
  const std::string a = two_colours(folder + "a.png", 8, 8),
                    b = two_colours(folder + "b.jpg", 8, 8);
  EXPECT_EQ(tealight({"detect", kModels + "boxes.ptl", a, b, "--out", folder + "made"}).status, 0);
  EXPECT_TRUE(std::filesystem::exists(folder + "made/a.png"));
  EXPECT_TRUE(std::filesystem::exists(folder + "made/b.png"));
}

TEST(Segment, CountsAndColoursClasses) {
  const std::string folder = scratch_folder();
  const std::string picture = two_colours(folder + "p.png", 16, 8);
  const json j = tealight({"segment", kModels + "colours.ptl", picture, "--labels", "voc", "--out",
                           folder + "o.png", "--json"})
                     .json();
  ASSERT_EQ(j["classes"].size(), 2u);
  EXPECT_EQ(j["classes"][0]["label"], "__background__");
  EXPECT_EQ(j["classes"][0]["share"], 0.5);
  EXPECT_EQ(j["classes"][1]["label"], "aeroplane");
  const Image o = read_image(folder + "o.png");
  EXPECT_EQ(o.row(0)[1], 0);             // red stays red: the background
  EXPECT_LT(o.row(0)[3 * 15 + 1], 200);  // green is blended with dark red
  EXPECT_EQ(tealight({"segment", kModels + "colours.ptl", picture, picture}).status, 2);
}

TEST(Segment, TakesOneMapWithTheChannelsLast) {
  const std::string folder = scratch_folder();
  const std::string picture = two_colours(folder + "p.png", 20, 8, {255, 255, 255}, {0, 0, 0});
  const Printed p =
      tealight({"segment", kModels + "bright.ptl", picture, "--out", folder + "o.png"});
  EXPECT_EQ(p.status, 0) << p.err;
  EXPECT_HAS(p.out, "50.0 %  class 0\n");
  const Image o = read_image(folder + "o.png");
  EXPECT_LT(o.row(4)[1], 200);     // the bright left is class 1
  EXPECT_EQ(o.row(4)[3 * 19], 0);  // the dark right is not touched
}

TEST(Segment, CroppedPicturesAreShownAsTheModelSawThem) {
  const std::string folder = scratch_folder();
  const std::string picture = two_colours(folder + "p.png", 16, 8);
  ASSERT_EQ(tealight({"segment", kModels + "colours.ptl", picture, "--crop", "8", "--out",
                      folder + "o.png"})
                .status,
            0);
  EXPECT_EQ(read_image(folder + "o.png").width, 8);
}

TEST(Stylize, WritesThePicture) {
  const std::string folder = scratch_folder();
  const std::string picture = two_colours(folder + "p.png", 6, 4, {255, 255, 255}, {0, 0, 128});
  // -x of numbers from -1 to 1: the negative.
  ASSERT_EQ(tealight({"stylize", kModels + "negative.ptl", picture, "--mean", "0.5", "--std", "0.5",
                      "--out", folder + "n.png"})
                .status,
            0);
  const Image n = read_image(folder + "n.png");
  EXPECT_EQ(n.row(0)[0], 0);
  EXPECT_EQ(n.row(0)[15], 255);
  EXPECT_NEAR(n.row(0)[17], 127, 1);
  EXPECT_EQ(tealight({"stylize", kModels + "negative.ptl", picture}).status, 2);  // no --out
  EXPECT_HAS(tealight({"stylize", kModels + "tiny.ptl", picture, "--out", folder + "x.png"}).err,
             "is no picture");
}

}  // namespace
}  // namespace tealight::cli
