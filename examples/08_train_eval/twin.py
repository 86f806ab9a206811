"""The same in Python: the statistics of the lesson, and the network in eval mode with the C++ side's weights."""
import sys

import torch
from torch import nn

bn = nn.BatchNorm1d(1)
bn(torch.tensor([[1.], [3.]]))
assert abs(bn.running_mean.item() - 0.2) < 1e-6 and abs(bn.running_var.item() - 1.1) < 1e-6
assert abs(bn.eval()(torch.tensor([[2.]])).item() - 1.7162) < 1e-4

folder = sys.argv[1]
tensors = torch.load(f"{folder}/tensors.pth")
net = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.AdaptiveAvgPool2d(1), nn.Flatten())
net.load_state_dict(torch.load(f"{folder}/weights.pth"))
assert (net.eval()(tensors["x"]) - tensors["y"]).abs().max() < 1e-5
print("PyTorch agrees")
