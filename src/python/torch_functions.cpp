// Operators of torch on values, as constructors and initialisers call them.
#include <algorithm>

#include "ops/registry.h"
#include "python/evaluator.h"
#include "script/arguments.h"
#include "tealight/generator.h"
#include "tealight/grad_mode.h"

namespace tealight::python {
namespace {

using script::ArgumentSource;
using script::Conversion;

// One argument as the schema wants it: what script::apply puts into a graph, done at once.
Value converted(const Value& v, const ArgumentSource& s, const TypePtr& type) {
  const auto number = [&] {
    return v.isTensor() ? v.toTensor().item()
           : v.isBool() ? Scalar(int64_t(v.toBool()))
                        : v.toScalar();
  };
  const TypePtr inner = type->is(TypeKind::Optional) ? type->element() : type;
  switch (s.conversion) {
    case Conversion::none:
      return v;
    case Conversion::tuple_to_list:
      return make_list(inner->element(), v.toTupleRef().items);
    case Conversion::repeat:
      return make_list(inner->element(), std::vector<Value>(size_t(s.repeat), v));
    case Conversion::empty_list:
      return make_list(inner->element());
    case Conversion::to_int:
      return Value(number().toLong());
    case Conversion::to_float:
      return Value(number().toDouble());
    case Conversion::to_complex:
      return Value(number().toComplexDouble());
    case Conversion::to_number:
      return Value(number());
    case Conversion::to_device:
      return Value(Device(v.toStringRef()));
  }
  return v;
}

// A call's arguments as variables of a graph that holds nothing else: what the compiler matches.
class CallShape {
 public:
  void add(const Value& v, const std::string& keyword) {
    const bool untyped = v.isList() && v.toListRef().items.empty();
    ir::Var* var = untyped ? graph_.body()
                                 .append("prim::ListConstruct")
                                 ->add_output(Type::list(Type::get(TypeKind::Tensor)))
                           : graph_.body().add_parameter(v.type());
    given.push_back({var, keyword, {}});
    values.push_back(v);
  }
  std::vector<script::Given> given;
  std::vector<Value> values;

 private:
  ir::Graph graph_;
};

std::vector<Value> stack_of(const script::Match& m, const FunctionSchema& schema,
                            const CallShape& call) {
  std::vector<Value> stack;
  for (size_t i = 0; i < schema.arguments.size(); ++i) {
    const Argument& formal = schema.arguments[i];
    const ArgumentSource& s = m.arguments[i];
    const TypePtr bound = ir::substitute(formal.type, m.bound);
    const TypePtr type = bound ? bound : formal.type;
    if (s.kind == ArgumentSource::by_default) {
      stack.push_back(*formal.default_value);
    } else if (s.kind == ArgumentSource::given) {
      stack.push_back(converted(call.values[s.first], s, type));
    } else {
      const auto first = call.values.begin() + int64_t(s.first);
      stack.push_back(make_list(Type::get(TypeKind::Int), {first, first + int64_t(s.count)}));
    }
  }
  const size_t n = call.values.size();
  for (size_t k = n - m.extra; k < n; ++k) stack.push_back(call.values[k]);
  return stack;
}

}  // namespace

Value Evaluator::call_operator(const std::string& symbol, std::span<const Value> args,
                               std::span<const std::pair<std::string, Value>> named) {
  CallShape shape;
  for (const Value& v : args) shape.add(v, "");
  for (const auto& [name, v] : named) shape.add(v, name);
  script::Unit unit;
  const std::vector<const Overload*> all = overloads_of(symbol);
  std::string why;
  for (bool conversions : {false, true}) {
    const Overload* best = nullptr;
    std::optional<script::Match> match_of_best;
    const auto cost = [](const script::Match& m) { return std::pair(m.converted, m.widened); };
    for (const Overload* o : all) {
      auto m = script::match(unit, o->schema, shape.given, conversions, why);
      if (m && (!best || cost(*m) < cost(*match_of_best))) best = o, match_of_best = std::move(m);
    }
    if (!best) continue;
    const NoGradGuard no_grad;
    std::vector<Value> stack = stack_of(*match_of_best, best->schema, shape);
    tealight::call(*best, stack);
    if (stack.size() == 1) return stack[0];
    return stack.empty() ? Value() : make_tuple_value(std::move(stack));
  }
  std::string types;
  for (const script::Given& g : shape.given)
    types += str(types.empty() ? "" : ", ", g.keyword, g.keyword.empty() ? "" : "=",
                 g.var->type()->annotation());
  if (all.empty()) fail_here(str("operator ", symbol, " is not in this build"));
  fail_here(str("no ", symbol, " takes (", types, ")"), why);
}

Py Evaluator::call_torch(const std::string& path, Args args) {
  const std::string name = path.substr(path.rfind('.') + 1);
  if (path == "torch.nn.Parameter" || path == "torch.nn.parameter.Parameter") {
    if (args.positional.empty()) fail_here("nn.Parameter() takes a tensor");
    Py v = args.positional[0];
    if (v.object || !v.value.isTensor()) fail_here(str("nn.Parameter() of a ", kind_of(v)));
    bool grad = args.positional.size() < 2 || truth(args.positional[1]);
    for (const auto& [keyword, on] : args.named)
      if (keyword == "requires_grad") grad = truth(on);
    const Value tensor[] = {v.value};
    v.value = call_operator("aten::detach", tensor);
    if (grad) v.value.toTensor().requires_grad_();
    v.parameter = true;
    return v;
  }
  std::vector<Value> values;
  for (const Py& a : args.positional) {
    const std::optional<Value> v = to_value(a);
    if (!v) fail_here(str(path, "() of a ", kind_of(a)));
    values.push_back(*v);
  }
  std::vector<std::pair<std::string, Value>> named;
  for (const auto& [keyword, a] : args.named) {
    if (keyword == "requires_grad" || keyword == "generator") continue;
    const std::optional<Value> v = to_value(a);
    if (!v) fail_here(str(path, "(", keyword, "=) of a ", kind_of(a)));
    named.emplace_back(keyword, *v);
  }
  if (path == "torch.manual_seed") {
    manual_seed(uint64_t(values.at(0).toInt()));
    return Py();
  }
  for (const char* nothing : {"no_grad", "enable_grad", "set_grad_enabled", "is_grad_enabled",
                              "is_scripting", "is_tracing", "_assert"})
    if (name == nothing) return Value(false);
  if (path == "torch.is_tensor") return Value(values.at(0).isTensor());
  if (path == "torch.device") return Value(Device(values.at(0).toStringRef()));
  if (path == "torch.Size") return list(iterate(args.positional.at(0)), true);
  if ((name == "Tensor" || name == "FloatTensor" || name == "LongTensor") && path.rfind('.') == 5) {
    named.emplace_back("dtype", Value(name == "LongTensor" ? ScalarType::Long : ScalarType::Float));
    const bool sizes = !values.empty() && values[0].isInt();
    return from_value(call_operator(sizes ? "aten::empty" : "aten::tensor", values, named));
  }
  if (path.rfind('.') != 5 && !path.starts_with("torch.nn.functional."))
    fail_here(str("'", path, "' is not known here"), "write out what it does, or leave it out");
  return from_value(call_operator("aten::" + name, values, named));
}

std::optional<Py> Evaluator::tensor_attribute(const Tensor& t, const std::string& name) {
  if (name == "shape") {
    std::vector<Py> sizes;
    for (int64_t n : t.sizes()) sizes.push_back(Value(n));
    return list(std::move(sizes), true);
  }
  const Value self[] = {Value(t)};
  if (name == "data") return Py(call_operator("aten::detach", self));
  if (name == "dtype") return Value(t.scalar_type());
  if (name == "device") return Value(t.device());
  if (name == "ndim") return Value(t.dim());
  if (name == "requires_grad") return Value(t.requires_grad());
  if (name == "is_cuda" || name == "is_sparse" || name == "is_quantized") return Value(false);
  if (name == "grad") return Py();
  if (name == "T") return Py(call_operator("aten::t", self));
  return std::nullopt;
}

Py Evaluator::tensor_method(const Py& self, const std::string& name, Args args) {
  const Tensor& t = self.value.toTensor();
  if (name == "requires_grad_") {
    t.requires_grad_(args.positional.empty() || truth(args.positional[0]));
    return self;
  }
  if (name == "cpu" || name == "cuda" || name == "contiguous") return self;
  if (name == "size" && args.positional.empty()) return *tensor_attribute(t, "shape");
  args.positional.insert(args.positional.begin(), self);
  Py out = call_torch("torch." + name, std::move(args));
  if (name.ends_with("_") && !name.ends_with("__")) out.parameter = self.parameter;
  return out;
}

}  // namespace tealight::python
