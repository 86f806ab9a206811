"""LeNet5 in Python with the weights that the C++ program trained, and its files in PyTorch."""
import sys

import torch
from torch import nn
from torch.jit.mobile import _load_for_lite_interpreter


class LeNet5(nn.Module):
    def __init__(self, n_classes):
        super().__init__()
        self.feature_extractor = nn.Sequential(nn.Conv2d(1, 6, 5), nn.Tanh(), nn.AvgPool2d(2), nn.Conv2d(6, 16, 5), nn.Tanh(),
                                               nn.AvgPool2d(2), nn.Conv2d(16, 120, 5), nn.Tanh())
        self.classifier = nn.Sequential(nn.Linear(120, 84), nn.Tanh(), nn.Linear(84, n_classes))

    def forward(self, x):
        logits = self.classifier(torch.flatten(self.feature_extractor(x), 1))
        return logits, torch.softmax(logits, 1)


folder = sys.argv[1]
tensors = torch.load(f"{folder}/tensors.pth")
net = LeNet5(10).eval()
net.load_state_dict(torch.load(f"{folder}/weights.pth"))
for candidate in (net, torch.jit.load(f"{folder}/lenet5.pt"), _load_for_lite_interpreter(f"{folder}/lenet5.ptl")):
    logits, probabilities = candidate(tensors["x"])
    assert (logits - tensors["logits"]).abs().max() < 1e-3
    assert (probabilities - tensors["probabilities"]).abs().max() < 1e-4
print("PyTorch agrees; it reads", tensors["logits"].argmax(1).tolist())
