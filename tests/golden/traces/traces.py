#!/usr/bin/env python3
"""What torch.jit.trace makes of small programs: the operators that it records, and what the traced
function gives for the example and for inputs of other sizes. traces_test.cpp traces the same
programs written in C++. Prints traces.json:  python3 tests/golden/traces/traces.py > tests/golden/traces/traces.json
"""
import json
import sys
import warnings

import torch
import torch.nn.functional as F

warnings.simplefilter("ignore")


def numbers(shape):
    n = 1
    for s in shape:
        n *= s
    return (torch.arange(n, dtype=torch.float32) / 7).sin().reshape(shape)


W = numbers([4, 3, 3, 3])


def attention(x):
    b, t, c = x.size(0), x.size(1), x.size(2)
    q = x.view(b, t, 2, c // 2).transpose(1, 2)
    scores = torch.matmul(q, q.transpose(2, 3)).softmax(-1)
    return torch.matmul(scores, q).transpose(1, 2).reshape(b, t, c)


def in_place(x):
    y = x.clone()
    y.select(1, 0).mul_(3)
    y.relu_()
    return y.t().contiguous()


def picture(x):
    y = F.relu(F.conv2d(x, W, None, 2, 1))
    return F.interpolate(y, size=(x.size(2), x.size(3)), mode="nearest")


SMALL = [[5, 4, 6], [1, 4, 6], [3, 8, 2]]
PROGRAMS = {
    "reshape": (lambda x: x.reshape(x.size(0), -1), [2, 4, 6], SMALL),
    "join": (lambda x: x.view(x.size(0) * x.size(1), x.size(2)), [2, 4, 6], SMALL),
    "expand": (lambda x: x.unsqueeze(0).expand(3, -1, x.size(1), -1), [2, 4, 6], SMALL),
    "arange": (lambda x: x + torch.arange(x.size(2)), [2, 4, 6], SMALL),
    "narrow": (lambda x: x.narrow(2, 1, x.size(2) - 1), [2, 4, 6], SMALL),
    "half": (lambda x: x.narrow(1, 0, x.size(1) // 2), [2, 4, 6], SMALL),
    "mean": (lambda x: x.sum(1) / x.size(1), [2, 4, 6], SMALL),
    "zeros": (lambda x: torch.cat([x, torch.zeros(x.size(0), 1, x.size(2))], 1), [2, 4, 6], SMALL),
    "numel": (lambda x: x.reshape(x.numel()), [2, 4, 6], SMALL),
    "scalars": (lambda x: (x * 2 + 1).clamp(0, 1.5), [2, 4, 6], SMALL),
    "split": (lambda x: torch.cat(list(x.split(2, 1)) + [x.chunk(2, 1)[0]], 0), [3, 4], [[5, 4], [1, 4]]),
    "in_place": (in_place, [2, 3], [[4, 3], [2, 6]]),
    "attention": (attention, [2, 4, 6], SMALL),
    "picture": (picture, [1, 3, 8, 10], [[2, 3, 16, 9], [1, 3, 7, 7]]),
}


def is_count(value):
    """A number that the tracer carries as a tensor."""
    t = value.type()
    return t.kind() == "TensorType" and t.sizes() == [] and t.dtype() == torch.int64


def operators(graph):
    return [n.kind() for n in graph.nodes()
            if n.kind().startswith("aten::") and
            any(o.type().kind() == "TensorType" and not is_count(o) or str(o.type()) == "List[Tensor]"
                for o in n.outputs())]


def main():
    out = {}
    for name, (f, shape, others) in PROGRAMS.items():
        traced = torch.jit.trace(f, (numbers(shape),), check_trace=False)
        out[name] = {"shape": shape, "operators": operators(traced.graph), "results": []}
        for s in [shape] + others:
            y = traced(numbers(s))
            out[name]["results"].append(
                {"input": s, "shape": list(y.shape),
                 "values": [round(v, 5) for v in y.flatten().tolist()[:40]]})
    lines = [f"{json.dumps(name)}: {json.dumps(case)}" for name, case in out.items()]
    sys.stdout.write("{\n" + ",\n".join(lines) + "\n}\n")


main()
