// Building modules and functions from source, attributes and other modules.
#include <algorithm>

#include "runtime/module_state.h"
#include "runtime/plan/plans.h"
#include "runtime/prepare.h"
#include "runtime/with_program.h"
#include "script/parser.h"
#include "script/program_code.h"
#include "tealight/script_module.h"

namespace tealight {

const std::shared_ptr<script::Unit>& ModuleState::program() const {
  if (file.program) return file.program;
  std::scoped_lock lock(lifting);
  if (!lifted) lifted = program_of(file);
  return lifted;
}

void ModuleState::rebuild() {
  ModelFile made;
  script::Unit& unit = *program();
  script::ProgramCode code(unit, made, true);
  code.want_all();
  for (script::ScriptFunction* f : unit.functions()) code.want(*f);
  code.finish();
  prepare(made, true);
  if (plans) plans->clear();
  for (auto& f : file.functions) replaced.push_back(std::move(f));
  file.functions = std::move(made.functions);
  file.classes = std::move(made.classes);
  for (auto& [handle, frames] : made.debug) file.debug[handle] = std::move(frames);
  methods = MethodTable(file);
}

// ---- graphs

std::string Graph::toString(bool print_source_locations) const {
  return graph_->str(print_source_locations);
}
std::ostream& operator<<(std::ostream& out, const Graph& g) { return out << g.toString(); }

std::shared_ptr<Graph> Method::graph() const {
  script::Unit& program = *state_->program();
  script::ScriptFunction* f =
      self_ ? program.find_method(*Type::named(TypeKind::Class, function_->class_name()), name())
            : program.find_function(qualname());
  TL_CHECK(f, qualname(), " is not in the module's program");
  return std::shared_ptr<Graph>(new Graph(program.compile(*f)));
}

// ---- arguments by name

Value Method::operator()(std::vector<Value> args, const Kwargs& kwargs) const {
  if (kwargs.empty()) return (*this)(std::move(args));
  const FunctionSchema* s = schema();
  TL_CHECK(s, name(), ": this file does not tell the names of arguments; give them in order");
  const size_t self = self_ ? 1 : 0;
  size_t used = 0;
  for (size_t i = args.size() + self; i < s->arguments.size(); ++i) {
    const Argument& a = s->arguments[i];
    const auto given = kwargs.find(a.name);
    if (given != kwargs.end()) ++used;
    TL_CHECK(given != kwargs.end() || a.default_value, s->name,
             "() is missing value for argument '", a.name, "'. Declaration: ", s->str());
    args.push_back(given != kwargs.end() ? given->second : *a.default_value);
  }
  for (const auto& [name, value] : kwargs) {
    if (used == kwargs.size()) break;
    const int64_t at = s->find_argument(name);
    TL_CHECK(at >= 0, s->name, "() has no argument '", name, "'. Declaration: ", s->str());
    TL_CHECK(at - int64_t(self) >= int64_t(args.size()) || used == kwargs.size(), s->name,
             "() got argument '", name, "' twice, in order and by name. Declaration: ", s->str());
  }
  return (*this)(std::move(args));
}

// ---- modules

ScriptModule::ScriptModule(const std::string& class_name) {
  ModelFile file;
  file.kind = "TorchScript source";
  file.program = std::make_shared<script::Unit>();
  const bool whole = class_name.starts_with("__torch__.");
  const script::Class& cls =
      file.program->declare_module(whole ? class_name : "__torch__." + class_name);
  file.root = Value(make_intrusive<ObjectImpl>(cls.type->cls));
  file.classes.push_back(cls.type->cls);
  Module::operator=(Module::make(std::move(file)));
}

namespace {

// The functions of a text, which lives as long as the unit.
const script::Program& parse_into(script::Unit& unit, const std::string& source) {
  const auto text =
      std::make_shared<const script::SourceText>(script::SourceText{"<source>", source});
  const auto program = std::make_shared<const script::Program>(script::parse_program(text));
  unit.own(program);
  return *program;
}

}  // namespace

void ScriptModule::define(const std::string& source) {
  script::Unit& unit = *state().program();
  script::Class* cls = unit.find_class(name());
  TL_CHECK(cls, "define: the program does not declare ", name());
  const script::Program& text = parse_into(unit, source);
  TL_CHECK(text.classes.empty(), "define: only methods can be added to a module, not class ",
           text.classes.empty() ? "" : text.classes[0]->name);
  for (const auto& f : text.functions) {
    TL_CHECK(!cls->methods.contains(f->name), "define: ", name(), " has a method '", f->name,
             "' already");
    unit.define(cls->name + "." + f->name, text.source, *f, cls);
  }
  try {
    for (const auto& f : text.functions) unit.compile(*cls->methods.at(f->name));
    state().rebuild();
  } catch (...) {
    for (const auto& f : text.functions)  // which the unit may have taken note of
      if (auto failed = cls->methods.extract(f->name))
        unit.own(std::shared_ptr<const script::ScriptFunction>(std::move(failed.mapped())));
    throw;
  }
}

void ScriptModule::add_attribute(const std::string& attribute, TypePtr type, Value v) {
  script::Class* cls = state().program()->find_class(name());
  TL_CHECK(cls, "the program does not declare ", name());
  TL_CHECK(!attribute.empty() && attribute.find('.') == attribute.npos, "'", attribute,
           "' is no name of an attribute");
  TL_CHECK(value_is(v, *type), name(), ".", attribute, ": the value is a ", v.type()->annotation(),
           " instead of a ", type->annotation());
  const int64_t slot = cls->find_attribute(attribute);
  if (slot < 0) {
    cls->add_attribute(attribute, type);
  } else {
    TL_CHECK(
        size_t(slot) >= _ivalue()->slots.size() || _ivalue()->slots[size_t(slot)].isUninitialized(),
        "attribute '", attribute, "' already exists");
    TL_CHECK(*cls->attribute_types[size_t(slot)] == *type, "attribute '", attribute, "' of ",
             name(), " is declared as ", cls->attribute_types[size_t(slot)]->annotation());
  }
  ObjectImpl& object = *_ivalue();
  const size_t at = size_t(cls->find_attribute(attribute));
  if (object.slots.size() <= at) object.slots.resize(at + 1);
  object.slots[at] = std::move(v);
}

void ScriptModule::register_attribute(const std::string& attribute, TypePtr type, Value v,
                                      bool is_param, bool is_buffer) {
  add_attribute(attribute, std::move(type), std::move(v));
  script::Class& cls = *state().program()->find_class(name());
  if (is_buffer)
    cls.buffers.push_back(attribute);
  else if (is_param)
    cls.parameters.push_back(attribute);
}

void ScriptModule::register_parameter(const std::string& parameter, Tensor t, bool is_buffer) {
  register_attribute(parameter, Type::get(TypeKind::Tensor), Value(std::move(t)), !is_buffer,
                     is_buffer);
}
void ScriptModule::register_buffer(const std::string& buffer, Tensor t) {
  register_parameter(buffer, std::move(t), true);
}

void ScriptModule::register_module(const std::string& child, const ScriptModule& m) {
  const std::shared_ptr<script::Unit> unit = state().program();
  if (m.state().program() != unit) {
    unit->take_over(*m.state().program());
    m.state().file.program = unit;
    m.state().rebuild();  // its classes may have new names
  }
  add_attribute(child, state().program()->find_class(m.name())->type, Value(m._ivalue()));
  state().rebuild();
}

// ---- functions

// All that was defined is compiled anew: a text with a mistake leaves no trace.
void CompilationUnit::define(const std::string& source) {
  std::vector<std::string> sources = sources_;
  sources.push_back(source);
  const auto texts = std::make_shared<script::ProgramTexts>();
  ModelFile file;
  file.kind = "TorchScript source";
  file.program = std::make_shared<script::Unit>(texts);
  file.root = Value(make_intrusive<ObjectImpl>(make_intrusive<ClassType>("__torch__")));
  script::ProgramCode code(*file.program, file, true);
  std::map<std::string, const Function*> wanted;
  for (const std::string& text : sources)
    for (const auto& f : texts->add("<source>", text).functions) {
      const Function* made = code.want(*file.program->find_function("__torch__." + f->name));
      TL_CHECK(wanted.emplace(f->name, made).second, "define: there is a function '", f->name,
               "' already");
    }
  code.finish();
  prepare(file, true);
  const auto state = std::make_shared<const ModuleState>(std::move(file));
  sources_ = std::move(sources);
  functions_.clear();
  for (const auto& [name, f] : wanted) functions_.emplace(name, Method(state, *f, nullptr));
}

const Method* CompilationUnit::find_function(const std::string& name) const {
  const auto at = functions_.find(name);
  return at == functions_.end() ? nullptr : &at->second;
}
const Method& CompilationUnit::get_function(const std::string& name) const {
  if (const Method* f = find_function(name)) return *f;
  std::string all;
  for (const auto& [n, f] : functions_) all += (all.empty() ? "" : ", ") + n;
  Error e(str("no function '", name, "' is defined"));
  throw e.fix("there " + (all.empty() ? "are none" : "are " + all));
}
std::vector<const Method*> CompilationUnit::get_functions() const {
  std::vector<const Method*> out;
  for (const auto& [name, f] : functions_) out.push_back(&f);
  return out;
}

std::shared_ptr<CompilationUnit> compile(const std::string& source) {
  return std::make_shared<CompilationUnit>(source);
}

}  // namespace tealight
