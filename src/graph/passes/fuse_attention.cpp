// %s = aten::bmm(%q, %k transposed);  %p = aten::_softmax(%s · scale + %mask, -1);  %y =
// aten::bmm(%p, %v)
//   →   %y = tealight::attention(%q, %k, %v, %mask, scale)
// also where the heads are folded into the batch by views before and unfolded after. For straight
// graphs with known shapes.
#include "graph/alias.h"
#include "graph/passes/pass.h"
#include "graph/passes/straight.h"

namespace tealight::ir {
namespace {

// Through expansions that change nothing.
Var* unexpanded(Var* v) {
  const Node* n = maker(v, "aten::expand");
  return n && sizes_of(n->input(0)) == sizes_of(v) ? n->input(0) : v;
}

// (B, H, T, D) that a view made (B H, T, D) of; null: it did not.
Var* unfolded(Var* v) {
  const Node* n = maker(v, "aten::view");
  if (!n) return nullptr;
  const Sizes now = sizes_of(v), before = sizes_of(n->input(0));
  const bool folds = now.size() == 3 && before.size() == 4 && now[0] == before[0] * before[1] &&
                     now[1] == before[2] && now[2] == before[3];
  return folds ? unexpanded(n->input(0)) : nullptr;
}

std::optional<double> number(const Var* v) {
  const Value* c = constant_value(v);
  if (!c) return std::nullopt;
  if (c->isTensor() && c->toTensor().defined() && c->toTensor().numel() == 1 &&
      c->toTensor().dim() == 0)
    return c->toTensor().item().toDouble();
  return c->isScalar() ? std::optional(c->toScalar().toDouble()) : std::nullopt;
}

struct Attention {
  Var *q = nullptr, *k_transposed = nullptr, *v = nullptr, *mask = nullptr;
  double scale = 1;
};

class Finder {
 public:
  explicit Finder(const AliasInfo& aliases) : aliases_(aliases) {}

  // Of the second product.
  std::optional<Attention> find(Node* product) {
    Attention a;
    Var* weights = product->input(0);
    a.v = unfolded(product->input(1));
    if (Var* w = unfolded(weights); w && a.v)
      weights = w;
    else
      a.v = nullptr;
    const bool folded = a.v != nullptr;
    if (!folded) a.v = product->input(1);
    const Node* softmax = maker(weights, "aten::_softmax");
    if (!softmax || !is_float(weights) || !is_read_only(weights)) return std::nullopt;
    const auto dim = number(softmax->input(1));
    const double last = double(sizes_of(weights).size()) - 1;
    if (!dim || (*dim != last && *dim != -1)) return std::nullopt;
    if (!scores(softmax->input(0), folded, a)) return std::nullopt;
    // They are read where the second product stands.
    for (const Var* v : {a.q, a.k_transposed, a.v, a.mask})
      if (v && !is_read_only(v)) return std::nullopt;
    return a;
  }

 private:
  bool is_read_only(const Var* v) const { return !aliases_.may_be_written(v); }

  // scores = q k · scale + mask
  bool scores(Var* s, bool folded, Attention& a) {
    if (const Node* sum = maker(s, "aten::add")) {
      const auto alpha = number(sum->input(2));
      if (!alpha || *alpha != 1) return false;
      const bool first = is_product(sum->input(0), folded);
      a.mask = sum->input(first ? 1 : 0);
      s = sum->input(first ? 0 : 1);
      if (!is_float(a.mask)) return false;
    }
    while (true) {
      const Node *mul = maker(s, "aten::mul"), *div = maker(s, "aten::div");
      if (!mul && !div) break;
      const auto by = number((mul ? mul : div)->input(1));
      if (!by || (mul ? mul : div)->inputs().size() != 2) return false;
      a.scale = mul ? a.scale * *by : a.scale / *by;
      s = (mul ? mul : div)->input(0);
    }
    const Node* product = product_of(s, folded);
    if (!product) return false;
    a.q = folded ? unfolded(product->input(0)) : product->input(0);
    a.k_transposed = folded ? unfolded(product->input(1)) : product->input(1);
    return a.q && a.k_transposed;
  }

  // bmm, or the view of one that unfolds the heads
  const Node* product_of(Var* s, bool folded) {
    if (!folded) return maker(s, "aten::bmm");
    const Node* view = maker(s, "aten::view");
    if (!view) return nullptr;
    const Sizes now = sizes_of(s), before = sizes_of(view->input(0));
    const bool unfolds = now.size() == 4 && before.size() == 3 && before[0] == now[0] * now[1] &&
                         before[1] == now[2] && before[2] == now[3];
    return unfolds ? maker(view->input(0), "aten::bmm") : nullptr;
  }
  bool is_product(Var* s, bool folded) {
    while (maker(s, "aten::mul") || maker(s, "aten::div")) s = s->node()->input(0);
    return product_of(s, folded);
  }

  const AliasInfo& aliases_;
};

// All tensors with four dimensions: (1, B, T, D) for (B, T, D).
void replace(Node* product, const Attention& a) {
  Builder b(product);
  b.set_source(product->source());
  const bool folded = sizes_of(a.q).size() == 4;
  const auto op = [&](const char* name, std::vector<Var*> inputs) {
    return b.op(find_overload(name), std::move(inputs))->output();
  };
  const auto with_four = [&](Var* v) {
    return folded ? v : op("aten::unsqueeze", {v, b.constant(Value(0))});
  };
  Var* k = op("aten::transpose.int",
              {with_four(a.k_transposed), b.constant(Value(2)), b.constant(Value(3))});
  Var* mask = a.mask ? a.mask : b.constant(Value());
  Var* y = op("tealight::attention",
              {with_four(a.q), k, with_four(a.v), mask, b.constant(Value(a.scale))});
  Sizes back = sizes_of(product->output());
  Var* result = folded ? op("aten::reshape", {y, b.constant(Value(back))})
                       : op("aten::squeeze.dim", {y, b.constant(Value(0))});
  result->set_info(product->output()->info());
  if (folded && product->output()->uses().size() == 1) {
    Node* user = product->output()->uses()[0].user;
    if (user->is("aten::view") && sizes_of(user->output()).size() == 4) {
      y->set_info(user->output()->info());
      user->output()->replace_uses_with(y);
    }
  }
  product->output()->replace_uses_with(result);
  product->destroy();
}

}  // namespace

bool fuse_attention(Graph& g, const PassContext& context) {
  if (!contains(g, {"aten::_softmax"})) return false;
  const AliasInfo aliases(g);
  Finder finder(aliases);
  bool changed = false;
  for (Node* n = g.body().first(); n;) {
    Node* next = n->next();
    if (n->is("aten::bmm") && is_float(n->output()))
      if (const auto a = finder.find(n)) replace(n, *a), changed = true;
    n = next;
  }
  if (changed) eliminate_dead_code(g, context);
  return changed;
}

}  // namespace tealight::ir
