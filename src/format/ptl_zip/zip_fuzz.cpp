// Any bytes as a zip archive: looked at, and every record read.
#include "format/inspect.h"
#include "format/ptl_zip/ptl_zip.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tealight;
  const ByteSource source = ByteSource::memory(data, size);
  inspect(source);
  ReadOptions options;
  options.checksums = Checksums::ignore;
  options.max_memory = 64 << 20;
  try {
    const ZipFile zip(source, options);
    for (const ZipRecord& r : zip.records()) zip.read(r);
    read_extra_files(zip);
    read_archive_version(zip);
  } catch (const Error&) {
  }
  return 0;
}
