#include "script/builtins.h"

#include "script/parser.h"

namespace tealight::script {
namespace {

constexpr const char* kText = R"(
def add(a: number, b: Tensor) -> Tensor:
    return torch.add(b, a)
def sub(a: number, b: Tensor) -> Tensor:
    return torch.add(torch.neg(b), a)
def mul(a: number, b: Tensor) -> Tensor:
    return torch.mul(b, a)
def div(a: number, b: Tensor) -> Tensor:
    return torch.mul(torch.reciprocal(b), a)
def eq(a: number, b: Tensor) -> Tensor:
    return torch.eq(b, a)
def ne(a: number, b: Tensor) -> Tensor:
    return torch.ne(b, a)
def lt(a: number, b: Tensor) -> Tensor:
    return torch.gt(b, a)
def le(a: number, b: Tensor) -> Tensor:
    return torch.ge(b, a)
def gt(a: number, b: Tensor) -> Tensor:
    return torch.lt(b, a)
def ge(a: number, b: Tensor) -> Tensor:
    return torch.le(b, a)
def floordiv(a: Tensor, b: Tensor) -> Tensor:
    return torch.floor_divide(a, b)
def floordiv(a: Tensor, b: number) -> Tensor:
    return torch.floor_divide(a, b)

def __contains__(self: str, key: str) -> bool:
    return torch.ne(torch.find(self, key, 0, torch.len(self)), -1)

def byte(self: Tensor) -> Tensor:
    return torch.to(self, 0, False, False)
def char(self: Tensor) -> Tensor:
    return torch.to(self, 1, False, False)
def short(self: Tensor) -> Tensor:
    return torch.to(self, 2, False, False)
def int(self: Tensor) -> Tensor:
    return torch.to(self, 3, False, False)
def long(self: Tensor) -> Tensor:
    return torch.to(self, 4, False, False)
def half(self: Tensor) -> Tensor:
    return torch.to(self, 5, False, False)
def float(self: Tensor) -> Tensor:
    return torch.to(self, 6, False, False)
def double(self: Tensor) -> Tensor:
    return torch.to(self, 7, False, False)
def bool(self: Tensor) -> Tensor:
    return torch.to(self, 11, False, False)
def bfloat16(self: Tensor) -> Tensor:
    return torch.to(self, 15, False, False)
def cpu(self: Tensor) -> Tensor:
    return torch.to(self, torch.device("cpu"), None, False, False)

def type(self: Tensor, dtype: int, non_blocking: bool=False, copy: bool=False) -> Tensor:
    return torch.to(self, dtype, non_blocking, copy)

def mT(self: Tensor) -> Tensor:
    return torch.transpose(self, -2, -1)
def mH(self: Tensor) -> Tensor:
    return torch.conj(torch.transpose(self, -2, -1))
def matrix_H(self: Tensor) -> Tensor:
    return torch.conj(torch.t(self))

def embedding_renorm_(self: Tensor, indices: Tensor, max_norm: float, norm_type: float) -> Tensor:
    rows = torch.flatten(indices)
    chosen = torch.index_select(self, 0, rows)
    norms = torch.norm(chosen, norm_type, [1], True)
    scales = torch.where(norms > max_norm, max_norm / (norms + 1e-7), torch.ones_like(norms))
    return torch.index_copy_(self, 0, rows, chosen * scales)

def _assert(condition: bool, message: str) -> None:
    assert condition, message
    return None

def list_with_default(out_size: List[int], defaults: List[int]) -> List[int]:
    assert torch.gt(torch.len(defaults), torch.len(out_size))
    return out_size

def interpolate_to(x: Tensor, size: List[int], mode: str, align_corners: Optional[bool]) -> Tensor:
    align = False
    if align_corners is not None:
        align = align_corners
    n = torch.len(size)
    if mode == "nearest":
        if n == 1:
            return torch.upsample_nearest1d(x, size)
        if n == 2:
            return torch.upsample_nearest2d(x, size)
        return torch.upsample_nearest3d(x, size)
    if mode == "area":
        if n == 1:
            return torch.adaptive_avg_pool1d(x, size)
        if n == 2:
            return torch.adaptive_avg_pool2d(x, size)
        return torch.adaptive_avg_pool3d(x, size)
    if mode == "linear":
        return torch.upsample_linear1d(x, size, align)
    if mode == "bilinear":
        return torch.upsample_bilinear2d(x, size, align)
    if mode == "bicubic":
        return torch.upsample_bicubic2d(x, size, align)
    if mode == "trilinear":
        return torch.upsample_trilinear3d(x, size, align)
    raise ValueError(torch.format("interpolate: no such mode, {}", mode))

def __interpolate(input: Tensor, size: int, scale_factor: Optional[float], mode: str, align_corners: Optional[bool], recompute_scale_factor: Optional[bool]=None) -> Tensor:
    sizes = [size for i in range(torch.dim(input) - 2)]
    return interpolate_to(input, sizes, mode, align_corners)
def __interpolate(input: Tensor, size: List[int], scale_factor: Optional[float], mode: str, align_corners: Optional[bool], recompute_scale_factor: Optional[bool]=None) -> Tensor:
    return interpolate_to(input, size, mode, align_corners)
def __interpolate(input: Tensor, size: Optional[int], scale_factor: float, mode: str, align_corners: Optional[bool], recompute_scale_factor: Optional[bool]=None) -> Tensor:
    sizes = [int(torch.floor(float(torch.size(input, i + 2)) * scale_factor)) for i in range(torch.dim(input) - 2)]
    return interpolate_to(input, sizes, mode, align_corners)
def __interpolate(input: Tensor, size: Optional[int], scale_factor: List[float], mode: str, align_corners: Optional[bool], recompute_scale_factor: Optional[bool]=None) -> Tensor:
    sizes = [int(torch.floor(float(torch.size(input, i + 2)) * scale_factor[i])) for i in range(torch.dim(input) - 2)]
    return interpolate_to(input, sizes, mode, align_corners)
)";

constexpr const char* kSort = R"(
def sort(self: List[ELEMENT], reverse: bool=False) -> None:
    for i in range(1, len(self)):
        v = self[i]
        k = i
        while k > 0 and (self[k - 1] < v if reverse else v < self[k - 1]):
            self[k] = self[k - 1]
            k -= 1
        self[k] = v
)";

}  // namespace

Program sorting_program(const std::string& element) {
  std::string text = kSort;
  constexpr std::string_view kElement = "ELEMENT";
  text.replace(text.find(kElement), kElement.size(), element);
  return parse_program(std::make_shared<const SourceText>(SourceText{"builtins.py", text}));
}

const Program& builtin_program() {
  static const Program* const program = new Program(
      parse_program(std::make_shared<const SourceText>(SourceText{"builtins.py", kText})));
  return *program;
}

}  // namespace tealight::script
