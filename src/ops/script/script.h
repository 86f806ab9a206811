// What the interpreter's instructions and the operators of TorchScript's language share.
#pragma once
#include "ops/fns.h"

namespace tealight::script {

/// Where index i of a sequence of n elements lies; throws IndexError with `message` when it lies
/// outside.
size_t place_in(int64_t index, size_t n, const char* message);

Value tuple_index(const TupleImpl&, int64_t index);
const Value& dict_index(DictImpl&, const Value& key);  // throws "KeyError: key"
/// Python's `is`; an undefined tensor is None.
bool is_same(const Value& a, const Value& b);
bool is_instance(const Value&, const Type&);
/// str.format with fields "{}"; the first value is the text.
std::string format(Args);
/// Tensor.tolist of `dim` dimensions; element: 0 int, 1 float, 2 bool, 3 complex.
Value to_list(const Tensor&, int64_t dim, int64_t element);
bool bool_of(const Tensor&);
/// 0-d, of the widest dtype of its kind: float64 for a float.
Tensor number_tensor(const Scalar&);

/// Python's order of two numbers, strings, tensors or tuples of these; throws for other values.
bool is_less(const Value& a, const Value& b);

/// Throws when a string or list of that many bytes passes the run's memory budget, or any sensible
/// size: a program can ask for "x" * (1 << 60).
void check_size(size_t count, size_t bytes_each = 1);
/// For lists that grow one by one: looks now and then.
void check_growth(const std::vector<Value>& items);

}  // namespace tealight::script
