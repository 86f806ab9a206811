#!/usr/bin/python3
"""Which operators lite models need, by Python's standard library alone; the build for chosen models starts here.

usage: tools/model_operators.py FILE...      prints a name a line

A FILE is a lite model (.ptl, zip or flatbuffer), or a list of operators: what `tealight strip` or PyTorch's
selective build wrote (.yaml), or names one a line (.txt).
"""
import collections
import io
import pathlib
import pickle
import re
import struct
import sys
import zipfile

# features: what files need beside operators, of FEATURES.
Needs = collections.namedtuple("Needs", "operators features")
FEATURES = {
    "zip", "flatbuffer", "torchscript",   # kinds of file
    "deflate",      # compressed records, which PyTorch writes for debug info alone
    "debug_info",   # _save_mobile_debug_info=True
    "classes",      # objects of C++ classes: packed parameters
    "quantized_tensors", "sparse_tensors",   # among the weights of a zip
}
UPGRADERS = pathlib.Path(__file__).resolve().parent.parent / "src" / "graph" / "upgraders.cpp"
OPERATOR = re.compile(r"^\w+::\w+(\.\w+)?$")


class Unreadable(Exception):
    pass


class Anything:
    """Stands for an object of any class."""

    def __init__(self, *args, **kwargs):
        pass

    def __call__(self, *args, **kwargs):
        return self

    def __setstate__(self, state):
        pass

    def __setitem__(self, key, value):
        pass


class Reader(pickle.Unpickler):
    """Reads plain data; runs nothing that the file names."""

    def find_class(self, module, name):
        return Anything

    def persistent_load(self, pid):
        return None


def meanings(operators, bytecode, version):
    """The library's operators for the names in a file of these versions; where they do not tell, both that may be."""
    tables = {name: re.findall(r'\{"([\w:.]+)", (?:(\d+), )?"([\w:.]+)"\}', body) for name, body in
              re.findall(r"constexpr \w+ (k\w+)\[\] = \{(.*?)\n\};", UPGRADERS.read_text(), re.S)}
    old = {name: means for name, last, means in tables["kUpgraders"] if version <= int(last)}
    for table in ["kUntil_1_6"] * (bytecode <= 3) + ["kUntil_1_5"] * (bytecode <= 3 and version <= 2):
        old.update({name: means for name, _, means in tables[table]})
    perhaps = {name: means for name, _, means in tables["kUntil_1_12"]}
    return {old.get(name, name) for name in operators} | {perhaps[name] for name in operators & set(perhaps)}


def in_bytecode(value):
    """The operators of the functions in an unpickled bytecode.pkl."""
    found, todo = set(), [value]
    while todo:
        item = todo.pop()
        if isinstance(item, (tuple, list)):
            if len(item) == 2 and item[0] == "operators":
                found |= {name + ("." + overload if overload else "") for name, overload, *_ in item[1]}
            else:
                todo += item
    return found


def of_zip(path):
    with zipfile.ZipFile(path) as archive:
        records = {name.split("/", 1)[-1]: name for name in archive.namelist()}
        if "bytecode.pkl" not in records:
            raise Unreadable(f"{path} is no lite model; fix: make one, `tealight convert {path} net.ptl`")
        bytecode, data, constants = (archive.read(records[name]) if name in records else b""
                                     for name in ("bytecode.pkl", "data.pkl", "constants.pkl"))
        version = next((int(archive.read(records[name])) for name in (".data/version", "version") if name in records), 1)
        compressed = {name for name, record in records.items()
                      if archive.getinfo(record).compress_type != zipfile.ZIP_STORED}
    code = Reader(io.BytesIO(bytecode)).load()
    number = code[0] if isinstance(code[0], int) else 3
    operators = in_bytecode(code)
    debug_info = {"mobile_debug.pkl", "mobile_debug_handles.pkl"} & set(records)
    # The records of places tell, too, which floor_divide a file means.
    places = debug_info or number < 8 and any("floor_divide" in name for name in operators)
    pickles = bytecode + data + constants
    features = {"zip": True, "debug_info": debug_info, "classes": b"torch.classes." in pickles,
                "deflate": any(places or not name.startswith("code/") for name in compressed),
                "quantized_tensors": b"_rebuild_qtensor" in pickles, "sparse_tensors": b"_rebuild_sparse" in pickles}
    return Needs(meanings(operators, number, version), {name for name, has in features.items() if has})


class Table:
    """A flatbuffer's table: fields by number."""

    def __init__(self, data, at):
        self.data, self.at = data, at
        self.fields = at - struct.unpack_from("<i", data, at)[0]

    def place(self, field):
        size, = struct.unpack_from("<H", self.data, self.fields)
        offset = struct.unpack_from("<H", self.data, self.fields + 4 + 2 * field)[0] if 4 + 2 * field < size else 0
        return self.at + offset if offset else None

    def number(self, field, kind="<I"):
        place = self.place(field)
        return struct.unpack_from(kind, self.data, place)[0] if place else 0

    def follow(self, field):
        place = self.place(field)
        return place + struct.unpack_from("<I", self.data, place)[0] if place else None

    def tables(self, field):
        start = self.follow(field)
        count = struct.unpack_from("<I", self.data, start)[0] if start else 0
        places = (start + 4 + 4 * i for i in range(count))
        return [Table(self.data, place + struct.unpack_from("<I", self.data, place)[0]) for place in places]

    def text(self, field):
        start = self.follow(field)
        return self.data[start + 4:start + 4 + struct.unpack_from("<I", self.data, start)[0]].decode() if start else ""


def of_flatbuffer(data):
    module = Table(data, struct.unpack_from("<I", data)[0])   # the fields' numbers: src/format/ptl_flatbuffer/schema.h
    bytecode, version, function = module.number(0), module.number(10), 16
    operators = set()
    for value in module.tables(4):
        if value.number(0, "<B") == function:
            for use in Table(data, value.follow(1)).tables(2):
                operators.add(use.text(0) + ("." + use.text(1) if use.text(1) else ""))
    return Needs(meanings(operators, bytecode, version),
                 {"flatbuffer"} | ({"classes"} if b"torch.classes." in data else set()))


def of_list(path):
    """Names alone or as keys; without features of ours, lite models of any kind are meant."""
    words = {line.split("#")[0].strip().lstrip("- ").rstrip(":").strip("'\"") for line in path.read_text().splitlines()}
    operators = {word for word in words if OPERATOR.match(word)}
    if not operators:
        raise Unreadable(f"{path} is neither a lite model nor a list of operators; fix: give .ptl files, or lists that "
                         "`tealight strip` wrote")
    return Needs(operators, words & FEATURES or FEATURES - {"torchscript"})


def of_file(name):
    path = pathlib.Path(name)
    with open(path, "rb") as file:
        start = file.read(8)
    if start[:2] == b"PK":
        return of_zip(path)
    if start[4:8] == b"PTMF":
        return of_flatbuffer(path.read_bytes())
    try:
        return of_list(path)
    except UnicodeDecodeError:
        raise Unreadable(f"{path} is no lite model; fix: see what `tealight info` says of it") from None


def of_files(names):
    """What all of them need together."""
    needs = [of_file(name) for name in names]
    return Needs(set().union(*(n.operators for n in needs)), set().union(*(n.features for n in needs)))


def main():
    try:
        print("\n".join(sorted(of_files(sys.argv[1:]).operators)))
    except (Unreadable, OSError) as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()
