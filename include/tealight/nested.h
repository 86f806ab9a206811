// Tensors of unlike sizes in one batch: torch::nested. In libtorch a nested tensor is a Tensor of a
// layout of its own; here it is a list that can be padded.
#pragma once
#include "tealight/nn/base.h"

namespace torch::nested {

class TL_API NestedTensor {
 public:
  /// All of one dtype and one number of dimensions.
  explicit NestedTensor(std::vector<Tensor> tensors);
  const std::vector<Tensor>& unbind() const { return tensors_; }
  int64_t size(int64_t dim) const;  // of the batch, or of a dimension where all agree
  int64_t dim() const;              // the batch counts

 private:
  std::vector<Tensor> tensors_;
};

/// A copy of the tensors; a new leaf for gradients when the options ask for that.
TL_API NestedTensor nested_tensor(TensorList, const TensorOptions& = {});
/// The tensors themselves, with their history.
TL_API NestedTensor as_nested_tensor(TensorList, std::optional<ScalarType> = std::nullopt);
/// One tensor as large as the largest, or of `output_size`, filled up with `padding` behind each.
TL_API Tensor to_padded_tensor(const NestedTensor&, double padding,
                               OptionalIntArrayRef output_size = std::nullopt);

}  // namespace torch::nested
