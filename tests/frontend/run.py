"""What run.sh calls: builds PyTorch's frontend tests against our headers and libraries, and counts."""
import argparse
import fnmatch
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TABLE = HERE / "expected.tsv"
TEST = re.compile(r"^TEST(?:_F|_P)?\(\s*(\w+)\s*,\s*(\w+)\s*\)", re.M)


def left_out(path=HERE / "left_out.txt"):
    """(file, pattern of Suite.Name, reason); a pattern * means the whole file."""
    rules = []
    for line in path.read_text().splitlines():
        if line and not line.startswith("#"):
            rules.append(line.split(maxsplit=2))
    return rules


def end_of_block(text, start):
    """Past the closing brace of the block that opens at or behind `start`; strings are skipped."""
    depth = 0
    token = re.compile(r'R"\((?:.|\n)*?\)"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])\'|//[^\n]*|[{}]')
    for m in token.finditer(text, start):
        if m.group() == "{":
            depth += 1
        elif m.group() == "}":
            depth -= 1
            if depth == 0:
                return m.end()
    raise ValueError("a test without an end")


def without(text, name, rules):
    """The source without the tests that the rules name, and those with the reasons."""
    kept, cut, at = [], [], 0
    for m in TEST.finditer(text):
        test = f"{m.group(1)}.{m.group(2)}"
        reason = next((r for f, p, r in rules if f in (name, "*") and fnmatch.fnmatch(test, p)), None)
        if reason is None:
            continue
        kept.append(text[at:m.start()])
        at = end_of_block(text, m.end())
        cut.append((test, reason))
    return "".join(kept) + text[at:], cut


class Run:
    def __init__(self, source, build, scratch):
        self.source, self.build, self.scratch = source, build, scratch
        (scratch / "include/test/cpp").mkdir(parents=True, exist_ok=True)
        self.link(scratch / "include/test/cpp/api", source / "test/cpp/api")
        common = source / "test/cpp/common"
        self.link(scratch / "include/test/cpp/common", common if common.exists() else HERE / "common")
        boxing = scratch / "include/ATen/core/boxing/impl"
        boxing.mkdir(parents=True, exist_ok=True)
        self.link(boxing / "test_helpers.h", HERE / "common/test_helpers.h")
        flags = os.environ.get("CXXFLAGS", "-O0 -w").split()
        self.compiler = [os.environ.get("CXX", "g++")]
        self.flags = ["-std=c++20", *flags, f"-I{ROOT}/include", f"-I{scratch}/include"]
        self.include_first("gtest/gtest.h", "torch/torch.h", "torch/script.h")
        self.libraries = [f"-L{build}", f"-Wl,-rpath,{build}", "-ltealight_train", "-ltealight_data", "-ltealight",
                          "-lgtest", "-lgtest_main", "-lpthread"]

    def include_first(self, *headers):
        """Compiles these headers once for all files, which takes two thirds of the time from each."""
        first = self.scratch / "include/first.hpp"
        first.write_text("".join(f"#include <{header}>\n" for header in headers))
        done = self.compile(first, f"{first}.gch")
        if done.returncode:
            sys.exit("torch/torch.h does not compile:\n" + done.stderr)
        self.flags += ["-include", str(first)]

    @staticmethod
    def link(path, target):
        path.unlink(missing_ok=True)
        path.symlink_to(target.resolve())

    def compile(self, source, out, *more):
        return subprocess.run([*self.compiler, *self.flags, str(source), "-o", str(out), *more],
                              capture_output=True, text=True)

    def support(self):
        """support.cpp holds what the other files share."""
        made = self.scratch / "support.o"
        done = self.compile(self.source / "test/cpp/api/support.cpp", made, "-c")
        if done.returncode:
            sys.exit("support.cpp does not compile:\n" + done.stderr)
        return made

    def file(self, name, support):
        """(passed, failed, left out), the failures, the tests left out."""
        text, cut = without((self.source / f"test/cpp/api/{name}.cpp").read_text(), name, left_out())
        copy, program = self.scratch / f"{name}.cpp", self.scratch / name
        copy.write_text(text)
        tests = len(TEST.findall(text))
        if not tests:
            return (0, 0, len(cut)), [], cut
        objects = [] if name == "support" else [str(support)]
        done = self.compile(copy, program, *objects, *self.libraries)
        if done.returncode:
            (self.scratch / f"{name}.errors").write_text(done.stderr)
            return (0, tests, len(cut)), [f"does not compile: see {self.scratch}/{name}.errors"], cut
        results = self.scratch / f"{name}.xml"
        results.unlink(missing_ok=True)
        try:
            ran = subprocess.run([str(program), f"--gtest_output=xml:{results}"], cwd=self.scratch,
                                 capture_output=True, text=True, timeout=1800)
            (self.scratch / f"{name}.log").write_text(ran.stdout + ran.stderr)
        except subprocess.TimeoutExpired:
            return (0, tests, len(cut)), ["takes longer than 30 minutes"], cut
        if not results.exists():
            return (0, tests, len(cut)), [f"ended by signal {-ran.returncode}: see {self.scratch}/{name}.log"], cut
        cases = list(ElementTree.parse(results).iter("testcase"))
        failed = [f"{c.get('classname')}.{c.get('name')}" for c in cases if c.find("failure") is not None]
        return (len(cases) - len(failed), len(failed), len(cut)), failed, cut


def expected():
    rows = {}
    if TABLE.exists():
        for line in TABLE.read_text().splitlines()[1:]:
            name, *counts = line.split("\t")
            rows[name] = tuple(map(int, counts))
    return rows


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("source", type=pathlib.Path)
    arguments.add_argument("build", type=pathlib.Path)
    arguments.add_argument("names", nargs="*", help="files of test/cpp/api, without .cpp; none: all of expected.tsv")
    arguments.add_argument("--update", action="store_true", help="write the counts to expected.tsv")
    arguments.add_argument("--left-out", action="store_true", help="list each test left out, with the reason")
    given = arguments.parse_args()
    table = expected()
    scratch = pathlib.Path(os.environ.get("TEALIGHT_SCRATCH") or tempfile.mkdtemp(prefix="frontend"))
    run = Run(given.source.resolve(), given.build.resolve(), scratch)
    support = run.support()
    ok, sums = True, [0, 0, 0]
    print(f"{'file':20}{'passed':>8}{'failed':>8}{'left out':>10}")
    for name in given.names or sorted(table):
        counts, failures, cut = run.file(name, support)
        print(f"{name:20}{counts[0]:8}{counts[1]:8}{counts[2]:10}", flush=True)
        for failure in failures:
            print("    " + failure)
        if given.left_out:
            for test, reason in cut:
                print(f"    left out: {test}: {reason}")
        if given.update:
            table[name] = counts
        wanted = table.get(name, counts)
        if counts[0] < wanted[0] or counts[1] > wanted[1]:
            print(f"    expected: {wanted[0]} passed, {wanted[1]} failed")
            ok = False
        sums = [a + b for a, b in zip(sums, counts)]
    print(f"{'sum':20}{sums[0]:8}{sums[1]:8}{sums[2]:10}")
    if given.update:
        rows = [f"{name}\t" + "\t".join(map(str, counts)) for name, counts in sorted(table.items())]
        TABLE.write_text("\n".join(["file\tpassed\tfailed\tleft out", *rows]) + "\n")
    sys.exit(0 if ok else 1)


if __name__ == "__main__":
    main()
