// Example inputs of other sizes.
#pragma once
#include <map>

#include "tealight/value.h"

namespace tealight::tracing {

/// One dimension of one tensor among the inputs, which are counted through all containers.
struct InputDim {
  size_t tensor, dim;
  friend auto operator<=>(const InputDim&, const InputDim&) = default;
};
using NewSizes = std::map<InputDim, int64_t>;

/// The tensors among the inputs, in order. Throws on what cannot be an input of a trace.
std::vector<Tensor> tensors_of(const std::vector<Value>& inputs);
/// Copies of the inputs; where a size is to be another, the values are repeated.
std::vector<Value> with_sizes(const std::vector<Value>& inputs, const NewSizes&);

}  // namespace tealight::tracing
