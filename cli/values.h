// Values between a command line, files and people: what the user types becomes arguments, results
// become files or text.
#pragma once
#include <filesystem>
#include <nlohmann/json.hpp>

#include "data/npy.h"
#include "data/picture_options.h"
#include "tealight/value.h"

namespace tealight::cli {

/// A tensor on the same bytes as a .npy array. Throws on dtypes that tensors do not have.
Tensor to_tensor(const NpyArray&);
/// bfloat16 becomes float32, which NumPy has; quantized tensors give their integers.
NpyArray to_npy(const Tensor&);

/// One INPUT of a command line:
///   x.npy                              an array
///   photo.jpg                          a picture, made a tensor as `pictures` says
///   rand:1,3,224,224[:float32][:seed]  uniform numbers in [0, 1), integers in [0, 10)
///   zeros:2,3[:int64]                  zeros; ones:... likewise
///   3  true  "text"  [1, 2]  {"a": 1}  JSON; (1, 2) is a tuple
Value parse_input(const std::string& text, const PictureOptions& pictures);

/// Writes every tensor of a result as .npy, named by its path ("0.npy", "1.boxes.npy"; a lone
/// tensor is "out.npy"), and result.json with the structure.
void write_result(const Value& result, const std::filesystem::path& folder);
/// The structure alone: kinds, shapes, numbers and strings.
nlohmann::json describe(const Value&);

/// Some lines for people: shapes, ranges, the first numbers.
std::string summary(const Value&);

}  // namespace tealight::cli
