#!/usr/bin/env python3
"""Replays the recorded calls of every model below some folders and says what is left.

    tests/models/check_models.py build/release/tealight FOLDER... [--threads N] [--only TEXT] [--list]
    tests/models/check_models.py build/release/tealight FOLDER... --same     exact plans against no plans, bit for bit

A case is a folder with meta.json or case.json; every .ptl and .pt in it is one model. A file that its own writer could not run
to the recorded results (case.json tells) may fail, but not crash. Exit code 1 when a model fails.
"""
import argparse
import collections
import json
import pathlib
import re
import subprocess
import sys


def cases(folders):
    for folder in folders:
        for record in sorted(pathlib.Path(folder).rglob("*.json")):
            if record.name not in ("meta.json", "case.json"):
                continue
            description = json.loads(record.read_text())
            if "calls" not in description:
                continue
            for model in sorted(f for f in record.parent.iterdir() if f.suffix in (".ptl", ".pt")):
                files = description.get("files", {})
                yield model, record, writer_agrees(files.get(model.name, {}) if isinstance(files, dict) else {})


def writer_agrees(file):
    """Whether PyTorch could write the file, read it again and came to the recorded results."""
    return file.get("ok", True) and not {"error", "run_error"} & set(file) and file.get("maxdiff") != "differs"


def run(command, model, record, more):
    """("ok" or what is wrong, the text of it)"""
    args = [command, "replay", model, record] + more
    try:
        done = subprocess.run(args, capture_output=True, text=True, timeout=300, errors="replace")
    except subprocess.TimeoutExpired:
        return "hangs", ""
    text = (done.stdout + done.stderr).strip()
    if done.returncode == 0:
        return "ok", ""
    return ("fails" if done.returncode == 1 else f"crashes ({done.returncode})"), text


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command")
    parser.add_argument("folders", nargs="+")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--lifted", action="store_true", help="by way of graphs: replay --lifted")
    parser.add_argument("--no-plans", action="store_true", help="instruction by instruction")
    parser.add_argument("--precision", help="exact or fp32")
    parser.add_argument("--same", action="store_true", help="exact plans give, bit for bit, what the model gives without plans")
    parser.add_argument("--only", default="")
    parser.add_argument("--list", action="store_true", help="print every model, not only those that fail")
    parser.add_argument("--known", help="file of cases that are known to fail: a part of the model's name, then why")
    options = parser.parse_args()
    known = []
    if options.known:
        known = [line.split()[0] for line in pathlib.Path(options.known).read_text().splitlines() if line.strip() and line[0] != "#"]

    more = ["--precision", "exact", "--against-no-plans"] if options.same else ["--check"]
    more += ["--threads", str(options.threads)] if options.threads else []
    more += ["--lifted"] * options.lifted + ["--no-plans"] * options.no_plans
    more += ["--precision", options.precision] if options.precision else []

    counts, missing, reasons = collections.Counter(), collections.defaultdict(set), collections.Counter()
    for model, record, ok in cases(options.folders):
        if options.only not in str(model):
            continue
        status, text = run(options.command, model, record, more)
        name = "/".join(model.parts[-3:])
        if status == "fails" and not ok:
            status = "fail as with their writer"
        if status == "fails" and any(part in name for part in known):
            status = "known"
        counts[status] += 1
        found = re.search(r"Following ops cannot be found: \[(.*?)\]", text)
        for op in found[1].split(", ") if found else []:
            missing[op].add(name)
        if status == "ok" and options.list:
            print("ok  ", name)
        elif status not in ("ok", "known", "fail as with their writer"):
            lines = [line for line in text.splitlines() if line.strip()]
            wrong = next((line for line in lines if "FAIL" in line or "error" in line), lines[0] if lines else "")
            reasons[re.sub(r"[0-9.e+-]{3,}", "#", wrong)[:100]] += 1
            print(status, " ", name, "\n      ", "\n       ".join(line[:200] for line in lines[:4]))
    if missing:
        print("\nmissing operators:")
        for op, models in sorted(missing.items(), key=lambda item: -len(item[1])):
            print(f"  {op:48} {len(models):4}  {sorted(models)[0]}")
    print("\n" + ", ".join(f"{n} {status}" for status, n in counts.most_common()))
    return 0 if set(counts) <= {"ok", "known", "fail as with their writer"} else 1


if __name__ == "__main__":
    sys.exit(main())
