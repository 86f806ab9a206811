// tealight detect: things in pictures, by YOLOv5's, torchvision's and D2Go's detectors.
#include "tealight/data/detect.h"

#include "picture_command.h"
#include "tealight/data/decode.h"
#include "tealight/data/draw.h"
#include "tealight/data/encode.h"
#include "tealight/ops.h"
#include "tealight/schema.h"
#include "terminal.h"

namespace tealight::cli {
namespace {

struct Boxes {
  Tensor boxes, labels, scores;
  bool complete() const { return boxes.defined() && labels.defined() && scores.defined(); }
};

// torchvision's form: a dict of boxes, labels and scores.
Boxes of_dict(DictImpl& d) {
  const Value *boxes = d.find("boxes"), *labels = d.find("labels"), *scores = d.find("scores");
  if (!boxes || !labels || !scores) return {};
  return {boxes->toTensor(), labels->toTensor(), scores->toTensor()};
}

// D2Go's and torchvision's tuples: boxes (N, 4), then of N numbers each the labels, which are
// integers, and the scores; masks and sizes may stand among them.
Boxes of_tensors(const std::vector<Value>& items) {
  Boxes found;
  for (const Value& item : items) {
    if (!item.isTensor()) continue;
    const Tensor& t = item.toTensor();
    if (!found.boxes.defined() && t.dim() == 2 && t.size(1) == 4)
      found.boxes = t;
    else if (found.boxes.defined() && t.dim() == 1 && t.numel() == found.boxes.size(0))
      (t.is_floating_point() ? found.scores : found.labels) = t;
  }
  return found;
}

// Wherever they are in the result.
Boxes find_boxes(const Value& v) {
  if (v.isGenericDict()) return of_dict(v.toDictRef());
  if (!v.isTuple() && !v.isList()) return {};
  const auto& items = v.isTuple() ? v.toTupleRef().items : v.toListRef().items;
  for (const Value& item : items)
    if (const Boxes found = find_boxes(item); found.complete()) return found;
  return of_tensors(items);
}

std::vector<Detection> confident(const Boxes& b, float confidence) {
  const Tensor boxes = b.boxes.to(kFloat).contiguous(), labels = b.labels.to(kLong).contiguous(),
               scores = b.scores.to(kFloat).contiguous();
  std::vector<Detection> out;
  for (int64_t i = 0; i < boxes.size(0); ++i) {
    const float *p = boxes.as<float>() + i * 4, score = scores.as<float>()[i];
    if (score >= confidence)
      out.push_back({{p[0], p[1], p[2], p[3]}, score, int(labels.as<int64_t>()[i])});
  }
  return out;
}

bool takes_list(const Method& m) {
  return m.schema() && m.schema()->arguments.size() > 1 &&
         m.schema()->arguments[1].type->is(TypeKind::List);
}

struct DetectCommand : PictureCommand {
  DetectOptions options;
  int size = 640;

  void add_to(CLI::App& app) {
    add_common(app, Pictures::many);
    add_labels(app);
    app.add_option("--conf", options.confidence, "lowest score")->capture_default_str();
    app.add_option("--iou", options.iou, "overlap above which the lower score is dropped")
        ->capture_default_str();
    app.add_option("--input-size", size, "side of the square that YOLO models take")
        ->capture_default_str()
        ->check(CLI::PositiveNumber);
    app.add_option("--out", out, "picture with the boxes drawn; a folder for several pictures")
        ->type_name("FILE");
  }

  int operator()() {
    const Module m = load_model();
    nlohmann::json all = nlohmann::json::array();
    for (const std::string& path : pictures) {
      Image picture = read_image(path);
      const auto start = std::chrono::steady_clock::now();
      const std::vector<Detection> found = detect(m.get_method(method), picture);
      const double ms = seconds_since(start) * 1e3;
      all.push_back({{"picture", path}, {"ms", ms}, {"detections", as_json(found)}});
      if (!json_output) print(path, ms, found);
      if (out.empty()) continue;
      draw_detections(picture, found, names.views());
      write_image(out_for(path), picture);
    }
    if (json_output) print_json(all);
    return 0;
  }

  // Every picture is made as large as the model wants it, and the boxes are taken back to it.
  std::vector<Detection> detect(const Method& run, const Image& picture) const {
    const bool list = takes_list(run), own_size = flags.options.exact || flags.options.shorter_side;
    Letterbox fitted{picture, {picture.width, picture.height}, 1, 1, 0, 0};
    if (own_size) {
      fitted.image = as_seen(picture);
      fitted.scale_x = double(fitted.image.width) / picture.width;
      fitted.scale_y = double(fitted.image.height) / picture.height;
    } else if (!list || flags.options.letterbox) {
      fitted = letterbox(picture, {.size = flags.options.letterbox.value_or(Size{size, size})});
    }
    const Tensor x = planes_of(fitted.image);
    // torchvision's and D2Go's detectors take a list of pictures (C, H, W).
    const Value result = called(run, list ? Value(std::vector<Tensor>{select(x, 0, 0)}) : Value(x));
    std::vector<Detection> found = detections_of(result);
    restore_boxes(found, fitted);
    return found;
  }

  Value called(const Method& run, const Value& x) const {
    try {
      return run({x});
    } catch (Error& e) {
      if (!flags.options.letterbox && !flags.options.exact)
        e.fix("if the model takes pictures of another size, give it: --input-size 320");
      throw;
    }
  }

  Tensor planes_of(const Image& fitted) const {
    PictureCommand plain = *this;  // the picture has its size already
    plain.flags.options.letterbox.reset();
    plain.flags.options.exact.reset();
    plain.flags.options.crop.reset();
    plain.flags.options.shorter_side = 0;
    return plain.tensor_of(fitted);
  }

  std::vector<Detection> detections_of(const Value& result) const {
    if (const Boxes b = find_boxes(result); b.complete()) return confident(b, options.confidence);
    const Tensor rows = first_floats(result);
    TL_CHECK(
        rows.dim() >= 2 && rows.size(-1) > 5, "the result ", rows.sizes(),
        " has none of the forms that detectors give: YOLOv5's (N, rows, 5 + classes), or boxes, labels and scores");
    return decode_yolov5({rows.as<float>(), size_t(rows.numel())}, rows.size(-1), options);
  }

  nlohmann::json as_json(const std::vector<Detection>& found) const {
    nlohmann::json list = nlohmann::json::array();
    for (const Detection& d : found)
      list.push_back({{"label", names.at(d.label)},
                      {"class", d.label},
                      {"score", d.score},
                      {"box", {d.box.x0, d.box.y0, d.box.x1, d.box.y1}}});
    return list;
  }

  void print(const std::string& path, double ms, const std::vector<Detection>& found) const {
    print_heading(path, ms);
    if (found.empty()) std::cout << str("  nothing with a score of ", options.confidence, "\n");
    Table table({">", "<", "<"});
    for (const Detection& d : found)
      table.add({"  " + fixed(d.score, 2), names.at(d.label),
                 str(fixed(d.box.x0, 0), ",", fixed(d.box.y0, 0), " - ", fixed(d.box.x1, 0), ",",
                     fixed(d.box.y1, 0))});
    std::cout << table.text();
  }
};

}  // namespace

void add_detect(CLI::App& app) {
  add_command<DetectCommand>(
      app, "detect", "Find things in pictures (YOLOv5, torchvision's and D2Go's detectors)",
      "  tealight detect yolov5s.ptl bus.jpg --labels coco --out boxes.png\n"
      "  tealight detect d2go.ptl street.jpg --size 640x640 --labels coco91 --json\n");
}

}  // namespace tealight::cli
