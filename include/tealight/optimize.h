// Optimizing loaded models: torch.jit.freeze, optimize_for_inference, and
// torch.utils.mobile_optimizer. Each gives a new module; the old one stays as it is.
//   auto fast = tealight::optimize_for_inference(tealight::Module::load("model.pt"));
#pragma once
#include <optional>
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
/// The way back: layers packed for XNNPACK, Vulkan, Metal or oneDNN become plain ones, which every
/// PyTorch runs, those built without these backends too.
TL_API Module unpack_prepacked(const Module&);

}  // namespace tealight

// libtorch's names
namespace torch::jit {
using tealight::MobileOptimizerType;
using tealight::optimize_for_inference;

inline tealight::Module freeze(
    const tealight::Module& module,
    const std::optional<std::vector<std::string>>& preserved_attrs = std::nullopt,
    bool optimize_numerics = true) {
  return tealight::freeze(module, preserved_attrs.value_or(std::vector<std::string>{}),
                          optimize_numerics);
}
inline tealight::Module optimizeForMobile(
    const tealight::Module& module,
    const std::set<MobileOptimizerType>& optimization_blocklist = {},
    const std::vector<std::string>& preserved_methods = {}) {
  return tealight::optimize_for_mobile(module, {optimization_blocklist, preserved_methods, "CPU"});
}
inline tealight::Module vulkanOptimizeForMobile(
    const tealight::Module& module, const std::vector<std::string>& preserved_methods = {}) {
  return tealight::optimize_for_mobile(module, {{}, preserved_methods, "Vulkan"});
}
inline tealight::Module metalOptimizeForMobile(
    const tealight::Module& module, const std::vector<std::string>& preserved_methods = {}) {
  return tealight::optimize_for_mobile(module, {{}, preserved_methods, "Metal"});
}
}  // namespace torch::jit

namespace torch::utils {
/// Python's torch.utils.mobile_optimizer.optimize_for_mobile.
inline tealight::Module optimize_for_mobile(
    const tealight::Module& module, const std::set<tealight::MobileOptimizerType>& blocklist = {},
    const std::vector<std::string>& preserved_methods = {}, const std::string& backend = "CPU") {
  return tealight::optimize_for_mobile(module, {blocklist, preserved_methods, backend});
}
}  // namespace torch::utils
