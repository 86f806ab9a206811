// Sequential, ModuleList, ModuleDict, ParameterList, ParameterDict, Functional.
#include <ostream>

#include "tealight/nn/modules/container/functional.h"
#include "tealight/nn/modules/container/moduledict.h"
#include "tealight/nn/modules/container/modulelist.h"
#include "tealight/nn/modules/container/parameterdict.h"
#include "tealight/nn/modules/container/parameterlist.h"
#include "tealight/nn/modules/container/sequential.h"

namespace torch::nn {

// ---- Sequential

SequentialImpl::SequentialImpl(OrderedDict<std::string, AnyModule>&& modules) {
  for (auto& m : modules) push_back(m.key(), std::move(m.value()));
}
SequentialImpl::SequentialImpl(std::initializer_list<NamedAnyModule> modules) {
  for (const NamedAnyModule& m : modules) push_back(m.name(), m.module());
}
std::shared_ptr<Module> SequentialImpl::clone(const std::optional<Device>& device) const {
  auto copy = std::make_shared<SequentialImpl>();
  const auto names = named_children().keys();
  for (size_t i = 0; i < size(); ++i) copy->push_back(names[i], modules_[i].clone(device));
  copy->Module::train(is_training());
  return copy;
}
void SequentialImpl::pretty_print(std::ostream& stream) const { stream << "torch::nn::Sequential"; }
void SequentialImpl::push_back(std::string name, AnyModule module) {
  register_module(std::move(name), module.ptr());
  modules_.push_back(std::move(module));
}
void SequentialImpl::run_rest(AnyValue& value) {
  for (size_t i = 1; i < size(); ++i) value = modules_[i].any_forward(std::move(value));
}
void SequentialImpl::fail_result(const AnyValue& value, const std::type_info& wanted) {
  tealight::fail(str("The type of the return value is ", type_name(value.type_info()),
                     ", but you asked for type ", type_name(wanted)));
}

// ---- ModuleList

std::shared_ptr<Module> ModuleListImpl::clone(const std::optional<Device>& device) const {
  auto copy = std::make_shared<ModuleListImpl>();
  for (const auto& module : modules_) copy->push_back(module->clone(device));
  return copy;
}
void ModuleListImpl::pretty_print(std::ostream& stream) const { stream << "torch::nn::ModuleList"; }
void ModuleListImpl::insert(size_t index, std::shared_ptr<Module> module) {
  TL_CHECK(index <= size(), "Index out of range");
  modules_.insert(modules_.begin() + std::ptrdiff_t(index), std::move(module));
  for (size_t i = index; i + 1 < size(); ++i) replace_module(std::to_string(i), modules_[i]);
  register_module(std::to_string(size() - 1), modules_.back());
}

// ---- ModuleDict

std::shared_ptr<Module> ModuleDictImpl::clone(const std::optional<Device>& device) const {
  auto copy = std::make_shared<ModuleDictImpl>();
  for (const auto& m : modules_) copy->insert(m.key(), m.value()->clone(device));
  return copy;
}
void ModuleDictImpl::pretty_print(std::ostream& stream) const { stream << "torch::nn::ModuleDict"; }
void ModuleDictImpl::clear() {
  for (const std::string& key : keys()) unregister_module(key);
  modules_.clear();
}
std::shared_ptr<Module> ModuleDictImpl::pop(const std::string& key) {
  const std::shared_ptr<Module> module = modules_[key];
  modules_.erase(key);
  unregister_module(key);
  return module;
}
void ModuleDictImpl::insert(const std::string& key, std::shared_ptr<Module> module) {
  if (contains(key)) {
    replace_module(key, module);
    modules_[key] = std::move(module);
  } else {
    register_module(key, module);
    modules_.insert(key, std::move(module));
  }
}

// ---- ParameterList, ParameterDict

namespace {
void print_parameters(std::ostream& out, const char* title,
                      const OrderedDict<std::string, Tensor>& parameters) {
  out << title << "(\n";
  for (const auto& p : parameters)
    out << '(' << p.key() << "): Parameter containing: [" << p->scalar_type() << " of size "
        << p->sizes() << "]\n";
  out << ')';
}
}  // namespace
void ParameterListImpl::append(const Tensor& parameter) {
  register_parameter(std::to_string(size()), parameter, parameter.requires_grad());
}
void ParameterListImpl::pretty_print(std::ostream& stream) const {
  print_parameters(stream, "torch::nn::ParameterList", parameters_);
}
void ParameterDictImpl::pretty_print(std::ostream& stream) const {
  print_parameters(stream, "torch::nn::ParameterDict", parameters_);
}

// ---- Functional

FunctionalImpl::FunctionalImpl(Function function) : function_(std::move(function)) {}
void FunctionalImpl::pretty_print(std::ostream& stream) const {
  stream << "torch::nn::Functional()";
}
Tensor FunctionalImpl::forward(Tensor input) { return function_(std::move(input)); }

}  // namespace torch::nn
