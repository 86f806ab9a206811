"""DeepLabV3 of torchvision with the weights of the C++ program: its label map, and PASCAL VOC's colours."""
import sys

import numpy as np
import torch
from PIL import Image

folder = sys.argv[1]
tensors = torch.load(f"{folder}/tensors.pth")
try:
    from torchvision.models.segmentation import deeplabv3_mobilenet_v3_large
except ImportError:
    print("SKIP: the twin, for torchvision cannot be imported")
    sys.exit(0)
net = deeplabv3_mobilenet_v3_large(weights=None, weights_backbone=None, num_classes=21).eval()
net.load_state_dict(torch.load(f"{folder}/weights.pth"))
with torch.no_grad():
    classes = net(tensors["x"])["out"].argmax(1)[0]
same = (classes == tensors["classes"]).float().mean()
assert same >= 0.999, same


def color(index):   # of the VOC development kit: bits of the index, highest first
    c = [0, 0, 0]
    for bit in range(8):
        for channel in range(3):
            c[channel] |= (index >> channel & 1) << 7 - bit
        index >>= 3
    return c


scene = np.asarray(Image.open(f"{folder}/scene.png")).astype(float)
overlay = np.asarray(Image.open(f"{folder}/overlay.png"))[2:-2, -2 - scene.shape[1]:-2].astype(float)
palette = np.array([color(i) for i in range(21)])[tensors["classes"].numpy()]
expected = np.where(tensors["classes"].numpy()[..., None] > 0, scene * 0.4 + palette * 0.6, scene)
assert abs(overlay - expected).max() <= 1
print(f"{same * 100:.2f} % of the pixels as torchvision has them, colours as VOC has them")
