# What PyTorch's importer of TorchScript text knows, a construct each: "#: what it is" and a program whose test() is run.
# PyTorch's results, or that it refuses the program, are in constructs.txt, which make_constructs.py writes. Where it
# refuses, "#: what it is | words" says what our error must say, and "# <" marks the line that it names; "| accepted"
# says that we take more than PyTorch does.

#: declaration: function, parameters on lines of their own, defaults
def helper(x: Tensor,
    n: int=2,
    s: Optional[str]=None,
    f: float=0.5,
    l: List[int]=[1, 2],
    b: bool=True) -> Tensor:
  return torch.add(x, n)
def test() -> Tensor:
  return __torch__.helper(torch.ones([2]), )

#: declaration: function without types, of Tensors
def helper(x, y):
  return torch.add(x, y)
def test() -> Tensor:
  return __torch__.helper(torch.ones([2]), torch.ones([2]), )

#: declaration: function without a return type
def helper(x: int):
  return x
def test() -> int:
  return __torch__.helper(3, )

#: declaration: function used before it is declared
def test() -> int:
  return __torch__.later(3, )
def later(x: int) -> int:
  return x + 1

#: declaration: versions and imports of old files
op_version_set = 1
def test() -> int:
  return 1

#: declaration: plain class
class Pt:
  x : int
  name : str
  def __init__(self: __torch__.Pt,
    x: int,
    name: str) -> NoneType:
    self.x = x
    self.name = name
    return None
  def twice(self: __torch__.Pt) -> int:
    return torch.mul(self.x, 2)
def test() -> Tuple[int, str]:
  _0 = __torch__.Pt.__new__(__torch__.Pt)
  _1 = (_0).__init__(4, "a", )
  return ((_0).twice(), _0.name)

#: declaration: class without attributes
class Empty:
  def f(self: __torch__.Empty) -> int:
    return 5
def test() -> int:
  e = __torch__.Empty.__new__(__torch__.Empty)
  return (e).f()

#: declaration: class that mentions a later one
class A:
  b : __torch__.B
  def __init__(self: __torch__.A, b: __torch__.B) -> NoneType:
    self.b = b
    return None
class B:
  n : int
  def __init__(self: __torch__.B, n: int) -> NoneType:
    self.n = n
    return None
def test() -> int:
  return __torch__.A(__torch__.B(7)).b.n

#: declaration: class with Optional attribute
class Node:
  next : Optional[int]
  def __init__(self: __torch__.Node) -> NoneType:
    self.next = None
    return None
def test() -> bool:
  n = __torch__.Node()
  n.next = 4
  return torch.__isnot__(n.next, None)

#: declaration: property accessors
class P:
  n : int
  def __init__(self: __torch__.P, n: int) -> NoneType:
    self.n = n
    return None
  def __twice_getter(self: __torch__.P) -> int:
    return self.n * 2
  def __twice_setter(self: __torch__.P, v: int) -> NoneType:
    self.n = v
    return None
def test() -> int:
  p = __torch__.P(4)
  return (p).__twice_getter()

#: declaration: interface
class Shape(Interface):
  def area(self, by: int) -> int:
    pass
class Square:
  n : int
  def __init__(self: __torch__.Square, n: int) -> NoneType:
    self.n = n
    return None
  def area(self: __torch__.Square, by: int) -> int:
    return self.n * self.n * by
def f(s: __torch__.Shape) -> int:
  return (s).area(2, )
def test() -> int:
  return __torch__.f(__torch__.Square(3), )

#: declaration: enum of int
class Color(Enum):
  RED = 1
  GREEN = 2
def test() -> Tuple[int, str, bool]:
  c = __torch__.Color.RED
  return ((c).value, (c).name, c == __torch__.Color.GREEN)

#: declaration: enum of str
class Mode(Enum):
  A = "a"
  B = "b"
def test() -> str:
  return (__torch__.Mode.B).value

#: declaration: enum of float
class Mode(Enum):
  A = 0.5
  B = 1.5
def test() -> float:
  return (__torch__.Mode.B).value

#: declaration: NamedTuple
class NT(NamedTuple):
  a : Tensor
  b : int
def test() -> Tuple[int, int]:
  t = __torch__.NT(torch.ones([2]), 3)
  a, b, = t
  return (t.b, b)

#: declaration: doc strings and comments
def test() -> int:
  """What it says."""
  # nothing
  return 1  # one

#: statement: assignment
def test() -> int:
  x = 3
  return x

#: statement: parallel assignment
def test() -> Tuple[int, str]:
  a, b = 1, "b"
  a0, b0 = a, b
  return (a0, b0)

#: statement: results of an operator
def test() -> Tensor:
  _0, _1 = torch.max(torch.ones([2, 3]), 0)
  return _1

#: statement: tuple unpacked
def test() -> int:
  t = (1, 2)
  a, b, = t
  return a + b

#: statement: tuple of one unpacked
def test() -> int:
  t = (1,)
  a, = t
  return a

#: statement: list unpacked
def test() -> int:
  l = [1, 2, 3]
  a, b, c, = l
  return a + b + c

#: statement: Tensor unpacked | accepted
def test() -> Tensor:
  a, b, = torch.ones([2, 3])
  return a

#: statement: nested unpacking
def test() -> int:
  a, (b, c) = (1, (2, 3))
  return a + b + c

#: statement: starred unpacking
def test() -> int:
  a, *b = (1, 2, 3)
  return a + b[0] + b[1]

#: statement: several targets
def test() -> int:
  a = b = 3
  return a + b

#: statement: annotated assignment
def test() -> Optional[int]:
  x: Optional[int] = 3
  out : Optional[int] = x
  return out

#: statement: attribute assignment
class A:
  n : int
  def __init__(self: __torch__.A) -> NoneType:
    self.n = 1
    return None
def test() -> int:
  a = __torch__.A()
  a.n = 5
  a.n += 1
  return a.n

#: statement: item assignment
def test() -> Tuple[List[int], Dict[str, int], Tensor]:
  l = [1, 2]
  l[0] = 5
  d = {"a": 1}
  d["b"] = 2
  x = torch.zeros([2, 2])
  x[0] = 1.
  x[:, 1] = 2.
  return (l, d, x)

#: statement: if, else, pass
def test() -> int:
  x = 1
  if x > 0:
    y = 2
  else:
    y = 3
  if x > 5:
    pass
  else:
    pass
  return y

#: statement: if without else, elif
def test() -> int:
  x = 4
  if x == 1:
    x = 10
  elif x == 4:
    x = 20
  elif x == 5:
    x = 30
  if x > 10:
    x += 1
  return x

#: statement: if of a Tensor
def test() -> int:
  if torch.ones([1]) > 0:
    return 1
  else:
    return 2

#: statement: if of a number
def test() -> int:
  n = 3
  if n:
    return 1
  return 0

#: statement: while
def test() -> int:
  _0 = True
  n = 0
  while _0:
    _1, n0 = torch.lt(n, 5), torch.add(n, 1)
    _0, n = _1, n0
  return n

#: statement: for over range
def test() -> List[int]:
  out = annotate(List[int], [])
  for i in range(3):
    _0 = torch.append(out, i)
  for i in range(2, 4):
    _0 = torch.append(out, i)
  for i in range(9, 4, -2):
    _0 = torch.append(out, i)
  return out

#: statement: for over a list
def test() -> int:
  n = 0
  for v in [1, 2, 3]:
    n += v
  return n

#: statement: for over a tuple
def test() -> str:
  s = ""
  for v in (1, "a", 2.5):
    s += str(v)
  return s

#: statement: for over a dict
def test() -> str:
  s = ""
  for k in {"a": 1, "b": 2}:
    s += k
  return s

#: statement: for over a Tensor
def test() -> float:
  n = 0.
  for row in torch.ones([2, 3]):
    n += float(row.sum())
  return n

#: statement: for over a str
def test() -> List[str]:
  out = annotate(List[str], [])
  for c in "abc":
    out.append(c)
  return out

#: statement: for over zip and enumerate
def test() -> int:
  n = 0
  for a, b in zip([1, 2], [3, 4]):
    n += a * b
  for i, v in enumerate([5, 6]):
    n += i * v
  return n

#: statement: break and continue
def test() -> int:
  n = 0
  for i in range(10):
    if i == 2:
      continue
    if i == 5:
      break
    n += i
  return n

#: statement: return in branches
def g(n: int) -> int:
  if n > 2:
    return 1
  else:
    if n == 0:
      return 2
  return 3
def test() -> List[int]:
  return [__torch__.g(0, ), __torch__.g(1, ), __torch__.g(5, )]

#: statement: return out of a loop
def test() -> int:
  for i in range(10):
    if i * i > 20:
      return i
  return -1

#: statement: return None
def g() -> NoneType:
  return None
def test() -> bool:
  return __torch__.g() is None

#: statement: return without a value
def g(n: int):
  if n > 0:
    return
  print(n)
def test() -> int:
  __torch__.g(1)
  return 4

#: statement: with
class C:
  log : List[int]
  def __init__(self: __torch__.C) -> NoneType:
    self.log = [0]
    return None
  def __enter__(self: __torch__.C) -> int:
    self.log.append(1)
    return 7
  def __exit__(self: __torch__.C, type: Any, value: Any, tb: Any) -> NoneType:
    self.log.append(2)
    return None
def test() -> List[int]:
  c = __torch__.C()
  with c:
    c.log.append(5)
  with c as n:
    c.log.append(n)
  return c.log

#: statement: nested function, forked
def test() -> Tensor:
  x = torch.ones([2])
  def __forked_function(
      ) -> Tensor:
    return torch.add(x, 3)
  _0 = fork(__forked_function)
  return torch.wait(_0)

#: statement: expression
def test() -> Tuple[List[int], Dict[str, int]]:
  l = [1]
  torch.append(l, 2)
  d = {"k": 1, "m": 2}
  torch._set_item(d, "k", 5)
  torch.Delete(d, "m")
  return (l, d)

#: statement: print
def test() -> int:
  print("x", 1, 2.5, [1, 2])
  return 1

#: statement: raise of the exporter
def test() -> int:
  x = 1
  if x > 2:
    ops.prim.RaiseException("AssertionError: too large")
  else:
    pass
  return x

#: statement: raise | accepted
def test() -> int:
  x = 1
  if x > 2:
    raise ValueError("too large")
  return x

#: statement: raise without a message | accepted
def test() -> int:
  x = 1
  if x > 2:
    raise RuntimeError
  return x

#: statement: assert
def test() -> int:
  x = 1
  assert x == 1, "no"
  assert x > 0
  return x

#: statement: assert refines
def f(x: Optional[int]) -> int:
  assert x is not None
  return x + 1
def test() -> int:
  return __torch__.f(4, )

#: statement: augmented assignment
def test() -> Tuple[int, float, str, List[int]]:
  a = 5
  a += 1
  a -= 2
  a *= 3
  b = 8.
  b /= 2.
  s = "a"
  s += "b"
  l = [1]
  l += [2]
  return (a, b, s, l)

#: statement: augmented assignment of bits and powers
def test() -> Tuple[int, Tensor]:
  a = 5
  a |= 2
  a &= 6
  a ^= 1
  a <<= 2
  a >>= 1
  a **= 2
  x = torch.ones([2])
  x += 1
  x *= 3
  return (int(a), x)

#: statement: augmented assignment of items
def test() -> Tuple[List[int], Dict[str, int], Tensor]:
  l = [1, 2]
  l[0] += 4
  d = {"a": 1}
  d["a"] *= 5
  x = torch.ones([2])
  x[0] += 1
  return (l, d, x)

#: statement: del
def test() -> Tuple[List[int], Dict[str, int]]:
  l = [1, 2, 3]
  del l[1]
  d = {"a": 1, "b": 2}
  del d["a"]
  return (l, d)

#: expression: operators in the exporter's spelling
def test() -> Tuple[Tensor, Tensor, bool]:
  x = torch.ones([2])
  y = torch.add_(x, x)
  z = torch.slice(y, 0, 0, 1)
  return (torch.select(y, 0, 0), torch.unsqueeze(z, 0), torch.eq(1, 2))

#: expression: operators of other namespaces
def test() -> Tuple[int, Tensor, int]:
  x = torch.ones([2])
  return (ops.prim.dtype(x), ops.aten.relu(x), ops.prim.min(3, 2))

#: expression: keyword-only arguments
def test() -> Tuple[Tensor, Tensor]:
  x = torch.zeros([2], dtype=4, layout=None, device=torch.device("cpu"), pin_memory=False)
  return (x, torch.div(torch.ones([2]), 2, rounding_mode="trunc"))

#: expression: all arguments written
def test() -> Tensor:
  return torch.add(torch.ones([2], dtype=6, layout=0, device=torch.device("cpu"), pin_memory=None), torch.ones([2]), alpha=1)

#: expression: out=
def test() -> Tensor:
  x = torch.zeros([2])
  _0 = torch.add(torch.ones([2]), torch.ones([2]), out=x)
  return x

#: expression: comparison by name
def test() -> List[bool]:
  return [torch.lt(1, 2), torch.gt(1, 2), torch.le(1, 2), torch.ge(1, 2), torch.ne(1, 2), torch.__is__(None, None), torch.__isnot__(None, None), torch.__not__(True), torch.__contains__([1], 1)]

#: expression: format
def test() -> Tuple[str, str, str]:
  return (torch.format("{} and {}", 1, "b"), "{}".format(2.5), "%d of %s" % (3, "c"))

#: expression: percentFormat
def test() -> str:
  return torch.percentFormat("%d of %s", (3, "c"))

#: expression: conversions
def test() -> Tuple[int, float, bool, str, int, float, complex]:
  return (int(2.5), float(2), bool(3), str(1.5), int(torch.ones([])), float(torch.ones([])), complex(1, 2.5))

#: expression: conversions of strings
def test() -> Tuple[int, float, str, str]:
  return (int("12"), float("1.5"), str([1, 2]), str(True))

#: expression: sorted
def test() -> List[int]:
  return sorted([3, 1, 2])

#: expression: annotate
def test() -> Tuple[List[Tensor], Dict[str, int], Optional[int], List[Optional[int]]]:
  return (annotate(List[Tensor], []), annotate(Dict[str, int], {}), annotate(Optional[int], None), annotate(List[Optional[int]], [1, None]))

#: expression: annotate of implicit conversions
def test() -> Tuple[int, float]:
  x = torch.ones([])
  return (annotate(int, x.item()), annotate(float, 2.5))

#: expression: unchecked_cast
def f(x: Optional[int]) -> int:
  if torch.__isnot__(x, None):
    y = unchecked_cast(int, x)
  else:
    y = 0
  return y
def test() -> int:
  return __torch__.f(4, )

#: expression: uninitialized
def test() -> int:
  if True:
    x = 1
  else:
    ops.prim.RaiseException("no")
    x = uninitialized(int)
  return x

#: expression: isinstance
def f(x: Any) -> List[bool]:
  return [isinstance(x, int), isinstance(x, (str, float)), isinstance(x, List[int]), isinstance(x, Tensor)]
def test() -> List[List[bool]]:
  return [__torch__.f(1, ), __torch__.f("a", ), __torch__.f([1], ), __torch__.f(torch.ones([1]), )]

#: expression: getattr of a name that is none
class A:
  n : int
  def __init__(self: __torch__.A) -> NoneType:
    self.n = 3
    return None
def test() -> int:
  return getattr(__torch__.A(), "n")

#: expression: tolist
def test() -> List[int]:
  x = torch.arange(3)
  return annotate(List[int], x.tolist())

#: expression: fork and wait
def test() -> int:
  def __forked_function() -> int:
    return 4
  return torch.wait(fork(__forked_function)) + 1

#: expression: _unwrap_optional
def f(x: Optional[int]) -> int:
  return torch._unwrap_optional(x)
def test() -> int:
  return __torch__.f(4, )

#: expression: range as a value
def test() -> List[int]:
  return [i for i in range(3)]

#: expression: method calls of the exporter
def test() -> str:
  s = "ab"
  return (s).upper()

#: expression: methods of Tensors
def test() -> Tuple[Tensor, int, List[int], Tensor]:
  x = torch.ones([2, 3])
  return (x.add(1), x.dim(), x.size(), x.t().sum(0))

#: expression: attributes of Tensors
def test() -> Tuple[List[int], int, bool, int, Device, Tensor]:
  x = torch.ones([2, 3])
  return (x.shape, x.dtype, x.requires_grad, x.ndim, x.device, x.T)

#: expression: methods of lists
def test() -> Tuple[List[int], int, int, int, List[int]]:
  l = [3, 1]
  l.append(2)
  l.extend([5])
  l.insert(0, 9)
  l.sort()
  l.reverse()
  n = l.pop()
  l.remove(2)
  return (l, n, l.index(5), l.count(9), l.copy())

#: expression: methods of dicts
def test() -> Tuple[List[str], List[int], int, Optional[int], int, List[Tuple[str, int]]]:
  d = {"a": 1, "b": 2}
  d.update({"c": 3})
  p = d.pop("b")
  return (list(d.keys()), list(d.values()), d.get("z", 4), d.get("z"), d.setdefault("q", 8) + p, list(d.items()))

#: expression: methods of strings
def test() -> List[str]:
  s = "Hello"
  return [s.lower(), s.replace("l", "L"), ",".join(["a", "b"]), s.center(9, "*"), "a b".split(" ")[1], "{}".format(3), s.strip("H")]

#: expression: call of a function by its full name
def g(x: int, y: int=3) -> int:
  return x * y
def test() -> Tuple[int, int, int]:
  return (__torch__.g(2, ), __torch__.g(2, 4, ), __torch__.g(y=1, x=5))

#: expression: index and slice of lists, tuples, strings
def test() -> Tuple[int, List[int], int, Tuple[int, int], str, str, List[int]]:
  l = [1, 2, 3, 4]
  t = (1, 2, 3)
  return (l[-1], l[1:3], (t)[0], (t)[0:2], "abc"[1], "abc"[::-1], l[::2])

#: expression: index and slice of Tensors
def test() -> Tuple[Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]:
  x = torch.arange(12).view(3, 4)
  return (x[0], x[0, 1:3], x[None, :, 0], x[..., -1], x[x > 9], x[[0, 2]])

#: expression: tuples
def test() -> Tuple[Tuple[int, str], Tuple[int], Tuple[int, int, int]]:
  return ((1, "a"), (1,), (1, 2) + (3,))

#: expression: lists and dicts
def test() -> Tuple[List[int], List[str], Dict[int, str], Dict[str, List[int]]]:
  return ([1, 2], ["a", ], {1: "a", 2: "b"}, {"k": [1]})

#: expression: starred list
def test() -> List[int]:
  a = (1, 2)
  return [*a]

#: expression: starred call
def g(a: int, b: int) -> int:
  return a - b
def test() -> int:
  t = (5, 2)
  return __torch__.g(*t)

#: expression: integers
def test() -> List[int]:
  return [0, -5, 9223372036854775807, 4096]

#: expression: integers of other bases
def test() -> List[int]:
  return [0xff]

#: expression: floats
def test() -> List[float]:
  return [1.5, 2., 9.9999999999999995e-21, inf, -inf, .5, 1e3, 1E-2]

#: expression: nan
def test() -> bool:
  return nan != nan

#: expression: complex numbers
def test() -> Tuple[complex, complex]:
  return (4j, 1 + 2.5j)

#: expression: infinite complex numbers
def test() -> bool:
  x = infj
  return x == infj

#: statement: type that changes
def test() -> str:
  x = 1
  x = "a"
  return x

#: expression: True, False, None
def test() -> Tuple[bool, bool, bool]:
  return (True, False, None is None)

#: expression: strings and their escapes
def test() -> List[str]:
  return ["a\nb\t\"q\"\\", 'it''s', '''long
string''', "\101", "tw" "o"]

#: expression: hexadecimal escapes | accepted
def test() -> str:
  return "\x41"

#: expression: device
def test() -> Device:
  return torch.device("cpu")

#: expression: infix operators on numbers
def test() -> Tuple[int, int, int, float, int, int, float, int, int, int, int, int]:
  return (7 + 2, 7 - 2, 7 * 2, 7 / 2, 7 // 2, 7 % 2, 7 ** 2, 6 & 3, 6 | 3, 6 ^ 3, 1 << 4, 256 >> 2)

#: expression: infix operators on Tensors
def test() -> List[Tensor]:
  x = torch.full([2, 2], 3.)
  y = torch.full([2, 2], 2.)
  return [x + y, x - 1, 2 * x, x / y, x // y, x % y, x ** 2, x @ y, -x, x == y, x < 5]

#: expression: infix operators on Tensors of integers
def test() -> List[Tensor]:
  x = torch.full([2], 6)
  y = torch.full([2], 3)
  return [x & y, x | y, x ^ y, ~x, x << 1, x >> 1]

#: expression: comparison
def test() -> List[bool]:
  return [1 == 1, 1 != 1, 1 < 2, 1 <= 1, 1 > 2, 1 >= 2, "a" < "b", [1] == [1], (1, 2) == (1, 3)]

#: expression: and, or, not, in, is
def test() -> List[bool]:
  l = [1, 2]
  return [True and False, True or False, not True, 1 in l, 3 not in l, None is None, None is not None, "a" in {"a": 1}, "b" in "abc"]

#: expression: and, or evaluate what they must
def g(l: List[int]) -> bool:
  l.append(1)
  return True
def test() -> List[int]:
  l = [0]
  a = False and __torch__.g(l)
  b = True or __torch__.g(l)
  c = True and __torch__.g(l)
  return l

#: expression: unary operators
def test() -> Tuple[int, float, bool]:
  x = 3
  return (-x, -2.5, not False)

#: expression: ternary
def test() -> Tuple[int, str]:
  x = 3
  return (1 if x > 2 else 2, "a" if x == 1 else "b" if x == 2 else "c")

#: expression: list comprehension
def test() -> List[int]:
  return [i * i for i in [1, 2, 3]]

#: expression: list comprehension with a condition | accepted
def test() -> List[int]:
  return [i for i in [1, 2, 3] if i > 1]

#: expression: generator expression
def test() -> int:
  return sum(i for i in [1, 2])

#: expression: dict comprehension
def test() -> Dict[str, int]:
  return {str(i): i for i in [1, 2]}

#: expression: keyword arguments
def test() -> Tensor:
  return torch.sum(torch.ones([2, 3]), dim=[1], keepdim=True)

#: expression: quotes
def test() -> List[str]:
  return ['single', "double", """triple""", '''also''']

#: expression: lines continued
def test() -> int:
  x = 1 + \
      2
  y = (3 +
    4)
  return x + y

#: expression: any indent width
def test() -> int:
        if True:
                 x = 1
        else:
           x = 2
        return x

#: expression: builtins on numbers
def test() -> Tuple[int, float, int, int, float, Tuple[int, int], float]:
  return (abs(-3), abs(-2.5), min(1, 2), max([1, 5, 2]), round(2.5), divmod(7, 2), pow(2, 3))

#: expression: builtins on lists
def test() -> Tuple[int, int, bool, bool, int]:
  return (len([1, 2]), sum([1, 2, 3]), any([True, False]), all([True, False]), min([4, 2]))

#: expression: builtins on characters
def test() -> Tuple[int, str, str, str, str]:
  return (ord("a"), chr(98), hex(255), oct(8), bin(5))

#: expression: math
def test() -> Tuple[float, int, float, bool]:
  return (torch.sqrt(4.), torch.floor(2.5), torch.pow(2., 3.), torch.isnan(nan))

#: expression: grad mode
def test() -> Tuple[bool, bool]:
  x = torch.ones([2])
  return (torch.is_grad_enabled(), x.requires_grad)

#: annotation: Tensor, int, float, complex, bool, str
def f(a: Tensor, b: int, c: float, d: complex, e: bool, s: str) -> Tuple[Tensor, int, float, complex, bool, str]:
  return (a, b, c, d, e, s)
def test() -> Tuple[Tensor, int, float, complex, bool, str]:
  return __torch__.f(torch.ones([1]), 1, 2., 3j, True, "s", )

#: annotation: None, NoneType
def f(a: None, b: NoneType) -> bool:
  return a is None
def test() -> bool:
  return __torch__.f(None, None, )

#: annotation: Any
def f(a: Any) -> bool:
  return isinstance(a, int)
def test() -> bool:
  return __torch__.f("x", )

#: annotation: Device
def f(a: Device) -> str:
  return a.type
def test() -> str:
  return __torch__.f(torch.device("cpu"), )

#: annotation: Generator | accepted
def f(a: Optional[Generator]) -> bool:
  return a is None
def test() -> bool:
  return __torch__.f(None, )

#: annotation: Stream
def f(a: Optional[Stream]) -> bool:
  return a is None
def test() -> bool:
  return __torch__.f(None, )

#: annotation: Storage | accepted
def f(a: Optional[Storage]) -> bool:
  return a is None
def test() -> bool:
  return __torch__.f(None, )

#: annotation: number
def f(a: number) -> number:
  return a
def test() -> number:
  return __torch__.f(3, )

#: annotation: QScheme | accepted
def f(a: Optional[QScheme]) -> bool:
  return a is None
def test() -> bool:
  return __torch__.f(None, )

#: annotation: List
def f(a: List[int], b: List[List[str]], c: List[Tensor]) -> List[List[str]]:
  return b
def test() -> List[List[str]]:
  return __torch__.f([1], [["a"], ["b"]], [torch.ones([1])], )

#: annotation: Dict
def f(a: Dict[str, int], b: Dict[int, List[int]]) -> Dict[int, List[int]]:
  return b
def test() -> Dict[int, List[int]]:
  return __torch__.f({"a": 1}, {1: [2]}, )

#: annotation: Tuple
def f(a: Tuple[int, Tuple[str, float]]) -> Tuple[str, float]:
  return a[1]
def test() -> Tuple[str, float]:
  return __torch__.f((1, ("a", 2.)), )

#: annotation: Tuple[()]
def f(a: Tuple[()]) -> int:
  return len(a)
def test() -> int:
  return __torch__.f((), )

#: annotation: Optional
def f(a: Optional[List[int]]) -> int:
  if a is None:
    return -1
  return len(a)
def test() -> Tuple[int, int]:
  return (__torch__.f(None, ), __torch__.f([1], ))

#: annotation: Union
def f(a: Union[int, str]) -> str:
  if isinstance(a, int):
    return "int"
  else:
    return a
def test() -> Tuple[str, str]:
  return (__torch__.f(1, ), __torch__.f("s", ))

#: annotation: Union with None
def f(a: Union[int, str, NoneType]) -> bool:
  return a is None
def test() -> bool:
  return __torch__.f(None, )

#: annotation: Future
def f(a: Future[int]) -> int:
  return torch.wait(a)
def test() -> int:
  def __forked_function() -> int:
    return 4
  return __torch__.f(fork(__forked_function), )

#: annotation: RRef
def f(a: Optional[RRef[int]]) -> bool:
  return a is None
def test() -> bool:
  return __torch__.f(None, )

#: annotation: class, enum, NamedTuple, interface in full
class C(Enum):
  A = 1
class N(NamedTuple):
  c : __torch__.C
class K:
  n : __torch__.N
  def __init__(self: __torch__.K, n: __torch__.N) -> NoneType:
    self.n = n
    return None
def f(k: __torch__.K) -> __torch__.C:
  return k.n.c
def test() -> int:
  return (__torch__.f(__torch__.K(__torch__.N(__torch__.C.A)), )).value

#: annotation: torchbind class
def f(x: Optional[__torch__.torch.classes.quantized.Conv2dPackedParamsBase]) -> bool:
  return x is None
def test() -> bool:
  return __torch__.f(None, )

#: annotation: AnyListType, AnyTupleType | accepted
def f(a: AnyListType, b: AnyTupleType) -> bool:
  return True
def test() -> bool:
  return __torch__.f([1], (1, 2), )

#: annotation: AnyClassType, AnyEnumType | accepted
class C(Enum):
  A = 1
def f(a: AnyEnumType) -> bool:
  return True
def test() -> bool:
  return __torch__.f(__torch__.C.A, )

#: conversion: int to float, to Scalar
def test() -> Tuple[Tensor, float]:
  return (torch.mul(torch.ones([1]), 3), torch.sqrt(4))

#: conversion: Tensor to a number
def f(n: int, x: float) -> float:
  return n + x
def test() -> float:
  return __torch__.f(torch.full([], 3), torch.ones([]), )

#: conversion: to Optional
def f(n: Optional[float]) -> bool:
  return n is None
def test() -> bool:
  return __torch__.f(2., )

#: conversion: one int for a list
def test() -> Tensor:
  return torch.max_pool2d(torch.ones([1, 4, 4]), 2)

#: conversion: last list of integers as arguments
def test() -> Tuple[List[int], List[int]]:
  x = torch.ones([2, 3])
  return (x.view(3, 2).shape, x.permute(1, 0).shape)

#: conversion: str to Device
def test() -> Tensor:
  return torch.ones([1], device="cpu")

#: conversion: tuple to list
def test() -> Tensor:
  return torch.zeros((2, 1))

#: refused: import | 'import'
def test() -> int:
  import os  # <
  return 1

#: refused: decorator | decorators
@script  # <
def test() -> int:
  return 1

#: refused: try | 'try'
def test() -> int:
  try:  # <
    x = 1
  except:
    x = 2
  return x

#: refused: lambda | lambda
def test() -> int:
  f = lambda x: x  # <
  return 1

#: refused: f-string | f-strings
def test() -> str:
  return f"{1}"  # <

#: refused: walrus | ':='
def test() -> int:
  if (x := 3) > 2:  # <
    return x
  return 1

#: refused: set | sets
def test() -> int:
  x = {1, 2}  # <
  return 1

#: refused: chained comparison | chained comparisons
def test() -> bool:
  return 1 < 2 < 3  # <

#: expression: functions of torch.nn | accepted
def test() -> Tensor:
  return torch.nn.functional.relu(torch.ones([1]))

#: refused: dtype by name | torch.float32
def test() -> Tensor:
  return torch.zeros([1], dtype=torch.float32)  # <

#: refused: global | 'global'
def test() -> int:
  global x  # <
  return 1

#: refused: yield | 'yield'
def test() -> int:
  yield 1  # <
  return 1

#: refused: else of a loop | 'else'
def test() -> int:
  while False:
    pass
  else:  # <
    pass
  return 1

#: refused: any number of parameters | any number
def test(*a) -> int:  # <
  return 1

#: refused: unknown name | 'y'
def test() -> int:
  return y  # <

#: refused: unknown type | 'Nothing'
def test(x: Nothing) -> int:  # <
  return 1

#: refused: unknown operator | aten::no_such
def test() -> int:
  return torch.no_such(1)  # <

#: refused: unknown method | no_such
def test() -> int:
  return torch.ones([1]).no_such()  # <

#: refused: wrong type of an argument | aten::relu
def test() -> Tensor:
  return torch.relu("a")  # <

#: refused: type that changes in a loop | 'x'
def test() -> int:
  x = 1
  for i in range(3):  # <
    x = "a"
  return 1

#: refused: branches that differ | 'x'
def test(c: bool=True) -> int:
  if c:
    x = 1
  else:
    x = "a"
  return x  # <

#: refused: variable of one branch | 'x'
def test(c: bool=True) -> int:
  if c:
    x = 1
  return x  # <

#: refused: wrong return type | returns
def test() -> int:
  return "a"  # <

#: refused: missing argument | 'a'
def f(a: int) -> int:
  return a
def test() -> int:
  return __torch__.f()  # <

#: refused: too many arguments | it takes 1 argument
def f(a: int) -> int:
  return a
def test() -> int:
  return __torch__.f(1, 2, )  # <

#: refused: operation on what may be None | Optional[int]
def f(a: Optional[int]) -> int:
  return a + 1  # <
def test() -> int:
  return __torch__.f(1, )

#: refused: break outside a loop | outside a loop
def test() -> int:
  break  # <
  return 1

#: refused: too many values | values
def test() -> int:
  a, b = (1, 2, 3)  # <
  return a

#: declaration: recursive function | accepted
def factorial(n: int) -> int:
  return 1 if n < 2 else n * __torch__.factorial(n - 1)
def test() -> int:
  return __torch__.factorial(5)

#: refused: recursion without a return type | itself
def f(n: int):  # <
  return __torch__.f(n)
def test() -> int:
  return __torch__.f(1)

#: refused: index that is no constant of a tuple | tuple
def test() -> int:
  t = (1, "a")
  for i in range(2):
    x = t[i]  # <
  return 1

#: refused: attribute that no class has | 'm'
class A:
  n : int
  def __init__(self: __torch__.A) -> NoneType:
    self.n = 1
    return None
def test() -> int:
  return __torch__.A().m  # <

#: refused: async | 'async'
async def test() -> int:  # <
  return 1

#: refused: class inside a function | 'class'
def test() -> int:
  class A:  # <
    pass
  return 1
