// The tree that a program's text is parsed to. Plain data: what a node means is the compiler's
// business.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "script/source_text.h"
#include "tealight/error.h"

namespace tealight::script {

struct Expr;
struct Stmt;
struct FunctionDef;
using ExprPtr = std::unique_ptr<Expr>;
using StmtPtr = std::unique_ptr<Stmt>;
using Body = std::vector<StmtPtr>;

enum class ExprKind : uint8_t {
  name,       // text
  integer,    // number
  real,       // real
  imaginary,  // real
  string,     // text
  constant,   // text: "True", "False", "None", "..."
  list,       // parts
  tuple,      // parts
  dict,       // parts: key, value, key, value
  unary,      // text: "-", "+", "~", "not"; parts[0]
  binary,     // text: "+", "<", "in", "is not" ...; parts[0], parts[1]
  logical,    // text: "and", "or"
  ternary,    // parts: condition, value, otherwise
  attribute,  // parts[0] . text
  call,       // parts[0](parts[1], ...); names[i] is the keyword of parts[1 + i], or empty, or "**"
  subscript,  // parts[0][parts[1]]
  slice,      // parts: start, stop, step; each may be null
  starred,    // *parts[0]
  list_comp,  // parts: element, target, iterable, conditions ...
  dict_comp,  // parts: key, value, target, iterable, conditions ...
  lambda,     // function; Python only
};

struct Expr {
  ExprKind kind;
  Span span;
  std::string text = {};
  int64_t number = 0;
  double real = 0;
  std::vector<ExprPtr> parts = {};
  std::vector<std::string> names = {};
  std::shared_ptr<FunctionDef> function = {};

  bool is(ExprKind k) const { return kind == k; }
  bool is(ExprKind k, std::string_view t) const { return kind == k && text == t; }
  const Expr& part(size_t i = 0) const { return *parts[i]; }
};

/// A copy, for what is written once and evaluated twice: b in a < b < c.
ExprPtr clone(const Expr&);

struct Parameter {
  std::string name;
  Span span;
  ExprPtr type, default_value;  // may be null
  bool keyword_only = false;
  enum class Kind : uint8_t { plain, all_positional /* *args */, all_keywords /* **kwargs */ };
  Kind kind = Kind::plain;
};

struct FunctionDef {
  std::string name;
  Span span;
  std::vector<Parameter> parameters;
  ExprPtr returns;  // may be null
  Body body;
  // of Python files
  std::vector<ExprPtr> decorators;
  std::vector<std::shared_ptr<FunctionDef>> overloads = {};  // by @torch.jit._overload: signatures
  /// Why its body is no TorchScript. Said when it is compiled: a file may hold other code too.
  std::shared_ptr<const Error> problem = {};
};

/// import module as name; from module import member as name; `name` "*": all there is.
struct Import {
  std::string module, member, name;
};

enum class StmtKind : uint8_t {
  expression,  // value
  assign,      // targets = value (several: a = b = value); annotation may be there
  augmented,   // targets[0] text= value; text: "+"
  returns,     // value may be null
  if_,         // value, body, otherwise
  while_,      // value, body
  for_,        // targets[0] in value, body
  pass,
  break_,
  continue_,
  assert_,  // value, targets[0]: the message, if there is one
  raise,    // value may be null
  del,      // targets
  with,     // targets: the contexts, names[i]: "as" name or empty; body
  def,      // function
  class_,   // cls; Python only, as are
  import_,  // imports
  refused,  // problem: what it is, and why it is not understood
};

struct ClassDef;

struct Stmt {
  StmtKind kind;
  Span span;
  std::string text = {};
  std::vector<ExprPtr> targets = {};
  ExprPtr value = {}, annotation = {};
  Body body = {}, otherwise = {};
  std::vector<std::string> names = {};
  std::shared_ptr<FunctionDef> function = {};
  std::shared_ptr<ClassDef> cls = {};
  std::vector<Import> imports = {};
  std::shared_ptr<const Error> problem = {};
  bool is(StmtKind k) const { return kind == k; }
};

struct ClassDef {
  std::string name;
  Span span;
  std::string base;  // "Module", "NamedTuple", "Enum", "Interface", "ModuleInterface" or empty
  Body body;         // assignments: attributes and constants, in order
  std::vector<std::shared_ptr<FunctionDef>> methods;
  std::vector<ExprPtr> bases, decorators;  // of Python files
};

/// A whole file.
struct Program {
  SourceTextPtr source;
  std::vector<std::unique_ptr<ClassDef>> classes;
  std::vector<std::unique_ptr<FunctionDef>> functions;
  /// Others at the top: assignments, as in archives of PyTorch 1.0. Of a Python file everything, in
  /// order.
  Body statements;
};

}  // namespace tealight::script
