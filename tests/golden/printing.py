"""Writes printing.txt: tensors with what PyTorch prints for them (libtorch's operator<< and Python's repr).

Run with a Python that has torch 1.13:  python3 tests/golden/printing.py
src/core/print_tensor_test.cpp reads the file. One case is
    dtype float32 / sizes 2 3 / strides 3 1 / bytes HEX / quantizer ... / requires_grad / cxx ... / repr ... / end
"""
import random
import struct
import sys
import tempfile
import importlib.util
import torch

SCRIPT = """
import torch
def text(x: torch.Tensor) -> str:
    return str(x)
"""


def libtorch_str():
    """TorchScript's str(tensor) is libtorch's operator<<."""
    with tempfile.NamedTemporaryFile("w", suffix=".py") as f:
        f.write(SCRIPT)
        f.flush()
        spec = importlib.util.spec_from_file_location("printing_script", f.name)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return torch.jit.script(module.text)


def raw_bytes(t):
    """The bytes of the tensor's storage from its first element on."""
    flat = t.detach()
    if flat.is_quantized:
        flat = flat.int_repr()
    span = 1 + sum((n - 1) * s for n, s in zip(flat.shape, flat.stride())) if flat.numel() else 0
    flat = flat.as_strided((span,), (1,))
    if flat.dtype == torch.bfloat16 or flat.dtype == torch.float16:
        flat = flat.view(torch.int16)
    if flat.dtype.is_complex:
        flat = torch.view_as_real(flat)
    return flat.contiguous().numpy().tobytes()


def quantizer_line(t):
    numbers = lambda v: " ".join(repr(float(x)) for x in v)
    if t.qscheme() == torch.per_tensor_affine:
        return f"quantizer tensor {t.q_scale()!r} {t.q_zero_point()}"
    kind = "floats" if t.qscheme() == torch.per_channel_affine_float_qparams else "channel"
    n = len(t.q_per_channel_scales())
    return (f"quantizer {kind} {t.q_per_channel_axis()} {n} {numbers(t.q_per_channel_scales())} "
            f"{numbers(t.q_per_channel_zero_points())}")


def cases():
    torch.manual_seed(7)
    random.seed(7)
    f = torch.tensor
    inf, nan = float("inf"), float("nan")
    yield from (f(0.), f(1.5), f(-2.25), f(1234567.5), f(1e-7), f(nan), f(-inf), f(3), f(True), f(2**40), f(1e20))
    yield from (f([]), torch.zeros(0, 3), torch.zeros(2, 0, 3), torch.zeros(0, dtype=torch.int32),
                torch.zeros(3, 0, dtype=torch.int64), torch.zeros(0, dtype=torch.bool))
    for values in ([7.], [1., 2., 3.], [0.1, 0.22, 0.333], [1e5, 1.5], [1e-5, 1.], [1e8, 1.], [1e9, 2e9], [123456., 7.],
                   [99999.5, 12345.678], [0.001, 0.002], [1e-6, 2e-6], [nan, 1., inf], [nan, 1.5, -inf], [nan, nan],
                   [inf, -inf], [-0., 0.], [-5., -100000.], [-1e6, 2.5], [1e100, 1e-100], [1e300], [0.99999, 0.5],
                   [9.99995, 1.], [999.99996, 1.5], [100., 100.5], [1e-4, 1e-3], [0.00009, 0.1], [1000., 0.5],
                   [-1., 0., 1.], [1e10, 1., nan], [2.5e-45], [3.4028234e38], [0.5, 1001.], [1., 1001.], [0., 1e-10]):
        yield f(values, dtype=torch.float32)
        yield f(values, dtype=torch.float64)
        if max(abs(v) if v == v and abs(v) != inf else 0 for v in values) < 6e4:
            yield f(values, dtype=torch.float16)
            yield f(values, dtype=torch.bfloat16)
    for shape in ((3,), (2, 3), (1, 1), (2, 2, 2), (1, 2, 3, 2), (2, 1, 2, 2, 2), (30,), (2, 30), (3, 1, 25), (1, 1, 1)):
        for scale in (1., 1e-3, 1e4, 1e7, 1e-9):
            yield torch.randn(shape) * scale
        yield torch.randint(-100, 100, shape)
        yield torch.randint(0, 2, shape).bool()
        yield torch.randn(shape, dtype=torch.complex64)
    for dtype in (torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64):
        yield torch.randint(0, 100, (2, 5)).to(dtype)
        yield torch.tensor([torch.iinfo(dtype).min, torch.iinfo(dtype).max, 0], dtype=dtype)
    yield from (f([1 + 2j, 3 - 4j]), f([1.5 + 2j, -3.25 - 4e-6j]), f(1j), f(2 - 0.5j), f([nan + 1j, complex(1, inf)]),
                f([[1e5 + 1j, 2j], [0.5, -1]], dtype=torch.complex128), f([0j, -0.0 - 0j]))
    yield from (torch.randn(3, 4).t(), torch.arange(24).view(2, 3, 4).permute(2, 0, 1), torch.randn(4, 6)[1:, ::2],
                torch.randn(1, 3).expand(4, 3), torch.randn(2, 3, 2, 2).contiguous(memory_format=torch.channels_last))
    yield from (torch.arange(1001).to(torch.int16), torch.randint(0, 9, (40, 30)).to(torch.uint8),
                torch.randn(7, 150).half(), torch.randn(1, 2, 8, 70).half(), torch.arange(1000).to(torch.int16),
                torch.randn(501, 1, 2).half(), (torch.randn(9, 9, 13) * 1e4).half(), torch.ones(1001, dtype=torch.bool))
    yield from (torch.randn(2, 2).requires_grad_(), torch.randn(3).double().requires_grad_(),
                torch.randn(9).requires_grad_())
    for dtype in (torch.quint8, torch.qint8, torch.qint32):
        for shape in ((), (3,), (2, 3), (2, 2, 3), (0, 2)):
            yield torch.quantize_per_tensor(torch.randn(shape), 0.1, 3, dtype)
        yield torch.quantize_per_tensor(torch.randn(4) * 50, 0.0123456789, 0, dtype)
        yield torch.quantize_per_tensor(torch.randn(4) * 1e-5, 1.5e-6, 1, dtype)
        yield torch.quantize_per_channel(torch.randn(2, 3), f([.1, .2]), f([0, 1]), 0, dtype)
        yield torch.quantize_per_channel(torch.randn(2, 3, 2), f([.1, .02, 3.]), f([0, 1, 9]), 1, dtype)
    yield torch.quantize_per_channel(torch.randn(2, 3), f([.1, .2]), f([0.5, 1.]), 0, torch.quint8)
    for _ in range(120):
        dims = random.choice((1, 1, 2, 2, 3))
        t = torch.randn([random.randint(1, 4) for _ in range(dims)], dtype=torch.float64)
        t = t * 10.0 ** random.uniform(-8, 9)
        if random.random() < 0.3:
            t = t.round()
        if random.random() < 0.5:
            t = t * 10.0 ** (torch.rand_like(t) * random.uniform(0, 6))
        if random.random() < 0.2:
            t = t.abs()
        yield t.to(random.choice((torch.float32, torch.float64)))


def main(path):
    text = libtorch_str()
    escaped = lambda s: s.replace("\\", "\\\\").replace("\n", "\\n")
    words = lambda v: " ".join(str(x) for x in v)
    with open(path, "w") as out:
        for t in cases():
            print("dtype", str(t.dtype)[6:], file=out)
            print("sizes", words(t.shape), file=out)
            print("strides", words(t.stride()), file=out)
            print("bytes", raw_bytes(t).hex(), file=out)
            if t.is_quantized:
                print(quantizer_line(t), file=out)
            if t.requires_grad:
                print("requires_grad", file=out)
            print("cxx", escaped(text(t)), file=out)
            print("repr", escaped(repr(t)), file=out)
            print("end", file=out)


main(sys.argv[1] if len(sys.argv) > 1 else "tests/golden/printing.txt")
