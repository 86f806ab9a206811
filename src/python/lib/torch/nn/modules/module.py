# torch.nn.Module. What it offers beyond attributes is the evaluator's own.
from typing import Optional


class Module:
    training: bool
    _is_full_backward_hook: Optional[bool]

    def __init__(self):
        self.training = True
        self._is_full_backward_hook = None
