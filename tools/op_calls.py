#!/usr/bin/python3
"""Which operators each operator calls by name: cmake/operators.txt, which builds for chosen models read.

usage: tools/op_calls.py BUILD_FOLDER [--check]      of a whole build by gcc, e.g. build/release; --check only compares

It follows relocations from section to section, as the linker does when it drops what is not used, from every operator of
the table to the names that the code it reaches asks find_overload() for. Gradients and samples are not followed.
"""
import collections
import functools
import pathlib
import re
import struct
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
TABLE = ROOT / "cmake" / "operators.txt"
HEADER = """\
# Written by `tools/op_calls.py build/release`; do not edit. Of each TL_OP: its schemas' names -> the operators that it
# calls by name, gradients and those of the line "runtime" aside, which are in every build. Of each TL_FNS: its rows, and
# in lines of their own the rows that call others.
"""
# Offsets in struct Op (src/ops/op.h) and of what follows in an array of Fn.
SCHEMAS_END, BACKWARD, SAMPLES, OP_SIZE = 96, 128, 144, 152
FN_SIZE = 16
# Every model needs what these call, and nobody follows them into what makes and writes models.
RUNTIME = re.compile(r"/src/(runtime|format)/[^/]+$|/src/format/ptl_")
AUTHORING = re.compile(r"/src/(script|ops/autograd|format/(torchscript|checkpoint)|runtime/(trace|plan))/|/src/graph/(?!code\.)|"
                       r"/src/(format|runtime)/.*(save|script|edit|batches|optimize|lite_functions|half_weights|"
                       r"with_program|compatibility|writer|builder|pickler)")

Symbol = collections.namedtuple("Symbol", "name bind section value")
Place = collections.namedtuple("Place", "object section")


class Object:
    """Sections, symbols and relocations of a 64-bit little-endian ELF object."""

    def __init__(self, path):
        self.path = str(path)
        self.data = path.read_bytes()
        offset, = struct.unpack_from("<Q", self.data, 0x28)
        count, names = struct.unpack_from("<HH", self.data, 0x3C)
        self.sections = [struct.unpack_from("<IIQQQQIIQQ", self.data, offset + 64 * i) for i in range(count or 1)]
        if not count:   # too many for the header: the first section tells
            self.sections = [struct.unpack_from("<IIQQQQIIQQ", self.data, offset + 64 * i)
                             for i in range(self.sections[0][5])]
        names = self.sections[0][6] if names == 0xFFFF else names
        self.names = [self.text(self.sections[names][4] + s[0]) for s in self.sections]
        self.symbols, self.relocations, far = [], collections.defaultdict(list), ()
        for kind, at, size, link, info in ((s[1], s[4], s[5], s[6], s[7]) for s in self.sections):
            if kind == 18:   # sections' numbers above 0xff00
                far = struct.unpack_from(f"<{size // 4}I", self.data, at)
        for kind, at, size, link, info in ((s[1], s[4], s[5], s[6], s[7]) for s in self.sections):
            if kind == 2:
                for i in range(size // 24):
                    name, flags, _, section, value, _ = struct.unpack_from("<IBBHQQ", self.data, at + 24 * i)
                    section = far[i] if section == 0xFFFF else 0 if section >= 0xFF00 else section
                    self.symbols.append(Symbol(self.text(self.sections[link][4] + name), flags >> 4, section, value))
            elif kind == 4:
                for i in range(size // 24):
                    where, what, addend = struct.unpack_from("<QQq", self.data, at + 24 * i)
                    self.relocations[info].append((where, what >> 32, addend))

    def text(self, at):
        return self.data[at:self.data.index(b"\0", at)].decode("latin1")

    def string(self, symbol, addend):
        """What stands in read-only data there, or None."""
        if not symbol.section or not self.names[symbol.section].startswith(".rodata"):
            return None
        start, size = self.sections[symbol.section][4:6]
        at = start + symbol.value + addend
        return self.text(at) if start <= at < start + size else None


class Program:
    """All objects of a build, and the operators among what they define."""

    def __init__(self, folder):
        built = re.findall(r"^build (CMakeFiles/tealight_(?!python|data|train|cli)\w+\.dir/\S+\.o):",
                           (folder / "build.ninja").read_text(), re.M)
        self.objects = [Object(folder / name) for name in sorted(built)]
        self.defined, self.ops, self.fns, self.owner, self.rows = {}, {}, {}, {}, {}
        for o in self.objects:
            for s in o.symbols:
                if s.bind and s.section:
                    self.defined.setdefault(s.name, (Place(o, s.section), s.value))
        self.tables = {Place(o, i) for o in self.objects if "/registry.cpp" in o.path
                       for i, name in enumerate(o.names) if re.search(r"^\.data.*L8(op|fn)_tableE$", name)}
        if len(self.tables) != 2:
            sys.exit("src/ops/registry.cpp has no op_table and fn_table; fix: tell tools/op_calls.py their new names")
        for name, (place, value) in self.defined.items():
            match = re.fullmatch(r"_ZN8tealight3ops\d+(fns_)?(\w+)E", name)
            if match and re.fullmatch(rf"_ZN8tealight3ops{len((match[1] or '') + match[2])}\w+E", name):
                (self.fns if match[1] else self.ops)[match[2]] = place
        self.op_places = {place: name for name, place in self.ops.items()}
        self.schemas = {name: self.names_in(place, 0, SCHEMAS_END) for name, place in self.ops.items()}
        for name, schemas in self.schemas.items():
            if not schemas or place_size(self.ops[name]) != OP_SIZE:
                sys.exit(f"{name} is no Op as tools/op_calls.py knows it; fix: give it the offsets of src/ops/op.h")
            self.owner.update(dict.fromkeys(schemas, name))
        for name, place in self.fns.items():
            (_, symbol, addend), = place.object.relocations[place.section]
            table = place.object.symbols[symbol]
            rows = Place(place.object, table.section)
            first = table.value + addend
            at = {where: (s, a) for where, s, a in rows.object.relocations[rows.section]}
            self.rows[name] = {}
            size, = struct.unpack_from("<Q", place.object.data, place.object.sections[place.section][4] + 8)
            for i in range(first, first + FN_SIZE * size, FN_SIZE):
                schema = rows.object.string(rows.object.symbols[at[i][0]], at[i][1])
                self.rows[name][schema.split("(")[0]] = self.target(rows.object, at[i + 8][0])
        self.owner.update({row: row for rows in self.rows.values() for row in rows})

    def names_in(self, place, begin, end):
        found = sorted((where, place.object.string(place.object.symbols[symbol], addend))
                       for where, symbol, addend in place.object.relocations[place.section] if begin <= where < end)
        return [schema.split("(")[0] for _, schema in found]

    def target(self, o, number):
        symbol = o.symbols[number]
        if symbol.section:
            return Place(o, symbol.section)
        return self.defined[symbol.name][0] if symbol.name in self.defined else None

    @functools.cached_property
    def edges(self):
        """Of each section: the sections that it refers to, and the operators whose names it holds."""
        edges = {}
        for o in self.objects:
            for section, relocations in o.relocations.items():
                place = Place(o, section)
                if place in self.tables or o.names[section].startswith((".eh_frame", ".debug")):
                    continue
                is_op = place in self.op_places
                targets, named = set(), set()
                for where, number, addend in relocations:
                    if is_op and where in (BACKWARD, SAMPLES):
                        continue
                    target = self.target(o, number)
                    if target:
                        targets.add(target)
                    if not is_op:
                        named |= self.named(o, o.names[section], o.symbols[number], addend)
                edges[place] = targets, named
        return edges

    def named(self, o, section, symbol, addend):
        found = set()
        for after in (0, 4, 5, 8):   # a relative address counts from what follows it
            text = o.string(symbol, addend + after)
            if text is None:
                continue
            if "E2op" in section and not after:   # a Callee
                text = "aten::" + text
            if "::" in text and text in self.owner:
                found.add(self.owner[text])
        return found

    def calls(self, places):
        seen, todo, called = set(), list(places), set()
        while todo:
            place = todo.pop()
            if place in seen or AUTHORING.search(place.object.path):
                continue
            seen.add(place)
            targets, named = self.edges.get(place, ((), ()))
            called |= set(named)
            todo += targets
        return called


def place_size(place):
    return place.object.sections[place.section][5]


def table_of(program):
    runtime = program.calls(Place(o, i) for o in program.objects if RUNTIME.search(o.path)
                            for i in range(len(o.sections)))
    lines = [" ".join(["runtime", "->", *sorted(runtime)])]
    for name in sorted(program.ops):
        calls = sorted(program.calls([program.ops[name]]) - runtime - {name})
        lines.append(" ".join(["op", name, "=", *program.schemas[name], *(["->", *calls] if calls else [])]))
    for name, rows in sorted(program.rows.items()):
        lines.append(" ".join(["fns", name, "=", *rows]))
        for row, place in rows.items():
            calls = sorted(program.calls([place]) - runtime - {row})
            if calls:
                lines.append(" ".join(["row", row, "->", *calls]))
    return HEADER + "\n".join(lines) + "\n"


def main():
    text = table_of(Program(pathlib.Path(sys.argv[1])))
    if "--check" not in sys.argv:
        TABLE.write_text(text)
    elif TABLE.read_text() != text:
        old, new = TABLE.read_text().splitlines(), text.splitlines()
        for line in [f"- {x}" for x in old if x not in new] + [f"+ {x}" for x in new if x not in old]:
            print(line)
        print(f"FAIL cmake/operators.txt is out of date; fix: tools/op_calls.py {sys.argv[1]}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
