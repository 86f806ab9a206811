// The classes and objects of a traced module, and where its tensors are found in it.
#pragma once
#include "script/unit.h"
#include "tealight/code.h"
#include "tealight/trace.h"

namespace tealight::tracing {

class ModuleBuilder {
 public:
  ModuleBuilder(const TracedModule& root, const std::string& name);

  const script::Class& root_class() const { return *root_class_; }
  /// Begins a graph: its first parameter is the module.
  void begin(ir::Graph&);
  /// The variable of an attribute of the module, by the tensor or object that it is; null: it is
  /// none.
  ir::Var* attribute(ir::Builder&, const Value&);
  /// A file whose root has this graph as its method.
  ModelFile finish(const std::string& method, std::shared_ptr<ir::Graph>);

 private:
  struct Object {
    script::Class* cls;
    intrusive_ptr<ObjectImpl> object;
  };
  struct Place {
    const ObjectImpl* holder;
    std::string name;
    TypePtr type;
  };
  Object make(const TracedModule&, const std::string& name);
  void add(Object&, const std::string& name, Value, TypePtr);
  ir::Var* get(ir::Builder&, const Place&);
  ir::Var* variable(ir::Builder&, const ObjectImpl*);

  std::shared_ptr<script::Unit> unit_;
  std::map<const TracedModule*, Object> made_;
  std::map<const void*, Place> places_;  // of tensors and objects
  std::map<std::pair<const ObjectImpl*, std::string>, ir::Var*> got_;
  script::Class* root_class_;
  intrusive_ptr<ObjectImpl> root_;
  ir::Var* self_ = nullptr;
};

/// What a loaded module is made of. The program, if there is one, tells which tensors are
/// parameters; else those that require a gradient are.
TracedModule module_tree(const ObjectImpl& root, script::Unit* program);

}  // namespace tealight::tracing
