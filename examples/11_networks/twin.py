"""ResNet18 with a head of two classes in torchvision, with the weights of the C++ program."""
import sys

import torch

try:
    from torchvision.models import resnet18
except ImportError:
    print("SKIP: the twin, for torchvision cannot be imported")
    sys.exit(0)

folder = sys.argv[1]
tensors = torch.load(f"{folder}/tensors.pth")
net = resnet18()
net.fc = torch.nn.Linear(net.fc.in_features, 2)
net.load_state_dict(torch.load(f"{folder}/weights.pth"))
assert (net.eval()(tensors["x"]) - tensors["scores"]).abs().max() < 1e-4
print("torchvision agrees")
