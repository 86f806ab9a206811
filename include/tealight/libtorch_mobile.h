// libtorch's functions that load mobile models and ask about them. torch::jit and
// torch::jit::mobile show what is here.
#pragma once
#include <optional>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "tealight/adapters.h"
#include "tealight/code.h"
#include "tealight/libtorch_save.h"
#include "tealight/module.h"
#include "tealight/script_module.h"
#include "tealight/stream_reader.h"

namespace tealight::libtorch {

using ExtraFilesMap = std::unordered_map<std::string, std::string>;

enum MobileModuleLoadOptions : uint64_t {
  OPERATOR_CHECK =
      1,  // operators of all methods must be there; else a method fails when it first runs
  PARSE_ALL_EXTRA_FILE_MAPS = 2,  // every extra file goes to the map, not only those named in it
};
constexpr uint64_t kDefaultMobileLoadOptions = OPERATOR_CHECK;

// ---- loading: a zip or a flatbuffer, told apart by content. Only the CPU is taken as device.

TL_API Module _load_for_mobile(const std::string& file, std::optional<Device> = std::nullopt);
TL_API Module _load_for_mobile(std::istream&, std::optional<Device> = std::nullopt);
TL_API Module _load_for_mobile(std::unique_ptr<ReadAdapterInterface>,
                               std::optional<Device> = std::nullopt);
/// Fills the keys that `extra` has already; flatbuffers fill in all they hold.
TL_API Module _load_for_mobile(const std::string& file, std::optional<Device>,
                               ExtraFilesMap& extra);
TL_API Module _load_for_mobile(std::istream&, std::optional<Device>, ExtraFilesMap& extra);
TL_API Module _load_for_mobile(std::unique_ptr<ReadAdapterInterface>, std::optional<Device>,
                               ExtraFilesMap& extra);
TL_API Module _load_for_mobile(const std::string& file, std::optional<Device>, ExtraFilesMap& extra,
                               uint64_t options);
TL_API Module _load_for_mobile(std::istream&, std::optional<Device>, ExtraFilesMap& extra,
                               uint64_t options);
TL_API Module _load_for_mobile(std::unique_ptr<ReadAdapterInterface>, std::optional<Device>,
                               ExtraFilesMap& extra, uint64_t options);
/// Without a look at the model.
TL_API void _load_extra_only_for_mobile(const std::string& file, std::optional<Device>,
                                        ExtraFilesMap& extra);

/// torch::jit::load of a file: TorchScript, with its program, or bytecode.
/// Keys of `extra` that the file lacks become empty.
TL_API ScriptModule load(const std::string& file, std::optional<Device> = std::nullopt,
                   bool load_debug_files = true);
TL_API ScriptModule load(std::istream&, std::optional<Device> = std::nullopt,
                   bool load_debug_files = true);
TL_API ScriptModule load(std::unique_ptr<ReadAdapterInterface>, std::optional<Device> = std::nullopt,
                   bool load_debug_files = true);
TL_API ScriptModule load(std::shared_ptr<ReadAdapterInterface>, std::optional<Device> = std::nullopt,
                   bool load_debug_files = true);
TL_API ScriptModule load(const std::string& file, std::optional<Device>, ExtraFilesMap& extra,
                   bool load_debug_files = true);
TL_API ScriptModule load(std::istream&, std::optional<Device>, ExtraFilesMap& extra,
                   bool load_debug_files = true);
TL_API ScriptModule load(std::unique_ptr<ReadAdapterInterface>, std::optional<Device>,
                   ExtraFilesMap& extra, bool load_debug_files = true);

// ---- kinds of files, by their first bytes

enum class FileFormat { UnknownFileFormat, FlatbufferFileFormat, ZipFileFormat };
constexpr size_t kFileFormatHeaderSize = 8;
TL_API FileFormat getFileFormat(const char* first_8_bytes);
TL_API FileFormat getFileFormat(std::istream&);  // which stays where it is
TL_API FileFormat getFileFormat(const std::string& file);

// ---- flatbuffers: anything else is "Malformed Flatbuffer module"

/// The bytes are needed until the call returns; should_copy_tensor_memory is taken as true.
TL_API Module parse_and_initialize_mobile_module(void* data, size_t size,
                                                 std::optional<Device> = std::nullopt,
                                                 ExtraFilesMap* extra = nullptr,
                                                 bool should_copy_tensor_memory = false);
TL_API Module parse_and_initialize_mobile_module(std::shared_ptr<char> data, size_t size,
                                                 std::optional<Device> = std::nullopt,
                                                 ExtraFilesMap* extra = nullptr);
TL_API Module load_mobile_module_from_file(const std::string& file,
                                           std::optional<Device> = std::nullopt,
                                           ExtraFilesMap* extra = nullptr);
TL_API Module load_mobile_module_from_stream_with_copy(std::istream&,
                                                       std::optional<Device> = std::nullopt,
                                                       ExtraFilesMap* extra = nullptr);
TL_API uint64_t get_bytecode_version(std::istream&);
TL_API uint64_t get_bytecode_version(const std::string& file);
/// A flatbuffer tells its own size.
TL_API uint64_t get_bytecode_version_from_bytes(char* data);
inline bool register_flatbuffer_loader() { return true; }

// ---- what a model holds

/// "aten::add.Tensor" of every operator that a module uses.
TL_API std::set<std::string> _export_operator_list(Module&);

struct ModuleInfo {
  uint64_t bytecode_version = 0, operator_version = 0;
  std::unordered_map<std::string, int> opname_to_num_args;
  std::unordered_set<std::string> function_names, type_names;
};
TL_API ModuleInfo get_module_info(const Module&);
TL_API ModuleInfo get_module_info_from_flatbuffer(char* data);

/// Named tensors as on-device training saves them. Throws "Unrecognized data format" for what is
/// neither a zip nor a flatbuffer of such.
TL_API std::map<std::string, Tensor> _load_parameters(std::istream&,
                                                      std::optional<Device> = std::nullopt);
TL_API std::map<std::string, Tensor> _load_parameters(const std::string& file,
                                                      std::optional<Device> = std::nullopt);
/// Of a module that holds such a map as its attribute "data".
TL_API std::map<std::string, Tensor> mobile_module_to_parameter_map(const Module&);

// ---- whether a model and this runtime fit

TL_API uint64_t _get_model_bytecode_version(std::istream&);
TL_API uint64_t _get_model_bytecode_version(const std::string& file);
TL_API uint64_t _get_model_bytecode_version(const std::shared_ptr<ReadAdapterInterface>&);
TL_API uint64_t _get_model_operator_version(std::istream&);
TL_API uint64_t _get_model_operator_version(const std::string& file);
TL_API uint64_t _get_model_operator_version(const std::shared_ptr<ReadAdapterInterface>&);
using OperatorMap = std::unordered_map<std::string, OperatorInfo>;
TL_API OperatorMap _get_model_ops_and_info(std::istream&);
TL_API OperatorMap _get_model_ops_and_info(const std::string& file);
TL_API OperatorMap _get_model_ops_and_info(const std::shared_ptr<ReadAdapterInterface>&);
/// Names of the types that its code speaks of: "List", "int", "__torch__.torch.classes...".
TL_API std::unordered_set<std::string> _get_mobile_model_contained_types(std::istream&);
TL_API std::unordered_set<std::string> _get_mobile_model_contained_types(const std::string& file);
TL_API std::unordered_set<std::string> _get_mobile_model_contained_types(
    const std::shared_ptr<ReadAdapterInterface>&);

TL_API uint64_t _get_runtime_bytecode_version();  // the newest
/// What PyTorch's runtimes say; Tealight reads version 3 too.
TL_API std::pair<uint64_t, uint64_t> _get_runtime_bytecode_min_max_versions();
TL_API std::pair<uint64_t, uint64_t> _get_runtime_operators_min_max_versions();
TL_API OperatorMap _get_runtime_ops_and_info();
TL_API std::unordered_set<std::string> _get_mobile_supported_types();
TL_API std::unordered_set<std::string> _get_loaded_custom_classes();

struct TL_API RuntimeCompatibilityInfo {
  std::pair<uint64_t, uint64_t> min_max_supported_bytecode_version;
  OperatorMap operator_info;
  std::unordered_set<std::string> supported_types;
  std::pair<uint64_t, uint64_t> min_max_supported_opperator_versions;  // PyTorch's spelling
  static RuntimeCompatibilityInfo get();
};
struct TL_API ModelCompatibilityInfo {
  uint64_t bytecode_version = 0;
  OperatorMap operator_info;
  std::unordered_set<std::string> type_table;
  uint64_t operator_version = 0;
  static ModelCompatibilityInfo get(std::istream&);
  static ModelCompatibilityInfo get(const std::string& file);
  static ModelCompatibilityInfo get(std::shared_ptr<ReadAdapterInterface>);
};
enum ModelCompatibilityStatus { OK = 1, ERROR = 2 };
struct ModelCompatCheckResult {
  ModelCompatibilityStatus status;
  std::vector<std::string> errors;
};
TL_API ModelCompatCheckResult is_compatible(const RuntimeCompatibilityInfo&,
                                            const ModelCompatibilityInfo&);

}  // namespace tealight::libtorch

namespace torch::jit {
using namespace tealight::libtorch;
using Module = tealight::ScriptModule;
using tealight::Method;
using tealight::OpCode;
namespace mobile {
using namespace tealight;
using namespace tealight::libtorch;
using Code = tealight::MobileCode;
using tealight::Function;
using tealight::Method;
using tealight::Module;
}  // namespace mobile
}  // namespace torch::jit
namespace caffe2::serialize {
using tealight::FileAdapter;
using tealight::IStreamAdapter;
using tealight::MemoryReadAdapter;
using tealight::PyTorchStreamReader;
using tealight::ReadAdapterInterface;
constexpr uint64_t kMinSupportedBytecodeVersion = 4, kMaxSupportedBytecodeVersion = 9,
                   kMinSupportedFileFormatVersion = 1, kMaxSupportedFileFormatVersion = 10;
}  // namespace caffe2::serialize
