#!/usr/bin/env bash
# tests/lessons/run.sh LESSON FOLDER OUT [TEALIGHT]: the lesson's program in its short form, its commands, and its Python twin.
set -eu
lesson=$1 folder=$2 out=$3
export TEALIGHT=${4:+$(realpath "$4")}
python=/usr/bin/python3   # Debian's, which has torch
[ -x $python ] || python=python3
rm -rf "$out"
if grep -q common/digits.h "$folder/main.cpp"; then   # ends with 77, which skips the test, where scikit-learn is absent
  mkdir -p "$out"
  $python "$(dirname "$0")/../../examples/common/digits.py" "$out/digits.npz"
fi
if [ -d "$folder/data" ]; then mkdir -p "$out" && cp "$folder"/data/* "$out"; fi
"$lesson" --short "$out"
if [ -f "$folder/commands.sh" ] && [ -n "$TEALIGHT" ]; then (cd "$out" && bash -eu "$folder/commands.sh"); fi
if ! $python -c 'import torch' 2> /dev/null; then echo "SKIP: the twin, for torch cannot be imported"; exit 0; fi
$python -W ignore "$folder/twin.py" "$out"
