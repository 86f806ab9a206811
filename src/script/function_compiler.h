// The compiler of one function, shared by its parts: compile_statement.cpp (assignments, simple
// statements), compile_flow.cpp (if, loops, returns), compile_expression.cpp, compile_call.cpp
// (operators, functions, classes), compile_builtin.cpp (special forms), compile_index.cpp.
//
// Early exits. `return`, `break` and `continue` become assignments to variables that no program can
// name, and what follows a statement that may leave stands in the branch that did not:
//   if c: return 1          if c: $return = 1
//   f()              ->     else: f(); $return = 2
//   return 2
// Where neither branch always leaves, a flag says whether it did. Loops carry the flags along.
#pragma once
#include <optional>
#include <set>

#include "script/arguments.h"
#include "script/compiler.h"

namespace tealight::script {

/// What an expression stands for before it is known to be a value.
struct Meaning {
  enum class Kind : uint8_t {
    value,     // var
    path,      // name: "torch.nn", "ops.quantized", "__torch__.net": so far no more than a name
    type,      // type: a class to be made, or a type to be named
    function,  // function
    method,    // var.name(...): a method of the program's or of a builtin type
    special,   // name: "range", "annotate", "print" ...
    nested,    // def: a function inside the function, for fork
  };
  Kind kind = Kind::value;
  ir::Var* var = nullptr;
  std::string name = {};
  TypePtr type = {};
  ScriptFunction* function = nullptr;
  const FunctionDef* def = nullptr;
  bool is(Kind k) const { return kind == k; }
};

struct Binding {
  Meaning meaning;
  std::string problem;   // why it cannot be used, or empty
  bool refined = false;  // the same value as outside, known better
  TypePtr declared;      // by an annotation
};

struct Scope {
  ir::Block* block;
  Scope* outer;
  std::map<std::string, Binding> names = {};
};

/// What a condition says of variables where it holds.
struct Refinement {
  std::string name;
  TypePtr type;
};
struct Condition {
  ir::Var* value;
  std::optional<bool> known;  // whatever the values: only one branch is compiled
  std::vector<Refinement> when_true = {}, when_false = {};
};

class FunctionCompiler {
 public:
  FunctionCompiler(Unit&, ScriptFunction&);
  std::shared_ptr<ir::Graph> run();

 private:
  struct Deeper;
  using Then = std::function<void()>;

  ir::Var* result();
  ir::Var* unused();

  // -- messages and places
  [[noreturn]] void fail_here(const Expr& e, const std::string& what, const std::string& fix = {},
                              ErrorKind kind = ErrorKind::invalid_argument) const {
    fail_at(source_, e.span, what, fix, kind);
  }
  void at(Span);  // nodes made from now on come from there
  ir::Builder builder() const;

  // -- names
  Binding* find(const std::string& name);
  void bind(const std::string& name, Meaning, TypePtr declared = nullptr);
  void bind(const std::string& name, ir::Var* v) { bind(name, Meaning{Meaning::Kind::value, v}); }
  ir::Var* variable(const std::string& name);  // of one that is bound to a value; null: it is not
  Meaning name(const Expr&);
  Meaning capture(const std::string& name, ir::Var* outside);

  // -- statements
  void statements(std::span<const StmtPtr>);
  void statements_after(std::span<const StmtPtr>);
  void statements_and(std::span<const StmtPtr> body, std::span<const StmtPtr> rest, Span);
  void statement(const Stmt&);
  void assign(const Expr& target, ir::Var*, const Expr* from);
  void assign_statement(const Stmt&);
  void assign_name(const Expr& target, ir::Var*, const Expr* annotation);
  void assign_attribute(const Expr& target, ir::Var*);
  void assign_index(const Expr& target, ir::Var*);
  void unpack(const Expr& target, ir::Var*, const Expr* from);
  void unpack_into(const Expr& target, std::span<ir::Var* const>);
  void augmented(const Stmt&);
  void delete_target(const Expr&);
  void raise(const Stmt&);
  void raise(ir::Var* message, const std::string& cls);
  void assert_true(const Stmt&);
  void with(const Stmt&);
  void with_that_leaves(const Stmt&, std::span<const StmtPtr> rest);

  // -- flow
  Condition condition(const Expr&);
  Condition none_test(const Expr&, const Expr& tested, bool is_none);
  Condition instance_test(const Expr&);
  Condition logical(const Expr&);
  Condition to_bool(const Expr&, ir::Var*);
  Condition fixed(bool);
  void refine(const std::vector<Refinement>&);
  void branch(const Condition&, const Then& then, const Then& otherwise, bool then_leaves = false,
              bool otherwise_leaves = false);
  ir::Var* branch_value(const Condition&, const std::function<ir::Var*()>& then,
                        const std::function<ir::Var*()>& otherwise, const Expr&);
  void merge(ir::Node* if_node, Scope& then, Scope& otherwise, bool then_leaves,
             bool otherwise_leaves);
  void if_statement(const Stmt&, std::span<const StmtPtr> rest);
  void loop_statement(const Stmt&);
  void loop(const Stmt&, ir::Var* count, const Expr* condition,
            const std::function<void(ir::Var*)>& begin);
  void unrolled(const Stmt&, const std::vector<ir::Var*>& items);
  void returns(const Stmt&);
  void leave(bool stops_loop, bool stops_function);
  void set_flag(const std::string& name, bool);
  std::string level_name(const char* flag) const { return flag + std::to_string(level_); }
  void ensure_return_variable(Span);

  // -- iteration: how many items there are, and the one of a number
  struct Iteration {
    ir::Var* count = nullptr;
    std::function<ir::Var*(ir::Var*)> item = {};
    std::optional<std::vector<ir::Var*>> unrolled = {};  // of a tuple
  };
  Iteration iterate(const Expr&);
  Iteration iterate_value(const Expr&, ir::Var*);
  Iteration iterate_range(const Expr&);
  Iteration iterate_enumerate(const Expr&);
  Iteration iterate_zip(const Expr&);
  Iteration iterate_reversed(const Expr&);
  void for_each(const Iteration&, const std::function<void(ir::Var*)>&);
  ir::Var* collect(const Expr&, const Iteration&);  // to a list
  ir::Var* comprehension(const Expr&, const TypePtr& hint);

  // -- expressions
  ir::Var* value(const Expr&, const TypePtr& hint = nullptr);
  std::vector<ir::Var*> values_of(const Expr&, const TypePtr& hint = nullptr);  // several results
  Meaning meaning(const Expr&, const TypePtr& hint = nullptr);
  Meaning attribute(const Expr&);
  Meaning attribute_of(const Expr&, ir::Var*, const std::string& name);
  Meaning path_attribute(const Expr&, const std::string& path);
  Meaning global_meaning(const Expr&, const Resolver::Global&);
  Meaning path_meaning(const Expr&, const std::string& path);
  std::string special_name(const Expr& callee);
  Meaning module_attribute(const Expr&, ir::Var*, Class&, const std::string& name);
  ir::Var* as_value(const Expr&, const Meaning&);
  ir::Var* constant(Value v, TypePtr type = nullptr) {
    return builder().constant(std::move(v), std::move(type));
  }
  ir::Var* number(int64_t v) { return constant(Value(v)); }
  std::vector<ir::Var*> unpacked(ir::Var* tuple) {
    ir::Builder b = builder();
    return unpack_tuple(tuple, b);
  }
  ir::Var* list_literal(const Expr&, const TypePtr& hint);
  ir::Var* dict_literal(const Expr&, const TypePtr& hint);
  ir::Var* tuple_literal(const Expr&, const TypePtr& hint);
  ir::Var* make_list(std::vector<ir::Var*>, const TypePtr& element);
  ir::Var* make_tuple(std::vector<ir::Var*>, TypePtr named = nullptr);
  ir::Var* common_list(const Expr&, std::vector<ir::Var*>, const TypePtr& hint);
  ir::Var* unary(const Expr&);
  ir::Var* binary(const Expr&);
  ir::Var* converted(const Expr&, ir::Var*, const TypePtr& wanted, const std::string& what);
  ir::Var* cast(ir::Var*, const TypePtr&);  // unchecked
  ir::Var* enum_value(ir::Var*);

  // -- calls
  Meaning call(const Expr&, const TypePtr& hint);
  std::vector<ir::Var*> call_results(const Expr&, const TypePtr& hint);
  std::vector<Given> arguments(const Expr& call, size_t first = 1);
  std::vector<ir::Var*> call_meaning(const Expr&, const Meaning&, const TypePtr& hint);
  std::vector<ir::Var*> call_symbol(Span, const std::string& symbol, std::span<const Given>);
  std::optional<std::vector<ir::Var*>> call_builtin(Span, const std::string& symbol,
                                                    std::span<const Given>, bool conversions);
  ir::Var* call_one(Span, const std::string& symbol, std::vector<ir::Var*>);
  std::vector<ir::Var*> call_script(const Expr&, ScriptFunction&, std::vector<Given>);
  ScriptFunction& dispatched(const Expr&, ScriptFunction&, std::span<const Given>);
  ScriptFunction& overloaded(const Expr&, ScriptFunction&, std::span<const Given>);
  ir::Var* function_constant(const ScriptFunction&);
  std::vector<ir::Var*> call_method(const Expr&, const Meaning&);
  std::vector<ir::Var*> call_method_on(Span, ir::Var* self, const std::string& name,
                                       std::vector<Given>, const Expr&);
  std::vector<ir::Var*> call_custom(const Expr&, ir::Var* self, const std::string& name,
                                    std::vector<Given>);
  ir::Var* call_nested(const Expr&, const FunctionDef&);
  // Modules: their hooks, and the children of containers.
  std::vector<ir::Var*> call_module(const Expr&, ir::Var*, std::vector<Given>);
  ir::Var* call_hook(const Expr&, ir::Var* module, const std::string& name,
                     std::vector<ir::Var*> arguments);
  ir::Var* get_attribute(ir::Var* object, const Class&, const std::string& name);
  std::vector<ir::Var*> children(ir::Var* container, const Class&);
  ir::Var* container_method(const Expr&, ir::Var*, const Class&, const std::string& name);
  ir::Var* container_contains(const Expr&, const Class&, ir::Var* key);
  ir::Var* container_item(const Expr&, ir::Var*, const Class&);
  ir::Var* construct(const Expr&, const TypePtr&);
  ir::Var* construct_named_tuple(const Expr&, Class&);
  [[noreturn]] void fail_overloads(Span, const std::string& symbol, std::span<const Given>,
                                   const std::string& why);

  // -- special forms
  ir::Var* special(const Expr&, const std::string& name, const TypePtr& hint);
  ir::Var* number_cast(const Expr&, const std::string& name);
  ir::Var* annotate(const Expr&);
  ir::Var* getattr(const Expr&);
  ir::Var* hasattr(const Expr&);
  ir::Var* fork(const Expr&);
  ir::Node* nested_node(const Expr&, const FunctionDef&, const char* kind);
  ir::Node* forked_call(const Expr&, const Meaning& callee);
  ir::Var* to_list(const Expr&, ir::Var* tensor, const TypePtr& hint);
  ir::Var* count_of(const Expr&);
  const Expr& only_argument(const Expr&, size_t n = 1);

  // -- indexing
  ir::Var* subscript(const Expr&);
  ir::Var* sliced(const Expr&, ir::Var* container, const Expr& slice);
  ir::Var* tuple_index(const Expr&, ir::Var* tuple, const Expr& index);
  ir::Var* tuple_slice(const Expr&, ir::Var* tuple, const Expr& slice);
  ir::Var* tensor_index(const Expr&, ir::Var* tensor, const Expr& index, ir::Var** indices);
  std::vector<ir::Var*> slice_bounds(const Expr& slice);
  std::optional<int64_t> literal_int(const Expr&);

  Unit& unit_;
  ScriptFunction& function_;
  const SourceText& source_;
  std::shared_ptr<ir::Graph> graph_;
  Scope* scope_ = nullptr;
  FunctionCompiler* outer_ = nullptr;                    // of a nested function
  std::vector<std::pair<ir::Var*, ir::Var*>> captured_;  // outside, parameter
  TypePtr return_type_;                                  // null: not known yet
  bool return_declared_ = false;
  int level_ = 0;  // of loops
  int depth_ = 0;
  ir::SourcePtr place_;
  uint32_t place_begin_ = UINT32_MAX;
};

// What compile_flow.cpp asks about the tree.
bool always_leaves(std::span<const StmtPtr>);
bool may_leave(const Stmt&);  // return, raise, break or continue of the enclosing loop
bool may_jump(const Stmt&);   // the same without raise
bool may_return(std::span<const StmtPtr>);
bool returns_value(std::span<const StmtPtr>);  // other than None
bool may_break(std::span<const StmtPtr>);      // this loop: break or return
void assigned_names(std::span<const StmtPtr>, std::set<std::string>& into);
void loop_names(const Stmt&, std::set<std::string>& into);  // its body and its own

}  // namespace tealight::script
