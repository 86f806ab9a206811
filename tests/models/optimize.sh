#!/usr/bin/env bash
# tests/models/optimize.sh OPTIMIZE_MODELS: optimizes the TorchScript models in ../shared and those that the models test has
# PyTorch make (build/oracle). Skips, and says so, what is not there.
set -u
folders=()
for folder in ../shared/models build/oracle; do
  if [ -d $folder ]; then folders+=("$folder"); else echo "SKIP: $folder is not there"; fi
done
[ ${#folders[@]} -gt 0 ] || exit 77
ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0 exec "$1" "${folders[@]}"   # a model's objects may refer to each other in circles
