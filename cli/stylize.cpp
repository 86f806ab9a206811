// tealight stylize: a picture into another.
#include <algorithm>
#include <cmath>

#include "picture_command.h"
#include "tealight/data/color.h"
#include "tealight/data/decode.h"
#include "tealight/data/encode.h"
#include "tealight/ops.h"
#include "terminal.h"

namespace tealight::cli {
namespace {

// Generators end in tanh (-1 to 1), a sigmoid (0 to 1), or give bytes.
struct Range {
  double scale, shift;
};
Range range_of(const Tensor& planes) {
  const double low = min(planes).item().toDouble(), high = max(planes).item().toDouble();
  if (high > 2) return {1, 0};
  if (low < -0.05) return {127.5, 127.5};
  return {255, 0};
}

Image picture_of(const Tensor& result) {
  const Tensor planes =
      (result.dim() == 4 && result.size(0) == 1 ? select(result, 0, 0) : result).contiguous();
  TL_CHECK(planes.dim() == 3 && (planes.size(0) == 3 || planes.size(0) == 1), "the result ",
           result.sizes(), " is no picture (1, 3, height, width)");
  const auto [scale, shift] = range_of(planes);
  const int channels = int(planes.size(0));
  Image image = make_image(int(planes.size(2)), int(planes.size(1)), channels);
  const int64_t area = planes.size(1) * planes.size(2);
  for (int c = 0; c < channels; ++c) {
    for (int64_t i = 0; i < area; ++i) {
      const double v = double(planes.as<float>()[c * area + i]) * scale + shift;
      image.pixels[size_t(i * channels + c)] =
          v == v ? uint8_t(std::clamp(std::lround(std::clamp(v, 0., 255.)), 0L, 255L)) : 0;
    }
  }
  return image;
}

struct StylizeCommand : PictureCommand {
  void add_to(CLI::App& app) {
    add_common(app, Pictures::one);
    app.add_option("--out", out, "where the picture goes")->required()->type_name("FILE");
  }

  int operator()() {
    const Module m = load_model();
    const Tensor x = tensor_of(read_image(pictures[0], {.color = flags.options.color}));
    const auto start = std::chrono::steady_clock::now();
    const Value result = m.get_method(method)({x});
    const double ms = seconds_since(start) * 1e3;
    Image image = picture_of(first_floats(result));
    if (flags.options.bgr) swap_red_blue(image);
    write_image(out, image);
    if (json_output)
      print_json({{"picture", out}, {"ms", ms}, {"width", image.width}, {"height", image.height}});
    else
      note(str("written to ", out, ", ", image.width, " x ", image.height, ", ", fixed(ms, 1),
               " ms"));
    return 0;
  }
};

}  // namespace

void add_stylize(CLI::App& app) {
  add_command<StylizeCommand>(
      app, "stylize", "Run a picture-to-picture model",
      "  tealight stylize animegan.ptl photo.jpg --size 512x512 --mean 0.5 --std 0.5 --out anime.png\n");
}

}  // namespace tealight::cli
