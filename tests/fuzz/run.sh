#!/bin/bash
# usage: tests/fuzz/run.sh [SECONDS [FILES [NODES]]]   under AddressSanitizer and UBSan; build/debug must be built
# 1. loads and runs FILES (default 4000) changed models, which must not crash, hang or take too much memory;
# 2. runs random modules of NODES (default 5000) graph nodes in all, which must compute the same in every form;
# 3. replays each target's corpus, which must pass, and fuzzes it for SECONDS (default 20). What fuzzing finds lies in
#    build/fuzz/found and is reported; it becomes a failure when it joins the corpus, so that a build does not fail by
#    chance. The corpus of x_fuzz is tests/fuzz/corpus/x and what make_corpus.py makes of the golden programs; the models
#    of tests/golden and the demo serve all.
set -uo pipefail
cd "$(dirname "$0")/../.."
export ASAN_SYMBOLIZER_PATH=${ASAN_SYMBOLIZER_PATH:-/usr/bin/llvm-symbolizer-19}
seconds=${1:-20} files=${2:-4000} nodes=${3:-5000}
mkdir -p build/fuzz/found
failed=() found=() models=(examples/demo tests/golden/models)

samples=("${models[@]}")
[ ! -d ../shared/models_by_version ] || samples+=(../shared/models_by_version)
ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0:allocator_may_return_null=1 UBSAN_OPTIONS=print_stacktrace=1 \
  build/debug/mutate_models --count "$files" "${samples[@]}" || failed+=("changed models")

build/debug/random_modules --nodes "$nodes" || failed+=("random modules")

tests/fuzz/make_corpus.py build/fuzz/seeds || failed+=("corpus of programs")
for target in build/debug/*_fuzz; do
  [ -x "$target" ] || continue
  name=$(basename "$target" _fuzz)
  work=build/fuzz/corpus/$name
  mkdir -p "$work"
  seeds=()
  for folder in tests/fuzz/corpus/$name build/fuzz/seeds/$name; do
    [ -d "$folder" ] && seeds+=("$folder")
  done
  dictionary=()
  [ -f "tests/fuzz/$name.dict" ] && dictionary=("-dict=tests/fuzz/$name.dict")
  limits=(-timeout=10 -rss_limit_mb=2048 -malloc_limit_mb=1024 -max_len=200000)
  if ! "$target" "${seeds[@]}" "${models[@]}" "${limits[@]}" -runs=0 >"build/fuzz/$name.log" 2>&1; then
    failed+=("$name")
    tail -40 "build/fuzz/$name.log"
    continue
  fi
  if "$target" "$work" "${seeds[@]}" "${models[@]}" "${dictionary[@]}" "${limits[@]}" -max_total_time="$seconds" \
       -artifact_prefix="build/fuzz/found/$name-" >"build/fuzz/$name.log" 2>&1; then
    echo "$name: $(tail -1 "build/fuzz/$name.log")"
  else
    found+=("$name")
    tail -25 "build/fuzz/$name.log"
  fi
done
[ ${#found[@]} = 0 ] || echo "fuzzing found something new in: ${found[*]}"
[ ${#failed[@]} = 0 ] || echo "failed: ${failed[*]}"
[ ${#failed[@]} = 0 ]
