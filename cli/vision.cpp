// tealight classify, detect, segment, stylize: what a picture model says, shown as people look at
// it.
#include <algorithm>
#include <cmath>
#include <fstream>
#include <iomanip>

#include "command.h"
#include "data/decode.h"
#include "data/detect.h"
#include "data/draw.h"
#include "data/encode.h"
#include "data/labels.h"
#include "data/resize.h"
#include "data/terminal.h"
#include "tealight/ops.h"

namespace tealight::cli {
namespace {

using nlohmann::json;

/// Class names: a table on board, a text file with a name a line, or the model's own extra file.
class Names {
 public:
  void load(const std::string& source) {
    for (std::string_view name : labels(source)) names_.emplace_back(name);
    if (!names_.empty()) return;
    std::ifstream file(source);
    TL_CHECK(file, "labels '", source, "' are neither a table on board (", tables(),
             ") nor a file that can be read");
    for (std::string line; std::getline(file, line);) {
      if (!line.empty() && line.back() == '\r') line.pop_back();
      names_.push_back(line);
    }
  }
  /// labels.txt or classes.txt among the files saved with the model.
  void load_from(const Module& m) {
    for (const auto& [name, text] : m.extra_files()) {
      if (name.find("labels") == std::string::npos && name.find("classes") == std::string::npos)
        continue;
      std::istringstream lines(text);
      const json parsed = json::parse(text, nullptr, false);
      if (parsed.is_array()) {
        for (const json& n : parsed)
          names_.push_back(n.is_string() ? n.get<std::string>() : n.dump());
        return;
      }
      for (std::string line; std::getline(lines, line);) names_.push_back(line);
      return;
    }
  }
  std::string at(int64_t i) const {
    return i >= 0 && size_t(i) < names_.size() ? names_[size_t(i)] : str("class ", i);
  }
  std::vector<std::string_view> views() const { return {names_.begin(), names_.end()}; }

 private:
  static std::string tables() {
    std::string all;
    for (const LabelTable& t : label_tables())
      all += (all.empty() ? "" : ", ") + std::string(t.name);
    return all;
  }
  std::vector<std::string> names_;
};

// The first tensor of a result: in a tuple, list or under "out", "logits", "scores" of a dict.
const Tensor& first_tensor(const Value& v) {
  if (v.isTensor()) return v.toTensor();
  if (v.isTuple() && !v.toTupleRef().items.empty()) return first_tensor(v.toTupleRef().items[0]);
  if (v.isList() && !v.toListRef().items.empty()) return first_tensor(v.toListRef().items[0]);
  if (v.isGenericDict() && v.toDictRef().size() > 0) {
    for (const char* key : {"out", "logits", "scores"})
      if (const Value* found = v.toDictRef().find(key)) return first_tensor(*found);
    return first_tensor(v.toDictRef().entries()[0].second);
  }
  fail(str("the model's result holds no tensor: ", v.tagKind()));
}
Tensor real_values(const Value& v) {
  const Tensor& t = first_tensor(v);
  return (t.is_quantized() ? dequantize(t) : t.to(kFloat)).contiguous();
}

struct PictureCommand {
  std::string model, method = "forward", label_source, out;
  std::vector<std::string> pictures;
  bool json_output = false, plain = false;
  PictureFlags flags;
  RunFlags limits;
  Names names;

  Module load_model() {
    LoadOptions options;
    options.limits = limits.apply();
    Module m = Module::load(model, options);
    if (label_source.empty())
      names.load_from(m);
    else
      names.load(label_source);
    return m;
  }
  void common(CLI::App& sub, bool labelled) {
    sub.add_option("MODEL", model, ".ptl file")->required();
    sub.add_option("PICTURE", pictures, "JPEG, PNG, WebP, GIF, BMP")->required();
    sub.add_option("--method", method, "method to run")->capture_default_str();
    if (labelled)
      sub.add_option(
          "--labels", label_source,
          "imagenet, coco, voc, kinetics400 or a text file with a name a line (default: the model's own)");
    sub.add_flag("--json", json_output, "as JSON");
    limits.add_to(sub);
    flags.add_to(sub);
  }
  void show(const std::string& path) const {
    if (plain || json_output) return;
    TerminalOptions options;
    options.columns = 32;
    options.rows = 14;
    options.colors = colours() ? terminal_colors_of_environment() : TerminalColors::none;
    std::cout << render_for_terminal(read_image(path), options);
  }
};

// ---- classify

struct Classify : PictureCommand {
  int top = 5;

  // Scores that are no probabilities yet become them.
  static Tensor probabilities(const Tensor& scores) {
    const Tensor flat = flatten(scores);
    const double total = sum(flat).item().toDouble(), low = min(flat).item().toDouble(),
                 high = max(flat).item().toDouble();
    if (low >= 0 && high <= 1 && std::abs(total - 1) < 1e-2) return flat;
    if (high <= 0 && std::abs(sum(exp(flat)).item().toDouble() - 1) < 1e-2)
      return exp(flat);  // log_softmax
    return softmax(flat, 0);
  }

  void operator()() {
    const Module m = load_model();
    json all = json::array();
    for (const std::string& path : pictures) {
      const Value x = parse_input(path, flags.options);
      const auto start = std::chrono::steady_clock::now();
      const Value result = m.get_method(method)({x});
      const double ms = seconds_since(start) * 1e3;
      const Tensor p = probabilities(real_values(result));
      std::vector<int64_t> order(static_cast<size_t>(p.numel()));
      for (size_t i = 0; i < order.size(); ++i) order[i] = int64_t(i);
      const float* values = p.as<float>();
      std::stable_sort(order.begin(), order.end(),
                       [&](int64_t a, int64_t b) { return values[a] > values[b]; });
      order.resize(std::min(order.size(), size_t(top)));
      json classes = json::array();
      for (int64_t i : order)
        classes.push_back({{"class", i}, {"label", names.at(i)}, {"probability", values[i]}});
      all.push_back({{"picture", path}, {"ms", ms}, {"classes", classes}});
      if (json_output) continue;
      std::cout << bold(path) << dim(str("  ", int(ms * 100) / 100.0, " ms")) << '\n';
      show(path);
      for (size_t k = 0; k < order.size(); ++k) {
        const float v = values[order[k]];
        std::cout << "  " << std::fixed << std::setprecision(1) << std::setw(5) << v * 100 << " %  "
                  << std::string(size_t(v * 24 + 0.5f), '#')
                  << std::string(24 - size_t(v * 24 + 0.5f), '.') << "  "
                  << (k == 0 ? bold(names.at(order[k])) : names.at(order[k])) << '\n';
      }
    }
    if (json_output) std::cout << all.dump(1) << '\n';
  }
};

// ---- detect

struct Detect : PictureCommand {
  DetectOptions options;
  int size = 640;

  // torchvision's and D2Go's forms: boxes, labels and scores as a dict or as three tensors of a
  // tuple or list.
  static bool boxes_of(const Value& v, std::vector<Detection>& out, float confidence) {
    Tensor boxes, labels, scores;
    const auto take = [&](const Value& d) {
      if (!d.isGenericDict()) return false;
      DictImpl& dict = d.toDictRef();
      const Value *b = dict.find("boxes"), *l = dict.find("labels"), *s = dict.find("scores");
      if (!b || !l || !s) return false;
      boxes = b->toTensor(), labels = l->toTensor(), scores = s->toTensor();
      return true;
    };
    if (v.isTuple() || v.isList()) {
      const auto& items = v.isTuple() ? v.toTupleRef().items : v.toListRef().items;
      for (const Value& item : items)
        if (boxes_of(item, out, confidence)) return true;
      std::vector<Tensor> tensors;
      for (const Value& item : items)
        if (item.isTensor()) tensors.push_back(item.toTensor());
      if (tensors.size() < 3 || tensors[0].dim() != 2 || tensors[0].size(1) != 4) return false;
      boxes = tensors[0];
      // D2Go: boxes, classes, scores, sizes; torchvision's tuple: boxes, labels, scores, with masks
      // between them
      for (size_t i = 1; i < tensors.size(); ++i) {
        if (tensors[i].dim() != 1 || tensors[i].numel() != boxes.size(0)) continue;
        if (tensors[i].is_floating_point())
          scores = tensors[i];
        else
          labels = tensors[i];
      }
      if (!labels.defined() || !scores.defined()) return false;
    } else if (!take(v)) {
      return false;
    }
    const Tensor b = boxes.to(kFloat).contiguous(), l = labels.to(kLong).contiguous(),
                 s = scores.to(kFloat).contiguous();
    for (int64_t i = 0; i < b.size(0); ++i) {
      const float* p = b.as<float>() + i * 4;
      if (s.as<float>()[i] >= confidence)
        out.push_back({{p[0], p[1], p[2], p[3]}, s.as<float>()[i], int(l.as<int64_t>()[i])});
    }
    return true;
  }

  std::vector<Detection> detect(const Module& m, const Image& picture) const {
    const bool own_size =
        flags.options.letterbox || flags.options.exact || flags.options.shorter_side;
    LetterboxOptions box;
    box.size = flags.options.letterbox.value_or(Size{size, size});
    const Letterbox fitted = letterbox(picture, box);
    const Method run = m.get_method(method);
    std::vector<Detection> found;
    const auto tensor_of = [&](const Image& image) {
      const std::vector<float> planes = to_floats(image, flags.options.normalization);
      Tensor t(Fact(kFloat, {1, image.channels, image.height, image.width}));
      std::copy(planes.begin(), planes.end(), t.as<float>());
      return t;
    };
    const bool list = run.schema() && run.schema()->arguments.size() > 1 &&
                      run.schema()->arguments[1].type->is(TypeKind::List);
    if (list) {  // torchvision's and D2Go's detectors take a list of (C, H, W) pictures of any size
      const Value r = run({std::vector<Tensor>{select(tensor_of(picture), 0, 0)}});
      TL_CHECK(boxes_of(r, found, options.confidence),
               "the result has none of the forms that detectors give");
      return found;
    }
    (void)own_size;
    const Value r = run({tensor_of(fitted.image)});
    if (!boxes_of(r, found, options.confidence)) {
      const Tensor rows = real_values(r);
      TL_CHECK(rows.dim() >= 2 && rows.size(-1) > 5, "the result ", rows.sizes(),
               " is not YOLOv5's (N, rows, 5 + classes)");
      found = decode_yolov5({rows.as<float>(), size_t(rows.numel())}, rows.size(-1), options);
    }
    restore_boxes(found, fitted);
    return found;
  }

  void operator()() {
    const Module m = load_model();
    json all = json::array();
    for (const std::string& path : pictures) {
      Image picture = read_image(path);
      const auto start = std::chrono::steady_clock::now();
      const std::vector<Detection> found = detect(m, picture);
      const double ms = seconds_since(start) * 1e3;
      json boxes = json::array();
      if (!json_output)
        std::cout << bold(path) << dim(str("  ", int(ms * 100) / 100.0, " ms")) << '\n';
      for (const Detection& d : found) {
        boxes.push_back({{"label", names.at(d.label)},
                         {"class", d.label},
                         {"score", d.score},
                         {"box", {d.box.x0, d.box.y0, d.box.x1, d.box.y1}}});
        if (!json_output)
          std::cout << "  " << std::fixed << std::setprecision(2) << d.score << "  " << std::left
                    << std::setw(16) << names.at(d.label) << std::right << std::setprecision(0)
                    << " " << d.box.x0 << "," << d.box.y0 << " - " << d.box.x1 << "," << d.box.y1
                    << '\n';
      }
      all.push_back({{"picture", path}, {"ms", ms}, {"detections", boxes}});
      if (!out.empty()) {
        draw_detections(picture, found, names.views());
        write_image(out, picture);
      }
    }
    if (json_output) std::cout << all.dump(1) << '\n';
  }
};

// ---- segment, stylize

struct Segment : PictureCommand {
  void operator()() {
    const Module m = load_model();
    Image picture = read_image(pictures[0]);
    const Tensor scores =
        real_values(m.get_method(method)({parse_input(pictures[0], flags.options)}));
    TL_CHECK(scores.dim() >= 3, "the result ", scores.sizes(),
             " is not (N, classes, height, width)");
    Tensor planes = scores.dim() == 4 ? select(scores, 0, 0) : scores;
    if (planes.size(0) == 1)
      planes = cat({zeros_like(planes).add_(0.5), planes}, 0);  // one map of a probability
    const Tensor wide =
        upsample_bilinear2d(unsqueeze(planes, 0), {picture.height, picture.width}, false);
    const Tensor classes = argmax(select(wide, 0, 0), 0).contiguous();
    const std::span<const int64_t> map(classes.as<int64_t>(), size_t(classes.numel()));
    std::map<int64_t, int64_t> counts;
    for (int64_t c : map) ++counts[c];
    json all = json::array();
    for (const auto& [c, n] : counts) {
      const double share = double(n) / double(map.size());
      all.push_back({{"class", c}, {"label", names.at(c)}, {"share", share}});
      if (!json_output)
        std::cout << "  " << std::fixed << std::setprecision(1) << std::setw(5) << share * 100
                  << " %  " << names.at(c) << '\n';
    }
    if (json_output) std::cout << all.dump(1) << '\n';
    if (out.empty()) return;
    overlay_classes(picture, map);
    write_image(out, picture);
  }
};

struct Stylize : PictureCommand {
  void operator()() {
    const Module m = load_model();
    const Tensor y = real_values(m.get_method(method)({parse_input(pictures[0], flags.options)}));
    const Tensor planes = y.dim() == 4 ? select(y, 0, 0).contiguous() : y;
    TL_CHECK(planes.dim() == 3 && (planes.size(0) == 3 || planes.size(0) == 1), "the result ",
             y.sizes(), " is no picture (N, 3, height, width)");
    // generators end in tanh (-1 to 1), a sigmoid (0 to 1) or give bytes
    const double low = min(planes).item().toDouble(), high = max(planes).item().toDouble();
    const double scale = high > 2      ? 1
                         : low < -0.05 ? 127.5
                                       : 255,
                 shift = high <= 2 && low < -0.05 ? 127.5 : 0;
    const int channels = int(planes.size(0)), height = int(planes.size(1)),
              width = int(planes.size(2));
    Image image = make_image(width, height, channels);
    for (int c = 0; c < channels; ++c)
      for (int i = 0; i < height * width; ++i)
        image.pixels[size_t(i) * size_t(channels) + size_t(c)] = uint8_t(std::clamp(
            std::lround(double(planes.as<float>()[c * height * width + i]) * scale + shift), 0L,
            255L));
    write_image(out, image);
    std::cerr << dim(str("written to ", out, ", ", width, " x ", height)) << '\n';
  }
};

}  // namespace

void add_classify(CLI::App& app) {
  auto c = std::make_shared<Classify>();
  CLI::App* sub = app.add_subcommand("classify", "Say what pictures show");
  c->common(*sub, true);
  sub->add_option("--top", c->top, "classes to list")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  sub->add_flag("--plain", c->plain, "do not draw the picture");
  sub->footer(
      "Example:\n  tealight classify mobilenet.ptl dog.jpg --preset imagenet --labels imagenet");
  sub->callback([c] { (*c)(); });
}
void add_detect(CLI::App& app) {
  auto c = std::make_shared<Detect>();
  CLI::App* sub = app.add_subcommand(
      "detect", "Find things in pictures (YOLOv5, torchvision's and D2Go's detectors)");
  c->common(*sub, true);
  sub->add_option("--conf", c->options.confidence, "lowest score")->capture_default_str();
  sub->add_option("--iou", c->options.iou, "overlap above which the lower score is dropped")
      ->capture_default_str();
  sub->add_option("--input-size", c->size, "side of the square that YOLO models take")
      ->capture_default_str();
  sub->add_option("--out", c->out, "picture with the boxes drawn");
  sub->footer("Example:\n  tealight detect yolov5s.ptl bus.jpg --labels coco --out boxes.png");
  sub->callback([c] { (*c)(); });
}
void add_segment(CLI::App& app) {
  auto c = std::make_shared<Segment>();
  CLI::App* sub = app.add_subcommand("segment", "Colour a picture by class");
  c->common(*sub, true);
  sub->add_option("--out", c->out, "picture with the classes laid over it");
  sub->footer(
      "Example:\n  tealight segment deeplab.ptl dog.jpg --preset imagenet --crop none --labels voc --out overlay.png");
  sub->callback([c] { (*c)(); });
}
void add_stylize(CLI::App& app) {
  auto c = std::make_shared<Stylize>();
  CLI::App* sub = app.add_subcommand("stylize", "Run a picture-to-picture model");
  c->common(*sub, false);
  sub->add_option("--out", c->out, "where the picture goes")->required();
  sub->footer("Example:\n  tealight stylize animegan.ptl photo.jpg --size 512x512 --out anime.png");
  sub->callback([c] { (*c)(); });
}

}  // namespace tealight::cli
