// Views of a part, and of all parts in turn.
#include <algorithm>

#include "ops/gradients.h"
#include "ops/samples.h"
#include "ops/shape/view.h"
#include "tealight/ops.h"

namespace tealight::ops {
namespace {

Tensor select_impl(const Tensor& self, int64_t dim, int64_t index) {
  if (self.dim() == 0) throw IndexError("select() cannot be applied to a 0-dim tensor.");
  const size_t d = size_t(wrap_dim(dim, self.dim()));
  const int64_t n = self.sizes()[d];
  if (index < -n || index >= n)
    throw IndexError(str("select(): index ", index, " out of range for tensor of size ",
                         self.sizes(), " at dimension ", d));
  DimVector sizes(self.sizes()), strides(self.strides());
  const int64_t offset = self.storage_offset() + (index < 0 ? index + n : index) * strides[d];
  sizes.erase(d);
  strides.erase(d);
  return view_of(self, sizes, strides, offset);
}
Grads select_backward_impl(const GradCall& c) {
  return {
      tealight::select_backward(c.grad(), c.in(0).sizes(), c.arg<int64_t>(1), c.arg<int64_t>(2))};
}

Tensor narrow_impl(const Tensor& self, int64_t dim, int64_t start, int64_t length) {
  TL_CHECK(self.dim() > 0, "narrow() cannot be applied to a 0-dim tensor.");
  TL_CHECK(length >= 0, "narrow(): length must be non-negative.");
  const int64_t n = self.size(dim);
  const int64_t from = start == n ? start : wrap_dim(start, n);
  TL_CHECK(from <= n - length, "start (", start, ") + length (", length,
           ") exceeds dimension size (", n, ").");
  return tealight::slice(self, dim, from, from + length, 1);
}
Tensor narrow_tensor_impl(const Tensor& self, int64_t dim, const Tensor& start, int64_t length) {
  TL_CHECK(start.dim() == 0 && is_integral(start.scalar_type(), false),
           "start must be an 0-dim integral Tensor.");
  return narrow_impl(self, dim, start.item().toLong(), length);
}

std::vector<Tensor> unbind_impl(const Tensor& self, int64_t dim) {
  const int64_t d = wrap_dim(dim, self.dim());
  TL_CHECK(self.dim() > 0, "unbind: a 0-dim tensor has no dimension to unbind");
  std::vector<Tensor> parts;
  for (int64_t i = 0; i < self.sizes()[size_t(d)]; ++i)
    parts.push_back(tealight::select(self, d, i));
  return parts;
}

std::vector<Tensor> split_with_sizes_impl(const Tensor& self, const DimVector& sizes, int64_t dim) {
  TL_CHECK(self.dim() > 0, "split expects at least a 1-dimensional tensor");
  const int64_t n = self.size(dim);
  int64_t total = 0;
  for (int64_t s : sizes) {
    TL_CHECK(
        s >= 0,
        "split_with_sizes expects split_sizes have only non-negative entries, but got split_sizes=",
        sizes);
    total += s;
  }
  TL_CHECK(total == n, "split_with_sizes expects split_sizes to sum exactly to ", n,
           " (input tensor's size at dimension ", dim, "), but got split_sizes=", sizes);
  std::vector<Tensor> parts;
  int64_t at = 0;
  for (int64_t s : sizes) parts.push_back(tealight::slice(self, dim, at, at + s, 1)), at += s;
  return parts;
}

std::vector<Tensor> split_impl(const Tensor& self, int64_t size, int64_t dim) {
  TL_CHECK(self.dim() > 0, "split expects at least a 1-dimensional tensor");
  TL_CHECK(size >= 0, "split expects split_size be non-negative, but got split_size=", size);
  const int64_t n = self.size(dim);
  TL_CHECK(size > 0 || n == 0,
           "split_size can only be 0 if dimension size is 0, but got dimension size of ", n);
  if (size == 0) return {tealight::slice(self, dim, 0, 0, 1)};
  std::vector<Tensor> parts;
  for (int64_t at = 0; at < std::max<int64_t>(n, 1); at += size)
    parts.push_back(tealight::slice(self, dim, at, std::min(at + size, n), 1));
  return parts;
}

std::vector<Tensor> chunk_impl(const Tensor& self, int64_t chunks, int64_t dim) {
  TL_CHECK(self.dim() > 0, "chunk expects at least a 1-dimensional tensor");
  TL_CHECK(chunks > 0, "chunk expects `chunks` to be greater than 0, got: ", chunks);
  const int64_t n = self.size(dim), size = (n + chunks - 1) / chunks;
  if (size > 0 || n > 0) return split_impl(self, size, dim);
  return split_with_sizes_impl(self, DimVector(size_t(chunks), 0), dim);
}

std::vector<Tensor> tensor_split_indices_impl(const Tensor& self, const DimVector& indices,
                                              int64_t dim) {
  TL_CHECK(self.dim() > 0,
           "tensor_split expected at least a 1-dimensional tensor, but got a tensor with ",
           self.dim(), " dims");
  std::vector<Tensor> parts;
  int64_t at = 0;
  for (int64_t end : indices) parts.push_back(tealight::slice(self, dim, at, end, 1)), at = end;
  parts.push_back(tealight::slice(self, dim, at, self.size(dim), 1));
  return parts;
}
std::vector<Tensor> tensor_split_impl(const Tensor& self, int64_t sections, int64_t dim) {
  TL_CHECK(self.dim() > 0,
           "tensor_split expected at least a 1-dimensional tensor, but got a tensor with ",
           self.dim(), " dims");
  TL_CHECK(sections > 0, "number of sections must be larger than 0, got ", sections);
  const int64_t n = self.size(dim), base = n / sections, longer = n % sections;
  DimVector sizes;
  for (int64_t i = 0; i < sections; ++i) sizes.push_back(base + (i < longer));
  return split_with_sizes_impl(self, sizes, dim);
}
std::vector<Tensor> tensor_split_tensor_impl(const Tensor& self, const Tensor& at, int64_t dim) {
  TL_CHECK(
      at.scalar_type() == kLong && at.dim() <= 1,
      "tensor_split expected tensor_indices_or_sections to be a zero-dimensional or one-dimensional tensor of int64");
  if (at.dim() == 0) return tensor_split_impl(self, at.item().toLong(), dim);
  DimVector indices;
  for (int64_t i = 0; i < at.numel(); ++i) indices.push_back(at.as<int64_t>()[i * at.strides()[0]]);
  return tensor_split_indices_impl(self, indices, dim);
}

// hsplit, vsplit, dsplit: tensor_split along dimension 1 (0 of a vector), 0, 2.
int64_t split_dim(const Tensor& self, int64_t dim) {
  const int64_t least = dim == 1 ? 1 : dim == 0 ? 2 : 3;
  const char* name = dim == 1 ? "hsplit" : dim == 0 ? "vsplit" : "dsplit";
  TL_CHECK(self.dim() >= least, "torch.", name, " requires a tensor with at least ", least,
           " dimension, but got a tensor with ", self.dim(), " dimensions!");
  return dim == 1 && self.dim() == 1 ? 0 : dim;
}
template <int64_t Dim>
std::vector<Tensor> split_at(const Tensor& self, const DimVector& indices) {
  return tensor_split_indices_impl(self, indices, split_dim(self, Dim));
}
template <int64_t Dim>
std::vector<Tensor> split_in(const Tensor& self, int64_t sections) {
  const int64_t d = split_dim(self, Dim);
  TL_CHECK(sections > 0 && self.size(d) % sections == 0, "attempted to split along dimension ", d,
           ", but the size of the dimension ", self.size(d), " is not divisible by the split_size ",
           sections, "!");
  return tensor_split_impl(self, sections, d);
}

std::vector<Sample> select_samples() {
  return {{{sample({3, 4}), 0, -1}}, {{sample({3, 4}), -1, 2}}, {{sample({3}), 0, 1}}};
}
std::vector<Sample> narrow_samples() {
  return {{{sample({5, 2}), 0, 1, 3}}, {{sample({5}), 0, -2, 1}}};
}
std::vector<Sample> unbind_samples() { return {{{sample({3, 2}), 0}}, {{sample({3, 2}), -1}}}; }
std::vector<Sample> int_samples() { return {{{sample({7, 2}), 3, 0}}, {{sample({2, 6}), 2, -1}}}; }
std::vector<Sample> sizes_samples() { return {{{sample({7, 2}), DimVector{3, 0, 4}, 0}}}; }
std::vector<Sample> indices_samples() {
  return {{{sample({7, 2}), DimVector{2, 5}, 0}}, {{sample({2, 4}), DimVector{1, -1}, 1}}};
}
std::vector<Sample> hsplit_samples() { return {{{sample({2, 4, 2}), DimVector{1, 3}}}}; }
std::vector<Sample> hsplit_int_samples() { return {{{sample({2, 4, 2}), 2}}}; }
Tensor split_places() {
  Tensor t(Fact(kLong, {2}));
  t.as<int64_t>()[0] = 1;
  t.as<int64_t>()[1] = 4;
  return t;
}
std::vector<Sample> narrow_tensor_samples() {
  return {{{sample({5, 3}), 0, tealight::scalar_tensor(2, kLong), 2}}};
}
std::vector<Sample> tensor_samples() { return {{{sample({7}), split_places(), 0}}}; }

}  // namespace

TL_OP(select){
    .schemas = {"aten::select.int(Tensor(a) self, int dim, SymInt index) -> Tensor(a)"},
    .function = function<select_impl>,
    .backward = TL_TRAIN(select_backward_impl),
    .reads = {0, 0},
    .traits = Trait::view,
    .samples = TL_TEST(select_samples),
};
TL_OP(narrow){
    .schemas = {"aten::narrow(Tensor(a) self, int dim, SymInt start, SymInt length) -> Tensor(a)"},
    .function = function<narrow_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(narrow_samples),
};
TL_OP(narrow_tensor){
    .schemas =
        {"aten::narrow.Tensor(Tensor(a) self, int dim, Tensor start, SymInt length) -> Tensor(a)"},
    .function = function<narrow_tensor_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(narrow_tensor_samples),
};
TL_OP(unbind){
    .schemas = {"aten::unbind.int(Tensor(a -> *) self, int dim=0) -> Tensor(a)[]"},
    .function = function<unbind_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(unbind_samples),
};
TL_OP(split){
    .schemas =
        {"aten::split.Tensor(Tensor(a -> *) self, SymInt split_size, int dim=0) -> Tensor(a)[]"},
    .function = function<split_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(int_samples),
};
TL_OP(split_with_sizes){
    .schemas =
        {"aten::split_with_sizes(Tensor(a -> *) self, SymInt[] split_sizes, int dim=0) -> Tensor(a)[]",
         "aten::split.sizes(Tensor(a -> *) self, SymInt[] split_size, int dim=0) -> Tensor(a)[]",
         "aten::split(Tensor(a -> *) self, int[] split_sizes, int dim=0) -> Tensor(a)[]"},
    .function = function<split_with_sizes_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(sizes_samples),
};
TL_OP(chunk){
    .schemas = {"aten::chunk(Tensor(a -> *) self, int chunks, int dim=0) -> Tensor(a)[]"},
    .function = function<chunk_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(int_samples),
};
TL_OP(tensor_split){
    .schemas =
        {"aten::tensor_split.sections(Tensor(a -> *) self, SymInt sections, int dim=0) -> Tensor(a)[]"},
    .function = function<tensor_split_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(int_samples),
};
TL_OP(tensor_split_indices){
    .schemas =
        {"aten::tensor_split.indices(Tensor(a -> *) self, SymInt[] indices, int dim=0) -> Tensor(a)[]"},
    .function = function<tensor_split_indices_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(indices_samples),
};
TL_OP(tensor_split_tensor){
    .schemas =
        {"aten::tensor_split.tensor_indices_or_sections(Tensor(a -> *) self, Tensor tensor_indices_or_sections, int dim=0) -> Tensor(a)[]"},
    .function = function<tensor_split_tensor_impl>,
    .traits = Trait::dynamic | Trait::composite,
    .samples = TL_TEST(tensor_samples),
};
TL_OP(hsplit){
    .schemas = {"aten::hsplit.array(Tensor(a -> *) self, int[] indices) -> Tensor(a)[]"},
    .function = function<split_at<1>>,
    .traits = Trait::composite,
    .samples = TL_TEST(hsplit_samples),
};
TL_OP(vsplit){
    .schemas = {"aten::vsplit.array(Tensor(a -> *) self, int[] indices) -> Tensor(a)[]"},
    .function = function<split_at<0>>,
    .traits = Trait::composite,
    .samples = TL_TEST(hsplit_samples),
};
TL_OP(dsplit){
    .schemas = {"aten::dsplit.array(Tensor(a -> *) self, int[] indices) -> Tensor(a)[]"},
    .function = function<split_at<2>>,
    .traits = Trait::composite,
    .samples = TL_TEST(hsplit_samples),
};
TL_OP(hsplit_int){
    .schemas = {"aten::hsplit.int(Tensor(a -> *) self, int sections) -> Tensor(a)[]"},
    .function = function<split_in<1>>,
    .traits = Trait::composite,
    .samples = TL_TEST(hsplit_int_samples),
};
TL_OP(vsplit_int){
    .schemas = {"aten::vsplit.int(Tensor(a -> *) self, int sections) -> Tensor(a)[]"},
    .function = function<split_in<0>>,
    .traits = Trait::composite,
    .samples = TL_TEST(hsplit_int_samples),
};
TL_OP(dsplit_int){
    .schemas = {"aten::dsplit.int(Tensor(a -> *) self, int sections) -> Tensor(a)[]"},
    .function = function<split_in<2>>,
    .traits = Trait::composite,
    .samples = TL_TEST(hsplit_int_samples),
};
}  // namespace tealight::ops
