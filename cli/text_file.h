#pragma once
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "tealight/error.h"

namespace tealight::cli {

/// All of a file. Throws Error if it cannot be read.
inline std::string text_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  TL_CHECK(in, "cannot read '", path.string(), "'");
  return text;
}

}  // namespace tealight::cli
