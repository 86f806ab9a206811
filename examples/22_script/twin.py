"""The same module in Python, and Tealight's files in PyTorch."""
import sys

import torch
from torch.jit.mobile import _load_for_lite_interpreter


class Gate(torch.nn.Module):
    def __init__(self, w):
        super().__init__()
        self.w = torch.nn.Parameter(w)

    def forward(self, x):
        for i in range(x.size(0)):
            if bool(x[i].sum() > 0):
                x = x * self.w
        return x


folder = sys.argv[1]
tensors = torch.load(f"{folder}/tensors.pth")
eager = Gate(torch.load(f"{folder}/weights.pth")["w"])
for net in (eager, torch.jit.script(eager), torch.jit.load(f"{folder}/gate.pt"), _load_for_lite_interpreter(f"{folder}/gate.ptl")):
    for x in (tensors["x"], -tensors["x"]):
        assert torch.equal(net(x), eager(x))
assert torch.equal(eager(tensors["x"]), tensors["y"])
print("PyTorch agrees")
