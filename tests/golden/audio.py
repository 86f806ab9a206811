#!/usr/bin/env python3
"""What torchaudio makes of a wave: tests/golden/audio.npz (checked in), for src/data/audio/audio_test.cpp.

    python3 tests/golden/audio.py        with a Python that has torch and torchaudio
"""
import pathlib

import numpy as np
import torch
import torchaudio
from torchaudio import functional as F
from torchaudio import transforms as T


def main():
    r = np.random.RandomState(0)
    t = np.arange(2400) / 16000
    wave = np.stack([0.5 * np.sin(2 * np.pi * (200 + 8000 * t) * t), 0.2 * r.randn(t.size)]).astype(np.float32)
    x = torch.from_numpy(wave)
    mel = {"n_fft": 400, "hop_length": 160, "n_mels": 40}
    arrays = {
        "wave": x,
        "resample_down": T.Resample(16000, 11025)(x),
        "resample_up": T.Resample(16000, 44100, lowpass_filter_width=16, rolloff=0.9)(x[0]),
        "spectrogram": T.Spectrogram()(x),
        "magnitude": T.Spectrogram(n_fft=256, win_length=200, hop_length=64, power=1)(x),
        "banks": F.melscale_fbanks(201, 20.0, 7600.0, 64, 16000),
        "mel": T.MelSpectrogram(16000, **mel)(x),
        "db": T.AmplitudeToDB("power", 80)(T.MelSpectrogram(16000, **mel)(x)),
        "mfcc": T.MFCC(16000, 13, melkwargs=mel)(x),
    }
    out = pathlib.Path(__file__).parent / "audio.npz"
    np.savez_compressed(out, **{name: value.numpy() for name, value in arrays.items()})
    print(len(arrays), "arrays in", out, "by torch", torch.__version__, "torchaudio", torchaudio.__version__)


main()
