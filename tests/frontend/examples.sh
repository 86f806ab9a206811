#!/bin/sh
# The C++ programs of pytorch/examples, unchanged, built by their own CMakeLists.txt against an installed Tealight and run:
#   tests/frontend/examples.sh EXAMPLES PREFIX [NAMES]
#   tests/frontend/examples.sh ~/examples/cpp build/release/prefix autograd mnist
# EXAMPLES is a checkout's folder cpp, PREFIX where `cmake --install` put Tealight. Everything happens in TEALIGHT_SCRATCH,
# else a temporary folder. Data: MNIST=FOLDER and IMAGES=FOLDER (two folders of .jpg) where given, else small made-up files
# in the same formats. custom-dataset and transfer-learning want OpenCV, dcgan argparse.hpp (ARGPARSE: its include
# folder), transfer-learning python3 with torch, for its convert.py: those are skipped with a message where it is absent.
exec python3 "$(dirname "$0")/examples.py" "$@"
