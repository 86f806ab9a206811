"""The same data set in Python: its items are equal, and torchvision's grid of the batch is the picture that was saved."""
import csv
import sys

import numpy as np
import torch
from PIL import Image
from torch.utils.data import DataLoader, Dataset

folder = sys.argv[1]
tensors = torch.load(f"{folder}/tensors.pth")
NAMES = ["disc", "square", "triangle"]


class CsvImages(Dataset):
    def __init__(self):
        with open(f"{folder}/labels.csv", newline="") as file:
            self.rows = list(csv.DictReader(file))

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, i):
        picture = Image.open(f"{folder}/{self.rows[i]['file']}").resize((32, 32), Image.BILINEAR)
        data = torch.from_numpy(np.asarray(picture).copy()).permute(2, 0, 1).float() / 255
        return data, NAMES.index(self.rows[i]["label"])


dataset = CsvImages()
data, label = dataset[4]
assert torch.equal(data, tensors["item"]) and label == 1
batches = list(DataLoader(dataset, batch_size=64, shuffle=True))
assert [len(labels) for _, labels in batches] == [64, 64, 22]
everything = {round(float(x.double().sum()), 6) for x, _ in dataset}
assert {round(float(x.double().sum()), 6) for x in tensors["batch"]} <= everything
try:
    from torchvision.utils import make_grid
    grid = make_grid(tensors["batch"][:24]).mul(255).add(0.5).clamp(0, 255).byte().permute(1, 2, 0)
    assert np.array_equal(np.asarray(Image.open(f"{folder}/batch.png")), grid.numpy())
except ImportError:
    print("SKIP: the grid, for torchvision cannot be imported")
print("items and batches are PyTorch's")
