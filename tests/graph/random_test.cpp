// Random programs: what they compute is the same before and after every pass, printed and read
// again, and lowered. Branches, loops, views, writes in place, lists.
#include <gtest/gtest.h>

#include <random>

#include "graph/lower.h"
#include "graph/passes/pass.h"
#include "runtime/interpreter.h"
#include "runtime/verifier.h"
#include "tealight/ops.h"

namespace tealight::ir {
namespace {

class Author {
 public:
  explicit Author(uint32_t seed) : random_(seed) {}

  std::string program() {
    std::string text =
        "graph(%x : Tensor, %y : Tensor, %n : int, %m : int, %c : bool, %l : int[]):\n"
        "  %zero : int = prim::Constant[value=0]()\n  %one : int = prim::Constant[value=1]()\n"
        "  %two : int = prim::Constant[value=2]()\n  %true : bool = prim::Constant[value=1]()\n"
        "  %none : NoneType = prim::Constant()\n";
    known_ = {{"Tensor", {"x", "y"}},
              {"int", {"n", "m", "zero", "one", "two"}},
              {"bool", {"c", "true"}},
              {"int[]", {"l"}}};
    text += nodes(25, 2);
    std::string results;
    for (const auto& [type, names] : known_)
      for (int i = 0; i < 2; ++i) results += (results.empty() ? "%" : ", %") + any(type);
    return text + "  return (" + results + ")\n";
  }

 private:
  using Known = std::map<std::string, std::vector<std::string>>;
  size_t below(size_t n) { return std::uniform_int_distribution<size_t>(0, n - 1)(random_); }
  std::string any(const std::string& type) {
    const auto& names = known_.at(type);
    // The latest ones more often.
    const size_t recent = std::min<size_t>(names.size(), 4);
    return below(2) ? names[below(names.size())] : names[names.size() - 1 - below(recent)];
  }
  std::string fresh() { return "v" + std::to_string(next_++); }

  std::string nodes(size_t count, int depth) {
    std::string text;
    for (size_t i = 0; i < count; ++i) {
      const size_t kind = below(depth > 0 ? 12 : 10);
      text += kind < 10 ? operation() : kind == 10 ? branch(depth - 1) : loop(depth - 1);
    }
    return text;
  }

  // "Tensor = aten::neg(Tensor)": each type in the parentheses becomes a variable.
  std::string operation() {
    static const std::vector<const char*> kForms = {"Tensor = aten::neg(Tensor)",
                                                    "Tensor = aten::relu(Tensor)",
                                                    "Tensor = aten::abs(Tensor)",
                                                    "Tensor = aten::sub(Tensor, Tensor, %one)",
                                                    "Tensor = aten::mul(Tensor, %two)",
                                                    "Tensor = aten::t(Tensor)",
                                                    "Tensor = aten::detach(Tensor)",
                                                    "Tensor = aten::view_as(Tensor, Tensor)",
                                                    "Tensor = aten::relu_(Tensor)",
                                                    "Tensor = aten::neg_(Tensor)",
                                                    "Tensor = aten::copy_(Tensor, Tensor, %c)",
                                                    "Tensor = aten::minimum(Tensor, Tensor)",
                                                    "Tensor = aten::mul(Tensor, int)",
                                                    "Tensor = prim::unchecked_cast(Tensor)",
                                                    "int = aten::neg(int)",
                                                    "int = aten::sub(int, int)",
                                                    "int = aten::add(int, int)",
                                                    "int = aten::__and__(int, %two)",
                                                    "int = aten::mul(int, %one)",
                                                    "int = prim::min(int, int)",
                                                    "int = aten::len(int[])",
                                                    "int = aten::__getitem__(int[], %zero)",
                                                    "bool = aten::lt(int, int)",
                                                    "bool = aten::eq(int, int)",
                                                    "bool = aten::__not__(bool)",
                                                    "bool = aten::__is__(Tensor, %none)",
                                                    "bool = aten::eq(int[], int[])",
                                                    "int[] = prim::ListConstruct(int, int)",
                                                    "int[] = prim::ListConstruct(%one, %two)",
                                                    "int[] = aten::append(int[], int)",
                                                    "int[] = aten::add(int[], int[])",
                                                    "int[] = aten::slice(int[], %zero, %two, %one)",
                                                    "int[] = aten::_set_item(int[], %zero, int)"};
    std::string form = kForms[below(kForms.size())];
    const size_t equals = form.find(" = ");
    const std::string type = form.substr(0, equals);
    std::string call = form.substr(equals), made = fresh();
    for (const char* argument : {"Tensor", "int[]", "int", "bool"})
      for (size_t at = call.find('('); (at = call.find(argument, at)) != call.npos;)
        if (call[at - 1] == '(' || call[at - 1] == ' ')
          call.replace(at, std::strlen(argument), "%" + any(argument));
        else
          ++at;
    known_[type].push_back(made);
    return "  %" + made + " : " + type + call + "\n";
  }

  std::string branch(int depth) {
    const Known outside = known_;
    std::string text = " = prim::If(%" + any("bool") + ")\n", outputs;
    for (const char* block : {"block0():\n", "block1():\n"}) {
      known_ = outside;
      text += block + nodes(below(5), depth);
      text += "-> (%" + any("Tensor") + ", %" + any("int") + ", %" + any("int[]") + ")\n";
    }
    known_ = outside;
    return outputs_of({"Tensor", "int", "int[]"}) + text;
  }

  std::string loop(int depth) {
    const Known outside = known_;
    std::string text = " = prim::Loop(%" + any("int") + ", %" + any("bool") + ", %" +
                       any("Tensor") + ", %" + any("int") + ")\n";
    const std::string i = fresh(), t = fresh(), n = fresh();
    text += "block0(%" + i + " : int, %" + t + " : Tensor, %" + n + " : int):\n";
    known_["int"].push_back(i);
    known_["int"].push_back(n);
    known_["Tensor"].push_back(t);
    text += nodes(1 + below(5), depth);
    const std::string small = fresh();  // keeps the numbers of trips small
    text += "  %" + small + " : int = aten::__and__(%" + any("int") + ", %two)\n";
    text += "-> (%" + any("bool") + ", %" + any("Tensor") + ", %" + small + ")\n";
    known_ = outside;
    return outputs_of({"Tensor", "int"}) + text;
  }

  std::string outputs_of(std::vector<const char*> types) {
    std::string text;
    for (const char* type : types) {
      const std::string name = fresh();
      text += (text.empty() ? "  %" : ", %") + name + " : " + type;
      known_[type].push_back(name);
    }
    return text;
  }

  std::mt19937 random_;
  Known known_;
  int next_ = 0;
};

Tensor row(std::vector<float> v) {
  Tensor t = empty({int64_t(v.size())}, kFloat);
  std::copy(v.begin(), v.end(), t.data_ptr<float>());
  return t;
}

// Memory that a caller could write through: which of the values before has the same?
std::string sharing(const std::vector<Value>& values) {
  const auto memory = [](const Value& v) -> const void* {
    return v.isTensor() ? v.toTensor().data_ptr() : v.isList() ? v.payload() : nullptr;
  };
  std::string out;
  for (size_t i = 0; i < values.size(); ++i) {
    size_t first = 0;
    while (memory(values[first]) != memory(values[i])) ++first;
    out += memory(values[i]) ? str(" ", first) : " -";
  }
  return out;
}

// The results and what became of the arguments. No program fails: passes may remove what would.
std::string outcome(const Graph& g) {
  Function f;
  f.qualified_name = "__torch__.f";
  f.code = lower(g);
  tealight::verify(f);
  std::vector<Value> args = {
      row({1, -2, 3}), row({-4, 5, 0.5}), 3, -1, true, Value(std::vector<int64_t>{7, 8})};
  RunLimits limits;
  limits.time = std::chrono::seconds(10);
  RunContext context(limits);
  const Value results = run(f, args, context);
  std::vector<Value> seen = {args[0], args[1], args[5]};
  for (const Value& v : results.toTupleRef().items) seen.push_back(v);
  return repr(make_tuple_value(seen)) + sharing(seen);
}

void expect_same(const std::string& expected, const Graph& g, const std::string& text,
                 const char* after) {
  verify(g);
  const std::string given = outcome(g);
  ASSERT_EQ(given, expected) << "after " << after << ":\n" << g.str() << "\nof\n" << text;
}

TEST(RandomGraphs, ComputeTheSameAfterEveryPass) {
  const char* seeds = std::getenv("TEALIGHT_RANDOM_GRAPHS");
  const uint32_t count = seeds ? uint32_t(std::atoi(seeds)) : 300;
  for (uint32_t seed = 0; seed < count; ++seed) {
    SCOPED_TRACE(seed);
    const std::string text = Author(seed).program();
    const auto original = parse_graph(text);
    verify(*original);
    const std::string expected = outcome(*original);
    expect_same(expected, *parse_graph(original->str()), text, "printing and reading");
    const auto all = original->copy();
    for (int round = 0; round < 2; ++round)
      for (const Pass& pass : all_passes()) {
        const auto alone = original->copy();
        pass.run(*alone, {});
        expect_same(expected, *alone, text, pass.name);
        pass.run(*all, {});
        expect_same(expected, *all, text, pass.name);
        if (HasFatalFailure()) return;
      }
  }
}

}  // namespace
}  // namespace tealight::ir
