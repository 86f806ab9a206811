// safetensors: tensors by name, without code (github.com/huggingface/safetensors).
//
//   0   length n of the header, 8 bytes, little-endian
//   8   JSON: {"__metadata__": {...}, "name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0,
//   24]}} 8+n the elements, C order; offsets count from here
#pragma once
#include "format/checkpoint/state_dict.h"

namespace tealight {

/// In the order of their bytes. Throws CorruptFile, or Unsupported for a dtype that there is none
/// of.
TL_API StateDict read_safetensors(const ByteSource&);
TL_API void write_safetensors(const StateDict&, ByteSink&);

}  // namespace tealight
