#!/usr/bin/env python3
"""Weights and archives, both ways between serialize_files (files.cpp) and PyTorch: with_pytorch.py PROGRAM"""
import pathlib
import subprocess
import sys
import tempfile
import warnings

try:
    import numpy
    import torch
    from torch.jit.mobile import _load_for_lite_interpreter
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

warnings.filterwarnings("ignore")
PROGRAM = sys.argv[1]


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("seen", torch.tensor([5]))
        self.first = torch.nn.Linear(3, 4)
        self.body = torch.nn.Sequential(torch.nn.Linear(4, 4))
        self.out = torch.nn.Linear(4, 2)

    def forward(self, x):
        return self.out(self.body(self.first(x).relu()))


def program(*arguments):
    done = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{arguments}: {done.stderr}")
    return torch.tensor([[float(n) for n in done.stdout.split()]])


def check(what, a, b):
    if not torch.allclose(torch.as_tensor(a).float(), torch.as_tensor(b).float(), rtol=1e-5, atol=1e-6):
        sys.exit(f"{what}: {a} instead of {b}")
    print("ok", what)


def main():
    folder = pathlib.Path(tempfile.mkdtemp())
    ours = program("write", folder)
    ones = torch.ones(1, 3)

    state = torch.load(folder / "net.pth")
    net = Net()
    net.load_state_dict(state, strict=True)
    check("net.pth is read by load_state_dict", net(ones).detach(), ours)
    with numpy.load(folder / "net.npz") as arrays:
        assert list(arrays) == list(state), list(arrays)
        check("net.npz is read by numpy", arrays["out.weight"], state["out.weight"])
    archive = torch.jit.load(str(folder / "net.pt"))
    saved = archive.state_dict()
    assert set(saved) == set(state), list(saved)
    check("net.pt is TorchScript with the same names", saved["body.0.weight"], state["body.0.weight"])
    items = torch.jit.load(str(folder / "list.pt"))
    check("a list of tensors", getattr(items, "1"), torch.arange(3))
    check("pickle_save is read by torch.load", torch.load(folder / "value.pkl"), torch.arange(6).view(2, 3))
    lite = _load_for_lite_interpreter(str(folder / "net.ptl"))
    check("a traced module runs in the lite interpreter", lite(ones), ours)

    theirs = Net()
    expected = theirs(ones).detach()
    torch.save(theirs.state_dict(), folder / "zip.pth")
    torch.save(theirs.state_dict(), folder / "legacy.pth", _use_new_zipfile_serialization=False)
    torch.save({"epoch": 3, "state_dict": theirs.state_dict()}, folder / "checkpoint.pth")
    numpy.savez(folder / "weights.npz", **{name: t.numpy() for name, t in theirs.state_dict().items()})
    torch.jit.trace(theirs, ones).save(str(folder / "traced.pt"))
    for file in ("zip.pth", "legacy.pth", "checkpoint.pth", "weights.npz", "traced.pt"):
        check(f"{file} of PyTorch is read", program("read", folder / file), expected)
    for file in ("net.pt", "net.pth", "net.safetensors", "net.npz"):
        check(f"{file} of ours is read", program("read", folder / file), ours)


main()
