#!/usr/bin/env python3
"""What the table of operators promises:  check.py TEALIGHT docs | tiers

docs   docs/operators.md is what `TEALIGHT ops --markdown` prints
tiers  every operator that the list of those in use (../shared/spec/ops.csv) puts into tier 1 or 2, or among TorchScript's
       own functions, is there, with the in-place and out= forms that PyTorch has; without the list, or without python3-torch, it skips with exit status 77
"""
import csv
import json
import os
import re
import subprocess
import sys

OPS_CSV = os.path.join("..", "shared", "spec", "ops.csv")
LEFT_OUT = {  # forms that PyTorch has and Tealight does not: a pattern of their schema, and why
    r"[Dd]imname|\.names_|\.correction_names|_with_names": "dimensions have no names here, nor in any model file",
    r"Storage source": "a storage is no value of TorchScript",
    r"_nested_tensor_from_mask\.out": "a nested tensor is nothing to copy into",
    r"::(cauchy|copy|exponential|fill|geometric|log_normal|random|resize_as|set|sparse_resize_and_clear|uniform)\.":
        "of operators that work in place only; PyTorch's functionalization makes them for itself",
}

NO_FILE_HAS = {  # TorchScript's own that no file or program calls: a pattern of the name, and why
    r"_cufft_": "about CUDA's plans",
    r"owner|local_value|to_here|prim::rpc_": "about RRefs, of other machines",
    r"aten::save$": "writes files, which no model may",
    r"Autograd|DifferentiableGraph|RequiresGradCheck": "made by PyTorch's executor for gradients",
    r"BailOut|Bailout|Guard|Fus|FallbackGraph|TensorExpr|TypeCheck|profile|TimePoint|Chunk|MM(Batch|Tree)|Sizes|PythonOp":
        "made by PyTorch's executor while a program runs",
    r"MKLDNN|mkldnn|StaticRuntime|StaticSubgraph|VarConcat|VarStack|add_optional|expand_as_copy|_copy(\.dim)?$":
        "made by PyTorch's passes for inference and never saved",
    r"prim::grad$": "a gradient is no part of a saved program; C++ asks Tensor::grad()",
}


def table(tealight, *options):
    return subprocess.run([tealight, "ops", *options], check=True, capture_output=True, text=True).stdout


def check_docs(tealight):
    path = os.path.join("docs", "operators.md")
    if not os.path.exists(path) or open(path).read() != table(tealight, "--markdown"):
        return [f"{path} is stale; fix: {tealight} ops --markdown > {path}"]
    return []


def wanted_forms(families):
    """In-place and out= overloads of those families in PyTorch."""
    import torch
    for schema in torch._C._jit_get_all_schemas():
        text = str(schema)
        written = any(a.alias_info and a.alias_info.is_write for a in schema.arguments)
        if written and schema.name.rstrip("_") in families and not any(re.search(p, text) for p in LEFT_OUT):
            yield f"{schema.name}.{schema.overload_name}".rstrip("."), text


def check_tiers(tealight):
    try:
        import torch  # noqa: F401
    except ImportError:
        sys.exit(skip("python3-torch is not installed"))
    if not os.path.exists(OPS_CSV):
        sys.exit(skip(f"{OPS_CSV} is not there"))
    listed = list(csv.DictReader(open(OPS_CSV)))
    rows = [r for r in listed if r["tier"] in "12"]
    own = [r for r in listed if r["category"] in ("ts-builtin", "prim") and r["tier"] == "3"
           and not any(re.search(p, r["op"]) for p in NO_FILE_HAS)]
    ours = {o["name"] for o in json.loads(table(tealight, "--json"))}
    families = {r["op"].split(".")[0].rstrip("_") for r in rows}
    forms = dict(wanted_forms(families))
    print(f"{len(rows)} operators of tiers 1 and 2, {len(own)} of TorchScript's own, {len(forms)} in-place and out= forms")
    missing = [f"{r['op']} (tier {r['tier']}) is missing: {r['schema']}" for r in rows + own if r["op"] not in ours]
    return missing + [f"{name} is missing: {text}" for name, text in sorted(forms.items()) if name not in ours]


def skip(why):
    print(f"SKIP: {why}")
    return 77


if __name__ == "__main__":
    problems = {"docs": check_docs, "tiers": check_tiers}[sys.argv[2]](sys.argv[1])
    print("\n".join(problems) or "nothing is missing")
    sys.exit(bool(problems))
