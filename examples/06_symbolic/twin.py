"""One step of SGD in PyTorch, from the weights that the C++ program began with."""
import sys

import torch
from torch import nn


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.dense_1 = nn.Linear(784, 64)
        self.dense_2 = nn.Linear(64, 64)
        self.predictions = nn.Linear(64, 10)

    def forward(self, x):
        return self.predictions(torch.relu(self.dense_2(torch.relu(self.dense_1(x)))))


folder = sys.argv[1]
tensors = torch.load(f"{folder}/tensors.pth")
model = Model()
model.load_state_dict(torch.load(f"{folder}/weights.pth"))
loss = nn.functional.cross_entropy(model(tensors["x"]), tensors["y"])
assert abs(loss.item() - tensors["loss"].item()) < 1e-6
loss.backward()
torch.optim.SGD(model.parameters(), lr=1e-3).step()
stepped = torch.load(f"{folder}/stepped.pth")
for name, weight in model.state_dict().items():
    assert (weight - stepped[name]).abs().max() < 1e-6, name
print("PyTorch's step leads to the same weights")
