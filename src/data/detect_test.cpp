#include "tealight/data/detect.h"

#include <gtest/gtest.h>

#include <cmath>

// Equality with torchvision is tested in golden_test.cpp.
namespace tealight {
namespace {

TEST(Detect, DropsBoxesThatOverlapABetterOne) {
  std::vector<Box> boxes{{0, 0, 10, 10}, {1, 1, 11, 11}, {20, 20, 30, 30}, {0, 0, 10, 10}};
  std::vector<float> scores{0.5f, 0.9f, 0.1f, 0.5f};
  EXPECT_EQ(non_max_suppression(boxes, scores, 0.5), (std::vector<int64_t>{1, 2}));
  EXPECT_EQ(non_max_suppression(boxes, scores, 0.7), (std::vector<int64_t>{1, 0, 2}));
  EXPECT_TRUE(non_max_suppression({}, {}, 0.5).empty());
  EXPECT_THROW(non_max_suppression(boxes, {}, 0.5), Error);
}

TEST(Detect, SurvivesNumbersThatAreNone) {
  std::vector<Box> boxes{{NAN, 0, 10, 10}, {0, 0, INFINITY, 10}, {5, 5, 1, 1}, {0, 0, 0, 0}};
  std::vector<float> scores{0.5f, NAN, 0.25f, INFINITY};
  EXPECT_EQ(non_max_suppression(boxes, scores, 0.5).size(), 4u);
  std::vector<float> rows{NAN, 1, 1, 1, 0.9f, 0.9f, 1, 1, 1, 1, NAN, 1, 1, 1, 1, 1, 1, NAN};
  EXPECT_EQ(decode_yolov5(rows, 6).size(), 1u);
}

TEST(Detect, DecodesRowsOfCentreAndSize) {
  std::vector<float> rows{50, 40, 20, 10, 0.5f, 0.25f, 1, 0, 0, 4, 4, 0.1f, 1, 1};
  auto found = decode_yolov5(rows, 7);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].label, 1);
  EXPECT_FLOAT_EQ(found[0].score, 0.5f);
  EXPECT_FLOAT_EQ(found[0].box.x0, 40);
  EXPECT_FLOAT_EQ(found[0].box.y1, 45);
  EXPECT_TRUE(decode_yolov5({}, 7).empty());
  EXPECT_THROW(decode_yolov5(rows, 5), Error);
  EXPECT_THROW(decode_yolov5(rows, 8), Error);
  EXPECT_TRUE(decode_yolov5(rows, 7, {.max_detections = 0}).empty());
}

TEST(Detect, KeepsOverlappingBoxesOfDifferentLabels) {
  std::vector<float> rows{50, 40, 20, 10, 1, 0.9f, 0, 50, 40, 20, 10, 1, 0, 0.8f};
  EXPECT_EQ(decode_yolov5(rows, 7).size(), 2u);
  EXPECT_EQ(decode_yolov5(rows, 7, {.class_agnostic = true}).size(), 1u);
}

TEST(Detect, RestoresBoxesToTheOriginalAndCutsThem) {
  Letterbox box = letterbox(make_image(200, 100, 1), {.size = {100, 100}});
  std::vector<Detection> found{{{10, 35, 50, 60}, 1, 0}, {{-5, 0, 500, 500}, 1, 0}};
  restore_boxes(found, box);
  EXPECT_FLOAT_EQ(found[0].box.x0, 20);
  EXPECT_FLOAT_EQ(found[0].box.y0, 20);
  EXPECT_FLOAT_EQ(found[0].box.x1, 100);
  EXPECT_FLOAT_EQ(found[0].box.y1, 70);
  EXPECT_FLOAT_EQ(found[1].box.x0, 0);
  EXPECT_FLOAT_EQ(found[1].box.x1, 200);
  EXPECT_FLOAT_EQ(found[1].box.y1, 100);
}

}  // namespace
}  // namespace tealight
