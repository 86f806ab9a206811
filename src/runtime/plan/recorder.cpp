#include "runtime/plan/recorder.h"

#include <algorithm>

#include "ops/registry.h"
#include "tealight/ops.h"

namespace tealight::planning {
namespace {

bool is_placeholder(const Tensor& t) { return t.defined() && t.storage() && !t.has_elements(); }

// What the program could change, itself or inside.
bool is_container(const Value& v) {
  if (!v.isTuple()) return v.isList() || v.isGenericDict();
  const auto& items = v.toTupleRef().items;
  return std::any_of(items.begin(), items.end(), is_container);
}

void pair_up(const Value& copy, const Value& real,
             FunctionRef<void(const Value& copy, const Value& real)> f) {
  if (!is_container(real)) return;
  f(copy, real);
  const auto pair_items = [&](const std::vector<Value>& copies, const std::vector<Value>& reals) {
    for (size_t i = 0; i < reals.size(); ++i) pair_up(copies[i], reals[i], f);
  };
  if (real.isList()) {
    pair_items(copy.toListRef().items, real.toListRef().items);
  } else if (real.isTuple()) {
    pair_items(copy.toTupleRef().items, real.toTupleRef().items);
  } else {
    auto at = copy.toDictRef().entries().begin();
    for (const auto& [key, item] : real.toDictRef().entries()) pair_up((at++)->second, item, f);
  }
}

// Lists, dicts and tuples anew, on the same tensors and objects.
Value copy_of_containers(const Value& v) {
  const auto copies = [](const std::vector<Value>& items) {
    std::vector<Value> out;
    for (const Value& item : items) out.push_back(copy_of_containers(item));
    return out;
  };
  if (v.isList()) return make_list(v.toListRef().element, copies(v.toListRef().items));
  if (v.isTuple())
    return make_intrusive<TupleImpl>(copies(v.toTupleRef().items), v.toTupleRef().named);
  if (!v.isGenericDict()) return v;
  auto dict = make_intrusive<DictImpl>(v.toDictRef().key, v.toDictRef().value);
  for (const auto& [key, item] : v.toDictRef().entries())
    dict->insert_or_assign(copy_of_containers(key), copy_of_containers(item));
  return dict;
}

// What a plan must do anew in every run, and not as a step.
bool has_effect(const Overload& o) {
  static constexpr std::string_view kNames[] = {
      "prim::Print",       "aten::warn",         "prim::RaiseException",
      "aten::manual_seed", "aten::seed",         "prim::TimePoint",
      "aten::save",        "prim::AddStatValue", "aten::set_grad_enabled"};
  if (o.user) return true;
  // What a random operator is made of comes here too.
  if (o.op && has(o.op->traits, Trait::random) && !has(o.op->traits, Trait::composite)) return true;
  return std::find(std::begin(kNames), std::end(kNames), o.schema.name) != std::end(kNames);
}

// Of "aten::add_.Tensor": "aten::add.Tensor".
const Overload* functional_form(const Overload& o) {
  std::string name = o.schema.name;
  if (!name.ends_with('_')) return nullptr;
  name.pop_back();
  if (!o.schema.overload.empty()) name += "." + o.schema.overload;
  const Overload* found = try_find_overload(name);
  return found && found->op && found->op->infer ? found : nullptr;
}

Tensor placeholder(const Fact& fact) {
  const size_t bytes = storage_bytes(fact.sizes, fact.strides, fact.itemsize());
  return Tensor(Storage::placeholder(bytes), fact, 0);
}

bool covers_storage(const Tensor& t) {
  return t.storage_offset() == 0 && t.is_non_overlapping_and_dense() &&
         t.nbytes() == t.storage()->nbytes();
}

std::shared_ptr<const ir::TensorInfo> info_of(const Fact& f) {
  auto info = std::make_shared<ir::TensorInfo>();
  info->dtype = f.dtype;
  info->sizes.emplace(f.sizes.begin(), f.sizes.end());
  info->strides.emplace(f.strides.begin(), f.strides.end());
  return info;
}

}  // namespace

bool holds_placeholder(const Value& v) {
  return v.visit(
      [](const Value& inner) { return inner.isTensor() && is_placeholder(inner.toTensor()); });
}

Recorder::Recorder() : graph_(std::make_shared<ir::Graph>()), builder_(&graph_->body()) {}

void Recorder::know(const Tensor& t, ir::Var* v) {
  if (!v->info()) v->set_info(info_of(t.fact()));
  known_[t.unsafeGetTensorImpl()] = {t, v, t.fact(), t.storage_offset()};
}

Tensor Recorder::input(const Tensor& real) {
  intrusive_ptr<Storage>& stands = standing_for_[real.storage().get()];
  if (!stands) stands = Storage::placeholder(real.storage()->nbytes());
  const Tensor t(stands, real.fact(), real.storage_offset());
  t.unsafeGetTensorImpl()->device = real.device();
  know(t, graph_->body().add_parameter(Type::get(TypeKind::Tensor)));
  inputs_.try_emplace(stands.get(), t, real);
  roots_.try_emplace(stands.get(), t);
  return t;
}

void Recorder::record(FunctionRef<void()> steps) {
  const Using here(*this);
  const TensorWatcherScope watch(this);
  steps();
}

// ---- what the program does to tensors

void Recorder::call(const Overload& o, std::vector<Value>& stack) {
  if (has_effect(o)) throw Stop{o.schema.qualified()};
  try {
    call_checked(o, stack);
  } catch (Stop& stop) {
    if (stop.why.find("::") == stop.why.npos) stop.why = o.schema.qualified() + ": " + stop.why;
    throw;
  }
}

void Recorder::call_checked(const Overload& o, std::vector<Value>& stack) {
  if (std::none_of(stack.begin(), stack.end(), holds_placeholder))
    call_on_constants(o, stack);
  else if (o.form == Form::in_place && o.op && o.op->infer)
    call_in_place(o, stack);
  else if (o.form == Form::functional && o.op && o.op->infer)
    record_call(o, stack);
  else
    call_function(o, stack);
}

void Recorder::call_on_constants(const Overload& o, std::vector<Value>& stack) {
  for (size_t i = 0; i < o.schema.arguments.size() && i < stack.size(); ++i)
    if (o.schema.arguments[i].written && stack[i].isTensor() && stack[i].toTensor().defined() &&
        !is_born(stack[i].toTensor()))
      throw Stop{o.schema.qualified() + " writes a tensor of the module"};
  call_inside(*this, o, stack);
}

// An eager call packs the weights that it gets; a plan only those that it knows.
bool has_computed_weights(const Overload& o, const std::vector<Value>& args) {
  const bool layer = o.schema.name == "aten::convolution" || o.schema.name == "aten::linear";
  return layer && holds_placeholder(args[1]);
}

void Recorder::record_call(const Overload& o, std::vector<Value>& stack) {
  if (has_computed_weights(o, stack)) throw Stop{"weights that are computed"};
  std::vector<Value> args = stack;
  if (has(o.op->traits, Trait::pointwise)) numbers_to_tensors(args);
  const std::vector<Fact> facts = infer_call(o, args);
  std::vector<ir::Var*> inputs;
  for (const Value& v : stack) inputs.push_back(var_of(v));
  const ir::Node* n = builder_.op(o, inputs);
  if (n->outputs().size() != facts.size()) throw Stop{o.schema.qualified() + " gives a list"};
  stack.clear();
  for (size_t i = 0; i < facts.size(); ++i) {
    stack.emplace_back(placeholder(facts[i]));
    know(stack.back().toTensor(), n->output(i));
    roots_.emplace(stack.back().toTensor().storage().get(), stack.back().toTensor());
  }
}

void Recorder::call_in_place(const Overload& o, std::vector<Value>& stack) {
  const Overload* functional = functional_form(o);
  if (!functional) throw Stop{o.schema.qualified()};
  const Tensor self = stack[0].toTensor();
  record_call(*functional, stack);
  const Tensor result = stack.at(0).toTensor();
  TL_CHECK(can_cast(result.scalar_type(), self.scalar_type()) && result.sizes() == self.sizes(),
           o.schema.name, ": the result does not fit");
  write(self, result);
  stack.assign(1, Value(self));
}

// Made of other operators, which come here themselves; a view; or a function on containers.
void Recorder::call_function(const Overload& o, std::vector<Value>& stack) {
  const std::vector<Value> args = stack;
  call_inside(*this, o, stack);
  for (const Value& result : stack)  // packed parameters: what they hold cannot be seen
    if (result.isObject() || result.isCapsule()) throw Stop{"an object is made of tensors"};
  if (o.op && has(o.op->traits, Trait::view)) record_view(o, args, stack);
}

void Recorder::record_view(const Overload& o, const std::vector<Value>& args,
                           std::vector<Value>& results) {
  std::vector<Tensor> unknown;
  for (const Value& r : results)
    r.visit([&](const Value& v) {
      if (v.isTensor() && is_placeholder(v.toTensor()) &&
          !known_.count(v.toTensor().unsafeGetTensorImpl()))
        unknown.push_back(v.toTensor());
      return false;
    });
  if (unknown.empty()) return;
  std::vector<ir::Var*> inputs;
  for (const Value& v : args) inputs.push_back(var_of(v));
  ir::Node* n = builder_.op(o, inputs);
  if (results.size() == 1 && results[0].isList()) {
    ir::Node* parts = builder_.node("prim::ListUnpack", {n->output()});
    for (const Value& v : results[0].toListRef()) {
      ir::Var* part = parts->add_output(Type::get(TypeKind::Tensor));
      know(v.toTensor(), part);
    }
  } else {
    for (size_t i = 0; i < results.size(); ++i) know(results[i].toTensor(), n->output(i));
  }
}

void Recorder::read(const Tensor& t) {
  if (is_placeholder(t)) throw Stop{"elements of a tensor are read"};
}

Tensor Recorder::select(const Tensor& t, int64_t i) { return tealight::select(t, 0, i); }

// ---- writes

void Recorder::copy(const Tensor& dst, const Tensor& src) {
  if (dst.is_quantized() != src.is_quantized()) throw Stop{"copy between quantized and not"};
  write(dst, src);
}

// Another tensor that the program still holds sees this memory.
bool Recorder::has_live_alias(const Tensor& t) {
  const Tensor& root = roots_.at(t.storage().get());
  size_t ours = known_.count(t.unsafeGetTensorImpl()) ? 0 : 1;  // tensors that need not worry us
  for (const auto& [impl, known] : known_) {
    if (impl->storage != t.storage()) continue;
    const bool dead = known.tensor.use_count() == 1u + unsigned(root.is_same(known.tensor));
    ours += dead || impl == t.unsafeGetTensorImpl();
  }
  return t.storage().use_count() > ours;
}

// `from` broadcast, converted and apart from what it was. (remove_copies knows when that is not
// needed.)
ir::Var* Recorder::copied(const Tensor& from, const Fact& wanted) {
  static const Overload& o = find_overload("tealight::materialize");
  std::vector<Value> stack{from, DimVector(wanted.sizes), DimVector(wanted.strides),
                           Value(wanted.dtype)};
  record_call(o, stack);
  return var_of(stack[0].toTensor());
}

// The memory under a tensor that the recorded part made becomes the plan's to fill: it begins with
// the elements that it has.
void Recorder::lay_on_placeholder(const Tensor& t) {
  if (!is_born(t)) throw Stop{"a tensor of the module is written"};
  Storage* const storage = t.storage().get();
  const int64_t n = int64_t(storage->nbytes() / t.itemsize());
  Fact flat(t.scalar_type(), {n});
  flat.quantizer = t.quantizer();
  const intrusive_ptr<Storage> bytes = storage->take_bytes();
  for (auto& [impl, known] : known_)  // constants so far
    if (impl->storage.get() == storage)
      known.var->node()->set_attribute("value", Tensor(bytes, impl->fact, impl->offset));
  std::erase_if(known_, [&](const auto& k) { return k.first->storage.get() == storage; });
  const Tensor root(t.storage(), flat, 0);
  static const Overload& o = find_overload("tealight::materialize");
  ir::Node* n_root = builder_.op(
      o, {builder_.constant(Value(Tensor(bytes, flat, 0))), builder_.constant(DimVector{n}),
          builder_.constant(DimVector{1}), builder_.constant(Value(t.scalar_type()))});
  know(root, n_root->output());
  roots_.emplace(storage, root);
}

// Where nothing else sees the memory of `to`, its name from now on means the new elements; else
// they are copied to where the old ones are.
void Recorder::write(const Tensor& to, const Tensor& from) {
  ir::Var* elements = var_of(from);
  if (to.has_elements()) lay_on_placeholder(to);
  if (!inputs_.count(to.storage().get()) && covers_storage(to) && !has_live_alias(to)) {
    know(to, copied(from, to.fact()));
    roots_[to.storage().get()] = to;
  } else {
    static const Overload& o = find_overload("aten::copy_");
    builder_.op(o, {var_of(to), elements, builder_.constant(Value(false))});
  }
}

// ---- what it does to objects

Value Recorder::attribute(const intrusive_ptr<ObjectImpl>& object, size_t slot) {
  const Value& v = object->slots[slot];
  if (is_made(*object)) return v;
  for (const auto& [read, given] : containers_)
    if (read.object == object && read.slot == slot) return given;
  recording_.attributes.push_back({object, slot, v});
  if (!is_container(v)) return v;
  recording_.attributes.back().value = copy_of_containers(v);
  containers_.push_back({recording_.attributes.back(), copy_of_containers(v)});
  return containers_.back().second;
}

bool Recorder::is_made(const ObjectImpl& object) const {
  return std::any_of(created_.begin(), created_.end(),
                     [&](const auto& c) { return c.get() == &object; });
}

void Recorder::about_to_write(const ObjectImpl& object) {
  if (!is_made(object)) throw Stop{"an attribute is written"};
}

void Recorder::created(const intrusive_ptr<ObjectImpl>& object) { created_.push_back(object); }

void Recorder::effect(const char* what) { throw Stop{what}; }

// ---- variables

bool Recorder::is_born(const Tensor& t) const { return t.storage()->serial() >= start_; }

const Tensor* Recorder::input_on(const Storage* s) const {
  const auto it = inputs_.find(s);
  return it == inputs_.end() ? nullptr : &it->second.second;
}

ir::Var* Recorder::var_of(const Tensor& t) {
  const auto it = known_.find(t.unsafeGetTensorImpl());
  if (it != known_.end()) {
    // The tensor itself may have become another view (squeeze_), or mean other numbers.
    const auto& [tensor, var, fact, offset] = it->second;
    if (fact.sizes == t.fact().sizes && fact.strides == t.fact().strides &&
        fact.dtype == t.fact().dtype && fact.quantizer == t.quantizer() &&
        offset == t.storage_offset())
      return var;
    throw Stop{"a tensor is seen otherwise than it was made"};
  }
  if (is_placeholder(t)) {  // a view that was made without an operator
    const auto root = roots_.find(t.storage().get());
    if (root == roots_.end()) throw Stop{"a tensor of unknown origin"};
    static const Overload& o = find_overload("aten::as_strided");
    ir::Node* n = builder_.op(o, {var_of(root->second), builder_.constant(DimVector(t.sizes())),
                                  builder_.constant(DimVector(t.strides())),
                                  builder_.constant(Value(t.storage_offset()))});
    know(t, n->output());
    return n->output();
  }
  if (t.storage() && !is_born(t)) recording_.captured.push_back({t, t.storage()->version()});
  ir::Var* v = builder_.constant(Value(t));
  know(t, v);
  return v;
}

ir::Var* Recorder::var_of(const Value& v) {
  if (v.isTensor() && v.toTensor().defined()) return var_of(v.toTensor());
  if (v.isList() && holds_placeholder(v)) {
    std::vector<ir::Var*> items;
    for (const Value& item : v.toListRef()) items.push_back(var_of(item));
    ir::Node* n = builder_.node("prim::ListConstruct", items);
    return n->add_output(v.type());
  }
  return builder_.constant(copy_of_containers(v));
}

ir::Var* Recorder::result(const Tensor& t) {
  ir::Var* v = var_of(t);
  graph_->body().add_result(v);
  return v;
}

void Recorder::each_container(FunctionRef<void(const Value& copy, const Value& real)> f) const {
  // Unchanged ones only have the form of the real ones; finish() refuses the others.
  for (const auto& [read, given] : containers_)
    if (read.value == given) pair_up(given, read.object->slots[read.slot], f);
}

Recording Recorder::finish() {
  for (const auto& [read, given] : containers_)
    if (!(read.value == given)) throw Stop{"a container of the module is changed"};
  recording_.graph = std::move(graph_);
  return std::move(recording_);
}

}  // namespace tealight::planning
