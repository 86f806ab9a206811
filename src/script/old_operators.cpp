#include "script/old_operators.h"

namespace tealight::script {
namespace {

constexpr int64_t kAny = 1000;  // whatever the version
constexpr int64_t kNever = 0;   // no version says it

constexpr OldOperator kOld[] = {
    {"tealight::div_until_3.Tensor", "aten::div", 3,
     R"(def div_tensor(self: Tensor, other: Tensor) -> Tensor:
  real = torch.__or__(torch.is_floating_point(self), torch.is_complex(self))
  if torch.__or__(real, torch.__or__(torch.is_floating_point(other), torch.is_complex(other))):
    out = torch.true_divide(self, other)
  else:
    out = torch.divide(self, other, rounding_mode="trunc")
  return out
)"},
    {"tealight::div_until_3.Scalar", "aten::div", 3,
     R"(def div_scalar(self: Tensor, other: number) -> Tensor:
  real = torch.__or__(torch.is_floating_point(self), torch.is_complex(self))
  if torch.__or__(real, torch.__not__(isinstance(other, int))):
    out = torch.true_divide(self, other)
  else:
    out = torch.divide(self, other, rounding_mode="trunc")
  return out
)"},
    {"tealight::div_until_3.out", "aten::div", 3,
     R"(def div_out(self: Tensor, other: Tensor, out: Tensor) -> Tensor:
  real = torch.__or__(torch.is_floating_point(self), torch.is_complex(self))
  real0 = torch.__or__(torch.is_floating_point(other), torch.is_complex(other))
  real1 = torch.__or__(torch.is_floating_point(out), torch.is_complex(out))
  if torch.__or__(real, torch.__or__(real0, real1)):
    out0 = torch.true_divide(self, other, out=out)
  else:
    out0 = torch.divide(self, other, rounding_mode="trunc", out=out)
  return out0
)"},
    {"tealight::div_until_3_.Tensor", "aten::div_", 3,
     R"(def div_tensor_(self: Tensor, other: Tensor) -> Tensor:
  real = torch.__or__(torch.is_floating_point(self), torch.is_complex(self))
  if torch.__or__(real, torch.__or__(torch.is_floating_point(other), torch.is_complex(other))):
    out = torch.true_divide_(self, other)
  else:
    out = torch.divide_(self, other, rounding_mode="trunc")
  return out
)"},
    {"tealight::div_until_3_.Scalar", "aten::div_", 3,
     R"(def div_scalar_(self: Tensor, other: number) -> Tensor:
  real = torch.__or__(torch.is_floating_point(self), torch.is_complex(self))
  if torch.__or__(real, torch.__not__(isinstance(other, int))):
    out = torch.true_divide_(self, other)
  else:
    out = torch.divide_(self, other, rounding_mode="trunc")
  return out
)"},
    {"tealight::linspace_until_7", "aten::linspace", 7,
     R"(def linspace(start: number, end: number, steps: Optional[int], dtype: Optional[int], layout: Optional[int], device: Optional[Device], pin_memory: Optional[bool]) -> Tensor:
  if steps is None:
    n = 100
  else:
    n = steps
  return torch.linspace(start, end, n, dtype=dtype, layout=layout, device=device, pin_memory=pin_memory)
)"},
    {"tealight::linspace_until_7.out", "aten::linspace", 7,
     R"(def linspace_out(start: number, end: number, steps: Optional[int], out: Tensor) -> Tensor:
  if steps is None:
    n = 100
  else:
    n = steps
  return torch.linspace(start, end, n, out=out)
)"},
    {"tealight::logspace_until_8", "aten::logspace", 8,
     R"(def logspace(start: number, end: number, steps: Optional[int], base: float, dtype: Optional[int], layout: Optional[int], device: Optional[Device], pin_memory: Optional[bool]) -> Tensor:
  if steps is None:
    n = 100
  else:
    n = steps
  return torch.logspace(start, end, n, base, dtype=dtype, layout=layout, device=device, pin_memory=pin_memory)
)"},
    {"tealight::logspace_until_8.out", "aten::logspace", 8,
     R"(def logspace_out(start: number, end: number, steps: Optional[int], base: float, out: Tensor) -> Tensor:
  if steps is None:
    n = 100
  else:
    n = steps
  return torch.logspace(start, end, n, base, out=out)
)"},
    {"tealight::gelu_until_9", "aten::gelu", kAny, ""},
    {"tealight::gelu_until_9.out", "aten::gelu", kAny, ""},
    {"tealight::full_until_1_6", "aten::full", 4,
     R"(def full(size: List[int], fill_value: number, dtype: Optional[int], layout: Optional[int], device: Optional[Device], pin_memory: Optional[bool]) -> Tensor:
  dtype0 = dtype
  if torch.__and__(dtype is None, isinstance(fill_value, int)):
    dtype0 = 6
  return torch.full(size, fill_value, dtype=dtype0, layout=layout, device=device, pin_memory=pin_memory)
)"},
    {"tealight::copy_until_1_5_", "aten::copy_", kAny, ""},
    {"tealight::contains_until_1_6.str", "aten::__contains__", kAny, ""},
    {"tealight::relu6_until_1_5", "quantized::relu6", kNever,
     R"(def relu6(qx: Tensor, inplace: bool) -> Tensor:
  out = torch.clamp(torch.contiguous(qx), 0, 6)
  if inplace:
    out = torch.copy_(qx, out)
  return out
)"},
    {"tealight::floor_divide_until_1_12", "aten::floor_divide", kNever,
     R"(def floor_divide_tensor(self: Tensor, other: Tensor) -> Tensor:
  return torch.divide(self, other, rounding_mode="trunc")
)"},
    {"tealight::floor_divide_until_1_12.Scalar", "aten::floor_divide", kNever,
     R"(def floor_divide_scalar(self: Tensor, other: number) -> Tensor:
  return torch.divide(self, other, rounding_mode="trunc")
)"},
    {"tealight::floor_divide_until_1_12.out", "aten::floor_divide", kNever,
     R"(def floor_divide_out(self: Tensor, other: Tensor, out: Tensor) -> Tensor:
  return torch.divide(self, other, rounding_mode="trunc", out=out)
)"},
    {"tealight::floor_divide_until_1_12_.Tensor", "aten::floor_divide_", kNever,
     R"(def floor_divide_tensor_(self: Tensor, other: Tensor) -> Tensor:
  return torch.divide_(self, other, rounding_mode="trunc")
)"},
    {"tealight::floor_divide_until_1_12_.Scalar", "aten::floor_divide_", kNever,
     R"(def floor_divide_scalar_(self: Tensor, other: number) -> Tensor:
  return torch.divide_(self, other, rounding_mode="trunc")
)"},
};

// From which version on a symbol has its meaning of today.
struct Changed {
  std::string_view symbol;
  int64_t version;
};
constexpr Changed kChanged[] = {{"aten::div", 4},      {"aten::div_", 4},     {"aten::full", 5},
                                {"aten::linspace", 8}, {"aten::logspace", 9}, {"aten::gelu", 10}};
constexpr int64_t kLowest = 3;  // types of containers in pickles

}  // namespace

std::string_view OldOperator::function_name() const {
  const size_t begin = std::string_view("def ").size();
  return text.substr(begin, text.find('(') - begin);
}

const OldOperator* find_old_operator(std::string_view name) {
  for (const OldOperator& o : kOld)
    if (o.name == name) return &o;
  return nullptr;
}

int64_t operator_version_for(const std::set<std::string>& symbols) {
  int64_t version = kLowest;
  for (const Changed& c : kChanged)
    if (c.version > version && symbols.contains(std::string(c.symbol))) version = c.version;
  return version;
}

}  // namespace tealight::script
