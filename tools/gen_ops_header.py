#!/usr/bin/env python3
"""Writes include/tealight/ops.h, ops_namespaces.h, tensor_methods.inc and tensor_methods.h.

The schemas are facts of PyTorch's (native_functions.yaml, as the Debian package python3-torch installs it); which
families are wanted stands in tools/op_names.txt. C++ signatures follow libtorch's rules, so that programs
written for at:: compile: `out` goes first in add_out and last in add_outf, the dtype/layout/device/pin_memory quartet
becomes TensorOptions, and so on.

Run with the system's python3 after a change of op_names.txt:  python3 tools/gen_ops_header.py [--check]
"""
import argparse
import pathlib
import re
import sys

import yaml

ROOT = pathlib.Path(__file__).resolve().parent.parent
INCLUDE = ROOT / "include/tealight"
QUARTET = ["dtype", "layout", "device", "pin_memory"]

# Members of Tensor that tensor.h writes by hand.
BY_HAND_METHODS = set("""size stride dim is_contiguous q_scale q_zero_point qscheme q_per_channel_scales
q_per_channel_zero_points q_per_channel_axis is_floating_point is_complex is_signed is_inference item requires_grad_
_version alias storage_offset numel is_leaf is_conj is_neg""".split())
BY_HAND_OVERLOADS = {"to.dtype_layout"}          # as methods
BY_HAND_FUNCTIONS = {"scalar_tensor", "can_cast", "promote_types"}  # in tensor.h, dtype.h
SKIPPED_TYPES = re.compile(r"Dimname|Storage|Stream|QScheme|!\)\[\]")

PLAIN = {
    "Tensor": ("const Tensor&", "Tensor"),
    "int": ("int64_t", "int64_t"),
    "float": ("double", "double"),
    "bool": ("bool", "bool"),
    "str": ("std::string_view", "std::string"),
    "Scalar": ("const Scalar&", "Scalar"),
    "ScalarType": ("ScalarType", "ScalarType"),
    "Layout": ("Layout", "Layout"),
    "Device": ("Device", "Device"),
    "MemoryFormat": ("MemoryFormat", "MemoryFormat"),
    "Generator": ("Generator", "Generator"),
}
OPTIONAL = {
    "Tensor": "const std::optional<Tensor>&",
    "Scalar": "const std::optional<Scalar>&",
    "Generator": "std::optional<Generator>",
    "int[]": "OptionalIntArrayRef",
    "float[]": "std::optional<ArrayRef<double>>",
}
LISTS = {
    "Tensor": "TensorList",
    "int": "IntArrayRef",
    "float": "ArrayRef<double>",
    "Scalar": "ArrayRef<Scalar>",
    "Tensor?": "ArrayRef<std::optional<Tensor>>",
}

# How detail::Callee knows the type behind a pointer (src/ops/callee.cpp).
LETTERS = {
    "const Tensor&": "T", "Tensor&": "T", "const std::optional<Tensor>&": "U", "const Scalar&": "S",
    "const std::optional<Scalar>&": "R", "int64_t": "i", "std::optional<int64_t>": "I", "double": "d",
    "std::optional<double>": "D", "bool": "b", "std::optional<bool>": "B", "std::string_view": "s",
    "std::optional<std::string_view>": "Z", "IntArrayRef": "l", "OptionalIntArrayRef": "L",
    "ArrayRef<double>": "f", "std::optional<ArrayRef<double>>": "F", "TensorList": "t",
    "ArrayRef<std::optional<Tensor>>": "u", "ScalarType": "y", "std::optional<ScalarType>": "Y",
    "Layout": "a", "std::optional<Layout>": "A", "Device": "v", "std::optional<Device>": "V",
    "MemoryFormat": "m", "std::optional<MemoryFormat>": "M", "std::optional<Generator>": "g",
    "const TensorOptions&": "o", "ArrayRef<Scalar>": "c", "std::array<bool, 2>": "2",
    "std::array<bool, 3>": "3", "std::array<bool, 4>": "4",
}


def cpp_type(text):
    """The C++ parameter type of a schema type."""
    sized_bool = re.fullmatch(r"bool\[(\d)\]", text)
    if sized_bool:
        return f"std::array<bool, {sized_bool[1]}>"
    text = re.sub(r"\[\d+\]", "[]", text)
    if text.endswith("?"):
        inner = text[:-1]
        return OPTIONAL.get(inner) or f"std::optional<{cpp_type(inner)}>"
    if text.endswith("[]"):
        return LISTS[text[:-2]]
    return PLAIN[text][0]


def cpp_default(arg):
    text, kind = arg.default, arg.type
    if text in ("None", "[]"):
        return {"None": "std::nullopt", "[]": "{}"}[text]
    if text.startswith("["):
        return "{" + text[1:-1] + "}"
    names = {"True": "true", "False": "false", "Mean": "1", "contiguous_format": "MemoryFormat::Contiguous",
             "long": "kLong", "float": "kFloat"}
    if text in names:
        return names[text]
    if text[0] in "'\"":
        return '"' + text[1:-1] + '"'
    return "{" + text + "}" if "[" in kind and "int" not in kind else text


def split_top(text):
    """Splits at commas outside of brackets and quotes."""
    parts, depth, start = [], 0, 0
    for i, c in enumerate(text):
        depth += (c in "([") - (c in ")]")
        if c == "," and depth == 0:
            parts.append(text[start:i].strip())
            start = i + 1
    last = text[start:].strip()
    return parts + [last] if last else parts


class Arg:
    def __init__(self, text, kwarg_only):
        text, _, self.default = text.partition("=")
        kind, self.name = text.rsplit(" ", 1)
        self.written = "!" in kind
        self.type = re.sub(r"\([a-z!>* -]*\)", "", kind).replace("SymInt", "int")
        self.kwarg_only = kwarg_only


class Op:
    """One schema."""

    def __init__(self, text, method, function, no_default=()):
        head, _, rest = text.partition("(")
        self.family, _, self.overload = head.partition(".")
        arguments, _, returns = rest.rpartition(" -> ")
        arguments = arguments[:-1]
        self.qualified = f"aten::{head}"
        self.method, self.function, self.schema = method, function, text
        self.args, kwarg_only = [], False
        for part in split_top(arguments):
            if part == "*":
                kwarg_only = True
            else:
                self.args.append(Arg(part, kwarg_only))
                if self.args[-1].name in no_default:
                    self.args[-1].default = ""
        returns = returns[1:-1] if returns.startswith("(") else returns
        self.returns = [re.sub(r"\([a-z!>* -]*\)", "", r).split(" ")[0].replace("SymInt", "int")
                        for r in split_top(returns)]
        self.outs = [a for a in self.args if a.written and a.kwarg_only]
        self.in_place = self.family.endswith("_") and not self.family.endswith("__") and any(
            a.written for a in self.args[:1])
        names = [a.name for a in self.args if a.kwarg_only]
        self.quartet = all(q in names for q in QUARTET)

    def result(self):
        def one(kind):
            if kind == "Tensor[]":
                return "std::vector<Tensor>"
            if kind == "int[]":
                return "std::vector<int64_t>"
            return PLAIN[kind][1]
        if not self.returns:
            return "void"
        if len(self.returns) == 1:
            return one(self.returns[0])
        return "std::tuple<" + ", ".join(one(r) for r in self.returns) + ">"


class Form:
    """One C++ function of a schema: name, parameters, what is passed on."""

    def __init__(self, op, name, args, passed, result, tail=""):
        self.op, self.name, self.args, self.passed = op, name, args, passed
        self.result, self.tail = result, tail

    def parameters(self, defaults=True, skip_self=False):
        """(type, name, default) of each."""
        out = []
        for type_, name, default in self.args:
            if skip_self and name == "self":
                continue
            out.append(f"{type_} {name}" + (f" = {default}" if defaults and default else ""))
        return ", ".join(out)

    def key(self, skip_self=False):
        return self.name + "(" + ",".join(t for t, n, _ in self.args if not (skip_self and n == "self")) + ")"

    def call(self, self_name="self"):
        """The function's body. Arguments go as untyped pointers with a letter each for their type: templates for
        all these functions would cost every user's compiler more than a second."""
        types = {n: t for t, n, _ in self.args}
        letters = "".join(LETTERS[types[p]] for p in self.passed)
        arguments = ", ".join("this" if p == "self" and self_name == "*this" else f"&{p}" for p in self.passed)
        head = f'static constinit detail::Callee op{{"{self.op.qualified[6:]}", "{letters}"}};'
        if self.tail:
            return f"{head} op.run({{{arguments}}}); {self.tail.replace('return self;', f'return {self_name};')}"
        if self.result == "Tensor":
            return f"{head} return op.tensor({{{arguments}}});"
        if self.result == "void":
            return f"{head} op.run({{{arguments}}});"
        return f"{head} return op.result<{self.result}>({{{arguments}}});"


def triple(arg, reference=False):
    if arg.written and arg.type == "Tensor":
        return ("Tensor&", arg.name, "")
    return (cpp_type(arg.type), arg.name, cpp_default(arg) if arg.default else "")


def required_tail(triples):
    """A parameter after one with a default needs a default: drop those that precede a required one."""
    seen_required, out = False, []
    for type_, name, default in reversed(triples):
        seen_required = seen_required or not default
        out.append((type_, name, "" if seen_required else default))
    return out[::-1]


def forms(op):
    if op.outs:
        return out_forms(op)
    passed = [a.name for a in op.args]
    triples = [triple(a) for a in op.args]
    if op.in_place:
        return [Form(op, op.family, triples, passed, "Tensor&", "return self;")]
    if not op.quartet:
        return [Form(op, op.family, required_tail(triples), passed, op.result())]
    return quartet_forms(op, triples, passed)


def quartet_forms(op, triples, passed):
    first = next(i for i, a in enumerate(op.args) if a.name == "dtype" and a.kwarg_only)
    default_dtype = op.args[first].default
    plain = "TensorOptions(kLong)" if default_dtype == "long" else "{}"
    options = ("const TensorOptions&", "options", plain)
    short = triples[:first] + [options] + triples[first + 4:]
    # An options argument stands for four values, or five where the operator has a memory format of its own.
    passed_short = passed[:first] + ["options"] + passed[first + 4:]
    bare = [(t, n, "") for t, n, _ in triples[:first + 4]] + [(t, n, "") for t, n, _ in triples[first + 4:]]
    return [Form(op, op.family, required_tail(short), passed_short, op.result()),
            Form(op, op.family, bare, passed, op.result())]


def out_forms(op):
    inputs = required_tail([triple(a) for a in op.args if a not in op.outs])
    outs = [("Tensor&", a.name, "") for a in op.outs]
    passed = [a.name for a in op.args]
    if len(outs) == 1:
        result, tail = "Tensor&", f"return {outs[0][1]};"
    else:
        result = "std::tuple<" + ", ".join(["Tensor&"] * len(outs)) + ">"
        tail = "return {" + ", ".join(o[1] for o in outs) + "};"
    last = [(t, n, "") for t, n, _ in inputs] + outs
    name = op.family
    return [Form(op, name + "_out", outs + inputs, passed, result, tail),
            Form(op, name + "_outf", last, passed, result, tail)]


def read_ops():
    import torchgen
    table = pathlib.Path(torchgen.__file__).parent / "packaged/ATen/native/native_functions.yaml"
    wanted, extra = set(), []
    for line in (ROOT / "tools/op_names.txt").read_text().splitlines():
        if "(" in line and not line.startswith("#"):
            extra.append(line)
        elif line and not line.startswith("#"):
            wanted.add(line)
    ops = []
    for entry in yaml.safe_load(table.read_text()):
        text, variants = entry["func"], entry.get("variants", "function")
        if text.split("(")[0].split(".")[0] in wanted and not SKIPPED_TYPES.search(text):
            ops.append(Op(text, "method" in variants, "function" in variants,
                          entry.get("cpp_no_default_args", ())))
    for text in extra:
        ops.append(Op(text, False, True))
    return ops


# Families that are namespaces in C++ as well: fft_rfft is fft::rfft.
NAMESPACES = ["fft", "linalg", "special"]


def in_namespace(form):
    """The same function in its family's namespace."""
    space, name = form.name.split("_", 1)
    arguments = ", ".join(n for _, n, _ in form.args)
    return (f"namespace {space} {{ inline {form.result} {name}({form.parameters()}) "
            f"{{ return tealight::{form.name}({arguments}); }} }}")


HEADER = """// {what}
// Written by tools/gen_ops_header.py from PyTorch's schemas: do not edit.
// clang-format off
#pragma once
"""


def generate():
    functions, spaced, methods, definitions = [], [], [], []
    seen_functions, seen_methods = set(), set()
    for op in sorted(read_ops(), key=lambda o: (o.family, o.overload)):
        method_of_op = (op.method and op.family not in BY_HAND_METHODS and any(a.name == "self" for a in op.args))
        for form in forms(op):
            if op.function and op.family not in BY_HAND_FUNCTIONS and form.key() not in seen_functions:
                seen_functions.add(form.key())
                functions.append(f"inline {form.result} {form.name}({form.parameters()}) {{ {form.call()} }}")
                if form.name.split("_")[0] in NAMESPACES:
                    spaced.append(in_namespace(form))
            if not method_of_op or op.outs or (op.family + "." + op.overload in BY_HAND_OVERLOADS and "options" in form.passed):
                continue
            if form.key(True) in seen_methods:
                continue
            seen_methods.add(form.key(True))
            methods.append(f"{form.result} {form.name}({form.parameters(skip_self=True)}) const;")
            names = ["*this" if p == "self" else p for _, p, _ in form.args]
            signature = f"inline {form.result} Tensor::{form.name}({form.parameters(False, True)}) const"
            if op.in_place:
                body = form.call("*this").replace("return *this;", "return const_cast<Tensor&>(*this);")
            else:
                body = form.call("*this")
            definitions.append(f"{signature} {{ {body} }}")
    ops_h = HEADER.format(what="Every operator as a function: tealight::add(a, b). PyTorch calls them at::add.")
    ops_h += '#include "tealight/dispatch.h"\n\nnamespace tealight {\n\n'
    ops_h += "\n".join(functions)
    ops_h += "\n\n}  // namespace tealight\n\n#include \"tealight/tensor_methods.h\"\n"
    spaces_h = HEADER.format(what="Families of operators in their namespaces: tealight::fft::rfft(x).")
    spaces_h += '#include "tealight/ops.h"\n\nnamespace tealight {\n\n' + "\n".join(spaced)
    spaces_h += "\n\n}  // namespace tealight\n"
    methods_h = HEADER.format(what="The methods of Tensor that call operators: a.add(b).")
    methods_h += '#include "tealight/dispatch.h"\n\nnamespace tealight {\n\n'
    methods_h += "\n".join(definitions) + "\n\n}  // namespace tealight\n"
    inc = "// Declarations inside of class Tensor. Written by tools/gen_ops_header.py: do not edit.\n// clang-format off\n"
    inc += "\n".join(methods) + "\n"
    return {"ops.h": ops_h, "ops_namespaces.h": spaces_h,
            "tensor_methods.h": methods_h, "tensor_methods.inc": inc}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing, exit 1 when a file is stale")
    arguments = parser.parse_args()
    stale = False
    for name, text in generate().items():
        path = INCLUDE / name
        if arguments.check:
            stale |= path.read_text() != text
        else:
            path.write_text(text)
    sys.exit("the headers are stale: run tools/gen_ops_header.py" if stale else 0)


if __name__ == "__main__":
    main()
