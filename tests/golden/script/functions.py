# TorchScript functions, one construct or two each: PyTorch's results of them are in functions.txt,
# which make_functions.py writes. Not Python: the grammar is that of PyTorch's importer.

def arithmetic() -> List[float]:
    a = 7
    b = 2
    return [float(a + b), float(a - b), float(a * b), a / b, float(a // b), float(a % b), float(a ** b), float(-a // b), float(-a % b), 2.5 ** 2., 7.5 // 2., -7.5 % 2.]

def bits() -> List[int]:
    return [6 & 3, 6 | 3, 6 ^ 3, 1 << 4, 256 >> 2]

def comparisons() -> List[bool]:
    return [1 < 2, 1 > 2, 1 <= 1, 1 >= 2, 1 == 1, 1 != 1, 1.5 < 2, "a" < "b", "a" == "a", not True, True and False, True or False]

def number_literals() -> Tuple[int, float, float, float, complex, int]:
    return 9223372036854775807, 1e-3, .5, 2., 3j, 0x1f

def minus_literal() -> int:
    return -9223372036854775807

def special_floats() -> Tuple[float, float]:
    return inf, -inf

def string_escapes() -> str:
    return 'a\n\t"\101' "joined" '''triple
line'''

def ternary(x: int = 3) -> int:
    return 1 if x > 2 else 2

def elif_chain() -> List[int]:
    out = annotate(List[int], [])
    for i in range(4):
        if i == 0:
            out.append(10)
        elif i == 1:
            out.append(11)
        elif i == 2:
            pass
        else:
            out.append(13)
    return out

def early_return() -> int:
    for i in range(10):
        if i * i > 20:
            return i
    return -1

def nested_return() -> List[int]:
    return [__torch__.nested_return_of(1, 5), __torch__.nested_return_of(3, 5), __torch__.nested_return_of(20, 5), __torch__.nested_return_of(2, 0)]

def nested_return_of(a: int, b: int) -> int:
    if a > 1:
        if b > 2:
            if a > 10:
                return a
            b = b + 1
        else:
            return -b - 7
        a = a + 100
    a = a + b
    return a * 2

def return_from_while() -> int:
    n = 0
    while n < 1000:
        n += 1
        if n % 7 == 0 and n % 5 == 0:
            return n
    return 0

def return_from_two_loops() -> Tuple[int, int]:
    for i in range(5):
        for j in range(5):
            if i * j == 6:
                return i, j
    return -1, -1

def break_and_continue() -> List[int]:
    out: List[int] = []
    for i in range(20):
        if i % 2 == 0:
            continue
        if i > 11:
            break
        if i == 5:
            out.append(-5)
            continue
        out.append(i)
    return out

def break_inside_two_ifs() -> List[int]:
    out: List[int] = []
    i = 0
    while i < 100:
        i += 1
        if i > 3:
            if i % 4 == 0:
                if i > 10:
                    break
            out.append(i)
        out.append(-i)
    return out

def loops_with_break_in_the_inner_one() -> int:
    total = 0
    for i in range(6):
        for j in range(6):
            if j > i:
                break
            total += i * j
    return total

def while_with_two_variables() -> Tuple[int, int]:
    a = 0
    b = 1
    while a < 50 and b < 1000:
        a, b = b, a + b
    return a, b

def for_over_list() -> float:
    total = 0.
    for v in [1.5, 2.5, 3.]:
        total += v
    return total

def for_over_tuple() -> str:
    out = ""
    for v in (1, "b", 2.5):
        out += str(v)
    return out

def for_over_dict() -> List[str]:
    out = annotate(List[str], [])
    for k in {"a": 1, "b": 2}:
        out.append(k)
    return out

def for_over_items() -> int:
    total = 0
    for k, v in {1: 10, 2: 20}.items():
        total += k * v
    return total

def for_over_string() -> List[str]:
    out = annotate(List[str], [])
    for c in "xyz":
        out.append(c)
    return out

def for_over_tensor() -> float:
    total = 0.
    for row in torch.arange(6).reshape(2, 3):
        total += float(row.sum())
    return total

def ranges() -> List[List[int]]:
    a = [i for i in range(3)]
    b = [i for i in range(2, 5)]
    c = [i for i in range(10, 0, -3)]
    return [a, b, c]

def enumerate_and_zip() -> List[int]:
    out = annotate(List[int], [])
    for i, v in enumerate([10, 20, 30]):
        out.append(i * v)
    for a, b in zip([1, 2, 3], [4, 5]):
        out.append(a * b)
    for i, (a, b) in enumerate(zip([1, 2], [3, 4])):
        out.append(i + a + b)
    return out

def comprehensions() -> Tuple[List[int], List[float], Dict[int, str]]:
    a = [i * i for i in range(5)]
    b = [float(v) / 2. for v in a]
    c = {i: str(i) for i in [1, 2]}
    return a, b, c

def starred_list() -> List[int]:
    a = (1, 2, 3)
    return [*a]

def list_methods() -> Tuple[List[int], int, int, int, bool]:
    a = [3, 1, 2]
    a.append(7)
    a.extend([9, 9])
    a.insert(1, 100)
    a.remove(7)
    last = a.pop()
    first = a.pop(0)
    a.sort()
    a.reverse()
    b = a.copy()
    b.clear()
    return a, last, first, a.index(2), 100 in a

def list_operators() -> Tuple[List[int], List[int], bool, int]:
    a = [1, 2] + [3]
    a += [4]
    a[0] = 10
    a[-1] *= 2
    b = [0] * 3
    return a, b, a == [10, 2, 3, 8], len(a)

def list_slices() -> Tuple[List[int], List[int], List[int], List[int]]:
    a = [0, 1, 2, 3, 4, 5]
    return a[1:3], a[:2], a[-2:], a[::2]

def list_delete() -> List[int]:
    a = [1, 2, 3]
    del a[1]
    return a

def sorting() -> Tuple[List[int], List[str]]:
    a = [3, 1, 2]
    a.sort(reverse=True)
    return a, sorted(["b", "a"])

def builtins_of_numbers() -> Tuple[int, float, int, float, float, int]:
    return min(3, 2), max(1.5, 2), abs(-4), round(2.5), float(3), int(7.9)

def builtins_of_lists() -> Tuple[int, int, int, bool, bool]:
    return min([3, 1, 2]), max([3, 1, 2]), sum([1, 2, 3]), any([False, True]), all([True, False])

def characters() -> Tuple[int, str, str, str]:
    return ord("a"), chr(98), hex(255), bin(5)

def divisions() -> Tuple[int, int]:
    q, r = divmod(17, 5)
    return q, r

def dict_methods() -> Tuple[List[str], List[int], int, int, int, bool, int]:
    d = {"a": 1, "b": 2}
    d["c"] = 3
    e = annotate(Dict[str, int], {})
    e["z"] = 26
    d.update(e)
    got = d.get("a", 0)
    missing = d.get("q", -1)
    popped = d.pop("b")
    del d["z"]
    d.setdefault("s", 19)
    return list(d.keys()), list(d.values()), got, missing, popped, "a" in d, len(d)

def string_methods() -> List[str]:
    s = "Hello World"
    return [s.upper(), s.lower(), s.replace("World", "you"), s[0:5], s[-1], " x ".strip(), ",".join(["a", "b"]), "a-b".split("-")[1], s.capitalize(), "{} and {}".format(1, "two"), "%s=%d" % ("n", 5), "a" + "b"]

def string_questions() -> Tuple[bool, bool, int, bool, int]:
    s = "abcabc"
    return s.startswith("ab"), s.endswith("x"), s.find("c"), "bc" in s, s.count("a")

def tuples() -> Tuple[int, str, Tuple[int, str], int]:
    t = (1, "a", 2.5)
    a, b, c = t
    d, (e, f) = 4, (5, "g")
    first, *rest = 1, 2, 3
    return a, b, t[0:2], t[0] + d + e + len(f) + first + len(rest)

def optional_refinement(x: Optional[int] = None, y: Optional[int] = 4) -> int:
    if x is None:
        x = 1
    if y is not None and y > 3:
        x = x + y
    z = x if y is None else y
    return x + z

def optional_early_return(x: Optional[str] = None) -> str:
    if x is None:
        return "none"
    return x + "!"

def optional_or(x: Optional[int] = 5) -> int:
    if x is None or x > 4:
        return 1
    return x

def isinstance_union() -> List[str]:
    return [__torch__.text_of("text"), __torch__.text_of(3)]

def text_of(x: Union[int, str]) -> str:
    if isinstance(x, int):
        return str(x + 1)
    return x + "s"

def isinstance_any() -> Tuple[bool, bool]:
    a = annotate(Any, 3)
    return isinstance(a, int), isinstance(a, str)

def none_default() -> bool:
    x: Optional[Tensor] = None
    return x is None

def annotated_containers() -> Tuple[List[Optional[int]], Dict[str, List[int]]]:
    a = annotate(List[Optional[int]], [1, None])
    b = annotate(Dict[str, List[int]], {"k": annotate(List[int], [])})
    b["k"].append(1)
    return a, b

def unchecked() -> int:
    x = annotate(Optional[int], 3)
    return unchecked_cast(int, x) + 1

def assertions() -> int:
    x: Optional[int] = 3
    assert x is not None, "there"
    assert x == 3
    return x

def keyword_arguments() -> Tuple[int, int]:
    return __torch__.helper(b=2, a=10), __torch__.helper(1)

def helper(a: int, b: int = 5) -> int:
    return a - b

def tensors() -> Tuple[Tensor, Tensor, Tensor]:
    x = torch.arange(6, dtype=6).reshape(2, 3)
    y = x * 2 + 1 - x / 2
    return y, torch.relu(-y), x @ x.t()

def tensor_methods() -> Tuple[List[int], int, int, float, bool]:
    x = torch.ones(2, 3)
    return x.size(), x.dim(), x.numel(), x.sum().item(), bool(x.all())

def tensor_attributes() -> Tuple[List[int], int, bool, int]:
    x = torch.zeros(2, 3)
    return x.shape, x.dtype, x.requires_grad, x.ndim

def tensor_indexing() -> Tuple[Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]:
    x = torch.arange(24).reshape(2, 3, 4)
    return x[0], x[:, 1], x[0, 1:3, ::2], x[None, :, 0].sum(1), x[..., -1], x[1, ..., 0]

def tensor_gather() -> Tuple[Tensor, Tensor, Tensor]:
    x = torch.arange(12).reshape(3, 4)
    i = torch.tensor([2, 0])
    return x[i], x[:, i], x[x > 5]

def tensor_assignment() -> Tensor:
    x = torch.zeros(3, 4)
    x[0] = 1
    x[1, 2] = 5.5
    x[:, 3] = torch.tensor([7., 8., 9.])
    x[2, :2] += 3
    x[torch.tensor([0, 1]), torch.tensor([0, 1])] = -1.
    return x

def tensor_in_place() -> Tensor:
    x = torch.ones(3)
    y = x
    y += 2
    y *= 3
    y -= 1
    y /= 2
    return x

def tensor_tuple_results() -> Tuple[Tensor, Tensor]:
    values, indices = torch.max(torch.tensor([[1., 5.], [7., 2.]]), 1)
    return values, indices

def tensor_conditions() -> int:
    x = torch.tensor(3.)
    if x > 2:
        return int(x)
    return 0

def tolist() -> List[List[int]]:
    x = torch.arange(4).reshape(2, 2)
    return annotate(List[List[int]], x.tolist())

def varargs_list() -> List[int]:
    return torch.zeros(6).view(2, 3).permute(1, 0).size()

def one_int_for_two() -> Tensor:
    return torch.max_pool2d(torch.arange(16., dtype=6).reshape(1, 1, 4, 4), 2)

def number_conversion() -> Tuple[float, int, bool, str, complex]:
    return float("1.5"), int("12"), bool(3), str(2.5), complex(1, 2)

def long_expression() -> int:
    return (1 +
            2 *
            3) + \
        4

def closure() -> int:
    x = 3
    def inner() -> int:
        return x * 2
    f = fork(inner)
    return torch.wait(f) + 1

def shadowed_names() -> int:
    len2 = 3
    for len2 in range(2):
        pass
    return len2

def printing() -> int:
    print("a", 1, 2.5, [1, 2])
    return 0

def operators_by_name() -> Tuple[Tensor, int]:
    x = ops.aten.relu(torch.tensor([-1., 2.]))
    return x, ops.prim.dtype(x)

def is_same() -> Tuple[bool, bool]:
    x = torch.ones(1)
    y = x
    return x is y, x is not y

class Point:
    x : int
    y : float
    def __init__(self: __torch__.Point, x: int, y: float=2.5) -> None:
        self.x = x
        self.y = y
        return None
    def sum(self: __torch__.Point) -> float:
        return float(self.x) + self.y
    def __add__(self: __torch__.Point, other: __torch__.Point) -> __torch__.Point:
        return __torch__.Point(self.x + other.x, self.y + other.y)
    def __eq__(self: __torch__.Point, other: __torch__.Point) -> bool:
        return self.x == other.x
    def __len__(self: __torch__.Point) -> int:
        return 2
    def __getitem__(self: __torch__.Point, i: int) -> int:
        return self.x * i
    def __contains__(self: __torch__.Point, i: int) -> bool:
        return self.x == i

def classes() -> Tuple[float, float, bool, int, int, bool]:
    p = __torch__.Point(3, 4.)
    q = p + __torch__.Point(1)
    q.x = 10
    q.x += 1
    return p.sum(), q.sum(), p == q, len(p), p[5], 3 in p

def class_made_in_two_steps() -> float:
    p = __torch__.Point.__new__(__torch__.Point)
    _0 = (p).__init__(__torch__.k_of_point(), 2., )
    return (p).sum()

def k_of_point() -> int:
    return 7

class Pair(NamedTuple):
    left : Tensor
    right : int

def named_tuples() -> Tuple[int, Tensor, int]:
    p = __torch__.Pair(torch.ones([2]), 5)
    a, b, = p
    return p.right + b, p.left, (p)[1]

class Color(Enum):
    RED = 1
    GREEN = 2

def enums() -> Tuple[bool, int, str, bool]:
    c = __torch__.Color.RED
    return c == __torch__.Color.GREEN, c.value, c.name, c != __torch__.Color.GREEN

class Shape(Interface):
    def area(self, scale: int) -> int:
        pass

class Square:
    side : int
    def __init__(self: __torch__.Square, side: int) -> None:
        self.side = side
        return None
    def area(self: __torch__.Square, scale: int) -> int:
        return self.side * self.side * scale

class Line:
    n : int
    def __init__(self: __torch__.Line, n: int) -> None:
        self.n = n
        return None
    def area(self: __torch__.Line, scale: int) -> int:
        return 0

def interfaces() -> int:
    s : __torch__.Shape = __torch__.Square(3)
    t : __torch__.Shape = __torch__.Line(3)
    return (s).area(2, ) + (t).area(1, )

class Guard:
    log : List[int]
    def __init__(self: __torch__.Guard, log: List[int]) -> None:
        self.log = log
        return None
    def __enter__(self: __torch__.Guard) -> int:
        self.log.append(1)
        return 5
    def __exit__(self: __torch__.Guard, a: Any, b: Any, c: Any) -> None:
        self.log.append(2)
        return None

def context_managers() -> List[int]:
    log = annotate(List[int], [])
    with __torch__.Guard(log) as v:
        log.append(v)
    with __torch__.Guard(log):
        log.append(9)
    return log

def getattr_of_name() -> int:
    p = __torch__.Point(3)
    return getattr(p, "x")

def exporter_style() -> Tuple[Tensor, Tensor]:
    x = torch.add(torch.zeros([2, 2], dtype=6, layout=0, device=torch.device("cpu"), pin_memory=False), 1.5, alpha=2)
    _0, _1 = torch.max(x, 0)
    _2 = uninitialized(Tensor)
    if torch.__isnot__(_0, None):
        _3, _4 = True, _0
    else:
        _3, _4 = False, _2
    if _3:
        y = _4
    else:
        y = torch.neg(x)
    return (torch.to(y, 7, False, False), torch.slice(torch.select(x, 0, 0), 0, 0, 1, 1))

def exporter_containers() -> Tuple[List[int], Dict[str, int], str, int]:
    l = annotate(List[int], [])
    _0 = torch.append(l, 3)
    d = annotate(Dict[str, int], {"a": 1})
    torch._set_item(d, "k", 4)
    torch.Delete(d, "a")
    return (l, d, torch.format("{}-{}", 1, "x"), torch.len(l))


def unpack_of_one() -> Tuple[int, str]:
  a, = (5,)
  b, = ("x",)
  return (a, b)
