"""PyTorch's part of bench/training, in a process of its own. Lines in, a line of JSON out for each:

  make MODEL FOLDER         writes weights.bin, x.bin and y.bin of a model and its batch
  load MODEL FOLDER DROPOUT the model with those weights  -> {"base_kb"}
  losses COUNT              of so many steps -> {"losses": [...]}
  exact COUNT               the same in float64
  run SECONDS MINIMUM       steps -> {"t": [seconds of each], "peak_kb"}

usage: training_torch.py THREADS
"""
import json
import os
import pathlib
import sys
import time

answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)   # whatever libraries print stays out of the answers
import torch
from torch.nn.functional import cross_entropy

from training_models import MODELS


def kilobytes(key):
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith(key))


def floats(model):
    return [t for t in model.state_dict().values() if t.is_floating_point()]


def make(name, folder):
    torch.manual_seed(0)
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    model, inputs, targets = MODELS[name]
    (folder / "weights.bin").write_bytes(b"".join(t.numpy().tobytes() for t in floats(model(0.0))))
    (folder / "x.bin").write_bytes(inputs().numpy().tobytes())
    (folder / "y.bin").write_bytes(targets().numpy().tobytes())
    return {}


class Training:
    def __init__(self, name, folder, dropout):
        base = kilobytes("VmRSS")
        folder = pathlib.Path(folder)
        model, inputs, targets = MODELS[name]
        self.model = model(float(dropout)).train()
        read = lambda file, like: torch.frombuffer(bytearray((folder / file).read_bytes()), dtype=like.dtype).view_as(like)
        weights, at = torch.frombuffer(bytearray((folder / "weights.bin").read_bytes()), dtype=torch.float32), 0
        for t in floats(self.model):
            t.copy_(weights[at:at + t.numel()].view_as(t))
            at += t.numel()
        self.x, self.y = read("x.bin", inputs()), read("y.bin", targets())
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=0.01, momentum=0.9)
        self.told = {"base_kb": base}

    def step(self):
        self.optimizer.zero_grad()
        loss = cross_entropy(self.model(self.x), self.y)
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def widen(self):
        self.model.double()
        if self.x.is_floating_point():
            self.x = self.x.double()

    def timed(self):
        start = time.perf_counter()
        self.step()
        return time.perf_counter() - start

    def run(self, seconds, minimum):
        end, times = time.perf_counter() + seconds, []
        while len(times) < minimum or time.perf_counter() < end:
            times.append(self.timed())
        return {"t": times, "peak_kb": kilobytes("VmHWM")}


def main():
    torch.set_num_threads(int(sys.argv[1]))
    training = None
    for line in sys.stdin:
        command, *words = line.split()
        try:
            if command == "make":
                answer = make(*words)
            elif command == "load":
                training = Training(*words)
                answer = training.told
            elif command in ("losses", "exact"):
                if command == "exact":
                    training.widen()
                answer = {"losses": [training.step() for _ in range(int(words[0]))]}
            else:
                answer = training.run(float(words[0]), int(words[1]))
        except Exception as e:
            answer = {"error": repr(e)[:400]}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


main()
