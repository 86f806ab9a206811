#!/usr/bin/env python3
"""Runs `tealight check` on every model of ../shared/models_by_version, which real releases of PyTorch wrote.

    tests/check/by_release.py build/dev/tealight

No release may be said to fail on what it wrote itself. Skips (77) where the models are absent.
"""
import json
import pathlib
import subprocess
import sys

MODELS = pathlib.Path("../shared/models_by_version")


def main():
    if not MODELS.is_dir():
        print("SKIP: ../shared/models_by_version is absent")
        return 77
    wrong, checked, of_known_releases = [], 0, 0
    for path in sorted(MODELS.glob("*/*/*.pt*")):
        if path.suffix not in (".pt", ".ptl"):
            continue
        release = ".".join(path.parts[-3].split(".")[:2])
        done = subprocess.run([sys.argv[1], "check", "--json", str(path)], capture_output=True, text=True)
        try:
            report = json.loads(done.stdout)
        except ValueError:
            wrong.append(f"{path}: {done.stderr.strip()}")
            continue
        checked += 1
        for verdict in report["releases"]:
            if verdict["release"] == release:
                of_known_releases += 1
                if verdict["reasons"]:
                    wrong.append(f"{path}: {release} wrote it, and is said to fail: {', '.join(verdict['reasons'])}")
    print("\n".join(wrong))
    print(f"{checked} models, {of_known_releases} of releases that are known; {len(wrong)} wrong")
    return 1 if wrong or not of_known_releases else 0


if __name__ == "__main__":
    sys.exit(main())
