#!/usr/bin/env python3
"""PyTorch's results of functions.py, a line each: writes functions.txt, or with --check compares it."""
import io, pathlib, re, sys, zipfile
import torch

here = pathlib.Path(__file__).parent
source = (here / "functions.py").read_text()
tests = [(name, result) for name, arguments, result in re.findall(r"^def (\w+)\((.*)\) -> (.*):", source, re.M)
         if all("=" in a for a in arguments.split(", ") if a)]


def archive():
    """A module whose methods are the functions, as torch.jit.save would have written it."""
    whole = source + "\nclass Tests(Module):\n  __parameters__ = []\n  __buffers__ = []\n  training : bool\n"
    for name, result in tests:
        whole += f"  def t_{name}(self: __torch__.Tests) -> {result}:\n    return __torch__.{name}()\n"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        z.writestr("a/data.pkl", b"\x80\x02c__torch__\nTests\n)\x81}(X\x08\x00\x00\x00training\x89ub.")
        z.writestr("a/code/__torch__.py", whole)
        z.writestr("a/constants.pkl", b"\x80\x02).")
        z.writestr("a/version", "10\n")
    return io.BytesIO(out.getvalue())


module = torch.jit.load(archive())
lines = [f"{name}\t{getattr(module, 't_' + name)()!r}".replace("\n", " ") for name, _ in tests]
text = "\n".join(lines) + "\n"
if "--check" in sys.argv:
    sys.exit(text != (here / "functions.txt").read_text() and "functions.txt is stale: run make_functions.py")
(here / "functions.txt").write_text(text)
