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

/// "float32[1, 3, 224, 224]"; of what holds no tensors its type.
std::string form_of(const Value&);
/// The text of kTracedExamples for one method.
std::string forms_text(const std::string& method, const std::vector<Value>& inputs);

}  // namespace tealight::tracing
