#!/usr/bin/env python3
"""Loads TorchScript files by PyTorch and replays the calls that are recorded of their originals.

    /usr/bin/python3 tests/torchscript/load_by_torch.py REWRITTEN ../shared [--only TEXT] [--list]

REWRITTEN has files by the paths of their originals below the second folder: models/iris_v1/model.pt. Prints what is
wrong and counts; exit code 1 when a file fails whose original gave PyTorch its recorded results.
"""
import argparse
import collections
import json
import pathlib
import sys

import torch

try:
    import torchvision  # noqa: F401  (registers nms and roi_align)
except ImportError:
    pass


def record_of(folder):
    for name in ("case.json", "meta.json"):
        if (folder / name).exists():
            return json.loads((folder / name).read_text())
    return {}


def worst_difference(path, record, folder, oracle):
    module = torch.jit.load(str(path), map_location="cpu")
    if record.get("call_eval", True):
        module.eval()
    worst = 0.0
    for call in record["calls"]:
        arguments = [oracle.load(a, str(folder)) for a in call["args"]]
        with torch.no_grad():
            result = getattr(module, call["method"])(*arguments)
        worst = max(worst, oracle.diff(result, oracle.load(call["result"], str(folder))))
    return worst


def status_of(path, record, folder, oracle):
    engine = "fbgemm" if "fbgemm" in str(folder) else "qnnpack"
    if engine in torch.backends.quantized.supported_engines:
        torch.backends.quantized.engine = engine
    try:
        worst = worst_difference(path, record, folder, oracle)
    except Exception as e:  # whatever PyTorch throws at a file
        return "fails", str(e).strip()
    tolerance = record["tolerance"]["atol"]
    return ("ok", "") if worst <= max(tolerance, 1e-5) else ("differs", f"by {worst}, more than {tolerance}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rewritten", type=pathlib.Path)
    parser.add_argument("originals", type=pathlib.Path)
    parser.add_argument("--only", default="")
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    sys.path.insert(0, str(options.originals / "oracle"))
    import oraclelib as oracle

    torch.set_num_threads(1)
    counts = collections.Counter()
    for path in sorted(options.rewritten.rglob("*.pt")):
        name = path.relative_to(options.rewritten)
        original = options.originals / name
        record = record_of(original.parent)
        if options.only not in str(name) or "calls" not in record:
            continue
        status, text = status_of(path, record, original.parent, oracle)
        if status != "ok" and status_of(original, record, original.parent, oracle)[0] != "ok":
            status = "not by this PyTorch, as its original"
        counts[status] += 1
        if status in ("fails", "differs") or options.list:
            print(status, " ", name, "\n      ", "\n       ".join(text.splitlines()[-14:]), flush=True)
    print(", ".join(f"{n} {status}" for status, n in counts.most_common()))
    return 1 if counts["fails"] + counts["differs"] else 0


if __name__ == "__main__":
    sys.exit(main())
