"""Networks that torchvision does not have, in plain PyTorch: the same layers under the same names."""

import torch
from torch import nn
from torch.nn import functional as F


def stack(*layers):
    return nn.Sequential(*layers)


class MobileNetV1(nn.Module):
    """As Keras has it: strided convolutions are padded below and on the right."""

    def __init__(self):
        super().__init__()
        rows = [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2)] + [(512, 1)] * 5 + [(1024, 2), (1024, 1)]
        layers, width = [self.block(3, 32, 3, 2)], 32
        for out, stride in rows:
            layers += [self.block(width, width, 3, stride, width), self.block(width, out, 1, 1)]
            width = out
        self.features = stack(*layers)
        self.classifier = stack(nn.Dropout(1e-3), nn.Conv2d(1024, 1000, 1))

    @staticmethod
    def block(width, out, kernel, stride, groups=1):
        pad = [nn.ZeroPad2d((0, 1, 0, 1))] if stride == 2 else []
        conv = nn.Conv2d(width, out, kernel, stride, kernel // 2 if stride == 1 else 0, groups=groups, bias=False)
        return stack(*pad, conv, nn.BatchNorm2d(out, 1e-3, 0.01), nn.ReLU6())

    def forward(self, x):
        return self.classifier(F.adaptive_avg_pool2d(self.features(x), 1)).flatten(1)


class ENet(nn.Module):
    class Bottleneck(nn.Module):
        def __init__(self, width, dilation=1, asymmetric=False, drop=0.1, act=nn.PReLU):
            super().__init__()
            inner = width // 4
            one = lambda a, b: [nn.Conv2d(a, b, 1, bias=False), nn.BatchNorm2d(b), act()]  # noqa: E731
            if asymmetric:
                middle = [nn.Conv2d(inner, inner, (5, 1), padding=(2, 0), bias=False), nn.BatchNorm2d(inner), act(),
                          nn.Conv2d(inner, inner, (1, 5), padding=(0, 2), bias=False), nn.BatchNorm2d(inner), act()]
            else:
                middle = [nn.Conv2d(inner, inner, 3, padding=dilation, dilation=dilation, bias=False),
                          nn.BatchNorm2d(inner), act()]
            self.branch = stack(*one(width, inner), *middle, *one(inner, width), nn.Dropout2d(drop))
            self.out = act()

        def forward(self, x):
            return self.out(x + self.branch(x))

    class Down(nn.Module):
        def __init__(self, width, out, drop):
            super().__init__()
            inner = width // 4
            self.added = out - width
            self.branch = stack(
                nn.Conv2d(width, inner, 2, 2, bias=False), nn.BatchNorm2d(inner), nn.PReLU(),
                nn.Conv2d(inner, inner, 3, padding=1, bias=False), nn.BatchNorm2d(inner), nn.PReLU(),
                nn.Conv2d(inner, out, 1, bias=False), nn.BatchNorm2d(out), nn.PReLU(), nn.Dropout2d(drop))
            self.out = nn.PReLU()

        def forward(self, x):
            main, indices = F.max_pool2d(x, 2, 2, return_indices=True)
            return self.out(F.pad(main, (0, 0, 0, 0, 0, self.added)) + self.branch(x)), indices

    class Up(nn.Module):
        def __init__(self, width, out):
            super().__init__()
            inner = width // 4
            self.main = stack(nn.Conv2d(width, out, 1, bias=False), nn.BatchNorm2d(out))
            self.branch = stack(
                nn.Conv2d(width, inner, 1, bias=False), nn.BatchNorm2d(inner), nn.ReLU(),
                nn.ConvTranspose2d(inner, inner, 2, 2, bias=False), nn.BatchNorm2d(inner), nn.ReLU(),
                nn.Conv2d(inner, out, 1, bias=False), nn.BatchNorm2d(out), nn.Dropout2d(0.1))

        def forward(self, x, indices, size):
            return F.relu(F.max_unpool2d(self.main(x), indices, 2, 2, output_size=size) + self.branch(x))

    def __init__(self):
        super().__init__()
        B = self.Bottleneck
        self.initial = nn.Conv2d(3, 13, 3, 2, 1, bias=False)
        self.initial_norm, self.initial_act = nn.BatchNorm2d(16), nn.PReLU()
        self.down1 = self.Down(16, 64, 0.01)
        self.stage1 = stack(*[B(64, drop=0.01) for _ in range(4)])
        self.down2 = self.Down(64, 128, 0.1)
        middle = lambda: stack(B(128), B(128, 2), B(128, asymmetric=True), B(128, 4), B(128), B(128, 8),  # noqa: E731
                               B(128, asymmetric=True), B(128, 16))
        self.stage2, self.stage3 = middle(), middle()
        self.up4 = self.Up(128, 64)
        self.stage4 = stack(B(64, act=nn.ReLU), B(64, act=nn.ReLU))
        self.up5 = self.Up(64, 16)
        self.stage5 = stack(B(16, act=nn.ReLU))
        self.full = nn.ConvTranspose2d(16, 21, 3, 2, 1, 1, bias=False)

    def forward(self, x):
        half = self.initial_act(self.initial_norm(torch.cat([self.initial(x), F.max_pool2d(x, 2, 2)], 1)))
        quarter, first = self.down1(half)
        quarter = self.stage1(quarter)
        x, second = self.down2(quarter)
        x = self.stage3(self.stage2(x))
        x = self.stage4(self.up4(x, second, quarter.shape[2:]))
        return self.full(self.stage5(self.up5(x, first, half.shape[2:])))


class YoloV5(nn.Module):
    """YOLOv5 n, version 6."""

    class Conv(nn.Module):
        def __init__(self, width, out, kernel=1, stride=1, padding=None):
            super().__init__()
            pad = kernel // 2 if padding is None else padding
            self.conv = nn.Conv2d(width, out, kernel, stride, pad, bias=False)
            self.bn = nn.BatchNorm2d(out, 1e-3, 0.03)

        def forward(self, x):
            return F.silu(self.bn(self.conv(x)))

    class Bottleneck(nn.Module):
        def __init__(self, width, add):
            super().__init__()
            self.cv1, self.cv2, self.add = YoloV5.Conv(width, width), YoloV5.Conv(width, width, 3), add

        def forward(self, x):
            y = self.cv2(self.cv1(x))
            return x + y if self.add else y

    class C3(nn.Module):
        def __init__(self, width, out, count, add=True):
            super().__init__()
            half = out // 2
            self.cv1, self.cv2 = YoloV5.Conv(width, half), YoloV5.Conv(width, half)
            self.cv3 = YoloV5.Conv(2 * half, out)
            self.m = stack(*[YoloV5.Bottleneck(half, add) for _ in range(count)])

        def forward(self, x):
            return self.cv3(torch.cat([self.m(self.cv1(x)), self.cv2(x)], 1))

    class SPPF(nn.Module):
        def __init__(self, width):
            super().__init__()
            self.cv1, self.cv2 = YoloV5.Conv(width, width // 2), YoloV5.Conv(width * 2, width)

        def forward(self, x):
            parts = [self.cv1(x)]
            for _ in range(3):
                parts.append(F.max_pool2d(parts[-1], 5, 1, 2))
            return self.cv2(torch.cat(parts, 1))

    class Detect(nn.Module):
        def __init__(self, widths):
            super().__init__()
            self.m = nn.ModuleList(nn.Conv2d(w, 255, 1) for w in widths)
            sizes = [[10, 13, 16, 30, 33, 23], [30, 61, 62, 45, 59, 119], [116, 90, 156, 198, 373, 326]]
            strides = torch.tensor([8.0, 16, 32]).view(3, 1, 1)
            self.register_buffer("anchors", torch.tensor(sizes).float().view(3, 3, 2) / strides)

        def forward(self, features):
            rows = []
            for level, (head, x) in enumerate(zip(self.m, features)):
                n, _, height, width = x.shape
                y = head(x).view(n, 3, 85, height, width).permute(0, 1, 3, 4, 2).sigmoid()
                stride = 8 * 2**level
                row, column = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
                grid = torch.stack([column, row], 2).to(y.dtype) - 0.5
                centre = (y[..., :2] * 2 + grid) * stride
                extent = (y[..., 2:4] * 2) ** 2 * (self.anchors[level] * stride).view(3, 1, 1, 2)
                rows.append(torch.cat([centre, extent, y[..., 4:]], -1).reshape(n, -1, 85))
            return torch.cat(rows, 1)

    def __init__(self):
        super().__init__()
        Conv, C3 = self.Conv, self.C3
        none = nn.Identity
        self.model = stack(
            Conv(3, 16, 6, 2, 2), Conv(16, 32, 3, 2), C3(32, 32, 1), Conv(32, 64, 3, 2), C3(64, 64, 2),
            Conv(64, 128, 3, 2), C3(128, 128, 3), Conv(128, 256, 3, 2), C3(256, 256, 1), self.SPPF(256),
            Conv(256, 128), none(), none(), C3(256, 128, 1, False), Conv(128, 64), none(), none(),
            C3(128, 64, 1, False), Conv(64, 64, 3, 2), none(), C3(128, 128, 1, False), Conv(128, 128, 3, 2),
            none(), C3(256, 256, 1, False), self.Detect([64, 128, 256]))

    def forward(self, x):
        layers = self.model
        map8 = layers[:5](x)
        map16 = layers[5:7](map8)
        top32 = layers[7:11](map16)
        twice = lambda t: F.interpolate(t, scale_factor=2.0, mode="nearest")  # noqa: E731
        top16 = layers[14](layers[13](torch.cat([twice(top32), map16], 1)))
        out8 = layers[17](torch.cat([twice(top16), map8], 1))
        out16 = layers[20](torch.cat([layers[18](out8), top16], 1))
        out32 = layers[23](torch.cat([layers[21](out16), top32], 1))
        return layers[24]([out8, out16, out32])


class LeNet5(nn.Module):
    def __init__(self):
        super().__init__()
        self.feature_extractor = stack(nn.Conv2d(1, 6, 5), nn.Tanh(), nn.AvgPool2d(2), nn.Conv2d(6, 16, 5), nn.Tanh(),
                                       nn.AvgPool2d(2), nn.Conv2d(16, 120, 5), nn.Tanh())
        self.classifier = stack(nn.Linear(120, 84), nn.Tanh(), nn.Linear(84, 10))

    def forward(self, x):
        logits = self.classifier(self.feature_extractor(x).flatten(1))
        return [logits, logits.softmax(1)]


def number_generator():
    sizes = [2, 16, 32, 32, 16]
    layers = [layer for a, b in zip(sizes, sizes[1:]) for layer in (nn.Linear(a, b), nn.ReLU())]
    return stack(*layers, nn.Linear(16, 10), nn.Softmax(1))


class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        hidden = lambda a: (nn.Linear(a, 256), nn.BatchNorm1d(256), nn.ReLU())  # noqa: E731
        self.layers = stack(*hidden(74), *hidden(256), nn.Linear(256, 64))

    def forward(self, noise, classes):
        return torch.sigmoid(self.layers(with_classes(noise, classes))).view(-1, 1, 8, 8)


class Discriminator(nn.Module):
    def __init__(self):
        super().__init__()
        hidden = lambda a, b: (nn.Linear(a, b), nn.LeakyReLU(0.2), nn.Dropout(0.3))  # noqa: E731
        self.layers = stack(*hidden(74, 256), *hidden(256, 128), nn.Linear(128, 1))

    def forward(self, x, classes):
        return self.layers(with_classes(x.flatten(1), classes))


def with_classes(x, classes):
    return torch.cat([x, nn.functional.one_hot(classes, 10).float()], 1)


class AnimeGan(nn.Module):
    """AnimeGANv2's generator."""

    @staticmethod
    def conv(width, out, kernel=3, stride=1, groups=1, bias=False):
        pad = kernel // 2
        before = 0 if stride == 2 else pad
        return stack(nn.ReflectionPad2d((before, pad, before, pad)),
                     nn.Conv2d(width, out, kernel, stride, groups=groups, bias=bias), nn.GroupNorm(1, out),
                     nn.LeakyReLU(0.2))

    class Residual(nn.Module):
        def __init__(self, width, out):
            super().__init__()
            conv = AnimeGan.conv
            self.add = width == out
            self.layers = stack(conv(width, 2 * width, 1), conv(2 * width, 2 * width, groups=2 * width, bias=True),
                                nn.Conv2d(2 * width, out, 1, bias=False), nn.GroupNorm(1, out))

        def forward(self, x):
            return x + self.layers(x) if self.add else self.layers(x)

    def __init__(self):
        super().__init__()
        conv, residual = self.conv, self.Residual
        self.block_a = stack(conv(3, 32, 7), conv(32, 64, stride=2), conv(64, 64))
        self.block_b = stack(conv(64, 128, stride=2), conv(128, 128))
        self.block_c = stack(conv(128, 128), residual(128, 256), residual(256, 256), residual(256, 256),
                             residual(256, 256), conv(256, 128))
        self.block_d = stack(conv(128, 128), conv(128, 128))
        self.block_e = stack(conv(128, 64), conv(64, 64), conv(64, 32, 7))
        self.out_layer = stack(nn.Conv2d(32, 3, 1, bias=False), nn.Tanh())

    def forward(self, x):
        resize = lambda t, like: F.interpolate(t, like.shape[2:], mode="bilinear", align_corners=True)  # noqa: E731
        half = self.block_a(x)
        y = self.block_d(resize(self.block_c(self.block_b(half)), half))
        return self.out_layer(self.block_e(resize(y, x)))


class StyleGan(nn.Module):
    """Styles scale the input channels of each convolution; pictures of all sizes are added up."""

    class Modulated(nn.Module):
        def __init__(self, width, out, kernel, latent, demodulate):
            super().__init__()
            self.weight = nn.Parameter(torch.randn(out, width, kernel, kernel))
            self.bias = nn.Parameter(torch.randn(out) * 0.1)
            self.affine, self.demodulate = nn.Linear(latent, width), demodulate

        def forward(self, x, style):
            out = []
            for sample, s in zip(x, self.affine(style)):
                w = self.weight / self.weight[0].numel() ** 0.5 * s[None, :, None, None]
                if self.demodulate:
                    w = w / (w.square().sum((1, 2, 3), keepdim=True) + 1e-8).sqrt()
                out.append(F.conv2d(sample[None], w, self.bias, padding=w.shape[2] // 2))
            return torch.cat(out)

    class Block(nn.Module):
        def __init__(self, width, out, size, latent):
            super().__init__()
            self.conv0 = StyleGan.Modulated(width, out, 3, latent, True)
            self.conv1 = StyleGan.Modulated(out, out, 3, latent, True)
            self.to_rgb = StyleGan.Modulated(out, 3, 1, latent, False)
            self.noise_strength = nn.Parameter(torch.randn(2))
            self.register_buffer("noise", torch.randn(2, size, size))

        def forward(self, x, style):
            for i, conv in enumerate((self.conv0, self.conv1)):
                x = F.leaky_relu(conv(x, style) + self.noise_strength[i] * self.noise[i], 0.2) * 2**0.5
            return x, self.to_rgb(x, style)

    def __init__(self, latent=32, size=16, most=16, mapping=2):
        super().__init__()
        self.mapping = stack(*[m for _ in range(mapping) for m in (nn.Linear(latent, latent), nn.LeakyReLU(0.2))])
        self.register_buffer("style_mean", torch.randn(latent) * 0.1)
        width = lambda size: min(most, 16384 // size)  # noqa: E731
        self.start = nn.Parameter(torch.randn(1, width(4), 4, 4))
        self.sizes = [4, 8, 16]
        for side in self.sizes:
            self.add_module(f"block{side}", self.Block(width(max(4, side // 2)), width(side), side, latent))

    def forward(self, noise):
        twice = lambda t: F.interpolate(t, scale_factor=2.0, mode="bilinear", align_corners=False)  # noqa: E731
        style = self.mapping(noise / (noise.square().mean(1, keepdim=True) + 1e-8).sqrt())
        style = self.style_mean + (style - self.style_mean) * 0.7
        x, picture = self.start.expand(len(noise), -1, -1, -1), None
        for side in self.sizes:
            x, part = getattr(self, f"block{side}")(x if picture is None else twice(x), style)
            picture = part if picture is None else twice(picture) + part
        return picture


def attend(q, k, v, heads, mask=None):
    split = lambda t: t.view(*t.shape[:2], heads, -1).transpose(1, 2)  # noqa: E731
    scores = split(q) @ split(k).transpose(-2, -1) / (k.shape[-1] // heads) ** 0.5
    if mask is not None:
        scores = scores.masked_fill(mask[:, None, None, :] == 0, float("-inf"))
    return (scores.softmax(-1) @ split(v)).transpose(1, 2).reshape(q.shape)


class DistilBert(nn.Module):
    """DistilBertForQuestionAnswering, by Hugging Face's names."""

    class Embeddings(nn.Module):
        def __init__(self):
            super().__init__()
            self.word_embeddings = nn.Embedding(60, 32, padding_idx=0)
            self.position_embeddings = nn.Embedding(20, 32)
            self.LayerNorm, self.dropout = nn.LayerNorm(32, 1e-12), nn.Dropout(0.1)

        def forward(self, x):
            return self.dropout(self.LayerNorm(
                self.word_embeddings(x) + self.position_embeddings(torch.arange(x.shape[1]))))

    class Attention(nn.Module):
        def __init__(self):
            super().__init__()
            self.q_lin, self.k_lin, self.v_lin, self.out_lin = (nn.Linear(32, 32) for _ in range(4))

        def forward(self, x, mask):
            return self.out_lin(attend(self.q_lin(x), self.k_lin(x), self.v_lin(x), 4, mask))

    class FeedForward(nn.Module):
        def __init__(self):
            super().__init__()
            self.lin1, self.lin2, self.dropout = nn.Linear(32, 64), nn.Linear(64, 32), nn.Dropout(0.1)

        def forward(self, x):
            return self.dropout(self.lin2(F.gelu(self.lin1(x))))

    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.attention, self.sa_layer_norm = DistilBert.Attention(), nn.LayerNorm(32, 1e-12)
            self.ffn, self.output_layer_norm = DistilBert.FeedForward(), nn.LayerNorm(32, 1e-12)

        def forward(self, x, mask):
            x = self.sa_layer_norm(self.attention(x, mask) + x)
            return self.output_layer_norm(self.ffn(x) + x)

    def __init__(self):
        super().__init__()
        self.distilbert = nn.Module()
        self.distilbert.embeddings = self.Embeddings()
        self.distilbert.transformer = nn.Module()
        self.distilbert.transformer.layer = nn.ModuleList(self.Block() for _ in range(2))
        self.dropout, self.qa_outputs = nn.Dropout(0.1), nn.Linear(32, 2)

    def forward(self, tokens, mask):
        x = self.distilbert.embeddings(tokens)
        for block in self.distilbert.transformer.layer:
            x = block(x, mask)
        return list(self.qa_outputs(self.dropout(x)).unbind(-1))


class Translator(nn.Module):
    class Encoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.embedding, self.dropout = nn.Embedding(40, 24), nn.Dropout(0.1)
            self.gru = nn.GRU(24, 24, batch_first=True)

        def forward(self, words):
            return self.gru(self.dropout(self.embedding(words)))

    class Attention(nn.Module):
        def __init__(self):
            super().__init__()
            self.Wa, self.Ua, self.Va = nn.Linear(24, 24), nn.Linear(24, 24), nn.Linear(24, 1)

        def forward(self, state, read):
            return self.Va(torch.tanh(self.Wa(state) + self.Ua(read))).transpose(1, 2).softmax(-1)

    class Decoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.embedding, self.dropout = nn.Embedding(30, 24), nn.Dropout(0.1)
            self.attention, self.gru = Translator.Attention(), nn.GRU(48, 24, batch_first=True)
            self.out = nn.Linear(24, 30)

        def forward(self, word, state, read):
            looks = self.attention(state.transpose(0, 1), read)
            result, state = self.gru(torch.cat([self.dropout(self.embedding(word)), looks @ read], 2), state)
            return self.out(result).log_softmax(-1), state

    def __init__(self):
        super().__init__()
        self.encoder, self.decoder = self.Encoder(), self.Decoder()

    def forward(self, source, target):
        read, state = self.encoder(source)
        scores, word = [], torch.zeros(len(source), 1, dtype=torch.long)
        for i in range(target.shape[1]):
            score, state = self.decoder(word, state, read)
            scores.append(score)
            word = target[:, i : i + 1]
        return torch.cat(scores, 1)


class SelfAttention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.in_proj_weight = nn.Parameter(torch.randn(3 * width, width) * 0.1)
        self.in_proj_bias, self.out_proj = nn.Parameter(torch.randn(3 * width) * 0.1), nn.Linear(width, width)

    def forward(self, x):
        q, k, v = F.linear(x, self.in_proj_weight, self.in_proj_bias).chunk(3, -1)
        return self.out_proj(attend(q, k, v, self.heads))


class Speech(nn.Module):
    """In the manner of wav2vec 2.0."""

    class Layer(nn.Module):
        def __init__(self, width, out, kernel, stride, normed):
            super().__init__()
            self.conv = nn.Conv1d(width, out, kernel, stride, bias=False)
            if normed:
                self.layer_norm = nn.GroupNorm(out, out)

        def forward(self, x):
            x = self.conv(x)
            return F.gelu(self.layer_norm(x) if hasattr(self, "layer_norm") else x)

    class Encoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.attention, self.layer_norm = SelfAttention(32, 4), nn.LayerNorm(32)
            self.feed_forward = stack(nn.Linear(32, 48), nn.GELU(), nn.Dropout(0.1), nn.Linear(48, 32), nn.Dropout(0.1))
            self.final_layer_norm = nn.LayerNorm(32)

        def forward(self, x):
            x = self.layer_norm(x + self.attention(x))
            return self.final_layer_norm(x + self.feed_forward(x))

    def __init__(self):
        super().__init__()
        layers = [self.Layer(1, 16, 10, 5, True)] + [self.Layer(16, 16, k, 2, False) for k in (3, 3, 3, 3, 2, 2)]
        self.feature_extractor = stack(*layers)
        self.feature_norm, self.projection = nn.LayerNorm(16), nn.Linear(16, 32)
        self.position = nn.Conv1d(32, 32, 31, padding=15, groups=16)
        self.layer_norm, self.encoder = nn.LayerNorm(32), stack(self.Encoder(), self.Encoder())
        self.lm_head = nn.Linear(32, 12)

    def forward(self, sound):
        x = self.projection(self.feature_norm(self.feature_extractor(sound[:, None]).transpose(1, 2)))
        x = self.layer_norm(x + F.gelu(self.position(x.transpose(1, 2))).transpose(1, 2))
        return self.lm_head(self.encoder(x))


class VideoNet(nn.Module):
    class Residual(nn.Module):
        def __init__(self, width):
            super().__init__()
            self.block = stack(*VideoNet.conv(width, width, 1))

        def forward(self, x):
            return self.block(x) + x

    @staticmethod
    def conv(width, out, stride):
        return [nn.Conv3d(width, out, 3, stride, 1, bias=False), nn.BatchNorm3d(out), nn.ReLU()]

    def __init__(self):
        super().__init__()
        layers, width = self.conv(3, 8, (1, 2, 2)), 8
        for _ in range(3):
            layers += [self.Residual(width), *self.conv(width, 2 * width, 2)]
            width *= 2
        self.features, self.fc = stack(*layers), nn.Linear(width, 10)

    def forward(self, clips):
        return self.fc(self.features(clips).mean((2, 3, 4)))


NETWORKS = {"mobilenet_v1": MobileNetV1, "enet": ENet, "yolov5n": YoloV5, "lenet5": LeNet5,
            "number_generator": number_generator, "generator": Generator, "discriminator": Discriminator,
            "animegan_v2": AnimeGan, "stylegan": StyleGan, "distilbert_qa": DistilBert, "translator": Translator,
            "speech_recognizer": Speech, "video_net": VideoNet}
INPUTS = {"lenet5": lambda: torch.randn(2, 1, 32, 32), "number_generator": lambda: torch.randn(3, 2),
          "generator": lambda: [torch.randn(2, 64), torch.tensor([0, 7])],
          "discriminator": lambda: [torch.randn(2, 1, 8, 8), torch.tensor([3, 9])],
          "stylegan": lambda: torch.randn(2, 32),
          "distilbert_qa": lambda: [torch.randint(1, 60, (2, 9)), torch.tensor([[1] * 9, [1] * 6 + [0] * 3])],
          "translator": lambda: [torch.randint(2, 40, (2, 7)), torch.randint(2, 30, (2, 5))],
          "speech_recognizer": lambda: torch.randn(2, 8000),
          "video_net": lambda: torch.randn(2, 3, 8, 32, 32)}
