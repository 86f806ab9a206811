#!/usr/bin/python3
"""Writes tests/golden/edit/: small models to be edited, and what PyTorch gives for the edited ones.

Debian's python3-torch (1.13.1) is the writer. Each NAME.npy is an input, NAME_CASE.npy a result of the network in Python.
"""
import pathlib
import sys
import warnings
import zipfile

import numpy
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.mobile_optimizer import optimize_for_mobile

OUT = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).parent / "edit"
MEAN, STD = torch.tensor([0.485, 0.456, 0.406]).view(3, 1, 1), torch.tensor([0.229, 0.224, 0.225]).view(3, 1, 1)
warnings.filterwarnings("ignore")


class Parts(nn.Module):
    """Several results: a tuple that holds a dict."""

    def __init__(self):
        super().__init__()
        self.conv, self.first, self.second = nn.Conv2d(3, 4, 3), nn.Linear(4, 5), nn.Linear(4, 2)

    def forward(self, x):
        y = torch.relu(self.conv(x)).mean([2, 3])
        return self.first(y), {"second": self.second(y), "features": y}


class Batch(nn.Module):
    """A batch of one, written into views, expands and states."""

    def __init__(self):
        super().__init__()
        self.conv, self.rnn, self.last = nn.Conv2d(3, 4, 3), nn.LSTM(6, 5, 2, batch_first=True), nn.Linear(5, 3)
        self.token = nn.Parameter(torch.randn(1, 1, 6))

    def forward(self, x, n: int = 1):
        y = torch.relu(self.conv(x)).view(n, -1, 6)
        y = torch.cat([self.token.expand(n, -1, -1), y], 1)
        state = torch.zeros(2, n, 5)
        y, _ = self.rnn(y, (state, state))
        y = y.reshape(n, -1)[:, :10].view(n * 2, 5)
        return self.last(y).reshape([n, 6])


class Trained(nn.Module):
    """Layers that work otherwise in training."""

    def __init__(self):
        super().__init__()
        self.conv, self.norm = nn.Conv2d(3, 4, 3, bias=False), nn.BatchNorm2d(4)
        self.instance, self.drop = nn.InstanceNorm2d(4, track_running_stats=True), nn.Dropout(0.5)
        self.full, self.leaky, self.rnn = nn.Linear(4 * 36, 3), nn.RReLU(), nn.LSTM(3, 4, 2, dropout=0.3)

    def forward(self, x):
        y = torch.relu(self.instance(self.norm(self.conv(x)))).view(x.shape[0], -1)
        y = self.leaky(self.full(self.drop(y)))
        return self.rnn(y.unsqueeze(0))[0]


class Folded(nn.Module):
    """Convolutions without bias, each followed by a batch norm: what 1.13's optimizer spoils in a trace."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(*[nn.Sequential(nn.Conv2d(i, o, 3, padding=1, bias=False), nn.BatchNorm2d(o), nn.ReLU())
                                      for i, o in [(3, 4), (4, 6), (6, 4)]])
        self.last = nn.Linear(4, 3)

    def forward(self, x):
        return self.last(self.layers(x).mean([2, 3]))


def save(name, value):
    numpy.save(OUT / f"{name}.npy", value.detach().numpy())


def settle(net):
    for m in net.modules():
        if isinstance(m, nn.BatchNorm2d):
            m.running_mean.uniform_(-1, 1), m.running_var.uniform_(0.5, 2)
            nn.init.uniform_(m.weight, 0.5, 2), nn.init.uniform_(m.bias, -1, 1)


def parts():
    net = Parts().eval()
    torch.jit.script(net).save(str(OUT / "parts.pt"))
    torch.jit.script(net)._save_for_lite_interpreter(str(OUT / "parts.ptl"))
    picture = torch.randint(0, 256, (2, 3, 7, 9), dtype=torch.uint8)
    save("picture", picture)
    raw = F.interpolate(picture.float(), (10, 12), mode="bilinear", align_corners=False)
    first, rest = net((raw / 255 - MEAN) / STD)
    save("picture_first", first), save("picture_second", torch.softmax(rest["second"], 1))
    save("picture_argmax", first.argmax(1))


def batch():
    net = Batch().eval()
    trace = torch.jit.trace(net, torch.randn(1, 3, 8, 8))
    trace.save(str(OUT / "batch.pt"))
    trace._save_for_lite_interpreter(str(OUT / "batch.ptl"))
    x = torch.randn(5, 3, 8, 8)
    save("batch", x), save("batch_result", torch.cat([net(one.unsqueeze(0)) for one in x]))


def trained():
    net = Trained().train()
    settle(net)
    trace = torch.jit.trace(net, torch.randn(2, 3, 8, 8), check_trace=False)
    trace.save(str(OUT / "trained.pt"))
    trace._save_for_lite_interpreter(str(OUT / "trained.ptl"))
    x = torch.randn(2, 3, 8, 8)
    save("trained", x), save("trained_result", net.eval()(x))


def folded():
    net = Folded().eval()
    settle(net)
    x = torch.randn(1, 3, 8, 8)
    trace = torch.jit.trace(net, x)
    trace.save(str(OUT / "folded.pt"))
    optimize_for_mobile(trace)._save_for_lite_interpreter(str(OUT / "spoiled.ptl"))
    optimize_for_mobile(torch.jit.freeze(trace))._save_for_lite_interpreter(str(OUT / "sound.ptl"))
    save("folded", x), save("folded_result", net(x))


def forget_folder(path):
    """Debug records name this file; where it lies is nobody's business. As long as before, for lengths are in the records."""
    here = str(pathlib.Path(__file__).resolve().parent).encode()
    with zipfile.ZipFile(path) as old:
        records = [(info, old.read(info).replace(here, b"/" + b"_" * (len(here) - 1))) for info in old.infolist()]
    with zipfile.ZipFile(path, "w") as new:
        for info, data in records:
            kept = zipfile.ZipInfo(info.filename)
            kept.compress_type = info.compress_type
            new.writestr(kept, data)


def main():
    OUT.mkdir(exist_ok=True)
    torch.manual_seed(4)
    with torch.no_grad():
        for write in (parts, batch, trained, folded):
            write()
    for path in OUT.glob("*.pt*"):
        forget_folder(path)


if __name__ == "__main__":
    main()
