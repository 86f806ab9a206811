// Writes lite models as flatbuffers, bytecode version 9.
#pragma once
#include "format/byte_sink.h"
#include "format/write_options.h"
#include "graph/code.h"

namespace tealight {

/// What write_ptl_zip says of the functions holds here too.
void write_ptl_flatbuffer(const ModelFile&, ByteSink&, const WriteOptions&);

}  // namespace tealight
