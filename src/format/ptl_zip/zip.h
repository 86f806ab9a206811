// Reads zip archives: what torch.save, torch.jit.save and _save_for_lite_interpreter write, and
// what other tools make of such files (deflated, unaligned, another root folder). Start reading at
// ZipFile's constructor.
#pragma once
#include <string>
#include <unordered_map>
#include <vector>

#include "format/byte_source.h"
#include "format/options.h"

namespace tealight {

struct ZipRecord {
  std::string name;          // without the root folder
  uint64_t offset = 0;       // of its bytes in the file
  uint64_t stored_size = 0;  // there
  uint64_t size = 0;         // once inflated
  uint32_t crc = 0;
  bool deflated = false;
};

class TL_API ZipFile {
 public:
  /// Reads the directory, and checks it against every record's own header.
  explicit ZipFile(ByteSource, const ReadOptions& = {});

  const ByteSource& source() const { return source_; }
  /// The folder that all records lie in, "archive" in most files; may be empty.
  const std::string& root() const { return root_; }
  const std::vector<ZipRecord>& records() const { return records_; }
  /// Null when there is none. `name` has no root folder.
  const ZipRecord* find(std::string_view name) const;
  bool has(std::string_view name) const { return find(name) != nullptr; }
  bool has_folder(std::string_view folder) const;  // "bytecode/"
  /// A record's bytes, inflated if need be. Throws CorruptFile.
  Bytes read(const ZipRecord&) const;
  /// The same, of bytes that are weights: their checksum is looked at only when the options say so.
  Bytes read_weights(const ZipRecord&) const;
  /// Throws "... has no record 'x'".
  const ZipRecord& get(std::string_view name) const;
  /// Shared by all that read this file.
  MemoryCap& memory() const { return memory_; }
  const ReadOptions& options() const { return options_; }

 private:
  void index();
  void check_crc(const ZipRecord&, const Bytes&) const;
  Bytes contents(const ZipRecord&) const;

  ByteSource source_;
  ReadOptions options_;
  mutable MemoryCap memory_;
  mutable bool warned_ = false;
  std::string root_;
  std::vector<ZipRecord> records_;
  std::unordered_map<std::string_view, size_t> by_name_;  // views of records_
};

/// Whether the archive's end is there: without it the file was cut off.
bool has_zip_end(const ByteSource&);

/// Inflates raw deflate data that must give exactly `size` bytes; `what` is for messages.
TL_API Bytes inflate_exactly(const Bytes& deflated, uint64_t size, const std::string& what);

}  // namespace tealight
