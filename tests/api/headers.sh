#!/bin/bash
# headers.sh COMPILER: every public header compiles on its own, without a warning. Those under libtorch's paths hold
# the same few lines over and over; one of each kind is compiled.
set -uo pipefail
cd "$(dirname "$0")/../../include" || exit 1
kinds() {
  find torch ATen c10 caffe2 -name '*.h' | sort | while read -r header; do
    echo "$(grep -v '^//' "$header" | md5sum | cut -c1-32) $header"
  done | sort -u -k1,1 | cut -d' ' -f2
  printf '%s\n' tealight/*.h
}
compile() {
  echo "#include <$2>" | "$1" -std=c++20 -Wall -Wextra -Werror -Wno-psabi -I. -fsyntax-only -x c++ - 2>&1 && return
  echo "$2: does not compile on its own"
  return 1
}
export -f compile
kinds | xargs -P 2 -I{} bash -c "compile '$1' {}" && echo "$(kinds | wc -l) headers compile"
