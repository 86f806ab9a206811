// Views that merge and split dimensions.
#include "ops/copy.h"
#include "ops/gradients.h"
#include "ops/samples.h"
#include "ops/shape/view.h"
#include "tealight/operators.h"

namespace tealight::ops {
namespace {

Tensor reshape_impl(const Tensor& self, const DimVector& shape) {
  const DimVector sizes = infer_size(shape, self.numel());
  if (const auto strides = view_strides(self.fact(), sizes)) return self.view(sizes);
  return tealight::clone(self, MemoryFormat::Contiguous).view(sizes);
}
Tensor flatten_impl(const Tensor& self, int64_t start_dim, int64_t end_dim) {
  if (self.dim() == 0) return tealight::reshape(self, {1});
  const int64_t from = wrap_dim(start_dim, self.dim()), to = wrap_dim(end_dim, self.dim());
  TL_CHECK(from <= to, "flatten() has invalid args: start_dim cannot come after end_dim");
  if (from == to) return self;
  DimVector sizes;
  int64_t merged = 1;
  for (int64_t d = 0; d < self.dim(); ++d) {
    const int64_t n = self.sizes()[size_t(d)];
    if (d < from || d > to)
      sizes.push_back(n);
    else if (merged *= n; d == to)
      sizes.push_back(merged);
  }
  return tealight::reshape(self, sizes);
}
Tensor unflatten_impl(const Tensor& self, int64_t dim, const DimVector& given) {
  const size_t d = size_t(wrap_dim(dim, self.dim()));
  TL_CHECK(!given.empty(), "unflatten: sizes must be non-empty");
  TL_CHECK(self.dim() > 0, "unflatten: the tensor has no dimension to unflatten");
  const DimVector parts = infer_size(given, self.sizes()[d]);
  DimVector sizes(self.sizes());
  sizes.erase(d);
  for (size_t i = 0; i < parts.size(); ++i) sizes.insert(d + i, parts[i]);
  return self.view(sizes);
}
Tensor ravel_impl(const Tensor& self) { return tealight::reshape(self.contiguous(), {-1}); }
Tensor view_as_impl(const Tensor& self, const Tensor& other) { return self.view(other.sizes()); }
Tensor reshape_as_impl(const Tensor& self, const Tensor& other) {
  return tealight::reshape(self, other.sizes());
}
std::vector<Sample> reshape_samples() {
  return {{{sample({2, 6}), DimVector{3, -1}}}, {{strided_sample({2, 6}), DimVector{12}}}};
}
std::vector<Sample> flatten_samples() {
  return {{{sample({2, 3, 4}), 1, -1}}, {{sample({2, 3, 4}), 0, 1}}, {{sample({}), 0, -1}}};
}
std::vector<Sample> unflatten_samples() { return {{{sample({2, 12}), 1, DimVector{3, -1}}}}; }
std::vector<Sample> ravel_samples() { return {{{sample({1, 3, 1, 2})}}}; }
std::vector<Sample> two_samples() { return {{{sample({6, 2}), sample({3, 4})}}}; }

}  // namespace

TL_OP(reshape){
    .schemas = {"aten::reshape(Tensor(a) self, SymInt[] shape) -> Tensor(a)"},
    .function = function<reshape_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(reshape_samples),
};
TL_OP(flatten){
    .schemas =
        {"aten::flatten.using_ints(Tensor(a) self, int start_dim=0, int end_dim=-1) -> Tensor(a)"},
    .function = function<flatten_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(flatten_samples),
};
TL_OP(unflatten){
    .schemas = {"aten::unflatten.int(Tensor(a) self, int dim, int[] sizes) -> Tensor(a)"},
    .function = function<unflatten_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(unflatten_samples),
};
TL_OP(ravel){
    .schemas = {"aten::ravel(Tensor(a) self) -> Tensor(a)"},
    .function = function<ravel_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(ravel_samples),
};
TL_OP(view_as){
    .schemas = {"aten::view_as(Tensor(a) self, Tensor other) -> Tensor(a)"},
    .function = function<view_as_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(two_samples),
};
TL_OP(reshape_as){
    .schemas = {"aten::reshape_as(Tensor(a) self, Tensor other) -> Tensor(a)"},
    .function = function<reshape_as_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(two_samples),
};
}  // namespace tealight::ops
