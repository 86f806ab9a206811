// From a module, or a file that was read, to a lite model in a file or stream.
#include "format/ptl_flatbuffer/ptl_flatbuffer_writer.h"
#include "format/ptl_zip/ptl_zip_writer.h"
#include "format/ptl_zip/zip_writer.h"
#include "runtime/interpreter.h"
#include "runtime/module_state.h"
#include "runtime/prepare.h"
#include "script/mobile_functions.h"
#include "tealight/save.h"

namespace tealight {
namespace {

// Where the bytes go, and what the archive's folder is called.
struct Target {
  std::function<void(const std::function<void(ByteSink&)>&)> open;
  std::string root;
};
Target file_target(const std::string& path) {
  return {[path](const auto& write) { write_file(path, write); }, archive_root(path)};
}
Target stream_target(std::ostream& out) {
  return {[&out](const auto& write) {
            StreamSink sink(out);
            write(sink);
          },
          "archive"};
}

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
  const ModelFile& lite = made ? *made : file;
  target.open([&](ByteSink& sink) { write_lite(lite, sink, target.root, options, write); });
}

void save(const Module& m, const Target& target, const SaveOptions& options) {
  const MethodTable methods(m.file());
  WriteOptions write;
  write.state = [&](const intrusive_ptr<ObjectImpl>& o) -> std::optional<Value> {
    const Function* getstate = methods.find(o->cls->name, "__getstate__");
    if (!getstate) return std::nullopt;
    RunContext context(m.limits());
    context.model = &m.file();
    context.methods = &methods;
    return run(*getstate, {Value(o)}, context);
  };
  write_any(m.file(), target, options, write);
}

void save(ModelFile& file, const Target& target, const SaveOptions& options) {
  prepare(file, false);
  write_any(file, target, options, {});
}

}  // namespace

void save_mobile(const Module& m, const std::string& path, const SaveOptions& options) {
  save(m, file_target(path), options);
}
void save_mobile(const Module& m, std::ostream& out, const SaveOptions& options) {
  save(m, stream_target(out), options);
}
void save_mobile(ModelFile& file, const std::string& path, const SaveOptions& options) {
  save(file, file_target(path), options);
}
void save_mobile(ModelFile& file, std::ostream& out, const SaveOptions& options) {
  save(file, stream_target(out), options);
}

}  // namespace tealight
