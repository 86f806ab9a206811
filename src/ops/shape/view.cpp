// Views: the same memory under another shape.
#include "ops/shape/view.h"

#include <algorithm>

#include "ops/copy.h"
#include "ops/op.h"
#include "ops/samples.h"
#include "tealight/ops.h"

namespace tealight {

Tensor view_of(const Tensor& t, IntArrayRef sizes, IntArrayRef strides, int64_t offset) {
  Fact f = t.fact();
  f.sizes = sizes;
  f.strides = strides;
  f.wrapped_number = false;
  return Tensor(t.storage(), f, offset);
}

DimVector infer_size(IntArrayRef sizes, int64_t numel) {
  DimVector result(sizes);
  int64_t known = 1, unknown = -1;
  for (size_t d = 0; d < result.size(); ++d) {
    if (result[d] == -1) {
      TL_CHECK(unknown < 0, "only one dimension can be inferred");
      unknown = int64_t(d);
    } else {
      TL_CHECK(result[d] >= 0, "invalid shape dimension ", result[d]);
      known *= result[d];
    }
  }
  if (unknown >= 0) {
    TL_CHECK(known != 0, "cannot reshape tensor of 0 elements into shape ", sizes,
             " because the unspecified dimension size -1 can be any value and is ambiguous");
    result[size_t(unknown)] = numel / known;
    known *= result[size_t(unknown)];
  }
  TL_CHECK(known == numel, "shape '", sizes, "' is invalid for input of size ", numel);
  return result;
}

// Cuts the old dimensions into runs that are contiguous in memory and lays the new ones over them.
std::optional<DimVector> view_strides(const Fact& f, IntArrayRef sizes) {
  const int64_t n = f.numel();
  if (n == 0) return f.sizes == DimVector(sizes) ? f.strides : contiguous_strides(sizes);
  DimVector strides(sizes.size(), 1);
  int64_t d = int64_t(sizes.size()) - 1;
  int64_t base = f.sizes.empty() ? 1 : f.strides.back(), run = 1, laid = 1;
  for (int64_t old = f.dim() - 1; old >= 0; --old) {
    run *= f.sizes[size_t(old)];
    const bool ends =
        old == 0 || (f.sizes[size_t(old - 1)] != 1 && f.strides[size_t(old - 1)] != run * base);
    if (!ends) continue;
    while (d >= 0 && (laid < run || sizes[size_t(d)] == 1)) {
      strides[size_t(d)] = laid * base;
      laid *= sizes[size_t(d)];
      --d;
    }
    if (laid != run) return std::nullopt;
    if (old > 0) base = f.strides[size_t(old - 1)], run = laid = 1;
  }
  return d >= 0 && f.dim() > 0 ? std::nullopt : std::optional(strides);
}

Tensor become(const Tensor& self, const Tensor& seen) {
  self.unsafeGetTensorImpl()->fact = seen.fact();
  self.unsafeGetTensorImpl()->offset = seen.storage_offset();
  return self;
}

namespace ops {
namespace {

Tensor view_as_size(const Tensor& self, const DimVector& size) {
  const DimVector sizes = infer_size(size, self.numel());
  const auto strides = view_strides(self.fact(), sizes);
  TL_CHECK(
      strides,
      "view size is not compatible with input tensor's size and stride (at least one dimension spans across two contiguous subspaces). Use .reshape(...) instead.");
  return view_of(self, sizes, *strides, self.storage_offset());
}

// The bytes as elements of another dtype; the last dimension takes up the difference in size.
Tensor view_as_dtype(const Tensor& self, ScalarType dtype) {
  TL_CHECK(!self.is_quantized() && !is_quantized(dtype),
           "view: quantized tensors have no other dtype; fix: int_repr()");
  const int64_t old_size = int64_t(self.itemsize()), new_size = int64_t(element_size(dtype));
  Fact f(dtype, self.sizes(), self.strides());
  int64_t offset = self.storage_offset();
  if (old_size != new_size) {
    TL_CHECK(self.dim() > 0, "self.dim() cannot be 0 to view ", self.scalar_type(), " as ", dtype,
             " (different element sizes)");
    TL_CHECK(self.stride(-1) == 1, "self.stride(-1) must be 1 to view ", self.scalar_type(), " as ",
             dtype, " (different element sizes), but got ", self.stride(-1));
    const auto scaled = [&](int64_t n, const char* what) {
      TL_CHECK(n * old_size % new_size == 0, what, " must be divisible by ", new_size / old_size,
               " to view ", self.scalar_type(), " as ", dtype,
               " (different element sizes), but got ", n);
      return n * old_size / new_size;
    };
    f.sizes.back() = scaled(f.sizes.back(), "self.size(-1)");
    for (size_t d = 0; d + 1 < f.strides.size(); ++d)
      f.strides[d] = scaled(f.strides[d], "self.stride()");
    offset = scaled(offset, "self.storage_offset()");
  }
  const auto address = reinterpret_cast<uintptr_t>(self.storage()->data());
  TL_CHECK(address % std::min<uintptr_t>(uintptr_t(new_size), 8) == 0,
           "view: the memory is not aligned for ", dtype, "; fix: clone() first");
  return Tensor(self.storage(), f, offset);
}

Tensor slice_of(const Tensor& self, int64_t dim, std::optional<int64_t> start,
                std::optional<int64_t> end, int64_t step) {
  TL_CHECK(self.dim() > 0, "slice() cannot be applied to a 0-dim tensor.");
  TL_CHECK(step > 0, "slice step must be positive");
  const size_t d = size_t(wrap_dim(dim, self.dim()));
  const int64_t size = self.sizes()[d];
  const auto place = [&](int64_t i) { return std::clamp<int64_t>(i < 0 ? i + size : i, 0, size); };
  const int64_t from = place(start.value_or(0)), to = std::max(from, place(end.value_or(size)));
  DimVector sizes(self.sizes()), strides(self.strides());
  sizes[d] = (to - from + step - 1) / step;
  const int64_t offset = self.storage_offset() + from * strides[d];
  strides[d] *= step;
  return view_of(self, sizes, strides, offset);
}

// Backward of a view: a zero tensor of the input's shape whose same view receives the gradient.
Grads view_backward_impl(const GradCall& c) { return {reshape(c.grad(), c.in(0).sizes())}; }
Grads slice_backward_impl(const GradCall& c) {
  return {tealight::slice_backward(
      c.grad(), c.in(0).sizes(), c.arg<int64_t>(1), c.arg<std::optional<int64_t>>(2).value_or(0),
      c.arg<std::optional<int64_t>>(3).value_or(INT64_MAX), c.arg<int64_t>(4))};
}
std::vector<Sample> view_samples() {
  return {{{sample({2, 6}), DimVector{3, -1}}}, {{sample({0, 3}), DimVector{3, 0}}}};
}
std::vector<Sample> dtype_samples() {
  return {{{sample({2, 6}), kInt}},
          {{sample({2, 6}), kDouble}},
          {{sample({2, 6}), kByte}},
          {{sample({2, 6}), kComplexFloat}}};
}
std::vector<Sample> slice_samples() {
  return {{{sample({5, 3}), 0, 1, 4, 2}}, {{sample({5}), -1, -3, Value(), 1}}};
}

}  // namespace

TL_OP(view){
    .schemas = {"aten::view(Tensor(a) self, SymInt[] size) -> Tensor(a)"},
    .function = function<view_as_size>,
    .backward = TL_TRAIN(view_backward_impl),
    .reads = {0, 0},
    .traits = Trait::view,
    .samples = TL_TEST(view_samples),
};
TL_OP(view_dtype){
    .schemas = {"aten::view.dtype(Tensor(a) self, ScalarType dtype) -> Tensor(a)"},
    .function = function<view_as_dtype>,
    .traits = Trait::view | Trait::nograd,
    .samples = TL_TEST(dtype_samples),
};
TL_OP(slice){
    .schemas =
        {"aten::slice.Tensor(Tensor(a) self, int dim=0, SymInt? start=None, SymInt? end=None, SymInt step=1) -> Tensor(a)"},
    .function = function<slice_of>,
    .backward = TL_TRAIN(slice_backward_impl),
    .reads = {0, 0},
    .traits = Trait::view,
    .samples = TL_TEST(slice_samples),
};
}  // namespace ops
}  // namespace tealight
