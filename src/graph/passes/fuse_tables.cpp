// %x = aten::dequantize(%q); %y = aten::silu(%x) ...; %r = aten::quantize_per_tensor(%y, ...)
//   →   %r = tealight::lookup(%q, table, ...)
// A function of one 8-bit number has 256 results: they are computed now, by the operators
// themselves. For straight graphs with known shapes.
#include "graph/alias.h"
#include "graph/passes/pass.h"
#include "graph/passes/straight.h"
#include "tealight/ops.h"

namespace tealight::ir {
namespace {

bool is_8bit(const Var* v) {
  return v->info() && (v->info()->dtype == kQUInt8 || v->info()->dtype == kQInt8);
}

const Value* constant_of(const Node& n, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names)
    if (const Var* v = n.named_input(name)) return constant_value(v);
  return nullptr;
}

// How the numbers that a node makes are quantized, from its arguments.
std::optional<std::pair<double, int64_t>> quantization_of(const Var* v) {
  if (v->is_parameter() || !v->node()->overload()) return std::nullopt;
  const Value *scale = constant_of(*v->node(), {"output_scale", "scale"}),
              *zero = constant_of(*v->node(), {"output_zero_point", "zero_point"});
  if (!scale || !zero || !scale->isDouble() || !zero->isInt()) return std::nullopt;
  return std::pair(scale->toDouble(), zero->toInt());
}

// Of a node that computes each element from one element of one variable: which of its inputs.
std::optional<size_t> pointwise_input(const Node& n) {
  if (!n.overload() || !n.overload()->op || !has(n.overload()->op->traits, Trait::pointwise) ||
      n.overload()->form != Form::functional || n.outputs().size() != 1)
    return std::nullopt;
  std::optional<size_t> found;
  for (size_t i = 0; i < n.inputs().size(); ++i) {
    const Value* c = constant_value(n.input(i));
    if (c && c->isTensor() && c->toTensor().defined() && c->toTensor().numel() != 1)
      return std::nullopt;
    if (c) continue;
    if (found) return std::nullopt;
    found = i;
  }
  return found;
}

struct Chain {
  const Var* quantized;                               // where it begins
  std::vector<std::pair<const Node*, size_t>> nodes;  // from the last to the first
};

std::optional<Chain> find_chain(const Node& quantize, const AliasInfo& aliases) {
  Chain chain{nullptr, {}};
  const Var* v = quantize.input(0);
  while (!v->is_parameter() && !v->node()->is("aten::dequantize")) {
    const auto input = pointwise_input(*v->node());
    if (!input || v->uses().size() != 1 || aliases.may_be_written(v)) return std::nullopt;
    chain.nodes.emplace_back(v->node(), *input);
    v = v->node()->input(*input);
  }
  if (v->is_parameter() || chain.nodes.empty() || aliases.may_be_written(v)) return std::nullopt;
  chain.quantized = v->node()->input(0);
  return is_8bit(chain.quantized) && !aliases.may_be_written(chain.quantized) ? std::optional(chain)
                                                                              : std::nullopt;
}

Tensor call_on(const Node& n, size_t input, const Tensor& x) {
  std::vector<Value> stack;
  for (size_t i = 0; i < n.inputs().size(); ++i)
    stack.push_back(i == input ? Value(x) : *constant_value(n.input(i)));
  call(*n.overload(), stack);
  return stack.at(0).toTensor();
}

// The result for every byte.
Tensor table_of(const Chain& chain, const Node& quantize, std::pair<double, int64_t> parameters) {
  Fact f(*chain.quantized->info()->dtype, {256});
  f.quantizer = make_quantizer(parameters.first, parameters.second);
  const Tensor all(f);
  for (int i = 0; i < 256; ++i) all.as<uint8_t>()[i] = uint8_t(i);
  Tensor x = dequantize(all);
  for (size_t i = chain.nodes.size(); i-- > 0;)
    x = call_on(*chain.nodes[i].first, chain.nodes[i].second, x);
  const Tensor q = call_on(quantize, 0, x);
  Tensor table(Fact(kByte, {256}));
  for (int i = 0; i < 256; ++i) table.as<uint8_t>()[i] = q.as<uint8_t>()[i];
  return table;
}

bool replace(Node* quantize, const AliasInfo& aliases) {
  const auto chain = find_chain(*quantize, aliases);
  if (!chain || !is_8bit(quantize->output()) || !constant_value(quantize->input(1)) ||
      !constant_value(quantize->input(2)) || !constant_value(quantize->input(3)))
    return false;
  const auto parameters = quantization_of(chain->quantized);
  if (!parameters) return false;
  Builder b(quantize);
  b.set_source(quantize->source());
  Var* table = b.constant(Value(table_of(*chain, *quantize, *parameters)));
  Node* made = b.op(find_overload("tealight::lookup"),
                    {const_cast<Var*>(chain->quantized), table, quantize->input(1),
                     quantize->input(2), quantize->input(3)});
  made->output()->set_info(quantize->output()->info());
  quantize->replace_outputs_with(made);
  quantize->destroy();
  return true;
}

}  // namespace

bool fuse_tables(Graph& g, const PassContext& context) {
  if (!contains(g, {"aten::dequantize"})) return false;
  const AliasInfo aliases(g);
  bool changed = false;
  for (Node* n = g.body().first(); n;) {
    Node* next = n->next();
    if (n->is("aten::quantize_per_tensor")) changed |= replace(n, aliases);
    n = next;
  }
  if (changed) eliminate_dead_code(g, context);
  return changed;
}

}  // namespace tealight::ir
