#include "runtime/interpreter.h"

#include "core/log.h"
#include "ops/call.h"
#include "ops/custom_class.h"
#include "ops/script/script.h"
#include "runtime/debug.h"
#include "runtime/frame.h"
#include "runtime/plan/plans.h"
#include "runtime/run_watcher.h"
#include "tealight/grad_mode.h"
#include "tealight/observer.h"

namespace tealight {

Frame::Frame(const Function& f, std::span<Value> args, RunContext& context)
    : place_(context.model, f,
             !args.empty() && args[0].isObject() ? &args[0].toObjectRef() : nullptr),
      code_(f.code),
      context_(context),
      values_(code_.register_count + code_.max_stack) {
  registers_ = values_.data();
  top_ = registers_ + code_.register_count;
  for (Value& v : args) push(std::move(v));
}

Value Frame::run() {
  try {
#if !TL_SELECTED
    if (context_.plans) {
      context_.plans->run(*this);
      return take_result();
    }
#endif
    while (step()) {
    }
  } catch (Error& e) {
    add_places(e, context_.model, *place_.function, pc());
    throw;
  } catch (const std::bad_alloc&) {
    Error e("out of memory", ErrorKind::cancelled);
    add_places(e, context_.model, *place_.function, pc());
    throw e;
  } catch (const std::exception& other) {
    Error e(other.what(), ErrorKind::internal);
    add_places(e, context_.model, *place_.function, pc());
    throw e;
  }
  return take_result();
}

// The result is the lowest value.
Value Frame::take_result() {
  Value* bottom = registers_ + code_.register_count;
  return top_ > bottom ? std::move(*bottom) : Value();
}

void Frame::set_state(size_t instruction, std::vector<Value> state) {
  std::move(state.begin(), state.end(), values_.begin());
  Value* top = values_.data() + state.size();
  while (top_ > top) *--top_ = Value();
  top_ = top;
  pc() = instruction;
}

bool Frame::step(const Step& i) {
  switch (i.op) {
    case OpCode::OP: {
      const OperatorUse& use = code_.operators[size_t(i.x)];
      call_operator(use, use.on_stack, i.n);
      break;
    }
    case OpCode::OPN: {
      const OperatorUse& use = code_.operators[size_t(i.x)];
      call_operator(use, i.n, use.results);
      break;
    }
    case OpCode::LOAD:
      push(reg(i.x));
      break;
    case OpCode::MOVE:
      push(std::move(reg(i.x)));
      break;
    case OpCode::STOREN:
      for (int64_t k = i.n; k > 0; --k) reg(i.x + k - 1) = pop();
      break;
    case OpCode::STORE:
      reg(i.x) = pop();
      break;
    case OpCode::DROP:
      drop(1);
      break;
    case OpCode::DROPR:
      reg(i.x) = Value();
      break;
    case OpCode::LOADC:
      push(code_.constants[size_t(i.x)]);
      break;
    case OpCode::JF:
      if (!pop().toBool()) {
        jump(i.x);
        return true;
      }
      break;
    case OpCode::JMP:
      jump(i.x);
      return true;
    case OpCode::LOOP:
      loop(i);
      return true;
    case OpCode::RET:
      return false;
    case OpCode::CALL: {
      const Function& f = *code_.functions[size_t(i.x)];
      call_function(f, f.code.input_count);
      break;
    }
    case OpCode::INTERFACE_CALL:
      call_method(code_.constants[size_t(i.x)].toStringRef(), i.n);
      break;
    case OpCode::GET_ATTR:
      get_attribute(i.x);
      break;
    case OpCode::SET_ATTR:
      set_attribute(i.x);
      break;
    case OpCode::LIST_UNPACK:
      unpack(size_t(i.x));
      break;
    case OpCode::TUPLE_CONSTRUCT:
      push(make_tuple_value(pop_many(size_t(i.x))));
      break;
    case OpCode::NAMED_TUPLE_CONSTRUCT:
      make_named_tuple(code_.types[size_t(i.x)], i.n);
      break;
    case OpCode::LIST_CONSTRUCT:
      push(make_list(code_.types[size_t(i.x)]->element(), pop_many(i.n)));
      break;
    case OpCode::DICT_CONSTRUCT:
      make_dict(*code_.types[size_t(i.x)], i.n);
      break;
    case OpCode::CREATE_OBJECT:
      create_object(*code_.types[size_t(i.x)]);
      break;
    case OpCode::ISINSTANCE:
      is_instance(i);
      break;
    case OpCode::TUPLE_SLICE:
      slice_tuple(size_t(i.x), i.n);
      break;
    case OpCode::TUPLE_INDEX: {
      const Value index = pop(), tuple = pop();
      push(script::tuple_index(tuple.toTupleRef(), index.toInt()));
      break;
    }
    case OpCode::RAISE_EXCEPTION:
      raise();
      break;
    case OpCode::DICT_INDEX: {
      const Value key = pop(), dict = pop();
      push(script::dict_index(dict.toDictRef(), key));
      break;
    }
    case OpCode::UNCHECKED_CAST:
      break;
    case OpCode::__IS__:
    case OpCode::__ISNOT__: {
      const Value b = pop(), a = pop();
      push(Value(script::is_same(a, b) == (i.op == OpCode::__IS__)));
      break;
    }
    case OpCode::UN_INITIALIZED:
      push(Value::uninitialized());
      break;
    case OpCode::FORMAT: {
      std::string text = script::format(last(size_t(i.x)));
      drop(size_t(i.x));
      push(std::move(text));
      break;
    }
    case OpCode::DEVICE:
      push(Value(pop().toTensor().device()));
      break;
    case OpCode::DTYPE:
      push(Value(pop().toTensor().scalar_type()));
      break;
    case OpCode::DIM:
      push(Value(pop().toTensor().dim()));
      break;
    case OpCode::__NOT__:
      push(Value(!pop().toBool()));
      break;
    case OpCode::TO_LIST: {
      const Value element = pop(), dim = pop(), tensor = pop();
      push(script::to_list(tensor.toTensor(), dim.toInt(), element.toInt()));
      break;
    }
    case OpCode::NUM_TO_TENSOR:
      push(script::number_tensor(pop().toScalar()));
      break;
    case OpCode::IS_CUDA:
      push(Value(pop().toTensor().is_cuda()));
      break;
    case OpCode::WARN:
      warn_user();
      break;
    default:  // the verifier lets no other pass
      fail(str("instruction ", opcode_name(i.op), " is not for models"), ErrorKind::internal);
  }
  ++pc();
  return true;
}

// ---- operators

void Frame::call_operator(const OperatorUse& use, size_t n, size_t n_results) {
  const Overload& o = *use.target;
  std::optional<RecordFunction> record;
  if (callbacks_may_run()) [[unlikely]]
    record_operator(record.emplace(RecordScope::LITE_INTERPRETER), use, n);
  const size_t total = o.schema.arguments.size();
  if (n < total) {
    fill_defaults(use, o.schema);
    n = total;
  }
  const bool plain = !o.op && !top_handler() && !record;
  if (plain) {
    context_.check();
    call_plain(o, n);
  } else {
    context_.check_now();
    call_any(o, n);
  }
  std::vector<Value>& results = results_;
  if (results.size() != n_results) {
    fail(str(o.schema.qualified(), " gave ", results.size(), " results where the program takes ",
             n_results));
  }
  for (Value& v : results) push(std::move(v));
}

void Frame::record_operator(RecordFunction& record, const OperatorUse& use, size_t n) {
  if (DebugInfoBase* info = ThreadLocalDebugInfo::get(DebugInfoKind::MOBILE_RUNTIME_INFO))
    static_cast<MobileDebugInfo*>(info)->setOpIdx(pc());
  if (!record.isActive()) return;
  record.setDebugHandle(place_.function->get_debug_handle(pc()));
  detail::record(record, use.name, ArrayRef<Value>(top_ - n, n));
}

// The arguments that the file left out come before those marked as out=.
void Frame::fill_defaults(const OperatorUse& use, const FunctionSchema& schema) {
  const size_t total = schema.arguments.size(), given = use.on_stack;
  Value* first = top_ - given;
  size_t outs = 0;
  while (outs < given && schema.arguments[total - 1 - outs].written &&
         schema.arguments[total - 1 - outs].kwarg_only)
    ++outs;
  const size_t kept = given - outs;
  for (size_t k = 0; k < outs; ++k) first[total - 1 - k] = std::move(first[given - 1 - k]);
  for (size_t k = kept; k < total - outs; ++k) {
    const auto& value = schema.arguments[k].default_value;
    TL_CHECK(value, schema.qualified(), ": no value for argument '", schema.arguments[k].name, "'");
    first[k] = *value;
  }
  top_ = first + total;
}

// A function on numbers, strings, lists and dicts: straight from the stack.
void Frame::call_plain(const Overload& o, size_t n) {
  results_.clear();
  o.function(Args(top_ - n, n), results_);
  drop(n);
}

void Frame::call_any(const Overload& o, size_t n) {
  results_.assign(std::make_move_iterator(top_ - n), std::make_move_iterator(top_));
  top_ -= n;
  call(o, results_);
}

// ---- functions and methods

void Frame::call_function(const Function& f, size_t n) {
  TL_CHECK(f.code.verified && f.code.input_count == n, f.qualified_name, ": takes ",
           f.code.input_count, " arguments, but got ", n);
  context_.check();
  RunContext::Call nested(context_);
  Value result = Frame(f, last(n), context_).run();
  top_ -= n;
  push(std::move(result));
}

void Frame::call_method(const std::string& name, size_t n) {
  const std::string class_name = last(n)[0].toObjectRef().cls->name;
  if (const Function* f = context_.methods ? context_.methods->find(class_name, name) : nullptr)
    return call_function(*f, n);
  const CustomClass* custom = find_custom_class(class_name);
  if (context_.watcher) context_.watcher->effect("a method written in C++");
  for (const CustomMethod& method :
       custom ? std::span(custom->methods) : std::span<const CustomMethod>()) {
    if (method.name != name) continue;
    context_.check_now();
    std::vector<Value> stack = pop_many(n);
    method.call(stack);
    return push(stack.empty() ? Value() : std::move(stack[0]));
  }
  fail(str("class ", class_name, " has no method '", name, "'"));
}

// ---- control flow

void Frame::jump(int64_t offset) {
  if (offset <= 0) context_.check();
  pc() = size_t(int64_t(pc()) + offset);
}

// Stack: trip, max, cond, carried ... The body's STOREN takes the trip number out of cond's place.
void Frame::loop(const Step& i) {
  Value* frame = top_ - (i.n + 1);
  const int64_t trip = frame[0].toInt();
  if (trip < frame[1].toInt() && frame[2].toBool()) {
    frame[2] = Value(trip);
    frame[0] = Value(trip + 1);
    ++pc();
    return;
  }
  for (size_t k = 0; k + 2 < i.n; ++k) frame[k] = std::move(frame[k + 3]);
  drop(3);
  jump(i.x);
}

// ---- objects and containers

void Frame::get_attribute(int64_t slot) {
  const Value self = pop();
  const ObjectImpl& object = self.toObjectRef();
  TL_CHECK(size_t(slot) < object.slots.size(), object.cls->name, " has ", object.slots.size(),
           " attributes, the program wants number ", slot);
  if (context_.watcher) return push(context_.watcher->attribute(self.toObject(), size_t(slot)));
  push(object.slots[size_t(slot)]);
}

void Frame::set_attribute(int64_t slot) {
  Value v = pop();
  const Value self = pop();
  ObjectImpl& object = self.toObjectRef();
  if (context_.watcher) context_.watcher->about_to_write(object);
  if (size_t(slot) >= object.slots.size()) {
    // Only objects that a __setstate__ fills begin without their attributes.
    TL_CHECK(context_.loading || slot < 1000, object.cls->name, " has ", object.slots.size(),
             " attributes, the program sets number ", slot);
    while (int64_t(object.cls->attributes.size()) <= slot)
      object.cls->add_attribute(std::to_string(object.cls->attributes.size()));
    object.slots.resize(size_t(slot) + 1);
  }
  object.slots[size_t(slot)] = std::move(v);
}

void Frame::unpack(size_t n) {
  const Value list = pop();
  const std::vector<Value>& items = list.toListRef().items;
  TL_CHECK(items.size() == n, "Expected ", n, " elements in a list but found ", items.size());
  for (const Value& v : items) push(v);
}

void Frame::is_instance(const Step& i) {
  const Value v = pop();
  bool is = false;
  for (size_t t = 0; t < i.n && !is; ++t)
    is = script::is_instance(v, *code_.types[size_t(i.x) + t]);
  push(Value(is));
}

void Frame::slice_tuple(size_t begin, size_t n) {
  const Value tuple = pop();
  const std::vector<Value>& items = tuple.toTupleRef().items;
  TL_CHECK(begin + n <= items.size(), "a slice from ", begin, " to ", begin + n, " of a tuple of ",
           items.size());
  push(make_tuple_value({items.begin() + int64_t(begin), items.begin() + int64_t(begin + n)}));
}

// A type whose fields the file does not tell makes a plain tuple.
void Frame::make_named_tuple(const TypePtr& type, size_t n) {
  push(make_intrusive<TupleImpl>(pop_many(n), type->is(TypeKind::Tuple) ? type : nullptr));
}

void Frame::make_dict(const Type& type, size_t n) {
  auto dict = make_intrusive<DictImpl>(type.children[0], type.children[1]);
  const std::span<Value> items = last(n);
  for (size_t k = 0; k < n; k += 2)
    dict->insert_or_assign(std::move(items[k]), std::move(items[k + 1]));
  drop(n);
  push(std::move(dict));
}

void Frame::create_object(const Type& type) {
  const CustomClass* custom = find_custom_class(type.name);
  if (custom && context_.watcher) context_.watcher->effect("an object of a class written in C++");
  auto object = make_intrusive<ObjectImpl>(custom     ? custom->type
                                           : type.cls ? type.cls
                                                      : make_intrusive<ClassType>(type.name));
  if (context_.watcher) context_.watcher->created(object);
  push(std::move(object));
}

// ---- messages

void Frame::raise() {
  if (context_.watcher) context_.watcher->effect("an exception");
  const Value python_class = pop(), message = pop();
  const std::string& text = message.toStringRef();
  throw JITException(text, python_class.toOptional<std::string>(), text);
}

void Frame::warn_user() {
  if (context_.watcher) context_.watcher->effect("a warning");
  drop(1);  // how many frames up the warning is said to come from
  const Value message = pop();
  warn(message.toStringRef());
}

Value run(const Function& f, std::vector<Value> args, RunContext& context) {
  if (!f.code.verified) {
    std::string missing;
    for (const OperatorUse& u : f.code.operators) {
      if (!u.target) missing += (missing.empty() ? "" : ", ") + u.qualified();
    }
    Error e(str("Following ops cannot be found: [", missing, "]"), ErrorKind::unsupported);
    e.at(f.qualified_name).fix("register these operators before the model is loaded");
    throw e;
  }
  TL_CHECK(args.size() == f.code.input_count, f.name(), "() takes ", f.code.input_count,
           " arguments, but got ", args.size());
  RunContext::Call nested(context);
  const bool gradients = GradMode::is_enabled();
  try {
    return Frame(f, args, context).run();
  } catch (...) {  // out of `with torch.no_grad()`, whose __exit__ did not run
    GradMode::set_enabled(gradients);
    throw;
  }
}

}  // namespace tealight
