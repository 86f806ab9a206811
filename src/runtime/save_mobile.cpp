// From a module, or a file that was read, to a lite model in a file or stream.
#include "runtime/save_mobile.h"

#include "format/half_weights.h"
#include "format/ptl_flatbuffer/ptl_flatbuffer_writer.h"
#include "format/ptl_zip/ptl_zip_writer.h"
#include "runtime/get_state.h"
#include "runtime/prepare.h"
#include "script/mobile_functions.h"
#include "tealight/save.h"

namespace tealight {
namespace {

void write_lite(const ModelFile& file, ByteSink& sink, const std::string& root,
                const SaveOptions& options, const WriteOptions& write) {
  if (options.flatbuffer)
    write_ptl_flatbuffer(file, sink, write);
  else
    write_ptl_zip(file, sink, root, write);
}

// A program's functions call each other; those of a lite model do not.
void write_any(const ModelFile& file, const Target& target, const SaveOptions& options,
               WriteOptions write) {
  write.bytecode_version = options.bytecode_version;
  write.debug_info = options.debug_info;
  write.extra_files = options.extra_files;
  const bool is_lite = file.bytecode_version > 0;
  if (!is_lite && !file.program && !file.functions.empty()) {
    Error e("the model came from TorchScript and did not keep its program", ErrorKind::unsupported);
    throw e.fix("load it with LoadOptions::keep_program, or convert the file itself");
  }
  std::optional<ModelFile> made;
  if (!is_lite && file.program) made = script::mobile_model(file);
  if (options.half) made = with_half_weights(made ? *made : file);
  const ModelFile& lite = made ? *made : file;
  target.open([&](ByteSink& sink) { write_lite(lite, sink, target.root, options, write); });
}

}  // namespace

void save_mobile(const Module& m, const Target& target, const SaveOptions& options) {
  const GetState state(m);
  WriteOptions write;
  write.state = std::cref(state);
  write_any(m.file(), target, options, write);
}

void save_mobile(ModelFile& file, const Target& target, const SaveOptions& options) {
  prepare(file, false);
  write_any(file, target, options, {});
}

void save_mobile(const Module& m, const std::string& path, const SaveOptions& options) {
  save_mobile(m, file_target(path), options);
}
void save_mobile(const Module& m, std::ostream& out, const SaveOptions& options) {
  save_mobile(m, stream_target(out), options);
}
void save_mobile(ModelFile& file, const std::string& path, const SaveOptions& options) {
  save_mobile(file, file_target(path), options);
}
void save_mobile(ModelFile& file, std::ostream& out, const SaveOptions& options) {
  save_mobile(file, stream_target(out), options);
}

}  // namespace tealight
