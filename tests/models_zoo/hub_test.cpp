// Detectors by name with published weights: ../shared/models/yolov5n_coco, an exported YOLOv5n
// whose batch norms are folded into the convolutions.
#include "tealight/hub.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace tealight::hub {
namespace {

namespace fs = std::filesystem;
const fs::path kFolder = "../shared/models/yolov5n_coco";

std::string text_of(const fs::path& file) {
  std::ifstream in(file);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

TEST(Hub, YoloFindsTheBusAndItsPeople) {
  if (!fs::exists(kFolder)) GTEST_SKIP() << kFolder << " is absent";
  auto yolo = load("yolov5n", {.weights = (kFolder / "yolov5n_640.torchscript.pt").string()});
  Results results = yolo.detect({kFolder / "bus.jpg"}, {.confidence = 0.5});
  ASSERT_EQ(results.pictures.size(), 1u);
  const auto& found = results.pictures[0].found;
  auto count = [&](const char* name) {
    return std::count_if(found.begin(), found.end(),
                         [&](const Found& f) { return f.name == name; });
  };
  EXPECT_EQ(count("bus"), 1);
  EXPECT_EQ(count("person"), 3);
  EXPECT_NE(results.text().find("bus"), std::string::npos);

  fs::path folder = fs::temp_directory_path() / ("tealight_hub_" + std::to_string(::getpid()));
  results.save(folder);
  EXPECT_TRUE(fs::exists(folder / "bus.jpg"));
  results.to_csv(folder / "boxes.csv");
  std::string csv = text_of(folder / "boxes.csv");
  EXPECT_TRUE(csv.starts_with("picture,xmin,ymin,xmax,ymax,confidence,class,name\n"));
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), static_cast<long>(found.size()) + 1);
  results.to_json(folder / "boxes.json");
  EXPECT_NE(text_of(folder / "boxes.json").find("\"label\": \"bus\""), std::string::npos);
  fs::remove_all(folder);
}

TEST(Hub, SaysWhichDetectorsThereAre) {
  try {
    load("yolov9", {.weights = "x.pt"});
    FAIL();
  } catch (const Error& e) {
    EXPECT_NE(std::string(e.what()).find("yolov5s"), std::string::npos) << e.what();
  }
}

}  // namespace
}  // namespace tealight::hub
