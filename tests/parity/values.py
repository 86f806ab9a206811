"""What parity_dump wrote, as PyTorch's values; and its operators. Importing this sets PyTorch up for comparisons."""
import json
import os
import re
import sys

import torch

try:
    import torchvision  # noqa: F401  (registers its operators)
except ImportError:
    pass

torch.set_num_threads(1)
torch.backends.quantized.engine = "qnnpack"

HERE = os.path.dirname(os.path.abspath(__file__))
TOLERANCE = {getattr(torch, name): tuple(t) for name, t in json.load(open(os.path.join(HERE, "tolerance.json"))).items() if name != "why"}


def tensor(d, blob):
    dtype = getattr(torch, d["dtype"])
    raw = bytearray(blob[d["at"]:d["at"] + d["bytes"]])
    q = d.get("q")
    store = {"quint8": torch.uint8, "qint8": torch.int8, "qint32": torch.int32}.get(d["dtype"], dtype)
    flat = torch.frombuffer(raw, dtype=store) if raw else torch.empty(0, dtype=store)
    t = torch.as_strided(flat, d["sizes"], d["strides"], d.get("offset", 0)) if raw else torch.empty_strided(d["sizes"], d["strides"], dtype=store)
    if not q:
        return t
    if "scale" in q:  # which makes it contiguous: in the order of its memory, then
        order = sorted(range(t.dim()), key=lambda i: -t.stride(i))
        dense = torch._make_per_tensor_quantized_tensor(t.permute(order).contiguous(), q["scale"], q["zero_point"])
        return dense.permute([order.index(i) for i in range(t.dim())])
    return torch._make_per_channel_quantized_tensor(t.contiguous(), torch.tensor(q["scales"], dtype=torch.double),
                                                    torch.tensor(q["zero_points"], dtype=torch.long), q["axis"])


def value(d, blob):
    k, v = d["k"], d.get("v")
    if k == "made":
        return call(overload(d["op"]), [value(a, blob) for a in d["args"]])[0]
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


def bind(schema, args):
    """Positional and keyword arguments of a call, from all of them in the schema's order."""
    positional, kwargs = [], {}
    for spec, a in zip(schema.arguments, args):
        if spec.kwarg_only:
            kwargs[spec.name] = a
        else:
            positional.append(a)
    return positional, kwargs


def call(op, args):
    """The results of a call with all arguments in the schema's order, drawn numbers from the seed that parity_dump sets."""
    positional, kwargs = bind(op._schema, args)
    torch.manual_seed(42)
    results = op(*positional, **kwargs)
    returns = len(op._schema.returns)
    results = [] if returns == 0 else [results] if returns == 1 else list(results)
    if re.match(r"aten::(new_)?empty", op._schema.name):  # parity_dump does the same
        for t in results:
            t.zero_()
    return results


def apart(f, items):
    """f(item) of each, in a child process: PyTorch itself crashes on some arguments, which gives None. Results go through JSON."""
    results = []
    while len(results) < len(items):
        reader, writer = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(reader)
            sys.stderr.flush()
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            with os.fdopen(writer, "w") as out:
                for item in items[len(results):]:
                    out.write(json.dumps(f(item)) + "\n")
                    out.flush()
            os._exit(0)
        os.close(writer)
        with os.fdopen(reader) as rows:
            results += [json.loads(line) for line in rows if line.endswith("\n")]
        os.waitpid(pid, 0)
        if len(results) < len(items):
            results.append(None)
    return results
