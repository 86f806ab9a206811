// Who wants to know what a program does to tensors without an operator: the tracer, the planner.
#pragma once
#include "tealight/tensor.h"

namespace tealight {

class TL_API TensorWatcher {
 public:
  /// A number is taken out of a tensor: what the program does with it no operator shows.
  virtual void read(const Tensor&) = 0;
  /// t[i], which otherwise is made at once.
  virtual Tensor select(const Tensor&, int64_t i) = 0;
  /// dst = src, where one of them lies on a placeholder.
  virtual void copy(const Tensor& dst, const Tensor& src) {
    read(dst.has_elements() ? src : dst);
  }

 protected:
  ~TensorWatcher() = default;
};
/// This thread's; null: nobody.
TL_API TensorWatcher*& tensor_watcher() noexcept;

/// Sets it for a scope.
class TensorWatcherScope {
 public:
  explicit TensorWatcherScope(TensorWatcher* w) noexcept : outer_(tensor_watcher()) {
    tensor_watcher() = w;
  }
  ~TensorWatcherScope() { tensor_watcher() = outer_; }
  TensorWatcherScope(const TensorWatcherScope&) = delete;
  TensorWatcherScope& operator=(const TensorWatcherScope&) = delete;

 private:
  TensorWatcher* outer_;
};

}  // namespace tealight
