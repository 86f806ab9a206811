#!/usr/bin/env python3
"""Weights, inputs and results of real PyTorch for the networks of the zoo.

reference.py check                   whether torch and torchvision are here
reference.py make FOLDER NAME...     for each network FOLDER/NAME.weights.pth and FOLDER/NAME.case.pth;
                                     "NAME done" is printed when both are whole
reference.py detect FOLDER NAME...  the same for detectors, but the case holds pictures and, for each, boxes,
                                     labels and scores
reference.py table                   parameters and a digest of the names and shapes of every network

A case holds: input; output, of the network in eval mode; and of a training step in float64 without
dropout: train.K, the outputs, loss (the sum of their squares), norm.P and, of small parameters,
grad.P, the gradients.
"""

import hashlib
import sys
import warnings

warnings.filterwarnings("ignore")


def build(name):
    import torchvision
    import twins

    if name in twins.NETWORKS:
        return twins.NETWORKS[name]()
    if hasattr(torchvision.models.segmentation, name):
        make = getattr(torchvision.models.segmentation, name)
        more = {} if name.startswith("lraspp") else {"aux_loss": True}
        return make(weights=None, weights_backbone=None, num_classes=21, **more)
    make = getattr(torchvision.models, name)
    if name in ("googlenet", "inception_v3"):
        return make(weights=None, init_weights=False)
    return make(weights=None)


def input_of(name):
    import torch
    import twins

    if name in twins.INPUTS:
        return twins.INPUTS[name]()
    size = 64
    if name.startswith("vit"):
        size = 224
    elif name.startswith("swin"):
        size = 112
    elif name == "inception_v3":
        size = 299
    elif name == "alexnet":
        size = 80
    return torch.randn(2, 3, size, size)


def scramble(net):
    """Statistics and factors as after training, so that no layer is without effect."""
    import torch

    for module in net.modules():
        if isinstance(module, torch.nn.modules.batchnorm._BatchNorm):
            module.running_mean.normal_(0, 0.1)
            module.running_var.uniform_(0.5, 1.5)
            if module.weight is not None:
                torch.nn.init.uniform_(module.weight, 0.5, 1.5)
                torch.nn.init.normal_(module.bias, 0, 0.1)
        if hasattr(module, "layer_scale") and isinstance(module.layer_scale, torch.nn.Parameter):
            torch.nn.init.uniform_(module.layer_scale, 0.1, 0.5)
        if hasattr(module, "heads") and hasattr(module.heads, "head"):
            torch.nn.init.normal_(module.heads.head.weight, 0, 0.1)


def tensors(result):
    import torch

    if isinstance(result, torch.Tensor):
        return [result]
    if isinstance(result, dict):
        result = list(result.values())
    if hasattr(result, "_asdict"):  # GoogLeNet's outputs carry each other's names
        parts = result._asdict()
        result = [parts[k] for k in ("logits", "aux_logits2", "aux_logits1", "aux_logits") if k in parts]
    return [t for t in result if t is not None]


def random_layers_off(net):
    import torch

    for module in net.modules():
        if type(module).__name__ in ("Dropout", "Dropout2d", "StochasticDepth"):
            module.eval()
        if isinstance(module, torch.nn.RNNBase):
            module.dropout = 0.0


def make(folder, name):
    import torch

    torch.manual_seed(1)
    net = build(name)
    with torch.no_grad():
        scramble(net)
    inputs = input_of(name)
    inputs = inputs if isinstance(inputs, (list, tuple)) else [inputs]
    torch.save(net.state_dict(), f"{folder}/{name}.weights.pth")
    case = {f"input.{i}": t for i, t in enumerate(inputs)}
    net.eval()
    with torch.no_grad():
        for i, t in enumerate(tensors(net(*inputs))):
            case[f"output.{i}"] = t.contiguous()
    net.double().train()
    random_layers_off(net)
    outputs = tensors(net(*[t.double() if t.is_floating_point() else t for t in inputs]))
    loss = sum((t * t).sum() for t in outputs)
    loss.backward()
    case["loss"] = loss.detach()
    for i, t in enumerate(outputs):
        case[f"train.{i}"] = t.detach().contiguous()
    for key, parameter in net.named_parameters():
        if parameter.grad is None:
            continue
        case["norm." + key] = parameter.grad.norm()
        if parameter.numel() <= 4096:
            case["grad." + key] = parameter.grad.contiguous()
    torch.save(case, f"{folder}/{name}.case.pth")
    print(name, "done", flush=True)


def detect(folder, name):
    import torch
    import torchvision

    torch.manual_seed(2)
    net = getattr(torchvision.models.detection, name)(weights=None, weights_backbone=None)
    with torch.no_grad():
        # Places and classes must differ, or the order among equals decides; and numbers must stay small.
        for module in net.modules():
            if isinstance(module, (torch.nn.Conv2d, torch.nn.Linear)):
                torch.nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
            if isinstance(module, torch.nn.BatchNorm2d):
                module.momentum = 1.0
        net.train()
        features = net.backbone(torch.randn(8, 3, 320, 320))
        if name.startswith("ssdlite"):
            net.head(list(features.values()))
        else:
            net.rpn.head.bbox_pred.weight.mul_(0.05)
            net.roi_heads.box_predictor.bbox_pred.weight.mul_(0.05)
            net.roi_heads.box_predictor.cls_score.weight.mul_(0.1)
    net.eval()
    pictures = [torch.rand(3, 7, 9), torch.rand(3, 9, 6)]  # of few large areas
    pictures = [torch.nn.functional.interpolate(p[None], scale_factor=30)[0] for p in pictures]
    case = {f"picture.{i}": t for i, t in enumerate(pictures)}
    with torch.no_grad():
        for i, found in enumerate(net(pictures)):
            for key in ("boxes", "labels", "scores"):
                case[f"{key}.{i}"] = found[key].contiguous()
    torch.save(net.state_dict(), f"{folder}/{name}.weights.pth")
    torch.save(case, f"{folder}/{name}.case.pth")
    print(name, "done", flush=True)


def digest(net):
    lines = sorted(f"{k} {list(v.shape)}" for k, v in net.state_dict().items())
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def table():
    import torch
    import torchvision
    import twins

    # Nothing is drawn: only shapes matter.
    for draw in ("normal_", "uniform_", "trunc_normal_", "kaiming_normal_", "kaiming_uniform_",
                 "xavier_uniform_", "constant_", "zeros_", "ones_"):
        setattr(torch.nn.init, draw, lambda tensor, *args, **more: tensor)
    print(f"# torchvision {torchvision.__version__}: name, parameters, digest of names and shapes")
    names = torchvision.models.list_models(torchvision.models)
    for name in sorted(names + list(twins.NETWORKS) + torchvision.models.list_models(torchvision.models.segmentation)):
        if name == "maxvit_t":
            continue
        net = build(name)
        print(name, sum(p.numel() for p in net.parameters()), digest(net), sep="\t", flush=True)


if __name__ == "__main__":
    if sys.argv[1] == "check":
        import torchvision  # noqa: F401
    elif sys.argv[1] == "table":
        table()
    else:
        for network in sys.argv[3:]:
            (make if sys.argv[1] == "make" else detect)(sys.argv[2], network)
