// What the compiler refuses, and how it says so.
#include <gtest/gtest.h>

#include <fstream>

#include "script/program_code.h"

namespace tealight::script {
namespace {

std::string refusal(const std::string& text) {
  try {
    compile_source("net.py", text);
  } catch (const Error& e) {
    return e.what();
  }
  return {};
}

// `what` and the line are in the message.
void expect_refused(const std::string& text, const std::string& what, int line) {
  const std::string message = refusal(text);
  EXPECT_NE(message.find(what), std::string::npos) << text << "\n" << message;
  EXPECT_NE(message.find("net.py:" + std::to_string(line) + ":"), std::string::npos) << text << "\n"
                                                                                     << message;
}

std::string body(const std::string& statement) {
  return "def f(x: Tensor):\n    " + statement + "\n    return x\n";
}

TEST(ScriptErrors, ShowTheLineWithCarets) {
  EXPECT_EQ(refusal("def f(x: int) -> int:\n    return y + x\n"),
            "unknown name 'y'\n"
            "  at net.py:2:11\n"
            "        return y + x\n"
            "               ^\n"
            "  fix: assign it before it is used");
}

TEST(ScriptErrors, ConstructsOutsideTheLanguageAreNamed) {
  expect_refused(body("import os"), "'import'", 2);
  expect_refused("@jit\ndef f(): pass\n", "decorators", 1);
  expect_refused(body("try:\n        pass"), "'try'", 2);
  expect_refused(body("g = lambda y: y"), "lambda", 2);
  expect_refused(body("s = f\"{x}\""), "f-strings", 2);
  expect_refused(body("y = (z := 3)"), "':='", 2);
  expect_refused(body("s = {1, 2}"), "sets", 2);
  expect_refused(body("b = 1 < 2 < 3"), "chained comparisons", 2);
  expect_refused(body("y = torch.float32"), "'torch.float32' is no value", 2);
  expect_refused(body("global x"), "'global'", 2);
  expect_refused(body("yield x"), "'yield'", 2);
  expect_refused("def f(*args): pass\n", "any number of arguments", 1);
  expect_refused(body("while x:\n        pass\n    else:\n        pass"), "'else' after 'while'",
                 4);
}

TEST(ScriptErrors, TypesThatDoNotFitAreNamed) {
  expect_refused(body("y = torch.relu(3)"), "aten::relu does not take (int)", 2);
  expect_refused(body("y = torch.no_such_operator(x)"),
                 "aten::no_such_operator is not in this build", 2);
  expect_refused(body("y = x.no_such_method()"), "no method or attribute 'no_such_method'", 2);
  expect_refused("def f(x: Optional[Tensor]) -> Tensor:\n    return x.relu()\n", "may be None", 2);
  expect_refused("def f() -> int:\n    return \"a\"\n", "returns a int, not a str", 2);
  expect_refused("def f(c: bool) -> int:\n  if c:\n    y = 1\n  return y\n",
                 "'y' is not assigned in the false branch", 4);
  expect_refused("def f(c: bool):\n  if c:\n    y = 1\n  else:\n    y = \"a\"\n  return y\n",
                 "'y' is a int in the true branch and a str in the false one", 6);
  expect_refused("def f(n: int):\n  y = 1\n  for i in range(n):\n    y = \"a\"\n  return y\n",
                 "variable 'y' is a int before the loop", 3);
  expect_refused("def f(x: Nothing): pass\n", "unknown type 'Nothing'", 1);
  expect_refused("def f(): return g()\ndef g(): return f()\n", "calls itself", 1);
  expect_refused(body("break"), "outside a loop", 2);
  expect_refused(body("a, b = 1, 2, 3"), "3 values for 2 variables", 2);
  expect_refused("def g(a: int): return a\ndef f(): return g(b=1)\n", "argument 'a' is missing", 2);
  const std::string pair = "class P(NamedTuple):\n  n: int\n  scale: float = 0\n";
  expect_refused(pair + "def f(): return P(1)\n",
                 "the default of 'scale' is no float but of type int", 4);
  EXPECT_EQ(refusal(pair + "def f(): return P(1, 2.0)\n"), "");
}

TEST(ScriptErrors, TextThatIsNoProgram) {
  expect_refused("def f(:\n): pass\n", "expected a name", 1);
  expect_refused("def f():\n    return 'open\n", "has no end", 2);
  expect_refused("def f():\n        x = 1\n    y = 2\n", "indent", 3);
  expect_refused("def f(): return (1\n", "is not closed", 2);
  expect_refused("def f(): return 1)\n", "closes no bracket", 1);
  expect_refused("def f(): return 99999999999999999999\n", "64 bits", 1);
}

// None of these may take the stack, or minutes.
TEST(ScriptErrors, NestingIsBounded) {
  const auto repeated = [](const std::string& s, size_t n) {
    std::string out;
    for (size_t i = 0; i < n; ++i) out += s;
    return out;
  };
  constexpr size_t kMany = 100000;
  EXPECT_NE(refusal("def f(): return " + repeated("(", kMany) + repeated(")", kMany)), "");
  EXPECT_NE(refusal("def f(): return " + repeated("-", kMany) + "1"), "");
  EXPECT_NE(refusal("def f(): return 1" + repeated("+1", kMany)), "");
  EXPECT_NE(refusal("def f(): return x" + repeated("[0]", kMany)), "");
  EXPECT_NE(refusal("def f(): return 1" + repeated("**1", kMany)), "");
  EXPECT_NE(
      refusal("def f(x: " + repeated("List[", kMany) + "int" + repeated("]", kMany) + "): pass\n"),
      "");
  EXPECT_NE(refusal("def f(c: bool):\n" + repeated("  if c: return 1\n", 1000) + "  return 2\n"),
            "");
  std::string nested = "def f(c: bool):\n";
  for (size_t i = 1; i < 300; ++i) nested += std::string(i, ' ') + "if c:\n";
  EXPECT_NE(refusal(nested), "");
}

// A text that is cut anywhere compiles or is refused.
TEST(ScriptErrors, CutTextIsNoCrash) {
  std::ifstream in("tests/golden/script/functions.py");
  const std::string whole{std::istreambuf_iterator<char>(in), {}};
  ASSERT_GT(whole.size(), 1000u);
  size_t refused = 0;
  for (size_t n = 0; n < whole.size(); n += 97) refused += !refusal(whole.substr(0, n)).empty();
  EXPECT_GT(refused, 50u);
}

}  // namespace
}  // namespace tealight::script
