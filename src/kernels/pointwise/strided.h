// Walking several arrays of one shape at once, whatever their strides.
#pragma once
#include <array>

#include "core/base.h"
#include "core/parallel.h"
#include "tealight/array_ref.h"

namespace tealight {

constexpr size_t kMaxOperands = 8;

/// A shape and, for each operand, the strides in bytes (0 where it is broadcast). Dimensions are
/// outermost first.
struct StridedShape {
  DimVector sizes;
  std::array<DimVector, kMaxOperands> strides;
  size_t operands = 0;

  int64_t numel() const;
  int64_t inner() const { return sizes.empty() ? 1 : sizes.back(); }
  int64_t inner_stride(size_t operand) const { return sizes.empty() ? 0 : strides[operand].back(); }

  /// Drops dimensions of size one, puts the others in the order of operand 0's strides (largest
  /// first; the others break ties) and merges what lies contiguous in all operands.
  void simplify();
};

/// Calls body(pointers, n) for runs of the innermost dimension, on several threads when there is
/// enough work. No run crosses a row; a row may be cut in pieces. `cost` is the work of an element
/// in units of an addition.
void for_each_row(const StridedShape&, std::span<char* const> bases,
                  FunctionRef<void(char* const* pointers, int64_t n)> body, int64_t cost = 1);

}  // namespace tealight
