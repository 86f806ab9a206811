// The graph's structure: who uses what, in which order nodes stand, names.
#include "graph/ir.h"

#include <algorithm>

namespace tealight::ir {
namespace {

bool is_digits(std::string_view s) {
  return !s.empty() && s.find_first_not_of("0123456789") == s.npos;
}

// Gaps that later insertions use up.
constexpr int64_t kOrderStep = int64_t(1) << 20;

}  // namespace

// ---- Var

bool Var::is_numbered() const { return is_digits(name_); }
bool Var::is_parameter() const { return node_ == owner()->parameters_node(); }
Block* Var::owner() const { return node_->owner(); }
Graph* Var::graph() const { return node_->graph(); }

size_t Var::index() const {
  const auto outputs = node_->outputs();
  for (size_t i = 0; i < outputs.size(); ++i)
    if (outputs[i].get() == this) return i;
  fail("a variable that its node does not know", ErrorKind::internal);
}

void Var::set_name(std::string wanted) {
  if (wanted == name_) return;
  graph()->names_.erase(name_);
  graph()->give_name(*this, std::move(wanted));
}

void Var::replace_uses_with(Var* other) {
  if (other == this) return;
  for (const Use& u : std::vector(uses_)) u.user->set_input(u.index, other);
}

// ---- Node: inputs

Var* Node::named_input(std::string_view argument) const {
  if (!overload_) return nullptr;
  const int64_t i = overload_->schema.find_argument(argument);
  return i >= 0 && size_t(i) < inputs_.size() ? inputs_[size_t(i)] : nullptr;
}

void Node::add_input(Var* v) { insert_input(inputs_.size(), v); }

void Node::insert_input(size_t i, Var* v) {
  TL_ASSERT(v && v->graph() == graph_, "an input of another graph");
  shift_uses(i, 1);
  inputs_.insert(inputs_.begin() + int64_t(i), v);
  v->uses_.push_back({this, i});
}

void Node::set_input(size_t i, Var* v) {
  TL_ASSERT(v && v->graph() == graph_, "an input of another graph");
  drop_use(i);
  inputs_[i] = v;
  v->uses_.push_back({this, i});
}

void Node::remove_input(size_t i) {
  drop_use(i);
  inputs_.erase(inputs_.begin() + int64_t(i));
  shift_uses(i, -1);
}

void Node::remove_all_inputs() {
  for (size_t i = 0; i < inputs_.size(); ++i) drop_use(i);
  inputs_.clear();
}

void Node::drop_use(size_t input) {
  auto& uses = inputs_[input]->uses_;
  uses.erase(std::find(uses.begin(), uses.end(), Use{this, input}));
}

// Inputs from `from` on get other numbers: `by` is 1 before an insertion, -1 after a removal.
void Node::shift_uses(size_t from, int by) {
  const size_t n = inputs_.size();
  for (size_t k = from; k < n; ++k) {
    const size_t i = by > 0 ? n - 1 - (k - from) : k;  // so that no two uses are alike meanwhile
    const size_t before = by > 0 ? i : i + 1;
    auto& uses = inputs_[i]->uses_;
    std::find(uses.begin(), uses.end(), Use{this, before})->index = by > 0 ? i + 1 : i;
  }
}

// ---- Node: outputs, blocks, attributes

Var* Node::add_output(TypePtr type, std::string name) {
  outputs_.push_back(std::make_unique<Var>());
  Var& v = *outputs_.back();
  v.node_ = this;
  v.type_ = type ? std::move(type) : Type::get(TypeKind::Tensor);
  graph_->give_name(v, std::move(name));
  return &v;
}

void Node::remove_output(size_t i) {
  forget_output(*outputs_[i]);
  outputs_.erase(outputs_.begin() + int64_t(i));
}

void Node::forget_output(Var& v) {
  TL_ASSERT(!v.used(), "%", v.name(), " of ", kind_, " is removed, but still used by ",
            v.uses_[0].user->kind());
  graph_->names_.erase(v.name_);
}

Block* Node::add_block() {
  blocks_.push_back(std::unique_ptr<Block>(new Block(graph_, this)));
  return blocks_.back().get();
}

const Value& Node::attribute(const std::string& name) const {
  const auto it = attributes_.find(name);
  TL_ASSERT(it != attributes_.end(), kind_, " has no attribute '", name, "'");
  return it->second;
}

void Node::replace_outputs_with(const Node* other) {
  TL_ASSERT(outputs_.size() == other->outputs_.size(), kind_, " and ", other->kind_,
            " have different numbers of results");
  for (size_t i = 0; i < outputs_.size(); ++i) output(i)->replace_uses_with(other->output(i));
}

// ---- Node: place

Node* Node::next() const {
  const auto it = std::next(place_);
  return it == owner_->nodes_.end() ? nullptr : it->get();
}

Node* Node::previous() const {
  return place_ == owner_->nodes_.begin() ? nullptr : std::prev(place_)->get();
}

void Node::move_before(Node* other) { move_to(other->owner_, other->place_); }
void Node::move_after(Node* other) { move_to(other->owner_, std::next(other->place_)); }

void Node::move_to(Block* to, Place before) {
  if (before == place_) return;
  to->nodes_.splice(before, owner_->nodes_, place_);
  owner_ = to;
  to->number(place_);
}

bool Node::comes_before(const Node* other) const {
  TL_ASSERT(owner_ == other->owner_, kind_, " and ", other->kind_, " are in different blocks");
  return order_ < other->order_;
}

const Node* Node::ancestor_in(const Block* block) const {
  const Node* n = this;
  while (n && n->owner_ != block) n = n->owner_->owner();
  return n;
}

void Node::clear() {
  remove_all_inputs();
  for (const auto& block : blocks_) {
    block->results_->remove_all_inputs();
    for (auto it = block->nodes_.rbegin(); it != block->nodes_.rend(); ++it) (*it)->clear();
    block->parameters_->clear();
  }
  for (const auto& v : outputs_) forget_output(*v);
}

void Node::destroy() {
  clear();
  owner_->nodes_.erase(place_);  // the end of this node
}

// ---- Block

// The parameters come before all nodes, the results after.
Block::Block(Graph* graph, Node* owner)
    : graph_(graph),
      owner_(owner),
      parameters_(new Node(graph, "prim::Param")),
      results_(new Node(graph, "prim::Return")) {
  for (Node* n : {parameters_.get(), results_.get()}) n->owner_ = this;
  parameters_->order_ = std::numeric_limits<int64_t>::min();
  results_->order_ = std::numeric_limits<int64_t>::max();
}

Var* Block::add_parameter(TypePtr type, std::string name) {
  return parameters_->add_output(std::move(type), std::move(name));
}

Node* Block::append(std::string kind, std::vector<Var*> inputs) {
  return insert(nodes_.end(), std::move(kind), std::move(inputs));
}
Node* Block::prepend(std::string kind, std::vector<Var*> inputs) {
  return insert(nodes_.begin(), std::move(kind), std::move(inputs));
}
Node* Block::insert_before(Node* place, std::string kind, std::vector<Var*> inputs) {
  TL_ASSERT(place->owner_ == this);
  return insert(place == results_.get() ? nodes_.end() : place->place_, std::move(kind),
                std::move(inputs));
}

Node* Block::insert(Node::Place before, std::string kind, std::vector<Var*> inputs) {
  const auto place =
      nodes_.insert(before, std::unique_ptr<Node>(new Node(graph_, std::move(kind))));
  Node* n = place->get();
  n->owner_ = this;
  n->place_ = place;
  number(place);
  for (Var* v : inputs) n->add_input(v);
  return n;
}

// Between its neighbours' numbers; where there is no room, the whole block is numbered anew.
void Block::number(Node::Place at) {
  const bool first = at == nodes_.begin(), last = std::next(at) == nodes_.end();
  const int64_t low = first ? 0 : (*std::prev(at))->order_;
  const int64_t high = last ? low + 2 * kOrderStep : (*std::next(at))->order_;
  const int64_t middle = first && !last ? high - kOrderStep : low + (high - low) / 2;
  (*at)->order_ = middle;
  if (first || (middle > low && middle < high)) return;
  int64_t order = 0;
  for (const auto& n : nodes_) n->order_ = order += kOrderStep;
}

const Value* constant_value(const Var* v) {
  const Node* n = v->node();
  if (!n->is("prim::Constant") || n->has_attribute("name")) return nullptr;
  if (!n->has_attribute("value")) return &none_value();
  const Value& value = n->attribute("value");
  return value.isUninitialized() ? nullptr : &value;
}

// ---- Graph

Graph::Graph() : body_(new Block(this, nullptr)) {}
Graph::~Graph() = default;

Var* Graph::find(std::string_view name) const {
  const auto it = names_.find(std::string(name));
  return it == names_.end() ? nullptr : it->second;
}

void Graph::give_name(Var& v, std::string wanted) {
  v.name_ = unique_name(std::move(wanted));
  names_.emplace(v.name_, &v);
}

std::string Graph::unique_name(std::string wanted) {
  if (wanted.empty() || (is_digits(wanted) && names_.contains(wanted))) {
    do wanted = std::to_string(next_number_++);
    while (names_.contains(wanted));
    return wanted;
  }
  if (!names_.contains(wanted)) return wanted;
  // "y.3" stands for "y" and a number, as in PyTorch
  if (const size_t dot = wanted.rfind('.');
      dot != wanted.npos && dot > 0 && is_digits(std::string_view(wanted).substr(dot + 1)))
    wanted.resize(dot);
  int64_t& suffix = next_suffix_[wanted];
  std::string name;
  do name = wanted + "." + std::to_string(++suffix);
  while (names_.contains(name));
  return name;
}

std::unique_ptr<Graph> Graph::copy() const {
  auto out = std::make_unique<Graph>();
  VarMap vars;
  for (const auto& v : inputs()) {
    Var* made = out->body_->add_parameter(v->type(), v->name());
    made->set_info(v->info());
    vars[v.get()] = made;
  }
  for (Var* v : Builder(out->body_.get()).copy_nodes(*body_, vars)) out->body_->add_result(v);
  return out;
}

}  // namespace tealight::ir
