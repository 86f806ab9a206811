// %y = prim::CallMethod[name="forward"](%m, %x)   →   the nodes of M.forward
// Errors in them still tell the line of the call: Source::caller.
#include "graph/passes/pass.h"

namespace tealight::ir {
namespace {

// Deeper calls are taken for endless ones; they stay calls.
constexpr int kMaxDepth = 100;

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

// One shared record for each source line of the callee.
class Callers {
 public:
  explicit Callers(SourcePtr call) : call_(std::move(call)) {}
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
    if (!call_ || !s) return s ? s : call_;
    SourcePtr& made = made_[s.get()];
    if (!made) {
      Source copy = *s;
      SourcePtr* end = &copy.caller;
      std::vector<Source> chain;  // of calls that were already inlined in the callee
      for (const Source* c = s->caller.get(); c; c = c->caller.get()) chain.push_back(*c);
      SourcePtr outer = call_;
      for (size_t i = chain.size(); i-- > 0;) {
        chain[i].caller = outer;
        outer = std::make_shared<const Source>(std::move(chain[i]));
      }
      *end = outer;
      made = std::make_shared<const Source>(std::move(copy));
    }
    return made;
  }
  SourcePtr call_;
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
    Callers callers(call->source());
    for (const auto& n : callee.body().nodes()) callers.mark(*n, builder.copy(*n, vars));
    Var* result = vars.at(callee.outputs()[0]);
    call->output()->replace_uses_with(result);
    ++depth_;
    nodes(before ? before->next() : call->owner()->first(), call);  // calls among the new ones
    --depth_;
    call->destroy();
    changed = true;
  }

  void nodes(Node* from, const Node* end) {
    for (Node* n = from; n != end;) {
      Node* next = n->next();
      for (const auto& inner : n->blocks()) block(*inner);
      if (n->subgraph()) block(n->subgraph()->body());
      if (const Graph* callee = callee_of(*n, context_); callee && depth_ < kMaxDepth)
        replace(n, *callee);
      n = next;
    }
  }

  const PassContext& context_;
  int depth_ = 0;
};

}  // namespace

bool inline_calls(Graph& g, const PassContext& context) {
  Inliner inliner(context);
  inliner.block(g.body());
  return inliner.changed;
}

}  // namespace tealight::ir
