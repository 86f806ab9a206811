// The classes and functions of one program, as far as anything asked for them: what names mean.
// Where a name's text is found is a Resolver's business, so that archives, Module::define and tests
// use the same compiler.
#pragma once
#include <functional>
#include <map>
#include <optional>

#include "script/ast.h"

namespace tealight::script {

/// Finds what a program does not say itself.
class Resolver {
 public:
  struct Found {
    SourceTextPtr source;
    const ClassDef* cls = nullptr;
    const FunctionDef* function = nullptr;
  };
  virtual ~Resolver() = default;
  /// By full name, "__torch__.net.M". What it points to must live as long as the unit.
  virtual Found find(const std::string& qualified_name) = 0;
  /// What CONSTANTS.c0 holds; null: nothing of that name.
  virtual const Value* constant(const std::string&) { return nullptr; }
  /// The symbol whose overloads have the meaning that `symbol` had for the program's writer
  /// ("aten::div" -> "tealight::div_until_3"); empty: it has not changed.
  virtual std::string old_operator(const std::string& /*symbol*/) { return {}; }
  /// What a name of a Python file stands for.
  struct Global {
    std::string path = {};               // in full: "torch.nn.functional", "__torch__.helper"
    std::optional<Value> value = {};     // a constant
    std::string problem = {}, fix = {};  // why it cannot be used
  };
  /// At the top of the file that `source` is; nothing: the file does not say.
  virtual std::optional<Global> global(const SourceText& /*source*/, const std::string& /*name*/) {
    return std::nullopt;
  }
  /// Of a name in full, "torch.float32"; nothing: it is what it says.
  virtual std::optional<Global> member(const std::string& /*path*/) { return std::nullopt; }
  /// A constant that is no literal, such as a default torch.float32 or 2 * SIZE.
  virtual std::optional<Value> evaluate(const Expr&, const SourceText&) { return std::nullopt; }
  /// Until 1.5 packed weights of quantized layers were declared as tensors.
  virtual bool packed_weights_are_tensors() { return false; }
};

struct Class;

/// A function or method. Its text is looked at when it is first used, its body when compiled; one
/// that was traced or made by a pass has no text.
struct ScriptFunction {
  std::string name;  // in full
  SourceTextPtr source;
  const FunctionDef* def = nullptr;
  const FunctionDef* signature = nullptr;  // of an overload, whose body is that of `def`
  Class* cls = nullptr;                    // of a method
  FunctionSchema schema;
  bool declared_return = false;
  std::shared_ptr<ir::Graph> graph;  // null: not compiled yet
  bool compiling = false;
  std::string base_name() const { return name.substr(name.rfind('.') + 1); }
};

struct Class {
  enum class Kind : uint8_t { module, object, interface, named_tuple, enumeration };
  Kind kind = Kind::object;
  std::string name;
  SourceTextPtr source;
  TypePtr type;
  std::vector<std::string> attributes;  // in slot order; fields of a NamedTuple
  std::vector<TypePtr> attribute_types;
  std::map<std::string, Value> constants;              // Final
  std::vector<std::pair<std::string, Value>> members;  // of an Enum
  std::map<std::string, std::unique_ptr<ScriptFunction>> methods;
  std::vector<std::string> parameters, buffers, forward_hooks, forward_pre_hooks;
  /// Declared nowhere: __init__ makes them, as archives before version 2 have it.
  bool infer_attributes = false;
  bool is_module_interface = false;  // of an interface: modules implement it
  // Of modules that Python files make
  enum class Container : uint8_t { none, list, dict };  // Sequential, ModuleList; ModuleDict
  Container container = Container::none;
  std::vector<std::string> items;                  // the children's names, in order
  std::map<std::string, std::string> functions;    // attributes that are functions: names in full
  std::map<std::string, std::string> problems;     // attributes that TorchScript cannot hold: why
  int64_t find_attribute(std::string_view) const;  // -1: none
  void add_attribute(std::string name, TypePtr type);
  void set_attribute_type(size_t slot, TypePtr type);
};

class Unit {
 public:
  explicit Unit(std::shared_ptr<Resolver> resolver) : resolver_(std::move(resolver)) {}
  Unit();  // of a program that has no text yet
  Resolver& resolver() const { return *resolver_; }

  /// Null when there is none of that name.
  Class* find_class(const std::string& qualified_name);
  ScriptFunction* find_function(const std::string& qualified_name);
  /// The class behind a type; null for types that are none.
  Class* class_of(const Type&);
  ScriptFunction* find_method(const Type& self, const std::string& method);
  /// Sorts a List[element], whose class has __lt__.
  ScriptFunction& sort_of(const Type& element);
  /// What stands for f where it is called as its def->overloads[k] declares.
  ScriptFunction& overload(const ScriptFunction& f, size_t k);
  /// The overloads of an operator that are written in TorchScript (builtins.h), by its name without
  /// "aten::".
  std::vector<ScriptFunction*> builtins(const std::string& name);
  /// A class that no text declares; the caller adds attributes and methods, and the type of one
  /// that has no objects of its own (NamedTuple, Enum).
  Class& declare(const std::string& qualified_name, Class::Kind);
  Class& declare_module(const std::string& name) { return declare(name, Class::Kind::module); }
  /// `wanted`, or that with a number, as PyTorch keeps names of classes apart:
  /// "__torch__.___torch_mangle_3.M".
  std::string unique_class_name(const std::string& wanted);
  /// A class or function that the caller has the text of.
  Class& define(const std::string& qualified_name, SourceTextPtr, const ClassDef&);
  ScriptFunction& define(const std::string& qualified_name, SourceTextPtr, const FunctionDef&,
                         Class* self = nullptr);
  /// A function whose graph is there already; replaces one of that name.
  ScriptFunction& define(const std::string& qualified_name, FunctionSchema,
                         std::shared_ptr<ir::Graph>, Class* self = nullptr);

  TypePtr type(const Expr&, const SourceText&);
  /// The name in full of what is written "nn.Linear": by what the file imports.
  std::string full_name(const Expr&, const SourceText&);
  /// "List[__torch__.M]"
  TypePtr type(const std::string& annotation);
  /// A literal: a default, a member of an Enum, a Final.
  Value constant(const Expr&, const SourceText&);

  /// The graph of a function; compiled now if it was not yet.
  const std::shared_ptr<ir::Graph>& compile(ScriptFunction&);
  /// Every function that something compiled so far refers to, in the order of the references.
  const std::vector<ScriptFunction*>& referenced() const { return referenced_; }
  void refer(ScriptFunction&);
  std::vector<const Class*> classes() const;
  /// Those that are no methods.
  std::vector<ScriptFunction*> functions() const;

  /// Moves all of the other unit here, compiled. A class or function whose name means something
  /// else here gets a new name (merge.cpp).
  void take_over(Unit& other);
  /// Keeps what definitions point to.
  void own(std::shared_ptr<const void> p) { owned_.push_back(std::move(p)); }

 private:
  void make_type(Class&);
  void read_body(Class&, const ClassDef&);
  void read_attribute(Class&, const Stmt&);
  void read_enum(Class&, const ClassDef&);
  void read_named_tuple(Class&, const ClassDef&);
  std::vector<std::string> string_list(const Expr&, const SourceText&);
  void read_schema(ScriptFunction&);
  TypePtr generic_type(const Expr&, const SourceText&);

  ScriptFunction& keep(std::unique_ptr<ScriptFunction>);

  std::shared_ptr<Resolver> resolver_;
  std::map<std::string, std::unique_ptr<Class>> classes_;
  std::map<std::string, std::unique_ptr<ScriptFunction>> functions_;
  std::vector<ScriptFunction*> referenced_;
  std::vector<std::shared_ptr<const void>> owned_;
  int type_depth_ = 0;
};

/// What a method is called inside: __x_getter and __x_setter of a property x, else its name.
std::string method_key(const FunctionDef&);
/// "a.b.c" of an attribute chain; empty when it is none.
std::string dotted_name(const Expr&);

}  // namespace tealight::script
