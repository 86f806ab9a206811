#!/usr/bin/python3
"""Checks the shipped libraries of a build folder and prints their sizes; CI fails on any line with FAIL.

usage: tools/check_library.py build/release

libtealight.so needs only the C and C++ runtimes, its segments are aligned to 16 KB (Android 15 loads no others), it
imports no socket function and runs no code of ours when it is loaded.
"""
import pathlib
import re
import subprocess
import sys
import tempfile

RUNTIMES = re.compile(r"^(libc|libm|libstdc\+\+|libgcc_s|libpthread|ld-linux[-\w]*)\.so\.\d+$")
CODECS = re.compile(r"^(libtealight|libtealight_data|libjpeg|libpng16|libwebp|libwebpdemux|libgif|libutf8proc)\.so\.\d+$")
SOCKETS = {"socket", "connect", "bind", "listen", "accept", "accept4", "send", "sendto", "sendmsg", "recv", "recvfrom",
           "recvmsg", "getaddrinfo", "gethostbyname", "socketpair"}
COMPILERS_OWN = {"frame_dummy", "__cpu_indicator_init", "init_have_lse_atomics"}   # initialisers of crt and libgcc
GOAL_MB = 4.0   # printed
MOST_MB = 6.5   # larger fails; x86-64 holds each kernel three times, for SSE2, AVX2 and AVX-512


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def needed(library):
    return re.findall(r"\(NEEDED\).*\[(.*)\]", run("readelf", "-dW", library))


def alignments(library):
    return [int(line.split()[-1], 16) for line in run("readelf", "-lW", library).splitlines()
            if line.strip().startswith("LOAD")]


def imports(library):
    return {line.split()[-1].split("@")[0] for line in run("nm", "-D", "--undefined-only", library).splitlines()}


def initialisers(library):
    """Names of the functions in .init_array but the compiler's own.

    The array's words are in the file where relocations are packed (RELR), else in the relocations (RELA).
    """
    section = re.search(r"\.init_array\s+INIT_ARRAY\s+([0-9a-f]+)\s+([0-9a-f]+)\s+([0-9a-f]+)",
                        run("readelf", "-SW", library))
    if not section:
        return []
    start, offset, size = (int(number, 16) for number in section.groups())
    words = pathlib.Path(library).read_bytes()[offset:offset + size]
    functions = {start + i: int.from_bytes(words[i:i + 8], "little") for i in range(0, size, 8)}
    for line in run("readelf", "-rW", library).splitlines():
        match = re.match(r"([0-9a-f]{8,})\s+\S+\s+R_\S+_RELATIVE\s+([0-9a-f]+)", line)
        if match and int(match[1], 16) in functions:
            functions[int(match[1], 16)] = int(match[2], 16)
    symbols = {}
    for line in run("nm", library).splitlines():
        parts = line.split()
        if len(parts) == 3 and parts[1] in "tT":
            symbols[int(parts[0], 16)] = parts[2]
    names = [symbols.get(address, hex(address)) for address in functions.values()]
    return [name for name in names if name not in COMPILERS_OWN]


def stripped_size(library):
    with tempfile.NamedTemporaryFile() as copy:
        run("strip", "-o", copy.name, library)
        return pathlib.Path(copy.name).stat().st_size


def check(library, allowed):
    """A list of what is wrong with the library."""
    wrong = [f"needs {name}" for name in needed(library) if not any(rule.match(name) for rule in allowed)]
    wrong += [f"segment aligned to {a:#x}, wanted 0x4000" for a in alignments(library) if a < 0x4000]
    wrong += [f"imports {name}" for name in sorted(imports(library) & SOCKETS)]
    wrong += [f"static initialiser {name}" for name in initialisers(library)]
    return wrong


def main():
    folder, failed = pathlib.Path(sys.argv[1]), False
    for name, allowed in {"libtealight.so": [RUNTIMES], "libtealight_data.so": [RUNTIMES, CODECS],
                          "libtealight_train.so": [RUNTIMES, CODECS]}.items():
        library = folder / name
        if not library.exists():
            continue
        size = stripped_size(library) / 1e6
        goal = f" (goal {GOAL_MB:.0f} MB)" if name == "libtealight.so" else ""
        print(f"{name}: {size:.2f} MB stripped{goal}, needs {' '.join(needed(library))}")
        for wrong in check(library, allowed):
            failed = True
            print(f"FAIL {name}: {wrong}")
        if goal and size > MOST_MB:
            failed = True
            print(f"FAIL {name}: larger than {MOST_MB:.0f} MB")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
