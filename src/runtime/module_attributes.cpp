// A module's attributes: parameters, the training flag, bundled inputs, what its file says of
// itself.
#include "runtime/debug.h"
#include "runtime/module_state.h"

namespace tealight {
namespace {

// Objects hold objects; a file may tie them into a knot.
constexpr int kMaxDepth = 200;

void check_depth(int depth) {
  TL_CHECK(depth < kMaxDepth, "submodules nested deeper than ", kMaxDepth,
           ": does one hold itself?");
}

// Calls visit(name, tensor) for all of an object and of those it holds.
template <class Visit>
void visit_tensors(const ObjectImpl& object, const std::string& prefix, Visit visit,
                   int depth = 0) {
  check_depth(depth);
  for (size_t i = 0; i < object.slots.size(); ++i) {
    const Value& v = object.slots[i];
    const std::string name = prefix + (i < object.cls->attributes.size() ? object.cls->attributes[i]
                                                                         : std::to_string(i));
    if (v.isTensor() && v.toTensor().defined()) visit(name, v.toTensor());
    if (v.isObject()) visit_tensors(v.toObjectRef(), name + ".", visit, depth + 1);
  }
}

// Objects of the program's other classes lie in attributes too.
bool is_submodule(const Value& v) { return v.isModule(); }

// As PyTorch: modules of TorchScript may lack the flag, because freezing takes it away; those of
// its lite interpreter must have it.
void set_training(ObjectImpl& object, bool on, bool must_have, int depth = 0) {
  check_depth(depth);
  const int64_t slot = object.cls->find_attribute("training");
  const bool found = slot >= 0 && size_t(slot) < object.slots.size();
  TL_CHECK(found || !must_have, object.cls->name,
           ": 'training' attribute not found. Did you accidentally call .eval() before saving your "
           "model?");
  if (found) object.slots[size_t(slot)] = Value(on);
  for (const Value& v : object.slots)
    if (is_submodule(v)) set_training(v.toObjectRef(), on, must_have, depth + 1);
}

}  // namespace

std::string Module::name() const { return _ivalue()->cls->name; }
const intrusive_ptr<ObjectImpl>& Module::_ivalue() const {
  state();
  return object_;
}
bool Module::hasattr(const std::string& attribute) const {
  return _ivalue()->find_attr(attribute) != nullptr;
}
Value Module::attr(const std::string& attribute) const { return _ivalue()->attr(attribute); }
Value Module::attr(const std::string& attribute, Value otherwise) const {
  const Value* v = _ivalue()->find_attr(attribute);
  return v ? *v : otherwise;
}
void Module::setattr(const std::string& attribute, Value v) {
  _ivalue()->set_attr(attribute, std::move(v));
}

std::vector<Tensor> Module::parameters() const {
  std::vector<Tensor> out;
  visit_tensors(*_ivalue(), "", [&](const std::string&, const Tensor& t) { out.push_back(t); });
  return out;
}
std::map<std::string, Tensor> Module::named_tensors() const {
  std::map<std::string, Tensor> out;
  visit_tensors(*_ivalue(), "", [&](const std::string& n, const Tensor& t) { out[n] = t; });
  return out;
}
std::map<std::string, Tensor> Module::named_parameters() const {
  std::map<std::string, Tensor> out;
  visit_tensors(*_ivalue(), "", [&](const std::string& n, const Tensor& t) {
    if (t.requires_grad()) out[n] = t;
  });
  return out;
}

void Module::set_delete_memory(std::shared_ptr<char> bytes) { state().kept = std::move(bytes); }

void Module::train(bool on) { set_training(*_ivalue(), on, state().file.bytecode_version > 0); }
bool Module::is_training() const { return attr("training", true).toBool(); }

std::vector<std::vector<Value>> Module::bundled_inputs(const std::string& method) const {
  const std::optional<Method> get = method == "forward" && find_method("get_all_bundled_inputs")
                                        ? find_method("get_all_bundled_inputs")
                                        : find_method("get_all_bundled_inputs_for_" + method);
  std::vector<std::vector<Value>> out;
  if (!get) return out;
  const Value all = (*get)({});
  for (const Value& inputs : all.toListRef().items) out.push_back(inputs.toTupleRef().items);
  return out;
}

// ---- the file

const std::map<std::string, std::string>& Module::metadata() const { return state().file.metadata; }
void Module::set_metadata(std::map<std::string, std::string> m) {
  state().file.metadata = std::move(m);
}
const std::map<std::string, std::string>& Module::extra_files() const {
  return state().file.extra_files;
}
int64_t Module::bytecode_version() const { return state().file.bytecode_version; }
int64_t Module::min_operator_version() const { return state().file.operator_version; }
void Module::set_bytecode_version(int64_t v) { state().file.bytecode_version = v; }
void Module::set_min_operator_version(int64_t v) { state().file.operator_version = v; }

bool Module::has_debug_handles() const {
  for (const auto& f : state().file.functions)
    if (!f->code.debug_handles.empty()) return true;
  return false;
}

std::string Module::module_hierarchy(int64_t debug_handle) const {
  const auto at = file().debug.find(debug_handle);
  if (at == file().debug.end())
    return str("Debug info for handle(s): ", debug_handle, ", was not found.");
  return describe_hierarchy(at->second);
}

std::string Module::call_stack(int64_t debug_handle) const {
  const auto at = file().debug.find(debug_handle);
  if (at == file().debug.end()) return module_hierarchy(debug_handle);
  return "Module hierarchy:" + describe_hierarchy(at->second) + "\n" +
         describe_traceback(at->second);
}

}  // namespace tealight
