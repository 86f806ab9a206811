// Views that reorder, add and drop dimensions.
#include <algorithm>

#include "ops/copy.h"
#include "ops/gradients.h"
#include "ops/samples.h"
#include "ops/shape/view.h"
#include "tealight/operators.h"

namespace tealight::ops {
namespace {

DimVector permutation(const Tensor& t, const DimVector& dims) {
  TL_CHECK(
      int64_t(dims.size()) == t.dim(),
      "permute(sparse_coo): number of dimensions in the tensor input does not match the length of the desired ordering of dimensions i.e. input.dim() = ",
      t.dim(), " is not equal to len(dims) = ", dims.size());
  DimVector order;
  std::vector<bool> seen(dims.size());
  for (int64_t d : dims) {
    const int64_t w = wrap_dim(d, t.dim());
    TL_CHECK(!seen[size_t(w)], "permute(): duplicate dims are not allowed.");
    seen[size_t(w)] = true;
    order.push_back(w);
  }
  return order;
}

Tensor permute_impl(const Tensor& self, const DimVector& dims) {
  const DimVector order = permutation(self, dims);
  DimVector sizes, strides;
  for (int64_t d : order)
    sizes.push_back(self.sizes()[size_t(d)]), strides.push_back(self.strides()[size_t(d)]);
  Tensor r = view_of(self, sizes, strides, self.storage_offset());
  if (const auto& q = self.quantizer(); q && q->per_channel()) {
    auto moved = make_intrusive<Quantizer>(*q);
    moved->axis = std::find(order.begin(), order.end(), q->axis) - order.begin();
    r.unsafeGetTensorImpl()->fact.quantizer = moved;
  }
  return r;
}
Grads permute_backward_impl(const GradCall& c) {
  const DimVector order = permutation(c.in(0), c.arg<DimVector>(1));
  DimVector inverse(order.size());
  for (size_t i = 0; i < order.size(); ++i) inverse[size_t(order[i])] = int64_t(i);
  return {tealight::permute(c.grad(), inverse)};
}

Tensor transpose_impl(const Tensor& self, int64_t dim0, int64_t dim1) {
  const int64_t a = wrap_dim(dim0, self.dim()), b = wrap_dim(dim1, self.dim());
  if (self.dim() == 0) return self.alias_without_grad();
  DimVector order;
  for (int64_t d = 0; d < self.dim(); ++d) order.push_back(d == a ? b : d == b ? a : d);
  return permute_impl(self, order);
}
Grads transpose_backward_impl(const GradCall& c) {
  return {tealight::transpose(c.grad(), c.arg<int64_t>(1), c.arg<int64_t>(2))};
}

Tensor t_impl(const Tensor& self) {
  TL_CHECK(self.dim() <= 2, "t() expects a tensor with <= 2 dimensions, but self is ", self.dim(),
           "D");
  return self.dim() < 2 ? self.alias_without_grad() : transpose_impl(self, 0, 1);
}
Grads t_backward_impl(const GradCall& c) { return {tealight::t(c.grad())}; }

Tensor numpy_T_impl(const Tensor& self) {
  DimVector order;
  for (int64_t d = self.dim(); d-- > 0;) order.push_back(d);
  return tealight::permute(self, order);
}

Tensor movedim_impl(const Tensor& self, const DimVector& source, const DimVector& destination) {
  TL_CHECK(source.size() == destination.size(),
           "movedim: Invalid source or destination dims: source (", source,
           " dims) should contain the same number of dims as destination (", destination, " dims)");
  DimVector order(size_t(self.dim()), -1);
  std::vector<bool> taken(size_t(self.dim()));
  for (size_t i = 0; i < source.size(); ++i) {
    const size_t from = size_t(wrap_dim(source[i], self.dim())),
                 to = size_t(wrap_dim(destination[i], self.dim()));
    if (self.dim() == 0) return self.alias_without_grad();
    TL_CHECK(!taken[from] && order[to] < 0, "movedim: repeated dim in `source` or `destination`");
    order[to] = int64_t(from);
    taken[from] = true;
  }
  size_t next = 0;
  for (int64_t& d : order) {
    if (d >= 0) continue;
    while (taken[next]) ++next;
    d = int64_t(next++);
  }
  return tealight::permute(self, order);
}
Tensor movedim_int_impl(const Tensor& self, int64_t source, int64_t destination) {
  return movedim_impl(self, {source}, {destination});
}

Tensor squeezed(const Tensor& self, int64_t only) {  // -1: all
  DimVector sizes, strides;
  for (int64_t d = 0; d < self.dim(); ++d) {
    if (self.sizes()[size_t(d)] == 1 && (only < 0 || d == only)) continue;
    sizes.push_back(self.sizes()[size_t(d)]);
    strides.push_back(self.strides()[size_t(d)]);
  }
  return view_of(self, sizes, strides, self.storage_offset());
}
Tensor squeeze_impl(const Tensor& self) { return squeezed(self, -1); }
Tensor squeeze_dim_impl(const Tensor& self, int64_t dim) {
  const int64_t d = wrap_dim(dim, self.dim());
  return self.dim() == 0 ? self.alias_without_grad() : squeezed(self, d);
}
Tensor unsqueeze_impl(const Tensor& self, int64_t dim) {
  const size_t d = size_t(wrap_dim(dim, self.dim() + 1));
  DimVector sizes(self.sizes()), strides(self.strides());
  const int64_t step = d < sizes.size() ? sizes[d] * strides[d] : 1;
  sizes.insert(d, 1);
  strides.insert(d, step);
  return view_of(self, sizes, strides, self.storage_offset());
}
Grads reshape_backward_impl(const GradCall& c) {
  return {tealight::reshape(c.grad(), c.in(0).sizes())};
}

Tensor transpose__impl(const Tensor& self, int64_t a, int64_t b) {
  return become(self, transpose_impl(self, a, b));
}
Tensor t__impl(const Tensor& self) { return become(self, t_impl(self)); }
Tensor squeeze__impl(const Tensor& self) { return become(self, squeeze_impl(self)); }
Tensor squeeze_dim__impl(const Tensor& self, int64_t d) {
  return become(self, squeeze_dim_impl(self, d));
}
Tensor unsqueeze__impl(const Tensor& self, int64_t d) {
  return become(self, unsqueeze_impl(self, d));
}

std::vector<Sample> permute_samples() {
  return {{{sample({2, 3, 4}), DimVector{2, 0, 1}}}, {{sample({2, 3}), DimVector{-1, 0}}}};
}
std::vector<Sample> transpose_samples() {
  return {{{sample({2, 3, 4}), 0, -1}}, {{sample({3}), 0, 0}}};
}
std::vector<Sample> matrix_samples() { return {{{sample({2, 3})}}, {{sample({3})}}}; }
std::vector<Sample> movedim_samples() {
  return {{{sample({2, 3, 4, 5}), DimVector{0, 1}, DimVector{-1, 0}}}};
}
std::vector<Sample> movedim_int_samples() { return {{{sample({2, 3, 4}), 0, 2}}}; }
std::vector<Sample> squeeze_samples() { return {{{sample({1, 3, 1, 2})}}}; }
std::vector<Sample> dim_samples() {
  return {{{sample({1, 3, 1}), 0}}, {{sample({1, 3, 1}), -2}}, {{sample({1, 3, 1}), 2}}};
}

}  // namespace

TL_OP(permute){
    .schemas = {"aten::permute(Tensor(a) self, int[] dims) -> Tensor(a)"},
    .function = function<permute_impl>,
    .backward = TL_TRAIN(permute_backward_impl),
    .reads = {0, 0},
    .traits = Trait::view,
    .samples = TL_TEST(permute_samples),
};
TL_OP(transpose){
    .schemas = {"aten::transpose.int(Tensor(a) self, int dim0, int dim1) -> Tensor(a)",
                "aten::swapaxes(Tensor(a) self, int axis0, int axis1) -> Tensor(a)",
                "aten::swapdims(Tensor(a) self, int dim0, int dim1) -> Tensor(a)"},
    .function = function<transpose_impl>,
    .backward = TL_TRAIN(transpose_backward_impl),
    .reads = {0, 0},
    .traits = Trait::view,
    .samples = TL_TEST(transpose_samples),
};
TL_OP(transpose_){
    .schemas = {"aten::transpose_(Tensor(a!) self, int dim0, int dim1) -> Tensor(a!)"},
    .function = function<transpose__impl>,
    .backward = TL_TRAIN(transpose_backward_impl),
    .reads = {0, 0},
    .samples = TL_TEST(transpose_samples),
};
TL_OP(t){
    .schemas = {"aten::t(Tensor(a) self) -> Tensor(a)"},
    .function = function<t_impl>,
    .backward = TL_TRAIN(t_backward_impl),
    .reads = {0, 0},
    .traits = Trait::view,
    .samples = TL_TEST(matrix_samples),
};
TL_OP(t_){
    .schemas = {"aten::t_(Tensor(a!) self) -> Tensor(a!)"},
    .function = function<t__impl>,
    .backward = TL_TRAIN(t_backward_impl),
    .reads = {0, 0},
    .samples = TL_TEST(matrix_samples),
};
TL_OP(numpy_t){
    .schemas = {"aten::numpy_T(Tensor(a) self) -> Tensor(a)",
                "aten::numpy_T.a(Tensor(a) self) -> Tensor(a)"},
    .function = function<numpy_T_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(squeeze_samples),
};
TL_OP(movedim){
    .schemas =
        {"aten::movedim.intlist(Tensor(a) self, int[] source, int[] destination) -> Tensor(a)",
         "aten::moveaxis.intlist(Tensor(a) self, int[] source, int[] destination) -> Tensor(a)"},
    .function = function<movedim_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(movedim_samples),
};
TL_OP(movedim_int){
    .schemas = {"aten::movedim.int(Tensor(a) self, int source, int destination) -> Tensor(a)",
                "aten::moveaxis.int(Tensor(a) self, int source, int destination) -> Tensor(a)"},
    .function = function<movedim_int_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(movedim_int_samples),
};
TL_OP(squeeze){
    .schemas = {"aten::squeeze(Tensor(a) self) -> Tensor(a)"},
    .function = function<squeeze_impl>,
    .backward = TL_TRAIN(reshape_backward_impl),
    .reads = {0, 0},
    .traits = Trait::view,
    .samples = TL_TEST(squeeze_samples),
};
TL_OP(squeeze_dim){
    .schemas = {"aten::squeeze.dim(Tensor(a) self, int dim) -> Tensor(a)"},
    .function = function<squeeze_dim_impl>,
    .backward = TL_TRAIN(reshape_backward_impl),
    .reads = {0, 0},
    .traits = Trait::view,
    .samples = TL_TEST(dim_samples),
};
TL_OP(unsqueeze){
    .schemas = {"aten::unsqueeze(Tensor(a) self, int dim) -> Tensor(a)"},
    .function = function<unsqueeze_impl>,
    .backward = TL_TRAIN(reshape_backward_impl),
    .reads = {0, 0},
    .traits = Trait::view,
    .samples = TL_TEST(dim_samples),
};
TL_OP(squeeze_){
    .schemas = {"aten::squeeze_(Tensor(a!) self) -> Tensor(a!)"},
    .function = function<squeeze__impl>,
    .backward = TL_TRAIN(reshape_backward_impl),
    .reads = {0, 0},
    .samples = TL_TEST(squeeze_samples),
};
TL_OP(squeeze_dim_){
    .schemas = {"aten::squeeze_.dim(Tensor(a!) self, int dim) -> Tensor(a!)"},
    .function = function<squeeze_dim__impl>,
    .backward = TL_TRAIN(reshape_backward_impl),
    .reads = {0, 0},
    .samples = TL_TEST(dim_samples),
};
TL_OP(unsqueeze_){
    .schemas = {"aten::unsqueeze_(Tensor(a!) self, int dim) -> Tensor(a!)"},
    .function = function<unsqueeze__impl>,
    .backward = TL_TRAIN(reshape_backward_impl),
    .reads = {0, 0},
    .samples = TL_TEST(dim_samples),
};
}  // namespace tealight::ops
