// torch::nn::Module: parameters, buffers and submodules by name; the base of every layer and model.
//   struct NetImpl : torch::nn::Module {
//     torch::nn::Linear fc;
//     NetImpl() : fc(register_module("fc", torch::nn::Linear(3, 4))) {}
//     torch::Tensor forward(torch::Tensor x) { return fc(x); }
//   };
//   TORCH_MODULE(Net);
// Threads: many may read one module; what changes it wants it for itself.
#pragma once
#include <functional>
#include <iosfwd>

#include "tealight/nn/any_value.h"
#include "tealight/nn/base.h"
#include "tealight/nn/ordered_dict.h"

namespace torch::nn {

class TL_API Module : public std::enable_shared_from_this<Module> {
 public:
  using ModuleApplyFunction = std::function<void(Module&)>;
  using ConstModuleApplyFunction = std::function<void(const Module&)>;
  using NamedModuleApplyFunction = std::function<void(const std::string&, Module&)>;
  using ConstNamedModuleApplyFunction = std::function<void(const std::string&, const Module&)>;
  using ModulePointerApplyFunction = std::function<void(const std::shared_ptr<Module>&)>;
  using NamedModulePointerApplyFunction =
      std::function<void(const std::string&, const std::shared_ptr<Module>&)>;

  Module();
  explicit Module(std::string name);
  Module(const Module&);
  Module& operator=(const Module&);
  Module(Module&&) noexcept;
  Module& operator=(Module&&) noexcept;
  virtual ~Module();

  /// The class's, "torch::nn::LinearImpl", unless the constructor was given one.
  const std::string& name() const noexcept;
  /// A copy that shares no tensor. Derive from Cloneable for it.
  virtual std::shared_ptr<Module> clone(const std::optional<Device>& device = std::nullopt) const;

  // ---- this module, then all below it, each before its own; names are dotted
  void apply(const ModuleApplyFunction&);
  void apply(const ConstModuleApplyFunction&) const;
  void apply(const NamedModuleApplyFunction&, const std::string& name_prefix = {});
  void apply(const ConstNamedModuleApplyFunction&, const std::string& name_prefix = {}) const;
  /// These throw unless the module lies in a shared_ptr.
  void apply(const ModulePointerApplyFunction&) const;
  void apply(const NamedModulePointerApplyFunction&, const std::string& name_prefix = {}) const;

  std::vector<Tensor> parameters(bool recurse = true) const;
  OrderedDict<std::string, Tensor> named_parameters(bool recurse = true) const;
  std::vector<Tensor> buffers(bool recurse = true) const;
  OrderedDict<std::string, Tensor> named_buffers(bool recurse = true) const;
  std::vector<std::shared_ptr<Module>> modules(bool include_self = true) const;
  OrderedDict<std::string, std::shared_ptr<Module>> named_modules(
      const std::string& name_prefix = {}, bool include_self = true) const;
  std::vector<std::shared_ptr<Module>> children() const;
  OrderedDict<std::string, std::shared_ptr<Module>> named_children() const;

  // ---- all parameters and buffers
  virtual void train(bool on = true);
  void eval() { train(false); }
  virtual bool is_training() const noexcept { return is_training_; }
  virtual void to(Device device, ScalarType dtype, bool non_blocking = false);
  virtual void to(ScalarType dtype, bool non_blocking = false);
  virtual void to(Device device, bool non_blocking = false);
  virtual void zero_grad(bool set_to_none = true);

  /// This module as a ModuleType, or null. A holder's name stands for what it holds:
  /// module.as<Linear>().
  template <class ModuleType>
    requires(tealight::detail::is_module_holder<ModuleType>::value)
  typename ModuleType::ContainedType* as() noexcept {
    return dynamic_cast<typename ModuleType::ContainedType*>(this);
  }
  template <class ModuleType>
    requires(tealight::detail::is_module_holder<ModuleType>::value)
  const typename ModuleType::ContainedType* as() const noexcept {
    return dynamic_cast<const typename ModuleType::ContainedType*>(this);
  }
  template <class ModuleType>
    requires(!tealight::detail::is_module_holder<ModuleType>::value)
  ModuleType* as() noexcept {
    return dynamic_cast<ModuleType*>(this);
  }
  template <class ModuleType>
    requires(!tealight::detail::is_module_holder<ModuleType>::value)
  const ModuleType* as() const noexcept {
    return dynamic_cast<const ModuleType*>(this);
  }

  // Parameters, buffers and submodules under their names: torch::save and torch::load.
  virtual void save(serialize::OutputArchive& archive) const;
  virtual void load(serialize::InputArchive& archive);
  virtual bool is_serializable() const { return true; }
  /// "torch::nn::Linear(in_features=3, out_features=4, bias=true)"; not its submodules.
  virtual void pretty_print(std::ostream& stream) const;

  // ---- building. Names must be new, not empty and without dots.
  Tensor& register_parameter(std::string name, Tensor tensor, bool requires_grad = true);
  Tensor& register_buffer(std::string name, Tensor tensor);
  template <class ModuleType>
  std::shared_ptr<ModuleType> register_module(std::string name,
                                              std::shared_ptr<ModuleType> module) {
    add_child(std::move(name), module);
    return module;
  }
  template <class ModuleType>
  std::shared_ptr<ModuleType> register_module(std::string name, ModuleHolder<ModuleType> holder) {
    return register_module(std::move(name), holder.ptr());
  }
  /// The member that the old one was assigned to keeps it: assign the result, too.
  template <class ModuleType>
  std::shared_ptr<ModuleType> replace_module(const std::string& name,
                                             std::shared_ptr<ModuleType> module) {
    children_[name] = module;
    return module;
  }
  template <class ModuleType>
  std::shared_ptr<ModuleType> replace_module(const std::string& name,
                                             ModuleHolder<ModuleType> holder) {
    return replace_module(name, holder.ptr());
  }
  void unregister_module(const std::string& name);

 protected:
  // Written by FORWARD_HAS_DEFAULT_ARGS.
  virtual bool _forward_has_default_args() { return false; }
  virtual unsigned int _forward_num_required_args();
  virtual std::vector<AnyValue> _forward_populate_default_args(std::vector<AnyValue>&& arguments);

  OrderedDict<std::string, Tensor> parameters_;

 private:
  template <class Derived>
  friend class Cloneable;
  friend class AnyModule;
  friend TL_API std::ostream& operator<<(std::ostream&, const Module&);

  virtual void clone_(Module& other, const std::optional<Device>& device);
  /// For Cloneable: this is a copy of `original` that shares all; and after reset() made it new.
  void forget_parts();
  void copy_parts(const Module& original, const std::optional<Device>& device);
  void add_child(std::string name, std::shared_ptr<Module> child);
  template <class F>
  void convert_tensors(const F& convert);
  void pretty_print_recursive(std::ostream& stream, const std::string& indentation) const;
  void apply_to_submodules(const NamedModulePointerApplyFunction&,
                           const std::string& name_prefix = {}) const;
  std::shared_ptr<Module> shared_from_this_checked() const;

  OrderedDict<std::string, Tensor> buffers_;
  OrderedDict<std::string, std::shared_ptr<Module>> children_;
  mutable std::optional<std::string> name_;
  bool is_training_ = true;
};

/// The tree of submodules, each by its pretty_print.
TL_API std::ostream& operator<<(std::ostream&, const Module&);

}  // namespace torch::nn
