#!/usr/bin/python3
"""Writes tests/golden/model_gradients.txt: PyTorch's gradients of the float models in ../shared/models and of some of
../shared/models_by_version, by their input and their parameters. Inputs and the loss are written as formulas, so that the
test makes the same ones.

  model <file> <shape> <low> <high>      x[i] = low + (high - low) (1 + sin(0.37 i)) / 2, loss = sum of y[i] cos(0.11 i)
  input|<parameter> <sum> <norm>         of each gradient
"""
import json
import pathlib
import sys

import numpy
import torch

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
CASES = ["cnn_bn", "lstm", "rnn_cells", "sequential_mlp", "upsample"]   # of every release
OUT = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "tests/golden/model_gradients.txt"


def tensors(value):
    if isinstance(value, torch.Tensor):
        return [value] if value.is_floating_point() else []
    return [t for v in value for t in tensors(v)] if isinstance(value, (tuple, list)) else []


def only_input(meta):
    """The argument of the first call of forward, where that is one tensor of random float32."""
    call = next(c for c in meta["calls"] if c["method"] == "forward")
    if len(call["args"]) != 1 or call["args"][0].get("type") != "random" or call["args"][0]["dtype"] != "float32":
        raise ValueError("forward takes something else")
    return call["args"][0]


def gradients(file, arg):
    model = torch.jit.load(str(file))
    model.eval() if hasattr(model, "training") else None
    n = 1
    for size in arg["shape"]:
        n *= size
    low, high = arg.get("lo", 0), arg.get("hi", 1)
    x = (low + (high - low) * (1 + torch.sin(0.37 * torch.arange(n, dtype=torch.float64))) / 2).float()
    x = x.reshape(arg["shape"]).requires_grad_()
    loss = sum((y.flatten() * torch.cos(0.11 * torch.arange(y.numel(), dtype=torch.float64)).float()).sum()
               for y in tensors(model(x)))
    loss.backward()
    named = {"input": x, **{k: p for k, p in model.named_parameters() if p.requires_grad}}
    return [(k, t.grad.double()) for k, t in named.items() if t.grad is not None], low, high


def sources():
    """(file, what its input is)"""
    for folder in sorted((SHARED / "models").iterdir()):
        for file in sorted(folder.glob("model.pt*")):
            yield file, lambda folder=folder: only_input(json.loads((folder / "meta.json").read_text()))
    for folder in sorted(f for name in CASES for f in (SHARED / "models_by_version").glob(f"*/{name}")):
        yield folder / "script.pt", lambda folder=folder: input_of_case(folder)


def input_of_case(folder):
    if (folder / "in1.npy").exists():
        raise ValueError("forward takes several inputs")
    x = numpy.load(folder / "in0.npy")
    if x.dtype != numpy.float32:
        raise ValueError(f"forward takes {x.dtype}")
    return {"shape": list(x.shape), "lo": -1, "hi": 1}


def main():
    torch.set_num_threads(1)
    lines = []
    for file, arg_of in sources():
        name = file.relative_to(SHARED)
        try:
            arg = arg_of()
            found, low, high = gradients(file, arg)
        except Exception as e:  # no gradient in PyTorch either
            print(f"left out: {name}: {str(e).splitlines()[0][:100] if str(e) else type(e).__name__}")
            continue
        lines.append(f"model {name} {','.join(map(str, arg['shape']))} {low} {high}")
        lines += [f"{key} {float(g.sum()):.9g} {float(g.norm()):.9g}" for key, g in found]
    OUT.write_text("\n".join(lines) + "\n")


main()
