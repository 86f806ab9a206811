// Detectors by name, from pictures to boxes.
//   auto yolo = tealight::hub::load("yolov5s", {.weights = "yolov5s.pt"});
//   auto results = yolo.detect({"street.jpg", "room.png"}, {.confidence = 0.25, .iou = 0.45});
//   results.print();  results.save("out/");  results.to_csv("boxes.csv");
// A checkpoint is read as data: no code in it is run.
#pragma once
#include <filesystem>
#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

#include "tealight/models/yolov5.h"

namespace tealight::hub {

struct DetectOptions {
  float confidence = 0.25f;  // lowest score
  double iou = 0.45;         // overlap above which the lower score is dropped
  int size = 640;            // the longer side that pictures are scaled to
  int max_detections = 1000;
};

struct Found {
  float x0 = 0, y0 = 0, x1 = 0, y1 = 0;  // pixels of the picture
  float score = 0;
  int label = 0;
  std::string name;  // of the label
};

/// What was found in each picture, in the order they were given.
class TL_API Results {
 public:
  struct Picture {
    std::filesystem::path path;
    std::vector<Found> found;  // by falling score
  };
  std::vector<Picture> pictures;

  void print() const;  // to standard output
  std::string text() const;
  /// The pictures with boxes drawn, under their names in `folder`.
  void save(const std::filesystem::path& folder) const;
  /// picture, xmin, ymin, xmax, ymax, confidence, class, name
  void to_csv(const std::filesystem::path& file) const;
  std::string json() const;
  void to_json(const std::filesystem::path& file) const;
};

class TL_API Detector {
 public:
  explicit Detector(std::shared_ptr<models::YoloV5> net, std::vector<std::string> names);
  Results detect(const std::vector<std::filesystem::path>& pictures,
                 const DetectOptions& = {}) const;
  const std::shared_ptr<models::YoloV5>& net() const { return net_; }

 private:
  std::shared_ptr<models::YoloV5> net_;
  std::vector<std::string> names_;
};

struct LoadOptions {
  std::string weights;
  int64_t num_classes = 80;
  std::vector<std::string> names = {};  // of classes; empty: COCO's
};
/// "yolov5n", "yolov5s", "yolov5m", "yolov5l", "yolov5x"
TL_API Detector load(const std::string& name, const LoadOptions&);

}  // namespace tealight::hub
