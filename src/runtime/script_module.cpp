// Looking into modules, converting and copying them. Building: script_build.cpp.
#include "tealight/script_module.h"

#include <algorithm>

#include "core/log.h"
#include "runtime/module_state.h"
#include "runtime/with_program.h"
#include "script/program_copy.h"
#include "script/training_layers.h"
#include "tealight/ops.h"
#include "tealight/save.h"

namespace tealight {
namespace {

constexpr int kMaxDepth = 200;

enum class Kind { parameter, buffer, module, other };

Kind kind_of(const ObjectImpl& o, size_t slot, script::Unit* program) {
  const Value& v = o.slots[slot];
  if (v.isObject() && !v.isCustomClass()) return Kind::module;
  if (!v.isTensor()) return Kind::other;
  const script::Class* c = program ? program->find_class(o.cls->name) : nullptr;
  const auto lists = [&](const std::vector<std::string>& names) {
    return std::find(names.begin(), names.end(), o.cls->attributes[slot]) != names.end();
  };
  if (c && lists(c->parameters)) return Kind::parameter;
  if (c && lists(c->buffers)) return Kind::buffer;
  if (c && (!c->parameters.empty() || !c->buffers.empty())) return Kind::other;
  // A program that does not tell.
  if (!v.toTensor().defined()) return Kind::other;
  return v.toTensor().requires_grad() ? Kind::parameter : Kind::buffer;
}

// Calls visit(dotted name, object, slot) for each attribute, those of submodules after the
// submodule.
template <class Visit>
void each_slot(const ObjectImpl& o, bool recurse, const Visit& visit,
               const std::string& prefix = {}, int depth = 0) {
  TL_CHECK(depth < kMaxDepth, "submodules nested deeper than ", kMaxDepth,
           ": does one hold itself?");
  for (size_t i = 0; i < o.slots.size() && i < o.cls->attributes.size(); ++i) {
    const std::string name = prefix + o.cls->attributes[i];
    visit(name, const_cast<ObjectImpl&>(o), i);
    const Value& v = o.slots[i];
    if (recurse && v.isObject() && !v.isCustomClass())
      each_slot(v.toObjectRef(), true, visit, name + ".", depth + 1);
  }
}

template <class T>
auto values_of(const std::vector<Named<T>>& named) {
  std::vector<T> out;
  for (const Named<T>& n : named) out.push_back(n.value);
  return out;
}

std::vector<NameTensor> tensors_of(const ObjectImpl& o, bool recurse, Kind kind,
                                   script::Unit* program) {
  std::vector<NameTensor> out;
  each_slot(o, recurse, [&](const std::string& name, ObjectImpl& holder, size_t i) {
    if (kind_of(holder, i, program) == kind && holder.slots[i].toTensor().defined())
      out.push_back({name, holder.slots[i].toTensor()});
  });
  return out;
}

}  // namespace

AttributeValue::AttributeValue(const ScriptModule& owner, Value v)
    : Value(std::move(v)),
      owner_(isObject() ? std::make_shared<const ScriptModule>(owner) : nullptr) {}

ScriptModule AttributeValue::toModule() const {
  TL_CHECK(isObject() && !isCustomClass(), "Expected Object but got ", tagKind(),
           ": the attribute is no module");
  return owner_->of(toObject());
}

ScriptModule ScriptModule::of(intrusive_ptr<ObjectImpl> object) const {
  ScriptModule m(*this);
  m.object_ = std::move(object);
  return m;
}

std::vector<NameTensor> ScriptModule::named_parameters(bool recurse) const {
  return tensors_of(*_ivalue(), recurse, Kind::parameter, state().file.program.get());
}
std::vector<NameTensor> ScriptModule::named_buffers(bool recurse) const {
  return tensors_of(*_ivalue(), recurse, Kind::buffer, state().file.program.get());
}
std::vector<Tensor> ScriptModule::parameters(bool recurse) const {
  return values_of(named_parameters(recurse));
}
std::vector<Tensor> ScriptModule::buffers(bool recurse) const {
  return values_of(named_buffers(recurse));
}

std::vector<NameModule> ScriptModule::named_children() const {
  std::vector<NameModule> out;
  each_slot(*_ivalue(), false, [&](const std::string& name, ObjectImpl& holder, size_t i) {
    if (kind_of(holder, i, nullptr) == Kind::module)
      out.push_back({name, of(holder.slots[i].toObject())});
  });
  return out;
}
std::vector<NameModule> ScriptModule::named_modules() const {
  std::vector<NameModule> out{{"", *this}};
  each_slot(*_ivalue(), true, [&](const std::string& name, ObjectImpl& holder, size_t i) {
    if (kind_of(holder, i, nullptr) == Kind::module)
      out.push_back({name, of(holder.slots[i].toObject())});
  });
  return out;
}
std::vector<ScriptModule> ScriptModule::children() const { return values_of(named_children()); }
std::vector<ScriptModule> ScriptModule::modules() const { return values_of(named_modules()); }

std::vector<NameValue> ScriptModule::named_attributes(bool recurse) const {
  std::vector<NameValue> out;
  each_slot(*_ivalue(), recurse, [&](const std::string& name, ObjectImpl& holder, size_t i) {
    out.push_back({name, holder.slots[i]});
  });
  return out;
}
std::vector<Value> ScriptModule::attributes(bool recurse) const {
  return values_of(named_attributes(recurse));
}

AttributeValue ScriptModule::attr(const std::string& attribute) const {
  return {*this, Module::attr(attribute)};
}
AttributeValue ScriptModule::attr(const std::string& attribute, Value otherwise) const {
  return {*this, Module::attr(attribute, std::move(otherwise))};
}

// ---- as text

std::string ScriptModule::dump_to_str(bool methods, bool attributes, bool parameters) const {
  std::string out = "module " + name() + " {\n";
  const auto section = [&](const char* title, const std::string& text) {
    if (!text.empty()) out += str("  ", title, " {\n", text, "  }\n");
  };
  std::string tensors, others;
  each_slot(*_ivalue(), false, [&](const std::string& n, ObjectImpl& holder, size_t i) {
    const Value& v = holder.slots[i];
    const Kind kind = kind_of(holder, i, state().file.program.get());
    if (kind == Kind::parameter)
      tensors += str("    ", n, " = ", v.toTensor().scalar_type(), v.toTensor().sizes(), "\n");
    else if (kind != Kind::module)
      others += str("    ", n, " = ", v.isTensor() ? "Tensor" : repr(v), "\n");
  });
  if (parameters) section("parameters", tensors);
  if (attributes) section("attributes", others);
  if (methods) {
    std::string text;
    for (const Method& m : get_methods()) {
      text += "    method " + m.name() + " {\n";
      text += state().file.program ? m.graph()->toString(false) : m.qualname() + "\n";
      text += "    }\n";
    }
    section("methods", text);
  }
  std::string inner;
  for (const NameModule& child : named_children())
    inner += child.name + ": " + child.value.dump_to_str(methods, attributes, parameters);
  section("submodules", inner);
  return out + "}\n";
}

void ScriptModule::dump(bool methods, bool attributes, bool parameters) const {
  print(dump_to_str(methods, attributes, parameters));
}

// ---- converting

namespace {

// A tensor that stands at two places stays one.
template <class F>
void convert_tensors(const ObjectImpl& root, const F& convert) {
  std::map<const TensorImpl*, Tensor> done;
  std::vector<Tensor> keep;
  each_slot(root, true, [&](const std::string&, ObjectImpl& holder, size_t i) {
    Value& v = holder.slots[i];
    if (!v.isTensor() || !v.toTensor().defined()) return;
    const Tensor before = v.toTensor();
    Tensor& after = done[before.unsafeGetTensorImpl()];
    if (!after.defined()) {
      keep.push_back(before);
      after = convert(before.detach());
      if (before.requires_grad()) after.requires_grad_();
    }
    v = Value(after);
  });
}

}  // namespace

void ScriptModule::to(ScalarType dtype, bool) {
  convert_tensors(*_ivalue(),
                  [&](const Tensor& t) { return t.is_floating_point() ? t.to(dtype) : t; });
}
void ScriptModule::to(Device device, bool) {
  convert_tensors(*_ivalue(), [&](const Tensor& t) { return t.to(device); });
}
void ScriptModule::to(Device device, ScalarType dtype, bool) {
  to(device);
  to(dtype);
}

// Modules without the attribute have no layers that ask for it.
Value ScriptModule::operator()(std::vector<Value> args, const Kwargs& kwargs) const {
  script::Unit* program = file().program.get();
  const script::Class* c = program ? program->find_class(_ivalue()->cls->name) : nullptr;
  if (!c) return forward(std::move(args), kwargs);
  for (const std::string& hook : c->forward_pre_hooks) {
    Value changed = get_method(hook)({make_tuple_value(args)});
    if (changed.isTuple())
      args = changed.toTupleRef().items;
    else if (!changed.isNone())
      args = {std::move(changed)};
  }
  Value output = forward(args, kwargs);
  for (const std::string& hook : c->forward_hooks) {
    Value changed = get_method(hook)({make_tuple_value(args), output});
    if (!changed.isNone()) output = std::move(changed);
  }
  return output;
}

// A trace keeps the mode that it was made in.
static void warn_of_traced_training(const ModelFile& file) {
  if (!file.program) return;
  std::string layers;
  for (const script::TrainingLayer& l : script::training_layers(file))
    if (l.call.kind == ir::TrainingCall::Kind::flag)
      layers += (layers.empty() ? "" : ", ") + l.str();
  if (!layers.empty())
    warn("eval: traced in training mode, and stays there: " + layers +
         ". Trace it again after eval(), or mend the file by `tealight edit --eval`");
}

void ScriptModule::train(bool on) {
  for (const ScriptModule& m : modules())
    if (m.hasattr("training")) m._ivalue()->set_attr("training", Value(on));
  if (!on) warn_of_traced_training(state().file);
}

// ---- writing

void ScriptModule::save(const std::string& file, const ExtraFiles& extra) const {
  SaveOptions options;
  options.extra_files.insert(extra.begin(), extra.end());
  save_torchscript(*this, file, options);
}
void ScriptModule::save(std::ostream& out, const ExtraFiles& extra) const {
  SaveOptions options;
  options.extra_files.insert(extra.begin(), extra.end());
  save_torchscript(*this, out, options);
}

// ---- copying

namespace {

intrusive_ptr<ObjectImpl> clone_object(const ObjectImpl& o,
                                       std::map<const ObjectImpl*, intrusive_ptr<ObjectImpl>>& done,
                                       int depth = 0) {
  TL_CHECK(depth < kMaxDepth, "submodules nested deeper than ", kMaxDepth,
           ": does one hold itself?");
  if (const auto known = done.find(&o); known != done.end()) return known->second;
  auto made = make_intrusive<ObjectImpl>(o.cls);
  done[&o] = made;
  made->slots = o.slots;
  for (Value& v : made->slots)
    if (v.isObject() && !v.isCustomClass())
      v = Value(clone_object(v.toObjectRef(), done, depth + 1));
  return made;
}

}  // namespace

ScriptModule ScriptModule::copy() const {
  auto made = make_intrusive<ObjectImpl>(_ivalue()->cls);
  made->slots = _ivalue()->slots;
  return of(std::move(made));
}
// With classes of its own: what is defined or registered later in one is not in the other.
ScriptModule ScriptModule::clone() const {
  if (!file().program) {  // of bytecode: nothing can be defined
    std::map<const ObjectImpl*, intrusive_ptr<ObjectImpl>> done;
    return of(clone_object(*_ivalue(), done));
  }
  ModelFile from = with_program(*this);
  from.root = Value(_ivalue());
  const script::Class* cls = from.program->find_class(name());
  std::vector<script::MethodGraph> methods;
  for (const auto& [method, f] : cls->methods)
    methods.push_back(script::copy_method(*from.program, *_ivalue(), method));
  return Module::make(script::copy_program(from, std::move(methods), cls->attributes));
}
ScriptModule ScriptModule::deepcopy() const {
  ScriptModule m = of(Value(_ivalue()).deepcopy().toObject());
  std::map<std::string, Tensor> before;
  for (const NameTensor& p : named_parameters()) before[p.name] = p.value;
  for (const NameTensor& p : m.named_parameters())
    if (const auto at = before.find(p.name); at != before.end() && at->second.requires_grad())
      p.value.requires_grad_();
  return m;
}

}  // namespace tealight
