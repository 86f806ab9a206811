#!/usr/bin/python3
"""Writes assets/operators_by_release.txt: since which PyTorch release an operator exists, and how many arguments it had.

usage: tools/operators_by_release.py FOLDER      with FOLDER/1.9.1.txt and so on: what `strings` finds in that release's
                                                 libtorch_cpu that holds ")->" or ") -> ", from the wheels for macOS (CPU only)

Schemas are texts in the library, without a namespace where TORCH_LIBRARY gives one. Listed are the operators of this build
that some release lacks or had with another number of arguments, and as NAME.* older overloads of other names.
Vulkan's and Metal's are in no such library; which quantized engines a build has does not show either.
"""
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
SCHEMA = re.compile(r"^(?:(\w+)::)?(\w+)(?:\.(\w+))?\((.*)\) ?-> ?")


def arguments(text):
    """[(name, type)] of "Tensor self, int[2] size=[1, 2], *, bool? b=None"."""
    parts, depth, part = [], 0, ""
    for c in text + ",":
        depth += c in "([{"
        depth -= c in ")]}"
        if c == "," and depth == 0:
            parts.append(part.strip())
            part = ""
        else:
            part += c
    found = []
    for p in parts:
        words = re.sub(r"=.*$", "", p).rsplit(" ", 1)
        if len(words) == 2:
            found.append((words[1], re.sub(r"\(\w+!?( -> \*)?\)|SymInt", lambda m: "int" if m.group() == "SymInt" else "", words[0])))
    return found


def schemas_of(path):
    """{(name, overload): [(namespace or None, arguments)]}"""
    found = {}
    for line in path.read_text().splitlines():
        m = SCHEMA.match(line.strip())
        if m:
            found.setdefault((m[2], m[3] or ""), []).append((m[1], arguments(m[4])))
    return found


def count_in(release, namespace, name, overload, ours):
    """Of arguments; None when the release has no such operator. The longest, where texts of several meanings are left."""
    def types(args):
        return [t for _, t in args]
    fits = [args for ns, args in release.get((name, overload), [])
            if ns == namespace or (ns is None and (args[:1] == ours[:1] or types(args) == types(ours)))]
    return max(map(len, fits), default=None)


def changes(counts, names, known):
    """["1.5:1", "1.12:2"]: only where the number changes; a gap between two that have one is none."""
    history, last = [], None
    for i in range(known[0], len(counts)):
        count = counts[i] if counts[i] is not None else (last if i < known[-1] else "-")
        if count != last:
            history.append(f"{names[i]}:{count}")
            last = count
    return history


def main():
    folder = pathlib.Path(sys.argv[1])
    order = sorted((p.stem for p in folder.glob("*.txt")), key=lambda v: [int(n) for n in v.split(".")])
    releases = [schemas_of(folder / f"{v}.txt") for v in order]
    short = [".".join(v.split(".")[:2]) for v in order]
    listed = subprocess.run([ROOT / "build/dev/tealight", "ops", "--json"], capture_output=True, text=True, check=True)
    lines = ["# since which PyTorch release, and with how many arguments; written by tools/operators_by_release.py",
             "releases " + " ".join(short)]
    since = {}   # by the name without overload, the first release with one that we have
    for op in json.loads(listed.stdout):
        m = SCHEMA.match(op["schema"])
        if not m or "..." in m[4]:   # any number of arguments: written in several ways
            continue
        namespace, name, overload, args = m[1], m[2], m[3] or "", arguments(m[4])
        counts = [count_in(r, namespace, name, overload, args) for r in releases]
        if namespace not in ("aten", "prim"):   # in 1.5 many were registered without a text
            counts[0] = counts[1]
        known = [i for i, c in enumerate(counts) if c is not None]
        first = known[0] if known else len(releases)
        since[namespace, name] = min(first, since.get((namespace, name), first))
        if known:
            history = changes(counts, short, known)
            if len(history) > 1 or first > 0:
                lines.append(f"{op['name']} {' '.join(history)}")
    for (namespace, name), first in since.items():   # older overloads of other names
        counts = [max((len(args) for (n, _), all in r.items() if n == name for ns, args in all if ns in (namespace, None)), default=None)
                  for r in releases[:first]]
        known = [i for i, c in enumerate(counts) if c is not None]
        if known:
            lines.append(f"{namespace}::{name}.* {' '.join(changes(counts, short, known))}")
    (ROOT / "assets/operators_by_release.txt").write_text("\n".join(lines) + "\n")
    print(f"{len(lines) - 2} operators")


if __name__ == "__main__":
    main()
