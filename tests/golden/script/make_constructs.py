#!/usr/bin/python3
"""What PyTorch makes of each program of constructs.py: writes constructs.txt, or with --check compares it."""
import io, pathlib, re, sys, zipfile
import torch

here = pathlib.Path(__file__).parent


def programs():
    text = (here / "constructs.py").read_text()
    for part in re.split(r"^#: ", text, flags=re.M)[1:]:
        head, body = part.split("\n", 1)
        yield head.split(" | ")[0], body.strip("\n") + "\n"


def archive(source):
    """A module whose method calls test(), as torch.jit.save would have written it."""
    result = re.search(r"^(?:async )?def test\(.*\) -> (.*):", source, re.M)[1]
    source += ("class Test(Module):\n  __parameters__ = []\n  __buffers__ = []\n  training : bool\n"
               f"  def run(self: __torch__.Test) -> {result}:\n    return __torch__.test()\n")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        z.writestr("a/data.pkl", b"\x80\x02c__torch__\nTest\n)\x81}(X\x08\x00\x00\x00training\x89ub.")
        z.writestr("a/code/__torch__.py", source)
        z.writestr("a/constants.pkl", b"\x80\x02).")
        z.writestr("a/version", "10\n")
    return io.BytesIO(out.getvalue())


def result(source):
    try:
        module = torch.jit.load(archive(source))
    except RuntimeError:
        return "refused"
    try:
        return " ".join(repr(module.run()).split())
    except RuntimeError:
        return "raises"


text = "".join(f"{name}\t{result(source)}\n" for name, source in programs())
if "--check" in sys.argv:
    sys.exit("constructs.txt is stale: run make_constructs.py" if text != (here / "constructs.txt").read_text() else 0)
(here / "constructs.txt").write_text(text)
