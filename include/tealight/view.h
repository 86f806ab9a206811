// A tensor's numbers without a copy.
//   std::span<const float> v = tealight::view<float>(t);
//   for (int64_t i : tealight::view<int64_t>(scores.argmax(1))) ...
#pragma once
#include <span>

#include "tealight/tensor.h"

namespace tealight {

/// A range that keeps its tensor, so that it may be one that nobody else holds.
template <class T>
class TensorView {
 public:
  explicit TensorView(Tensor t) : tensor_(std::move(t)) {
    TL_CHECK(tensor_.is_contiguous(), "view: the tensor of sizes ", tensor_.sizes(),
             " is not contiguous; call contiguous() first");
    data_ = tensor_.const_data_ptr<T>();
  }
  const T* data() const { return data_; }
  size_t size() const { return size_t(tensor_.numel()); }
  const T* begin() const { return data_; }
  const T* end() const { return data_ + size(); }
  const T& operator[](size_t i) const { return data_[i]; }

 private:
  Tensor tensor_;
  const T* data_;
};

/// Throws unless the tensor is contiguous and of that type.
template <class T>
TensorView<T> view(const Tensor& t) {
  return TensorView<T>(t);
}

}  // namespace tealight
