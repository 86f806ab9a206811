"""The same steps in Python: what PyTorch's tracer and compiler make of the same functions."""
import sys
import warnings

import torch

folder = sys.argv[1]
tensors = torch.load(f"{folder}/tensors.pth")
w = torch.full((1,), 2.0)


def f(x):
    unused = x.exp()
    return w * x.view(x.size(0), -1).sum(1) + torch.tensor([0.5])


def g(x):
    if bool(x.sum() > 0):
        return x + 1
    return x - 1


traced = torch.jit.trace(f, (torch.rand(1, 3, 4),))
assert torch.allclose(traced(tensors["x"]), tensors["y"], rtol=1e-5)
assert torch.allclose(torch.jit.load(f"{folder}/model.pt")(tensors["x"]), tensors["y"], rtol=1e-5)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    once = torch.jit.trace(g, (torch.ones(2),))
assert any(w.category is torch.jit.TracerWarning for w in caught)
assert once(-torch.ones(2)).tolist() == [0, 0]
assert torch.jit.script(g)(-torch.ones(2)).tolist() == [-2, -2]
print("PyTorch agrees")
