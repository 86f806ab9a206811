// Gradients through loaded models: recorded while grad mode is on, equal to PyTorch's, and plans
// otherwise.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>

#include "runtime/recording.h"
#include "tealight/autograd.h"
#include "tealight/script_module.h"

namespace tealight {
namespace {

namespace fs = std::filesystem;

// low + (high - low) (1 + sin(0.37 i)) / 2
Tensor input_of(const DimVector& shape, double low, double high) {
  const Tensor i = arange(numel_of(shape), kDouble);
  return (low + (high - low) * (1 + sin(0.37 * i)) / 2).to(kFloat).view(shape);
}
void add_outputs(const Value& v, Tensor& loss) {
  if (v.isTensor() && v.toTensor().is_floating_point()) {
    const Tensor y = v.toTensor().flatten();
    const Tensor part = (y * cos(0.11 * arange(y.numel(), kDouble)).to(kFloat)).sum();
    loss = loss.defined() ? loss + part : part;
  }
  if (v.isTuple())
    for (const Value& part : v.toTupleRef().items) add_outputs(part, loss);
  if (v.isList())
    for (const Value& part : v.toListRef().items) add_outputs(part, loss);
}

struct Golden {
  std::string file;
  DimVector shape;
  double low = 0, high = 1;
  struct Gradient {
    std::string name;
    double sum, norm;
  };
  std::vector<Gradient> gradients;
};
std::vector<Golden> read_golden() {
  std::ifstream in("tests/golden/model_gradients.txt");
  std::vector<Golden> all;
  std::string line;
  while (std::getline(in, line)) {
    std::istringstream words(line);
    std::string first, shape;
    words >> first;
    if (first != "model") {
      Golden::Gradient g{first, 0, 0};
      words >> g.sum >> g.norm;
      all.back().gradients.push_back(g);
      continue;
    }
    Golden& g = all.emplace_back();
    words >> g.file >> shape >> g.low >> g.high;
    std::istringstream sizes(shape);
    for (std::string size; std::getline(sizes, size, ',');) g.shape.push_back(std::stoll(size));
  }
  return all;
}

void expect_gradients(const Golden& golden, const std::string& file) {
  Module m = Module::load(file);
  if (m.find_method("eval")) m.eval();
  const Tensor x = input_of(golden.shape, golden.low, golden.high).requires_grad_();
  Tensor loss;
  add_outputs(m.forward({x}), loss);
  ASSERT_TRUE(loss.defined() && loss.requires_grad()) << file;
  loss.backward();
  std::map<std::string, Tensor> grads{{"input", x.grad()}};
  for (const auto& [name, t] : m.named_parameters()) grads[name] = t.grad();
  for (const Golden::Gradient& g : golden.gradients) {
    // A flatbuffer holds the weights of an RNN twice, and runs with the others.
    if (!grads[g.name].defined() && file.ends_with("flat.ptl")) continue;
    ASSERT_TRUE(grads[g.name].defined()) << file << ": " << g.name << " has no gradient";
    const Tensor got = grads[g.name].to(kDouble);
    const double norm = got.norm().item<double>();
    EXPECT_NEAR(norm, g.norm, 5e-3 * std::abs(g.norm) + 1e-6) << file << ": " << g.name;
    EXPECT_NEAR(got.sum().item<double>(), g.sum,
                5e-3 * g.norm * std::sqrt(double(got.numel())) + 1e-5)
        << file << ": " << g.name;
  }
}

TEST(ModelGradients, AreThoseOfPyTorch) {
  const fs::path shared = "../shared";
  if (!fs::exists(shared / "models")) GTEST_SKIP() << "no ../shared/models here";
  int files = 0;
  for (const Golden& golden : read_golden()) {
    const fs::path file = shared / golden.file;
    // A release's case lies there in several forms.
    for (const char* form : {"", "lite.ptl", "flat.ptl"}) {
      const fs::path path = *form ? file.parent_path() / form : file;
      if (!fs::exists(path)) continue;
      SCOPED_TRACE(path.string());
      ++files;
      try {
        expect_gradients(golden, path.string());
      } catch (const std::exception& e) {
        ADD_FAILURE() << e.what();
      }
    }
  }
  std::cout << files << " files\n";
}

ScriptModule scaled() {
  ScriptModule m("Scaled");
  m.register_parameter("w", full({3}, 2.0), false);
  m.define("def forward(self, x):\n  return (x * self.w).relu() + 1\n");
  return m;
}

TEST(ModelGradients, RunsAreRecordedWhereSomethingRequiresGrad) {
  ScriptModule m = scaled();
  const Tensor w = m.attr("w").toTensor(), x = ones({3});
  EXPECT_FALSE(m.forward({x}).toTensor().requires_grad());
  w.requires_grad_();
  const Tensor y = m.forward({x}).toTensor();
  EXPECT_EQ(y.grad_fn()->name(), "AddBackward0");
  y.sum().backward();
  EXPECT_TRUE(w.grad().equal(x));
  w.requires_grad_(false);
  const Tensor leaf = ones({3}).requires_grad_();
  m.forward({leaf}).toTensor().sum().backward();
  EXPECT_TRUE(leaf.grad().equal(w));
}

// Plans keep no graph, and run where none is wanted.
TEST(ModelGradients, AreRecordedInGradModeOnly) {
  const Value plain(ones({3})), wanted(ones({3}).requires_grad_());
  ScriptModule m = scaled();
  const Value module(m._ivalue());
  EXPECT_FALSE(is_recorded(std::vector<Value>{module, plain, Value(std::vector<int64_t>{1})}));
  EXPECT_TRUE(is_recorded(std::vector<Value>{module, wanted}));
  EXPECT_TRUE(is_recorded(std::vector<Value>{Value(TupleImpl::create({plain, wanted}))}));
  m.attr("w").toTensor().requires_grad_();
  EXPECT_TRUE(is_recorded(std::vector<Value>{module, plain}));
  {
    const InferenceMode off;
    EXPECT_FALSE(is_recorded(std::vector<Value>{module, wanted}));
    EXPECT_FALSE(m.forward({plain}).toTensor().requires_grad());
  }
  const NoGradGuard off;
  EXPECT_FALSE(is_recorded(std::vector<Value>{module, wanted}));
  EXPECT_FALSE(m.forward({plain}).toTensor().requires_grad());
}

}  // namespace
}  // namespace tealight
