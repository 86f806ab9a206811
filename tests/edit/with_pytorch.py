#!/usr/bin/env python3
"""Edits models with `tealight edit`, runs the results with PyTorch and compares them with the networks in Python.

    tests/edit/with_pytorch.py build/dev/tealight [--only NAME]

Small networks, and torchvision's where it is installed: traced in training mode, frozen, for a batch of one, as lite models
and flatbuffers. Skips (77) without torch.
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

warnings.filterwarnings("ignore")
TOLERANCE = 1e-4   # of the largest number: fifty layers that sum in other orders
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
NORMALIZE = ["--mean", ",".join(map(str, MEAN)), "--std", ",".join(map(str, STD))]


def normalized(x, resize=None):
    x = x.float()
    if resize:
        x = F.interpolate(x, resize, mode="bilinear", align_corners=False)
    return (x / 255 - torch.tensor(MEAN).view(3, 1, 1)) / torch.tensor(STD).view(3, 1, 1)


class Heads(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.norm, self.drop = nn.Conv2d(3, 6, 3), nn.BatchNorm2d(6), nn.Dropout(0.4)
        self.out, self.aux = nn.Conv2d(6, 4, 1), nn.Conv2d(6, 2, 1)

    def forward(self, x):
        y = self.drop(torch.relu(self.norm(self.conv(x))))
        return {"out": self.out(y), "aux": self.aux(y)}


class Attention(nn.Module):
    """Heads merged with a batch that was written into the trace."""

    def __init__(self):
        super().__init__()
        self.qkv, self.last = nn.Linear(8, 24), nn.Linear(8, 5)
        self.token, self.place = nn.Parameter(torch.randn(1, 1, 8)), nn.Parameter(torch.randn(1, 7, 8))

    def forward(self, x):
        n, t = int(x.shape[0]), int(x.shape[1]) + 1
        x = torch.cat([self.token.expand(n, -1, -1), x], 1) + self.place.expand(n, -1, -1)
        q, k, v = self.qkv(x).view(n, t, 3, 2, 4).permute(2, 0, 3, 1, 4).reshape(3, n * 2, t, 4).unbind(0)
        y = torch.bmm(torch.softmax(torch.bmm(q, k.transpose(1, 2)), -1), v)
        y = y.view(n, 2, t, 4).transpose(1, 2).reshape(n, t, 8)
        return torch.softmax(self.last(y[:, 0]), -1)


def cases():
    """name, module to save, options, example INPUT, input of the edited model, what it must give"""
    heads = Heads().eval()
    picture = torch.randint(0, 256, (2, 3, 20, 24), dtype=torch.uint8)
    for how, module in [("scripted", torch.jit.script(heads)), ("traced", torch.jit.trace(heads, torch.rand(1, 3, 9, 9), strict=False))]:
        yield (f"out of heads, {how}", module, ["--bytes", "--scale", "1/255", "--resize", "16x12", *NORMALIZE, "--outputs", "out", "--argmax"],
               "rand:1,3,8,8:uint8", picture, heads(normalized(picture, (16, 12)))["out"].argmax(1))
    attention = Attention().eval()
    x = torch.randn(6, 6, 8)
    for size in (1, 2):
        yield (f"attention, batch {size}", torch.jit.trace(attention, torch.randn(size, 6, 8)), ["--batch", "6"], f"rand:{size},6,8", x, attention(x))
    training = Heads().train()
    yield ("heads in training", torch.jit.trace(training, torch.rand(2, 3, 9, 9), strict=False, check_trace=False), ["--eval", "--outputs", "aux"],
           "rand:2,3,9,9", torch.rand(2, 3, 9, 9), lambda y: training.eval()(y)["aux"])
    try:
        import torchvision
    except ImportError:
        print("torchvision is not installed: its networks are left out")
        return
    net = torchvision.models.mobilenet_v2().train()
    for _ in range(3):
        net(torch.rand(4, 3, 64, 64))
    yield ("mobilenet_v2 in training", torch.jit.trace(net, torch.rand(2, 3, 64, 64), check_trace=False), ["--eval", "--softmax"],
           "rand:2,3,64,64", torch.rand(3, 3, 64, 64), lambda y: torch.softmax(net.eval()(y), 1))
    vit = torchvision.models.VisionTransformer(32, 16, 2, 2, 16, 32).eval()
    nn.init.normal_(vit.heads[-1].weight)
    yield ("vision transformer, batch 1", torch.jit.trace(vit, torch.rand(1, 3, 32, 32)), ["--batch", "3"],
           "rand:1,3,32,32", torch.rand(4, 3, 32, 32), vit)


def difference(got, want):
    if got.shape != want.shape:
        return float("inf")
    return float((got.double() - want.double()).abs().max() / want.double().abs().max().clamp(min=1e-9))


def check(command, name, module, options, example, x, want, folder):
    """What is wrong, a line each."""
    module.save(str(folder / "in.pt"))
    module._save_for_lite_interpreter(str(folder / "in.ptl"))
    for source in ("in.pt", "in.ptl"):
        for target in ("out.pt", "out.ptl", "out.ff.ptl"):
            done = subprocess.run([command, "edit", str(folder / source), str(folder / target), example, *options],
                                  capture_output=True, text=True)
            if done.returncode:
                yield f"{name}, {source} to {target}: {done.stdout}{done.stderr}"
                continue
            load = torch.jit.load if target == "out.pt" else _load_for_lite_interpreter
            off = difference(load(str(folder / target))(x), want(x) if callable(want) else want)
            if not off <= TOLERANCE:
                yield f"{name}, {source} to {target}: PyTorch gives other results, by {off:.2g}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command")
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    torch.manual_seed(1)
    wrong, count = [], 0
    with torch.no_grad():
        for name, module, *rest in cases():
            if options.only in name:
                with tempfile.TemporaryDirectory() as folder:
                    wrong += check(options.command, name, module, *rest, pathlib.Path(folder))
                count += 1
    print("\n".join(wrong))
    print(f"{count} models edited, each from 2 forms to 3; {len(wrong)} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
