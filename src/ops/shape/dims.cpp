// Views that reorder, add, drop, merge and repeat dimensions.
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
  if (self.dim() == 0) return self.alias();
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
  return self.dim() < 2 ? self.alias() : transpose_impl(self, 0, 1);
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
    if (self.dim() == 0) return self.alias();
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
  return self.dim() == 0 ? self.alias() : squeezed(self, d);
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
std::vector<Sample> reshape_samples() {
  return {{{sample({2, 6}), DimVector{3, -1}}}, {{strided_sample({2, 6}), DimVector{12}}}};
}
std::vector<Sample> flatten_samples() {
  return {{{sample({2, 3, 4}), 1, -1}}, {{sample({2, 3, 4}), 0, 1}}, {{sample({}), 0, -1}}};
}
std::vector<Sample> unflatten_samples() { return {{{sample({2, 12}), 1, DimVector{3, -1}}}}; }
std::vector<Sample> two_samples() { return {{{sample({6, 2}), sample({3, 4})}}}; }
std::vector<Sample> expand_samples() {
  return {{{sample({3, 1}), DimVector{2, -1, 4}, false}}, {{sample({}), DimVector{2}, false}}};
}
std::vector<Sample> expand_as_samples() { return {{{sample({3, 1}), sample({2, 3, 4})}}}; }
std::vector<Sample> broadcast_to_samples() { return {{{sample({3, 1}), DimVector{2, 3, 4}}}}; }
std::vector<Sample> broadcast_samples() {
  return {{{std::vector<Tensor>{sample({3, 1}), sample({4})}}}};
}
std::vector<Sample> diagonal_samples() {
  return {{{sample({3, 4, 5}), 1, 0, 2}}, {{sample({3, 4}), -1, 0, 1}}};
}
std::vector<Sample> unfold_samples() { return {{{sample({7, 3}), 0, 3, 2}}}; }

}  // namespace

TL_OP(permute){
    .schemas = {"aten::permute(Tensor(a) self, int[] dims) -> Tensor(a)"},
    .function = function<permute_impl>,
    .backward = TL_TRAIN(permute_backward_impl),
    .traits = Trait::view,
    .samples = TL_TEST(permute_samples),
};
TL_OP(transpose){
    .schemas = {"aten::transpose.int(Tensor(a) self, int dim0, int dim1) -> Tensor(a)",
                "aten::swapaxes(Tensor(a) self, int axis0, int axis1) -> Tensor(a)",
                "aten::swapdims(Tensor(a) self, int dim0, int dim1) -> Tensor(a)"},
    .function = function<transpose_impl>,
    .backward = TL_TRAIN(transpose_backward_impl),
    .traits = Trait::view,
    .samples = TL_TEST(transpose_samples),
};
TL_OP(transpose_){
    .schemas = {"aten::transpose_(Tensor(a!) self, int dim0, int dim1) -> Tensor(a!)"},
    .function = function<transpose__impl>,
    .backward = TL_TRAIN(transpose_backward_impl),
    .samples = TL_TEST(transpose_samples),
};
TL_OP(t){
    .schemas = {"aten::t(Tensor(a) self) -> Tensor(a)"},
    .function = function<t_impl>,
    .backward = TL_TRAIN(t_backward_impl),
    .traits = Trait::view,
    .samples = TL_TEST(matrix_samples),
};
TL_OP(t_){
    .schemas = {"aten::t_(Tensor(a!) self) -> Tensor(a!)"},
    .function = function<t__impl>,
    .backward = TL_TRAIN(t_backward_impl),
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
    .traits = Trait::view,
    .samples = TL_TEST(squeeze_samples),
};
TL_OP(squeeze_dim){
    .schemas = {"aten::squeeze.dim(Tensor(a) self, int dim) -> Tensor(a)"},
    .function = function<squeeze_dim_impl>,
    .backward = TL_TRAIN(reshape_backward_impl),
    .traits = Trait::view,
    .samples = TL_TEST(dim_samples),
};
TL_OP(unsqueeze){
    .schemas = {"aten::unsqueeze(Tensor(a) self, int dim) -> Tensor(a)"},
    .function = function<unsqueeze_impl>,
    .backward = TL_TRAIN(reshape_backward_impl),
    .traits = Trait::view,
    .samples = TL_TEST(dim_samples),
};
TL_OP(squeeze_){
    .schemas = {"aten::squeeze_(Tensor(a!) self) -> Tensor(a!)"},
    .function = function<squeeze__impl>,
    .backward = TL_TRAIN(reshape_backward_impl),
    .samples = TL_TEST(squeeze_samples),
};
TL_OP(squeeze_dim_){
    .schemas = {"aten::squeeze_.dim(Tensor(a!) self, int dim) -> Tensor(a!)"},
    .function = function<squeeze_dim__impl>,
    .backward = TL_TRAIN(reshape_backward_impl),
    .samples = TL_TEST(dim_samples),
};
TL_OP(unsqueeze_){
    .schemas = {"aten::unsqueeze_(Tensor(a!) self, int dim) -> Tensor(a!)"},
    .function = function<unsqueeze__impl>,
    .backward = TL_TRAIN(reshape_backward_impl),
    .samples = TL_TEST(dim_samples),
};
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
    .samples = TL_TEST(squeeze_samples),
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
TL_OP(expand){
    .schemas = {"aten::expand(Tensor(a) self, SymInt[] size, *, bool implicit=False) -> Tensor(a)"},
    .function = function<expand_impl>,
    .backward = TL_TRAIN(expand_backward_impl),
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
TL_OP(diagonal){
    .schemas =
        {"aten::diagonal(Tensor(a) self, int offset=0, int dim1=0, int dim2=1) -> Tensor(a)"},
    .function = function<diagonal_impl>,
    .backward = TL_TRAIN(diagonal_backward_impl),
    .traits = Trait::view,
    .samples = TL_TEST(diagonal_samples),
};
TL_OP(unfold){
    .schemas = {"aten::unfold(Tensor(a) self, int dimension, int size, int step) -> Tensor(a)"},
    .function = function<unfold_impl>,
    .backward = TL_TRAIN(unfold_backward_impl),
    .traits = Trait::view,
    .samples = TL_TEST(unfold_samples),
};
}  // namespace tealight::ops
