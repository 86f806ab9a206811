#include "key_player.h"

namespace tealight::cli {

std::optional<Key> KeyPlayer::wanted(const std::string& label, double probability) const {
  const auto found = options_.keys.find(label);
  if (probability < options_.threshold || found == options_.keys.end()) return std::nullopt;
  return found->second;
}

void KeyPlayer::see(const std::string& label, double probability,
                    std::chrono::duration<double> time) {
  constexpr std::chrono::duration<double> kRounding{1e-9};
  const std::optional<Key> key = wanted(label, probability);
  if (frames_ == 0 || key != seen_) {
    seen_ = key;
    since_ = time;
    frames_ = 0;
  }
  ++frames_;
  if (seen_ == pressed_ || frames_ < options_.frames || time - since_ < options_.hold - kRounding)
    return;
  release(time);
  if (!seen_) return;
  sink_.press(*seen_, time);
  pressed_ = seen_;
  ++presses_;
}

void KeyPlayer::release(std::chrono::duration<double> time) {
  if (pressed_) sink_.release(*pressed_, time);
  pressed_.reset();
}

}  // namespace tealight::cli
