// A graph as the text of a function, in the form that PyTorch's archives have: what is used once,
// at once, stands where it is used, all else has a name.
//
//   %3 : Tensor = aten::conv2d(%x, %w, ...)        _0 = torch.conv2d(x, self.w, ...)
//   %4 : Tensor = aten::relu(%3)              ->   y = torch.add(torch.relu(_0), 1)
//   %y : Tensor = aten::add(%4, %one, %one)
//
// Operations keep their order. Statements: print_statement.cpp, print_flow.cpp; expressions:
// print_expression.cpp.
#pragma once
#include <unordered_set>

#include "graph/schema_match.h"
#include "script/print_names.h"
#include "script/print_words.h"

namespace tealight::script {

std::string joined(std::span<const std::string>);  // with ", "
/// A variable's name without the number that PyTorch keeps names apart by: "x.1".
std::string base_name(const ir::Var&);
/// It has no name that says something.
bool is_anonymous(const ir::Var&);
constexpr size_t kLong = 40;  // an expression from here on gets a line of its own
/// The type of a variable as the compiler finds it in the text.
TypePtr told_type(const ir::Var&);

/// Where in a text something of the author's program stands.
struct PlaceInText {
  size_t begin;
  ir::SourcePtr source;
};

class FunctionPrinter {
 public:
  FunctionPrinter(ProgramWords& words, std::string& out, std::vector<PlaceInText>* places = nullptr)
      : words_(words), out_(out), places_(places) {}
  /// `level`: how far it is indented, in steps of two spaces.
  void print(const ScriptFunction&, const ir::Graph&, size_t level);

 private:
  struct Pending {  // an expression whose place is in the next statement
    const ir::Node* node;
    std::string text;
  };
  struct Open {  // `with`
    const ir::Var* object;
    bool empty;
  };

  // -- statements
  void head(const ScriptFunction&, const ir::Graph&);
  void body(const ir::Graph&);
  void returns(const ir::Graph&);
  void nodes(const ir::Block&);
  void node(const ir::Node&);
  bool control_flow(const ir::Node&);
  void branch(const ir::Node&);
  void arm(const ir::Node&, const ir::Block&);
  void loop(const ir::Node&);
  void begin_loop(const ir::Node&, const std::vector<std::string>& inputs);
  void loop_body(const ir::Node&, const std::string& condition, const std::string& counter,
                 const std::string& count);
  void fork(const ir::Node&);
  void enter(const ir::Node&);
  void exit(const ir::Node&);
  void unpack(const ir::Node&);
  void set_attribute(const ir::Node&);
  void give(const ir::Node&, std::string text);
  void line(const std::string& text);
  std::string begin_line();
  void assign(std::span<const std::string> names, std::span<const std::string> values);

  // -- variables
  std::string name(const ir::Var&);  // a new one
  std::vector<std::string> names(std::span<const std::unique_ptr<ir::Var>>);
  std::vector<std::string> use(const ir::Node&);
  std::string use_one(const ir::Var&);
  bool is_pending(const ir::Var&) const;
  void write_pending(size_t count);
  void write_pending() { write_pending(pending_.size()); }

  // -- expressions
  std::string expression(const ir::Node&, std::vector<std::string> inputs);
  std::optional<std::string> special(const ir::Node&, std::span<const std::string> inputs);
  std::string call_operator(const ir::Node&, std::span<const std::string> inputs);
  std::string call_function(const ir::Node&, std::span<const std::string> inputs);
  std::string list(const ir::Node&, std::span<const std::string> inputs);
  std::string dict(const ir::Node&, std::span<const std::string> inputs);
  std::string tuple(const ir::Node&, std::span<const std::string> inputs);
  std::string is_instance(const ir::Node&, const std::string& value);
  std::string container(const ir::Node&, const std::string& text);
  std::string compared(const ir::Node&, size_t i, const std::string& text);
  std::string argument(const ir::Node&, size_t i, ir::TypeBindings& bound, const std::string& text);
  std::string cast(const TypePtr& type, const std::string& text) {
    return "unchecked_cast(" + words_.type(*type) + ", " + text + ")";
  }
  std::string annotated(const TypePtr& type, const std::string& text) {
    return "annotate(" + words_.type(*type) + ", " + text + ")";
  }

  ProgramWords& words_;
  std::string& out_;
  std::vector<PlaceInText>* places_;
  size_t level_ = 0;
  LocalNames local_names_;
  std::unordered_map<const ir::Var*, std::string> names_;
  std::unordered_set<const ir::Node*> inline_;
  std::vector<Pending> pending_;
  std::vector<Open> open_;
};

}  // namespace tealight::script
