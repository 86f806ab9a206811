#include "script/program_code.h"

#include "script/parser.h"

namespace tealight::script {

ProgramCode::ProgramCode(Unit& unit, ModelFile& file, bool debug) : unit_(unit), file_(file) {
  linkage_.function = [this](const std::string& name) -> const Function* {
    ScriptFunction* f = unit_.find_function(name);
    return f ? want(*f) : nullptr;
  };
  linkage_.method = [this](const Type& cls, const std::string& method) {
    return want_method(cls.name, method);
  };
  if (debug) linkage_.debug = &file.debug;
}

const Function* ProgramCode::want(ScriptFunction& f) {
  Function*& slot = functions_[&f];
  if (slot) return slot;
  file_.functions.push_back(std::make_unique<Function>());
  slot = file_.functions.back().get();
  slot->qualified_name = f.name;
  open_.emplace_back(&f, slot);
  return slot;
}

const Function* ProgramCode::want_method(const std::string& class_name, const std::string& method) {
  ScriptFunction* f = unit_.find_method(*Type::named(TypeKind::Class, class_name), method);
  return f ? want(*f) : nullptr;
}

void ProgramCode::finish() {
  while (!open_.empty()) {
    const auto [f, into] = open_.back();
    open_.pop_back();
    lower(*f, *into);
    if (open_.empty()) want_implementations();
  }
  file_.classes.clear();
  for (const Class* c : unit_.classes())
    if (c->type->cls) file_.classes.push_back(c->type->cls);
}

void ProgramCode::want_all() {
  for (bool more = true; more;) {
    const size_t known = functions_.size();
    for (const Class* c : unit_.classes()) {
      if (c->kind == Class::Kind::interface) continue;
      for (const auto& [name, f] : c->methods) want(*unit_.find_method(*c->type, name));
    }
    finish();  // which may have led to more classes
    more = functions_.size() > known;
  }
}

void ProgramCode::lower(ScriptFunction& f, Function& into) {
  into.code = ir::lower(*unit_.compile(f), linkage_);
  into.schema = f.schema;
}

// A method that is called through an interface may be any class's.
void ProgramCode::want_implementations() {
  const auto& referenced = unit_.referenced();
  std::vector<std::string> methods;
  for (const ScriptFunction* f : referenced)
    if (f->cls && f->cls->kind == Class::Kind::interface) methods.push_back(f->base_name());
  if (methods.empty()) return;
  for (const Class* c : unit_.classes()) {
    if (c->kind != Class::Kind::module && c->kind != Class::Kind::object) continue;
    for (const std::string& m : methods)
      if (c->methods.contains(m)) want_method(c->name, m);
  }
}

Resolver::Found ProgramTexts::find(const std::string& qualified_name) {
  constexpr std::string_view kRoot = "__torch__.";
  std::string_view name = qualified_name;
  if (name.starts_with(kRoot)) name.remove_prefix(kRoot.size());
  for (const Program& p : programs_) {
    for (const auto& c : p.classes)
      if (c->name == name) return {p.source, c.get(), nullptr};
    for (const auto& f : p.functions)
      if (f->name == name) return {p.source, nullptr, f.get()};
  }
  return {};
}

const Program& ProgramTexts::add(const std::string& name, const std::string& text) {
  return programs_.emplace_back(
      parse_program(std::make_shared<const SourceText>(SourceText{name, text})));
}

ModelFile compile_source(const std::string& name, const std::string& text) {
  const auto texts = std::make_shared<ProgramTexts>();
  const Program& program = texts->add(name, text);
  ModelFile file;
  file.kind = "TorchScript source";
  file.program = std::make_shared<Unit>(texts);
  ProgramCode code(*file.program, file, true);
  for (const auto& f : program.functions)
    code.want(*file.program->find_function("__torch__." + f->name));
  code.finish();
  return file;
}

}  // namespace tealight::script
