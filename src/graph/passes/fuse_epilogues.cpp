// %y = aten::convolution(%x, %w, %b, ...)
// %s = aten::add(%y, %r, 1)
// %z = aten::relu(%s)
//   →   %z = tealight::conv2d(%x, %w, %b, %r, ..., "clamp", 0, inf)
// and the same for linear layers; limits also go into quantized convolutions: a sum's residual and
// activation are applied while it is in registers. For straight graphs with known shapes
// (runtime/plan).
#include <algorithm>
#include <cmath>

#include "graph/alias.h"
#include "graph/passes/pass.h"
#include "graph/passes/straight.h"

namespace tealight::ir {
namespace {

struct Epilogue {
  const char* name;
  double a = 0, b = 0;
};

double number(const Node& n, size_t input, double otherwise) {
  const Value* v = n.inputs().size() > input ? constant_value(n.input(input)) : nullptr;
  if (!v) return NAN;
  return v->isScalar() ? v->toScalar().toDouble() : otherwise;
}

// What a fused layer knows the node as; its input is the first.
std::optional<Epilogue> epilogue_of(const Node& n) {
  constexpr double kInfinity = HUGE_VAL;
  if (n.is("aten::relu")) return Epilogue{"clamp", 0, kInfinity};
  if (n.is("aten::relu6")) return Epilogue{"clamp", 0, 6};
  if (n.is("aten::hardtanh") || n.is("aten::clamp"))
    return Epilogue{"clamp", number(n, 1, -kInfinity), number(n, 2, kInfinity)};
  if (n.is("aten::clamp_min")) return Epilogue{"clamp", number(n, 1, -kInfinity), kInfinity};
  if (n.is("aten::clamp_max")) return Epilogue{"clamp", -kInfinity, number(n, 1, kInfinity)};
  if (n.is("aten::leaky_relu")) return Epilogue{"leaky_relu", number(n, 1, 0.01)};
  if (n.is("aten::hardswish")) return Epilogue{"hardswish"};
  if (n.is("aten::hardsigmoid")) return Epilogue{"hardsigmoid"};
  if (n.is("aten::sigmoid")) return Epilogue{"sigmoid"};
  if (n.is("aten::silu")) return Epilogue{"silu"};
  if (n.is("aten::tanh")) return Epilogue{"tanh"};
  if (n.is("aten::elu") && number(n, 2, 1) == 1 && number(n, 3, 1) == 1)
    return Epilogue{"elu", number(n, 1, 1)};
  if (n.is("aten::gelu")) {
    const Value* how = n.inputs().size() > 1 ? constant_value(n.input(1)) : nullptr;
    const bool tanh = how && how->isString() && how->toStringRef() == "tanh";
    return Epilogue{tanh ? "gelu_tanh" : "gelu"};
  }
  return std::nullopt;
}

class Fuser {
 public:
  explicit Fuser(Graph& g) : graph_(g), aliases_(g) {}

  bool run() {
    std::vector<Node*> layers;
    for (const auto& n : graph_.body().nodes())
      if (n->is("aten::convolution") || n->is("aten::linear") || n->is("aten::native_group_norm"))
        layers.push_back(n.get());
    bool changed = false;
    for (Node* n : layers) {
      Node* layer = named_layer(n);
      changed |= layer != nullptr;
      while (layer) layer = absorb(layer);
    }
    for (Node* n = graph_.body().first(); n;) {
      Node* next = n->next();
      if (n->is("quantized::conv2d")) changed |= absorb_limits(n, next);
      n = next;
    }
    return changed;
  }

 private:
  static constexpr size_t kResidual = 3;  // input of tealight::conv2d and tealight::linear
  static bool takes_residual(const Node& layer) {
    return layer.is("tealight::conv2d") || layer.is("tealight::linear");
  }
  static size_t activation_at(const Node& layer) { return layer.inputs().size() - 3; }

  Node* named_layer(Node* n) {
    if (n->is("aten::convolution")) return named_convolution(n);
    if (n->is("aten::native_group_norm")) return named_group_norm(n);
    if (n->is("aten::linear") && is_float(n->output(0)) && is_constant_tensor(n->input(1)))
      return named_linear(n);
    return nullptr;
  }

  static bool is_constant_tensor(const Var* v) {
    const Value* c = constant_value(v);
    return c && c->isTensor();
  }

  Node* named_convolution(Node* n) {
    const Value* transposed = constant_value(n->input(6));
    if (!transposed || !is_float(n->output(0)) || sizes_of(n->output(0)).size() != 4 ||
        !is_constant_tensor(n->input(1)))
      return nullptr;
    if (transposed->toBool())
      return named(n, "tealight::conv_transpose2d",
                   {n->input(0), n->input(1), n->input(2), n->input(3), n->input(4), n->input(7),
                    n->input(8), n->input(5)});
    Builder b(n);
    return named(n, "tealight::conv2d",
                 {n->input(0), n->input(1), n->input(2), b.constant(Value()), n->input(3),
                  n->input(4), n->input(5), n->input(8)});
  }

  Node* named_group_norm(Node* n) {  // (input, weight, bias, N, C, HxW, group, eps)
    if (!is_float(n->output(0)) || n->output(1)->used() || n->output(2)->used()) return nullptr;
    return named(n, "tealight::group_norm",
                 {n->input(0), n->input(6), n->input(1), n->input(2), n->input(7)});
  }

  Node* named_linear(Node* n) {
    Builder b(n);
    return named(n, "tealight::linear",
                 {n->input(0), n->input(1), n->input(2), b.constant(Value())});
  }

  Node* named(Node* n, const char* op, std::vector<Var*> inputs) {
    Builder b(n);
    b.set_source(n->source());
    for (const Value& v : {Value("none"), Value(0.), Value(0.)}) inputs.push_back(b.constant(v));
    Node* layer = b.op(find_overload(op), std::move(inputs));
    layer->output()->set_info(n->output(0)->info());
    n->output(0)->replace_uses_with(layer->output());
    n->destroy();
    return layer;
  }

  // The only node that uses the layer's result.
  Node* only_user(const Node& layer) const {
    const Var* v = layer.output();
    if (v->uses().size() != 1 || aliases_.may_be_written(v)) return nullptr;
    Node* user = v->uses()[0].user;
    return user == graph_.body().results_node() ? nullptr : user;
  }

  // quantized::conv2d(x, packed, [..., ] scale, zero point) and a clamp of its numbers.
  bool absorb_limits(Node* layer, Node*& next) {
    Node* user = only_user(*layer);
    const auto e = user ? epilogue_of(*user) : std::nullopt;
    if (!e || std::string_view(e->name) != "clamp" || e->a != e->a || e->b != e->b) return false;
    // What ops/quantized/qnnpack_clamp.h tells of: elements change places.
    const auto &before = layer->output()->info(), &after = user->output()->info();
    if (!before || !after || before->strides != after->strides) return false;
    Builder b(layer);
    b.set_source(layer->source());
    const size_t n = layer->inputs().size();
    Node* made = b.op(find_overload("tealight::quantized_conv2d"),
                      {layer->input(0), layer->input(1), layer->input(n - 2), layer->input(n - 1),
                       b.constant(Value(e->a)), b.constant(Value(e->b))});
    made->output()->set_info(user->output()->info());
    if (next == user) next = user->next();
    user->replace_outputs_with(made);
    user->destroy();
    layer->destroy();
    return true;
  }

  static bool has_activation(const Node& layer) {
    return constant_value(layer.input(activation_at(layer)))->toStringRef() != "none";
  }

  // The layer with its user inside; null: that does not go.
  Node* absorb(Node* layer) {
    Node* user = only_user(*layer);
    if (!user || has_activation(*layer)) return nullptr;
    if (user->is("aten::add") && takes_residual(*layer)) return absorb_sum(layer, user);
    const auto e = epilogue_of(*user);
    if (!e || user->input(0) != layer->output() || e->a != e->a || e->b != e->b) return nullptr;
    if (!same_form(user->output(), layer->output())) return nullptr;
    Builder b(user);
    std::vector<Var*> inputs(layer->inputs().begin(), layer->inputs().end());
    const size_t at = activation_at(*layer);
    inputs[at] = b.constant(Value(e->name));
    inputs[at + 1] = b.constant(Value(e->a));
    inputs[at + 2] = b.constant(Value(e->b));
    return replace(layer, user, std::move(inputs));
  }

  Node* absorb_sum(Node* layer, Node* sum) {
    const Value* alpha = constant_value(sum->input(2));
    if (!alpha || !alpha->isScalar() || alpha->toScalar().toDouble() != 1) return nullptr;
    if (!constant_value(layer->input(kResidual))) return nullptr;
    Var* other = sum->input(sum->input(0) == layer->output() ? 1 : 0);
    if (other == layer->output() || !same_form(other, layer->output()) ||
        !same_form(sum->output(), layer->output()))
      return nullptr;
    // A sum of two layers goes into the later one.
    std::vector<Var*> inputs(layer->inputs().begin(), layer->inputs().end());
    inputs[kResidual] = other;
    return replace(layer, sum, std::move(inputs));
  }

  // Where the user stands; what the layer reads must still be the same there.
  Node* replace(Node* layer, Node* user, std::vector<Var*> inputs) {
    for (const Var* v : layer->inputs())
      if (aliases_.may_be_written(v)) return nullptr;
    if (aliases_.may_be_written(user->output())) return nullptr;
    Builder b(user);
    b.set_source(layer->source());
    Node* made = b.op(*layer->overload(), std::move(inputs));
    made->output()->set_info(user->output()->info());
    user->replace_outputs_with(made);
    user->destroy();
    layer->destroy();
    return made;
  }

  Graph& graph_;
  AliasInfo aliases_;
};

}  // namespace

bool fuse_epilogues(Graph& g, const PassContext&) {
  return contains(g, {"aten::convolution", "aten::linear", "aten::native_group_norm",
                      "quantized::conv2d"}) &&
         Fuser(g).run();
}

}  // namespace tealight::ir
