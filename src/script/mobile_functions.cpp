#include "script/mobile_functions.h"

#include <set>

#include "graph/lower.h"
#include "graph/model_file.h"
#include "script/pass_context.h"

namespace tealight::script {
namespace {

// Lite models know Tensors, containers and classes written in C++, and modules only as `self`.
void check(const Type& t) {
  for (const TypePtr& child : t.children) check(*child);
  if (!t.is(TypeKind::Class) || t.name.starts_with("__torch__.torch.classes.")) return;
  Error e("the class " + t.name + " is used as a type, which is not supported in mobile modules",
          ErrorKind::unsupported);
  throw e.fix("make it an nn.Module or a NamedTuple, or write TorchScript (.pt)");
}

class MobileModel {
 public:
  explicit MobileModel(const ModelFile& file)
      : unit_(*file.program), out_(without_code(file)), calls_(pass_context(unit_)) {
    out_.pending = file.pending;
    out_.classes = file.classes;
    linkage_.debug = &out_.debug;
  }
  ModelFile run() {
    find_parts();
    const std::string& root = out_.root.toObjectRef().cls->name;
    if (const Class* c = unit_.find_class(root))
      for (const auto& [name, f] : c->methods)
        if (!name.starts_with("__")) add(root, name);
    for (const std::string& part : parts_) {
      const Class* c = unit_.find_class(part);
      if (c && c->methods.contains("__setstate__") && c->methods.contains("__getstate__"))
        add(part, "__setstate__");
    }
    for (size_t done = 0; done < out_.functions.size(); ++done)
      add_implementations(*out_.functions[done]);
    return std::move(out_);
  }

 private:
  // Classes of all objects of the model.
  void find_parts() {
    out_.root.visit([&](const Value& v) {
      if (v.isObject() && parts_set_.insert(v.toObjectRef().cls->name).second)
        parts_.push_back(v.toObjectRef().cls->name);
      return false;
    });
  }

  void add(const std::string& cls, const std::string& method) {
    const Type type = *Type::named(TypeKind::Class, cls);
    ScriptFunction* f = unit_.find_method(type, method);
    if (!f || !names_.insert(cls + "." + method).second) return;
    auto into = std::make_unique<Function>();
    into->qualified_name = cls + "." + method;
    const std::unique_ptr<ir::Graph> graph = unit_.compile(*f)->copy();
    ir::inline_calls(*graph, calls_);
    ir::eliminate_dead_code(*graph, calls_);
    into->code = ir::lower(*graph, linkage_);
    for (const TypePtr& t : into->code.types) check(*t);
    into->schema = f->schema;
    out_.functions.push_back(std::move(into));
  }

  void add_implementations(const Function& f) {
    std::set<std::string> methods;
    for (const Instruction& i : f.code.instructions)
      if (i.op == OpCode::INTERFACE_CALL)
        methods.insert(f.code.constants.at(size_t(i.x)).toStringRef());
    for (const std::string& m : methods)
      for (const std::string& part : parts_) {
        const Class* c = unit_.find_class(part);
        if (c && c->methods.contains(m)) add(part, m);
      }
  }

  Unit& unit_;
  ModelFile out_;
  ir::Linkage linkage_;
  ir::PassContext calls_;
  std::vector<std::string> parts_;
  std::set<std::string> parts_set_, names_;
};

}  // namespace

ModelFile mobile_model(const ModelFile& file) {
  TL_CHECK(file.program, "the model has no program to write");
  return MobileModel(file).run();
}

}  // namespace tealight::script
