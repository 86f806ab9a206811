#!/usr/bin/python3
"""Adds up what ctest ran: one line "N passed, M failed, K skipped" for all build folders named.

usage: tools/count_tests.py build/debug...

ctest counts programs; the GoogleTest programs leave each test's outcome in results/NAME.xml. A program that ended without
a fresh file (a crash, a time-out) counts as one failure, a test that is no GoogleTest program as one test.
"""
import pathlib
import sys
import xml.etree.ElementTree as ElementTree


def google_test(file):
    """(passed, failed, skipped, names of the failed)"""
    passed, skipped, failed = 0, 0, []
    for case in ElementTree.parse(file).iter("testcase"):
        if case.get("status") != "run":
            continue
        if case.find("failure") is not None:
            failed.append(f'{case.get("classname")}.{case.get("name")}')
        elif case.get("result") == "skipped" or case.find("skipped") is not None:
            skipped += 1
        else:
            passed += 1
    return passed, failed, skipped


def count(folder):
    passed, skipped, failed = 0, 0, []
    for program in ElementTree.parse(folder / "results" / "ctest.xml").iter("testcase"):
        name, good = program.get("name"), program.get("status") == "run"
        skip = program.find("skipped")
        if skip is not None and "SKIP_RETURN_CODE" in (skip.get("message") or ""):
            print(f"skipped {name}: what it compares with is not installed")
            skipped += 1
            continue
        file = folder / "results" / f"{name}.xml"
        if not file.exists():
            passed += good
            failed += [] if good else [f"{name} (crashed, timed out or could not start)"]
            continue
        p, f, s = google_test(file)
        passed, skipped = passed + p, skipped + s
        failed += f or ([] if good else [f"{name} (failed after its tests, e.g. leaked)"])
    return passed, failed, skipped


def main():
    totals = [count(pathlib.Path(folder)) for folder in sys.argv[1:]]
    failed = [name for total in totals for name in total[1]]
    for name in failed:
        print(f"FAILED {name}")
    passed, skipped = sum(t[0] for t in totals), sum(t[2] for t in totals)
    print(f"{passed} passed, {len(failed)} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
