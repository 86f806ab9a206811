#!/usr/bin/env python3
"""Compares what parity_dump wrote with real PyTorch:  compare.py DIR [--show N] [--json FILE]

For each case PyTorch runs the same overload on the same arguments. Values, dtypes, shapes, strides and the arguments
that were written must agree; a call that PyTorch accepts must not raise here. Calls that PyTorch refuses and Tealight
takes are counted, not reported. Exit status 1 on any difference that neither allowed.txt explains nor known.txt lists.
"""
import argparse
import collections
import json
import os
import sys

import numpy as np
import torch

try:
    import torchvision  # noqa: F401  (registers its operators)
except ImportError:
    pass

torch.set_num_threads(1)
torch.backends.quantized.engine = "qnnpack"

# (absolute, relative) by dtype: PyTorch's own defaults for comparing kernels, torch.testing
TOLERANCE = {torch.float64: (1e-7, 1e-7), torch.complex128: (1e-7, 1e-7), torch.float32: (1e-5, 2e-5), torch.complex64: (1e-5, 2e-5),
             torch.float16: (1e-3, 2e-3), torch.bfloat16: (1e-2, 1.6e-2), torch.complex32: (1e-3, 2e-3)}


def tensor(d, blob):
    dtype = getattr(torch, d["dtype"])
    raw = bytearray(blob[d["at"]:d["at"] + d["bytes"]])
    q = d.get("q")
    store = {"quint8": torch.uint8, "qint8": torch.int8, "qint32": torch.int32}.get(d["dtype"], dtype)
    flat = torch.frombuffer(raw, dtype=store) if raw else torch.empty(0, dtype=store)
    t = torch.as_strided(flat, d["sizes"], d["strides"]) if raw else torch.empty_strided(d["sizes"], d["strides"], dtype=store)
    if not q:
        return t
    if "scale" in q:
        return torch._make_per_tensor_quantized_tensor(t.contiguous(), q["scale"], q["zero_point"])
    return torch._make_per_channel_quantized_tensor(t.contiguous(), torch.tensor(q["scales"], dtype=torch.double),
                                                    torch.tensor(q["zero_points"], dtype=torch.long), q["axis"])


def value(d, blob):
    k, v = d["k"], d.get("v")
    if k == "none":
        return None
    if k == "tensor":
        return tensor(v, blob)
    if k == "float":
        return float(v)
    if k == "complex":
        return complex(float(v[0]), float(v[1]))
    if k == "list":
        return [value(x, blob) for x in v]
    if k == "tuple":
        return tuple(value(x, blob) for x in v)
    if k == "device":
        return torch.device(v)
    return v


def overload(name):
    ns, rest = name.split("::")
    op, _, over = rest.partition(".")
    return getattr(getattr(getattr(torch.ops, ns), op), over or "default")


def precision(values):
    """The tolerance of the coarsest floats among tensors, lists included."""
    coarsest = (0, 0)
    for v in values:
        if isinstance(v, torch.Tensor):
            coarsest = max(coarsest, TOLERANCE.get(v.dtype, (0, 0)))
        elif isinstance(v, (list, tuple)):
            coarsest = max(coarsest, precision(v))
    return coarsest


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
            return f"{path}: {worst} quantization steps off" if worst > 1 else None
        theirs = theirs.detach().resolve_conj().resolve_neg()
        if ours.numel() > 1 and ours.stride() != theirs.stride():
            live = [i for i in range(ours.dim()) if ours.shape[i] != 1]
            if [ours.stride(i) for i in live] != [theirs.stride(i) for i in live]:
                return f"{path}: strides {list(ours.stride())}, PyTorch {list(theirs.stride())}"
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
    if isinstance(theirs, float) and isinstance(ours, float):
        same = ours == theirs or (ours != ours and theirs != theirs) or abs(ours - theirs) <= 1e-6 * max(1, abs(theirs))
        return None if same else f"{path}: {ours!r}, PyTorch {theirs!r}"
    if isinstance(theirs, (torch.dtype, torch.layout, torch.memory_format, torch.device)):
        return None
    return None if ours == theirs else f"{path}: {ours!r}, PyTorch {theirs!r}"


def check(case, blob):
    """('same' | 'both raise' | 'more here' | 'no such op' | 'differs', text)"""
    try:
        op = overload(case["op"])
    except (AttributeError, RuntimeError):
        return "no such op", ""
    args = [value(a, blob) for a in case["args"]]
    schema = op._schema
    positional, kwargs = [], {}
    for spec, a in zip(schema.arguments, args):
        if spec.kwarg_only:
            kwargs[spec.name] = a
        else:
            positional.append(a)
    torch.manual_seed(42)
    try:
        theirs = op(*positional, **kwargs)
    except Exception as e:
        return ("both raise", "") if "raises" in case else ("more here", str(e).split("\n")[0])
    if "raises" in case:
        return "differs", "raises: " + case["raises"].split("\n")[0][:200]
    ours = [value(r, blob) for r in case["results"]]
    returns = len(schema.returns)
    theirs = [] if returns == 0 else [theirs] if returns == 1 else list(theirs)
    # what is converted to the dtype of `out` is as precise as the arguments it was made of
    inputs = [a for spec, a in zip(schema.arguments, args) if spec.alias_info is None]
    at_least = precision(inputs) if case["variant"].startswith("out=") else (0, 0)
    d = differ("result", ours, theirs, at_least)
    if not d:
        after = [value(a, blob) for a in case["after"]]
        d = differ("argument", after, args, at_least)
    return ("differs", d) if d else ("same", "")


def check_apart(cases, blob):
    """The verdicts of one operator's cases, from a child process: PyTorch itself crashes on some arguments."""
    verdicts, at = [], 0
    while at < len(cases):
        reader, writer = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(reader)
            sys.stderr.flush()
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            with os.fdopen(writer, "w") as out:
                for case in cases[at:]:
                    try:
                        row = check(case, blob)
                    except Exception as e:  # what compare.py cannot rebuild
                        row = ("differs", f"compare.py: {e!r}"[:200])
                    out.write(json.dumps(row) + "\n")
                    out.flush()
            os._exit(0)
        os.close(writer)
        with os.fdopen(reader) as rows:
            got = [tuple(json.loads(line)) for line in rows if line.endswith("\n")]
        os.waitpid(pid, 0)
        verdicts += got
        at += len(got)
        if at < len(cases):
            verdicts.append(("PyTorch crashes", ""))
            at += 1
    return verdicts


def known_differences(path):
    """Differences that are still to be mended, so that a new one shows: "overload<TAB>variant" a line."""
    if not os.path.exists(path):
        return set()
    return {tuple(line.rstrip("\n").split("\t")) for line in open(path) if not line.startswith("#") and line.strip()}


def allowed_differences(path):
    rows = []
    if os.path.exists(path):
        for line in open(path):
            line = line.split("#")[0].strip()
            if line:
                rows.append(line.split(None, 2))
    return rows


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("dir")
    p.add_argument("--show", type=int, default=3, help="differences shown of each operator")
    p.add_argument("--write-known", action="store_true", help="write today's differences to known.txt")
    p.add_argument("--more", action="store_true", help="also list calls that only Tealight takes")
    a = p.parse_args()
    blob = open(os.path.join(a.dir, "blob.bin"), "rb").read()
    allowed = allowed_differences(os.path.join(os.path.dirname(os.path.abspath(__file__)), "allowed.txt"))
    known_path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "known.txt")
    known, found = known_differences(known_path), set()
    counts, ops, bad = collections.Counter(), set(), collections.defaultdict(list)
    groups = collections.defaultdict(list)
    for line in open(os.path.join(a.dir, "cases.jsonl")):
        case = json.loads(line)
        groups[case["op"]].append(case)
    for op, cases in groups.items():
        ops.add(op)
        for case, (verdict, text) in zip(cases, check_apart(cases, blob)):
            if verdict == "differs" and any(op.startswith(r[0]) and (r[1] == "*" or case["variant"].startswith(r[1])) for r in allowed):
                verdict = "explained"
            if verdict == "differs":
                found.add((op, case["variant"]))
                if (op, case["variant"]) in known and not a.write_known:
                    verdict = "known"
            counts[verdict] += 1
            if verdict == "differs" or (a.more and verdict == "more here"):
                bad[op].append(f"{verdict}: {case['variant']}: {text}")
    if a.write_known:
        with open(known_path, "w") as f:
            f.write("# Differences from PyTorch 1.13 that are still to be mended. Written by compare.py --write-known; only ever shorter.\n")
            f.writelines(f"{op}\t{variant}\n" for op, variant in sorted(found))
    for op, rows in sorted(bad.items()):
        print(f"{op}: {len(rows)}")
        for r in rows[:a.show]:
            print("    " + r)
    print(f"{len(ops)} overloads; " + ", ".join(f"{n} {k}" for k, n in sorted(counts.items())))
    return 1 if counts["differs"] else 0


if __name__ == "__main__":
    sys.exit(main())
