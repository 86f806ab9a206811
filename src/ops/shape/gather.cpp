// Elements chosen along one dimension by a tensor of indexes: index_select, gather, take.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "ops/copy.h"
#include "ops/gradients.h"
#include "ops/samples.h"
#include "ops/shape/places.h"
#include "tealight/operators.h"

namespace tealight::ops {
namespace {

// A contiguous tensor seen from one dimension: outer x size x inner.
struct Split {
  int64_t outer = 1, size = 1, inner = 1;
  Split(const Fact& f, int64_t dim) {
    const int64_t d = wrap_dim(dim, f.dim());
    for (int64_t i = 0; i < f.dim(); ++i)
      (i < d ? outer : i == d ? size : inner) *= f.sizes[size_t(i)];
  }
};

// ---- index_select: whole slices

Fact infer_index_select(const Fact& self, int64_t dim, const Fact& index) {
  check_index_dtype("index_select()", index);
  TL_CHECK(index.dim() <= 1, "index_select(): Index is supposed to be a vector, but got ",
           index.dim(), " dimensions");
  Fact out = self.with(self.dtype);
  out.quantizer = self.quantizer;
  const int64_t d = wrap_dim(dim, self.dim());
  if (self.dim())
    out.sizes[size_t(d)] = index.numel();
  else
    TL_CHECK(index.numel() == 1, "index_select(): Index to scalar can have only 1 value, got ",
             index.numel(), " value(s)");
  out.strides = contiguous_strides(out.sizes);
  return out;
}
Offer prepare_index_select(const Call& c) {
  const Split s(c.in(0), c.arg<int64_t>(1));
  const int64_t n = c.in(1).numel(), bytes = s.inner * int64_t(c.in(0).itemsize());
  return Kernel([=, t = c.in(1).dtype](const Pointers& p) -> Status {
    char* to = p.out<char>();
    for (int64_t o = 0; o < s.outer; ++o) {
      for (int64_t i = 0; i < n; ++i, to += bytes) {
        const int64_t k = index_at(p.in<void>(1), t, i);
        if (k < 0 || k >= s.size)
          return {"index out of range in self: %lld of a dimension of size %lld", k, s.size};
        std::memcpy(to, p.in<char>(0) + (o * s.size + k) * bytes, size_t(bytes));
      }
    }
    return {};
  });
}
constexpr Impl index_select_kernels[] = {{"slices", prepare_index_select}};
Grads index_select_backward(const GradCall& c) {
  return {tealight::index_add(zeros(c.in(0).sizes(), c.grad().options()), c.arg<int64_t>(1),
                              c.in(1), c.grad()),
          Tensor()};
}

// ---- gather

Fact infer_gather(const Fact& self, int64_t dim, const Fact& index, bool) {
  const int64_t d = wrap_dim(dim, self.dim());
  check_index_dtype("gather()", index);
  if (index.numel()) check_gather_shapes("gather", self, index, d, false);
  Fact out(self.dtype, index.sizes);
  out.quantizer = self.quantizer;
  return out;
}

template <size_t Size>
Kernel gather_kernel(const Fact& self, const Fact& index, int64_t d) {
  return Kernel([=](const Pointers& p) {
    return for_each_place(self, index, d, p.in<void>(1), [&](int64_t i, int64_t place) {
      std::memcpy(p.out<char>() + i * int64_t(Size), p.in<char>(0) + place * int64_t(Size), Size);
    });
  });
}
Offer prepare_gather(const Call& c) {
  const int64_t d = wrap_dim(c.arg<int64_t>(1), c.in(0).dim());
  switch (c.in(0).itemsize()) {
    case 1:
      return gather_kernel<1>(c.in(0), c.in(1), d);
    case 2:
      return gather_kernel<2>(c.in(0), c.in(1), d);
    case 4:
      return gather_kernel<4>(c.in(0), c.in(1), d);
    case 8:
      return gather_kernel<8>(c.in(0), c.in(1), d);
    default:
      return gather_kernel<16>(c.in(0), c.in(1), d);
  }
}
constexpr Impl gather_kernels[] = {{"elements", prepare_gather}};
Grads gather_backward(const GradCall& c) {
  return {tealight::scatter_add(zeros(c.in(0).sizes(), c.grad().options()), c.arg<int64_t>(1),
                                c.in(1), c.grad()),
          Tensor()};
}

Tensor take_impl(const Tensor& self, const Tensor& index) {
  TL_CHECK(index.scalar_type() == kLong, "take(): Expected a long tensor for index, but got ",
           index.scalar_type());
  if (self.numel() == 0 && index.numel() != 0)
    throw IndexError("take(): tried to take from an empty tensor");
  const int64_t n = self.numel();
  const Tensor wrapped = tealight::where(lt(index, 0), add(index, n), index);
  return reshape(tealight::gather(flatten(self), 0, flatten(wrapped)), index.sizes());
}
Tensor take_along_dim_impl(const Tensor& self, const Tensor& indices, std::optional<int64_t> dim) {
  TL_CHECK(indices.scalar_type() == kLong,
           "torch.take_along_dim(): dtype of indices should be Long but got ",
           indices.scalar_type());
  if (!dim) return tealight::gather(flatten(self), 0, flatten(indices));
  TL_CHECK(
      self.dim() == indices.dim(),
      "torch.take_along_dim(): input and indices should have the same number of dimensions, but got ",
      self.dim(), " dimensions for input, and ", indices.dim(), " dimensions for indices");
  const size_t d = size_t(wrap_dim(*dim, self.dim()));
  DimVector a(self.sizes()), b(indices.sizes());
  a[d] = b[d] = 1;
  DimVector common = broadcast_sizes(a, b);
  DimVector self_sizes = common, index_sizes = common;
  self_sizes[d] = self.size(int64_t(d)), index_sizes[d] = indices.size(int64_t(d));
  return tealight::gather(self.expand(self_sizes), int64_t(d), indices.expand(index_sizes));
}

Tensor places(IntArrayRef sizes, int64_t below, uint64_t seed = 3) {
  return sample(sizes, kLong, 0, double(below), seed);
}
std::vector<Sample> select_samples() {
  return {{{sample({4, 3}), 0, places({5}, 4)}}, {{sample({4, 3}), -1, places({2}, 3)}}};
}
std::vector<Sample> gather_samples() {
  return {{{sample({4, 3}), 1, places({4, 5}, 3), false}},
          {{sample({4, 3, 2}), 0, places({2, 3, 1}, 4), false}}};
}
std::vector<Sample> take_samples() { return {{{sample({4, 3}), sample({2, 2}, kLong, -12, 12)}}}; }
std::vector<Sample> along_samples() {
  return {{{sample({4, 3}), places({4, 2}, 3), 1}}, {{sample({4, 3}), places({5}, 12), Value()}}};
}

}  // namespace

TL_OP(index_select){
    .schemas =
        {"aten::index_select(Tensor self, int dim, Tensor index) -> Tensor",
         "aten::index_select.out(Tensor self, int dim, Tensor index, *, Tensor(a!) out) -> Tensor(a!)"},
    .infer = infer<infer_index_select>,
    .kernels = index_select_kernels,
    .backward = TL_TRAIN(index_select_backward),
    .reads = {args(2), 0},
    .samples = TL_TEST(select_samples),
};
TL_OP(gather){
    .schemas =
        {"aten::gather(Tensor self, int dim, Tensor index, *, bool sparse_grad=False) -> Tensor",
         "aten::gather.out(Tensor self, int dim, Tensor index, *, bool sparse_grad=False, Tensor(a!) out) -> Tensor(a!)"},
    .infer = infer<infer_gather>,
    .kernels = gather_kernels,
    .backward = TL_TRAIN(gather_backward),
    .reads = {args(2), 0},
    .samples = TL_TEST(gather_samples),
};
TL_OP(take){
    .schemas = {"aten::take(Tensor self, Tensor index) -> Tensor",
                "aten::take.out(Tensor self, Tensor index, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<take_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(take_samples),
};
TL_OP(take_along_dim){
    .schemas =
        {"aten::take_along_dim(Tensor self, Tensor indices, int? dim=None) -> Tensor",
         "aten::take_along_dim.out(Tensor self, Tensor indices, int? dim=None, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<take_along_dim_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(along_samples),
};
}  // namespace tealight::ops
