// Walks flatbuffers that nobody vouches for. A table says where its fields are by a vtable of
// 16-bit offsets, whose entry may be missing or zero: then the field has its default. Every offset
// is checked before it is followed.
#pragma once
#include <cstring>
#include <span>
#include <string_view>

#include "tealight/error.h"

namespace tealight {

class FlatTable;

/// The whole buffer.
class FlatBuffer {
 public:
  explicit FlatBuffer(std::span<const uint8_t> bytes) : bytes_(bytes) {}
  FlatTable root() const;

  template <class T>
  T number(uint64_t at) const {
    T v;
    std::memcpy(&v, range(at, sizeof v).data(), sizeof v);
    return v;
  }
  std::span<const uint8_t> range(uint64_t at, uint64_t n) const {
    if (at > bytes_.size() || n > bytes_.size() - at) {
      corrupt(str("flatbuffer: ", n, " bytes at offset ", at, " of ", bytes_.size()));
    }
    return bytes_.subspan(size_t(at), size_t(n));
  }
  /// Where the 32-bit offset at `at` leads.
  uint64_t follow(uint64_t at) const { return at + number<uint32_t>(at); }

 private:
  std::span<const uint8_t> bytes_;
};

/// Elements of one size, in a row. Empty when the field is missing.
template <class T>
class FlatVector {
 public:
  FlatVector() = default;
  FlatVector(const FlatBuffer& buffer, uint64_t at)
      : elements_(buffer.range(at + 4, uint64_t(buffer.number<uint32_t>(at)) * sizeof(T))) {}
  size_t size() const { return elements_.size() / sizeof(T); }
  bool empty() const { return elements_.empty(); }
  T operator[](size_t i) const {
    T v;
    std::memcpy(&v, elements_.data() + i * sizeof(T), sizeof v);
    return v;
  }
  std::span<const uint8_t> bytes() const { return elements_; }

 private:
  std::span<const uint8_t> elements_;
};

class FlatTable {
 public:
  FlatTable(const FlatBuffer& buffer, uint64_t at) : buffer_(&buffer), at_(at) {
    // The vtable lies before or after, by a signed offset. Wrapping around gives a place that is
    // refused.
    vtable_ = at - uint64_t(int64_t(buffer.number<int32_t>(at)));
    vtable_size_ = buffer.number<uint16_t>(vtable_);
    buffer.range(vtable_, vtable_size_);
  }

  /// Where field `id` lies, or 0.
  uint64_t find(int id) const {
    const uint64_t entry = 4 + 2 * uint64_t(id);
    if (entry + 2 > vtable_size_) return 0;
    const uint16_t offset = buffer_->number<uint16_t>(vtable_ + entry);
    return offset ? at_ + offset : 0;
  }
  bool has(int id) const { return find(id) != 0; }
  template <class T>
  T number(int id, T missing = 0) const {
    const uint64_t at = find(id);
    return at ? buffer_->number<T>(at) : missing;
  }
  std::string_view text(int id) const {
    const auto bytes = vector<uint8_t>(id).bytes();
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }
  template <class T>
  FlatVector<T> vector(int id) const {
    const uint64_t at = find(id);
    return at ? FlatVector<T>(*buffer_, buffer_->follow(at)) : FlatVector<T>();
  }
  /// Throws when it is missing.
  FlatTable table(int id) const { return FlatTable(*buffer_, target(id)); }
  /// Where the offset in field `id` leads: a struct in a union.
  uint64_t target(int id) const {
    const uint64_t at = find(id);
    if (!at) corrupt(str("flatbuffer: field ", id, " of the table at ", at_, " is missing"));
    return buffer_->follow(at);
  }
  size_t table_count(int id) const { return vector<uint32_t>(id).size(); }
  /// Element i of a vector of tables.
  FlatTable table_at(int id, size_t i) const { return FlatTable(*buffer_, element(id, i)); }
  std::string_view text_at(int id, size_t i) const {
    const auto bytes = FlatVector<uint8_t>(*buffer_, element(id, i)).bytes();
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }
  const FlatBuffer& buffer() const { return *buffer_; }
  uint64_t position() const { return at_; }

 private:
  uint64_t element(int id, size_t i) const {
    const uint64_t start = target(id);
    const uint32_t count = buffer_->number<uint32_t>(start);
    if (i >= count) corrupt(str("flatbuffer: element ", i, " of ", count, " at offset ", start));
    return buffer_->follow(start + 4 + 4 * uint64_t(i));
  }

  const FlatBuffer* buffer_;
  uint64_t at_, vtable_ = 0;
  uint16_t vtable_size_ = 0;
};

inline FlatTable FlatBuffer::root() const { return FlatTable(*this, follow(0)); }

}  // namespace tealight
