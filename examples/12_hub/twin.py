"""The boxes anew: the networks run by PyTorch on pictures prepared by PIL, and suppression of doubles by torchvision."""
import csv
import os
import sys

import numpy as np
import torch
from PIL import Image

try:
    from torchvision.ops import batched_nms, box_iou
except ImportError:
    print("SKIP: the twin, for torchvision cannot be imported")
    sys.exit(0)

folder = sys.argv[1]


def boxes_of(net, path, size, confidence):
    picture = Image.open(path).convert("RGB")
    scale = size / max(picture.size)
    scaled = picture.resize([round(side * scale) for side in picture.size], Image.BILINEAR)
    left, top = [round((size - side) / 2 - 0.1) for side in scaled.size]
    square = Image.new("RGB", (size, size), (114, 114, 114))
    square.paste(scaled, (left, top))
    x = torch.from_numpy(np.asarray(square).copy()).permute(2, 0, 1)[None].float() / 255
    with torch.no_grad():
        rows = net(x)
    rows = (rows[0] if isinstance(rows, (tuple, list)) else rows)[0]
    score, label = (rows[:, 4:5] * rows[:, 5:]).max(1)
    kept = (rows[:, 4] > confidence) & (score > confidence)
    rows, score, label = rows[kept], score[kept], label[kept]
    corners = torch.cat([rows[:, :2] - rows[:, 2:4] / 2, rows[:, :2] + rows[:, 2:4] / 2], 1)
    best = batched_nms(corners, score, label, 0.45)[:1000]
    width, height = picture.size
    pad = torch.tensor([(size - width * scale) / 2, (size - height * scale) / 2] * 2)
    limit = torch.tensor([width, height] * 2).float()
    return torch.min(((corners[best] - pad) / scale).clamp(min=0), limit), score[best], label[best]


def compare(name, model, size, confidence):
    net = torch.jit.load(model).eval()
    with open(f"{folder}/{name}.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    for path in dict.fromkeys(row["picture"] for row in rows):
        found = [row for row in rows if row["picture"] == path]
        ours = torch.tensor([[float(row[k]) for k in ("xmin", "ymin", "xmax", "ymax")] for row in found])
        boxes, scores, labels = boxes_of(net, path, size, confidence)
        assert len(boxes) == len(ours), (path, len(boxes), len(ours))
        overlap, match = box_iou(ours, boxes).max(1)
        assert overlap.min() >= 0.99, (path, overlap.min())
        for row, i in zip(found, match.tolist()):
            assert int(row["class"]) == labels[i] and abs(float(row["confidence"]) - scores[i]) < 1e-3
        print(f"{os.path.basename(path)}: {len(ours)} boxes, overlap at least {overlap.min():.4f}")


compare("random", f"{folder}/random.pt", 320, float(torch.load(f"{folder}/tensors.pth")["confidence"]))
if os.path.exists(f"{folder}/coco.csv"):
    compare("coco", "../shared/models/yolov5n_coco/yolov5n_640.torchscript.pt", 640, 0.25)
