#!/usr/bin/python3
"""usage: tests/fuzz/random_with_pytorch.py BUILD/random_modules FOLDER [NODES [SEED]]

Runs the modules that random_modules made up in real PyTorch and compares what they compute, weights drawn from the same
seed. torch.jit.script must take them; the numbers are Python's, for PyTorch's own optimizer gets some wrong: it moves
reads of a tensor past writes to it. Skips (77) without PyTorch."""
import copy, importlib.util, math, pathlib, re, subprocess, sys

try:
    import torch
except ImportError:
    print("no PyTorch here: skipped")
    sys.exit(77)


def numbers(value):
    """Every number of a result, tensors' in order."""
    if isinstance(value, torch.Tensor):
        return value.contiguous().flatten().tolist()
    if isinstance(value, (int, float)):
        return [value]
    return [n for part in value for n in numbers(part)]


def results(path, seed):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    torch.manual_seed(seed)
    net = module.Net().eval()
    scripted = torch.jit.script(copy.deepcopy(net))
    return numbers_of(net, seed), numbers_of(scripted, seed)


def numbers_of(net, seed):
    torch.manual_seed(seed)
    out = []
    with torch.no_grad():
        for n, c in [(3, True), (0, False), (-2, True)]:
            x = torch.randn(2, 4, 6, 6)
            out += numbers(net(x, n, c)) + numbers(x)
    return out


def difference(got, wanted):
    if len(got) != len(wanted):
        return f"{len(wanted)} numbers, not PyTorch's {len(got)}"
    scale = max([1.0] + [abs(w) for w in wanted if math.isfinite(w)])
    worst = max(range(len(got)), key=lambda i: abs(got[i] - wanted[i]))
    off = abs(got[worst] - wanted[worst])
    return "" if off <= 1e-4 * scale else f"number {worst} is {wanted[worst]}, PyTorch has {got[worst]}"


def main():
    program, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    nodes, first = (sys.argv[3:] + ["5000", "0"][len(sys.argv[3:]):])[:2]
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("random_*"):
        old.unlink()
    subprocess.run([program, "--nodes", nodes, "--seed", first, "--write", folder], check=True)
    failed = miscompiled = 0
    files = sorted(folder.glob("random_*.py"))
    for path in files:
        seed = int(re.sub(r"\D", "", path.stem))
        wanted = [float(w) for w in path.with_suffix(".txt").read_text().split()]
        try:
            eager, scripted = results(path, seed)
            off = difference(eager, wanted)
            miscompiled += bool(difference(eager, scripted))
        except RuntimeError as e:
            off = f"PyTorch refuses: {e}"
        failed += bool(off)
        if off:
            print(f"{path}: {off}")
    print(f"{len(files)} modules, {failed} differ from PyTorch; {miscompiled} that PyTorch scripted differ from its eager ones")
    return failed > 0


sys.exit(main())
