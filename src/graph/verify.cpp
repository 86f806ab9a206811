// Whether a graph is one: see verify() in ir.h. Passes are followed by it in tests and when asked.
#include <unordered_set>

#include "graph/ir.h"
#include "graph/ir_print.h"
#include "graph/schema_match.h"

namespace tealight::ir {
namespace {

class Verifier {
 public:
  void graph(const Graph&);

 private:
  void block(const Block&);
  void node(const Node&);
  void inputs(const Node&);
  void outputs(const Node&);
  void call(const Node&);
  void branch(const Node&);
  void loop(const Node&);
  void constant(const Node&);
  void tuple(const Node&, const Type& type, std::span<const TypePtr> parts);
  void containers(const Node&);
  void fork(const Node&);
  void by_kind(const Node&);

  template <class... A>
  static void need(bool ok, const Node& n, const A&... what) {
    if (ok) return;
    Error e(str("internal: graph: ", what...), ErrorKind::internal);
    throw e.at(n.str());
  }
  static void need_counts(const Node& n, size_t inputs, size_t outputs) {
    need(n.inputs().size() == inputs, n, "takes ", inputs, " inputs, not ", n.inputs().size());
    need(n.outputs().size() == outputs, n, "gives ", outputs, " results, not ", n.outputs().size());
  }
  static void need_type(const Node& n, const char* what, const Type& type, const Type& wanted) {
    need(is_subtype(type, wanted), n, what, " is ", type_text(type), " instead of ",
         type_text(wanted));
  }
  static const Type& type(TypeKind kind) { return *Type::get(kind); }

  std::unordered_set<const Var*> visible_;
};

void Verifier::graph(const Graph& g) { block(g.body()); }

void Verifier::block(const Block& b) {
  outputs(*b.parameters_node());
  for (const auto& n : b.nodes()) node(*n);
  inputs(*b.results_node());
  for (const auto& n : b.nodes())
    for (const auto& v : n->outputs()) visible_.erase(v.get());
  for (const auto& v : b.parameters()) visible_.erase(v.get());
}

void Verifier::node(const Node& n) {
  inputs(n);
  by_kind(n);
  if (n.overload()) call(n);
  for (const auto& b : n.blocks()) {
    need(b->owner() == &n && b->graph() == n.graph(), n, "a block that belongs to another node");
    block(*b);
  }
  outputs(n);
}

void Verifier::inputs(const Node& n) {
  for (size_t i = 0; i < n.inputs().size(); ++i) {
    const Var* v = n.input(i);
    need(visible_.contains(v), n, "%", v->name(), " is used where it is not defined");
    const auto& uses = v->uses();
    need(std::count(uses.begin(), uses.end(), Use{const_cast<Node*>(&n), i}) == 1, n, "%",
         v->name(), " does not know that it is used");
  }
}

void Verifier::outputs(const Node& n) {
  for (const auto& v : n.outputs()) {
    need(v->node() == &n, n, "%", v->name(), " belongs to another node");
    need(n.graph()->find(v->name()) == v.get(), n, "%", v->name(), " is the name of another");
    need(v->type() != nullptr, n, "%", v->name(), " has no type");
    for (const Use& u : v->uses())
      need(u.index < u.user->inputs().size() && u.user->input(u.index) == v.get(), n, "%",
           v->name(), " is said to be used by ", u.user->kind(), ", which does not");
    visible_.insert(v.get());
  }
}

// ---- what a node is

void Verifier::call(const Node& n) {
  const FunctionSchema& s = n.overload()->schema;
  need(s.name == n.kind(), n, "resolved to ", s.qualified());
  need(takes(s, types_of(n.inputs())), n, "its arguments do not fit ", s.str());
  need(s.is_varret || n.outputs().size() == s.returns.size(), n, n.outputs().size(), " results of ",
       s.str());
}

void Verifier::branch(const Node& n) {
  need(n.inputs().size() == 1 && n.blocks().size() == 2, n, "takes a condition and two blocks");
  need_type(n, "the condition", *n.input()->type(), type(TypeKind::Bool));
  for (const auto& b : n.blocks()) {
    need(b->parameters().empty(), n, "its blocks take no parameters");
    need(b->results().size() == n.outputs().size(), n, b->results().size(),
         " results of a block for ", n.outputs().size());
    for (size_t i = 0; i < n.outputs().size(); ++i)
      need_type(n, "a block's result", *b->result(i)->type(), *n.output(i)->type());
  }
}

void Verifier::loop(const Node& n) {
  need(n.inputs().size() >= 2 && n.blocks().size() == 1, n,
       "takes a number of trips, a condition and one block");
  const Block& b = *n.block();
  const size_t carried = n.inputs().size() - 2;
  need(n.outputs().size() == carried, n, carried, " carried values, ", n.outputs().size(),
       " results");
  need(b.parameters().size() == carried + 1, n, "its block takes ", b.parameters().size(),
       " parameters, not ", carried + 1);
  need(b.results().size() == carried + 1, n, "its block gives ", b.results().size(),
       " results, not ", carried + 1);
  need_type(n, "the number of trips", *n.input(0)->type(), type(TypeKind::Int));
  need_type(n, "the condition", *n.input(1)->type(), type(TypeKind::Bool));
  need_type(n, "the trip's number", type(TypeKind::Int), *b.parameter(0)->type());
  need_type(n, "the next condition", *b.result(0)->type(), type(TypeKind::Bool));
  for (size_t i = 0; i < carried; ++i) {
    const Type& parameter = *b.parameter(i + 1)->type();
    need_type(n, "a carried value", *n.input(i + 2)->type(), parameter);
    need_type(n, "a carried value", *b.result(i + 1)->type(), parameter);
    need_type(n, "a carried value", parameter, *n.output(i)->type());
  }
}

void Verifier::constant(const Node& n) {
  need_counts(n, 0, 1);
  const Type& t = *n.output()->type();
  if (n.has_attribute("name")) return;  // a function
  const Value value = n.has_attribute("value") ? n.attribute("value") : Value();
  need(value.isUninitialized() || value_is(value, t), n,
       "a constant of another type: ", value.tagKind());
}

void Verifier::tuple(const Node& n, const Type& t, std::span<const TypePtr> parts) {
  need(t.is(TypeKind::Tuple), n, "a tuple is ", type_text(t));
  need(t.children.size() == parts.size(), n, parts.size(), " elements of a tuple of ",
       t.children.size());
}

void Verifier::containers(const Node& n) {
  const std::vector<TypePtr> types = types_of(n.inputs());
  const Type& made = *n.output()->type();
  if (n.is("prim::ListConstruct")) {
    need(made.is(TypeKind::List), n, "a list is ", type_text(made));
    for (const TypePtr& t : types) need_type(n, "an element", *t, *made.element());
  } else if (n.is("prim::DictConstruct")) {
    need(made.is(TypeKind::Dict), n, "a dict is ", type_text(made));
    need(types.size() % 2 == 0, n, "a key without a value");
    for (size_t i = 0; i < types.size(); ++i)
      need_type(n, i % 2 ? "a value" : "a key", *types[i], *made.children[i % 2]);
  } else {
    tuple(n, made, types);
    for (size_t i = 0; i < types.size(); ++i)
      need_type(n, "an element", *types[i], *made.children[i]);
  }
}

void Verifier::fork(const Node& n) {
  need(n.subgraph() != nullptr, n, "has no graph");
  const auto wanted = n.subgraph()->inputs();
  need(wanted.size() == n.inputs().size(), n, n.inputs().size(), " arguments for a graph of ",
       wanted.size());
  for (size_t i = 0; i < wanted.size(); ++i)
    need_type(n, "an argument", *n.input(i)->type(), *wanted[i]->type());
  Verifier().graph(*n.subgraph());
}

void Verifier::by_kind(const Node& n) {
  if (n.is("prim::If")) return branch(n);
  if (n.is("prim::Loop")) return loop(n);
  if (n.is("prim::Constant")) return constant(n);
  if (n.is("prim::fork")) return fork(n);
  if (n.is("prim::ListConstruct") || n.is("prim::DictConstruct") || n.is("prim::TupleConstruct")) {
    need(n.outputs().size() == 1, n, "gives one result");
    return containers(n);
  }
  if (n.is("prim::GetAttr")) {
    need_counts(n, 1, 1);
    need(n.has_attribute("name"), n, "of no name");
  } else if (n.is("prim::SetAttr")) {
    need_counts(n, 2, 0);
    need(n.has_attribute("name"), n, "of no name");
  } else if (n.is("prim::CallMethod")) {
    need(n.has_attribute("name") && !n.inputs().empty() && n.outputs().size() == 1, n,
         "a method has a name, an object and one result");
  } else if (n.is("prim::TupleUnpack")) {
    need(n.inputs().size() == 1, n, "takes a tuple");
    tuple(n, *n.input()->type(), std::vector<TypePtr>(n.outputs().size()));
  } else if (n.is("prim::isinstance")) {
    need_counts(n, 1, 1);
    need(!n.types().empty(), n, "asks for no type");
  }
}

}  // namespace

void verify(const Graph& g) { Verifier().graph(g); }

}  // namespace tealight::ir
