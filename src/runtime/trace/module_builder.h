// The classes and objects of a traced module, and where its tensors are found in it.
#pragma once
#include <string_view>

#include "script/unit.h"
#include "tealight/code.h"
#include "tealight/trace.h"

namespace tealight::tracing {

class ModuleBuilder {
 public:
  struct Instance {
    script::Class* cls;
    intrusive_ptr<ObjectImpl> object;
  };
  /// Where a tensor or an object is an attribute.
  struct Place {
    const ObjectImpl* holder;
    std::string name;
    TypePtr type;
  };

  ModuleBuilder(const TracedModule& root, const std::string& name);

  const Instance& root() const { return root_; }
  /// "0.conv"; null: there is no such submodule.
  const Instance* find(const Instance&, std::string_view path) const;
  const Place* place_of(const Value&) const;  // null: it is no attribute
  const Place* place_of(const ObjectImpl*) const;
  /// A method with this graph, whose first parameter is the module; its name is made unique:
  /// "forward", "forward1".
  std::string define(const Instance&, const std::string& method, std::shared_ptr<ir::Graph>);
  /// A file whose root has this method, and all that it calls.
  ModelFile finish(const std::string& method);

 private:
  const Instance& make(const TracedModule&, const std::string& name);
  void add(const Instance&, const std::string& name, Value, TypePtr);

  std::shared_ptr<script::Unit> unit_;
  std::map<const TracedModule*, Instance> made_;
  std::map<const ObjectImpl*, const Instance*> instances_;
  std::map<const void*, Place> places_;  // of tensors and objects
  Instance root_;
};

/// The attributes of one module, and of those inside, in one graph.
class AttributeReader {
 public:
  /// The graph gets the module as its first parameter.
  AttributeReader(const ModuleBuilder& module, const ModuleBuilder::Instance& self, ir::Graph&);
  /// Null: it is no attribute, or not of this module.
  ir::Var* attribute(ir::Builder&, const Value&);
  ir::Var* attribute(ir::Builder&, const ModuleBuilder::Place&);
  /// What a variable that came from here is read from; null: it did not.
  const ModuleBuilder::Place* place_of(const ir::Var*) const;
  /// A submodule, which is there.
  ir::Var* child(ir::Builder&, std::string_view path);

 private:
  ir::Var* object(ir::Builder&, const ObjectImpl*);
  ir::Var* get(ir::Builder&, ir::Var* holder, const ModuleBuilder::Place&);
  const ModuleBuilder& module_;
  const ModuleBuilder::Instance& self_;
  ir::Var* self_var_;
  std::map<std::pair<const ObjectImpl*, std::string>, ir::Var*> got_;
  std::map<const ir::Var*, ModuleBuilder::Place> places_;
};

/// What a loaded module is made of. The program, if there is one, tells which tensors are
/// parameters; else those that require a gradient are.
TracedModule module_tree(const ObjectImpl& root, script::Unit* program);

}  // namespace tealight::tracing
