"""The generator in Python with the weights that the C++ program trained, and its files in PyTorch."""
import sys

import torch
from torch import nn
from torch.jit.mobile import _load_for_lite_interpreter


class Generator(nn.Module):
    def __init__(self, latent, classes, width, pixels):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(latent + classes, width), nn.BatchNorm1d(width), nn.ReLU(), nn.Linear(width, width),
                                    nn.BatchNorm1d(width), nn.ReLU(), nn.Linear(width, pixels))

    def forward(self, noise, classes):
        x = torch.cat([noise, nn.functional.one_hot(classes, 10).float()], 1)
        return torch.sigmoid(self.layers(x)).view(-1, 1, 8, 8)


folder = sys.argv[1]
tensors = torch.load(f"{folder}/tensors.pth")
net = Generator(32, 10, 256, 64).eval()
net.load_state_dict(torch.load(f"{folder}/weights.pth"))
with torch.no_grad():
    for candidate in (net, _load_for_lite_interpreter(f"{folder}/digits.ptl")):
        pictures = candidate(tensors["noise"], tensors["classes"])
        assert (pictures - tensors["pictures"]).abs().max() < 1e-4
    faces = torch.jit.load(f"{folder}/stylegan.pt")(tensors["style"])
    assert (faces - tensors["faces"]).abs().max() < 1e-3 * tensors["faces"].abs().max()
print("PyTorch draws the same digits")
