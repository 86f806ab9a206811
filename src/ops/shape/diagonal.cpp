// Views that walk through memory in other steps: diagonals, and windows along a dimension.
#include <algorithm>

#include "ops/copy.h"
#include "ops/gradients.h"
#include "ops/samples.h"
#include "ops/shape/view.h"
#include "tealight/operators.h"

namespace tealight::ops {
namespace {

Tensor diagonal_impl(const Tensor& self, int64_t offset, int64_t dim1, int64_t dim2) {
  const int64_t a = wrap_dim(dim1, self.dim()), b = wrap_dim(dim2, self.dim());
  TL_CHECK(a != b, "diagonal dimensions cannot be identical ", dim1, ", ", dim2);
  DimVector sizes(self.sizes()), strides(self.strides());
  const int64_t rows = sizes[size_t(a)], columns = sizes[size_t(b)];
  const int64_t n = std::max<int64_t>(
      0, offset >= 0 ? std::min(rows, columns - offset) : std::min(rows + offset, columns));
  const int64_t start = n == 0        ? 0
                        : offset >= 0 ? offset * strides[size_t(b)]
                                      : -offset * strides[size_t(a)];
  const int64_t step = strides[size_t(a)] + strides[size_t(b)];
  for (int64_t d : {std::max(a, b), std::min(a, b)})
    sizes.erase(size_t(d)), strides.erase(size_t(d));
  sizes.push_back(n);
  strides.push_back(step);
  return view_of(self, sizes, strides, self.storage_offset() + start);
}
Grads diagonal_backward_impl(const GradCall& c) {
  return {tealight::diagonal_backward(c.grad(), c.in(0).sizes(), c.arg<int64_t>(1),
                                      c.arg<int64_t>(2), c.arg<int64_t>(3))};
}

Tensor unfold_impl(const Tensor& self, int64_t dimension, int64_t size, int64_t step) {
  const int64_t d = wrap_dim(dimension, self.dim());
  const int64_t extent = self.dim() ? self.sizes()[size_t(d)] : 1;
  TL_CHECK(size >= 0, "size is ", size, " but must be >= 0");
  TL_CHECK(size <= extent, "maximum size for tensor at dimension ", d, " is ", extent,
           " but size is ", size);
  TL_CHECK(step > 0, "step is ", step, " but must be > 0");
  DimVector sizes(self.sizes()), strides(self.strides());
  const int64_t old = self.dim() ? strides[size_t(d)] : 1;
  if (self.dim()) sizes[size_t(d)] = (extent - size) / step + 1, strides[size_t(d)] = old * step;
  sizes.push_back(size);
  strides.push_back(old);
  return view_of(self, sizes, strides, self.storage_offset());
}
Grads unfold_backward_impl(const GradCall& c) {
  return {tealight::unfold_backward(c.grad(), c.in(0).sizes(), c.arg<int64_t>(1), c.arg<int64_t>(2),
                                    c.arg<int64_t>(3))};
}
std::vector<Sample> diagonal_samples() {
  return {{{sample({3, 4, 5}), 1, 0, 2}}, {{sample({3, 4}), -1, 0, 1}}};
}
std::vector<Sample> unfold_samples() { return {{{sample({7, 3}), 0, 3, 2}}}; }

}  // namespace

TL_OP(diagonal){
    .schemas =
        {"aten::diagonal(Tensor(a) self, int offset=0, int dim1=0, int dim2=1) -> Tensor(a)"},
    .function = function<diagonal_impl>,
    .backward = TL_TRAIN(diagonal_backward_impl),
    .reads = {0, 0},
    .traits = Trait::view,
    .samples = TL_TEST(diagonal_samples),
};
TL_OP(unfold){
    .schemas = {"aten::unfold(Tensor(a) self, int dimension, int size, int step) -> Tensor(a)"},
    .function = function<unfold_impl>,
    .backward = TL_TRAIN(unfold_backward_impl),
    .reads = {0, 0},
    .traits = Trait::view,
    .samples = TL_TEST(unfold_samples),
};
}  // namespace tealight::ops
