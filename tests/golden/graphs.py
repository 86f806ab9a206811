#!/usr/bin/python3
"""Writes graphs.txt: graphs as torch 1.13 prints them, which ir_test reads and prints again.

Usage: tests/golden/graphs.py > tests/golden/graphs.txt
"""
import sys
import warnings
from enum import Enum
from typing import Any, Dict, List, NamedTuple, Optional, Tuple, Union

import torch
from torch import Tensor, nn

warnings.simplefilter("ignore")


class Color(Enum):
    RED = 1
    GREEN = 2


class Point(NamedTuple):
    a: Tensor
    b: int


@torch.jit.script
class Counter:
    def __init__(self, x: int):
        self.x = x

    def get(self) -> int:
        return self.x

    def __enter__(self) -> int:
        return 1

    def __exit__(self, a: Any, b: Any, c: Any) -> None:
        pass


def helper(x: Tensor, n: int = 2) -> Tensor:
    return x * n


def control(x: Tensor, n: int, items: List[int], d: Dict[str, Tensor], o: Optional[Tensor], t: Tuple[int, float]):
    y = x
    for i in range(n):
        if i > 3:
            y = y + 1.5
        elif i > 1:
            y = y - 1
        else:
            y = y * 2
    if o is not None:
        y = y + o
    while bool(y.sum() < 3):
        y = y + 1
        if n == 7:
            break
    a, b = torch.max(y, 0)
    print(a, "text")
    assert items[0] == 3, "bad"
    return y, t[1], d["a"], b


def constants(x: Tensor):
    s = "a\"b\n\t\\c\x01"
    e = torch.ones(3, dtype=torch.float32, device="cpu")
    return s, e, 3j, float("inf"), -1.0, 1e20, 1e-20, 0.1, 3.0, True, None, 9223372036854775807, [1.0, 2.5]


def containers(x: Tensor, c: Color, u: Union[int, str], v: Any):
    p = Point(x, 3)
    counter = Counter(4)
    counter.x = 5
    h = helper(x)
    future = torch.jit.fork(helper, x, 3)
    w = torch.jit.wait(future)
    with counter as q:
        y = x + q
    z = [i * 2 for i in range(3)]
    a, b, c2 = z
    k = 0
    if isinstance(v, int):
        k = 3
    if isinstance(u, (str, float)):
        k = 2
    if k > 10:
        raise ValueError("no")
    if c == Color.RED:
        b += 1
    empty = torch.jit.annotate(List[Optional[int]], [])
    table: Dict[str, List[Tuple[int, Tensor]]] = {}
    t = (a, b, c2)
    li: List[int] = x.tolist()
    with torch.no_grad():
        r = x + 1
    color = Color.GREEN
    return (p, h, w, y, k, "{} {}".format(a, b), empty, table, t[0:2], li, r, x.device, getattr(p, "b"),
            torch.rand(2, generator=None), color, counter.get(), a if b else c2, x[1:, None, ..., 0])


def strings(s: str, words: List[str]):
    out = ""
    for i, w in enumerate(words):
        out += w.upper() + str(i)
    return s.split(",")[0] + out[1:3], "%s=%d" % (s, 3), len(words), s in words, sorted(words), -len(s) // 2


def tensors(x: Tensor):
    return (torch.cat([x, torch.tensor([1.5, 2.5]), torch.tensor([[True], [False]])]), torch.zeros(20),
            torch.tensor(1 + 2j), torch.full([2, 2], 1e-7), torch.tensor([1, -2, 300]), torch.full([1], 2.5),
            torch.tensor(3), torch.zeros([0]))


class Block(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.conv = nn.Conv2d(n, n, 3, padding=1)
        self.bn = nn.BatchNorm2d(n)
        self.scale = 2

    def forward(self, x):
        return nn.functional.relu(self.bn(self.conv(x))) * self.scale


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.blocks = nn.ModuleList([Block(3), Block(3)])
        self.lstm = nn.LSTM(4, 5)
        self.head = nn.Sequential(nn.Linear(5, 4), nn.Dropout(0.5))

    def forward(self, x, names: List[str]):
        for b in self.blocks:
            x = b(x) + x
        y, (h, c) = self.lstm(x.flatten(0, 2))
        return {"y": self.head(y), "h": h, "c": c}, names


class Traced(Net):
    def forward(self, x):
        out, _ = super().forward(x, ["a"])
        return out["y"], out


def show(name, graph):
    print(f"==== {name}")
    text = str(graph).replace(__file__, "graphs.py")
    sys.stdout.write(text.replace(torch.__file__.replace("/__init__.py", ""), "torch"))


def main():
    torch.manual_seed(0)
    for f in (control, constants, containers, strings, tensors):
        scripted = torch.jit.script(f)
        show(f.__name__, scripted.graph)
        inlined = scripted.inlined_graph
        show(f.__name__ + ", inlined", inlined)
        torch._C._jit_pass_constant_propagation(inlined)
        show(f.__name__ + ", constants propagated", inlined)
    net = torch.jit.script(Net().eval())
    show("net", net.graph)
    show("net, inlined", net.inlined_graph)
    show("net, frozen", torch.jit.freeze(net).graph)
    traced = torch.jit.trace(Traced().eval(), torch.rand(1, 3, 4, 4), strict=False)
    show("traced", traced.graph)
    show("traced, inlined", traced.inlined_graph)


if __name__ == "__main__":
    main()
