// What a caller may choose when a file is read, and how much memory the file may ask for.
#pragma once
#include <algorithm>
#include <cstdint>
#include <memory>

#include "tealight/error.h"

namespace tealight {

/// What to do when a record's bytes and their checksum disagree (PyTorch does not look).
enum class Checksums : uint8_t { ignore, warn, fail };

struct ReadOptions {
  Checksums checksums = Checksums::warn;
  /// Check the weights too, not only what is parsed or inflated: reads the whole file.
  bool verify_weights = false;
  /// Keep objects whose C++ class is not in this build: to look at a file, not to run it.
  bool allow_unknown_classes = false;
  /// Read the records that say where an instruction comes from, if the file has them.
  bool debug_info = true;
  /// Compile all methods of a TorchScript archive and keep their graphs (ModelFile::program).
  bool keep_program = false;
  /// Bytes that inflating and unpickling may allocate; 0: by the file's size.
  uint64_t max_memory = 0;
};

/// Counts what a file makes us allocate beyond its own bytes, so that a small one cannot ask for
/// all memory.
class MemoryCap {
 public:
  MemoryCap(const ReadOptions& options, uint64_t file_size)
      : limit_(options.max_memory
                   ? options.max_memory
                   : kFloor + kTimesFileSize * std::min(file_size, UINT64_MAX / 64)) {}
  void take(uint64_t bytes, const char* what) {
    if (bytes > limit_ - used_) {
      Error e(str(what, " would take ", bytes, " bytes more than the ", used_,
                  " already used; the limit is ", limit_),
              ErrorKind::corrupt_file);
      throw e.fix("if you trust the file, raise ReadOptions::max_memory");
    }
    used_ += bytes;
  }

 private:
  static constexpr uint64_t kFloor = uint64_t(256) << 20, kTimesFileSize = 20;
  uint64_t limit_, used_ = 0;
};

}  // namespace tealight
