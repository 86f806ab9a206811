// Values as JSON, with their tensors in .npy files: "value trees".
//   {"type": "tensor", "dtype", "shape", "file"}          bfloat16 is stored as float32
//   {"type": "qtensor", "dtype", "file", "scale", "zero_point"} or "scales", "zero_points", "axis"
//   {"type": "random", "dtype", "shape", "seed", "lo", "hi"}                only read
//   {"type": "none" | "bool" | "int" | "float" | "str" | "list" | "tuple" | "dict", "v": ...}
//   {"type": "namedtuple", "name", "fields", "v"}   {"type": "complex", "re", "im"}
#pragma once
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>

#include "tealight/value.h"

namespace tealight::cli {

Value read_tree(const nlohmann::json&, const std::filesystem::path& folder);

/// The tree of a value; `add` completes the tree of each tensor, given its path in the value
/// ("1.boxes"; empty for a lone one).
using AddTensor = std::function<void(nlohmann::json& tree, const Tensor&, const std::string& path)>;
nlohmann::json tree_of(const Value&, const AddTensor& add);

/// Writes every tensor as .npy, named by its path in the result ("0.npy", "1.boxes.npy"; a lone
/// tensor is "out.npy"), and result.json with the structure.
void write_result(const Value& result, const std::filesystem::path& folder);

/// For a program to read: small tensors with their numbers in "v".
nlohmann::json describe(const Value&);
/// For people: shapes, ranges, the first numbers.
std::string summary(const Value&);

/// A tensor by its path in a value, in order; `visit` is not called for anything else.
void each_tensor(const Value&, const std::function<void(const std::string& path, const Tensor&)>&);

/// Writes JSON with a newline at its end, all or nothing.
void write_json(const std::filesystem::path&, const nlohmann::json&);
nlohmann::json read_json(const std::filesystem::path&);

}  // namespace tealight::cli
