// Writes lite models as zip archives.
#pragma once
#include "format/byte_sink.h"
#include "format/write_options.h"
#include "graph/code.h"

namespace tealight {

/// `root` is the archive's folder (archive_root). The functions must be those of a lite model
/// (lite_functions.h says what they need). Throws Error naming what cannot be in such a file.
void write_ptl_zip(const ModelFile&, ByteSink&, const std::string& root, const WriteOptions&);

}  // namespace tealight
