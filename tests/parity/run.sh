#!/usr/bin/env bash
# tests/parity/run.sh PARITY_DUMP [--samples] [--gradients] [FILTER]: runs the operators' cases, or differentiates them, here
# and in real PyTorch and compares.
set -eu
dump=$1
shift
if ! /usr/bin/python3 -c 'import torch' 2>/dev/null; then
  echo "SKIP: python3-torch is not installed, so operators are compared with the golden files only"
  exit 77
fi
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
"$dump" "$dir" "$@"
/usr/bin/python3 "$(dirname "$0")/compare.py" "$dir"
