#include "run_model.h"

#include <cstdio>

#include "runtime/with_program.h"
#include "script/program_code.h"
#include "tealight/code.h"
#include "tealight/grad_mode.h"
#include "tealight/ops.h"

namespace tealight::testing {
namespace {

Value value_for(const Type& type, IntArrayRef shape) {
  switch (type.kind) {
    case TypeKind::Tensor:
      return ones(shape);
    case TypeKind::Int:
      return 1;
    case TypeKind::Float:
      return 0.5;
    case TypeKind::Bool:
      return true;
    case TypeKind::String:
      return "one";
    case TypeKind::List:
      return make_list(type.element(), {value_for(*type.element(), shape)});
    case TypeKind::Tuple: {
      std::vector<Value> items;
      for (const TypePtr& t : type.children) items.push_back(value_for(*t, shape));
      return make_tuple_value(std::move(items));
    }
    default:
      return {};
  }
}

// A model may write to its arguments.
Value copy_of(const Value& v) {
  if (v.isTensor() && v.toTensor().defined()) return v.toTensor().clone();
  const auto all = [](const auto& items) {
    std::vector<Value> copies;
    for (const Value& item : items) copies.push_back(copy_of(item));
    return copies;
  };
  if (v.isTuple()) return make_tuple_value(all(v.toTupleRef().items));
  if (v.isList()) return make_list(v.toListRef().element, all(v.toListRef().items));
  if (!v.isGenericDict()) return v;
  auto dict = make_intrusive<DictImpl>(v.toDictRef().key, v.toDictRef().value);
  for (const auto& [key, value] : v.toDictRef().entries())
    dict->insert_or_assign(copy_of(key), copy_of(value));
  return Value(dict);
}

void look_at(const Module& m) {
  m.named_tensors();
  m.operators();
  for (const Method& f : m.get_methods())
    if (f.schema()) f.schema()->str();
  if (m.find_method("forward")) m.get_forward_method_debug_info(0);
}

// Code of any form is lifted to graphs or refused.
void lift(const Module& m) {
  try {
    const ModelFile file = with_program(m);
    for (const script::Class* c : file.program->classes())
      for (const auto& [name, f] : c->methods) ir::verify(*f->graph);
  } catch (const Error& e) {
    if (e.kind() != ErrorKind::internal) return;
    std::fputs(e.what(), stderr);
    __builtin_trap();
  }
}

}  // namespace

Outcome load_and_run(const std::string& file, const ChooseCalls& choose,
                     const LoadOptions& options) {
  const NoGradGuard off;
  Outcome out;
  Module m;
  std::vector<RecordedCall> calls;
  try {
    m = Module::load(file.data(), file.size(), options);
    out.loaded = true;
    calls = choose(m);
    look_at(m);
    m.bundled_inputs();
    lift(m);
  } catch (const Error& e) {
    out.note(e);
  }
  for (const RecordedCall& c : calls) {
    try {
      std::vector<Value> args;
      for (const Value& v : c.args) args.push_back(copy_of(v));
      m.get_method(c.method)(std::move(args));
      ++out.ran;
    } catch (const Error& e) {
      ++out.raised;
      out.note(e);
    }
  }
  return out;
}

std::vector<RecordedCall> calls_by_schema(const Module& m, IntArrayRef tensor_shape) {
  std::vector<RecordedCall> calls;
  for (const Method& f : m.get_methods()) {
    RecordedCall c{f.name(), {}};
    const size_t n = f.schema() ? f.schema()->arguments.size() : f.num_inputs();
    for (size_t i = 1; i < n; ++i) {
      const Argument* a = f.schema() ? &f.schema()->arguments[i] : nullptr;
      if (a && a->default_value) break;
      c.args.push_back(value_for(a ? *a->type : *Type::get(TypeKind::Tensor), tensor_shape));
    }
    calls.push_back(std::move(c));
  }
  return calls;
}

}  // namespace tealight::testing
