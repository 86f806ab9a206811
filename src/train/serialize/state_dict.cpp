#include "tealight/nn/state_dict.h"

#include <algorithm>
#include <map>
#include <ostream>
#include <set>

#include "tealight/ops.h"

namespace tealight {
namespace {

void append(StateDict& out, const nn::Module& m, const std::string& prefix) {
  for (const auto& p : m.named_parameters(false)) out.emplace_back(prefix + p.key(), p.value());
  for (const auto& b : m.named_buffers(false)) out.emplace_back(prefix + b.key(), b.value());
  for (const auto& child : m.named_children())
    append(out, *child.value(), prefix + child.key() + ".");
}

using Names = std::map<std::string, Tensor>;
Names with_prefix(const StateDict& tensors, const std::string& prefix) {
  Names out;
  for (const auto& [name, tensor] : tensors)
    if (name.starts_with(prefix)) out.emplace(name.substr(prefix.size()), tensor);
  return out;
}

// PyTorch 0.3 had no tensors without dimensions.
Tensor as_scalar(const Tensor& from, const Tensor& to) {
  return to.dim() == 0 && from.dim() == 1 && from.numel() == 1 ? from[0] : from;
}

LoadStateReport compare(const StateDict& module, const Names& file) {
  LoadStateReport report;
  std::map<std::string, const Tensor*> wanted;
  for (const auto& [name, tensor] : module) {
    wanted.emplace(name, &tensor);
    const auto at = file.find(name);
    if (at == file.end()) {
      if (!name.ends_with("num_batches_tracked")) report.missing.push_back(name);
    } else if (const Tensor from = as_scalar(at->second, tensor); from.sizes() != tensor.sizes()) {
      report.mismatched.push_back({name, from.sizes().vec(), tensor.sizes().vec()});
    }
  }
  for (const auto& [name, tensor] : file)
    if (!wanted.contains(name)) report.unexpected.push_back(name);
  return report;
}

// "model." when the module's names are all in the file behind it.
std::string prefix_that_fits(const StateDict& module, const StateDict& file) {
  std::set<std::string> prefixes;
  for (const auto& [name, tensor] : file)
    for (size_t dot = name.find('.'); dot != name.npos; dot = name.find('.', dot + 1))
      prefixes.insert(name.substr(0, dot + 1));
  for (const std::string& prefix : prefixes)
    if (compare(module, with_prefix(file, prefix)).missing.empty()) return prefix;
  return {};
}

void list(std::ostream& out, const char* title, const std::vector<std::string>& names) {
  if (names.empty()) return;
  out << "\n\t" << title << " key(s) in state_dict: ";
  for (size_t i = 0; i < names.size(); ++i) out << (i ? ", " : "") << '"' << names[i] << '"';
  out << ". ";
}

[[noreturn]] void fail_load(const nn::Module& module, const StateDict& state, const StateDict& file,
                            const LoadStateReport& report) {
  Error e(str("Error(s) in loading state_dict for ", module.name(), ":", report));
  const std::string prefix = report.missing.empty() ? "" : prefix_that_fits(state, file);
  if (!prefix.empty())
    throw e.fix("the file's names begin with it: {.prefix = \"" + prefix + "\"}");
  throw e.fix("load what fits: {.strict = false}");
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const LoadStateReport& report) {
  if (report.all_match()) return out << "<All keys matched successfully>";
  list(out, "Missing", report.missing);
  list(out, "Unexpected", report.unexpected);
  for (const auto& m : report.mismatched)
    out << "\n\tsize mismatch for " << m.name << ": copying a param with shape torch.Size("
        << IntArrayRef(m.file_shape) << ") from checkpoint, the shape in current model is "
        << "torch.Size(" << IntArrayRef(m.module_shape) << ").";
  return out;
}

StateDict state_dict(const nn::Module& module) {
  StateDict out;
  append(out, module, "");
  return out;
}

LoadStateReport load_state_dict(nn::Module& module, const StateDict& tensors,
                                const LoadStateOptions& options) {
  const StateDict state = state_dict(module);
  const Names file = with_prefix(tensors, options.prefix);
  LoadStateReport report = compare(state, file);
  if (options.strict && !report.all_match()) fail_load(module, state, tensors, report);
  NoGradGuard off;
  for (const auto& [name, tensor] : state) {
    const auto at = file.find(name);
    if (at == file.end()) continue;
    const Tensor from = as_scalar(at->second, tensor);
    if (from.sizes() != tensor.sizes()) continue;
    tensor.copy_(from);
    ++report.loaded;
  }
  return report;
}
LoadStateReport load_state_dict(nn::Module& module, const std::string& file,
                                const LoadStateOptions& options) try {
  return load_state_dict(module, read_weights(file), options);
} catch (Error& e) {
  throw e.at(file);
}

void save_state_dict(const nn::Module& module, const std::string& file) {
  write_weights(state_dict(module), file);
}

}  // namespace tealight
