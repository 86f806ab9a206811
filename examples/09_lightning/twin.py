"""The same autoencoder in PyTorch, with the weights that the C++ program trained and with those of Lightning's checkpoint."""
import sys

import torch
from torch import nn


class AutoEncoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 8))
        self.decoder = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 64))

    def forward(self, x):
        return self.decoder(self.encoder(x))


folder = sys.argv[1]
tensors = torch.load(f"{folder}/tensors.pth")
net = AutoEncoder()
net.load_state_dict(torch.load(f"{folder}/weights.pth"))
assert (net(tensors["x"]) - tensors["y"]).abs().max() < 1e-5
checkpoint = torch.load(f"{folder}/lightning.ckpt")
assert checkpoint["pytorch-lightning_version"]
net.load_state_dict({name[6:]: t for name, t in checkpoint["state_dict"].items() if name.startswith("model.")})
assert (net(tensors["x"]) - tensors["lightning"]).abs().max() < 1e-5
print("PyTorch agrees")
