// Grabbing samples of one class: frames go by, keys or a clock choose.
#pragma once
#include <chrono>
#include <functional>
#include <string>

#include "camera.h"
#include "keyboard.h"
#include "samples.h"

namespace tealight::cli {

struct CollectOptions {
  std::string name;                       // of the class
  size_t count = 0;                       // samples to take; 0: until there are no more, or 'q'
  std::chrono::duration<double> every{};  // between two that are taken without a key
};

struct Collected {
  size_t taken = 0, already_there = 0;
  std::vector<std::string> files;
};

/// What is shown between frames: a line above, and the picture.
using ShowFrame = std::function<void(const Frame&, const std::string& line)>;

/// With keys: space takes a frame, r takes all from then on until r, n passes a still over, u takes
/// the last one back, q ends. Without (`keys` null) every frame is taken, or one per `every`.
Collected collect_samples(Camera&, Keyboard* keys, SampleFolder&, const CollectOptions&,
                          const ShowFrame&);

}  // namespace tealight::cli
