// Writing models that this library and PyTorch load: `.ptl` files for mobile, TorchScript (`.pt`),
// and weights alone.
//   tealight::save_mobile(module, "model.ptl");
//   tealight::save_state_dict(tealight::state_dict(module), "weights.pth");
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
  /// Weights lie in the file as 16-bit floats, half as large, and become 32-bit ones when it is
  /// loaded, by PyTorch too. What float16 cannot hold stays as it is.
  bool half = false;
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

// ---- weights: torch.save's state dicts (.pth)

/// Names and tensors, in order.
using StateDict = std::vector<std::pair<std::string, Tensor>>;

/// Of a checkpoint of any PyTorch (the stream before 1.6 too): of a state dict, of one inside of a
/// dict, or of a module that was pickled whole. Nothing in the file is run.
TL_API StateDict load_state_dict(const std::string& path);
/// As torch.save writes model.state_dict(): a file that torch.load reads.
TL_API void save_state_dict(const StateDict&, const std::string& path);
TL_API void save_state_dict(const StateDict&, std::ostream&);
/// The tensors of a module and its submodules by their dotted names; they share its memory.
TL_API StateDict state_dict(const Module&);

}  // namespace tealight
