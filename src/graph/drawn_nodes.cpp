// What of a graph is drawn, and what flows where.
#include <algorithm>
#include <set>

#include "graph/drawing.h"

namespace tealight::ir {
namespace {

bool holds_tensor(const Type& t) {
  if (t.is(TypeKind::Tensor)) return true;
  return std::any_of(t.children.begin(), t.children.end(),
                     [](const TypePtr& c) { return c && holds_tensor(*c); });
}

std::string short_name(const std::string& kind) {
  return kind.starts_with("aten::") || kind.starts_with("prim::") ? kind.substr(6) : kind;
}

// "[1, 3, *, *]" as far as it is known.
std::string sizes_of(const Var& v) {
  if (!v.info() || !v.info()->sizes) return {};
  std::string out;
  for (const auto& size : *v.info()->sizes)
    out += (out.empty() ? "" : ", ") + (size ? std::to_string(*size) : "*");
  return "[" + out + "]";
}

class Flow {
 public:
  explicit Flow(const Graph& g) {
    for (const auto& p : g.inputs()) {
      if (!holds_tensor(*p->type())) continue;
      const std::string sizes = sizes_of(*p);
      sources_[p.get()] = {add("input", p->name() + (sizes.empty() ? "" : "  " + sizes), {})};
    }
    block(g.body());
    std::set<int> all;
    for (const Var* v : g.outputs()) all.merge(std::set<int>(sources_[v]));
    add("output", "", all);
  }
  std::vector<DrawnNode> nodes;

 private:
  using Sources = std::set<int>;  // nodes that a value comes from

  int add(std::string label, std::string detail, const Sources& from) {
    nodes.push_back({std::move(label), "", std::move(detail), inside_, {from.begin(), from.end()}});
    return int(nodes.size()) - 1;
  }
  Sources of(std::span<Var* const> values) {
    Sources all;
    for (const Var* v : values) all.merge(Sources(sources_[v]));
    return all;
  }
  void give(const Node& n, const Sources& from) {
    for (const auto& v : n.outputs()) sources_[v.get()] = from;
  }

  void block(const Block& b) {
    for (const auto& n : b.nodes()) node(*n);
  }
  void node(const Node& n) {
    if (n.is("prim::If") || n.is("prim::Loop")) return control_flow(n);
    if (n.is("prim::Constant") || n.is("prim::GetAttr")) return;
    const Sources from = of(n.inputs());
    const bool container = n.is("prim::TupleConstruct") || n.is("prim::TupleUnpack") ||
                           n.is("prim::ListConstruct") || n.is("prim::ListUnpack") ||
                           n.is("prim::DictConstruct") || n.is("prim::TupleIndex") ||
                           n.is("prim::unchecked_cast") || n.is("aten::__getitem__");
    if (container) return give(n, from);
    const bool tensors = std::any_of(n.outputs().begin(), n.outputs().end(),
                                     [](const auto& v) { return holds_tensor(*v->type()); });
    if (!tensors) return;  // numbers
    const bool call = n.is("prim::CallMethod") || n.is("prim::CallFunction");
    const int made = add(call ? callee(n) : short_name(n.kind()), detail(n), from);
    if (n.source()) nodes.back().module = n.source()->scope;
    give(n, {made});
    for (size_t i = 0; n.overload() && i < n.inputs().size(); ++i) {
      const auto& arguments = n.overload()->schema.arguments;
      if (i < arguments.size() && arguments[i].written) sources_[n.input(i)] = {made};
    }
  }
  void control_flow(const Node& n) {
    const std::string outer = inside_;
    const bool loop = n.is("prim::Loop");
    const size_t first = loop ? 2 : 0, skip = loop ? 1 : 0;  // trips and condition come first
    for (size_t k = 0; loop && k + first < n.inputs().size(); ++k)
      sources_[n.block(0)->parameter(k + 1)] = sources_[n.input(k + first)];
    for (size_t way = 0; way < n.blocks().size(); ++way) {
      inside_ = loop ? "loop" : way == 0 ? "if" : "else";
      block(*n.block(way));
      for (size_t k = 0; k < n.outputs().size(); ++k)
        sources_[n.output(k)].merge(Sources(sources_[n.block(way)->result(k + skip)]));
    }
    inside_ = outer;
  }

  // "features.0", or the class where the module is no attribute.
  static std::string callee(const Node& n) {
    if (n.is("prim::CallFunction")) {
      const Node* f = n.input()->node();
      return f->has_attribute("name") ? f->text_attribute("name") : "call";
    }
    std::string path;
    for (const Node* at = n.input()->node(); at->is("prim::GetAttr"); at = at->input()->node())
      path = at->text_attribute("name") + (path.empty() ? "" : "." + path);
    return path.empty() ? n.input()->type()->name : path;
  }
  // Its attributes, and what numbers it is given.
  static std::string detail(const Node& n) {
    std::string out;
    const auto say = [&](const std::string& part) { out += (out.empty() ? "" : ", ") + part; };
    if (n.is("prim::CallMethod"))
      say(n.input()->type()->name.substr(n.input()->type()->name.rfind('.') + 1));
    for (size_t i = 0; i < n.inputs().size(); ++i) {
      const Var* v = n.input(i);
      if (v->node()->is("prim::GetAttr") && holds_tensor(*v->type()))
        say(v->node()->text_attribute("name"));
      const Value* known = constant_value(v);
      const bool number = known && (known->isInt() || known->isDouble() || known->isBool());
      if (number && n.overload() && i < n.overload()->schema.arguments.size()) {
        const Argument& a = n.overload()->schema.arguments[i];
        if (!a.default_value || !(*a.default_value == *known)) say(a.name + "=" + repr(*known));
      }
    }
    return out;
  }

  std::unordered_map<const Var*, Sources> sources_;
  std::string inside_;
};

}  // namespace

std::vector<DrawnNode> drawn_nodes(const Graph& g) { return std::move(Flow(g).nodes); }

}  // namespace tealight::ir
