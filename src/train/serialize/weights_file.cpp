// Weights by name in files of several kinds: what a file is, its content tells; what it becomes,
// its name.
#include "data/npz.h"
#include "format/checkpoint/safetensors.h"
#include "format/checkpoint/state_dict.h"
#include "format/sniff.h"
#include "tealight/nn/state_dict.h"

namespace tealight {

StateDict read_weights(const std::string& file) {
  const ByteSource source = ByteSource::file(file);
  switch (sniff(source)) {
    case FileKind::safetensors:
      return read_safetensors(source);
    case FileKind::npz:
      return read_npz(source);
    case FileKind::torchscript_zip:
    case FileKind::torchscript_old_zip:
    case FileKind::ptl_zip:
    case FileKind::ptl_flatbuffer:
      return state_dict(Module::load(file));
    default:
      return read_state_dict(source);
  }
}

void write_weights(const StateDict& tensors, const std::string& file) {
  if (file.ends_with(".safetensors"))
    write_file(file, [&](ByteSink& sink) { write_safetensors(tensors, sink); });
  else if (file.ends_with(".npz"))
    write_file(file, [&](ByteSink& sink) { write_npz(tensors, sink); });
  else
    save_state_dict(tensors, file);
}

}  // namespace tealight
