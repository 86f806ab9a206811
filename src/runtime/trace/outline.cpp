#include "runtime/trace/outline.h"

#include <algorithm>
#include <deque>

namespace tealight::tracing {
namespace {

// What one call of a method did: nodes, and calls of further methods.
struct Region {
  const Region* outer;
  const ModuleBuilder::Instance* self;
  ModuleCall call;
  size_t depth;  // among the calls of its nodes
  struct Item {
    const ir::Node* node;
    Region* region;  // in place of a node
  };
  std::vector<Item> items = {};
  bool is_in(const Region* r) const { return this == r || (outer && outer->is_in(r)); }
};

// Stands where it is used: each method gets its own.
bool is_anywhere(const ir::Node& n) { return n.is("prim::Constant") || n.is("prim::GetAttr"); }

class Outliner {
 public:
  Outliner(FlatTrace flat, ModuleBuilder& module) : flat_(std::move(flat)), module_(module) {
    find_regions();
  }
  std::shared_ptr<ir::Graph> root();

 private:
  void find_regions();
  Region& inner(Region& outer, const ModuleCall&, const ModuleBuilder::Instance*);
  std::vector<const ir::Var*> outputs_of(const Region&) const;
  void add_outputs(const Region&, const Region& of, std::vector<const ir::Var*>&) const;

  friend class MethodWriter;
  FlatTrace flat_;
  ModuleBuilder& module_;
  std::deque<Region> regions_;  // the first is the root's
  std::unordered_map<const ir::Node*, const Region*> region_of_;
};

void Outliner::find_regions() {
  regions_.push_back({nullptr, &module_.root(), {}, 0});
  std::vector<Region*> open{&regions_[0]};
  const ModuleCalls none;
  for (const auto& n : flat_.graph->body().nodes()) {
    if (is_anywhere(*n)) continue;
    const auto at = flat_.calls.find(n.get());
    const ModuleCalls& calls = at == flat_.calls.end() || !at->second ? none : *at->second;
    size_t depth = 0;
    while (depth < calls.size() && depth + 1 < open.size() && open[depth + 1]->call == calls[depth])
      ++depth;
    open.resize(depth + 1);
    for (; depth < calls.size(); ++depth) {
      // Names that are no submodules' stay scopes.
      const auto* self = module_.find(*open.back()->self, calls[depth].path);
      if (!self) break;
      open.push_back(&inner(*open.back(), calls[depth], self));
    }
    open.back()->items.push_back({n.get(), nullptr});
    region_of_[n.get()] = open.back();
  }
}

Region& Outliner::inner(Region& outer, const ModuleCall& call,
                        const ModuleBuilder::Instance* self) {
  regions_.push_back({&outer, self, call, outer.depth + 1});
  outer.items.push_back({nullptr, &regions_.back()});
  return regions_.back();
}

void Outliner::add_outputs(const Region& r, const Region& of,
                           std::vector<const ir::Var*>& found) const {
  for (const Region::Item& item : r.items) {
    if (item.region) {
      add_outputs(*item.region, of, found);
      continue;
    }
    for (const auto& v : item.node->outputs()) {
      const bool outside = std::any_of(v->uses().begin(), v->uses().end(), [&](const ir::Use& u) {
        const auto user = region_of_.find(u.user);
        return user == region_of_.end() || !user->second->is_in(&of);
      });
      if (outside) found.push_back(v.get());
    }
  }
}

std::vector<const ir::Var*> Outliner::outputs_of(const Region& r) const {
  std::vector<const ir::Var*> found;
  add_outputs(r, r, found);
  return found;
}

// ---- one method

class MethodWriter {
 public:
  MethodWriter(Outliner& outliner, const Region& region)
      : outliner_(outliner),
        region_(region),
        graph_(std::make_shared<ir::Graph>()),
        self_(outliner.module_, *region.self, *graph_),
        builder_(&graph_->body()) {}

  void add_input(const ir::Var* v) {
    inputs_.push_back(v);
    ir::Var* made = graph_->body().add_parameter(v->type(), v->is_numbered() ? "x" : v->name());
    made->set_info(v->info());
    vars_[v] = made;
  }
  void write() {
    for (const Region::Item& item : region_.items) {
      if (item.region)
        call(*item.region);
      else
        copy(*item.node);
    }
    builder_.set_source(ir::SourcePtr());
  }
  void give(const std::vector<const ir::Var*>& outputs) {
    std::vector<ir::Var*> results;
    for (const ir::Var* v : outputs) results.push_back(own(v));
    graph_->body().add_result(results.size() == 1 ? results[0]
                              : results.empty()   ? builder_.constant({})
                                                  : tuple(results));
  }
  const std::shared_ptr<ir::Graph>& graph() const { return graph_; }
  const std::vector<const ir::Var*>& inputs() const { return inputs_; }

 private:
  ir::Var* tuple(const std::vector<ir::Var*>& parts) {
    std::vector<TypePtr> types;
    for (const ir::Var* v : parts) types.push_back(v->type());
    return builder_.node("prim::TupleConstruct", parts)->add_output(Type::tuple(std::move(types)));
  }

  // What stands here for a variable of the flat graph.
  ir::Var* own(const ir::Var* v) {
    const auto known = vars_.find(v);
    if (known != vars_.end()) return known->second;
    if (const auto* place = outliner_.flat_.attributes->place_of(v))
      if (ir::Var* a = self_.attribute(builder_, *place)) return vars_[v] = a;
    if (v->node()->is("prim::Constant")) {
      copy(*v->node());
      return vars_.at(v);
    }
    add_input(v);
    return vars_.at(v);
  }

  void copy(const ir::Node& n) {
    for (const ir::Var* v : n.inputs()) own(v);
    builder_.copy(n, vars_)->set_source(source(n.source()));
  }

  // With the scope as it is seen from this module.
  ir::SourcePtr source(const ir::SourcePtr& s) {
    if (!s || s->scope.empty() || region_.depth == 0) return s;
    ir::SourcePtr& made = sources_[s.get()];
    if (made) return made;
    std::string path;
    for (const Region* r = &region_; r->outer; r = r->outer)
      path = r->call.path + (path.empty() ? "" : "." + path);
    ir::Source copy = *s;
    copy.scope = copy.scope.size() > path.size() ? copy.scope.substr(path.size() + 1) : "";
    return made = std::make_shared<const ir::Source>(std::move(copy));
  }

  void call(const Region& r) {
    MethodWriter callee(outliner_, r);
    callee.write();
    const std::vector<const ir::Var*> outputs = outliner_.outputs_of(r);
    callee.give(outputs);
    std::vector<ir::Var*> inputs{self_.child(builder_, r.call.path)};
    for (const ir::Var* v : callee.inputs()) inputs.push_back(own(v));
    builder_.set_source(ir::SourcePtr());
    ir::Node* n = builder_.node("prim::CallMethod", std::move(inputs));
    n->set_attribute("name",
                     Value(outliner_.module_.define(*r.self, r.call.method, callee.graph())));
    ir::Var* result = n->add_output(callee.graph()->outputs()[0]->type());
    if (outputs.size() == 1) {
      take(outputs[0], result);
    } else if (!outputs.empty()) {
      ir::Node* unpack = builder_.node("prim::TupleUnpack", {result});
      unpack->set_overload(&find_overload("prim::TupleUnpack"));
      for (const ir::Var* v : outputs) take(v, unpack->add_output(v->type()));
    }
  }
  void take(const ir::Var* v, ir::Var* made) {
    made->set_info(v->info());
    vars_[v] = made;
  }

  Outliner& outliner_;
  const Region& region_;
  std::shared_ptr<ir::Graph> graph_;
  AttributeReader self_;
  ir::Builder builder_;
  std::vector<const ir::Var*> inputs_;
  ir::VarMap vars_;
  std::unordered_map<const ir::Source*, ir::SourcePtr> sources_;
};

std::shared_ptr<ir::Graph> Outliner::root() {
  if (regions_.size() == 1) return std::move(flat_.graph);
  MethodWriter writer(*this, regions_[0]);
  const auto inputs = flat_.graph->inputs();
  for (size_t i = 1; i < inputs.size(); ++i) writer.add_input(inputs[i].get());
  writer.write();
  writer.give({flat_.graph->outputs()[0]});
  return writer.graph();
}

}  // namespace

void define_methods(FlatTrace flat, ModuleBuilder& module, const std::string& method) {
  const std::shared_ptr<ir::Graph> graph = Outliner(std::move(flat), module).root();
  ir::verify(*graph);
  module.define(module.root(), method, graph);
}

}  // namespace tealight::tracing
