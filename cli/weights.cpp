#include "weights.h"

#include <algorithm>
#include <map>

#include "format/checkpoint/state_dict.h"
#include "format/load.h"
#include "tealight/dispatch.h"
#include "tealight/error.h"
#include "tealight/grad_mode.h"

namespace tealight::cli {
namespace {

using Weights = std::map<std::string, Tensor>;

Weights read_weights(const std::string& path) {
  const StateDict tensors = weights_of_file(path);
  return {tensors.begin(), tensors.end()};
}

std::string some(const std::vector<std::string>& names) {
  std::string out;
  for (size_t i = 0; i < std::min<size_t>(names.size(), 5); ++i) out += (i ? ", " : "") + names[i];
  return names.size() > 5 ? out + str(" and ", names.size() - 5, " more") : out;
}

}  // namespace

StateDict weights_of_file(const std::string& path) {
  const FileKind kind = sniff(ByteSource::file(path));
  const bool checkpoint = kind == FileKind::checkpoint_zip || kind == FileKind::checkpoint_legacy;
  return checkpoint ? load_state_dict(path) : state_dict(Module::load(path));
}

void load_weights(const Value& module, const std::string& path) {
  Weights given = read_weights(path);
  std::vector<std::string> missing, shapes, left;
  const NoGradGuard no_grad;
  for (const auto& [name, tensor] : state_dict_of(module.toObjectRef())) {
    const auto at = given.find(name);
    if (at == given.end()) {
      missing.push_back(name);
    } else if (at->second.sizes() != tensor.sizes()) {
      shapes.push_back(str(name, " ", at->second.sizes(), " for ", tensor.sizes()));
    } else {
      std::vector<Value> stack{Value(tensor), Value(at->second), Value(false)};
      call(find_overload("aten::copy_"), stack);
    }
    if (at != given.end()) given.erase(at);
  }
  for (const auto& [name, tensor] : given) left.push_back(name);
  std::string what;
  if (!missing.empty()) what += "\n  it lacks " + some(missing);
  if (!left.empty()) what += "\n  the model has no " + some(left);
  if (!shapes.empty()) what += "\n  of another shape: " + some(shapes);
  if (what.empty()) return;
  Error e(str("the weights of '", path, "' do not fit the model:", what));
  throw e.fix("choose the class and its --arg that the weights were trained with");
}

}  // namespace tealight::cli
