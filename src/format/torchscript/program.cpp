#include "format/torchscript/program.h"

#include <charconv>

#include "graph/upgraders.h"
#include "script/parser.h"

namespace tealight {

using script::Class;
using script::ScriptFunction;

// ---- text

// "__torch__.torch.nn" -> code/__torch__/torch/nn.py
const script::Program* ArchiveText::program(const std::string& prefix) {
  const auto known = programs_.find(prefix);
  if (known != programs_.end()) return known->second.get();
  std::string path = "code/" + prefix + ".py";
  for (size_t i = 5; i + 3 < path.size(); ++i)
    if (path[i] == '.') path[i] = '/';
  auto& slot = programs_[prefix];
  if (const ZipRecord* record = zip_.find(path)) {
    auto source = std::make_shared<script::SourceText>();
    source->name = path;
    source->text = std::string(zip_.read(*record).text());
    zip_.memory().take(8 * source->text.size(), "a program's tree");
    slot = std::make_unique<script::Program>(script::parse_program(std::move(source)));
  }
  return slot.get();
}

ArchiveText::Found ArchiveText::find(const std::string& qualified_name) {
  const size_t dot = qualified_name.rfind('.');
  if (dot == std::string::npos) return {};
  const script::Program* p = program(qualified_name.substr(0, dot));
  if (!p) return {};
  const std::string_view name = std::string_view(qualified_name).substr(dot + 1);
  for (const auto& c : p->classes)
    if (c->name == name) return {p->source, c.get(), nullptr};
  for (const auto& f : p->functions)
    if (f->name == name) return {p->source, nullptr, f.get()};
  return {};
}

// "c12": element 12 of constants.pkl
const Value* ArchiveText::constant(const std::string& name) {
  size_t i = 0;
  if (name.size() < 2 || name[0] != 'c') return nullptr;
  const auto [end, status] = std::from_chars(name.data() + 1, name.data() + name.size(), i);
  if (status != std::errc() || end != name.data() + name.size() || i >= constants_.size())
    return nullptr;
  return &constants_[i];
}

std::string ArchiveText::old_operator(const std::string& symbol) {
  return old_symbol(symbol, version_, before_1_13_);
}

// ---- code

ProgramCode::ProgramCode(script::Unit& unit, ModelFile& file, bool debug)
    : unit_(unit), file_(file) {
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
    if (f->cls && f->cls->kind == Class::Kind::interface) methods.push_back(f->def->name);
  if (methods.empty()) return;
  for (const Class* c : unit_.classes()) {
    if (c->kind != Class::Kind::module && c->kind != Class::Kind::object) continue;
    for (const std::string& m : methods)
      if (c->methods.contains(m)) want_method(c->name, m);
  }
}

}  // namespace tealight
