// Who wants to know when a program takes a number out of a tensor: what it does with that number no
// operator shows.
#pragma once
#include "tealight/error.h"

namespace tealight {

class Tensor;

class TL_API ReadWatcher {
 public:
  virtual void read(const Tensor&) = 0;

 protected:
  ~ReadWatcher() = default;
};
/// This thread's; null: nobody.
TL_API ReadWatcher*& read_watcher() noexcept;

/// Sets it for a scope.
class ReadWatcherScope {
 public:
  explicit ReadWatcherScope(ReadWatcher* w) noexcept : outer_(read_watcher()) {
    read_watcher() = w;
  }
  ~ReadWatcherScope() { read_watcher() = outer_; }
  ReadWatcherScope(const ReadWatcherScope&) = delete;
  ReadWatcherScope& operator=(const ReadWatcherScope&) = delete;

 private:
  ReadWatcher* outer_;
};

}  // namespace tealight
