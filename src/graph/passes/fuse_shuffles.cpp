// %c = aten::cat([%a, %b], 1); %v = aten::view(%c, [N, 2, C, H, W])
// %t = aten::transpose(%v, 1, 2); %s = aten::view(%t, [N, 2 C, H, W])
//   →   %s = tealight::shuffle_cat(%a, %b)
// and, where %s is only cut in halves again, %x, %y = tealight::shuffle_split(%a, %b):
// ShuffleNetV2's units (Ma et al. 2018). For straight graphs with known shapes.
#include "graph/alias.h"
#include "graph/passes/pass.h"
#include "graph/passes/straight.h"

namespace tealight::ir {
namespace {

struct Shuffle {
  Var *first, *second;
  int64_t half;  // channels of each
};

std::optional<Shuffle> find_shuffle(const Node& last) {
  const Node* transpose = maker(last.input(0), "aten::transpose");
  if (!transpose || !is_int(transpose->input(1), 1) || !is_int(transpose->input(2), 2))
    return std::nullopt;
  const Node* unfold = maker(transpose->input(0), "aten::view");
  const Node* cat = unfold ? maker(unfold->input(0), "aten::cat") : nullptr;
  const Node* list = cat ? maker(cat->input(0), "prim::ListConstruct") : nullptr;
  if (!list || list->inputs().size() != 2 || !is_int(cat->input(1), 1)) return std::nullopt;
  const Sizes a = sizes_of(list->input(0)), b = sizes_of(list->input(1));
  if (a.size() != 4 || a != b || a[1] % 2 || !is_float(list->input(0))) return std::nullopt;
  const bool fits = sizes_of(unfold->output()) == Sizes{a[0], 2, a[1], a[2], a[3]} &&
                    sizes_of(last.output()) == Sizes{a[0], 2 * a[1], a[2], a[3]};
  return fits ? std::optional(Shuffle{list->input(0), list->input(1), a[1]}) : std::nullopt;
}

// slice(x, 1, begin, begin + length, 1)
bool is_half(const Node& n, int64_t begin, int64_t length) {
  if (!n.is("aten::slice") || !is_int(n.input(1), 1) || !is_int(n.input(4), 1)) return false;
  const Value* from = constant_value(n.input(2));
  const bool begins = from && (from->isNone() ? begin == 0 : from->toInt() == begin);
  return begins && sizes_of(n.output())[1] == length;
}

void replace(Node* last, const Shuffle& s) {
  Builder b(last);
  b.set_source(last->source());
  const auto& uses = last->output()->uses();
  Node* const users[] = {uses[0].user, uses.back().user};
  for (const size_t low : {0, 1}) {
    if (uses.size() != 2 || !is_half(*users[low], 0, s.half) ||
        !is_half(*users[1 - low], s.half, s.half))
      continue;
    const Node* made = b.op(find_overload("tealight::shuffle_split"), {s.first, s.second});
    for (const size_t i : {0, 1}) {
      Var* half = users[i == 0 ? low : 1 - low]->output();
      made->output(i)->set_info(half->info());
      half->replace_uses_with(made->output(i));
    }
    return;
  }
  const Node* made = b.op(find_overload("tealight::shuffle_cat"), {s.first, s.second});
  made->output()->set_info(last->output()->info());
  last->output()->replace_uses_with(made->output());
}

}  // namespace

bool fuse_shuffles(Graph& g, const PassContext& context) {
  if (!contains(g, {"aten::cat"})) return false;
  const AliasInfo aliases(g);
  bool changed = false;
  for (const auto& n : g.body().nodes())
    if (n->is("aten::view") && n->output()->used() && !aliases.may_be_written(n->output()))
      if (const auto s = find_shuffle(*n);
          s && !aliases.may_be_written(s->first) && !aliases.may_be_written(s->second))
        replace(n.get(), *s), changed = true;
  if (changed) eliminate_dead_code(g, context);
  return changed;
}

}  // namespace tealight::ir
