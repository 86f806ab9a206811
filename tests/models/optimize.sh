#!/usr/bin/env bash
# tests/models/optimize.sh OPTIMIZE_MODELS: optimizes the TorchScript models in ../shared and those that the models test has
# PyTorch make (build/oracle). Skips, and says so, what is not there.
set -u
folders=()
all=(../shared/models build/oracle)
case $1 in */debug/*) all=(../shared/models/{digits_scripted,chess_cnn,conv_same,depth_convnet,fl_sequential}) ;; esac   # sanitizers
for folder in "${all[@]}"; do
  if [ -d $folder ]; then folders+=("$folder"); else echo "SKIP: $folder is not there"; fi
done
[ ${#folders[@]} -gt 0 ] || exit 77
ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0 exec "$1" "${folders[@]}"   # a model's objects may refer to each other in circles
