"""Tealight's files in Python: the state dict, the traced model, and a module as torch::save of C++ writes it."""
import sys

import torch
from torch import nn

folder = sys.argv[1]
tensors = torch.load(f"{folder}/tensors.pth")
net = nn.Sequential(nn.Linear(8, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(0.2), nn.Linear(16, 3)).eval()
net.load_state_dict(torch.load(f"{folder}/net.pth"))
assert (net(tensors["x"]) - tensors["y"]).abs().max() < 1e-6
assert (torch.jit.load(f"{folder}/model.pt")(tensors["x"]) - tensors["y"]).abs().max() < 1e-6
archive = torch.jit.load(f"{folder}/net.pt")   # an archive of tensors by name
saved = dict(archive.named_parameters())
assert sorted(saved) == sorted(name for name, _ in net.named_parameters())
print("PyTorch loads", "net.pth, model.pt and net.pt")
