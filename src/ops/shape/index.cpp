// x[...] with index tensors: index, index_put and the masked forms.
#include <algorithm>
#include <cstring>

#include "kernels/pointwise/convert.h"
#include "ops/broadcast.h"
#include "ops/copy.h"
#include "ops/gradients.h"
#include "ops/samples.h"
#include "ops/shape/indexed.h"
#include "tealight/ops.h"

namespace tealight::ops {
namespace {

using Indices = std::vector<std::optional<Tensor>>;

// Calls f with a char array of the element's size: data movement needs no more of a dtype.
template <class F>
void with_size(size_t size, F f) {
  switch (size) {
    case 1:
      return f(std::integral_constant<size_t, 1>());
    case 2:
      return f(std::integral_constant<size_t, 2>());
    case 4:
      return f(std::integral_constant<size_t, 4>());
    case 8:
      return f(std::integral_constant<size_t, 8>());
    default:
      return f(std::integral_constant<size_t, 16>());
  }
}

Tensor index_impl(const Tensor& self, const Indices& indices) {
  const Indexed chosen(self, indices);
  Fact f(self.scalar_type(), chosen.result_sizes());
  f.quantizer = self.quantizer();
  Tensor r(f);
  const char* from = self.as<char>();
  char* to = r.as<char>();
  with_size(self.itemsize(), [&](auto size) {
    chosen.for_each(r.strides(), [&](int64_t a, int64_t b) {
      std::memcpy(to + b * int64_t(size), from + a * int64_t(size), size);
    });
  });
  return r;
}
Grads index_backward(const GradCall& c) {
  return {tealight::index_put(zeros(c.in(0).sizes(), c.grad().options()),
                              c.args[1].toOptionalTensorVector(), c.grad(), true)};
}

// One element of any dtype plus another.
void add_element(ScalarType t, char* to, const char* from) {
  alignas(16) char a[16], b[16];
  const Compute c = compute_of(t);
  load_block(c, a, t, to, 0, 1);
  load_block(c, b, t, from, 0, 1);
  switch (c) {
    case Compute::f32:
      *reinterpret_cast<float*>(a) += *reinterpret_cast<float*>(b);
      break;
    case Compute::f64:
      *reinterpret_cast<double*>(a) += *reinterpret_cast<double*>(b);
      break;
    case Compute::i64:
      *reinterpret_cast<int64_t*>(a) += *reinterpret_cast<int64_t*>(b);
      break;
    case Compute::c128:
      *reinterpret_cast<std::complex<double>*>(a) += *reinterpret_cast<std::complex<double>*>(b);
      break;
  }
  store_block(c, a, t, to, 0, 1);
}

Tensor index_put_in_place(const Tensor& self, const Indices& indices, const Tensor& values,
                          bool accumulate) {
  const bool fills = !accumulate && values.numel() == 1 && indices.size() == 1 && indices[0] &&
                     indices[0]->scalar_type() == kBool;
  if (fills && values.scalar_type() != self.scalar_type())
    return index_put_in_place(self, indices, converted(values, self.scalar_type()),
                              false);  // x[mask] = number
  TL_CHECK(self.scalar_type() == values.scalar_type(),
           "Index put requires the source and destination dtypes match, got ", self.scalar_type(),
           " for the destination and ", values.scalar_type(), " for the source.");
  const Indexed chosen(self, indices);
  TL_CHECK(broadcastable_to(values.sizes(), chosen.result_sizes()),
           "shape mismatch: value tensor of shape ", values.sizes(),
           " cannot be broadcast to indexing result of shape ", chosen.result_sizes());
  const Tensor source = values.is_alias_of(self) ? converted(values, values.scalar_type()) : values;
  const DimVector strides = byte_strides(source.fact(), chosen.result_sizes());
  const char* from = source.as<char>();
  char* to = self.as<char>();
  const ScalarType t = self.scalar_type();
  with_size(self.itemsize(), [&](auto size) {
    chosen.for_each(strides, [&](int64_t a, int64_t b) {
      char* place = to + a * int64_t(size);
      if (!accumulate)
        std::memcpy(place, from + b, size);
      else if (t == kFloat)
        *reinterpret_cast<float*>(place) += *reinterpret_cast<const float*>(from + b);
      else
        add_element(t, place, from + b);
    });
  });
  self.unsafeGetTensorImpl()->bump_version();
  return self;
}
Tensor index_put_copy(const Tensor& self, const Indices& indices, const Tensor& values,
                      bool accumulate) {
  return index_put_in_place(tealight::clone(self), indices, values, accumulate);
}
// index_put_impl's extra flag is a promise of the caller's that changes nothing here.
Tensor index_put_unsafe(const Tensor& self, const Indices& indices, const Tensor& values,
                        bool accumulate, bool) {
  return index_put_in_place(self, indices, values, accumulate);
}
Grads index_put_backward(const GradCall& c) {
  const Indices indices = c.args[1].toOptionalTensorVector();
  Grads grads(c.inputs.size());
  if (c.wants(0))
    grads[0] = c.arg<bool>(3)
                   ? c.grad()
                   : tealight::index_put(c.grad(), indices, zeros({}, c.grad().options()));
  if (c.wants(c.inputs.size() - 1)) grads.back() = tealight::index(c.grad(), indices);
  return grads;
}

Tensor nonzero_impl(const Tensor& self) {
  const Tensor flags = contiguous(self.scalar_type() == kBool ? self : tealight::ne(self, 0));
  const char* f = flags.as<char>();
  const int64_t n = self.numel();
  int64_t count = 0;
  for (int64_t i = 0; i < n; ++i) count += f[i] != 0;
  // PyTorch's result is the transpose of a contiguous (dim, count) tensor
  Tensor r(Fact(kLong, {count, self.dim()}, {1, std::max<int64_t>(count, 1)}));
  int64_t* out = r.as<int64_t>();
  int64_t row = 0;
  for (int64_t i = 0; i < n; ++i) {
    if (!f[i]) continue;
    int64_t rest = i;
    for (int64_t d = self.dim(); d-- > 0;)
      out[d * count + row] = rest % self.sizes()[size_t(d)], rest /= self.sizes()[size_t(d)];
    ++row;
  }
  return r;
}
std::vector<Tensor> nonzero_numpy_impl(const Tensor& self) {
  return tealight::unbind(
      self.dim() ? tealight::nonzero(self) : tealight::nonzero(unsqueeze(self, 0)), 1);
}
Tensor argwhere_impl(const Tensor& self) { return tealight::nonzero(self); }

Tensor masked_select_impl(const Tensor& self, const Tensor& mask) {
  TL_CHECK(mask.scalar_type() == kBool || mask.scalar_type() == kByte,
           "masked_select: expected BoolTensor for mask, but got ", mask.scalar_type());
  const DimVector sizes = broadcast_sizes(self.sizes(), mask.sizes());
  if (sizes.empty())
    return tealight::index(unsqueeze(self, 0), {std::optional<Tensor>(unsqueeze(mask, 0))});
  return tealight::index(self.expand(sizes), {std::optional<Tensor>(mask.expand(sizes))});
}

Tensor masked_fill_in_place(const Tensor& self, const Tensor& mask, const Tensor& value) {
  TL_CHECK(value.dim() == 0,
           "masked_fill_ only supports a 0-dimensional value tensor, but got tensor with ",
           value.dim(), " dimension(s).");
  TL_CHECK(mask.scalar_type() == kBool || mask.scalar_type() == kByte,
           "masked_fill_: expected BoolTensor for mask, but got ", mask.scalar_type());
  TL_CHECK(is_complex(self.scalar_type()) || !value.is_complex(),
           "value cannot be converted to type ", self.scalar_type(), " without overflow");
  const Tensor picked = tealight::where(mask.scalar_type() == kBool ? mask : converted(mask, kBool),
                                        converted(value, self.scalar_type()), self);
  TL_CHECK(picked.sizes() == self.sizes(), "output with shape ", self.sizes(),
           " doesn't match the broadcast shape ", picked.sizes());
  copy_into(self, picked);
  return self;
}
Tensor masked_fill_number_in_place(const Tensor& self, const Tensor& mask, const Scalar& value) {
  return masked_fill_in_place(self, mask, wrapped_scalar_tensor(value));
}
Tensor masked_fill_copy(const Tensor& self, const Tensor& mask, const Tensor& value) {
  const Tensor all = self.expand(broadcast_sizes(self.sizes(), mask.sizes()));
  return masked_fill_in_place(tealight::clone(all, MemoryFormat::Contiguous), mask, value);
}
Tensor masked_fill_number_impl(const Tensor& self, const Tensor& mask, const Scalar& value) {
  return masked_fill_copy(self, mask, wrapped_scalar_tensor(value));
}
Grads masked_fill_backward(const GradCall& c) {
  Grads g{c.wants(0) ? masked_fill(c.grad(), c.in(1), 0) : Tensor(), Tensor()};
  if (c.inputs.size() > 2)
    g.push_back(c.wants(2) ? tealight::where(c.in(1), c.grad(), 0).sum() : Tensor());
  return g;
}

Tensor masked_scatter_in_place(const Tensor& self, const Tensor& mask, const Tensor& source) {
  TL_CHECK(self.scalar_type() == source.scalar_type(),
           "masked_scatter: expected self and source to have same dtypes but got",
           self.scalar_type(), " and ", source.scalar_type());
  const Tensor places = mask.expand(self.sizes());
  const int64_t n = sum(places).item().toLong();
  TL_CHECK(n <= source.numel(), "Number of elements of source < number of ones in mask");
  return index_put_in_place(self, {places}, narrow(flatten(source), 0, 0, n), false);
}
// The source's first elements went where the mask holds.
Grads masked_scatter_backward(const GradCall& c) {
  Grads grads(3);
  if (c.wants(0)) grads[0] = masked_fill(c.grad(), c.in(1), 0);
  if (c.wants(2)) {
    const Tensor taken = masked_select(c.grad(), c.in(1));
    const int64_t rest = c.in(2).numel() - taken.numel();
    grads[2] = reshape(cat({taken, zeros({rest}, taken.options())}), c.in(2).sizes());
  }
  return grads;
}
Tensor masked_scatter_copy(const Tensor& self, const Tensor& mask, const Tensor& source) {
  return masked_scatter_in_place(
      tealight::clone(self.expand(broadcast_sizes(self.sizes(), mask.sizes()))), mask, source);
}

Tensor longs(std::initializer_list<int64_t> v, IntArrayRef sizes) {
  Tensor t(Fact(kLong, sizes));
  std::copy(v.begin(), v.end(), t.as<int64_t>());
  return t;
}
Value index_list(std::vector<Value> v) {
  return make_list(Type::optional(Type::get(TypeKind::Tensor)), std::move(v));
}
std::vector<Sample> index_samples() {
  return {
      {{sample({4, 3}), index_list({longs({2, -1, 0}, {3})})}},
      {{sample({4, 3, 2}), index_list({Value(), longs({2, 0, 1, 1}, {2, 2})})}},
      {{sample({4, 3, 2}), index_list({longs({2, 0}, {2, 1}), Value(), longs({0, 1, 1}, {3})})}},
      {{sample({4, 3}), index_list({sample({4, 3}, kBool)})}},
      {{sample({4, 3}), index_list({sample({4}, kBool), longs({1}, {1})})}}};
}
std::vector<Sample> put_samples() {
  return {{{sample({4, 3}), index_list({longs({2, -1, 2}, {3})}), sample({3, 3}, kFloat, -1, 1, 2),
            true}},
          {{sample({4, 3}), index_list({Value(), longs({2, 0}, {2})}),
            sample({2}, kFloat, -1, 1, 2), false}},
          {{sample({4, 3}), index_list({sample({4, 3}, kBool)}), sample({}), false}}};
}
std::vector<Sample> mask_samples() {
  return {{{sample({3, 4}), sample({4}, kBool)}}, {{sample({4}), sample({3, 4}, kBool)}}};
}
std::vector<Sample> fill_samples() {
  return {{{sample({3, 4}), sample({4}, kBool), 1.5}}, {{sample({4}), sample({3, 1}, kBool), -2}}};
}
std::vector<Sample> fill_tensor_samples() {
  return {{{sample({3, 4}), sample({4}, kBool), sample({})}}};
}
std::vector<Sample> nonzero_samples() {
  return {{{sample({3, 4}, kBool)}}, {{sample({3, 4}, kInt)}}, {{sample({}, kInt)}}};
}
std::vector<Sample> scatter_samples() {
  return {{{sample({3, 4}), sample({3, 4}, kBool), sample({12}, kFloat, -1, 1, 2)}}};
}

}  // namespace

TL_OP(index){
    .schemas =
        {"aten::index.Tensor(Tensor self, Tensor?[] indices) -> Tensor",
         "aten::index.Tensor_hacked_twin(Tensor self, Tensor[] indices) -> Tensor",
         "aten::index.Tensor_out(Tensor self, Tensor?[] indices, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<index_impl>,
    .backward = TL_TRAIN(index_backward),
    .reads = {args(1), 0},
    .traits = Trait::dynamic,
    .samples = TL_TEST(index_samples),
};
TL_OP(index_put){
    .schemas =
        {"aten::index_put(Tensor self, Tensor?[] indices, Tensor values, bool accumulate=False) -> Tensor",
         "aten::index_put.hacked_twin(Tensor self, Tensor[] indices, Tensor values, bool accumulate=False) -> Tensor"},
    .function = function<index_put_copy>,
    .backward = TL_TRAIN(index_put_backward),
    .reads = {args(1), 0},
    .traits = Trait::copied_out,
    .samples = TL_TEST(put_samples),
};
TL_OP(index_put_){
    .schemas =
        {"aten::index_put_(Tensor(a!) self, Tensor?[] indices, Tensor values, bool accumulate=False) -> Tensor(a!)"},
    .function = function<index_put_in_place>,
    .backward = TL_TRAIN(index_put_backward),
    .reads = {args(1), 0},
    .samples = TL_TEST(put_samples),
};
TL_OP(index_put_twin_){
    .schemas =
        {"aten::index_put_.hacked_twin(Tensor(a!) self, Tensor[] indices, Tensor values, bool accumulate=False) -> Tensor(a!)"},
    .function = function<index_put_in_place>,
    .backward = TL_TRAIN(index_put_backward),
    .reads = {args(1), 0},
};
TL_OP(index_put_impl_){
    .schemas =
        {"aten::_index_put_impl_(Tensor(a!) self, Tensor?[] indices, Tensor values, bool accumulate=False, bool unsafe=False) -> Tensor(a!)"},
    .function = function<index_put_unsafe>,
    .backward = TL_TRAIN(index_put_backward),
    .reads = {args(1), 0},
};
TL_OP(nonzero){
    .schemas = {"aten::nonzero(Tensor self) -> Tensor",
                "aten::nonzero.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<nonzero_impl>,
    .traits = Trait::dynamic | Trait::nograd,
    .samples = TL_TEST(nonzero_samples),
};
TL_OP(nonzero_numpy){
    .schemas = {"aten::nonzero_numpy(Tensor self) -> Tensor[]"},
    .function = function<nonzero_numpy_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(nonzero_samples),
};
TL_OP(argwhere){
    .schemas = {"aten::argwhere(Tensor self) -> Tensor"},
    .function = function<argwhere_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(nonzero_samples),
};
TL_OP(masked_select){
    .schemas =
        {"aten::masked_select(Tensor self, Tensor mask) -> Tensor",
         "aten::masked_select.out(Tensor self, Tensor mask, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<masked_select_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(mask_samples),
};
TL_OP(masked_fill){
    .schemas = {"aten::masked_fill.Tensor(Tensor self, Tensor mask, Tensor value) -> Tensor"},
    .function = function<masked_fill_copy>,
    .backward = TL_TRAIN(masked_fill_backward),
    .reads = {args(1), 0},
    .traits = Trait::copied_out,
    .samples = TL_TEST(fill_tensor_samples),
};
TL_OP(masked_fill_number){
    .schemas = {"aten::masked_fill.Scalar(Tensor self, Tensor mask, Scalar value) -> Tensor"},
    .function = function<masked_fill_number_impl>,
    .backward = TL_TRAIN(masked_fill_backward),
    .reads = {args(1), 0},
    .traits = Trait::copied_out,
    .samples = TL_TEST(fill_samples),
};
TL_OP(masked_fill_){
    .schemas =
        {"aten::masked_fill_.Tensor(Tensor(a!) self, Tensor mask, Tensor value) -> Tensor(a!)"},
    .function = function<masked_fill_in_place>,
    .backward = TL_TRAIN(masked_fill_backward),
    .reads = {args(1), 0},
    .samples = TL_TEST(fill_tensor_samples),
};
TL_OP(masked_fill_number_){
    .schemas =
        {"aten::masked_fill_.Scalar(Tensor(a!) self, Tensor mask, Scalar value) -> Tensor(a!)"},
    .function = function<masked_fill_number_in_place>,
    .backward = TL_TRAIN(masked_fill_backward),
    .reads = {args(1), 0},
    .samples = TL_TEST(fill_samples),
};
TL_OP(masked_scatter){
    .schemas = {"aten::masked_scatter(Tensor self, Tensor mask, Tensor source) -> Tensor"},
    .function = function<masked_scatter_copy>,
    .backward = TL_TRAIN(masked_scatter_backward),
    .reads = {args(1), 0},
    .traits = Trait::copied_out,
    .samples = TL_TEST(scatter_samples),
};
TL_OP(masked_scatter_){
    .schemas = {"aten::masked_scatter_(Tensor(a!) self, Tensor mask, Tensor source) -> Tensor(a!)"},
    .function = function<masked_scatter_in_place>,
    .backward = TL_TRAIN(masked_scatter_backward),
    .reads = {args(1), 0},
    .samples = TL_TEST(scatter_samples),
};
}  // namespace tealight::ops
