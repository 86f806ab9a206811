#!/usr/bin/python3
"""Writes tests/golden/models/: small lite models of each kind, and models.txt with what PyTorch knows of them.

Debian's python3-torch (1.13.1) is the writer. Run again only to add models: zip files have no dates, so results are stable.
"""
import io
import os
import sys
import tempfile
import zipfile
from typing import Dict, List, NamedTuple, Optional, Tuple

import torch
from torch.jit.mobile import _backport_for_mobile
from torch.utils.mobile_optimizer import optimize_for_mobile

OUT = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "models")


class Inner(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = torch.nn.Linear(3, 2)

    def forward(self, x):
        if x.dim() != 2:
            raise ValueError("x has %d dimensions" % x.dim())
        return torch.relu(self.fc(x))


class Net(torch.nn.Module):
    """Weights shared and strided, every kind of attribute, several methods."""

    names: List[str]
    table: Dict[str, int]
    pairs: List[Tuple[int, float]]
    maybe: Optional[float]

    def __init__(self):
        super().__init__()
        self.inner = Inner()
        self.same = self.inner
        self.register_buffer("columns", torch.arange(6.0).reshape(2, 3).t())
        self.register_buffer("halves", torch.tensor([1.5, -2.0]).half())
        self.register_buffer("ints", torch.tensor([1, -2, 3], dtype=torch.int16))
        self.register_buffer("flags", torch.tensor([True, False]))
        self.register_buffer("empty", torch.zeros(0, 4))
        self.names = ["a", "ü"]
        self.table = {"one": 1, "two": 2}
        self.pairs = [(1, 0.5)]
        self.maybe = None
        self.number = 3
        self.device = torch.device("cpu")

    def forward(self, x, scale: float = 2.0):
        return self.inner(x) * scale + self.columns[:2, 0]

    @torch.jit.export
    def describe(self, key: str) -> Tuple[int, List[str]]:
        return self.table[key] + self.number, self.names


class Quantized(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.quant = torch.quantization.QuantStub()
        self.conv = torch.nn.Conv2d(1, 2, 2)
        self.fc = torch.nn.Linear(8, 2)
        self.dequant = torch.quantization.DeQuantStub()

    def forward(self, x):
        x = self.conv(self.quant(x))
        return self.dequant(self.fc(x.flatten(1)))


def quantized():
    torch.backends.quantized.engine = "qnnpack"
    m = Quantized().eval()
    m.qconfig = torch.quantization.get_default_qconfig("qnnpack")
    torch.quantization.prepare(m, inplace=True)
    m(torch.randn(2, 1, 3, 3))
    return torch.quantization.convert(m)


def without_sources(data):
    """The archive without code/, which lite models do not need: smaller files for the repository."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            if "/code/" not in name:
                new.writestr(zipfile.ZipInfo(name), old.read(name))
    return out.getvalue()


def lite(m, **options):
    return m._save_to_buffer_for_lite_interpreter(**options)


def with_examples(module):
    """Two example inputs of forward; the zeros are stored as a recipe that makes them."""
    from torch.utils.bundled_inputs import bundle_inputs  # here, because models hold the line numbers of classes above
    examples = [(torch.tensor([[1.0, 2.0, 3.0], [-1.0, 0.5, 2.0]]),), (torch.zeros(4, 3),)]
    return bundle_inputs(torch.jit.script(module), examples)


def backported(data, version):
    with tempfile.TemporaryDirectory() as folder:
        old, new = os.path.join(folder, "old.ptl"), os.path.join(folder, "net.ptl")
        with open(old, "wb") as f:
            f.write(data)
        _backport_for_mobile(old, new, to_version=version)
        with open(new, "rb") as f:
            return f.read()


def main():
    os.makedirs(OUT, exist_ok=True)
    torch.manual_seed(0)
    net = torch.jit.script(Net().eval())
    q = torch.jit.script(quantized())
    fused = optimize_for_mobile(torch.jit.script(Inner().eval()))
    files = {
        "net.ptl": lite(net),
        "net_small.ptl": without_sources(lite(net)),
        "net_debug.ptl": lite(net, _save_mobile_debug_info=True),
        "net_extra.ptl": without_sources(lite(net, _extra_files={"labels.txt": "cat\ndog\n", "dir/x.bin": b"\0\1"})),
        "net_flat.ptl": lite(net, _use_flatbuffer=True),
        "quantized.ptl": without_sources(lite(q)),
        "quantized_flat.ptl": lite(q, _use_flatbuffer=True),
        "net_bundled.ptl": without_sources(lite(with_examples(Inner().eval()))),
        "prepacked.ptl": without_sources(fused._save_to_buffer_for_lite_interpreter()),
    }
    for v in (4, 5, 6, 7):
        files["net_v%d.ptl" % v] = without_sources(backported(files["net.ptl"], v))
    with open(os.path.join(OUT, "models.txt"), "w") as out:
        out.write("# Written by tests/golden/models.py, PyTorch %s: name of the attribute, dtype, shape, the bytes in order\n" % torch.__version__)
        for name, t in sorted(net.state_dict().items()):
            data = t.contiguous().numpy().tobytes().hex() or "-"
            out.write("%s %s %s %s\n" % (name, str(t.dtype)[6:], ",".join(map(str, t.shape)), data))
    torch.save({"fc.weight": torch.arange(6.0).reshape(2, 3), "fc.bias": torch.zeros(2)}, os.path.join(OUT, "parameters.pt"))
    for name, data in files.items():
        with open(os.path.join(OUT, name), "wb") as f:
            f.write(data)
        print(name, len(data))


if __name__ == "__main__":
    main()
