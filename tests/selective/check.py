#!/usr/bin/python3
"""tests/selective/check.py TEALIGHT: `tealight strip` against tools/model_operators.py, and its lists against PyTorch's reader.

For the committed models, and the recorded ones of all versions where ../shared has them.
"""
import json
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tools"))
import model_operators  # noqa: E402
import select_build  # noqa: E402


def stripped(tealight, model, *options):
    return subprocess.run([tealight, "strip", str(model), *options], capture_output=True, text=True, check=False)


def check_model(tealight, model, folder):
    """What is wrong with the model's lists; None: it does not load."""
    told = stripped(tealight, model, "--json")
    if told.returncode:
        return None
    told = json.loads(told.stdout)
    names = {o["name"] for o in told["operators"]}
    needs = model_operators.of_file(model)
    wrong = []
    if names - needs.operators or {name for name in needs.operators - names if "floor_divide" not in name}:
        wrong.append(f"operators {sorted(names ^ needs.operators)}")   # the tool does not tell which PyTorch wrote a file
    if set(told["build_features"]) != needs.features:
        wrong.append(f"features {told['build_features']}, but model_operators.py: {sorted(needs.features)}")
    for ending in (".yaml", ".txt"):
        file = folder / f"list{ending}"
        stripped(tealight, model, "--out", str(file))
        if names and model_operators.of_file(file).operators != names:
            wrong.append(f"{ending} is read otherwise")
    if "torchscript" in needs.features:
        return wrong
    variables, *_ = select_build.select(needs)
    if set(variables["TL_SELECTED_MISSING"]) != {o["name"] for o in told["operators"] if not o["supported"]}:
        wrong.append(f"missing {variables['TL_SELECTED_MISSING']}")
    return wrong + check_with_torchgen(folder / "list.yaml", names)


def check_with_torchgen(file, names):
    try:
        from torchgen.selective_build.selector import SelectiveBuilder
    except ImportError:
        return []
    builder = SelectiveBuilder.from_yaml_path(str(file))
    return [] if set(builder.operators) == names else ["torchgen reads other operators"]


def main():
    tealight, failed, checked, refused = sys.argv[1], 0, 0, 0
    models = [*ROOT.glob("tests/golden/models/*.ptl"), *ROOT.glob("examples/demo/*.ptl"),
              *(ROOT.parent / "shared").glob("models*/**/*.ptl")]
    with tempfile.TemporaryDirectory() as folder:
        for model in models:
            wrong = check_model(tealight, model, pathlib.Path(folder))
            refused += wrong is None
            checked += wrong is not None
            for what in wrong or ():
                failed += 1
                print(f"FAIL {model}: {what}")
    print(f"{checked} models have the same lists, {refused} do not load")
    return 1 if failed or checked < 10 else 0


if __name__ == "__main__":
    sys.exit(main())
