// Code lifted to graphs (graph/lift.h), written in the form of assembly.h; models lifted whole and
// run again.
#include "graph/lift.h"

#include <gtest/gtest.h>

#include "runtime/module_samples.h"
#include "runtime/with_program.h"
#include "script/unit.h"
#include "tealight/grad_mode.h"
#include "tealight/factories.h"
#include "tealight/optimize.h"
#include "tealight/save.h"

namespace tealight {
namespace {

using testing::error_of;
using testing::file_of;
using testing::golden;

FunctionSchema schema_of(const std::vector<std::pair<std::string, std::string>>& arguments,
                         const std::string& returns) {
  FunctionSchema s;
  s.name = "forward";
  const auto add = [](std::vector<Argument>& to, const std::string& name, const std::string& type) {
    to.emplace_back();
    to.back().name = name;
    to.back().type = parse_type(type);
  };
  for (const auto& [name, type] : arguments) add(s.arguments, name, type);
  add(s.returns, "", returns);
  return s;
}
const FunctionSchema kOnInt = schema_of({{"self", "__torch__.M"}, {"n", "int"}}, "int");

const script::ScriptFunction& method_of(const ModelFile& file, const std::string& name) {
  return *file.program->find_method(*Type::named(TypeKind::Class, "__torch__.M"), name);
}

/// A model with one method, as it was and as it is after it was lifted and lowered again.
struct Lifted {
  Lifted(const Assembly& assembly, const std::string& text,
         const std::optional<FunctionSchema>& schema = kOnInt)
      : before(make(assembly, text, schema)) {
    ModelFile file = with_program(before);
    graph = method_of(file, "forward").graph;
    ir::verify(*graph);
    after = Module::make(std::move(file));
  }
  static Module make(const Assembly& assembly, const std::string& text,
                     const std::optional<FunctionSchema>& schema) {
    ModelFile file = file_of(assembly, {{"forward", text}});
    file.functions[0]->schema = schema;
    return Module::make(std::move(file));
  }
  std::string text() const { return graph->str(); }
  void expect_same(const std::vector<Value>& args) const {
    const auto outcome = [&](const Module& m) {  // without the place
      std::string result;
      const std::string error = error_of([&] { result = repr(m.forward(args)); });
      return result + error.substr(0, error.find('\n'));
    };
    EXPECT_EQ(outcome(after), outcome(before)) << text();
  }

  Module before;
  std::shared_ptr<ir::Graph> graph;
  Module after;
};

// Lite models of PyTorch 1.5 and 1.6 could have script classes.
TEST(Lift, ClassesWhoseObjectsOnlyTheCodeMakes) {
  const Lifted l({.types = {"__torch__.Counter"}}, R"(
    STOREN 1 2
    CREATE_OBJECT 0
    STORE 3
    LOAD 3
    LOAD 2
    SET_ATTR 0
    LOAD 3
    LOAD 3
    GET_ATTR 0
    LOAD 2
    OP aten::mul.int/2
    SET_ATTR 0
    MOVE 3
    GET_ATTR 0
    RET)");
  EXPECT_NE(l.text().find(": __torch__.Counter = prim::CreateObject()"), std::string::npos);
  EXPECT_NE(l.text().find(": int = prim::GetAttr[name=\"slot_0\"]"), std::string::npos) << l.text();
  l.expect_same({Value(3)});
}

// ---- branches

TEST(Lift, BranchesThatLeaveValuesOnTheStack) {
  const Lifted l({.constants = {Value(1), Value(0)}}, R"(
    STOREN 1 2
    LOADC 0
    LOAD 2
    LOADC 1
    OP aten::gt.int/2
    JF 3
    LOAD 2
    JMP 3
    LOAD 2
    OP aten::neg.int/1
    OP aten::add.int/2
    RET)");
  EXPECT_EQ(l.text(), R"(graph(%self : __torch__.M,
      %n : int):
  %0 : int = prim::Constant[value=1]()
  %1 : int = prim::Constant[value=0]()
  %2 : bool = aten::gt(%n, %1)
  %4 : int = prim::If(%2)
    block0():
      -> (%n)
    block1():
      %3 : int = aten::neg(%n)
      -> (%3)
  %5 : int = aten::add(%0, %4)
  return (%5)
)");
  l.expect_same({Value(4)});
  l.expect_same({Value(-4)});
}

TEST(Lift, BranchesThatStoreIntoRegisters) {
  const Lifted l({.constants = {Value(1), Value(0), Value()}}, R"(
    STOREN 1 2
    LOADC 2
    STORE 3
    LOAD 2
    LOADC 1
    OP aten::gt.int/2
    JF 4
    LOAD 2
    STORE 3
    JMP 1
    LOAD 3
    LOADC 2
    OP aten::__is__/2
    JF 3
    LOADC 0
    JMP 3
    LOAD 3
    UNCHECKED_CAST
    RET)");
  EXPECT_EQ(l.text(), R"(graph(%self : __torch__.M,
      %n : int):
  %0 : NoneType = prim::Constant()
  %1 : int = prim::Constant[value=0]()
  %5 : int = prim::Constant[value=1]()
  %2 : bool = aten::gt(%n, %1)
  %3 : int? = prim::If(%2)
    block0():
      -> (%n)
    block1():
      -> (%0)
  %4 : bool = aten::__is__(%3, %0)
  %7 : int = prim::If(%4)
    block0():
      -> (%5)
    block1():
      %6 : int = prim::unchecked_cast(%3)
      -> (%6)
  return (%7)
)");
  l.expect_same({Value(4)});
  l.expect_same({Value(-4)});
}

TEST(Lift, WaysThatRaiseGiveWhatIsUninitialized) {
  const Lifted l({.constants = {Value(0), Value("too small"), Value()}}, R"(
    STOREN 1 2
    LOAD 2
    LOADC 0
    OP aten::gt.int/2
    JF 5
    LOAD 2
    OP aten::neg.int/1
    STORE 3
    JMP 4
    LOADC 1
    LOADC 2
    RAISE_EXCEPTION
    LOAD 3
    RET)");
  EXPECT_EQ(l.text(), R"(graph(%self : __torch__.M,
      %n : int):
  %0 : int = prim::Constant[value=0]()
  %3 : str = prim::Constant[value="too small"]()
  %4 : NoneType = prim::Constant()
  %1 : bool = aten::gt(%n, %0)
  %6 : int = prim::If(%1)
    block0():
      %2 : int = aten::neg(%n)
      -> (%2)
    block1():
       = prim::RaiseException(%3, %4)
      %5 : int = prim::Uninitialized()
      -> (%5)
  return (%6)
)");
  l.expect_same({Value(4)});
  l.expect_same({Value(-4)});
}

TEST(Lift, UninitializedValuesTakeTheTypeOfTheOtherWay) {
  const Lifted l({.constants = {Value(0)}}, R"(
    STOREN 1 2
    UN_INITIALIZED
    STORE 3
    LOAD 2
    LOADC 0
    OP aten::gt.int/2
    JF 3
    LOAD 2
    JMP 2
    LOAD 3
    RET)");
  EXPECT_EQ(l.text(), R"(graph(%self : __torch__.M,
      %n : int):
  %0 : int = prim::Constant[value=0]()
  %1 : bool = aten::gt(%n, %0)
  %3 : int = prim::If(%1)
    block0():
      -> (%n)
    block1():
      %2 : int = prim::Uninitialized()
      -> (%2)
  return (%3)
)");
  l.expect_same({Value(4)});
}

TEST(Lift, WhatFollowsAReturnBelongsToTheOtherWay) {
  const Lifted l({.constants = {Value(0), Value(100)}}, R"(
    STOREN 1 2
    LOAD 2
    LOADC 0
    OP aten::gt.int/2
    JF 8
    LOAD 2
    LOADC 1
    OP aten::gt.int/2
    JF 3
    LOADC 1
    RET
    JMP 1
    LOAD 2
    OP aten::neg.int/1
    RET)");
  EXPECT_EQ(l.text(), R"(graph(%self : __torch__.M,
      %n : int):
  %0 : int = prim::Constant[value=0]()
  %2 : int = prim::Constant[value=100]()
  %1 : bool = aten::gt(%n, %0)
  %7 : int = prim::If(%1)
    block0():
      %3 : bool = aten::gt(%n, %2)
      %5 : int = prim::If(%3)
        block0():
          -> (%2)
        block1():
          %4 : int = aten::neg(%n)
          -> (%4)
      -> (%5)
    block1():
      %6 : int = aten::neg(%n)
      -> (%6)
  return (%7)
)");
  for (const int64_t n : {-4, 4, 400}) l.expect_same({Value(n)});
}

// ---- loops

TEST(Lift, LoopsCarryWhatTheyWiden) {
  const Lifted l({.constants = {Value(0), Value(true), Value()}}, R"(
    STOREN 1 2
    LOADC 0
    MOVE 2
    LOADC 1
    LOADC 2
    LOADC 0
    LOOP 9 4
    STOREN 3 3
    LOADC 1
    LOAD 3
    MOVE 5
    MOVE 3
    OP aten::add.int/2
    DROPR 4
    JMP -8
    STOREN 3 2
    MOVE 3
    MOVE 4
    TUPLE_CONSTRUCT 2
    RET)",
                 schema_of({{"self", "__torch__.M"}, {"n", "int"}}, "Tuple[Optional[int], int]"));
  EXPECT_EQ(l.text(), R"(graph(%self : __torch__.M,
      %n : int):
  %0 : int = prim::Constant[value=0]()
  %1 : bool = prim::Constant[value=1]()
  %2 : NoneType = prim::Constant()
  %11 : int?, %12 : int = prim::Loop(%n, %1, %2, %0)
    block0(%7 : int, %8 : int?, %9 : int):
      %10 : int = aten::add(%9, %7)
      -> (%1, %7, %10)
  %13 : (int?, int) = prim::TupleConstruct(%11, %12)
  return (%13)
)");
  l.expect_same({Value(0)});
  l.expect_same({Value(4)});
}

TEST(Lift, LoopsThatBreakStartWithWhatIsUninitialized) {
  const Lifted l({.constants = {Value(0), Value(true), Value(3), Value(false)}}, R"(
    STOREN 1 2
    LOADC 0
    LOAD 2
    LOADC 1
    UN_INITIALIZED
    LOOP 12 3
    STOREN 3 2
    LOAD 3
    LOADC 2
    OP aten::eq.int/2
    JF 4
    LOADC 3
    LOAD 3
    JMP 3
    LOADC 1
    UN_INITIALIZED
    JMP -11
    RET)");
  EXPECT_EQ(l.text(), R"(graph(%self : __torch__.M,
      %n : int):
  %0 : int = prim::Constant[value=0]()
  %1 : bool = prim::Constant[value=1]()
  %4 : int = prim::Constant[value=3]()
  %6 : bool = prim::Constant[value=0]()
  %16 : int = prim::Uninitialized()
  %17 : int = prim::Loop(%n, %1, %16)
    block0(%10 : int, %11 : int):
      %12 : bool = aten::eq(%10, %4)
      %13 : bool, %15 : int = prim::If(%12)
        block0():
          -> (%6, %10)
        block1():
          %14 : int = prim::Uninitialized()
          -> (%1, %14)
      -> (%13, %15)
  return (%17)
)");
  l.expect_same({Value(7)});
}

TEST(Lift, LoopsInLoops) {
  const Lifted l({.constants = {Value(0), Value(true), Value(0.5)}}, R"(
    STOREN 1 2
    LOADC 0
    LOAD 2
    LOADC 1
    LOADC 2
    LOOP 21 3
    STOREN 3 2
    LOADC 1
    LOADC 0
    LOAD 3
    LOADC 1
    LOAD 4
    LOOP 11 3
    STOREN 5 2
    LOADC 1
    LOAD 6
    LOAD 3
    OP aten::add.float_int/2
    LOAD 5
    OP aten::mul.float_int/2
    LOADC 2
    OP aten::sub.float/2
    JMP -10
    STORE 7
    LOAD 7
    JMP -20
    RET)",
                 schema_of({{"self", "__torch__.M"}, {"n", "int"}}, "float"));
  EXPECT_EQ(l.text(), R"(graph(%self : __torch__.M,
      %n : int):
  %0 : int = prim::Constant[value=0]()
  %1 : bool = prim::Constant[value=1]()
  %2 : float = prim::Constant[value=0.5]()
  %11 : float = prim::Loop(%n, %1, %2)
    block0(%3 : int, %4 : float):
      %10 : float = prim::Loop(%3, %1, %4)
        block0(%5 : int, %6 : float):
          %7 : float = aten::add(%6, %3)
          %8 : float = aten::mul(%7, %5)
          %9 : float = aten::sub(%8, %2)
          -> (%1, %9)
      -> (%1, %10)
  return (%11)
)");
  l.expect_same({Value(0)});
  l.expect_same({Value(4)});
}

// ---- values and their types

TEST(Lift, DefaultsThatTheCodeLeavesOutAreThere) {
  const Lifted l({.constants = {Value(2)}}, R"(
    STOREN 1 2
    LOAD 2
    LOADC 0
    OP aten::add.Scalar/2
    OP aten::sum/1
    DIM
    RET)",
                 schema_of({{"self", "__torch__.M"}, {"x", "Tensor"}}, "int"));
  EXPECT_EQ(l.text(), R"(graph(%self : __torch__.M,
      %x : Tensor):
  %0 : int = prim::Constant[value=2]()
  %1 : int = prim::Constant[value=1]()
  %3 : NoneType = prim::Constant()
  %2 : Tensor = aten::add(%x, %0, %1)
  %4 : Tensor = aten::sum(%2, %3)
  %5 : int = aten::dim(%4)
  return (%5)
)");
}

TEST(Lift, InstructionsBecomeTheOperatorsTheyStandFor) {
  const Lifted l({.constants = {Value("{} {}"), Value(1), Value("a"), Value(false), Value(2)},
                  .types = {"Dict[str,int]", "List[int]", "Tensor"}},
                 R"(
    STOREN 1 2
    LOADC 2
    LOADC 1
    DICT_CONSTRUCT 0 2
    STORE 3
    LOADC 0
    LOAD 3
    LOADC 2
    DICT_INDEX
    LOAD 2
    DTYPE
    FORMAT 3
    LOAD 2
    ISINSTANCE 2 1
    LOAD 2
    IS_CUDA
    __NOT__
    LOAD 2
    DEVICE
    LOADC 4
    NUM_TO_TENSOR
    TUPLE_CONSTRUCT 5
    STORE 4
    LOAD 4
    TUPLE_SLICE 1 2
    LOAD 4
    LOADC 1
    TUPLE_INDEX
    LOADC 1
    LOADC 4
    LIST_CONSTRUCT 1 2
    LIST_UNPACK 2
    LOAD 2
    LOADC 1
    LOADC 1
    TO_LIST
    TUPLE_CONSTRUCT 5
    RET)",
                 schema_of({{"self", "__torch__.M"}, {"x", "Tensor"}}, "Any"));
  EXPECT_EQ(l.text(), R"(graph(%self : __torch__.M,
      %x : Tensor):
  %0 : str = prim::Constant[value="a"]()
  %1 : int = prim::Constant[value=1]()
  %3 : str = prim::Constant[value="{} {}"]()
  %11 : int = prim::Constant[value=2]()
  %2 : Dict(str, int) = prim::DictConstruct(%0, %1)
  %4 : int = aten::__getitem__(%2, %0)
  %5 : int = prim::dtype(%x)
  %6 : str = aten::format(%3, %4, %5)
  %7 : bool = prim::isinstance[types=[Tensor]](%x)
  %8 : bool = prim::is_cuda(%x)
  %9 : bool = aten::__not__(%8)
  %10 : Device = prim::device(%x)
  %12 : Tensor = prim::NumToTensor(%11)
  %13 : (str, bool, bool, Device, Tensor) = prim::TupleConstruct(%6, %7, %9, %10, %12)
  %14 : (bool, bool) = prim::TupleSlice[beg=1, end=3](%13)
  %15 : bool = prim::TupleIndex(%13, %1)
  %16 : int[] = prim::ListConstruct(%1, %11)
  %17 : int, %18 : int = prim::ListUnpack(%16)
  %19 : float[] = prim::tolist(%x, %1, %1)
  %20 : ((bool, bool), bool, int, int, float[]) = prim::TupleConstruct(%14, %15, %17, %18, %19)
  return (%20)
)");
  l.expect_same({ones({2})});
}

// Files before version 4 tell nothing of arguments.
TEST(Lift, ArgumentsWithoutASchemaAreWhatTheirUsesWant) {
  const Lifted l({.constants = {Value(1), Value("k")}}, R"(
    STOREN 1 5
    LOAD 2
    LOADC 0
    OP aten::__getitem__.t/2
    LOAD 3
    LOADC 1
    OP aten::__getitem__.Dict_str/2
    LOAD 4
    OP aten::add.Tensor/3
    LOAD 5
    TUPLE_CONSTRUCT 2
    RET)",
                 std::nullopt);
  EXPECT_EQ(l.text(), R"(graph(%self : __torch__.M,
      %arg1 : Tensor[],
      %arg2 : Dict(str, Tensor),
      %arg3 : Scalar,
      %arg4 : Tensor):
  %0 : int = prim::Constant[value=1]()
  %2 : str = prim::Constant[value="k"]()
  %1 : Tensor = aten::__getitem__(%arg1, %0)
  %3 : Tensor = aten::__getitem__(%arg2, %2)
  %4 : Tensor = aten::add(%1, %3, %arg3)
  %5 : (Tensor, Any) = prim::TupleConstruct(%4, %arg4)
  return (%5)
)");
}

TEST(Lift, ValuesThatAreKnownTooLittleAreCast) {
  const Lifted l({.constants = {Value(1)}}, R"(
    STOREN 1 2
    LOAD 2
    LOADC 0
    OP aten::add.int/2
    RET)",
                 schema_of({{"self", "__torch__.M"}, {"n", "Optional[int]"}}, "int"));
  EXPECT_EQ(l.text(), R"(graph(%self : __torch__.M,
      %n : int?):
  %0 : int = prim::Constant[value=1]()
  %1 : int = prim::unchecked_cast(%n)
  %2 : int = aten::add(%1, %0)
  return (%2)
)");
  l.expect_same({Value(2)});
  l.expect_same({Value()});
}

// ---- objects

TEST(Lift, AttributesHaveNamesAndTheTypesOfAllThatIsPutThere) {
  ModelFile file = file_of({.constants = {Value(2)}}, {{"forward", R"(
    STOREN 1 2
    LOAD 1
    LOAD 2
    SET_ATTR 1
    LOAD 1
    LOAD 1
    GET_ATTR 1
    INTERFACE_CALL 1 2
    RET)"},
                                                       {"twice", R"(
    STOREN 1 2
    LOAD 2
    LOADC 0
    OP aten::mul.Scalar/2
    RET)"}});
  ObjectImpl& self = file.root.toObjectRef();
  self.cls->is_module = true;
  self.set_attr("weight", ones({2}).requires_grad_());
  self.set_attr("last", Value());
  self.set_attr("mean", ones({1}));
  file.functions[0]->code.constants.push_back(Value("twice"));
  file.functions[0]->schema = schema_of({{"self", "__torch__.M"}, {"x", "Tensor"}}, "Tensor");
  file.functions[1]->schema = schema_of({{"self", "__torch__.M"}, {"x", "Tensor"}}, "Tensor");
  const ModelFile lifted = with_program(Module::make(std::move(file)));
  EXPECT_EQ(method_of(lifted, "forward").graph->str(),
            R"(graph(%self : __torch__.M,
      %x : Tensor):
   = prim::SetAttr[name="last"](%self, %x)
  %0 : Tensor? = prim::GetAttr[name="last"](%self)
  %1 : Tensor = prim::unchecked_cast(%0)
  %2 : Tensor = prim::CallMethod[name="twice"](%self, %1)
  return (%2)
)");
  const script::Class& cls = *method_of(lifted, "forward").cls;
  EXPECT_EQ(cls.attributes, (std::vector<std::string>{"weight", "last", "mean"}));
  EXPECT_EQ(cls.attribute_types[1]->str(), "Tensor?");
  EXPECT_EQ(cls.parameters, std::vector<std::string>{"weight"});
  EXPECT_EQ(cls.buffers, std::vector<std::string>{"mean"});
}

// ---- what no compiler writes

std::string refusal(const std::string& text) {
  const Assembly assembly{.constants = {Value(0), Value(true), Value(1)}};
  return error_of([&] { Lifted(assembly, text); });
}

TEST(Lift, OtherFormsAreRefused) {
  const std::string carried = refusal(R"(
    STOREN 1 2
    LOADC 0
    STORE 3
    LOADC 0
    LOAD 2
    LOADC 1
    LOOP 8 2
    STORE 4
    LOAD 3
    LOAD 4
    OP aten::add.int/2
    STORE 3
    LOADC 1
    JMP -7
    LOAD 3
    RET)");
  EXPECT_NE(carried.find("carries a value in register 3"), std::string::npos) << carried;
  const std::string returns = refusal(R"(
    STOREN 1 2
    LOADC 0
    LOAD 2
    LOADC 1
    LOOP 7 2
    STORE 3
    LOADC 1
    JF 2
    RET
    LOADC 1
    JMP -6
    LOAD 2
    RET)");
  EXPECT_NE(returns.find("loop"), std::string::npos) << returns;
  const std::string back = refusal(R"(
    STOREN 1 2
    LOADC 1
    JF 2
    JMP -2
    LOAD 2
    RET)");
  EXPECT_NE(back.find("instruction 3: JMP leads nowhere"), std::string::npos) << back;
}

std::string repeated(const std::string& text, size_t n) {
  std::string all;
  for (size_t i = 0; i < n; ++i) all += text;
  return all;
}

TEST(Lift, EntangledCodeIsRefusedSoon) {
  const std::string begin = "STOREN 1 2\n", end = "LOAD 2\nRET\n";
  const std::string twice = "STORE 3\nLOAD 3\nLOAD 3\nTUPLE_CONSTRUCT 2\n";
  const std::string type = refusal(begin + "LOADC 0\n" + repeated(twice, 60) + "DROP\n" + end);
  EXPECT_NE(type.find("a type of more than"), std::string::npos) << type;
  // if: if: return. What follows stands on both other ways, doubled by each of these.
  const std::string guard = "LOADC 1\nJF 6\nLOADC 1\nJF 3\nLOAD 2\nRET\nJMP 1\n";
  const std::string ways = refusal(begin + repeated(guard, 60) + end);
  EXPECT_NE(ways.find("too entangled"), std::string::npos) << ways;
  EXPECT_EQ(refusal(begin + repeated(guard, 3) + end), "no error");
  std::string nested = begin;
  for (int left = 400; left > 0; --left) nested += str("LOADC 1\nJF ", 2 * left - 1, "\n");
  const std::string depth = refusal(nested + end);
  EXPECT_NE(depth.find("nested deeper"), std::string::npos) << depth;
}

// ---- whole models

TEST(Lift, ModelsGiveTheSame) {
  const Tensor rows = ones({2, 3}), picture = full({1, 1, 3, 3}, 0.5);
  for (const auto& [name, x] :
       std::vector<std::pair<const char*, Tensor>>{{"net.ptl", rows},
                                                   {"net_v4.ptl", rows},
                                                   {"net_v5.ptl", rows},
                                                   {"net_v6.ptl", rows},
                                                   {"net_v7.ptl", rows},
                                                   {"net_flat.ptl", rows},
                                                   {"net_small.ptl", rows},
                                                   {"prepacked.ptl", rows},
                                                   {"quantized.ptl", picture},
                                                   {"quantized_flat.ptl", picture}}) {
    const Module before = golden(name);
    const Module after = Module::make(with_program(before));
    ASSERT_EQ(after.name(), before.name());
    ASSERT_TRUE(after.find_method("forward")) << name;
    EXPECT_EQ(repr(after.forward({x})), repr(before.forward({x}))) << name;
  }
}

// What wants a program takes lite models too.
TEST(Lift, LiteModelsAreFrozenOptimizedAndSavedAsTorchScript) {
  const NoGradGuard off;
  LoadOptions options;
  options.keep_program = true;
  const Tensor x = ones({2, 3});
  for (const char* name : {"net.ptl", "net_v4.ptl", "net_flat.ptl"}) {
    Module m = Module::load(testing::kFolder + name, options);
    m.eval();
    const std::string want = repr(m.forward({x}));
    EXPECT_EQ(repr(freeze(m).forward({x})), want) << name;
    std::stringstream saved;
    save_torchscript(m, saved);
    const std::string bytes = saved.str();
    EXPECT_EQ(repr(Module::load(bytes.data(), bytes.size()).forward({x})), want) << name;
  }
}

}  // namespace
}  // namespace tealight
