// Structure: who uses what, names, order, copies; building and resolving.
#include "graph/ir.h"

#include <gtest/gtest.h>

#include "graph/schema_match.h"

namespace tealight::ir {
namespace {

TypePtr type(const char* text) { return parse_type(text); }

std::vector<std::string> kinds(const Block& b) {
  std::vector<std::string> out;
  for (const auto& n : b.nodes()) out.push_back(n->kind());
  return out;
}

TEST(Graph, KnowsUses) {
  Graph g;
  Var* x = g.body().add_parameter(type("Tensor"), "x");
  Var* y = g.body().add_parameter(type("Tensor"), "y");
  Node* n = g.body().append("a::b", {x, y, x});
  EXPECT_EQ(x->uses(), (std::vector<Use>{{n, 0}, {n, 2}}));
  n->remove_input(0);
  EXPECT_EQ(x->uses(), (std::vector<Use>{{n, 1}}));
  EXPECT_EQ(y->uses(), (std::vector<Use>{{n, 0}}));
  n->insert_input(0, x);
  n->insert_input(1, x);
  EXPECT_EQ(n->str(), "a::b(%x, %x, %y, %x)");
  x->replace_uses_with(y);
  EXPECT_FALSE(x->used());
  EXPECT_EQ(y->uses().size(), 4u);
  verify(g);
  n->remove_all_inputs();
  EXPECT_FALSE(y->used());
}

TEST(Graph, MakesNamesUnique) {
  Graph g;
  const auto add = [&](const char* name) { return g.body().add_parameter(nullptr, name)->name(); };
  EXPECT_EQ(add("x"), "x");
  EXPECT_EQ(add("x"), "x.1");
  EXPECT_EQ(add("x.1"), "x.2");
  EXPECT_EQ(add(""), "0");
  EXPECT_EQ(add("1"), "1");
  EXPECT_EQ(add(""), "2");
  EXPECT_EQ(add("1"), "3");
  EXPECT_TRUE(g.find("3")->is_numbered());
  g.find("x")->set_name("y");
  EXPECT_EQ(g.find("x"), nullptr);
  EXPECT_EQ(add("x"), "x");
}

TEST(Graph, KeepsNodesInOrder) {
  Graph g;
  Node* a = g.body().append("n::a");
  Node* z = g.body().append("n::z");
  for (int i = 0; i < 100; ++i) {
    Node* n = g.body().insert_before(z, "n::m");
    ASSERT_TRUE(a->comes_before(n));
    ASSERT_TRUE(n->comes_before(z));
    ASSERT_TRUE(n->previous()->comes_before(n));
  }
  Node* first = g.body().prepend("n::first");
  EXPECT_TRUE(first->comes_before(a));
  EXPECT_EQ(first->next(), a);
  EXPECT_EQ(first->previous(), nullptr);
  first->move_after(z);
  EXPECT_EQ(g.body().last(), first);
  EXPECT_TRUE(z->comes_before(first));
  z->move_before(a);
  EXPECT_EQ(g.body().first(), z);
  EXPECT_TRUE(z->comes_before(a));
  EXPECT_TRUE(g.body().parameters_node()->comes_before(z));
  EXPECT_TRUE(z->comes_before(g.body().results_node()));
}

TEST(Graph, MovesNodesBetweenBlocks) {
  auto g = parse_graph(R"(graph(%c : bool, %x : int):
    %y : int = prim::If(%c)
      block0():
        %z : int = aten::neg(%x)
        -> (%z)
      block1():
        -> (%x)
    return (%y))");
  Node* branch = g->body().first();
  Node* neg = branch->block(0)->first();
  EXPECT_EQ(neg->ancestor_in(&g->body()), branch);
  EXPECT_EQ(branch->ancestor_in(branch->block(0)), nullptr);
  neg->move_before(branch);
  EXPECT_EQ(kinds(g->body()), (std::vector<std::string>{"aten::neg", "prim::If"}));
  EXPECT_TRUE(branch->block(0)->empty());
  verify(*g);
}

TEST(Graph, DestroysNodesWithTheirBlocks) {
  auto g = parse_graph(R"(graph(%c : bool, %x : int):
    %y : int = prim::If(%c)
      block0():
        %z : int = aten::neg(%x)
        -> (%z)
      block1():
        -> (%x)
    return (%y))");
  Node* branch = g->body().first();
  EXPECT_THROW(branch->destroy(), Error);  // %y is still used
}

TEST(Graph, DestroysWhatIsUnused) {
  auto g = parse_graph(R"(graph(%c : bool, %x : int):
    %y : int = prim::If(%c)
      block0():
        %z : int = aten::neg(%x)
        %w : int = aten::neg(%z)
        -> (%w)
      block1():
        -> (%x)
    return (%x))");
  g->body().first()->destroy();
  EXPECT_EQ(g->str(), "graph(%c : bool,\n      %x : int):\n  return (%x)\n");
  EXPECT_EQ(g->find("z"), nullptr);
  EXPECT_EQ(g->find("x")->uses().size(), 1u);
  verify(*g);
}

TEST(Graph, CopiesAreApart) {
  auto g = parse_graph(R"(graph(%n : int, %x : Float(2, 3)):
    %true : bool = prim::Constant[value=1]()
    %y : Tensor = prim::Loop(%n, %true, %x)
      block0(%i : int, %a : Tensor):
        %b : Tensor = aten::relu(%a) # f.py:1:2
        -> (%true, %b)
    %f : Future[int] = prim::fork_0(%n)
    return (%y, %f)
  with prim::fork_0 = graph(%a : int):
    return (%a))");
  const std::string text = g->str();
  auto copy = g->copy();
  verify(*copy);
  EXPECT_EQ(copy->str(), text);
  EXPECT_EQ(copy->body().first()->next()->block()->first()->overload(),
            &find_overload("aten::relu"));
  g.reset();
  EXPECT_EQ(copy->str(), text);
}

TEST(Builder, InsertsWhereItStands) {
  Graph g;
  Builder b(&g.body());
  Source source;
  source.file = "net.py";
  source.line = 3;
  b.set_source(source);
  Var* one = b.constant(1);
  Var* list = b.constant(Value(std::vector<int64_t>{1, 2}));
  Var* none = b.constant({});
  Node* add = b.op(find_overload("aten::add.int"), {one, one});
  g.body().add_result(add->output());
  Builder(add).op(find_overload("aten::neg.int"), {one});
  EXPECT_EQ(list->type()->str(), "int[]");
  EXPECT_EQ(none->type()->str(), "NoneType");
  EXPECT_EQ(g.str(), R"(graph():
  %0 : int = prim::Constant[value=1]() # net.py:3:0
  %1 : int[] = prim::Constant[value=[1, 2]]() # net.py:3:0
  %2 : NoneType = prim::Constant() # net.py:3:0
  %4 : int = aten::neg(%0)
  %3 : int = aten::add(%0, %0) # net.py:3:0
  return (%3)
)");
  verify(g);
}

TEST(Builder, NamesTheTypesOfResults) {
  Graph g;
  Var* d = g.body().add_parameter(type("Dict[str, List[Tensor]]"));
  Var* o = g.body().add_parameter(type("Optional[float]"));
  Builder b(&g.body());
  const auto result = [&](const char* name, std::vector<Var*> inputs) {
    return b.op(find_overload(name), std::move(inputs))->output()->type()->annotation();
  };
  EXPECT_EQ(result("aten::keys.str", {d}), "List[str]");
  EXPECT_EQ(result("aten::__getitem__.Dict_str", {d, b.constant("k")}), "List[Tensor]");
  EXPECT_EQ(result("aten::_unwrap_optional", {o}), "float");
  EXPECT_THROW(result("aten::keys.str", {o}), Error);
}

TEST(Resolve, TakesTheOverloadThatFitsBest) {
  const auto resolved = [](const char* kind, std::vector<const char*> given) {
    std::vector<TypePtr> types;
    for (const char* t : given) types.push_back(type(t));
    const Overload* o = resolve(kind, types);
    return o ? o->schema.qualified() : "none";
  };
  EXPECT_EQ(resolved("aten::add", {"Tensor", "Tensor", "int"}), "aten::add.Tensor");
  EXPECT_EQ(resolved("aten::add", {"Tensor", "float", "int"}), "aten::add.Scalar");
  EXPECT_EQ(resolved("aten::add", {"int", "int"}), "aten::add.int");
  EXPECT_EQ(resolved("aten::add", {"number", "int"}), "aten::add");
  EXPECT_EQ(resolved("aten::add", {"List[str]", "List[str]"}), "aten::add.t");
  EXPECT_EQ(resolved("aten::add", {"str", "str"}), "aten::add.str");
  EXPECT_EQ(resolved("aten::add", {"str", "int"}), "none");
  EXPECT_EQ(resolved("aten::__getitem__", {"Dict[int, str]", "int"}), "aten::__getitem__.Dict_int");
  EXPECT_EQ(resolved("aten::format", {"str", "Tensor", "int"}), "aten::format");
  EXPECT_EQ(resolved("aten::sum", {"Tensor", "None"}), "aten::sum");
  EXPECT_EQ(resolved("aten::nothing", {}), "none");
}

}  // namespace
}  // namespace tealight::ir
