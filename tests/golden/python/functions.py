"""TorchScript as people write it in Python files, a construct or two a function: PyTorch's results of them are in
functions.txt, which make_golden.py writes. Each function without parameters is a test."""
import math
import torch
import torch.nn as nn
import torch.nn.functional as F
import typing
from enum import Enum
from torch import Tensor
from typing import Any, Dict, List, NamedTuple, Optional, Tuple, Union

SCALE = 3
NAME = "golden"


class Color(Enum):
    RED = 1
    GREEN = 2


class Point(NamedTuple):
    x: Tensor
    y: int


@torch.jit.script
class Counter:
    """A script class."""

    def __init__(self, start: int):
        self.n = start
        self.log: List[int] = []

    def add(self, by: int = 1) -> int:
        self.n += by
        self.log.append(self.n)
        return self.n

    @property
    def double(self) -> int:
        return self.n * 2

    @double.setter
    def double(self, v: int):
        self.n = v // 2

    @staticmethod
    def hello(n: int) -> int:
        return n + 100

    def __len__(self) -> int:
        return len(self.log)

    def __getitem__(self, i: int) -> int:
        return self.log[i]

    def __contains__(self, i: int) -> bool:
        return i in self.log

    def __add__(self, other: int) -> int:
        return self.n + other

    def __lt__(self, other: "Counter") -> bool:
        return self.n < other.n


@torch.jit.script
def helper(x, n: int = 2, s: Optional[str] = None):
    # type: (Tensor, int, Optional[str]) -> Tensor
    return x * n


def imports() -> Tuple[float, float, Tensor, Tensor]:
    return math.pi, math.sqrt(2.0), F.relu(torch.tensor([-1.0, 2.0])), nn.functional.relu6(torch.tensor([7.0]))


def attribute_chains() -> Tuple[Tensor, int, Tensor]:
    x = torch.nn.functional.relu(torch.arange(-2, 3, dtype=torch.float32))
    return x, torch.arange(3).dtype, torch.zeros(2, dtype=torch.int64)




def fstrings() -> str:
    n = 3
    x = 1.5
    return f"n is {n}, x is {x + 1}, {{n}}" f" {n}"


def format_method() -> str:
    return "{} and {}".format(1, "two")


def percent() -> str:
    return "%d of %s" % (3, "four")


def chained() -> List[bool]:
    a, b, c = 1, 2, 3
    return [a < b < c, a < b > c, a <= 1 < b <= c, c > b > a]


def type_comment_called() -> Tensor:
    return helper(torch.ones(2)) + helper(torch.ones(2), 5) + helper(x=torch.ones(2), n=1)


def type_comment(x, y=3):
    # type: (List[int], int) -> int
    return x[0] + y


def type_comment_lines(x,  # type: List[int]
                       y,  # type: int
                       ):
    # type: (...) -> int
    return x[0] + y


def type_comments() -> Tuple[int, int]:
    return type_comment([1, 2]), type_comment_lines([4], 2)


def docstring() -> int:
    """Says nothing."""
    # nor does this
    return 1


def pep604(x: "Optional[int]" = None) -> int:
    return 0 if x is None else x


def pep585(x: list[int], y: dict[str, int], z: tuple[int, str]) -> int:
    return x[0] + y["a"] + z[0]


def annotations() -> Tuple[int, int, int]:
    return pep604(), pep604(4), pep585([1], {"a": 2}, (3, "c"))


def string_annotation(x: "Tensor", y: "List[int]") -> "Tensor":
    return x + y[0]


def string_annotations() -> Tensor:
    return string_annotation(torch.ones(1), [2])


def unannotated(x):
    return x + 1


def unannotated_called() -> Tensor:
    return unannotated(torch.ones(2))


def default_arguments(a: int = SCALE, b: float = 2 * 1.5, c: str = NAME, d: Tuple[int, int] = (1, 2)) -> str:
    return "{} {} {} {}".format(a, b, c, d)


def defaults_called() -> Tuple[str, str]:
    return default_arguments(), default_arguments(1, c="x")


def annotate() -> Tuple[List[Tensor], Optional[int], Dict[str, int]]:
    a = torch.jit.annotate(List[Tensor], [])
    b = torch.jit.annotate(Optional[int], None)
    c: Dict[str, int] = {}
    a.append(torch.ones(1))
    c["k"] = 2
    return a, b, c


def jit_isinstance(x: Any) -> int:
    if torch.jit.isinstance(x, List[int]):
        return x[0]
    elif torch.jit.isinstance(x, Dict[str, int]):
        return x["a"]
    return -1


def jit_isinstances() -> List[int]:
    return [jit_isinstance([5]), jit_isinstance({"a": 6}), jit_isinstance("s")]


def is_scripting() -> int:
    if torch.jit.is_scripting():
        return 1
    else:
        return unscriptable()



def unscriptable():
    import os
    try:
        return len(os.listdir("."))
    except OSError:
        return 0


def assert_isinstance(x: Union[int, str]) -> int:
    assert isinstance(x, int)
    return x + 1


def assert_isinstances() -> int:
    return assert_isinstance(3)


def union_refinement(x: Union[int, str, None]) -> str:
    if x is None:
        return "none"
    if isinstance(x, int):
        return "int {}".format(x + 1)
    return x.upper()


def union_refinements() -> List[str]:
    return [union_refinement(None), union_refinement(1), union_refinement("s")]


def optional_refinement(x: Optional[int], y: Optional[int]) -> int:
    if x is not None and y is not None:
        return x + y
    if x is None or y is None:
        return -1
    return 0


def optional_refinements() -> List[int]:
    return [optional_refinement(1, 2), optional_refinement(None, 2), optional_refinement(1, None)]


def optional_assert(x: Optional[Tensor]) -> Tensor:
    assert x is not None
    return x + 1


def optional_asserts() -> Tensor:
    return optional_assert(torch.ones(1))


def enumerates() -> List[int]:
    out: List[int] = []
    for i, v in enumerate([10, 20]):
        out.append(i * v)
    for i, v in enumerate([10, 20], 5):
        out.append(i * v)
    return out


def zips() -> List[int]:
    out: List[int] = []
    for a, b in zip([1, 2, 3], [4, 5]):
        out.append(a * b)
    for i, (a, b) in enumerate(zip([1, 2], [3, 4])):
        out.append(i + a + b)
    return out


def ranges() -> List[int]:
    out = [i for i in range(3)]
    for i in range(5, 0, -2):
        out.append(i)
    for i in range(2, 4):
        out.append(i)
    return out



def sorts() -> Tuple[List[int], List[float], List[str]]:
    a = [3, 1, 2]
    a.sort()
    b = [2.5, -1.0]
    b.sort(reverse=True)
    return sorted([3, 2, 1]), b, sorted(["b", "a"])


def anys() -> List[bool]:
    return [any([True, False]), all([True, False]), any([0, 1]), all([1.0, 2.0])]


def minmax() -> Tuple[int, float, int, int]:
    return min(1, 2), max(1.5, 2.5), min([3, 1, 2]), max([3, 1, 2])


def sums() -> Tuple[int, float, bool]:
    return sum([1, 2, 3]), sum([0.5, 1.5]), sum([True, False]) == 1


def numbers() -> Tuple[int, float, float, Tuple[int, int], float]:
    return abs(-3), abs(-1.5), round(2.5), divmod(7, 2), pow(2, 3)


def characters() -> Tuple[int, str, str, str, str]:
    return ord("a"), chr(98), hex(255), oct(8), bin(5)


def casts() -> Tuple[int, float, bool, str, int, float, complex]:
    return int(1.9), float(2), bool(3), str(4), int("12"), float("1.5"), complex(1, 2)


def list_methods() -> Tuple[List[int], int, int, int, List[int], List[int]]:
    a = [1, 2, 3]
    a.append(4)
    a.extend([5, 6])
    a.insert(0, 0)
    last = a.pop()
    first = a.pop(0)
    a.remove(3)
    a.reverse()
    b = a.copy()
    a.clear()
    return b, last, first, b.index(2), b + [9], b * 2


def list_more() -> Tuple[int, bool, List[int], List[int], int]:
    a = [1, 1, 2]
    del a[0]
    a += [7]
    a[0] = 5
    a[-1] *= 2
    return a.count(2), 2 in a, a[1:], a[::2], len(a)


def dict_methods() -> Tuple[List[str], List[int], int, int, bool, int, List[Tuple[str, int]]]:
    d = {"a": 1, "b": 2}
    d["c"] = 3
    d.update({"d": 4})
    n = d.pop("d")
    g = d.get("a", 0)
    h = d.get("z", -1)
    e = d.setdefault("e", 9)
    del d["e"]
    c = d.copy()
    d.clear()
    return list(c.keys()), list(c.values()), n, g + h + e, "a" in c, len(d), c.items()


def dict_loops() -> List[str]:
    out: List[str] = []
    for k in {"x": 1, "y": 2}:
        out.append(k)
    for k, v in {"z": 3}.items():
        out.append(k + str(v))
    return out


def comprehensions() -> Tuple[List[int], Dict[str, int], List[str]]:
    return [i * i for i in range(4)], {str(i): i for i in [1, 2]}, [c for c in "ab"]


def str_methods() -> List[str]:
    s = "Hello World"
    return [s.upper(), s.lower(), s.replace("o", "0"), s.strip("H"), s.title(), s.swapcase(), s.capitalize(),
            s.center(15, "*"), s.ljust(13, "."), s.rjust(13, "."), s.zfill(13), "a".join(["1", "2"]), s[1:4], s[-1],
            s.lstrip("He"), s.rstrip("ld"), " x ".strip(), s.expandtabs(4), s + "!", "%s" % s, s[::-1]]


def str_tests() -> List[bool]:
    s = "abc"
    return [s.startswith("a"), s.endswith("c"), s.isalpha(), s.isdigit(), s.isalnum(), s.islower(), s.isupper(),
            s.isspace(), s.isdecimal(), s.isnumeric(), s.isidentifier(), s.istitle(), s.isprintable(), "b" in s,
            s == "abc", s < "abd"]


def str_finds() -> Tuple[int, int, int, int, List[str], List[str], Tuple[str, str, str], List[str]]:
    s = "a,b,c"
    return s.find("b"), s.rfind("c"), s.index("b"), s.count(","), s.split(","), s.rsplit(",", 1), s.partition(","), \
        "x\ny".splitlines()


def tuples() -> Tuple[int, str, int, Tuple[int, str], bool]:
    t = (1, "a")
    a, b = t
    return a, b, len(t), t + (), (1, 2) == (1, 2)


def tuple_slices() -> Tuple[Tuple[int, int], int]:
    t = (1, 2, 3)
    return t[:2], t[-1]


def starred_call() -> Tensor:
    t = (torch.ones(2), 3)
    return helper(*t)


def starred_unpack() -> Tuple[int, int]:
    a, *b = 1, 2, 3
    return a, b[0] + b[1]


def early_return(n: int) -> int:
    for i in range(10):
        if i == n:
            return i * 100
    return -1


def early_returns() -> Tuple[int, int]:
    return early_return(3), early_return(20)


def return_in_nest(n: int) -> int:
    if n > 0:
        if n > 5:
            return 1
        n += 10
    else:
        for i in range(3):
            if i == 1:
                return 2
    return n


def returns_in_nest() -> List[int]:
    return [return_in_nest(7), return_in_nest(2), return_in_nest(-1)]


def breaks() -> List[int]:
    out: List[int] = []
    for i in range(10):
        if i == 2:
            continue
        if i == 5:
            break
        out.append(i)
    n = 0
    while True:
        n += 1
        if n > 3:
            break
        if n == 2:
            continue
        out.append(n * 10)
    return out


def no_grads() -> Tuple[bool, bool, bool]:
    x = torch.ones(1).requires_grad_()
    with torch.no_grad():
        y = x * 2
        inner = torch.is_grad_enabled()
    return y.requires_grad, inner, torch.is_grad_enabled()


def return_inside_with() -> Tensor:
    with torch.no_grad():
        return torch.ones(1) + 1


def break_inside_with() -> int:
    n = 0
    for i in range(5):
        with torch.no_grad():
            n += i
            if i == 2:
                break
    return n


def forked(x: Tensor, n: int) -> Tensor:
    return x + n


def forks() -> Tensor:
    a = torch.jit.fork(forked, torch.ones(2), 3)
    b = torch.jit.fork(forked, torch.ones(2), n=4)
    return torch.jit.wait(a) + torch.jit.wait(b)


def recursive_helper() -> int:
    return first_helper(3)


def first_helper(n: int) -> int:
    return second_helper(n) + 1


def second_helper(n: int) -> int:
    return n * 10


def classes() -> Tuple[int, int, int, int, int, bool, int, bool]:
    c = Counter(5)
    c.add()
    c.add(10)
    d = Counter(1)
    c.double = 50
    return c.n, c.double, Counter.hello(1), len(c), c[0], 16 in c, c + 1, d < c


def enums() -> Tuple[int, str, bool, bool]:
    c = Color.RED
    return c.value, c.name, c == Color.GREEN, c is Color.RED


def namedtuples() -> Tuple[Tensor, int, int]:
    p = Point(torch.ones(1), 2)
    q = Point(y=3, x=p.x)
    x, y = q
    return p.x, q.y, y


def none_checks(x: Optional[Tensor] = None) -> int:
    if x is None:
        return 0
    else:
        return x.size(0)


def none_check() -> Tuple[int, int]:
    return none_checks(), none_checks(torch.ones(3))


def raises_caught(x: int) -> int:
    if x < 0:
        raise ValueError("negative: {}".format(x))
    return x


def raises() -> int:
    return raises_caught(3)


def slices() -> Tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    x = torch.arange(24).view(2, 3, 4)
    return x[0], x[:, 1], x[..., -1], x[0, None, 1:], x[:, :, ::2]


def index_tensors() -> Tuple[Tensor, Tensor, Tensor]:
    x = torch.arange(6).view(2, 3)
    return x[torch.tensor([1, 0])], x[x > 2], x[:, [0, 2]]


def index_assign() -> Tensor:
    x = torch.zeros(3, 3)
    x[0] = 1
    x[1, 2] = 5.5
    x[2, :2] = torch.tensor([7.0, 8.0])
    x[x > 6] = -1.0
    x[0, 0] += 3
    return x


def tensor_attributes() -> Tuple[List[int], int, bool, int]:
    x = torch.ones(2, 3)
    return x.shape, x.ndim, x.is_cuda, x.dtype


def tensor_methods() -> Tuple[Tensor, Tensor, int, float, List[int], Tensor]:
    x = torch.arange(6).float().reshape(2, 3)
    return x.t(), x.mean(dim=1, keepdim=True), x.numel(), x.sum().item(), x.size(), x.max(dim=1)[0]


def operators() -> Tuple[Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]:
    x = torch.tensor([1.0, 2.0, 3.0])
    return x ** 2, 2 / x, x // 2, x % 2, -x, x @ x


def bool_operators() -> Tuple[Tensor, Tensor, Tensor]:
    a = torch.tensor([True, False])
    b = torch.tensor([True, True])
    return a & b, a | b, ~a


def integer_operators() -> List[int]:
    return [7 // 2, -7 // 2, 7 % 3, -7 % 3, 1 << 3, 16 >> 2, 6 & 3, 6 | 3, 6 ^ 3]


def literals() -> Tuple[int, int, int, float, int]:
    return 0xFF, 0b101, 0o17, 1e-3, 1_000


def multiline() -> int:
    total = (1 +
             2 +
             3)
    other = 4 \
        + 5
    return total + other


def ternaries() -> List[int]:
    x = 3
    return [1 if x > 2 else 2, (5 if x == 2 else 6) + 1]


def lambdaless_sort() -> List[int]:
    out = [3, 1, 2]
    out.sort()
    return out


def nested_lists() -> List[List[int]]:
    return [[i * j for j in range(2)] for i in range(3)]


def while_loop() -> int:
    n = 10
    while n > 3 and n != 5:
        n -= 1
    return n


def string_loop() -> str:
    out = ""
    for c in "abc":
        out = c + out
    return out


def tensor_loop() -> List[float]:
    out: List[float] = []
    for row in torch.arange(4).view(2, 2).float():
        out.append(row.sum().item())
    return out


def tuple_loop() -> int:
    total = 0
    for v in (1, 2, 3):
        total += v
    return total


def is_none_list(x: Optional[List[int]] = None) -> int:
    if x is not None:
        return len(x)
    return -1


def is_none_lists() -> Tuple[int, int]:
    return is_none_list(), is_none_list([1])


def math_functions() -> List[float]:
    return [float(math.floor(1.5)), float(math.ceil(1.2)), math.sqrt(4.0), math.exp(0.0), math.log(1.0), math.sin(0.0),
            math.fabs(-1.0), math.pow(2.0, 3.0), math.fmod(5.0, 3.0), math.atan2(0.0, 1.0), math.degrees(0.0)]


def math_tests() -> Tuple[bool, bool, bool, int, int]:
    return math.isnan(math.nan), math.isinf(math.inf), math.isfinite(1.0), math.gcd(12, 18), math.factorial(5)


def hash_and_print() -> bool:
    return hash("a") == hash("a")


def functional_calls() -> Tuple[Tensor, Tensor, Tensor, Tensor]:
    x = torch.linspace(-1, 1, 16).view(1, 1, 4, 4)
    return F.max_pool2d(x, 2), F.avg_pool2d(x, kernel_size=2), F.interpolate(x, size=[2, 2], mode="nearest"), \
        F.pad(x[0, 0], (1, 0))


def pool_with_indices() -> Tuple[Tensor, Tensor]:
    return F.max_pool2d(torch.arange(16).float().view(1, 1, 4, 4), 2, return_indices=True)


def softmaxes() -> Tuple[Tensor, Tensor]:
    x = torch.tensor([[1.0, 2.0], [3.0, 5.0]])
    return F.softmax(x, dim=1), F.log_softmax(x, dim=-1)


def losses() -> Tuple[Tensor, Tensor, Tensor]:
    x = torch.tensor([[1.0, 2.0], [3.0, 5.0]])
    return F.cross_entropy(x, torch.tensor([0, 1])), F.mse_loss(x, x + 1), F.l1_loss(x, x * 2, reduction="sum")


def linear_algebra() -> Tuple[Tensor, Tensor, Tensor]:
    x = torch.tensor([[3.0, 4.0]])
    return torch.norm(x), x.norm(2, 1), F.normalize(x)


def device_and_dtype() -> Tuple[str, Tensor, Tensor]:
    d = torch.device("cpu")
    return d.type, torch.ones(2, device=d, dtype=torch.float64).to(torch.float32), torch.ones(1).to("cpu").long()


def splits() -> List[Tensor]:
    return torch.split(torch.arange(5), 2) + torch.chunk(torch.arange(4), 2)


def cats() -> Tuple[Tensor, Tensor]:
    return torch.cat([torch.ones(1), torch.zeros(1)]), torch.stack([torch.ones(1), torch.zeros(1)], dim=1)


def einsums() -> Tensor:
    return torch.einsum("ij,jk->ik", [torch.ones(2, 3), torch.ones(3, 2)])


def lens() -> Tuple[int, int, int, int, int]:
    return len([1]), len("ab"), len({"a": 1}), len(torch.ones(3)), len((1, 2))


def augmented() -> Tuple[int, float, str, Tensor]:
    a = 1
    a += 2
    a *= 3
    a -= 1
    b = 8.0
    b /= 2
    s = "a"
    s += "b"
    x = torch.ones(2)
    x += 1
    x *= 3
    return a, b, s, x


def del_variable_item() -> List[int]:
    a = [1, 2, 3]
    del a[1]
    return a


def scopes() -> int:
    if True:
        x = 1
    else:
        x = 2
    for i in range(2):
        x = x + i
    return x


def elif_returns(n: int) -> int:
    if n == 0:
        return 10
    elif n == 1:
        return 11
    elif n == 2:
        n = 100
    else:
        if n == 3:
            return 13
        n += 1
    return n


def elifs_return() -> List[int]:
    return [elif_returns(i) for i in range(5)]
