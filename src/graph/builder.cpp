// Putting nodes into graphs: new ones, and copies.
#include "graph/ir.h"
#include "graph/schema_match.h"

namespace tealight::ir {
namespace {

Var* mapped(const VarMap& vars, Var* v) {
  const auto it = vars.find(v);
  return it == vars.end() ? v : it->second;
}

Var* copy_var(const Var& v, Var* made, VarMap& vars) {
  made->set_info(v.info());
  return vars[&v] = made;
}

void copy_blocks(const Node& from, Node* to, VarMap& vars) {
  for (const auto& block : from.blocks()) {
    Block* made = to->add_block();
    for (const auto& p : block->parameters())
      copy_var(*p, made->add_parameter(p->type(), p->name()), vars);
    for (Var* v : Builder(made).copy_nodes(*block, vars)) made->add_result(v);
  }
}

}  // namespace

Node* Builder::node(std::string kind, std::vector<Var*> inputs) {
  Node* n = before_ ? block_->insert_before(before_, std::move(kind), std::move(inputs))
                    : block_->append(std::move(kind), std::move(inputs));
  n->set_source(source_);
  return n;
}

// None has no attribute, as in PyTorch.
Var* Builder::constant(Value v, TypePtr type) {
  Node* n = node("prim::Constant");
  Var* out = n->add_output(type ? std::move(type) : v.type());
  if (!v.isNone()) n->set_attribute("value", std::move(v));
  return out;
}

Node* Builder::op(const Overload& o, std::vector<Var*> inputs) {
  Node* n = node(o.schema.name, std::move(inputs));
  n->set_overload(&o);
  for (TypePtr& t : result_types(o.schema, types_of(n->inputs()))) n->add_output(std::move(t));
  return n;
}

Node* Builder::copy(const Node& from, VarMap& vars) {
  std::vector<Var*> inputs;
  for (Var* v : from.inputs()) inputs.push_back(mapped(vars, v));
  Node* n = node(from.kind(), std::move(inputs));
  n->set_source(from.source());
  n->set_overload(from.overload());
  n->set_types(from.types());
  for (const auto& [name, value] : from.attributes()) n->set_attribute(name, value);
  if (from.subgraph()) n->set_subgraph(from.subgraph()->copy());
  for (const auto& v : from.outputs()) copy_var(*v, n->add_output(v->type(), v->name()), vars);
  copy_blocks(from, n, vars);
  return n;
}

std::vector<Var*> Builder::copy_nodes(const Block& block, VarMap& vars) {
  for (const auto& n : block.nodes()) copy(*n, vars);
  std::vector<Var*> results;
  for (Var* v : block.results()) results.push_back(mapped(vars, v));
  return results;
}

}  // namespace tealight::ir
