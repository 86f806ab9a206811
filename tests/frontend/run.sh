#!/bin/sh
# PyTorch's own tests of its C++ frontend against this library:
#   tests/frontend/run.sh PYTORCH_SOURCE BUILD_DIR [NAMES]
#   tests/frontend/run.sh ~/pytorch build/dev any module sequential
# PYTORCH_SOURCE is a checkout of PyTorch, BUILD_DIR one of ours with libtealight_train. Each file of
# test/cpp/api is copied to a scratch folder (TEALIGHT_SCRATCH, else a temporary one), without the tests
# that left_out.txt names, built, run, and counted; expected.tsv holds the counts that must be reached.
# --update writes them anew. CXX and CXXFLAGS are used as usual.
exec python3 "$(dirname "$0")/run.py" "$@"
