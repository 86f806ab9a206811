#include "script/training_layers.h"

#include <functional>
#include <set>

#include "script/pass_context.h"

namespace tealight::script {
namespace {

/// Each module once, under the first of its names.
void each_module(const Value& root,
                 const std::function<void(const std::string&, const ObjectImpl&)>& visit) {
  std::set<const ObjectImpl*> seen;
  const std::function<void(const Value&, const std::string&)> walk = [&](const Value& v,
                                                                         const std::string& path) {
    if (!v.isObject() || v.isCustomClass() || !seen.insert(&v.toObjectRef()).second) return;
    const ObjectImpl& o = v.toObjectRef();
    visit(path, o);
    for (size_t i = 0; i < o.slots.size() && i < o.cls->attributes.size(); ++i)
      walk(o.slots[i], (path.empty() ? "" : path + ".") + o.cls->attributes[i]);
  };
  walk(root, "");
}

// "features.1" of %v = self.features.1.running_mean; empty: it is no attribute of a submodule.
std::string owner_of(const ir::Var* v) {
  std::vector<std::string> names;
  for (; !v->is_parameter() && v->node()->is("prim::GetAttr"); v = v->node()->input())
    names.push_back(v->node()->text_attribute("name"));
  if (!v->is_parameter() || names.size() < 2) return {};
  std::string path;
  for (size_t i = names.size(); i-- > 1;) path += (path.empty() ? "" : ".") + names[i];
  return path;
}

std::string layer_of(const ir::Node& n, const std::string& function) {
  if (n.source() && !n.source()->scope.empty()) return n.source()->scope;
  for (const ir::Var* v : n.inputs())
    if (const std::string path = owner_of(v); !path.empty()) return path;
  return function;
}

}  // namespace

std::string TrainingLayer::str() const {
  return (layer.empty() ? "" : layer + ": ") + call.node->kind();
}

std::vector<TrainingLayer> training_layers(const ModelFile& file) {
  Unit& unit = *file.program;
  std::map<std::string, std::string> paths;  // by class
  each_module(file.root, [&](const std::string& path, const ObjectImpl& o) {
    paths.emplace(o.cls->name, path);
  });
  std::vector<TrainingLayer> layers;
  const auto look = [&](ScriptFunction& f) {
    const auto path = f.cls ? paths.find(f.cls->name) : paths.end();
    const bool named = path != paths.end() && !path->second.empty();
    for (const ir::TrainingCall& c : ir::training_calls(*unit.compile(f)))
      layers.push_back({c, layer_of(*c.node, named ? path->second : f.base_name())});
  };
  each_function(unit, look);
  return layers;
}

namespace {

void find_readers(const ir::Block& b, std::set<std::string>& classes) {
  for (const auto& n : b.nodes()) {
    if (n->is("prim::GetAttr") && n->text_attribute("name") == "training" && n->output()->used())
      classes.insert(n->input()->type()->name);
    for (const auto& inner : n->blocks()) find_readers(*inner, classes);
    if (n->subgraph()) find_readers(n->subgraph()->body(), classes);
  }
}

}  // namespace

std::vector<std::string> modules_in_training(const ModelFile& file) {
  std::set<std::string> readers;
  each_function(*file.program, [&](ScriptFunction& f) {
    find_readers(file.program->compile(f)->body(), readers);
  });
  std::vector<std::string> names;
  each_module(file.root, [&](const std::string& path, const ObjectImpl& o) {
    const Value* training = o.find_attr("training");
    if (training && training->isBool() && training->toBool() && readers.contains(o.cls->name))
      names.push_back(path);
  });
  return names;
}

size_t leave_training(const Value& root) {
  size_t count = 0;
  each_module(root, [&](const std::string&, const ObjectImpl& o) {
    const Value* training = o.find_attr("training");
    if (!training || !training->isBool() || !training->toBool()) return;
    const_cast<ObjectImpl&>(o).set_attr("training", false);
    ++count;
  });
  return count;
}

}  // namespace tealight::script
