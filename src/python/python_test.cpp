// Python files as torch.jit.script takes them.
#include <gtest/gtest.h>

#include "python/script_python.h"
#include "tealight/module.h"
#include "tealight/ops.h"

namespace tealight::python {
namespace {

Module scripted(const std::string& text, ScriptOptions options = {}) {
  return Module::make(script_python("model.py", text, options));
}

TEST(Python, AModuleRunsWithPyTorchsWeightsOfTheSeed) {
  ScriptOptions options;
  options.seed = 0;
  const Module m = scripted(R"(
import torch
import torch.nn as nn
import torch.nn.functional as F

class Net(nn.Module):
    """A small net."""
    def __init__(self, n=3):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(4, 4) for _ in range(n)])
        self.head = nn.Sequential(nn.Linear(4, 2), nn.ReLU())

    def forward(self, x):
        for i, layer in enumerate(self.layers):
            x = F.relu(layer(x))
        return self.head(x)
)",
                            options);
  EXPECT_EQ(m.named_parameters().size(), 8u);
  const Tensor w = m.named_parameters().at("layers.0.weight");
  EXPECT_FLOAT_EQ(w.flatten()[0].item<float>(), -0.0037f);
  EXPECT_EQ(m.forward({ones({1, 4})}).toTensor().dim(), 2);
}

}  // namespace
}  // namespace tealight::python
