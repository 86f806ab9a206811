#include <algorithm>
#include <set>

#include "graph.h"
#include "listing.h"
#include "runtime/debug.h"
#include "runtime/places.h"
#include "tealight/schema.h"

namespace tealight::cli {
namespace {

bool holds_tensor(const Type& t) {
  if (t.is(TypeKind::Tensor)) return true;
  return std::any_of(t.children.begin(), t.children.end(),
                     [](const TypePtr& c) { return c && holds_tensor(*c); });
}

using Sources = std::set<int>;  // nodes that a value comes from

constexpr int kMaxCalls = 20000, kMaxCallDepth = 60;

// What a model calls is drawn in its place.
struct Drawing {
  const ModelFile& file;
  std::vector<ir::DrawnNode> nodes{};
  int calls = 0;
};

class FlowBuilder {
 public:
  FlowBuilder(const LiftedFunction& f, Drawing& drawing, int depth)
      : f_(f),
        file_(drawing.file),
        drawing_(drawing),
        nodes_(drawing.nodes),
        depth_(depth),
        sources_(f.values.size()) {}

  // The method that is drawn.
  void draw() {
    for (size_t v = 0; v < f_.values.size(); ++v) {
      const LiftedValue& p = f_.values[v];
      if (p.kind != LiftedValue::Kind::parameter || p.name == "self") continue;
      if (p.type && !holds_tensor(*p.type)) continue;
      sources_[v] = {add("input", p.name, "", {})};
    }
    block(f_.body, "");
  }
  // A function that one of it calls; what its result comes from.
  Sources draw_call(const std::vector<Sources>& arguments, const std::string& inside) {
    for (size_t i = 0; i < std::min(arguments.size(), sources_.size()); ++i)
      sources_[i] = arguments[i];
    block(f_.body, inside);
    return returned_;
  }

 private:
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
    if (!b.leaves || b.results.empty()) return;
    const Sources result = sources_of(b.results);
    returned_.insert(result.begin(), result.end());
    if (depth_ == 0) add("output", "", inside, result);
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
      for (size_t k = 0; decided && k < op.outputs.size() && !b.leaves; ++k)
        if (const Value v = known(b.results[k]); !v.isNone()) decided_[op.outputs[k]] = v;
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
        return give(op, call(op, from, inside));
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

  const Function* callee(const LiftedOp& op) const {
    const Code& code = f_.function->code;
    if (op.instruction.op == OpCode::CALL) return code.functions[size_t(op.instruction.x)];
    const Value& name = code.constants[size_t(op.instruction.x)];
    if (op.inputs.empty() || !name.isString() || !f_[op.inputs[0]].known.isObject()) return nullptr;
    const std::string& owner = f_[op.inputs[0]].known.toObjectRef().cls->name;
    return file_.find_function(owner + "." + name.toStringRef());
  }
  Sources call(const LiftedOp& op, const Sources& from, const std::string& inside) {
    const Function* f = callee(op);
    if (f && depth_ < kMaxCallDepth && ++drawing_.calls < kMaxCalls) {
      try {
        std::vector<LiftedValue> known;
        std::vector<Sources> arguments;
        for (const int input : op.inputs) {
          known.push_back(f_[input]);
          arguments.push_back(sources_[size_t(input)]);
        }
        const LiftedFunction inner = lift(*f, file_, known);
        return FlowBuilder(inner, drawing_, depth_ + 1).draw_call(arguments, inside);
      } catch (const Error&) {  // it stands as one operator then
      }
    }
    return {add_op(op, f ? f->name() : "call", from, inside)};
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
  Drawing& drawing_;
  std::vector<ir::DrawnNode>& nodes_;
  const int depth_;  // of calls
  std::vector<Sources> sources_;
  Sources returned_;
  std::map<int, Value> decided_;
};

}  // namespace

std::vector<ir::DrawnNode> data_flow(const LiftedFunction& f, const ModelFile& file) {
  Drawing drawing{file};
  FlowBuilder(f, drawing, 0).draw();
  return std::move(drawing.nodes);
}

}  // namespace tealight::cli
