#!/usr/bin/python3
"""What torchvision.utils.make_grid makes of pictures; writes tests/golden/grid.npz, which src/data/grid_test.cpp reads."""
import pathlib

import numpy as np
import torch
from torchvision.utils import make_grid

torch.manual_seed(0)
rgb, gray = torch.randn(5, 3, 4, 6), torch.randn(3, 1, 5, 4)
results = {
    "rgb": make_grid(rgb),
    "rows": make_grid(rgb, nrow=2, padding=1, pad_value=0.5),
    "gray": make_grid(gray, nrow=2, padding=0),
    "normalized": make_grid(rgb, nrow=3, normalize=True, pad_value=1),
    "range": make_grid(rgb, normalize=True, value_range=(-1, 0.5)),
    "each": make_grid(gray, normalize=True, scale_each=True),
    "one": make_grid(gray[0]),
    "plane": make_grid(gray[0, 0]),
    "bytes": make_grid((rgb.abs() * 50).byte(), nrow=4, pad_value=9),
}
out = pathlib.Path(__file__).parent / "grid.npz"
np.savez_compressed(out, source_rgb=rgb, source_gray=gray, **results)
print(len(results), "results in", out)
