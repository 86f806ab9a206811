"""The same network in Python with the same weights, and Tealight's files in PyTorch."""
import sys

import torch
from torch import nn
from torch.jit.mobile import _load_for_lite_interpreter


class ThreeInputs(nn.Module):
    def __init__(self):
        super().__init__()
        self.picture, self.words, self.boxes = nn.Conv2d(3, 8, 7, 4), nn.Linear(256, 8), nn.Linear(2, 8)

    def forward(self, image, tokens, boxes):
        a = self.picture(image).relu().mean((2, 3))
        b = self.words(tokens).softmax(1).mean(1)
        c = self.boxes(boxes.reshape(boxes.size(0), -1, 2)).mean((0, 1))
        return torch.cat([a, b, c.expand(image.size(0), 8)], 1)


folder = sys.argv[1]
tensors = torch.load(f"{folder}/tensors.pth")
inputs = [tensors[name] for name in ("image", "tokens", "boxes")]
net = ThreeInputs().eval()
net.load_state_dict(torch.load(f"{folder}/weights.pth"))
ours = torch.jit.load(f"{folder}/three.pt")
traced = torch.jit.trace(net, (torch.rand(1, 3, 224, 224), torch.rand(1, 1258, 256), torch.rand(10, 2, 2)))
for candidate in (net, traced, ours, _load_for_lite_interpreter(f"{folder}/three.ptl")):
    assert torch.allclose(candidate(*inputs), tensors["y"], rtol=1e-5, atol=1e-6)
assert torch.allclose(ours(image=inputs[0], boxes=inputs[2], tokens=inputs[1]), tensors["y"], rtol=1e-5, atol=1e-6)
print("PyTorch agrees")
