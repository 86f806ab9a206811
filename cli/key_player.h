// From what a camera shows to keys: no single frame presses or releases one.
#pragma once
#include <map>
#include <optional>

#include "keys.h"

namespace tealight::cli {

struct KeyPlayerOptions {
  std::map<std::string, Key> keys;           // of classes; others press nothing
  double threshold = 0.8;                    // probability from which a class counts
  std::chrono::duration<double> hold{0.15};  // a class has to be seen without a break for so long,
  int frames = 1;                            // and on as many frames, before its key goes down
};

/// The key of a class is down while the class lasts; another class, or none, has to last as long to
/// release it.
class KeyPlayer {
 public:
  KeyPlayer(KeyPlayerOptions options, KeySink& sink) : options_(std::move(options)), sink_(sink) {}
  void see(const std::string& label, double probability, std::chrono::duration<double> time);
  void release(std::chrono::duration<double> time);
  const std::optional<Key>& pressed() const { return pressed_; }
  size_t presses() const { return presses_; }

 private:
  std::optional<Key> wanted(const std::string& label, double probability) const;
  KeyPlayerOptions options_;
  KeySink& sink_;
  std::optional<Key> pressed_, seen_;
  std::chrono::duration<double> since_{};
  int frames_ = 0;
  size_t presses_ = 0;
};

}  // namespace tealight::cli
