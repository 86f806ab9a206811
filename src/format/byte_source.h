// Where a file's bytes come from: a path, memory, a file descriptor or a callback. Mapped bytes are
// private (copy on write), so that tensors may lie in them and be written.
#pragma once
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tealight/tensor.h"

namespace tealight {

/// A run of bytes and what keeps it alive.
struct Bytes {
  uint8_t* data = nullptr;
  size_t size = 0;
  std::shared_ptr<const void> owner;
  bool ours = false;  // nobody else sees writes, and `owner` keeps them as long as wanted

  std::span<const uint8_t> span() const { return {data, size}; }
  std::string_view text() const { return {reinterpret_cast<const char*>(data), size}; }
  Bytes slice(size_t offset, size_t n) const { return {data + offset, n, owner, ours}; }
};
/// New bytes, aligned as a storage's, not initialised.
TL_API Bytes allocate_bytes(size_t size);
/// The bytes as a tensor's memory: without a copy where they are ours and aligned.
TL_API intrusive_ptr<Storage> storage_of(const Bytes&);

/// A cheap handle. Any number of threads may read.
class TL_API ByteSource {
 public:
  using ReadAt = std::function<void(uint64_t offset, void* to, size_t n)>;  // throws when it cannot

  /// A file. Mapped; must not shrink while it is in use.
  static ByteSource file(const std::filesystem::path&);
  /// A file or a part of one, as Android's AssetFileDescriptor gives it. The descriptor may be
  /// closed afterwards.
  static ByteSource descriptor(int fd, uint64_t offset = 0, uint64_t length = UINT64_MAX);
  /// The caller's memory, needed until the load is over: what stays is copied.
  static ByteSource memory(const void* data, size_t size);
  static ByteSource bytes(std::vector<uint8_t>);
  /// `read_at` is called with ranges inside of `size` only, by one thread at a time.
  static ByteSource callback(uint64_t size, ReadAt read_at,
                             std::string name = "the reader callback");

  uint64_t size() const { return size_; }
  /// For messages: the path, or what else it is.
  const std::string& name() const { return name_; }
  /// Throws when the range is not inside.
  Bytes read(uint64_t offset, uint64_t n) const;
  Bytes all() const { return read(0, size_); }
  /// The first n bytes, or fewer when there are not so many.
  Bytes head(uint64_t n) const { return read(0, std::min(n, size_)); }
  /// Whether read() gives bytes that lie there already.
  bool is_mapped() const { return !read_at_; }

 private:
  ByteSource(std::string name, Bytes whole)
      : name_(std::move(name)), size_(whole.size), whole_(std::move(whole)) {}
  std::string name_;
  uint64_t size_ = 0;
  Bytes whole_;
  ReadAt read_at_;
};

}  // namespace tealight
