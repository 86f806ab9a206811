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

const Function* ModelFile::find_function(std::string_view qualified_name) const {
  for (const auto& f : functions)
    if (f->qualified_name == qualified_name) return f.get();
  return nullptr;
}

}  // namespace tealight
