// torch.nn, written once as Python: constructors with PyTorch's initialisation, forward in
// TorchScript. Its files lie in lib/ and are part of the program.
#pragma once
#include <span>

#include "script/source_text.h"

namespace tealight::python {

struct LibraryFile {
  std::string_view module;  // "torch.nn.modules.linear"
  std::string_view text;
  script::SourceTextPtr source() const;
};
std::span<const LibraryFile> library_files();
/// By its module; null: there is none.
const LibraryFile* find_library_file(std::string_view module);
/// Of a folder, "torch.nn.modules", the file that has a class or function of this name at its top.
const LibraryFile* find_library_file_that_defines(std::string_view folder, const std::string& name);

}  // namespace tealight::python
