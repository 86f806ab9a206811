// The graph: typed single-assignment form with nested blocks, as PyTorch's. TorchScript source and
// traces are compiled to it, passes rewrite it, `lower` makes Code of it.
//
//   graph(%x : Tensor, %n : int):
//     %one : int = prim::Constant[value=1]()
//     %y : Tensor = prim::Loop(%n, %true, %x)
//       block0(%i : int, %acc : Tensor):
//         %next : Tensor = aten::add(%acc, %i, %one)  # net.py:7:4
//         -> (%true, %next)
//     return (%y)
//
// A graph owns its nodes and variables; a Node* or Var* lives as long as its graph, or until it is
// destroyed. While being built or rewritten a graph belongs to one thread.
#pragma once
#include <list>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "ops/op.h"

namespace tealight::ir {

class Node;
class Block;
class Graph;

/// Where in the author's program something stands.
struct Source {
  std::string file;
  int64_t line = 0, column = 0;
  std::string text;   // the source line
  std::string scope;  // the module it was traced in: "features.0"
};

/// What one input slot of a node refers to: the node and the slot.
struct Use {
  Node* user;
  size_t index;
  bool operator==(const Use&) const = default;
};

/// A variable: one output of a node, or one parameter of a block.
class Var {
 public:
  const TypePtr& type() const { return type_; }
  void set_type(TypePtr type) { type_ = std::move(type); }
  const std::string& name() const { return name_; }  // unique in the graph; may be empty: numbered
  void set_name(std::string name);                   // made unique
  Node* node() const { return node_; }  // the parameters' node of its block, if a parameter
  size_t index() const;                 // among the node's outputs
  const std::vector<Use>& uses() const { return uses_; }
  bool used() const { return !uses_.empty(); }
  void replace_uses_with(Var* other);

 private:
  friend class Node;
  friend class Block;
  friend class Graph;
  Node* node_ = nullptr;
  TypePtr type_;
  std::string name_;
  std::vector<Use> uses_;
};

/// One operation. `kind` is a qualified symbol, "aten::conv2d" or "prim::If"; an operator's
/// overload is known once it is resolved. Attributes are constants of the node ("value", "name").
class Node {
 public:
  const std::string& kind() const { return kind_; }
  bool is(std::string_view kind) const { return kind_ == kind; }
  const Overload* overload() const {
    return overload_;
  }  // null: control flow, or not in this build
  void set_overload(const Overload* o) { overload_ = o; }

  std::span<Var* const> inputs() const { return inputs_; }
  Var* input(size_t i = 0) const { return inputs_[i]; }
  Var* named_input(std::string_view argument) const;  // by the schema's name; null: none
  void add_input(Var*);
  void insert_input(size_t i, Var*);
  void set_input(size_t i, Var*);
  void remove_input(size_t i);
  void remove_all_inputs();

  std::span<const std::unique_ptr<Var>> outputs() const { return outputs_; }
  Var* output(size_t i = 0) const { return outputs_[i].get(); }
  Var* add_output(TypePtr type, std::string name = {});
  void remove_output(size_t i);  // it must be unused

  std::span<const std::unique_ptr<Block>> blocks() const { return blocks_; }
  Block* block(size_t i = 0) const { return blocks_[i].get(); }
  Block* add_block();

  const std::map<std::string, Value>& attributes() const { return attributes_; }
  const Value& attribute(const std::string& name) const;  // throws if it is absent
  bool has_attribute(const std::string& name) const { return attributes_.count(name) != 0; }
  void set_attribute(const std::string& name, Value v) { attributes_[name] = std::move(v); }
  /// A function's body carried by a node (prim::fork, prim::Closure, prim::FusionGroup).
  const std::shared_ptr<Graph>& subgraph() const { return subgraph_; }
  void set_subgraph(std::shared_ptr<Graph> g) { subgraph_ = std::move(g); }

  const Source& source() const { return source_; }
  void set_source(Source s) { source_ = std::move(s); }

  Graph* graph() const { return graph_; }
  Block* owner() const { return owner_; }  // the block it stands in
  Node* next() const;                      // in its block; null after the last
  Node* previous() const;
  void move_before(Node*);
  void move_after(Node*);
  bool comes_before(const Node*) const;  // of the same block
  /// Its outputs must be unused. Takes its blocks with it.
  void destroy();

 private:
  friend class Block;
  friend class Graph;
  Node(Graph* graph, std::string kind) : kind_(std::move(kind)), graph_(graph) {}
  std::string kind_;
  const Overload* overload_ = nullptr;
  std::vector<Var*> inputs_;
  std::vector<std::unique_ptr<Var>> outputs_;
  std::vector<std::unique_ptr<Block>> blocks_;
  std::map<std::string, Value> attributes_;
  std::shared_ptr<Graph> subgraph_;
  Source source_;
  Graph* graph_;
  Block* owner_ = nullptr;
  std::list<std::unique_ptr<Node>>::iterator place_;
};

/// A sequence of nodes with parameters and results.
class Block {
 public:
  std::span<const std::unique_ptr<Var>> parameters() const { return parameters_->outputs(); }
  Var* parameter(size_t i) const { return parameters_->output(i); }
  Var* add_parameter(TypePtr type, std::string name = {});
  void remove_parameter(size_t i) { parameters_->remove_output(i); }
  std::span<Var* const> results() const { return results_->inputs(); }
  Var* result(size_t i = 0) const { return results_->input(i); }
  void add_result(Var* v) { results_->add_input(v); }
  void set_result(size_t i, Var* v) { results_->set_input(i, v); }
  void remove_result(size_t i) { results_->remove_input(i); }

  const std::list<std::unique_ptr<Node>>& nodes() const { return nodes_; }
  bool empty() const { return nodes_.empty(); }
  Node* first() const { return nodes_.empty() ? nullptr : nodes_.front().get(); }
  Node* last() const { return nodes_.empty() ? nullptr : nodes_.back().get(); }
  Node* parameters_node() const { return parameters_.get(); }  // "prim::Param"
  Node* results_node() const { return results_.get(); }        // "prim::Return"
  Node* append(std::string kind, std::vector<Var*> inputs = {});
  Node* prepend(std::string kind, std::vector<Var*> inputs = {});
  Node* insert_before(Node* place, std::string kind, std::vector<Var*> inputs = {});

  Graph* graph() const { return graph_; }
  Node* owner() const { return owner_; }  // the node it belongs to; null: the graph's body

 private:
  friend class Node;
  friend class Graph;
  Block(Graph* graph, Node* owner);
  Graph* graph_;
  Node* owner_;
  std::unique_ptr<Node> parameters_, results_;
  std::list<std::unique_ptr<Node>> nodes_;
};

class Graph {
 public:
  Graph();
  ~Graph();
  Graph(const Graph&) = delete;
  Graph& operator=(const Graph&) = delete;
  std::unique_ptr<Graph> copy() const;

  Block& body() { return *body_; }
  const Block& body() const { return *body_; }
  std::span<const std::unique_ptr<Var>> inputs() const { return body_->parameters(); }
  std::span<Var* const> outputs() const { return body_->results(); }
  std::string str(bool with_sources = true) const;  // PyTorch's textual form

 private:
  friend class Var;
  friend class Node;
  std::string unique_name(std::string wanted);
  std::unique_ptr<Block> body_;
  std::map<std::string, Var*> names_;
};

/// Reads what str() writes. Throws Error with line and column.
std::unique_ptr<Graph> parse_graph(std::string_view text);

/// Throws ErrorKind::internal, naming the node, unless: every input is defined before its use and
/// visible there, uses and inputs agree, blocks have the parameters and results their node wants,
/// and resolved operators get the number and kinds of arguments their schema takes.
void verify(const Graph&);

/// Inserts nodes at one place of a graph; what the compiler, the tracer and passes build with.
class Builder {
 public:
  explicit Builder(Block* at_end_of) : block_(at_end_of) {}
  explicit Builder(Node* before) : block_(before->owner()), before_(before) {}
  Node* node(std::string kind, std::vector<Var*> inputs = {});
  /// prim::Constant of a value (None, number, string, tensor, list or tuple of constants).
  Var* constant(Value v, TypePtr type = nullptr);
  /// A resolved operator with the schema's result types; one Var for each result.
  Node* op(const Overload& o, std::vector<Var*> inputs);
  void set_source(Source s) { source_ = std::move(s); }
  const Source& source() const { return source_; }
  Block* block() const { return block_; }

 private:
  Block* block_;
  Node* before_ = nullptr;
  Source source_;
};

}  // namespace tealight::ir
