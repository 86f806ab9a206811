"""What every engine starts from, by PyTorch 1.13 (with XNNPACK and QNNPACK, as Debian's python3-torch has them).

usage: prepare_torch.py FOLDER MODEL...     writes, below FOLDER/MODEL:
  state.pt input.npy ref.npy calib/N.npy   weights, an input, eager PyTorch's output in float32, inputs to calibrate with
  plain.ptl mobile.ptl                     traced as it is; frozen and optimized for mobile
  int8.ptl ref_int8.npy                    quantized by PyTorch (FX with QNNPACK; the linear and recurrent layers of
                                           transformers and LSTMs dynamically), and what PyTorch gives for it
  model.pt model.onnx meta.json            TorchScript, ONNX, multiply-adds and parameters
"""
import json
import os
import pathlib
import sys
import traceback
import warnings

warnings.simplefilter("ignore")
import numpy as np
import torch
import torchvision
from torch.ao.quantization import get_default_qconfig, get_default_qconfig_mapping, quantize_dynamic
from torch.ao.quantization.quantize_fx import convert_fx, prepare_fx
from torch.utils.mobile_optimizer import optimize_for_mobile

import models

DYNAMIC = models.TRANSFORMERS + ("lstm",)


def multiply_adds(model, x):
    """Of convolutions, linear layers, attention and LSTMs, in one run."""
    total = 0

    def count(module, inputs, output):
        nonlocal total
        if isinstance(module, torch.nn.Conv2d):
            total += output.numel() * module.weight[0].numel()
        elif isinstance(module, torch.nn.Linear):
            total += output.numel() * module.in_features
        elif isinstance(module, models.Attention):
            batch, steps, dim = inputs[0].shape
            total += 2 * batch * steps * steps * dim
        elif isinstance(module, torch.nn.LSTM):
            total += inputs[0].shape[0] * inputs[0].shape[1] * sum(w.numel() for n, w in module.named_parameters() if "weight" in n)

    hooks = [m.register_forward_hook(count) for m in model.modules()]
    model(x)
    for hook in hooks:
        hook.remove()
    return total


def save_float(model, x, folder):
    traced = torch.jit.trace(model, x, check_trace=False).eval()
    traced.save(str(folder / "model.pt"))
    traced._save_for_lite_interpreter(str(folder / "plain.ptl"))
    # optimize_for_mobile alone folds the batch norms of a traced module wrongly in this release: freeze first
    optimize_for_mobile(torch.jit.freeze(traced))._save_for_lite_interpreter(str(folder / "mobile.ptl"))


def save_onnx(model, x, folder):
    torch.onnx.export(model, (x,), str(folder / "model.onnx"), input_names=["x"], output_names=["y"], opset_version=17)


def quantize_shufflenet(state, name, engine):
    """Module by module: FX cannot trace its channel shuffle in this release."""
    model = torchvision.models.quantization.shufflenet_v2_x1_0(weights=None, quantize=False).eval()
    model.load_state_dict(state)
    model.fuse_model(is_qat=False)
    model.qconfig = get_default_qconfig(engine)
    torch.ao.quantization.prepare(model, inplace=True)
    for sample in models.calibration_inputs(name):
        model(sample)
    return torch.ao.quantization.convert(model)


def quantize(model, x, name, engine):
    torch.backends.quantized.engine = engine
    if name == "shufflenet_v2":
        return quantize_shufflenet(model.state_dict(), name, engine)
    if name in DYNAMIC:
        return quantize_dynamic(model, {torch.nn.Linear, torch.nn.LSTM}, torch.qint8)
    prepared = prepare_fx(model, get_default_qconfig_mapping(engine), (x,))
    for sample in models.calibration_inputs(name):
        prepared(sample)
    return convert_fx(prepared)


def save_int8(model, x, name, folder, engine="qnnpack"):
    traced = torch.jit.trace(quantize(model, x, name, engine), x, check_trace=False).eval()
    if name not in DYNAMIC:   # leaves the packed parameters as attributes, which is all that freezing would change
        traced = torch.jit.freeze(traced)
    best = optimize_for_mobile(traced)
    best._save_for_lite_interpreter(str(folder / "int8.ptl"))
    np.save(folder / "ref_int8.npy", best(x).numpy())


def step(meta, what, function, *args):
    try:
        function(*args)
        meta[what] = "ok"
    except Exception as e:
        traceback.print_exc()
        meta[what] = repr(e)[:400]


def prepare(name, folder):
    (folder / "calib").mkdir(parents=True, exist_ok=True)
    model, x, meta = models.build(name), models.make_input(name, 0), {}
    torch.save(model.state_dict(), folder / "state.pt")
    ref = model(x)
    np.save(folder / "input.npy", x.numpy())
    np.save(folder / "ref.npy", ref.numpy())
    for i, sample in enumerate(models.calibration_inputs(name)):
        np.save(folder / f"calib/{i}.npy", sample.numpy())
    meta.update(macs=multiply_adds(model, x), parameters=sum(p.numel() for p in model.parameters()),
                shape=list(x.shape), kind=models.MODELS[name][2])
    step(meta, "float", save_float, model, x, folder)
    step(meta, "onnx", save_onnx, model, x, folder)
    step(meta, "int8", save_int8, models.build(name, model.state_dict()), x, name, folder)
    (folder / "meta.json").write_text(json.dumps(meta, indent=1) + "\n")
    print(name, meta, flush=True)


if __name__ == "__main__":
    os.environ["PYTORCH_NNPACK"] = "0"
    torch.set_num_threads(1)
    torch.set_grad_enabled(False)
    for name in sys.argv[2:]:
        prepare(name, pathlib.Path(sys.argv[1], name))
