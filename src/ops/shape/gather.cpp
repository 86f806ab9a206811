// Elements chosen along one dimension by a tensor of indexes: gather, scatter, index_select and
// their kin.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "kernels/pointwise/convert.h"
#include "ops/copy.h"
#include "ops/gradients.h"
#include "ops/samples.h"
#include "tealight/operators.h"

namespace tealight::ops {
namespace {

constexpr const char* kOutOfRange = "index %lld is out of bounds for dimension %lld with size %lld";

void check_index_dtype(const char* op, const Fact& index) {
  TL_CHECK(index.dtype == kLong || index.dtype == kInt, op,
           ": expected dtype int64 for index, but got ", index.dtype);
}
int64_t index_at(const void* index, ScalarType t, int64_t i) {
  return t == kLong ? static_cast<const int64_t*>(index)[i] : static_cast<const int32_t*>(index)[i];
}

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

void check_gather_shapes(const char* op, const Fact& self, const Fact& index, int64_t d,
                         bool bound_dim) {
  const auto rank = [](const Fact& f) { return std::max<int64_t>(f.dim(), 1); };
  TL_CHECK(rank(self) == rank(index), op,
           "(): Index tensor must have the same number of dimensions as input tensor");
  if (self.dim() == 0 || index.dim() == 0) return;
  for (int64_t i = 0; i < self.dim(); ++i)
    TL_CHECK((i == d && !bound_dim) || index.sizes[size_t(i)] <= self.sizes[size_t(i)], op,
             "(): Size does not match at dimension ", i, " expected index ", index.sizes,
             " to be smaller than self ", self.sizes, " apart from dimension ", d);
}

Fact infer_gather(const Fact& self, int64_t dim, const Fact& index, bool) {
  const int64_t d = wrap_dim(dim, self.dim());
  check_index_dtype("gather()", index);
  if (index.numel()) check_gather_shapes("gather", self, index, d, false);
  Fact out(self.dtype, index.sizes);
  out.quantizer = self.quantizer;
  return out;
}

// Offsets of the elements of a contiguous `shape` inside a larger contiguous tensor, dimension d
// left out, in order.
template <class Body>
void walk_within(const DimVector& shape, const DimVector& strides, int64_t d, Body body) {
  const int64_t n = numel_of(shape);
  DimVector at(shape.size(), 0);
  int64_t offset = 0;
  for (int64_t i = 0; i < n; ++i) {
    if (!body(i, offset)) return;
    for (size_t k = shape.size(); k-- > 0;) {
      const int64_t step = int64_t(k) == d ? 0 : strides[k];
      offset += step;
      if (++at[k] < shape[k]) break;
      offset -= step * shape[k];
      at[k] = 0;
    }
  }
}

// For every element i of `index`: body(i, place in self). Stops with a Status at an index out of
// range.
template <class Body>
Status for_each_place(const Fact& self, const Fact& index, int64_t d, const void* indexes,
                      Body body) {
  Status status;
  const int64_t size = self.dim() ? self.sizes[size_t(d)] : 1,
                stride = self.dim() ? self.strides[size_t(d)] : 1;
  const DimVector shape = index.dim() ? index.sizes : DimVector{1};
  const DimVector strides = self.dim() ? self.strides : DimVector{1};
  walk_within(shape, strides, d, [&](int64_t i, int64_t offset) {
    const int64_t k = index_at(indexes, index.dtype, i);
    if (k < 0 || k >= size) return status = {kOutOfRange, k, d, size}, false;
    body(i, offset + k * stride);
    return true;
  });
  return status;
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

// ---- scatter: self with elements replaced, or combined by `reduce`

enum class Reduce { replace, sum, prod, amax, amin };

template <class T>
T combine(Reduce r, T a, T b) {
  if (r == Reduce::replace) return b;
  if (r == Reduce::sum) return a + b;
  if (r == Reduce::prod) return a * b;
  if constexpr (requires { a < b; }) {
    if (a != a || b != b) return a != a ? a : b;
    return (r == Reduce::amax) == (a < b) ? b : a;
  }
  return a;
}

void combine_element(Reduce r, ScalarType t, char* to, const char* from) {
  alignas(16) char a[16], b[16];
  const Compute c = compute_of(t);
  load_block(c, a, t, to, 0, 1);
  load_block(c, b, t, from, 0, 1);
  const auto apply = [&](auto type) {
    using T = decltype(type);
    *reinterpret_cast<T*>(a) = combine(r, *reinterpret_cast<T*>(a), *reinterpret_cast<T*>(b));
  };
  if (c == Compute::f32)
    apply(float{});
  else if (c == Compute::f64)
    apply(double{});
  else if (c == Compute::i64)
    apply(int64_t{});
  else
    apply(std::complex<double>{});
  store_block(c, a, t, to, 0, 1);
}

// Into a contiguous copy that replaces self's values; `src` is contiguous or one element
// (source_step 0).
void scatter_into(const Tensor& self, int64_t dim, const Tensor& index, const Tensor& src,
                  Reduce reduce) {
  const int64_t d = wrap_dim(dim, self.dim());
  check_index_dtype("scatter()", index.fact());
  if (index.numel() == 0) return;
  check_gather_shapes("scatter", self.fact(), index.fact(), d, false);
  const bool one = src.dim() == 0 && index.dim() != 0;
  if (!one) check_gather_shapes("scatter", src.fact(), index.fact(), d, true);
  const Tensor target = contiguous(self), indexes = contiguous(index), source = contiguous(src);
  const int64_t size = int64_t(self.itemsize());
  // src may be larger than index: its own places
  std::vector<int64_t> from(size_t(index.numel()), 0);
  if (!one && src.dim()) {
    Fact f = source.fact();
    DimVector at(index.sizes().size(), 0);
    int64_t offset = 0;
    for (int64_t& o : from) {
      o = offset;
      for (size_t k = at.size(); k-- > 0;) {
        offset += f.strides[k];
        if (++at[k] < index.sizes()[k]) break;
        offset -= f.strides[k] * index.sizes()[k];
        at[k] = 0;
      }
    }
  }
  const Status s = for_each_place(target.fact(), indexes.fact(), d, indexes.data_ptr(),
                                  [&](int64_t i, int64_t place) {
                                    char* to = target.as<char>() + place * size;
                                    const char* x = source.as<char>() + from[size_t(i)] * size;
                                    if (reduce == Reduce::replace)
                                      std::memcpy(to, x, size_t(size));
                                    else
                                      combine_element(reduce, self.scalar_type(), to, x);
                                  });
  if (!s.ok())
    throw IndexError(
        str("scatter(): index ", s.a, " is out of bounds for dimension ", s.b, " with size ", s.c));
  if (!target.is_same(self)) copy_into(self, target);
  self.storage()->bump();
}

Reduce reduction(const std::string& name, bool old_names) {
  if (old_names && name == "add") return Reduce::sum;
  if (old_names && name == "multiply") return Reduce::prod;
  TL_CHECK(!old_names, "reduce argument must be either add or multiply.");
  if (name == "sum") return Reduce::sum;
  if (name == "prod") return Reduce::prod;
  if (name == "amax") return Reduce::amax;
  if (name == "amin") return Reduce::amin;
  fail(str("reduce argument must be either sum, prod, mean, amax or amin, got ", name));
}

void check_same(const char* op, const Tensor& self, const Tensor& src) {
  TL_CHECK(self.scalar_type() == src.scalar_type(), op,
           "(): Expected self.dtype to be equal to src.dtype, but got ", self.scalar_type(),
           " and ", src.scalar_type());
}
Tensor scatter_src(const Tensor& self, int64_t dim, const Tensor& index, const Tensor& src) {
  check_same("scatter", self, src);
  Tensor r = tealight::clone(self, MemoryFormat::Contiguous);
  scatter_into(r, dim, index, src, Reduce::replace);
  return r;
}
Tensor scatter_value(const Tensor& self, int64_t dim, const Tensor& index, const Scalar& value) {
  Tensor r = tealight::clone(self, MemoryFormat::Contiguous);
  scatter_into(r, dim, index, scalar_tensor(value, self.scalar_type()), Reduce::replace);
  return r;
}
Tensor scatter_reduce_src(const Tensor& self, int64_t dim, const Tensor& index, const Tensor& src,
                          const std::string& reduce) {
  check_same("scatter", self, src);
  Tensor r = tealight::clone(self, MemoryFormat::Contiguous);
  scatter_into(r, dim, index, src, reduction(reduce, true));
  return r;
}
Tensor scatter_reduce_value(const Tensor& self, int64_t dim, const Tensor& index,
                            const Scalar& value, const std::string& reduce) {
  Tensor r = tealight::clone(self, MemoryFormat::Contiguous);
  scatter_into(r, dim, index, scalar_tensor(value, self.scalar_type()),
               reduction(reduce, true));
  return r;
}
Tensor scatter_add_impl(const Tensor& self, int64_t dim, const Tensor& index, const Tensor& src) {
  check_same("scatter", self, src);
  Tensor r = tealight::clone(self, MemoryFormat::Contiguous);
  scatter_into(r, dim, index, src, Reduce::sum);
  return r;
}
Tensor scatter_reduce_two(const Tensor& self, int64_t dim, const Tensor& index, const Tensor& src,
                          const std::string& reduce, bool include_self) {
  check_same("scatter_reduce", self, src);
  const bool mean = reduce == "mean";
  Tensor r = tealight::clone(self, MemoryFormat::Contiguous), counts;
  const Reduce kind = mean ? Reduce::sum : reduction(reduce, false);
  if (!include_self) {  // places that are written start neutral: an extreme from one of its values
    const Tensor neutral = scalar_tensor(kind == Reduce::prod ? 1 : 0, self.scalar_type());
    const bool extreme = kind == Reduce::amax || kind == Reduce::amin;
    scatter_into(r, dim, index, extreme ? src : neutral, Reduce::replace);
  }
  scatter_into(r, dim, index, src, kind);
  if (!mean) return r;
  counts = include_self ? ones_like(r) : zeros_like(r);
  scatter_into(counts, dim, index, ones_like(src), Reduce::sum);
  counts.masked_fill_(eq(counts, 0), 1);
  return is_integral(r.scalar_type()) ? div(r, counts, "floor") : div(r, counts);
}
// A source that is larger than the index is read only in part.
Tensor to_source(const GradCall& c, const Tensor& g) {
  const Tensor read = gather(g, c.arg<int64_t>(1), c.in(1));
  std::vector<int64_t> rest;  // from the last dimension on: before, behind
  for (int64_t d = read.dim(); d-- > 0;)
    rest.insert(rest.end(), {0, c.in(2).size(d) - read.size(d)});
  return read.sizes() == c.in(2).sizes() ? read : constant_pad_nd(read, rest, 0);
}
Grads scatter_backward(const GradCall& c) {
  const int64_t dim = c.arg<int64_t>(1);
  Grads g{c.wants(0) ? scatter(c.grad(), dim, c.in(1), 0) : Tensor(), Tensor()};
  if (c.inputs.size() > 2) g.push_back(c.wants(2) ? to_source(c, c.grad()) : Tensor());
  return g;
}
Grads scatter_add_backward(const GradCall& c) {
  return {c.grad(), Tensor(), c.wants(2) ? to_source(c, c.grad()) : Tensor()};
}

// The product of all others: divided by what it is multiplied with, except where that is zero.
// A zero that stands alone in its product gets the product without it.
Grads scatter_prod_backward(const GradCall& c) {
  const Tensor &self = c.in(0), &index = c.in(1), &src = c.in(2);
  const int64_t dim = c.arg<int64_t>(1);
  const auto product = [&](const Tensor& x, const Tensor& y) {
    return scatter_reduce(x, dim, index, y, "prod", c.arg<bool>(5));
  };
  Grads grads(3);
  if (c.wants(0)) {
    const Tensor base = masked_fill(self, eq(self, 0), 1);
    grads[0] = c.grad() * product(base, src) / base;
  }
  if (c.wants(2)) {
    const Tensor zero = eq(src, 0),
                 zeros_there = scatter_add(zeros_like(self), dim, index, zero.to(self.dtype())),
                 alone = zero & eq(gather(zeros_there, dim, index), 1);
    const Tensor others = gather(c.grad() * product(self, masked_fill(src, alone, 1)), dim, index),
                 quotient = gather(c.grad() * c.out(), dim, index) / masked_fill(src, zero, 1);
    grads[2] = tealight::where(alone, others, quotient);
  }
  return grads;
}
// All that are as large as the result share its gradient.
Grads scatter_extreme_backward(const GradCall& c) {
  const Tensor &self = c.in(0), &index = c.in(1), &src = c.in(2);
  const int64_t dim = c.arg<int64_t>(1);
  const Tensor self_wins = eq(self, c.out()).to(self.dtype()),
               src_wins = eq(src, gather(c.out(), dim, index)).to(self.dtype());
  const Tensor share = c.grad() / scatter_add(self_wins, dim, index, src_wins);
  return {self_wins * share, Tensor(), src_wins * gather(share, dim, index)};
}
Grads scatter_reduce_backward(const GradCall& c) {
  const int64_t dim = c.arg<int64_t>(1);
  const std::string reduce = c.arg<std::string>(4);
  const bool include_self = c.arg<bool>(5);
  TL_CHECK(!c.wants(2) || c.in(2).sizes() == c.in(1).sizes(),
           "scatter_reduce: the gradient of src needs an index of its shape");
  Grads grads;
  if (reduce == "prod") {
    grads = scatter_prod_backward(c);
  } else if (reduce == "amax" || reduce == "amin") {
    grads = scatter_extreme_backward(c);
  } else {
    Tensor g = c.grad();
    if (reduce == "mean") {
      const Tensor from = include_self ? ones_like(g) : zeros_like(g),
                   counts = scatter_add(from, dim, c.in(1), ones_like(c.in(2)));
      g = g / counts.clamp_min(1);
    }
    grads = {g, Tensor(), c.wants(2) ? gather(g, dim, c.in(1)) : Tensor()};
  }
  if (c.wants(0) && !include_self) grads[0] = scatter(grads[0], dim, c.in(1), 0);
  return grads;
}

// ---- index_add, index_copy, index_fill: whole slices written

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
Tensor distinct_places(int64_t n) { return distinct_sample({n}, kLong); }
std::vector<Sample> select_samples() {
  return {{{sample({4, 3}), 0, places({5}, 4)}}, {{sample({4, 3}), -1, places({2}, 3)}}};
}
std::vector<Sample> gather_samples() {
  return {{{sample({4, 3}), 1, places({4, 5}, 3), false}},
          {{sample({4, 3, 2}), 0, places({2, 3, 1}, 4), false}}};
}
std::vector<Sample> scatter_samples() {
  return {{{sample({4, 3}), 0, distinct_places(4).view({4, 1}), sample({4, 3}, kFloat, -1, 1, 2)}}};
}
std::vector<Sample> value_samples() { return {{{sample({4, 3}), 0, places({2, 3}, 4), 1.5}}}; }
std::vector<Sample> reduce_samples() {
  return {{{sample({4, 3}), 0, places({5, 3}, 4), sample({5, 3}, kFloat, -1, 1, 2), "add"}},
          {{sample({4, 3}), 0, places({5, 3}, 4), sample({5, 3}, kFloat, -1, 1, 2), "multiply"}}};
}
std::vector<Sample> reduce_value_samples() {
  return {{{sample({4, 3}), 0, places({5, 3}, 4), 2.5, "multiply"}}};
}
std::vector<Sample> two_samples() {
  std::vector<Sample> s;
  for (const char* r : {"sum", "prod", "mean", "amax", "amin"})
    for (bool include : {true, false})
      s.push_back(
          {{sample({4, 3}), 0, places({5, 3}, 4), sample({5, 3}, kFloat, -1, 1, 2), r, include}});
  return s;
}
std::vector<Sample> add_samples() {
  return {{{sample({4, 3}), 0, places({5, 3}, 4), sample({5, 3}, kFloat, -1, 1, 2)}}};
}
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
    .samples = TL_TEST(select_samples),
};
TL_OP(gather){
    .schemas =
        {"aten::gather(Tensor self, int dim, Tensor index, *, bool sparse_grad=False) -> Tensor",
         "aten::gather.out(Tensor self, int dim, Tensor index, *, bool sparse_grad=False, Tensor(a!) out) -> Tensor(a!)"},
    .infer = infer<infer_gather>,
    .kernels = gather_kernels,
    .backward = TL_TRAIN(gather_backward),
    .samples = TL_TEST(gather_samples),
};
TL_OP(scatter){
    .schemas =
        {"aten::scatter.src(Tensor self, int dim, Tensor index, Tensor src) -> Tensor",
         "aten::scatter_.src(Tensor(a!) self, int dim, Tensor index, Tensor src) -> Tensor(a!)",
         "aten::scatter.src_out(Tensor self, int dim, Tensor index, Tensor src, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<scatter_src>,
    .backward = TL_TRAIN(scatter_backward),
    .samples = TL_TEST(scatter_samples),
};
TL_OP(scatter_number){
    .schemas =
        {"aten::scatter.value(Tensor self, int dim, Tensor index, Scalar value) -> Tensor",
         "aten::scatter_.value(Tensor(a!) self, int dim, Tensor index, Scalar value) -> Tensor(a!)",
         "aten::scatter.value_out(Tensor self, int dim, Tensor index, Scalar value, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<scatter_value>,
    .backward = TL_TRAIN(scatter_backward),
    .samples = TL_TEST(value_samples),
};
TL_OP(scatter_reduce){
    .schemas =
        {"aten::scatter.reduce(Tensor self, int dim, Tensor index, Tensor src, *, str reduce) -> Tensor",
         "aten::scatter_.reduce(Tensor(a!) self, int dim, Tensor index, Tensor src, *, str reduce) -> Tensor(a!)",
         "aten::scatter.reduce_out(Tensor self, int dim, Tensor index, Tensor src, *, str reduce, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<scatter_reduce_src>,
    .traits = Trait::nograd,
    .samples = TL_TEST(reduce_samples),
};
TL_OP(scatter_reduce_number){
    .schemas =
        {"aten::scatter.value_reduce(Tensor self, int dim, Tensor index, Scalar value, *, str reduce) -> Tensor",
         "aten::scatter_.value_reduce(Tensor(a!) self, int dim, Tensor index, Scalar value, *, str reduce) -> Tensor(a!)",
         "aten::scatter.value_reduce_out(Tensor self, int dim, Tensor index, Scalar value, *, str reduce, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<scatter_reduce_value>,
    .traits = Trait::nograd,
    .samples = TL_TEST(reduce_value_samples),
};
TL_OP(scatter_reduce2){
    .schemas =
        {"aten::scatter_reduce.two(Tensor self, int dim, Tensor index, Tensor src, str reduce, *, bool include_self=True) -> Tensor",
         "aten::scatter_reduce_.two(Tensor(a!) self, int dim, Tensor index, Tensor src, str reduce, *, bool include_self=True) -> Tensor(a!)"},
    .function = function<scatter_reduce_two>,
    .backward = TL_TRAIN(scatter_reduce_backward),
    .samples = TL_TEST(two_samples),
};
TL_OP(scatter_add){
    .schemas =
        {"aten::scatter_add(Tensor self, int dim, Tensor index, Tensor src) -> Tensor",
         "aten::scatter_add_(Tensor(a!) self, int dim, Tensor index, Tensor src) -> Tensor(a!)",
         "aten::scatter_add.out(Tensor self, int dim, Tensor index, Tensor src, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<scatter_add_impl>,
    .backward = TL_TRAIN(scatter_add_backward),
    .samples = TL_TEST(add_samples),
};
TL_OP(index_add){
    .schemas =
        {"aten::index_add(Tensor self, int dim, Tensor index, Tensor source, *, Scalar alpha=1) -> Tensor",
         "aten::index_add_(Tensor(a!) self, int dim, Tensor index, Tensor source, *, Scalar alpha=1) -> Tensor(a!)",
         "aten::index_add.out(Tensor self, int dim, Tensor index, Tensor source, *, Scalar alpha=1, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<index_add_impl>,
    .backward = TL_TRAIN(index_add_backward),
    .samples = TL_TEST(index_add_samples),
};
TL_OP(index_copy){
    .schemas =
        {"aten::index_copy(Tensor self, int dim, Tensor index, Tensor source) -> Tensor",
         "aten::index_copy_(Tensor(a!) self, int dim, Tensor index, Tensor source) -> Tensor(a!)",
         "aten::index_copy.out(Tensor self, int dim, Tensor index, Tensor source, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<index_copy_impl>,
    .backward = TL_TRAIN(index_copy_backward),
    .samples = TL_TEST(index_copy_samples),
};
TL_OP(index_fill){
    .schemas =
        {"aten::index_fill.int_Scalar(Tensor self, int dim, Tensor index, Scalar value) -> Tensor",
         "aten::index_fill_.int_Scalar(Tensor(a!) self, int dim, Tensor index, Scalar value) -> Tensor(a!)"},
    .function = function<index_fill_impl>,
    .backward = TL_TRAIN(index_fill_backward),
    .traits = Trait::copied_out,
    .samples = TL_TEST(index_fill_samples),
};
TL_OP(index_fill_value){
    .schemas =
        {"aten::index_fill.int_Tensor(Tensor self, int dim, Tensor index, Tensor value) -> Tensor",
         "aten::index_fill_.int_Tensor(Tensor(a!) self, int dim, Tensor index, Tensor value) -> Tensor(a!)"},
    .function = function<index_fill_tensor>,
    .backward = TL_TRAIN(index_fill_backward),
    .traits = Trait::copied_out,
    .samples = TL_TEST(index_fill_tensor_samples),
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
