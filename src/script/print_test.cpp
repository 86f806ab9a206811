// Programs printed, and what was printed compiled again.
#include <gtest/gtest.h>

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

TEST(PrintScript, ExpressionsStandWhereTheyAreUsed) {
  expect_printed("def f(x: Tensor) -> Tensor:\n  return torch.relu(x + 1) * x\n",
                 "def f(x: Tensor) -> Tensor:\n"
                 "  return torch.mul(torch.relu(torch.add(x, 1)), x)\n");
}

}  // namespace
}  // namespace tealight::script
