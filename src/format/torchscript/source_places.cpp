#include "format/torchscript/source_places.h"

#include <map>

#include "format/ptl_zip/pickler.h"

namespace tealight {
namespace {

Value tuple(std::vector<Value> items) { return make_tuple_value(std::move(items)); }

// ('FORMAT_WITH_STRING_TABLE', strings, ((offset, (([line], file, number), start, end), tag), ...))
class Places {
 public:
  void add(size_t offset, const ir::Source& s) {
    const Value lines(std::vector<int64_t>{string(s.text + "\n")});
    const Value source = tuple({lines, string(s.file), s.line});
    const Value place = tuple({source, s.column, int64_t(s.text.size())});
    entries_.push_back(tuple({int64_t(offset), place, int64_t(entries_.size())}));
  }
  std::string pickle() const {
    if (entries_.empty()) return {};
    return Pickler::dump(tuple({"FORMAT_WITH_STRING_TABLE", tuple(in_order_), tuple(entries_)}),
                         {});
  }

 private:
  int64_t string(const std::string& s) {
    const auto [at, fresh] = strings_.try_emplace(s, int64_t(strings_.size()));
    if (fresh) in_order_.emplace_back(s);
    return at->second;
  }
  std::map<std::string, int64_t> strings_;
  std::vector<Value> in_order_, entries_;
};

// The text of an archive is not what its author wrote.
bool is_authors(const ir::Source& s) { return !s.file.empty() && !s.file.starts_with("code/"); }

}  // namespace

std::string source_places(const script::PrintedText& text) {
  Places places;
  for (const script::PlaceInText& p : text.places)
    if (is_authors(*p.source)) places.add(p.begin, *p.source);
  return places.pickle();
}

}  // namespace tealight
