#include "graph/free_batch.h"

#include <algorithm>
#include <numeric>

#include "graph/schema_match.h"
#include "ops/call.h"

namespace tealight::ir {
namespace {

using Sizes = std::vector<int64_t>;

int64_t product(std::span<const int64_t> sizes) {
  return std::accumulate(sizes.begin(), sizes.end(), int64_t(1), std::multiplies<>());
}

/// Runs a graph node by node, so that each may be looked at with the values it gets.
class Follower {
 public:
  virtual ~Follower() = default;
  void run(Graph& g, const std::vector<Value>& inputs) {
    TL_CHECK(inputs.size() == g.inputs().size(), "the method takes ", g.inputs().size() - 1,
             " inputs, but the example has ", inputs.size() - 1);
    for (size_t i = 0; i < inputs.size(); ++i) give(g.inputs()[i].get(), inputs[i]);
    block(g.body());
  }

 protected:
  virtual void before(Node*) {}
  virtual void give(const Var* v, Value value) { values_[v] = std::move(value); }
  const Value& value(const Var* v) const { return values_.at(v); }
  void run(Node& n) {
    try {
      evaluate(n);
    } catch (Error& e) {
      e.at(n.str());
      throw;
    }
  }

 private:
  void block(Block& b) {
    for (Node* n = b.first(); n; n = n->next()) {
      before(n);
      run(*n);
    }
  }
  void evaluate(Node&);
  void give_all(const Node& n, std::vector<Value> values) {
    for (size_t i = 0; i < n.outputs().size(); ++i) give(n.output(i), std::move(values.at(i)));
  }

  std::unordered_map<const Var*, Value> values_;
};

void Follower::evaluate(Node& n) {
  if (n.is("prim::Constant"))
    return give(n.output(), n.has_attribute("value") ? n.attribute("value") : Value());
  std::vector<Value> in;
  for (const Var* v : n.inputs()) in.push_back(value(v));
  if (n.overload()) {
    call(*n.overload(), in);
    return give_all(n, std::move(in));
  }
  if (n.is("prim::GetAttr"))
    return give(n.output(), in[0].toObjectRef().attr(n.text_attribute("name")));
  if (n.is("prim::ListConstruct"))
    return give(n.output(), make_list(n.output()->type()->element(), std::move(in)));
  if (n.is("prim::TupleConstruct")) {
    const TypePtr& type = n.output()->type();
    return give(n.output(), Value(make_intrusive<TupleImpl>(
                                std::move(in), type->field_names.empty() ? nullptr : type)));
  }
  if (n.is("prim::TupleUnpack")) return give_all(n, in[0].toTupleRef().items);
  if (n.is("prim::ListUnpack")) return give_all(n, in[0].toListRef().items);
  if (n.is("prim::unchecked_cast")) return give(n.output(), in[0]);
  if (n.is("prim::DictConstruct")) {
    const TypePtr& type = n.output()->type();
    auto dict = make_intrusive<DictImpl>(type->getKeyType(), type->getValueType());
    for (size_t i = 0; i + 1 < in.size(); i += 2) dict->insert_or_assign(in[i], in[i + 1]);
    return give(n.output(), Value(std::move(dict)));
  }
  if (n.is("prim::If")) {
    Block& taken = *n.block(in[0].toBool() ? 0 : 1);
    block(taken);
    for (size_t i = 0; i < n.outputs().size(); ++i) give(n.output(i), value(taken.result(i)));
    return;
  }
  Error e("the batch size cannot be followed through " + n.kind(), ErrorKind::unsupported);
  throw e.fix("only traced models bake it in; this one may serve other sizes as it is");
}

/// What a value was for the example: sizes of tensors, lists of numbers.
class Example : public Follower {
 public:
  const Sizes* sizes(const Var* v) const {
    const auto at = sizes_.find(v);
    return at == sizes_.end() ? nullptr : &at->second;
  }

 private:
  void give(const Var* v, Value x) override {
    if (x.isTensor() && x.toTensor().defined()) sizes_[v] = x.toTensor().sizes().vec();
    if (x.isIntList()) sizes_[v] = x.toIntVector();
    Follower::give(v, std::move(x));
  }
  std::unordered_map<const Var*, Sizes> sizes_;
};

class Adapter : public Follower {
 public:
  Adapter(Graph& g, const Example& example, const std::vector<Value>& inputs,
          const std::vector<Value>& larger)
      : example_(example) {
    for (size_t i = 0; i < inputs.size() && !batch_; ++i) {
      if (!inputs[i].isTensor()) continue;
      const Tensor &a = inputs[i].toTensor(), &b = larger[i].toTensor();
      if (a.dim() == 0 || a.size(0) == b.size(0)) continue;
      batch_ = g.inputs()[i].get();
      old_batch_ = a.size(0);
    }
    TL_CHECK(batch_, "no input has a batch");
  }
  std::vector<std::string> changes;

 private:
  void before(Node*) override;
  void view(Node*, size_t list);
  void expand(Node*, size_t list);
  void make(Node*, size_t list);
  void recur(Node*, size_t state);
  void concatenate(Node*, size_t list);
  void repeat_in_list(Node*, size_t list, int64_t dim);
  std::vector<Var*> elements(Node*, Var* list);
  Var* for_each_of_batch(Node*, Var*, int64_t dim);
  void replace(Node*, size_t list, size_t element, const Var* of, int64_t dim, int64_t old_size);
  Var* element(Builder&, const Var* list, size_t i);
  bool is_constant(const Var* list, size_t i) const;
  // The dimension that has grown; -1: none.
  int64_t grown(const Var* v) const {
    const Sizes* old = example_.sizes(v);
    const Tensor& now = value(v).toTensor();
    for (size_t i = 0; old && i < old->size(); ++i)
      if ((*old)[i] != now.size(int64_t(i))) return int64_t(i);
    return -1;
  }

  const Example& example_;
  Var* batch_ = nullptr;  // the input whose dimension 0 it is
  int64_t old_batch_ = 0;
};

void Adapter::before(Node* n) {
  static const std::map<std::string_view, std::pair<void (Adapter::*)(Node*, size_t), size_t>>
      kinds{{"aten::view", {&Adapter::view, 1}},         {"aten::reshape", {&Adapter::view, 1}},
            {"aten::_unsafe_view", {&Adapter::view, 1}}, {"aten::expand", {&Adapter::expand, 1}},
            {"aten::repeat", {&Adapter::expand, 1}},     {"aten::zeros", {&Adapter::make, 0}},
            {"aten::ones", {&Adapter::make, 0}},         {"aten::full", {&Adapter::make, 0}},
            {"aten::empty", {&Adapter::make, 0}},        {"aten::rand", {&Adapter::make, 0}},
            {"aten::randn", {&Adapter::make, 0}},        {"aten::new_zeros", {&Adapter::make, 1}},
            {"aten::new_ones", {&Adapter::make, 1}},     {"aten::new_full", {&Adapter::make, 1}},
            {"aten::new_empty", {&Adapter::make, 1}},    {"aten::lstm", {&Adapter::recur, 1}},
            {"aten::gru", {&Adapter::recur, 1}},         {"aten::rnn_tanh", {&Adapter::recur, 1}},
            {"aten::rnn_relu", {&Adapter::recur, 1}},    {"aten::cat", {&Adapter::concatenate, 0}}};
  const auto at = kinds.find(n->kind());
  if (at == kinds.end() || n->inputs().size() <= at->second.second) return;
  Node* previous = n->previous();
  (this->*at->second.first)(n, at->second.second);
  for (Node* made = previous ? previous->next() : n->owner()->first(); made != n;
       made = made->next())
    Follower::run(*made);
}

// The dimension of a result that holds the batch, behind `before` other numbers: the first that
// begins there and is a multiple of it, else the first that begins there, else the one around it.
size_t same_place(const Sizes& to, int64_t before, int64_t batch) {
  size_t multiple = to.size(), begins = to.size(), around = to.size();
  for (size_t i = to.size(); i-- > 0;) {
    const int64_t here = product(std::span(to).first(i));
    if (here == before) begins = i;
    if (here == before && to[i] % batch == 0) multiple = i;
    if (here < before && before < here * to[i]) around = i;
  }
  return multiple < to.size() ? multiple : begins < to.size() ? begins : around;
}

void Adapter::view(Node* n, size_t list) {
  const Var* x = n->input(0);
  const int64_t dim = grown(x);
  if (dim < 0) return;
  const Sizes &from = *example_.sizes(x), &to = *example_.sizes(n->output());
  const int64_t before = product(std::span(from).first(size_t(dim))), old = from[size_t(dim)];
  const size_t at = same_place(to, before, old_batch_);
  if (at < to.size()) replace(n, list, at, x, dim, old);
  // A batch of one is contiguous where several are not.
  if (!n->is("aten::reshape") && !value(x).toTensor().is_contiguous()) {
    n->set_kind("aten::reshape");
    n->set_overload(resolve(n->kind(), types_of(n->inputs())));
    changes.push_back("aten::view of what is not contiguous became aten::reshape");
  }
}

// Of what has the batch already, and of weights that are repeated for each in it.
void Adapter::expand(Node* n, size_t list) {
  const Var* x = n->input(0);
  const Sizes &from = *example_.sizes(x), &to = *example_.sizes(n->input(list));
  if (to.size() < from.size()) return;
  const size_t front = to.size() - from.size();
  if (const int64_t dim = grown(x); dim >= 0) {
    const size_t at = front + size_t(dim);
    if (n->is("aten::expand") && to[at] == from[size_t(dim)])
      replace(n, list, at, x, dim, from[size_t(dim)]);
  } else if (!to.empty() && to[0] == old_batch_ && (front > 0 || from[0] == 1)) {
    replace(n, list, 0, batch_, 0, old_batch_);
  }
}

bool is_state_of_rnn(const Var* v) {
  return std::any_of(v->uses().begin(), v->uses().end(), [](const Use& use) {
    const Node& n = *use.user;
    const bool list = n.is("prim::ListConstruct") || n.is("prim::TupleConstruct");
    if (list) return is_state_of_rnn(n.output());
    return use.index == 1 && (n.is("aten::lstm") || n.is("aten::gru") || n.is("aten::rnn_tanh") ||
                              n.is("aten::rnn_relu"));
  });
}

// Tensors made of nothing: (batch, ...), or (layers, batch, hidden) for recurrent layers.
void Adapter::make(Node* n, size_t list) {
  const Sizes& to = *example_.sizes(n->input(list));
  const size_t at = is_state_of_rnn(n->output()) ? 1 : 0;
  if (to.size() >= 2 && to[at] == old_batch_) replace(n, list, at, batch_, 0, old_batch_);
}

Var* make_op(Builder& b, const char* kind, const std::vector<Var*>& inputs) {
  return b.op(*resolve(kind, types_of(inputs)), inputs)->output();
}

// What has the example's batch in `dim` and did not grow, a constant mostly: repeated for the
// batch.
Var* Adapter::for_each_of_batch(Node* n, Var* v, int64_t dim) {
  const Value* c = constant_value(v);
  const Tensor now = c ? c->toTensor() : value(v).toTensor();
  if (now.dim() <= dim || now.size(dim) != old_batch_ || (!c && grown(v) >= 0)) return nullptr;
  Builder b(n);
  b.set_source(n->source());
  Var *zero = b.constant(0), *one = b.constant(1);
  Var* first = make_op(b, "aten::slice", {v, b.constant(dim), zero, one, one});
  std::vector<Var*> to(size_t(now.dim()), b.constant(-1));
  to[size_t(dim)] = make_op(b, "aten::size", {batch_, zero});
  Var* list = b.node("prim::ListConstruct", to)->add_output(Type::list(Type::get(TypeKind::Int)));
  changes.push_back(str(n->kind(), ": what was for a batch of ", old_batch_, ", for any"));
  return make_op(b, "aten::expand", {first, list, b.constant(false)});
}

void Adapter::repeat_in_list(Node* n, size_t list, int64_t dim) {
  Var* given = n->input(list);
  bool changed = false;
  std::vector<Var*> items = elements(n, given);
  for (Var*& v : items)
    if (Var* each = for_each_of_batch(n, v, dim)) v = each, changed = true;
  if (!changed) return;
  Builder b(n);
  n->set_input(list, b.node("prim::ListConstruct", items)->add_output(given->type()));
}

// Those of a constant list become constants.
std::vector<Var*> Adapter::elements(Node* n, Var* list) {
  if (list->is_parameter()) return {};
  if (list->node()->is("prim::ListConstruct"))
    return {list->node()->inputs().begin(), list->node()->inputs().end()};
  const Value* c = constant_value(list);
  std::vector<Var*> made;
  if (c && c->isTensorList())
    for (const Value& item : c->toListRef().items) made.push_back(Builder(n).constant(item));
  return made;
}

// States that the model begins with: (layers, batch, hidden).
void Adapter::recur(Node* n, size_t state) {
  if (!n->input(state)->type()->is(TypeKind::Tensor)) return repeat_in_list(n, state, 1);
  if (Var* v = for_each_of_batch(n, n->input(state), 1)) n->set_input(state, v);
}

// All have the batch in one place.
void Adapter::concatenate(Node* n, size_t list) {
  const Var* given = n->input(list);
  if (given->is_parameter() || !given->node()->is("prim::ListConstruct")) return;
  for (const Var* v : given->node()->inputs())
    if (const int64_t dim = grown(v); dim >= 0 && value(n->input(1)) != Value(dim))
      return repeat_in_list(n, list, dim);
}

Var* Adapter::element(Builder& b, const Var* list, size_t i) {
  if (!list->is_parameter() && list->node()->is("prim::ListConstruct"))
    return list->node()->input(i);
  return b.constant((*example_.sizes(list))[i]);
}

bool Adapter::is_constant(const Var* list, size_t i) const {
  if (constant_value(list)) return true;
  return list->node()->is("prim::ListConstruct") && constant_value(list->node()->input(i));
}

// The element follows a size that was `old_size`: n times that, or a part of it.
void Adapter::replace(Node* n, size_t list, size_t at, const Var* of, int64_t dim,
                      int64_t old_size) {
  const Var* sizes = n->input(list);
  const Sizes& was = *example_.sizes(sizes);
  if (!is_constant(sizes, at) || was[at] == -1) return;
  Builder b(n);
  b.set_source(n->source());
  std::vector<Var*> elements;
  for (size_t i = 0; i < was.size(); ++i)
    elements.push_back(i == at ? nullptr : element(b, sizes, i));
  Var* size = make_op(b, "aten::size", {const_cast<Var*>(of), b.constant(dim)});
  if (was[at] != old_size) {
    if (was[at] % old_size == 0) {
      size = make_op(b, "aten::mul", {size, b.constant(was[at] / old_size)});
    } else {
      size = make_op(b, "aten::mul", {size, b.constant(was[at])});
      size = make_op(b, "aten::floordiv", {size, b.constant(old_size)});
    }
  }
  elements[at] = size;
  Node* made = b.node("prim::ListConstruct", elements);
  n->set_input(list, made->add_output(Type::list(Type::get(TypeKind::Int))));
  std::string text = str(n->kind(), " to [");
  for (size_t i = 0; i < was.size(); ++i)
    text += (i ? ", " : "") + (i == at ? str("batch (was ", was[i], ")") : str(was[i]));
  changes.push_back(text + "]");
}

}  // namespace

std::vector<std::string> free_batch_size(Graph& g, const std::vector<Value>& example,
                                         const std::vector<Value>& larger) {
  Example first;
  first.run(g, example);
  Adapter second(g, first, example, larger);
  second.run(g, larger);
  return std::move(second.changes);
}

}  // namespace tealight::ir
