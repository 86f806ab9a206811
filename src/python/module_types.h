// Modules that Python made, as TorchScript has them: a class for each set of attributes and types
// that occurs, objects with the values.
#pragma once
#include "python/evaluator.h"
#include "script/unit.h"

namespace tealight::python {

class ModuleTypes {
 public:
  ModuleTypes(script::Unit& unit, Evaluator& evaluator) : unit_(unit), evaluator_(evaluator) {}
  script::Class& class_of(Instance&);
  Value object_of(Instance&);
  /// Takes from the classes what was not compiled: methods that only Python calls.
  void drop_uncompiled();
  /// Every class made so far, and the methods that its Python class marks @torch.jit.export.
  const std::map<script::Class*, std::vector<std::string>>& exported() const { return exported_; }

 private:
  struct Slot {
    std::string name;
    TypePtr type;
    Value value;
  };
  struct Shape;
  Shape shape_of(Instance&);
  void add_plain(Instance&, const Instance::Attribute&, Shape&);
  void add_constants(Instance&, Shape&);
  bool add_function(const std::string& name, const Py&, Shape&);
  TypePtr declared_type(const Instance&, const Instance::Attribute&);
  std::optional<Slot> slot_of(const std::string& name, const Py&, const TypePtr& declared);
  std::optional<Value> script_object(Instance&);
  script::Class& declare(Instance&, const Shape&);
  void define_methods(script::Class&, Instance&);
  void define_hooks(script::Class&, Instance&);

  script::Unit& unit_;
  Evaluator& evaluator_;
  std::map<std::string, script::Class*> shared_;  // by what a Shape says
  std::map<Instance*, script::Class*> classes_;
  std::map<Instance*, Value> objects_;
  std::map<Instance*, std::vector<Slot>> slots_;
  std::map<script::Class*, std::vector<std::string>> exported_;
};

}  // namespace tealight::python
