# What torch.jit.script takes of Python, a construct each: "#: what it is" and a file, below the imports of kImports, whose
# test() or Test() is scripted and run. PyTorch's results, or that it refuses the file, are in constructs.txt, which
# make_golden.py writes. "| words": what our error must say, about the line marked "# <"; "| accepted": we take more.

#: class: dataclass
@torch.jit.script
@dataclass
class Point:
    x: int
    y: int = 2

    def sum(self) -> int:
        return self.x + self.y

def test() -> Tuple[int, bool, int]:
    p = Point(3)
    return p.sum(), p == Point(3, 2), Point(y=1, x=5).x

#: class: dataclass with order
@torch.jit.script
@dataclass(order=True)
class Version:
    major: int
    minor: int = 0

def test() -> List[bool]:
    a, b = Version(1, 5), Version(2)
    return [a < b, a <= b, a > b, a >= b, a == b]

#: class: dataclass with __post_init__
@torch.jit.script
@dataclass
class Mixture:
    total: float
    half: float = 0.0

    def __post_init__(self):
        self.half = self.total / 2

def test() -> float:
    return Mixture(3.0).half

#: class: NamedTuple with defaults
class Options(NamedTuple):
    size: int
    name: str = "n"
    scale: float = 0.5

def test() -> Tuple[int, str, float, str]:
    a = Options(3)
    b = Options(size=1, name="b")
    return a.size, a.name, b.scale, b.name

#: class: NamedTuple of collections
Pair = namedtuple("Pair", ["a", "b"])

def test() -> Tensor:
    p = Pair(torch.ones(1), torch.zeros(1))
    return p.a + p.b

#: class: Enum
class Color(Enum):
    RED = 1
    GREEN = 2

def pick(c: Color) -> int:
    if c == Color.RED:
        return 10
    return c.value

def test() -> Tuple[int, int, str, bool]:
    return pick(Color.RED), pick(Color.GREEN), Color.RED.name, Color.RED is Color.RED

#: class: Enum, its members in a loop
class Color(Enum):
    RED = 1
    GREEN = 2

def test() -> int:
    n = 0
    for c in Color:
        n += c.value
    return n

#: class: Enum with a method | accepted
class Color(Enum):
    RED = 1

    def f(self):
        return 1

def test() -> int:
    return Color.RED.value

#: class: script class, operators
@torch.jit.script
class Vec:
    def __init__(self, x: int, y: int):
        self.x = x
        self.y = y

    def __add__(self, other: "Vec") -> "Vec":
        return Vec(self.x + other.x, self.y + other.y)

    def __mul__(self, k: int) -> "Vec":
        return Vec(self.x * k, self.y * k)

    def __eq__(self, other: "Vec") -> bool:
        return self.x == other.x and self.y == other.y

    def __neg__(self) -> "Vec":
        return Vec(-self.x, -self.y)

    def __bool__(self) -> bool:
        return self.x != 0

    def __str__(self) -> str:
        return "Vec({}, {})".format(self.x, self.y)

def test() -> Tuple[int, bool, int, str, str]:
    v = Vec(1, 2) + Vec(3, 4) * 2
    if v:
        kind = "full"
    else:
        kind = "zero"
    return v.x, v == Vec(7, 10), (-v).y, kind, str(v)

#: class: script class used without a decorator
class Plain:
    def __init__(self, n: int):
        self.n = n

    def get(self) -> int:
        return self.n

def test() -> int:
    return Plain(4).get()

#: class: script class, static methods and class annotations
@torch.jit.script
class Tool:
    size: int

    def __init__(self):
        self.size = 3

    @staticmethod
    def twice(n: int) -> int:
        return n * 2

def test() -> int:
    return Tool.twice(Tool().size)

#: class: inheritance of a script class | no attribute 'n'
class Base:
    def __init__(self):
        self.n = 1

class Derived(Base):
    def get(self) -> int:
        return self.n  # <

def test() -> int:
    return Derived().get()

#: class: interface
@torch.jit.interface
class Shape:
    def area(self, k: int) -> int:
        pass

@torch.jit.script
class Square:
    def __init__(self, n: int):
        self.n = n

    def area(self, k: int) -> int:
        return self.n * self.n * k

def of(s: Shape) -> int:
    return s.area(2)

def test() -> int:
    return of(Square(3))

#: class: module interface
@torch.jit.interface
class Act(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        pass

class Half(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x * 0.5

class Test(nn.Module):
    act: Act

    def __init__(self):
        super().__init__()
        self.act = Half()
        self.all = nn.ModuleList([Half(), Half()])

    def forward(self):
        m: Act = self.all[1]
        return self.act(torch.ones(2)) + m.forward(torch.ones(2))

#: class: context manager
@torch.jit.script
class Guard:
    def __init__(self, log: List[int]):
        self.log = log

    def __enter__(self):
        self.log.append(1)
        return self

    def __exit__(self, type: Any, value: Any, tb: Any):
        self.log.append(2)

def test() -> List[int]:
    log = [0]
    with Guard(log):
        log.append(5)
    with Guard(log) as g:
        g.log.append(6)
    return log

#: class: several context managers
@torch.jit.script
class Guard:
    def __init__(self, log: List[int], n: int):
        self.log = log
        self.n = n

    def __enter__(self) -> int:
        self.log.append(self.n)
        return self.n

    def __exit__(self, type: Any, value: Any, tb: Any):
        self.log.append(-self.n)

def test() -> List[int]:
    log = [0]
    with Guard(log, 1) as a, Guard(log, 2) as b:
        log.append(a + b)
    return log

#: function: overloads
@torch.jit._overload
def convert(x: int) -> int:
    pass

@torch.jit._overload
def convert(x: str) -> str:
    pass

def convert(x):
    return x + x

def test() -> Tuple[int, str]:
    return convert(2), convert("a")

#: function: overloads told apart by None
@torch.jit._overload
def size_of(x: int) -> int:
    pass

@torch.jit._overload
def size_of(x: Optional[Tensor]) -> int:
    pass

def size_of(x):
    if isinstance(x, int):
        return x
    elif x is not None:
        return x.numel()
    else:
        return -1

def test() -> Tuple[int, int, int]:
    return size_of(3), size_of(torch.ones(4)), size_of(None)

#: method: overloads
class Test(nn.Module):
    @torch.jit._overload_method
    def f(self, x: int) -> int:
        pass

    @torch.jit._overload_method
    def f(self, x: str) -> str:
        pass

    def f(self, x):
        return x + x

    def forward(self):
        return self.f(1), self.f("a")

#: function: ignored
@torch.jit.ignore
def log_it(x):
    print(x)

def test() -> int:
    if torch.jit.is_scripting():
        return 1
    else:
        log_it(1)
        return 2

#: function: unused
@torch.jit.unused
def never(x: int) -> int:
    return __import__("os").getpid()

def test() -> int:
    n = 3
    if n > 5:
        n = never(n)
    return n

#: function: import in what does not run | accepted
def test() -> int:
    n = 0
    if not torch.jit.is_scripting():
        import os
        n = os.getpid()
    return n

#: function: scripted beside
@torch.jit.script
def inner(x: int, y: int = 4) -> int:
    return x * y

def test() -> int:
    return inner(2) + inner(3, y=1)

#: function: keyword-only parameters with defaults | accepted
def f(x: int, *, scale: int = 2) -> int:
    return x * scale

def test() -> Tuple[int, int]:
    return f(3), f(3, scale=5)

#: function: keyword-only parameters
def f(x: int, *, scale: int) -> int:
    return x * scale

def test() -> int:
    return f(3, scale=5)

#: function: nested | takes no arguments
def test() -> int:
    n = 4

    def add(x: int) -> int:
        return x + 1

    return add(n)  # <

#: function: exported constant of a closure's file
LIMIT = 3
RATES = [0.5, 0.25]

class Test(nn.Module):
    def __init__(self):
        super().__init__()
        self.rates = RATES
        self.limit = LIMIT

    def forward(self):
        return self.rates, self.limit

#: module: __constants__ and Final
class Test(nn.Module):
    __constants__ = ["n", "names"]
    k: Final[int]

    def __init__(self):
        super().__init__()
        self.n = 3
        self.names = ["a", "b"]
        self.k = 4
        self.t: Final[Tuple[int, int]] = (1, 2)

    def forward(self):
        if self.k > 3:
            return self.n + self.k + len(self.names) + self.t[1]
        return 0

#: module: properties
class Test(nn.Module):
    def __init__(self):
        super().__init__()
        self.n = 3

    @property
    def twice(self) -> int:
        return self.n * 2

    @twice.setter
    def twice(self, v: int):
        self.n = v // 2

    def forward(self):
        self.twice = 20
        return self.twice, self.n

#: module: unused properties
class Test(nn.Module):
    __jit_unused_properties__ = ["odd"]

    def __init__(self):
        super().__init__()
        self.n = 3

    @property
    def odd(self):
        return __import__("os")

    @torch.jit.ignore
    def helper(self):
        return self.odd

    def forward(self):
        return self.n

#: module: export, ignore, unused
class Test(nn.Module):
    def __init__(self):
        super().__init__()
        self.n = 3

    @torch.jit.export
    def more(self, k: int) -> int:
        return self.n + k

    @torch.jit.unused
    def never(self, x):
        return __import__("os")

    @torch.jit.ignore
    def python(self, x: int) -> int:
        return x

    def forward(self):
        return self.more(2)

#: module: attributes of many types
class Test(nn.Module):
    o: Optional[int]
    e: List[Tensor]
    m: Dict[str, List[int]]

    def __init__(self):
        super().__init__()
        self.o = None
        self.e = []
        self.m = {}
        self.i = 1
        self.f = 0.5
        self.s = "s"
        self.b = True
        self.l = [1, 2]
        self.d = {"a": 1.5}
        self.t = (1, "x")
        self.x = torch.ones(2)
        self.p = nn.Parameter(torch.zeros(1))
        self.register_buffer("buf", torch.full((1,), 3.0))
        self.register_buffer("none", None)
        self.register_parameter("no_bias", None)

    def forward(self):
        self.o = 5
        self.e.append(self.x)
        self.m["k"] = self.l
        return self.i, self.f, self.s, self.b, self.d, self.t, self.o, self.e, self.m, self.p, self.buf, self.none is None, self.no_bias is None

#: module: attribute of Optional module
class Test(nn.Module):
    def __init__(self, down: bool = False):
        super().__init__()
        self.down = nn.Identity() if down else None
        self.up = nn.ReLU()

    def forward(self):
        x = torch.ones(1)
        if self.down is not None:
            x = self.down(x) * 100
        if self.up is not None:
            x = self.up(x) + 1
        return x

#: module: hooks of the root module
class Test(nn.Module):
    def __init__(self):
        super().__init__()

        def before(self, x: Tuple[()]) -> None:
            return None

        def after(self, x: Tuple[()], y: Tensor) -> Tensor:
            return y + 10

        self.register_forward_pre_hook(before)
        self.register_forward_hook(after)

    def forward(self):
        return torch.ones(2)

#: module: hooks of a submodule
def before(self, x: Tuple[Tensor]) -> Tuple[Tensor]:
    return (x[0] * 2,)

def after(self, x: Tuple[Tensor], y: Tensor) -> Tensor:
    return y + x[0]

class Test(nn.Module):
    def __init__(self):
        super().__init__()
        self.m = nn.ReLU()
        self.m.register_forward_pre_hook(before)
        self.m.register_forward_hook(after)

    def forward(self):
        return self.m(torch.ones(2))

#: module: ModuleList, ModuleDict, Sequential, ParameterList
class Test(nn.Module):
    def __init__(self):
        super().__init__()
        self.l = nn.ModuleList([nn.ReLU(), nn.Tanh()])
        self.d = nn.ModuleDict({"a": nn.ReLU(), "b": nn.Identity()})
        self.s = nn.Sequential(OrderedDict([("x", nn.ReLU()), ("y", nn.Identity())]))
        self.p = nn.ParameterList([nn.Parameter(torch.ones(1)), nn.Parameter(torch.zeros(1))])

    def forward(self):
        x = torch.ones(2)
        for m in self.l:
            x = m(x)
        for i, m in enumerate(self.l):
            x = m(x) + i
        for k, m in self.d.items():
            x = m(x) + len(k)
        for k in self.d.keys():
            x = x + len(k)
        for m in self.d.values():
            x = m(x)
        for m in self.s:
            x = m(x)
        for p in self.p:
            x = x + p
        for a, b in zip(self.l, self.s):
            x = a(b(x))
        return x, len(self.l), len(self.d), "a" in self.d, self.l[0](x), self.d["b"](x), self.s[1](x), self.l[-1](x)

#: module: slices of ModuleList and Sequential | accepted
class Test(nn.Module):
    def __init__(self):
        super().__init__()
        self.l = nn.ModuleList([nn.ReLU(), nn.Tanh(), nn.Identity()])
        self.s = nn.Sequential(nn.ReLU(), nn.Tanh(), nn.Identity())

    def forward(self):
        x = torch.ones(2)
        for m in self.l[1:]:
            x = m(x)
        for m in self.s[:2]:
            x = m(x)
        return x

#: module: super | 'super'
class Base(nn.Module):
    def f(self, x: int) -> int:
        return x + 1

class Test(Base):
    def f(self, x: int) -> int:
        return super().f(x) * 2  # <

    def forward(self):
        return self.f(3)

#: module: training
class Test(nn.Module):
    def forward(self):
        return self.training

#: module: named children and parameters in the constructor
class Test(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(2, 2)
        self.b = nn.Linear(2, 1)
        n = 0
        for p in self.parameters():
            n += p.numel()
        self.count = n
        for m in self.modules():
            if isinstance(m, nn.Linear):
                nn.init.constant_(m.weight, 0.5)
                nn.init.zeros_(m.bias)
        self.names = [name for name, _ in self.named_parameters()]

    def forward(self):
        return self.b(self.a(torch.ones(1, 2))), self.count, self.names

#: module: apply in the constructor
def fill(m):
    if isinstance(m, nn.Linear):
        m.weight.data.fill_(0.25)
        m.bias.data.zero_()

class Test(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(2, 2)
        self.apply(fill)

    def forward(self):
        return self.a(torch.ones(1, 2))

#: module: __getitem__ of a dict attribute, of an Enum attribute
class Mode(Enum):
    A = 1
    B = 2

class Test(nn.Module):
    def __init__(self):
        super().__init__()
        self.mode = Mode.B
        self.table = {"a": [1, 2]}

    def forward(self):
        if self.mode == Mode.B:
            return self.table["a"][1]
        return 0

#: init: orthogonal_
class Test(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Parameter(torch.empty(3, 5))
        self.b = nn.Parameter(torch.empty(4, 2, 1))
        nn.init.orthogonal_(self.a)
        nn.init.orthogonal_(self.b, gain=2.0)

    def forward(self):
        return self.a, self.b

#: init: sparse_
class Test(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Parameter(torch.empty(6, 3))
        nn.init.sparse_(self.a, sparsity=0.4, std=0.5)

    def forward(self):
        return self.a

#: init: the others
class Test(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.ParameterList([nn.Parameter(torch.empty(3, 3, 3)) for _ in range(9)])
        nn.init.uniform_(self.w[0], -1, 1)
        nn.init.normal_(self.w[1], 1.0, 0.1)
        nn.init.trunc_normal_(self.w[2], std=0.5)
        nn.init.dirac_(self.w[3])
        nn.init.xavier_uniform_(self.w[4], gain=nn.init.calculate_gain("relu"))
        nn.init.xavier_normal_(self.w[5])
        nn.init.kaiming_uniform_(self.w[6], a=0.1)
        nn.init.kaiming_normal_(self.w[7], mode="fan_out", nonlinearity="relu")
        nn.init.ones_(self.w[8])
        self.e = nn.Parameter(torch.empty(2, 3))
        nn.init.eye_(self.e)

    def forward(self):
        out: List[Tensor] = [self.e]
        for w in self.w:
            out.append(w)
        return out

#: layer: Embedding with max_norm | eager
class Test(nn.Module):
    def __init__(self):
        super().__init__()
        self.e = nn.Embedding(4, 3, max_norm=1.0)
        self.f = nn.EmbeddingBag(4, 3, max_norm=0.5, mode="sum")

    def forward(self):
        with torch.no_grad():
            return self.e(torch.tensor([0, 2])), self.f(torch.tensor([[0, 1], [2, 3]]))

#: layer: Embedding with padding_idx, from_pretrained
class Test(nn.Module):
    def __init__(self):
        super().__init__()
        self.e = nn.Embedding(4, 3, padding_idx=1)
        self.f = nn.Embedding.from_pretrained(torch.eye(3))

    def forward(self):
        return self.e(torch.tensor([0, 1])), self.f(torch.tensor([2]))

#: type: Optional refined
def f(x: Optional[int], y: Optional[int] = None) -> int:
    if x is None:
        return -1
    assert y is not None, "y"
    return x + y

def g(x: Optional[Tensor]) -> int:
    if x is None or x.dim() == 0:
        return 0
    return x.dim()

def test() -> Tuple[int, int, int, int]:
    return f(None), f(1, 2), g(None), g(torch.ones(2, 2))

#: type: Optional of a field, through a variable
class Test(nn.Module):
    o: Optional[Tensor]

    def __init__(self):
        super().__init__()
        self.o = None

    def forward(self):
        o = self.o
        if o is None:
            self.o = torch.ones(1)
            return torch.zeros(1)
        else:
            return o

#: type: Union
def f(x: Union[int, float, List[str]]) -> str:
    if isinstance(x, int):
        return "int {}".format(x + 1)
    elif isinstance(x, float):
        return "float {}".format(x * 2)
    else:
        return x[0]

def test() -> List[str]:
    return [f(1), f(1.5), f(["a"])]

#: type: Any
def f(x: Any) -> str:
    if isinstance(x, str):
        return x
    if isinstance(x, (int, float)):
        return "number"
    return "other"

def test() -> List[str]:
    return [f("a"), f(1), f(2.5), f([1])]

#: type: isinstance that is known
def f(x: List[int]) -> int:
    if isinstance(x, list):
        return x[0]
    else:
        return x.absent

def test() -> int:
    return f([7])

#: type: hasattr
class Test(nn.Module):
    def __init__(self):
        super().__init__()
        self.n = 3

    def forward(self):
        if hasattr(self, "absent"):
            return self.absent
        return self.n

#: type: Future
def work(x: int) -> int:
    return x * 2

def test() -> int:
    futures: List[torch.jit.Future[int]] = []
    for i in range(3):
        futures.append(torch.jit.fork(work, i))
    n = 0
    for f in futures:
        n += torch.jit.wait(f)
    return n

#: type: device, dtype
def f(d: torch.device, t: torch.dtype) -> Tensor:
    return torch.zeros(2, device=d, dtype=t, layout=torch.strided).contiguous(memory_format=torch.contiguous_format)

def test() -> Tensor:
    return f(torch.device("cpu"), torch.int64)

#: type: complex
def test() -> Tuple[complex, complex, complex, bool]:
    a = 1 + 2j
    return a * a, complex(3), a - 1, a == 1 + 2j

#: type: nested annotations
def test() -> Dict[str, List[Tuple[int, Optional[str]]]]:
    out: Dict[str, List[Tuple[int, Optional[str]]]] = {}
    out["a"] = [(1, None), (2, "b")]
    return out

#: type: new-style annotations
def f(x: list[int], d: dict[str, tuple[int, str]], o: Optional[int] = None) -> list[int]:
    return x + [d["a"][0]]

def test() -> List[int]:
    return f([1], {"a": (2, "b")})

#: type: a List that is mixed
def test() -> List[Union[int, str]]:
    out: List[Union[int, str]] = [1, "a"]
    return out

#: expression: list comprehensions
def test() -> Tuple[List[int], List[List[int]], List[str], List[int]]:
    l = [3, 1, 2]
    return [x + 1 for x in l], [[i + j for j in range(2)] for i in range(2)], [s.upper() for s in ["a", "b"]], \
        [a * b for a, b in zip(l, l)]

#: expression: dict comprehensions
def test() -> Tuple[Dict[int, int], Dict[str, List[int]]]:
    return {i: i * i for i in range(3)}, {k: [v] for k, v in {"a": 1}.items()}

#: expression: f-strings
def test() -> str:
    x, name = 3, "n"
    return f"{name} is {x + 1}!"

#: expression: f-string with braces | Too few arguments
def test() -> str:
    return f"{3} and {{}}"

#: expression: strings
def test() -> List[str]:
    s = "Hello World"
    return [s.upper(), s.lower(), s.swapcase(), s.title(), s.capitalize(), s.center(15, "*"), s.ljust(13, "."),
            s.rjust(13, "."), s.zfill(13), s.replace("o", "0", 1), s.strip("Hd"), s.lstrip("He"), s.rstrip("ld"),
            s.expandtabs(), s.join(["a", "b"]), s[1:4], s[::-1], s[-3:], s + "!", "%s|%d" % ("a", 3)]

#: expression: questions of strings
def test() -> List[bool]:
    s = "abc1"
    return [s.startswith("ab"), s.endswith("1"), s.isalpha(), s.isalnum(), s.isdigit(), s.islower(), s.isupper(),
            s.isspace(), s.isnumeric(), s.isdecimal(), s.isidentifier(), s.isprintable(), s.istitle(), "bc" in s]

#: expression: numbers of strings
def test() -> Tuple[int, int, int, int, int, List[str], List[str], Tuple[str, str, str], Tuple[str, str, str]]:
    s = "a,b,c,b"
    return s.find("b"), s.rfind("b"), s.index("c"), s.rindex("b"), s.count("b"), s.split(","), s.rsplit(",", 1), \
        s.partition(","), s.rpartition(",")

#: expression: builtins
def test() -> List[float]:
    return [abs(-3.5), round(2.567), round(2.5), pow(2, 3), min(3.5, 1.0, 2.0), max(1.5, 0.5), sum([1.5, 2.0]), float("2.5"),
            float(len("abc") + int("7") + ord("a") + hash(3) - hash(3) + min(3, 1, 2) + abs(-2))]

#: expression: builtins of text
def test() -> List[str]:
    return [chr(97), hex(255), bin(5), oct(8), str(1.0), str(True), str(None), str([1, 2]), str((1, "a")), str({"k": 1})]

#: expression: divmod, zip, enumerate, reversed, sorted
def test() -> Tuple[Tuple[int, int], List[int], List[int], List[str], List[Tuple[int, str]], List[int]]:
    a, b = [3, 1, 2], ["x", "y", "z"]
    out = [i * v for i, v in enumerate(a)]
    c = a.copy()
    c.reverse()
    return divmod(-7, 2), out, sorted(a), sorted(b), [(n, s) for n, s in zip(a, b)], c

#: expression: all, any of lists
def test() -> List[bool]:
    return [all([True, False]), any([True, False]), all([1, 2]), any([0.0, 0.0]), all([i > 0 for i in [1, 2]])]

#: expression: list()
def test() -> Tuple[List[str], List[int], List[int]]:
    return list("abc"), list(range(3)), list([1, 2])

#: expression: dict()
def test() -> Dict[str, int]:
    return dict([("a", 1), ("b", 2)])

#: expression: sort with reverse
def test() -> Tuple[List[int], List[str]]:
    a = [3, 1, 2]
    a.sort(reverse=True)
    b = ["b", "a"]
    b.sort()
    return a, b

#: expression: sort of objects
@torch.jit.script
class Item:
    def __init__(self, n: int):
        self.n = n

    def __lt__(self, other: "Item") -> bool:
        return self.n < other.n

def test() -> List[int]:
    l = [Item(3), Item(1), Item(2)]
    l.sort()
    return [i.n for i in l]

#: expression: slices with steps, negative
def test() -> Tuple[List[int], List[int], List[int], Tensor]:
    l = [0, 1, 2, 3, 4]
    return l[::2], l[-2:], l[1:-1], torch.arange(10)[1:8:3]

#: expression: sorted with reverse | takes 1 argument
def test() -> List[str]:
    return sorted(["a", "b"], reverse=True)  # <

#: expression: slices assigned
def test() -> Tuple[List[int], Tensor]:
    l = [0, 1, 2, 3]
    l[1] = 7
    x = torch.zeros(4)
    x[1:3] = torch.ones(2)
    x[-1] += 5
    return l, x

#: expression: indexing
def test() -> Tuple[Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]:
    x = torch.arange(24).view(2, 3, 4)
    i = torch.tensor([0, 1])
    return x[i, i], x[..., 0], x[:, None, 1, ::2], x[x > 20], x[0, -1, 1:], x[1, [0, 2]]

#: expression: walrus | ':='
def test() -> int:
    if (n := 3) > 2:  # <
        return n
    return 0

#: expression: lambda | lambda
def test() -> int:
    f = lambda x: x + 1  # <
    return 1

#: expression: set | sets
def test() -> int:
    s = {1, 2}  # <
    return 1

#: expression: f-string with a format | f-string
def test() -> str:
    return f"{1.5:.2f}"  # <

#: expression: chained comparison
def test() -> List[bool]:
    a, b, c = 1, 2, 3
    return [a < b < c, a < b > c, a == b == c]

#: expression: ternary of types
def test() -> Tuple[Optional[int], float]:
    n = 3
    return None if n > 5 else n, 1.0 if n > 1 else 0.0

#: expression: math
def test() -> List[float]:
    return [math.sqrt(2.0), math.exp(1.0), math.log(2.0), math.log10(100.0), math.log(8.0, 2.0), math.pow(2.0, 3.0), math.fabs(-1.0),
            math.sin(1.0), math.cos(1.0), math.tan(1.0), math.asin(0.5), math.acos(0.5), math.atan(1.0), math.atan2(1.0, 2.0),
            math.sinh(1.0), math.cosh(1.0), math.tanh(1.0), math.asinh(1.0), math.acosh(2.0), math.atanh(0.5), math.pi, math.e,
            math.copysign(1.0, -2.0), math.fmod(7.0, 3.0), math.degrees(1.0), math.radians(180.0), math.erf(0.5), math.erfc(0.5),
            math.gamma(4.0), math.lgamma(4.0), math.expm1(0.5), math.log1p(0.5), math.remainder(7.0, 4.0)]

#: expression: math of integers
def test() -> List[int]:
    return [math.floor(1.5), math.ceil(1.2), math.gcd(12, 18), math.factorial(5), math.trunc(-2.5) if False else -2]

#: expression: math.log2 | aten::log2
def test() -> float:
    return math.log2(8.0)  # <

#: expression: math of two results
def test() -> Tuple[Tuple[float, int], Tuple[float, float], float, bool]:
    return math.frexp(10.0), math.modf(2.5), math.ldexp(0.5, 3), math.isnan(math.nan)

#: statement: assert with a message | no message
def test() -> int:
    assert 1 > 0, "fine"
    assert 1 < 0, "no " + "message"
    return 1

#: statement: raise with a message | bad value 3
def test() -> int:
    n = 3
    if n > 2:
        raise ValueError(f"bad value {n}")
    return n

#: statement: raise of a class of one's own | mine
class MyError(Exception):
    pass

def test() -> int:
    n = 3
    if n > 2:
        raise MyError("mine")
    return n

#: statement: raise in a branch does not count
def test() -> int:
    n = 3
    if n > 2:
        x = 1
    else:
        raise RuntimeError("no")
    return x

#: statement: with no_grad
def test() -> List[bool]:
    x = torch.ones(1).requires_grad_()
    out: List[bool] = []
    with torch.no_grad():
        out.append((x * 2).requires_grad)
    out.append(torch.is_grad_enabled())
    return out

#: statement: with enable_grad | accepted
def test() -> bool:
    x = torch.ones(1).requires_grad_()
    with torch.no_grad():
        with torch.enable_grad():
            return (x * 2).requires_grad

#: statement: with set_grad_enabled | __enter__
def test() -> bool:
    x = torch.ones(1).requires_grad_()
    with torch.set_grad_enabled(False):  # <
        return (x * 2).requires_grad

#: statement: with inference_mode | aten::inference_mode
def test() -> bool:
    with torch.inference_mode():  # <
        return torch.is_grad_enabled()

#: statement: with record_function
def test() -> int:
    with torch.autograd.profiler.record_function("part"):
        return 3

#: statement: loops with else | 'else'
def test() -> int:
    for i in range(3):
        pass
    else:  # <
        return 1
    return 2

#: statement: try | 'try'
def test() -> int:
    try:  # <
        return 1
    except ValueError:
        return 2

#: statement: global | 'global'
N = 1

def test() -> int:
    global N  # <
    return 1

#: statement: del
def test() -> List[int]:
    l = [1, 2, 3]
    x = 5
    del l[0]
    del x
    return l

#: statement: annotated without a value | accepted
def test() -> int:
    x: int
    if True:
        x = 1
    else:
        x = 2
    return x

#: statement: augmented assignment of attributes
class Test(nn.Module):
    def __init__(self):
        super().__init__()
        self.n = 1
        self.l = [1]
        self.register_buffer("b", torch.ones(2))

    def forward(self):
        self.n += 2
        self.l += [3]
        self.b += 1
        self.b[0] *= 3
        return self.n, self.l, self.b

#: statement: multiple assignment
def test() -> Tuple[int, int, int, List[int]]:
    a = b = 2
    (c, d), e = (1, 2), 3
    f, g = [4, 5]
    a, b = b + 1, a
    i, *h = 1, 2, 3
    return a, b, c + d + e, [f, g, h[0], i]

#: statement: for over many things
def test() -> List[str]:
    out: List[str] = []
    for a, (b, c) in zip([1, 2], [(3, "x"), (4, "y")]):
        out.append(f"{a}{b}{c}")
    for k, v in {"k": 1}.items():
        out.append(k + str(v))
    for c in "ab":
        out.append(c)
    for i in reversed([1, 2]) if False else [2, 1]:
        out.append(str(i))
    return out

#: statement: for over a tuple of types
def test() -> str:
    s = ""
    for v in (1, "a", 2.5):
        s += str(v)
    return s

#: statement: while with break, continue and a return
def test() -> int:
    n = 0
    while True:
        n += 1
        if n % 2:
            continue
        if n > 100:
            break
        if n > 6:
            return n
    return -1

#: statement: yield | 'yield'
def test() -> int:
    yield 1  # <

#: statement: warnings
def test() -> int:
    warnings.warn("careful")
    return 1

#: statement: nested function with default | takes no arguments
def test() -> int:
    def f(x: int, y: int = 2) -> int:
        return x * y

    return f(3)  # <

#: tensor: attributes
def test() -> Tuple[bool, bool, int, bool, torch.device, bool, Tensor, Tensor, bool]:
    x = torch.ones(2, 3)
    return x.is_cuda, x.requires_grad, x.ndim, x.dtype == torch.float32, x.device, x.is_quantized, x.T, x.mT, x.is_leaf

#: tensor: numbers to Python
def test() -> Tuple[int, float, bool, List[float], float]:
    x = torch.tensor([1.5])
    l: List[float] = x.tolist()
    return int(x), float(x), bool(x), l, x.item()

#: tensor: constructors
def test() -> List[Tensor]:
    return [torch.tensor(1), torch.tensor([1.5, 2.0]), torch.tensor([[1, 2], [3, 4]], dtype=torch.float64), torch.tensor(True),
            torch.zeros([2]), torch.ones(1, 2), torch.full((2,), 3), torch.arange(3), torch.arange(0, 1, 0.25), torch.eye(2),
            torch.linspace(0, 1, 3), torch.empty(0), torch.zeros_like(torch.ones(2)), torch.as_tensor([1, 2]),
            torch.ones(2).new_zeros(3)]

#: tensor: operators with numbers on the left
def test() -> List[Tensor]:
    x = torch.tensor([1.0, 2.0])
    return [1 + x, 2 - x, 3 * x, 4 / x, 2 ** x, x // 5, x % 5, x ** 2, -x, abs(x), 1 < x, x == 2]

#: tensor: methods by keyword
def test() -> List[Tensor]:
    x = torch.arange(6.0).view(2, 3)
    return [x.sum(dim=1), x.mean(dim=0, keepdim=True), x.max(dim=1)[0], x.permute(1, 0), x.permute([1, 0]), x.reshape(-1),
            x.expand(2, 2, 3), x.repeat(1, 2), x.to(torch.int64), x.type(torch.float64), x.flatten(start_dim=0)]

#: tensor: results with names
def test() -> Tuple[Tensor, Tensor]:
    r = torch.max(torch.tensor([[1, 5], [7, 2]]), dim=1)
    return r.values, r.indices
