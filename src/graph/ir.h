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
#include <unordered_map>
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
  std::string text;                                // the source line
  std::string scope;                               // the module it was traced in: "features.0"
  std::string function;                            // "forward"
  std::shared_ptr<const Source> caller = nullptr;  // where an inlined function was called
  bool operator==(const Source&) const = default;
};
using SourcePtr = std::shared_ptr<const Source>;  // null: unknown. Nodes of one line share it

/// What is known of a tensor's form, from example inputs: text and passes may use it, the program
/// does not depend on it. PyTorch writes it in place of "Tensor": "Float(1, 3, *, *)".
struct TensorInfo {
  std::optional<ScalarType> dtype;
  using Sizes = std::vector<std::optional<int64_t>>;
  std::optional<Sizes> sizes, strides;
  std::optional<bool> requires_grad;
  std::optional<Device> device;
  bool operator==(const TensorInfo&) const = default;
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
  const std::shared_ptr<const TensorInfo>& info() const { return info_; }  // null: nothing known
  void set_info(std::shared_ptr<const TensorInfo> info) { info_ = std::move(info); }
  const std::string& name() const { return name_; }  // unique in the graph
  bool is_numbered() const;                          // nobody gave it a name: "12"
  void set_name(std::string wanted);                 // made unique; empty: a number
  Node* node() const { return node_; }  // the parameters' node of its block, if a parameter
  bool is_parameter() const;
  Block* owner() const;  // the block it stands in
  Graph* graph() const;
  size_t index() const;  // among the node's outputs
  const std::vector<Use>& uses() const { return uses_; }
  bool used() const { return !uses_.empty(); }
  void replace_uses_with(Var* other);

 private:
  friend class Node;
  friend class Block;
  friend class Graph;
  Node* node_ = nullptr;
  TypePtr type_;
  std::shared_ptr<const TensorInfo> info_;
  std::string name_;
  std::vector<Use> uses_;
};

/// One operation. `kind` is a qualified symbol, "aten::conv2d" or "prim::If"; an operator's
/// overload is known once it is resolved. Attributes are constants of the node ("value", "name").
class Node {
 public:
  const std::string& kind() const { return kind_; }
  bool is(std::string_view kind) const { return kind_ == kind; }
  void set_kind(std::string kind) { kind_ = std::move(kind); }
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
  const std::string& text_attribute(const std::string& name) const {
    return attribute(name).toStringRef();
  }
  int64_t int_attribute(const std::string& name) const { return attribute(name).toInt(); }
  bool has_attribute(const std::string& name) const { return attributes_.count(name) != 0; }
  void set_attribute(const std::string& name, Value v) { attributes_[name] = std::move(v); }
  void remove_attribute(const std::string& name) { attributes_.erase(name); }
  /// What prim::isinstance asks for; printed as the attribute "types".
  const std::vector<TypePtr>& types() const { return types_; }
  void set_types(std::vector<TypePtr> types) { types_ = std::move(types); }
  /// A function's body carried by a node (prim::fork, prim::Closure, prim::FusionGroup).
  const std::shared_ptr<Graph>& subgraph() const { return subgraph_; }
  void set_subgraph(std::shared_ptr<Graph> g) { subgraph_ = std::move(g); }

  const SourcePtr& source() const { return source_; }
  void set_source(SourcePtr s) { source_ = std::move(s); }

  Graph* graph() const { return graph_; }
  Block* owner() const { return owner_; }  // the block it stands in
  Node* next() const;                      // in its block; null after the last
  Node* previous() const;
  void move_before(Node*);  // of any block of the graph
  void move_after(Node*);
  bool comes_before(const Node*) const;  // of the same block
  /// The outputs of `other`, one for one, take the place of this node's.
  void replace_outputs_with(const Node* other);
  /// The node of `block`, this one or one around it, that it lies in; null: none.
  const Node* ancestor_in(const Block* block) const;
  Node* ancestor_in(const Block* block) {
    return const_cast<Node*>(std::as_const(*this).ancestor_in(block));
  }
  /// Its outputs must be unused. Takes its blocks with it.
  void destroy();
  /// "%y : Tensor = aten::relu(%x)", without its blocks.
  std::string str() const;

 private:
  friend class Block;
  friend class Graph;
  Node(Graph* graph, std::string kind) : kind_(std::move(kind)), graph_(graph) {}
  void drop_use(size_t input);
  void shift_uses(size_t from, int by);
  void forget_output(Var&);
  void clear();  // uses and names of it and all within
  using Place = std::list<std::unique_ptr<Node>>::iterator;
  void move_to(Block* to, Place before);
  std::string kind_;
  const Overload* overload_ = nullptr;
  std::vector<Var*> inputs_;
  std::vector<std::unique_ptr<Var>> outputs_;
  std::vector<std::unique_ptr<Block>> blocks_;
  std::map<std::string, Value> attributes_;
  std::vector<TypePtr> types_;
  std::shared_ptr<Graph> subgraph_;
  SourcePtr source_;
  Graph* graph_;
  Block* owner_ = nullptr;
  Place place_;        // in the owner's list; of no meaning to parameters and results
  int64_t order_ = 0;  // grows along the block
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
  Node* insert(Node::Place before, std::string kind, std::vector<Var*> inputs);
  void number(Node::Place);
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
  Var* find(std::string_view name) const;  // null: none
  std::span<const std::unique_ptr<Var>> inputs() const { return body_->parameters(); }
  std::span<Var* const> outputs() const { return body_->results(); }
  std::string str(bool with_sources = true) const;  // PyTorch's textual form

 private:
  friend class Var;
  friend class Node;
  void give_name(Var&, std::string wanted);
  std::string unique_name(std::string wanted);
  std::unordered_map<std::string, Var*> names_;
  std::unordered_map<std::string, int64_t> next_suffix_;  // of names that were taken
  int64_t next_number_ = 0;
  std::unique_ptr<Block> body_;
};

/// What a variable is if it is constant, None included; null: it is not, or is a function, or the
/// graph's text does not tell.
const Value* constant_value(const Var*);

using VarMap = std::unordered_map<const Var*, Var*>;

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
  /// A copy of one node, blocks included. `vars` says what stands for the variables it uses (those
  /// it does not name stand for themselves) and learns the copy's.
  Node* copy(const Node&, VarMap& vars);
  /// Copies of a block's nodes; what stands for the block's results comes back. `vars` must know
  /// its parameters.
  std::vector<Var*> copy_nodes(const Block&, VarMap& vars);
  void set_source(SourcePtr s) { source_ = std::move(s); }
  void set_source(Source s) { source_ = std::make_shared<const Source>(std::move(s)); }
  const SourcePtr& source() const { return source_; }
  Block* block() const { return block_; }

 private:
  Block* block_;
  Node* before_ = nullptr;
  SourcePtr source_;
};

}  // namespace tealight::ir
