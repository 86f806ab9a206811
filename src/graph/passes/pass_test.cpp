// Graphs before and after each pass, as text.
#include "graph/passes/testing.h"

namespace tealight::ir {
namespace {

// ---- dead code

TEST(DeadCode, RemovesWhatNothingNeeds) {
  expect_pass("dead_code", R"(graph(%x : Tensor, %n : int):
    %a : Tensor = aten::neg(%x)
    %b : Tensor = aten::relu(%a)
    %c : Tensor = aten::abs(%x)
    %l : Tensor[] = prim::ListConstruct(%b, %c)
    %d : Tensor = aten::relu_(%b)
    return (%c))",
              R"(graph(%x : Tensor, %n : int):
    %c : Tensor = aten::abs(%x)
    return (%c))");
}

TEST(DeadCode, KeepsWritesThatSomebodySees) {
  expect_unchanged("dead_code", R"(graph(%x : Tensor, %l : int[], %n : int, %self : __torch__.M):
    %a : Tensor = aten::relu_(%x)
    %m : int[] = aten::append(%l, %n)
     = prim::SetAttr[name="n"](%self, %n)
    %b : Tensor = aten::neg(%x)
    %v : Tensor = aten::t(%b)
    %w : Tensor = aten::relu_(%v)
    return (%b))");
}

TEST(DeadCode, KeepsWhatDoesSomething) {
  expect_unchanged("dead_code", R"(graph(%x : Tensor, %c : bool, %m : str, %k : str):
     = prim::Print(%x)
     = prim::If(%c)
      block0():
         = prim::RaiseException(%m, %k)
        -> ()
      block1():
        -> ()
    %y : Tensor = prim::CallMethod[name="f"](%x)
    return ())");
}

TEST(DeadCode, TrimsBranches) {
  expect_pass("dead_code", R"(graph(%x : int, %c : bool):
    %a : int, %b : int = prim::If(%c)
      block0():
        %p : int = aten::neg(%x)
        %q : int = aten::neg(%p)
        -> (%p, %q)
      block1():
        -> (%x, %x)
    %d : int = prim::If(%c)
      block0():
        -> (%b)
      block1():
        -> (%x)
    return (%a))",
              R"(graph(%x : int, %c : bool):
    %a : int = prim::If(%c)
      block0():
        %p : int = aten::neg(%x)
        -> (%p)
      block1():
        -> (%x)
    return (%a))");
}

TEST(DeadCode, TrimsWhatLoopsCarry) {
  expect_pass("dead_code", R"(graph(%x : int, %n : int, %c : bool):
    %a : int, %b : int, %d : int = prim::Loop(%n, %c, %x, %x, %x)
      block0(%i : int, %p : int, %q : int, %r : int):
        %s : int = aten::add(%p, %q)
        %t : int = aten::neg(%r)
        %u : int = aten::neg(%q)
        -> (%c, %s, %u, %t)
    return (%a))",
              R"(graph(%x : int, %n : int, %c : bool):
    %a : int, %b : int = prim::Loop(%n, %c, %x, %x)
      block0(%i : int, %p : int, %q : int):
        %s : int = aten::add(%p, %q)
        %u : int = aten::neg(%q)
        -> (%c, %s, %u)
    return (%a))");
}

// ---- constants

TEST(ConstantPropagation, Computes) {
  expect_pass("constant_propagation", R"(graph(%x : Tensor):
    %two : int = prim::Constant[value=2]()
    %one : int = prim::Constant[value=1]()
    %three : int = aten::add(%two, %one)
    %l : int[] = prim::ListConstruct(%three, %two)
    %z : Tensor = aten::view(%x, %l)
    %none : NoneType = prim::Constant()
    %is : bool = aten::__is__(%none, %none)
    return (%z, %is))",
              R"(graph(%x : Tensor):
    %two : int = prim::Constant[value=2]()
    %one : int = prim::Constant[value=1]()
    %three : int = prim::Constant[value=3]()
    %l : int[] = prim::Constant[value=[3, 2]]()
    %z : Tensor = aten::view(%x, %l)
    %none : NoneType = prim::Constant()
    %is : bool = prim::Constant[value=1]()
    return (%z, %is))");
}

TEST(ConstantPropagation, TakesBranchesAndSkipsLoops) {
  expect_pass("constant_propagation", R"(graph(%x : int, %n : int):
    %yes : bool = prim::Constant[value=1]()
    %zero : int = prim::Constant[value=0]()
    %no : bool = aten::__not__(%yes)
    %y : int = prim::If(%no)
      block0():
        %a : int = aten::neg(%x)
        -> (%a)
      block1():
        %b : int = aten::bitwise_not(%x)
        %c : int = aten::neg(%zero)
        %d : int = aten::add(%b, %c)
        -> (%d)
    %z : int = prim::Loop(%zero, %yes, %y)
      block0(%i : int, %p : int):
        -> (%yes, %i)
    %w : int = prim::Loop(%n, %no, %z)
      block0(%j : int, %q : int):
        -> (%yes, %j)
    return (%w))",
              R"(graph(%x : int, %n : int):
    %yes : bool = prim::Constant[value=1]()
    %zero : int = prim::Constant[value=0]()
    %no : bool = prim::Constant[value=0]()
    %b : int = aten::bitwise_not(%x)
    %c : int = prim::Constant[value=0]()
    %d : int = aten::add(%b, %c)
    return (%d))");
}

TEST(ConstantPropagation, LeavesWhatMustBeMadeAnew) {
  expect_unchanged("constant_propagation", R"(graph(%n : int):
    %two : int = prim::Constant[value=2]()
    %zero : int = prim::Constant[value=0]()
    %none : NoneType = prim::Constant()
    %out : int[] = prim::ListConstruct(%two)
    %written : int[] = prim::ListConstruct(%two)
    %w : int[] = aten::append(%written, %n)
    %size : int[] = prim::Constant[value=[2]]()
    %r : Tensor = aten::rand(%size, %none, %none, %none, %none)
    %bad : int = aten::floordiv(%two, %zero)
     = prim::Print(%two)
    return (%out, %r, %bad))");
}

TEST(ConstantPooling, KeepsEqualConstantsOnce) {
  expect_pass("constant_pooling", R"(graph(%c : bool, %x : int):
    %a : int = prim::Constant[value=1]()
    %p : int = aten::add(%x, %a)
    %f : float = prim::Constant[value=1.]()
    %b : int = prim::Constant[value=1]()
    %y : int, %s : str = prim::If(%c)
      block0():
        %d : int = prim::Constant[value=1]()
        %t : str = prim::Constant[value="t"]()
        -> (%d, %t)
      block1():
        %u : str = prim::Constant[value="t"]()
        -> (%b, %u)
    return (%p, %y, %f, %s))",
              R"(graph(%c : bool, %x : int):
    %a : int = prim::Constant[value=1]()
    %f : float = prim::Constant[value=1.]()
    %t : str = prim::Constant[value="t"]()
    %p : int = aten::add(%x, %a)
    %y : int, %s : str = prim::If(%c)
      block0():
        -> (%a, %t)
      block1():
        -> (%a, %t)
    return (%p, %y, %f, %s))");
}

// ---- common subexpressions

TEST(CommonSubexpressions, ComputesOnce) {
  expect_pass("common_subexpressions", R"(graph(%x : Tensor, %c : bool, %self : __torch__.M):
    %a : Tensor = aten::neg(%x)
    %b : Tensor = aten::neg(%x)
    %v : Tensor = prim::GetAttr[name="w"](%self)
    %w : Tensor = prim::GetAttr[name="w"](%self)
    %u : Tensor = prim::GetAttr[name="u"](%self)
    %d : Tensor = prim::If(%c)
      block0():
        %e : Tensor = aten::neg(%x)
        %f : Tensor = aten::abs(%x)
        %g : Tensor = aten::matmul(%e, %f)
        -> (%g)
      block1():
        %h : Tensor = aten::abs(%x)
        %i : Tensor = aten::matmul(%h, %w)
        -> (%i)
    %r : Tensor = aten::matmul(%a, %b)
    return (%d, %r, %v, %u))",
              R"(graph(%x : Tensor, %c : bool, %self : __torch__.M):
    %a : Tensor = aten::neg(%x)
    %v : Tensor = prim::GetAttr[name="w"](%self)
    %u : Tensor = prim::GetAttr[name="u"](%self)
    %d : Tensor = prim::If(%c)
      block0():
        %f : Tensor = aten::abs(%x)
        %g : Tensor = aten::matmul(%a, %f)
        -> (%g)
      block1():
        %h : Tensor = aten::abs(%x)
        %i : Tensor = aten::matmul(%h, %v)
        -> (%i)
    %r : Tensor = aten::matmul(%a, %a)
    return (%d, %r, %v, %u))");
}

TEST(CommonSubexpressions, KeepsWhatIsWrittenDrawnOrGivenOut) {
  expect_unchanged("common_subexpressions", R"(graph(%x : Tensor, %n : int):
    %none : NoneType = prim::Constant()
    %a : Tensor = aten::neg(%x)
    %b : Tensor = aten::neg(%x)
    %r : Tensor = aten::rand_like(%a, %none, %none, %none, %none, %none)
    %s : Tensor = aten::rand_like(%a, %none, %none, %none, %none, %none)
    %d : Tensor = aten::sub(%r, %s, %n)
    %l : int[] = prim::ListConstruct(%n)
    %m : int[] = prim::ListConstruct(%n)
    %k : int[] = aten::append(%l, %n)
    %p : int = aten::len(%l)
    %q : int = aten::len(%m)
    return (%a, %b, %d, %p, %q))");
}

// ---- peephole

TEST(Peephole, KnowsNone) {
  expect_pass("peephole", R"(graph(%x : Tensor, %o : Tensor?, %i : int):
    %none : NoneType = prim::Constant()
    %a : bool = aten::__is__(%x, %none)
    %b : bool = aten::__isnot__(%none, %i)
    %c : bool = aten::__is__(%o, %none)
    %d : bool = aten::__isnot__(%none, %none)
    %e : Tensor = aten::_unwrap_optional(%x)
    %f : Tensor = aten::_unwrap_optional(%o)
    %g : Tensor = prim::unchecked_cast(%x)
    %h : Tensor = prim::unchecked_cast(%o)
    return (%a, %b, %c, %d, %e, %f, %g, %h))",
              R"(graph(%x : Tensor, %o : Tensor?, %i : int):
    %none : NoneType = prim::Constant()
    %0 : bool = prim::Constant[value=0]()
    %1 : bool = prim::Constant[value=1]()
    %c : bool = aten::__is__(%o, %none)
    %2 : bool = prim::Constant[value=0]()
    %f : Tensor = aten::_unwrap_optional(%o)
    %h : Tensor = prim::unchecked_cast(%o)
    return (%0, %1, %c, %2, %x, %f, %x, %h))");
}

TEST(Peephole, LooksIntoContainers) {
  expect_pass("peephole", R"(graph(%x : int, %y : int):
    %minus : int = prim::Constant[value=-1]()
    %far : int = prim::Constant[value=5]()
    %l : int[] = prim::ListConstruct(%x, %y)
    %a : int = aten::__getitem__(%l, %minus)
    %b : int = aten::__getitem__(%l, %far)
    %n : int = aten::len(%l)
    %c : int, %d : int = prim::ListUnpack(%l)
    %t : (int, int) = prim::TupleConstruct(%x, %y)
    %e : int = prim::TupleIndex(%t, %minus)
    %f : int, %g : int = prim::TupleUnpack(%t)
    return (%a, %b, %n, %c, %d, %e, %f, %g))",
              R"(graph(%x : int, %y : int):
    %minus : int = prim::Constant[value=-1]()
    %far : int = prim::Constant[value=5]()
    %l : int[] = prim::ListConstruct(%x, %y)
    %b : int = aten::__getitem__(%l, %far)
    %0 : int = prim::Constant[value=2]()
    %t : (int, int) = prim::TupleConstruct(%x, %y)
    return (%y, %b, %0, %x, %y, %y, %x, %y))");
  expect_unchanged("peephole", R"(graph(%x : int, %y : int):
    %zero : int = prim::Constant[value=0]()
    %l : int[] = prim::ListConstruct(%x, %y)
    %n : int = aten::len(%l)
    %a : int = aten::__getitem__(%l, %zero)
    %m : int[] = aten::append(%l, %x)
    return (%n, %a))");
}

TEST(Peephole, Calculates) {
  expect_pass("peephole", R"(graph(%x : int, %t : Tensor, %f : float, %c : bool):
    %zero : int = prim::Constant[value=0]()
    %one : int = prim::Constant[value=1]()
    %a : int = aten::add(%x, %zero)
    %b : int = aten::mul(%one, %a)
    %d : int = aten::sub(%b, %zero)
    %e : int = aten::floordiv(%d, %one)
    %g : Tensor = aten::add(%t, %zero, %one)
    %h : float = aten::mul(%f, %one)
    %p : Tensor = aten::t(%t)
    %q : Tensor = aten::t(%p)
    %r : Tensor = prim::NumToTensor(%x)
    %s : int = aten::Int(%r)
    %u : bool = aten::__not__(%c)
    %v : bool = aten::__not__(%u)
    return (%e, %g, %h, %q, %s, %v))",
              R"(graph(%x : int, %t : Tensor, %f : float, %c : bool):
    %zero : int = prim::Constant[value=0]()
    %one : int = prim::Constant[value=1]()
    %g : Tensor = aten::add(%t, %zero, %one)
    %h : float = aten::mul(%f, %one)
    %p : Tensor = aten::t(%t)
    %r : Tensor = prim::NumToTensor(%x)
    %u : bool = aten::__not__(%c)
    return (%x, %g, %h, %t, %x, %c))");
}

TEST(Peephole, SeesThatBranchesAgree) {
  expect_pass("peephole", R"(graph(%x : int, %c : bool):
    %a : int, %b : int = prim::If(%c)
      block0():
        %p : int = aten::neg(%x)
        -> (%x, %p)
      block1():
        -> (%x, %x)
    return (%a, %b))",
              R"(graph(%x : int, %c : bool):
    %b : int = prim::If(%c)
      block0():
        %p : int = aten::neg(%x)
        -> (%p)
      block1():
        -> (%x)
    return (%x, %b))");
}

// ---- inlining

TEST(Inline, PutsBodiesInPlaceOfCalls) {
  const auto twice = parse_graph(R"(graph(%x : int):
    %y : int = aten::add(%x, %x) # twice.py:2:4
    return (%y))");
  const auto method = parse_graph(R"(graph(%self : __torch__.M, %x : int, %c : bool):
    %f : Function = prim::Constant[name="__torch__.twice"]()
    %r : int = prim::If(%c)
      block0():
        %y : int = prim::CallFunction(%f, %x) # m.py:7:8
        -> (%y)
      block1():
        -> (%x)
    return (%r))");
  PassContext context;
  context.function = [&](const std::string& name) {
    return name == "__torch__.twice" ? twice.get() : nullptr;
  };
  context.method = [&](const Type& cls, const std::string& name) {
    return cls.name == "__torch__.M" && name == "f" ? method.get() : nullptr;
  };
  const std::string before = R"(graph(%self : __torch__.M, %x : int, %c : bool):
    %a : int = prim::CallMethod[name="f"](%self, %x, %c) # top.py:9:1
    %b : int = prim::CallMethod[name="unknown"](%self, %a)
    return (%b))";
  expect_pass("inline", before, R"(graph(%self : __torch__.M, %x : int, %c : bool):
    %f : Function = prim::Constant[name="__torch__.twice"]() # top.py:9:1
    %r : int = prim::If(%c) # top.py:9:1
      block0():
        %y.1 : int = aten::add(%x, %x) # twice.py:2:4
        -> (%y.1)
      block1():
        -> (%x)
    %b : int = prim::CallMethod[name="unknown"](%self, %r)
    return (%b))",
              context);
  const auto g = parse_graph(before);
  inline_calls(*g, context);
  const Source& s = *g->find("y.1")->node()->source();
  ASSERT_TRUE(s.caller);
  EXPECT_EQ(s.caller->file, "m.py");
  ASSERT_TRUE(s.caller->caller);
  EXPECT_EQ(s.caller->caller->line, 9);
}

TEST(Inline, LeavesEndlessCallsAlone) {
  auto forever = parse_graph(R"(graph(%x : int):
    %f : Function = prim::Constant[name="forever"]()
    %y : int = prim::CallFunction(%f, %x)
    return (%y))");
  PassContext context;
  context.function = [&](const std::string&) { return forever.get(); };
  const auto g = forever->copy();
  EXPECT_TRUE(inline_calls(*g, context));
  verify(*g);
  EXPECT_EQ(g->body().last()->kind(), "prim::CallFunction");
}

// 2 to the 60th nodes, were all calls inlined.
TEST(Inline, LeavesCallsAloneThatGrowWithoutMeasure) {
  std::map<std::string, std::unique_ptr<Graph>> functions;
  for (int i = 0; i < 60; ++i)
    functions[str("f", i)] =
        parse_graph(str("graph(%x : int):\n %f : Function = prim::Constant[name=\"f", i + 1,
                        "\"]()\n %y : int = prim::CallFunction(%f, %x)\n",
                        " %z : int = prim::CallFunction(%f, %y)\n return (%z)\n"));
  PassContext context;
  context.function = [&](const std::string& name) { return functions[name].get(); };
  const auto g = functions["f0"]->copy();
  EXPECT_TRUE(inline_calls(*g, context));
  EXPECT_LT(g->body().nodes().size(), 150'000u);
}

// ---- running passes

TEST(Passes, AreNamedSwitchedAndTimed) {
  auto g = parse_graph("graph(%x : int):\n %y : int = aten::neg(%x)\n return (%x)");
  const char* const names[] = {"dead_code", "peephole"};
  PassOptions options;
  options.off = {"dead_code"};
  const auto reports = run_passes(*g, names, {}, options);
  ASSERT_EQ(reports.size(), 1u);
  EXPECT_STREQ(reports[0].name, "peephole");
  EXPECT_GE(reports[0].seconds, 0);
  EXPECT_FALSE(g->body().empty());
  EXPECT_THROW(find_pass("no_such"), Error);
  EXPECT_GE(all_passes().size(), 6u);
}

TEST(Passes, NameThemselvesInErrors) {
  auto g = parse_graph("graph(%x : int):\n %y : int = aten::neg(%x)\n return (%y)");
  g->body().first()->set_overload(&find_overload("aten::neg.float"));
  const char* const names[] = {"dead_code"};
  try {
    run_passes(*g, names);
    FAIL();
  } catch (const Error& e) {
    EXPECT_NE(std::string(e.what()).find("pass dead_code"), std::string::npos);
  }
}

}  // namespace
}  // namespace tealight::ir
