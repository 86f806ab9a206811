#!/usr/bin/python3
"""What torchvision's transforms make of pictures, each after torch.manual_seed(seed).

    tests/golden/transforms.py                  writes tests/golden/transforms.npz (checked in)
    tests/golden/transforms.py OUT --seeds 40   writes OUT, for a live comparison with more seeds

Entries: source/NAME are pictures (H, W, C); TRANSFORM@SOURCE#SEED is the result, (H, W, C) or a tensor (C, H, W).
src/data/transforms/golden_test.cpp makes the same transforms by name.
"""
import argparse
import pathlib
import warnings

import numpy as np
import torch
from PIL import Image
from torchvision import transforms as T
from torchvision.transforms import functional as F

warnings.filterwarnings("ignore")
M = T.InterpolationMode
NORMALIZE = T.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
AA = T.AutoAugmentPolicy

FIXED = {
    "crop_beyond": lambda i: F.crop(i, -3, 20, 12, 15),
    "pad_fill": lambda i: F.pad(i, [1, 2, 3, 4], 77),
    "pad_edge": lambda i: F.pad(i, [5, 6], padding_mode="edge"),
    "pad_reflect": lambda i: F.pad(i, [5, 6], padding_mode="reflect"),
    "pad_symmetric": lambda i: F.pad(i, [5, 6], padding_mode="symmetric"),
    "rotate_nearest": lambda i: F.rotate(i, 33.3, fill=9),
    "rotate_bilinear": lambda i: F.rotate(i, -71.5, M.BILINEAR, expand=True),
    "rotate_bicubic": lambda i: F.rotate(i, 12, M.BICUBIC, center=[3, 4], fill=200),
    "rotate_90": lambda i: F.rotate(i, 90, expand=True),
    "rotate_180": lambda i: F.rotate(i, 180),
    "affine_nearest": lambda i: F.affine(i, 10, [2, -3], 1.2, [5, -8]),
    "affine_scaled": lambda i: F.affine(i, 0, [2, -3], 0.7, [0, 0], fill=30),
    "affine_bilinear": lambda i: F.affine(i, -20, [0, 1], 0.8, [12, 0], M.BILINEAR, fill=30),
    "affine_bicubic": lambda i: F.affine(i, 140, [0, 1], 1.5, [0, 30], M.BICUBIC),
    "brightness": lambda i: F.adjust_brightness(i, 1.7),
    "brightness_less": lambda i: F.adjust_brightness(i, 0.33),
    "contrast": lambda i: F.adjust_contrast(i, 0.4),
    "contrast_more": lambda i: F.adjust_contrast(i, 2.5),
    "saturation": lambda i: F.adjust_saturation(i, 1.9),
    "saturation_less": lambda i: F.adjust_saturation(i, 0.2),
    "hue": lambda i: F.adjust_hue(i, 0.21),
    "hue_back": lambda i: F.adjust_hue(i, -0.4),
    "gamma": lambda i: F.adjust_gamma(i, 0.7, 1.1),
    "sharpness": lambda i: F.adjust_sharpness(i, 3),
    "smooth": lambda i: F.adjust_sharpness(i, 0.1),
    "grayscale": lambda i: F.to_grayscale(i, 3),
    "invert": F.invert,
    "posterize": lambda i: F.posterize(i, 3),
    "solarize": lambda i: F.solarize(i, 100),
    "autocontrast": F.autocontrast,
    "equalize": F.equalize,
    "blur": lambda i: F.gaussian_blur(i, [5, 9], [1.3, 0.8]),
    "Resize": T.Resize(24),
    "Resize_max": T.Resize(24, max_size=25),
    "CenterCrop": T.CenterCrop((10, 40)),
    "ToTensor": T.Compose([T.ToTensor(), T.Normalize([0.5], [0.25])]),
    "ConvertImageDtype": T.Compose([T.PILToTensor(), T.ConvertImageDtype(torch.int16)]),
}
RANDOM = {
    "RandomCrop": T.RandomCrop((12, 9)),
    "RandomCrop_padded": T.RandomCrop(25, padding=3, pad_if_needed=True, fill=50),
    "RandomResizedCrop": T.RandomResizedCrop(16),
    "RandomResizedCrop_wide": T.RandomResizedCrop((9, 20), (0.5, 1), (4, 5), M.BICUBIC),
    "RandomHorizontalFlip": T.RandomHorizontalFlip(),
    "RandomVerticalFlip": T.RandomVerticalFlip(),
    "ColorJitter": T.ColorJitter(0.4, 0.4, 0.4, 0.1),
    "ColorJitter_some": T.ColorJitter(brightness=(0.5, 2), hue=0.5),
    "RandomGrayscale": T.RandomGrayscale(0.5),
    "RandomRotation": T.RandomRotation(45, M.BILINEAR),
    "RandomAffine": T.RandomAffine((-30, 60), (0.1, 0.3), (0.5, 1.5), 20),
    "RandomAffine_shear": T.RandomAffine(10, shear=(-10, 10, -5, 30), interpolation=M.BILINEAR, fill=7),
    "RandomPerspective": T.RandomPerspective(),
    "GaussianBlur": T.GaussianBlur(7),
    "RandomInvert": T.RandomInvert(),
    "RandomPosterize": T.RandomPosterize(2),
    "RandomSolarize": T.RandomSolarize(90.5),
    "RandomAdjustSharpness": T.RandomAdjustSharpness(2.5),
    "RandomAutocontrast": T.RandomAutocontrast(),
    "RandomEqualize": T.RandomEqualize(),
    "AutoAugment_imagenet": T.AutoAugment(),
    "AutoAugment_cifar10": T.AutoAugment(AA.CIFAR10, M.BILINEAR, fill=128),
    "AutoAugment_svhn": T.AutoAugment(AA.SVHN),
    "RandAugment": T.RandAugment(),
    "RandAugment_weak": T.RandAugment(3, 5, 10, M.BILINEAR),
    "TrivialAugmentWide": T.TrivialAugmentWide(),
    "RandomErasing": T.Compose([T.ToTensor(), T.RandomErasing()]),
    "RandomErasing_noise": T.Compose([T.ToTensor(), T.RandomErasing(0.9, value="random")]),
    "RandomApply": T.RandomApply([T.RandomCrop(10), T.Grayscale(3)], 0.6),
    "training": T.Compose([T.RandomResizedCrop(20), T.RandomHorizontalFlip(), T.ColorJitter(0.2, 0.2, 0.2), T.ToTensor(), NORMALIZE]),
}
RGB_ONLY = {"RandomErasing_noise", "training", "RandomApply", "grayscale"}


def draw(width, height, seed):
    """Slopes, a disc and noise."""
    r = np.random.RandomState(seed)
    y, x = np.mgrid[0:height, 0:width].astype(float)
    picture = np.stack([255 * x / width, 255 * y / height, 127 + 100 * np.sin(x * y / 20)], -1)
    picture[(x - width / 2) ** 2 + (y - height / 3) ** 2 < (min(width, height) / 3) ** 2] = r.uniform(0, 255, 3)
    picture[: height // 3, : width // 3] = r.uniform(0, 255, (height // 3, width // 3, 3))
    return picture.astype(np.uint8)


def array_of(result):
    if isinstance(result, torch.Tensor):
        return result.numpy()
    return np.asarray(result).reshape(result.height, result.width, -1)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", nargs="?", type=pathlib.Path, default=pathlib.Path(__file__).parent / "transforms.npz")
    parser.add_argument("--seeds", type=int, default=4)
    arguments = parser.parse_args()
    sources = {"rgb": draw(31, 23, 0), "gray": draw(30, 34, 1)[..., 1:2]}
    arrays = {f"source/{name}": pixels for name, pixels in sources.items()}
    for source, pixels in sources.items():
        for name, transform in {**FIXED, **RANDOM}.items():
            if source == "gray" and name in RGB_ONLY:
                continue
            for seed in range(arguments.seeds if name in RANDOM else 1):
                torch.manual_seed(seed)
                picture = Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels)
                arrays[f"{name}@{source}#{seed}"] = array_of(transform(picture))
    np.savez_compressed(arguments.out, **arrays)
    print(len(arrays) - len(sources), "results in", arguments.out)


main()
