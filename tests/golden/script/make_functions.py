#!/usr/bin/env python3
"""PyTorch's results of functions.py, a line each: writes functions.txt, or with --check compares it."""
import pathlib, re, sys
import torch
from archive import archive

here = pathlib.Path(__file__).parent
source = (here / "functions.py").read_text()
tests = [(name, result) for name, arguments, result in re.findall(r"^def (\w+)\((.*)\) -> (.*):", source, re.M)
         if all("=" in a for a in arguments.split(", ") if a)]

module = torch.jit.load(archive(source, dict(tests)))
lines = [f"{name}\t{getattr(module, 'run_' + name)()!r}".replace("\n", " ") for name, _ in tests]
text = "\n".join(lines) + "\n"
if "--check" in sys.argv:
    sys.exit(text != (here / "functions.txt").read_text() and "functions.txt is stale: run make_functions.py")
(here / "functions.txt").write_text(text)
