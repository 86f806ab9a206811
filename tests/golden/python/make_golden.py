#!/usr/bin/env python3
"""PyTorch's results of functions.py, modules.py and constructs.py, a line each: writes the .txt beside them, or with
--check compares."""
import contextlib, importlib.util, inspect, io, pathlib, re, sys, tempfile, warnings
import torch

here = pathlib.Path(__file__).parent
warnings.simplefilter("ignore")
torch.set_printoptions(linewidth=10**6, threshold=10**6)


def load(name, folder=here):
    spec = importlib.util.spec_from_file_location(name, folder / f"{name}.py")
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


IMPORTS = """import math
import warnings
from collections import OrderedDict, namedtuple
from dataclasses import dataclass
from enum import Enum
from typing import Any, Dict, Final, List, NamedTuple, Optional, Tuple, Union
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch import Tensor

"""


def construct(folder, number, text, eager):
    """What PyTorch makes of a file; classes of one must not be taken for another's of the same name. Eager: what Python
    makes of it, where the scripted one goes wrong."""
    name = f"construct{number}"
    (folder / f"{name}.py").write_text(IMPORTS + text)
    try:
        module = load(name, folder)
        torch.manual_seed(0)
        scripted = module.test if hasattr(module, "test") else module.Test()
        if not eager:
            scripted = torch.jit.script(scripted)
    except Exception as e:
        return "refused"
    try:
        with torch.no_grad() if hasattr(module, "Test") else contextlib.nullcontext():
            return shown(scripted()).replace("Parameter containing: ", "").replace(", requires_grad=True", "")
    except Exception:
        return "raises"


def constructs():
    with tempfile.TemporaryDirectory() as folder:
        for number, part in enumerate(re.split(r"^#: ", (here / "constructs.py").read_text(), flags=re.M)[1:]):
            head, text = part.split("\n", 1)
            with contextlib.redirect_stdout(io.StringIO()):
                result = construct(pathlib.Path(folder), number, text, head.endswith("| eager"))
            yield f"{head.split(' | ')[0]}\t{result}"


stale = []
for name, lines in [("functions", functions()), ("modules", modules()), ("constructs", constructs())]:
    text = "\n".join(lines) + "\n"
    file = here / f"{name}.txt"
    if "--check" not in sys.argv:
        file.write_text(text)
    elif text != file.read_text():
        stale.append(f"{name}.txt is stale: run make_golden.py")
sys.exit("\n".join(stale) or None)
