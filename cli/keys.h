// Keys by name, and where presses go: Linux's uinput, which makes a keyboard that other programs
// see, or a file that says what would have been pressed.
#pragma once
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tealight::cli {

struct Key {
  std::string name;
  int code = 0;  // of linux/input-event-codes.h
  bool operator==(const Key&) const = default;
};
/// "Up", "space", "a", "F5". Throws UsageError, which lists the names, unless it is one; upper and
/// lower case are the same.
Key key_of(std::string_view name);

class KeySink {
 public:
  virtual ~KeySink() = default;
  virtual void press(const Key&, std::chrono::duration<double> time) = 0;
  virtual void release(const Key&, std::chrono::duration<double> time) = 0;
};

/// A line for each event, "0.167 press Up", there as soon as it happens.
std::unique_ptr<KeySink> recording_sink(const std::string& path);
/// A virtual keyboard that has these keys. What is down when this ends is released.
std::unique_ptr<KeySink> uinput_sink(const std::vector<Key>& keys);

}  // namespace tealight::cli
