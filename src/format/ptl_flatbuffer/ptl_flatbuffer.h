// Lite models as flatbuffers ("PTMF", PyTorch 1.12 and newer). Layout: docs/formats.md.
#pragma once
#include "format/byte_source.h"
#include "format/options.h"
#include "graph/code.h"

namespace tealight {

ModelFile read_ptl_flatbuffer(const ByteSource&, const ReadOptions&);
/// Versions and records only.
ModelFile read_flatbuffer_head(const ByteSource&);
std::map<std::string, std::string> read_flatbuffer_extra_files(const ByteSource&);

}  // namespace tealight
