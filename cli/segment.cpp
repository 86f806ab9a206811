// tealight segment: the class of every pixel.
#include <map>

#include "picture_command.h"
#include "tealight/data/decode.h"
#include "tealight/data/draw.h"
#include "tealight/data/encode.h"
#include "tealight/ops.h"
#include "terminal.h"

namespace tealight::cli {
namespace {

// Scores as (classes, height, width) for an input of that height and width. Some models give the
// classes last; their first two dimensions are the input's.
Tensor class_planes(const Tensor& scores, int64_t height, int64_t width) {
  TL_CHECK(scores.dim() == 3 || (scores.dim() == 4 && scores.size(0) == 1), "the result ",
           scores.sizes(), " is not (1, classes, height, width)");
  const Tensor planes = scores.dim() == 4 ? select(scores, 0, 0) : scores;
  const bool classes_last = planes.size(0) == height && planes.size(1) == width &&
                            !(planes.size(1) == height && planes.size(2) == width);
  return classes_last ? permute(planes, {2, 0, 1}).contiguous() : planes;
}

// One map is that of the foreground: a probability, or a score that is positive there.
Tensor with_background(const Tensor& planes) {
  if (planes.size(0) > 1) return planes;
  const double low = min(planes).item().toDouble(), high = max(planes).item().toDouble();
  const double middle = low >= 0 && high <= 1 ? 0.5 : 0;
  return cat({full_like(planes, middle), planes}, 0);
}

Tensor class_map(const Tensor& scores, const Tensor& input, const Image& picture) {
  const bool last = input.dim() == 4 && input.size(3) <= 4;
  const Tensor planes =
      with_background(class_planes(scores, input.size(last ? 1 : -2), input.size(last ? 2 : -1)));
  const Tensor wide =
      upsample_bilinear2d(unsqueeze(planes, 0), {picture.height, picture.width}, false);
  return argmax(select(wide, 0, 0), 0).contiguous();
}

struct SegmentCommand : PictureCommand {
  void add_to(CLI::App& app) {
    add_common(app, Pictures::one);
    add_labels(app);
    app.add_option("--out", out, "picture with the classes laid over it")->type_name("FILE");
  }

  int operator()() {
    const Module m = load_model();
    Image picture = read_image(pictures[0]);
    const Tensor x = tensor_of(picture);
    if (flags.options.crop || flags.options.letterbox) picture = as_seen(picture);
    const auto start = std::chrono::steady_clock::now();
    const Value result = m.get_method(method)({x});
    const double ms = seconds_since(start) * 1e3;
    const Tensor classes = class_map(first_floats(result), x, picture);
    const std::span<const int64_t> map(classes.as<int64_t>(), size_t(classes.numel()));
    report(map, ms);
    if (out.empty()) return 0;
    overlay_classes(picture, map);
    write_image(out, picture);
    return 0;
  }

  void report(std::span<const int64_t> map, double ms) const {
    std::map<int64_t, int64_t> counts;
    for (int64_t c : map) ++counts[c];
    nlohmann::json all = nlohmann::json::array();
    Table table({">", "<"});
    for (const auto& [c, n] : counts) {
      const double share = double(n) / double(map.size());
      all.push_back({{"class", c}, {"label", names.at(c)}, {"share", share}});
      table.add({"  " + fixed(share * 100, 1) + " %", names.at(c)});
    }
    if (json_output) return print_json({{"picture", pictures[0]}, {"ms", ms}, {"classes", all}});
    print_heading(pictures[0], ms);
    std::cout << table.text();
  }
};

}  // namespace

void add_segment(CLI::App& app) {
  add_command<SegmentCommand>(
      app, "segment", "Colour a picture by class",
      "  tealight segment deeplab.ptl dog.jpg --preset imagenet --crop none --labels voc --out overlay.png\n"
      "  tealight segment unet.ptl photo.jpg --size 256x256 --json\n");
}

}  // namespace tealight::cli
