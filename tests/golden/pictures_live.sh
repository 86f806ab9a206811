#!/bin/bash
# usage: tests/golden/pictures_live.sh DATA_TEST [CASES [SEED]]
# Compares pictures with the PIL, torchvision and PyTorch at hand on random cases; skips (77) where there are none.
set -euo pipefail
python=/usr/bin/python3   # Debian's, which has torch
"$python" -c 'import torch, torchvision, PIL' 2>/dev/null || { echo "no torchvision: skipped"; exit 77; }
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
"$python" "$(dirname "$0")/pictures.py" "$folder" --random "${2:-60}" --seed "${3:-0}"
TEALIGHT_PICTURE_CASES=$folder "$1" --gtest_filter='Golden.*'
