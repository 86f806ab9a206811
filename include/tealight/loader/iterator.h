// The iterator over a loader's batches: one pass, forwards. It gets the first batch when it is
// first looked at.
#pragma once
#include <functional>
#include <iterator>
#include <memory>
#include <optional>

#include "tealight/torch_macros.h"

namespace torch::data {

template <class Batch>
class Iterator {
 public:
  using difference_type = std::ptrdiff_t;
  using value_type = Batch;
  using pointer = Batch*;
  using reference = Batch&;
  using iterator_category = std::input_iterator_tag;
  using BatchProducer = std::function<std::optional<Batch>()>;

  /// The end.
  Iterator() = default;
  explicit Iterator(BatchProducer next_batch)
      : pass_(std::make_shared<Pass>(Pass{std::move(next_batch), {}, false})) {}

  Iterator& operator++() {
    TORCH_CHECK(pass_, "Incrementing the DataLoader's past-the-end iterator is not allowed");
    TORCH_CHECK(batch(), "Attempted to increment iterator past the end");
    pass_->batch = pass_->next_batch();
    return *this;
  }
  Batch& operator*() {
    TORCH_CHECK(pass_, "Dereferencing the DataLoader's past-the-end iterator is not allowed");
    TORCH_CHECK(batch(), "Attempted to dereference iterator that was past the end");
    return *batch();
  }
  Batch* operator->() { return &**this; }
  /// Two are equal at the end, or when they are of the same pass.
  bool operator==(const Iterator& o) const {
    return pass_ == o.pass_ || (!pass_ && !o.batch()) || (!o.pass_ && !batch());
  }
  bool operator!=(const Iterator& o) const { return !(*this == o); }

 private:
  struct Pass {
    BatchProducer next_batch;
    std::optional<Batch> batch;
    bool begun;
  };
  std::optional<Batch>& batch() const {
    if (!std::exchange(pass_->begun, true)) pass_->batch = pass_->next_batch();
    return pass_->batch;
  }
  std::shared_ptr<Pass> pass_;
};

}  // namespace torch::data
