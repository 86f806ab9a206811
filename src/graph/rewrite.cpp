#include "graph/rewrite.h"

#include <algorithm>
#include <unordered_set>

#include "graph/schema_match.h"

namespace tealight::ir {
namespace {

bool same_attributes(const Node& pattern, const Node& n) {
  if (pattern.attributes().size() != n.attributes().size()) return false;
  for (const auto& [name, value] : pattern.attributes())
    if (!n.has_attribute(name) || !(n.attribute(name) == value)) return false;
  return true;
}

class Matcher {
 public:
  Matcher(const Graph& pattern, const AliasInfo& alias,
          const std::unordered_set<const Node*>& taken)
      : pattern_(pattern), alias_(alias), taken_(taken) {}

  std::optional<Match> at(Node* anchor) {
    match_ = {};
    match_.anchor = anchor;
    if (!node(*pattern_.outputs()[0]->node(), anchor)) return std::nullopt;
    if (!complete() || !closed() || !undisturbed()) return std::nullopt;
    return std::move(match_);
  }

 private:
  bool node(const Node& p, Node* n);
  bool var(const Var& p, Var* v);
  bool constant(const Node& p, const Var* v) const;
  bool complete() const;
  bool closed() const;
  bool undisturbed() const;

  const Graph& pattern_;
  const AliasInfo& alias_;
  const std::unordered_set<const Node*>& taken_;
  Match match_;
};

bool Matcher::node(const Node& p, Node* n) {
  if (const auto it = match_.nodes.find(&p); it != match_.nodes.end()) return it->second == n;
  if (!n->is(p.kind()) || n->owner() != match_.anchor->owner() || taken_.contains(n)) return false;
  if (n->inputs().size() != p.inputs().size() || n->outputs().size() != p.outputs().size())
    return false;
  if (!same_attributes(p, *n) || !n->blocks().empty() || n->subgraph()) return false;
  if (p.overload() && p.overload() != n->overload()) return false;
  match_.nodes[&p] = n;
  for (size_t i = 0; i < p.outputs().size(); ++i) match_.vars[p.output(i)] = n->output(i);
  for (size_t i = 0; i < p.inputs().size(); ++i)
    if (!var(*p.input(i), n->input(i))) return false;
  return true;
}

bool Matcher::var(const Var& p, Var* v) {
  if (p.node()->is("prim::Constant") && !constant(*p.node(), v)) return false;
  if (const auto it = match_.vars.find(&p); it != match_.vars.end()) return it->second == v;
  if (p.is_parameter() || p.node()->is("prim::Constant")) {
    match_.vars[&p] = v;
    return is_subtype(*v->type(), *p.type());
  }
  if (v->is_parameter() || v->index() != p.index()) return false;
  return node(*p.node(), v->node());
}

bool Matcher::constant(const Node& p, const Var* v) const {
  const Node& n = *v->node();
  return n.is("prim::Constant") && same_attributes(p, n);
}

// All of the pattern was reached from its first result.
bool Matcher::complete() const {
  for (const auto& n : pattern_.body().nodes())
    if (!n->is("prim::Constant") && !match_.nodes.contains(n.get())) return false;
  return true;
}

// What the pattern computes is used in it, or is a result, used behind it.
bool Matcher::closed() const {
  std::unordered_set<const Node*> inside;
  for (const auto& [p, n] : match_.nodes) inside.insert(n);
  std::unordered_set<const Var*> results;
  for (const Var* p : pattern_.outputs()) results.insert(match_.vars.at(p));
  for (const Node* n : inside) {
    if (n->comes_before(match_.anchor) == (n == match_.anchor)) return false;
    for (const auto& v : n->outputs())
      for (const Use& u : v->uses()) {
        if (inside.contains(u.user)) continue;
        const Node* user = u.user->ancestor_in(n->owner());
        if (!results.contains(v.get()) || !user || user->comes_before(match_.anchor)) return false;
      }
  }
  return true;
}

// Reading the arguments where the replacement stands gives the same. What only the pattern sees it
// may write.
bool Matcher::undisturbed() const {
  std::vector<const Var*> made;
  for (const auto& [p, n] : match_.nodes)
    for (const auto& v : n->outputs()) made.push_back(v.get());
  for (const auto& [p, n] : match_.nodes) {
    if (!alias_.writes_only(n, made)) return false;
    for (const Var* v : n->inputs())
      if (alias_.written_between(v, n, match_.anchor)) return false;
  }
  return true;
}

void collect(Block& b, std::vector<Node*>& out) {
  for (Node* n = b.last(); n; n = n->previous()) {
    for (const auto& inner : n->blocks()) collect(*inner, out);
    out.push_back(n);
  }
}

void check_pattern(const Graph& pattern) {
  TL_CHECK(!pattern.outputs().empty(), "a pattern has a result");
  for (const auto& n : pattern.body().nodes())
    TL_CHECK(n->blocks().empty(), "a pattern holds no branches and loops: ", n->str());
  const Node* last = pattern.outputs()[0]->node();
  TL_CHECK(!pattern.outputs()[0]->is_parameter() && !last->is("prim::Constant"),
           "a pattern's first result is computed by its last node");
}

// Replaced variables were results of matches that are gone.
Var* current(Var* v, const VarMap& replaced) {
  for (auto it = replaced.find(v); it != replaced.end(); it = replaced.find(v)) v = it->second;
  return v;
}

void replace(const Match& m, const Graph& pattern, const Graph& replacement, VarMap& replaced) {
  VarMap vars;
  for (size_t i = 0; i < pattern.inputs().size(); ++i) {
    const Var* wanted = replacement.inputs()[i].get();
    const auto it = m.vars.find(pattern.inputs()[i].get());
    TL_CHECK(it != m.vars.end() || !wanted->used(), "a replacement uses %", wanted->name(),
             ", which its pattern does not");
    if (it != m.vars.end()) vars[wanted] = current(it->second, replaced);
  }
  Builder builder(m.anchor);
  std::vector<Node*> made;
  for (const auto& n : replacement.body().nodes()) {
    Node* copy = builder.copy(*n, vars);
    copy->set_source(m.anchor->source());
    // The graph's types may be narrower than the pattern's.
    if (!copy->overload()) copy->set_overload(resolve(copy->kind(), types_of(copy->inputs())));
  }
  for (size_t i = 0; i < pattern.outputs().size(); ++i) {
    Var* old = m.vars.at(pattern.outputs()[i]);
    const auto it = vars.find(replacement.outputs()[i]);
    TL_CHECK(it != vars.end(), "a replacement's result is none of the pattern's parameters");
    it->second->set_info(old->info());
    old->replace_uses_with(it->second);
    replaced[old] = it->second;
  }
}

// From the last to the first, so that nothing is used any more.
void destroy(const Match& m) {
  std::vector<Node*> nodes;
  for (const auto& [p, n] : m.nodes) nodes.push_back(n);
  std::sort(nodes.begin(), nodes.end(), [](Node* a, Node* b) { return b->comes_before(a); });
  for (Node* n : nodes) n->destroy();
}

}  // namespace

std::vector<Match> find_matches(Graph& g, const Graph& pattern, const AliasInfo& alias) {
  check_pattern(pattern);
  std::vector<Node*> nodes;
  collect(g.body(), nodes);
  std::vector<Match> found;
  std::unordered_set<const Node*> taken;
  for (Node* n : nodes) {
    auto m = Matcher(pattern, alias, taken).at(n);
    if (!m) continue;
    for (const auto& [p, matched] : m->nodes) taken.insert(matched);
    found.push_back(std::move(*m));
  }
  return found;
}

size_t rewrite(Graph& g, std::string_view pattern_text, std::string_view replacement_text,
               const MatchFilter& filter) {
  const auto pattern = parse_graph(pattern_text), replacement = parse_graph(replacement_text);
  TL_CHECK(pattern->inputs().size() == replacement->inputs().size() &&
               pattern->outputs().size() == replacement->outputs().size(),
           "a pattern of ", pattern->inputs().size(), " parameters and ", pattern->outputs().size(),
           " results and its replacement, of ", replacement->inputs().size(), " and ",
           replacement->outputs().size());
  std::vector<Match> matches = find_matches(g, *pattern, AliasInfo(g));
  if (filter) std::erase_if(matches, [&](const Match& m) { return !filter(m, *pattern); });
  VarMap replaced;
  for (const Match& m : matches) replace(m, *pattern, *replacement, replaced);
  for (const Match& m : matches) destroy(m);
  return matches.size();
}

}  // namespace tealight::ir
