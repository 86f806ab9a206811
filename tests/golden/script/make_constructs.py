#!/usr/bin/python3
"""What PyTorch makes of each program of constructs.py: writes constructs.txt, or with --check compares it."""
import pathlib, re, sys
import torch
from archive import archive

here = pathlib.Path(__file__).parent


def programs():
    text = (here / "constructs.py").read_text()
    for part in re.split(r"^#: ", text, flags=re.M)[1:]:
        head, body = part.split("\n", 1)
        yield head.split(" | ")[0], body.strip("\n") + "\n"


def result(source):
    kind = re.search(r"^(?:async )?def test\(.*\) -> (.*):", source, re.M)[1]
    try:
        module = torch.jit.load(archive(source, {"test": kind}))
    except RuntimeError:
        return "refused"
    try:
        return " ".join(repr(module.run_test()).split())
    except RuntimeError:
        return "raises"


text = "".join(f"{name}\t{result(source)}\n" for name, source in programs())
if "--check" in sys.argv:
    sys.exit("constructs.txt is stale: run make_constructs.py" if text != (here / "constructs.txt").read_text() else 0)
(here / "constructs.txt").write_text(text)
