// Where frames come from: a webcam, or a folder of stills that takes its place.
#pragma once
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "tealight/data/image.h"

namespace tealight::cli {

struct Frame {
  Image picture;                         // RGB
  std::string name = {};                 // of the still
  std::vector<std::byte> encoded = {};   // as it came, where that was a picture file (JPEG ...)
  std::chrono::duration<double> time{};  // since the first frame
};

/// One thread uses it.
class Camera {
 public:
  virtual ~Camera() = default;
  /// The next frame, or none when there are no more. Throws Error when it cannot be had.
  virtual std::optional<Frame> grab() = 0;
  /// Frames go by, looked at or not; stills wait.
  virtual bool live() const = 0;
};

/// The pictures of a folder, and of those in it, by name, `fps` of them a second. Files that are no
/// pictures are passed over and named in `skipped`.
std::unique_ptr<Camera> folder_camera(const std::filesystem::path& folder, double fps = 30,
                                      std::vector<std::string>* skipped = nullptr);

struct WebcamOptions {
  std::string device = "/dev/video0";
  int width = 640, height = 480;  // the camera may choose others near it
};
/// A webcam of Linux that gives MJPEG or YUYV.
std::unique_ptr<Camera> open_webcam(const WebcamOptions&);

/// Packed YUV 4:2:2 (Y0 U Y1 V, limited range, ITU-R 601), rows of `stride` bytes. Throws Error if
/// there are too few bytes.
Image yuyv_to_rgb(std::span<const std::byte> bytes, int width, int height, size_t stride);

}  // namespace tealight::cli
