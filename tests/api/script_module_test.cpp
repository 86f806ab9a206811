// torch::jit::Module and CompilationUnit of the full runtime: building, looking inside, converting,
// copying, calling by name.
#include <torch/script.h>

#include <set>

#include "messages.h"
#include "models.h"

namespace {

torch::jit::Module gate() {
  torch::jit::Module m("Gate");
  m.register_attribute("training", c10::BoolType::get(), true);
  m.register_parameter("w", torch::ones({2}) * 2, /*is_buffer=*/false);
  m.register_buffer("b", torch::ones({2}));
  m.define("def forward(self, x):\n    return x * self.w + self.b\n");
  return m;
}

torch::jit::Module nested() {
  torch::jit::Module outer("Outer");
  outer.register_attribute("training", c10::BoolType::get(), true);
  outer.register_module("inner", gate());
  outer.register_attribute("n", c10::IntType::get(), 3);
  outer.define(R"(
    def forward(self, x, scale: float = 2.0):
        for i in range(self.n):
            x = self.inner.forward(x)
        return x * scale
    def half(self, x):
        return self.forward(x) / 2
  )");
  return outer;
}

std::set<std::string> names_of(const torch::jit::Module& m) {
  std::set<std::string> names;
  for (const auto& p : m.named_parameters()) names.insert(p.name);
  return names;
}

// Classes of one name that come together from several programs, some of them renamed before.
TEST(ScriptModule, ModulesOfManyProgramsKeepTheirAttributes) {
  const auto holding = [](const std::vector<torch::jit::Module>& children) {
    torch::jit::Module m("M");
    for (size_t i = 0; i < children.size(); ++i)
      m.register_module("child" + std::to_string(i), children[i]);
    return m;
  };
  const auto leaf = [](const std::string& name, int64_t value) {
    torch::jit::Module m("M");
    m.register_attribute(name, c10::IntType::get(), value);
    return m;
  };
  const auto root = holding(
      {holding({leaf("a", 1), leaf("b", 2)}), holding({holding({leaf("c", 3)}), leaf("d", 4)})});
  std::stringstream file;
  root.save(file);
  const auto loaded = torch::jit::load(file);
  const auto at = [&](std::initializer_list<const char*> path) {
    c10::IValue v = loaded._ivalue();
    for (const char* name : path) v = v.toObject()->getAttr(name);
    return v.toInt();
  };
  EXPECT_EQ(at({"child0", "child0", "a"}), 1);
  EXPECT_EQ(at({"child0", "child1", "b"}), 2);
  EXPECT_EQ(at({"child1", "child0", "child0", "c"}), 3);
  EXPECT_EQ(at({"child1", "child1", "d"}), 4);
}

}  // namespace

TEST(ApiScriptModule, IsDefinedFromSource) {
  torch::jit::Module m("Gate");
  m.register_parameter("w", torch::ones({2}), false);
  m.define(
      "def forward(self, x):\n  for i in range(x.size(0)):\n    if bool(x[i].sum() > 0):\n"
      "      x = x * self.w\n  return x\n");
  EXPECT_TRUE(m.forward({torch::ones({3, 2})}).toTensor().equal(torch::ones({3, 2})));
  EXPECT_TRUE(contains(m.get_method("forward").graph()->toString(), "prim::Loop"));
}

TEST(ApiScriptModule, HoldsModules) {
  torch::jit::Module m = nested();
  const at::Tensor x = torch::ones({2});
  EXPECT_TRUE(m.forward({x}).toTensor().equal(torch::ones({2}) * 30));
  EXPECT_TRUE(m.forward({x, 1.0}).toTensor().equal(torch::ones({2}) * 15));
  EXPECT_TRUE(m.run_method("half", x).toTensor().equal(torch::ones({2}) * 15));
  EXPECT_EQ(m.attr("n").toInt(), 3);
  const torch::jit::Module inner = m.attr("inner").toModule();
  EXPECT_TRUE(inner.attr("w").toTensor().equal(torch::ones({2}) * 2));
  EXPECT_TRUE(torch::jit::Module(inner).forward({x}).toTensor().equal(torch::ones({2}) * 3));
  EXPECT_TRUE(m.hasattr("inner"));
  EXPECT_FALSE(m.hasattr("outer"));
}

TEST(ApiScriptModule, ListsWhatItHolds) {
  const torch::jit::Module m = nested();
  EXPECT_EQ(names_of(m), (std::set<std::string>{"inner.w"}));
  EXPECT_EQ(m.named_parameters(/*recurse=*/false).size(), 0u);
  std::set<std::string> buffers, modules, children;
  for (const auto& b : m.named_buffers()) buffers.insert(b.name);
  for (const auto& c : m.named_modules()) modules.insert(c.name);
  for (const auto& c : m.named_children()) children.insert(c.name);
  EXPECT_EQ(buffers, (std::set<std::string>{"inner.b"}));
  EXPECT_EQ(modules, (std::set<std::string>{"", "inner"}));
  EXPECT_EQ(children, (std::set<std::string>{"inner"}));
  EXPECT_EQ(m.parameters().size(), 1u);
  EXPECT_EQ(m.buffers().size(), 1u);
  EXPECT_EQ(m.children().size(), 1u);
  EXPECT_EQ(m.modules().size(), 2u);
  bool found = false;
  for (const auto& a : m.named_attributes()) found = found || a.name == "inner.w";
  EXPECT_TRUE(found);
  for (const auto& p : m.parameters()) EXPECT_EQ(p.numel(), 2);
}

TEST(ApiScriptModule, TakesArgumentsByName) {
  torch::jit::Module m = nested();
  const at::Tensor x = torch::ones({2});
  EXPECT_TRUE(m.forward({x}, {{"scale", 1.0}}).toTensor().equal(torch::ones({2}) * 15));
  EXPECT_TRUE(m.get_method("forward")({}, {{"scale", 1.0}, {"x", x}})
                  .toTensor()
                  .equal(torch::ones({2}) * 15));
  EXPECT_THROW(m.forward({x}, {{"scael", 1.0}}), std::exception);
  EXPECT_THROW(m.forward({}, {{"scale", 1.0}}), std::exception);
}

TEST(ApiScriptModule, SetsAttributes) {
  torch::jit::Module m = nested();
  m.setattr("n", 1);
  EXPECT_TRUE(m.forward({torch::ones({2})}).toTensor().equal(torch::ones({2}) * 6));
  m.attr("inner").toModule().setattr("w", torch::zeros({2}));
  EXPECT_TRUE(m.forward({torch::ones({2})}).toTensor().equal(torch::ones({2}) * 2));
}

TEST(ApiScriptModule, SwitchesTraining) {
  torch::jit::Module m = nested();
  EXPECT_TRUE(m.is_training());
  m.eval();
  EXPECT_FALSE(m.is_training());
  EXPECT_FALSE(m.attr("inner").toModule().is_training());
  m.train();
  EXPECT_TRUE(m.attr("inner").toModule().is_training());
}

TEST(ApiScriptModule, ConvertsItsTensors) {
  torch::jit::Module m = nested();
  m.to(torch::kDouble);
  EXPECT_EQ(m.attr("inner").toModule().attr("w").toTensor().scalar_type(), torch::kDouble);
  EXPECT_EQ(m.forward({torch::ones({2}, torch::kDouble)}).toTensor().scalar_type(), torch::kDouble);
  m.to(at::kCPU);
}

TEST(ApiScriptModule, IsCopied) {
  torch::jit::Module m = nested();
  const at::Tensor x = torch::ones({2});
  torch::jit::Module deep = m.deepcopy(), clone = m.clone(), shallow = m.copy();
  m.attr("inner").toModule().attr("w").toTensor().zero_();
  EXPECT_TRUE(deep.forward({x}).toTensor().equal(torch::ones({2}) * 30));
  EXPECT_TRUE(clone.forward({x}).toTensor().equal(torch::ones({2}) * 2));
  m.setattr("n", 0);
  EXPECT_EQ(shallow.attr("n").toInt(), 3);
  EXPECT_EQ(clone.attr("n").toInt(), 3);
  clone.attr("inner").toModule().setattr("b", torch::zeros({2}));
  EXPECT_TRUE(m.attr("inner").toModule().attr("b").toTensor().equal(torch::ones({2})));
}

TEST(ApiScriptModule, AClonesClassesAreItsOwn) {
  torch::jit::Module m = nested(), clone = m.clone();
  clone.define("def twice(self, x):\n    return self.forward(self.forward(x))\n");
  clone.register_attribute("extra", c10::IntType::get(), 7);
  EXPECT_TRUE(clone.find_method("twice") && clone.hasattr("extra"));
  EXPECT_FALSE(m.find_method("twice") || m.hasattr("extra"));
  const at::Tensor w = m.attr("inner").toModule().attr("w").toTensor();
  EXPECT_TRUE(clone.attr("inner").toModule().attr("w").toTensor().is_same(w));
  EXPECT_EQ(clone.named_parameters().size(), m.named_parameters().size());
  const torch::jit::Module inner = m.attr("inner").toModule().clone();  // a part of a model
  EXPECT_EQ(inner.get_methods().size(), m.attr("inner").toModule().get_methods().size());
}

TEST(ApiScriptModule, TwoModulesOfOneNameLiveTogether) {
  torch::jit::Module a("Same"), b("Same"), both("Both");
  a.define("def forward(self, x):\n    return x + 1\n");
  b.define("def forward(self, x):\n    return x * 10\n");
  both.register_module("a", a);
  both.register_module("b", b);
  both.define("def forward(self, x):\n    return self.b.forward(self.a.forward(x))\n");
  EXPECT_EQ(both.forward({torch::ones({1})}).toTensor().item<float>(), 20);
}

TEST(ApiScriptModule, MistakesAreErrors) {
  torch::jit::Module m = gate();
  EXPECT_THROW(m.define("def forward(self, x):\n    return x\n"), std::exception);
  EXPECT_THROW(m.define("def f(self, x):\n    return y\n"), std::exception);
  EXPECT_THROW(m.register_parameter("w", torch::ones({1}), false), std::exception);
  EXPECT_FALSE(m.find_method("f").has_value());
  EXPECT_THROW(m.attr("nope"), std::exception);
  EXPECT_TRUE(m.forward({torch::ones({2})}).toTensor().equal(torch::ones({2}) * 3));
}

TEST(ApiScriptModule, IsPrinted) {
  const torch::jit::Module m = nested();
  const std::string text = m.dump_to_str(true, true, true);
  EXPECT_TRUE(contains(text, "module __torch__.Outer {"));
  EXPECT_TRUE(contains(text, "method half"));
  EXPECT_TRUE(contains(text, "inner"));
}

TEST(ApiCompilationUnit, HoldsFunctions) {
  auto cu = torch::jit::compile(R"(
    def relu_script(a, b):
      return torch.relu(a + b)
    def test_while(a, i):
      while bool(i < 10):
        a += a
        i += 1
      return a
  )");
  const at::Tensor a = torch::ones({1}), b = -torch::ones({1});
  EXPECT_EQ(cu->run_method("relu_script", a, b).toTensor().item<float>(), 0);
  EXPECT_EQ(cu->run_method("test_while", a.clone(), torch::zeros({1})).toTensor().item<float>(),
            1024);
  EXPECT_EQ(cu->get_functions().size(), 2u);
  EXPECT_EQ(cu->find_function("nope"), nullptr);
  EXPECT_THROW(cu->run_method("nope"), std::exception);
  EXPECT_EQ(cu->get_function("relu_script")({a, a}).toTensor().item<float>(), 2);
}

TEST(ApiCompilationUnit, DecidesByValues) {
  auto cu =
      torch::jit::compile("def g(x):\n  if bool(x.sum() > 0):\n    return x + 1\n  return x - 1\n");
  EXPECT_TRUE(cu->run_method("g", -torch::ones({2})).toTensor().equal(torch::ones({2}) * -2));
}
