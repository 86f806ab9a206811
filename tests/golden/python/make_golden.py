#!/usr/bin/env python3
"""PyTorch's results of functions.py and modules.py, a line each: writes the .txt beside them, or with --check compares."""
import importlib.util, inspect, pathlib, sys, warnings
import torch

here = pathlib.Path(__file__).parent
warnings.simplefilter("ignore")
torch.set_printoptions(linewidth=10**6, threshold=10**6)


def load(name):
    spec = importlib.util.spec_from_file_location(name, here / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def shown(v):
    return " ".join(repr(v).split())


def functions():
    for name, f in vars(load("functions")).items():
        own = getattr(f, "__module__", "") == "functions" and inspect.isfunction(f)
        if own and not inspect.signature(f).parameters and f.__annotations__:
            yield f"{name}\t{shown(torch.jit.script(f)())}"


def modules():
    for name, cls in vars(load("modules")).items():
        if not name.startswith("Test"):
            continue
        torch.manual_seed(0)
        scripted = torch.jit.script(cls())
        names = sorted(set(scripted.state_dict()) | {n for n, _ in scripted.named_buffers()})
        yield f"{name}.weights\t{' '.join(names)}"
        with torch.no_grad():
            yield f"{name}\t{shown(scripted())}"


stale = []
for name, lines in [("functions", functions()), ("modules", modules())]:
    text = "\n".join(lines) + "\n"
    file = here / f"{name}.txt"
    if "--check" not in sys.argv:
        file.write_text(text)
    elif text != file.read_text():
        stale.append(f"{name}.txt is stale: run make_golden.py")
sys.exit("\n".join(stale) or None)
