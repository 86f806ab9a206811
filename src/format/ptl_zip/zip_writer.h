// Writes zip archives as PyTorch does: records stored as they are, their bytes at multiples of 64,
// all in one folder.
#pragma once
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

#include "format/byte_sink.h"

namespace tealight {

class TL_API ZipWriter {
 public:
  enum class Packing : uint8_t { stored, deflated };

  /// `root` is the folder that all records lie in; empty: in none.
  ZipWriter(ByteSink&, std::string root = "archive");
  /// One record; `name` has no root folder. Throws when there is one of this name.
  void add(const std::string& name, std::span<const uint8_t> bytes, Packing = Packing::stored);
  void add(const std::string& name, std::string_view text, Packing packing = Packing::stored) {
    add(name, {reinterpret_cast<const uint8_t*>(text.data()), text.size()}, packing);
  }
  /// The directory. Nothing can be added afterwards.
  void finish();

 private:
  struct Entry {
    std::string name;  // with the root
    uint64_t offset = 0, stored_size = 0, size = 0;
    uint32_t crc = 0;
    uint16_t method = 0;
  };
  void put(std::string_view bytes);

  ByteSink& sink_;
  std::string root_;
  uint64_t position_ = 0;
  std::vector<Entry> entries_;
  std::unordered_set<std::string> names_;
};

/// The root folder that PyTorch gives an archive of this path: "a/m.ptl" has "m". "archive" when
/// that leaves nothing.
std::string archive_root(const std::filesystem::path&);

}  // namespace tealight
