#include "format/ptl_zip/ptl_zip.h"

#include <charconv>

#include "core/parts.h"
#include "format/bytecode.h"
#include "format/file_error.h"
#include "format/ptl_zip/bytecode_pickle.h"
#include "format/ptl_zip/debug_records.h"

namespace tealight {
namespace {

constexpr std::string_view kExtra = "extra/";

uint64_t bytes_of(ScalarType dtype, int64_t numel) {
  uint64_t bytes = 0;
  if (__builtin_mul_overflow(uint64_t(numel), uint64_t(element_size(dtype)), &bytes))
    corrupt(str("a storage of ", numel, " elements"));
  // Two or four to a byte, whichever way the writer counted.
  return dtype == kQUInt4x2 ? bytes / 2 : dtype == kQUInt2x4 ? bytes / 4 : bytes;
}

std::string text_of(const ZipFile& zip, const ZipRecord& r) {
  return std::string(zip.read(r).text());
}

// Version 4 and older keep the bytecode's tensors apart.
std::string bytecode_folder(const ZipFile& zip) {
  return zip.has_folder("bytecode/") ? "bytecode/" : "constants/";
}

std::map<std::string, std::string> read_metadata(const ZipFile& zip, ArchiveStorages& storages,
                                                 const PickleContext& context) {
  std::map<std::string, std::string> out;
  if (!zip.has("metadata.pkl")) return out;
  const Value v = read_pickle(zip, "metadata.pkl", "metadata/", storages, context);
  if (!v.isGenericDict()) return out;
  for (const auto& [key, value] : v.toDictRef().entries()) {
    if (key.isString() && value.isString()) out[key.toStringRef()] = value.toStringRef();
  }
  return out;
}

// Version 8 began with PyTorch 1.12, whose files cannot be told from those of 1.13. Newer ones
// write the older versions for old apps, but with their own records beside the bytecode.
bool is_from_before_1_13(const ZipFile& zip, int64_t bytecode_version) {
  if (bytecode_version >= 8) return false;
  return bytecode_version <= kOldestBytecode || !writer_is_1_12_or_newer(zip).value_or(false);
}

}  // namespace

intrusive_ptr<Storage> ArchiveStorages::get(const std::string& folder, const std::string& key,
                                            ScalarType dtype, int64_t numel) {
  // Early version 5 files name the folder in the key already.
  const ZipRecord* record = zip_.find(folder + key);
  if (!record) record = zip_.find(key);
  if (!record) corrupt(str("the archive has no record '", folder, key, "' for a tensor"));
  if (record->size < bytes_of(dtype, numel)) {
    corrupt(str("record ", record->name, " has ", record->size, " bytes, too few for ", numel,
                " elements of ", dtype));
  }
  intrusive_ptr<Storage>& storage = by_record_[record->name];
  if (!storage) storage = storage_of(zip_.read_weights(*record));
  return storage;
}

Value read_pickle(const ZipFile& zip, const std::string& name, const std::string& folder,
                  ArchiveStorages& storages, PickleContext context) {
  context.storage = [&](const std::string& key, ScalarType dtype, int64_t numel) {
    return storages.get(folder, key, dtype, numel);
  };
  const Bytes bytes = zip.read(zip.get(name));
  TorchPickleHost host(context, zip.memory());
  return Unpickler(bytes.span(), name, host, zip.memory()).load();
}

int64_t read_archive_version(const ZipFile& zip) {
  const ZipRecord* r = zip.find(".data/version");
  if (!r) r = zip.find("version");
  if (!r || r->size > 20) return 0;
  const std::string text = text_of(zip, *r);
  int64_t version = 0;
  std::from_chars(text.data(), text.data() + text.size(), version);
  return version;
}

std::map<std::string, std::string> read_extra_files(const ZipFile& zip) {
  std::map<std::string, std::string> out;
  for (const ZipRecord& r : zip.records()) {
    if (r.name.starts_with(kExtra)) out[r.name.substr(kExtra.size())] = text_of(zip, r);
  }
  return out;
}

ModelFile read_ptl_zip(const ZipFile& zip) {
  ModelFile file;
  file.kind = "PyTorch Mobile model (zip)";
  for (const ZipRecord& r : zip.records()) file.records.emplace_back(r.name, r.size);
  file.operator_version = read_archive_version(zip);
  check_operator_version(file.operator_version);

  TypeTable types;
  ArchiveStorages storages(zip);
  PickleContext context;
  context.types = &types;
  if (zip.options().allow_unknown_classes) context.missing_classes = &file.missing_classes;
  try {
    read_bytecode(read_pickle(zip, "bytecode.pkl", bytecode_folder(zip), storages, context), types,
                  file);
  } catch (const Error& e) {
    rethrow_as_corrupt(e, "bytecode.pkl");
  }
  file.before_1_13 = is_from_before_1_13(zip, file.bytecode_version);
  file.metadata = read_metadata(zip, storages, context);

  std::unordered_map<std::string, const Function*> setstates;
  for (const auto& f : file.functions) {
    if (f->name() == "__setstate__") setstates.emplace(f->class_name(), f.get());
  }
  context.setstate = [&](const std::string& cls) {
    const auto at = setstates.find(cls);
    return at == setstates.end() ? nullptr : at->second;
  };
  context.pending = &file.pending;
  file.root = read_pickle(zip, "data.pkl", "data/", storages, context);
  if (!file.root.isObject())
    corrupt(str("data.pkl holds a ", file.root.tagKind(), ", not a module"));

  file.classes = types.classes();
  file.extra_files = read_extra_files(zip);
#if !TL_WITHOUT_DEBUG_INFO
  if (zip.options().debug_info) read_debug_records(zip, file);
#endif
  return file;
}

}  // namespace tealight
