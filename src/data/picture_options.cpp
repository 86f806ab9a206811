#include "data/picture_options.h"

#include <cmath>
#include <locale>
#include <sstream>

#include "tealight/data/geometry.h"

namespace tealight {
namespace {

constexpr int kMaxSide = 1 << 16;

[[noreturn]] void bad_value(std::string_view name, std::string_view value, const char* allowed) {
  throw Error(str("picture option ", name, ": '", value, "' is no ", name))
      .fix(str("take ", allowed));
}

std::optional<int> parse_side(std::string_view text) {
  int value = 0;
  if (text.empty() || text.size() > 6) return std::nullopt;
  for (char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  if (value < 1 || value > kMaxSide) return std::nullopt;
  return value;
}

// "640" (a square) or "640x480"
Size parse_size(std::string_view name, std::string_view value) {
  size_t cross = value.find('x');
  auto width = parse_side(value.substr(0, cross));
  auto height = cross == std::string_view::npos ? width : parse_side(value.substr(cross + 1));
  if (!width || !height)
    bad_value(name, value, "a number like 224, or width x height like 640x480");
  return {*width, *height};
}

std::optional<Size> optional_size(std::string_view name, std::string_view value) {
  if (value == "none") return std::nullopt;
  return parse_size(name, value);
}

float parse_float(std::string_view name, std::string_view value) {
  std::istringstream in{std::string(value)};
  in.imbue(std::locale::classic());
  float number = 0;
  if (!(in >> number) || !(in >> std::ws).eof() || !std::isfinite(number)) {
    bad_value(name, value, "numbers like 0.485,0.456,0.406");
  }
  return number;
}

std::vector<float> parse_floats(std::string_view name, std::string_view value) {
  std::vector<float> numbers;
  for (size_t start = 0; start <= value.size();) {
    size_t end = std::min(value.find(',', start), value.size());
    numbers.push_back(parse_float(name, value.substr(start, end - start)));
    start = end + 1;
  }
  if (numbers.size() > 4) bad_value(name, value, "one number, or one for every channel");
  return numbers;
}

void set_size(PictureOptions& options, std::string_view value) {
  Size size = parse_size("size", value);
  options.letterbox.reset();
  options.exact.reset();
  options.shorter_side = 0;
  if (value.find('x') == std::string_view::npos)
    options.shorter_side = size.width;
  else
    options.exact = size;
}

void set_color(PictureOptions& options, std::string_view value) {
  if (value != "rgb" && value != "bgr" && value != "gray" && value != "rgba") {
    bad_value("color", value, "rgb, bgr, gray or rgba");
  }
  options.bgr = value == "bgr";
  options.color = value == "gray"   ? ColorMode::gray
                  : value == "rgba" ? ColorMode::rgba
                                    : ColorMode::rgb;
}

void set_layout(PictureOptions& options, std::string_view value) {
  if (value == "nchw")
    options.layout = PictureLayout::nchw;
  else if (value == "nhwc")
    options.layout = PictureLayout::nhwc;
  else if (value == "chw")
    options.layout = PictureLayout::chw;
  else if (value == "hwc")
    options.layout = PictureLayout::hwc;
  else
    bad_value("layout", value, "nchw, nhwc, chw or hwc");
}

void set_preset(PictureOptions& options, std::string_view value) {
  options = PictureOptions();
  if (value == "imagenet") {
    options.shorter_side = 256;
    options.crop = Size{224, 224};
    options.normalization = imagenet_norm();
  } else if (value == "yolov5") {
    options.letterbox = Size{640, 640};
  } else if (value != "none") {
    bad_value("preset", value, "imagenet, yolov5 or none");
  }
}

Image shaped(Image image, const PictureOptions& options) {
  if (options.letterbox) {
    image = letterbox(image, {.size = *options.letterbox, .filter = options.filter}).image;
  } else if (options.exact) {
    image = resize(image, options.exact->width, options.exact->height, options.filter);
  } else if (options.shorter_side > 0) {
    image = resize_shortest_side(image, options.shorter_side, options.filter);
  }
  return options.crop ? center_crop(image, options.crop->width, options.crop->height) : image;
}

template <class T>
std::vector<std::byte> as_bytes(const std::vector<T>& values) {
  auto bytes = std::as_bytes(std::span(values));
  return {bytes.begin(), bytes.end()};
}

std::vector<int64_t> shape_of(const Image& image, PictureLayout layout) {
  int64_t h = image.height, w = image.width, c = image.channels;
  switch (layout) {
    case PictureLayout::nhwc:
      return {1, h, w, c};
    case PictureLayout::chw:
      return {c, h, w};
    case PictureLayout::hwc:
      return {h, w, c};
    case PictureLayout::nchw:
      break;
  }
  return {1, c, h, w};
}

}  // namespace

void set_picture_option(PictureOptions& options, std::string_view name, std::string_view value) {
  if (name == "size") return set_size(options, value);
  if (name == "color") return set_color(options, value);
  if (name == "layout") return set_layout(options, value);
  if (name == "preset") return set_preset(options, value);
  if (name == "letterbox")
    options.letterbox = optional_size(name, value);
  else if (name == "crop")
    options.crop = optional_size(name, value);
  else if (name == "filter")
    options.filter = filter_of(value);
  else if (name == "mean")
    options.normalization.mean = parse_floats(name, value);
  else if (name == "std")
    options.normalization.std = parse_floats(name, value);
  else if (name == "scale")
    options.normalization.scale = parse_float(name, value);
  else if (name == "dtype" && (value == "float32" || value == "uint8"))
    options.bytes = value == "uint8";
  else if (name == "dtype")
    bad_value(name, value, "float32 or uint8");
  else
    fail(str("picture option '", name, "' is unknown"));
}

NpyArray picture_array(const Image& image, const PictureOptions& options) {
  Image picture = shaped(convert(image, options.color), options);
  if (options.bgr) swap_red_blue(picture);
  bool channels_last =
      options.layout == PictureLayout::nhwc || options.layout == PictureLayout::hwc;
  NpyArray array{options.bytes ? "u1" : "f4", shape_of(picture, options.layout), {}};
  if (options.bytes) {
    array.bytes = as_bytes(channels_last ? picture.pixels : to_planes(picture));
  } else {
    array.bytes = as_bytes(to_floats(picture, options.normalization, channels_last));
  }
  return array;
}

NpyArray load_picture(const std::filesystem::path& path, const PictureOptions& options) {
  return picture_array(read_image(path, {.color = options.color}), options);
}

}  // namespace tealight
