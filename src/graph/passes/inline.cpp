// %y = prim::CallMethod[name="forward"](%m, %x)   →   the nodes of M.forward
// Errors in them still tell the line of the call: Source::caller.
#include <algorithm>

#include "graph/passes/pass.h"

namespace tealight::ir {
namespace {

// Deeper calls stay calls, and so do those of what is being inlined: they would have no end.
// Functions that each call the next one twice could grow without measure.
constexpr size_t kMaxDepth = 100;
constexpr size_t kMaxNodes = 100'000;

const Graph* callee_of(const Node& n, const PassContext& context) {
  if (n.is("prim::CallFunction")) {
    const Node* f = n.input()->node();
    return context.function && f->has_attribute("name")
               ? context.function(f->text_attribute("name"))
               : nullptr;
  }
  if (n.is("prim::CallMethod") && n.input()->type()->is(TypeKind::Class))
    return context.method ? context.method(*n.input()->type(), n.text_attribute("name")) : nullptr;
  return nullptr;
}

// Of a submodule as seen from the graph's own module, "features.0"; nothing: it is not read from
// there.
std::optional<std::string> path_of(const Var* module) {
  std::string path;
  for (; module->node()->is("prim::GetAttr"); module = module->node()->input())
    path = module->node()->text_attribute("name") + (path.empty() ? "" : "." + path);
  if (!module->is_parameter() || module->index() != 0) return std::nullopt;
  return path;
}

// One shared record for each source line of the callee.
class Callers {
 public:
  explicit Callers(const Node& call)
      : call_(call.source()), scope_(call_ ? call_->scope : std::string()) {
    if (!call.is("prim::CallMethod")) return;
    if (auto path = path_of(call.input())) scope_ = std::move(*path);
  }
  void mark(const Node& from, Node* to) {
    to->set_source(called(from.source()));
    for (size_t b = 0; b < from.blocks().size(); ++b) {
      Node* copy = to->block(b)->first();
      for (const auto& n : from.block(b)->nodes()) {
        mark(*n, copy);
        copy = copy->next();
      }
    }
  }

 private:
  SourcePtr called(const SourcePtr& s) {
    if (!s && scope_.empty()) return call_;
    if (!call_ && scope_.empty()) return s;
    SourcePtr& made = made_[s.get()];
    if (!made) {
      Source copy = s ? *s : Source{};
      copy.scope = inside(copy.scope);
      SourcePtr* end = &copy.caller;
      std::vector<Source> chain;  // of calls that were already inlined in the callee
      for (const Source* c = copy.caller.get(); c; c = c->caller.get()) chain.push_back(*c);
      SourcePtr outer = call_;
      for (size_t i = chain.size(); i-- > 0;) {
        chain[i].scope = inside(chain[i].scope);
        chain[i].caller = outer;
        outer = std::make_shared<const Source>(std::move(chain[i]));
      }
      *end = outer;
      made = std::make_shared<const Source>(std::move(copy));
    }
    return made;
  }
  std::string inside(const std::string& scope) const {
    return scope_ + (scope_.empty() || scope.empty() ? "" : ".") + scope;
  }
  SourcePtr call_;
  std::string scope_;  // of what the callee does
  std::unordered_map<const Source*, SourcePtr> made_;
};

class Inliner {
 public:
  explicit Inliner(const PassContext& context) : context_(context) {}
  bool changed = false;

  void block(Block& b) { nodes(b.first(), nullptr); }

 private:
  void replace(Node* call, const Graph& callee) {
    const size_t first = call->is("prim::CallFunction");  // its input 0 is the function
    TL_CHECK(
        callee.inputs().size() + first == call->inputs().size() && callee.outputs().size() == 1,
        call->str(), ": the callee takes ", callee.inputs().size(), " arguments and gives ",
        callee.outputs().size(), " results");
    VarMap vars;
    for (size_t i = 0; i < callee.inputs().size(); ++i)
      vars[callee.inputs()[i].get()] = call->input(i + first);
    Node* before = call->previous();
    Builder builder(call);
    Callers callers(*call);
    for (const auto& n : callee.body().nodes()) callers.mark(*n, builder.copy(*n, vars)), ++copied_;
    Var* result = vars.at(callee.outputs()[0]);
    call->output()->replace_uses_with(result);
    open_.push_back(&callee);
    nodes(before ? before->next() : call->owner()->first(), call);  // calls among the new ones
    open_.pop_back();
    call->destroy();
    changed = true;
  }

  void nodes(Node* from, const Node* end) {
    for (Node* n = from; n != end;) {
      Node* next = n->next();
      for (const auto& inner : n->blocks()) block(*inner);
      if (n->subgraph()) block(n->subgraph()->body());
      if (const Graph* callee = callee_of(*n, context_); callee && may_inline(callee))
        replace(n, *callee);
      n = next;
    }
  }

  bool may_inline(const Graph* callee) const {
    return open_.size() < kMaxDepth && copied_ < kMaxNodes &&
           std::find(open_.begin(), open_.end(), callee) == open_.end();
  }

  const PassContext& context_;
  std::vector<const Graph*> open_;
  size_t copied_ = 0;
};

}  // namespace

bool inline_calls(Graph& g, const PassContext& context) {
  Inliner inliner(context);
  inliner.block(g.body());
  return inliner.changed;
}

}  // namespace tealight::ir
