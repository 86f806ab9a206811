#!/usr/bin/env python3
"""Writes scikit-learn's handwritten digits (1797 pictures of 8x8, from UCI) as the lessons read them: digits.py OUT.npz.

images: float32 (N, 1, 8, 8) in 0..1; labels: int64 (N). Exit code 77 when scikit-learn is not installed.
"""
import sys

import numpy

try:
    from sklearn.datasets import load_digits
except ImportError:
    print("SKIP: scikit-learn cannot be imported (Debian: python3-sklearn)")
    sys.exit(77)

digits = load_digits()
numpy.savez(sys.argv[1], images=(digits.images[:, None] / 16).astype(numpy.float32), labels=digits.target.astype(numpy.int64))
