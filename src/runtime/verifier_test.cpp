#include "runtime/verifier.h"

#include <gtest/gtest.h>

#include <random>

#include "runtime/assembly.h"
#include "runtime/interpreter.h"

namespace tealight {
namespace {

std::string refusal(const Assembly& assembly, const std::string& text) {
  try {
    assembly(text);
  } catch (const Error& e) {
    EXPECT_EQ(e.kind(), ErrorKind::corrupt_file);
    return e.what();
  }
  return "";
}
#define EXPECT_REFUSED(assembly, text, part) \
  EXPECT_NE(refusal(assembly, text).find(part), std::string::npos) << refusal(assembly, text)

TEST(Verifier, FindsTheStacksDepth) {
  const Function f = Assembly{}("STOREN 1 3\nLOAD 1\nLOAD 2\nLOAD 3\nTUPLE_CONSTRUCT 3\nRET");
  EXPECT_EQ(f.code.input_count, 3u);
  EXPECT_EQ(f.code.max_stack, 3u);
  EXPECT_TRUE(f.code.verified);
}

TEST(Verifier, MakesRoomForDefaultArguments) {
  const Function f = Assembly{}("STOREN 1 2\nLOAD 1\nLOAD 2\nOP aten::find/2\nRET");
  EXPECT_EQ(f.code.max_stack, 4u);
}

TEST(Verifier, NamesFunctionAndInstruction) {
  EXPECT_EQ(refusal({}, "LOAD 9\nRET"),
            "function __torch__.M.forward, instruction 0 (LOAD): register 9 of 8");
}

TEST(Verifier, RefusesStacksThatAreTooShort) {
  EXPECT_REFUSED({}, "DROP\nRET", "takes 1 values, but the stack has 0");
  EXPECT_REFUSED({}, "LOAD 1\nOP aten::add.int\nRET", "takes 2 values, but the stack has 1");
  EXPECT_REFUSED({}, "TUPLE_CONSTRUCT 70000\nRET", "takes 70000");
  EXPECT_REFUSED({}, "LOAD 1\nLOOP 1 2\nRET", "takes 3 values");
}

TEST(Verifier, RefusesWaysOfUnequalDepth) {
  EXPECT_REFUSED({}, "LOAD 1\nJF 2\nLOAD 1\nRET", "another way reaches it with");
  EXPECT_REFUSED({}, "LOAD 1\nJMP -1", "another way");
}

TEST(Verifier, RefusesRegistersAndIndexesOutOfRange) {
  EXPECT_REFUSED({}, "LOAD 0\nRET", "register 0");
  EXPECT_REFUSED({}, "LOAD 1\nLOAD 1\nSTOREN 8 2\nRET", "register 9 of 8");
  EXPECT_REFUSED({}, "LOAD -5\nRET", "register -5");
  EXPECT_REFUSED({}, "LOADC 0\nRET", "constant 0 of 0");
  EXPECT_REFUSED({}, "LOADC -1\nRET", "constant -1");
  EXPECT_REFUSED({}, "LIST_CONSTRUCT 0 0\nRET", "type 0 of 0");
  EXPECT_REFUSED({}, "CALL 0\nRET", "function 0 of 0");
  EXPECT_REFUSED({}, "LOAD 1\nGET_ATTR -1\nRET", "attribute -1");
}

TEST(Verifier, RefusesJumpsOutOfTheCode) {
  EXPECT_REFUSED({}, "JMP 5", "instruction 5 of 1");
  EXPECT_REFUSED({}, "JMP -1", "instruction -1");
  EXPECT_REFUSED({}, "LOAD 1", "instruction 1 of 1");
  EXPECT_REFUSED({}, "", "no instructions");
  EXPECT_REFUSED({}, "JMP 2147483647", "instruction 2147483647");
}

TEST(Verifier, RefusesWrongKinds) {
  EXPECT_REFUSED({.types = {"int"}}, "LIST_CONSTRUCT 0 0\nRET", "is no list");
  EXPECT_REFUSED({.types = {"List[int]"}}, "DICT_CONSTRUCT 0 0\nRET", "is no dict");
  EXPECT_REFUSED({.types = {"Dict[str,int]"}}, "LOAD 1\nDICT_CONSTRUCT 0 1\nRET",
                 "1 keys and values");
  EXPECT_REFUSED({.constants = {5}}, "LOAD 1\nINTERFACE_CALL 0 1\nRET", "is a Int");
  EXPECT_REFUSED({.types = {"Tuple[int]"}}, "LOAD 1\nLOAD 1\nNAMED_TUPLE_CONSTRUCT 0 2\nRET",
                 "2 values for 1 fields");
  EXPECT_REFUSED({.types = {"int"}}, "LOAD 1\nNAMED_TUPLE_CONSTRUCT 0 1\nRET", "is no NamedTuple");
}

TEST(Verifier, RefusesInstructionsThatMobileModulesLack) {
  for (const char* op : {"WAIT", "GUARD", "FORK", "ENTER", "EXIT", "TAIL_CALL", "AWAITABLE"})
    EXPECT_REFUSED({}, std::string(op) + "\nRET", "not for models");
}

TEST(Verifier, DoesNotLookAtWhatIsNeverReached) {
  EXPECT_TRUE(Assembly{}("RET\nLOAD 99").code.verified);
}

TEST(Verifier, RefusesArgumentCountsThatNoSchemaHas) {
  EXPECT_REFUSED({}, "LOAD 1\nOP aten::find/1\nRET", "no value for argument 'substr'");
  EXPECT_REFUSED({}, "LOAD 1\nOP aten::len.t/9\nRET", "gives 9 arguments");
  EXPECT_REFUSED({}, "OP aten::format\nRET", "by OPN");
}

TEST(Link, GivesOldFilesTheirOldOperators) {
  Function f = Assembly{}.unlinked("OP aten::div.Tensor\nOP aten::gelu\nOP aten::linspace\nRET");
  link(f, {.bytecode = 4, .operators = 3});
  EXPECT_EQ(schema_of(*f.code.operators[0].target).name, "tealight::div_until_3");
  EXPECT_EQ(schema_of(*f.code.operators[1].target).name, "tealight::gelu_until_9");
  EXPECT_EQ(schema_of(*f.code.operators[2].target).name, "tealight::linspace_until_7");
  EXPECT_EQ(operator_for_file("aten::div.Tensor", {8, 4}), "aten::div.Tensor");
  EXPECT_EQ(operator_for_file("aten::gelu", {8, 10}), "aten::gelu");
  EXPECT_EQ(operator_for_file("aten::div.Tensor_mode", {8, 3}), "aten::div.Tensor_mode");
  EXPECT_EQ(operator_for_file("aten::full", {3, 3}), "tealight::full_until_1_6");
  EXPECT_EQ(operator_for_file("aten::full", {4, 3}), "aten::full");
  EXPECT_EQ(operator_for_file("quantized::relu6", {3, 2}), "tealight::relu6_until_1_5");
  EXPECT_EQ(old_symbol("quantized::relu6", 2, true), "tealight::relu6_until_1_5");  // in a text
  EXPECT_EQ(old_symbol("quantized::relu6", 3, true), "");
  EXPECT_EQ(operator_for_file("quantized::relu6", {3, 3}), "quantized::relu6");
  EXPECT_EQ(operator_for_file("quantized::relu6", {9, 1}), "quantized::relu6");
  EXPECT_EQ(operator_for_file("aten::floor_divide", {7, 3, true}),
            "tealight::floor_divide_until_1_12");
  EXPECT_EQ(operator_for_file("aten::floor_divide", {7, 3, false}), "aten::floor_divide");
}

// Random code: what passes the verifier must not harm the interpreter.
TEST(Verifier, LeavesNothingThatHarmsTheInterpreter) {
  std::mt19937 random(7);
  const auto pick = [&](int64_t low, int64_t high) {
    return std::uniform_int_distribution<int64_t>(low, high)(random);
  };
  const std::vector<std::string> names = {
      "aten::add.int",  "aten::append.t",    "aten::__getitem__.t",
      "aten::find/2",   "prim::TupleUnpack", "aten::len.t",
      "aten::keys.str", "aten::str",         "aten::mul.left_t"};
  const std::vector<Value> values = {
      1,
      -1,
      2.5,
      true,
      "text",
      Value(),
      Value(std::vector<int64_t>{1, 2}),
      make_tuple_value({1, "x"}),
      Value(make_intrusive<DictImpl>()),
      Value(make_intrusive<ObjectImpl>(make_intrusive<ClassType>("__torch__.M")))};
  RunLimits limits;
  limits.time = std::chrono::milliseconds(2);
  limits.memory_bytes = 1 << 20;
  int verified = 0, finished = 0;
  for (int round = 0; round < 20000; ++round) {
    Function f;
    f.qualified_name = "__torch__.M.forward";
    Code& code = f.code;
    code.register_count = 4;
    code.constants = values;
    code.types = {parse_type("List[int]"), parse_type("Dict[str,int]"), parse_type("int"),
                  parse_type("__torch__.M")};
    for (const std::string& n : names) code.operators.push_back(Assembly::use(n));
    code.functions = {&f};
    // Mostly pushes, so that some programs have a stack that suffices.
    const int64_t length = pick(2, 14);
    for (int64_t k = 0; k < length; ++k) {
      const bool push = pick(0, 2) > 0;
      const OpCode op = push ? (pick(0, 1) ? OpCode::LOADC : OpCode::LOAD)
                             : OpCode(pick(0, int64_t(OpCode::kCount) - 1));
      const int64_t x = op == OpCode::LOADC ? pick(0, int64_t(values.size()) - 1)
                        : op == OpCode::JMP || op == OpCode::JF || op == OpCode::LOOP
                            ? pick(-length, length)
                            : pick(-1, 9);
      code.instructions.push_back({op, uint16_t(pick(0, 3)), int32_t(x)});
    }
    code.instructions.push_back({OpCode::RET});
    try {
      link(f, {});
      verify(f);
      ++verified;
      RunContext context(limits);
      run(f, std::vector<Value>(code.input_count, Value(1)), context);
      ++finished;
    } catch (const Error&) {
    }
  }
  EXPECT_GT(verified, 1000);
  EXPECT_GT(finished, 200);
}

}  // namespace
}  // namespace tealight
