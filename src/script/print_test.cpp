// Programs printed, and what was printed compiled again.
#include <gtest/gtest.h>

#include <algorithm>

#include "ops/registry.h"
#include "script/parser.h"
#include "script/print_program.h"

namespace tealight::script {
namespace {

// A program of one file, "__torch__".
class OneFile : public Resolver {
 public:
  explicit OneFile(const std::string& text)
      : program_(parse_program(std::make_shared<const SourceText>(SourceText{"net.py", text}))) {}
  Found find(const std::string& name) override {
    for (const auto& c : program_.classes)
      if ("__torch__." + c->name == name) return {program_.source, c.get(), nullptr};
    for (const auto& f : program_.functions)
      if ("__torch__." + f->name == name) return {program_.source, nullptr, f.get()};
    return {};
  }
  const Value* constant(const std::string& name) override {
    const size_t i = size_t(name.at(1) - '0');
    return i < constants_.size() ? &constants_[i] : nullptr;
  }
  std::vector<Value> constants_;

 private:
  Program program_;
};

std::string printed(const std::string& text, const std::string& function = "f") {
  Unit unit(std::make_shared<OneFile>(text));
  ScriptFunction* f = unit.find_function("__torch__." + function);
  EXPECT_TRUE(f) << text;
  return print_function(unit, *f);
}

// `text` is printed as `wanted`, and that as itself.
void expect_printed(const std::string& text, const std::string& wanted) {
  EXPECT_EQ(printed(text), wanted);
  EXPECT_EQ(printed(wanted), wanted);
}

// One that has the form already.
void expect_kept(const std::string& text) { expect_printed(text, text); }

TEST(PrintScript, ExpressionsStandWhereTheyAreUsed) {
  expect_printed("def f(x: Tensor) -> Tensor:\n  return torch.relu(x + 1) * x\n",
                 "def f(x: Tensor) -> Tensor:\n"
                 "  return torch.mul(torch.relu(torch.add(x, 1)), x)\n");
}

TEST(PrintScript, LongExpressionsGetLines) {
  expect_kept(
      "def f(x: Tensor) -> Tensor:\n"
      "  _0 = torch.conv2d(x, x, None, [1, 1], [0, 0])\n"
      "  return torch.relu(_0)\n");
}

// g(x) comes before the long h(...), in the graph and in the text.
TEST(PrintScript, OperationsKeepTheirOrder) {
  expect_kept(
      "def f(x: Tensor,\n    y: Tensor) -> Tensor:\n"
      "  _0 = torch.add_(x, 1)\n"
      "  _1 = torch.clamp(torch.mul(x, y), -1000000000, 1000000000)\n"
      "  return torch.sub(_0, torch.neg(_1))\n");
}

TEST(PrintScript, DefaultsAreLeftOutAndKeywordsNamed) {
  expect_printed(
      "def f(x: Tensor) -> Tensor:\n"
      "  y = torch.zeros([2], dtype=6, layout=None, device=None, pin_memory=False)\n"
      "  z = torch.add(x, y, alpha=1)\n"
      "  return torch.add(z, y, alpha=2, out=z)\n",
      "def f(x: Tensor) -> Tensor:\n"
      "  y = torch.zeros([2], dtype=6, pin_memory=False)\n"
      "  z = torch.add(x, y)\n"
      "  return torch.add(z, y, alpha=2, out=z)\n");
}

TEST(PrintScript, DefaultsBeforeArgumentsThatMustBeGivenAreNone) {
  expect_printed(
      "def f(x: Tensor, state: Optional[int]=None, n: int, m: int=2) -> int:\n  return n\n",
      "def f(x: Tensor,\n"
      "    state: Optional[int],\n"
      "    n: int,\n"
      "    m: int=2) -> int:\n"
      "  return n\n");
}

TEST(PrintScript, Literals) {
  expect_kept(
      "def f(x: Tensor) -> Tuple[float, float, float, str, Device, complex, int]:\n"
      "  return (0.10000000000000001, inf, 1e-300, \"a\\n\\\"\\\\\\001\", torch.device(\"cpu\"), 4j, -3)\n");
  expect_printed("def f() -> int:\n  return -9223372036854775808\n",
                 "def f() -> int:\n  return torch.sub(-9223372036854775807, 1)\n");
}

TEST(PrintScript, TextBeyondAsciiIsAConstantOfTheTable) {
  EXPECT_EQ(printed("def f() -> str:\n  return \"\xC3\xA4\"\n"),
            "def f() -> str:\n  return CONSTANTS.c0\n");
}

TEST(PrintScript, ContainersSayWhatTheyHoldWhereTheirItemsDoNot) {
  expect_kept(
      "def f(x: Tensor) -> List[Optional[Tensor]]:\n"
      "  a = annotate(List[int], [])\n"
      "  b = annotate(Dict[str, Tensor], {})\n"
      "  c = {\"k\": x, \"l\": x}\n"
      "  d = (x,)\n"
      "  e = annotate(Tuple[Optional[Tensor], int], (None, 1))\n"
      "  print(a, b, c, d, e)\n"
      "  return annotate(List[Optional[Tensor]], [x, None])\n");
}

TEST(PrintScript, Branches) {
  expect_kept(
      "def f(x: Tensor,\n    n: int=2,\n    s: Optional[Tensor]=None) -> Tensor:\n"
      "  if torch.__isnot__(s, None):\n"
      "    m, y = 1, unchecked_cast(Tensor, s)\n"
      "  else:\n"
      "    ops.prim.RaiseException(\"none\", \"builtins.ValueError\")\n"
      "    m, y = n, uninitialized(Tensor)\n"
      "  return torch.add(y, m)\n");
  expect_kept(
      "def f(c: bool) -> NoneType:\n"
      "  if c:\n"
      "    pass\n"
      "  else:\n"
      "    print(\"no\")\n"
      "  return None\n");
}

TEST(PrintScript, ArmsOfDifferentTypesAreCast) {
  const std::string text =
      "def f(c: bool,\n    x: Tensor) -> Optional[Tensor]:\n"
      "  if c:\n"
      "    y, z = unchecked_cast(Optional[Tensor], None), 1\n"
      "  else:\n"
      "    y, z = unchecked_cast(Optional[Tensor], None), 2\n"
      "  return y\n";
  expect_kept(text);
}

TEST(PrintScript, Loops) {
  expect_kept(
      "def f(x: Tensor,\n    n: int) -> Tensor:\n"
      "  y = x\n"
      "  for i in range(torch.mul(n, 2)):\n"
      "    y = torch.add(y, i)\n"
      "  return y\n");
  EXPECT_EQ(printed("def f(n: int) -> int:\n"
                    "  while n > 3:\n"
                    "    n = n - 1\n"
                    "  return n\n"),
            "def f(n: int) -> int:\n"
            "  n0 = n\n"
            "  _0 = torch.gt(n, 3)\n"
            "  while _0:\n"
            "    n1 = torch.sub(n0, 1)\n"
            "    _0, n0 = torch.gt(n1, 3), n1\n"
            "  return n0\n");
}

// for ... break
TEST(PrintScript, ALoopWithACountAndAConditionCountsForItself) {
  Unit unit(
      std::make_shared<OneFile>("def f(n: int) -> int:\n"
                                "  k = 0\n"
                                "  for i in range(n):\n"
                                "    k = k + i\n"
                                "    if k > 10:\n"
                                "      break\n"
                                "  return k\n"));
  const std::string text = print_function(unit, *unit.find_function("__torch__.f"));
  EXPECT_NE(text.find("  i = 0\n  _1 = torch.lt(0, n)\n  while _1:\n"), text.npos) << text;
  EXPECT_NE(text.find("torch.__and__(torch.lt(torch.add(i, 1), n), "), text.npos) << text;
  EXPECT_NE(printed(text), "") << text;
}

TEST(PrintScript, ForkedFunctions) {
  expect_kept(
      "def f(x: Tensor) -> Tensor:\n"
      "  def __forked_function():\n"
      "    return torch.neg(x)\n"
      "  y = fork(__forked_function)\n"
      "  return torch.wait(y)\n");
}

TEST(PrintScript, CallsOfTheProgram) {
  const std::string g = "def g(x: Tensor, n: int=1) -> Tensor:\n  return x\n";
  EXPECT_EQ(printed(g + "def f(x: Tensor):\n  a = __torch__.g(x)\n  return 2.0 * a\n"),
            "def f(x: Tensor) -> Tensor:\n"
            "  a = __torch__.g(x, 1)\n"
            "  return torch.mul(2., a)\n");
}

TEST(PrintScript, NamesThatTheLanguageWantsAreChanged) {
  const std::string text =
      "graph(%torch : Tensor, %class.1 : Tensor, %0 : Tensor):\n"
      "  %3 : int = prim::Constant[value=1]()\n"
      "  %in : Tensor = aten::add(%torch, %class.1, %3)\n"
      "  %7.x : Tensor = aten::mul(%in, %in)\n"
      "  return (%7.x)\n";
  Unit unit;
  ScriptFunction& f = unit.define("__torch__.f", FunctionSchema(), ir::parse_graph(text));
  EXPECT_EQ(print_function(unit, f),
            "def f(torch0: Tensor,\n    _class: Tensor,\n    _0: Tensor) -> Tensor:\n"
            "  _in = torch.add(torch0, _class)\n"
            "  _7_x = torch.mul(_in, _in)\n"
            "  return _7_x\n");
}

// Of each kind of class.
TEST(PrintScript, Classes) {
  const std::string text =
      "class M(Module):\n"
      "  __parameters__ = [\"w\", ]\n"
      "  __buffers__ = [\"b\", ]\n"
      "  __annotations__ = []\n"
      "  w : Tensor\n"
      "  b : Tensor\n"
      "  __annotations__[\"0\"] = __torch__.Inner\n"
      "  p : __torch__.Pt\n"
      "  k : Final[int] = 7\n"
      "  def forward(self: __torch__.M,\n"
      "      x: Tensor) -> __torch__.NT:\n"
      "    y = (getattr(self, \"0\")).forward(x)\n"
      "    (self.p).add(2.)\n"
      "    self.b = torch.add(y, self.w)\n"
      "    if torch.eq(__torch__.Color.RED, __torch__.Color.BLUE):\n"
      "      c = 1\n"
      "    else:\n"
      "      c = (__torch__.Color.RED).value\n"
      "    return __torch__.NT(y, c)\n\n";
  const std::string others =
      "class NT(NamedTuple):\n  a : Tensor\n  n : int\n\n"
      "class Inner(Module):\n"
      "  __parameters__ = []\n"
      "  __buffers__ = []\n"
      "  def forward(self: __torch__.Inner,\n      x: Tensor) -> Tensor:\n    return x\n\n"
      "class Pt:\n"
      "  v : float\n"
      "  def add(self: __torch__.Pt,\n      d: float) -> NoneType:\n"
      "    self.v = torch.add(self.v, d)\n    return None\n\n"
      "class Color(Enum):\n  RED = 1\n  BLUE = 2\n\n";
  Unit unit(std::make_shared<OneFile>(text + others));
  const Value root(make_intrusive<ObjectImpl>(unit.find_class("__torch__.M")->type->cls));
  const PrintedProgram p = print_program(unit, root);
  ASSERT_EQ(p.files.size(), 1u);
  const std::string& all = p.files.begin()->second.text;
  for (const std::string& part :
       {text, others.substr(0, others.find("class Inner")), others.substr(others.find("class Pt"))})
    EXPECT_NE(all.find(part), all.npos) << part << "not in\n" << all;
  EXPECT_EQ(all.size(), text.size() + others.size());
}

TEST(PrintScript, InterfacesAndClassesOfCpp) {
  Unit unit(std::make_shared<OneFile>(
      "class IF(ModuleInterface):\n  def forward(self, x: Tensor) -> Tensor:\n    pass\n"
      "class M(Module):\n  __parameters__ = []\n  __buffers__ = []\n  i : __torch__.IF\n"
      "  w : __torch__.torch.classes.quantized.LinearPackedParamsBase\n"));
  const Value root(make_intrusive<ObjectImpl>(unit.find_class("__torch__.M")->type->cls));
  PrintedProgram p = print_program(unit, root);
  const std::string& text = p.files["__torch__"].text;
  EXPECT_NE(text.find("class IF(ModuleInterface):\n"
                      "  def forward(self,\n"
                      "      x: Tensor) -> Tensor:\n"
                      "    pass\n"),
            text.npos)
      << text;
  ASSERT_TRUE(p.files.contains("__torch__.torch.classes.quantized"));
  EXPECT_EQ(p.files["__torch__.torch.classes.quantized"].text, "");
}

// A class called "0" and one called "_0" stay two.
TEST(PrintScript, ClassesWithNamesThatNoTextCanHave) {
  Unit unit;
  Class& root = unit.declare_module("__torch__.Net");
  for (const char* name : {"__torch__.Net.0", "__torch__.Net._0"}) {
    unit.declare_module(name);
    root.add_attribute(std::string(name).substr(14), unit.find_class(name)->type);
  }
  const Value object(make_intrusive<ObjectImpl>(root.type->cls));
  PrintedProgram p = print_program(unit, object);
  EXPECT_EQ(p.class_names["__torch__.Net.0"], "__torch__.Net._0");
  EXPECT_EQ(p.class_names["__torch__.Net._0"], "__torch__.Net._0_");
}

// Both are past what a recursion over nodes would stand.
TEST(PrintScript, LongChainsAndFunctionsArePrinted) {
  constexpr int kNodes = 30000;
  const auto graph = [](bool chain) {
    auto g = std::make_shared<ir::Graph>();
    ir::Var* x = g->body().add_parameter(Type::get(TypeKind::Tensor), "x");
    ir::Builder b(&g->body());
    const Overload& relu = find_overload("aten::relu");
    ir::Var* last = x;
    for (int i = 0; i < kNodes; ++i) last = b.op(relu, {chain ? last : x})->output();
    g->body().add_result(last);
    return g;
  };
  for (bool chain : {false, true}) {
    Unit unit;
    const std::string text =
        print_function(unit, unit.define("__torch__.f", FunctionSchema(), graph(chain)));
    EXPECT_GT(std::count(text.begin(), text.end(), '\n'), chain ? kNodes / 5 : kNodes);
  }
}

}  // namespace
}  // namespace tealight::script
