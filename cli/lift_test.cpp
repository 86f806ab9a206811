#include "lift.h"

#include <random>

#include "graph.h"
#include "listing.h"
#include "runtime/assembly.h"
#include "testing.h"

namespace tealight::cli {
namespace {

// A model whose only method is this.
Module module_of(Function f) {
  ModelFile file;
  auto cls = make_intrusive<ClassType>("__torch__.M");
  cls->add_attribute("weight");
  file.root = Value(make_intrusive<ObjectImpl>(cls));
  file.functions.push_back(std::make_unique<Function>(std::move(f)));
  return Module::make(std::move(file));
}

std::string code_of(const Assembly& assembly, const std::string& text) {
  const Module m = module_of(assembly(text));
  return code_text(lift(m.get_method("forward"), m.file()), m.file());
}

TEST(Lift, ValuesOfBothBranchesGetOneName) {
  EXPECT_EQ(
      code_of({.constants = {1, 2}}, "STOREN 1 2\nMOVE 2\nJF 3\nLOADC 0\nJMP 2\nLOADC 1\nRET"),
      "def forward(self, ...):\n"
      "    if arg1:\n"
      "        v_1 = 1\n"
      "    else:\n"
      "        v_1 = 2\n"
      "    return v_1\n");
}

TEST(Lift, RegistersThatABranchChangesGetOneName) {
  EXPECT_EQ(
      code_of({.constants = {1, 2}},
              "STOREN 1 2\nLOADC 0\nSTORE 3\nMOVE 2\nJF 4\nLOADC 1\nSTORE 3\nJMP 1\nMOVE 3\nRET"),
      "def forward(self, ...):\n"
      "    if arg1:\n"
      "        v_1 = 2\n"
      "    else:\n"
      "        v_1 = 1\n"
      "    return v_1\n");
}

TEST(Lift, SaysWhenCodeJumpsInOtherWays) {
  const Module m = module_of(Assembly{.constants = {true}}("STORE 1\nLOADC 0\nJF 2\nJMP -2\nRET"));
  try {
    lift(m.get_method("forward"), m.file());
    FAIL() << "it was lifted";
  } catch (const Error& e) {
    EXPECT_HAS(std::string(e.what()), "fix: list its instructions with --bytecode");
  }
}

// Files may hold anything: whatever the code is, it is lifted, printed and drawn, or refused.
TEST(Lift, SurvivesAnyCode) {
  std::mt19937 random(1);
  const auto below = [&](int n) { return int(random() % unsigned(n)); };
  const char* const operators[] = {"aten::add.int",        "aten::relu",        "aten::append.t",
                                   "prim::RaiseException", "prim::TupleUnpack", "aten::conv2d",
                                   "aten::__getitem__.t"};
  size_t lifted = 0;
  for (int round = 0; round < 20000; ++round) {
    ModelFile file;
    auto cls = make_intrusive<ClassType>("__torch__.M");
    cls->add_attribute("weight");
    file.root = Value(make_intrusive<ObjectImpl>(cls));
    file.functions.push_back(std::make_unique<Function>());
    Function& f = *file.functions.back();
    f.qualified_name = "__torch__.M.forward";
    f.code.constants = {1, "text", Value(), true};
    f.code.types = {parse_type("List[int]"), parse_type("Dict[str, int]"), nullptr};
    f.code.register_count = 3;
    f.code.input_count = 2;
    f.code.functions = {&f};
    for (const char* name : operators) {
      const std::string whole = name, base = whole.substr(0, whole.find('.'));
      f.code.operators.push_back({base, whole == base ? "" : whole.substr(base.size() + 1)});
    }
    const int length = 2 + below(20);
    for (int i = 0; i < length; ++i)
      f.code.instructions.push_back(
          {OpCode(below(int(OpCode::kCount))), uint16_t(below(4)), below(8) - 2});
    try {
      // Half of them with their operators found.
      if (round % 2) link(f, {});
      const LiftedFunction l = lift(f, file, {});
      ++lifted;
      code_text(l, file);
      ir::drawn_svg(data_flow(l, file), "");
      ir::drawn_text(data_flow(l, file));
    } catch (const Error&) {
    }
  }
  EXPECT_GT(lifted, 100u);
}

}  // namespace
}  // namespace tealight::cli
