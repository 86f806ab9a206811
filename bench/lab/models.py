"""The networks that engines are compared on: torchvision's, and compact ones of the same shape as well-known mobile models.

Runs under PyTorch 1.13 and 2.x, so that every exporter builds the same network: weights are random with a fixed seed,
and batch norm's statistics are settled on a few inputs, which keeps activations (and 8-bit results) in a sane range.
"""
import math

import torch
import torch.nn as nn
import torch.nn.functional as F


class ConvBnSilu(nn.Module):
    def __init__(self, inputs, outputs, kernel=1, stride=1, padding=None):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2 if padding is None else padding, bias=False)
        self.bn = nn.BatchNorm2d(outputs, eps=1e-3)
        self.act = nn.SiLU()

    def forward(self, x):
        return self.act(self.bn(self.conv(x)))


class Residual(nn.Module):
    def __init__(self, channels, add):
        super().__init__()
        self.a, self.b, self.add = ConvBnSilu(channels, channels), ConvBnSilu(channels, channels, 3), add

    def forward(self, x):
        y = self.b(self.a(x))
        return x + y if self.add else y


class CrossStage(nn.Module):
    """YOLOv5's C3."""

    def __init__(self, inputs, outputs, repeats, add=True):
        super().__init__()
        half = outputs // 2
        self.left, self.right = ConvBnSilu(inputs, half), ConvBnSilu(inputs, half)
        self.out = ConvBnSilu(2 * half, outputs)
        self.middle = nn.Sequential(*[Residual(half, add) for _ in range(repeats)])

    def forward(self, x):
        return self.out(torch.cat((self.middle(self.left(x)), self.right(x)), 1))


class PyramidPool(nn.Module):
    """YOLOv5's SPPF."""

    def __init__(self, channels):
        super().__init__()
        self.into, self.out = ConvBnSilu(channels, channels // 2), ConvBnSilu(channels * 2, channels)
        self.pool = nn.MaxPool2d(5, 1, 2)

    def forward(self, x):
        x = self.into(x)
        a = self.pool(x)
        b = self.pool(a)
        return self.out(torch.cat((x, a, b, self.pool(b)), 1))


class YoloV5n(nn.Module):
    """Width 0.25, depth 0.33, 80 classes; the three raw heads side by side."""

    def __init__(self, classes=80):
        super().__init__()
        c = (16, 32, 64, 128, 256)
        self.stem = ConvBnSilu(3, c[0], 6, 2, 2)
        self.down1 = nn.Sequential(ConvBnSilu(c[0], c[1], 3, 2), CrossStage(c[1], c[1], 1))
        self.down2 = nn.Sequential(ConvBnSilu(c[1], c[2], 3, 2), CrossStage(c[2], c[2], 2))
        self.down3 = nn.Sequential(ConvBnSilu(c[2], c[3], 3, 2), CrossStage(c[3], c[3], 3))
        self.down4 = nn.Sequential(ConvBnSilu(c[3], c[4], 3, 2), CrossStage(c[4], c[4], 1), PyramidPool(c[4]))
        self.up = nn.Upsample(scale_factor=2.0, mode="nearest")
        self.top4, self.up3 = ConvBnSilu(c[4], c[3]), CrossStage(c[4], c[3], 1, False)
        self.top3, self.up2 = ConvBnSilu(c[3], c[2]), CrossStage(c[3], c[2], 1, False)
        self.pan2, self.out3 = ConvBnSilu(c[2], c[2], 3, 2), CrossStage(c[3], c[3], 1, False)
        self.pan3, self.out4 = ConvBnSilu(c[3], c[3], 3, 2), CrossStage(c[4], c[4], 1, False)
        outputs = 3 * (classes + 5)
        self.head2, self.head3, self.head4 = (nn.Conv2d(n, outputs, 1) for n in (c[2], c[3], c[4]))

    def forward(self, x):
        f2 = self.down2(self.down1(self.stem(x)))
        f3 = self.down3(f2)
        p4 = self.top4(self.down4(f3))
        p3 = self.top3(self.up3(torch.cat((self.up(p4), f3), 1)))
        o2 = self.up2(torch.cat((self.up(p3), f2), 1))
        o3 = self.out3(torch.cat((self.pan2(o2), p3), 1))
        o4 = self.out4(torch.cat((self.pan3(o3), p4), 1))
        return torch.cat((self.head2(o2).flatten(2), self.head3(o3).flatten(2), self.head4(o4).flatten(2)), 2)


class PadConvNorm(nn.Sequential):
    def __init__(self, inputs, outputs, kernel=3, stride=1, padding=(1, 1, 1, 1), groups=1):
        super().__init__(nn.ReflectionPad2d(padding) if any(padding) else nn.Identity(),
                         nn.Conv2d(inputs, outputs, kernel, stride, 0, groups=groups, bias=False),
                         nn.GroupNorm(1, outputs, affine=True), nn.LeakyReLU(0.2))


class InvertedResidual(nn.Module):
    def __init__(self, inputs, outputs, expand):
        super().__init__()
        hidden = int(round(inputs * expand))
        self.add = inputs == outputs
        self.body = nn.Sequential(PadConvNorm(inputs, hidden, 1, 1, (0, 0, 0, 0)),
                                  PadConvNorm(hidden, hidden, groups=hidden),
                                  nn.Conv2d(hidden, outputs, 1, bias=False), nn.GroupNorm(1, outputs, affine=True))

    def forward(self, x):
        y = self.body(x)
        return x + y if self.add else y


class AnimeGenerator(nn.Module):
    """Of AnimeGANv2's shape."""

    def __init__(self):
        super().__init__()
        down, seven = (0, 1, 0, 1), (3, 3, 3, 3)
        self.a = nn.Sequential(PadConvNorm(3, 32, 7, 1, seven), PadConvNorm(32, 64, 3, 2, down), PadConvNorm(64, 64))
        self.b = nn.Sequential(PadConvNorm(64, 128, 3, 2, down), PadConvNorm(128, 128))
        self.c = nn.Sequential(PadConvNorm(128, 128), InvertedResidual(128, 256, 2), InvertedResidual(256, 256, 2),
                               InvertedResidual(256, 256, 2), InvertedResidual(256, 256, 2), PadConvNorm(256, 128))
        self.up = nn.Upsample(scale_factor=2.0, mode="bilinear", align_corners=False)
        self.d = nn.Sequential(PadConvNorm(128, 128), PadConvNorm(128, 128))
        self.e = nn.Sequential(PadConvNorm(128, 64), PadConvNorm(64, 64), PadConvNorm(64, 32, 7, 1, seven))
        self.out = nn.Conv2d(32, 3, 1, bias=False)

    def forward(self, x):
        y = self.c(self.b(self.a(x)))
        return torch.tanh(self.out(self.e(self.up(self.d(self.up(y))))))


class Attention(nn.Module):
    def __init__(self, dim, heads):
        super().__init__()
        self.heads = heads
        self.q, self.k, self.v, self.o = (nn.Linear(dim, dim) for _ in range(4))

    def forward(self, x):
        batch, steps, dim = x.shape
        heads, each = self.heads, dim // self.heads
        q = self.q(x).view(batch, steps, heads, each).transpose(1, 2)
        k = self.k(x).view(batch, steps, heads, each).transpose(1, 2)
        v = self.v(x).view(batch, steps, heads, each).transpose(1, 2)
        weights = torch.softmax(torch.matmul(q, k.transpose(2, 3)) * (1.0 / math.sqrt(each)), -1)
        return self.o(torch.matmul(weights, v).transpose(1, 2).reshape(batch, steps, dim))


class Encoder(nn.Module):
    """A transformer's layer; norms before the parts as in ViT, or after the sums as in BERT."""

    def __init__(self, dim, heads, hidden, norm_first, eps):
        super().__init__()
        self.attention = Attention(dim, heads)
        self.norm1, self.norm2 = nn.LayerNorm(dim, eps=eps), nn.LayerNorm(dim, eps=eps)
        self.wide, self.narrow = nn.Linear(dim, hidden), nn.Linear(hidden, dim)
        self.norm_first = norm_first

    def feed(self, x):
        return self.narrow(F.gelu(self.wide(x)))

    def forward(self, x):
        if self.norm_first:
            x = x + self.attention(self.norm1(x))
            return x + self.feed(self.norm2(x))
        x = self.norm1(x + self.attention(x))
        return self.norm2(x + self.feed(x))


class DistilBert(nn.Module):
    def __init__(self, vocabulary=30522, dim=768, heads=12, layers=6, positions=512):
        super().__init__()
        self.tokens, self.positions = nn.Embedding(vocabulary, dim), nn.Embedding(positions, dim)
        self.norm = nn.LayerNorm(dim, eps=1e-12)
        self.body = nn.Sequential(*[Encoder(dim, heads, 4 * dim, False, 1e-12) for _ in range(layers)])
        self.register_buffer("ids", torch.arange(128).view(1, 128))

    def forward(self, x):
        return self.body(self.norm(self.tokens(x) + self.positions(self.ids)))


class VisionTransformer(nn.Module):
    def __init__(self, dim, heads, layers=12, patch=16, size=224):
        super().__init__()
        self.patches = nn.Conv2d(3, dim, patch, patch)
        self.first = nn.Parameter(torch.randn(1, 1, dim) * 0.02)
        self.positions = nn.Parameter(torch.randn(1, (size // patch) ** 2 + 1, dim) * 0.02)
        self.body = nn.Sequential(*[Encoder(dim, heads, 4 * dim, True, 1e-6) for _ in range(layers)])
        self.norm, self.head = nn.LayerNorm(dim, eps=1e-6), nn.Linear(dim, 1000)

    def forward(self, x):
        x = self.patches(x).flatten(2).transpose(1, 2)
        x = torch.cat((self.first, x), 1) + self.positions
        return self.head(self.norm(self.body(x))[:, 0])


class Lstm(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.LSTM(80, 256, 1, batch_first=True)

    def forward(self, x):
        return self.rnn(x)[0]


class LeNet5(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 6, 5, padding=2), nn.Conv2d(6, 16, 5)
        self.full1, self.full2, self.full3 = nn.Linear(400, 120), nn.Linear(120, 84), nn.Linear(84, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        return self.full3(F.relu(self.full2(F.relu(self.full1(x.flatten(1))))))


class Mlp3(nn.Module):
    def __init__(self):
        super().__init__()
        self.full1, self.full2, self.full3 = nn.Linear(784, 256), nn.Linear(256, 128), nn.Linear(128, 10)

    def forward(self, x):
        return self.full3(F.relu(self.full2(F.relu(self.full1(x)))))


class DeepLab(nn.Module):
    def __init__(self):
        super().__init__()
        import torchvision
        self.net = torchvision.models.segmentation.deeplabv3_mobilenet_v3_large(
            weights=None, weights_backbone=None, num_classes=21, aux_loss=False)

    def forward(self, x):
        return self.net(x)["out"]


def torchvision_model(name):
    def make():
        import torchvision
        return getattr(torchvision.models, name)(weights=None)
    return make


def picture(size):
    return (1, 3, size, size)


# name: (maker, input's shape, kind of input)
MODELS = {
    "mobilenet_v2": (torchvision_model("mobilenet_v2"), picture(224), "picture"),
    "mobilenet_v3_large": (torchvision_model("mobilenet_v3_large"), picture(224), "picture"),
    "mobilenet_v3_small": (torchvision_model("mobilenet_v3_small"), picture(224), "picture"),
    "squeezenet1_1": (torchvision_model("squeezenet1_1"), picture(224), "picture"),
    "shufflenet_v2": (torchvision_model("shufflenet_v2_x1_0"), picture(224), "picture"),
    "resnet18": (torchvision_model("resnet18"), picture(224), "picture"),
    "resnet50": (torchvision_model("resnet50"), picture(224), "picture"),
    "deeplabv3_mnv3": (DeepLab, picture(256), "picture"),
    "yolov5n": (YoloV5n, picture(640), "picture"),
    "animegan_256": (AnimeGenerator, picture(256), "picture"),
    "animegan_300": (AnimeGenerator, picture(300), "picture"),
    "animegan_400": (AnimeGenerator, picture(400), "picture"),
    "animegan_640": (AnimeGenerator, picture(640), "picture"),
    "deit_tiny": (lambda: VisionTransformer(192, 3), picture(224), "picture"),
    "vit_b_16": (lambda: VisionTransformer(768, 12), picture(224), "picture"),
    "distilbert": (DistilBert, (1, 128), "tokens"),
    "lstm": (Lstm, (1, 100, 80), "plain"),
    "lenet5": (LeNet5, (1, 1, 28, 28), "picture"),
    "mlp3": (Mlp3, (1, 784), "plain"),
}
TRANSFORMERS = ("deit_tiny", "vit_b_16", "distilbert")


def make_input(name, seed):
    _, shape, kind = MODELS[name]
    generator = torch.Generator().manual_seed(1000 + seed)
    if kind == "tokens":
        return torch.randint(0, 30522, shape, generator=generator)
    if kind == "plain":
        return torch.randn(shape, generator=generator)
    small = max(4, shape[-1] // 16)   # smooth noise and fine noise, as in a photo
    smooth = torch.randn(1, shape[1], small, small, generator=generator)
    smooth = F.interpolate(smooth, size=shape[-2:], mode="bilinear", align_corners=False)
    return smooth + 0.2 * torch.randn(shape, generator=generator)


def calibration_inputs(name):
    return [make_input(name, 100 + i) for i in range(2 if name.startswith("animegan") else 8)]


def settle_batch_norm(model, name):
    norms = [m for m in model.modules() if isinstance(m, nn.modules.batchnorm._BatchNorm)]
    if not norms:
        return
    model.train()
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.eval()
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None   # the plain average
    with torch.no_grad():
        model(torch.cat(calibration_inputs(name)[:4]))
    for norm in norms:
        norm.momentum = 0.1
    model.eval()


def build(name, state=None):
    """The network in eval mode: new with settled statistics, or with the weights of `state`."""
    torch.manual_seed(7)
    model = MODELS[name][0]().eval()
    if state is None:
        settle_batch_norm(model, name)
    else:
        model.load_state_dict(state)
    return model.eval()
