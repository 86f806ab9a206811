#!/usr/bin/env python3
"""Counts the lessons of examples/ and the calls of calls.tsv that they exercise, and lists those that are missing.

A lesson is there if its folder has a program that asserts something, a README with a picture, and a Python twin. Of a lesson
that is there every call must stand in its program (the table's last column says how it looks there). Fails otherwise.
"""
import csv
import pathlib
import sys

LESSONS = 35
ROOT = pathlib.Path(__file__).parent.parent.parent


def problems_of(folder):
    text = {name: (folder / name).read_text() if (folder / name).exists() else "" for name in ("main.cpp", "README.md", "twin.py")}
    return [what for what, fits in (("asserts nothing", "check(" in text["main.cpp"]), ("README.md shows no picture", "![" in text["README.md"]),
                                    ("twin.py asserts nothing", "assert" in text["twin.py"])) if not fits]


def main():
    folders = {f.name[:2]: f for f in sorted((ROOT / "examples").glob("[0-9][0-9]_*"))}
    wrong = [f"lesson {number}: {problem}" for number, folder in folders.items() for problem in problems_of(folder)]
    with open(ROOT / "tests/lessons/calls.tsv", newline="") as file:
        calls = list(csv.DictReader(file, delimiter="\t"))
    done, missing = 0, []
    for call in calls:
        folder = folders.get(call["lesson"])
        if not folder:
            missing.append(call)
        elif call["in main.cpp"] and call["in main.cpp"] in (folder / "main.cpp").read_text():
            done += 1
        else:
            wrong.append(f"lesson {call['lesson']} has no {call['family']} call '{call['call']}': {call['in main.cpp'] or 'calls.tsv does not say how it looks'}")
    print(f"lessons {len(folders)}/{LESSONS}, calls {done}/{len(calls)}")
    for number in (f"{n:02}" for n in range(1, LESSONS + 1)):
        if number not in folders:
            names = ", ".join(c["call"] for c in missing if c["lesson"] == number)
            print(f"missing: lesson {number}{': ' + names if names else ''}")
    print(*wrong, sep="\n")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
