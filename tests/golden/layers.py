#!/usr/bin/env python3
"""Writes tests/golden/layers.txt: results and gradients of PyTorch's layers and losses, which src/train/nn/layers_test.cpp
compares ours with. Lines: case, "output" or "grad<i>", sizes, values. Inputs are sines; layers are made after
torch.manual_seed(0).

Run with a python3 that has torch: tests/golden/layers.py
"""
import pathlib

import torch
from torch import nn


def wave(*sizes, shift=0.0):
    n = torch.Size(sizes).numel()
    return torch.sin(torch.arange(n, dtype=torch.float32) * 0.7 + shift).reshape(sizes)


LABELS = torch.tensor([1, 0, 2])
PLUS_MINUS = torch.tensor([[1.0, -1, 1, -1], [-1, -1, 1, 1], [1, 1, -1, -1]])
X = (2, 4, 6)
P = (2, 4, 7, 6)
V = (1, 2, 5, 4, 6)
UNARY = {
    "ELU": (nn.ELU(1.5), X), "SELU": (nn.SELU(), X), "Hardshrink": (nn.Hardshrink(0.3), X),
    "Hardtanh": (nn.Hardtanh(-0.5, 0.7), X), "LeakyReLU": (nn.LeakyReLU(0.2), X), "LogSigmoid": (nn.LogSigmoid(), X),
    "Softmax": (nn.Softmax(1), X), "Softmin": (nn.Softmin(1), X), "LogSoftmax": (nn.LogSoftmax(2), X),
    "Softmax2d": (nn.Softmax2d(), P), "ReLU6": (nn.ReLU6(), X), "CELU": (nn.CELU(0.7), X), "GLU": (nn.GLU(1), X),
    "GELU": (nn.GELU(), X), "SiLU": (nn.SiLU(), X), "Mish": (nn.Mish(), X), "Softplus": (nn.Softplus(2, 1), X),
    "Softshrink": (nn.Softshrink(0.2), X), "Softsign": (nn.Softsign(), X), "Tanhshrink": (nn.Tanhshrink(), X),
    "Threshold": (nn.Threshold(0.1, 20), X), "PReLU": (nn.PReLU(4), X), "RReLU": (nn.RReLU().eval(), X),
    "LocalResponseNorm": (nn.LocalResponseNorm(3, alpha=0.1), P),
    "AvgPool1d": (nn.AvgPool1d(2), X), "AvgPool2d": (nn.AvgPool2d(3, 2, 1, count_include_pad=False), P),
    "AvgPool3d": (nn.AvgPool3d(2), V), "MaxPool1d": (nn.MaxPool1d(3, 1), X),
    "MaxPool2d": (nn.MaxPool2d(2, ceil_mode=True), P), "MaxPool3d": (nn.MaxPool3d(2, padding=1), V),
    "AdaptiveAvgPool2d": (nn.AdaptiveAvgPool2d((3, None)), P), "AdaptiveMaxPool2d": (nn.AdaptiveMaxPool2d((None, 4)), P),
    "LPPool1d": (nn.LPPool1d(2, 3), X), "LPPool2d": (nn.LPPool2d(2, 2), P),
    "ReflectionPad2d": (nn.ReflectionPad2d((1, 2, 0, 1)), P), "ReplicationPad3d": (nn.ReplicationPad3d(1), V),
    "ZeroPad2d": (nn.ZeroPad2d(2), P), "ConstantPad1d": (nn.ConstantPad1d((1, 2), 3.5), X),
    "PixelShuffle": (nn.PixelShuffle(2), P), "PixelUnshuffle": (nn.PixelUnshuffle(2), (1, 2, 4, 6)),
    "Unfold": (nn.Unfold((2, 3), padding=1), P), "Fold": (nn.Fold((4, 5), (2, 2)), (2, 8, 12)),
    "UpsampleNearest": (nn.Upsample(scale_factor=2), P),
    "UpsampleBilinear": (nn.Upsample(size=(9, 5), mode="bilinear", align_corners=True), P),
    "UpsampleTrilinear": (nn.Upsample(scale_factor=2, mode="trilinear", align_corners=False), V),
    "InstanceNorm2d": (nn.InstanceNorm2d(4, affine=True), P), "BatchNorm1d": (nn.BatchNorm1d(4), X),
}
MADE = {
    "Linear": (lambda: nn.Linear(6, 3), X), "Conv1d": (lambda: nn.Conv1d(4, 3, 3, padding="same"), X),
    "Conv2d": (lambda: nn.Conv2d(4, 6, (3, 2), (2, 1), (1, 2), groups=2), P),
    "Conv2dReflect": (lambda: nn.Conv2d(4, 2, 3, padding=(1, 2), padding_mode="reflect"), P),
    "Conv3d": (lambda: nn.Conv3d(2, 3, 2, dilation=2), V),
    "ConvTranspose2d": (lambda: nn.ConvTranspose2d(4, 2, 3, 2, 1, 1), P),
}
LOSSES = {
    "L1Loss": (nn.L1Loss(), wave(3, 4, shift=1)), "MSELoss": (nn.MSELoss(reduction="sum"), wave(3, 4, shift=1)),
    "SmoothL1Loss": (nn.SmoothL1Loss(beta=0.5), wave(3, 4, shift=1)), "HuberLoss": (nn.HuberLoss(delta=0.5), wave(3, 4, shift=1)),
    "KLDivLoss": (nn.KLDivLoss(reduction="batchmean"), wave(3, 4, shift=1).abs()),
    "BCEWithLogitsLoss": (nn.BCEWithLogitsLoss(pos_weight=wave(4).abs()), wave(3, 4, shift=1).abs()),
    "HingeEmbeddingLoss": (nn.HingeEmbeddingLoss(0.5), PLUS_MINUS), "SoftMarginLoss": (nn.SoftMarginLoss(), PLUS_MINUS),
    "PoissonNLLLoss": (nn.PoissonNLLLoss(full=True), wave(3, 4, shift=1).abs() * 3),
    "MultiMarginLoss": (nn.MultiMarginLoss(p=2), LABELS), "NLLLoss": (nn.NLLLoss(weight=wave(4).abs()), LABELS),
    "CrossEntropyLoss": (nn.CrossEntropyLoss(label_smoothing=0.1), LABELS),
    "MultiLabelSoftMarginLoss": (nn.MultiLabelSoftMarginLoss(), wave(3, 4, shift=1).abs().round()),
}
lines = []


def put(case, name, tensor):
    values = " ".join(f"{v:.6g}" for v in tensor.detach().flatten().tolist())
    lines.append("\t".join([case, name, ",".join(map(str, tensor.shape)), values]))


def run(case, f, *inputs):
    inputs = [x.requires_grad_() for x in inputs]
    output = f(*inputs)
    put(case, "output", output)
    (output * wave(*output.shape, shift=2)).sum().backward()
    for i, x in enumerate(inputs):
        put(case, f"grad{i}", x.grad)


def main():
    for case, (layer, sizes) in UNARY.items():
        run(case, layer, wave(*sizes))
    for case, (make, sizes) in MADE.items():
        torch.manual_seed(0)
        run(case, make(), wave(*sizes))
    for case, (loss, target) in LOSSES.items():
        run(case, lambda x, loss=loss, target=target: loss(x, target), wave(3, 4))
    run("TripletMarginLoss", nn.TripletMarginLoss(swap=True), wave(3, 4), wave(3, 4, shift=1), wave(3, 4, shift=2))
    run("CosineSimilarity", nn.CosineSimilarity(), wave(3, 4), wave(3, 4, shift=1))
    run("PairwiseDistance", nn.PairwiseDistance(3), wave(3, 4), wave(3, 4, shift=1))
    torch.manual_seed(0)
    run("LSTM", lambda x, net=nn.LSTM(6, 4, 2, bidirectional=True, proj_size=3): net(x)[0], wave(*X))
    torch.manual_seed(0)
    run("GRU", lambda x, net=nn.GRU(6, 4, batch_first=True): net(x)[0], wave(*X))
    torch.manual_seed(0)
    run("RNN", lambda x, net=nn.RNN(6, 4, nonlinearity="relu"): net(x)[0], wave(*X))
    torch.manual_seed(0)
    run("MultiheadAttention", lambda q, k, net=nn.MultiheadAttention(6, 2): net(q, k, k)[0], wave(*X), wave(3, 4, 6))
    torch.manual_seed(0)
    run("Transformer", nn.Transformer(6, 2, 1, 1, 8).eval(), wave(*X), wave(3, 4, 6))
    pathlib.Path(__file__).with_suffix(".txt").write_text("\n".join(lines) + "\n")


main()
