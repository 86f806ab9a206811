"""The trained classifier in PyTorch: its weights in torchvision's MobileNetV2, and the .ptl by the lite interpreter."""
import sys
import zipfile

import torch
from torch.jit.mobile import _load_for_lite_interpreter

folder = sys.argv[1]
tensors = torch.load(f"{folder}/tensors.pth")
lite = _load_for_lite_interpreter(f"{folder}/ants_bees.ptl")
assert (lite(tensors["x"]) - tensors["scores"]).abs().max() < 1e-4
with zipfile.ZipFile(f"{folder}/ants_bees.ptl") as archive:
    name = next(n for n in archive.namelist() if n.endswith("extra/labels.txt"))
    assert archive.read(name) == b"ants\nbees\n"
try:
    from torchvision.models import mobilenet_v2
except ImportError:
    print("SKIP: torchvision's network, for it cannot be imported")
    sys.exit(0)
net = mobilenet_v2(num_classes=2)
net.load_state_dict(torch.load(f"{folder}/weights.pth"))
assert (net.eval()(tensors["x"]) - tensors["scores"]).abs().max() < 1e-4
print("PyTorch and torchvision agree")
