#include "tealight/libtorch_save.h"

#include "format/load.h"
#include "runtime/libtorch_mobile.h"
#include "runtime/save_mobile.h"

namespace tealight {
namespace {

using libtorch::ExtraFilesMap;

SaveOptions options_of(const ExtraFilesMap& extra, bool debug_info, bool flatbuffer) {
  SaveOptions options;
  options.extra_files = {extra.begin(), extra.end()};
  options.debug_info = debug_info;
  options.flatbuffer = flatbuffer;
  return options;
}

}  // namespace

void Module::_save_for_mobile(const std::string& file, const ExtraFilesMap& extra,
                              bool save_mobile_debug_info, bool use_flatbuffer) const {
  save_mobile(*this, file, options_of(extra, save_mobile_debug_info, use_flatbuffer));
}
void Module::_save_for_mobile(std::ostream& out, const ExtraFilesMap& extra,
                              bool save_mobile_debug_info, bool use_flatbuffer) const {
  save_mobile(*this, out, options_of(extra, save_mobile_debug_info, use_flatbuffer));
}

namespace libtorch {
namespace {

using WriterFunction = std::function<size_t(const void*, size_t)>;

void export_to(const Module& m, const Target& target, const ExtraFilesMap& extra,
               bool bytecode_format, bool debug_info, bool flatbuffer) {
  TL_CHECK(bytecode_format || flatbuffer,
           "ExportModule: set bytecode_format; TorchScript is written by Module::save");
  save_mobile(m, target, options_of(extra, debug_info, flatbuffer));
}

void save_flatbuffer(const Module& m, const Target& target, const ExtraFilesMap& extra,
                     const ExtraFilesMap& jit_sources, const std::vector<Value>& jit_constants) {
  TL_CHECK(jit_sources.empty() && jit_constants.empty(),
           "save_mobile_module: TorchScript is not put into flatbuffers");
  save_mobile(m, target, options_of(extra, false, true));
}

bool backport(const ByteSource& source, const Target& target, int64_t version) {
  constexpr int64_t kOldest = 4, kFlatbuffer = 9;
  if (version < kOldest || version > kFlatbuffer) return false;
  ReadOptions read;
  read.allow_unknown_classes = true;
  ModelFile file = read_model(source, read);
  SaveOptions options;
  options.flatbuffer = version == kFlatbuffer;
  options.bytecode_version = options.flatbuffer ? options.bytecode_version : version;
  options.debug_info = true;
  save_mobile(file, target, options);
  return true;
}

}  // namespace

void ExportModule(const Module& m, std::ostream& out, const ExtraFilesMap& extra,
                  bool bytecode_format, bool save_mobile_debug_info, bool use_flatbuffer) {
  export_to(m, stream_target(out), extra, bytecode_format, save_mobile_debug_info, use_flatbuffer);
}
void ExportModule(const Module& m, const std::string& file, const ExtraFilesMap& extra,
                  bool bytecode_format, bool save_mobile_debug_info, bool use_flatbuffer) {
  export_to(m, file_target(file), extra, bytecode_format, save_mobile_debug_info, use_flatbuffer);
}
void ExportModule(const Module& m, const WriterFunction& writer, const ExtraFilesMap& extra,
                  bool bytecode_format, bool save_mobile_debug_info, bool use_flatbuffer) {
  FunctionSink sink(writer);
  export_to(m, sink_target(sink), extra, bytecode_format, save_mobile_debug_info, use_flatbuffer);
}

void save_mobile_module(const Module& m, const std::string& file, const ExtraFilesMap& extra,
                        const ExtraFilesMap& jit_sources, const std::vector<Value>& jit_constants) {
  save_flatbuffer(m, file_target(file), extra, jit_sources, jit_constants);
}
DetachedBuffer save_mobile_module_to_bytes(const Module& m, const ExtraFilesMap& extra,
                                           const ExtraFilesMap& jit_sources,
                                           const std::vector<Value>& jit_constants) {
  std::string bytes;
  StringSink sink(bytes);
  save_flatbuffer(m, sink_target(sink), extra, jit_sources, jit_constants);
  return DetachedBuffer(std::move(bytes));
}
void save_mobile_module_to_func(const Module& m, const WriterFunction& writer) {
  FunctionSink sink(writer);
  save_flatbuffer(m, sink_target(sink), {}, {}, {});
}

bool _backport_for_mobile(std::istream& in, std::ostream& out, int64_t to_version) {
  return backport(source_of(in), stream_target(out), to_version);
}
bool _backport_for_mobile(std::istream& in, const std::string& out_file, int64_t to_version) {
  return backport(source_of(in), file_target(out_file), to_version);
}
bool _backport_for_mobile(const std::string& in_file, std::ostream& out, int64_t to_version) {
  return backport(source_of(in_file), stream_target(out), to_version);
}
bool _backport_for_mobile(const std::string& in_file, const std::string& out_file,
                          int64_t to_version) {
  return backport(source_of(in_file), file_target(out_file), to_version);
}

}  // namespace libtorch
}  // namespace tealight
