// Runs what Python runs before a model is scripted: constructors that build modules from constants.
// evaluate_expression.cpp, evaluate_statement.cpp: the language; evaluate_class.cpp: classes and
// instances; python_builtins.cpp: Python's own functions and methods; torch_functions.cpp:
// operators and initialisers; module_methods.cpp: what nn.Module offers.
#pragma once
#include <functional>
#include <memory>
#include <optional>

#include "python/objects.h"

namespace tealight::python {

class Evaluator {
 public:
  /// The text of a file by its module's name, "blocks" or "package.blocks"; null: there is none.
  using Finder = std::function<SourceTextPtr(const std::string& module)>;
  /// `steps`: expressions and statements that it evaluates at most.
  Evaluator(Finder finder, int64_t steps) : finder_(std::move(finder)), most_steps_(steps) {}

  File& add_file(const std::string& module, SourceTextPtr);
  /// The program's or the library's; null: there is none.
  File* file(const std::string& module);
  const File* file_of(const script::SourceText&) const;

  /// What a file says of a name at its top; nothing: it does not.
  std::optional<Py> global(File&, const std::string& name);
  /// Of a name in full: "torch.nn.Linear", "math.pi". A Path when nothing else is known.
  Py member(const std::string& path);
  Py evaluate(const Expr&, Scope&);
  Py evaluate(const Expr&, File&);
  Py call(const Py& callee, Args);
  std::optional<Py> find_attribute(const Py&, const std::string& name);
  Py attribute(const Py&, const std::string& name);
  void set_attribute(const Py&, const std::string& name, Py);

  // ---- values
  bool truth(const Py&);
  std::vector<Py> iterate(const Py&);
  /// As TorchScript holds it; nothing: it cannot.
  std::optional<Value> to_value(const Py&);
  Py from_value(const Value&);
  std::string kind_of(const Py&) const;  // for messages: "list", "module Linear"
  std::string text(const Py&);           // str(x)
  /// An operator by its symbol, overloads and conversions as TorchScript has them.
  Value call_operator(const std::string& symbol, std::span<const Value> args,
                      std::span<const std::pair<std::string, Value>> named = {});
  template <class T>
  T* make() {
    auto owned = std::make_unique<T>();
    T* raw = owned.get();
    objects_.push_back(std::move(owned));
    return raw;
  }
  Py list(std::vector<Py> items, bool tuple = false);

 private:
  enum class Flow : uint8_t { normal, broke, continued, returned };
  struct Calling;

  [[noreturn]] void fail_here(const std::string& what, const std::string& fix = {}) const;
  void step();

  // -- names
  Py define(File&, const Stmt&, const std::string& name);
  Py import(const script::Import&, const std::string& name);
  File* library_file_with(const std::string& prefix, const std::string& name);
  std::optional<Py> constant_of_torch(const std::string& path);
  Py name(const Expr&, Scope&);

  // -- expressions
  Py binary(const Expr&, Scope&);
  Py binary(const std::string& op, const Py&, const Py&);
  std::optional<Py> arithmetic(const std::string& op, const Value&, const Value&);
  bool equal(const Py&, const Py&);
  bool contains(const Py& container, const Py& item);
  Py compare(const std::string& op, const Py&, const Py&);
  Py unary(const Expr&, Scope&);
  Py call_expression(const Expr&, Scope&);
  Args arguments(const Expr&, Scope&);
  Py comprehension(const Expr&, Scope&);
  Py item(const Py& container, const Py& index);
  Py subscript(const Expr&, Scope&);
  Py slice(const Py& container, const Expr&, Scope&);
  Py tensor_index(Tensor, const Expr& index, Scope&);
  void set_item(const Py& container, const Expr& index, Py, Scope&);
  int64_t index_of(const Py&, size_t n);

  // -- statements
  Flow run(std::span<const script::StmtPtr>, Scope&);
  Flow run(const Stmt&, Scope&);
  Flow loop(const Stmt&, Scope&);
  void assign(const Expr& target, Py, Scope&);
  void annotate(const Expr& target, const Expr& annotation, Scope&);
  [[noreturn]] void raise(const Stmt&, Scope&);

  // -- calls
  Py call_function(const FunctionObject&, Args, const Py* self = nullptr);
  void bind_parameters(const FunctionDef&, Args&, Scope&, Scope& defaults);
  Py call_path(const std::string& path, Args);
  std::optional<Py> call_builtin(const std::string& name, Args&);
  std::optional<Py> call_collection(const std::string& name, Args&);
  std::optional<Py> call_number(const std::string& name, Args&);
  Py call_torch(const std::string& path, Args);
  Py call_math(const std::string& name, Args&);
  Py call_method(const Py& self, const std::string& name, Args);
  std::optional<Py> list_method(List&, const std::string& name, Args&);
  std::optional<Py> dict_method(Dict&, const std::string& name, Args&);
  std::optional<Py> string_method(const std::string&, const std::string& name, Args&);
  Py tensor_method(const Py&, const std::string& name, Args);
  std::optional<Py> tensor_attribute(const Tensor&, const std::string& name);
  Py deepcopy(const Py&, std::map<const Object*, Object*>& copies);
  bool is_instance(const Py&, const Py& cls);

  // -- classes
  Py define_class(File&, const ClassDef&, const std::string& full_name, Scope* closure);
  void class_body(ClassObject&, Scope&);
  Py instantiate(ClassObject&, Args);
  Py make_dataclass(ClassObject&, Args);
  Py make_named_tuple(ClassObject&, Args);
  FunctionObject* find_function(const ClassObject&, const std::string& name,
                                const ClassObject* after = nullptr);
  std::optional<Py> instance_attribute(const Py&, Instance&, const std::string& name);
  std::optional<Py> class_attribute(ClassObject&, const std::string& name);
  Py bind(const Py& self, FunctionObject*);

  // -- modules
  std::optional<Py> module_method(Instance&, const std::string& name, Args&);
  void set_module_attribute(Instance&, const std::string& name, Py);
  void each_module(Instance&, const std::string& prefix,
                   const std::function<void(const std::string&, Instance&)>&);
  Py children_dict(Instance&, Instance::Role);

  std::vector<std::unique_ptr<Object>> objects_;
  std::map<std::string, std::unique_ptr<File>> files_;
  Finder finder_;
  Py returned_;
  int depth_ = 0;
  int64_t steps_ = 0, most_steps_;
  const script::SourceText* source_ = nullptr;  // of what is being evaluated
  Span place_;
};

// Where messages point while something is evaluated.
struct Evaluator::Calling {
  Evaluator& e;
  const script::SourceText* source;
  Span place;
  static constexpr int kMost = 400;  // of calls and expressions inside each other
  explicit Calling(Evaluator& evaluator)
      : e(evaluator), source(evaluator.source_), place(evaluator.place_) {
    if (++e.depth_ <= kMost) return;
    e.depth_ = 0;
    e.fail_here(str("calls and expressions inside each other deeper than ", kMost));
  }
  ~Calling() {
    if (e.depth_ > 0) --e.depth_;
    e.source_ = source;
    e.place_ = place;
  }
  Calling(const Calling&) = delete;
};

}  // namespace tealight::python
