#include "runtime/profiler.h"

#include <gtest/gtest.h>

#include "runtime/assembly.h"
#include "runtime/interpreter.h"
#include "tealight/ops.h"

namespace tealight {
namespace {

Tensor image() { return zeros({1, 1, 4, 4}, kFloat); }

TEST(Profiler, SeesOperatorsInsideOfOthers) {
  Profiler p;
  {
    Using watch(p);
    conv2d(image(), zeros({1, 1, 3, 3}, kFloat));
  }
  relu(image());  // not watched any more
  ASSERT_GE(p.calls().size(), 3u);
  size_t outer = 0;
  while (p.calls()[outer].op->schema.name != "aten::conv2d") ++outer;
  const Profiler::Call &a = p.calls()[outer], &b = p.calls()[outer + 1];
  EXPECT_EQ(b.parent, int(outer));
  EXPECT_EQ(p.shapes(a), (std::vector<std::string>{"float32[1, 1, 4, 4]", "float32[1, 1, 3, 3]"}));
  EXPECT_LE(a.start, b.start);
  EXPECT_LE(b.end, a.end);
  EXPECT_LE(a.self() + b.total(), a.total());
  for (const Profiler::Call& c : p.calls()) EXPECT_NE(c.op->schema.name, "aten::relu");
}

TEST(Profiler, EndsCallsThatThrow) {
  Profiler p;
  {
    Using watch(p);
    EXPECT_THROW(conv2d(image(), zeros({1, 2, 3, 3}, kFloat)), Error);
    relu(image());
  }
  for (const Profiler::Call& c : p.calls()) EXPECT_GE(c.end, c.start);
  EXPECT_EQ(p.calls().back().op->schema.name, "aten::relu");
  EXPECT_EQ(p.calls().back().parent, -1);
}

TEST(Profiler, ForgetsAndStopsAtItsLimit) {
  Profiler p(2);
  const Tensor x = image();
  Using watch(p);
  for (int i = 0; i < 5; ++i) relu(x);
  EXPECT_EQ(p.calls().size(), 2u);
  EXPECT_EQ(p.dropped(), 3u);
  p.clear();
  EXPECT_TRUE(p.calls().empty());
  EXPECT_EQ(p.dropped(), 0u);
}

TEST(Profiler, KnowsTheInstructionsOfAModel) {
  const Function inner =
      Assembly{.name = "__torch__.Inner.forward"}("STORE 1\nLOAD 1\nOP aten::relu\nRET");
  Function outer = Assembly{.name = "__torch__.M.forward"}.unlinked(
      "STORE 1\nLOAD 1\nOP aten::neg\nCALL 0\nRET");
  outer.code.functions = {&inner};
  link(outer, {});
  verify(outer);
  Profiler p;
  {
    RunContext context;
    Using watch(p);
    run(outer, {Value(image())}, context);
  }
  const Profiler::Call *neg = nullptr, *relu = nullptr;
  for (const Profiler::Call& c : p.calls()) {
    if (c.op->schema.name == "aten::neg") neg = &c;
    if (c.op->schema.name == "aten::relu") relu = &c;
  }
  ASSERT_TRUE(neg && relu);
  EXPECT_EQ(p.places()[neg->place].function, &outer);
  EXPECT_EQ(p.places()[neg->place].instruction, 2u);
  EXPECT_EQ(p.places()[neg->place].caller, -1);
  EXPECT_EQ(p.places()[relu->place].function, &inner);
  const Place& caller = p.places()[p.places()[relu->place].caller];
  EXPECT_EQ(caller.function, &outer);
  EXPECT_EQ(caller.instruction, 3u);
  EXPECT_EQ(p.places().module_path(relu->place), (std::vector<std::string>{"Inner.forward"}));
  EXPECT_EQ(current_place(), nullptr);
}

TEST(ModuleNames, LeaveClassesOut) {
  using Names = std::vector<std::string>;
  EXPECT_EQ(module_names("top(Net).features(a.b.Sequential).0(Conv2d)"), (Names{"features", "0"}));
  EXPECT_EQ(module_names("top(Net)"), Names{});
  EXPECT_EQ(module_names(""), Names{});
  EXPECT_EQ(joined({"a", "b"}), "a.b");
}

}  // namespace
}  // namespace tealight
