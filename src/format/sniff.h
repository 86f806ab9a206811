// What kind of file bytes are, by their content; and what to tell somebody who wanted to run one
// that is no model of ours.
#pragma once
#include "format/byte_source.h"
#include "format/options.h"

namespace tealight {

class ZipFile;

enum class FileKind : uint8_t {
  ptl_zip,              // lite bytecode
  ptl_flatbuffer,       // lite bytecode, flatbuffer
  torchscript_zip,      // torch.jit.save, 1.4 and newer
  torchscript_old_zip,  // torch.jit.save, 1.0 to 1.3: model.json
  checkpoint_zip,       // torch.save
  checkpoint_legacy,    // torch.save before 1.6
  checkpoint_tar,       // torch.save before 0.1.10
  exported_program,     // torch.export.save: .pt2
  package,              // torch.package
  safetensors,
  onnx,
  tflite,
  executorch,
  npy,
  npz,
  hdf5,  // Keras
  keras_zip,
  coreml,
  gguf,
  pickle,   // some other pickle
  zip,      // some other zip
  cut_zip,  // a zip without its end
  tar,
  compressed,  // gzip, bzip2, xz, zstd
  git_lfs_pointer,
  html,
  xml,
  json,
  picture,
  text,
  empty,
  unknown,
};

/// Reads a few bytes of the file, and a zip's directory.
TL_API FileKind sniff(const ByteSource&);
/// The same, with the zip's directory that was read for it (null when the file is no zip).
struct SniffedFile {
  FileKind kind;
  std::shared_ptr<const ZipFile> zip;
};
SniffedFile sniff_file(const ByteSource&, const ReadOptions&);
/// Whether read_model takes it.
TL_API bool is_model(FileKind);
/// "a TorchScript model (zip)": follows "is".
TL_API std::string_view describe(FileKind);
/// What somebody who wants to run it should do; empty for models.
TL_API std::string_view advice(FileKind);
/// Throws Error: what the file is, and what to do.
[[noreturn]] TL_API void refuse(FileKind, const std::string& name);

}  // namespace tealight
