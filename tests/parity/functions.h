// Calls of functions: they have no Op to carry samples. And of overloads that their Op's samples do
// not reach.
#pragma once
#include <string>
#include <vector>

#include "ops/samples.h"
#include "tealight/ops.h"

namespace tealight::parity {

struct FunctionSample {
  std::string name;
  std::vector<Value> args;
};
std::vector<FunctionSample> function_samples();
std::vector<FunctionSample> quantized_function_samples();  // among the others

/// The result of a call, in samples: of what cannot be written down as data (packed parameters,
/// tensors with unusual quantizers).
Value made(const std::string& name, const std::vector<Value>& args);
/// The call that made a value; null for others.
const FunctionSample* recipe_of(const Value&);

// for the files of samples
using Samples = std::vector<FunctionSample>;
using Ints = DimVector;
inline Tensor longs(std::initializer_list<int64_t> values) {
  Tensor t(Fact(kLong, {int64_t(values.size())}));
  std::copy(values.begin(), values.end(), t.as<int64_t>());
  return t;
}
inline Value tensors(std::initializer_list<Tensor> list) {
  std::vector<Value> items;
  for (const Tensor& t : list) items.emplace_back(t);
  return make_list(Type::get(TypeKind::Tensor), std::move(items));
}

}  // namespace tealight::parity
