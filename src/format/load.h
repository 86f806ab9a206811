// From a file of any kind to a ModelFile: looks at the content, not at the name.
#pragma once
#include "format/byte_source.h"
#include "format/options.h"
#include "format/sniff.h"
#include "graph/code.h"

namespace tealight {

/// Reads a lite model, zip or flatbuffer, or a TorchScript archive. Any other kind of file is an
/// error that says what it is and what to do.
TL_API ModelFile read_model(const ByteSource&, const ReadOptions& = {});
/// Only what was put beside the model (_extra_files).
TL_API std::map<std::string, std::string> read_extra_files(const ByteSource&,
                                                           const ReadOptions& = {});

}  // namespace tealight
