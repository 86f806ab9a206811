// %y = aten::conv1d(%x, %w, %b, [s], [p], [d], %g)
//   →   %x2 = aten::unsqueeze(%x, 2)
//       %y2 = aten::conv2d(%x2, %w2, %b, [1, s], [0, p], [1, d], %g)
//       %y = aten::squeeze(%y2, 2)
// XNNPACK has convolutions of two dimensions only. What traces call aten::_convolution gets the
// name of what it is first.
#include "graph/passes/pass.h"
#include "tealight/ops.h"

namespace tealight::ir {
namespace {

const Value* constant_list(const Var* v) {
  const Value* c = constant_value(v);
  return c && c->isIntList() ? c : nullptr;
}

// input weight bias stride padding dilation transposed output_padding groups ...
bool name_convolution(Node* n) {
  const Value* transposed = constant_value(n->input(6));
  const Value* stride = constant_list(n->input(3));
  if (!transposed || !stride) return false;
  const size_t dims = stride->toIntVector().size();
  if (dims < 1 || dims > 3) return false;
  for (size_t list : {4, 5, 7})
    if (const Value* c = constant_list(n->input(list)); !c || c->toIntVector().size() != dims)
      return false;
  const auto in = n->inputs();
  Builder builder(n);
  builder.set_source(n->source());
  Node* made =
      transposed->toBool()
          ? builder.op(
                find_overload(str("aten::conv_transpose", dims, "d", dims == 1 ? "" : ".input")),
                {in[0], in[1], in[2], in[3], in[4], in[7], in[8], in[5]})
          : builder.op(find_overload(str("aten::conv", dims, "d")),
                       {in[0], in[1], in[2], in[3], in[4], in[5], in[8]});
  n->replace_outputs_with(made);
  n->destroy();
  return true;
}

// [3] → [first, 3]
Var* of_two(Builder& builder, const Value& list, int64_t first) {
  return builder.constant(std::vector<int64_t>{first, list.toIntVector()[0]},
                          Type::list(Type::get(TypeKind::Int)));
}

bool widen(Node* n) {
  const Value *stride = constant_list(n->input(3)), *padding = constant_list(n->input(4)),
              *dilation = constant_list(n->input(5));
  for (const Value* list : {stride, padding, dilation})
    if (!list || list->toIntVector().size() != 1) return false;
  const Value* weight = constant_value(n->input(1));
  Builder builder(n);
  builder.set_source(n->source());
  const Overload& unsqueeze = find_overload("aten::unsqueeze");
  Var* two = builder.constant(2);
  Var* x = builder.op(unsqueeze, {n->input(0), two})->output();
  Var* w = weight && weight->isTensor() ? builder.constant(weight->toTensor().unsqueeze(2))
                                        : builder.op(unsqueeze, {n->input(1), two})->output();
  Node* conv =
      builder.op(find_overload("aten::conv2d"),
                 {x, w, n->input(2), of_two(builder, *stride, 1), of_two(builder, *padding, 0),
                  of_two(builder, *dilation, 1), n->input(6)});
  n->replace_outputs_with(builder.op(find_overload("aten::squeeze.dim"), {conv->output(), two}));
  n->destroy();
  return true;
}

template <bool (*change)(Node*)>
bool each(Block& b, std::string_view kind, const Overload* overload) {
  bool changed = false;
  for (Node* n = b.first(); n;) {
    Node* next = n->next();
    for (const auto& inner : n->blocks()) changed |= each<change>(*inner, kind, overload);
    if (n->is(kind) && (!overload || n->overload() == overload)) changed |= change(n);
    n = next;
  }
  return changed;
}

}  // namespace

bool name_convolutions(Graph& g, const PassContext&) {
  return each<name_convolution>(g.body(), "aten::_convolution", nullptr);
}

bool conv1d_to_conv2d(Graph& g, const PassContext& context) {
  const bool named = name_convolutions(g, context);
  return each<widen>(g.body(), "aten::conv1d", &find_overload("aten::conv1d")) || named;
}

}  // namespace tealight::ir
