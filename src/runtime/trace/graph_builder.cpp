#include "runtime/trace/graph_builder.h"

#include <algorithm>

#include "graph/passes/pass.h"
#include "tealight/ops.h"

namespace tealight::tracing {
namespace {

using Kind = Operand::Kind;

TypePtr tensor_type() { return Type::get(TypeKind::Tensor); }

TypePtr input_type(const Operand& o) {
  if (o.kind == Kind::tensor) return tensor_type();
  if (o.kind == Kind::list)
    return Type::list(o.parts.empty() ? tensor_type() : input_type(o.parts[0]));
  if (o.kind == Kind::dict)
    return Type::dict(Type::get(TypeKind::String),
                      o.parts.empty() ? tensor_type() : input_type(o.parts[1]));
  std::vector<TypePtr> elements;
  for (const Operand& p : o.parts) elements.push_back(input_type(p));
  if (o.type) return Type::named_tuple(o.type->name, o.type->field_names, std::move(elements));
  return Type::tuple(std::move(elements));
}

}  // namespace

GraphBuilder::GraphBuilder(std::vector<const Run*> runs, const ModuleBuilder& module,
                           const std::vector<std::string>& names)
    : runs_(std::move(runs)),
      main_(*runs_[0]),
      sizes_(runs_),
      names_(names),
      graph_(std::make_shared<ir::Graph>()),
      attributes_(std::make_unique<AttributeReader>(module, module.root(), *graph_)),
      builder_(&graph_->body()) {}

FlatTrace GraphBuilder::build() {
  add_inputs();
  for (size_t i = 0; i < main_.steps.size(); ++i) add_step(i);
  builder_.set_source(ir::SourcePtr());
  Views outputs;
  for (const Run* r : runs_) outputs.push_back(&r->output);
  before_ = int(main_.tensors.size());
  near_.clear();
  at_ = "the result";
  graph_->body().add_result(value(outputs, nullptr));
  ir::eliminate_dead_code(*graph_, {});
  ir::verify(*graph_);
  return {std::move(graph_), std::move(attributes_), std::move(calls_)};
}

void GraphBuilder::add_inputs() {
  std::vector<ir::Var*> parameters;
  for (size_t i = 0; i < main_.inputs.size(); ++i)
    parameters.push_back(graph_->body().add_parameter(input_type(main_.inputs[i]),
                                                      i < names_.size() ? names_[i] : "x"));
  for (size_t i = 0; i < parameters.size(); ++i) take(parameters[i], main_.inputs[i]);
}

// What is known of a tensor: its dtype and the sizes that were the same in all runs.
void GraphBuilder::define(int t, ir::Var* v) {
  vars_[t] = v;
  const TracedTensor& traced = main_.tensors[size_t(t)];
  ir::TensorInfo info;
  info.dtype = traced.dtype;
  info.sizes.emplace(traced.sizes.begin(), traced.sizes.end());
  for (const Run* r : runs_) {
    const DimVector& sizes = r->tensors[size_t(t)].sizes;
    if (sizes.size() != traced.sizes.size()) return;
    for (size_t d = 0; d < sizes.size(); ++d)
      if (sizes[d] != traced.sizes[d]) (*info.sizes)[d] = std::nullopt;
  }
  v->set_info(std::make_shared<const ir::TensorInfo>(std::move(info)));
}

// The tensors in it get their variables.
void GraphBuilder::take(ir::Var* v, const Operand& o) {
  if (o.kind == Kind::tensor) return define(o.tensor, v);
  if (o.parts.empty()) return;
  if (o.kind == Kind::dict) {
    for (size_t i = 0; i < o.parts.size(); i += 2) {
      ir::Node* n = builder_.op(find_overload("aten::__getitem__.Dict_str"),
                                {v, builder_.constant(o.parts[i].plain)});
      take(n->output(), o.parts[i + 1]);
    }
    return;
  }
  ir::Node* n = builder_.node(o.kind == Kind::list ? "prim::ListUnpack" : "prim::TupleUnpack", {v});
  if (o.kind == Kind::tuple) n->set_overload(&find_overload("prim::TupleUnpack"));
  for (size_t i = 0; i < o.parts.size(); ++i)
    n->add_output(v->type()->children[o.kind == Kind::list ? 0 : i]);
  for (size_t i = 0; i < o.parts.size(); ++i) take(n->output(i), o.parts[i]);
}

// Sizes are taken anew in each module's call: its method shall not need them from outside.
void GraphBuilder::add_step(size_t number) {
  const Step& step = main_.steps[number];
  const FunctionSchema& schema = step.overload->schema;
  const ir::Node* last = graph_->body().last();
  if (number > 0 && step.calls != main_.steps[number - 1].calls) known_sizes_.clear();
  builder_.set_source(step.source);
  near_.clear();
  before_ = int(main_.tensors.size());
  for (const Operand& o : step.arguments) for_each_tensor(o, [&](int t) { near_.push_back(t); });
  for (const Operand& o : step.results)
    for_each_tensor(o, [&](int t) { before_ = std::min(before_, t); });
  std::vector<ir::Var*> inputs;
  for (size_t i = 0; i < step.arguments.size(); ++i) {
    Views views;
    for (const Run* r : runs_) views.push_back(&r->steps[number].arguments[i]);
    const bool named = i < schema.arguments.size();
    at_ = str("argument '", named ? schema.arguments[i].name : std::to_string(i), "' of ",
              schema.name);
    inputs.push_back(value(views, named ? schema.arguments[i].type : nullptr));
  }
  ir::Node* n = builder_.op(*step.overload, std::move(inputs));
  for (size_t i = 0; i < step.results.size() && i < n->outputs().size(); ++i)
    take(n->output(i), step.results[i]);
  for (const ir::Node* made = last ? last->next() : graph_->body().first(); made;
       made = made->next())
    calls_[made] = step.calls;
}

// ---- operands

ir::Var* GraphBuilder::value(const Views& views, const TypePtr& wanted) {
  switch (views[0]->kind) {
    case Kind::tensor:
      return tensor(views[0]->tensor);
    case Kind::plain:
      return plain(views);
    default:
      return container(views, wanted);
  }
}

ir::Var* GraphBuilder::container(const Views& views, const TypePtr& wanted) {
  const Operand& main = *views[0];
  std::vector<ir::Var*> parts;
  std::vector<TypePtr> types;
  for (size_t i = 0; i < main.parts.size(); ++i) {
    Views inner;
    for (const Operand* o : views) inner.push_back(&o->parts[i]);
    parts.push_back(value(inner, nullptr));
    types.push_back(parts.back()->type());
  }
  if (main.kind == Kind::tuple) {
    ir::Node* n = builder_.node("prim::TupleConstruct", parts);
    return n->add_output(main.type ? main.type : Type::tuple(std::move(types)));
  }
  const bool list = main.kind == Kind::list;
  TypePtr type = main.type;
  if (wanted) {
    const TypePtr& t = wanted->is(TypeKind::Optional) ? wanted->element() : wanted;
    if (t->is(TypeKind::List) && list) type = t;
  } else if (!types.empty()) {
    type = list ? Type::list(types[0]) : Type::dict(types[0], types[1]);
  }
  return builder_.node(list ? "prim::ListConstruct" : "prim::DictConstruct", parts)
      ->add_output(type);
}

ir::Var* GraphBuilder::plain(const Views& views) {
  const Value& v = views[0]->plain;
  if (v.isObject()) {
    if (ir::Var* a = attributes_->attribute(builder_, v)) return a;
    return builder_.constant(v);  // packed weights that are constants of the code
  }
  if (v.isGenerator()) return builder_.constant({});  // a graph has the default one only
  if (!v.isInt() && !v.isDouble()) return builder_.constant(v);
  Observed observed;
  for (const Operand* o : views) observed.push_back(o->plain);
  return number(observed, at_);
}

ir::Var* GraphBuilder::number(const Observed& observed, const std::string& what) {
  size_t changed = 1;
  while (changed < observed.size() && observed[changed] == observed[0]) ++changed;
  if (changed == observed.size()) return builder_.constant(observed[0]);
  const std::optional<SizeExpr> e = sizes_.find(observed, before_, near_);
  if (!e) throw Unexplained{changed, what};
  return emit(builder_, *e, [this](SizeTerm t) { return size(t); });
}

ir::Var* GraphBuilder::size(SizeTerm t) {
  ir::Var*& known = known_sizes_[{t.tensor, t.dim}];
  if (!known) {
    ir::Var* d = builder_.constant(int64_t(t.dim));
    known = builder_.op(find_overload("aten::size.int"), {tensor(t.tensor), d})->output();
  }
  return known;
}

ir::Var* GraphBuilder::tensor(int number) {
  const auto known = vars_.find(number);
  if (known != vars_.end()) return known->second;
  return vars_[number] = captured(number);
}

// ---- tensors from outside

ir::Var* GraphBuilder::captured(int number) {
  const Tensor& t = main_.tensors[size_t(number)].captured;
  TL_ASSERT(t.defined(), "tensor ", number, ", ", at_, ", is no result of a step");
  if (ir::Var* a = attributes_->attribute(builder_, t)) return a;
  for (size_t r = 1; r < runs_.size(); ++r) {
    const Tensor& other = runs_[r]->tensors[size_t(number)].captured;
    if (other.is_same(t)) continue;
    const bool same = other.scalar_type() == t.scalar_type() && other.sizes() == t.sizes() &&
                      (t.is_quantized() || equal(other, t));
    if (!same) return small_tensor(number, r);
  }
  return builder_.constant(t.detach());
}

// A tensor made of sizes: torch::tensor(x.size(0)), a number that became a tensor.
std::optional<std::vector<Observed>> GraphBuilder::changing_numbers(int number) const {
  const Tensor& t = main_.tensors[size_t(number)].captured;
  if (t.dim() > 1 || t.numel() > 8 || t.is_quantized() || t.is_complex()) return std::nullopt;
  std::vector<Observed> elements(size_t(t.numel()));
  for (const Run* r : runs_) {
    const Tensor& other = r->tensors[size_t(number)].captured;
    if (other.sizes() != t.sizes() || other.scalar_type() != t.scalar_type()) return std::nullopt;
    const Tensor flat = other.reshape({-1});
    for (size_t i = 0; i < elements.size(); ++i) {
      const Scalar s = flat[int64_t(i)].item();
      elements[i].push_back(t.is_floating_point() ? Value(s.toDouble()) : Value(s.toLong()));
    }
  }
  return elements;
}

ir::Var* GraphBuilder::small_tensor(int number, size_t run) {
  const Tensor& t = main_.tensors[size_t(number)].captured;
  const auto elements = changing_numbers(number);
  if (!elements) throw Unexplained{run, str("a tensor made without operators, ", at_, ",")};
  before_ = std::min(before_, number);
  std::vector<ir::Var*> parts;
  for (const Observed& o : *elements) parts.push_back(this->number(o, at_));
  const TypePtr element = parts[0]->type();
  const bool scalar = t.dim() == 0;
  const char* name = !scalar                      ? "aten::tensor"
                     : element->is(TypeKind::Int) ? "aten::tensor.int"
                                                  : "aten::tensor.float";
  ir::Var* data =
      scalar ? parts[0]
             : builder_.node("prim::ListConstruct", parts)->add_output(Type::list(element));
  return builder_
      .op(find_overload(name), {data, builder_.constant(t.scalar_type()), builder_.constant({}),
                                builder_.constant(false)})
      ->output();
}

}  // namespace tealight::tracing
