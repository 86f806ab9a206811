#include "graph.h"

#include <algorithm>
#include <set>

#include "listing.h"
#include "runtime/debug.h"
#include "runtime/places.h"
#include "tealight/schema.h"
#include "terminal.h"

namespace tealight::cli {
namespace {

bool holds_tensor(const Type& t) {
  if (t.is(TypeKind::Tensor)) return true;
  return std::any_of(t.children.begin(), t.children.end(),
                     [](const TypePtr& c) { return c && holds_tensor(*c); });
}

class FlowBuilder {
 public:
  FlowBuilder(const LiftedFunction& f, const ModelFile& file)
      : f_(f), file_(file), sources_(f.values.size()) {}

  std::vector<GraphNode> run() {
    for (size_t v = 0; v < f_.values.size(); ++v) {
      const LiftedValue& p = f_.values[v];
      if (p.kind != LiftedValue::Kind::parameter || p.name == "self") continue;
      if (p.type && !holds_tensor(*p.type)) continue;
      nodes_.push_back({"input", "", p.name, "", {}});
      sources_[v] = {int(nodes_.size()) - 1};
    }
    block(f_.body, "");
    return std::move(nodes_);
  }

 private:
  using Sources = std::set<int>;  // nodes that a value comes from

  Sources sources_of(const std::vector<int>& values) const {
    Sources all;
    for (const int v : values) all.insert(sources_[size_t(v)].begin(), sources_[size_t(v)].end());
    return all;
  }

  void block(const LiftedBlock& b, const std::string& inside) {
    for (const LiftedOp& op : b.ops) {
      if (op.kind == LiftedOp::Kind::branch)
        branch(op, inside);
      else if (op.kind == LiftedOp::Kind::loop)
        loop(op);
      else
        instruction(op, inside);
    }
    if (b.leaves && !b.results.empty()) add("output", "", inside, sources_of(b.results));
  }

  Value known(int v) const {
    const auto at = decided_.find(v);
    return at != decided_.end() ? at->second : f_.fixed(v);
  }
  // Comparisons of what the file holds, which branches ask for: padding_mode != 'zeros'.
  void decide(const LiftedOp& op) {
    const bool two = op.inputs.size() == 2 && op.outputs.size() == 1;
    const Value a = op.inputs.empty() ? Value() : known(op.inputs[0]);
    const Value b = two ? known(op.inputs[1]) : Value();
    if (op.instruction.op == OpCode::__NOT__ && a.isBool())
      decided_[op.outputs[0]] = !a.toBool();
    else if (two && op.use && a.tag() == b.tag() && (a.isString() || a.isInt() || a.isBool())) {
      if (op.use->name == "aten::eq") decided_[op.outputs[0]] = a == b;
      if (op.use->name == "aten::ne") decided_[op.outputs[0]] = !(a == b);
    }
  }

  // Of a branch on what the file holds, such as `training`, only the way that is taken.
  void branch(const LiftedOp& op, const std::string& inside) {
    const Value condition = known(op.inputs[0]);
    const bool decided = condition.isBool();
    for (size_t way = 0; way < 2; ++way) {
      const LiftedBlock& b = op.blocks[way];
      if (decided && condition.toBool() != (way == 0)) continue;
      block(b, decided ? inside : way == 0 ? "if" : "else");
      for (size_t k = 0; k < op.outputs.size() && !b.leaves; ++k)
        merge(op.outputs[k], sources_[size_t(b.results[k])]);
    }
  }
  void loop(const LiftedOp& op) {
    const LiftedBlock& body = op.blocks[0];
    for (size_t k = 0; k < op.outputs.size(); ++k)
      merge(body.parameters[k + 1], sources_[size_t(op.inputs[k + 2])]);
    block(body, "loop");
    for (size_t k = 0; k < op.outputs.size(); ++k)
      merge(op.outputs[k], sources_[size_t(body.leaves ? op.inputs[k + 2] : body.results[k + 1])]);
  }
  void merge(int value, const Sources& more) {
    sources_[size_t(value)].insert(more.begin(), more.end());
  }

  void instruction(const LiftedOp& op, const std::string& inside) {
    const Sources from = sources_of(op.inputs);
    decide(op);
    switch (op.instruction.op) {
      case OpCode::OP:
      case OpCode::OPN:
        return operation(op, from, inside);
      case OpCode::CALL:
      case OpCode::INTERFACE_CALL:
        return give(op, {add_op(op, f_[op.outputs[0]].name, from, inside)});
      case OpCode::DIM:
      case OpCode::DTYPE:
      case OpCode::DEVICE:
      case OpCode::IS_CUDA:
      case OpCode::ISINSTANCE:
      case OpCode::NUM_TO_TENSOR:
        return;  // numbers
      default:   // containers and what is taken out of them
        give(op, from);
    }
  }

  void operation(const LiftedOp& op, const Sources& from, const std::string& inside) {
    const FunctionSchema* s = op.use->target ? &schema_of(*op.use->target) : nullptr;
    const bool own_tensors = !s || std::any_of(s->returns.begin(), s->returns.end(),
                                               [](auto& r) { return holds_tensor(*r.type); });
    if (own_tensors && from.empty() && only_numbers(op)) return;
    if (own_tensors) {
      const int node = add_op(op, written_name(op.use->name), from, inside);
      for (size_t k = 0; s && k < std::min(op.inputs.size(), s->arguments.size()); ++k)
        if (s->arguments[k].written) sources_[size_t(op.inputs[k])] = {node};
      return give(op, {node});
    }
    const bool generic = std::any_of(s->returns.begin(), s->returns.end(), [](auto& r) {
      return r.type->is(TypeKind::Var) || !r.type->children.empty();
    });
    if (!generic) return;
    give(op, from);  // of lists and dicts
    // append and its like: the list holds what was put in, for whoever reads it later.
    if (!op.inputs.empty()) merge(op.inputs[0], from);
  }
  // Traced models compute shapes with tensors of no dimensions.
  bool only_numbers(const LiftedOp& op) const {
    bool any = op.use->name == "prim::NumToTensor";
    for (const int input : op.inputs) {
      const LiftedValue& v = f_[input];
      if (v.known.isCustomClass()) return false;
      if (v.known.isTensor() && v.known.toTensor().defined() && v.known.toTensor().dim() > 0)
        return false;
      any = any || v.known.isTensor() ||
            (v.kind == LiftedValue::Kind::result && v.type && v.type->is(TypeKind::Tensor));
    }
    return any;
  }
  void give(const LiftedOp& op, const Sources& sources) {
    for (const int v : op.outputs) merge(v, sources);
  }

  int add_op(const LiftedOp& op, const std::string& label, const Sources& from,
             const std::string& inside) {
    std::string module, detail = weights(op);
    const auto frames = source_of(&file_, *f_.function, op.at);
    if (!frames.empty()) module = joined(module_names(frames[0].module));
    if (detail.starts_with(module + ": ")) detail = detail.substr(module.size() + 2);
    const std::string set = settings(f_, op);
    detail += (detail.empty() || set.empty() ? "" : "  ") + set;
    const int node = add(label, detail, inside, from);
    nodes_.back().module = module;
    return node;
  }
  int add(const std::string& label, const std::string& detail, const std::string& inside,
          const Sources& from) {
    nodes_.push_back({label, "", detail, inside, {from.begin(), from.end()}});
    return int(nodes_.size()) - 1;
  }

  // Attributes and constants among the inputs: "features.0: weight[32, 3, 3, 3], bias[32]".
  std::string weights(const LiftedOp& op) const {
    std::string text, owner;
    for (const int input : op.inputs) {
      const LiftedValue& v = f_[input];
      const bool tensor = v.known.isTensor() && v.known.toTensor().defined();
      if (!tensor && !v.known.isCustomClass()) continue;
      std::string name = brief(v.known);
      if (v.name.starts_with("self.")) {
        const size_t dot = v.name.rfind('.');
        if (text.empty() && dot > 4) owner = v.name.substr(5, dot - 5) + ": ";
        if (tensor) name = v.name.substr(dot + 1) + str(v.known.toTensor().sizes());
      }
      text += (text.empty() ? "" : ", ") + name;
    }
    return owner + text;
  }

  const LiftedFunction& f_;
  const ModelFile& file_;
  std::vector<Sources> sources_;
  std::vector<GraphNode> nodes_;
  std::map<int, Value> decided_;
};

// Text for the edges that end in a row: from the columns of its inputs sideways to its own.
std::string joints(const GraphLayout::Row& row, const std::vector<int>& from) {
  const int low = std::min(row.column, *std::min_element(from.begin(), from.end()));
  const int high = std::max(row.column, *std::max_element(from.begin(), from.end()));
  std::string line;
  for (int c = 0; c < int(row.before.size()); ++c) {
    const bool on_line = c >= low && c <= high,
               input = std::find(from.begin(), from.end(), c) != from.end();
    const bool up = row.before[size_t(c)] >= 0, down = row.after[size_t(c)] >= 0 || c == row.column;
    const bool left = on_line && c > low, right = on_line && c < high;
    const char* sign = " ";
    if (on_line && (input || c == row.column))
      sign = up && down ? (left && right ? "┼"
                           : right       ? "├"
                           : left        ? "┤"
                                         : "│")
             : up       ? (left && right ? "┴"
                           : right       ? "╰"
                                         : "╯")
                        : (left && right ? "┬"
                           : right       ? "╭"
                                         : "╮");
    else if (on_line)
      sign = up ? "┼" : "─";
    else if (up)
      sign = "│";
    line += sign;
    line += right ? "─" : " ";
  }
  return line;
}

std::string rails(const GraphLayout::Row& row, bool node) {
  std::string line;
  for (int c = 0; c < int(row.before.size()); ++c) {
    if (node && c == row.column)
      line += "● ";
    else
      line +=
          row.before[size_t(c)] >= 0 && row.after[size_t(c)] == row.before[size_t(c)] ? "│ " : "  ";
  }
  return line;
}

}  // namespace

std::vector<GraphNode> data_flow(const LiftedFunction& f, const ModelFile& file) {
  return FlowBuilder(f, file).run();
}

GraphLayout lay_out(const std::vector<GraphNode>& nodes) {
  std::vector<int> last_use(nodes.size(), -1);
  for (size_t i = 0; i < nodes.size(); ++i)
    for (const int input : nodes[i].inputs) last_use[size_t(input)] = int(i);
  GraphLayout layout;
  std::vector<int> columns;  // what each carries
  for (size_t i = 0; i < nodes.size(); ++i) {
    GraphLayout::Row row;
    row.before = columns;
    int own = -1;
    for (size_t c = 0; c < columns.size(); ++c) {
      if (columns[c] < 0 || last_use[size_t(columns[c])] != int(i)) continue;
      columns[c] = -1;  // ends here; the leftmost of these is where the node stands
      if (own < 0) own = int(c);
    }
    for (size_t c = 0; own < 0 && c < columns.size(); ++c)
      if (columns[c] < 0) own = int(c);
    if (own < 0) {
      own = int(columns.size());
      columns.push_back(-1);
    }
    if (last_use[i] >= 0) columns[size_t(own)] = int(i);
    row.column = own;
    row.after = columns;
    row.before.resize(columns.size(), -1);
    layout.columns = std::max(layout.columns, columns.size());
    layout.rows.push_back(std::move(row));
    while (!columns.empty() && columns.back() < 0) columns.pop_back();
  }
  return layout;
}

std::string graph_text(const std::vector<GraphNode>& nodes) {
  const GraphLayout layout = lay_out(nodes);
  std::string out;
  const auto add_line = [&](std::string line) {
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  };
  for (size_t i = 0; i < nodes.size(); ++i) {
    const GraphNode& n = nodes[i];
    const GraphLayout::Row& row = layout.rows[i];
    std::vector<int> from;  // columns
    for (size_t c = 0; c < row.before.size(); ++c)
      if (row.before[c] >= 0 &&
          std::find(n.inputs.begin(), n.inputs.end(), row.before[c]) != n.inputs.end())
        from.push_back(int(c));
    const bool straight = from.size() == 1 && from[0] == row.column;
    if (from.empty() && i > 0)
      add_line(rails(row, false));  // nothing above it belongs to it
    else if (!from.empty() && !straight)
      add_line(joints(row, from));
    std::string line = rails(row, true);
    if (!n.inside.empty()) line += dim("[" + n.inside + "] ");
    line += bold(n.label);
    if (!n.module.empty()) line += "  " + n.module;
    if (!n.detail.empty()) line += "  " + dim(n.detail);
    add_line(line);
  }
  return out;
}

}  // namespace tealight::cli
