#!/usr/bin/python3
"""Runs by PyTorch what old_operators_test wrote: tests/torchscript/old_operators.py build/dev/old_operators"""
import pathlib
import sys

try:
    import torch
except ImportError:
    print("SKIP: no PyTorch for /usr/bin/python3")
    sys.exit(77)

files = sorted(pathlib.Path(sys.argv[1]).glob("*.pt"))
if not files:
    sys.exit("there is nothing in " + sys.argv[1])
failed = 0
for file in files:
    model = torch.jit.load(str(file))
    result = model()
    if result.dtype != model.expected.dtype or not torch.allclose(result, model.expected, rtol=1e-6):
        failed += 1
        print(file, "gives", result, "not", model.expected, "\n", model.code)
print(f"{len(files) - failed} of {len(files)} right")
sys.exit(failed > 0)
