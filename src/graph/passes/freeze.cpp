// %m = prim::GetAttr[name="conv"](%self)
// %w = prim::GetAttr[name="weight"](%m)   →   %self.conv.weight = prim::Constant[value=...]()
// for what an object holds and its methods only read. `training` is such an attribute; what only
// training writes is found constant once the branches for training are gone, so this repeats.
#include "graph/passes/freeze.h"

#include <algorithm>
#include <set>

#include "graph/alias.h"
#include "ops/custom_class.h"
#include "tealight/ops.h"

namespace tealight::ir {
namespace {

using Aliases = Value::HashAliasedIValues;

bool is_custom(const ObjectImpl& o) { return find_custom_class(o.cls->name) != nullptr; }

/// Where each variable that is surely one object of the model gets it from.
struct Known {
  const ObjectImpl* object;
  std::string path;  // "self.encoder"
};

/// Reading of one attribute of such an object.
struct Read {
  Node* node;
  Known of;
  std::string name;
  const Value* value;
  std::string path() const { return of.path + "." + name; }
};

bool only_looks(const Use& u) {
  return (u.index == 0 && (u.user->is("prim::GetAttr") || u.user->is("prim::SetAttr"))) ||
         u.user->is("prim::isinstance") || u.user->is("aten::__is__") ||
         u.user->is("aten::__isnot__");
}

/// What is written, by class and attribute: an object's methods are its class's.
class Written {
 public:
  void collect(const Block& b) {
    for (const auto& n : b.nodes()) {
      if (n->is("prim::SetAttr"))
        slots_.emplace(n->input()->type()->name, n->text_attribute("name"));
      for (const auto& inner : n->blocks()) collect(*inner);
      if (n->subgraph()) collect(n->subgraph()->body());
    }
  }
  bool contains(const ObjectImpl& o, const std::string& name) const {
    return slots_.contains({o.cls->name, name});
  }

 private:
  std::set<std::pair<std::string, std::string>> slots_;
};

/// A graph's reads of the model's objects, and the objects that it does other things with.
class Reads {
 public:
  Reads(Graph& g, const ObjectImpl& self, const Written& written, bool eval)
      : written_(written), eval_(eval) {
    known_[g.inputs()[0].get()] = {&self, "self"};
    block(g.body());
    for (const auto& [v, known] : known_)
      for (const Use& u : v->uses())
        if (!only_looks(u)) given_away.insert(known.object);
  }
  std::vector<Read> all;
  std::set<const ObjectImpl*> given_away;

 private:
  void block(Block& b) {
    for (const auto& n : b.nodes()) {
      if (n->is("prim::GetAttr")) attribute(n.get());
      for (const auto& inner : n->blocks()) block(*inner);
    }
  }
  void attribute(Node* n) {
    const auto it = known_.find(n->input());
    if (it == known_.end()) return;
    const Known of = it->second;
    const std::string& name = n->text_attribute("name");
    static const Value kFalse(false);
    const Value* value = of.object->find_attr(name);
    if (!value) return;
    if (eval_ && name == "training" && value->isBool()) value = &kFalse;
    all.push_back({n, of, name, value});
    if (!value->isObject() || is_custom(value->toObjectRef())) return;
    if (written_.contains(*of.object, name))
      given_away.insert(&value->toObjectRef());
    else
      known_[n->output()] = {&value->toObjectRef(), all.back().path()};
  }

  const Written& written_;
  const bool eval_;
  std::unordered_map<const Var*, Known> known_;
};

class Freezer {
 public:
  Freezer(std::span<Graph* const> methods, const PassContext& context)
      : methods_(methods), context_(context), self_(context.self.toObjectRef()) {}

  bool run() {
    bool changed = inline_all();
    while (round()) changed = true;
    return changed;
  }

 private:
  bool inline_all();
  bool round();
  bool narrow_types(std::vector<Read>&) const;
  bool may_freeze(const Read& r) const {
    return may_be_constant(*r.value) && !written_.contains(*r.of.object, r.name) &&
           !given_away_.contains(r.of.object) && !preserved(r);
  }
  bool preserved(const Read& r) const {
    const std::string path = r.path().substr(5);  // behind "self."
    return std::any_of(
        context_.preserved.begin(), context_.preserved.end(),
        [&](const std::string& p) { return path == p || path.starts_with(p + "."); });
  }
  void find_written_memory(Graph&);
  bool is_written(const Value&) const;
  std::vector<std::pair<Var*, const Value*>> put_constants(Graph&, std::vector<Read>&,
                                                           bool unwritten_only) const;

  std::span<Graph* const> methods_;
  const PassContext& context_;
  const ObjectImpl& self_;
  Written written_;
  std::set<const ObjectImpl*> given_away_;
  Aliases written_memory_;
};

bool Freezer::inline_all() {
  bool changed = false;
  for (Graph* g : methods_) changed |= inline_calls(*g, context_);
  return changed;
}

// An attribute of an interface's type, or an Optional one, holds an object of one class.
bool Freezer::narrow_types(std::vector<Read>& reads) const {
  bool changed = false;
  for (Read& r : reads) {
    if (!r.value->isObject() || r.node->output()->type()->is(TypeKind::Class)) continue;
    if (written_.contains(*r.of.object, r.name)) continue;
    const auto& cls = r.value->toObjectRef().cls;
    Type type{TypeKind::Class, {}, cls->name, {}, cls};
    r.node->output()->set_type(Type::make(std::move(type)));
    changed = true;
  }
  return changed;
}

// In a copy where what may be frozen is constant: constants share memory with nothing else there.
void Freezer::find_written_memory(Graph& g) {
  const auto copy = g.copy();
  Reads reads(*copy, self_, written_, context_.eval);
  const auto constants = put_constants(*copy, reads.all, false);
  const AliasInfo alias(*copy);
  for (const auto& [v, value] : constants)
    if (alias.may_be_written(v)) value->getSubValues(written_memory_);
  for (const Read& r : reads.all)
    if (!may_freeze(r) && !r.value->isObject() && alias.may_be_written(r.node->output()))
      r.value->getSubValues(written_memory_);
}

bool Freezer::is_written(const Value& v) const {
  return v.visit([&](const Value& part) { return written_memory_.contains(part); });
}

bool requires_grad(const Value& v) {
  return v.isTensor() && v.toTensor().defined() && v.toTensor().requires_grad();
}

// Parameters are none once they are constants: PyTorch refuses those that require a gradient,
// inside of lists too. Containers of such are copied, as nothing writes them.
Value detached(const Value& v) {
  if (requires_grad(v)) return v.toTensor().detach();
  if (!v.visit(requires_grad)) return v;
  const auto all = [](const std::vector<Value>& items) {
    std::vector<Value> out;
    for (const Value& item : items) out.push_back(detached(item));
    return out;
  };
  if (v.isList()) return make_list(v.toListRef().element, all(v.toListRef().items));
  if (v.isTuple())
    return make_intrusive<TupleImpl>(all(v.toTupleRef().items), v.toTupleRef().named);
  if (!v.isGenericDict()) return v;
  auto dict = make_intrusive<DictImpl>(v.toDictRef().key, v.toDictRef().value);
  for (const auto& [key, value] : v.toDictRef().entries())
    dict->insert_or_assign(key, detached(value));
  return Value(std::move(dict));
}

// One for each attribute, at the graph's beginning, in the order of the reads.
std::vector<std::pair<Var*, const Value*>> Freezer::put_constants(Graph& g,
                                                                  std::vector<Read>& reads,
                                                                  bool unwritten_only) const {
  std::vector<std::pair<Var*, const Value*>> made;
  std::map<std::pair<const ObjectImpl*, std::string>, Var*> of;
  Node* first = g.body().first();
  for (Read& r : reads) {
    if (!r.node->output()->used() || !may_freeze(r)) continue;
    if (unwritten_only && is_written(*r.value)) continue;
    Var*& constant = of[{r.of.object, r.name}];
    if (!constant) {
      Value v = detached(*r.value);
      const TypePtr& declared = r.node->output()->type();
      Builder builder(first);
      constant = builder.constant(std::move(v), declared->is(TypeKind::List) ||
                                                        declared->is(TypeKind::Dict) ||
                                                        declared->is(TypeKind::Tuple)
                                                    ? declared
                                                    : nullptr);
      constant->set_name(r.path());
      made.emplace_back(constant, r.value);
    }
    r.node->output()->replace_uses_with(constant);
  }
  return made;
}

bool Freezer::round() {
  written_ = {};
  given_away_.clear();
  written_memory_.clear();
  for (Graph* g : methods_) written_.collect(g->body());
  bool narrowed = false;
  for (Graph* g : methods_) {
    Reads reads(*g, self_, written_, context_.eval);
    given_away_.merge(reads.given_away);
    narrowed |= narrow_types(reads.all);
  }
  if (narrowed && inline_all()) return true;
  for (const ObjectImpl* o : given_away_)
    for (const Value& v : o->slots) v.getSubValues(written_memory_);
  for (Graph* g : methods_) find_written_memory(*g);
  bool changed = narrowed;
  for (Graph* g : methods_) {
    Reads reads(*g, self_, written_, context_.eval);
    if (put_constants(*g, reads.all, true).empty()) continue;
    changed = true;
    for (auto* simplify : {propagate_constants, peephole, eliminate_dead_code})
      simplify(*g, context_);
  }
  return changed;
}

}  // namespace

bool may_be_constant(const Value& v) {
  if (v.isObject()) return is_custom(v.toObjectRef());
  if (v.isUninitialized() || v.isGenerator() || v.isFuture() || v.isCapsule()) return false;
  if (!v.isList() && !v.isTuple() && !v.isGenericDict()) return true;
  bool outermost = true;
  return !v.visit([&](const Value& part) {
    if (std::exchange(outermost, false) || part.isCapsule()) return false;
    return !part.isList() && !part.isTuple() && !part.isGenericDict() && !may_be_constant(part);
  });
}

bool freeze_together(std::span<Graph* const> methods, const PassContext& context) {
  return context.self.isObject() && !methods.empty() && Freezer(methods, context).run();
}

bool freeze(Graph& g, const PassContext& context) {
  Graph* const one[] = {&g};
  return freeze_together(one, context);
}

}  // namespace tealight::ir
