// as_strided: the memory of a tensor seen with any sizes and strides.
#include <algorithm>

#include "ops/op.h"
#include "ops/samples.h"
#include "ops/shape/view.h"
#include "tealight/operators.h"

namespace tealight::ops {
namespace {

Tensor as_strided_impl(const Tensor& self, const DimVector& size, const DimVector& stride,
                       std::optional<int64_t> storage_offset) {
  const int64_t offset = storage_offset.value_or(self.storage_offset());
  TL_CHECK(size.size() == stride.size(), "mismatch in length of strides and shape");
  TL_CHECK(offset >= 0, "Tensor: invalid storage offset ", offset);
  for (int64_t s : stride)
    TL_CHECK(s >= 0,
             "as_strided: Negative strides are not supported at the moment, got strides: ", stride);
  const size_t bytes = numel_of(size) ? storage_bytes(size, stride, self.itemsize()) : 0;
  TL_CHECK(bytes == 0 || (size_t(offset) <= self.storage()->nbytes() / self.itemsize() &&
                          bytes <= self.storage()->nbytes() - size_t(offset) * self.itemsize()),
           "setStorage: sizes ", size, ", strides ", stride, ", storage offset ", offset,
           ", and itemsize ", self.itemsize(), " requiring a storage size of ", bytes,
           " are out of bounds for storage of size ", self.storage()->nbytes());
  return view_of(self, size, stride, offset);
}

Tensor as_strided__impl(const Tensor& self, const DimVector& size, const DimVector& stride,
                        std::optional<int64_t> storage_offset) {
  return become(self, as_strided_impl(self, size, stride, storage_offset));
}

// What PyTorch's reshape() makes of a view whose strides it knows.
Tensor reshape_alias_impl(const Tensor& self, const DimVector& size, const DimVector& stride) {
  return as_strided_impl(self, size, stride, {});
}

// The places of a strided tensor's elements in its memory.
Tensor places(IntArrayRef sizes, IntArrayRef strides, int64_t offset) {
  Tensor p = full(IntArrayRef(), offset, kLong);
  for (size_t d = 0; d < sizes.size(); ++d)
    p = unsqueeze(p, -1) + arange(sizes[d], kLong) * strides[d];
  return reshape(p, {-1});
}
// Through the memory: what was read from a place is added up there. Elements of the input that
// share a place share its gradient.
Grads as_strided_backward(const GradCall& c) {
  const Tensor &x = c.in(0), &g = c.grad();
  const std::optional<int64_t> given =
      c.args.size() > 3 ? c.arg<std::optional<int64_t>>(3) : std::nullopt;
  const int64_t offset = given.value_or(x.storage_offset()),
                start = std::min(offset, x.storage_offset());
  if (g.numel() == 0 || x.numel() == 0) return {zeros_like(x)};
  const Tensor of_input = places(x.sizes(), x.strides(), x.storage_offset() - start),
               of_view = places(c.arg<DimVector>(1), c.arg<DimVector>(2), offset - start);
  const int64_t n = std::max(of_input.max().item<int64_t>(), of_view.max().item<int64_t>()) + 1;
  const auto added = [&](const Tensor& at, const Tensor& values) {
    return index_add(zeros({n}, values.options()), 0, at, values);
  };
  Tensor memory = added(of_view, reshape(g, {-1}));
  if (!x.is_non_overlapping_and_dense())
    memory = memory / added(of_input, ones({of_input.numel()}, g.options())).clamp_min(1);
  return {reshape(index_select(memory, 0, of_input), x.sizes())};
}

std::vector<Sample> as_strided_samples() {
  return {{{sample({12}), DimVector{3, 2}, DimVector{2, 3}, 1}},
          {{sample({12}), DimVector{5}, DimVector{2}, Value()}}};
}
std::vector<Sample> reshape_alias_samples() {
  return {{{sample({12}), DimVector{3, 2}, DimVector{2, 3}}},
          {{sample({3, 4}), DimVector{12}, DimVector{1}}}};
}

}  // namespace

TL_OP(as_strided){
    .schemas =
        {"aten::as_strided(Tensor(a) self, SymInt[] size, SymInt[] stride, SymInt? storage_offset=None) -> Tensor(a)"},
    .function = function<as_strided_impl>,
    .backward = TL_TRAIN(as_strided_backward),
    .reads = {0, 0},
    .traits = Trait::view,
    .samples = TL_TEST(as_strided_samples),
};
TL_OP(reshape_alias){
    .schemas =
        {"aten::_reshape_alias(Tensor(a) self, SymInt[] size, SymInt[] stride) -> Tensor(a)"},
    .function = function<reshape_alias_impl>,
    .backward = TL_TRAIN(as_strided_backward),
    .reads = {0, 0},
    .traits = Trait::view,
    .samples = TL_TEST(reshape_alias_samples),
};
TL_OP(as_strided_){
    .schemas =
        {"aten::as_strided_(Tensor(a!) self, SymInt[] size, SymInt[] stride, SymInt? storage_offset=None) -> Tensor(a!)"},
    .function = function<as_strided__impl>,
    .backward = TL_TRAIN(as_strided_backward),
    .reads = {0, 0},
    .samples = TL_TEST(as_strided_samples),
};
}  // namespace tealight::ops
