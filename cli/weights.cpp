#include "weights.h"

#include <algorithm>
#include <map>

#include "format/load.h"
#include "format/ptl_zip/ptl_zip.h"
#include "tealight/dispatch.h"
#include "tealight/error.h"
#include "tealight/grad_mode.h"

namespace tealight::cli {
namespace {

void collect(const ObjectImpl& o, const std::string& prefix, std::vector<NamedTensor>& out) {
  for (size_t i = 0; i < o.slots.size(); ++i) {
    const std::string name = prefix + o.cls->attributes[i];
    if (o.slots[i].isTensor()) out.push_back({name, o.slots[i].toTensor()});
    if (o.slots[i].isObject()) collect(o.slots[i].toObjectRef(), name + ".", out);
  }
}

using Weights = std::map<std::string, Tensor>;

// A state_dict, or what holds one: {"state_dict": ...}, {"model": ...}, a module that was pickled.
void collect_state(const Value& v, const std::string& prefix, Weights& out) {
  if (v.isObject()) {
    std::vector<NamedTensor> all;
    collect(v.toObjectRef(), prefix, all);
    for (NamedTensor& t : all) out[t.name] = t.tensor;
  }
  if (!v.isGenericDict()) return;
  for (const auto& [key, item] : v.toDictRef().entries())
    if (key.isString() && item.isTensor()) out[prefix + key.toStringRef()] = item.toTensor();
  if (!out.empty()) return;
  for (const char* holder : {"state_dict", "model_state_dict", "model", "net"})
    if (const Value* inner = v.toDictRef().find(Value(holder)))
      return collect_state(*inner, prefix, out);
}

Weights read_weights(const std::string& path) {
  const ByteSource source = ByteSource::file(path);
  Weights out;
  if (sniff(source) != FileKind::checkpoint_zip) {
    collect_state(read_model(source).root, "", out);
    return out;
  }
  const ZipFile zip(source, {});
  ArchiveStorages storages(zip);
  TypeTable types;
  std::vector<PendingState> pending;
  PickleContext context;
  context.types = &types;
  context.pending = &pending;
  context.any_class = true;
  collect_state(read_pickle(zip, "data.pkl", "data/", storages, context), "", out);
  return out;
}

std::string some(const std::vector<std::string>& names) {
  std::string out;
  for (size_t i = 0; i < std::min<size_t>(names.size(), 5); ++i) out += (i ? ", " : "") + names[i];
  return names.size() > 5 ? out + str(" and ", names.size() - 5, " more") : out;
}

}  // namespace

std::vector<NamedTensor> tensors_of(const Value& module) {
  std::vector<NamedTensor> out;
  collect(module.toObjectRef(), "", out);
  return out;
}

void load_weights(const Value& module, const std::string& path) {
  Weights given = read_weights(path);
  std::vector<std::string> missing, shapes, left;
  const NoGradGuard no_grad;
  for (const NamedTensor& t : tensors_of(module)) {
    const auto at = given.find(t.name);
    if (at == given.end()) {
      missing.push_back(t.name);
    } else if (at->second.sizes() != t.tensor.sizes()) {
      shapes.push_back(str(t.name, " ", at->second.sizes(), " for ", t.tensor.sizes()));
    } else {
      std::vector<Value> stack{Value(t.tensor), Value(at->second), Value(false)};
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
