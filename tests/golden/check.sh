#!/usr/bin/env bash
# tests/golden/check.sh: whether the golden files of scripts are what PyTorch gives now. Skips, and says so, without it.
cd "$(dirname "$0")"
python=/usr/bin/python3
$python -c 'import torch' 2>/dev/null || { echo "no python3-torch here: skipped"; exit 77; }
status=0
for script in script/make_functions.py script/make_constructs.py python/make_golden.py; do
  $python "$script" --check || status=1
done
exit $status
