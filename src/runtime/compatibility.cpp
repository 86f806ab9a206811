// torch::jit's questions about models and this runtime: versions, operators, types, and whether
// they fit.
#include <climits>
#include <cstring>

#include "format/bytecode.h"
#include "format/load.h"
#include "format/ptl_flatbuffer/ptl_flatbuffer.h"
#include "ops/registry.h"
#include "tealight/custom_class.h"
#include "tealight/libtorch_mobile.h"

namespace tealight::libtorch {
namespace {

// Reads a model without making it ready to run, so that unknown operators and classes are no
// errors.
ModelFile inspect(const ByteSource& source) {
  ReadOptions options;
  options.allow_unknown_classes = true;
  options.debug_info = false;
  return read_model(source, options);
}
ModelFile inspect(const std::string& file) { return inspect(ByteSource::file(file)); }
ModelFile inspect(const std::shared_ptr<ReadAdapterInterface>& in) {
  TL_CHECK(in, "the reader is null");
  return inspect(ByteSource::callback(in->size(), [in](uint64_t offset, void* to, size_t n) {
    TL_CHECK(in->read(offset, to, n, "model") == n,
             "the reader gave fewer bytes than were asked for");
  }));
}
ModelFile inspect(std::istream& in) {
  const std::streampos start = in.tellg();
  ModelFile file = inspect(std::make_shared<IStreamAdapter>(&in));
  in.clear();
  in.seekg(start);  // so that the same stream can be asked again, or loaded
  return file;
}

// TorchScript archives have none.
uint64_t version_of(const ModelFile& file) {
  TL_CHECK(file.bytecode_version > 0, file.path, ": the model has no bytecode");
  return uint64_t(file.bytecode_version);
}

OperatorMap operators_of(const ModelFile& file) {
  OperatorMap all;
  for (const auto& f : file.functions) {
    for (const OperatorUse& use : f->code.operators) {
      OperatorInfo& info = all[use.qualified()];
      info.name = use.qualified();
      info.supported = try_find_overload(info.name) != nullptr;
      if (use.specified >= 0) info.num_schema_args = use.specified;
    }
  }
  return all;
}

bool is_name_char(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '.';
}

// "Dict[str, List[int]]" names Dict, str, List and int.
void add_type_names(const std::string& annotation, std::unordered_set<std::string>& names) {
  std::string name;
  for (char c : annotation + " ") {
    if (is_name_char(c))
      name += c;
    else if (!name.empty())
      names.insert(std::exchange(name, {}));
  }
}
std::unordered_set<std::string> types_of(const ModelFile& file) {
  std::unordered_set<std::string> names;
  for (const auto& f : file.functions)
    for (const TypePtr& t : f->code.types) add_type_names(t->annotation(), names);
  return names;
}

ModelCompatibilityInfo model_info(const ModelFile& file) {
  return {uint64_t(file.bytecode_version), operators_of(file), types_of(file),
          uint64_t(file.operator_version)};
}

ModuleInfo module_info(const ModelFile& file) {
  ModuleInfo info{
      uint64_t(file.bytecode_version), uint64_t(file.operator_version), {}, {}, types_of(file)};
  for (const auto& [name, op] : operators_of(file))
    info.opname_to_num_args[name] = op.num_schema_args.value_or(-1);
  for (const auto& f : file.functions) info.function_names.insert(f->qualified_name);
  return info;
}

// A flatbuffer in memory of a size that nobody tells: its own offsets are trusted, as PyTorch does.
ByteSource flatbuffer_of(char* data) {
  TL_CHECK(data && std::memcmp(data + 4, "PTMF", 4) == 0, "Format error");
  return ByteSource::memory(data, INT32_MAX);
}

}  // namespace

std::set<std::string> _export_operator_list(Module& m) {
  std::set<std::string> names;
  for (const OperatorInfo& o : m.operators()) names.insert(o.name);
  return names;
}
ModuleInfo get_module_info(const Module& m) { return module_info(m.file()); }
ModuleInfo get_module_info_from_flatbuffer(char* data) {
  ReadOptions options;
  options.allow_unknown_classes = true;
  return module_info(read_ptl_flatbuffer(flatbuffer_of(data), options));
}

uint64_t get_bytecode_version(std::istream& in) { return _get_model_bytecode_version(in); }
uint64_t get_bytecode_version(const std::string& file) { return _get_model_bytecode_version(file); }
uint64_t get_bytecode_version_from_bytes(char* data) {
  return uint64_t(read_flatbuffer_head(flatbuffer_of(data)).bytecode_version);
}

uint64_t _get_model_bytecode_version(std::istream& in) { return version_of(inspect(in)); }
uint64_t _get_model_bytecode_version(const std::string& file) { return version_of(inspect(file)); }
uint64_t _get_model_bytecode_version(const std::shared_ptr<ReadAdapterInterface>& in) {
  return version_of(inspect(in));
}
uint64_t _get_model_operator_version(std::istream& in) {
  return uint64_t(inspect(in).operator_version);
}
uint64_t _get_model_operator_version(const std::string& file) {
  return uint64_t(inspect(file).operator_version);
}
uint64_t _get_model_operator_version(const std::shared_ptr<ReadAdapterInterface>& in) {
  return uint64_t(inspect(in).operator_version);
}
OperatorMap _get_model_ops_and_info(std::istream& in) { return operators_of(inspect(in)); }
OperatorMap _get_model_ops_and_info(const std::string& file) { return operators_of(inspect(file)); }
OperatorMap _get_model_ops_and_info(const std::shared_ptr<ReadAdapterInterface>& in) {
  return operators_of(inspect(in));
}
std::unordered_set<std::string> _get_mobile_model_contained_types(std::istream& in) {
  return types_of(inspect(in));
}
std::unordered_set<std::string> _get_mobile_model_contained_types(const std::string& file) {
  return types_of(inspect(file));
}
std::unordered_set<std::string> _get_mobile_model_contained_types(
    const std::shared_ptr<ReadAdapterInterface>& in) {
  return types_of(inspect(in));
}

uint64_t _get_runtime_bytecode_version() { return kNewestBytecode; }
std::pair<uint64_t, uint64_t> _get_runtime_bytecode_min_max_versions() {
  return {caffe2::serialize::kMinSupportedBytecodeVersion, kNewestBytecode};
}
std::pair<uint64_t, uint64_t> _get_runtime_operators_min_max_versions() {
  return {caffe2::serialize::kMinSupportedFileFormatVersion, kNewestOperators};
}

OperatorMap _get_runtime_ops_and_info() {
  OperatorMap all;
  for (std::string_view name : operator_names()) {
    const FunctionSchema& schema = schema_of(find_overload(name));
    OperatorInfo& info = all[std::string(name)];
    info.name = name;
    info.supported = true;
    if (!schema.is_vararg) info.num_schema_args = int(schema.arguments.size());
  }
  return all;
}

std::unordered_set<std::string> _get_mobile_supported_types() {
  return {"Any",    "AnyClassType", "AnyEnumType", "AnyList", "AnyTuple",   "Device", "Dict",
          "Enum",   "Future",       "Generator",   "List",    "NamedTuple", "None",   "NoneType",
          "number", "Optional",     "Scalar",      "Storage", "Stream",     "Tensor", "Tuple",
          "bool",   "complex",      "float",       "int",     "str",        "t"};
}
std::unordered_set<std::string> _get_loaded_custom_classes() {
  const std::vector<std::string> names = custom_class_names();
  return {names.begin(), names.end()};
}

RuntimeCompatibilityInfo RuntimeCompatibilityInfo::get() {
  std::unordered_set<std::string> types = _get_mobile_supported_types();
  types.merge(_get_loaded_custom_classes());
  return {_get_runtime_bytecode_min_max_versions(), _get_runtime_ops_and_info(), std::move(types),
          _get_runtime_operators_min_max_versions()};
}
ModelCompatibilityInfo ModelCompatibilityInfo::get(std::istream& in) {
  return model_info(inspect(in));
}
ModelCompatibilityInfo ModelCompatibilityInfo::get(const std::string& file) {
  return model_info(inspect(file));
}
ModelCompatibilityInfo ModelCompatibilityInfo::get(std::shared_ptr<ReadAdapterInterface> in) {
  return model_info(inspect(in));
}

namespace {

void check_bytecode(const RuntimeCompatibilityInfo& runtime, const ModelCompatibilityInfo& model,
                    std::vector<std::string>& errors) {
  const auto [oldest, newest] = runtime.min_max_supported_bytecode_version;
  if (model.bytecode_version < oldest)
    errors.push_back(str("model bytecode version ", model.bytecode_version,
                         "is less than the minimum supported version ", oldest));
  if (model.bytecode_version > newest)
    errors.push_back(str("model bytecode version ", model.bytecode_version,
                         "is greater than the maximum supported version ", newest));
}

void check_types(const RuntimeCompatibilityInfo& runtime, const ModelCompatibilityInfo& model,
                 std::vector<std::string>& errors) {
  for (const std::string& name : model.type_table) {
    if (runtime.supported_types.count(name) ||
        (name.rfind("__torch__.", 0) == 0 && name.find(".classes.") == name.npos))
      continue;
    errors.push_back(str("Primitive type: '", name, "' is not supported in current runtime"));
  }
}

void check_operators(const RuntimeCompatibilityInfo& runtime, const ModelCompatibilityInfo& model,
                     std::vector<std::string>& errors) {
  for (const auto& [name, wanted] : model.operator_info) {
    const auto found = runtime.operator_info.find(name);
    if (found == runtime.operator_info.end()) {
      errors.push_back(str("Operator '", name, "' missing from runtime (not found)"));
    } else if (wanted.num_schema_args && found->second.num_schema_args &&
               *wanted.num_schema_args > *found->second.num_schema_args) {
      errors.push_back(str("Operator schema for'", name, "' has ", *wanted.num_schema_args,
                           " args in model but only ", *found->second.num_schema_args,
                           " in the runtime"));
    }
  }
}

void check_operator_range(const RuntimeCompatibilityInfo& runtime,
                          const ModelCompatibilityInfo& model, std::vector<std::string>& errors) {
  const auto [oldest, newest] = runtime.min_max_supported_opperator_versions;
  if (model.operator_version < oldest)
    errors.push_back(str("model operator version ", model.operator_version,
                         "is less than the minimum supported version ", oldest));
  if (model.operator_version > newest)
    errors.push_back(str("model operator version ", model.operator_version,
                         "is greater than the maximum supported version ", newest));
}

}  // namespace

ModelCompatCheckResult is_compatible(const RuntimeCompatibilityInfo& runtime,
                                     const ModelCompatibilityInfo& model) {
  ModelCompatCheckResult result{OK, {}};
  check_bytecode(runtime, model, result.errors);
  check_types(runtime, model, result.errors);
  check_operators(runtime, model, result.errors);
  check_operator_range(runtime, model, result.errors);
  if (!result.errors.empty()) result.status = ERROR;
  return result;
}

}  // namespace tealight::libtorch
