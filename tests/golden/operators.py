#!/usr/bin/python3
"""Writes operators.jsonl: what PyTorch gives for every operator's samples, so that operators are checked where it is absent.

    cmake --build --preset dev --target parity_dump && tests/golden/operators.py        (Debian's python3-torch, 1.13)

Run it after samples were added or changed; operators_golden_test fails until then. Arguments are not stored: the samples make
them. The first line is {"torch": version, "seed": of every call}, every other line one call:
    {"op": "aten::add.Tensor", "n": 0, "results": [...], "written": [[number of an argument, value] ...]}
or "raises": true in place of the last two. "ours": true marks a value of Tealight's own: PyTorch lacks the operator, or differs
from us in a way that tests/parity explains or still lists as known.
Values: numbers, strings, lists as they are; {"f": "nan"}; {"dtype", "shape", "strides" where they are not contiguous, "quantizer"
and "values"} of a tensor. Of a large one {"sum", "size" (of absolute values), "odd" (infinities and NaN), "some"} stand for the
values: all sums are of finite elements, `some` are elements at equal distances.
"""
import json
import math
import os
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tests", "parity"))
import torch  # noqa: E402

import compare  # noqa: E402
from values import HERE, apart, call, overload, value  # noqa: E402

LARGE, SOME, SEED = 40, 8, 42
DIGITS = {torch.float64: 15, torch.complex128: 15, torch.float32: 8, torch.complex64: 8}


def number(x, digits=17):
    if isinstance(x, int):
        return x
    return float(f"{x:.{digits}g}") if math.isfinite(x) else {"f": str(x)}


def elements(t):
    """A flat list of numbers; a complex one gives two."""
    flat = t.contiguous().flatten()
    if flat.is_complex():
        flat = torch.view_as_real(flat).flatten()
    return [int(x) if isinstance(x, bool) else x for x in flat.tolist()]


def contents(t):
    digits, all_of_it = DIGITS.get(t.dtype, 6), elements(t)
    if len(all_of_it) <= LARGE:
        return {"values": [number(x, digits) for x in all_of_it]}
    finite = [x for x in all_of_it if math.isfinite(x)]
    places = [i * (len(all_of_it) - 1) // (SOME - 1) for i in range(SOME)]
    return {"sum": number(math.fsum(finite)), "size": number(math.fsum(map(abs, finite))), "odd": len(all_of_it) - len(finite),
            "some": [number(all_of_it[i], digits) for i in places]}


def tensor(t):
    if t.layout != torch.strided:
        t = t.to_dense()
    t = t.detach().resolve_conj().resolve_neg()
    d = {"dtype": str(t.dtype).split(".")[1], "shape": list(t.shape)}
    if not t.is_contiguous():
        d["strides"] = list(t.stride())
    if t.is_quantized:
        if t.qscheme() == torch.per_tensor_affine:
            d["quantizer"] = [t.q_scale(), t.q_zero_point()]
        t = t.int_repr()
    return d | contents(t)


def described(x):
    if isinstance(x, torch.Tensor):
        return tensor(x)
    if isinstance(x, (list, tuple)):
        return [described(y) for y in x]
    if isinstance(x, float):
        return number(x)
    return x if isinstance(x, (int, str, bool)) or x is None else {"f": str(x)}


def written(before, after):
    """Tensor arguments that the call changed."""
    changed = []
    for i, (a, b) in enumerate(zip(before, after)):
        if isinstance(a, torch.Tensor) and (a.shape != b.shape or elements_of_any(a) != elements_of_any(b)):
            changed.append([i, described(b)])
    return changed


def elements_of_any(t):
    return str(elements(t.int_repr() if t.is_quantized else t))


def values(specs, blob):
    """Values; None for packed parameters that this PyTorch cannot make."""
    def one(spec):
        try:
            return value(spec, blob)
        except RuntimeError:
            return None
    return [one(spec) for spec in specs]


def entry(case, blob, by_pytorch):
    """A line for this case: by PyTorch, or from the results that we gave."""
    before = values(case["args"], blob)
    if by_pytorch:
        after = values(case["args"], blob)
        try:
            results = call(overload(case["op"]), after)
        except Exception:
            return {"raises": True}
        return {"results": described(results), "written": written(before, after)}
    if "raises" in case:
        return {"raises": True, "ours": True}
    return {"results": described(values(case["results"], blob)), "written": written(before, values(case["after"], blob)), "ours": True}


def main():
    dump = sys.argv[1] if len(sys.argv) > 1 else os.path.join(ROOT, "build", "dev", "parity_dump")
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([dump, folder, "--samples"], check=True)
        blob = open(os.path.join(folder, "blob.bin"), "rb").read()
        cases = [json.loads(line) for line in open(os.path.join(folder, "cases.jsonl"))]
    verdicts = apart(lambda case: compare.verdict(case, blob)[0], cases)
    theirs = ("same", "both raise")
    rows = apart(lambda pair: entry(pair[0], blob, pair[1] in theirs), list(zip(cases, verdicts)))
    seen, lines = {}, [{"torch": torch.__version__, "seed": SEED}]
    for case, row in zip(cases, rows):
        n = seen[case["op"]] = seen.get(case["op"], -1) + 1
        line = {"op": case["op"], "n": n} | row
        lines.append({k: v for k, v in line.items() if k != "written" or v})
    path = os.path.join(ROOT, "tests", "golden", "operators.jsonl")
    with open(path, "w") as out:
        out.writelines(json.dumps(line, separators=(",", ":"), allow_nan=False) + "\n" for line in lines)
    print(f"{len(rows)} samples of {len(seen)} operators, {sum('ours' in r for r in rows)} of them ours; {os.path.getsize(path)} bytes")


if __name__ == "__main__":
    main()
