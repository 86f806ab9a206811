// Any bytes that read as a lite model: written in every form, and read again.
#include "format/load.h"
#include "format/ptl_flatbuffer/ptl_flatbuffer_writer.h"
#include "format/ptl_zip/ptl_zip_writer.h"

namespace {

using namespace tealight;

ReadOptions read_options() {
  ReadOptions options;
  options.max_memory = 64 << 20;
  options.allow_unknown_classes = true;
  return options;
}

void write(const ModelFile& file, int64_t version) {
  std::string out;
  StringSink sink(out);
  WriteOptions options;
  options.bytecode_version = version;
  options.debug_info = true;
  try {
    if (version > 8)
      write_ptl_flatbuffer(file, sink, options);
    else
      write_ptl_zip(file, sink, "fuzz", options);
  } catch (const Error&) {
    return;  // what cannot be in such a file
  }
  try {
    read_model(ByteSource::memory(out.data(), out.size()), read_options());
  } catch (const Error& e) {
    if (e.kind() == ErrorKind::internal) throw;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  try {
    const ModelFile file = read_model(ByteSource::memory(data, size), read_options());
    for (int64_t version : {4, 6, 8, 9}) write(file, version);
  } catch (const Error&) {
  }
  return 0;
}
