// NumPy's files as tensors: .npy, one array, and .npz, several by name.
//   Tensor x = load_npy("x.npy");
//   for (auto& [name, tensor] : load_npz("mnist.npz")) ...
#pragma once
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "tealight/data/npy.h"
#include "tealight/tensor.h"

namespace tealight {

/// A tensor of the same numbers. Throws on dtypes that tensors do not have.
TL_API Tensor to_tensor(const NpyArray&);
/// bfloat16 becomes float32, which NumPy has; quantized tensors give their integers.
TL_API NpyArray to_npy(const Tensor&);

TL_API Tensor load_npy(const std::filesystem::path&);
TL_API void save_npy(const std::filesystem::path&, const Tensor&);

using NamedArrays = std::vector<std::pair<std::string, Tensor>>;
/// In the order of the file, names without ".npy".
TL_API NamedArrays load_npz(const std::filesystem::path&);
TL_API void save_npz(const std::filesystem::path&, const NamedArrays&);
/// The array of that name; throws Error that lists those that are there.
TL_API Tensor array_of(const NamedArrays&, const std::string& name);

}  // namespace tealight
