// scatter: a tensor with elements at places along one dimension replaced, or combined with others.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "kernels/pointwise/convert.h"
#include "ops/copy.h"
#include "ops/gradients.h"
#include "ops/samples.h"
#include "ops/shape/places.h"
#include "tealight/operators.h"

namespace tealight {
namespace {

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

}  // namespace

// Through a contiguous copy where self is not.
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
  self.unsafeGetTensorImpl()->bump_version();
}

namespace ops {
namespace {

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
  scatter_into(r, dim, index, scalar_tensor(value, self.scalar_type()), reduction(reduce, true));
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

Tensor places(IntArrayRef sizes, int64_t below, uint64_t seed = 3) {
  return sample(sizes, kLong, 0, double(below), seed);
}
Tensor distinct_places(int64_t n) { return distinct_sample({n}, kLong); }
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

}  // namespace

TL_OP(scatter){
    .schemas =
        {"aten::scatter.src(Tensor self, int dim, Tensor index, Tensor src) -> Tensor",
         "aten::scatter_.src(Tensor(a!) self, int dim, Tensor index, Tensor src) -> Tensor(a!)",
         "aten::scatter.src_out(Tensor self, int dim, Tensor index, Tensor src, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<scatter_src>,
    .backward = TL_TRAIN(scatter_backward),
    .reads = {args(2), 0},
    .samples = TL_TEST(scatter_samples),
};
TL_OP(scatter_number){
    .schemas =
        {"aten::scatter.value(Tensor self, int dim, Tensor index, Scalar value) -> Tensor",
         "aten::scatter_.value(Tensor(a!) self, int dim, Tensor index, Scalar value) -> Tensor(a!)",
         "aten::scatter.value_out(Tensor self, int dim, Tensor index, Scalar value, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<scatter_value>,
    .backward = TL_TRAIN(scatter_backward),
    .reads = {args(2), 0},
    .samples = TL_TEST(value_samples),
};
TL_OP(scatter_reduce){
    .schemas =
        {"aten::scatter.reduce(Tensor self, int dim, Tensor index, Tensor src, *, str reduce) -> Tensor",
         "aten::scatter_.reduce(Tensor(a!) self, int dim, Tensor index, Tensor src, *, str reduce) -> Tensor(a!)",
         "aten::scatter.reduce_out(Tensor self, int dim, Tensor index, Tensor src, *, str reduce, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<scatter_reduce_src>,
    .reads = {args(0, 2, 3), outs(0)},
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
    .reads = {args(0, 2, 3), outs(0)},
    .samples = TL_TEST(two_samples),
};
TL_OP(scatter_add){
    .schemas =
        {"aten::scatter_add(Tensor self, int dim, Tensor index, Tensor src) -> Tensor",
         "aten::scatter_add_(Tensor(a!) self, int dim, Tensor index, Tensor src) -> Tensor(a!)",
         "aten::scatter_add.out(Tensor self, int dim, Tensor index, Tensor src, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<scatter_add_impl>,
    .backward = TL_TRAIN(scatter_add_backward),
    .reads = {args(2), 0},
    .samples = TL_TEST(add_samples),
};
}  // namespace ops
}  // namespace tealight
