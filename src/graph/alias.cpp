#include "graph/alias.h"

#include <algorithm>

#include "graph/schema_match.h"

namespace tealight::ir {

namespace {

constexpr uint32_t kOutside = 0;

bool intersect(const std::set<uint32_t>& a, const std::set<uint32_t>& b) {
  for (auto i = a.begin(), j = b.begin(); i != a.end() && j != b.end();) {
    if (*i == *j) return true;
    *i < *j ? ++i : ++j;
  }
  return false;
}

// The letters of a mark: "a" and "b" of "a|b", "a" of "a! -> *".
std::vector<std::string> letters_of(const std::string& mark) {
  std::vector<std::string> letters;
  for (char c : mark.substr(0, mark.find("->")))
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) letters.emplace_back(1, c);
  return letters;
}

bool share_letter(const Argument& a, const Argument& b) {
  for (const std::string& x : letters_of(a.alias))
    for (const std::string& y : letters_of(b.alias))
      if (x == y) return true;
  return false;
}

// Whether values of the two types can be one object.
bool types_meet(const Type& a, const Type& b) {
  const auto wide = [](const Type& t) {
    return t.is(TypeKind::Any) || t.is(TypeKind::Class) || t.is(TypeKind::Interface) ||
           t.is(TypeKind::Var) || t.is(TypeKind::Future) || t.is(TypeKind::Capsule);
  };
  if (wide(a) || wide(b)) return true;
  for (const Type* t : {&a, &b}) {
    if (!t->is(TypeKind::Optional) && !t->is(TypeKind::Union)) continue;
    const Type& other = t == &a ? b : a;
    return std::any_of(t->children.begin(), t->children.end(),
                       [&](const TypePtr& c) { return types_meet(*c, other); });
  }
  return a.kind == b.kind && a.children.size() == b.children.size() &&
         std::equal(a.children.begin(), a.children.end(), b.children.begin(),
                    [](const TypePtr& x, const TypePtr& y) {
                      return x->kind == y->kind || types_meet(*x, *y);
                    });
}

// Whether something of type `part` can lie in a value of type `whole`, or be it.
bool may_hold(const Type& whole, const Type& part) {
  return types_meet(whole, part) ||
         std::any_of(whole.children.begin(), whole.children.end(),
                     [&](const TypePtr& c) { return may_hold(*c, part); });
}

}  // namespace

// ---- building: sets grow until nothing changes

class AliasBuilder {
 public:
  AliasBuilder(AliasInfo& info, const Graph& g) : info_(info), graph_(g) {}
  void run();

 private:
  using Places = AliasInfo::Places;
  Places& of(const Var* v) { return info_.places_[v]; }
  void add(Places& to, const Places& more) {
    const size_t before = to.size();
    to.insert(more.begin(), more.end());
    changed_ |= to.size() != before;
  }
  void flow(const Var* from, const Var* to) {
    if (AliasInfo::is_mutable(*to->type())) add(of(to), of(from));
  }
  uint32_t fresh(const Var* v);
  Places held_by(const Places& holders) const;
  void hold(const Places& holders, const Places& held);
  void write(const Node& n, TypePtr type, Places places) {
    if (!collecting_) return;
    info_.writes_of_.emplace(&n, info_.writes_.size());
    info_.written_.insert(places.begin(), places.end());
    info_.writes_.push_back({&n, std::move(type), std::move(places)});
  }

  void block(const Block&);
  void node(const Node&);
  void call(const Node&, const FunctionSchema&);
  void result(const Node&, const FunctionSchema&, size_t i);
  void branch(const Node&);
  void loop(const Node&);
  void make(const Node&);
  void take_apart(const Node&);
  void anything(const Node&);

  AliasInfo& info_;
  const Graph& graph_;
  bool changed_ = false, collecting_ = false;
};

void AliasBuilder::run() {
  info_.held_.push_back({kOutside});
  for (const auto& v : graph_.inputs()) of(v.get()) = {kOutside};
  do {
    changed_ = false;
    block(graph_.body());
  } while (changed_);
  collecting_ = true;
  block(graph_.body());
  Places later = {kOutside};
  for (const Var* v : graph_.outputs()) later.insert(of(v).begin(), of(v).end());
  info_.reachable_later_ = info_.parts(std::move(later));
}

// What this variable's node makes, always the same place.
uint32_t AliasBuilder::fresh(const Var* v) {
  const auto [it, is_new] = info_.made_.emplace(v, uint32_t(info_.held_.size()));
  if (is_new) info_.held_.emplace_back();
  return it->second;
}

AliasBuilder::Places AliasBuilder::held_by(const Places& holders) const {
  Places held;
  for (uint32_t p : holders) held.insert(info_.held_[p].begin(), info_.held_[p].end());
  return held;
}

void AliasBuilder::hold(const Places& holders, const Places& held) {
  for (uint32_t p : Places(holders)) add(info_.held_[p], held);
}

void AliasBuilder::block(const Block& b) {
  for (const auto& n : b.nodes()) node(*n);
}

void AliasBuilder::node(const Node& n) {
  if (n.is("prim::If")) return branch(n);
  if (n.is("prim::Loop")) return loop(n);
  if (n.is("prim::Constant") || n.is("prim::ListConstruct") || n.is("prim::DictConstruct") ||
      n.is("prim::TupleConstruct") || n.is("prim::CreateObject"))
    return make(n);
  if (n.is("prim::TupleUnpack") || n.is("prim::ListUnpack") || n.is("prim::TupleIndex") ||
      n.is("prim::TupleSlice") || n.is("prim::GetAttr"))
    return take_apart(n);
  if (n.is("prim::SetAttr")) {
    hold(of(n.input(0)), of(n.input(1)));
    return write(n, n.input(0)->type(), of(n.input(0)));
  }
  if (n.is("prim::unchecked_cast")) return flow(n.input(), n.output());
  if (n.is("prim::isinstance") || n.is("prim::Uninitialized") || n.is("prim::tolist"))
    return make(n);
  if (n.overload() && !n.is("aten::wait")) return call(n, n.overload()->schema);
  anything(n);
}

void AliasBuilder::branch(const Node& n) {
  for (const auto& b : n.blocks()) {
    block(*b);
    for (size_t i = 0; i < n.outputs().size(); ++i) flow(b->result(i), n.output(i));
  }
}

void AliasBuilder::loop(const Node& n) {
  const Block& b = *n.block();
  for (size_t i = 2; i < n.inputs().size(); ++i) {
    flow(n.input(i), b.parameter(i - 1));
    flow(b.result(i - 1), b.parameter(i - 1));
  }
  block(b);
  for (size_t i = 0; i < n.outputs().size(); ++i) {
    flow(b.parameter(i + 1), n.output(i));
    flow(b.result(i + 1), n.output(i));
  }
}

void AliasBuilder::make(const Node& n) {
  for (const auto& v : n.outputs()) {
    if (!AliasInfo::is_mutable(*v->type())) continue;
    const Places made = {fresh(v.get())};
    add(of(v.get()), made);
    if (n.is("prim::Constant")) hold(made, made);  // its parts are not told apart
    if (n.is("prim::tolist")) hold(made, made);
    for (const Var* in : n.inputs()) hold(made, of(in));
  }
}

void AliasBuilder::take_apart(const Node& n) {
  const Places held = held_by(of(n.input()));
  for (const auto& v : n.outputs()) {
    if (!AliasInfo::is_mutable(*v->type())) continue;
    add(of(v.get()), held);
    if (n.is("prim::GetAttr")) add(of(v.get()), {kOutside});
    if (n.is("prim::TupleSlice")) {
      const Places made = {fresh(v.get())};
      add(of(v.get()), made);
      hold(made, held);
    }
  }
}

void AliasBuilder::call(const Node& n, const FunctionSchema& s) {
  const size_t named = std::min(s.arguments.size(), n.inputs().size());
  for (size_t i = 0; i < named; ++i) {
    const Argument& a = s.arguments[i];
    if (!a.written) continue;
    const Places target = a.marks_elements ? held_by(of(n.input(i))) : of(n.input(i));
    write(n, a.marks_elements ? a.type->element() : n.input(i)->type(), target);
    if (a.type->is(TypeKind::Tensor)) continue;
    // A container takes in other arguments, or what they hold: append, extend, update.
    for (size_t k = 0; k < n.inputs().size(); ++k) {
      if (k == i) continue;
      hold(target, of(n.input(k)));
      hold(target, held_by(of(n.input(k))));
    }
  }
  for (size_t i = 0; i < n.outputs().size(); ++i)
    if (AliasInfo::is_mutable(*n.output(i)->type())) result(n, s, std::min(i, s.returns.size()));
}

void AliasBuilder::result(const Node& n, const FunctionSchema& s, size_t i) {
  Var* out = n.output(i);
  static const Argument kUnknown{"",   Type::get(TypeKind::Any), {}, -1, false, false, false, "",
                                 false};
  const Argument& r = i < s.returns.size() ? s.returns[i] : kUnknown;
  Places shared;
  for (size_t k = 0; k < std::min(s.arguments.size(), n.inputs().size()); ++k)
    if (share_letter(s.arguments[k], r)) {
      const Places& given = of(n.input(k));
      const Places elements = s.arguments[k].marks_elements ? held_by(given) : given;
      shared.insert(elements.begin(), elements.end());
    }
  if (has_letters(*r.type) || s.is_varret) {
    // An element, or a container of elements: the schemas do not mark all of these.
    for (const Var* in : n.inputs()) {
      const Places parts = info_.parts(of(in));
      shared.insert(parts.begin(), parts.end());
    }
  }
  const bool is_new = shared.empty() || r.marks_elements || has_letters(*r.type);
  if (!is_new) return add(of(out), shared);
  const Places made = {fresh(out)};
  add(of(out), made);
  if (!r.marks_elements) add(of(out), shared);
  if (!out->type()->is(TypeKind::Tensor)) hold(made, shared.empty() ? made : shared);
}

// A call of unknown code: it may write all it gets, keep it, and give anything back.
void AliasBuilder::anything(const Node& n) {
  Places all = {kOutside};
  for (const Var* in : n.inputs()) all.insert(of(in).begin(), of(in).end());
  all = info_.parts(std::move(all));
  hold(all, all);
  write(n, nullptr, all);
  for (const auto& v : n.outputs())
    if (AliasInfo::is_mutable(*v->type())) add(of(v.get()), all);
}

// ---- answers

AliasInfo::AliasInfo(const Graph& g) { AliasBuilder(*this, g).run(); }

bool AliasInfo::is_mutable(const Type& t) {
  switch (t.kind) {
    case TypeKind::Any:
    case TypeKind::Tensor:
    case TypeKind::Generator:
    case TypeKind::Storage:
    case TypeKind::List:
    case TypeKind::Dict:
    case TypeKind::Future:
    case TypeKind::RRef:
    case TypeKind::Class:
    case TypeKind::Capsule:
    case TypeKind::Var:
    case TypeKind::Interface:
      return true;
    case TypeKind::Tuple:
    case TypeKind::Optional:
    case TypeKind::Union:
      return std::any_of(t.children.begin(), t.children.end(),
                         [](const TypePtr& c) { return is_mutable(*c); });
    default:
      return false;
  }
}

AliasInfo::Places AliasInfo::parts(Places places) const {
  std::vector<uint32_t> open(places.begin(), places.end());
  while (!open.empty()) {
    const uint32_t p = open.back();
    open.pop_back();
    for (uint32_t held : held_[p])
      if (places.insert(held).second) open.push_back(held);
  }
  return places;
}

const AliasInfo::Places& AliasInfo::places_of(const Var* v) const {
  static const Places kNone;
  const auto it = places_.find(v);
  return it == places_.end() ? kNone : it->second;
}

bool AliasInfo::may_alias(const Var* a, const Var* b) const {
  return types_meet(*a->type(), *b->type()) && intersect(places_of(a), places_of(b));
}

bool AliasInfo::may_share_parts(const Var* a, const Var* b) const {
  return intersect(parts_of(a), parts_of(b));
}

AliasInfo::Places AliasInfo::parts_of(const Var* v) const { return parts(places_of(v)); }

bool AliasInfo::touches(const Write& w, const Var* v, const Places& its_parts) {
  return (!w.type || may_hold(*v->type(), *w.type)) && intersect(w.places, its_parts);
}

bool AliasInfo::may_be_written(const Var* v) const {
  if (!is_mutable(*v->type())) return false;
  const Places its_parts = parts_of(v);
  return intersect(written_, its_parts) &&
         std::any_of(writes_.begin(), writes_.end(),
                     [&](const Write& w) { return touches(w, v, its_parts); });
}

bool AliasInfo::may_be_changed(const Var* v) const {
  const Places& places = places_of(v);
  return std::any_of(writes_.begin(), writes_.end(), [&](const Write& w) {
    return (!w.type || types_meet(*v->type(), *w.type)) && intersect(w.places, places);
  });
}

bool AliasInfo::written_between(const Var* v, const Node* from, const Node* to) const {
  if (!is_mutable(*v->type())) return false;
  const Places its_parts = parts_of(v);
  return std::any_of(writes_.begin(), writes_.end(), [&](const Write& w) {
    const Node* n = w.node->ancestor_in(from->owner());
    return n && from->comes_before(n) && n->comes_before(to) && touches(w, v, its_parts);
  });
}

bool AliasInfo::writes(const Node* n) const {
  if (n->blocks().empty()) return writes_of_.contains(n);
  return std::any_of(writes_.begin(), writes_.end(),
                     [&](const Write& w) { return w.node->ancestor_in(n->owner()) == n; });
}

bool AliasInfo::writes_to(const Node* n, const Var* v) const {
  const Places its_parts = parts_of(v);
  return is_mutable(*v->type()) && std::any_of(writes_.begin(), writes_.end(), [&](const Write& w) {
           return w.node->ancestor_in(n->owner()) == n && touches(w, v, its_parts);
         });
}

bool AliasInfo::writes_only(const Node* n, std::span<const Var* const> made) const {
  Places theirs;
  for (const Var* v : made)
    if (const auto it = made_.find(v); it != made_.end()) theirs.insert(it->second);
  const auto [first, last] = writes_of_.equal_range(n);
  return n->blocks().empty() && std::all_of(first, last, [&](const auto& w) {
           const Places& places = writes_[w.second].places;
           return std::includes(theirs.begin(), theirs.end(), places.begin(), places.end());
         });
}

bool AliasInfo::writes_into(const Node* n, const Places& places) const {
  const auto [first, last] = writes_of_.equal_range(n);
  return std::any_of(first, last,
                     [&](const auto& w) { return intersect(writes_[w.second].places, places); });
}

bool AliasInfo::new_and_escapes(const Var* v) const {
  const auto it = made_.find(v);
  return it != made_.end() && reachable_later_.contains(it->second);
}

// ---- nodes

bool has_side_effects(const Node& n) {
  for (const auto& b : n.blocks())
    for (const auto& inner : b->nodes())
      if (has_side_effects(*inner)) return true;
  for (const char* kind :
       {"prim::If", "prim::Loop", "prim::Constant", "prim::ListConstruct", "prim::DictConstruct",
        "prim::TupleConstruct", "prim::CreateObject", "prim::TupleUnpack", "prim::ListUnpack",
        "prim::TupleSlice", "prim::GetAttr", "prim::SetAttr", "prim::unchecked_cast",
        "prim::isinstance"})
    if (n.is(kind)) return false;
  for (const char* kind : {"prim::Print", "prim::RaiseException", "aten::warn", "aten::manual_seed",
                           "aten::set_grad_enabled", "aten::wait", "prim::AddStatValue"})
    if (n.is(kind)) return true;
  return !n.overload() || n.overload()->user;  // calls, and what is not known
}

bool is_deterministic(const Node& n) {
  const Overload* o = n.overload();
  if (!o) return !has_side_effects(n);
  if (o->op && has(o->op->traits, Trait::random)) return false;
  if (n.kind().find("dropout") != std::string::npos || n.is("aten::lstm") || n.is("aten::gru"))
    return false;  // where they drop out
  return std::none_of(
      o->schema.arguments.begin(), o->schema.arguments.end(), [](const Argument& a) {
        const Type& t = a.type->is(TypeKind::Optional) ? *a.type->element() : *a.type;
        return t.is(TypeKind::Generator);
      });
}

}  // namespace tealight::ir
