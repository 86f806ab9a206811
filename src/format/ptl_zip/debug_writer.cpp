// The records of debug_records.cpp, from frames: docs/formats.md.
#include "format/ptl_zip/debug_writer.h"

#include <algorithm>

#include "format/ptl_zip/pickler.h"

namespace tealight {
namespace {

Value tuple(std::vector<Value> items) { return make_tuple_value(std::move(items)); }

// Places in the author's program, each with a number. Number 0 is none.
class PlaceTable {
 public:
  PlaceTable() { add("", "", 0); }
  int64_t tag(const SourceFrame& f) { return f.file.empty() ? kNone : add(f.text, f.file, f.line); }
  static constexpr int64_t kNone = 0;

  // ('FORMAT_WITH_STRING_TABLE', strings, ((offset, (([line], file, first line), start, end),
  // tag)))
  Value record() const {
    std::vector<Value> strings;
    for (const std::string* s : in_order_) strings.emplace_back(*s);
    return tuple({"FORMAT_WITH_STRING_TABLE", tuple(std::move(strings)), tuple(entries_)});
  }

 private:
  int64_t add(const std::string& text, const std::string& file, int64_t line) {
    const auto [at, fresh] = tags_.try_emplace({text, file, line}, int64_t(entries_.size()));
    if (!fresh) return at->second;
    const std::vector<int64_t> lines =
        text.empty() ? std::vector<int64_t>{} : std::vector<int64_t>{string(text)};
    const Value source = tuple({Value(lines), string(file), line});
    entries_.push_back(
        tuple({at->second, tuple({source, int64_t(0), int64_t(text.size())}), at->second}));
    return at->second;
  }
  int64_t string(const std::string& s) {
    const auto [at, fresh] = strings_.try_emplace(s, int64_t(strings_.size()));
    if (fresh) in_order_.push_back(&at->first);
    return at->second;
  }

  std::map<std::tuple<std::string, std::string, int64_t>, int64_t> tags_;
  std::map<std::string, int64_t> strings_;
  std::vector<const std::string*> in_order_;
  std::vector<Value> entries_;
};

// "top(Net).fc(Linear)" to "top(Net)", ".fc(Linear)": where the first component ends.
size_t component_end(std::string_view path, size_t from) {
  int depth = 0;
  for (size_t i = from; i < path.size(); ++i) {
    if (path[i] == '(') ++depth;
    if (path[i] == ')') --depth;
    if (path[i] == '.' && depth == 0 && i > from) return i;
  }
  return path.size();
}

// "fc(Linear)" to ('Linear', 'fc'). PyTorch loads no class without a name, so where that is not
// known, as of TorchScript, it is that of all modules.
Value instance(std::string_view component) {
  const size_t open = component.find('(');
  if (open == component.npos || !component.ends_with(')')) return tuple({"Module", component});
  return tuple(
      {component.substr(open + 1, component.size() - open - 2), component.substr(0, open)});
}

// One step of the way from the method to the instruction.
struct Call {
  Value instance;  // or None
  int64_t tag;
  std::string function;
};

// The calls that lead from `outer` to `inner`, the first of which lies at `tag`.
void add_calls(std::string_view outer, const SourceFrame& inner, int64_t tag,
               std::vector<Call>& calls) {
  const std::string_view path = inner.module;
  if (!path.starts_with(outer) || path.size() == outer.size()) {
    calls.push_back({Value(), tag, inner.function});
    return;
  }
  for (size_t at = outer.size(); at < path.size();) {
    const size_t begin = at + (path[at] == '.'), end = component_end(path, begin);
    const bool last = end == path.size();
    calls.push_back({instance(path.substr(begin, end - begin)), tag, last ? inner.function : ""});
    tag = PlaceTable::kNone;
    at = end;
  }
}

// (handle, tag, name of the node, calls)
Value call_stack(int64_t handle, const std::vector<SourceFrame>& frames, PlaceTable& places) {
  std::vector<Call> calls;
  const SourceFrame& outermost = frames.back();
  const std::string_view top(outermost.module.data(), component_end(outermost.module, 0));
  if (top.size() < outermost.module.size()) add_calls(top, outermost, PlaceTable::kNone, calls);
  for (size_t i = frames.size(); i-- > 1;)
    add_calls(frames[i].module, frames[i - 1], places.tag(frames[i]), calls);
  Value chain;
  for (size_t i = calls.size(); i-- > 0;)
    chain = tuple({calls[i].instance, calls[i].tag, chain, calls[i].function});
  return tuple({handle, places.tag(frames.front()), frames.front().node, chain});
}

}  // namespace

void write_debug_records(ZipWriter& zip, const ModelFile& file,
                         const std::vector<std::unique_ptr<Function>>& functions, int64_t version) {
  if (file.debug.empty()) return;
  std::vector<Value> handles{version}, stacks;
  for (const auto& f : functions) {
    if (f->code.debug_handles.empty()) continue;
    const Value list = tuple({f->code.debug_handles});
    handles.push_back(tuple({f->qualified_name, tuple({tuple({"function_debug_handles", list})})}));
  }
  PlaceTable places;
  for (const auto& [handle, frames] : file.debug)
    if (!frames.empty()) stacks.push_back(call_stack(handle, frames, places));
  const auto add = [&](const char* name, Value v) {
    zip.add(name, Pickler::dump(v, {}), ZipWriter::Packing::deflated);
  };
  add("code/places.debug_pkl", places.record());
  add("mobile_debug_handles.pkl", tuple(std::move(handles)));
  add("callstack_debug_map.pkl", tuple(std::move(stacks)));
}

}  // namespace tealight
