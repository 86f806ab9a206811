#!/usr/bin/env python3
"""Networks traced by Tealight and run by PyTorch, next to those that PyTorch traced itself.

    tests/trace/with_pytorch.py build/dev/trace_file [--only NAME]

Saved as .pt and as .ptl, our trace must give what the network gives, for the example and for inputs of other sizes wherever
PyTorch's trace does; and it must have the same submodules, called in the same way, with the same state. Skips (77) without
torch.
"""
import argparse
import pathlib
import subprocess
import sys
import tempfile
import warnings

try:
    import torch
    import torch.nn as nn
    import torch.nn.functional as F
    from torch.jit.mobile import _load_for_lite_interpreter
except ImportError:
    print("SKIP: torch cannot be imported")
    sys.exit(77)

from typing import Dict, List, Tuple

warnings.filterwarnings("ignore")
TOLERANCE = 1e-5   # of the largest number


class Block(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.conv = nn.Sequential(nn.Conv2d(n, n, 3, padding=1, groups=n), nn.BatchNorm2d(n), nn.ReLU6())

    def forward(self, x):
        return x + self.conv(x)


class Picture(nn.Module):
    """Residual blocks, pooling to one size, a resize to the input's."""

    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 4, 3, 2, 1)
        self.blocks = nn.ModuleList([Block(4), Block(4)])
        self.pool = nn.AdaptiveAvgPool2d(2)
        self.drop, self.head = nn.Dropout(0.2), nn.Linear(16, 5)

    def forward(self, x):
        y = self.first(x)
        for block in self.blocks:
            y = block(y)
        up = F.interpolate(y, size=[x.shape[2], x.shape[3]], mode="bilinear", align_corners=False)
        return self.head(self.drop(torch.flatten(self.pool(y), 1))), up


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.qkv, self.out, self.norm = nn.Linear(8, 24), nn.Linear(8, 8), nn.LayerNorm(8)

    def forward(self, x):
        b, t, c = x.size(0), x.size(1), x.size(2)
        qkv = self.qkv(self.norm(x)).view(b, t, 3, 2, c // 2).permute(2, 0, 3, 1, 4)
        weights = torch.matmul(qkv[0], qkv[1].transpose(-2, -1)).softmax(-1)
        return x + self.out(torch.matmul(weights, qkv[2]).transpose(1, 2).reshape(b, t, c))


class Recurrent(nn.Module):
    """Layers that make their states themselves; the last state is used too."""

    def __init__(self, kind, **options):
        super().__init__()
        self.layer = kind(3, 4, **options)

    def forward(self, x):
        return self.layer(x)


class Cells(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm, self.gru, self.rnn = nn.LSTMCell(3, 4), nn.GRUCell(4, 4), nn.RNNCell(4, 4)

    def forward(self, x):
        h, c = self.lstm(x)
        h, c = self.lstm(x, (h, c))
        return self.rnn(self.gru(h)), c


class Tied(nn.Module):
    """A layer called three times, and a weight used outside of its layer."""

    def __init__(self):
        super().__init__()
        self.a = nn.Linear(4, 4)
        self.norm = nn.LayerNorm(4)

    def forward(self, x):
        x = self.norm(self.a(self.a(self.a(x))))
        return F.linear(x, self.a.weight)


class Several(nn.Module):
    """Inputs and outputs in containers."""

    def __init__(self):
        super().__init__()
        self.mix = nn.Linear(6, 3)

    def forward(self, pair: Tuple[torch.Tensor, torch.Tensor], more: List[torch.Tensor], named: Dict[str, torch.Tensor]):
        x = self.mix(torch.cat([pair[0], pair[1]], 1)) + named["bias"]
        return {"sum": x + more[0], "scaled": x * more[1]}, [x, pair[0]]


def pictures(*sizes):
    return [(torch.randn(s),) for s in sizes]


SEQUENCES = pictures([5, 2, 3], [7, 4, 3], [1, 1, 3])
CASES = {
    "picture": (Picture, pictures([1, 3, 16, 20], [3, 3, 32, 24], [2, 3, 24, 17])),
    "attention": (Attention, pictures([2, 5, 8], [4, 9, 8], [1, 1, 8])),
    "lstm": (lambda: Recurrent(nn.LSTM), SEQUENCES),
    "lstm_two_ways": (lambda: Recurrent(nn.LSTM, num_layers=2, bidirectional=True, batch_first=True), SEQUENCES),
    "lstm_projected": (lambda: Recurrent(nn.LSTM, proj_size=2), SEQUENCES),
    "gru": (lambda: Recurrent(nn.GRU, num_layers=2), SEQUENCES),
    "rnn": (lambda: Recurrent(nn.RNN, nonlinearity="relu", bias=False), SEQUENCES),
    "cells": (Cells, pictures([2, 3], [5, 3])),
    "tied": (Tied, pictures([2, 4], [5, 4])),
    "several": (Several, [((torch.randn(n, 3), torch.randn(n, 3)), [torch.randn(n, 3), torch.randn(n, 3)], {"bias": torch.randn(3)}) for n in (2, 5)]),
}


def flat(value):
    if isinstance(value, torch.Tensor):
        return [value]
    parts = value.values() if isinstance(value, dict) else value
    return [t for part in parts for t in flat(part)]


def close(a, b):
    a, b = flat(a), flat(b)
    return len(a) == len(b) and all(
        x.shape == y.shape and (x - y).abs().max() <= TOLERANCE * max(1, float(y.abs().max())) for x, y in zip(a, b))


def serves(traced, inputs, wanted):
    try:
        return close(traced(*inputs), wanted)
    except RuntimeError:
        return False


class Inputs(nn.Module):
    """A file of inputs that our side reads as any module: forward gives them."""

    def __init__(self, values):
        super().__init__()
        self.values = values

    def forward(self):
        return self.values


def methods(module):
    """Which methods each submodule that is called has."""
    found = {name: sorted(inner._c._method_names()) for name, inner in module.named_modules()}
    return {name: called for name, called in found.items() if called}


def check(name, tool, folder):
    make, examples = CASES[name]
    torch.manual_seed(len(name))
    net = make().eval()
    reference = torch.jit.trace(net, examples[0], strict=False)
    paths = [str(folder / f"{name}.{end}") for end in ("net.pt", "inputs.pt", "pt", "ptl")]
    torch.jit.script(net).save(paths[0])
    torch.jit.script(Inputs(examples[0])).save(paths[1])
    told = subprocess.run([tool, *paths], capture_output=True, text=True)
    if told.returncode != 0 or "WARNING" in told.stdout:
        return [told.stdout + told.stderr]
    wrong = []
    traced, lite = torch.jit.load(paths[2]), _load_for_lite_interpreter(paths[3])
    for inputs in examples:
        wanted = net(*inputs)
        if not serves(reference, inputs, wanted):
            continue
        sizes = [list(t.shape) for t in flat(inputs)]
        wrong += [f"{end} differs for {sizes}" for end, ours in (("pt", traced), ("ptl", lite)) if not serves(ours, inputs, wanted)]
    if methods(traced) != methods(reference):
        wrong.append(f"methods {methods(traced)} in place of {methods(reference)}")
    if {k: v.shape for k, v in traced.state_dict().items()} != {k: v.shape for k, v in reference.state_dict().items()}:
        wrong.append(f"state {list(traced.state_dict())} in place of {list(reference.state_dict())}")
    return wrong


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("tool")
    parser.add_argument("--only")
    options = parser.parse_args()
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        names = [n for n in CASES if options.only in (None, n)]
        for name in names:
            for problem in check(name, options.tool, pathlib.Path(folder)):
                bad += 1
                print(f"{name}: {problem}")
    print(f"{len(names)} networks, {bad} differences")
    return bad > 0


if __name__ == "__main__":
    sys.exit(main())
