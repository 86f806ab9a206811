#include "graph/code.h"

namespace tealight {
namespace {

constexpr std::string_view kNames[] = {
#define X(name) #name,
    TL_FORALL_OPCODES(X)
#undef X
};

}  // namespace

std::string_view opcode_name(OpCode op) { return op < OpCode::kCount ? kNames[size_t(op)] : "?"; }

OpCode opcode_from_name(std::string_view name) {
  for (size_t i = 0; i < std::size(kNames); ++i)
    if (kNames[i] == name) return OpCode(i);
  return OpCode::kCount;
}

std::string Function::name() const { return qualified_name.substr(qualified_name.rfind('.') + 1); }

std::string Function::class_name() const {
  const size_t dot = qualified_name.rfind('.');
  return dot == std::string::npos ? "" : qualified_name.substr(0, dot);
}

int64_t Function::get_debug_handle(size_t instruction) const {
  return instruction < code.debug_handles.size() ? code.debug_handles[instruction] : -1;
}

MobileCode Function::get_code() const {
  MobileCode out;
  for (const Instruction& i : code.instructions) out.instructions_.push_back({i.op, i.n, i.x});
  for (const OperatorUse& o : code.operators) {
    out.op_names_.emplace_back(o.name, o.overload);
    out.operator_input_sizes_.push_back(o.specified);
  }
  out.debug_handles_ = code.debug_handles;
  out.constants_ = code.constants;
  out.types_ = code.types;
  out.functions_ = code.functions;
  out.register_size_ = code.register_count;
  return out;
}

const Function* ModelFile::find_function(std::string_view qualified_name) const {
  for (const auto& f : functions)
    if (f->qualified_name == qualified_name) return f.get();
  return nullptr;
}

}  // namespace tealight
