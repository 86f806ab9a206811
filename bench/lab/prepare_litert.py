"""LiteRT's files: litert.tflite, and litert_int8.tflite by its static quantizer (8-bit weights and activations).

usage: prepare_litert.py FOLDER MODEL...     with a PyTorch 2 and litert-torch
"""
import pathlib
import sys
import warnings

warnings.simplefilter("ignore")
import numpy as np
import torch

import litert_torch
import models


def convert(name, folder, x):
    model = models.build(name, torch.load(folder / "state.pt"))
    litert_torch.convert(model, (x,)).export(str(folder / "litert.tflite"))


def quantize(folder):
    from ai_edge_litert.interpreter import Interpreter
    from ai_edge_quantizer import quantizer, recipe
    source = str(folder / "litert.tflite")
    work = quantizer.Quantizer(source)
    work.load_quantization_recipe(recipe.static_wi8_ai8())
    key, signature = next(iter(Interpreter(model_path=source).get_signature_list().items()))
    inputs = [np.load(f) for f in sorted((folder / "calib").glob("*.npy"))]
    samples = [{signature["inputs"][0]: x.astype(np.int32) if x.dtype == np.int64 else x} for x in inputs]   # as exported
    work.quantize(work.calibrate({key: samples})).export_model(str(folder / "litert_int8.tflite"), overwrite=True)


if __name__ == "__main__":
    torch.set_num_threads(1)
    torch.backends.mha.set_fastpath_enabled(False)
    for name in sys.argv[2:]:
        folder = pathlib.Path(sys.argv[1], name)
        try:
            convert(name, folder, torch.from_numpy(np.load(folder / "input.npy")))
            print(name, "litert ok", flush=True)
            if name != "lstm":
                quantize(folder)
                print(name, "litert int8 ok", flush=True)
        except Exception as e:
            print(name, "litert", repr(e)[:600], flush=True)
