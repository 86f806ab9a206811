// Graphs lowered to code and run, as text.
#include "graph/lower.h"

#include <gtest/gtest.h>

#include "core/test_errors.h"
#include "tealight/ops.h"
#include "tests/graph/program.h"

namespace tealight::ir {
namespace {

using tealight::testing::error_of;

Tensor row(std::vector<float> v) {
  Tensor t = empty({int64_t(v.size())}, kFloat);
  std::copy(v.begin(), v.end(), t.data_ptr<float>());
  return t;
}

TEST(Lower, KeepsWhatIsUsedAtOnceOnTheStack) {
  const Program p(R"(graph(%a : int, %b : int):
    %c : int = aten::add(%a, %b)
    %d : int = aten::mul(%a, %b)
    %e : int = aten::sub(%c, %d)
    return (%e))");
  EXPECT_EQ(p({3, 4}), Value(-5));
  EXPECT_EQ(p.count(OpCode::STORE), 0u);
  EXPECT_EQ(p.count(OpCode::MOVE), 2u);  // the last use of each
  EXPECT_EQ(p.function.code.register_count, 2u);
}

TEST(Lower, LoadsInTheOrderOfUse) {
  // %a is read by the sum before %b is computed from it, though it is listed first in the text
  const Program p(R"(graph(%a : int):
    %b : int = aten::neg(%a)
    %c : int = aten::sub(%a, %b)
    return (%c))");
  EXPECT_EQ(p({7}), Value(14));
}

TEST(Lower, ReusesRegisters) {
  std::string text = "graph(%x0 : int):\n %one : int = prim::Constant[value=1]()\n";
  for (int i = 0; i < 20; ++i)
    text += str(" %x", i + 1, " : int = aten::add(%x", i, ", %one)\n",  //
                " %y", i, " : int = aten::mul(%x", i + 1, ", %x", i + 1, ")\n");
  text += " return (%x20)\n";
  const Program p(text);
  EXPECT_EQ(p({5}), Value(25));
  EXPECT_LE(p.function.code.register_count, 2u);
}

TEST(Lower, Branches) {
  const Program p(R"(graph(%c : bool, %d : bool, %x : int):
    %ten : int = prim::Constant[value=10]()
    %y : int, %z : str = prim::If(%c)
      block0():
        %a : int = aten::add(%x, %ten)
        %s : str = prim::Constant[value="yes"]()
        -> (%a, %s)
      block1():
        %t : str = prim::Constant[value="no"]()
        %b : int = prim::If(%d)
          block0():
            -> (%ten)
          block1():
            -> (%x)
        -> (%b, %t)
    %u : int = aten::mul(%y, %ten)
    return (%u, %z))");
  EXPECT_EQ(p({true, false, 1}), make_tuple_value({110, "yes"}));
  EXPECT_EQ(p({false, true, 1}), make_tuple_value({100, "no"}));
  EXPECT_EQ(p({false, false, 1}), make_tuple_value({10, "no"}));
}

// for i in range(n): for j in range(i): total += i * j
constexpr const char* kNested = R"(graph(%n : int):
    %true : bool = prim::Constant[value=1]()
    %zero : int = prim::Constant[value=0]()
    %total : int, %last : int = prim::Loop(%n, %true, %zero, %zero)
      block0(%i : int, %sum : int, %unused : int):
        %inner : int = prim::Loop(%i, %true, %sum)
          block0(%j : int, %s : int):
            %p : int = aten::mul(%i, %j)
            %t : int = aten::add(%s, %p)
            -> (%true, %t)
        -> (%true, %inner, %i)
    return (%total, %last, %n))";

TEST(Lower, NestsLoops) {
  const Program p(kNested);
  int64_t sum = 0;
  for (int64_t i = 0; i < 6; ++i)
    for (int64_t j = 0; j < i; ++j) sum += i * j;
  EXPECT_EQ(p({6}), make_tuple_value({sum, 5, 6}));
  EXPECT_EQ(p({0}), make_tuple_value({0, 0, 0}));
}

TEST(Lower, LeavesLoopsByTheirCondition) {
  // x = 1; while x < limit: x *= 2
  const Program p(R"(graph(%limit : int):
    %many : int = prim::Constant[value=9223372036854775807]()
    %two : int = prim::Constant[value=2]()
    %one : int = prim::Constant[value=1]()
    %go : bool = aten::lt(%one, %limit)
    %x : int = prim::Loop(%many, %go, %one)
      block0(%i : int, %y : int):
        %z : int = aten::mul(%y, %two)
        %more : bool = aten::lt(%z, %limit)
        -> (%more, %z)
    return (%x))");
  EXPECT_EQ(p({100}), Value(128));
  EXPECT_EQ(p({1}), Value(1));
}

TEST(Lower, LetsGoOfWhatALoopUsedBehindIt) {
  const Program p(R"(graph(%x : Tensor, %n : int):
    %true : bool = prim::Constant[value=1]()
    %one : int = prim::Constant[value=1]()
    %y : Tensor = aten::relu(%x)
    %zero : Tensor = aten::neg(%x)
    %sum : Tensor = prim::Loop(%n, %true, %zero)
      block0(%i : int, %s : Tensor):
        %t : Tensor = aten::add(%s, %y, %one)
        -> (%true, %t)
    %r : Tensor = aten::neg(%sum)
    return (%r))");
  EXPECT_TRUE(p({row({1, 2}), 3}).toTensor().equal(row({-2, -4})));
  EXPECT_EQ(p.count(OpCode::DROPR), 1u);  // of %y
}

TEST(Lower, BuildsAndTakesApartContainers) {
  const Program p(R"(graph(%a : int, %b : int, %d : Dict(str, int)):
    %one : int = prim::Constant[value=1]()
    %k : str = prim::Constant[value="k"]()
    %q : str = prim::Constant[value="q"]()
    %l : int[] = prim::ListConstruct(%a, %b, %a)
    %l2 : int[] = aten::append(%l, %b)
    %x : int, %y : int, %z : int, %w : int = prim::ListUnpack(%l)
    %t : (int, str, int) = prim::TupleConstruct(%x, %k, %w)
    %s : (str, int) = prim::TupleSlice[beg=1, end=3](%t)
    %e : int = prim::TupleIndex(%t, %one)
    %u : str, %v : int = prim::TupleUnpack(%s)
    %m : Dict(str, int) = prim::DictConstruct(%k, %y, %q, %v)
    %g : int = aten::__getitem__(%d, %k)
    return (%l, %s, %e, %u, %m, %g))");
  Value given =
      p({3, 4, [] {
           auto d = make_intrusive<DictImpl>(Type::get(TypeKind::String), Type::get(TypeKind::Int));
           d->insert_or_assign("k", 9);
           return Value(d);
         }()});
  EXPECT_EQ(repr(given), "([3, 4, 3, 4], ('k', 4), 'k', 'k', {'k': 4, 'q': 4}, 9)");
}

TEST(Lower, MakesNamedTuples) {
  const Program p(R"(graph(%x : int, %y : str):
    %t : NamedTuple(a : int, b : str) = prim::TupleConstruct(%x, %y)
    return (%t))");
  EXPECT_EQ(p({1, "b"}).toTupleRef().named->field_names, (std::vector<std::string>{"a", "b"}));
}

TEST(Lower, TakesResultsOfAnyNumber) {
  const Program p(R"(graph(%x : Tensor, %t : ()):
    %zero : int = prim::Constant[value=0]()
    %no : bool = prim::Constant[value=0]()
    %unused : Tensor, %index : Tensor = aten::max(%x, %zero, %no)
     = prim::TupleUnpack(%t)
    %same : Tensor = aten::relu_(%x)
    return (%index))");
  EXPECT_EQ(p({row({1, 5, 3}), make_tuple_value({})}).toTensor().item().toLong(), 1);
}

TEST(Lower, CallsFunctionsAndMethods) {
  Program twice(R"(graph(%x : int):
    %y : int = aten::add(%x, %x)
    return (%y))");
  Linkage linkage;
  linkage.function = [&](const std::string& name) {
    return name == "__torch__.twice" ? &twice.function : nullptr;
  };
  const std::string call = R"(graph(%x : int):
    %f : Function = prim::Constant[name="__torch__.twice"]()
    %y : int = prim::CallFunction(%f, %x)
    %z : int = prim::CallFunction(%f, %y)
    return (%z))";
  EXPECT_EQ(Program(call, linkage)({5}), Value(20));
  EXPECT_NE(error_of([&] { Program p(call); }).find("no function '__torch__.twice'"),
            std::string::npos);

  Program add(R"(graph(%self : __torch__.M, %x : int):
    %y : int = aten::add(%x, %x)
    return (%y))");
  const std::string method = R"(graph(%self : __torch__.M, %x : int):
    %y : int = prim::CallMethod[name="add"](%self, %x)
    return (%y))";
  const Value object(make_intrusive<ObjectImpl>(make_intrusive<ClassType>("__torch__.M")));
  linkage.method = [&](const Type&, const std::string&) { return &add.function; };
  const Program direct(method, linkage);
  EXPECT_EQ(direct({object, 4}), Value(8));
  EXPECT_EQ(direct.count(OpCode::CALL), 1u);

  const Program by_name(method);
  ModelFile file;
  file.functions.push_back(std::make_unique<Function>(add.function));
  file.functions[0]->qualified_name = "__torch__.M.add";
  const MethodTable methods(file);
  RunContext context;
  context.methods = &methods;
  EXPECT_EQ(run(by_name.function, {object, 4}, context), Value(8));
  EXPECT_EQ(by_name.count(OpCode::INTERFACE_CALL), 1u);
}

TEST(Lower, ReadsAndWritesAttributes) {
  auto cls = make_intrusive<ClassType>("__torch__.M");
  cls->add_attribute("a");
  cls->add_attribute("b");
  Type type;
  type.kind = TypeKind::Class;
  type.name = cls->name;
  type.cls = cls;
  const std::string text = R"(graph(%self : __torch__.M, %x : int):
     = prim::SetAttr[name="b"](%self, %x)
    %y : int = prim::GetAttr[name="b"](%self)
    return (%y))";
  EXPECT_NE(error_of([&] { Program p(text); }).find("members are not known"), std::string::npos);
  auto graph = parse_graph(text);
  graph->inputs()[0]->set_type(Type::make(type));
  const Value object(make_intrusive<ObjectImpl>(cls));
  EXPECT_EQ(Program(std::move(graph))({object, 5}), Value(5));
  EXPECT_EQ(object.toObjectRef().attr("b"), Value(5));
}

TEST(Lower, CastsAndAsksForTypes) {
  const Program p(R"(graph(%x : Any):
    %none : NoneType = prim::Constant()
    %is : bool = prim::isinstance[types=[int, str[]]](%x)
    %y : int = prim::unchecked_cast(%x)
    %no : bool = aten::__isnot__(%y, %none)
    return (%is, %no))");
  EXPECT_EQ(p({3}), make_tuple_value({true, true}));
  EXPECT_EQ(p({Value()}), make_tuple_value({false, false}));
}

TEST(Lower, RaisesWithTheLineOfTheSource) {
  const std::string text = R"(graph(%x : int):
    %cls : str = prim::Constant[value="builtins.ValueError"]()
    %m : str = prim::Constant[value="bad {}"]()
    %five : int = prim::Constant[value=5]()
    %wrong : bool = aten::gt(%x, %five) # net.py:3:7
     = prim::If(%wrong) # net.py:3:4
      block0():
        %s : str = aten::format(%m, %x) # net.py:4:25
         = prim::RaiseException(%s, %cls) # net.py:4:8
        -> ()
      block1():
        -> ()
    return (%x))";
  const Program p(text);
  EXPECT_EQ(p({5}), Value(5));
  const std::string error = error_of([&] { p({6}); });
  EXPECT_NE(error.find("bad 6"), std::string::npos) << error;
  EXPECT_NE(error.find("net.py:4"), std::string::npos) << error;
}

TEST(Lower, RunsForksInPlace) {
  const Program p(R"(graph(%x : int):
    %three : int = prim::Constant[value=3]()
    %fut : Future[int] = prim::fork_0(%x, %three)
    %g : Future[int] = prim::fork_1(%three)
    %y : int = aten::wait(%fut)
    %z : int = aten::wait(%g)
    %w : int = aten::add(%y, %z)
    return (%w)
  with prim::fork_0 = graph(%a : int, %b : int):
    %f : Future[int] = prim::fork_0(%a)
    %c : int = aten::wait(%f)
    %d : int = aten::mul(%c, %b)
    return (%d)
  with prim::fork_0 = graph(%a : int):
    %b : int = aten::add(%a, %a)
    return (%b)
  with prim::fork_1 = graph(%a : int):
    return (%a))");
  EXPECT_EQ(p({5}), Value(33));
}

TEST(Lower, SaysWhatItCannotRun) {
  const std::string error = error_of([] {
    Program p(R"(graph(%x : Tensor):
    %y : Tensor = aten::no_such_thing(%x) # net.py:7:4
    return (%y))");
  });
  EXPECT_NE(error.find("aten::no_such_thing and takes (Tensor)"), std::string::npos) << error;
  EXPECT_NE(error.find("net.py:7"), std::string::npos) << error;
  EXPECT_NE(error_of([] {
              Program p("graph():\n %x : Tensor = prim::Constant[value=<Tensor>]()\n return (%x)");
            }).find("does not tell its value"),
            std::string::npos);
}

}  // namespace
}  // namespace tealight::ir
