// What can be told of a file of any kind without loading it: for `tealight info` and for error
// reports.
#pragma once
#include "format/byte_source.h"
#include "format/options.h"
#include "format/sniff.h"

namespace tealight {

struct FileInfo {
  FileKind kind = FileKind::unknown;
  std::string path;
  uint64_t size = 0;
  int64_t bytecode_version = 0, operator_version = 0;  // 0: the file has none
  std::string root;                                    // folder of a zip's records
  std::vector<std::pair<std::string, uint64_t>>
      records;          // of a zip, or a flatbuffer's storages: name and size
  std::string problem;  // why the rest could not be read; empty in most cases
};

/// Never throws for what is in the file.
TL_API FileInfo inspect(const ByteSource&);

}  // namespace tealight
