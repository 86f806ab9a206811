# torch.autograd.profiler.record_function, which names a part of a program in profiles of PyTorch.
from typing import Any, Optional

import torch


@torch.jit.script
class record_function(object):
    def __init__(self, name: str, args: Optional[str] = None) -> None:
        self.name = name

    def __enter__(self) -> None:
        pass

    def __exit__(self, exc_type: Any, exc_value: Any, traceback: Any) -> None:
        pass
