#!/usr/bin/env python3
"""Optimizes networks with PyTorch and with `tealight optimize`, and compares.

    tests/optimize/with_pytorch.py build/dev/tealight [--only NAME]

The same operators must be left, whatever is blocked, and our file, run by PyTorch, must give what the network gave (PyTorch's
own optimizer is no reference for that: it spoils traced networks that were not frozen). Skips (77) without torch.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile
import warnings

try:
    import torch
    import torch.nn as nn
    import torch.nn.functional as F
    from torch.jit.mobile import _get_model_ops_and_info, _load_for_lite_interpreter
    from torch.utils.mobile_optimizer import optimize_for_mobile
except ImportError:
    print("SKIP: torch cannot be imported")
    sys.exit(77)

warnings.filterwarnings("ignore")
TOLERANCE = 1e-4   # of the largest number: XNNPACK and oneDNN sum in other orders, through fifty layers
# 1.13 leaves batch norms behind linear layers, and the check of its input's rank that comes with one.
LEFT_BY_PYTORCH = {"aten::batch_norm", "aten::ne.int"}
# Where batch norms stay, that check stays: our graphs do not know the rank of a convolution's result.
LEFT_BY_US = {"aten::ne.int"}
BLOCKS = [[], ["CONV_BN_FUSION"], ["INSERT_FOLD_PREPACK_OPS"], ["REMOVE_DROPOUT"], ["FUSE_ADD_RELU"], ["HOIST_CONV_PACKED_PARAMS"]]


class Table(nn.Module):
    """One layer of each kind that the optimizer knows."""

    def __init__(self):
        super().__init__()
        self.conv, self.norm = nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8)
        self.up = nn.ConvTranspose2d(8, 6, 3, stride=2, groups=2, output_padding=1)
        self.line, self.drop, self.full = nn.Conv1d(6, 6, 3, padding=1, dilation=1), nn.Dropout(0.5), nn.Linear(6, 5)

    def forward(self, x):
        x = F.relu(self.norm(self.conv(x)))
        x = F.hardtanh(self.up(x))
        x = self.line(x.mean(dim=3))
        x = self.full(self.drop(x.mean(dim=2)))
        return torch.flatten(F.relu(x + x))


class Residual(nn.Module):
    """Layers that share weights, outputs used twice, layers in place."""

    def __init__(self):
        super().__init__()
        self.a, self.norm_a = nn.Conv2d(4, 4, 3, padding=1, bias=False), nn.BatchNorm2d(4, affine=False)
        self.b, self.norm_b = nn.Conv2d(4, 4, 3, padding=1), nn.BatchNorm2d(4)
        self.c = nn.Conv2d(4, 4, 1)
        self.c.weight = nn.Parameter(self.a.weight[:, :, :1, :1].detach().clone())
        self.six = nn.ReLU6(inplace=True)
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x):
        y = self.relu(self.norm_a(self.a(x)))
        y = self.norm_b(self.b(y))
        y += x
        y = self.relu(y)
        z = self.c(y)
        return self.six(z) + z


class Lines(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Conv1d(4, 6, 3), nn.BatchNorm1d(6), nn.ReLU(), nn.Conv1d(6, 6, 3, groups=3), nn.Hardtanh(0.0, 1.0))
        self.out = nn.Sequential(nn.Linear(6, 6), nn.ReLU(), nn.Linear(6, 2, bias=False))

    def forward(self, x):
        return self.out(self.net(x).mean(2))


class Volume(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.norm = nn.Conv3d(2, 3, 2), nn.BatchNorm3d(3)
        self.lstm = nn.LSTM(3, 4)

    def forward(self, x):
        y = self.norm(self.conv(x)).mean([3, 4])
        return self.lstm(y.permute(2, 0, 1))[0]


class Padded(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3, padding=2, padding_mode="reflect")
        self.same = nn.Conv2d(4, 4, 3, padding="same")

    def forward(self, x):
        return F.relu(self.same(self.conv(x)))


def settle(net, x):
    """Batch norms that hold statistics of what flows through them."""
    for m in net.modules():
        if isinstance(m, nn.modules.batchnorm._BatchNorm):
            m.momentum = 1.0
            if m.affine:
                nn.init.uniform_(m.weight, 0.5, 1.5)
                nn.init.uniform_(m.bias, -0.5, 0.5)
    net.train()
    with torch.no_grad():
        net(x)
    return net.eval()


def networks():
    yield "table", Table(), torch.randn(2, 3, 9, 9)
    yield "residual", Residual(), torch.randn(2, 4, 6, 6)
    yield "lines", Lines(), torch.randn(2, 4, 12)
    yield "volume", Volume(), torch.randn(2, 2, 4, 4, 4)
    yield "padded", Padded(), torch.randn(1, 3, 8, 8)
    try:
        import torchvision.models as models
    except ImportError:
        print("SKIP: torchvision cannot be imported")
        return
    yield "mobilenet_v2", models.mobilenet_v2(), torch.randn(1, 3, 64, 64)
    yield "resnet18", models.resnet18(), torch.randn(1, 3, 64, 64)
    yield "mobilenet_v3_small", models.mobilenet_v3_small(), torch.randn(1, 3, 64, 64)
    yield "squeezenet1_1", models.squeezenet1_1(), torch.randn(1, 3, 64, 64)


def operators_of(path):
    return set(_get_model_ops_and_info(str(path)))


def pytorchs(module, blocked, folder):
    blocklist = {getattr(torch._C.MobileOptimizerType, name) for name in blocked}
    path = folder / "pytorch.ptl"
    optimize_for_mobile(module, optimization_blocklist=blocklist)._save_for_lite_interpreter(str(path))
    return operators_of(path)


def ours(command, source, blocked, target):
    args = [command, "optimize", str(source), str(target), "--for-mobile"]
    if blocked:
        args += ["--blocklist", ",".join(blocked)]
    done = subprocess.run(args, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)


def distance(got, want):
    return float((got - want).abs().max() / want.abs().max())


def check(name, command, how, module, x, want, folder):
    """What is wrong, a line each."""
    source = folder / "model.pt"
    module.save(str(source))
    for blocked in BLOCKS:
        label = f"{name}, {how}, without {', '.join(blocked) or 'nothing'}"
        target = folder / "ours.ptl"
        try:
            ours(command, source, blocked, target)
        except RuntimeError as e:
            yield f"{label}: {e}"
            continue
        given = operators_of(target)
        try:
            expected = pytorchs(module, blocked, folder)
        except RuntimeError:  # 1.13 cannot pack padding="same"
            expected = given
        unexplained = (expected - given) - LEFT_BY_PYTORCH
        unexplained |= (given - expected) - (LEFT_BY_US if "CONV_BN_FUSION" in blocked else set())
        if unexplained:
            yield f"{label}: PyTorch leaves {sorted(expected - given)}, we leave {sorted(given - expected)}"
        off = distance(_load_for_lite_interpreter(str(target))(x), want)
        if not off <= TOLERANCE:
            yield f"{label}: our file gives other results to PyTorch, by {off:.2g}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command")
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    torch.manual_seed(1)
    wrong, compared = [], 0
    for name, net, x in networks():
        if options.only not in name:
            continue
        settle(net, x)
        with torch.no_grad():
            want = net(x)
            forms = [("scripted", torch.jit.script(net)), ("traced", torch.jit.trace(net, x))]
            for how, module in forms:
                with tempfile.TemporaryDirectory() as folder:
                    wrong += check(name, options.command, how, module, x, want, pathlib.Path(folder))
                compared += 1
    print("\n".join(wrong))
    print(f"{compared} networks, each optimized {len(BLOCKS)} times; {len(wrong)} differ")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
