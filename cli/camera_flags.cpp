#include "camera_flags.h"

#include <charconv>

namespace tealight::cli {

void CameraFlags::add_to(CLI::App& app) {
  app.add_option("--from", from, "pictures of this folder, by name, instead of a webcam")
      ->type_name("FOLDER");
  app.add_option("--fps", fps, "of these pictures, a second")
      ->check(CLI::Range(0.001, 1000.0))
      ->capture_default_str();
  app.add_option("--device", webcam.device, "the webcam")->capture_default_str()->type_name("FILE");
  app.add_option_function<std::string>(
         "--frame-size",
         [this](const std::string& text) {
           PictureOptions size;
           try {
             set_picture_option(size, "size", text);
           } catch (const Error&) {
           }
           if (!size.exact)
             throw UsageError(str("'", text, "' is no frame size"), "as --frame-size 640x480");
           webcam.width = size.exact->width;
           webcam.height = size.exact->height;
         },
         "of the webcam, or what is near it (default: 640x480)")
      ->type_name("WxH");
}

std::unique_ptr<Camera> CameraFlags::open(std::vector<std::string>* skipped) const {
  return from.empty() ? open_webcam(webcam) : folder_camera(from, fps, skipped);
}

double seconds_of(const std::string& option, const std::string& text) {
  double number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  const std::string_view unit(rest, size_t(end - rest));
  if (error != std::errc() || !(number >= 0 && number < 1e6) || (unit != "ms" && unit != "s"))
    throw UsageError(str(option, ": '", text, "' is no time"),
                     str("as ", option, " 150ms or ", option, " 0.15s"));
  return unit == "ms" ? number / 1000 : number;
}

}  // namespace tealight::cli
