// What may share memory, what is written where.
#include "graph/alias.h"

#include <gtest/gtest.h>

namespace tealight::ir {
namespace {

struct Subject {
  explicit Subject(const std::string& text) : graph(parse_graph(text)), alias(*graph) {
    verify(*graph);
  }
  Var* var(const char* name) const {
    Var* v = graph->find(name);
    if (!v) fail(str("no variable ", name));
    return v;
  }
  bool alike(const char* a, const char* b) const { return alias.may_alias(var(a), var(b)); }
  bool parts(const char* a, const char* b) const { return alias.may_share_parts(var(a), var(b)); }
  bool written(const char* name) const { return alias.may_be_written(var(name)); }
  std::unique_ptr<Graph> graph;
  AliasInfo alias;
};

TEST(Alias, KnowsThatDropoutMayGiveItsArgument) {
  const Subject s(R"(graph(%x : Tensor, %p : float, %train : bool):
    %a : Tensor = aten::neg(%x)
    %b : Tensor = aten::dropout(%a, %p, %train)
    %c : Tensor = aten::relu_(%b)
    return (%a))");
  EXPECT_TRUE(s.alike("a", "b"));
  EXPECT_TRUE(s.written("a"));
}

TEST(Alias, FollowsViewsAndFreshResults) {
  const Subject s(R"(graph(%x : Tensor, %y : Tensor, %n : int):
    %zero : int = prim::Constant[value=0]()
    %a : Tensor = aten::relu(%x)
    %b : Tensor = aten::select(%a, %zero, %n)
    %c : Tensor = aten::t(%b)
    %d : Tensor = aten::neg(%a)
    %e : Tensor = aten::relu_(%c)
    return (%d))");
  EXPECT_TRUE(s.alike("x", "y"));  // whoever calls may give one tensor twice
  EXPECT_FALSE(s.alike("x", "a"));
  EXPECT_TRUE(s.alike("a", "b"));
  EXPECT_TRUE(s.alike("a", "e"));
  EXPECT_FALSE(s.alike("a", "d"));
  EXPECT_TRUE(s.written("a"));
  EXPECT_FALSE(s.written("x"));
  EXPECT_FALSE(s.written("d"));
  EXPECT_FALSE(s.written("n"));
  EXPECT_TRUE(s.alias.new_and_escapes(s.var("d")));
  EXPECT_FALSE(s.alias.new_and_escapes(s.var("a")));
}

TEST(Alias, FollowsContainers) {
  const Subject s(R"(graph(%x : Tensor, %i : int, %k : str):
    %a : Tensor = aten::neg(%x)
    %b : Tensor = aten::neg(%x)
    %c : Tensor = aten::neg(%x)
    %l : Tensor[] = prim::ListConstruct(%a)
    %m : Tensor[] = aten::append(%l, %b)
    %e : Tensor = aten::__getitem__(%l, %i)
    %t : (Tensor[], Tensor) = prim::TupleConstruct(%l, %c)
    %u : Tensor[], %v : Tensor = prim::TupleUnpack(%t)
    %d : Dict(str, Tensor) = prim::DictConstruct(%k, %a)
    %f : Tensor[] = aten::values(%d)
    %g : Tensor = aten::__getitem__(%f, %i)
    %other : Tensor[] = prim::ListConstruct(%c)
    return ())");
  EXPECT_TRUE(s.alike("l", "m"));
  EXPECT_TRUE(s.alike("e", "a"));
  EXPECT_TRUE(s.alike("e", "b"));
  EXPECT_FALSE(s.alike("e", "c"));
  EXPECT_TRUE(s.alike("u", "l"));
  EXPECT_TRUE(s.alike("v", "c"));
  EXPECT_TRUE(s.parts("t", "a"));
  EXPECT_TRUE(s.alike("g", "a"));
  EXPECT_FALSE(s.alike("g", "b"));
  EXPECT_FALSE(s.parts("l", "other"));
  EXPECT_TRUE(s.written("l"));
  EXPECT_TRUE(s.written("t"));
  EXPECT_FALSE(s.written("d"));
  EXPECT_FALSE(s.written("a"));  // the list is written, not its tensors
}

TEST(Alias, FollowsBranchesAndLoops) {
  const Subject s(R"(graph(%c : bool, %n : int, %x : Tensor, %y : Tensor):
    %a : Tensor = aten::neg(%x)
    %b : Tensor = aten::neg(%y)
    %z : Tensor = aten::neg(%y)
    %p : Tensor = prim::If(%c)
      block0():
        -> (%a)
      block1():
        -> (%b)
    %q : Tensor = prim::Loop(%n, %c, %z)
      block0(%i : int, %r : Tensor):
        %w : Tensor = aten::relu_(%r)
        -> (%c, %p)
    return (%q))");
  EXPECT_TRUE(s.alike("p", "a"));
  EXPECT_TRUE(s.alike("p", "b"));
  EXPECT_FALSE(s.alike("p", "z"));
  EXPECT_TRUE(s.alike("q", "z"));
  EXPECT_TRUE(s.alike("q", "a"));  // carried around
  EXPECT_TRUE(s.written("b"));
  EXPECT_FALSE(s.written("x"));
}

TEST(Alias, TellsWhereWritesLie) {
  const Subject s(R"(graph(%c : bool, %x : Tensor):
    %a : Tensor = aten::neg(%x)
    %b : Tensor = aten::neg(%x)
    %d : Tensor = aten::neg(%a)
     = prim::If(%c)
      block0():
        %w : Tensor = aten::relu_(%a)
        -> ()
      block1():
        -> ()
    %e : Tensor = aten::neg(%b)
    return (%d, %e))");
  const Node *d = s.var("d")->node(), *e = s.var("e")->node(), *a = s.var("a")->node();
  EXPECT_TRUE(s.alias.written_between(s.var("a"), d, e));
  EXPECT_FALSE(s.alias.written_between(s.var("a"), a, d));
  EXPECT_FALSE(s.alias.written_between(s.var("b"), d, e));
  EXPECT_TRUE(s.alias.writes(d->next()));
  EXPECT_FALSE(s.alias.writes(d));
  EXPECT_TRUE(s.alias.writes_to(d->next(), s.var("a")));
  EXPECT_FALSE(s.alias.writes_to(d->next(), s.var("b")));
}

TEST(Alias, TrustsNoUnknownCall) {
  const Subject s(R"(graph(%self : __torch__.M, %x : Tensor):
    %a : Tensor = aten::neg(%x)
    %b : Tensor = aten::neg(%x)
    %l : Tensor[] = prim::ListConstruct(%a)
    %r : Tensor = prim::CallMethod[name="f"](%self, %l)
    return (%r))");
  EXPECT_TRUE(s.written("a"));
  EXPECT_TRUE(s.written("l"));
  EXPECT_TRUE(s.written("x"));  // the object may hold it
  EXPECT_TRUE(s.alike("r", "a"));
  EXPECT_FALSE(s.written("b"));
}

TEST(Alias, KnowsAttributes) {
  const Subject s(R"(graph(%self : __torch__.M, %x : Tensor):
    %a : Tensor = aten::neg(%x)
    %o : __torch__.P = prim::CreateObject()
     = prim::SetAttr[name="p"](%o, %a)
    %b : Tensor = prim::GetAttr[name="p"](%o)
    %w : Tensor = prim::GetAttr[name="weight"](%self)
    %v : Tensor = aten::relu_(%w)
    return ())");
  EXPECT_TRUE(s.alike("a", "b"));
  EXPECT_TRUE(s.written("x"));  // the caller may have given a weight
  EXPECT_FALSE(s.alias.new_and_escapes(s.var("o")));
}

}  // namespace
}  // namespace tealight::ir
