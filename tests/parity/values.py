"""What parity_dump wrote, as PyTorch's values; and its operators. Importing this sets PyTorch up for comparisons."""
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


def bind(schema, args):
    """Positional and keyword arguments of a call, from all of them in the schema's order."""
    positional, kwargs = [], {}
    for spec, a in zip(schema.arguments, args):
        if spec.kwarg_only:
            kwargs[spec.name] = a
        else:
            positional.append(a)
    return positional, kwargs
