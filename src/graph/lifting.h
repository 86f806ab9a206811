// How lift() works: instructions are run with variables for values. Its parts: lift.cpp (blocks,
// branches, loops), lift_values.cpp (stack, registers, types), lift_step.cpp (instructions).
//
// A branch that changes a register or the stack gives the prim::If a result. When only one of its
// ways returns, what follows becomes part of the other. Loops carry what LOOP says; a loop whose
// values turn out to have wider types is lifted again with those.
//
// That MOVE and DROPR clear registers only frees memory, so it is not looked at: PyTorch's compiler
// writes a MOVE into some loops that read the register again in the next round, and there fail.
#pragma once
#include <optional>
#include <unordered_set>

#include "graph/lift.h"
#include "graph/schema_match.h"

namespace tealight::ir {

class Lifting {
 public:
  Lifting(const Function&, LiftContext&);
  std::unique_ptr<Graph> run();

 private:
  enum class End : uint8_t { goes_on, raises, returns };
  struct Range {
    size_t begin, end;
  };
  /// A register's earlier contents, and since when it had them.
  struct Change {
    size_t number;
    Var* before;
    size_t since;
  };
  struct Register {
    Var* value = nullptr;  // null: None, for nothing was stored to it
    size_t since = 0;      // changes_.size() at that time
    size_t last_read = 0;  // the last instruction that reads it
  };
  /// One way through a prim::If.
  struct Way {
    Block* block;
    End end = End::goes_on;
    std::vector<Var*> stack = {};
    std::map<size_t, Var*> registers = {};  // those that changed
    Var* returned = nullptr;
  };
  /// What holds again behind it.
  struct Outside {
    Block* block;
    std::vector<Var*> stack;
    size_t changes;
    std::unordered_map<const Var*, TypePtr> refined;
  };
  struct Carried {
    std::vector<Var*> inputs;
    std::vector<TypePtr> types;
  };

  // -- blocks
  End region(Range);
  End branch(size_t end);
  Way way(Node* branch, size_t i, Range, Range after);
  void go_on(Way&, Range after);
  Outside enter(Way&);
  void leave(Way&, Outside);
  void refine(Var* condition, bool holds);
  void join(Node* branch, Way& yes, Way& no, size_t after);
  Var* choose(Node* branch, Way& yes, Way& no, Var* if_yes, Var* if_no);
  void loop(size_t end);
  bool body(Node* loop, Carried&, Range, bool last_try);
  bool widen(Carried&, const std::vector<Var*>& results, bool last_try) const;
  void check_registers_of_loop(size_t reads_before, size_t mark,
                               const std::map<size_t, Var*>& changed) const;
  size_t target(size_t from, size_t end) const;
  void remove_unused(Block&);

  // -- stack and registers
  void push(Var* v) { stack_.push_back(v); }
  Var* pop();
  std::vector<Var*> pop_many(int64_t n);
  Register& reg(int64_t number);
  Var* load(int64_t number);
  void store(size_t number, Var*);
  std::map<size_t, Var*> undo(size_t mark);
  void find_last_reads();

  // -- values and types
  Var* add_constant(Value);
  Var* constant(size_t number);
  Var* default_of(const Overload&, size_t argument);
  Var* function_constant(const Function&);
  Var* uninitialized(Block* at_end_of, TypePtr);
  Var* uninitialized_before(Node*, TypePtr);
  /// The value as one of that type; it is told to be one if it is not known to be.
  Var* typed(Var*, const TypePtr& wanted);
  bool becomes(Var*, const TypePtr& wanted);
  TypePtr with_classes(const TypePtr&);
  Var* result(Node*, TypePtr);
  TypePtr class_of(Var*) const;

  // -- instructions
  bool step(const Instruction&);  // false: the program goes no further
  bool make(const Instruction&);
  bool call_operator(const Instruction&);
  static size_t result_count(const Instruction&, const FunctionSchema&);
  void add_defaults(const Overload&, std::vector<Var*>& inputs);
  void raise(const OperatorUse&);
  Node* node(const char* kind, std::vector<Var*> inputs = {});
  void call(const Overload&, std::vector<Var*> inputs);
  void call_kind(const char* kind, size_t inputs);
  Var* typed_by_letters(Var*, const TypePtr& formal, TypeBindings&);
  void type_arguments(const FunctionSchema&, std::vector<Var*>& inputs);
  void cast(Var*);
  Var* as_tuple(Var*);
  void tuple_index(Var* tuple, Var* index);
  void tuple_unpack(Var* tuple, size_t count);
  void tuple_slice(const Instruction&);
  void make_tuple(std::vector<Var*> items, TypePtr named);
  void make_list(const Instruction&);
  void make_dict(const Instruction&);
  void list_unpack(Var* list, int64_t count);
  void dict_index();
  void to_list();
  void is_instance(const Instruction&);
  void get_attribute(int64_t slot);
  void set_attribute(int64_t slot);
  LiftContext::Attribute attribute_of(const Type& cls, int64_t slot);
  void call_function(const Function&);
  void call_method(const Instruction&);

  void spend(size_t steps);
  void find_source();
  const TypePtr& type_number(int64_t) const;

  const Function& function_;
  const Code& code_;
  LiftContext& context_;
  std::unique_ptr<Graph> graph_;
  Block* block_;
  size_t at_ = 0;  // the instruction
  SourcePtr source_;
  std::unordered_map<int64_t, SourcePtr> sources_;  // by debug handle

  std::vector<Var*> stack_;
  std::vector<Register> registers_;
  std::vector<Change> changes_;
  std::vector<std::pair<size_t, size_t>> reads_;  // in loops: which register, and its `since`
  std::vector<Range> following_;                  // of the branches that code is inside of
  int loops_ = 0;
  size_t depth_ = 0;
  size_t steps_left_;

  TypePtr returns_;          // null: not declared
  Var* returned_ = nullptr;  // at RET
  Var* nothing_;             // stands for uninitialized values, of whatever type
  Var* unclear_;             // in registers that hold one value or another
  Graph outside_;            // where these two lie
  Node* last_constant_ = nullptr;
  std::map<size_t, Var*> constants_;
  std::map<std::pair<const Overload*, size_t>, Var*> defaults_;
  std::map<std::string, Var*> functions_;
  std::unordered_set<const Var*> untyped_;  // parameters that only uses tell something of
  std::unordered_map<const Var*, TypePtr> refined_;
};

}  // namespace tealight::ir
