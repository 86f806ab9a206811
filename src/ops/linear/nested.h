// Nested tensors: a batch of sequences of unequal lengths. nn.TransformerEncoder makes one of its
// padding mask (PyTorch 1.12 and later, in inference) and pads the last layer's result again.
#pragma once
#include "tealight/tensor.h"

namespace tealight {

/// How a nested tensor is kept: as it was padded, with what counts.
struct Nested {
  Tensor padded;  // (batch, length, features)
  Tensor valid;   // (batch, length) bool: true for the first places of each sequence
};
/// A tensor of three dimensions without elements and without a dtype, so that operators which know
/// nothing of nested tensors refuse it.
Tensor make_nested(Nested);
/// Null when the tensor is not nested.
const Nested* nested_of(const Tensor&);

}  // namespace tealight
