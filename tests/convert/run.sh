#!/usr/bin/env bash
# tests/convert/run.sh TEALIGHT: what `tealight convert` writes of the models in ../shared, run by real PyTorch. Skips, and
# says so, where either is absent.
set -u
folders=()
for folder in ../shared/models ../shared/models_by_version; do
  [ -d $folder ] && folders+=("$folder")
done
if [ ${#folders[@]} = 0 ]; then
  echo "SKIP: ../shared/models is not there"
  exit 77
fi
exec /usr/bin/python3 tests/convert/with_pytorch.py "$1" "${folders[@]}" 2>/dev/null
