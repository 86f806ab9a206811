#!/usr/bin/env bash
# tests/newest_pytorch.sh TEALIGHT [VERSION]: what the command writes of the models in ../shared, run by the newest PyTorch of
# PyPI, or by VERSION. It goes into build/pytorch (5 GB), which is why CI does not do this; Debian's PyTorch runs the same
# scripts in ctest.
set -euo pipefail
cd "$(dirname "$0")/.."
tealight=$1 version=${2:+==$2}
place=build/pytorch${2:+-$2}
[ -x "$place/bin/python" ] || python3 -m venv "$place"
"$place/bin/pip" install --quiet "torch$version" torchvision numpy
python=$place/bin/python out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
bad=0
"$python" tests/convert/with_pytorch.py "$tealight" ../shared/models ../shared/models_by_version 2>&1 | grep -v '^\[W' || bad=1
for how in "" --optimized; do
  "$python" -W ignore tests/torchscript/rewritten.py "$tealight" ../shared "$out/${how#--}" $how 2>&1 | grep -v '^\[W' || bad=1
done
exit $bad
