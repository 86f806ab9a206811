#!/usr/bin/python3
"""Writes script_ops.json: what PyTorch's operators on numbers, strings, lists and dicts give for a few thousand arguments.

    tests/golden/script_ops.py NAMES > tests/golden/script_ops.json      (Debian's python3-torch, 1.13)

NAMES holds an operator's qualified name on each line.
Each operator runs as a graph of one node, so that the overload is the one meant and changed arguments can be seen:
    {"op": "aten::pop.t", "args": [...], "results": [...], "after": [...]}   or "error" in place of the last two
Values: int and str as they are; {"f": "0x1p+0"} {"b": true} {"c": [re, im]} {"n": 0} (None)
    {"l": [...]} {"t": [...]} {"d": [[key, value] ...]} {"dev": "cpu"} {"T": number, "dtype": name}
"""
import concurrent.futures.process
import itertools
import json
import multiprocessing
import random
import re
import sys

import torch

INTS = [0, 1, 2, -1, -3, 5, 7]
FLOATS = [0.0, 1.0, -1.5, 2.5, 3.0, float("inf"), float("nan")]
STRS = ["", "a", "Hello World", "  pad \t", "a,b,,c", "12", "-3.5", "ABC abc", "x\ny\r\nz", "abab", ",", "Title Case"]
POOLS = {
    "int": INTS, "float": FLOATS, "bool": [True, False], "str": STRS, "complex": [1 + 2j, -0.5j, 3 + 0j],
    "Scalar": [0, 2, -3, 1.5, -2.5, 1 + 1j], "int?": [None, 0, 1, -2, 3], "str?": [None, ",", "b"], "Device": ["cpu", "cuda:1"],
    "int[]": [[], [3, 1, 2], [2, 2, 5, -1], [1]], "float[]": [[], [0.5, -1.0], [2.0, 2.0, 1.5]],
    "bool[]": [[], [True, False], [True]], "str[]": [[], ["b", "a"], ["x", "", "x"]], "complex[]": [[1 + 1j, 2j]],
    "Dict(str, int)": [{}, {"a": 1, "b": 2}], "Dict(int, int)": [{}, {1: 10, 2: 20, -1: 5}], "Dict(bool, int)": [{True: 1}],
    "Dict(float, int)": [{1.5: 1, 2.5: 2}], "Dict(complex, int)": [{1 + 2j: 3}], "ScalarType": [4, 6, 11, 0],
    "(str, int)[]": [[("a", 1), ("b", 2), ("a", 3)]], "(int, int)[]": [[(1, 2)]], "(float, int)[]": [[(1.5, 2)]],
    "(bool, int)[]": [[(True, 2)]], "(complex, int)[]": [[(1j, 2)]],
}
# Left out: what needs tensors, other machines, files or classes; what kills PyTorch; what differs on purpose.
SKIP = re.compile(r"cufft|RRef|_owner|autocast|grad_enabled|manual_seed|aten::save|prim::Print|enum|Enum|ModuleContainer|prim::id|"
                  r"nnpack|vulkan|cudnn|tracing|torch_function|Future|Tensor|warn|RaiseException|Uninitialized|hash|BroadcastSizes|"
                  r"prim::(Autograd|Bail|Chunk|Const|Cuda|Diff|Fallback|Fus|Ignored|MKLDNN|MM|Python|ReductionSizes|Requires|"
                  r"Static|TensorExpr|TimePoint|TupleUnpack|TypeCheck|Var|Broadcast|profile|rpc|tolist|If|AddStat)|factorial|int_to_int")
# Where PyTorch's own answer is an accident (moved-from lists, casts of infinity, text about its internals).
ON_PURPOSE = re.compile(r"vector::reserve|string::substr|isInt\(\) INTERNAL|without overflow|\"aten::device\"|aten::sum.complex|"
                        r"\[\{\"f\": \"(inf|nan)\"\}\], \"op\": \"aten::Int.float|\", \"\", -?[0-9]\], \"op\": \"aten::rsplit")
KEYS = {"t": "int", "tVal": "int", "t1": "int", "t2": "int", "Any": "(int, str)"}
POOLS["(int, str)"] = [(4, "x")]


def concrete(kind):
    """A schema's type without marks of aliasing, with type variables filled in."""
    kind = re.sub(r"\([a-z!| ]*(-> \*)?\)|\(\*\)", "", kind).strip()
    return re.sub(r"\b(tVal|t1|t2|t|Any)\b", lambda m: KEYS[m[1]], kind)


def split_args(text):
    out, depth, part = [], 0, ""
    for c in text:
        depth += (c in "([") - (c in ")]")
        if c == "," and not depth:
            out.append(part.strip())
            part = ""
        else:
            part += c
    return out + [part.strip()] if part.strip() else out


def encode(v):
    if v is None:
        return {"n": 0}
    if isinstance(v, bool):
        return {"b": v}
    if isinstance(v, (int, str)):
        return v
    if isinstance(v, float):
        return {"f": v.hex()}
    if isinstance(v, complex):
        return {"c": [v.real.hex(), v.imag.hex()]}
    if isinstance(v, torch.device):
        return {"dev": str(v)}
    if isinstance(v, torch.Tensor):
        return {"T": encode(v.item()), "dtype": str(v.dtype)[6:]}
    if isinstance(v, tuple):
        return {"t": [encode(x) for x in v]}
    if isinstance(v, list):
        return {"l": [encode(x) for x in v]}
    return {"d": [[encode(k), encode(x)] for k, x in v.items()]}


IR = {"Scalar": "Scalar", "ScalarType": "int", "Layout": "int"}


def ir(kind):
    return IR.get(kind, kind)


def run(name, kinds, returns, args):
    inputs = ", ".join(f"%a{i} : {ir(k)}" for i, k in enumerate(kinds))
    outs = ", ".join(f"%r{i} : {ir(k)}" for i, k in enumerate(returns))
    call = f"{name.split('.')[0]}({', '.join(f'%a{i}' for i in range(len(kinds)))})"
    every = [f"%r{i}" for i in range(len(returns))] + [f"%a{i}" for i in range(len(kinds))]
    types = ", ".join(map(ir, returns + kinds))
    graph = f"graph({inputs}):\n  {outs + ' = ' if outs else ''}{call}\n  %t : ({types}) = prim::TupleConstruct({', '.join(every)})\n  return (%t)\n"
    function = torch._C._create_function_from_graph("f", torch._C.parse_ir(graph))
    values = function(*args)
    return list(values[:len(returns)]), list(values[len(returns):])


def message(error):
    text = str(error).strip()
    text = text.split("RuntimeError: ", 1)[-1]
    return text.splitlines()[0][:200]


def copy_of(v):
    return list(v) if isinstance(v, list) else dict(v) if isinstance(v, dict) else v


def cases(schema):
    name = schema.split("(")[0]
    open_at = schema.index("(")
    text, result = schema[open_at + 1:].rsplit(") -> ", 1) if not schema.endswith("-> ()") else (schema[open_at + 1:-7], "()")
    kinds, pools = [], []
    for arg in split_args(text):
        if "=" in arg:
            arg = arg[:arg.index("=")]
        kind, argument = arg.rsplit(" ", 1)
        kind = concrete(kind)
        if name.endswith(("strip", "just", "center")) and argument in ("chars", "fillchar"):
            pools.append([" ", "a"])
        elif argument == "step":
            pools.append([1, 2, -1, 3] if "str" not in name else [1, 2])
        elif argument == "width":
            pools.append([0, 3, 6, 15])
        elif argument in ("b", "y") and ("remainder" in name or "floordiv" in name or "divmod" in name) and kind == "int":
            pools.append([1, 2, -3, 7] if "round" in name or "remainder" in name else [0, 1, 2, -3, 7])
        elif argument in ("b", "y") and ("remainder" in name or "floordiv" in name) and kind == "Scalar":
            pools.append([2, -3, 1.5])
        elif "shift" in name:
            pools.append([0, 1, 3])
        elif name == "aten::chr":
            pools.append([65, 97, 32])
        elif name in ("aten::ldexp",) and kind == "int":
            pools.append([0, 3, -2])
        else:
            pools.append(POOLS[kind])
        kinds.append(kind)
    result = result.strip()
    if result == "()":
        returns = []
    elif result.startswith("(") and not result.startswith("(("):
        returns = [concrete(r) for r in split_args(result[1:-1])]
    else:
        returns = [concrete(result[1:-1] if result.startswith("((") else result)]
    every = list(itertools.product(*pools))
    random.Random(name).shuffle(every)
    for args in every[:8]:
        case = {"op": name, "args": [encode(a) for a in args]}
        try:
            results, after = run(name, kinds, returns, [copy_of(a) if not (k == "Device") else torch.device(a) for a, k in zip(args, kinds)])
            case["results"] = [encode(v) for v in results]
            after = [encode(v) for v in after]
            if after != case["args"] and any(isinstance(a, (list, dict)) for a in args):
                case["after"] = after
        except UnicodeDecodeError:
            continue
        except Exception as e:
            case["error"] = message(e)
        if not ON_PURPOSE.search(json.dumps(case, sort_keys=True)):
            yield case


def in_child(schema, pool=[]):
    """The cases of one operator, from another process: some arguments kill PyTorch."""
    if not pool:
        pool.append(concurrent.futures.ProcessPoolExecutor(1, multiprocessing.get_context("fork")))
    try:
        return pool[0].submit(lists_of, schema).result()
    except concurrent.futures.process.BrokenProcessPool:
        pool.clear()
        print(schema, ":: kills PyTorch", file=sys.stderr)
    except Exception as e:
        print(schema, "::", (str(e) or repr(e)).splitlines()[0], file=sys.stderr)
    return []


def lists_of(schema):
    return list(cases(schema))


def main():
    names = {}
    for line in open(sys.argv[1]):
        names[line.strip().split("(")[0]] = 1
    out, count = [], 0
    for schema in sorted({str(s) for s in torch._C._jit_get_all_schemas()}):
        name = schema.split("(")[0]
        if name not in names or SKIP.search(schema):
            continue
        found = in_child(schema)
        out += found
        count += bool(found)
    print(count, "operators,", len(out), "cases", file=sys.stderr)
    print("[\n" + ",\n".join(json.dumps(c, sort_keys=True) for c in out) + "\n]")


if __name__ == "__main__":
    main()
