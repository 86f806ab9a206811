"""ExecuTorch's files for its XNNPACK backend: executorch.pte, and executorch_int8.pte (static, per channel).

usage: prepare_executorch.py FOLDER MODEL...     with a PyTorch 2 and executorch
"""
import logging
import pathlib
import sys
import warnings

warnings.simplefilter("ignore")
logging.disable(logging.WARNING)
import numpy as np
import torch
from executorch.backends.xnnpack.partition.xnnpack_partitioner import XnnpackPartitioner
from executorch.backends.xnnpack.quantizer.xnnpack_quantizer import XNNPACKQuantizer, get_symmetric_quantization_config
from executorch.exir import to_edge_transform_and_lower
from torchao.quantization.pt2e.quantize_pt2e import convert_pt2e, prepare_pt2e

import models

SLOW = ("animegan_300", "animegan_400", "animegan_640", "vit_b_16")   # to quantize: float32 only


def lower(exported, file):
    file.write_bytes(to_edge_transform_and_lower(exported, partitioner=[XnnpackPartitioner()]).to_executorch().buffer)


def quantize(model, x, folder):
    module = torch.export.export(model, (x,)).module()
    quantizer = XNNPACKQuantizer()
    quantizer.set_global(get_symmetric_quantization_config(is_per_channel=True))
    prepared = prepare_pt2e(module, quantizer)
    for file in sorted((folder / "calib").glob("*.npy")):
        prepared(torch.from_numpy(np.load(file)))
    return torch.export.export(convert_pt2e(prepared), (x,))


if __name__ == "__main__":
    torch.set_num_threads(1)
    torch.backends.mha.set_fastpath_enabled(False)
    for name in sys.argv[2:]:
        folder = pathlib.Path(sys.argv[1], name)
        x = torch.from_numpy(np.load(folder / "input.npy"))
        try:
            with torch.no_grad():
                lower(torch.export.export(models.build(name, torch.load(folder / "state.pt")), (x,)), folder / "executorch.pte")
                print(name, "executorch ok", flush=True)
                if name not in SLOW and name != "lstm":
                    model = models.build(name, torch.load(folder / "state.pt"))
                    lower(quantize(model, x, folder), folder / "executorch_int8.pte")
                    print(name, "executorch int8 ok", flush=True)
        except Exception as e:
            print(name, "executorch", repr(e)[:600], flush=True)
