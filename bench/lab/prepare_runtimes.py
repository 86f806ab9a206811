"""Files of ONNX Runtime, OpenVINO, ncnn and MNN, made from model.onnx and model.pt (prepare_torch.py).

usage: prepare_runtimes.py FOLDER STEPS MODEL...     STEPS: of ort,openvino,ncnn,mnn,nncf with commas
  ort       int8.onnx (static, QDQ, per channel)
  openvino  openvino.xml in float32          nncf  openvino_int8.xml (post-training, mixed preset)
  ncnn      model.ncnn.param, .bin by pnnx
  mnn       model.mnn; mnn_int8.mnn, whose weights are 8-bit and whose activations are quantized as it runs
"""
import importlib.util
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import numpy as np

TRANSFORMERS = ("deit_tiny", "vit_b_16", "distilbert")


def samples(folder):
    return [np.load(f) for f in sorted((folder / "calib").glob("*.npy"))]


def ort(name, folder):
    from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quant_pre_process, quantize_static

    class Reader(CalibrationDataReader):
        def __init__(self):
            self.items = iter(samples(folder))

        def get_next(self):
            item = next(self.items, None)
            return None if item is None else {"x": item}

    if name == "lstm":
        return
    prepared = str(folder / "prepared.onnx")
    quant_pre_process(str(folder / "model.onnx"), prepared, skip_symbolic_shape=True)
    quantize_static(prepared, str(folder / "int8.onnx"), Reader(), quant_format=QuantFormat.QDQ, per_channel=True,
                    activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8, reduce_range=False)
    os.remove(prepared)


def openvino(name, folder):
    import openvino as ov
    ov.save_model(ov.convert_model(str(folder / "model.onnx")), str(folder / "openvino.xml"), compress_to_fp16=False)


def nncf(name, folder):
    import nncf as quantizer
    import openvino as ov
    if name == "lstm":
        return
    inputs = samples(folder)
    options = {"model_type": quantizer.ModelType.TRANSFORMER} if name in TRANSFORMERS else {}
    model = quantizer.quantize(ov.convert_model(str(folder / "model.onnx")),
                               quantizer.Dataset(inputs, lambda x: {"x": x}),
                               preset=quantizer.QuantizationPreset.MIXED, subset_size=len(inputs), **options)
    ov.save_model(model, str(folder / "openvino_int8.xml"), compress_to_fp16=False)


def ncnn(name, folder):
    meta = json.loads((folder / "meta.json").read_text())
    shape = str(meta["shape"]).replace(" ", "") + ("i64" if meta["kind"] == "tokens" else "f32")
    # The package's own entry imports PyTorch, which the program does not need.
    program = importlib.util.find_spec("pnnx").submodule_search_locations[0] + "/pnnx"
    with tempfile.TemporaryDirectory() as work:
        shutil.copy(folder / "model.pt", work + "/m.pt")
        done = subprocess.run([program, "m.pt", "inputshape=" + shape, "fp16=0"], cwd=work, capture_output=True,
                              text=True, timeout=900)
        if not os.path.exists(work + "/m.ncnn.param"):
            raise RuntimeError((done.stdout + done.stderr)[-400:])
        for kind in ("param", "bin"):
            shutil.copy(f"{work}/m.ncnn.{kind}", folder / f"model.ncnn.{kind}")


def mnn(name, folder):
    # The module, not the commands mnnconvert and mnnquant: those install a logging client that reports each use.
    for file, options in (("model.mnn", ()), ("mnn_int8.mnn", ("--weightQuantBits", "8"))):
        done = subprocess.run([sys.executable, "-c", "import sys, MNN, _tools; _tools.mnnconvert(sys.argv)", "-f", "ONNX",
                               "--modelFile", str(folder / "model.onnx"), "--MNNModel", str(folder / file), "--bizCode", "bench",
                               *options], capture_output=True, text=True, timeout=900)
        if not (folder / file).exists():
            raise RuntimeError((done.stdout + done.stderr)[-400:])


if __name__ == "__main__":
    os.environ.update(ORT_DISABLE_TELEMETRY="1", ORT_TELEMETRY_DISABLED="1", NNCF_CI="1")
    for name in sys.argv[3:]:
        for step in sys.argv[2].split(","):
            try:
                globals()[step](name, pathlib.Path(sys.argv[1], name))
                print(name, step, "ok", flush=True)
            except Exception as e:
                print(name, step, repr(e)[:600], flush=True)
