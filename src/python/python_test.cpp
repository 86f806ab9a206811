// What Python files may say, and how it is said what they may not. What PyTorch takes too is
// compared with it in conformance_test.cpp.
#include <gtest/gtest.h>

#include "python/script_python.h"
#include "tealight/grad_mode.h"
#include "tealight/module.h"
#include "tealight/ops.h"

namespace tealight::python {
namespace {

Module scripted(const std::string& text, ScriptOptions options = {}) {
  return Module::make(script_python("model.py", text, options));
}

std::string refusal(const std::string& text, const ScriptOptions& options = {}) {
  try {
    script_python("model.py", text, options);
  } catch (const Error& e) {
    return e.what();
  }
  return {};
}

void expect_refused(const std::string& text, const std::string& what, int line) {
  const std::string message = refusal(text);
  EXPECT_NE(message.find(what), std::string::npos) << text << "\n" << message;
  EXPECT_NE(message.find("model.py:" + std::to_string(line) + ":"), std::string::npos)
      << text << "\n"
      << message;
}

const std::string kNet = R"(
import torch.nn as nn

class Net(nn.Module):
    def __init__(self, width=3, bias=True):
        super().__init__()
        self.fc = nn.Linear(2, width, bias=bias)

    def forward(self, x):
        return self.fc(x)
)";

TEST(Python, ConstructorArgumentsAreExpressions) {
  ScriptOptions options;
  options.arguments = {{"width", "2 * 4"}, {"bias", "False"}};
  const Module m = scripted(kNet, options);
  EXPECT_EQ(m.named_tensors().at("fc.weight").sizes(), (IntArrayRef{8, 2}));
  EXPECT_FALSE(m.named_tensors().contains("fc.bias"));
}

TEST(Python, TheSeedGivesPyTorchsWeights) {
  ScriptOptions options;
  options.seed = 0;
  const Module m = scripted(kNet, options);
  const Tensor w = m.named_tensors().at("fc.weight");  // torch.manual_seed(0); nn.Linear(2, 3)
  EXPECT_FLOAT_EQ(static_cast<const float*>(w.data_ptr())[0], -0.0052939812f);
}

TEST(Python, WhatIsNoPartOfTheModelMayBeAnything) {
  const Module m = scripted("import os\nfrom absent import thing\n" + kNet + R"(
try:
    import wandb
except ImportError:
    wandb = None

def train(model, *args, **kwargs):
    with open("x") as f:
        yield f
    return (lambda y: y)(model)

if __name__ == "__main__":
    train(Net())
)");
  EXPECT_TRUE(m.find_method("forward"));
}

// PyTorch wants these as arguments; numbers and strings of the file are plain to see.
TEST(Python, ConstantsOfTheFileAreSeen) {
  const Module m = scripted(R"(
SIZE = 2 * 3
NAME = "n"

def f(x: int) -> str:
    return NAME + str(x + SIZE)
)");
  EXPECT_EQ(m.forward({Value(1)}).toStringRef(), "n7");
}

TEST(Python, AnExceptionLeavesNoGrad) {
  const Module m = scripted(R"(
import torch

def f() -> int:
    with torch.no_grad():
        raise ValueError("no")
    return 1
)");
  EXPECT_THROW(m.forward({}), Error);
  EXPECT_TRUE(GradMode::is_enabled());
}

TEST(Python, IsScriptingIsKnownWithoutAnImport) {
  const Module m = scripted(R"(
def test() -> int:
    n = 0
    if not torch.jit.is_scripting():
        n = undefined()
    return n + int(torch.jit.is_tracing())
)");
  EXPECT_EQ(m.forward({}).toInt(), 0);
}

TEST(Python, TheLastFunctionOfANameCounts) {
  const Module m = scripted("def f() -> int:\n    return 1\n\ndef f() -> int:\n    return 2\n");
  EXPECT_EQ(m.forward({}).toInt(), 2);
}

TEST(Python, SeveralModelsWantAName) {
  const std::string two =
      kNet + "\nclass Other(nn.Module):\n    def forward(self, x):\n        return x\n";
  EXPECT_NE(refusal(two).find("several models: Net, Other"), std::string::npos) << refusal(two);
  ScriptOptions options;
  options.name = "Other";
  EXPECT_TRUE(scripted(two, options).find_method("forward"));
  options.name = "Absent";
  EXPECT_NE(refusal(two, options).find("it has Net, Other"), std::string::npos);
}

TEST(Python, FilesBesideItAreImported) {
  ScriptOptions options;
  options.find_file = [](const std::string& module) -> SourceTextPtr {
    if (module != "blocks") return nullptr;
    return std::make_shared<const script::SourceText>(script::SourceText{
        "blocks.py",
        "import torch.nn as nn\n\nclass Block(nn.Module):\n    def forward(self, x):\n        return x + 1\n"});
  };
  const Module m = scripted(R"(
from torch import nn
from blocks import Block

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.block = Block()

    def forward(self, x):
        return self.block(x)
)",
                            options);
  EXPECT_EQ(m.forward({ones({1})}).toTensor().item().toFloat(), 2.f);
}

TEST(Python, RefusalsNameTheConstructAndTheLine) {
  const auto forward = [](const std::string& body, const std::string& init = "pass") {
    return "import torch\nimport torch.nn as nn\n\nclass M(nn.Module):\n    def __init__(self):\n"
           "        super().__init__()\n        " +
           init + "\n\n    def forward(self, x):\n        " + body + "\n";
  };
  expect_refused(forward("return self.absent(x)"), "no method 'absent'", 10);
  expect_refused(forward("return nn.ReLU()(x)"), "only a constructor makes", 10);
  expect_refused(forward("return self.f(x)", "self.f = lambda x: x"), "a lambda", 10);
  expect_refused(forward("return self.l[0](x)", "self.l = [nn.ReLU()]"), "use nn.ModuleList", 10);
  expect_refused(forward("yield x"), "'yield'", 10);
  expect_refused(forward("return [*x]"), "'*' of a Tensor", 10);
  expect_refused(forward("return x", "self.fc = nn.Linear(2)"), "'out_features' is missing", 7);
  expect_refused(forward("return x", "self.fc = nn.Absent(2)"), "'torch.nn.Absent' is not known",
                 7);
  expect_refused(forward("return x", "raise ValueError('no')"), "ValueError: no", 7);
  expect_refused(
      forward("while x:\n            pass\n        else:\n            pass\n        return x"),
      "'else' after 'while'", 12);
  expect_refused("def f(*args): return args\n", "any number of arguments", 1);
  expect_refused("def f(x):\n    return f'{x:.2f}'\n", "in an f-string", 2);
}

TEST(Python, EndlessConstructorsEnd) {
  EXPECT_NE(refusal("import torch.nn as nn\n\nclass M(nn.Module):\n    def __init__(self):\n"
                    "        self.__init__()\n\n    def forward(self, x):\n        return x\n"),
            "");
}

}  // namespace
}  // namespace tealight::python
