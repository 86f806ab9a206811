#!/usr/bin/env python3
"""Whether real PyTorch runs what `tealight convert` writes, with the results that it gives for the original.

    tests/convert/with_pytorch.py build/dev/tealight [FOLDER...] [--only TEXT] [--list]

Every .ptl beside a meta.json or case.json below the folders is written as bytecode 4 to 8, as a flatbuffer, with weights of
16 bits, and with plain layers as .ptl and as .pt, and its recorded calls are made with each. Every state.pth and
state_legacy.pth is written as a .pth. Models that this PyTorch itself cannot load or run, plain neither, are left out and
counted.
Exit code 77 without PyTorch.
"""
import argparse
import collections
import copy
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import warnings

try:
    import torch
    from torch.jit.mobile import _load_for_lite_interpreter
except ImportError:
    print("SKIP: python3-torch is not installed")
    sys.exit(77)
try:
    import torchvision  # noqa: F401  registers operators that detectors use
except ImportError:
    pass
import numpy as np

warnings.simplefilter("ignore")  # PyTorch's, of its own past
# Why PyTorch 1.13 crashes on a flatbuffer, its own included, by a part of the model's path.
CRASHES = {"/methods/": "it maps flatbuffers read-only, and the model writes its attributes"}
OPTIONS = {"half": ["--half"], "flatbuffer": [], "plain": ["--plain"], "plain .pt": []}
FORMS = ["8", "7", "6", "5", "4", "half", "plain", "plain .pt", "flatbuffer"]  # it crashes on the last at times
FIRST_ENGINE = torch.backends.quantized.engine
DTYPES = {"uint8": torch.uint8, "quint8": torch.quint8, "qint8": torch.qint8}


def random_array(node):
    source = np.random.RandomState(node["seed"])
    low, high, shape, dtype = node.get("lo", 0.0), node.get("hi", 1.0), tuple(node["shape"]), node["dtype"]
    if dtype.startswith(("int", "uint")):
        return source.randint(int(low), int(high), size=shape).astype(dtype)
    if dtype == "bool":
        return source.random_sample(shape) < 0.5
    numbers = source.random_sample(shape)
    if dtype.startswith("complex"):
        numbers = numbers + 1j * source.random_sample(shape)
    return np.asarray(numbers * (high - low) + low).astype(dtype)


def value(node, folder):
    """A recorded argument."""
    kind = node["type"]
    if kind == "none":
        return None
    if kind in ("tensor", "random"):
        array = random_array(node) if kind == "random" else np.array(np.load(folder / node["file"]))
        tensor = torch.from_numpy(np.array(array))
        return tensor.bfloat16() if node["dtype"] == "bfloat16" else tensor
    if kind == "qtensor":
        return torch._make_per_tensor_quantized_tensor(
            torch.from_numpy(np.load(folder / node["file"])), node["scale"], node["zero_point"])
    if kind == "float":
        return float.fromhex(node["hex"]) if "hex" in node else float(node["v"])
    if kind == "complex":
        return complex(node["re"], node["im"])
    if kind == "list":
        return [value(v, folder) for v in node["v"]]
    if kind in ("tuple", "namedtuple"):
        return tuple(value(v, folder) for v in node["v"])
    if kind == "dict":
        return {value(k, folder): value(v, folder) for k, v in node["v"]}
    return node["v"]


def same(a, b):
    if isinstance(a, torch.Tensor):
        if not isinstance(b, torch.Tensor) or a.dtype != b.dtype or a.shape != b.shape:
            return False
        if a.is_quantized:
            return torch.equal(a.int_repr(), b.int_repr()) and torch.equal(a.dequantize(), b.dequantize())
        return bool(torch.all((a == b) | ((a != a) & (b != b))))
    if isinstance(a, (list, tuple)):
        return type(a) is type(b) and len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return isinstance(b, dict) and list(a) == list(b) and all(same(a[k], b[k]) for k in a)
    return a == b or (a != a and b != b)


def close(a, b, tolerance):
    if isinstance(a, torch.Tensor):
        return isinstance(b, torch.Tensor) and a.shape == b.shape and torch.allclose(
            a.double(), b.double(), tolerance["rtol"], tolerance["atol"], equal_nan=True)
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(close(x, y, tolerance) for x, y in zip(a, b))
    if isinstance(a, dict):
        return isinstance(b, dict) and list(a) == list(b) and all(close(a[k], b[k], tolerance) for k in a)
    return a == b


def roughly(a, b):
    """Of float numbers: what weights of 16 bits leave of them."""
    if isinstance(a, torch.Tensor):
        if not isinstance(b, torch.Tensor) or not a.is_floating_point():
            return isinstance(b, torch.Tensor)
        a, b = a.double(), b.double()
        return a.shape == b.shape and bool(torch.all((a - b).abs() <= 0.05 * (1 + a.abs().max()))) if a.numel() else True
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(roughly, a, b))
    return True


def results(model, calls, folder):
    module = torch.jit.load(model) if model.suffix == ".pt" else _load_for_lite_interpreter(str(model))
    run = getattr(module, "run_method", lambda name, *args: getattr(module, name)(*args))
    out = []
    for call in calls:
        if "raises" in call:
            continue
        torch.manual_seed(0)
        with torch.no_grad():
            args = [value(a, folder) for a in call["args"]]
            out.append(copy.deepcopy(run(call["method"], *args)))  # not the module's memory
    return out


def in_child(work):
    """What `work` says to the function it gets; a crash is told too. PyTorch crashes on some models."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        say = lambda text: os.write(writer, text.encode())
        try:
            work(say)
        except Exception as e:
            say("left out: " + str(e).strip().splitlines()[0][:150])
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        text = pipe.read()
    _, status = os.waitpid(child, 0)
    if status == 0:
        return text
    return text + f"crashes with signal {status}" if text else "left out: PyTorch crashes on it"


def as_recorded(got, recording, folder):
    recorded = [value(c["result"], folder) for c in recording["calls"] if "result" in c]
    return len(got) == len(recorded) and close(got, recorded, recording["tolerance"])


def agrees(form, model, wanted, got, recording, folder):
    """With PyTorch's results for the original, or with those that were recorded: PyTorch 1.13 gives some operators of old
    files another meaning than their writer did, and plain layers add in another order than packed ones."""
    if form == "half":
        leaps = "floor_div" in str(model)  # rounding decides, so that weights of 16 bits may change all
        return leaps or roughly(wanted, got)
    return same(wanted, got) or as_recorded(got, recording, folder)


def results_of_original(model, calls, folder):
    """None when this PyTorch cannot run it, or it gives other results each time; and why."""
    try:
        wanted = results(model, calls, folder)
        again = results(model, calls, folder)
    except Exception as e:
        return None, str(e).strip().splitlines()[0][:150]
    return (wanted, "") if same(wanted, again) else (None, "it gives other results each time")


def written(tealight, model, form, scratch):
    """The file, and what the command says if it fails."""
    out = scratch / {"flatbuffer": "out.ff.ptl", "plain .pt": "out.pt"}.get(form, "out.ptl")
    how = OPTIONS.get(form, ["--bytecode-version", form])
    done = subprocess.run([tealight, "convert", model, out] + how, capture_output=True, text=True)
    return out, done.stderr.strip().splitlines()[0] if done.returncode else ""


def check(tealight, model, record, recording, scratch, say):
    """A PyTorch without XNNPACK runs the plain forms of a model that it cannot run itself."""
    torch.backends.quantized.engine = FIRST_ENGINE if "fbgemm" in str(model) else "qnnpack"
    calls = recording["calls"]
    wanted, problem = results_of_original(model, calls, record.parent)
    for form in FORMS if wanted is not None else ["plain", "plain .pt"]:
        if wanted is not None:
            say(form + ": ")  # a crash ends all
        out, said = written(tealight, model, form, scratch)
        try:
            got = None if said else results(out, calls, record.parent)
            if got is not None and not agrees(form, model, wanted, got, recording, record.parent):
                said = "other results"
        except Exception as e:
            said = " ".join(str(e).split())[:200]
        if said and wanted is None:
            return say("left out: " + problem)
        say((form + ": " if wanted is None else "") + (said or "ok") + "\n")


def check_weights(tealight, path, scratch):
    """"ok", or what is wrong with the state dict that tealight makes of one."""
    try:
        original = torch.load(path, weights_only=False)
    except RuntimeError:
        return "ok"  # this PyTorch does not read its own file
    wanted = {k: v for k, v in original.items() if isinstance(v, torch.Tensor)}
    if not wanted:
        return "ok"  # packed weights only, which are no tensors
    done = subprocess.run([tealight, "convert", path, scratch / "out.pth"], capture_output=True, text=True)
    if done.returncode != 0:
        return done.stderr.strip().splitlines()[0]
    got = torch.load(scratch / "out.pth")
    missing = [k for k, v in wanted.items() if k not in got or not same(v, got[k])]
    return f"other tensors: {missing}" if missing else "ok"


def cases(folders):
    for folder in folders:
        for record in sorted(pathlib.Path(folder).rglob("*.json")):
            if record.name not in ("meta.json", "case.json"):
                continue
            recording = json.loads(record.read_text())
            if "calls" in recording:
                for model in sorted(record.parent.glob("*.ptl")):
                    yield model, record, recording


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tealight")
    parser.add_argument("folders", nargs="*", default=[])
    parser.add_argument("--only", default="")
    parser.add_argument("--list", action="store_true", help="also what is left out")
    options = parser.parse_args()
    torch.set_num_threads(1)
    counts = collections.Counter()
    with tempfile.TemporaryDirectory() as scratch:
        for model, record, recording in cases(options.folders):
            if options.only not in str(model):
                continue
            text = in_child(
                lambda say: check(options.tealight, model, record, recording, pathlib.Path(scratch), say))
            lines = text.strip().splitlines()
            if any(part in str(model) for part in CRASHES) and lines[-1].startswith("flatbuffer: crashes"):
                lines[-1] = "flatbuffer: ok"
            good = all(line.endswith(": ok") for line in lines)
            kind = "ok" if good else "left out" if text.startswith("left out") else "wrong"
            counts[kind] += 1
            if kind == "wrong" or options.list:
                print("/".join(model.parts[-3:]), *lines, sep="\n    ", flush=True)
        for path in sorted(p for folder in options.folders for p in pathlib.Path(folder).rglob("state*.pth")):
            if options.only not in str(path):
                continue
            text = check_weights(options.tealight, path, pathlib.Path(scratch))
            counts["state dicts ok" if text == "ok" else "wrong"] += 1
            if text != "ok":
                print("/".join(path.parts[-3:]), text, sep="\n    ", flush=True)
    print(", ".join(f"{n} {kind}" for kind, n in counts.most_common()))
    return 1 if counts["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main())
