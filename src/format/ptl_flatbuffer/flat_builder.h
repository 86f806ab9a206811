// Builds flatbuffers front to back: a table first, then what it points to.
#pragma once
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace tealight {

/// The fields of a table before it is placed. Those that have their default need not be there.
class FlatFields {
 public:
  template <class T>
  FlatFields& number(int id, T v) {
    add(id, &v, sizeof v);
    return *this;
  }
  /// An offset to what comes later: FlatBuilder::point_to_here.
  FlatFields& offset(int id) { return number(id, uint32_t(0)); }

 private:
  friend class FlatBuilder;
  struct Field {
    int id;
    uint8_t size;
    char bytes[8];
  };
  void add(int id, const void* bytes, size_t size) {
    Field f{id, uint8_t(size), {}};
    std::memcpy(f.bytes, bytes, size);
    fields_.push_back(f);
  }
  std::vector<Field> fields_;
};

class FlatBuilder {
 public:
  /// A table that was placed.
  struct Table {
    size_t at;
    std::vector<size_t> fields;  // where each is, by id; 0: the table lacks it
  };
  Table table(const FlatFields&);
  /// The same, which the offset at `field` leads to.
  Table table(size_t field, const FlatFields& f) {
    Table t = table(f);
    point(field, t.at);
    return t;
  }
  /// Makes the offset at `field` lead to what is placed next, which is aligned to `alignment`
  /// behind `before` bytes.
  void point_to_here(size_t field, size_t alignment = 4, size_t before = 0);
  /// Makes the offset at `field` lead to `target`.
  void point(size_t field, uint64_t target);
  template <class T>
  void patch(size_t at, T v) {
    std::memcpy(out_.data() + at, &v, sizeof v);
  }

  // What an offset leads to; each is placed next.
  void text(size_t field, std::string_view);
  template <class T>
  void vector(size_t field, const std::vector<T>& items) {
    point_to_here(field, std::max<size_t>(alignof(T), 4), 4);
    put(uint32_t(items.size()));
    out_.append(reinterpret_cast<const char*>(items.data()), items.size() * sizeof(T));
  }
  /// A vector of offsets that lead nowhere yet; gives where the first is.
  size_t offsets(size_t field, size_t count);
  template <class T>
  void structure(size_t field, const T& v) {
    point_to_here(field, alignof(T));
    put(v);
  }

  void align(size_t alignment, size_t before = 0) {
    while ((out_.size() + before) % alignment) out_ += '\0';
  }
  template <class T>
  void put(const T& v) {
    out_.append(reinterpret_cast<const char*>(&v), sizeof v);
  }
  size_t size() const { return out_.size(); }
  const std::string& bytes() const { return out_; }

 private:
  std::string out_;
};

}  // namespace tealight
