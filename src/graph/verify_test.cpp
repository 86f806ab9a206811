// What verify() refuses, rule by rule.
#include <gtest/gtest.h>

#include "graph/ir.h"

namespace tealight::ir {
namespace {

std::string refusal(const Graph& g) {
  try {
    verify(g);
  } catch (const Error& e) {
    EXPECT_EQ(e.kind(), ErrorKind::internal);
    return e.what();
  }
  return "accepted";
}

void expect_refused(const std::string& body, const std::string& why,
                    const std::string& inputs = "%x : int, %c : bool, %t : Tensor") {
  const std::string error =
      refusal(*parse_graph("graph(" + inputs + "):\n" + body + "\nreturn ()"));
  EXPECT_NE(error.find(why), std::string::npos) << error;
}

TEST(Verify, WantsDefinitionsBeforeUses) {
  auto g = parse_graph(
      "graph(%x : int):\n %y : int = aten::neg(%x)\n %z : int = aten::neg(%y)\n return (%z)");
  EXPECT_EQ(refusal(*g), "accepted");
  g->body().last()->move_before(g->body().first());
  EXPECT_NE(refusal(*g).find("%y is used where it is not defined\n  at %z : int = aten::neg(%y)"),
            std::string::npos);
}

TEST(Verify, WantsDefinitionsInThisBlockOrAroundIt) {
  auto g = parse_graph(R"(graph(%c : bool, %x : int):
    %y : int = prim::If(%c)
      block0():
        %z : int = aten::neg(%x)
        -> (%z)
      block1():
        -> (%x)
    return (%y))");
  EXPECT_EQ(refusal(*g), "accepted");
  g->body().set_result(0, g->find("z"));
  EXPECT_NE(refusal(*g).find("%z is used where it is not defined"), std::string::npos);
}

TEST(Verify, WantsArgumentsThatFitTheSchema) {
  auto g = parse_graph("graph(%x : int, %s : str):\n %y : int = aten::neg(%x)\n return (%y)");
  g->body().first()->set_input(0, g->find("s"));
  EXPECT_NE(refusal(*g).find("do not fit aten::neg.int(int a) -> int"), std::string::npos);
  g->body().first()->set_input(0, g->find("x"));
  g->body().first()->add_input(g->find("x"));
  EXPECT_NE(refusal(*g).find("do not fit"), std::string::npos);
  g->body().first()->remove_input(1);
  g->body().first()->add_output(nullptr);
  EXPECT_NE(refusal(*g).find("2 results of aten::neg.int"), std::string::npos);
  g->body().first()->remove_output(1);
  g->body().first()->set_overload(&find_overload("aten::neg.float"));
  EXPECT_NE(refusal(*g).find("do not fit"), std::string::npos);
  g->body().first()->set_overload(&find_overload("aten::abs"));
  EXPECT_NE(refusal(*g).find("resolved to aten::abs"), std::string::npos);
}

TEST(Verify, WantsBranchesWithTheResultsOfTheirNode) {
  expect_refused("%y : int = prim::If(%c)\n block0():\n -> (%x)", "two blocks");
  expect_refused("%y : int = prim::If(%x)\n block0():\n -> (%x)\n block1():\n -> (%x)",
                 "the condition is int instead of bool");
  expect_refused("%y : int = prim::If(%c)\n block0():\n -> (%x)\n block1():\n -> ()",
                 "0 results of a block for 1");
  expect_refused("%y : int = prim::If(%c)\n block0():\n -> (%x)\n block1():\n -> (%t)",
                 "a block's result is Tensor instead of int");
  expect_refused("%y : int = prim::If(%c)\n block0(%p : int):\n -> (%x)\n block1():\n -> (%x)",
                 "take no parameters");
}

TEST(Verify, WantsLoopsThatCarryTheSame) {
  expect_refused("%y : int = prim::Loop(%x)\n block0(%i : int):\n -> (%c)", "a number of trips");
  expect_refused("%y : int = prim::Loop(%x, %c)\n block0(%i : int):\n -> (%c)",
                 "0 carried values, 1 results");
  expect_refused("%y : int = prim::Loop(%x, %c, %x)\n block0(%i : int):\n -> (%c, %x)",
                 "takes 1 parameters, not 2");
  expect_refused("%y : int = prim::Loop(%x, %c, %x)\n block0(%i : int, %j : int):\n -> (%c)",
                 "gives 1 results, not 2");
  expect_refused("= prim::Loop(%t, %c)\n block0(%i : int):\n -> (%c)",
                 "the number of trips is Tensor instead of int");
  expect_refused("= prim::Loop(%x, %x)\n block0(%i : int):\n -> (%c)",
                 "the condition is int instead of bool");
  expect_refused("= prim::Loop(%x, %c)\n block0(%i : str):\n -> (%c)",
                 "the trip's number is int instead of str");
  expect_refused("= prim::Loop(%x, %c)\n block0(%i : int):\n -> (%x)",
                 "the next condition is int instead of bool");
  expect_refused("%y : int = prim::Loop(%x, %c, %t)\n block0(%i : int, %j : int):\n -> (%c, %x)",
                 "a carried value is Tensor instead of int");
  expect_refused("%y : int = prim::Loop(%x, %c, %x)\n block0(%i : int, %j : int):\n -> (%c, %t)",
                 "a carried value is Tensor instead of int");
  expect_refused("%y : str = prim::Loop(%x, %c, %x)\n block0(%i : int, %j : int):\n -> (%c, %x)",
                 "a carried value is int instead of str");
}

TEST(Verify, WantsConstantsOfTheirType) {
  expect_refused("%y : str = prim::Constant[value=3]()", "a constant of another type: Int");
  expect_refused("%y : int = prim::Constant()", "a constant of another type: None");
  expect_refused("%y : int = prim::Constant[value=3](%x)", "takes 0 inputs, not 1");
}

TEST(Verify, WantsContainersOfTheirElements) {
  expect_refused("%y : int[] = prim::ListConstruct(%x, %t)", "an element is Tensor instead of int");
  expect_refused("%y : int = prim::ListConstruct(%x)", "a list is int");
  expect_refused("%y : Dict(int, int) = prim::DictConstruct(%x)", "a key without a value");
  expect_refused("%y : Dict(int, int) = prim::DictConstruct(%x, %t)",
                 "a value is Tensor instead of int");
  expect_refused("%y : int[] = prim::DictConstruct(%x, %t)", "a dict is int[]");
  expect_refused("%y : (int, int) = prim::TupleConstruct(%x)", "1 elements of a tuple of 2");
  expect_refused("%y : (int, int) = prim::TupleConstruct(%x, %t)",
                 "an element is Tensor instead of int");
  expect_refused("%y : int, %z : int = prim::TupleUnpack(%u)", "2 elements of a tuple of 1",
                 "%u : (int,)");
  expect_refused("%y : int = prim::TupleUnpack(%x)", "a tuple is int");
}

TEST(Verify, WantsMembersWithNames) {
  expect_refused("%y : int = prim::GetAttr(%t)", "of no name");
  expect_refused("%y : int = prim::GetAttr[name=\"a\"]()", "takes 1 inputs, not 0");
  expect_refused(" = prim::SetAttr[name=\"a\"](%t)", "takes 2 inputs, not 1");
  expect_refused("%y : int = prim::CallMethod(%t)", "a method has a name");
  expect_refused("%y : bool = prim::isinstance(%t)", "asks for no type");
}

TEST(Verify, LooksIntoForks) {
  expect_refused("%y : Future[int] = prim::fork(%x)", "has no graph");
  auto g = parse_graph(
      "graph(%x : int, %s : str):\n %f : Future[int] = prim::fork_0(%x)\n return (%f)\n"
      "with prim::fork_0 = graph(%a : int):\n %b : int = aten::neg(%a)\n return (%b)");
  EXPECT_EQ(refusal(*g), "accepted");
  g->body().first()->set_input(0, g->find("s"));
  EXPECT_NE(refusal(*g).find("an argument is str instead of int"), std::string::npos);
  g->body().first()->add_input(g->find("x"));
  EXPECT_NE(refusal(*g).find("2 arguments for a graph of 1"), std::string::npos);
}

}  // namespace
}  // namespace tealight::ir
