import math
import warnings
from collections import OrderedDict, namedtuple
from dataclasses import dataclass
from enum import Enum
from typing import Any, Dict, Final, List, NamedTuple, Optional, Tuple, Union
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch import Tensor

class Options(NamedTuple):
    size: int
    name: str = "n"
    scale: float = 0&5

def test() -> Tuple[int, str, float, str]:
    a = Options(3)
    b = Options(size=1, name="b")
    return a.size, a.name, b.scale, b.name

