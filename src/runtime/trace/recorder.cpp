#include "runtime/trace/recorder.h"

#include <algorithm>

#include "graph/schema_match.h"
#include "tealight/ops.h"

namespace tealight::tracing {
namespace {

bool holds_tensor(const Operand& o) {
  return o.kind == Operand::Kind::tensor ||
         std::any_of(o.parts.begin(), o.parts.end(), holds_tensor);
}

bool value_holds_tensor(const Value& v) {
  if (v.isTensor()) return v.toTensor().defined();
  if (v.isList())
    return std::any_of(v.toListRef().begin(), v.toListRef().end(), value_holds_tensor);
  if (v.isTuple())
    return std::any_of(v.toTupleRef().items.begin(), v.toTupleRef().items.end(),
                       value_holds_tensor);
  return false;
}

// Functions on containers ("aten::append.t(t[](a!) self, t el) -> t[](a!)", "prim::TupleUnpack(Any
// tup) -> ...") are not in a trace: what a container holds is seen where an operator takes it.
bool is_about_containers(const FunctionSchema& s) {
  const auto any_kind = [](const Argument& a) {
    return a.type->is(TypeKind::Any) || ir::has_letters(*a.type);
  };
  return s.is_varret || std::any_of(s.returns.begin(), s.returns.end(), any_kind) ||
         std::any_of(s.arguments.begin(), s.arguments.end(), any_kind);
}

ir::SourcePtr source_of(const ModuleCalls& calls, const ir::SourcePtr& line) {
  std::string scope = scope_of(calls);
  if (scope.empty()) return line;
  ir::Source s = line ? *line : ir::Source{};
  s.scope = std::move(scope);
  return std::make_shared<const ir::Source>(std::move(s));
}

}  // namespace

void for_each_tensor(const Operand& o, const std::function<void(int)>& f) {
  if (o.kind == Operand::Kind::tensor) f(o.tensor);
  for (const Operand& p : o.parts) for_each_tensor(p, f);
}

// ---- undo

void Undo::about_to_write(const Tensor& t) {
  for (const auto& [written, copy] : saved_)
    if (written.is_same(t)) return;
  saved_.emplace_back(t, t.clone());
}

void Undo::restore() {
  for (const auto& [written, copy] : saved_) written.copy_(copy);
}

// ---- recording

Run Recorder::record(const std::function<Value(std::vector<Value>)>& function,
                     std::vector<Value> inputs, Value& result) {
  for (const Value& v : inputs) run_.inputs.push_back(new_result(v, true));
  {
    const Using here(*this);
    const TensorWatcherScope watch(this);
    result = function(std::move(inputs));
  }
  run_.output = operand(result);
  return std::move(run_);
}

int Recorder::add(const Tensor& t, bool by_input) {
  const int number = int(run_.tensors.size());
  run_.tensors.push_back({DimVector(t.sizes()), t.scalar_type(), {}, by_input});
  known_[t.unsafeGetTensorImpl()] = {t, number};
  return number;
}

int Recorder::number_of(const Tensor& t) {
  const auto it = known_.find(t.unsafeGetTensorImpl());
  if (it != known_.end()) return it->second.number;
  const int number = add(t, false);
  run_.tensors[size_t(number)].captured = t;
  return number;
}

Operand Recorder::operand(const Value& v) {
  Operand o;
  const auto parts = [&](const std::vector<Value>& items, Operand::Kind kind) {
    o.kind = kind;
    for (const Value& item : items) o.parts.push_back(operand(item));
  };
  if (v.isTensor() && v.toTensor().defined()) {
    o.kind = Operand::Kind::tensor;
    o.tensor = number_of(v.toTensor());
  } else if (v.isList()) {
    parts(v.toListRef().items, Operand::Kind::list);
    o.type = v.type();
  } else if (v.isTuple()) {
    parts(v.toTupleRef().items, Operand::Kind::tuple);
    o.type = v.toTupleRef().named;
  } else if (v.isGenericDict()) {
    o.kind = Operand::Kind::dict;
    o.type = v.type();
    for (const auto& [key, value] : v.toDictRef().entries())
      o.parts.push_back(operand(key)), o.parts.push_back(operand(value));
  } else if (!v.isTensor()) {
    o.plain = v;
  }
  return o;
}

// Every tensor in it is new, even one that the operator was given: what comes after belongs to it.
Operand Recorder::new_result(const Value& v, bool by_input) {
  v.visit([&](const Value& inner) {
    if (inner.isTensor() && inner.toTensor().defined()) add(inner.toTensor(), by_input);
    return false;
  });
  return operand(v);
}

void Recorder::forget_dead_tensors() {
  if (known_.size() < sweep_at_) return;
  std::erase_if(known_, [&](const auto& k) {
    return k.second.tensor.use_count() == 1;  // ours alone: nobody can name it again
  });
  sweep_at_ = std::max<size_t>(64, 2 * known_.size());
}

void Recorder::read(const Tensor& t) {
  const auto it = known_.find(t.unsafeGetTensorImpl());
  if (it != known_.end() && run_.tensors[size_t(it->second.number)].by_input) note_read();
}

void Recorder::note_read() {
  const ir::SourcePtr at = source_of(*calls_here(), current_line());
  run_.reads.push_back(!at ? "" : at->file.empty() ? at->scope : str(at->file, ":", at->line));
}

ModuleCallsPtr Recorder::calls_here() {
  ModuleCalls here = calls_.here();
  if (!last_calls_ || *last_calls_ != here)
    last_calls_ = std::make_shared<const ModuleCalls>(std::move(here));
  return last_calls_;
}

Tensor Recorder::select(const Tensor& t, int64_t i) { return t.select(0, i); }

// A captured tensor is about to be written: its copy is not the function's doing.
void Recorder::prepare_undo(const Tensor& t) {
  struct Restore {
    Handler* saved = top_handler();
    ~Restore() { top_handler() = saved; }
  } restore;
  top_handler() = nullptr;
  undo_.about_to_write(t);
}

void Recorder::call(const Overload& o, std::vector<Value>& stack) {
  if (is_about_containers(o.schema)) return call_below(*this, o, stack);
  Step step{&o, {}, {}, nullptr, nullptr};
  bool by_input = has(o.op ? o.op->traits : Trait::none, Trait::random);
  for (size_t i = 0; i < stack.size(); ++i) {
    step.arguments.push_back(operand(stack[i]));
    for_each_tensor(step.arguments.back(),
                    [&](int t) { by_input = by_input || run_.tensors[size_t(t)].by_input; });
    if (i < o.schema.arguments.size() && o.schema.arguments[i].written && stack[i].isTensor() &&
        step.arguments.back().kind == Operand::Kind::tensor &&
        run_.tensors[size_t(step.arguments.back().tensor)].captured.defined())
      prepare_undo(stack[i].toTensor());
  }
  // Numbers that an operator reads for itself (a 0-d tensor among its arguments) are no decision of
  // the program's.
  const bool gives_tensors =
      std::any_of(o.schema.returns.begin(), o.schema.returns.end(), [](const Argument& r) {
        return r.type->is(TypeKind::Tensor) ||
               (r.type->is(TypeKind::List) && r.type->element()->is(TypeKind::Tensor));
      });
  {
    const TensorWatcherScope watch(gives_tensors ? nullptr : this);
    call_below(*this, o, stack);
  }
  const bool writes = o.schema.is_mutable();
  const bool gives = std::any_of(stack.begin(), stack.end(), value_holds_tensor);
  if (!gives &&
      !(writes &&
        std::any_of(step.arguments.begin(), step.arguments.end(),
                    holds_tensor))) {  // a number or a fact, which the function itself goes on with
    if (by_input && (o.schema.name == "aten::equal" || o.schema.name == "aten::allclose"))
      note_read();
    return;
  }
  step.calls = calls_here();
  step.source = source_of(*step.calls, current_line());
  for (const Value& v : stack) step.results.push_back(new_result(v, by_input));
  run_.steps.push_back(std::move(step));
  forget_dead_tensors();
}

// ---- comparing

namespace {

bool is_number(const Value& v) { return v.isInt() || v.isDouble(); }

bool same_form(const Operand& a, const Operand& b) {
  if (a.kind != b.kind || a.tensor != b.tensor || a.parts.size() != b.parts.size()) return false;
  for (size_t i = 0; i < a.parts.size(); ++i)
    if (!same_form(a.parts[i], b.parts[i])) return false;
  if (a.kind != Operand::Kind::plain) return true;
  if (is_number(a.plain)) return a.plain.tag() == b.plain.tag();
  return a.plain.tag() == b.plain.tag() && (a.plain.is(b.plain) || a.plain == b.plain);
}

bool same_forms(const std::vector<Operand>& a, const std::vector<Operand>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), same_form);
}

}  // namespace

std::string difference(const Run& a, const Run& b) {
  for (size_t i = 0; i < std::min(a.steps.size(), b.steps.size()); ++i) {
    const Step &x = a.steps[i], &y = b.steps[i];
    if (x.overload != y.overload)
      return str("it calls ", y.overload->schema.qualified(), " in place of ",
                 x.overload->schema.qualified());
    if (!same_forms(x.arguments, y.arguments))
      return str("it calls ", x.overload->schema.qualified(), " with other arguments");
    if (!same_forms(x.results, y.results))
      return str(x.overload->schema.qualified(), " gives another number of tensors");
  }
  if (a.steps.size() != b.steps.size())
    return str("it calls ", b.steps.size(), " operators instead of ", a.steps.size());
  if (a.tensors.size() != b.tensors.size() || !same_form(a.output, b.output))
    return "it gives another number of results";
  return {};
}

}  // namespace tealight::tracing
