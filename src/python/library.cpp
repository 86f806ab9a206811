#include "python/library.h"

#include <algorithm>

namespace tealight::python {
namespace {

// {"torch.nn.init", R"(...)"}, a file each; written by cmake/embed.cmake.
constexpr LibraryFile kFiles[] = {
#include "python_library.inc"
};

}  // namespace

script::SourceTextPtr LibraryFile::source() const {
  std::string name(module);
  std::replace(name.begin(), name.end(), '.', '/');
  return std::make_shared<const script::SourceText>(
      script::SourceText{name + ".py", std::string(text)});
}

std::span<const LibraryFile> library_files() { return kFiles; }

const LibraryFile* find_library_file(std::string_view module) {
  for (const LibraryFile& f : kFiles)
    if (f.module == module) return &f;
  return nullptr;
}

const LibraryFile* find_library_file_that_defines(std::string_view folder,
                                                  const std::string& name) {
  const auto defines = [&](std::string_view text, const std::string& line) {
    for (size_t at = text.find(line); at != text.npos; at = text.find(line, at + 1)) {
      const std::string_view after = text.substr(at + line.size());
      if (after.starts_with("(") || after.starts_with(":")) return true;
    }
    return false;
  };
  for (const LibraryFile& f : kFiles) {
    if (!f.module.starts_with(folder)) continue;
    if (defines(f.text, "\nclass " + name) || defines(f.text, "\ndef " + name)) return &f;
  }
  return nullptr;
}

}  // namespace tealight::python
