// Advanced indexing, x[i, :, mask]: what index, index_put and their gradients share.
#pragma once
#include <optional>

#include "core/base.h"
#include "tealight/tensor.h"

namespace tealight {

/// The elements of a tensor that index tensors choose, as PyTorch and NumPy choose them: masks
/// become their non-zero places, indexes are broadcast together; the chosen dimensions stand where
/// the first of them stood if they were neighbours, else in front.
class Indexed {
 public:
  /// `indices` may be shorter than the dimensions; an absent one takes a dimension whole. Throws
  /// IndexError on shapes that do not fit and on an index out of range.
  Indexed(const Tensor& self, const std::vector<std::optional<Tensor>>& indices);
  const DimVector& result_sizes() const { return result_sizes_; }
  /// Calls body(offset in self, offset in a tensor of result_sizes with those strides), in
  /// elements, for each chosen element, in the order of the indexes.
  void for_each(IntArrayRef result_strides,
                FunctionRef<void(int64_t self_offset, int64_t result_offset)> body) const;

 private:
  void expand_masks(const std::vector<std::optional<Tensor>>& indices);
  void find_offsets();
  Tensor self_;
  std::vector<std::optional<Tensor>> indices_;  // one a dimension of self_
  DimVector index_sizes_, rest_sizes_, rest_strides_, result_sizes_;
  size_t index_at_ = 0;           // where the index dimensions stand in the result
  std::vector<int64_t> offsets_;  // in self, of each index place
};

}  // namespace tealight
