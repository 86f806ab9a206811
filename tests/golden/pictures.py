#!/usr/bin/python3
"""Pictures drawn here, and what PIL, torchvision and PyTorch make of them.

    tests/golden/pictures.py                      writes tests/golden/pictures (checked in)
    tests/golden/pictures.py OUT --random 300     writes OUT with random cases for a live comparison

OUT/cases.txt has a line for each case; src/data/golden_test.cpp runs them:
    decode FILE MODE EXPECTED                      PIL's pixels in mode L, RGB or RGBA, turned by EXIF
    resize SOURCE FILTER WIDTH HEIGHT EXPECTED     PIL's resize
    tensor SOURCE MODE ANTIALIAS WIDTH HEIGHT EXPECTED    torchvision's resize of a uint8 tensor
    planes SOURCE MODE ANTIALIAS WIDTH HEIGHT EXPECTED    F.interpolate of a float tensor
    options SOURCE EXPECTED NAME=VALUE...          torchvision's transforms
    yolov5 ROWS CONFIDENCE IOU MULTI_LABEL AGNOSTIC MAX EXPECTED   torchvision.ops.nms after YOLOv5's recipe
"""
import argparse
import pathlib
import struct
import warnings
import zlib

import numpy as np
import PIL
import torch
import torchvision
from PIL import Image, ImageOps
from torchvision import transforms as T

warnings.filterwarnings("ignore")
FILTERS = {"nearest": 0, "lanczos": 1, "bilinear": 2, "bicubic": 3, "box": 4, "hamming": 5}


def draw(width, height, seed):
    """Slopes, a disc, stripes and a patch of noise: RGB, uint8."""
    r = np.random.RandomState(seed)
    y, x = np.mgrid[0:height, 0:width].astype(float)
    picture = np.stack([255 * x / width, 255 * y / height, 127 + 100 * np.sin(x * y / 20)], -1)
    disc = (x - width * r.uniform(0.2, 0.8)) ** 2 + (y - height * r.uniform(0.2, 0.8)) ** 2 < (min(width, height) / 3) ** 2
    picture[disc] = r.uniform(0, 255, 3)
    stripes = (x + y).astype(int) % 7 == 0
    picture[stripes] = picture[stripes] * 0.3
    noise = r.uniform(0, 255, (height // 3 + 1, width // 3 + 1, 3))
    picture[: noise.shape[0], : noise.shape[1]] = noise[: height, : width]
    return picture.astype(np.uint8)


def png_chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def write_png(path, samples, color_type, depth, interlaced):
    """PNG with 8 or 16 bits and Adam7 interlacing, which PIL cannot write. samples: (H, W, C)."""
    big = samples.astype(">u2" if depth == 16 else "u1")
    passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    rows = b""
    for x, y, step_x, step_y in passes if interlaced else [(0, 0, 1, 1)]:
        part = big[y::step_y, x::step_x]
        if part.size:
            rows += b"".join(b"\0" + row.tobytes() for row in part)
    head = struct.pack(">IIBBBBB", samples.shape[1], samples.shape[0], depth, color_type, 0, 0, int(interlaced))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", head) + png_chunk(b"IDAT", zlib.compress(rows))
                     + png_chunk(b"IEND", b""))


def yolov5_nms(rows, confidence, iou, multi_label, agnostic, most):
    """The recipe of YOLOv5's non_max_suppression, for one picture; returns (n, 6): box, score, label."""
    rows = torch.from_numpy(rows)
    rows = rows[rows[:, 4] > confidence].clone()
    rows[:, 5:] *= rows[:, 4:5]
    half = rows[:, 2:4] / 2
    boxes = torch.cat((rows[:, :2] - half, rows[:, :2] + half), 1)
    if multi_label:
        which, label = (rows[:, 5:] > confidence).nonzero(as_tuple=True)
        found = torch.cat((boxes[which], rows[which, label + 5, None], label[:, None].float()), 1)
    else:
        best, label = rows[:, 5:].max(1, keepdim=True)
        found = torch.cat((boxes, best, label.float()), 1)[best.view(-1) > confidence]
    found = found[found[:, 4].argsort(descending=True, stable=True)[:30000]]
    offset = found[:, 5:6] * (0 if agnostic else 7680)
    return found[torchvision.ops.nms(found[:, :4] + offset, found[:, 4], iou)[:most]].numpy()


class Writer:
    def __init__(self, out):
        self.out, self.lines, self.arrays = out, [], {}
        out.mkdir(parents=True, exist_ok=True)

    def array(self, values):
        """Saves an array once; returns its file name."""
        values = np.ascontiguousarray(values)
        key = (values.dtype.str, values.shape, values.tobytes())
        if key not in self.arrays:
            self.arrays[key] = f"{len(self.arrays)}.npy"
            np.save(self.out / self.arrays[key], values)
        return self.arrays[key]

    def decode(self, name, mode="RGB"):
        picture = ImageOps.exif_transpose(Image.open(self.out / name)).convert(mode)
        pixels = np.asarray(picture).reshape(picture.height, picture.width, -1)
        self.lines.append(f"decode {name} {mode} {self.array(pixels)}")

    def save(self, picture, name, mode="RGB", **options):
        picture.save(self.out / name, **options)
        self.decode(name, mode)

    def resize(self, pixels, name, width, height):
        picture = Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels)
        expected = np.asarray(picture.resize((width, height), FILTERS[name])).reshape(height, width, -1)
        self.lines.append(f"resize {self.array(pixels)} {name} {width} {height} {self.array(expected)}")

    def tensor(self, pixels, mode, antialias, width, height):
        expected = T.functional.resize(torch.from_numpy(pixels).permute(2, 0, 1), [height, width],
                                       T.InterpolationMode(mode), antialias=antialias).permute(1, 2, 0).numpy()
        self.lines.append(f"tensor {self.array(pixels)} {mode} {int(antialias)} {width} {height} {self.array(expected)}")

    def planes(self, values, mode, antialias, width, height):
        align = {} if mode.startswith("nearest") else {"align_corners": False}
        expected = torch.nn.functional.interpolate(torch.from_numpy(values)[None], (height, width), mode=mode,
                                                   antialias=antialias, **align)[0].numpy()
        self.lines.append(f"planes {self.array(values)} {mode} {int(antialias)} {width} {height} {self.array(expected)}")

    def options(self, pixels, transform, options):
        expected = transform(Image.fromarray(pixels)).numpy()
        self.lines.append(f"options {self.array(pixels)} {self.array(expected)} {options}")

    def yolov5(self, rows, confidence, iou, multi_label, agnostic, most):
        expected = yolov5_nms(rows, confidence, iou, multi_label, agnostic, most)
        self.lines.append(f"yolov5 {self.array(rows)} {confidence} {iou} {int(multi_label)} {int(agnostic)} {most} "
                          f"{self.array(expected)}")

    def finish(self):
        head = (f"# PIL {PIL.__version__}, torch {torch.__version__}, torchvision {torchvision.__version__}, "
                f"numpy {np.__version__}")
        (self.out / "cases.txt").write_text("\n".join([head] + self.lines) + "\n")
        print(len(self.lines), "cases in", self.out)


def detector_rows(r, count, classes):
    """Boxes in clusters, so that there is something to suppress."""
    centres = r.uniform(50, 250, (8, 2))[r.randint(0, 8, count)] + r.uniform(-6, 6, (count, 2))
    sizes = r.uniform(40, 60, (count, 2))
    return np.concatenate([centres, sizes, r.uniform(0, 1, (count, 1 + classes))], 1).astype(np.float32)


def decode_cases(w):
    pixels = draw(29, 19, 0)
    rgb = Image.fromarray(pixels)
    gray, cmyk = rgb.convert("L"), rgb.convert("CMYK")
    rgba = rgb.copy()
    rgba.putalpha(Image.fromarray(np.roll(pixels[..., 0], 5, 1)))
    for name, options in {"444": {"subsampling": 0}, "422": {"subsampling": 1}, "420": {"subsampling": 2},
                          "progressive": {"progressive": True}, "low": {"quality": 20}}.items():
        w.save(rgb, f"{name}.jpg", **options)
    w.save(gray, "gray.jpg")
    w.decode("gray.jpg", "L")
    w.decode("420.jpg", "L")
    w.save(cmyk, "cmyk.jpg")
    # The Adobe marker's transform flag says YCCK instead of CMYK: other pixels, the same in PIL.
    data = (w.out / "cmyk.jpg").read_bytes()
    at = data.index(b"Adobe") + 11
    (w.out / "ycck.jpg").write_bytes(data[:at] + b"\x02" + data[at + 1:])
    w.decode("ycck.jpg")
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x112] = orientation
        w.save(rgb, f"turned{orientation}.png", exif=exif)
    w.save(rgb, "turned6.jpg", exif=exif_bytes(6))
    w.save(rgb, "turned3.webp", exif=exif_bytes(3), lossless=True)
    w.save(gray, "gray.png")
    w.save(rgba, "rgba.png", "RGBA")
    w.save(rgba.convert("LA"), "gray_alpha.png", "RGBA")
    for colors in (2, 4, 16, 200):
        w.save(rgb.quantize(colors), f"palette{colors}.png")
    w.save(rgb.quantize(16), "palette_transparent.png", "RGBA", transparency=3)
    write_png(w.out / "interlaced.png", pixels, 2, 8, True)
    w.decode("interlaced.png")
    wide = pixels.astype(np.uint16) * 256 + np.random.RandomState(1).randint(0, 256, pixels.shape)
    write_png(w.out / "interlaced16.png", wide, 2, 16, True)
    w.decode("interlaced16.png")
    w.save(rgb, "lossy.webp", quality=60)
    w.save(rgba, "lossless.webp", "RGBA", lossless=True, exact=True)
    w.save(rgb, "animated.webp", save_all=True, append_images=[rgb.rotate(180)], lossless=True)
    w.save(rgb.quantize(64), "plain.gif")
    w.save(rgb.quantize(64), "interlaced.gif", interlace=1)
    for name, picture in {"rgb": rgb, "gray": gray, "palette": rgb.quantize(16), "bits": rgb.convert("1")}.items():
        w.save(picture, f"{name}.bmp")
    w.save(rgb, "rgb.ppm")
    w.save(gray, "gray.pgm")


def exif_bytes(orientation):
    exif = Image.Exif()
    exif[0x112] = orientation
    return exif.tobytes()


def fixed_cases(w):
    decode_cases(w)
    pixels = draw(29, 19, 0)
    rgba = np.concatenate([pixels, np.roll(pixels[..., :1], 5, 1)], -1)
    for name in FILTERS:
        for width, height in ((13, 8), (40, 31), (1, 19), (29, 45)):
            w.resize(pixels, name, width, height)
        w.resize(rgba, name, 17, 25)
        w.resize(pixels[..., 1:2], name, 33, 5)
    values = np.random.RandomState(2).randn(2, 19, 29).astype(np.float32)
    for mode in ("nearest", "nearest-exact", "bilinear", "bicubic"):
        for antialias in (False, True) if mode[0] == "b" else (False,):
            for width, height in ((13, 8), (40, 31), (1, 1), (29, 45)):
                w.planes(values, mode, antialias, width, height)
                if mode != "nearest-exact":
                    w.tensor(pixels, mode, antialias, width, height)
    statistics = T.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
    small = draw(30, 34, 3)
    w.options(small, T.Compose([T.Resize(25), T.CenterCrop(22), T.ToTensor(), statistics]),
              "preset=imagenet size=25 crop=22 layout=chw")
    w.options(small, T.Compose([T.Resize(16), T.CenterCrop((11, 40)), T.PILToTensor()]),
              "size=16 crop=40x11 dtype=uint8 layout=chw")
    w.options(small, T.Compose([T.Grayscale(), T.Resize((9, 12), T.InterpolationMode.BICUBIC), T.ToTensor(),
                                T.Normalize([0.5], [0.25])]),
              "color=gray size=12x9 filter=bicubic mean=0.5 std=0.25 layout=chw")
    r = np.random.RandomState(4)
    rows = detector_rows(r, 150, 3)
    for multi_label, agnostic, most in ((False, False, 300), (True, False, 300), (False, True, 300), (True, True, 4)):
        w.yolov5(rows, 0.25, 0.45, multi_label, agnostic, most)
    w.yolov5(rows, 1.5, 0.45, False, False, 300)


def random_cases(w, count, seed):
    r = np.random.RandomState(seed)
    for number in range(count):
        width, height, to_width, to_height = (int(n) for n in r.choice([1, 2, 3, 5, 7, 16, 17, 31, 64, 99, 256], 4))
        pixels = draw(width, height, number)
        name = list(FILTERS)[r.randint(6)]
        mode, antialias = ["nearest", "bilinear", "bicubic"][r.randint(3)], bool(r.randint(2))
        antialias = antialias and mode != "nearest"
        w.resize(pixels, name, to_width, to_height)
        w.tensor(pixels, mode, antialias, to_width, to_height)
        w.planes(r.randn(1, height, width).astype(np.float32), mode, antialias, to_width, to_height)
        picture = Image.fromarray(pixels)
        quality, subsampling, progressive = int(r.randint(1, 101)), int(r.randint(3)), bool(r.randint(2))
        w.save(picture, f"{number}.jpg", quality=quality, subsampling=subsampling, progressive=progressive)
        w.save(picture, f"{number}.webp", quality=quality, lossless=progressive)
        side, crop = int(r.randint(1, 60)), int(r.randint(1, 60))
        w.options(pixels, T.Compose([T.Resize(side), T.CenterCrop(crop), T.ToTensor()]),
                  f"size={side} crop={crop} layout=chw")
        w.yolov5(detector_rows(r, r.randint(0, 300), r.randint(1, 6)), 0.25, float(r.choice([0.2, 0.45, 0.7])),
                 bool(r.randint(2)), bool(r.randint(2)), 300)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", nargs="?", type=pathlib.Path, default=pathlib.Path(__file__).parent / "pictures")
    parser.add_argument("--random", type=int, default=0, metavar="N", help="N random cases of each kind")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    writer = Writer(arguments.out)
    if arguments.random:
        random_cases(writer, arguments.random, arguments.seed)
    else:
        fixed_cases(writer)
    writer.finish()


main()
