// The command on models of real apps and of other versions of PyTorch, where ../shared has them.
#include "testing.h"

namespace tealight::cli {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

const std::string kShared = "../shared/";
#define NEED_SHARED(folder) \
  if (!fs::exists(kShared + (folder))) GTEST_SKIP() << kShared + (folder) << " is not there"

std::vector<std::string> models_below(const std::string& folder) {
  std::vector<std::string> out;
  for (const auto& file : fs::recursive_directory_iterator(kShared + folder))
    if (file.path().extension() == ".ptl") out.push_back(file.path().string());
  return out;
}

// Whatever the file is, info says something; of what can be run it shows the program.
void expect_described(const std::string& model) {
  const Printed p = tealight({"info", model, "--json"});
  if (p.status == 1) {  // broken, or of another kind
    EXPECT_TRUE(p.out.empty() || p.json()["runnable"] == false) << model;
    EXPECT_TRUE(!p.out.empty() || contains(p.err, "error: ")) << model;
    return;
  }
  ASSERT_EQ(p.status, 0) << model << p.err;
  if (!p.json()["runnable"].get<bool>()) return;
  for (const char* how : {"--code", "--bytecode", "--graph"}) {
    const Printed shown = tealight({"info", model, how});
    EXPECT_EQ(shown.status, 0) << model << " " << how << "\n" << shown.err;
    EXPECT_HAS(shown.out, "forward");
  }
}

TEST(SharedModels, AreDescribed) {
  NEED_SHARED("models");
  for (const std::string& model : models_below("models")) expect_described(model);
}

TEST(SharedModels, OfManyVersionsAreDescribed) {
  NEED_SHARED("models_by_version");
  for (const char* version : {"1.5.1", "1.8.1", "1.11.0", "2.15.0"})
    for (const std::string& model : models_below(std::string("models_by_version/") + version))
      expect_described(model);
}

TEST(SharedModels, Yolov5FindsWhatPyTorchFinds) {
  NEED_SHARED("models/yolov5n_coco");
  const std::string folder = kShared + "models/yolov5n_coco/";
  const json meta = json::parse(text_of(folder + "meta.json"));
  for (const std::string picture : {"bus", "zidane"}) {
    const json found = tealight({"detect", folder + "yolov5n_320.ptl", folder + picture + ".jpg",
                                 "--letterbox", "320", "--labels", "coco", "--json"})
                           .json()[0]["detections"];
    const json& expected = meta["pictures"][picture + "_320"]["detections"];
    ASSERT_EQ(found.size(), expected.size());
    for (size_t i = 0; i < found.size(); ++i) {
      EXPECT_EQ(found[i]["label"], expected[i]["label"]);
      EXPECT_NEAR(found[i]["score"], expected[i]["score"], 0.01);
    }
  }
}

TEST(SharedModels, AreProfiled) {
  NEED_SHARED("models/asl_cnn");
  const json j = tealight({"profile", kShared + "models/asl_cnn/model.ptl", "rand:1,3,200,200",
                           "--runs", "1", "--json"})
                     .json();
  EXPECT_EQ(j["dropped_calls"], 0);
  EXPECT_GT(j["rows"].size(), 3u);
}

}  // namespace
}  // namespace tealight::cli
