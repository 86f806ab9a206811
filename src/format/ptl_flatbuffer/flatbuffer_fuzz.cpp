// Any bytes as a PTMF module.
#include "format/ptl_flatbuffer/ptl_flatbuffer.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tealight;
  ReadOptions options;
  options.max_memory = 64 << 20;
  options.allow_unknown_classes = true;
  const ByteSource source = ByteSource::memory(data, size);
  try {
    read_flatbuffer_head(source);
    read_flatbuffer_extra_files(source);
    read_ptl_flatbuffer(source, options);
  } catch (const Error&) {
  }
  return 0;
}
