#include "command.h"

#include <unistd.h>

#include <cstdlib>

#include "core/parallel.h"

namespace tealight::cli {
namespace {

std::string coloured(const char* code, const std::string& text) {
  return colours() ? str("\033[", code, "m", text, "\033[0m") : text;
}

}  // namespace

void PictureFlags::add_to(CLI::App& app) {
  const auto option = [&](const char* name, const char* help) {
    app.add_option_function<std::string>(
           std::string("--") + name,
           [this, name](const std::string& v) { set_picture_option(options, name, v); }, help)
        ->group("Pictures");
  };
  option("preset", "imagenet, yolov5 or none: sets all of these");
  option("size", "shorter side (256) or width x height (640x480)");
  option("letterbox", "fit into 640 or 640x384 with grey borders");
  option("crop", "middle of that size: 224 or 200x100");
  option("filter", "nearest, bilinear, bicubic, lanczos ...");
  option("color", "rgb, bgr, gray or rgba");
  option("mean", "0.5 or 0.485,0.456,0.406");
  option("std", "0.5 or 0.229,0.224,0.225");
  option("scale", "255: floats from 0 to 1; 1: from 0 to 255");
  option("layout", "nchw, nhwc, chw or hwc");
  option("dtype", "float32 or uint8");
}

void RunFlags::add_to(CLI::App& app) {
  app.add_option("--threads", threads, "threads to use (default: all processors)")
      ->check(CLI::PositiveNumber);
  app.add_option("--deadline-ms", deadline_ms, "end a run that takes longer")
      ->check(CLI::PositiveNumber);
  app.add_option("--memory-mb", memory_mb, "end a run whose tensors take more")
      ->check(CLI::PositiveNumber);
}

RunLimits RunFlags::apply() const {
  if (threads > 0) set_num_threads(threads);
  RunLimits limits;
  limits.time = std::chrono::milliseconds(deadline_ms);
  limits.memory_bytes = size_t(memory_mb) << 20;
  return limits;
}

bool colours() {
  static const bool yes = isatty(STDOUT_FILENO) && !std::getenv("NO_COLOR") &&
                          std::getenv("TERM") && std::string(std::getenv("TERM")) != "dumb";
  return yes;
}
std::string bold(const std::string& text) { return coloured("1", text); }
std::string green(const std::string& text) { return coloured("32", text); }
std::string red(const std::string& text) { return coloured("31", text); }
std::string dim(const std::string& text) { return coloured("2", text); }

}  // namespace tealight::cli
