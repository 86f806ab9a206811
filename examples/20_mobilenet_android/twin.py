"""The eager network in Python with the same weights, against Tealight's optimized files in PyTorch's lite interpreter."""
import pathlib
import sys

import torch
from torch.jit.mobile import _load_for_lite_interpreter

sys.path.append(str(pathlib.Path(__file__).parent.parent))
from common.mobilenet_v2 import MobileNetV2

folder = sys.argv[1]
tensors = torch.load(f"{folder}/tensors.pth")
net = MobileNetV2().eval()
net.load_state_dict(torch.load(f"{folder}/weights.pth"), strict=False)
for x, y in (("x", "y"), ("x2", "y2")):
    for name in ("model.ptl", "from_pt.ptl"):
        scores = _load_for_lite_interpreter(f"{folder}/{name}")(tensors[x])
        for wanted in (net(tensors[x]), tensors[y]):
            difference = float((scores - wanted).abs().max() / wanted.abs().max())
            assert difference < 1e-5, f"{name} differs by {difference}"
print("PyTorch agrees: its lite interpreter gives the eager model's scores")
