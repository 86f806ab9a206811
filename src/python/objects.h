// What a Python program holds while the constructors of its modules run.
#pragma once
#include <map>

#include "script/ast.h"
#include "tealight/value.h"

namespace tealight::python {

using script::ClassDef;
using script::Expr;
using script::FunctionDef;
using script::SourceTextPtr;
using script::Span;
using script::Stmt;

/// Owned by the Evaluator, so that objects may refer to each other as they like.
struct Object {
  virtual ~Object() = default;
};

/// A plain value (None, a number, a string, a Tensor ...), or an object.
struct Py {
  Value value = {};
  Object* object = nullptr;
  bool parameter = false;  // nn.Parameter(tensor)
  Py() = default;
  Py(Value v) : value(std::move(v)) {}
  Py(Object* o) : object(o) {}
  template <class T>
  T* as() const {
    return dynamic_cast<T*>(object);
  }
  bool is_none() const { return !object && value.isNone(); }
};

struct Args {
  std::vector<Py> positional;
  std::vector<std::pair<std::string, Py>> named;
};

/// list and tuple, and instances of a NamedTuple.
struct List : Object {
  std::vector<Py> items;
  bool tuple = false;
  std::vector<std::string> fields;
  std::string class_name;
};
struct Dict : Object {
  std::vector<std::pair<Py, Py>> entries;
};
/// A name in full that stands for something of torch, math or Python: "torch.nn", "builtins.len".
struct Path : Object {
  std::string path;
};

/// A Python file: the program's own, or one of the library.
struct File {
  std::string module;  // "torch.nn.modules.linear"; empty: the program's main file
  script::Program program;
  std::map<std::string, const Stmt*> index;  // what defines a name
  std::map<std::string, Py> known;           // evaluated when first asked for
  std::map<std::string, bool> in_progress;
  const script::SourceText& source() const { return *program.source; }
  /// "__torch__.net.M"
  std::string full_name(const std::string& name) const {
    return "__torch__." + (module.empty() ? "" : module + ".") + name;
  }
};

struct ClassObject;
struct Scope : Object {
  File* file = nullptr;
  Scope* outer = nullptr;  // the function around it
  std::map<std::string, Py> names;
  ClassObject* owner = nullptr;  // of a method: what super() starts after
  Py self;
};
struct FunctionObject : Object {
  const FunctionDef* def = nullptr;
  File* file = nullptr;
  Scope* closure = nullptr;
  ClassObject* owner = nullptr;
};
struct ClassObject : Object {
  enum class Kind : uint8_t { module, plain, named_tuple, enumeration, interface };
  Kind kind = Kind::plain;
  std::string name;  // in full
  const ClassDef* def = nullptr;
  File* file = nullptr;
  std::vector<ClassObject*> order;  // itself and its bases, in the order in which names are found
  std::map<std::string, FunctionObject*> functions;
  std::map<std::string, Py> attributes;
  bool is(const ClassObject* other) const;
};
struct Instance : Object {
  enum class Role : uint8_t { plain, parameter, buffer, module };
  struct Attribute {
    std::string name;
    Py value;
    Role role = Role::plain;
    const Expr* annotation = nullptr;  // self.x: List[int] = []
    const File* annotated_in = nullptr;
    bool persistent = true;
  };
  ClassObject* cls = nullptr;
  std::vector<Attribute> attributes;
  std::vector<Py> forward_hooks, forward_pre_hooks;
  Attribute* find(std::string_view name);
};
/// object.method, functools.partial(f, ...), and methods of Python's own types.
struct Bound : Object {
  Py self;
  FunctionObject* function = nullptr;  // null: Python's own, by name
  std::string name;
};
struct Partial : Object {
  Py callee;
  Args args;
};
struct Super : Object {
  Py self;
  ClassObject* after = nullptr;
};

}  // namespace tealight::python
