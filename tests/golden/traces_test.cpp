// The programs of tests/golden/traces/traces.py in C++: our trace has the operators that
// torch.jit.trace records, and serves the other sizes as its trace does.
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <sstream>

#include "graph/ir.h"
#include "script/unit.h"
#include "tealight/code.h"
#include "tealight/indexing.h"
#include "tealight/operators.h"
#include "tealight/ops.h"
#include "tealight/trace.h"

namespace tealight {
namespace {

using nlohmann::json;
using Program = std::function<Tensor(const Tensor&)>;

const std::string kFolder = "tests/golden/traces/";

Tensor numbers(IntArrayRef shape) {
  return arange(numel_of(shape), kFloat).div(7).sin().reshape(shape);
}

const Tensor kWeights = numbers({4, 3, 3, 3});

Tensor attention(const Tensor& x) {
  const int64_t b = x.size(0), t = x.size(1), c = x.size(2);
  const Tensor q = x.view({b, t, 2, c / 2}).transpose(1, 2);
  const Tensor scores = matmul(q, q.transpose(2, 3)).softmax(-1);
  return matmul(scores, q).transpose(1, 2).reshape({b, t, c});
}

Tensor in_place(const Tensor& x) {
  const Tensor y = x.clone();
  y.select(1, 0).mul_(3);
  y.relu_();
  return y.t().contiguous();
}

Tensor picture(const Tensor& x) {
  const Tensor y = conv2d(x, kWeights, {}, {2, 2}, {1, 1}).relu();
  return upsample_nearest2d(y, {x.size(2), x.size(3)}, {}, {});
}

Tensor split_up(const Tensor& x) {
  std::vector<Tensor> parts = x.split(2, 1);
  parts.push_back(x.chunk(2, 1)[0]);
  return cat(parts, 0);
}

const std::map<std::string, Program> kPrograms{
    {"reshape", [](const Tensor& x) { return x.reshape({x.size(0), -1}); }},
    {"join", [](const Tensor& x) { return x.view({x.size(0) * x.size(1), x.size(2)}); }},
    {"expand", [](const Tensor& x) { return x.unsqueeze(0).expand({3, -1, x.size(1), -1}); }},
    {"arange", [](const Tensor& x) { return x + arange(x.size(2), kLong); }},
    {"narrow", [](const Tensor& x) { return x.narrow(2, 1, x.size(2) - 1); }},
    {"half", [](const Tensor& x) { return x.narrow(1, 0, x.size(1) / 2); }},
    {"mean", [](const Tensor& x) { return x.sum(1) / x.size(1); }},
    {"zeros", [](const Tensor& x) { return cat({x, zeros({x.size(0), 1, x.size(2)})}, 1); }},
    {"numel", [](const Tensor& x) { return x.reshape({x.numel()}); }},
    {"scalars", [](const Tensor& x) { return (x * 2 + 1).clamp(0, 1.5); }},
    {"split", split_up},
    {"in_place", in_place},
    {"attention", attention},
    {"picture", picture},
};

std::vector<std::string> operators_of(const Module& m) {
  const script::ScriptFunction* f =
      m.file().program->find_method(*Type::named(TypeKind::Class, m.name()), "forward");
  std::vector<std::string> out;
  for (const auto& n : f->graph->body().nodes()) {
    if (!n->kind().starts_with("aten::")) continue;
    const Type& t = *n->output()->type();
    if (t.is(TypeKind::Tensor) || (t.is(TypeKind::List) && t.element()->is(TypeKind::Tensor)))
      out.push_back(n->kind());
  }
  return out;
}

json golden() {
  std::ifstream in(kFolder + "traces.json");
  return json::parse(in);
}

TEST(TracesOfPyTorch, HaveTheSameOperatorsAndServeTheSameSizes) {
  const json cases = golden();
  ASSERT_EQ(cases.size(), kPrograms.size());
  for (const auto& [name, expected] : cases.items()) {
    const ScriptModule m =
        trace(kPrograms.at(name), {numbers(expected["shape"].get<std::vector<int64_t>>())});
    auto operators = expected["operators"].get<std::vector<std::string>>();
    for (std::string& o : operators)  // which PyTorch takes apart before its tracer sees it
      if (o == "aten::_convolution") o = "aten::conv2d";
    EXPECT_EQ(operators_of(m), operators) << name;
    for (const json& r : expected["results"]) {
      const Tensor y = m.forward({numbers(r["input"].get<std::vector<int64_t>>())}).toTensor();
      ASSERT_EQ(y.sizes().vec(), r["shape"].get<std::vector<int64_t>>()) << name << r["input"];
      const Tensor flat = y.reshape({-1}).to(kFloat);
      for (size_t i = 0; i < r["values"].size(); ++i)
        EXPECT_NEAR(flat[int64_t(i)].item<float>(), r["values"][i].get<float>(), 2e-5)
            << name << r["input"] << " element " << i;
    }
  }
}

// The same but for the last digits of floats, which depend on PyTorch's own linear algebra.
bool agree(const json& a, const json& b) {
  if (a.is_number_float() && b.is_number_float())
    return std::abs(a.get<double>() - b.get<double>()) < 1e-4;
  if (a.type() != b.type() || a.size() != b.size()) return false;
  if (!a.is_structured()) return a == b;
  for (auto i = a.begin(), k = b.begin(); i != a.end(); ++i, ++k)
    if ((a.is_object() && i.key() != k.key()) || !agree(*i, *k)) return false;
  return true;
}

TEST(TracesOfPyTorch, AreWhatItGivesNow) {
  FILE* p = popen(("/usr/bin/python3 " + kFolder + "traces.py 2>/dev/null").c_str(), "r");
  ASSERT_TRUE(p);
  std::string text;
  char part[4096];
  while (const size_t n = std::fread(part, 1, sizeof part, p)) text.append(part, n);
  if (pclose(p) != 0) GTEST_SKIP() << "PyTorch is not there (apt-get install python3-torch)";
  EXPECT_TRUE(agree(json::parse(text), golden()));
}

}  // namespace
}  // namespace tealight
