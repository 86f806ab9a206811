// Runs the cases that tests/golden/pictures.py wrote: the checked-in ones, or those in
// $TEALIGHT_PICTURE_CASES, where they are made anew with the PIL and PyTorch at hand.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <functional>
#include <map>
#include <sstream>

#include "data/picture_options.h"
#include "tealight/data/detect.h"

namespace tealight {
namespace {

using Words = std::vector<std::string>;

std::filesystem::path folder() {
  const char* chosen = std::getenv("TEALIGHT_PICTURE_CASES");
  return chosen != nullptr ? chosen : "tests/golden/pictures";
}

std::vector<Words> read_cases(const std::string& kind) {
  std::ifstream file(folder() / "cases.txt");
  std::vector<Words> cases;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    Words found{std::istream_iterator<std::string>(words), {}};
    if (!found.empty() && found[0] == kind) cases.push_back(found);
  }
  return cases;
}

std::vector<float> floats(const NpyArray& array) {
  std::vector<float> values(array.bytes.size() / sizeof(float));
  if (!values.empty()) std::memcpy(values.data(), array.bytes.data(), array.bytes.size());
  return values;
}

NpyArray load(const std::string& name) { return read_npy(folder() / name); }

Image load_image(const std::string& name) {
  NpyArray array = load(name);
  Image image = make_image(static_cast<int>(array.shape[1]), static_cast<int>(array.shape[0]),
                           static_cast<int>(array.shape[2]));
  std::memcpy(image.pixels.data(), array.bytes.data(), image.pixels.size());
  return image;
}

// The largest difference of two pictures' bytes; 1000 where the sizes differ.
int difference(const Image& got, const Image& want) {
  if (got.width != want.width || got.height != want.height || got.channels != want.channels)
    return 1000;
  int largest = 0;
  for (size_t i = 0; i < got.pixels.size(); ++i) {
    largest = std::max(largest, std::abs(got.pixels[i] - want.pixels[i]));
  }
  return largest;
}

Interpolation interpolation(const std::string& name) {
  std::map<std::string, Interpolation> known{{"nearest", Interpolation::nearest},
                                             {"nearest-exact", Interpolation::nearest_exact},
                                             {"bilinear", Interpolation::bilinear},
                                             {"bicubic", Interpolation::bicubic}};
  return known.at(name);
}

void for_each_case(const std::string& kind, const std::function<void(const Words&)>& run) {
  auto cases = read_cases(kind);
  EXPECT_FALSE(cases.empty()) << "no " << kind << " in " << folder();
  for (const Words& words : cases) {
    SCOPED_TRACE(::testing::PrintToString(words));
    EXPECT_NO_THROW(run(words));
  }
  ::testing::Test::RecordProperty("cases", static_cast<int>(cases.size()));
}

bool is_built_in(const std::string& name) {
  std::string extension = std::filesystem::path(name).extension().string();
#if !TL_WITH_JPEG
  if (extension == ".jpg") return false;
#endif
#if !TL_WITH_PNG
  if (extension == ".png") return false;
#endif
#if !TL_WITH_WEBP
  if (extension == ".webp") return false;
#endif
#if !TL_WITH_GIF
  if (extension == ".gif") return false;
#endif
  return !extension.empty();
}

TEST(Golden, DecodesThePixelsOfPil) {
  std::map<std::string, ColorMode> modes{
      {"L", ColorMode::gray}, {"RGB", ColorMode::rgb}, {"RGBA", ColorMode::rgba}};
  for_each_case("decode", [&](const Words& words) {
    if (!is_built_in(words[1])) return;
    Image image = read_image(folder() / words[1], {.color = modes.at(words[2])});
    EXPECT_EQ(difference(image, load_image(words[3])), 0);
  });
}

TEST(Golden, ResizesBitForBitAsPil) {
  for_each_case("resize", [](const Words& words) {
    Image image =
        resize(load_image(words[1]), std::stoi(words[3]), std::stoi(words[4]), filter_of(words[2]));
    EXPECT_EQ(difference(image, load_image(words[5])), 0);
  });
}

TEST(Golden, ResizesBytesAsTorchvisionWithinOneRounding) {
  for_each_case("tensor", [](const Words& words) {
    Image image = resize_as_tensor(load_image(words[1]), std::stoi(words[4]), std::stoi(words[5]),
                                   interpolation(words[2]), words[3] == "1");
    EXPECT_LE(difference(image, load_image(words[6])), 1);
  });
}

TEST(Golden, ResizesFloatsAsPyTorch) {
  for_each_case("planes", [](const Words& words) {
    NpyArray source = load(words[1]);
    PlaneSize from{static_cast<int>(source.shape[0]), static_cast<int>(source.shape[1]),
                   static_cast<int>(source.shape[2])};
    PlaneSize to{from.channels, std::stoi(words[5]), std::stoi(words[4])};
    std::vector<float> got(to.count()), want = floats(load(words[6]));
    resize_planes(floats(source), from, got, to, interpolation(words[2]), words[3] == "1");
    ASSERT_EQ(got.size(), want.size());
    for (size_t i = 0; i < got.size(); ++i) ASSERT_NEAR(got[i], want[i], 1e-5) << i;
  });
}

TEST(Golden, PreparesPicturesAsTorchvision) {
  for_each_case("options", [](const Words& words) {
    PictureOptions options;
    for (size_t i = 3; i < words.size(); ++i) {
      size_t equals = words[i].find('=');
      set_picture_option(options, words[i].substr(0, equals), words[i].substr(equals + 1));
    }
    NpyArray got = picture_array(load_image(words[1]), options), want = load(words[2]);
    EXPECT_EQ(got.dtype, want.dtype);
    EXPECT_EQ(got.shape, want.shape);
    EXPECT_TRUE(got.bytes == want.bytes);
  });
}

TEST(Golden, DetectsAsYolov5WithTorchvisionsNms) {
  for_each_case("yolov5", [](const Words& words) {
    NpyArray rows = load(words[1]);
    DetectOptions options{.confidence = std::stof(words[2]),
                          .iou = std::stod(words[3]),
                          .multi_label = words[4] == "1",
                          .class_agnostic = words[5] == "1",
                          .max_detections = std::stoi(words[6])};
    auto got = decode_yolov5(floats(rows), rows.shape[1], options);
    auto want = floats(load(words[7]));
    ASSERT_EQ(got.size(), want.size() / 6);
    for (size_t i = 0; i < got.size(); ++i) {
      std::vector<float> row{got[i].box.x0, got[i].box.y0, got[i].box.x1,
                             got[i].box.y1, got[i].score,  static_cast<float>(got[i].label)};
      EXPECT_EQ(row, std::vector<float>(want.begin() + 6 * i, want.begin() + 6 * i + 6));
    }
  });
}

}  // namespace
}  // namespace tealight
