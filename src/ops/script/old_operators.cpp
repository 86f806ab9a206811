// Operators as old versions of PyTorch meant them; graph/upgraders.cpp says for which files they
// stand in. Named in a namespace of our own, so that nobody calls them by accident.
#include "ops/copy.h"
#include "ops/fns.h"
#include "tealight/ops.h"

namespace tealight::ops {
namespace {

bool is_real_division(const Tensor& t) { return t.is_floating_point() || t.is_complex(); }

// Until version 3 the division of integers gave an integer, rounded towards zero.
Tensor old_div(const Tensor& a, const Tensor& b) {
  return is_real_division(a) || is_real_division(b) ? div(a, b) : div(a, b, "trunc");
}
Tensor old_div_scalar(const Tensor& a, const Scalar& b) {
  return is_real_division(a) || b.isFloatingPoint() || b.isComplex() ? div(a, b)
                                                                     : div(a, b, "trunc");
}
Tensor old_div_out(const Tensor& a, const Tensor& b, Tensor out) {
  const bool real = is_real_division(a) || is_real_division(b) || is_real_division(out);
  return real ? div_out(out, a, b) : div_out(out, a, b, "trunc");
}
Tensor old_div_in_place(Tensor a, const Tensor& b) {
  return is_real_division(a) || is_real_division(b) ? a.div_(b) : a.div_(b, "trunc");
}
Tensor old_div_in_place_scalar(Tensor a, const Scalar& b) {
  return is_real_division(a) || b.isFloatingPoint() || b.isComplex() ? a.div_(b)
                                                                     : a.div_(b, "trunc");
}

// Until version 7 and 8 the number of steps could be left out.
constexpr int64_t kDefaultSteps = 100;

using Steps = std::optional<int64_t>;
using Dtype = std::optional<ScalarType>;

Tensor old_linspace(const Scalar& start, const Scalar& end, Steps steps, Dtype dtype,
                    std::optional<Layout> layout, std::optional<Device> device,
                    std::optional<bool> pin) {
  return linspace(start, end, steps.value_or(kDefaultSteps), dtype, layout, device, pin);
}
Tensor old_linspace_out(const Scalar& start, const Scalar& end, Steps steps, Tensor out) {
  return linspace_out(out, start, end, steps.value_or(kDefaultSteps));
}
Tensor old_logspace(const Scalar& start, const Scalar& end, Steps steps, double base, Dtype dtype,
                    std::optional<Layout> layout, std::optional<Device> device,
                    std::optional<bool> pin) {
  return logspace(start, end, steps.value_or(kDefaultSteps), base, dtype, layout, device, pin);
}
Tensor old_logspace_out(const Scalar& start, const Scalar& end, Steps steps, double base,
                        Tensor out) {
  return logspace_out(out, start, end, steps.value_or(kDefaultSteps), base);
}

// Until PyTorch 1.6 whole numbers filled a tensor of floats.
Tensor old_full(const DimVector& size, const Scalar& value, Dtype dtype,
                std::optional<Layout> layout, std::optional<Device> device,
                std::optional<bool> pin) {
  if (!dtype && !value.isFloatingPoint() && !value.isComplex()) dtype = kFloat;
  return full(size, value, dtype, layout, device, pin);
}

// PyTorch 1.5 wrote the assignment of a number, `x[i] = 5`, under the same name as that of a
// tensor.
Tensor old_copy(const Tensor& self, const Value& source) {
  copy_into(self, source.isTensor() ? source.toTensor() : wrapped_scalar_tensor(source.toScalar()));
  return self;
}

// PyTorch 1.5 bounded channels-last tensors without QNNPACK (ops/quantized/qnnpack_clamp.h).
Tensor old_relu6(const Tensor& q, bool inplace) {
  const Tensor r = clamp(q.contiguous(), 0, 6);
  if (!inplace) return r;
  copy_into(q, r);
  return q;
}

// PyTorch 1.5 and 1.6 wrote `"a" in x` under one name for lists and dicts.
bool old_contains(const Value& where, const Value& key) {
  if (where.isGenericDict()) return where.toDictRef().find(key);
  const std::vector<Value>& items = where.toListRef().items;
  return std::find(items.begin(), items.end(), key) != items.end();
}

// Until PyTorch 1.12 floor_divide rounded towards zero.
Tensor old_floor_divide(const Tensor& a, const Tensor& b) { return div(a, b, "trunc"); }
Tensor old_floor_divide_scalar(const Tensor& a, const Scalar& b) { return div(a, b, "trunc"); }
Tensor old_floor_divide_in_place(Tensor a, const Tensor& b) { return a.div_(b, "trunc"); }
Tensor old_floor_divide_in_place_scalar(Tensor a, const Scalar& b) { return a.div_(b, "trunc"); }
Tensor old_floor_divide_out(const Tensor& a, const Tensor& b, Tensor out) {
  return div_out(out, a, b, "trunc");
}

constexpr Fn rows[] = {
    TL_FN("tealight::div_until_3.Tensor(Tensor self, Tensor other) -> Tensor", old_div),
    TL_FN("tealight::div_until_3.Scalar(Tensor self, Scalar other) -> Tensor", old_div_scalar),
    TL_FN("tealight::div_until_3.out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)",
          old_div_out),
    TL_FN("tealight::div_until_3_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)",
          old_div_in_place),
    TL_FN("tealight::div_until_3_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)",
          old_div_in_place_scalar),
    TL_FN("tealight::linspace_until_7(Scalar start, Scalar end, int? steps=None, *, ScalarType? "
          "dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor",
          old_linspace),
    TL_FN("tealight::linspace_until_7.out(Scalar start, Scalar end, int? steps=None, *, Tensor(a!) "
          "out) -> Tensor(a!)",
          old_linspace_out),
    TL_FN("tealight::logspace_until_8(Scalar start, Scalar end, int? steps=None, float base=10., "
          "*, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? "
          "pin_memory=None) -> Tensor",
          old_logspace),
    TL_FN("tealight::logspace_until_8.out(Scalar start, Scalar end, int? steps=None, float "
          "base=10., *, Tensor(a!) out) -> Tensor(a!)",
          old_logspace_out),
    TL_FN("tealight::gelu_until_9(Tensor self) -> Tensor", [](const Tensor& t) { return gelu(t); }),
    TL_FN("tealight::gelu_until_9.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)",
          [](const Tensor& t, Tensor out) { return gelu_out(out, t); }),
    TL_FN("tealight::full_until_1_6(int[] size, Scalar fill_value, *, ScalarType? dtype=None, "
          "Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor",
          old_full),
    TL_FN(
        "tealight::copy_until_1_5_(Tensor(a!) self, t src, bool non_blocking=False) -> Tensor(a!)",
        [](const Tensor& self, const Value& source, bool) { return old_copy(self, source); }),
    TL_FN("tealight::relu6_until_1_5(Tensor qx, bool inplace=False) -> Tensor", old_relu6),
    TL_FN("tealight::contains_until_1_6.str(t where, str key) -> bool", old_contains),
    TL_FN("tealight::floor_divide_until_1_12(Tensor self, Tensor other) -> Tensor",
          old_floor_divide),
    TL_FN("tealight::floor_divide_until_1_12.Scalar(Tensor self, Scalar other) -> Tensor",
          old_floor_divide_scalar),
    TL_FN("tealight::floor_divide_until_1_12.out(Tensor self, Tensor other, *, Tensor(a!) out) -> "
          "Tensor(a!)",
          old_floor_divide_out),
    TL_FN("tealight::floor_divide_until_1_12_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)",
          old_floor_divide_in_place),
    TL_FN("tealight::floor_divide_until_1_12_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)",
          old_floor_divide_in_place_scalar),
};

}  // namespace
TL_FNS(script_old_operators){rows};
}  // namespace tealight::ops
