"""The same class in Python, with the weights of the C++ one."""
import sys

import torch
from torch import nn


class MyModel(nn.Module):
    def __init__(self, inputs, classes=10):
        super().__init__()
        self.dense_1 = nn.Linear(inputs, 32)
        self.dense_2 = nn.Linear(32, classes)

    def forward(self, x):
        return torch.sigmoid(self.dense_2(torch.relu(self.dense_1(x))))


folder = sys.argv[1]
tensors = torch.load(f"{folder}/tensors.pth")
model = MyModel(16, 4)
model.load_state_dict(torch.load(f"{folder}/weights.pth"))
assert (model(tensors["x"]) - tensors["y"]).abs().max() < 1e-6
print("PyTorch agrees")
