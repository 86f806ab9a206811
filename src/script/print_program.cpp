#include "script/print_program.h"

#include <algorithm>

namespace tealight::script {
namespace {

std::string prefix_of(const std::string& name) { return name.substr(0, name.rfind('.')); }
std::string base_of(const std::string& name) { return name.substr(name.rfind('.') + 1); }

class ProgramPrinter {
 public:
  explicit ProgramPrinter(const ProgramParts& parts) : parts_(parts) {
    words_.set_operator_version(operator_version_for(parts.operators));
  }
  PrintedProgram run();
  std::string function_text(const ScriptFunction&);

 private:
  PrintedText& file_of(const std::string& name) {
    return out_.files[prefix_of(words_.qualified(name))];
  }
  void head(std::string& text, const std::string& name, const char* base);
  void cls(const Class&);
  void object(const Class&, PrintedText&);
  void attributes(const Class&, std::string&);
  void constants(const Class&, std::string&);
  void interface(const Class&, std::string&);
  void interface_method(const ScriptFunction&, std::string&);
  void enumeration(const Class&, std::string&);
  void named_tuple(const Type&);
  void function(const ScriptFunction&, PrintedText&, size_t level);
  void old_operators();

  const ProgramParts& parts_;
  ProgramWords words_;
  PrintedProgram out_;
};

PrintedProgram ProgramPrinter::run() {
  for (const TypePtr& t : parts_.named_tuples) named_tuple(*t);
  for (const Class* c : parts_.classes) cls(*c);
  for (const ScriptFunction* f : parts_.functions) {
    PrintedText& file = file_of(f->name);
    function(*f, file, 0);
    file.text += "\n";
  }
  for (const std::string& name : parts_.cpp_classes) file_of(name);
  old_operators();
  for (const Class* c : parts_.classes)
    if (words_.qualified(c->name) != c->name) out_.class_names[c->name] = words_.qualified(c->name);
  out_.constants = words_.constants();
  out_.operator_version = words_.operator_version();
  return std::move(out_);
}

std::string ProgramPrinter::function_text(const ScriptFunction& f) {
  PrintedText out;
  function(f, out, 0);
  return out.text;
}

void ProgramPrinter::head(std::string& text, const std::string& name, const char* base) {
  text += "class " + base_of(words_.qualified(name));
  if (*base) text += str("(", base, ")");
  text += ":\n";
}

void ProgramPrinter::cls(const Class& c) {
  PrintedText& file = file_of(c.name);
  if (c.kind == Class::Kind::interface)
    interface(c, file.text);
  else if (c.kind == Class::Kind::enumeration)
    enumeration(c, file.text);
  else
    object(c, file);
  file.text += "\n";
}

// ---- modules and plain classes

namespace {

// "  __buffers__ = ["mean", ]"
void name_list(std::string& text, const char* what, const std::vector<std::string>& names) {
  text += str("  ", what, " = [");
  for (const std::string& name : names) text += quoted(name) + ", ";
  text += "]\n";
}

}  // namespace

void ProgramPrinter::object(const Class& c, PrintedText& file) {
  const bool module = c.kind == Class::Kind::module;
  head(file.text, c.name, module ? "Module" : "");
  const size_t begin = file.text.size();
  if (module) {
    name_list(file.text, "__parameters__", c.parameters);
    name_list(file.text, "__buffers__", c.buffers);
    if (!c.forward_pre_hooks.empty())
      name_list(file.text, "__forward_pre_hooks__", c.forward_pre_hooks);
    if (!c.forward_hooks.empty()) name_list(file.text, "__forward_hooks__", c.forward_hooks);
  }
  attributes(c, file.text);
  constants(c, file.text);
  for (const auto& [name, f] : c.methods) function(*f, file, 1);
  if (file.text.size() == begin) file.text += "  pass\n";
}

// weight : Tensor
// __annotations__["0"] = __torch__.Block
void ProgramPrinter::attributes(const Class& c, std::string& text) {
  const bool all_named = std::all_of(c.attributes.begin(), c.attributes.end(),
                                     [](const std::string& name) { return is_identifier(name); });
  if (!all_named) text += "  __annotations__ = []\n";
  for (size_t i = 0; i < c.attributes.size(); ++i) {
    const std::string& name = c.attributes[i];
    const std::string type = words_.type(*c.attribute_types[i]);
    text += "  " + (is_identifier(name) ? name + " : " + type
                                        : "__annotations__[" + quoted(name) + "] = " + type);
    text += "\n";
  }
}

void ProgramPrinter::constants(const Class& c, std::string& text) {
  for (const auto& [name, v] : c.constants)
    if (is_identifier(name))
      text += "  " + name + " : Final[" + words_.type(*v.type()) +
              "] = " + words_.literal(v, v.type()) + "\n";
}

// ---- other classes

void ProgramPrinter::interface(const Class& c, std::string& text) {
  head(text, c.name, c.is_module_interface ? "ModuleInterface" : "Interface");
  const size_t begin = text.size();
  for (const auto& [name, f] : c.methods) interface_method(*f, text);
  if (text.size() == begin) text += "  pass\n";
}

// def forward(self,
//     x: Tensor) -> Tensor:
//   pass
void ProgramPrinter::interface_method(const ScriptFunction& f, std::string& text) {
  text += "  def " + f.base_name() + "(self";
  for (size_t i = 1; i < f.schema.arguments.size(); ++i) {
    const Argument& a = f.schema.arguments[i];
    text += ",\n      " + as_identifier(a.name) + ": " + words_.type(*a.type);
    if (a.default_value) text += "=" + words_.literal(*a.default_value, a.type);
  }
  const TypePtr result =
      f.schema.returns.empty() ? Type::get(TypeKind::None) : f.schema.returns[0].type;
  text += ") -> " + words_.type(*result) + ":\n    pass\n";
}

void ProgramPrinter::enumeration(const Class& c, std::string& text) {
  head(text, c.name, "Enum");
  for (const auto& [name, v] : c.members)
    text += "  " + name + " = " + words_.literal(v, v.type()) + "\n";
  if (c.members.empty()) text += "  pass\n";
}

void ProgramPrinter::named_tuple(const Type& t) {
  std::string& text = file_of(t.name).text;
  head(text, t.name, "NamedTuple");
  for (size_t i = 0; i < t.children.size(); ++i)
    text += "  " + as_identifier(t.field_names.at(i)) + " : " + words_.type(*t.children[i]) + "\n";
  if (t.children.empty()) text += "  pass\n";
  text += "\n";
}

// ---- functions

void ProgramPrinter::function(const ScriptFunction& f, PrintedText& into, size_t level) {
  try {
    FunctionPrinter(words_, into.text, &into.places).print(f, *f.graph, level);
  } catch (Error& e) {
    e.at(f.name);
    throw;
  }
}

void ProgramPrinter::old_operators() {
  for (const OldOperator* o : words_.old_operators()) {
    const std::string name = words_.old_operator(*o);
    const bool there = std::any_of(parts_.functions.begin(), parts_.functions.end(),
                                   [&](const ScriptFunction* f) { return f->name == name; });
    if (!there) file_of(name).text += std::string(o->text) + "\n";
  }
}

}  // namespace

PrintedProgram print_program(Unit& unit, const Value& root) {
  const ProgramParts parts = parts_of(unit, root);
  return ProgramPrinter(parts).run();
}

std::string print_function(Unit& unit, ScriptFunction& f) {
  const ProgramParts parts = parts_of(unit, f);
  return ProgramPrinter(parts).function_text(f);
}

}  // namespace tealight::script
