// Guards that say what autograd shall do in a scope of this thread.
#pragma once
#include "tealight/error.h"

namespace tealight {

/// Whether operators record for backward(). On at first; each thread has its own.
struct TL_API GradMode {
  static bool is_enabled() noexcept;
  static void set_enabled(bool) noexcept;
};

class AutoGradMode {
 public:
  explicit AutoGradMode(bool enabled) : was_(GradMode::is_enabled()) {
    GradMode::set_enabled(enabled);
  }
  ~AutoGradMode() { GradMode::set_enabled(was_); }
  AutoGradMode(const AutoGradMode&) = delete;
  AutoGradMode& operator=(const AutoGradMode&) = delete;

 private:
  bool was_;
};
struct NoGradGuard : AutoGradMode {
  NoGradGuard() : AutoGradMode(false) {}
};

/// No recording, and tensors made in it are inference tensors.
class TL_API InferenceMode {
 public:
  explicit InferenceMode(bool enabled = true);
  ~InferenceMode();
  InferenceMode(const InferenceMode&) = delete;
  InferenceMode& operator=(const InferenceMode&) = delete;
  static bool is_enabled() noexcept;

 private:
  bool was_;
  AutoGradMode grad_;
};

}  // namespace tealight
