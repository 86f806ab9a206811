#include "python/made_source.h"

#include <algorithm>
#include <map>

#include "script/parser.h"
#include "script/unit.h"

namespace tealight::python {

using script::ClassDef;
using script::Expr;
using script::ExprKind;
using script::FunctionDef;
using script::Program;
using script::Stmt;
using script::StmtKind;

namespace {

constexpr std::string_view kMethodsOf = "_methods_of_";

std::string text_of(const Expr& e, const std::string& text) {
  return text.substr(e.span.begin, e.span.end - e.span.begin);
}

bool has_method(const ClassDef& c, const std::string& name) {
  return std::any_of(c.methods.begin(), c.methods.end(),
                     [&](const auto& m) { return m->name == name; });
}

// dataclass(order=True)
bool is_ordered(const ClassDef& c) {
  for (const auto& d : c.decorators)
    for (size_t i = 0; d->is(ExprKind::call) && i < d->names.size(); ++i)
      if (d->names[i] == "order" && d->part(i + 1).is(ExprKind::constant, "True")) return true;
  return false;
}

std::vector<const Stmt*> fields_of(const ClassDef& c) {
  std::vector<const Stmt*> out;
  for (const auto& s : c.body)
    if (s->is(StmtKind::assign) && s->annotation && s->targets[0]->is(ExprKind::name))
      out.push_back(s.get());
  return out;
}

std::string constructor(const std::vector<const Stmt*>& fields, bool after,
                        const std::string& text) {
  std::string head = "    def __init__(self", body;
  for (const Stmt* f : fields) {
    const std::string& name = f->targets[0]->text;
    head += ", " + name + ": " + text_of(*f->annotation, text);
    if (f->value) head += " = " + text_of(*f->value, text);
    body += "        self." + name + " = " + name + "\n";
  }
  if (after) body += "        self.__post_init__()\n";
  return head + "):\n" + (body.empty() ? "        pass\n" : body);
}

// Fields are compared one after the other.
std::string comparison(const ClassDef& c, const std::vector<const Stmt*>& fields,
                       const char* method, const char* op, bool when_equal) {
  std::string out = str("    def ", method, "(self, other: ", c.name, ") -> bool:\n");
  for (const Stmt* f : fields) {
    const std::string& name = f->targets[0]->text;
    out += str("        if not (self.", name, " == other.", name, "):\n            return ");
    out += *op ? str("self.", name, op, "other.", name, "\n") : "False\n";
  }
  return out + "        return " + (when_equal ? "True\n" : "False\n");
}

std::string dataclass_methods(const ClassDef& c, const std::string& text) {
  const std::vector<const Stmt*> fields = fields_of(c);
  std::string out = str("class ", kMethodsOf, c.name, ":\n    pass\n");
  if (!has_method(c, "__init__")) out += constructor(fields, has_method(c, "__post_init__"), text);
  if (!has_method(c, "__eq__")) out += comparison(c, fields, "__eq__", "", true);
  if (is_ordered(c))
    out += comparison(c, fields, "__lt__", " < ", false) +
           comparison(c, fields, "__le__", " < ", true) +
           comparison(c, fields, "__gt__", " > ", false) +
           comparison(c, fields, "__ge__", " > ", true);
  return out;
}

std::vector<std::string> words(const std::string& s) {
  std::vector<std::string> out(1);
  for (char c : s) {
    const bool apart = c == ' ' || c == ',';
    if (!apart) out.back() += c;
    if (apart && !out.back().empty()) out.emplace_back();
  }
  if (out.back().empty()) out.pop_back();
  return out;
}

// Point = namedtuple("Point", ["x", "y"]), "x y", or NamedTuple("Point", [("x", int)])
std::string named_tuple(const Stmt& s, const std::string& text) {
  if (!s.is(StmtKind::assign) || !s.value || !s.value->is(ExprKind::call) ||
      !s.targets[0]->is(ExprKind::name) || s.value->parts.size() < 3)
    return {};
  const std::string callee = script::dotted_name(s.value->part());
  const std::string made = callee.substr(callee.rfind('.') + 1);
  if (made != "namedtuple" && made != "NamedTuple") return {};
  const Expr& fields = s.value->part(2);
  std::string body;
  const auto add = [&](const std::string& name, const std::string& type) {
    body += "    " + name + ": " + type + "\n";
  };
  if (fields.is(ExprKind::string))
    for (const std::string& name : words(fields.text)) add(name, "_made_torch.Tensor");
  for (const auto& f : fields.parts) {
    if (f->is(ExprKind::string)) add(f->text, "_made_torch.Tensor");
    if (f->is(ExprKind::tuple) && f->parts.size() == 2)
      add(f->part().text, text_of(f->part(1), text));
  }
  return str("class ", s.targets[0]->text, "(_MadeNamedTuple):\n",
             body.empty() ? "    pass\n" : body);
}

std::string made_for(const Program& p) {
  std::string out;
  for (const auto& s : p.statements) {
    if (s->is(StmtKind::class_) && script::has_decorator(s->cls->decorators, "dataclass"))
      out += dataclass_methods(*s->cls, p.source->text);
    out += named_tuple(*s, p.source->text);
  }
  if (out.empty()) return out;
  return "\nimport torch as _made_torch\nfrom typing import NamedTuple as _MadeNamedTuple\n" + out;
}

// The classes _methods_of_X are no classes of the program: their methods are X's.
void give_methods(Program& p) {
  std::map<std::string, ClassDef*> classes;
  for (const auto& s : p.statements)
    if (s->is(StmtKind::class_)) classes[s->cls->name] = s->cls.get();
  std::erase_if(p.statements, [&](const script::StmtPtr& s) {
    if (!s->is(StmtKind::class_) || !s->cls->name.starts_with(kMethodsOf)) return false;
    auto& methods = classes.at(s->cls->name.substr(kMethodsOf.size()))->methods;
    methods.insert(methods.end(), s->cls->methods.begin(), s->cls->methods.end());
    return true;
  });
}

bool is_signature(const FunctionDef& f) {
  return script::has_decorator(f.decorators, "_overload") ||
         script::has_decorator(f.decorators, "_overload_method");
}

// Signatures come before the function that they are for.
void give_overloads(std::vector<std::shared_ptr<FunctionDef>>& functions) {
  std::map<std::string, std::vector<std::shared_ptr<FunctionDef>>> waiting;
  std::erase_if(functions, [&](const std::shared_ptr<FunctionDef>& f) {
    auto& signatures = waiting[f->name];
    if (is_signature(*f)) {
      signatures.push_back(f);
      return true;
    }
    f->overloads = std::move(signatures);
    return false;
  });
}

}  // namespace

Program parse_file(script::SourceTextPtr source) {
  Program p = script::parse_python(std::move(source));
  if (const std::string more = made_for(p); !more.empty()) {
    p = script::parse_python(std::make_shared<const script::SourceText>(
        script::SourceText{p.source->name, p.source->text + more}));
    give_methods(p);
  }
  std::vector<std::shared_ptr<FunctionDef>> functions;
  for (const auto& s : p.statements) {
    if (s->is(StmtKind::def)) functions.push_back(s->function);
    if (s->is(StmtKind::class_)) give_overloads(s->cls->methods);
  }
  give_overloads(functions);
  return p;
}

}  // namespace tealight::python
