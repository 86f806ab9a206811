// Whole models optimized: freezing, for PyTorch's interpreter on phones, for our own. Each gives a
// new model and leaves the old one as it was; both share tensors.
//
// They take a file with a program (ReadOptions::keep_program, or lifted from bytecode) whose
// objects are complete: Module::make has restored them.
#pragma once
#include <set>

#include "script/program_copy.h"
#include "tealight/optimize.h"

namespace tealight::script {

/// torch.jit.freeze: `preserved` names methods besides forward, and attributes.
ModelFile freeze(const ModelFile&, std::span<const std::string> preserved = {},
                 bool optimize_numerics = true);

/// For our interpreter. The module is taken for one in evaluation mode.
ModelFile optimize_for_inference(const ModelFile&, std::span<const std::string> other_methods = {});

/// torch.utils.mobile_optimizer.optimize_for_mobile. Methods of bundled inputs are preserved.
ModelFile optimize_for_mobile(const ModelFile&, const MobileOptimizerOptions& = {});

/// Layers packed for XNNPACK, Vulkan, Metal or oneDNN become plain ones, which every PyTorch runs.
/// All methods of the root stay, and its attributes.
ModelFile unpack_prepacked(const ModelFile&);
/// Whether the model's code has such layers.
bool has_packed_layers(const ModelFile&);

/// Passes by name, in this order, on methods that are frozen first.
ModelFile run_passes(const ModelFile&, std::span<const char* const> passes,
                     std::span<const std::string> preserved = {});

}  // namespace tealight::script
