// The tree that a program's text is parsed to. Plain data: what a node means is the compiler's
// business.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "script/source_text.h"

namespace tealight::script {

struct Expr;
struct Stmt;
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
  call,       // parts[0](parts[1], ...); names[i] is the keyword of parts[1 + i], or empty
  subscript,  // parts[0][parts[1]]
  slice,      // parts: start, stop, step; each may be null
  starred,    // *parts[0]
  list_comp,  // parts: element, target, iterable, conditions ...
  dict_comp,  // parts: key, value, target, iterable, conditions ...
};

struct Expr {
  ExprKind kind;
  Span span;
  std::string text = {};
  int64_t number = 0;
  double real = 0;
  std::vector<ExprPtr> parts = {};
  std::vector<std::string> names = {};

  bool is(ExprKind k) const { return kind == k; }
  bool is(ExprKind k, std::string_view t) const { return kind == k && text == t; }
  const Expr& part(size_t i = 0) const { return *parts[i]; }
};

struct Parameter {
  std::string name;
  Span span;
  ExprPtr type, default_value;  // may be null
  bool keyword_only = false;
};

struct FunctionDef {
  std::string name;
  Span span;
  std::vector<Parameter> parameters;
  ExprPtr returns;  // may be null
  Body body;
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
};

struct Stmt {
  StmtKind kind;
  Span span;
  std::string text = {};
  std::vector<ExprPtr> targets = {};
  ExprPtr value = {}, annotation = {};
  Body body = {}, otherwise = {};
  std::vector<std::string> names = {};
  std::unique_ptr<FunctionDef> function = {};
  bool is(StmtKind k) const { return kind == k; }
};

struct ClassDef {
  std::string name;
  Span span;
  std::string base;  // "Module", "NamedTuple", "Enum", "Interface", "ModuleInterface" or empty
  Body body;         // assignments: attributes and constants, in order
  std::vector<std::unique_ptr<FunctionDef>> methods;
};

/// A whole file.
struct Program {
  SourceTextPtr source;
  std::vector<std::unique_ptr<ClassDef>> classes;
  std::vector<std::unique_ptr<FunctionDef>> functions;
  Body statements;  // others at the top, as in archives of PyTorch 1.0: assignments
};

}  // namespace tealight::script
