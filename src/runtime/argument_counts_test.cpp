#include "runtime/argument_counts.h"

#include <gtest/gtest.h>

#include "runtime/assembly.h"
#include "runtime/interpreter.h"

namespace tealight {
namespace {

// Of each operator, in the order in which the text names them.
std::vector<int> counts(const Assembly& assembly, const std::string& text) {
  std::vector<int> out;
  for (const OperatorUse& u : assembly(text).code.operators) out.push_back(u.on_stack);
  return out;
}
using Counts = std::vector<int>;

TEST(ArgumentCounts, StayWhereTheyFit) {
  const Assembly a{.constants = {1, -1}};
  EXPECT_EQ(counts(a, "STOREN 1 2\nLOAD 1\nLOAD 2\nLOADC 0\nLOADC 1\nOP aten::find\nRET"),
            Counts{4});
}

TEST(ArgumentCounts, AreThoseThatAStatementHasOnTheStack) {
  const Function f = Assembly{}("STOREN 1 2\nLOAD 1\nLOAD 2\nOP aten::find\nRET");
  EXPECT_EQ(f.code.operators[0].on_stack, 2);
  RunContext context;
  EXPECT_EQ(run(f, {"abc", "c"}, context), Value(2));
}

TEST(ArgumentCounts, OfOperatorsWithoutResults) {
  // RaiseException had one argument until PyTorch 1.9.
  const Assembly a{.constants = {"wrong"}};
  EXPECT_EQ(
      counts(a, "STORE 1\nLOAD 1\nJF 4\nLOADC 0\nOP prim::RaiseException\nJMP 1\nLOAD 1\nRET"),
      Counts{1});
}

// add(2, find(...)) alone could also be a find of more arguments and an add of fewer.
TEST(ArgumentCounts, AreTheSameInEveryCall) {
  const std::string nested =
      "LOAD 1\nLOAD 1\nLOAD 2\nOP aten::find\nLOAD 3\nOP aten::add.Tensor\nSTORE 4\n";
  const std::string full_add = "LOAD 1\nLOAD 2\nLOADC 0\nOP aten::add.Tensor\nSTORE 5\n";
  const Assembly a{.constants = {1}};
  EXPECT_EQ(counts(a, "STOREN 1 3\n" + nested + full_add + "LOAD 4\nRET"), (Counts{2, 3, 3}));
}

TEST(ArgumentCounts, InBranchesAndLoops) {
  const Assembly a{.constants = {0, true}};
  const std::string find = "LOAD 1\nLOAD 2\nOP aten::find\n";
  EXPECT_EQ(counts(a, "STOREN 1 3\nLOAD 3\nJF 5\n" + find + "JMP 2\nLOADC 0\nRET"), Counts{2});
  // Inside of an expression: 0 + (find(...) if x else 0)
  EXPECT_EQ(counts(a, "STOREN 1 3\nLOADC 0\nLOAD 3\nJF 5\n" + find +
                          "JMP 2\nLOADC 0\nOP aten::add.int\nRET"),
            (Counts{2, 2}));
  EXPECT_EQ(counts(a,
                   "STOREN 1 3\nLOADC 0\nLOAD 3\nLOADC 1\nLOADC 0\nLOOP 7 3\nSTOREN 4 2\n"
                   "LOADC 1\n" +
                       find + "JMP -6\nRET"),
            Counts{2});
}

TEST(ArgumentCounts, GoFromOneFunctionToAnother) {
  std::vector<std::unique_ptr<Function>> file;
  const Assembly a{.constants = {1}};
  const std::string sum = "LOAD 1\nLOAD 2\nOP aten::add.Tensor\n";
  for (const std::string& text :
       {"STOREN 1 2\n" + sum + "RET",
        // Alone it does not tell which of the two lacks an argument.
        "STOREN 1 2\nLOAD 1\nLOAD 2\n" + sum + "LOADC 0\nOP aten::sub.Tensor\nDROP\nRET"}) {
    file.push_back(std::make_unique<Function>(a.unlinked(text)));
    link(*file.back(), {});
  }
  infer_argument_counts(file);
  EXPECT_EQ(file[0]->code.operators[0].on_stack, 2);
}

TEST(ArgumentCounts, LeaveCodeAloneThatNoCompilerWrote) {
  for (const char* text : {"LOAD 1\nOP aten::find\nRET", "LOAD 1\nJMP 1\nOP aten::find\nRET",
                           "OP aten::find\nJF 99\nRET", "LOOP 1 2\nOP aten::find"})
    EXPECT_THROW(Assembly{}(text), Error) << text;
}

TEST(ArgumentCounts, SurviveDeepNesting) {
  std::string text = "STOREN 1 2\n";
  constexpr int kDeep = 20000;
  for (int i = 0; i < kDeep; ++i) text += str("LOAD 1\nJF ", 2 + 3 * (kDeep - i - 1), "\n");
  text += "LOAD 1\nLOAD 2\nOP aten::find\nDROP\nRET";
  EXPECT_THROW(Assembly{}(text), Error);
}

}  // namespace
}  // namespace tealight
