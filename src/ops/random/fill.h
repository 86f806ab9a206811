// Filling tensors with random numbers in the order in which PyTorch draws them.
#pragma once
#include "core/half.h"
#include "ops/copy.h"
#include "ops/random/generator.h"

namespace tealight {

/// A view with the dimensions ordered by stride, largest first: the order in which memory is
/// walked.
Tensor in_memory_order(const Tensor&);

/// f(memory, n, contiguous): the elements of self in the order of its memory.
template <class F>
const Tensor& fill_in_order(const Tensor& self, F f) {
  const int64_t n = self.numel();
  if (n == 0) return self;
  if (self.is_non_overlapping_and_dense()) {
    f(self.data_ptr(), n, self.is_contiguous());
    self.unsafeGetTensorImpl()->bump_version();
    return self;
  }
  const Tensor ordered = in_memory_order(self);
  const Tensor dense(Fact(self.scalar_type(), ordered.sizes()));
  f(dense.data_ptr(), n, false);
  copy_into(ordered, dense);
  return self;
}

/// f(T{}) for a floating dtype.
template <class F>
void with_floating(const char* op, ScalarType t, F f) {
  if (t == kFloat) return f(float{});
  if (t == kDouble) return f(double{});
  if (t == kHalf) return f(Half{});
  if (t == kBFloat16) return f(BFloat16{});
  fail(str(op, "(): not implemented for ", t));
}
/// f(T{}) for every real number type and bool.
template <class F>
void with_any(const char* op, ScalarType t, F f) {
  switch (t) {
    case kByte:
      return f(uint8_t{});
    case kChar:
      return f(int8_t{});
    case kShort:
      return f(int16_t{});
    case kInt:
      return f(int32_t{});
    case kLong:
      return f(int64_t{});
    case kBool:
      return f(bool{});
    default:
      return with_floating(op, t, f);
  }
}

}  // namespace tealight
