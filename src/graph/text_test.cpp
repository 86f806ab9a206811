// Text in, text out: what torch 1.13 printed, every form of type and constant, and what is refused.
#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <sstream>

#include "graph/ir.h"

namespace tealight::ir {
namespace {

std::string read_file(const char* path) {
  std::ifstream in(path);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// "==== name\ngraph(...", one after another.
std::vector<std::pair<std::string, std::string>> torch_graphs() {
  std::vector<std::pair<std::string, std::string>> out;
  std::istringstream lines(read_file("tests/golden/graphs.txt"));
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("==== "))
      out.emplace_back(line.substr(5), "");
    else if (!out.empty())
      out.back().second += line + "\n";
  }
  return out;
}

// The form of a tensor inside of another type is not kept: (Float(2, 3), int) becomes (Tensor,
// int).
std::string without_inner_forms(const std::string& text) {
  return std::regex_replace(text, std::regex(R"(([(,] ?)(Float|Long|Bool|ComplexFloat)\([^()]*\))"),
                            "$1Tensor");
}

void count_unresolved(const Block& b, std::vector<std::string>& out) {
  for (const auto& n : b.nodes()) {
    if (n->kind().starts_with("aten::") && !n->overload()) out.push_back(n->str());
    for (const auto& inner : n->blocks()) count_unresolved(*inner, out);
  }
}

TEST(GraphText, PrintsWhatTorchPrinted) {
  const auto graphs = torch_graphs();
  ASSERT_EQ(graphs.size(), 20u);
  for (const auto& [name, text] : graphs) {
    SCOPED_TRACE(name);
    const auto g = parse_graph(text);
    const std::string expected = without_inner_forms(text);
    EXPECT_EQ(g->str(), expected);
    verify(*g);
    EXPECT_EQ(g->copy()->str(), expected);
    std::vector<std::string> unresolved;
    count_unresolved(g->body(), unresolved);
    EXPECT_EQ(unresolved, std::vector<std::string>{});
  }
}

TEST(GraphText, ReadsAndPrintsTypes) {
  for (const std::string type : {"Tensor",
                                 "int",
                                 "float[]",
                                 "int?[]",
                                 "Dict(str, Tensor[])",
                                 "(int, (float, str))",
                                 "()",
                                 "Union(int, str)",
                                 "Future[Tensor]",
                                 "Any",
                                 "NoneType",
                                 "Device",
                                 "Generator?",
                                 "complex",
                                 "Enum<__torch__.Color>",
                                 "InterfaceType<__torch__.I>",
                                 "__torch__.___torch_mangle_0.M",
                                 "NamedTuple(a : Tensor, b : int[])",
                                 "Function",
                                 "Float(1, 3, *)",
                                 "FloatTensor",
                                 "Long(requires_grad=0, device=cpu)",
                                 "Double(2, 3, strides=[3, 1], requires_grad=1, device=cpu)",
                                 "Tensor(*, 3)",
                                 "Tensor(requires_grad=1)",
                                 "QUInt8(*)",
                                 "__torch__.torch.classes.x.Y"}) {
    const std::string text = "graph(%x : " + type + "):\n  return (%x)\n";
    EXPECT_EQ(parse_graph(text)->str(), text);
  }
  const auto g =
      parse_graph("graph(%x : Float(1, *, strides=[3, 1], requires_grad=0)):\n return (%x)");
  const TensorInfo& info = *g->inputs()[0]->info();
  EXPECT_EQ(info.dtype, kFloat);
  EXPECT_EQ(info.sizes, (TensorInfo::Sizes{1, std::nullopt}));
  EXPECT_EQ(info.requires_grad, false);
  EXPECT_FALSE(info.device);
  EXPECT_TRUE(g->inputs()[0]->type()->is(TypeKind::Tensor));
}

std::string constant(const std::string& type, const std::string& value) {
  const std::string text =
      "graph():\n  %0 : " + type + " = prim::Constant[value=" + value + "]()\n  return (%0)\n";
  const auto g = parse_graph(text);
  verify(*g);
  EXPECT_EQ(g->str(), text);
  return repr(g->body().first()->attribute("value"));
}

TEST(GraphText, ReadsAndPrintsConstants) {
  EXPECT_EQ(constant("int", "-7"), "-7");
  EXPECT_EQ(constant("bool", "1"), "True");
  EXPECT_EQ(constant("float", "1."), "1.0");
  EXPECT_EQ(constant("float", "9.9999999999999995e-21"), "1e-20");
  EXPECT_EQ(constant("float", "-inf"), "-inf");
  EXPECT_EQ(constant("float", "nan"), "nan");
  EXPECT_EQ(constant("complex", "0.5-3.j"), "(0.5-3j)");
  EXPECT_EQ(constant("Device", "\"cpu\""), "device(type='cpu')");
  EXPECT_EQ(constant("str", R"("a\n\"\\\001\303\251")"), "'a\\n\"\\\\\\x01\xC3\xA9'");
  EXPECT_EQ(constant("int[]", "[1, 2]"), "[1, 2]");
  EXPECT_EQ(constant("int?[]", "[1, None]"), "[1, None]");
  EXPECT_EQ(constant("bool[]", "[True, False]"), "[True, False]");
  EXPECT_EQ(constant("float[][]", "[[1., 2.], annotate(List[float], [])]"), "[[1.0, 2.0], []]");
  EXPECT_EQ(constant("int[]", "annotate(List[int], [])"), "[]");
  EXPECT_EQ(constant("Dict(str, int)", "annotate(Dict[str, int],{})"), "{}");
  EXPECT_EQ(constant("Dict(int, str)", "{1: \"a\", 2: \"b\"}"), "{1: 'a', 2: 'b'}");
  EXPECT_EQ(constant("Dict(str, float[])", "{\"a\": [1.5]}"), "{'a': [1.5]}");
  EXPECT_EQ(constant("(int, str, NoneType)", "(1, \"b\", None)"), "(1, 'b', None)");
  EXPECT_EQ(constant("(int)", "(1,)"), "(1,)");
  EXPECT_EQ(constant("Device[]", "[torch.device(\"cuda:1\")]"), "[device(type='cuda', index=1)]");
  EXPECT_EQ(constant("Enum<__torch__.Color>", "__torch__.Color.RED"), "<Color.RED: None>");
  EXPECT_EQ(constant("Tensor", "{3}"), "tensor(3)");
  EXPECT_EQ(constant("Tensor", "{2.5}"), "tensor(2.5000)");
  EXPECT_EQ(constant("Tensor", "{(1,2)}"), "tensor(1.+2.j)");
  EXPECT_EQ(constant("Tensor", " 1.5000  2.5000 [ CPUFloatType{2} ]"), "tensor([1.5000, 2.5000])");
  EXPECT_EQ(constant("Tensor", "[ CPUFloatType{0} ]"), "tensor([])");
  EXPECT_EQ(constant("Tensor", "1e-07 *  1.0000  1.0000   1.0000  1.0000 [ CPUFloatType{2,2} ]"),
            "tensor([[1.0000e-07, 1.0000e-07],\n        [1.0000e-07, 1.0000e-07]])");
  EXPECT_EQ(constant("(int, Tensor)", "(1,  1  0 [ CPUBoolType{2,1} ])"),
            "(1, tensor([[ True],\n        [False]]))");
  EXPECT_EQ(constant("Tensor", "(1,.,.) =    1 -2  (2,.,.) =    30   4 [ CPULongType{2,1,2} ]"),
            "tensor([[[ 1, -2]],\n\n        [[30,  4]]])");
  constant("Tensor",
           "(1,.,.) =   1e-07 *   1.0000  1.0000    1.0000  1.0000 [ CPUFloatType{1,2,2} ]");
  constant("Tensor", "(1,1,.,.) =    2.5000  2.5000  2.5000 [ CPUFloatType{1,1,1,3} ]");
  constant("Tensor", "<Tensor>");
  constant("Tensor[]", "[<Tensors>]");
  constant("__torch__.torch.classes.x.Y", "<Object>");
}

TEST(GraphText, UndoesTorchsEscapesOfHighBytes) {
  const auto g =
      parse_graph("graph():\n  %0 : str = prim::Constant[value=\"\\0)+\\/.)\"]()\n  return (%0)\n");
  EXPECT_EQ(g->body().first()->attribute("value"), Value("\xC3\xA9"));
}

TEST(GraphText, KeepsScopesAndSources) {
  const std::string text =
      "graph(%x : Tensor):\n"
      "  %y : Tensor = aten::relu(%x), scope: __module.c/__module.c.0 # a/net:1.py:7:4\n"
      "  %z : Tensor = aten::relu(%y), scope: __module.c\n"
      "  return (%z)\n";
  const auto g = parse_graph(text);
  EXPECT_EQ(g->str(), text);
  EXPECT_EQ(g->str(false).find("scope"), std::string::npos);
  const Source& s = *g->body().first()->source();
  EXPECT_EQ(s.file, "a/net:1.py");
  EXPECT_EQ(s.line, 7);
  EXPECT_EQ(s.column, 4);
  EXPECT_EQ(s.scope, "__module.c/__module.c.0");
}

std::string error_of(const std::string& text) {
  try {
    parse_graph(text);
  } catch (const Error& e) {
    return e.what();
  }
  return "no error";
}

TEST(GraphText, SaysWhereItCannotRead) {
  EXPECT_EQ(error_of("graph(%x : Tensor):\n  %y : Tensor = aten::relu(%z)\n  return (%y)"),
            "graph text, line 2, column 28: no such variable is defined before or visible here\n"
            "    %y : Tensor = aten::relu(%z)\n"
            "                             ^");
  const auto mentions = [](const std::string& text, const std::string& what) {
    const std::string error = error_of(text);
    EXPECT_NE(error.find(what), std::string::npos) << error;
  };
  mentions("graf", "expected 'graph('");
  mentions("graph(%x : Tensr):\n return (%x)", "unknown type 'Tensr'");
  mentions("graph(%x : Dict(str)):\n return (%x)", "Dict takes 2 types, not 1");
  mentions("graph():\n %x : int = relu()\n return (%x)", "expected an operator");
  mentions("graph():\n %x : int = prim::Constant[value=]()\n return (%x)", "expected a constant");
  mentions("graph():\n %x : str = prim::Constant[value=\"a]()\n return (%x)", "without an end");
  mentions("graph(%x : int):\n return (%x) more", "more text");
  mentions("graph(%x : int):\n", "expected 'return'");
  mentions(
      "graph(%x : int):\n %y : int = prim::If(%x)\n block0():\n %z : int = aten::neg(%x)\n"
      " -> (%z)\n return (%z)",
      "no such variable");
  mentions("graph(%x : " + std::string(1000, '(') + "):", "nested deeper");
  mentions(
      "graph():\n %x : Tensor = prim::Constant[value= 1 2 [ CPUFloatType{3} ]]()\n return (%x)",
      "2 elements for a tensor of 3");
}

}  // namespace
}  // namespace tealight::ir
