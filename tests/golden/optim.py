#!/usr/bin/env python3
"""Writes optim.txt: what PyTorch's optimizers and schedulers give, for src/train/optim/optim_test.cpp.

    tests/golden/optim.py

Optimizers: a float32 parameter of 7 numbers after steps 1, 5 and 20 whose gradients do not depend on it,
g[i] = sin(1.3 i + 0.7 step). LBFGS: two float64 numbers after each of 4 steps down Rosenbrock's valley.
Schedulers: the rate at first and after each of 24 steps."""
import math
import pathlib

import torch
from torch import optim
from torch.optim import lr_scheduler as lrs

OPTIMIZERS = {
    "sgd": lambda p: optim.SGD(p, 0.1),
    "sgd_momentum": lambda p: optim.SGD(p, 0.1, momentum=0.9),
    "sgd_dampening": lambda p: optim.SGD(p, 0.1, momentum=0.9, dampening=0.3, weight_decay=0.01),
    "sgd_nesterov": lambda p: optim.SGD(p, 0.1, momentum=0.8, nesterov=True, weight_decay=0.05),
    "adam": lambda p: optim.Adam(p, 0.01),
    "adam_decay": lambda p: optim.Adam(p, 0.02, betas=(0.8, 0.95), weight_decay=0.1),
    "adam_amsgrad": lambda p: optim.Adam(p, 0.02, betas=(0.5, 0.6), amsgrad=True, eps=1e-4),
    "adamw": lambda p: optim.AdamW(p, 0.01),
    "adamw_amsgrad": lambda p: optim.AdamW(p, 0.03, betas=(0.5, 0.6), weight_decay=0.3, amsgrad=True),
    "adagrad": lambda p: optim.Adagrad(p, 0.1),
    "adagrad_decay": lambda p: optim.Adagrad(
        p, 0.2, lr_decay=0.1, weight_decay=0.05, initial_accumulator_value=0.5, eps=1e-3),
    "rmsprop": lambda p: optim.RMSprop(p, 0.01),
    "rmsprop_centered": lambda p: optim.RMSprop(p, 0.01, alpha=0.9, centered=True, weight_decay=0.1),
    "rmsprop_momentum": lambda p: optim.RMSprop(p, 0.01, alpha=0.8, momentum=0.9, centered=True, eps=1e-3),
}


def one_cycle(**options):
    return lambda o: lrs.OneCycleLR(o, 0.5, total_steps=24, **options)


SCHEDULERS = {
    "lambda": lambda o: lrs.LambdaLR(o, lambda epoch: 0.9**epoch + 0.01 * epoch),
    "multi_step": lambda o: lrs.MultiStepLR(o, [3, 7, 7, 20], 0.3),
    "exponential": lambda o: lrs.ExponentialLR(o, 0.87),
    "linear": lambda o: lrs.LinearLR(o),
    "linear_down": lambda o: lrs.LinearLR(o, 0.9, 0.2, 15),
    "cosine": lambda o: lrs.CosineAnnealingLR(o, 8, 0.01),
    "warm_restarts": lambda o: lrs.CosineAnnealingWarmRestarts(o, 5),
    "warm_restarts_longer": lambda o: lrs.CosineAnnealingWarmRestarts(o, 3, 2, 0.001),
    "one_cycle": one_cycle(),
    "one_cycle_linear": one_cycle(anneal_strategy="linear", pct_start=0.4, div_factor=10.0, final_div_factor=100.0),
    "one_cycle_three_phase": one_cycle(three_phase=True),
    "sequential": lambda o: lrs.SequentialLR(
        o, [lrs.LinearLR(o, 0.1, 1.0, 4), lrs.ExponentialLR(o, 0.9), lrs.CosineAnnealingLR(o, 6)], [5, 12]),
}


def run_optimizer(make):
    p = torch.nn.Parameter(torch.linspace(-1, 2, 7))
    optimizer, kept = make([p]), []
    for step in range(20):
        p.grad = torch.tensor([math.sin(1.3 * i + 0.7 * step) for i in range(7)])
        optimizer.step()
        if step in (0, 4, 19):
            kept += p.tolist()
    return kept


def run_lbfgs(**options):
    p = torch.nn.Parameter(torch.tensor([-1.2, 1.0], dtype=torch.float64))
    optimizer, kept = optim.LBFGS([p], **options), []

    def closure():
        optimizer.zero_grad()
        loss = (1 - p[0]) ** 2 + 100 * (p[1] - p[0] ** 2) ** 2
        loss.backward()
        return loss

    for _ in range(4):
        optimizer.step(closure)
        kept += p.tolist()
    return kept


def run_scheduler(make):
    optimizer = optim.SGD([torch.nn.Parameter(torch.zeros(1))], 0.2, momentum=0.9)
    scheduler, rates, momenta = make(optimizer), [], []
    for step in range(25):
        rates.append(optimizer.param_groups[0]["lr"])
        momenta.append(optimizer.param_groups[0]["momentum"])
        optimizer.step()
        if step < 24:
            scheduler.step()
    return rates + momenta


def main():
    lines = [f"torch {torch.__version__}"]
    for name, make in OPTIMIZERS.items():
        lines.append(" ".join([name, *map(repr, run_optimizer(make))]))
    lines.append(" ".join(["lbfgs", *map(repr, run_lbfgs(lr=0.001, max_iter=8))]))
    lines.append(" ".join(["lbfgs_wolfe", *map(repr, run_lbfgs(line_search_fn="strong_wolfe", max_iter=5))]))
    lines.append(" ".join(["lbfgs_short", *map(repr, run_lbfgs(line_search_fn="strong_wolfe", history_size=2))]))
    for name, make in SCHEDULERS.items():
        lines.append(" ".join([name, *map(repr, run_scheduler(make))]))
    pathlib.Path(__file__).with_suffix(".txt").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
