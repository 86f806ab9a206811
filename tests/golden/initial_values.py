#!/usr/bin/env python3
"""Writes tests/golden/initial_values.txt: what PyTorch's layers and init functions hold after
torch.manual_seed(0). Lines: case, parameter, sizes, values; and for each case "next", the number that the generator
gives afterwards. src/train/nn/initial_values_test.cpp makes the same with ours.

Run with a python3 that has torch: tests/golden/initial_values.py
"""
import pathlib

import torch
from torch import nn

LAYERS = {
    "Linear": lambda: nn.Linear(3, 4),
    "LinearNoBias": lambda: nn.Linear(3, 4, bias=False),
    "LinearLarge": lambda: nn.Linear(9, 7),
    "Bilinear": lambda: nn.Bilinear(2, 3, 4),
    "Conv1d": lambda: nn.Conv1d(2, 3, 3),
    "Conv2d": lambda: nn.Conv2d(4, 6, (2, 3), groups=2),
    "Conv3d": lambda: nn.Conv3d(1, 2, 2, bias=False),
    "ConvTranspose1d": lambda: nn.ConvTranspose1d(2, 3, 3),
    "ConvTranspose2d": lambda: nn.ConvTranspose2d(4, 2, 3, groups=2),
    "ConvTranspose3d": lambda: nn.ConvTranspose3d(1, 2, 2),
    "BatchNorm2d": lambda: nn.BatchNorm2d(3),
    "LayerNorm": lambda: nn.LayerNorm([2, 3]),
    "GroupNorm": lambda: nn.GroupNorm(2, 4),
    "PReLU": lambda: nn.PReLU(2),
    "Embedding": lambda: nn.Embedding(5, 4, padding_idx=1),
    "EmbeddingBag": lambda: nn.EmbeddingBag(5, 4),
    "RNN": lambda: nn.RNN(3, 4, num_layers=2),
    "LSTM": lambda: nn.LSTM(3, 4, bidirectional=True),
    "LSTMProj": lambda: nn.LSTM(3, 4, proj_size=2),
    "GRU": lambda: nn.GRU(3, 4, bias=False),
    "RNNCell": lambda: nn.RNNCell(3, 4),
    "LSTMCell": lambda: nn.LSTMCell(3, 4),
    "GRUCell": lambda: nn.GRUCell(3, 4),
    "MultiheadAttention": lambda: nn.MultiheadAttention(4, 2, add_bias_kv=True),
    "MultiheadAttentionKV": lambda: nn.MultiheadAttention(4, 2, kdim=3, vdim=5),
    "TransformerEncoderLayer": lambda: nn.TransformerEncoderLayer(4, 2, 5),
    "TransformerDecoderLayer": lambda: nn.TransformerDecoderLayer(4, 2, 5),
    "Transformer": lambda: nn.Transformer(4, 2, 2, 1, 5),
    "AdaptiveLogSoftmaxWithLoss": lambda: nn.AdaptiveLogSoftmaxWithLoss(16, 10, [3, 6]),
}
INITS = {
    "uniform_": lambda t: nn.init.uniform_(t, -1, 2),
    "normal_": lambda t: nn.init.normal_(t, 1, 2),
    "xavier_uniform_": lambda t: nn.init.xavier_uniform_(t, 1.5),
    "xavier_normal_": lambda t: nn.init.xavier_normal_(t),
    "kaiming_uniform_": lambda t: nn.init.kaiming_uniform_(t, mode="fan_out", nonlinearity="relu"),
    "kaiming_normal_": lambda t: nn.init.kaiming_normal_(t, 0.1),
    "orthogonal_": lambda t: nn.init.orthogonal_(t, 2),
    "sparse_": lambda t: nn.init.sparse_(t, 0.3),
    "eye_": lambda t: nn.init.eye_(t),
    "constant_": lambda t: nn.init.constant_(t, 0.5),
}


def line(case, name, tensor):
    sizes = ",".join(map(str, tensor.shape))
    return "\t".join([case, name, sizes, " ".join(f"{v:.9g}" for v in tensor.detach().flatten().tolist())])


def main():
    lines = []
    for case, make in LAYERS.items():
        torch.manual_seed(0)
        layer = make()
        lines += [line(case, name, p) for name, p in sorted(layer.named_parameters())]
        lines.append(line(case, "next", torch.rand(1)))
    for case, fill in INITS.items():
        for rows, columns in ((6, 5), (5, 6)):
            torch.manual_seed(0)
            lines.append(line(case, "tensor", fill(torch.empty(rows, columns))))
            lines.append(line(case, "next", torch.rand(1)))
    torch.manual_seed(0)
    lines.append(line("dirac_", "tensor", nn.init.dirac_(torch.empty(3, 2, 3))))
    pathlib.Path(__file__).with_suffix(".txt").write_text("\n".join(lines) + "\n")


main()
