"""The same steps in Python."""
import sys

import torch

path = torch.load(f"{sys.argv[1]}/tensors.pth")["path"]
w = torch.tensor(3., requires_grad=True)
for expected in path[1:]:
    w.grad = None
    ((2 * w - 10) ** 2).backward()
    with torch.no_grad():
        w -= 0.1 * w.grad
    assert abs(w.item() - expected.item()) < 1e-6
print("PyTorch takes the same steps:", [round(v, 3) for v in path.tolist()])
