// The commands that look through a camera, collect and play, and the options that they share.
#pragma once
#include "camera.h"
#include "command.h"

namespace tealight::cli {

struct CameraFlags {
  std::string from;
  double fps = 30;
  WebcamOptions webcam;
  void add_to(CLI::App&);
  /// The folder of --from, or else the webcam.
  std::unique_ptr<Camera> open(std::vector<std::string>* skipped = nullptr) const;
};

// Each adds its subcommand.
void add_collect(CLI::App&);
void add_play(CLI::App&);

/// 0.15 of "150ms", "0.15s". Throws UsageError unless it is such a text.
double seconds_of(const std::string& option, const std::string& text);

}  // namespace tealight::cli
