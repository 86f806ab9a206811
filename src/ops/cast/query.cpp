// Questions to a tensor.
#include "ops/fns.h"
#include "tealight/ops.h"

namespace tealight::ops {
namespace {

Value item(const Tensor& t) { return Value(t.item()); }

// item() without its check.
Value first_of(const Tensor& t) {
  TL_CHECK(t.numel() > 0, "_local_scalar_dense: a tensor without elements has no number");
  return item(as_strided(t, IntArrayRef(), IntArrayRef(), t.storage_offset()));
}

bool is_nonzero_impl(const Tensor& t) {
  TL_CHECK(t.numel() == 1, "Boolean value of Tensor with ",
           t.numel() == 0 ? "no values" : "more than one value", " is ambiguous");
  return t.item().toComplexDouble() != 0.0;
}

Tensor shape_as_tensor(const Tensor& t) {
  Tensor r(Fact(kLong, {t.dim()}));
  std::copy(t.sizes().begin(), t.sizes().end(), r.as<int64_t>());
  return r;
}

Tensor set_requires_grad(const Tensor& t, bool value) { return t.requires_grad_(value); }

constexpr Fn rows[] = {
    TL_FN("aten::size(Tensor self) -> int[]", [](const Tensor& t) { return DimVector(t.sizes()); }),
    TL_FN("aten::size.int(Tensor self, int dim) -> int",
          [](const Tensor& t, int64_t dim) { return t.size(dim); }),
    TL_FN("aten::stride(Tensor self) -> int[]",
          [](const Tensor& t) { return DimVector(t.strides()); }),
    TL_FN("aten::stride.int(Tensor self, int dim) -> int",
          [](const Tensor& t, int64_t dim) { return t.stride(dim); }),
    TL_FN("aten::storage_offset(Tensor self) -> int",
          [](const Tensor& t) { return t.storage_offset(); }),
    TL_FN("aten::numel(Tensor self) -> int", [](const Tensor& t) { return t.numel(); }),
    TL_FN("aten::element_size(Tensor self) -> int",
          [](const Tensor& t) { return t.element_size(); }),
    TL_FN("aten::item(Tensor self) -> Scalar", [](const Tensor& t) { return item(t); }),
    TL_FN("aten::_local_scalar_dense(Tensor self) -> Scalar",
          [](const Tensor& t) { return first_of(t); }),
    TL_FN("aten::is_floating_point(Tensor self) -> bool",
          [](const Tensor& t) { return t.is_floating_point(); }),
    TL_FN("aten::is_complex(Tensor self) -> bool", [](const Tensor& t) { return t.is_complex(); }),
    TL_FN("aten::is_signed(Tensor self) -> bool", [](const Tensor& t) { return t.is_signed(); }),
    TL_FN("aten::is_nonzero(Tensor self) -> bool",
          [](const Tensor& t) { return is_nonzero_impl(t); }),
    TL_FN("aten::is_contiguous(Tensor self) -> bool",
          [](const Tensor& t) { return t.is_contiguous(); }),
    TL_FN("aten::is_contiguous.memory_format(Tensor self, MemoryFormat memory_format) -> bool",
          [](const Tensor& t, MemoryFormat f) { return t.is_contiguous(f); }),
    TL_FN("aten::is_same_size(Tensor self, Tensor other) -> bool",
          [](const Tensor& a, const Tensor& b) { return a.sizes() == b.sizes(); }),
    TL_FN("aten::is_set_to(Tensor self, Tensor tensor) -> bool",
          [](const Tensor& a, const Tensor& b) {
            return a.is_alias_of(b) && a.storage_offset() == b.storage_offset() &&
                   a.sizes() == b.sizes() && a.strides() == b.strides();
          }),
    // There are no lazily conjugated, negated or pinned tensors here.
    TL_FN("aten::is_conj(Tensor self) -> bool", [](const Tensor&) { return false; }),
    TL_FN("aten::is_neg(Tensor self) -> bool", [](const Tensor&) { return false; }),
    TL_FN("aten::is_pinned(Tensor self, Device? device=None) -> bool",
          [](const Tensor&, std::optional<Device>) { return false; }),
    TL_FN("aten::is_leaf(Tensor self) -> bool",
          [](const Tensor& t) { return !t.unsafeGetTensorImpl()->autograd; }),
    TL_FN("aten::is_inference(Tensor self) -> bool",
          [](const Tensor& t) { return t.is_inference(); }),
    TL_FN("aten::_shape_as_tensor(Tensor self) -> Tensor",
          [](const Tensor& t) { return shape_as_tensor(t); }),
    TL_FN("aten::requires_grad_(Tensor(a!) self, bool requires_grad=True) -> Tensor(a!)",
          [](const Tensor& t, bool v) { return set_requires_grad(t, v); }),
    TL_FN("aten::q_scale(Tensor self) -> float", [](const Tensor& t) { return t.q_scale(); }),
    TL_FN("aten::q_zero_point(Tensor self) -> int",
          [](const Tensor& t) { return t.q_zero_point(); }),
    TL_FN("aten::q_per_channel_scales(Tensor self) -> Tensor",
          [](const Tensor& t) { return t.q_per_channel_scales(); }),
    TL_FN("aten::q_per_channel_zero_points(Tensor self) -> Tensor",
          [](const Tensor& t) { return t.q_per_channel_zero_points(); }),
    TL_FN("aten::q_per_channel_axis(Tensor self) -> int",
          [](const Tensor& t) { return t.q_per_channel_axis(); }),
};

}  // namespace
TL_FNS(tensor_queries){rows};
}  // namespace tealight::ops
