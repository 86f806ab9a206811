// One function being run by the interpreter, step by step. Who runs a part of it another way
// (runtime/plan) looks at its state and puts another in its place.
#pragma once
#include <optional>

#include "runtime/context.h"
#include "tealight/observer.h"

namespace tealight {

// Registers and stack lie in one block of values, whose size the verifier knows.
class Frame {
 public:
  Frame(const Function& f, std::span<Value> args, RunContext& context);
  /// To the end; what the function gives. Errors get the places that they passed through.
  Value run();

  /// The next instruction. False: the function is over.
  bool step() { return step(code_.instructions[pc()]); }
  Value take_result();
  size_t next_instruction() const { return place_.instruction; }
  const Function& function() const { return *place_.function; }
  RunContext& context() { return context_; }
  /// Registers, then what is on the stack.
  std::span<const Value> state() const { return {values_.data(), size_t(top_ - values_.data())}; }
  /// Goes on from another place.
  void set_state(size_t instruction, std::vector<Value> state);

 private:
  using Step = Instruction;

  Value pop() { return std::move(*--top_); }
  void push(Value v) { *top_++ = std::move(v); }
  std::span<Value> last(size_t n) const { return {top_ - n, n}; }
  void drop(size_t n) {
    while (n-- > 0) *--top_ = Value();
  }
  std::vector<Value> pop_many(size_t n) {
    std::vector<Value> values(std::make_move_iterator(top_ - n), std::make_move_iterator(top_));
    top_ -= n;
    return values;
  }
  size_t& pc() { return place_.instruction; }
  Value& reg(int64_t number) { return registers_[number - 1]; }

  bool step(const Step& i);  // false: the function is over
  void call_operator(const OperatorUse& use, size_t n, size_t n_results);
  void record_operator(RecordFunction&, const OperatorUse& use, size_t n);
  void fill_defaults(const OperatorUse& use, const FunctionSchema& schema);
  void call_plain(const Overload& o, size_t n);
  void call_any(const Overload& o, size_t n);
  void call_function(const Function& f, size_t n);
  void call_method(const std::string& name, size_t n);
  void jump(int64_t offset);
  void loop(const Step& i);
  void get_attribute(int64_t slot);
  void set_attribute(int64_t slot);
  void unpack(size_t n);
  void is_instance(const Step& i);
  void slice_tuple(size_t begin, size_t n);
  void make_named_tuple(const TypePtr& type, size_t n);
  void make_dict(const Type& type, size_t n);
  void create_object(const Type& type);
  void raise();
  void warn_user();

  RunningFunction place_;
  const Code& code_;
  RunContext& context_;
  std::vector<Value> values_;
  Value* registers_;
  Value* top_;                            // past the topmost value
  std::vector<Value> scratch_, results_;  // of operators; kept for their capacity
};

}  // namespace tealight
