#include "data/terminal.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string_view>

#include "tealight/data/color.h"
#include "tealight/data/preprocess.h"
#include "tealight/data/resize.h"

namespace tealight {
namespace {

constexpr std::string_view kUpperHalf = "\xe2\x96\x80", kReset = "\x1b[0m";
constexpr std::string_view kShades = " .:-=+*#%@";  // dark to light

// The largest size in `limit` with the picture's proportions, of pixels that are `aspect` times as
// tall as wide.
Size fitting_size(const Image& image, Size limit, double aspect) {
  double scale = std::min(static_cast<double>(limit.width) / image.width,
                          limit.height * aspect / image.height);
  scale = std::min(scale, 1.0);
  return {std::max(1, static_cast<int>(std::lround(image.width * scale))),
          std::max(1, static_cast<int>(std::lround(image.height * scale / aspect)))};
}

Image opaque(const Image& image) {
  Image out = convert(image, ColorMode::rgb);
  if (image.channels != 4) return out;
  for (size_t i = 0; i < out.pixels.size(); ++i) {
    out.pixels[i] = static_cast<uint8_t>(out.pixels[i] * image.pixels[i / 3 * 4 + 3] / 255);
  }
  return out;
}

// xterm's colours: 16 + a cube of 6x6x6, then 24 grays from 8 in steps of 10.
int palette_index(const uint8_t* pixel) {
  constexpr int kLevels[] = {0, 95, 135, 175, 215, 255};
  auto nearest = [&](int value) {
    int best = 0;
    for (int i = 1; i < 6; ++i) {
      if (std::abs(kLevels[i] - value) < std::abs(kLevels[best] - value)) best = i;
    }
    return best;
  };
  auto distance = [&](int red, int green, int blue) {
    int r = red - pixel[0], g = green - pixel[1], b = blue - pixel[2];
    return r * r + g * g + b * b;
  };
  int red = nearest(pixel[0]), green = nearest(pixel[1]), blue = nearest(pixel[2]);
  int gray = std::clamp((luma(pixel[0], pixel[1], pixel[2]) - 3) / 10, 0, 23),
      level = 8 + 10 * gray;
  bool colored =
      distance(kLevels[red], kLevels[green], kLevels[blue]) <= distance(level, level, level);
  return colored ? 16 + 36 * red + 6 * green + blue : 232 + gray;
}

// "38;2;r;g;b" for the letter, "48;2;r;g;b" for the ground
std::string color_code(int kind, const uint8_t* pixel, TerminalColors colors) {
  if (colors == TerminalColors::palette256) return str(kind, ";5;", palette_index(pixel));
  return str(kind, ";2;", int{pixel[0]}, ";", int{pixel[1]}, ";", int{pixel[2]});
}

// Repeated codes are left out: they are most of the bytes.
std::string render_in_color(const Image& image, TerminalColors colors) {
  std::string out;
  for (int y = 0; y < image.height; y += 2) {
    std::string letter, ground;
    for (int x = 0; x < image.width; ++x) {
      bool last = y + 1 >= image.height;
      std::string upper = color_code(38, image.row(y) + 3 * x, colors);
      std::string lower = last ? "49" : color_code(48, image.row(y + 1) + 3 * x, colors);
      if (upper != letter || lower != ground) {
        out +=
            str("\x1b[", upper != letter ? upper : "",
                upper != letter && lower != ground ? ";" : "", lower != ground ? lower : "", "m");
      }
      letter = upper, ground = lower;
      out += kUpperHalf;
    }
    out += str(kReset, "\n");
  }
  return out;
}

std::string render_in_shades(const Image& image) {
  std::string out;
  for (int y = 0; y < image.height; ++y) {
    for (int x = 0; x < image.width; ++x) out += kShades[image.row(y)[x] * kShades.size() / 256];
    out.erase(out.find_last_not_of(' ') + 1);
    out += '\n';
  }
  return out;
}

}  // namespace

std::string render_for_terminal(const Image& image, const TerminalOptions& options) {
  check_image(image, "render_for_terminal");
  TL_CHECK(
      options.columns > 0 && options.rows > 0 && options.columns <= 10000 && options.rows <= 10000,
      "render_for_terminal: ", options.columns, " columns and ", options.rows, " rows");
  Image seen = opaque(image);
  if (options.colors == TerminalColors::none) {
    Size size = fitting_size(image, {options.columns, options.rows}, 2);
    return render_in_shades(convert(resize(seen, size.width, size.height), ColorMode::gray));
  }
  Size size = fitting_size(image, {options.columns, options.rows * 2}, 1);
  return render_in_color(resize(seen, size.width, size.height), options.colors);
}

TerminalColors terminal_colors_of_environment() {
  auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string_view(value != nullptr ? value : "");
  };
  std::string_view term = variable("TERM"), promise = variable("COLORTERM");
  if (!variable("NO_COLOR").empty() || term == "dumb" || term.empty()) return TerminalColors::none;
  if (promise == "truecolor" || promise == "24bit") return TerminalColors::truecolor;
  return term.find("256color") != std::string_view::npos ? TerminalColors::palette256
                                                         : TerminalColors::none;
}

}  // namespace tealight
