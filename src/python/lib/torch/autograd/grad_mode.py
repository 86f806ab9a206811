# torch.no_grad() and its kin, as TorchScript's classes.
from typing import Any

import torch


@torch.jit.script
class no_grad(object):
    def __init__(self) -> None:
        self.prev = True

    def __enter__(self) -> None:
        self.prev = torch.is_grad_enabled()
        torch.set_grad_enabled(False)

    def __exit__(self, exc_type: Any, exc_value: Any, traceback: Any) -> None:
        torch.set_grad_enabled(self.prev)


@torch.jit.script
class enable_grad(object):
    def __init__(self) -> None:
        self.prev = True

    def __enter__(self) -> None:
        self.prev = torch.is_grad_enabled()
        torch.set_grad_enabled(True)

    def __exit__(self, exc_type: Any, exc_value: Any, traceback: Any) -> None:
        torch.set_grad_enabled(self.prev)
