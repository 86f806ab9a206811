// torch::jit::Module and CompilationUnit: modules with their program, to look into, change and
// extend. The same models as tealight::Module, which a ScriptModule is and turns into freely; the
// names here are those of libtorch's full runtime, which differ from those of its mobile one.
#pragma once
#include "tealight/module.h"
#include "tealight/schema.h"

namespace tealight {

class ScriptModule;
/// An element of a module's lists: for (const auto& p : m.named_parameters()) p.name, p.value.
template <class T>
struct Named {
  std::string name;
  T value;
};
using NameTensor = Named<Tensor>;
using NameModule = Named<ScriptModule>;
using NameValue = Named<Value>;

/// An attribute: a Value that also knows the module's program, should it be a module.
class TL_API AttributeValue : public Value {
 public:
  ScriptModule toModule() const;  // throws when it is none

 private:
  friend class ScriptModule;
  AttributeValue(const ScriptModule& owner, Value v);
  std::shared_ptr<const ScriptModule> owner_;
};

/// A handle as Module is. What changes the module (define, register_*) wants it for itself.
class TL_API ScriptModule : public Module {
 public:
  ScriptModule() = default;
  ScriptModule(Module m) : Module(std::move(m)) {}
  /// Without attributes and methods, of class "__torch__.<name>".
  explicit ScriptModule(const std::string& class_name);
  explicit ScriptModule(const char* class_name) : ScriptModule(std::string(class_name)) {}

  // ---- running
  Value forward(std::vector<Value> args, const Kwargs& kwargs = {}) const {
    return get_method("forward")(std::move(args), kwargs);
  }
  /// The same with the module's hooks before and after, where its program is known.
  Value operator()(std::vector<Value> args, const Kwargs& kwargs = {}) const;
  Value operator()(const Kwargs& kwargs) const { return (*this)(std::vector<Value>{}, kwargs); }
  /// Of forward.
  std::shared_ptr<Graph> graph() const { return get_method("forward").graph(); }

  // ---- looking inside: `recurse` includes submodules, with dotted names
  std::vector<Tensor> parameters(bool recurse = true) const;
  std::vector<NameTensor> named_parameters(bool recurse = true) const;
  std::vector<Tensor> buffers(bool recurse = true) const;
  std::vector<NameTensor> named_buffers(bool recurse = true) const;
  std::vector<ScriptModule> children() const;
  std::vector<NameModule> named_children() const;
  std::vector<ScriptModule> modules() const;      // this one first
  std::vector<NameModule> named_modules() const;  // this one is called ""
  std::vector<Value> attributes(bool recurse = true) const;
  std::vector<NameValue> named_attributes(bool recurse = true) const;
  AttributeValue attr(const std::string& name) const;
  AttributeValue attr(const std::string& name, Value otherwise) const;
  /// For a new attribute, see register_attribute.
  void setattr(const std::string& name, const Value& v) { Module::setattr(name, v); }
  void setattr(const std::string& name, const ScriptModule& m) {
    Module::setattr(name, Value(m._ivalue()));
  }
  const intrusive_ptr<ClassType>& type() const { return _ivalue()->cls; }
  /// The program and, as asked, the values, as text.
  std::string dump_to_str(bool methods, bool attributes, bool parameters) const;
  void dump(bool methods = true, bool attributes = true, bool parameters = true) const;

  // ---- building
  /// Adds methods: TorchScript source, "def forward(self, x): ...".
  void define(const std::string& source);
  void register_parameter(const std::string& name, Tensor, bool is_buffer);
  void register_buffer(const std::string& name, Tensor);
  void register_attribute(const std::string& name, TypePtr, Value, bool is_param = false,
                          bool is_buffer = false);
  /// The other module's classes become part of this one's program. A class that both have in
  /// different form gets another name here.
  void register_module(const std::string& name, const ScriptModule&);

  // ---- converting, in place: parameters and buffers; dtypes of floating-point ones only
  void to(ScalarType, bool non_blocking = false);
  void to(Device, bool non_blocking = false);
  void to(Device, ScalarType, bool non_blocking = false);
  void train(bool on = true);
  void eval() { train(false); }

  // ---- writing: TorchScript. More choices: save.h; for phones: _save_for_mobile.
  using ExtraFiles = std::unordered_map<std::string, std::string>;
  void save(const std::string& file, const ExtraFiles& = {}) const;
  void save(std::ostream&, const ExtraFiles& = {}) const;

  // ---- copying
  ScriptModule copy() const;   // shares tensors and submodules
  ScriptModule clone() const;  // shares tensors
  ScriptModule deepcopy() const;

 private:
  friend class AttributeValue;
  ScriptModule of(intrusive_ptr<ObjectImpl>) const;  // a module of the same program
  void add_attribute(const std::string& name, TypePtr, Value);
};

/// Functions that belong to no module.
class TL_API CompilationUnit {
 public:
  CompilationUnit() = default;
  explicit CompilationUnit(const std::string& source) { define(source); }
  void define(const std::string& source);
  /// Null: there is none of that name.
  const Method* find_function(const std::string& name) const;
  const Method& get_function(const std::string& name) const;  // throws
  std::vector<const Method*> get_functions() const;
  template <class... A>
  Value run_method(const std::string& name, A&&... args) const {
    return get_function(name)({Value(std::forward<A>(args))...});
  }

 private:
  std::vector<std::string> sources_;
  std::map<std::string, Method> functions_;
};

/// A program's functions: "def f(x):\n  return x + 1\n".
TL_API std::shared_ptr<CompilationUnit> compile(const std::string& source);

/// libtorch's torch::jit::save.
inline void save(const ScriptModule& m, const std::string& file,
                 const ScriptModule::ExtraFiles& extra = {}) {
  m.save(file, extra);
}
inline void save(const ScriptModule& m, std::ostream& out,
                 const ScriptModule::ExtraFiles& extra = {}) {
  m.save(out, extra);
}

template <>
struct ValueTraits<ScriptModule> {
  static Value make(const ScriptModule& m) { return Value(m._ivalue()); }
};

}  // namespace tealight
