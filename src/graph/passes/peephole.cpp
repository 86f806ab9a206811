// Simplifies single operations by what is known of their arguments: see the table of rules.
#include <algorithm>

#include "graph/alias.h"
#include "graph/passes/pass.h"

namespace tealight::ir {
namespace {

struct Rule {
  const char* kind;
  /// What the node's only result may be replaced by; null: nothing. A Builder before the node.
  Var* (*simpler)(const Node&, Builder&, const AliasInfo&);
};

bool is_int(const Var* v, int64_t wanted) {
  const Value* c = constant_value(v);
  return c && c->isInt() && c->toInt() == wanted;
}

// Whether a value of this type is None; empty: it may be.
std::optional<bool> is_none(const Type& t) {
  switch (t.kind) {
    case TypeKind::None:
      return true;
    case TypeKind::Optional:
    case TypeKind::Any:
    case TypeKind::Var:
    case TypeKind::Union:
      return std::nullopt;
    default:
      return false;
  }
}

// x is None, x is not None
Var* compare_with_none(const Node& n, Builder& b, bool when_same) {
  for (size_t i : {0, 1}) {
    if (!n.input(1 - i)->type()->is(TypeKind::None)) continue;
    if (const auto none = is_none(*n.input(i)->type())) return b.constant(*none == when_same);
  }
  return nullptr;
}
Var* is(const Node& n, Builder& b, const AliasInfo&) { return compare_with_none(n, b, true); }
Var* is_not(const Node& n, Builder& b, const AliasInfo&) { return compare_with_none(n, b, false); }

Var* cast(const Node& n, Builder&, const AliasInfo&) {
  return *n.input()->type() == *n.output()->type() ? n.input() : nullptr;
}

Var* unwrap(const Node& n, Builder&, const AliasInfo&) {
  return is_none(*n.input()->type()) == false ? n.input() : nullptr;
}

// The list whose elements are still what it was made of.
const Node* made_as_list(const Var* v, const AliasInfo& alias) {
  const Node* n = v->node();
  return n->is("prim::ListConstruct") && !alias.may_be_changed(v) ? n : nullptr;
}

Var* length(const Node& n, Builder& b, const AliasInfo& alias) {
  const Node* list = made_as_list(n.input(), alias);
  return list ? b.constant(int64_t(list->inputs().size())) : nullptr;
}

Var* element_at(const Node& made, const Var* index) {
  const Value* c = constant_value(index);
  const int64_t n = int64_t(made.inputs().size());
  if (!c || !c->isInt() || c->toInt() < -n || c->toInt() >= n) return nullptr;
  return made.input(size_t(c->toInt() < 0 ? c->toInt() + n : c->toInt()));
}

Var* list_element(const Node& n, Builder&, const AliasInfo& alias) {
  const Node* list = made_as_list(n.input(0), alias);
  return list ? element_at(*list, n.input(1)) : nullptr;
}

Var* tuple_element(const Node& n, Builder&, const AliasInfo&) {
  const Node* made = n.input(0)->node();
  return made->is("prim::TupleConstruct") ? element_at(*made, n.input(1)) : nullptr;
}

// Of a dict that only this block reads and writes, by keys that are known: what was stored last.
Var* dict_element(const Node& n, Builder&, const AliasInfo&) {
  const Value* key = constant_value(n.input(1));
  const Node* made = n.input(0)->node();
  if (!key || !made->is("prim::DictConstruct") || made->owner() != n.owner()) return nullptr;
  Var* found = nullptr;
  for (size_t i = 0; i + 1 < made->inputs().size(); i += 2) {
    const Value* k = constant_value(made->input(i));
    if (!k) return nullptr;
    if (*k == *key) found = made->input(i + 1);
  }
  const Node* last = made;
  for (const Use& use : n.input(0)->uses()) {
    const Node& user = *use.user;
    if (user.owner() != n.owner() || use.index != 0) return nullptr;
    if (user.is("aten::__getitem__")) continue;
    const Value* k = user.is("aten::_set_item") ? constant_value(user.input(1)) : nullptr;
    if (!k) return nullptr;
    if (*k != *key || !user.comes_before(&n) || !last->comes_before(&user)) continue;
    found = user.input(2);
    last = &user;
  }
  return found;
}

Var* element(const Node& n, Builder& b, const AliasInfo& alias) {
  Var* of_list = list_element(n, b, alias);
  return of_list ? of_list : dict_element(n, b, alias);
}

// x.t().t()
Var* transposed_twice(const Node& n, Builder&, const AliasInfo&) {
  const Node* first = n.input()->node();
  return first->is("aten::t") ? first->input() : nullptr;
}

// int(tensor(n)): of ints and floats as they are
template <TypeKind kind>
Var* number_of_tensor(const Node& n, Builder&, const AliasInfo& alias) {
  const Node* made = n.input()->node();
  const bool kept = made->is("prim::NumToTensor") && !alias.may_be_written(n.input());
  return kept && made->input()->type()->is(kind) ? made->input() : nullptr;
}

Var* add(const Node& n, Builder&, const AliasInfo&) {
  if (!n.output()->type()->is(TypeKind::Int)) return nullptr;
  return is_int(n.input(1), 0) ? n.input(0) : is_int(n.input(0), 0) ? n.input(1) : nullptr;
}
Var* subtract(const Node& n, Builder&, const AliasInfo&) {
  return n.output()->type()->is(TypeKind::Int) && is_int(n.input(1), 0) ? n.input(0) : nullptr;
}
Var* multiply(const Node& n, Builder&, const AliasInfo&) {
  if (!n.output()->type()->is(TypeKind::Int)) return nullptr;
  return is_int(n.input(1), 1) ? n.input(0) : is_int(n.input(0), 1) ? n.input(1) : nullptr;
}
Var* floor_divide(const Node& n, Builder&, const AliasInfo&) {
  return n.output()->type()->is(TypeKind::Int) && is_int(n.input(1), 1) ? n.input(0) : nullptr;
}

Var* not_not(const Node& n, Builder&, const AliasInfo&) {
  const Node* inner = n.input()->node();
  return inner->is("aten::__not__") ? inner->input() : nullptr;
}

constexpr Rule kRules[] = {
    {"aten::__is__", is},
    {"aten::__isnot__", is_not},
    {"aten::__not__", not_not},
    {"prim::unchecked_cast", cast},
    {"aten::_unwrap_optional", unwrap},
    {"prim::unchecked_unwrap_optional", unwrap},
    {"aten::len", length},
    {"aten::__getitem__", element},
    {"prim::TupleIndex", tuple_element},
    {"aten::t", transposed_twice},
    {"aten::Int", number_of_tensor<TypeKind::Int>},
    {"aten::Float", number_of_tensor<TypeKind::Float>},
    {"aten::add", add},
    {"aten::sub", subtract},
    {"aten::mul", multiply},
    {"aten::floordiv", floor_divide},
};

class Peephole {
 public:
  explicit Peephole(Graph& g) : graph_(g), alias_(g) {}
  bool run() {
    block(graph_.body());
    return changed_;
  }

 private:
  void block(Block& b) {
    for (Node* n = b.first(); n;) {
      Node* next = n->next();
      for (const auto& inner : n->blocks()) block(*inner);
      node(n);
      n = next;
    }
  }

  void node(Node* n) {
    if (n->is("prim::TupleUnpack") || n->is("prim::ListUnpack")) return take_apart(n);
    if (n->is("prim::If")) return same_results(n);
    if (n->outputs().size() != 1 || n->inputs().empty()) return;
    Builder before(n);
    before.set_source(n->source());
    for (const Rule& rule : kRules) {
      if (!n->is(rule.kind)) continue;
      Var* v = rule.simpler(*n, before, alias_);
      if (!v || !is_subtype(*v->type(), *n->output()->type())) return;
      n->output()->replace_uses_with(v);
      n->destroy();
      changed_ = true;
      return;
    }
  }

  void take_apart(Node* n) {
    const Node* made = n->input()->node();
    const bool tuple = n->is("prim::TupleUnpack") && made->is("prim::TupleConstruct");
    const bool list = n->is("prim::ListUnpack") && made_as_list(n->input(), alias_);
    if ((!tuple && !list) || made->inputs().size() != n->outputs().size()) return;
    for (size_t i = 0; i < n->outputs().size(); ++i)
      n->output(i)->replace_uses_with(made->input(i));
    n->destroy();
    changed_ = true;
  }

  // Both branches give one thing.
  void same_results(Node* n) {
    for (size_t i = n->outputs().size(); i-- > 0;) {
      Var* v = n->block(0)->result(i);
      if (v != n->block(1)->result(i)) continue;
      n->output(i)->replace_uses_with(v);
      for (const auto& b : n->blocks()) b->remove_result(i);
      n->remove_output(i);
      changed_ = true;
    }
  }

  Graph& graph_;
  AliasInfo alias_;
  bool changed_ = false;
};

}  // namespace

bool peephole(Graph& g, const PassContext&) { return Peephole(g).run(); }

}  // namespace tealight::ir
