"""The same rounds in PyTorch, from the same weights and clients."""
import copy
import sys

import torch
from torch import nn

folder = sys.argv[1]
tensors = torch.load(f"{folder}/tensors.pth")
net = nn.Sequential(nn.Flatten(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
net.load_state_dict({f"{int(k.split('.')[1]) + 1}.{k.split('.')[2]}": v for k, v in torch.load(f"{folder}/weights.pth").items()})
clients = [(tensors[f"images{i}"], tensors[f"labels{i}"]) for i in range(5)]


def flat(model):
    return torch.cat([p.detach().reshape(-1) for p in model.parameters()])


for _ in range(30):
    total, weight = 0, 0
    for images, labels in clients:
        local = copy.deepcopy(net)
        sgd = torch.optim.SGD(local.parameters(), 0.1, momentum=0.5)
        for i in range(0, len(labels), 20):
            sgd.zero_grad()
            nn.functional.cross_entropy(local(images[i:i + 20]), labels[i:i + 20]).backward()
            sgd.step()
        total, weight = total + (flat(local) - flat(net)) * len(labels), weight + len(labels)
    nn.utils.vector_to_parameters(flat(net) + total / weight, net.parameters())

difference = (flat(net) - tensors["flat"]).abs().max()
assert difference < 1e-2, difference
print(f"PyTorch agrees: after 30 rounds the weights differ by at most {difference:.1e}")
