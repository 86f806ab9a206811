// Programs from text, compiled and run: tests/golden/script/functions.py, of which PyTorch has
// computed the results.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "runtime/interpreter.h"
#include "runtime/link.h"
#include "runtime/verifier.h"
#include "script/program_code.h"

namespace tealight {
namespace {

std::string read_text(const std::string& path) {
  std::ifstream in(path);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

class Program {
 public:
  explicit Program(const std::string& text, const std::string& name = "test.py")
      : file_(script::compile_source(name, text)) {
    for (auto& f : file_.functions) {
      link(*f, FileVersions{});
      verify(*f);
    }
    for (auto& c : file_.classes)
      for (auto& f : file_.functions)
        if (f->class_name() == c->name) c->methods.push_back(f.get());
    methods_ = MethodTable(file_);
  }
  Value call(const std::string& name, std::vector<Value> args = {}) {
    const Function* f = file_.find_function("__torch__." + name);
    if (!f) fail("no function " + name);
    check_and_complete(*f->schema, args);
    RunContext context;
    context.model = &file_;
    context.methods = &methods_;
    return run(*f, std::move(args), context);
  }

 private:
  ModelFile file_;
  MethodTable methods_;
};

// Tensors are printed over several lines.
std::string one_line(std::string s) {
  std::replace(s.begin(), s.end(), '\n', ' ');
  return s;
}

TEST(Script, EachConstructGivesPyTorchsResult) {
  Program program(read_text("tests/golden/script/functions.py"), "functions.py");
  std::istringstream lines(read_text("tests/golden/script/functions.txt"));
  size_t n = 0;
  for (std::string line; std::getline(lines, line); ++n) {
    const size_t tab = line.find('\t');
    const std::string name = line.substr(0, tab);
    try {
      EXPECT_EQ(one_line(repr(program.call(name))), line.substr(tab + 1)) << name;
    } catch (const Error& e) {
      ADD_FAILURE() << name << ": " << e.what();
    }
  }
  EXPECT_GE(n, 75u);
}

// What PyTorch 1.13 does not take, and is plain Python.
TEST(Script, TakesMoreThanTheImporter) {
  Program p(R"(
def filtered() -> List[int]:
    return [i * i for i in range(6) if i % 2 == 0]

def endless() -> int:
    n = 0
    while True:
        n += 1
        if n > 3:
            return n

def not_declared(x: int):
    return x * 2

def with_starred_list():
    a = [1, 2]
    return [*a]

def union(x: int | None = None) -> int:
    return 0 if x is None else x
)");
  EXPECT_EQ(repr(p.call("filtered")), "[0, 4, 16]");
  EXPECT_EQ(repr(p.call("endless")), "4");
  EXPECT_EQ(repr(p.call("not_declared", {Value(4)})), "8");
  EXPECT_EQ(repr(p.call("with_starred_list")), "[1, 2]");
  EXPECT_EQ(repr(p.call("union", {Value(4)})), "4");
}

TEST(Script, RaisesWithThePythonClassAndTheLine) {
  Program p("def f(x: int) -> int:\n  if x > 1:\n    raise ValueError(\"too much\")\n  return x\n");
  EXPECT_EQ(p.call("f", {Value(1)}).toInt(), 1);
  try {
    p.call("f", {Value(2)});
    ADD_FAILURE();
  } catch (const JITException& e) {
    EXPECT_EQ(e.getOriginalMsg(), "too much");
    EXPECT_EQ(e.getPythonClassName(), "builtins.ValueError");
    EXPECT_NE(std::string(e.what()).find("test.py:3"), std::string::npos) << e.what();
  }
}

TEST(Script, AFailedAssertionStopsTheFunction) {
  Program p(
      "def f(x: Optional[int]) -> int:\n  assert x is not None, \"x is needed\"\n  return x\n");
  EXPECT_EQ(p.call("f", {Value(3)}).toInt(), 3);
  EXPECT_THROW(p.call("f", {Value()}), JITException);
}

TEST(Script, RecursionWithADeclaredResultRuns) {
  Program p(
      "def fib(n: int) -> int:\n  if n < 2:\n    return n\n  return fib(n - 1) + fib(n - 2)\n");
  EXPECT_EQ(p.call("fib", {Value(10)}).toInt(), 55);
}

}  // namespace
}  // namespace tealight
