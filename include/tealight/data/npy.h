// NumPy's .npy files (format versions 1 to 3), read and written without NumPy.
//
//   0   "\x93NUMPY"  6 bytes
//   6   major, minor version
//   8   length of the header: 2 bytes in version 1, 4 in versions 2 and 3, little-endian
//   10 or 12  a Python dict: {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }
//   ...  the elements
#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tealight/error.h"

namespace tealight {

/// A plain array: `dtype` is NumPy's kind and size ("f4", "i8", "b1", "c16"); the elements are
/// little-endian and in C order, whatever the file has.
struct NpyArray {
  std::string dtype;
  std::vector<int64_t> shape;
  std::vector<std::byte> bytes;
};

/// Bytes of one element; 0 if .npy arrays of this dtype are not supported.
TL_API size_t npy_item_size(std::string_view dtype);

/// The product of `shape` times `item_size`; throws Error (naming `what`) where that is negative or
/// overflows.
TL_API size_t npy_byte_count(std::span<const int64_t> shape, size_t item_size,
                             std::string_view what);

/// Reads a whole .npy file. `name` is for messages. Throws Error: CorruptFile or Unsupported.
TL_API NpyArray parse_npy(std::span<const std::byte> file, std::string_view name);
TL_API NpyArray read_npy(const std::filesystem::path& path);

/// The bytes of a .npy file of version 1 (or 2, if the header is long), as numpy.save writes it.
TL_API std::vector<std::byte> format_npy(const NpyArray& array);
TL_API void write_npy(const std::filesystem::path& path, const NpyArray& array);

}  // namespace tealight
