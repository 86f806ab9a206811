#!/usr/bin/env bash
# tests/selective/run.sh BUILD: builds the library for MobileNetV2 alone, prints its size, then for the demo's model, and
# compares their results with those of the whole library in BUILD, bit for bit. BUILD is a whole build by gcc.
set -uo pipefail
cd "$(dirname "$0")/../.."
whole=$1 out=build/selective models=build/selective_models
limit=${SELECTIVE_LIMIT:-620000}   # bytes
# What an app that loads, runs and reads needs of tealight/c.h.
calls="tl_last_error;tl_set_num_threads;tl_module_load;tl_module_load_memory;tl_module_load_fd;tl_module_free;tl_module_run"
calls="$calls;tl_tensor_copy;tl_tensor_borrow;tl_tensor;tl_tensor_contiguous;tl_value_free;tl_value_kind;tl_size;tl_item;tl_find"
fail() { echo "FAIL $*"; exit 1; }

tools/op_calls.py "$whole" --check && tests/selective/check_sources.py "$whole" || exit 1
mkdir -p "$models"
"$whole/tealight" script tests/selective/mobilenet_v2.py --class MobileNetV2 --seed 0 --eval --out "$models/whole.ptl" >/dev/null &&
  "$whole/tealight" optimize "$models/whole.ptl" "$models/mobilenet_v2.ptl" >/dev/null || fail "tealight makes no MobileNetV2"

build_for() {   # MODEL...
  local list
  list=$(IFS=';'; echo "$*")
  cmake --preset selective -DTEALIGHT_WERROR=ON -DTEALIGHT_C_API="$calls" -DTEALIGHT_MODELS="$list" >"$out.log" 2>&1 &&
    cmake --build --preset selective >>"$out.log" 2>&1 ||
    { grep -E -A12 'FAILED|[Ee]rror' "$out.log" | head -40; fail "no library for $list"; }
}
# By the instruction set that both have: sums of 16 numbers at a time are other than those of 8, in the last bit.
run() { TEALIGHT_ISA=avx2 LD_LIBRARY_PATH=$1 "$models/run_model" "${@:2}"; }
same() {   # MODEL SIZE...
  local wanted got
  wanted=$(run "$whole" "$@" | md5sum) && got=$(run "$out" "$@" | md5sum) || fail "$1 does not run"
  [ "$wanted" = "$got" ] || fail "$1: the numbers differ from the whole library's"
  echo "$1: the whole library's numbers"
}

start=$SECONDS
build_for "$models/mobilenet_v2.ptl"
cc -std=c99 -Iinclude tests/selective/run_model.c -L"$whole" -ltealight -o "$models/run_model" || fail "run_model.c"
strip -o "$models/stripped.so" "$out/libtealight.so"
size=$(stat -c %s "$models/stripped.so")
echo "libtealight.so for MobileNetV2: $((size / 1000)) KB stripped (goal 500 KB), built in $((SECONDS - start)) s"
[ "$size" -le "$limit" ] || fail "larger than $((limit / 1000)) KB"
same "$models/mobilenet_v2.ptl" 1 3 224 224
message=$(run "$out" examples/demo/digits.ptl 1 3 32 32 2>&1) && fail "digits.ptl runs in a library for MobileNetV2"
case $message in
  *aten::max_pool2d*TEALIGHT_MODELS*) ;;
  *) fail "the error does not name the operator and the way to add it: $message" ;;
esac

start=$SECONDS
build_for examples/demo/digits.ptl tests/golden/models/net_flat.ptl tests/golden/models/quantized.ptl
same examples/demo/digits.ptl 1 3 32 32
same tests/golden/models/net_flat.ptl 2 3
same tests/golden/models/quantized.ptl 2 1 3 3
echo "changed to other models in $((SECONDS - start)) s"
