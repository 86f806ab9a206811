// Whole files in and out. Writing goes to a temporary name beside the target, then renames: a
// reader never sees half a file, and a failed write leaves the old one.
#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "tealight/error.h"

namespace tealight {

/// The bytes of the file at `path`. Throws Error if it cannot be read, is a directory or is longer
/// than `max_bytes`.
TL_API std::vector<std::byte> read_file(const std::filesystem::path& path,
                                        uint64_t max_bytes = uint64_t{1} << 32);

/// Replaces the file at `path` by `bytes`, all or nothing.
TL_API void write_file(const std::filesystem::path& path, std::span<const std::byte> bytes);

}  // namespace tealight
