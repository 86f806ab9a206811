#!/usr/bin/python3
"""Writes every recorded model as TorchScript, then replays its calls by us and by PyTorch.

    tests/torchscript/rewritten.py build/dev/tealight ../shared OUT [--optimized] [--only TEXT] [--list]

OUT gets the new files; --optimized has `tealight optimize` write them. A file fails unless both come to the recorded results; where PyTorch cannot do that with the
original either (operators it has not got, meanings that changed), its part is not counted. Exit code 1 when a file
fails, 77 when a part of the test could not run.
"""
import argparse
import collections
import concurrent.futures
import json
import pathlib
import subprocess
import sys

try:
    import torch
except ImportError:
    torch = None
try:
    import torchvision  # noqa: F401  (registers nms and roi_align)
except ImportError:
    pass

FOLDERS = ("models", "models_by_version")
REFUSED = "newer ones do not take that"  # LSTMs with packed weights of 1.3 to 1.5
FIRST_ENGINE = torch.backends.quantized.engine if torch else None


def record_of(folder):
    for name in ("case.json", "meta.json"):
        if (folder / name).exists():
            return folder / name
    return None


def cases(shared):
    """(file, its record) of every file that its writer could run"""
    for path in sorted(p for f in FOLDERS for p in (shared / f).rglob("*") if p.suffix in (".pt", ".ptl")):
        record = record_of(path.parent)
        content = json.loads(record.read_text()) if record else {}
        files = content.get("files", {})
        if "calls" in content and (not isinstance(files, dict) or files.get(path.name, {}).get("ok", True)):
            yield path, record


def new_path(path):
    return path if path.suffix == ".pt" else path.with_name(path.name + ".pt")


def command(*arguments):
    done = subprocess.run([str(a) for a in arguments], capture_output=True, text=True, errors="replace", timeout=600)
    return done.returncode, (done.stdout + done.stderr).strip()


def optimize(tealight, path, record, out):
    methods = sorted({call["method"] for call in json.loads(record.read_text())["calls"]} - {"forward"})
    return command(tealight, "optimize", path, out, *(["--preserve", ",".join(methods)] if methods else []))


def by_us(tealight, path, record, out, optimized):
    """("ok", "refused", "fails" or "as its original", text)"""
    out.parent.mkdir(parents=True, exist_ok=True)
    code, text = optimize(tealight, path, record, out) if optimized else command(tealight, "convert", path, out)
    if REFUSED in text:
        return "refused", text
    if code == 0:
        code, text = command(tealight, "replay", out, record, "--check")
    if code == 0:
        return "ok", ""
    original = command(tealight, "replay", path, record, "--check")[0]
    return ("fails" if original == 0 else "as its original"), text


def worst_by_torch(path, record, oracle):
    """The largest difference, in tolerances."""
    content, folder = json.loads(record.read_text()), str(record.parent)
    torch.backends.quantized.engine = FIRST_ENGINE if "fbgemm" in folder else "qnnpack"
    module = torch.jit.load(str(path), map_location="cpu")
    if content.get("call_eval", True):
        module.eval()
    worst = 0.0
    for call in content["calls"]:
        arguments = [oracle.load(a, folder) for a in call["args"]]
        with torch.no_grad():
            result = getattr(module, call["method"])(*arguments)
        worst = max(worst, oracle.diff(result, oracle.load(call["result"], folder)))
    return worst / max(content["tolerance"]["atol"], 2e-5)


def by_torch(new, path, record, oracle):
    try:
        worst = worst_by_torch(new, record, oracle)
        if worst <= 1:
            return "ok", ""
        text = f"differs by {worst} tolerances"
    except Exception as e:  # whatever PyTorch throws at a file
        text = str(e).strip()
    try:
        original = worst_by_torch(path, record, oracle) <= 1
    except Exception:
        original = False
    return ("fails" if original else "as its original"), text


def report(who, results, listing):
    counts = collections.Counter(status for _, status, _ in results)
    for path, status, text in results:
        if status == "fails" or listing:
            print(who, status, path, "\n      ", "\n       ".join(text.splitlines()[-12:]))
    print(f"{who}:", ", ".join(f"{n} {status}" for status, n in counts.most_common()), flush=True)
    return counts["fails"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tealight", type=pathlib.Path)
    parser.add_argument("shared", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--optimized", action="store_true")
    parser.add_argument("--only", default="")
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    todo = [(p, r, new_path(options.out / p.relative_to(options.shared))) for p, r in cases(options.shared) if options.only in str(p)]
    if not todo:
        print(f"SKIP: there are no models in {options.shared}")
        return 77
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        ours = list(pool.map(lambda c: by_us(options.tealight, *c, options.optimized), todo))
    failed = report("tealight", [(c[0], *r) for c, r in zip(todo, ours)], options.list)
    sys.path.insert(0, str(options.shared / "oracle"))
    try:
        import oraclelib as oracle
    except ImportError:
        oracle = None
    if torch is None or oracle is None:
        print("SKIP: no PyTorch for /usr/bin/python3, so only Tealight read what was written")
        return 1 if failed else 77
    torch.set_num_threads(1)
    theirs = [(c[0], *by_torch(c[2], c[0], c[1], oracle)) for c in todo if c[2].exists()]
    failed += report(f"PyTorch {torch.__version__}", theirs, options.list)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
