// From a module, or a file that was read, to TorchScript in a file or stream.
#include "format/torchscript/torchscript_writer.h"
#include "runtime/get_state.h"
#include "runtime/target.h"
#include "tealight/save.h"

namespace tealight {
namespace {

void write(const ModelFile& file, const Target& target, const SaveOptions& options,
           WriteOptions write) {
  write.extra_files = options.extra_files;
  target.open([&](ByteSink& sink) { write_torchscript(file, sink, target.root, write); });
}

void save(const Module& m, const Target& target, const SaveOptions& options) {
  const GetState state(m);
  WriteOptions w;
  w.state = std::cref(state);
  write(m.file(), target, options, std::move(w));
}

}  // namespace

void save_torchscript(const Module& m, const std::string& path, const SaveOptions& options) {
  save(m, file_target(path), options);
}
void save_torchscript(const Module& m, std::ostream& out, const SaveOptions& options) {
  save(m, stream_target(out), options);
}
void save_torchscript(const ModelFile& file, const std::string& path, const SaveOptions& options) {
  write(file, file_target(path), options, {});
}
void save_torchscript(const ModelFile& file, std::ostream& out, const SaveOptions& options) {
  write(file, stream_target(out), options, {});
}

}  // namespace tealight
