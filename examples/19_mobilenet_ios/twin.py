"""The same network in Python with the same weights, and Tealight's file in PyTorch."""
import pathlib
import sys

import torch

sys.path.append(str(pathlib.Path(__file__).parent.parent))
from common.mobilenet_v2 import MobileNetV2

folder = sys.argv[1]
tensors = torch.load(f"{folder}/tensors.pth")
net = MobileNetV2().eval()
net.load_state_dict(torch.load(f"{folder}/weights.pth"), strict=False)
ours = torch.jit.load(f"{folder}/model.pt")
reference = torch.jit.trace(net, tensors["x"])


def difference(a, b):
    return float((a - b).abs().max() / b.abs().max())


for candidate in (net, reference, ours):
    assert difference(candidate(tensors["x"]), tensors["y"]) < 1e-5
assert difference(ours(torch.ones(2, 3, 96, 96)), net(torch.ones(2, 3, 96, 96))) < 1e-5
repaired = pathlib.Path(folder) / "repaired.pt"   # by `tealight edit --eval`, where the command was built
if repaired.exists():
    assert difference(torch.jit.load(str(repaired))(tensors["x"]), tensors["y"]) < 1e-5
assert [n for n, _ in ours.named_modules()] == [n for n, _ in reference.named_modules()]
print("PyTorch agrees: the same scores, the same", sum(1 for _ in ours.modules()), "modules")
