// Patterns: what they find, what they leave alone, what takes its place.
#include "graph/rewrite.h"

#include <gtest/gtest.h>

namespace tealight::ir {
namespace {

void expect_rewrite(const std::string& before, const std::string& pattern,
                    const std::string& replacement, size_t times, const std::string& after,
                    const MatchFilter& filter = {}) {
  const auto g = parse_graph(before);
  EXPECT_EQ(rewrite(*g, pattern, replacement, filter), times);
  verify(*g);
  EXPECT_EQ(g->str(), parse_graph(after)->str());
}

constexpr const char* kAddRelu = R"(graph(%x, %y, %alpha : int):
    %s = aten::add(%x, %y, %alpha)
    %r = aten::relu(%s)
    return (%r))";
constexpr const char* kFused = R"(graph(%x, %y, %alpha : int):
    %fused = aten::_add_relu(%x, %y, %alpha)
    return (%fused))";

TEST(Rewrite, ReplacesEveryMatch) {
  expect_rewrite(R"(graph(%a : Tensor, %b : Tensor, %c : bool, %n : int):
    %d : Tensor = aten::add(%a, %b, %n)
    %e : Tensor = aten::relu(%d)
    %f : Tensor = prim::If(%c)
      block0():
        %g : Tensor = aten::add(%e, %e, %n)
        %h : Tensor = aten::neg(%b)
        %i : Tensor = aten::relu(%g)
        %j : Tensor = aten::add(%i, %h, %n)
        %k : Tensor = aten::relu(%j)
        -> (%k)
      block1():
        -> (%e)
    return (%f))",
                 kAddRelu, kFused, 3, R"(graph(%a : Tensor, %b : Tensor, %c : bool, %n : int):
    %fused.2 : Tensor = aten::_add_relu(%a, %b, %n)
    %f : Tensor = prim::If(%c)
      block0():
        %h : Tensor = aten::neg(%b)
        %fused.1 : Tensor = aten::_add_relu(%fused.2, %fused.2, %n)
        %fused : Tensor = aten::_add_relu(%fused.1, %h, %n)
        -> (%fused)
      block1():
        -> (%fused.2)
    return (%f))");
}

void expect_untouched(const std::string& graph) {
  expect_rewrite(graph, kAddRelu, kFused, 0, graph);
}

TEST(Rewrite, LeavesWhatIsUsedElsewhere) {
  expect_untouched(R"(graph(%a : Tensor, %n : int):
    %d : Tensor = aten::add(%a, %a, %n)
    %e : Tensor = aten::relu(%d)
    return (%e, %d))");
}

TEST(Rewrite, LeavesWhatIsWrittenBetween) {
  expect_untouched(R"(graph(%a : Tensor, %n : int):
    %d : Tensor = aten::add(%a, %a, %n)
    %w : Tensor = aten::neg_(%a)
    %e : Tensor = aten::relu(%d)
    return (%e))");
}

TEST(Rewrite, LeavesOtherOverloadsAndBlocks) {
  expect_untouched(R"(graph(%a : Tensor, %n : int, %c : bool):
    %d : Tensor = aten::add(%a, %n, %n)
    %e : Tensor = aten::relu(%d)
    %f : Tensor = aten::add(%a, %a, %n)
    %g : Tensor = prim::If(%c)
      block0():
        %h : Tensor = aten::relu(%f)
        -> (%h)
      block1():
        -> (%e)
    return (%g))");
}

TEST(Rewrite, ComparesConstantsAndAttributes) {
  const char* pattern = R"(graph(%x : int):
    %zero : int = prim::Constant[value=0]()
    %y : int = aten::sub(%x, %zero)
    return (%y))";
  const char* replacement = R"(graph(%x : int):
    %y : int = aten::neg(%x)
    %z : int = aten::neg(%y)
    return (%z))";
  expect_rewrite(R"(graph(%x : int):
    %a : int = prim::Constant[value=0]()
    %b : int = prim::Constant[value=1]()
    %c : int = aten::sub(%x, %a)
    %d : int = aten::sub(%c, %b)
    %e : int = aten::sub(%d, %x)
    return (%e))",
                 pattern, replacement, 1, R"(graph(%x : int):
    %a : int = prim::Constant[value=0]()
    %b : int = prim::Constant[value=1]()
    %y : int = aten::neg(%x)
    %z : int = aten::neg(%y)
    %d : int = aten::sub(%z, %b)
    %e : int = aten::sub(%d, %x)
    return (%e))");
}

TEST(Rewrite, ReplacesSeveralResults) {
  expect_rewrite(R"(graph(%x : int, %t : (int, int)):
    %a : int, %b : int = prim::TupleUnpack(%t)
    %c : int = aten::add(%b, %a)
    return (%c, %a, %x))",
                 R"(graph(%t : (int, int)):
    %a : int, %b : int = prim::TupleUnpack(%t)
    return (%a, %b))",
                 R"(graph(%t : (int, int)):
    %zero : int = prim::Constant[value=0]()
    %one : int = prim::Constant[value=1]()
    %p : int = prim::TupleIndex(%t, %zero)
    %q : int = prim::TupleIndex(%t, %one)
    return (%p, %q))",
                 1, R"(graph(%x : int, %t : (int, int)):
    %zero : int = prim::Constant[value=0]()
    %one : int = prim::Constant[value=1]()
    %p : int = prim::TupleIndex(%t, %zero)
    %q : int = prim::TupleIndex(%t, %one)
    %c : int = aten::add(%q, %p)
    return (%c, %p, %x))");
}

TEST(Rewrite, AsksTheFilter) {
  const std::string graph = R"(graph(%a : Tensor, %n : int):
    %d : Tensor = aten::add(%a, %a, %n)
    %e : Tensor = aten::relu(%d)
    return (%e))";
  std::string seen;
  expect_rewrite(graph, kAddRelu, kFused, 0, graph, [&](const Match& m, const Graph& pattern) {
    seen = m.of(pattern, "alpha")->name();
    return false;
  });
  EXPECT_EQ(seen, "n");
}

TEST(Rewrite, RefusesPatternsThatAreNone) {
  auto g = parse_graph("graph(%x : int):\n return (%x)");
  EXPECT_THROW(rewrite(*g, "graph(%x : int):\n return (%x)", "graph(%x : int):\n return (%x)"),
               Error);
  EXPECT_THROW(rewrite(*g, kAddRelu, "graph(%x):\n return (%x)"), Error);
}

}  // namespace
}  // namespace tealight::ir
