// %s = aten::add(%x, %y, %alpha)
// %r = aten::relu(%s)               →   %r = aten::_add_relu(%x, %y, %alpha)
#include "graph/passes/pass.h"
#include "graph/rewrite.h"

namespace tealight::ir {
namespace {

struct Rule {
  const char *pattern, *replacement;
};
constexpr const char* kFused = R"(graph(%x : Tensor, %y : Tensor, %alpha : Scalar):
    %r : Tensor = aten::_add_relu(%x, %y, %alpha)
    return (%r))";
constexpr Rule kRules[] = {
    {R"(graph(%x : Tensor, %y : Tensor, %alpha : Scalar):
    %s : Tensor = aten::add(%x, %y, %alpha)
    %r : Tensor = aten::relu(%s)
    return (%r))",
     kFused},
    {R"(graph(%x : Tensor, %y : Tensor, %alpha : Scalar):
    %s : Tensor = aten::add(%x, %y, %alpha)
    %r : Tensor = aten::relu_(%s)
    return (%r))",
     kFused},
};

/// %s = aten::add_(%x, %y, %alpha), %r = aten::relu_(%s): both write %x, so nothing in between may
/// look at it.
class InPlace {
 public:
  explicit InPlace(Graph& g) : alias_(g) {}
  /// One place; what is known of the writes is stale then.
  bool run(Block& b) {
    for (Node* n = b.first(); n; n = n->next()) {
      for (const auto& inner : n->blocks())
        if (run(*inner)) return true;
      if (n->is("aten::relu_") && fuse(n)) return true;
    }
    return false;
  }

 private:
  bool fuse(Node* relu) {
    Var* sum = relu->input();
    if (sum->is_parameter() || sum->uses().size() != 1) return false;
    Node* add = sum->node();
    if (!add->is("aten::add_") || add->owner() != relu->owner()) return false;
    if (!add->input(1)->type()->is(TypeKind::Tensor) || is_seen_between(add, relu)) return false;
    Builder builder(relu);
    builder.set_source(relu->source());
    Node* fused = builder.op(find_overload("aten::_add_relu_.Tensor"),
                             {add->input(0), add->input(1), add->input(2)});
    relu->replace_outputs_with(fused);
    relu->destroy();
    add->destroy();
    return true;
  }
  // Something between the two reads or writes what they write, or writes what they read.
  bool is_seen_between(const Node* add, const Node* relu) const {
    if (alias_.written_between(add->input(1), add, relu)) return true;
    for (const Node* n = add->next(); n != relu; n = n->next())
      if (!n->is("prim::Constant") && sees(*n, add->input(0))) return true;
    return false;
  }
  bool sees(const Node& n, const Var* v) const {
    for (const Var* in : n.inputs())
      if (alias_.may_share_parts(in, v)) return true;
    for (const auto& b : n.blocks())
      for (const auto& inner : b->nodes())
        if (sees(*inner, v)) return true;
    return n.overload() == nullptr && alias_.writes(&n);
  }

  AliasInfo alias_;
};

}  // namespace

bool fuse_add_relu(Graph& g, const PassContext&) {
  size_t found = 0;
  for (const Rule& rule : kRules) found += rewrite(g, rule.pattern, rule.replacement);
  while (InPlace(g).run(g.body())) ++found;
  return found > 0;
}

}  // namespace tealight::ir
