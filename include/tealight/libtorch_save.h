// libtorch's functions that write mobile models. torch::jit and torch::jit::mobile show what is
// here.
#pragma once
#include <functional>
#include <iosfwd>
#include <map>
#include <unordered_map>

#include "tealight/module.h"

namespace tealight::libtorch {

using ExtraFilesMap = std::unordered_map<std::string, std::string>;

// ---- modules, as bytecode: a zip of version 8 or a flatbuffer (9)

/// PyTorch exports TorchScript, too, unless bytecode_format is set; that is refused here.
TL_API void ExportModule(const Module&, std::ostream&, const ExtraFilesMap& = {},
                         bool bytecode_format = false, bool save_mobile_debug_info = false,
                         bool use_flatbuffer = false);
TL_API void ExportModule(const Module&, const std::string& file, const ExtraFilesMap& = {},
                         bool bytecode_format = false, bool save_mobile_debug_info = false,
                         bool use_flatbuffer = false);
TL_API void ExportModule(const Module&, const std::function<size_t(const void*, size_t)>& writer,
                         const ExtraFilesMap& = {}, bool bytecode_format = false,
                         bool save_mobile_debug_info = false, bool use_flatbuffer = false);

/// Bytes that belong to their holder, as flatbuffers::DetachedBuffer.
class DetachedBuffer {
 public:
  explicit DetachedBuffer(std::string bytes) : bytes_(std::move(bytes)) {}
  uint8_t* data() { return reinterpret_cast<uint8_t*>(bytes_.data()); }
  size_t size() const { return bytes_.size(); }

 private:
  std::string bytes_;
};
/// Flatbuffers. `jit_sources` and `jit_constants` are PyTorch's way to put TorchScript beside the
/// bytecode; they must be empty.
TL_API void save_mobile_module(const Module&, const std::string& file, const ExtraFilesMap& = {},
                               const ExtraFilesMap& jit_sources = {},
                               const std::vector<Value>& jit_constants = {});
TL_API DetachedBuffer save_mobile_module_to_bytes(const Module&, const ExtraFilesMap& = {},
                                                  const ExtraFilesMap& jit_sources = {},
                                                  const std::vector<Value>& jit_constants = {});
TL_API void save_mobile_module_to_func(const Module&,
                                       const std::function<size_t(const void*, size_t)>& writer);

// ---- bytecode of another version

/// 4 to 8, or 9, a flatbuffer; newer than the model's own is possible as well. False when there is
/// no such version; throws when the model cannot be read or the result not be written.
TL_API bool _backport_for_mobile(std::istream& in, std::ostream& out, int64_t to_version);
TL_API bool _backport_for_mobile(std::istream& in, const std::string& out_file, int64_t to_version);
TL_API bool _backport_for_mobile(const std::string& in_file, std::ostream& out, int64_t to_version);
TL_API bool _backport_for_mobile(const std::string& in_file, const std::string& out_file,
                                 int64_t to_version);

// ---- parameters of on-device training, for _load_parameters

TL_API void _save_parameters(const std::map<std::string, Tensor>&, std::ostream&,
                             bool use_flatbuffer = false);
TL_API void _save_parameters(const std::map<std::string, Tensor>&, const std::string& file,
                             bool use_flatbuffer = false);

// ---- values as bare pickles

/// Of everything but tensors, for which pickle_save() writes an archive: `tensor_table` stays empty.
TL_API std::vector<char> pickle(const Value& value, std::vector<Tensor>* tensor_table = nullptr);
/// Tensors in it are numbers of `tensor_table`.
TL_API Value unpickle(const char* data, size_t size, std::vector<Tensor> tensor_table = {});

}  // namespace tealight::libtorch
