#!/usr/bin/python3
"""Chooses what a build for certain models compiles: cmake/selection.cmake runs it while configuring.

usage: tools/select_build.py OUT_FOLDER FILE...      FILE: as in tools/model_operators.py

Writes OUT_FOLDER/selection.cmake (source files, operators), selected_fns.inc (rows of TL_FNS) and selected_parts.inc
(what src/core/parts.h is for).
A file is compiled if it is of the runtime, defines a chosen operator, or may define what a header declares that such a
file includes: x.cpp for x.h, else those of its folder that include it. The linker drops what is too much.
"""
import collections
import functools
import pathlib
import re
import sys

from model_operators import FEATURES, Unreadable, of_files

ROOT = pathlib.Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src"
RUNTIME = re.compile(r"(core|ops|format|format/ptl_zip|runtime)/\w+\.cpp|graph/(code|upgraders)\.cpp|"
                     r"ops/random/generator\.cpp")   # which the C ABI makes
# Makes, writes, compiles or explains models: builds for finished ones do without (plans among it, whose
# passes want the graph and operators that no model names).
AUTHORING = re.compile(
    r"ops/(gradients|samples)|format/(byte_sink|half_weights|inspect|lite_\w+)|format/checkpoint/|"
    r"format/ptl_\w+/(pickler|\w*writer|\w*builder)|"
    r"runtime/(batches|compatibility|pickle_values|edit|get_state|save|script|optimize|with_program|libtorch_save|plan/|trace/)|"
    r"graph/(?!(code|upgraders)\.)|script/|format/torchscript/|quant/|train/|python/|data/")
FLATBUFFER = re.compile(r"format/ptl_flatbuffer/")
CLASSES = re.compile(r"ops/quantized/classes")

Table = collections.namedtuple("Table", "op_of fns_of calls runtime")


def read_table():
    """cmake/operators.txt: op_of and fns_of say where a name is defined, calls what a TL_OP or row calls."""
    op_of, fns_of, calls, runtime = {}, {}, {}, []
    for line in (ROOT / "cmake" / "operators.txt").read_text().splitlines():
        if line.startswith("#"):
            continue
        left, _, called = line.partition("->")
        kind, *words = left.replace("=", " ").split()
        if kind == "op":
            op_of.update(dict.fromkeys(words[1:], words[0]))
        elif kind == "fns":
            fns_of.update(dict.fromkeys(words[1:], words[0]))
            continue
        elif kind == "runtime":
            runtime = called.split()
            continue
        calls[words[0]] = called.split()
    return Table(op_of, fns_of, calls, runtime)


def defining(table, name):
    """The TL_OP, or the row itself, that defines an overload; out= forms may be made by rule (ops/copied_out.h)."""
    for form in (name, re.sub(r"[._]out$", "", name)):
        if form in table.op_of or form in table.fns_of:
            return table.op_of.get(form, form)
    return None


def closure(table, names):
    """TL_OP names and rows: those that define the names, what they call, and what every model needs."""
    chosen, todo = set(), [*table.runtime, *names]
    while todo:
        name = todo.pop()
        if name not in chosen:
            chosen.add(name)
            todo += table.calls.get(name, [])
    rows = chosen & set(table.fns_of)
    return chosen - rows, rows


@functools.cache
def sources():
    return tuple(sorted(str(path.relative_to(SOURCE)) for path in SOURCE.rglob("*.cpp")
                        if not re.search(r"_(test|bench|fuzz)\.cpp$", path.name)))


@functools.cache
def includes(files):
    """Of each file and header, the headers of src/ that it includes."""
    found, todo = {}, list(files)
    while todo:
        name = todo.pop()
        if name not in found:
            text = (SOURCE / name).read_text()
            found[name] = [h for h in re.findall(r'^#include "([^"]+)"', text, re.M) if (SOURCE / h).exists()]
            todo += found[name]
    return found


@functools.cache
def declares(header):
    """Whether there is more in it than macros."""
    text = re.sub(r"(?m)^#(.*\\\n)*.*$|//.*$", "", (SOURCE / header).read_text())
    return ";" in text


def definers(header, files, included):
    """Files that may define what the header declares."""
    if not declares(header):
        return []
    stem, folder = header.removesuffix(".h"), header.rsplit("/", 1)[0]
    if header.startswith("kernels/") or stem + ".cpp" not in files:
        return [f for f in files if f.rsplit("/", 1)[0] == folder and header in included[f]]
    # and what has no header of its own: one class, several files
    parts = [f for f in files if f.rsplit("/", 1)[0] == folder and header in included[f] and
             not (SOURCE / f.replace(".cpp", ".h")).exists()]
    return sorted({stem + ".cpp", *parts})


def selected_with(start, features):
    """These files, and those that may define what they need; of no parts that do not go with the features."""
    def excluded(name):
        return (AUTHORING.match(name) or CLASSES.match(name) and "classes" not in features or
                FLATBUFFER.match(name) and "flatbuffer" not in features)

    files = sources()
    included = includes(files)
    chosen, seen, todo = set(), set(), list(start)
    while todo:
        name = todo.pop()
        if name in seen or excluded(name):
            continue
        seen.add(name)
        todo += included[name]
        if name.endswith(".cpp"):
            chosen.add(name)
        elif not name.endswith("-inl.h"):
            todo += definers(name, files, included)
    return chosen


def select(needs):
    """What to compile for these needs, as cmake variables; the rows; what is left out, as defines."""
    if "torchscript" in needs.features:
        raise Unreadable("TorchScript needs its compiler, which builds for chosen models leave out; fix: convert the "
                         "model, `tealight convert net.pt net.ptl`, and give that")
    table = read_table()
    missing = sorted(name for name in needs.operators if not defining(table, name))
    ops, rows = closure(table, [defining(table, name) for name in needs.operators if defining(table, name)])
    files = sources()
    defined = {}
    for file in files:
        for kind, name in re.findall(r"^TL_(OP|FNS)\((\w+)\)", (SOURCE / file).read_text(), re.M):
            defined[kind, name] = file
    unknown = sorted(name for name in ops if ("OP", name) not in defined)
    if unknown:
        raise Unreadable(f"cmake/operators.txt is out of date, it has {', '.join(unknown)}; fix: tools/op_calls.py of a "
                         "whole build")
    start = {defined["OP", name] for name in ops} | {defined["FNS", table.fns_of[row]] for row in rows}
    features = needs.features | ({"classes"} if any(file.startswith("ops/quantized/") for file in start) else set())
    start |= {file for file in files if RUNTIME.fullmatch(file) or
              FLATBUFFER.match(file) and "flatbuffer" in features}
    chosen = selected_with(start, features)
    variables = {"TL_SELECTED_SOURCES": sorted(chosen), "TL_SELECTED_OPS": sorted(ops), "TL_SELECTED_MISSING": missing}
    parts = [f"#define TL_WITHOUT_{name.upper()} 1" for name in sorted(FEATURES - features)]
    return variables, sorted(rows), parts


def write_if_different(path, text):
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


def main():
    out, names = pathlib.Path(sys.argv[1]), sys.argv[2:]
    try:
        variables, rows, parts = select(of_files(names))
    except (Unreadable, OSError) as error:
        sys.exit(f"error: {error}")
    out.mkdir(parents=True, exist_ok=True)
    write_if_different(out / "selection.cmake",
                       "".join(f"set({name} {';'.join(values)})\n".replace(" )", ' "")')
                               for name, values in variables.items()))
    write_if_different(out / "selected_fns.inc", "".join(f'"{row}",\n' for row in rows))
    write_if_different(out / "selected_parts.inc", "".join(f"{line}\n" for line in parts))
    print(f"{len(variables['TL_SELECTED_OPS'])} operators and {len(rows)} functions in "
          f"{len(variables['TL_SELECTED_SOURCES'])} files")


if __name__ == "__main__":
    main()
