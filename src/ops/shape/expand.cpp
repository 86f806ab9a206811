// Views that repeat dimensions.
#include "ops/copy.h"
#include "ops/gradients.h"
#include "ops/samples.h"
#include "ops/shape/view.h"
#include "tealight/operators.h"

namespace tealight::ops {
namespace {

Tensor expand_impl(const Tensor& self, const DimVector& size, bool) {
  TL_CHECK(int64_t(size.size()) >= self.dim(), "expand(", self.scalar_type(), self.sizes(),
           ", size=", size, "): the number of sizes provided (", size.size(),
           ") must be greater or equal to the number of dimensions in the tensor (", self.dim(),
           ")");
  const size_t added = size.size() - size_t(self.dim());
  DimVector sizes(size), strides(size.size(), 0);
  for (size_t d = size.size(); d-- > 0;) {
    const int64_t old = d >= added ? self.sizes()[d - added] : 1;
    if (d < added) {
      TL_CHECK(size[d] >= 0, "expand(", self.scalar_type(), self.sizes(), ", size=", size,
               "): the expanded size of the tensor (", size[d],
               ") isn't allowed in a leading, non-existing dimension ", d);
      strides[d] = d + 1 < sizes.size() ? sizes[d + 1] * strides[d + 1] : 1;
    } else {
      strides[d] = self.strides()[d - added];
      if (size[d] == -1) sizes[d] = old;
    }
    if (sizes[d] != old) {
      TL_CHECK(old == 1, "The expanded size of the tensor (", sizes[d],
               ") must match the existing size (", old, ") at non-singleton dimension ", d,
               ".  Target sizes: ", size, ".  Tensor sizes: ", self.sizes());
      strides[d] = 0;
    }
  }
  return view_of(self, sizes, strides, self.storage_offset());
}
Grads expand_backward_impl(const GradCall& c) { return {c.grad()}; }  // summed where it is used
Tensor expand_as_impl(const Tensor& self, const Tensor& other) {
  return self.expand(other.sizes());
}
Tensor broadcast_to_impl(const Tensor& self, const DimVector& size) { return self.expand(size); }
std::vector<Tensor> broadcast_tensors_impl(const std::vector<Tensor>& tensors) {
  DimVector sizes;
  for (const Tensor& x : tensors) sizes = broadcast_sizes(sizes, x.sizes());
  std::vector<Tensor> r;
  for (const Tensor& x : tensors) r.push_back(x.expand(sizes));
  return r;
}
std::vector<Sample> expand_samples() {
  return {{{sample({3, 1}), DimVector{2, -1, 4}, false}}, {{sample({}), DimVector{2}, false}}};
}
std::vector<Sample> expand_as_samples() { return {{{sample({3, 1}), sample({2, 3, 4})}}}; }
std::vector<Sample> broadcast_to_samples() { return {{{sample({3, 1}), DimVector{2, 3, 4}}}}; }
std::vector<Sample> broadcast_samples() {
  return {{{std::vector<Tensor>{sample({3, 1}), sample({4})}}}};
}

}  // namespace

TL_OP(expand){
    .schemas = {"aten::expand(Tensor(a) self, SymInt[] size, *, bool implicit=False) -> Tensor(a)"},
    .function = function<expand_impl>,
    .backward = TL_TRAIN(expand_backward_impl),
    .reads = {0, 0},
    .traits = Trait::view,
    .samples = TL_TEST(expand_samples),
};
TL_OP(expand_as){
    .schemas = {"aten::expand_as(Tensor(a) self, Tensor other) -> Tensor(a)"},
    .function = function<expand_as_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(expand_as_samples),
};
TL_OP(broadcast_to){
    .schemas = {"aten::broadcast_to(Tensor(a) self, SymInt[] size) -> Tensor(a)"},
    .function = function<broadcast_to_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(broadcast_to_samples),
};
TL_OP(broadcast_tensors){
    .schemas = {"aten::broadcast_tensors(Tensor[] tensors) -> Tensor[]"},
    .function = function<broadcast_tensors_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(broadcast_samples),
};
}  // namespace tealight::ops
