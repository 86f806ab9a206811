// Named tensors in torch.save's files: read from any of its forms, written as PyTorch 1.6 and newer
// write a state dict.
#pragma once
#include "format/byte_sink.h"
#include "format/byte_source.h"
#include "format/options.h"
#include "tealight/value.h"

namespace tealight {

using StateDict = std::vector<std::pair<std::string, Tensor>>;

/// The tensors of a checkpoint in the order of the file: of a state dict, of one inside of a dict
/// ("state_dict", "model_state_dict", "model"), or of a module that was pickled whole, by PyTorch's
/// names ("features.0.weight"). Nothing of the file is run, and classes that it names are not
/// looked for. Throws what `refuse` says of a file of another kind.
TL_API StateDict read_state_dict(const ByteSource&, const ReadOptions& = {});
/// The tensors among an object's attributes and those of the objects it holds: its own first.
TL_API StateDict state_dict_of(const ObjectImpl&);

TL_API void write_state_dict(const StateDict&, ByteSink&, const std::string& root);
/// Any value, as torch::pickle_save and on-device training (torch::jit::_save_parameters) have it.
TL_API void write_pickled(const Value&, ByteSink&, const std::string& root);
TL_API Value read_pickled(const ByteSource&, const ReadOptions& = {});

}  // namespace tealight
