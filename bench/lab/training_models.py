"""The models of bench/training as PyTorch has them, and a batch for each. bench/training_worker.cpp builds the same ones and
reads their weights in the order of state_dict()."""
import torch
from torch import nn


class Residual(nn.Module):
    def __init__(self, inputs, channels, stride):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(inputs, channels, 3, stride, 1, bias=False), nn.BatchNorm2d(channels)
        self.conv2, self.bn2 = nn.Conv2d(channels, channels, 3, 1, 1, bias=False), nn.BatchNorm2d(channels)
        same = stride == 1 and inputs == channels
        self.downsample = None if same else nn.Sequential(nn.Conv2d(inputs, channels, 1, stride, bias=False), nn.BatchNorm2d(channels))
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x):
        y = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
        return self.relu(y + (self.downsample(x) if self.downsample else x))


def resnet18():
    layers, inputs = [nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2, 1)], 64
    for channels in (64, 128, 256, 512):
        layers += [Residual(inputs, channels, 1 if channels == 64 else 2), Residual(channels, channels, 1)]
        inputs = channels
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, 10))


def conv_bn(inputs, outputs, kernel, stride=1, groups=1):
    return [nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False), nn.BatchNorm2d(outputs)]


class InvertedResidual(nn.Module):
    def __init__(self, inputs, outputs, stride, expand):
        super().__init__()
        hidden = inputs * expand
        widen = [*conv_bn(inputs, hidden, 1), nn.ReLU6(inplace=True)] if expand > 1 else []
        self.conv = nn.Sequential(*widen, *conv_bn(hidden, hidden, 3, stride, hidden), nn.ReLU6(inplace=True), *conv_bn(hidden, outputs, 1))
        self.same = stride == 1 and inputs == outputs

    def forward(self, x):
        return x + self.conv(x) if self.same else self.conv(x)


def mobilenet_v2(dropout):
    layers, inputs = [*conv_bn(3, 32, 3, 2), nn.ReLU6(inplace=True)], 32
    for expand, channels, blocks, stride in ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2),
                                             (6, 320, 1, 1)):
        for block in range(blocks):
            layers.append(InvertedResidual(inputs, channels, stride if block == 0 else 1, expand))
            inputs = channels
    return nn.Sequential(*layers, *conv_bn(320, 1280, 1), nn.ReLU6(inplace=True), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
                         nn.Dropout(dropout), nn.Linear(1280, 2))


def lenet5():
    return nn.Sequential(nn.Conv2d(1, 6, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
                         nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10))


class LastStep(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm, self.head = nn.LSTM(80, 256, batch_first=True), nn.Linear(256, 10)

    def forward(self, x):
        return self.head(self.lstm(x)[0][:, -1])


class Transformer(nn.Module):
    def __init__(self, dropout):
        super().__init__()
        self.tokens, self.places = nn.Embedding(1000, 256), nn.Parameter(torch.randn(128, 256) * 0.1)
        layer = nn.TransformerEncoderLayer(256, 4, 1024, dropout, "gelu", batch_first=True)
        self.encoder, self.head = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False), nn.Linear(256, 1000)

    def forward(self, x):
        return self.head(self.encoder(self.tokens(x) + self.places)).flatten(0, 1)


# name: (model with a rate of dropout, inputs, targets)
MODELS = {
    "lenet5": (lambda dropout: lenet5(), lambda: torch.randn(64, 1, 32, 32), lambda: torch.randint(10, (64,))),
    "resnet18": (lambda dropout: resnet18(), lambda: torch.randn(16, 3, 64, 64), lambda: torch.randint(10, (16,))),
    "mobilenet_v2": (mobilenet_v2, lambda: torch.randn(16, 3, 128, 128), lambda: torch.randint(2, (16,))),
    "lstm": (lambda dropout: LastStep(), lambda: torch.randn(32, 100, 80), lambda: torch.randint(10, (32,))),
    "transformer": (Transformer, lambda: torch.randint(1000, (16, 128)), lambda: torch.randint(1000, (16 * 128,))),
}
