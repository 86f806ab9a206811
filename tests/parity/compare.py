#!/usr/bin/env python3
"""Compares what parity_dump wrote with real PyTorch:  compare.py DIR [--show N] [--json FILE]

For each case PyTorch runs the same overload on the same arguments. Values, dtypes, shapes, strides and the arguments
that were written must agree; a call that PyTorch accepts must not raise here. Calls that PyTorch refuses and Tealight
takes are counted, not reported. Exit status 1 on any difference that allowed.txt does not explain.
Cases with gradients are compared by gradients.py, their meant differences are in allowed_gradients.txt.
"""
import argparse
import collections
import json
import mmap
import os
import re
import sys

import torch

import gradients
from values import HERE, TOLERANCE, apart, call, overload, value


def precision(values):
    """The tolerance of the coarsest floats among tensors, lists included; integers become float32."""
    coarsest = (0, 0)
    for v in values:
        if isinstance(v, torch.Tensor):
            coarsest = max(coarsest, TOLERANCE.get(v.dtype, TOLERANCE[torch.float32]))
        elif isinstance(v, (list, tuple)):
            coarsest = max(coarsest, precision(v))
    return coarsest


def strides_differ(path, ours, theirs):
    if ours.is_quantized and ours.qscheme() != torch.per_tensor_affine:
        return None  # values.py cannot lay these out in memory
    live = [i for i in range(ours.dim()) if ours.shape[i] != 1]
    if ours.numel() <= 1 or [ours.stride(i) for i in live] == [theirs.stride(i) for i in live]:
        return None
    return f"{path}: strides {list(ours.stride())}, PyTorch {list(theirs.stride())}"


def differ(path, ours, theirs, at_least):
    """None, or what differs by more than the tolerance of its dtype and `at_least`."""
    if isinstance(theirs, torch.Tensor):
        if not isinstance(ours, torch.Tensor):
            return f"{path}: not a tensor"
        if theirs.layout != torch.strided:
            theirs = theirs.to_dense()
        if ours.dtype != theirs.dtype:
            return f"{path}: dtype {ours.dtype}, PyTorch {theirs.dtype}"
        if ours.shape != theirs.shape:
            return f"{path}: shape {list(ours.shape)}, PyTorch {list(theirs.shape)}"
        if ours.is_quantized:
            if ours.qscheme() == torch.per_tensor_affine and (abs(ours.q_scale() - theirs.q_scale()) > 1e-6 * theirs.q_scale() or ours.q_zero_point() != theirs.q_zero_point()):
                return f"{path}: qparams {ours.q_scale()}, {ours.q_zero_point()}, PyTorch {theirs.q_scale()}, {theirs.q_zero_point()}"
            a, b = ours.int_repr().long(), theirs.int_repr().long()
            worst = (a - b).abs().max().item() if a.numel() else 0
            return f"{path}: {worst} quantization steps off" if worst > 1 else strides_differ(path, ours, theirs)
        theirs = theirs.detach().resolve_conj().resolve_neg()
        if (d := strides_differ(path, ours, theirs)):
            return d
        atol, rtol = max(at_least, TOLERANCE.get(theirs.dtype, (0, 0)))
        wide = torch.complex128 if theirs.is_complex() else torch.float64
        if theirs.dtype in TOLERANCE:
            a, b = ours.to(wide), theirs.to(wide)
            if torch.allclose(a, b, rtol=rtol, atol=atol, equal_nan=True):
                return None
            bad = ~torch.isclose(a, b, rtol=rtol, atol=atol, equal_nan=True)
            return f"{path}: {int(bad.sum())} of {bad.numel()} values, first {a[bad].flatten()[0].item()}, PyTorch {b[bad].flatten()[0].item()}"
        if not torch.equal(ours, theirs):
            bad = ours != theirs
            return f"{path}: {int(bad.sum())} of {bad.numel()} values, first {ours[bad].flatten()[0].item()}, PyTorch {theirs[bad].flatten()[0].item()}"
        return None
    if isinstance(theirs, (list, tuple)):
        if not isinstance(ours, (list, tuple)) or len(ours) != len(theirs):
            return f"{path}: {len(ours) if isinstance(ours, (list, tuple)) else ours!r} elements, PyTorch {len(theirs)}"
        for i, (a, b) in enumerate(zip(ours, theirs)):
            if (d := differ(f"{path}[{i}]", a, b, at_least)):
                return d
        return None
    if isinstance(theirs, complex) and isinstance(ours, complex):
        return differ(path, ours.real, theirs.real, at_least) or differ(path, ours.imag, theirs.imag, at_least)
    if isinstance(theirs, float) and isinstance(ours, float):
        same = ours == theirs or (ours != ours and theirs != theirs) or abs(ours - theirs) <= 1e-6 * max(1, abs(theirs))
        return None if same else f"{path}: {ours!r}, PyTorch {theirs!r}"
    if isinstance(theirs, (torch.dtype, torch.layout, torch.memory_format, torch.device, torch.ScriptObject)):
        return None
    return None if ours == theirs else f"{path}: {ours!r}, PyTorch {theirs!r}"


def check(case, blob):
    """('same' | 'both raise' | 'more here' | 'no such op' | 'differs', text)"""
    try:
        op = overload(case["op"])
    except (AttributeError, RuntimeError):
        return "no such op", ""
    try:
        args = [value(a, blob) for a in case["args"]]  # may be made by calls
        theirs = call(op, args)
    except Exception as e:
        return ("both raise", "") if "raises" in case else ("more here", str(e).split("\n")[0])
    if "raises" in case:
        return "differs", "raises: " + case["raises"].split("\n")[0][:200]
    ours = [value(r, blob) for r in case["results"]]
    # what is converted or promoted is as precise as the arguments it was made of
    inputs = [a for spec, a in zip(op._schema.arguments, args) if spec.alias_info is None]
    mixed = case["variant"].startswith("out=") or " second=" in case["variant"]
    at_least = precision(inputs) if mixed else (0, 0)
    d = differ("result", ours, theirs, at_least)
    if not d:
        after = [value(a, blob) for a in case["after"]]
        d = differ("argument", after, args, at_least)
    return ("differs", d) if d else ("same", "")


def verdict(case, blob):
    """(verdict, text, gradients compared)"""
    try:
        return gradients.check(case, blob) if "runs" in case else (*check(case, blob), 0)
    except Exception as e:  # what compare.py cannot rebuild
        return "differs", f"compare.py: {e!r}"[:200], 0


def allowed_differences(path):
    """Rows of (overload prefix, regular expression of how the variant begins or *, that of the difference)."""
    rows = []
    for line in open(path):
        line = line.split("#")[0].strip()
        if not line:
            continue
        op, variant, why = line.split(None, 2)
        text = re.match(r"/(.*?)/ ", why)
        rows.append((op, variant, re.compile(text[1] if text else "")))
    return rows


def known(name):
    try:
        return bool(overload(name))
    except (AttributeError, RuntimeError):
        return False


def uncalled_overloads(dir):
    """Overloads of the build that PyTorch has, too, but no case calls, nor tests/golden/script_ops.json."""
    golden = json.load(open(os.path.join(HERE, "..", "golden", "script_ops.json")))
    elsewhere = {case["op"] for case in golden}
    return [name for name in open(os.path.join(dir, "uncalled.txt")).read().split() if name not in elsewhere and known(name)]


def explained(allowed, op, variant, text):
    return any(op.startswith(o) and (v == "*" or re.match(v, variant)) and r.search(text) for o, v, r in allowed)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("dir")
    p.add_argument("--show", type=int, default=3, help="differences shown of each operator")
    p.add_argument("--uncalled", action="store_true", help="also list overloads without a sample")
    p.add_argument("--more", action="store_true", help="also list calls that only Tealight takes")
    a = p.parse_args()
    with open(os.path.join(a.dir, "blob.bin"), "rb") as f:  # mapped, and cases kept as text: forks are cheap
        blob = mmap.mmap(f.fileno(), 0, access=mmap.ACCESS_READ)
    groups, of_gradients = collections.defaultdict(list), False
    for line in open(os.path.join(a.dir, "cases.jsonl")):
        case = json.loads(line)
        groups[case["op"]].append((case["variant"], line))
        of_gradients = of_gradients or "runs" in case
    allowed = allowed_differences(os.path.join(HERE, "allowed_gradients.txt" if of_gradients else "allowed.txt"))
    counts, bad, total = collections.Counter(), collections.defaultdict(list), 0
    for op, cases in groups.items():
        rows = apart(lambda case: verdict(json.loads(case[1]), blob), cases)
        for (variant, _), row in zip(cases, rows):
            kind, text, compared = row or ("PyTorch crashes", "", 0)
            if kind == "differs" and explained(allowed, op, variant, text):
                kind = "explained"
            counts[kind] += 1
            total += compared
            if kind == "differs" or (a.more and kind == "more here"):
                bad[op].append(f"{kind}: {variant}: {text}")
    for op, rows in sorted(bad.items()):
        print(f"{op}: {len(rows)}")
        for r in rows[:a.show]:
            print("    " + r)
    uncalled = uncalled_overloads(a.dir)
    if a.uncalled:
        print("\n".join(uncalled))
    print(f"{len(groups)} overloads; " + ", ".join(f"{n} {k}" for k, n in sorted(counts.items())) +
          (f"; {total} gradients compared" if total else "") + (f"; {len(uncalled)} overloads without a sample" if uncalled else ""))
    return 1 if counts["differs"] else 0


if __name__ == "__main__":
    sys.exit(main())
