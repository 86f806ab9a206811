// Warnings on their way to the program, by PyTorch's names. Where no WarningHandler is set they go
// to set_warning_handler()'s function, else to the standard error.
#pragma once
#include <atomic>
#include <string>
#include <utility>

#include "tealight/error.h"

namespace tealight {

class Warning {
 public:
  explicit Warning(std::string text) : text_(std::move(text)) {}
  const std::string& msg() const { return text_; }

 private:
  std::string text_;
};

class TL_API WarningHandler {
 public:
  virtual ~WarningHandler();
  virtual void process(const Warning&) = 0;
};

namespace WarningUtils {
/// Of this thread; null for none.
TL_API void set_warning_handler(WarningHandler*) noexcept;
TL_API WarningHandler* get_warning_handler() noexcept;
/// Whether what is said once a process is said each time.
TL_API void set_warnAlways(bool) noexcept;
TL_API bool get_warnAlways() noexcept;
class WarnAlways {
 public:
  explicit WarnAlways(bool on = true) : was_(get_warnAlways()) { set_warnAlways(on); }
  ~WarnAlways() { set_warnAlways(was_); }
  WarnAlways(const WarnAlways&) = delete;
  WarnAlways& operator=(const WarnAlways&) = delete;

 private:
  bool was_;
};
}  // namespace WarningUtils

/// At the first call of each `said`, or always.
TL_API void warn_once(std::atomic<bool>& said, const char* text);

}  // namespace tealight
