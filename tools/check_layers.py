#!/usr/bin/python3
"""Holds the layer rule of src/: a folder includes only itself and the folders above it. Part of the tests.

Also: kernels/ takes only a few headers of core/ and of include/; public headers include no private ones; nothing below
cli/ includes <iostream> (a static initialiser); nothing includes socket headers but tests
of the command's pages. Prints each offence as file:line.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
LAYERS = ["core", "kernels", "ops", "graph", "script", "format", "runtime", "quant", "data", "train", "python", "bindings", "cli"]
KERNELS_MAY = {"core/cpu.h", "core/half.h", "core/parallel.h", "core/base.h",
               "tealight/array_ref.h", "tealight/dtype.h", "tealight/error.h", "tealight/half.h"}   # plain values
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]')
NETWORK = {"sys/socket.h", "netinet/in.h", "arpa/inet.h", "netdb.h", "sys/un.h"}


def offence(layer, file, quoted, header):
    """What is wrong with this include, or None. `layer` is None for a public header."""
    top = header.split("/")[0] if "/" in header else None
    if header in NETWORK and not (layer == "cli" and file.name.endswith("_test.cpp")):
        return f"<{header}>: the library opens no sockets"
    if header == "iostream" and layer != "cli" and not file.name.endswith("_test.cpp"):
        return "<iostream> brings a static initialiser; fix: <ostream>, <cstdio> or std::string"
    if top not in LAYERS:
        if layer == "kernels" and top == "tealight" and header not in KERNELS_MAY:
            return f'"{header}": kernels see pointers and sizes, not tensors'
        return None
    if layer is None:
        return f'"{header}" is private, this header is public' if quoted else None
    if LAYERS.index(top) > LAYERS.index(layer):
        return f'"{header}": {layer}/ lies below {top}/'
    if layer == "kernels" and top == "core" and header not in KERNELS_MAY:
        return f'"{header}": of core/, kernels/ includes only {", ".join(sorted(KERNELS_MAY))}'
    return None


def sources():
    """(layer, file) for all that is checked."""
    for file in sorted((ROOT / "include").rglob("*")):
        yield None, file
    for layer in LAYERS:
        folder = ROOT / layer if layer in ("bindings", "cli") else ROOT / "src" / layer
        for file in sorted(folder.rglob("*")):
            yield layer, file


def main():
    offences, files = [], 0
    for layer, file in sources():
        if file.suffix not in (".h", ".cpp", ".c", ".inc"):
            continue
        files += 1
        for number, line in enumerate(file.read_text(errors="replace").splitlines(), 1):
            match = INCLUDE.match(line)
            wrong = match and offence(layer, file, match[1] == '"', match[2])
            if wrong:
                offences.append(f"{file.relative_to(ROOT)}:{number}: {wrong}")
    print("\n".join(offences + [f"{files} files, {len(offences)} against the layers"]))
    return 1 if offences else 0


if __name__ == "__main__":
    sys.exit(main())
