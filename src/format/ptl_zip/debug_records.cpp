// Four kinds of records:
//   mobile_debug.pkl          1.6 to 1.8: for each operator, "top(LeNet).fc1(Linear).forward"
//   mobile_debug_handles.pkl  1.9 and newer: for each instruction, a number
//   callstack_debug_map.pkl   for each such number, a place in the source and the calls that led
//   there code/**.py.debug_pkl      places in the source, numbered through all files
#include "format/ptl_zip/debug_records.h"

#include <algorithm>

#include "core/log.h"
#include "core/parts.h"
#include "format/ptl_zip/bytecode_pickle.h"
#include "format/ptl_zip/ptl_zip.h"

namespace tealight {
namespace {

const std::vector<Value>& items_of(const Value& v) {
  return v.isList() ? v.toListRef().items : v.toTupleRef().items;
}
const Value& item(const Value& v, size_t i) {
  const auto& items = items_of(v);
  if (i >= items.size()) corrupt(str("a tuple of ", items.size(), " where more are needed"));
  return items[i];
}

struct Place {
  std::string file, text;
  int64_t line = 0;
};

// ---- code/**.py.debug_pkl

// A place's source text, as it is, or as numbers of lines in a table of strings.
std::string source_text(const Value& v, const std::vector<Value>* table) {
  if (v.isString()) return v.toStringRef();
  std::string text;
  for (const Value& i : items_of(v)) {
    if (!table || i.toInt() < 0 || size_t(i.toInt()) >= table->size())
      corrupt("a line number past the table of lines");
    text += (*table)[size_t(i.toInt())].toStringRef();
  }
  return text;
}

std::string file_name(const Value& v, const std::vector<Value>* table) {
  if (v.isString()) return v.toStringRef();
  if (!v.isInt() || !table || v.toInt() < 0 || size_t(v.toInt()) >= table->size()) return "";
  return (*table)[size_t(v.toInt())].toStringRef();
}

// ((text, file, first line), start, end)
Place read_place(const Value& v, const std::vector<Value>* table, MemoryCap& memory) {
  const Value& source = item(v, 0);
  const std::string text = source_text(item(source, 0), table);
  Place p;
  p.file = file_name(item(source, 1), table);
  if (text.empty() || p.file.empty()) return {};
  const size_t at = std::min(size_t(std::max<int64_t>(item(v, 1).toInt(), 0)), text.size());
  memory.take(text.size(), "reading debug records");
  p.line = (item(source, 2).isInt() ? item(source, 2).toInt() : 0) +
           std::count(text.begin(), text.begin() + ptrdiff_t(at), '\n');
  size_t first = at ? text.rfind('\n', at - 1) + 1 : 0;  // npos + 1 is 0
  first = std::min(text.find_first_not_of(" \t", first), text.size());
  p.text = text.substr(first, std::min(text.find('\n', first), text.size()) - first);
  return p;
}

bool has_places(const ZipRecord& r) {
  return r.name.starts_with("code/") && r.name.ends_with(".debug_pkl");
}

class Places {
 public:
  explicit Places(const ZipFile& zip) : zip_(zip), storages_(zip) { context_.types = &types_; }

  Value unpickle(const std::string& name) {
    return read_pickle(zip_, name, "", storages_, context_);
  }
  void read_all() {
    for (const ZipRecord& r : zip_.records())
      if (has_places(r)) read(r.name);
  }
  const Place* find(int64_t tag) const {
    const auto at = by_tag_.find(tag);
    return at == by_tag_.end() ? nullptr : &at->second;
  }

 private:
  void read(const std::string& name) {
    const Value v = unpickle(name);
    const bool has_table = items_of(v).size() == 3 && item(v, 0).isString();
    const std::vector<Value>* table = has_table ? &items_of(item(v, 1)) : nullptr;
    for (const Value& entry : items_of(has_table ? item(v, 2) : v)) {
      // (offset, place, tag); older files have no tag
      if (items_of(entry).size() > 2)
        by_tag_.try_emplace(item(entry, 2).toInt(),
                            read_place(item(entry, 1), table, zip_.memory()));
    }
  }
  const ZipFile& zip_;
  ArchiveStorages storages_;
  TypeTable types_;
  PickleContext context_;
  std::unordered_map<int64_t, Place> by_tag_;
};

// ---- callstack_debug_map.pkl

std::string last_name(const std::string& qualified) {
  return qualified.substr(qualified.rfind('.') + 1);
}

SourceFrame frame_at(const Places& places, int64_t tag, std::string module, std::string function) {
  SourceFrame f{std::move(module), std::move(function), "", 0, ""};
  if (const Place* p = places.find(tag)) f.file = p->file, f.line = p->line, f.text = p->text;
  return f;
}

// (instance of a module or null, tag of the call, what that calls or null[, name of the called
// function])
std::vector<SourceFrame> read_calls(const Places& places, MemoryCap& memory, const Value& chain,
                                    int64_t tag, std::string module) {
  std::vector<SourceFrame> frames;
  std::string function;
  for (const Value* call = &chain; !call->isNone(); call = &item(*call, 2)) {
    frames.push_back(frame_at(places, item(*call, 1).toInt(), module, function));
    memory.take(sizeof(SourceFrame) + module.size() + frames.back().text.size(),
                "reading debug records");
    if (const Value& instance = item(*call, 0);
        !instance.isNone() && item(instance, 1).toStringRef() != "SELF") {
      module += "." + item(instance, 1).toStringRef() + "(" +
                last_name(item(instance, 0).toStringRef()) + ")";
    }
    function =
        items_of(*call).size() > 3 && item(*call, 3).isString() ? item(*call, 3).toStringRef() : "";
  }
  frames.push_back(frame_at(places, tag, module, function));
  std::reverse(frames.begin(), frames.end());
  return frames;
}

// (handle, tag, [name of the node], calls)
void read_call_stacks(Places& places, MemoryCap& memory, const std::string& top, ModelFile& file) {
  const Value map = places.unpickle("callstack_debug_map.pkl");
  for (const Value& entry : items_of(map)) {
    const auto& parts = items_of(entry);
    if (parts.size() < 3) corrupt("an entry of the call stacks is too short");
    auto& frames = file.debug[parts[0].toInt()];
    frames = read_calls(places, memory, parts.back(), parts[1].toInt(), top);
    if (parts.size() > 3 && parts[2].isString()) frames.front().node = parts[2].toStringRef();
  }
  // The outermost frame is in the function that the handle belongs to.
  for (const auto& f : file.functions) {
    for (int64_t handle : f->code.debug_handles) {
      const auto at = file.debug.find(handle);
      if (at != file.debug.end()) at->second.back().function = f->name();
    }
  }
}

// ---- functions

// Calls `use(function, fields)` for each (name, fields) of the record.
template <class Use>
void for_each_function(const Value& record, ModelFile& file, Use use) {
  std::unordered_map<std::string_view, Function*> by_name;
  for (auto& f : file.functions) by_name.emplace(f->qualified_name, f.get());
  for (const Value& entry : items_of(record)) {
    if (entry.isInt()) continue;  // the version
    const auto at = by_name.find(item(entry, 0).toStringView());
    if (at != by_name.end()) use(*at->second, item(entry, 1));
  }
}

void read_handles(Places& places, ModelFile& file) {
  for_each_function(places.unpickle("mobile_debug_handles.pkl"), file,
                    [](Function& f, const Value& fields) {
                      std::vector<int64_t> handles =
                          item(get_field(fields, "function_debug_handles"), 0).toIntVector();
                      if (handles.size() == f.code.instructions.size())
                        f.code.debug_handles = std::move(handles);
                    });
}

// "top(LeNet).features(Sequential).0(Conv2d)._conv_forward"
SourceFrame frame_from_path(const std::string& path) {
  const size_t dot = path.rfind('.');
  if (dot == path.npos) return {"", path, "", 0, ""};
  return {path.substr(0, dot), path.substr(dot + 1), "", 0, ""};
}

// One text for each operator; the handles are ours.
void read_operator_paths(Places& places, ModelFile& file) {
  int64_t next = 0;
  for_each_function(places.unpickle("mobile_debug.pkl"), file,
                    [&](Function& f, const Value& fields) {
                      const auto& paths = items_of(get_field(fields, "module_debug_info"));
                      if (paths.size() != f.code.operators.size()) return;
                      const int64_t first = next;
                      next += int64_t(paths.size());
                      for (size_t i = 0; i < paths.size(); ++i) {
                        const std::string& path = paths[i].toStringRef();
                        if (!path.empty()) file.debug[first + int64_t(i)] = {frame_from_path(path)};
                      }
                      for (const Instruction& in : f.code.instructions) {
                        const bool is_op = (in.op == OpCode::OP || in.op == OpCode::OPN) &&
                                           in.x >= 0 && size_t(in.x) < paths.size();
                        f.code.debug_handles.push_back(is_op ? first + in.x : -1);
                      }
                    });
}

}  // namespace

std::optional<bool> writer_is_1_12_or_newer(const ZipFile& zip) {
  const auto& all = zip.records();
  const auto r = std::find_if(all.begin(), all.end(), has_places);
  if (r == all.end()) return std::nullopt;
#if TL_WITHOUT_DEFLATE  // then no model of this build has an operator for which it matters
  if (r->deflated) return std::nullopt;
#endif
  constexpr std::string_view kName = "FORMAT_WITH_STRING_TABLE";
  return zip.read(*r).text().substr(0, 64).find(kName) != std::string_view::npos;
}

void read_debug_records(const ZipFile& zip, ModelFile& file) {
  try {
    Places places(zip);
    if (zip.has("mobile_debug.pkl")) read_operator_paths(places, file);
    if (!zip.has("mobile_debug_handles.pkl")) return;
    read_handles(places, file);
    if (!zip.has("callstack_debug_map.pkl")) return;
    places.read_all();
    const std::string top =
        file.root.isObject() ? last_name(file.root.toObjectRef().cls->name) : "";
    read_call_stacks(places, zip.memory(), "top(" + top + ")", file);
  } catch (const Error& e) {
    warn(str(zip.source().name(), ": its debug records are left out: ", e.what()));
  }
}

}  // namespace tealight
