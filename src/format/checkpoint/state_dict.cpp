// What lies where in a checkpoint, and the names of its tensors.
#include "format/checkpoint/state_dict.h"

#include <algorithm>

#include "format/checkpoint/legacy.h"
#include "format/file_error.h"
#include "format/ptl_zip/pickler.h"
#include "format/ptl_zip/ptl_zip.h"
#include "format/sniff.h"
#include "tealight/ops.h"

namespace tealight {
namespace {

constexpr int64_t kFileVersion = 3;

std::string text_of(const Value& key) { return key.isString() ? key.toStringRef() : repr(key); }

class Collector {
 public:
  StateDict out;

  // `prefix` ends in a dot, or is empty.
  void value(const Value& v, const std::string& name) {
    if (v.isTensor() && v.toTensor().defined()) out.emplace_back(name, v.toTensor());
    const std::string prefix = name.empty() ? "" : name + ".";
    if (v.isGenericDict())
      for (const auto& [key, item] : v.toDictRef().entries()) value(item, prefix + text_of(key));
    if (v.isList() || v.isTuple()) {
      const auto& items = v.isList() ? v.toListRef().items : v.toTupleRef().items;
      for (size_t i = 0; i < items.size(); ++i) value(items[i], prefix + std::to_string(i));
    }
    if (v.isObject()) object(v.toObjectRef(), prefix);
  }

  void object(const ObjectImpl& o, const std::string& prefix) {
    if (o.find_attr("_modules")) return module(o, prefix);
    const auto name = [&](size_t i) {
      return prefix + (i < o.cls->attributes.size() ? o.cls->attributes[i] : std::to_string(i));
    };
    for (size_t i = 0; i < o.slots.size(); ++i)
      if (o.slots[i].isTensor()) value(o.slots[i], name(i));
    for (size_t i = 0; i < o.slots.size(); ++i)
      if (o.slots[i].isObject()) value(o.slots[i], name(i));
  }

 private:
  // A Python module keeps parameters, buffers and submodules in dicts.
  void module(const ObjectImpl& o, const std::string& prefix) {
    const std::string name = prefix.substr(0, prefix.size() - !prefix.empty());
    for (const char* part : {"_parameters", "_buffers", "_modules"})
      if (const Value* dict = o.find_attr(part); dict && dict->isGenericDict()) value(*dict, name);
  }
};

bool holds_tensors(const Value& v) {
  return v.visit([](const Value& part) { return part.isTensor(); });
}

// Training scripts put the state dict beside the optimizer's state, the epoch and so on.
const Value& weights_of(const Value& v) {
  if (!v.isGenericDict()) return v;
  const auto& entries = v.toDictRef().entries();
  const bool flat = std::any_of(entries.begin(), entries.end(),
                                [](const auto& e) { return e.second.isTensor(); });
  if (flat) return v;
  for (const char* name : {"state_dict", "model_state_dict", "model"})
    for (const auto& [key, item] : entries)
      if (key.isString() && key.toStringView() == name && holds_tensors(item)) return item;
  return v;
}

Value unpickle_zip(const ByteSource& source, const ReadOptions& options, bool any_class) {
  const ZipFile zip(source, options);
  TypeTable types;
  ArchiveStorages storages(zip);
  PickleContext context;
  context.types = &types;
  context.any_class = any_class;
  return read_pickle(zip, "data.pkl", "data/", storages, context);
}

Value unpickle(const ByteSource& source, const ReadOptions& options) {
  const FileKind kind = sniff(source);
  if (kind == FileKind::checkpoint_zip) return unpickle_zip(source, options, true);
  if (kind == FileKind::checkpoint_legacy) return read_legacy_checkpoint(source, options);
  Error e(str("'", source.name(), "' is ", describe(kind), ", not a checkpoint of torch.save"),
          ErrorKind::unsupported);
  throw e.fix("in Python: torch.save(model.state_dict(), 'weights.pth')");
}

}  // namespace

Value read_pickled(const ByteSource& source, const ReadOptions& options) {
  return unpickle_zip(source, options, false);
}

StateDict state_dict_of(const ObjectImpl& o) {
  Collector c;
  c.object(o, "");
  return std::move(c.out);
}

StateDict read_state_dict(const ByteSource& source, const ReadOptions& options) {
  try {
    Collector c;
    c.value(weights_of(unpickle(source, options)), "");
    if (c.out.empty()) corrupt("the checkpoint holds no tensors");
    return std::move(c.out);
  } catch (const Error& e) {
    rethrow_as_corrupt(e, source.name());
  }
}

namespace {

void ordered_dict(Pickler& p) {
  p.global("collections.OrderedDict");
  p.opcode(pickle::EMPTY_TUPLE);
  p.opcode(pickle::REDUCE);
}

// What load_state_dict asks: 2 says that a batch normalization has its count of batches.
std::map<std::string, int64_t> module_versions(const StateDict& tensors) {
  std::map<std::string, int64_t> versions{{"", 1}};
  for (const auto& [name, tensor] : tensors) {
    for (size_t dot = name.find('.'); dot != name.npos; dot = name.find('.', dot + 1))
      versions.try_emplace(name.substr(0, dot), 1);
    constexpr std::string_view kCount = ".num_batches_tracked";
    if (name.ends_with(kCount)) versions[name.substr(0, name.size() - kCount.size())] = 2;
  }
  return versions;
}

// OrderedDict(name → tensor), whose attribute _metadata is OrderedDict(module → {'version': 1})
std::string pickled(const StateDict& tensors, StorageTable& storages) {
  PicklerContext context;
  context.storages = &storages;
  Pickler p(context);
  ordered_dict(p);
  p.opcode(pickle::MARK);
  for (const auto& [name, tensor] : tensors) {
    p.text(name);
    p.push(tensor.detach());
  }
  p.opcode(pickle::SETITEMS);
  p.opcode(pickle::EMPTY_DICT);
  p.text("_metadata");
  ordered_dict(p);
  p.opcode(pickle::MARK);
  for (const auto& [name, version] : module_versions(tensors)) {
    p.text(name);
    p.opcode(pickle::EMPTY_DICT);
    p.text("version");
    p.integer(version);
    p.opcode(pickle::SETITEM);
  }
  p.opcode(pickle::SETITEMS);
  p.opcode(pickle::SETITEM);
  p.opcode(pickle::BUILD);
  return std::move(p).finish();
}

void write_archive(const std::string& record, const StorageTable& storages, ByteSink& sink,
                   const std::string& root) {
  ZipWriter zip(sink, root);
  zip.add("data.pkl", record);
  storages.write(zip, "data/");
  zip.add("version", str(kFileVersion, "\n"));
  zip.finish();
}

}  // namespace

void write_state_dict(const StateDict& tensors, ByteSink& sink, const std::string& root) {
  StorageTable storages;
  const std::string record = pickled(tensors, storages);
  write_archive(record, storages, sink, root);
}

void write_pickled(const Value& value, ByteSink& sink, const std::string& root) {
  StorageTable storages;
  PicklerContext context;
  context.storages = &storages;
  const std::string record = Pickler::dump(value, context);
  write_archive(record, storages, sink, root);
}

}  // namespace tealight
