"""The same network in Python with the same weights, and Tealight's files in PyTorch."""
import sys

import torch
from torch import nn
from torch.jit.mobile import _load_for_lite_interpreter

folder = sys.argv[1]
tensors = torch.load(f"{folder}/tensors.pth")
net = nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 32), nn.ReLU(), nn.Linear(32, 32), nn.ReLU(), nn.Linear(32, 16),
                    nn.ReLU(), nn.Linear(16, 10), nn.Softmax(1)).eval()
net.load_state_dict(torch.load(f"{folder}/weights.pth"))
for candidate in (net, torch.jit.load(f"{folder}/number.pt"), _load_for_lite_interpreter(f"{folder}/number.ptl")):
    for n in (1, 2, 50):
        assert (candidate(tensors["x"][:n]) - tensors["y"][:n]).abs().max() < 1e-5
print("PyTorch agrees; the digits of N = 2 are", "".join(str(int(d)) for d in net(tensors["x"][:2]).argmax(1)))
