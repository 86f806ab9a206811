// Recorded calls: run again and compared. The format is that of value trees, {"type": "tensor",
// "file": "out0.npy", ...}.
#pragma once
#include <filesystem>
#include <nlohmann/json.hpp>

#include "tealight/value.h"

namespace tealight::cli {

/// A value tree as JSON, with tensors in .npy files of `folder`:
///   {"type": "tensor", "dtype", "shape", "file"}          bfloat16 is stored as float32
///   {"type": "qtensor", "dtype", "file", "scale", "zero_point"} or "scales", "zero_points", "axis"
///   {"type": "random", "dtype", "shape", "seed", "lo", "hi"}
///   {"type": "none" | "bool" | "int" | "float" | "complex" | "str" | "list" | "tuple" |
///   "namedtuple" | "dict", "v": ...}
Value read_tree(const nlohmann::json&, const std::filesystem::path& folder);
/// Writes tensors as <prefix><n>.npy.
nlohmann::json write_tree(const Value&, const std::filesystem::path& folder,
                          const std::string& prefix, int& counter);

struct Tolerance {
  double atol = 1e-5, rtol = 1e-4;
};
struct Difference {
  bool same = true;
  std::string what;  // "[1].boxes: shape [3, 4], expected [2, 4]"
  double worst = 0;  // largest |got - want| met
};
/// Structure, dtypes and shapes must be equal, numbers within |got - want| <= atol + rtol |want|.
Difference compare(const Value& got, const Value& want, const Tolerance&);

}  // namespace tealight::cli
