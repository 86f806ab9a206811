#include "format/ptl_zip/bytecode_pickle.h"

#include <limits>

#include "format/bytecode.h"
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
  if (in.op == OpCode::kCount) fail_unknown_instruction(name);
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
  return make_operator_use(parts[0].toStringRef(), parts[1].toStringRef(),
                           parts.size() > 2 ? parts[2].toInt() : -1);
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
  code.register_count = checked_register_count(get_field(table, "register_size").toInt());
  return code;
}

std::vector<Argument> read_arguments(const Value& list, TypeTable& types) {
  std::vector<Argument> out;
  for (const Value& v : items_of(list)) {
    Argument a;
    a.name = get_field(v, "name").toStringRef();
    a.type = types.parse(get_field(v, "type").toStringRef());
    const Value* value = find_field(v, "default_value");
    if (value && (!value->isNone() || can_default_to_none(*a.type))) a.default_value = *value;
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

void read_bytecode(const Value& record, TypeTable& types, ModelFile& file) {
  const auto& parts = items_of(record);
  // PyTorch 1.5 and 1.6 wrote no number.
  const bool numbered = !parts.empty() && parts[0].isInt();
  file.bytecode_version = numbered ? parts[0].toInt() : kOldestBytecode;
  check_bytecode_version(file.bytecode_version);
  for (size_t i = numbered; i < parts.size(); ++i)
    file.functions.push_back(read_function(parts[i], types));
}

}  // namespace tealight
