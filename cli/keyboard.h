// Keys of the terminal, one by one.
#pragma once
#include <chrono>
#include <memory>
#include <optional>

namespace tealight::cli {

class Keyboard {
 public:
  virtual ~Keyboard() = default;
  /// The next key, or none if there was none for that long. When there can be no more it gives 'q'.
  virtual std::optional<char> key(std::chrono::milliseconds wait) = 0;
};

/// Standard input without echo, no line at a time; as it was when this is gone. Ctrl-C gives 'q'.
/// None where standard input is no terminal.
std::unique_ptr<Keyboard> terminal_keyboard();

}  // namespace tealight::cli
