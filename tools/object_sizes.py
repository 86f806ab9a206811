#!/usr/bin/python3
"""Bytes and compile seconds of a build's object files, the largest first: where the library's size and time go.

usage: tools/object_sizes.py [BUILD_FOLDER] [ROWS]      defaults: build/release 25
"""
import pathlib
import subprocess
import sys


def compile_seconds(folder):
    """Of each object, by .ninja_log: start and end in ms, mtime, name, hash."""
    seconds = {}
    for line in (folder / ".ninja_log").read_text().splitlines():
        parts = line.split("\t")
        if len(parts) == 5 and parts[3].endswith(".o"):
            seconds[parts[3]] = (int(parts[1]) - int(parts[0])) / 1000
    return seconds


def code_and_data(files):
    """(text, data) bytes of each object, by binutils' size."""
    lines = subprocess.run(["size", *map(str, files)], check=True, capture_output=True, text=True).stdout.splitlines()
    return [tuple(int(n) for n in line.split()[:2]) for line in lines[1:]]


def main():
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "build/release")
    rows = int(sys.argv[2]) if len(sys.argv) > 2 else 25
    seconds = compile_seconds(folder)
    names = [name for name in seconds if (folder / name).exists() and "/src/" in name]
    sizes = code_and_data([folder / name for name in names])
    table = sorted(((text + data, seconds[name], name) for name, (text, data) in zip(names, sizes)), reverse=True)
    for size, took, name in table[:rows]:
        print(f"{size:9,d} B {took:6.1f} s  src/{name.split('/src/', 1)[1].removesuffix('.o')}")
    print(f"{sum(row[0] for row in table):9,d} B {sum(row[1] for row in table):6.1f} s  {len(table)} files")


if __name__ == "__main__":
    main()
