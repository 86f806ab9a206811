#include "graph/passes/rank.h"

namespace tealight::ir {
namespace {

constexpr int kMaxSteps = 1000;

// Elementwise on their first argument, or on its last dimensions.
bool keeps_rank(const Node& n) {
  if (n.is("aten::linear") || n.is("aten::batch_norm") || n.is("aten::layer_norm")) return true;
  const Overload* o = n.overload();
  if (n.kind().find("dropout") != std::string::npos) return true;
  if (!o || !o->op || !has(o->op->traits, Trait::pointwise)) return false;
  // With a second tensor the result may have its rank.
  int tensors = 0;
  for (const Var* v : n.inputs()) tensors += v->type()->is(TypeKind::Tensor);
  return tensors == 1;
}

std::optional<int64_t> length(const Var* list) {
  if (const Value* c = constant_value(list); c && c->isList())
    return int64_t(c->toListRef().items.size());
  const Node* n = list->node();
  if (n->is("prim::ListConstruct") && list->uses().size() == 1) return int64_t(n->inputs().size());
  return std::nullopt;
}

bool is_int(const Var* v, int64_t wanted) {
  const Value* c = constant_value(v);
  return c && c->isInt() && c->toInt() == wanted;
}

}  // namespace

std::optional<int64_t> known_rank(const Var* v) {
  for (int step = 0; step < kMaxSteps; ++step) {
    if (v->info() && v->info()->sizes) return int64_t(v->info()->sizes->size());
    if (const Value* c = constant_value(v))
      return c->isTensor() && c->toTensor().defined() ? std::optional(c->toTensor().dim())
                                                      : std::nullopt;
    if (v->is_parameter()) return std::nullopt;
    const Node* n = v->node();
    if (n->is("aten::addmm") || n->is("aten::mm")) return 2;
    if (n->is("aten::flatten") && is_int(n->input(1), 1) && is_int(n->input(2), -1)) return 2;
    if (n->is("aten::view") || n->is("aten::reshape")) return length(n->input(1));
    if (!keeps_rank(*n)) return std::nullopt;
    v = n->input(0);
  }
  return std::nullopt;
}

}  // namespace tealight::ir
