#!/usr/bin/env bash
# tests/models/run.sh TEALIGHT: replays the demo's recorded calls, those of the models in ../shared, and those of the models
# that ../shared/oracle has PyTorch make (into build/oracle, once); all of them as they are, lifted to graphs, and without plans.
# Exact plans must give the interpreter's bits, by every instruction set.
set -u
# Networks of full size, and runs for the bits alone: with sanitizers they would take many minutes.
quick=$1
case $1 in */debug/*) [ -x build/release/tealight ] && quick=build/release/tealight ;; esac
tealight=$1 known=tests/models/known.txt status=0 skipped=()
export ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0   # a model's objects may refer to each other in circles
check() {   # TEALIGHT FOLDER THREADS [OPTION]
  echo "== $2, $3 threads $4"
  tests/models/check_models.py "$1" "$2" --threads "$3" --known "$known" $4 || status=1
}
check_plans() {   # FOLDER
  check "$quick" "$1" 2 --no-plans
  for isa in 0 1 2; do
    echo "instruction set $isa"
    TEALIGHT_ISA=$isa check "$quick" "$1" 2 --same
  done
}

"$tealight" replay examples/demo/digits.ptl examples/demo/calls.json --check || exit 1

if [ -d ../shared/models ]; then
  for threads in 1 2; do check "$tealight" ../shared/models $threads ""; done
  check "$tealight" ../shared/models 2 --lifted
  check_plans ../shared/models
  check_plans ../shared/models_by_version
  check "$tealight" ../shared/models_by_version 1 ""
  check "$tealight" ../shared/models_by_version 1 --lifted
else
  skipped+=("../shared/models")
fi

python=/usr/bin/python3
if [ -f ../shared/oracle/make_models.py ] && $python -c "import torch, torchvision" 2>/dev/null; then
  oracle=build/oracle
  if [ ! -f $oracle/index.json ]; then
    mkdir -p $oracle
    $python ../shared/oracle/make_models.py $oracle >$oracle/log.txt 2>&1 || { tail -20 $oracle/log.txt; status=1; }
  fi
  for threads in 1 2; do check "$quick" $oracle $threads ""; done
  check "$quick" $oracle 2 --lifted
  check_plans $oracle
else
  skipped+=("../shared/oracle, or python3-torch with torchvision")
fi

[ $status = 0 ] || exit 1
[ ${#skipped[@]} = 0 ] && exit 0
printf 'SKIP: not there: %s\n' "${skipped[@]}"
exit 77
