// Examples of a batch put together to a larger one, and the check that a method gives for all at
// once what it gives for each.
#pragma once
#include "tealight/module.h"

namespace tealight {

class Batches {
 public:
  /// At least `wanted` in dimension 0 of all tensors of `example` that have as many there as the
  /// first; the further ones are its numbers in other places.
  Batches(const std::vector<Value>& example, int64_t wanted);

  const std::vector<Value>& all() const { return all_; }
  const std::vector<Value>& one(size_t i) const { return parts_[i]; }
  /// Throws, with the difference, when it is not so.
  void check(const Method&) const;

 private:
  std::vector<std::vector<Value>> parts_;
  std::vector<Value> all_;
};

}  // namespace tealight
