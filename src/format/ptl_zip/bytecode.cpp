#include "format/ptl_zip/bytecode.h"

#include <limits>

#include "format/file_error.h"

namespace tealight {
namespace {

const std::vector<Value>& items_of(const Value& v) {
  return v.isList() ? v.toListRef().items : v.toTupleRef().items;
}

const std::vector<Value>& tuple_of(const Value& v, size_t least, const char* what) {
  const auto& items = items_of(v);
  if (items.size() < least) corrupt(str(what, " has ", items.size(), " parts, of ", least));
  return items;
}

Instruction read_instruction(const Value& v) {
  const auto& parts = tuple_of(v, 3, "an instruction");
  const std::string& name = parts[0].toStringRef();
  Instruction in{opcode_from_name(name)};
  if (in.op == OpCode::kCount) {
    Error e(str("unknown instruction '", name, "'"), ErrorKind::unsupported);
    throw e.fix("the file may come from a newer PyTorch than this library knows");
  }
  const int64_t x = parts[1].toInt(), n = parts[2].toInt();
  if (x < std::numeric_limits<int32_t>::min() || x > std::numeric_limits<int32_t>::max() || n < 0 ||
      n > UINT16_MAX) {
    corrupt(str("instruction ", name, " with operands ", x, " and ", n));
  }
  in.x = int32_t(x);
  in.n = uint16_t(n);
  return in;
}

OperatorUse read_operator(const Value& v) {
  const auto& parts = tuple_of(v, 2, "an operator");
  OperatorUse use;
  use.name = parts[0].toStringRef();
  use.overload = parts[1].toStringRef();
  if (parts.size() > 2) {
    const int64_t n = parts[2].toInt();
    if (n < -1 || n > UINT16_MAX)
      corrupt(str("operator ", use.qualified(), " with ", n, " arguments"));
    use.specified = int32_t(n);
  }
  return use;
}

Code read_code(const Value& table, TypeTable& types) {
  Code code;
  for (const Value& v : items_of(get_field(table, "instructions")))
    code.instructions.push_back(read_instruction(v));
  for (const Value& v : items_of(get_field(table, "operators")))
    code.operators.push_back(read_operator(v));
  code.constants = items_of(get_field(table, "constants"));
  for (const Value& v : items_of(get_field(table, "types")))
    code.types.push_back(types.parse(v.toStringRef()));
  const int64_t registers = get_field(table, "register_size").toInt();
  constexpr int64_t kMostRegisters = 1 << 20;
  if (registers < 0 || registers > kMostRegisters) corrupt(str("register_size is ", registers));
  code.register_count = size_t(registers);
  return code;
}

std::vector<Argument> read_arguments(const Value& list, TypeTable& types) {
  std::vector<Argument> out;
  for (const Value& v : items_of(list)) {
    Argument a;
    a.name = get_field(v, "name").toStringRef();
    a.type = types.parse(get_field(v, "type").toStringRef());
    // None stands for "no default" too, so it can only be one where None is a value.
    const Value* value = find_field(v, "default_value");
    if (value && (!value->isNone() || a.type->is(TypeKind::Optional) || a.type->is(TypeKind::None)))
      a.default_value = *value;
    out.push_back(std::move(a));
  }
  return out;
}

FunctionSchema read_schema(const std::string& name, const Value& table, TypeTable& types) {
  FunctionSchema schema;
  schema.name = name;
  schema.arguments = read_arguments(get_field(table, "arguments"), types);
  schema.returns = read_arguments(get_field(table, "returns"), types);
  return schema;
}

std::unique_ptr<Function> read_function(const Value& v, TypeTable& types) {
  const auto& parts = tuple_of(v, 2, "a function");
  auto f = std::make_unique<Function>();
  f->qualified_name = parts[0].toStringRef();
  try {
    f->code = read_code(parts[1], types);
    if (parts.size() > 2 && !parts[2].isNone()) f->schema = read_schema(f->name(), parts[2], types);
  } catch (const Error& e) {
    rethrow_as_corrupt(e, f->qualified_name);
  }
  return f;
}

}  // namespace

const Value* find_field(const Value& pairs, std::string_view name) {
  for (const Value& pair : items_of(pairs)) {
    const auto& kv = tuple_of(pair, 2, "a named value");
    if (kv[0].isString() && kv[0].toStringRef() == name) return &kv[1];
  }
  return nullptr;
}

const Value& get_field(const Value& pairs, std::string_view name) {
  const Value* v = find_field(pairs, name);
  if (!v) corrupt(str("the field '", name, "' is missing"));
  return *v;
}

void check_bytecode_version(int64_t version) {
  if (version >= kOldestBytecode && version <= kNewestBytecode) return;
  Error e(str("the bytecode has version ", version, "; versions ", kOldestBytecode, " to ",
              kNewestBytecode, " are read"),
          ErrorKind::unsupported);
  throw e.fix(
      "export the model with torch.jit.mobile._backport_for_mobile(..., to_version=8), or update "
      "this library");
}

void read_bytecode(const Value& record, TypeTable& types, ModelFile& file) {
  const auto& parts = items_of(record);
  // PyTorch 1.5 and 1.6 wrote no number.
  const bool numbered = !parts.empty() && parts[0].isInt();
  file.bytecode_version = numbered ? parts[0].toInt() : kOldestBytecode;
  check_bytecode_version(file.bytecode_version);
  for (size_t i = numbered; i < parts.size(); ++i)
    file.functions.push_back(read_function(parts[i], types));
}

void resolve_operators(ModelFile& file) {
  for (auto& f : file.functions) {
    for (OperatorUse& use : f->code.operators) use.target = try_find_overload(use.qualified());
  }
}

}  // namespace tealight
