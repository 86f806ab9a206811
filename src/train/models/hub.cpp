// See hub.h.
#include "tealight/hub.h"

#include <cmath>
#include <cstdio>
#include <sstream>

#include "tealight/data/decode.h"
#include "tealight/data/detect.h"
#include "tealight/data/draw.h"
#include "tealight/data/encode.h"
#include "tealight/data/file_io.h"
#include "tealight/data/labels.h"
#include "tealight/data/preprocess.h"
#include "tealight/grad_mode.h"
#include "tealight/ops.h"

namespace tealight::hub {
namespace {

namespace fs = std::filesystem;

/// One size for all pictures: the longest side scaled to `side`, in multiples of 32.
Size common_size(const std::vector<Image>& images, int side) {
  auto up = [](double x) { return static_cast<int>(std::ceil(x / 32)) * 32; };
  Size size;
  for (const Image& image : images) {
    double scale = double(side) / std::max(image.width, image.height);
    size.width = std::max(size.width, up(image.width * scale));
    size.height = std::max(size.height, up(image.height * scale));
  }
  return size;
}

Tensor planes(const Image& image) {
  auto floats = to_floats(image);
  return from_blob(floats.data(), {1, 3, image.height, image.width}).clone();
}

std::string quoted(const std::string& text, const char* quotes_inside) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || (c == '\\' && quotes_inside[0] == '\\')) out += quotes_inside[0];
    out += c;
  }
  return out + "\"";
}

void write_text(const fs::path& file, const std::string& text) {
  write_file(file, std::as_bytes(std::span(text)));
}

}  // namespace

Detector::Detector(std::shared_ptr<models::YoloV5> net, std::vector<std::string> names)
    : net_(std::move(net)), names_(std::move(names)) {
  net_->eval();
}

Results Detector::detect(const std::vector<fs::path>& pictures,
                         const DetectOptions& options) const {
  Results results;
  if (pictures.empty()) return results;
  std::vector<Image> images;
  for (const auto& path : pictures) images.push_back(read_image(path));
  Size size = common_size(images, options.size);
  std::vector<Letterbox> fitted;
  std::vector<Tensor> batch;
  for (const Image& image : images) {
    fitted.push_back(letterbox(image, {.size = size}));
    batch.push_back(planes(fitted.back().image));
  }
  NoGradGuard no_grad;
  Tensor rows = net_->forward(cat(batch, 0)).contiguous();
  for (size_t i = 0; i < pictures.size(); ++i) {
    Tensor own = rows.select(0, static_cast<int64_t>(i));
    auto found =
        decode_yolov5({own.data_ptr<float>(), static_cast<size_t>(own.numel())}, own.size(1),
                      {.confidence = options.confidence,
                       .iou = options.iou,
                       .max_detections = options.max_detections});
    restore_boxes(found, fitted[i]);
    Results::Picture picture{pictures[i], {}};
    for (const Detection& d : found) {
      auto label = static_cast<size_t>(d.label);
      picture.found.push_back({d.box.x0, d.box.y0, d.box.x1, d.box.y1, d.score, d.label,
                               label < names_.size() ? names_[label] : std::to_string(d.label)});
    }
    results.pictures.push_back(std::move(picture));
  }
  return results;
}

std::string Results::text() const {
  std::ostringstream out;
  for (const Picture& picture : pictures) {
    out << picture.path.string() << ": " << picture.found.size() << " found\n";
    for (const Found& f : picture.found) {
      char line[160];
      std::snprintf(line, sizeof line, "  %.2f  %-15s %.0f,%.0f - %.0f,%.0f\n", f.score,
                    f.name.c_str(), f.x0, f.y0, f.x1, f.y1);
      out << line;
    }
  }
  return out.str();
}
void Results::print() const { std::fputs(text().c_str(), stdout); }

void Results::save(const fs::path& folder) const {
  fs::create_directories(folder);
  for (const Picture& picture : pictures) {
    Image image = read_image(picture.path);
    std::vector<Detection> found;
    std::vector<std::string_view> names;
    for (const Found& f : picture.found) {
      found.push_back({{f.x0, f.y0, f.x1, f.y1}, f.score, f.label});
      names.resize(std::max(names.size(), static_cast<size_t>(f.label) + 1));
      names[static_cast<size_t>(f.label)] = f.name;
    }
    draw_detections(image, found, names);
    write_image(folder / picture.path.filename(), image);
  }
}

void Results::to_csv(const fs::path& file) const {
  std::ostringstream out;
  out.precision(7);
  out << "picture,xmin,ymin,xmax,ymax,confidence,class,name\n";
  for (const Picture& picture : pictures) {
    for (const Found& f : picture.found) {
      out << quoted(picture.path.string(), "\"") << ',' << f.x0 << ',' << f.y0 << ',' << f.x1 << ','
          << f.y1 << ',' << f.score << ',' << f.label << ',' << quoted(f.name, "\"") << '\n';
    }
  }
  write_text(file, out.str());
}

std::string Results::json() const {
  std::ostringstream out;
  out.precision(7);
  const char* between = "";
  out << '[';
  for (const Picture& picture : pictures) {
    out << std::exchange(between, ",") << "\n{\"picture\": " << quoted(picture.path.string(), "\\")
        << ", \"detections\": [";
    const char* comma = "";
    for (const Found& f : picture.found) {
      out << std::exchange(comma, ",") << "\n  {\"label\": " << quoted(f.name, "\\")
          << ", \"class\": " << f.label << ", \"score\": " << f.score << ", \"box\": [" << f.x0
          << ", " << f.y0 << ", " << f.x1 << ", " << f.y1 << "]}";
    }
    out << "]}";
  }
  out << "]\n";
  return out.str();
}
void Results::to_json(const fs::path& file) const { write_text(file, json()); }

Detector load(const std::string& name, const LoadOptions& options) {
  auto names = options.names;
  if (names.empty()) {
    for (auto label : labels("coco")) names.emplace_back(label);
  }
  TL_CHECK(!options.weights.empty(), "hub::load: give the file with the weights of ", name,
           ", e.g. {.weights = \"", name, ".pt\"}");
  return Detector(
      models::create_yolov5(name, {.num_classes = options.num_classes, .weights = options.weights}),
      std::move(names));
}

}  // namespace tealight::hub
