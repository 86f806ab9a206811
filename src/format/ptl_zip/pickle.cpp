#include "format/ptl_zip/pickle.h"

#include "format/file_error.h"
#include "format/nesting.h"
#include "format/ptl_zip/pickle_opcodes.h"

namespace tealight {
using namespace pickle;
namespace {

// What containers cost about, in bytes.
constexpr size_t kListBytes = 96, kDictBytes = 160, kDictEntryBytes = 128, kStringBytes = 56;
constexpr int kNewestProtocol = 5;

}  // namespace

Unpickler::Unpickler(std::span<const uint8_t> bytes, std::string what, PickleHost& host,
                     MemoryCap& memory)
    : in_(bytes, std::move(what)), host_(host), memory_(memory) {}

Unpickler::~Unpickler() {
  if (!done_) break_cycles();
}

// Containers that hold each other would never end.
void Unpickler::break_cycles() noexcept {
  for (Value& v : made_) {
    if (v.isList()) v.toListRef().items.clear();
    if (v.isGenericDict()) v.toDictRef().clear();
    if (v.isObject()) v.toObjectRef().slots.clear();
  }
}

Value Unpickler::load() {
  done_ = false;
  try {
    while (step(in_.u8())) {
    }
  } catch (const Error& e) {
    rethrow_as_corrupt(e, str(in_.what(), ", offset ", in_.position()));
  }
  Value result = pop();
  check_nesting(result, in_.what());
  done_ = true;
  stack_.clear(), marks_.clear(), memo_.clear(), made_.clear();
  memo_count_ = 0;
  return result;
}

bool Unpickler::step(uint8_t op) {
  if (op == STOP) return false;
  if (push_constant(op) || push_text(op) || build_container(op) || use_memo(op) || call_host(op) ||
      move_stack(op))
    return true;
  in_.fail(str("unknown pickle opcode ", int(op)));
}

bool Unpickler::push_constant(uint8_t op) {
  switch (op) {
    case NONE:
      push(Value());
      return true;
    case NEWTRUE:
      push(Value(true));
      return true;
    case NEWFALSE:
      push(Value(false));
      return true;
    case BININT1:
      push(Value(in_.u8()));
      return true;
    case BININT2:
      push(Value(in_.u16()));
      return true;
    case BININT:
      push(Value(in_.number<int32_t>()));
      return true;
    case LONG1:
      push_long(in_.u8());
      return true;
    case LONG4:
      push_long(in_.u32());
      return true;
    case BINFLOAT: {
      const uint64_t bits = __builtin_bswap64(in_.u64());
      push(Value(std::bit_cast<double>(bits)));
      return true;
    }
  }
  return false;
}

void Unpickler::push_long(uint64_t size) {
  if (size > sizeof(int64_t))
    in_.fail(str("an integer of ", size, " bytes; more than 8 do not fit"));
  const auto bytes = in_.take(size);
  uint64_t v = size && bytes[size - 1] & 0x80 ? UINT64_MAX : 0;
  std::memcpy(&v, bytes.data(), size);
  push(Value(int64_t(v)));
}

bool Unpickler::push_text(uint8_t op) {
  switch (op) {
    case SHORT_BINSTRING:
    case SHORT_BINBYTES:
    case SHORT_BINUNICODE:
      push_string(in_.u8());
      return true;
    case BINSTRING:
    case BINBYTES:
    case BINUNICODE:
      push_string(in_.u32());
      return true;
    case BINUNICODE8:
    case BINBYTES8:
    case BYTEARRAY8:
      push_string(in_.u64());
      return true;
  }
  return false;
}

void Unpickler::push_string(uint64_t size) {
  const std::string_view text = in_.text(size);
  memory_.take(text.size() + kStringBytes, "unpickling a string");
  push(Value(text));
}

bool Unpickler::build_container(uint8_t op) {
  switch (op) {
    case EMPTY_TUPLE:
      push_tuple({});
      return true;
    case TUPLE1:
      push_tuple(pop_n(1));
      return true;
    case TUPLE2:
      push_tuple(pop_n(2));
      return true;
    case TUPLE3:
      push_tuple(pop_n(3));
      return true;
    case TUPLE:
      push_tuple(pop_to_mark());
      return true;
    case EMPTY_SET:  // sets become lists: nothing in models depends on them
    case EMPTY_LIST:
      push_container(make_list(Type::get(TypeKind::Any)), kListBytes);
      return true;
    case LIST:
    case FROZENSET: {
      std::vector<Value> items = pop_to_mark();
      push_container(make_list(Type::get(TypeKind::Any)), kListBytes);
      append(top(), std::move(items));
      return true;
    }
    case EMPTY_DICT:
      push_container(Value(make_intrusive<DictImpl>()), kDictBytes);
      return true;
    case DICT: {
      std::vector<Value> items = pop_to_mark();
      push_container(Value(make_intrusive<DictImpl>()), kDictBytes);
      set_items(top(), std::move(items));
      return true;
    }
    case APPEND: {
      std::vector<Value> items = pop_n(1);
      append(top(), std::move(items));
      return true;
    }
    case ADDITEMS:
    case APPENDS: {
      std::vector<Value> items = pop_to_mark();
      append(top(), std::move(items));
      return true;
    }
    case SETITEM: {
      std::vector<Value> items = pop_n(2);
      set_items(top(), std::move(items));
      return true;
    }
    case SETITEMS: {
      std::vector<Value> items = pop_to_mark();
      set_items(top(), std::move(items));
      return true;
    }
  }
  return false;
}

void Unpickler::push_tuple(std::vector<Value> items) {
  memory_.take(kListBytes + items.size() * sizeof(Value), "unpickling a tuple");
  push(make_tuple_value(std::move(items)));
}

void Unpickler::append(const Value& list, std::vector<Value> items) {
  if (!list.isList()) in_.fail(str("items for a list are added to a ", list.tagKind()));
  memory_.take(items.size() * sizeof(Value), "unpickling a list");
  auto& to = list.toListRef().items;
  to.insert(to.end(), std::make_move_iterator(items.begin()), std::make_move_iterator(items.end()));
}

void Unpickler::set_items(const Value& dict, std::vector<Value> items) {
  if (!dict.isGenericDict()) in_.fail(str("keys for a dict are set on a ", dict.tagKind()));
  if (items.size() % 2) in_.fail("a dict's key without a value");
  memory_.take(items.size() * kDictEntryBytes / 2, "unpickling a dict");
  for (size_t i = 0; i < items.size(); i += 2) {
    dict.toDictRef().insert_or_assign(std::move(items[i]), std::move(items[i + 1]));
  }
}

bool Unpickler::use_memo(uint8_t op) {
  switch (op) {
    case BINPUT:
      remember(in_.u8());
      return true;
    case LONG_BINPUT:
      remember(in_.u32());
      return true;
    case MEMOIZE:
      remember(memo_count_);
      return true;
    case BINGET:
      push(recall(in_.u8()));
      return true;
    case LONG_BINGET:
      push(recall(in_.u32()));
      return true;
  }
  return false;
}

void Unpickler::remember(uint64_t index) {
  // Writers count up from zero, one or more bytes for each.
  if (index > in_.position()) in_.fail(str("memo number ", index, " is larger than can be"));
  if (index >= memo_.size()) {
    memory_.take((index + 1 - memo_.size()) * sizeof(Value), "unpickling");
    memo_.resize(size_t(index) + 1, Value::uninitialized());
  }
  memo_[size_t(index)] = top();
  ++memo_count_;
}

const Value& Unpickler::recall(uint64_t index) {
  if (index >= memo_.size() || memo_[size_t(index)].isUninitialized())
    in_.fail(str("memo number ", index, " was never set"));
  return memo_[size_t(index)];
}

bool Unpickler::call_host(uint8_t op) {
  switch (op) {
    case GLOBAL: {
      std::string name(in_.line());
      name += '.';
      name += in_.line();
      push(host_.global(name));
      return true;
    }
    case STACK_GLOBAL: {
      const std::vector<Value> names = pop_n(2);
      push(host_.global(names[0].toStringRef() + "." + names[1].toStringRef()));
      return true;
    }
    case REDUCE:
    case NEWOBJ: {
      const std::vector<Value> call = pop_n(2);
      adopt(op == REDUCE ? host_.reduce(call[0], call[1]) : host_.create(call[0], call[1]));
      return true;
    }
    case NEWOBJ_EX: {
      const std::vector<Value> call = pop_n(3);
      adopt(host_.create(call[0], call[1]));
      return true;
    }
    case BUILD: {
      const Value state = pop();
      host_.build(top(), state);
      return true;
    }
    case BINPERSID:
      push(host_.persistent(pop()));
      return true;
  }
  return false;
}

bool Unpickler::move_stack(uint8_t op) {
  switch (op) {
    case PROTO:
      if (const int version = in_.u8(); version > kNewestProtocol)
        in_.fail(str("pickle protocol ", version, "; up to ", kNewestProtocol, " are read"));
      return true;
    case FRAME:
      in_.u64();
      return true;
    case MARK:
      marks_.push_back(stack_.size());
      memory_.take(sizeof(size_t), "unpickling");
      return true;
    case POP:
      if (!marks_.empty() && marks_.back() == stack_.size())
        marks_.pop_back();
      else
        pop();
      return true;
    case POP_MARK:
      pop_to_mark();
      return true;
    case DUP:
      push(Value(top()));
      return true;
  }
  return false;
}

void Unpickler::push(Value v) {
  stack_.push_back(std::move(v));
  if (stack_.size() <= highest_) return;
  highest_ = stack_.size();
  memory_.take(sizeof(Value), "unpickling");
}

void Unpickler::push_container(Value v, size_t bytes) {
  memory_.take(bytes, "unpickling");
  made_.push_back(v);
  push(std::move(v));
}

void Unpickler::adopt(const Value& made) {
  if (made.isList() || made.isGenericDict() || made.isObject())
    push_container(made, kDictBytes);
  else
    push(made);
}

Value Unpickler::pop() {
  Value v = std::move(top());
  stack_.pop_back();
  return v;
}

Value& Unpickler::top() {
  const size_t bottom = marks_.empty() ? 0 : marks_.back();
  if (stack_.size() <= bottom) in_.fail("the pickle's stack is empty");
  return stack_.back();
}

std::vector<Value> Unpickler::pop_n(size_t n) {
  const size_t bottom = marks_.empty() ? 0 : marks_.back();
  if (stack_.size() - bottom < n) in_.fail("the pickle's stack is empty");
  const auto first = stack_.end() - ptrdiff_t(n);
  std::vector<Value> items(std::make_move_iterator(first), std::make_move_iterator(stack_.end()));
  stack_.erase(first, stack_.end());
  return items;
}

std::vector<Value> Unpickler::pop_to_mark() {
  if (marks_.empty()) in_.fail("the pickle's stack has no mark");
  std::vector<Value> items = pop_n(stack_.size() - marks_.back());
  marks_.pop_back();
  return items;
}

}  // namespace tealight
