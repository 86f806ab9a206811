// Writing models that this library and PyTorch load: `.ptl` files for mobile, TorchScript (`.pt`).
//   tealight::save_mobile(module, "model.ptl");
#pragma once
#include "tealight/code.h"
#include "tealight/module.h"

namespace tealight {

struct SaveOptions {
  /// Of a zip: 4 to 8; older apps want older ones.
  int64_t bytecode_version = 8;
  /// The other form of `.ptl`, which has version 9.
  bool flatbuffer = false;
  /// Where in the author's program each instruction comes from, if the model knows.
  bool debug_info = false;
  /// Files beside the model, as _extra_files; they replace those of the same name that it has.
  std::map<std::string, std::string> extra_files;
};

/// To a file, which appears whole or not at all.
TL_API void save_mobile(const Module&, const std::string& path, const SaveOptions& = {});
TL_API void save_mobile(const Module&, std::ostream&, const SaveOptions& = {});
/// Of a model that was read and not run: nothing of it is run here either. What the file's
/// functions lack for it is looked up, which changes `file`.
TL_API void save_mobile(ModelFile& file, const std::string& path, const SaveOptions& = {});
TL_API void save_mobile(ModelFile& file, std::ostream&, const SaveOptions& = {});

/// TorchScript, as torch.jit.save writes it, of a model whose program is known
/// (LoadOptions::keep_program). Of the options only the extra files count.
TL_API void save_torchscript(const Module&, const std::string& path, const SaveOptions& = {});
TL_API void save_torchscript(const Module&, std::ostream&, const SaveOptions& = {});
/// Of a model that was read and not run.
TL_API void save_torchscript(const ModelFile&, const std::string& path, const SaveOptions& = {});
TL_API void save_torchscript(const ModelFile&, std::ostream&, const SaveOptions& = {});

}  // namespace tealight
