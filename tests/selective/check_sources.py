#!/usr/bin/python3
"""tests/selective/check_sources.py BUILD: what tools/select_build.py takes for each file holds all that the file needs.

Every symbol that an object of the whole build BUILD wants from another must come from a file that is selected with it.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tools"))
from model_operators import FEATURES, Needs  # noqa: E402
from op_calls import Program  # noqa: E402
import select_build  # noqa: E402


# Not compiled into builds for chosen models where the sources ask for them, or there in all.
LEFT_OUT = re.compile(r"ops/gradients|format/torchscript/|runtime/plan/|bindings/")
OPERATOR = re.compile(r"_ZN8tealight3ops")   # the table's, which holds only those that were chosen


def source_of(path):
    return re.sub(r".*\.dir/(src/)?|\.o$", "", path)


def main():
    program = Program(pathlib.Path(sys.argv[1]))
    defined = {}
    for o in program.objects:
        for s in o.symbols:
            if s.bind and s.section:
                defined.setdefault(s.name, set()).add(source_of(o.path))
    features = FEATURES - {"torchscript"}
    always = set(select_build.select(Needs(set(), features))[0]["TL_SELECTED_SOURCES"])
    wrong, checked = set(), 0
    for o in program.objects:
        name = source_of(o.path)
        if name in always or name.startswith("bindings/"):
            selected = always
        elif name.startswith("ops/"):
            selected = always | select_build.selected_with({name}, features)
        else:
            continue
        checked += 1
        for s in o.symbols:
            makers = defined.get(s.name, {name}) if s.bind and not s.section else {name}
            if not makers & (selected | {name}) and not LEFT_OUT.match(sorted(makers)[0]) and not OPERATOR.match(s.name):
                wrong.add((name, sorted(makers)[0], s.name))
    for name, maker, symbol in sorted(wrong):
        print(f"FAIL {name} needs {maker}, which is not selected with it: {symbol}")
    print(f"the files selected with each of {checked} files define what it needs")
    return 1 if wrong or checked < 100 else 0


if __name__ == "__main__":
    sys.exit(main())
