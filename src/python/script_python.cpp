#include "python/script_python.h"

#include <algorithm>

#include "python/module_types.h"
#include "script/parser.h"
#include "script/program_code.h"
#include "tealight/generator.h"

namespace tealight::python {
namespace {

using script::Class;
using script::StmtKind;

constexpr std::string_view kRoot = "__torch__.";

// What names mean to the compiler: what they are to Python.
class PythonProgram : public script::Resolver {
 public:
  PythonProgram(Evaluator::Finder finder, int64_t steps) : evaluator_(std::move(finder), steps) {}
  Evaluator& evaluator() { return evaluator_; }

  Found find(const std::string& qualified_name) override;
  std::optional<Global> global(const script::SourceText& source, const std::string& name) override {
    const File* f = evaluator_.file_of(source);
    if (!f) return std::nullopt;
    File& file = *evaluator_.file(f->module);
    if (!file.index.contains(name)) return starred(file, name);
    return meaning(*evaluator_.global(file, name), name);
  }
  std::optional<Global> member(const std::string& path) override {
    if (path.starts_with(kRoot)) return std::nullopt;
    Global g = meaning(evaluator_.member(path), path);
    if (!g.value && g.problem.empty() && g.path == path) return std::nullopt;
    return g;
  }
  std::optional<Value> evaluate(const Expr& e, const script::SourceText& source) override {
    const File* f = evaluator_.file_of(source);
    if (!f) return std::nullopt;
    return evaluator_.to_value(evaluator_.evaluate(e, *evaluator_.file(f->module)));
  }

 private:
  Global meaning(const Py&, const std::string& name);
  std::optional<Global> starred(File& file, const std::string& name) {
    for (const auto& s : file.program.statements)
      for (const script::Import& i : s->imports)
        if (i.name == "*")
          if (const auto g = member(i.module + "." + name)) return g;
    return std::nullopt;
  }
  Evaluator evaluator_;
};

const char* base_word(ClassObject::Kind k) {
  switch (k) {
    case ClassObject::Kind::named_tuple:
      return "NamedTuple";
    case ClassObject::Kind::enumeration:
      return "Enum";
    case ClassObject::Kind::interface:
      return "Interface";
    default:
      return "";
  }
}

script::Resolver::Found PythonProgram::find(const std::string& qualified_name) {
  if (!qualified_name.starts_with(kRoot)) return {};
  const std::string name = qualified_name.substr(kRoot.size());
  const size_t dot = name.rfind('.');
  File* f = evaluator_.file(dot == name.npos ? "" : name.substr(0, dot));
  const std::string last = name.substr(dot + 1);
  const auto at = f ? f->index.find(last) : decltype(f->index.end())();
  if (!f || at == f->index.end()) return {};
  const Stmt& s = *at->second;
  if (s.is(StmtKind::def)) return {f->program.source, nullptr, s.function.get()};
  if (!s.is(StmtKind::class_)) return {};
  const Py made = *evaluator_.global(*f, last);
  const ClassObject* c = made.as<ClassObject>();
  if (!c || c->kind == ClassObject::Kind::module) return {};
  s.cls->base = base_word(c->kind);
  return {f->program.source, s.cls.get(), nullptr};
}

script::Resolver::Global PythonProgram::meaning(const Py& v, const std::string& name) {
  Global g;
  if (const Path* p = v.as<Path>()) {
    g.path = p->path;
  } else if (const ClassObject* c = v.as<ClassObject>()) {
    g.path = c->name;
    if (c->kind != ClassObject::Kind::module) return g;
    g.problem = str("'", name, "' is a module, which only a constructor makes");
    g.fix = "make it in __init__: self.layer = " + name + "(...)";
  } else if (const FunctionObject* f = v.as<FunctionObject>()) {
    g.path = f->file->full_name(f->def->name);
    if (f->file->index.contains(f->def->name)) return g;
    g.problem = str("'", name, "' is a lambda, or a function made inside another");
    g.fix = "write it with def at the top of the file";
  } else if (const List* l = v.as<List>(); l && !l->tuple) {
    g.problem = str("'", name, "' is a list outside the function, which TorchScript does not see");
    g.fix = "pass it as an argument, make it a tuple, or an attribute of the module";
  } else if (const std::optional<Value> value = evaluator_.to_value(v);
             value && !value->isTensor()) {
    g.value = *value;
  } else {
    g.problem = str("'", name, "' is a ", evaluator_.kind_of(v),
                    " outside the function, which TorchScript does not see");
    g.fix = "pass it as an argument, or make it an attribute of the module";
  }
  return g;
}

// ---- which model

struct Candidates {
  std::vector<std::string> modules, functions, marked;
};

bool names_word(std::string_view text, const std::string& word) {
  const auto is_part = [](char c) { return std::isalnum(uint8_t(c)) || c == '_'; };
  for (size_t at = text.find(word); at != text.npos; at = text.find(word, at + 1)) {
    const size_t end = at + word.size();
    if ((at == 0 || !is_part(text[at - 1])) && (end == text.size() || !is_part(text[end])))
      return true;
  }
  return false;
}

Candidates candidates(File& f, Evaluator& evaluator) {
  Candidates out;
  std::vector<const Stmt*> classes;
  for (const auto& s : f.program.statements) {
    if (s->is(StmtKind::class_)) classes.push_back(s.get());
    if (!s->is(StmtKind::def)) continue;
    if (f.index.at(s->function->name) != s.get()) continue;  // the last one of a name counts
    out.functions.push_back(s->function->name);
    if (script::has_decorator(s->function->decorators, "script"))
      out.marked.push_back(s->function->name);
  }
  for (const Stmt* c : classes) {
    const Py made = *evaluator.global(f, c->cls->name);
    const ClassObject* known = made.as<ClassObject>();
    if (!known || known->kind != ClassObject::Kind::module) continue;
    // A class that others of the file use is a part of a model.
    const bool part = std::any_of(classes.begin(), classes.end(), [&](const Stmt* other) {
      const std::string_view text = f.source().text;
      return other != c &&
             names_word(text.substr(other->span.begin, other->span.end - other->span.begin),
                        c->cls->name);
    });
    if (!part) out.modules.push_back(c->cls->name);
  }
  return out;
}

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& n : names) out += (out.empty() ? "" : ", ") + n;
  return out;
}

class Scripting {
 public:
  Scripting(const std::string& file_name, const std::string& text, const ScriptOptions& options)
      : options_(options),
        program_(std::make_shared<PythonProgram>(options.find_file, options.steps)) {
    file_.kind = "TorchScript of a Python file";
    file_.program = std::make_shared<script::Unit>(program_);
    main_ = &evaluator().add_file(
        "", std::make_shared<const script::SourceText>(script::SourceText{file_name, text}));
  }
  ModelFile run();

 private:
  Evaluator& evaluator() { return program_->evaluator(); }
  script::Unit& unit() { return *file_.program; }
  Py chosen();
  Args constructor_arguments();
  void script_module(Instance&);
  void script_functions(const std::vector<std::string>& names);
  void add_function(Class&, const std::string& method, script::ScriptFunction&);

  const ScriptOptions& options_;
  std::shared_ptr<PythonProgram> program_;
  ModelFile file_;
  File* main_;
};

Args Scripting::constructor_arguments() {
  Args args;
  for (const auto& [name, text] : options_.arguments) {
    const auto source =
        std::make_shared<const script::SourceText>(script::SourceText{"--arg " + name, text});
    File given;  // the file's own names may be used
    given.program.source = source;
    given.index = main_->index;
    given.known = main_->known;
    const auto e = script::parse_expression(*source);
    Py v = evaluator().evaluate(*e, given);
    args.named.emplace_back(name, std::move(v));
  }
  return args;
}

Py Scripting::chosen() {
  std::string name = options_.name;
  if (name.empty()) {
    const Candidates all = candidates(*main_, evaluator());
    if (all.modules.size() > 1) {
      Error e(str("the file has several models: ", joined(all.modules)));
      throw e.fix("choose one: --class " + all.modules.back());
    }
    if (all.modules.size() == 1) {
      name = all.modules[0];
    } else {
      script_functions(all.marked.empty() ? all.functions : all.marked);
      return Py();
    }
  }
  const std::optional<Py> v = evaluator().global(*main_, name);
  if (!v) {
    const Candidates all = candidates(*main_, evaluator());
    Error e(str("the file has no '", name, "'"));
    std::vector<std::string> there = all.modules;
    there.insert(there.end(), all.functions.begin(), all.functions.end());
    throw e.fix("it has " + (there.empty() ? "no class or function" : joined(there)));
  }
  if (v->as<FunctionObject>()) {
    script_functions({name});
    return Py();
  }
  if (v->as<ClassObject>()) return evaluator().call(*v, constructor_arguments());
  return *v;
}

void Scripting::script_module(Instance& root) {
  if (!options_.training) evaluator().call(evaluator().attribute(&root, "eval"), {});
  ModuleTypes types(unit(), evaluator());
  file_.root = types.object_of(root);
  script::ProgramCode code(unit(), file_, true);
  for (const auto& [c, methods] : types.exported())
    for (const std::string& m : methods) code.want_method(c->name, m);
  const Class& c = types.class_of(root);
  if (!code.want_method(c.name, "forward") && types.exported().at(&types.class_of(root)).empty()) {
    Error e(str("class ", c.name, " has no forward"));
    throw e.fix("write def forward(self, ...), or mark a method @torch.jit.export");
  }
  for (const std::string& hook : c.forward_hooks) code.want_method(c.name, hook);
  for (const std::string& hook : c.forward_pre_hooks) code.want_method(c.name, hook);
  code.finish();
  types.drop_uncompiled();
}

// A function becomes a method of a module, as torch.jit.save has it.
void Scripting::add_function(Class& c, const std::string& method, script::ScriptFunction& f) {
  unit().compile(f);
  auto graph = std::make_shared<ir::Graph>();
  FunctionSchema schema = f.schema;
  schema.name = method;
  Argument self;
  self.name = "self";
  self.type = c.type;
  schema.arguments.insert(schema.arguments.begin(), self);
  graph->body().add_parameter(c.type, "self");
  ir::Node* name = graph->body().append("prim::Constant");
  name->set_attribute("name", Value(f.name));
  std::vector<ir::Var*> inputs{name->add_output(Type::get(TypeKind::Function))};
  for (const Argument& a : f.schema.arguments)
    inputs.push_back(graph->body().add_parameter(a.type, a.name));
  ir::Node* call = graph->body().append("prim::CallFunction", std::move(inputs));
  graph->body().add_result(call->add_output(f.schema.returns[0].type));
  unit().define(c.name + "." + method, std::move(schema), std::move(graph), &c);
}

void Scripting::script_functions(const std::vector<std::string>& names) {
  if (names.empty()) {
    Error e("the file has no model: no class of nn.Module, and no function");
    throw e.fix("derive a class from torch.nn.Module, or write a function");
  }
  Class& c = unit().declare_module(std::string(kRoot) + "PlaceholderModule");
  script::ProgramCode code(unit(), file_, true);
  for (const std::string& name : names) {
    script::ScriptFunction* f = unit().find_function(main_->full_name(name));
    if (!f) fail(str("'", name, "' is no function"));
    const std::string method = names.size() == 1 ? "forward" : name;
    add_function(c, method, *f);
    code.want_method(c.name, method);
  }
  c.add_attribute("training", Type::get(TypeKind::Bool));
  auto object = make_intrusive<ObjectImpl>(c.type->cls);
  object->slots[0] = Value(options_.training);
  file_.root = Value(object);
  code.finish();
}

ModelFile Scripting::run() {
  if (options_.seed) manual_seed(*options_.seed);
  const Py model = chosen();
  if (file_.root.isNone()) {
    Instance* root = model.as<Instance>();
    if (!root || root->cls->kind != ClassObject::Kind::module)
      fail(str("'", options_.name, "' is a ", evaluator().kind_of(model), ", not a module"));
    script_module(*root);
  }
  return std::move(file_);
}

}  // namespace

ModelFile script_python(const std::string& file_name, const std::string& text,
                        const ScriptOptions& options) {
  return Scripting(file_name, text, options).run();
}

}  // namespace tealight::python
