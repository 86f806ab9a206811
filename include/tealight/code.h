// Code: the one form that the interpreter runs. The lite bytecode's instructions and a few of ours;
// `.ptl` files load straight to it, graphs are lowered to it.
#pragma once
#include <map>
#include <memory>

#include "tealight/dispatch.h"

namespace tealight {

/// "__torch__.M.forward", taken apart.
class QualifiedName {
 public:
  QualifiedName(std::string name) : name_(std::move(name)) {}
  QualifiedName(const char* name) : name_(name) {}
  const std::string& qualifiedName() const { return name_; }
  std::string name() const { return name_.substr(name_.rfind('.') + 1); }
  std::string prefix() const {
    const size_t dot = name_.rfind('.');
    return dot == name_.npos ? "" : name_.substr(0, dot);
  }
  friend bool operator==(const QualifiedName&, const QualifiedName&) = default;

 private:
  std::string name_;
};

// X(name), in the order of PyTorch's numbers (flatbuffer files hold these). Meaning of x and n:
// spec in docs/formats.md.
#define TL_FORALL_OPCODES(X)                                                                     \
  X(OP)                                                                                          \
  X(OPN)                                                                                         \
  X(LOAD)                                                                                        \
  X(MOVE)                                                                                        \
  X(STOREN)                                                                                      \
  X(STORE)                                                                                       \
  X(DROP) X(DROPR) X(LOADC) X(JF) X(JMP) X(LOOP) X(RET) X(WAIT) X(CALL) X(GUARD) X(TYPECHECK)    \
      X(FAIL_GUARD) X(PROFILE_OP) X(TAIL_CALL) X(INTERFACE_CALL) X(GET_ATTR) X(SET_ATTR)         \
          X(LIST_UNPACK) X(TUPLE_CONSTRUCT) X(NAMED_TUPLE_CONSTRUCT) X(LIST_CONSTRUCT)           \
              X(DICT_CONSTRUCT) X(CREATE_OBJECT) X(ISINSTANCE) X(TUPLE_SLICE) X(TUPLE_INDEX)     \
                  X(RAISE_EXCEPTION) X(DICT_INDEX) X(UNCHECKED_CAST) X(__IS__) X(UN_INITIALIZED) \
                      X(__ISNOT__) X(FORMAT) X(DEVICE) X(DTYPE) X(DIM) X(__NOT__) X(TO_LIST)     \
                          X(NUM_TO_TENSOR) X(IS_CUDA) X(FORK) X(WARN) X(ENTER) X(EXIT)           \
                              X(AWAITABLE)

enum class OpCode : uint8_t {
#define X(name) name,
  TL_FORALL_OPCODES(X)
#undef X
      kCount,
};
TL_API std::string_view opcode_name(OpCode);
/// kCount when there is no such instruction.
TL_API OpCode opcode_from_name(std::string_view);

struct Instruction {
  OpCode op;
  uint16_t n = 0;  // of OP: the number of results, for operators whose schema says "-> ..." (the
                   // verifier's finding)
  int32_t x = 0;
};

struct Function;
namespace script {
class Unit;  // script/unit.h
}

/// An operator as the file names it. `specified` arguments are on the stack, the others take their
/// defaults
/// (-1: all are there, or a vararg operator).
struct OperatorUse {
  std::string name, overload;  // "aten::add", "Tensor"
  int32_t specified = -1;
  // What runtime/link.h makes of it; null: not in this build.
  const Overload* target = nullptr;
  uint16_t on_stack = 0;  // arguments that OP takes from the stack
  uint16_t results = 0;
  std::string qualified() const { return overload.empty() ? name : name + "." + overload; }
};

/// Where in the author's program an instruction comes from; the innermost call first.
struct SourceFrame {
  std::string module;    // "top(B).A0(A)"
  std::string function;  // "forward"
  std::string file;
  int64_t line = 0;
  std::string text;    // the source line, if the file has it
  std::string node{};  // of the innermost: what the instruction does, "aten::add"
};

struct Code {
  std::vector<Instruction> instructions;
  std::vector<OperatorUse> operators;
  std::vector<Value> constants;
  std::vector<TypePtr> types;
  std::vector<const Function*> functions;  // of CALL
  std::vector<int64_t> debug_handles;      // one an instruction, or empty
  size_t register_count = 0;
  // The verifier's findings.
  bool verified = false;  // a function that names operators this build lacks stays false
  size_t input_count = 0, max_stack = 0;
};

/// Code as PyTorch's programs look at it; made for them by Function::get_code().
struct MobileCode {
  struct Instruction {
    OpCode op;
    uint16_t N;
    int32_t X;
  };
  std::vector<Instruction> instructions_;
  std::vector<int64_t> debug_handles_;
  std::vector<OperatorName> op_names_;
  std::vector<int> operator_input_sizes_;  // -1: as many as the schema has
  std::vector<Value> constants_;
  std::vector<TypePtr> types_;
  std::vector<const Function*> functions_;
  size_t register_size_ = 0;
};

struct TL_API Function {
  std::string qualified_name;  // "__torch__.M.forward"
  Code code;
  std::optional<FunctionSchema> schema;
  std::string name() const;        // "forward"
  std::string class_name() const;  // "__torch__.M"
  // PyTorch's names
  QualifiedName qualname() const { return qualified_name; }
  size_t num_inputs() const { return code.input_count; }  // `self` included
  bool hasSchema() const { return schema.has_value(); }
  TorchSchema getSchema() const { return schema.value(); }
  MobileCode get_code() const;
  int64_t get_debug_handle(size_t instruction) const;  // -1: the file has none
};

/// An object whose class has a __setstate__ in the file's own code: run it on (object, state), in
/// this order.
struct PendingState {
  intrusive_ptr<ObjectImpl> object;
  const Function* setstate;
  Value state;
};

/// What a reader of a model file gives: plain data; runtime/ makes a Module of it.
struct ModelFile {
  std::string kind;  // "PyTorch Mobile bytecode (zip)", ...
  std::string path;  // as the caller named it
  int64_t bytecode_version = 0, operator_version = 0;
  bool before_1_13 = false;  // it shows that its writer was an older PyTorch than that
  Value root;                // an object
  std::vector<std::unique_ptr<Function>> functions;
  std::vector<PendingState> pending;
  std::vector<intrusive_ptr<ClassType>> classes;  // the model's own, with their methods
  std::vector<std::string>
      missing_classes;  // C++ classes that objects need and this build lacks (ReadOptions)
  std::map<int64_t, std::vector<SourceFrame>> debug;  // by debug handle
  std::map<std::string, std::string> metadata, extra_files;
  std::vector<std::pair<std::string, uint64_t>> records;  // name and size, for `info`
  /// The graphs that the functions were lowered from: of what was scripted, traced, or read with
  /// ReadOptions::keep_program; null: there is bytecode only.
  std::shared_ptr<script::Unit> program;
  const Function* find_function(std::string_view qualified_name) const;
};

}  // namespace tealight
