#include "format/ptl_flatbuffer/flat_builder.h"

#include <algorithm>

#include "tealight/error.h"

namespace tealight {

// A vtable: its own size, the table's size, where each field is in the table. Then the table: how
// far back its vtable begins, and the fields, the large ones first so that all are aligned.
FlatBuilder::Table FlatBuilder::table(const FlatFields& f) {
  constexpr size_t kHeader = 4;
  auto fields = f.fields_;
  std::stable_sort(fields.begin(), fields.end(),
                   [](const auto& a, const auto& b) { return a.size > b.size; });
  int last = -1;
  for (const auto& field : fields) last = std::max(last, field.id);
  const bool wide = !fields.empty() && fields[0].size == 8;
  const size_t first = wide ? 8 : kHeader, vtable = 4 + 2 * size_t(last + 1);
  std::vector<uint16_t> places(size_t(last + 1));
  size_t end = first;
  for (const auto& field : fields) places[size_t(field.id)] = uint16_t(end), end += field.size;
  align(wide ? 8 : 4, vtable);
  put(uint16_t(vtable));
  put(uint16_t(end));
  for (uint16_t place : places) put(place);
  Table t{size(), std::vector<size_t>(size_t(last + 1))};
  put(int32_t(vtable));
  out_.resize(t.at + first);
  for (const auto& field : fields) {
    t.fields[size_t(field.id)] = size();
    out_.append(field.bytes, field.size);
  }
  return t;
}

void FlatBuilder::point(size_t field, uint64_t target) {
  TL_CHECK(target - field <= INT32_MAX,
           "the model is larger than the 2 GB that a flatbuffer can be; fix: write a zip");
  patch(field, uint32_t(target - field));
}

void FlatBuilder::point_to_here(size_t field, size_t alignment, size_t before) {
  align(alignment, before);
  point(field, size());
}

void FlatBuilder::text(size_t field, std::string_view s) {
  point_to_here(field);
  put(uint32_t(s.size()));
  out_ += s;
  out_ += '\0';
}

size_t FlatBuilder::offsets(size_t field, size_t count) {
  point_to_here(field);
  put(uint32_t(count));
  const size_t first = size();
  out_.resize(first + 4 * count);
  return first;
}

}  // namespace tealight
