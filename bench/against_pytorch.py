#!/usr/bin/python3
"""Networks on Tealight and on PyTorch 1.13's lite interpreter, in turns, in one run.

usage: bench/against_pytorch.py [MODEL ...] [--threads 1] [--rounds 7] [--tealight build/release/tealight] [--json FILE]
  MODEL  names of torchvision classification networks (default: mobilenet_v2), or NAME=FILE.ptl:SHAPE for a file of yours

Each network is scripted, optimized for mobile and saved once under build/bench (random weights, batch-norm statistics of
random pictures). Each round times both engines for about half a second; the medians over rounds and their ratio are
printed (below 1: Tealight is quicker). Results must agree, or the row says WRONG and the exit status is 1.
Needs python3-torch and python3-torchvision.
"""
import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np
import torch
import torchvision
from torch.jit.mobile import _load_for_lite_interpreter
from torch.utils.mobile_optimizer import optimize_for_mobile

ROOT = pathlib.Path(__file__).resolve().parent.parent


def make(name, folder):
    """The network's file, written once."""
    file = folder / f"{name}.ptl"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        torch.manual_seed(0)
        net = getattr(torchvision.models, name)(weights=None).train()
        with torch.no_grad():
            for _ in range(4):
                net(torch.randn(4, 3, 224, 224))   # statistics that keep the activations in range
        scripted = torch.jit.script(net.eval())
        optimize_for_mobile(scripted)._save_for_lite_interpreter(str(file))
    return file


def parse(text, folder):
    """(name, file, shape) of a MODEL argument."""
    if "=" not in text:
        return text, make(text, folder), (1, 3, 224, 224)
    name, rest = text.split("=", 1)
    file, shape = rest.rsplit(":", 1)
    return name, pathlib.Path(file), tuple(int(n) for n in shape.split(","))


class PyTorch:
    def __init__(self, file, x):
        self.module, self.x = _load_for_lite_interpreter(str(file)), torch.from_numpy(x)
        for _ in range(3):
            self.result = self.module(self.x)

    def time(self, seconds):
        """Median milliseconds of as many runs as fit."""
        times, start = [], time.perf_counter()
        while time.perf_counter() - start < seconds or len(times) < 3:
            begun = time.perf_counter()
            self.module(self.x)
            times.append(time.perf_counter() - begun)
        return statistics.median(times) * 1e3


class Tealight:
    def __init__(self, command, file, x, threads):
        self.folder = tempfile.TemporaryDirectory()
        self.input = f"{self.folder.name}/x.npy"
        np.save(self.input, x)
        self.command, self.file, self.threads = command, str(file), str(threads)
        self.run("run", "--out", self.folder.name + "/out")
        files = sorted(pathlib.Path(self.folder.name, "out").glob("*.npy"))
        self.result = np.load(files[0])

    def run(self, verb, *options):
        return subprocess.run([self.command, verb, self.file, self.input, "--threads", self.threads, *options],
                              check=True, capture_output=True, text=True).stdout

    def time(self, seconds):
        return json.loads(self.run("bench", "--seconds", str(seconds), "--json"))["median_ms"]


def agrees(ours, theirs):
    theirs = theirs.detach().numpy()
    return ours.shape == theirs.shape and np.abs(ours - theirs).max() <= 1e-3 * max(1e-6, np.abs(theirs).max())


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("models", nargs="*", default=["mobilenet_v2"], metavar="MODEL")
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--rounds", type=int, default=7)
    p.add_argument("--tealight", default=str(ROOT / "build/release/tealight"))
    p.add_argument("--json", metavar="FILE", help="write the figures there as well")
    options = p.parse_args()
    torch.set_num_threads(options.threads)
    torch.backends.quantized.engine = "qnnpack"
    figures, wrong = [], False
    print(f"{'':24}{'tealight':>12}{'PyTorch ' + torch.__version__.split('+')[0]:>16}{'ratio':>8}   {options.threads} thread(s), ms")
    for text in options.models:
        name, file, shape = parse(text, ROOT / "build/bench")
        x = np.random.RandomState(0).standard_normal(shape).astype(np.float32)
        ours, theirs = Tealight(options.tealight, file, x, options.threads), PyTorch(file, x)
        same = agrees(ours.result, theirs.result)
        wrong |= not same
        rounds = [(ours.time(0.5), theirs.time(0.5)) for _ in range(options.rounds)]
        a, b = (statistics.median(column) for column in zip(*rounds))
        ratio = statistics.median(t / p for t, p in rounds)
        print(f"{name:24}{a:12.3f}{b:16.3f}{ratio:8.2f}   {'' if same else 'WRONG'}", flush=True)
        figures.append({"model": name, "threads": options.threads, "tealight_ms": a, "pytorch_ms": b, "ratio": ratio, "agrees": same})
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(figures, indent=1) + "\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
