#!/usr/bin/python3
"""Trains the demo's model, examples/demo/digits.ptl: a small network that reads handwritten digits.

It learns from scikit-learn's digits (1797 pictures of 8x8 pixels, by 43 people), turned, moved and stretched anew in
every epoch, is tested on a fifth of them held back and on the pictures that tools/draw_demo_digits.py drew, and is
written as PyTorch Mobile's lite format with its labels inside. Two minutes on one core.

usage: tools/make_demo_model.py                  needs python3-torch python3-sklearn python3-pil
"""
import inspect
import json
import math
import os
import pathlib

import numpy as np
import torch
from PIL import Image
from sklearn.datasets import load_digits
from torch import nn
from torch.jit.mobile import _load_for_lite_interpreter
from torch.nn import functional as F

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = ROOT / "examples" / "demo"
LABELS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
SIZE = 32


class Digits(nn.Module):
    """(N, 3, 32, 32) pictures with values in 0..1, any ink on any paper -> (N, 10) scores."""

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 12, 3, padding=1), nn.BatchNorm2d(12), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(12, 24, 3, padding=1), nn.BatchNorm2d(24), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(24, 32, 3, padding=1), nn.BatchNorm2d(32), nn.ReLU(), nn.MaxPool2d(2),
        )
        self.dropout = nn.Dropout(0.3)
        self.scores = nn.Linear(32 * 4 * 4, 10)

    def ink(self, x):
        """Grey pictures in which the ink is 1 and the paper, of which there is more, is 0."""
        grey = x.mean(dim=1, keepdim=True)
        low, high = grey.amin(dim=(2, 3), keepdim=True), grey.amax(dim=(2, 3), keepdim=True)
        grey = (grey - low) / (high - low + 1e-6)
        light_paper = grey.mean(dim=(2, 3), keepdim=True) > 0.5
        return torch.where(light_paper, 1 - grey, grey)

    def forward(self, x):
        x = self.features(self.ink(x))
        return self.scores(self.dropout(x.flatten(1)))


def load():
    digits = load_digits()
    pictures = torch.tensor(digits.images / 16.0, dtype=torch.float32)[:, None]
    pictures = F.interpolate(pictures, size=(SIZE, SIZE), mode="bilinear", align_corners=False)
    labels = torch.tensor(digits.target)
    order = torch.randperm(len(labels))
    held_back = len(labels) // 5
    return pictures[order[held_back:]], labels[order[held_back:]], pictures[order[:held_back]], labels[order[:held_back]]


def vary(pictures):
    """Turns by up to 15 degrees, stretches by 0.7 to 1.2, moves by 2 pixels, thins or thickens the strokes."""
    n = len(pictures)
    angle = (torch.rand(n) - 0.5) * math.radians(30)
    sx, sy = (1 / (0.7 + 0.5 * torch.rand(n)) for _ in range(2))
    shift = (torch.rand(n, 2) - 0.5) * 0.25
    theta = torch.stack([
        torch.stack([angle.cos() * sx, -angle.sin() * sy, shift[:, 0]], 1),
        torch.stack([angle.sin() * sx, angle.cos() * sy, shift[:, 1]], 1)], 1)
    moved = F.grid_sample(pictures, F.affine_grid(theta, list(pictures.shape), align_corners=False),
                          align_corners=False)
    return moved.clamp(0, 1) ** (0.5 + 1.5 * torch.rand(n, 1, 1, 1))


def colour(pictures):
    """Ink and paper of random colours, one light and one dark."""
    n = len(pictures)
    dark, light = 0.35 * torch.rand(n, 3, 1, 1), 0.65 + 0.35 * torch.rand(n, 3, 1, 1)
    swap = torch.rand(n, 1, 1, 1) < 0.5
    ink, paper = torch.where(swap, light, dark), torch.where(swap, dark, light)
    return paper + (ink - paper) * pictures


def train(model, pictures, labels, epochs=60):
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 1e-2, epochs * (len(labels) // 64 + 1))
    model.train()
    for epoch in range(epochs):
        for batch in torch.randperm(len(labels)).split(64):
            loss = F.cross_entropy(model(colour(vary(pictures[batch]))), labels[batch], label_smoothing=0.05)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
        if epoch % 10 == 9:
            print(f"epoch {epoch + 1}: loss {loss.item():.3f}")


def accuracy(model, pictures, labels):
    with torch.no_grad():
        return (model(pictures).argmax(1) == labels).float().mean().item()


def drawn():
    files = sorted(FOLDER.glob("[0-9].png"))
    pictures = [np.asarray(Image.open(f).convert("RGB").resize((SIZE, SIZE), Image.BILINEAR)) / 255.0 for f in files]
    return (torch.tensor(np.stack(pictures), dtype=torch.float32).permute(0, 3, 1, 2),
            torch.tensor([int(f.stem) for f in files]))


def record_call(file):
    """What this PyTorch computes for a fixed input, as `tealight replay --check` reads it."""
    shape = [4, 3, SIZE, SIZE]
    pictures = np.random.RandomState(1).random_sample(shape).astype(np.float32)
    scores = _load_for_lite_interpreter(str(FOLDER / file))(torch.from_numpy(pictures))
    np.save(FOLDER / "calls_scores.npy", scores.detach().numpy())
    calls = [{"method": "forward",
              "args": [{"type": "random", "dtype": "float32", "shape": shape, "seed": 1, "lo": 0.0, "hi": 1.0}],
              "result": {"type": "tensor", "dtype": "float32", "shape": [4, 10], "file": "calls_scores.npy"}}]
    record = {"model": file, "calls": calls, "tolerance": {"atol": 1e-4, "rtol": 1e-4}}
    (FOLDER / "calls.json").write_text(json.dumps(record, indent=1) + "\n")


def name_sources_relatively():
    """The model's debug records name source files; ours by their path in the repository, wherever that lies."""
    os.chdir(ROOT)
    absolute = inspect.getsourcefile

    def relative(thing):
        file = absolute(thing)
        return os.path.relpath(file) if file and file.startswith(str(ROOT)) else file
    inspect.getsourcefile = relative


def main():
    name_sources_relatively()
    torch.manual_seed(7)
    torch.set_num_threads(1)
    pictures, labels, test_pictures, test_labels = load()
    model = Digits()
    train(model, pictures, labels)
    model.eval()
    own_pictures, own_labels = drawn()
    print(f"held back: {accuracy(model, colour(test_pictures), test_labels):.3f} right of {len(test_labels)}, "
          f"drawn by ourselves: {accuracy(model, own_pictures, own_labels):.3f} right of {len(own_labels)}")
    print("confidence:", model(own_pictures).softmax(1).gather(1, own_labels[:, None])[:, 0].tolist())
    script = torch.jit.script(model)
    script._save_for_lite_interpreter(str(FOLDER / "digits.ptl"), _extra_files={"labels.txt": "\n".join(LABELS) + "\n"})
    (FOLDER / "labels.txt").write_text("\n".join(LABELS) + "\n")
    record_call("digits.ptl")


if __name__ == "__main__":
    main()
