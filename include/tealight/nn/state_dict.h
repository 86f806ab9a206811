// Weights of modules by their names, in and out: files that Python's torch.load and
// load_state_dict read, and all that hold tensors by name.
//   tealight::save_state_dict(*net, "net.pth");
//   auto report = tealight::load_state_dict(*net, "net.pth", {.strict = false});
//   std::cout << report;
// Reads .pth and .pt of torch.save (a state dict, a checkpoint with one inside, a module that was
// pickled whole; nothing in a file is run), TorchScript, .ptl, safetensors, .npz; writes .pth, and
// by the file's name .safetensors or .npz.
#pragma once
#include <iosfwd>

#include "tealight/nn/module.h"
#include "tealight/save.h"

namespace tealight {

struct LoadStateOptions {
  /// Names that are missing on either side, or shapes that differ, are an error, and nothing is
  /// loaded. Otherwise what fits is loaded and the report tells the rest.
  bool strict = true;
  /// Only the file's names that begin so, without it: "model." of a Lightning checkpoint.
  std::string prefix = {};
};

/// How names and shapes of weights compare with a module's.
struct TL_API LoadStateReport {
  struct Mismatch {
    std::string name;
    std::vector<int64_t> file_shape, module_shape;
  };
  std::vector<std::string> missing;     // in the file
  std::vector<std::string> unexpected;  // of no parameter or buffer
  std::vector<Mismatch> mismatched;     // not loaded
  size_t loaded = 0;
  bool all_match() const { return missing.empty() && unexpected.empty() && mismatched.empty(); }
};
/// As PyTorch lists them: Missing key(s) in state_dict: "fc.weight". "<All keys matched
/// successfully>"
TL_API std::ostream& operator<<(std::ostream&, const LoadStateReport&);

/// Parameters and buffers, sharing the module's memory, in the order of Python's.
TL_API StateDict state_dict(const nn::Module&);
/// Copies values into the module's tensors, which stay what they are. Counts of batches that older
/// files lack keep their value.
TL_API LoadStateReport load_state_dict(nn::Module&, const StateDict&, const LoadStateOptions& = {});
TL_API LoadStateReport load_state_dict(nn::Module&, const std::string& file,
                                       const LoadStateOptions& = {});
TL_API void save_state_dict(const nn::Module&, const std::string& file);

/// The same for weights that belong to no module yet.
TL_API StateDict read_weights(const std::string& file);
TL_API void write_weights(const StateDict&, const std::string& file);

}  // namespace tealight
