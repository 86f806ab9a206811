#!/usr/bin/env python3
"""usage: tests/fuzz/make_corpus.py FOLDER: seeds of the fuzzers of programs, of the golden files: a construct a file, in
FOLDER/script, FOLDER/python and FOLDER/roundtrip."""
import pathlib, re, sys

golden = pathlib.Path(__file__).parent.parent / "golden"
IMPORTS = re.search(r'IMPORTS = """(.*?)"""', (golden / "python/make_golden.py").read_text(), re.S)[1]


def write(name, programs):
    folder = pathlib.Path(sys.argv[1]) / name
    folder.mkdir(parents=True, exist_ok=True)
    for i, text in enumerate(programs):
        (folder / f"{i}.py").write_text(text)


def constructs(path, head=""):
    for part in re.split(r"^#: ", path.read_text(), flags=re.M)[1:]:
        yield head + part.split("\n", 1)[1]


write("script", constructs(golden / "script/constructs.py"))
write("python", constructs(golden / "python/constructs.py", IMPORTS))
write("roundtrip", constructs(golden / "python/constructs.py", IMPORTS))
