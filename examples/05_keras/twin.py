"""The same network in PyTorch, with the weights that the C++ program trained; its .ptl there."""
import sys

import torch
from torch import nn
from torch.jit.mobile import _load_for_lite_interpreter


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.dense = nn.Linear(784, 512)
        self.dropout = nn.Dropout(0.2)
        self.dense_1 = nn.Linear(512, 10)

    def forward(self, x):
        x = self.dropout(torch.relu(self.dense(torch.flatten(x, 1))))
        return torch.softmax(self.dense_1(x), -1)


folder = sys.argv[1]
tensors = torch.load(f"{folder}/tensors.pth")
model = Model().eval()
model.load_state_dict(torch.load(f"{folder}/weights.pth"))
assert sum(p.numel() for p in model.parameters()) == 407050
for candidate in (model, _load_for_lite_interpreter(f"{folder}/model.ptl")):
    assert (candidate(tensors["x"]) - tensors["y"]).abs().max() < 1e-5
print("PyTorch agrees; it reads", tensors["y"].argmax(1).tolist())
