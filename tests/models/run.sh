#!/usr/bin/env bash
# tests/models/run.sh TEALIGHT: the demo's recorded calls, and those of the models in ../shared where it is there.
set -u
export ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0   # a model's objects may refer to each other in circles
"$1" replay examples/demo/digits.ptl examples/demo/calls.json --check || exit 1
if [ ! -d ../shared/models ]; then
  echo "SKIP: ../shared is not there, so only the demo's model was run"
  exit 77
fi
status=0
for threads in 1 2; do
  tests/models/check_models.py "$1" ../shared/models --threads $threads || status=1
done
tests/models/check_models.py "$1" ../shared/models_by_version --threads 1 --known tests/models/known.txt || status=1
exit $status
