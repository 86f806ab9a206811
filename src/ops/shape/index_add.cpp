// Whole slices along one dimension written: index_add, index_copy, index_fill.
#include <algorithm>

#include "ops/copy.h"
#include "ops/gradients.h"
#include "ops/samples.h"
#include "ops/shape/places.h"
#include "tealight/operators.h"

namespace tealight::ops {
namespace {

Tensor slice_places(const Tensor& index, IntArrayRef sizes, int64_t d) {
  DimVector shape(std::max<size_t>(sizes.size(), 1), 1);
  shape[size_t(d)] = index.numel();
  DimVector full(sizes.size() ? sizes : IntArrayRef(shape));
  full[size_t(d)] = index.numel();
  return contiguous(reshape(index, shape).expand(full));
}
void check_slices(const char* op, const Tensor& self, int64_t d, const Tensor& index,
                  const Tensor& source) {
  check_index_dtype(op, index.fact());
  TL_CHECK(index.dim() <= 1, op, ": Index is supposed to be a vector, but got ", index.dim(),
           " dimensions");
  TL_CHECK(self.scalar_type() == source.scalar_type(), op,
           ": self and source expected to have the same dtype, but got (self) ", self.scalar_type(),
           " and (source) ", source.scalar_type());
  TL_CHECK(source.dim() == 0 ? index.numel() == 1 : index.numel() == source.size(d), op,
           ": Number of indices (", index.numel(), ") should be equal to source.size(dim) of ",
           source.sizes());
  for (int64_t i = 0; i < self.dim() && source.dim(); ++i)
    TL_CHECK(source.dim() == self.dim() && (i == d || source.size(i) == self.size(i)), op,
             ": source ", source.sizes(), " does not fit into self ", self.sizes(),
             " apart from dimension ", d);
}
Tensor index_add_impl(const Tensor& self, int64_t dim, const Tensor& index, const Tensor& source,
                      const Scalar& alpha) {
  const int64_t d = wrap_dim(dim, self.dim());
  check_slices("index_add_()", self, d, index, source);
  Tensor r = tealight::clone(self, MemoryFormat::Contiguous);
  const Tensor scaled = alpha.equal(1) ? source : mul(source, alpha).to(self.scalar_type());
  if (index.numel())
    scatter_into(r, d, slice_places(index, self.sizes(), d),
                 self.dim() ? scaled : reshape(scaled, {}), Reduce::sum);
  return r;
}
Grads index_add_backward(const GradCall& c) {
  return {c.grad(), Tensor(),
          c.wants(2) ? mul(index_select(c.grad(), c.arg<int64_t>(1), c.in(1)), c.arg<Scalar>(4))
                     : Tensor()};
}
Tensor index_copy_impl(const Tensor& self, int64_t dim, const Tensor& index, const Tensor& source) {
  const int64_t d = wrap_dim(dim, self.dim());
  check_slices("index_copy_()", self, d, index, source);
  Tensor r = tealight::clone(self, MemoryFormat::Contiguous);
  if (index.numel())
    scatter_into(r, d, slice_places(index, self.sizes(), d),
                 self.dim() ? source : reshape(source, {}), Reduce::replace);
  return r;
}
Grads index_copy_backward(const GradCall& c) {
  return {c.wants(0) ? index_fill(c.grad(), c.arg<int64_t>(1), c.in(1), 0) : Tensor(), Tensor(),
          c.wants(2) ? index_select(c.grad(), c.arg<int64_t>(1), c.in(1)) : Tensor()};
}
// Negative indexes count from the end here.
Tensor index_fill_impl(const Tensor& self, int64_t dim, const Tensor& index, const Scalar& value) {
  const int64_t d = wrap_dim(dim, self.dim());
  TL_CHECK(index.scalar_type() == kLong, "index_fill_(): Expected dtype int64 for index.");
  TL_CHECK(index.dim() <= 1, "Index has to be a vector/scalar");
  TL_CHECK(self.is_complex() || !value.isComplex(),
           "index_fill_(): Converting complex Scalar to non-complex type is not supported");
  Tensor r = tealight::clone(self);
  const int64_t n = self.dim() ? self.size(d) : 1;
  if (index.numel() == 0) return r;
  const Tensor wrapped = tealight::where(lt(index, 0), add(index, n), index);
  scatter_into(r, d, slice_places(wrapped, self.sizes(), d),
               scalar_tensor(value, self.scalar_type()), Reduce::replace);
  return r;
}
Tensor index_fill_tensor(const Tensor& self, int64_t dim, const Tensor& index,
                         const Tensor& value) {
  TL_CHECK(value.dim() == 0,
           "index_fill_ only supports a 0-dimensional value tensor, but got tensor with ",
           value.dim(), " dimension(s).");
  return index_fill_impl(self, dim, index, value.item());
}
Grads index_fill_backward(const GradCall& c) {
  const auto filled = [&](const Tensor& t, double v) {
    return index_fill(t, c.arg<int64_t>(1), c.in(1), v);
  };
  Grads grads{c.wants(0) ? filled(c.grad(), 0) : Tensor(), Tensor()};
  if (c.inputs.size() > 2)
    grads.push_back(c.wants(2) ? sum(c.grad() * filled(zeros_like(c.grad()), 1)) : Tensor());
  return grads;
}

Tensor places(IntArrayRef sizes, int64_t below, uint64_t seed = 3) {
  return sample(sizes, kLong, 0, double(below), seed);
}
Tensor distinct_places(int64_t n) { return distinct_sample({n}, kLong); }
std::vector<Sample> index_add_samples() {
  return {{{sample({4, 3}), 0, places({5}, 4), sample({5, 3}, kFloat, -1, 1, 2), 2}}};
}
std::vector<Sample> index_copy_samples() {
  return {{{sample({4, 3}), 0, distinct_places(4), sample({4, 3}, kFloat, -1, 1, 2)}}};
}
std::vector<Sample> index_fill_samples() {
  return {{{sample({4, 3}), 1, sample({2}, kLong, -3, 3), 2}}};
}
std::vector<Sample> index_fill_tensor_samples() {
  return {{{sample({4, 3}), 1, sample({2}, kLong, -3, 3), sample({})}}};
}

}  // namespace

TL_OP(index_add){
    .schemas =
        {"aten::index_add(Tensor self, int dim, Tensor index, Tensor source, *, Scalar alpha=1) -> Tensor",
         "aten::index_add_(Tensor(a!) self, int dim, Tensor index, Tensor source, *, Scalar alpha=1) -> Tensor(a!)",
         "aten::index_add.out(Tensor self, int dim, Tensor index, Tensor source, *, Scalar alpha=1, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<index_add_impl>,
    .backward = TL_TRAIN(index_add_backward),
    .reads = {args(2), 0},
    .samples = TL_TEST(index_add_samples),
};
TL_OP(index_copy){
    .schemas =
        {"aten::index_copy(Tensor self, int dim, Tensor index, Tensor source) -> Tensor",
         "aten::index_copy_(Tensor(a!) self, int dim, Tensor index, Tensor source) -> Tensor(a!)",
         "aten::index_copy.out(Tensor self, int dim, Tensor index, Tensor source, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<index_copy_impl>,
    .backward = TL_TRAIN(index_copy_backward),
    .reads = {args(2), 0},
    .samples = TL_TEST(index_copy_samples),
};
TL_OP(index_fill){
    .schemas =
        {"aten::index_fill.int_Scalar(Tensor self, int dim, Tensor index, Scalar value) -> Tensor",
         "aten::index_fill_.int_Scalar(Tensor(a!) self, int dim, Tensor index, Scalar value) -> Tensor(a!)"},
    .function = function<index_fill_impl>,
    .backward = TL_TRAIN(index_fill_backward),
    .reads = {args(2), 0},
    .traits = Trait::copied_out,
    .samples = TL_TEST(index_fill_samples),
};
TL_OP(index_fill_value){
    .schemas =
        {"aten::index_fill.int_Tensor(Tensor self, int dim, Tensor index, Tensor value) -> Tensor",
         "aten::index_fill_.int_Tensor(Tensor(a!) self, int dim, Tensor index, Tensor value) -> Tensor(a!)"},
    .function = function<index_fill_tensor>,
    .backward = TL_TRAIN(index_fill_backward),
    .reads = {args(2), 0},
    .traits = Trait::copied_out,
    .samples = TL_TEST(index_fill_tensor_samples),
};
}  // namespace tealight::ops
