// tealight script, from a Python file to a file that loads and runs.
#include "tealight/module.h"
#include "testing.h"

namespace tealight::cli {
namespace {

const std::string kFile = "tests/golden/python/modules.py";

TEST(ScriptCommand, WritesModelsThatLoad) {
  const std::string folder = scratch_folder();
  for (const char* name : {"resnet.pt", "resnet.ptl", "resnet.ff.ptl"}) {
    const Printed p = tealight({"script", kFile, "--class", "TestResNet", "--seed", "0", "--eval",
                                "--out", folder + name});
    ASSERT_EQ(p.status, 0) << p.err;
    EXPECT_NE(p.out.find("forward(__torch__.TestResNet self) -> Tensor"), std::string::npos)
        << p.out;
    const Module m = Module::load(folder + name);
    EXPECT_EQ(m.forward({}).toTensor().dim(), 2) << name;
  }
}

TEST(ScriptCommand, TakesWeightsOfAnotherFile) {
  const std::string folder = scratch_folder();
  const std::vector<std::string> command{"script", kFile, "--class", "TestLinear", "--out"};
  auto with = [&](std::vector<std::string> more) {
    std::vector<std::string> all = command;
    all.insert(all.end(), more.begin(), more.end());
    return tealight(all);
  };
  ASSERT_EQ(with({folder + "a.pt", "--seed", "1"}).status, 0);
  ASSERT_EQ(with({folder + "b.pt", "--seed", "2", "--weights", folder + "a.pt"}).status, 0);
  EXPECT_EQ(repr(Module::load(folder + "a.pt").forward({})),
            repr(Module::load(folder + "b.pt").forward({})));
  const Printed wrong =
      tealight({"script", kFile, "--class", "TestConv", "--weights", folder + "a.pt"});
  EXPECT_EQ(wrong.status, 1);
  EXPECT_NE(wrong.err.find("it lacks d.weight"), std::string::npos) << wrong.err;
}

TEST(ScriptCommand, ShowsGraphAndCode) {
  const Printed graph = tealight({"script", kFile, "--class", "TestInheritance", "--graph"});
  EXPECT_NE(graph.out.find("prim::CallMethod[name=\"body\"]"), std::string::npos)
      << graph.out << graph.err;
  const Printed code = tealight({"script", kFile, "--class", "TestInheritance", "--code"});
  EXPECT_NE(code.out.find("class TestInheritance(Module)"), std::string::npos)
      << code.out << code.err;
}

TEST(ScriptCommand, SaysWhatTheFileHas) {
  const Printed p = tealight({"script", kFile});
  EXPECT_EQ(p.status, 1);
  EXPECT_NE(p.err.find("several models"), std::string::npos) << p.err;
  EXPECT_EQ(tealight({"script", kFile, "--class", "TestConv", "--out", "x.bin"}).status, 2);
}

}  // namespace
}  // namespace tealight::cli
