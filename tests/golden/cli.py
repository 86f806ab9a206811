#!/usr/bin/python3
"""Writes tests/golden/cli/: small lite models that the tests of the command run, and recorded calls of one of them.

Debian's python3-torch (1.13.1) is the writer. Run again only to add models: zip files have no dates, so results are stable.
"""
import json
import os
import sys
from typing import Dict, List, Optional, Tuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.bundled_inputs import bundle_inputs
from torch.utils.mobile_optimizer import optimize_for_mobile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from models import without_sources

OUT = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "cli")


class Values(nn.Module):
    """Every kind of argument and result."""

    def forward(self, x: Tensor, names: List[str], table: Dict[str, Tensor], pair: Tuple[int, float], flag: bool = False,
                maybe: Optional[int] = None) -> Tuple[Tensor, Dict[str, Tensor], List[str]]:
        out = {"sum": x.sum() + pair[0] * pair[1]}
        for key, t in table.items():
            out[key] = t * 2
        if flag:
            raise ValueError("the flag is set")
        if maybe is not None:
            out["maybe"] = x + maybe
        return x, out, names

    @torch.jit.export
    def total(self, d: Dict[int, float]) -> float:
        sum = 0.0
        for key, value in d.items():
            sum += key * value
        return sum

    @torch.jit.export
    def joined(self, xs: List[Tensor]) -> Tensor:
        return torch.cat(xs)

    @torch.jit.export
    def halved(self, q: Tensor) -> Tensor:
        return q.dequantize() / 2

    @torch.jit.export
    def quantized(self, x: Tensor) -> Tensor:
        return torch.quantize_per_tensor(x, 0.5, 10, torch.quint8)

    @torch.jit.export
    def greeting(self, name: str, ending: Optional[str] = None) -> str:
        return "hello " + name + (ending if ending is not None else "")

    @torch.jit.export
    def forever(self, n: int) -> int:
        while n >= 0:
            n = (n + 1) % 1000
        return n

    @torch.jit.export
    def zeros(self, n: int) -> Tensor:
        return torch.zeros(n)


class Tiny(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(),
                                      nn.Conv2d(4, 4, 3, padding=1, groups=4), nn.BatchNorm2d(4), nn.ReLU())
        self.fc = nn.Linear(4, 2)

    def forward(self, x):
        return self.fc(self.features(x).mean([2, 3]))


class QuantizedTiny(Tiny):
    def __init__(self):
        super().__init__()
        self.quant = torch.quantization.QuantStub()
        self.dequant = torch.quantization.DeQuantStub()

    def forward(self, x):
        return self.dequant(self.fc(self.features(self.quant(x)).mean([2, 3])))


class Branches(nn.Module):
    def forward(self, x: Tensor, n: int) -> Tensor:
        if n < 0:
            raise ValueError("n is negative")
        for i in range(n):
            x = x + i
        total = 0
        while total < 10:
            total += n + 1
        return x * total if total > 12 else x


class Yolo(nn.Module):
    """Two boxes of one thing and one of another, in a picture of 64 x 64."""

    def __init__(self):
        super().__init__()
        self.register_buffer("rows", torch.tensor([[[32, 32, 16, 8, 0.9, 0.8, 0.1], [33, 32, 16, 8, 0.9, 0.7, 0.1],
                                                    [16, 40, 8, 8, 0.8, 0.0, 0.9]]]))

    def forward(self, x):
        assert x.size(2) == 64 and x.size(3) == 64
        return self.rows + 0 * x.mean()


class Detector(nn.Module):
    """torchvision's form: a box of the left half of every picture, and one that is not sure."""

    def forward(self, images: List[Tensor]) -> Tuple[Dict[str, Tensor], List[Dict[str, Tensor]]]:
        found: List[Dict[str, Tensor]] = []
        for image in images:
            h, w = float(image.size(1)), float(image.size(2))
            found.append({"boxes": torch.tensor([[0.0, 0.0, w / 2, h], [0.0, 0.0, w, h]]), "labels": torch.tensor([1, 2]),
                          "scores": torch.tensor([0.9, 0.1])})
        losses: Dict[str, Tensor] = {}
        return losses, found


class Boxes(nn.Module):
    """D2Go's form: tensors one after another."""

    def forward(self, images: List[Tensor]):
        return [torch.tensor([[1.0, 2.0, 3.0, 4.0]]), torch.tensor([2]), torch.tensor([0.75]), torch.tensor([8, 8])]


class Colours(nn.Module):
    """The class of a pixel is its strongest colour."""

    def forward(self, x) -> Dict[str, Tensor]:
        return {"out": x * 10, "aux": x}


class Bright(nn.Module):
    """One map, channels last."""

    def forward(self, x):
        return (x.mean(1, keepdim=True) > 0.5).float().permute(0, 2, 3, 1)


class Negative(nn.Module):
    def forward(self, x):
        return -x


def lite(m, **options):
    return m._save_to_buffer_for_lite_interpreter(**options)


def tinies():
    torch.backends.quantized.engine = "qnnpack"
    m = QuantizedTiny()
    pictures = torch.rand(8, 3, 16, 16)
    m.train()
    m(pictures)  # statistics for the batch norms
    m.eval()
    plain = Tiny().eval()
    plain.load_state_dict(m.state_dict(), strict=False)
    other = Tiny().eval()
    other.load_state_dict(m.state_dict(), strict=False)
    with torch.no_grad():
        other.features[3].weight[0, 0, 0, 0] += 0.5
    torch.quantization.fuse_modules(m, [["features.0", "features.1", "features.2"], ["features.3", "features.4", "features.5"]], inplace=True)
    m.qconfig = torch.quantization.get_default_qconfig("qnnpack")
    torch.quantization.prepare(m, inplace=True)
    m(pictures)
    torch.quantization.convert(m, inplace=True)
    return plain, other, m


def tree(v, name):
    """A value as JSON; its tensors as NAME0.npy, NAME1.npy ..."""
    count = 0

    def one(v):
        nonlocal count
        if isinstance(v, Tensor):
            file = "%s%d.npy" % (name, count)
            count += 1
            j = {"type": "tensor", "dtype": str(v.dtype)[6:], "shape": list(v.shape), "file": file}
            if v.is_quantized:
                j.update(type="qtensor", scale=v.q_scale(), zero_point=v.q_zero_point())
                v = v.int_repr()
            np.save(os.path.join(OUT, file), v.numpy())
            return j
        if v is None:
            return {"type": "none"}
        if isinstance(v, dict):
            return {"type": "dict", "v": [[one(k), one(x)] for k, x in v.items()]}
        if isinstance(v, (list, tuple)):
            return {"type": type(v).__name__, "v": [one(x) for x in v]}
        return {"type": type(v).__name__, "v": v}

    return one(v)


def recorded(m):
    r = np.random.RandomState(5)
    x = torch.tensor(r.random_sample([2, 3]) * 2 - 1).float()
    random = {"type": "random", "dtype": "float32", "shape": [2, 3], "seed": 5, "lo": -1, "hi": 1}
    table = {"a": torch.arange(3.0), "b": torch.tensor([[1, 2], [3, 4]])}
    q = torch.quantize_per_tensor(torch.tensor([-1.0, 0.5, 2.0]), 0.25, 8, torch.quint8)
    calls = [
        {"method": "forward", "args": [random, tree(["x", "y"], ""), tree(table, "table"), tree((2, 1.5), "")],
         "result": tree(m(x, ["x", "y"], table, (2, 1.5)), "forward")},
        {"method": "forward", "args": [random, tree([], ""), tree({}, ""), tree((2, 1.5), ""), tree(True, "")], "raises": "the flag is set"},
        {"method": "halved", "args": [tree(q, "q")], "result": tree(m.halved(q), "halved")},
        {"method": "quantized", "args": [random], "result": tree(m.quantized(x), "quantized")},
        {"method": "total", "args": [tree({2: 0.5, 3: 1.0}, "")], "result": tree(m.total({2: 0.5, 3: 1.0}), "")},
    ]
    with open(os.path.join(OUT, "calls.json"), "w") as f:
        json.dump({"calls": calls, "tolerance": {"atol": 1e-6, "rtol": 1e-6}}, f, indent=1)
        f.write("\n")


def main():
    os.makedirs(OUT, exist_ok=True)
    torch.manual_seed(0)
    values = torch.jit.script(Values().eval())
    recorded(values)
    plain, other, quantized = tinies()
    with_inputs = bundle_inputs(torch.jit.script(plain), [(torch.zeros(1, 3, 4, 4),), (torch.ones(1, 3, 8, 8),)])
    scripted = {"values": values, "branches": torch.jit.script(Branches().eval()), "tiny_other": torch.jit.script(other),
                "tiny_int8": torch.jit.script(quantized), "tiny_fused": optimize_for_mobile(torch.jit.script(plain)), "bundled": with_inputs}
    for m in (Yolo(), Detector(), Boxes(), Colours(), Bright(), Negative()):
        scripted[type(m).__name__.lower()] = torch.jit.script(m.eval())
    files = {name + ".ptl": without_sources(lite(m)) for name, m in scripted.items()}
    files["tiny.ptl"] = lite(torch.jit.script(plain), _save_mobile_debug_info=True)
    for name, data in files.items():
        with open(os.path.join(OUT, name), "wb") as f:
            f.write(data)
        print(name, len(data))


if __name__ == "__main__":
    main()
