"""The same pictures by PIL: what the network would get, and the file that OpenCV wrote."""
import sys

import numpy as np
import torch
from PIL import Image

folder = sys.argv[1]
tensors = torch.load(f"{folder}/tensors.pth")


def planes(name):
    return torch.from_numpy(np.asarray(Image.open(f"{folder}/{name}").convert("RGB")).copy()).permute(2, 0, 1)


mean, std = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
x = (planes("bee.png").float() / 255 - mean[:, None, None]) / std[:, None, None]
assert (x - tensors["x"][0]).abs().max() < 1e-5
assert torch.equal(planes("negative.png"), tensors["negative"])
assert torch.equal(planes("negative.png"), 255 - planes("bee.png"))
print("colours and numbers are PIL's")
