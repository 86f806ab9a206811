// A graph from its text.
#include <charconv>

#include "graph/schema_match.h"
#include "graph/text_reader.h"

namespace tealight::ir {
namespace {

struct Declared {
  std::string name;
  TypeAndInfo type;
};

class Parser {
 public:
  explicit Parser(TextReader& in) : in_(in), graph_(std::make_unique<Graph>()) {}
  std::unique_ptr<Graph> graph();

 private:
  std::string name();
  Var* variable();
  std::vector<Var*> variables();
  std::vector<Declared> declarations(std::string_view end);
  void add_outputs(Node*, const std::vector<Declared>&);
  void show_outputs(const Node*, const std::vector<Declared>&);
  void parameters(Block&);
  void nodes(Block&);
  void node(Block&);
  void attributes(Node*);
  void attribute(Node*);
  void source(Node*);
  void inner_blocks(Node*);
  void subgraphs();

  TextReader& in_;
  std::unique_ptr<Graph> graph_;
  // Which variables can be seen: inner blocks see those of outer ones, in text as in the graph.
  std::unordered_map<std::string, Var*> visible_;
  std::vector<std::pair<std::string, Var*>> hidden_;  // what was visible in a name's place before
  std::vector<Node*> unresolved_;  // may carry a graph that the text has further below
};

std::unique_ptr<Graph> Parser::graph() {
  const TextReader::Nested nested(in_);
  in_.expect("graph(");
  parameters(graph_->body());
  in_.accept(":");
  nodes(graph_->body());
  in_.expect("return");
  in_.expect("(");
  for (Var* v : variables()) graph_->body().add_result(v);
  subgraphs();
  return std::move(graph_);
}

// ---- variables

std::string Parser::name() {
  in_.expect("%");
  std::string out(in_.word("_./"));
  if (out.empty()) in_.fail_here("expected the name of a variable after '%'");
  return out;
}

Var* Parser::variable() {
  const TextReader before = in_;
  const auto it = visible_.find(name());
  if (it != visible_.end() && it->second) return it->second;
  in_ = before;
  in_.fail_here("no such variable is defined before or visible here");
}

std::vector<Var*> Parser::variables() {  // "(" is read
  std::vector<Var*> vars;
  while (!in_.accept(")")) {
    if (!vars.empty()) in_.expect(",");
    vars.push_back(variable());
  }
  return vars;
}

// A type is left out where it is Tensor.
std::vector<Declared> Parser::declarations(std::string_view end) {
  std::vector<Declared> out;
  while (!in_.accept(end)) {
    if (!out.empty()) in_.expect(",");
    Declared d{name(), {Type::get(TypeKind::Tensor), nullptr}};
    if (in_.accept(":")) d.type = read_type(in_);
    out.push_back(std::move(d));
  }
  return out;
}

void Parser::add_outputs(Node* n, const std::vector<Declared>& declared) {
  for (const Declared& d : declared) n->add_output(d.type.type, d.name)->set_info(d.type.info);
}

void Parser::show_outputs(const Node* n, const std::vector<Declared>& declared) {
  for (size_t i = 0; i < declared.size(); ++i) {
    Var*& seen = visible_[declared[i].name];
    hidden_.emplace_back(declared[i].name, std::exchange(seen, n->output(i)));
  }
}

void Parser::parameters(Block& b) {
  const std::vector<Declared> declared = declarations(")");
  add_outputs(b.parameters_node(), declared);
  show_outputs(b.parameters_node(), declared);
}

// ---- nodes

void Parser::nodes(Block& b) {
  while (in_.peek() == '%' || in_.peek() == '=') node(b);
}

void Parser::node(Block& b) {
  const std::vector<Declared> outputs = declarations("=");
  const std::string kind(in_.word("_.:"));
  if (kind.find("::") == kind.npos) in_.fail_here("expected an operator, such as aten::add");
  Node* n = b.append(kind);
  add_outputs(n, outputs);
  attributes(n);
  in_.expect("(");
  for (Var* v : variables()) n->add_input(v);
  source(n);
  n->set_overload(resolve(kind, types_of(n->inputs())));
  if (!n->overload()) unresolved_.push_back(n);
  inner_blocks(n);
  show_outputs(n, outputs);
}

void Parser::attributes(Node* n) {
  if (!in_.accept("[")) return;
  bool first = true;
  while (!in_.accept("]")) {
    if (!std::exchange(first, false)) in_.expect(",");
    attribute(n);
  }
}

void Parser::attribute(Node* n) {
  const std::string key(in_.word("_"));
  in_.expect("=");
  if (key != "types") {
    const bool typed = key == "value" && !n->outputs().empty();
    n->set_attribute(key,
                     read_constant(in_, typed ? *n->output()->type() : *Type::get(TypeKind::Any)));
    return;
  }
  std::vector<TypePtr> types;
  in_.expect("[");
  while (!in_.accept("]")) {
    if (!types.empty()) in_.expect(",");
    types.push_back(read_type(in_).type);
  }
  n->set_types(std::move(types));
}

// ", scope: __module.c # model.py:7:4"
void Parser::source(Node* n) {
  Source s;
  if (in_.accept_on_line(", scope:")) s.scope = in_.word("_./:");
  std::string_view text = in_.to_line_end();
  int64_t numbers[2] = {0, 0};  // line, column
  for (int i = 1; i >= 0; --i) {
    const size_t colon = text.rfind(':');
    if (colon == text.npos) break;
    std::from_chars(text.data() + colon + 1, text.data() + text.size(), numbers[i]);
    text = text.substr(0, colon);
  }
  s.file = text;
  s.line = numbers[0];
  s.column = numbers[1];
  if (!(s == Source{})) n->set_source(std::make_shared<const Source>(std::move(s)));
}

void Parser::inner_blocks(Node* n) {
  while (in_.accept("block")) {
    const TextReader::Nested nested(in_);
    in_.number();
    in_.expect("(");
    const size_t outside = hidden_.size();
    Block* b = n->add_block();
    parameters(*b);
    in_.expect(":");
    nodes(*b);
    in_.expect("->");
    in_.expect("(");
    for (Var* v : variables()) b->add_result(v);
    for (; hidden_.size() > outside; hidden_.pop_back())
      visible_[hidden_.back().first] = hidden_.back().second;
  }
}

// with prim::fork_0 = graph(...): the body of the node that is called so.
void Parser::subgraphs() {
  while (in_.looking_at("with ")) {
    const TextReader before = in_;
    in_.expect("with");
    const std::string kind(in_.word("_.:"));
    bool found = false;
    for (Node* n : unresolved_) found |= n->is(kind);
    if (!found) {  // of a graph around this one
      in_ = before;
      return;
    }
    in_.expect("=");
    const std::shared_ptr<Graph> body = Parser(in_).graph();
    for (Node* n : unresolved_) {
      if (!n->is(kind)) continue;
      n->set_kind(kind.substr(0, kind.rfind('_')));
      n->set_subgraph(body);
    }
  }
}

}  // namespace

std::unique_ptr<Graph> parse_graph(std::string_view text) {
  TextReader in(text);
  std::unique_ptr<Graph> g = Parser(in).graph();
  if (!in.at_end()) in.fail_here("more text than one graph");
  return g;
}

}  // namespace tealight::ir
