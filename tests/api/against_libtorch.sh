#!/bin/bash
# against_libtorch.sh [TEST...]: the API tests are programs for libtorch; this compiles them with the real one (Debian's
# libtorch-dev 1.13, or LIBTORCH=FOLDER with usr/include) and runs them: the same source must give the same values.
# Some minutes. Left out: headers and newer (names that it lacks), observer (its symbol is hidden), compatibility (its
# headers are not packaged).
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
include=${LIBTORCH:-}/usr/include
if [ ! -f "$include/torch/script.h" ]; then
  echo "skipped: $include/torch/script.h is absent (apt-get install libtorch-dev, or set LIBTORCH)"
  exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tests=("$@")
[ $# -gt 0 ] || mapfile -t tests < <(basename -a -s _test.cpp tests/api/*_test.cpp | grep -vxE 'headers|newer|observer|compatibility')
failed=()
for test in "${tests[@]}"; do
  g++ -std=c++17 -O0 -w -DNDEBUG -isystem "$include" -isystem "$include/torch/csrc/api/include" "tests/api/${test}_test.cpp" \
    -o "$work/$test" -l:libtorch_cpu.so.1.13 -l:libtorch.so.1.13 -l:libc10.so.1.13 -lgtest -lgtest_main -lpthread &&
    "$work/$test" --gtest_brief=1 >"$work/log" 2>&1 && tail -1 "$work/log" && continue
  tail -30 "$work/log" 2>/dev/null
  failed+=("$test")
done
echo "${#tests[@]} programs, ${#failed[@]} differ from libtorch: ${failed[*]}"
[ ${#failed[@]} = 0 ]
