"""Modules as people write them, scripted with torch.manual_seed(0): PyTorch's results of forward() and the names of
the weights are in modules.txt, which make_golden.py writes. Each class whose name begins with Test is a test."""
import math
from collections import OrderedDict
from functools import partial
from typing import Callable, Dict, Final, List, Optional, Tuple

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch import Tensor


def image(n: int, c: int, h: int, w: int) -> Tensor:
    return torch.linspace(-1, 1, n * c * h * w).view(n, c, h, w)


def sequence(n: int, t: int, c: int) -> Tensor:
    return torch.linspace(-1, 1, n * t * c).view(n, t, c)


class TestLinear(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(4, 3)
        self.b = nn.Linear(3, 2, bias=False)
        self.c = nn.Bilinear(2, 2, 3)
        self.i = nn.Identity()

    def forward(self):
        y = self.i(self.b(self.a(torch.linspace(-1, 1, 8).view(2, 4))))
        return self.c(y, y)


class TestConv(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Conv2d(3, 8, 3, stride=2, padding=1)
        self.b = nn.Conv2d(8, 8, (3, 1), groups=4, bias=False, padding=(1, 0), dilation=1)
        self.c = nn.ConvTranspose2d(8, 4, 2, stride=2)
        self.d = nn.Conv2d(4, 2, 3, padding=1, padding_mode="reflect")
        self.e = nn.Conv2d(2, 2, 3, padding="same")

    def forward(self):
        return self.e(self.d(self.c(self.b(self.a(image(1, 3, 8, 8))))))


class TestConv1d3d(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Conv1d(2, 3, 3)
        self.b = nn.ConvTranspose1d(3, 2, 2)
        self.c = nn.Conv3d(1, 2, 2)
        self.d = nn.ConvTranspose3d(2, 1, 2)

    def forward(self):
        return self.b(self.a(sequence(1, 2, 6))), self.d(self.c(torch.linspace(-1, 1, 27).view(1, 1, 3, 3, 3)))


class TestNorm(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.BatchNorm2d(4)
        self.b = nn.GroupNorm(2, 4)
        self.c = nn.InstanceNorm2d(4, affine=True)
        self.d = nn.LayerNorm([4, 4])
        self.e = nn.LocalResponseNorm(2)
        self.f = nn.BatchNorm1d(4, momentum=None)
        self.g = nn.BatchNorm2d(4, affine=False, track_running_stats=False)
        self.h = nn.LayerNorm(4, elementwise_affine=False)

    def forward(self):
        y = self.h(self.e(self.d(self.c(self.b(self.a(torch.sin(image(2, 4, 4, 4) * 50)))))))
        return self.f(self.g(y).max(3)[0].max(2)[0]), self.a.running_mean, self.a.num_batches_tracked, self.f.running_var


class TestActivations(nn.Module):
    def __init__(self):
        super().__init__()
        self.all = nn.ModuleList([
            nn.ReLU(), nn.ReLU6(), nn.ReLU(inplace=True), nn.LeakyReLU(0.2), nn.PReLU(), nn.ELU(), nn.SELU(), nn.CELU(),
            nn.GELU(), nn.SiLU(), nn.Mish(), nn.Hardswish(), nn.Hardsigmoid(), nn.Hardtanh(-2.0, 2.0), nn.Sigmoid(),
            nn.Tanh(), nn.Softplus(), nn.Softsign(), nn.Softshrink(), nn.Hardshrink(), nn.Tanhshrink(),
            nn.Threshold(0.1, 20.0), nn.LogSigmoid(), nn.Softmax(dim=1), nn.LogSoftmax(dim=1), nn.Softmin(dim=0),
            nn.GELU(approximate="tanh"), nn.GLU(), nn.RReLU()
        ])

    def forward(self):
        out: List[Tensor] = []
        for i, act in enumerate(self.all):
            if i < 28:
                out.append(act(torch.linspace(-3, 3, 8).view(2, 4)))
        return out


class TestPooling(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.MaxPool2d(2)
        self.b = nn.AvgPool2d(2, stride=1, padding=1)
        self.c = nn.AdaptiveAvgPool2d((2, 1))
        self.d = nn.AdaptiveMaxPool2d(1)
        self.e = nn.MaxPool2d(2, return_indices=True)
        self.h = nn.MaxPool1d(2)
        self.i = nn.AvgPool1d(2)
        self.j = nn.AdaptiveAvgPool1d(2)
        self.k = nn.MaxPool3d(2)
        self.l = nn.AvgPool3d(2)
        self.m = nn.AdaptiveAvgPool3d(1)

    def forward(self):
        x = image(1, 2, 4, 4)
        y, i = self.e(x)
        v = torch.linspace(-1, 1, 64).view(1, 1, 4, 4, 4)
        s = sequence(1, 2, 8)
        return [self.a(x), self.b(x), self.c(x), self.d(x), y, i, self.h(s), self.i(s), self.j(s),
                self.k(v), self.l(v), self.m(v)]


class TestDropoutEval(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Dropout(), nn.Dropout2d(), nn.Dropout3d(0.1), nn.AlphaDropout(),
                                 nn.FeatureAlphaDropout())
        self.net.eval()

    def forward(self):
        return self.net(image(1, 2, 2, 2))


class TestEmbedding(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Embedding(10, 3)
        self.b = nn.Embedding(10, 3, padding_idx=0)
        self.c = nn.EmbeddingBag(10, 3, mode="sum")

    def forward(self):
        i = torch.tensor([[0, 2], [4, 9]])
        return self.a(i), self.b(i), self.c(i), self.c(i.view(-1), torch.tensor([0, 1]))


class TestRecurrent(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.LSTM(3, 4, num_layers=2, bidirectional=True)
        self.b = nn.GRU(8, 4, batch_first=True)
        self.c = nn.RNN(4, 2, nonlinearity="relu")

    def forward(self):
        y, (h, c) = self.a(sequence(5, 2, 3))
        z, g = self.b(y)
        w, r = self.c(z)
        return y, h, c, z, g, w, r


class TestCells(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.LSTMCell(3, 4)
        self.b = nn.GRUCell(4, 2)
        self.c = nn.RNNCell(2, 2)

    def forward(self):
        h, c = self.a(torch.linspace(-1, 1, 6).view(2, 3))
        return h, c, self.c(self.b(h))


class TestAttention(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.MultiheadAttention(8, 2)
        self.b = nn.MultiheadAttention(8, 4, batch_first=True)

    def forward(self):
        x = sequence(3, 2, 8)
        y, w = self.a(x, x, x)
        k = sequence(3, 5, 8)
        z, _ = self.b(y, k, k, need_weights=False)
        return y, w, z


class TestTransformer(nn.Module):
    def __init__(self):
        super().__init__()
        layer = nn.TransformerEncoderLayer(8, 2, dim_feedforward=16, dropout=0.0, batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, num_layers=2)
        self.decoder = nn.TransformerDecoderLayer(8, 2, 16, dropout=0.0, activation="gelu", norm_first=True)

    def forward(self):
        x = self.encoder(sequence(2, 3, 8))
        return x, self.decoder(x, x)


class TestShapes(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Flatten()
        self.b = nn.Unflatten(1, (2, 8))
        self.c = nn.Upsample(scale_factor=2, mode="bilinear", align_corners=False)
        self.d = nn.PixelShuffle(2)
        self.e = nn.PixelUnshuffle(2)
        self.f = nn.ChannelShuffle(2)
        self.g = nn.UpsamplingNearest2d(scale_factor=2)
        self.h = nn.Fold((4, 4), 2, stride=2)
        self.i = nn.Unfold(2, stride=2)

    def forward(self):
        x = image(1, 4, 2, 2)
        y = image(1, 1, 4, 4)
        return [self.a(x), self.b(self.a(x)), self.c(x), self.d(x), self.e(y), self.f(x), self.g(x), self.i(y),
                self.h(self.i(y))]


class TestPadding(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.ZeroPad2d(1)
        self.b = nn.ConstantPad2d((1, 0, 2, 0), 3.5)
        self.c = nn.ReflectionPad2d(1)
        self.d = nn.ReplicationPad2d((1, 0, 0, 1))
        self.e = nn.ReflectionPad1d(1)
        self.f = nn.ConstantPad1d(1, 2.0)

    def forward(self):
        x = image(1, 1, 2, 2)
        return [self.a(x), self.b(x), self.c(x), self.d(x), self.e(x[0]), self.f(x[0])]


class TestLosses(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.CrossEntropyLoss(label_smoothing=0.1)
        self.b = nn.MSELoss(reduction="sum")
        self.c = nn.BCEWithLogitsLoss()
        self.d = nn.NLLLoss()
        self.e = nn.SmoothL1Loss()
        self.f = nn.KLDivLoss(reduction="batchmean")
        self.g = nn.HuberLoss()
        self.h = nn.L1Loss()
        self.i = nn.BCELoss()
        self.j = nn.TripletMarginLoss()
        self.k = nn.CosineEmbeddingLoss()
        self.l = nn.MarginRankingLoss()
        self.m = nn.HingeEmbeddingLoss()
        self.n = nn.SoftMarginLoss()
        self.o = nn.PoissonNLLLoss()
        self.p = nn.GaussianNLLLoss()
        self.q = nn.MultiLabelSoftMarginLoss()
        self.r = nn.MultiMarginLoss()
        self.s = nn.CTCLoss()

    def forward(self):
        x = torch.linspace(-1, 1, 6).view(2, 3)
        y = torch.linspace(0, 1, 6).view(2, 3)
        t = torch.tensor([0, 2])
        sign = torch.tensor([1.0, -1.0])
        log = F.log_softmax(sequence(4, 1, 3), dim=2)
        return [self.a(x, t), self.b(x, y), self.c(x, y), self.d(F.log_softmax(x, 1), t), self.e(x, y),
                self.f(F.log_softmax(x, 1), y), self.g(x, y), self.h(x, y), self.i(y, y.flip(0)), self.j(x, y, x * 2),
                self.k(x, y, sign), self.l(x[:, 0], x[:, 1], sign), self.m(x, y.sign() * 2 - 1), self.n(x, y),
                self.o(x, y), self.p(x, y, y + 1), self.q(x, (y > 0.5).float()), self.r(x, t),
                self.s(log, torch.tensor([[1, 2]]), torch.tensor([4]), torch.tensor([2]))]


class Containers(nn.Module):
    def __init__(self, n: int = 3):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(4, 4) for _ in range(n)])
        self.layers.append(nn.Linear(4, 4, bias=False))
        self.named = nn.ModuleDict({"relu": nn.ReLU(), "tanh": nn.Tanh()})
        self.seq = nn.Sequential(OrderedDict([("fc", nn.Linear(4, 2)), ("act", nn.Sigmoid())]))
        self.weights = nn.ParameterList([nn.Parameter(torch.ones(2) * i) for i in range(2)])
        self.register_buffer("x", torch.linspace(-1, 1, 4).view(1, 4))


class TestModuleList(Containers):
    def forward(self):
        x = self.x
        for i, layer in enumerate(self.layers):
            x = layer(x) + i
        for layer, other in zip(self.layers, self.layers):
            x = layer(x) + other(x)
        return x, self.layers[0](x), self.layers[-1](x), len(self.layers)


class TestModuleDict(Containers):
    def forward(self):
        x = self.x
        names: List[str] = []
        for name, act in self.named.items():
            x = act(x)
            names.append(name)
        for act in self.named.values():
            x = act(x)
        for key in self.named.keys():
            names.append(key)
        return self.named["tanh"](x), names, "relu" in self.named


class TestSequential(Containers):
    def forward(self):
        y = self.seq(self.x)
        for w in self.weights:
            y = y + w
        return y, self.seq.fc(self.x), self.seq[1](self.x)


class Block(nn.Module):
    expansion: int = 2

    def __init__(self, inplanes, planes, stride=1, downsample=None, norm_layer: Optional[Callable[..., nn.Module]] = None):
        super(Block, self).__init__()
        if norm_layer is None:
            norm_layer = nn.BatchNorm2d
        self.conv1 = nn.Conv2d(inplanes, planes, 3, stride, 1, bias=False)
        self.bn1 = norm_layer(planes)
        self.conv2 = nn.Conv2d(planes, planes * self.expansion, 1, bias=False)
        self.bn2 = norm_layer(planes * self.expansion)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = downsample
        self.stride = stride

    def forward(self, x: Tensor) -> Tensor:
        identity = x
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        if self.downsample is not None:
            identity = self.downsample(x)
        out += identity
        return self.relu(out)


class TestResNet(nn.Module):
    def __init__(self, layers=(1, 2), num_classes: int = 5, zero_init: bool = True):
        super().__init__()
        self.inplanes = 8
        self.stem = nn.Sequential(nn.Conv2d(3, 8, 3, bias=False), partial(nn.BatchNorm2d, eps=0.001)(8), nn.ReLU())
        self.layer1 = self._make_layer(Block, 8, layers[0])
        self.layer2 = self._make_layer(Block, 16, layers[1], stride=2)
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(16 * Block.expansion, num_classes)
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
            elif isinstance(m, (nn.BatchNorm2d, nn.GroupNorm)):
                nn.init.constant_(m.weight, 1)
                nn.init.constant_(m.bias, 0)
        if zero_init:
            for m in self.modules():
                if isinstance(m, Block) and m.bn2.weight is not None:
                    nn.init.constant_(m.bn2.weight, 0.5)

    def _make_layer(self, block, planes: int, blocks: int, stride: int = 1) -> nn.Sequential:
        downsample = None
        if stride != 1 or self.inplanes != planes * block.expansion:
            downsample = nn.Sequential(
                nn.Conv2d(self.inplanes, planes * block.expansion, 1, stride, bias=False),
                nn.BatchNorm2d(planes * block.expansion),
            )
        layers = []
        layers.append(block(self.inplanes, planes, stride, downsample))
        self.inplanes = planes * block.expansion
        for _ in range(1, blocks):
            layers.append(block(self.inplanes, planes))
        return nn.Sequential(*layers)

    def _forward_impl(self, x: Tensor) -> Tensor:
        x = self.layer2(self.layer1(self.stem(x)))
        return self.fc(torch.flatten(self.avgpool(x), 1))

    def forward(self):
        return self._forward_impl(image(2, 3, 10, 10))


class ConvBNReLU(nn.Sequential):
    def __init__(self, in_planes, out_planes, kernel_size=3, stride=1, groups=1):
        padding = (kernel_size - 1) // 2
        super().__init__(
            nn.Conv2d(in_planes, out_planes, kernel_size, stride, padding, groups=groups, bias=False),
            nn.BatchNorm2d(out_planes),
            nn.ReLU6(inplace=True),
        )


def _make_divisible(v: float, divisor: int, min_value: Optional[int] = None) -> int:
    if min_value is None:
        min_value = divisor
    new_v = max(min_value, int(v + divisor / 2) // divisor * divisor)
    if new_v < 0.9 * v:
        new_v += divisor
    return new_v


class InvertedResidual(nn.Module):
    def __init__(self, inp: int, oup: int, stride: int, expand_ratio: int):
        super().__init__()
        self.stride = stride
        hidden_dim = int(round(inp * expand_ratio))
        self.use_res_connect = self.stride == 1 and inp == oup
        layers: List[nn.Module] = []
        if expand_ratio != 1:
            layers.append(ConvBNReLU(inp, hidden_dim, kernel_size=1))
        layers.extend([
            ConvBNReLU(hidden_dim, hidden_dim, stride=stride, groups=hidden_dim),
            nn.Conv2d(hidden_dim, oup, 1, 1, 0, bias=False),
            nn.BatchNorm2d(oup),
        ])
        self.conv = nn.Sequential(*layers)

    def forward(self, x: Tensor) -> Tensor:
        if self.use_res_connect:
            return x + self.conv(x)
        else:
            return self.conv(x)


class TestMobileNet(nn.Module):
    def __init__(self):
        super().__init__()
        settings = [
            # t, c, n, s
            [1, 16, 1, 1],
            [6, 24, 2, 2],
        ]
        channels = _make_divisible(32 * 0.35, 8)
        features = [ConvBNReLU(3, channels, stride=2)]
        for t, c, n, s in settings:
            output_channel = _make_divisible(c * 0.35, 8)
            for i in range(n):
                stride = s if i == 0 else 1
                features.append(InvertedResidual(channels, output_channel, stride, expand_ratio=t))
                channels = output_channel
        self.features = nn.Sequential(*features)
        self.classifier = nn.Sequential(nn.Dropout(0.0), nn.Linear(channels, 4))
        for m in self.modules():
            if isinstance(m, nn.Linear):
                nn.init.normal_(m.weight, 0, 1.0)
                nn.init.zeros_(m.bias)

    def forward(self):
        x = self.features(image(1, 3, 16, 16))
        x = nn.functional.adaptive_avg_pool2d(x, (1, 1)).reshape(x.shape[0], -1)
        return self.classifier(x)


class TestParameters(nn.Module):
    scale: Final[float]
    names: List[str]
    maybe: Optional[int]

    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.randn(2, 2))
        self.register_parameter("none", None)
        self.register_buffer("steps", torch.zeros(1))
        self.register_buffer("hidden", torch.ones(2), persistent=False)
        self.scale = 2.5
        self.names = []
        self.table: Dict[str, int] = {"a": 1}
        self.pair = (1, "x")
        self.sizes = [3, 4]
        self.maybe = None
        self.act = F.relu
        self.op = torch.tanh
        torch.nn.init.xavier_uniform_(self.w, gain=nn.init.calculate_gain("relu"))

    def forward(self):
        self.steps += 1
        self.names.append("n")
        self.table["b"] = self.sizes[0]
        if self.maybe is None:
            self.maybe = 3
        y = self.act(self.w) * self.scale + self.op(self.hidden)
        if self.none is None:
            y = y + 1
        return y, self.steps, self.names, self.table, self.pair[1], self.maybe


class TestMethods(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(2, 2)
        self.n = 3

    @torch.jit.export
    def exported(self, x: Tensor) -> Tensor:
        return self.fc(x) * 2

    @torch.jit.ignore
    def ignored(self, x):
        return eval("x")

    @torch.jit.unused
    def unused(self, x: Tensor) -> Tensor:
        return [y for y in iter(x)][0]

    @property
    def twice(self) -> int:
        return self.n * 2

    @staticmethod
    def static(x: Tensor, by: int = 2) -> Tensor:
        return x * by

    def private(self, x: Tensor, flag: bool = False):
        return x if not flag else self.unused(x)

    def forward(self):
        x = torch.ones(1, 2)
        return self.exported(x), self.twice, self.static(x), self.private(x), hasattr(self, "fc"), \
            hasattr(self, "nothing"), getattr(self, "n")


def pre_hook(self, input: Tuple[Tensor]) -> Tuple[Tensor]:
    return (input[0] * 2,)


def after_hook(self, input: Tuple[Tensor], output: Tensor) -> Tensor:
    return output + input[0]


class Hooked(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x * 10


class TestHooks(nn.Module):
    def __init__(self):
        super().__init__()
        self.sub = Hooked()
        self.sub.register_forward_pre_hook(pre_hook)
        self.sub.register_forward_hook(after_hook)

    def forward(self):
        return self.sub(torch.ones(2))


class Base(nn.Module):
    def __init__(self, width: int):
        super().__init__()
        self.fc = nn.Linear(width, width)

    def body(self, x: Tensor) -> Tensor:
        return self.fc(x)

    def forward(self):
        return self.body(torch.ones(1, 2))


class TestInheritance(Base):
    def __init__(self):
        super().__init__(width=2)
        self.extra = nn.Linear(2, 1)

    def body(self, x: Tensor) -> Tensor:
        return self.extra(self.fc(x))


class TestShared(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(2, 2)
        self.b = self.a
        self.c = nn.Linear(2, 2)
        self.c.weight = self.a.weight

    def forward(self):
        return self.c(self.b(self.a(torch.ones(1, 2))))


class TestForkedModule(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(2, 2)

    def run(self, x: Tensor, n: int) -> Tensor:
        return self.fc(x) * n

    def forward(self):
        x = torch.ones(1, 2)
        a = torch.jit.fork(self.fc, x)
        b = torch.jit.fork(self.run, x, 3)
        return torch.jit.wait(a), torch.jit.wait(b)


@torch.jit.interface
class Shape(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        pass


class Twice(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x * 2


class TestInterface(nn.Module):
    shape: Shape

    def __init__(self):
        super().__init__()
        self.shape = Twice()

    def forward(self):
        return self.shape.forward(torch.ones(2))
