#include "format/lite_functions.h"

#include <algorithm>
#include <unordered_set>

#include "graph/upgraders.h"

namespace tealight {
namespace {

constexpr int64_t kFirstCounted = 6;      // operators say how many arguments are on the stack
constexpr int64_t kFirstCountedOuts = 7;  // of operators with out arguments too
constexpr int64_t kFirstPromoted = 8;     // instructions in place of some operators
constexpr int64_t kSurelyFrom1_12 = 8;    // from here on readers know what floor_divide means

FileVersions versions_of(const ModelFile& file) {
  if (file.bytecode_version == 0) return {};  // named as this build names them
  return {file.bytecode_version, file.operator_version, file.before_1_13};
}

/// Instructions that were operators before version 8.
struct Promoted {
  OpCode op;
  const char *name, *overload;
  int32_t arguments;
};
constexpr Promoted kPromoted[] = {
    {OpCode::TUPLE_INDEX, "prim::TupleIndex", "", 2},
    {OpCode::RAISE_EXCEPTION, "prim::RaiseException", "", 2},
    {OpCode::DICT_INDEX, "aten::__getitem__", "Dict_str", 2},  // of any key
    {OpCode::UNCHECKED_CAST, "prim::unchecked_cast", "", 1},
    {OpCode::__IS__, "aten::__is__", "", 2},
    {OpCode::UN_INITIALIZED, "prim::Uninitialized", "", 0},
    {OpCode::__ISNOT__, "aten::__isnot__", "", 2},
    {OpCode::FORMAT, "aten::format", "", -1},
    {OpCode::DEVICE, "prim::device", "", 1},
    {OpCode::DTYPE, "prim::dtype", "", 1},
    {OpCode::DIM, "aten::dim", "", 1},
    {OpCode::__NOT__, "aten::__not__", "", 1},
    {OpCode::TO_LIST, "prim::tolist", "", -1},
    {OpCode::NUM_TO_TENSOR, "prim::NumToTensor", "Scalar", 1},
    {OpCode::IS_CUDA, "prim::is_cuda", "", 1},
};

/// floor_divide rounds as its file's writer knew it; readers tell that from signs that a new file
/// may lack. div says how it rounds.
struct FloorDivide {
  std::string_view name;  // behind "aten::" or "tealight::", with the overload
  const char *symbol, *overload;
  bool until_1_12;
};
constexpr FloorDivide kFloorDivides[] = {
    {"aten::floor_divide", "aten::div", "Tensor_mode", false},
    {"aten::floor_divide.Scalar", "aten::div", "Scalar_mode", false},
    {"aten::floor_divide.out", "aten::div", "out_mode", false},
    {"aten::floor_divide_.Tensor", "aten::div_", "Tensor_mode", false},
    {"aten::floor_divide_.Scalar", "aten::div_", "Scalar_mode", false},
    {"tealight::floor_divide_until_1_12", "aten::div", "Tensor_mode", true},
    {"tealight::floor_divide_until_1_12.Scalar", "aten::div", "Scalar_mode", true},
    {"tealight::floor_divide_until_1_12.out", "aten::div", "out_mode", true},
    {"tealight::floor_divide_until_1_12_.Tensor", "aten::div_", "Tensor_mode", true},
    {"tealight::floor_divide_until_1_12_.Scalar", "aten::div_", "Scalar_mode", true},
};

size_t out_arguments(const FunctionSchema& s) {
  return size_t(std::count_if(s.arguments.begin(), s.arguments.end(),
                              [](const Argument& a) { return a.written && a.kwarg_only; }));
}

bool is_operator(OpCode op) { return op == OpCode::OP || op == OpCode::OPN; }
bool is_jump(OpCode op) { return op == OpCode::JF || op == OpCode::JMP || op == OpCode::LOOP; }

class Porter {
 public:
  Porter(const Function& f, const FileVersions& from, int64_t to)
      : old_(f.code), from_(from), to_(to) {
    new_.qualified_name = f.qualified_name;
    new_.schema = f.schema ? f.schema : plain_schema(f);
    Code& code = new_.code;
    code.constants = old_.constants;
    code.types = old_.types;
    code.register_count = old_.register_count;
  }
  Function run();

 private:
  static FunctionSchema plain_schema(const Function&);
  void place(const Instruction&);
  void place_operator(const Instruction&);
  bool place_old_operator(const std::string& meaning, int64_t given);
  void raise(const OperatorUse&);
  void old_full();
  void old_copy(int64_t given);
  void old_relu6(int64_t given);
  void old_contains(int64_t given);
  void floor_divide(const FloorDivide&, const FunctionSchema&);
  void under_outs(size_t outs, std::span<const Value>);
  void call(const std::string& symbol, const std::string& overload, int64_t given);

  void emit(OpCode, int64_t x = 0, size_t n = 0);
  void load(const Value& v) { emit(OpCode::LOADC, int64_t(constant(v))); }
  size_t constant(const Value&);
  size_t use(const std::string& symbol, const std::string& overload, int64_t given);
  /// The constant that the instruction `back` before the next one loads; null: it does other
  /// things.
  Instruction* loading(size_t back);

  const Code& old_;
  const FileVersions& from_;
  int64_t to_;
  Function new_;
  int64_t handle_ = -1;
};

// Bytecode before version 4 has none, and says only how many values the function takes.
FunctionSchema Porter::plain_schema(const Function& f) {
  FunctionSchema s;
  s.name = f.name();
  for (size_t i = 0; i < f.code.input_count; ++i) {
    Argument a;
    a.name = i == 0 ? "self" : str("argument_", i);
    a.type = i == 0 ? Type::named(TypeKind::Class, f.class_name()) : Type::get(TypeKind::Any);
    s.arguments.push_back(std::move(a));
  }
  s.returns.emplace_back().type = Type::get(TypeKind::Any);
  return s;
}

Function Porter::run() {
  const size_t count = old_.instructions.size();
  std::vector<size_t> moved(count + 1);
  std::vector<std::pair<size_t, size_t>> jumps;  // new place, old target
  for (size_t pc = 0; pc < count; ++pc) {
    const Instruction& i = old_.instructions[pc];
    moved[pc] = new_.code.instructions.size();
    handle_ = pc < old_.debug_handles.size() ? old_.debug_handles[pc] : -1;
    const int64_t target = int64_t(pc) + i.x;
    if (is_jump(i.op)) {
      TL_CHECK(target >= 0 && target <= int64_t(count), "a jump from ", pc, " to ", target);
      jumps.emplace_back(moved[pc], size_t(target));
      emit(i.op, 0, i.n);
    } else {
      place(i);
    }
  }
  moved[count] = new_.code.instructions.size();
  for (const auto& [place, target] : jumps)
    new_.code.instructions[place].x = int32_t(int64_t(moved[target]) - int64_t(place));
  if (old_.debug_handles.empty()) new_.code.debug_handles.clear();
  return std::move(new_);
}

void Porter::place(const Instruction& i) {
  if (is_operator(i.op)) return place_operator(i);
  switch (i.op) {
    case OpCode::WAIT:
    case OpCode::CALL:
    case OpCode::FORK:
    case OpCode::ENTER:
    case OpCode::EXIT:
      fail(str(opcode_name(i.op), " is not supported in mobile modules"), ErrorKind::unsupported);
    case OpCode::NAMED_TUPLE_CONSTRUCT:
      // PyTorch 1.6 and 1.7 did not write its fields; today's takes such a name for an error.
      TL_CHECK(i.x >= 0 && size_t(i.x) < old_.types.size(), "type ", i.x, " of ",
               old_.types.size());
      if (!old_.types[size_t(i.x)]->is(TypeKind::Tuple)) {
        new_.code.types[size_t(i.x)] = Type::get(TypeKind::Any);
        return emit(OpCode::TUPLE_CONSTRUCT, i.n);
      }
      break;
    default:
      break;
  }
  if (to_ < kFirstPromoted)
    for (const Promoted& p : kPromoted) {
      if (p.op != i.op) continue;
      const bool counted = i.op == OpCode::FORMAT;
      emit(counted ? OpCode::OPN : OpCode::OP, int64_t(use(p.name, p.overload, p.arguments)),
           counted ? size_t(i.x) : 0);
      return;
    }
  emit(i.op, i.x, i.n);
}

// ---- operators

void Porter::place_operator(const Instruction& i) {
  TL_CHECK(i.x >= 0 && size_t(i.x) < old_.operators.size(), "operator ", i.x, " of ",
           old_.operators.size());
  const OperatorUse& u = old_.operators[size_t(i.x)];
  if (u.name == "prim::RaiseException") return raise(u);
  const std::string meaning = operator_for_file(u.qualified(), from_);
  const Overload* target = try_find_overload(meaning);
  if (i.op == OpCode::OPN || !target || schema_of(*target).is_vararg) {
    if (!target && to_ < kFirstCounted && u.specified >= 0) {
      Error e("the operator " + u.qualified() +
                  " is not in this build, so that its defaults are "
                  "not known",
              ErrorKind::unsupported);
      throw e.fix("write bytecode version 6 or newer, or register the operator");
    }
    return emit(i.op, int64_t(use(u.name, u.overload, u.specified)), i.op == OpCode::OPN ? i.n : 0);
  }
  const FunctionSchema& schema = schema_of(*target);
  TL_CHECK(u.specified >= 0 || u.target, "internal: the operator ", u.qualified(),
           " is not linked");
  const auto total = int64_t(schema.arguments.size());
  int64_t given = u.target ? u.on_stack : u.specified;
  for (const FloorDivide& f : kFloorDivides)
    if (f.name == meaning && (f.until_1_12 || to_ < kSurelyFrom1_12))
      return floor_divide(f, schema);
  if (place_old_operator(meaning, given)) return;
  const size_t outs = out_arguments(schema);
  if (given < total && (to_ < kFirstCounted || (to_ < kFirstCountedOuts && outs > 0))) {
    std::vector<Value> defaults;
    for (size_t a = size_t(given) - outs; a < size_t(total) - outs; ++a)
      defaults.push_back(schema.arguments[a].default_value.value_or(Value()));
    under_outs(outs, defaults);
    given = total;
  }
  const std::optional<OldOperator> old = old_operator(meaning);
  const std::string name(old ? old->name : std::string_view(meaning));
  const size_t dot = name.find('.');
  call(name.substr(0, dot), dot == name.npos ? "" : name.substr(dot + 1), given);
}

// It takes a message and, since PyTorch 1.11, a class or None; 1.11 itself pushed both and counted
// one.
void Porter::raise(const OperatorUse& u) {
  bool has_class = u.specified == 2;
  if (const Instruction* last = loading(0); last && !has_class) {
    const Value& v = new_.code.constants[size_t(last->x)];
    has_class = v.isNone() || (v.isString() && v.toStringView().starts_with("builtins."));
  }
  if (!has_class) load({});
  if (to_ < kFirstPromoted)
    call("prim::RaiseException", "", 2);
  else
    emit(OpCode::RAISE_EXCEPTION);
}

// Names of PyTorch 1.5 and 1.6 that no version number tells of (graph/upgraders.cpp).
bool Porter::place_old_operator(const std::string& meaning, int64_t given) {
  if (meaning == "tealight::full_until_1_6") {
    old_full();
    return call("aten::full", "", given), true;
  }
  if (meaning == "tealight::copy_until_1_5_") {
    old_copy(given);
    return call("aten::copy_", "", given), true;
  }
  if (meaning == "tealight::contains_until_1_6.str") return old_contains(given), true;
  if (meaning == "tealight::relu6_until_1_5") return old_relu6(given), true;
  return false;
}

// Integers without a dtype made a tensor of floats: aten::full(size, value, dtype, layout, device,
// pin_memory).
void Porter::old_full() {
  const Instruction *value = loading(4), *dtype = loading(3);
  if (!value || !dtype || !new_.code.constants[size_t(dtype->x)].isNone()) return;
  const Value& v = new_.code.constants[size_t(value->x)];
  if (v.isInt() || v.isBool()) loading(3)->x = int32_t(constant(Value(kFloat)));
}

// A number was assigned as it is: aten::copy_(self, src, non_blocking).
void Porter::old_copy(int64_t given) {
  if (given < 2) return;
  Instruction* src = loading(size_t(given - 2));
  if (!src) return;
  const Value& v = new_.code.constants[size_t(src->x)];
  if (!v.isScalar()) return;
  const Tensor number(Fact(v.isDouble() ? kDouble : v.isInt() ? kLong : kBool, {}));
  if (v.isDouble()) *number.as<double>() = v.toDouble();
  if (v.isInt()) *number.as<int64_t>() = v.toInt();
  if (v.isBool()) *number.as<bool>() = v.toBool();
  src->x = int32_t(constant(number));
}

// Bounded tensors of any layout alike (ops/script/old_operators.cpp): aten::contiguous, then
// aten::clamp. quantized::relu6(qx, inplace).
void Porter::old_relu6(int64_t given) {
  if (given == 2) {
    const Instruction* inplace = loading(0);
    const bool is_new = inplace && !new_.code.constants[size_t(inplace->x)].toBool();
    if (!is_new) return call("quantized::relu6", "", given);
    emit(OpCode::DROP);
  }
  load(Value(MemoryFormat::Contiguous));
  call("aten::contiguous", "", 2);
  load(0);
  load(6);
  call("aten::clamp", "", 3);
}

// `"a" in x` of lists and dicts.
void Porter::old_contains(int64_t given) {
  const auto& done = new_.code.instructions;
  const bool constant_list = loading(1) && new_.code.constants[size_t(loading(1)->x)].isList();
  const bool is_list =
      constant_list || (done.size() >= 2 && done[done.size() - 2].op == OpCode::LIST_CONSTRUCT);
  call("aten::__contains__", is_list ? "str_list" : "str", given);
}

void Porter::floor_divide(const FloorDivide& f, const FunctionSchema& schema) {
  const Value mode(f.until_1_12 ? "trunc" : "floor");
  const size_t outs = out_arguments(schema);
  under_outs(outs, {&mode, 1});
  call(f.symbol, f.overload, int64_t(schema.arguments.size()) + 1);
}

// Pushes values below the out arguments that are on the stack already.
void Porter::under_outs(size_t outs, std::span<const Value> values) {
  const size_t first = old_.register_count + 1;
  if (outs) {
    emit(OpCode::STOREN, int64_t(first), outs);
    new_.code.register_count = std::max(new_.code.register_count, old_.register_count + outs);
  }
  for (const Value& v : values) load(v);
  for (size_t i = 0; i < outs; ++i) emit(OpCode::MOVE, int64_t(first + i));
}

void Porter::call(const std::string& symbol, const std::string& overload, int64_t given) {
  emit(OpCode::OP, int64_t(use(symbol, overload, given)));
}

// ---- parts

void Porter::emit(OpCode op, int64_t x, size_t n) {
  new_.code.instructions.push_back({op, uint16_t(n), int32_t(x)});
  new_.code.debug_handles.push_back(handle_);
}

size_t Porter::constant(const Value& v) {
  auto& all = new_.code.constants;
  for (size_t i = 0; i < all.size(); ++i)
    if (all[i].tag() == v.tag() && !v.isTensor() && !v.isList() && all[i] == v) return i;
  all.push_back(v);
  return all.size() - 1;
}

size_t Porter::use(const std::string& symbol, const std::string& overload, int64_t given) {
  auto& all = new_.code.operators;
  const auto specified = int32_t(to_ < kFirstCounted ? -1 : given);
  for (size_t i = 0; i < all.size(); ++i)
    if (all[i].name == symbol && all[i].overload == overload && all[i].specified == specified)
      return i;
  all.push_back({symbol, overload, specified});
  return all.size() - 1;
}

Instruction* Porter::loading(size_t back) {
  auto& done = new_.code.instructions;
  if (done.size() <= back) return nullptr;
  for (size_t i = 0; i < back; ++i)
    if (done[done.size() - 1 - i].op != OpCode::LOADC) return nullptr;
  Instruction& i = done[done.size() - 1 - back];
  const bool there = i.x >= 0 && size_t(i.x) < new_.code.constants.size();
  return i.op == OpCode::LOADC && there ? &i : nullptr;
}

}  // namespace

std::vector<std::unique_ptr<Function>> lite_functions(const ModelFile& file, int64_t version) {
  const FileVersions from = versions_of(file);
  std::vector<std::unique_ptr<Function>> out;
  std::unordered_set<std::string> names;  // PyTorch 1.7 wrote __setstate__ for each object anew
  for (const auto& f : file.functions) {
    if (!names.insert(f->qualified_name).second) continue;
    try {
      out.push_back(std::make_unique<Function>(Porter(*f, from, version).run()));
    } catch (Error& e) {
      e.at(f->qualified_name);
      throw;
    }
  }
  return out;
}

int64_t operator_version_for(const ModelFile& file) {
  constexpr int64_t kOldest = 3;
  if (file.bytecode_version > 0) return std::max(file.operator_version, kOldest);
  int64_t least = kOldest, most = kNewestOperators;
  std::string newest, oldest;
  for (const auto& f : file.functions)
    for (const OperatorUse& u : f->code.operators) {
      if (const auto old = old_operator(u.qualified())) {
        if (old->last_version < most) most = old->last_version, oldest = u.qualified();
      } else if (const int64_t first = first_version_of(u.qualified()); first > least) {
        least = first, newest = u.qualified();
      }
    }
  TL_CHECK(least <= most, "one file cannot hold both ", newest, " of version ", least, " and ",
           oldest, ", which newer versions mean otherwise");
  return least;
}

}  // namespace tealight
