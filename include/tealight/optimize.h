// Optimizing loaded models: torch.jit.freeze, optimize_for_inference, and
// torch.utils.mobile_optimizer. Each gives a new module; the old one stays as it is.
//   auto m = tealight::Module::load("model.pt", {.keep_program = true});
//   auto fast = tealight::optimize_for_inference(m);
#pragma once
#include <set>
#include <string>
#include <vector>

#include "tealight/module.h"

namespace tealight {

/// What optimize_for_mobile does, by PyTorch's names.
enum class MobileOptimizerType : int8_t {
  CONV_BN_FUSION,
  INSERT_FOLD_PREPACK_OPS,
  REMOVE_DROPOUT,
  FUSE_ADD_RELU,
  HOIST_CONV_PACKED_PARAMS,
  CONV_1D_TO_2D,
  VULKAN_AUTOMATIC_GPU_TRANSFER,
};
TL_API const char* mobile_optimizer_name(MobileOptimizerType);
/// Throws, naming those that there are.
TL_API MobileOptimizerType mobile_optimizer_from_name(const std::string&);

struct MobileOptimizerOptions {
  std::set<MobileOptimizerType> blocklist = {};     // of the CPU backend
  std::vector<std::string> preserved_methods = {};  // besides forward
  std::string backend = "CPU";                      // or Vulkan, Metal
};

/// Inlines submodules and makes constants of all attributes that nothing writes. The module must be
/// in evaluation mode. `preserved` names attributes and methods, besides forward, that stay;
/// `optimize_numerics` folds batch norms and arithmetic into weights.
TL_API Module freeze(const Module&, const std::vector<std::string>& preserved = {},
                     bool optimize_numerics = true);
/// The same and all that makes Tealight's interpreter faster.
TL_API Module optimize_for_inference(const Module&,
                                     const std::vector<std::string>& other_methods = {});
/// As PyTorch prepares models for phones: folded, packed for XNNPACK, frozen.
TL_API Module optimize_for_mobile(const Module&, const MobileOptimizerOptions& = {});

}  // namespace tealight
