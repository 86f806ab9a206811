#include "tealight/nn/module.h"

#include <ostream>

#include "tealight/context.h"
#include "tealight/ops.h"
#include "tealight/serialize.h"

namespace torch::nn {
namespace {
std::string joined(const std::string& prefix, const std::string& name) {
  return prefix.empty() ? name : prefix + '.' + name;
}
void check_name(const char* kind, const std::string& name) {
  TL_CHECK(!name.empty(), kind, " name must not be empty");
  TL_CHECK(name.find('.') == std::string::npos, kind, " name must not contain a dot (got '", name,
           "')");
}
using NamedTensors = OrderedDict<std::string, Tensor>;
NamedTensors only_defined(const NamedTensors& tensors) {
  NamedTensors out;
  for (const auto& t : tensors)
    if (t->defined()) out.insert(t.key(), t.value());
  return out;
}
void copy_tensors(NamedTensors& to, const NamedTensors& from, const char* kind,
                  const std::optional<Device>& device) {
  TL_CHECK(to.size() == from.size(), "The cloned module does not have the same number of ", kind,
           "s as the original module after calling reset(). Are you sure you called register_",
           kind, "() inside reset() and not the constructor?");
  for (const auto& t : only_defined(from))
    to[t.key()].set_data(device && t->device() != *device ? t->to(*device) : t->clone());
}
}  // namespace

Module::Module() : parameters_("Parameter"), buffers_("Buffer"), children_("Submodule") {}
Module::Module(std::string name) : Module() { name_ = std::move(name); }
Module::Module(const Module&) = default;
Module& Module::operator=(const Module&) = default;
Module::Module(Module&&) noexcept = default;
Module& Module::operator=(Module&&) noexcept = default;
Module::~Module() = default;

const std::string& Module::name() const noexcept {
  if (!name_) name_ = type_name(typeid(*this));  // a constructor would see its own class only
  return *name_;
}

std::shared_ptr<Module> Module::clone(const std::optional<Device>&) const {
  tealight::fail(str("clone() has not been implemented for ", name(),
                     ". Subclass torch::nn::Cloneable<", name(),
                     "> instead of torch::nn::Module to inherit the ability to clone."));
}
void Module::clone_(Module&, const std::optional<Device>&) {}
void Module::forget_parts() {
  parameters_.clear();
  buffers_.clear();
  children_.clear();
}
void Module::copy_parts(const Module& original, const std::optional<Device>& device) {
  copy_tensors(parameters_, original.parameters_, "parameter", device);
  copy_tensors(buffers_, original.buffers_, "buffer", device);
  TL_CHECK(children_.size() == original.children_.size(),
           "The cloned module does not have the same number of child modules as the original "
           "module after calling reset(). Are you sure you called register_module() inside reset() "
           "and not the constructor?");
  for (const auto& child : original.children_)
    children_[child.key()]->clone_(*child.value(), device);
}

void Module::apply_to_submodules(const NamedModulePointerApplyFunction& f,
                                 const std::string& prefix) const {
  for (const auto& child : children_) {
    const std::string name = joined(prefix, child.key());
    f(name, child.value());
    child.value()->apply_to_submodules(f, name);
  }
}
void Module::apply(const ModuleApplyFunction& f) {
  f(*this);
  apply_to_submodules([&](const std::string&, const std::shared_ptr<Module>& m) { f(*m); });
}
void Module::apply(const ConstModuleApplyFunction& f) const {
  f(*this);
  apply_to_submodules([&](const std::string&, const std::shared_ptr<Module>& m) { f(*m); });
}
void Module::apply(const NamedModuleApplyFunction& f, const std::string& prefix) {
  f(prefix, *this);
  apply_to_submodules([&](const std::string& n, const std::shared_ptr<Module>& m) { f(n, *m); },
                      prefix);
}
void Module::apply(const ConstNamedModuleApplyFunction& f, const std::string& prefix) const {
  f(prefix, *this);
  apply_to_submodules([&](const std::string& n, const std::shared_ptr<Module>& m) { f(n, *m); },
                      prefix);
}
void Module::apply(const ModulePointerApplyFunction& f) const {
  f(shared_from_this_checked());
  apply_to_submodules([&](const std::string&, const std::shared_ptr<Module>& m) { f(m); });
}
void Module::apply(const NamedModulePointerApplyFunction& f, const std::string& prefix) const {
  f(prefix, shared_from_this_checked());
  apply_to_submodules(f, prefix);
}
std::shared_ptr<Module> Module::shared_from_this_checked() const {
  const std::shared_ptr<const Module> self = weak_from_this().lock();
  TL_CHECK(self,
           "It looks like you attempted to retrieve your top-level module as a shared_ptr, but it "
           "is not stored in a shared_ptr. Use std::make_shared<",
           name(),
           "> instead of creating your module on the stack, or alternatively do not try to access "
           "your top-level module at all by passing /*include_self=*/false to modules() or "
           "named_modules()");
  return std::const_pointer_cast<Module>(self);
}

std::vector<Tensor> Module::parameters(bool recurse) const {
  return named_parameters(recurse).values();
}
NamedTensors Module::named_parameters(bool recurse) const {
  if (!recurse) return only_defined(parameters_);
  NamedTensors out;
  apply([&](const std::string& prefix, const Module& m) {
    for (const auto& p : m.parameters_)
      if (p->defined()) out.insert(joined(prefix, p.key()), p.value());
  });
  return out;
}
std::vector<Tensor> Module::buffers(bool recurse) const { return named_buffers(recurse).values(); }
NamedTensors Module::named_buffers(bool recurse) const {
  if (!recurse) return only_defined(buffers_);
  NamedTensors out;
  apply([&](const std::string& prefix, const Module& m) {
    for (const auto& b : m.buffers_)
      if (b->defined()) out.insert(joined(prefix, b.key()), b.value());
  });
  return out;
}
std::vector<std::shared_ptr<Module>> Module::modules(bool include_self) const {
  std::vector<std::shared_ptr<Module>> out;
  if (include_self) out.push_back(shared_from_this_checked());
  apply_to_submodules(
      [&](const std::string&, const std::shared_ptr<Module>& m) { out.push_back(m); });
  return out;
}
OrderedDict<std::string, std::shared_ptr<Module>> Module::named_modules(const std::string& prefix,
                                                                        bool include_self) const {
  OrderedDict<std::string, std::shared_ptr<Module>> out;
  if (include_self) out.insert(prefix, shared_from_this_checked());
  apply_to_submodules(
      [&](const std::string& n, const std::shared_ptr<Module>& m) { out.insert(n, m); }, prefix);
  return out;
}
std::vector<std::shared_ptr<Module>> Module::children() const { return children_.values(); }
OrderedDict<std::string, std::shared_ptr<Module>> Module::named_children() const {
  return children_;
}

void Module::train(bool on) {
  for (auto& child : children_) child.value()->train(on);
  is_training_ = on;
}
template <class F>
void Module::convert_tensors(const F& convert) {
  for (const auto& p : only_defined(parameters_)) p->set_data(convert(p.value().data()));
  for (const auto& b : only_defined(buffers_)) b->set_data(convert(b.value().data()));
}
void Module::to(Device device, ScalarType dtype, bool non_blocking) {
  for (auto& child : children_) child.value()->to(device, dtype, non_blocking);
  convert_tensors([&](const Tensor& t) { return t.to(device, dtype, non_blocking); });
}
void Module::to(ScalarType dtype, bool non_blocking) {
  for (auto& child : children_) child.value()->to(dtype, non_blocking);
  convert_tensors([&](const Tensor& t) { return t.to(dtype, non_blocking); });
}
void Module::to(Device device, bool non_blocking) {
  for (auto& child : children_) child.value()->to(device, non_blocking);
  convert_tensors([&](const Tensor& t) { return t.to(TensorOptions(device), non_blocking); });
}
void Module::zero_grad(bool set_to_none) {
  for (auto& child : children_) child.value()->zero_grad(set_to_none);
  for (auto& p : parameters_) {
    if (!p->defined() || !p->grad().defined()) continue;
    Tensor& grad = p->mutable_grad();
    if (set_to_none) {
      grad.reset();
    } else {
      grad = grad.detach();
      grad.zero_();
    }
  }
}

void Module::save(serialize::OutputArchive& archive) const {
  for (const auto& p : named_parameters(false)) archive.write(p.key(), p.value());
  for (const auto& b : named_buffers(false)) archive.write(b.key(), b.value(), true);
  for (const auto& child : children_) {
    if (!child.value()->is_serializable()) continue;
    serialize::OutputArchive nested(archive.compilation_unit());
    child.value()->save(nested);
    archive.write(child.key(), nested);
  }
}
void Module::load(serialize::InputArchive& archive) {
  for (auto& p : named_parameters(false)) archive.read(p.key(), p.value());
  for (auto& b : named_buffers(false)) archive.read(b.key(), b.value(), true);
  for (const auto& child : children_) {
    if (!child.value()->is_serializable()) continue;
    serialize::InputArchive nested;
    archive.read(child.key(), nested);
    child.value()->load(nested);
  }
}

Tensor& Module::register_parameter(std::string name, Tensor tensor, bool requires_grad) {
  check_name("Parameter", name);
  if (tensor.defined())
    tensor.requires_grad_(requires_grad);
  else if (requires_grad)
    tealight::warn(
        "An undefined tensor cannot require grad. "
        "Ignoring the `requires_grad=true` function parameter.");
  return parameters_.insert(std::move(name), std::move(tensor));
}
Tensor& Module::register_buffer(std::string name, Tensor tensor) {
  check_name("Buffer", name);
  return buffers_.insert(std::move(name), std::move(tensor));
}
void Module::add_child(std::string name, std::shared_ptr<Module> child) {
  check_name("Submodule", name);
  children_.insert(std::move(name), std::move(child));
}
void Module::unregister_module(const std::string& name) {
  TL_CHECK(children_.contains(name), "No Module with name `", name, "` is registered");
  children_.erase(name);
}

namespace {
[[noreturn]] void fail_defaults(const char* method) {
  tealight::fail(str(
      "torch::nn::Module subclass that has default arguments in `forward` method must override `",
      method, "` method. Please use `FORWARD_HAS_DEFAULT_ARGS` macro to do so."));
}
}  // namespace
unsigned int Module::_forward_num_required_args() { fail_defaults("_forward_num_required_args"); }
std::vector<AnyValue> Module::_forward_populate_default_args(std::vector<AnyValue>&&) {
  fail_defaults("_forward_populate_default_args");
}

void Module::pretty_print(std::ostream& stream) const { stream << name(); }
void Module::pretty_print_recursive(std::ostream& out, const std::string& indentation) const {
  pretty_print(out);
  if (children_.is_empty()) return;
  out << "(\n";
  for (const auto& child : children_) {
    out << indentation << "  (" << child.key() << "): ";
    child.value()->pretty_print_recursive(out, indentation + "  ");
    out << '\n';
  }
  out << indentation << ')';
}
std::ostream& operator<<(std::ostream& out, const Module& module) {
  module.pretty_print_recursive(out, "");
  return out;
}

}  // namespace torch::nn
