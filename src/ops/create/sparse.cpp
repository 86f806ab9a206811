// The few operators of sparse tensors that programs for the phone name. There is no sparse layout
// here: a tensor made of indices and values is stored densely, which adds up values of one place,
// and questions that only a sparse tensor can answer fail as they do for a dense one in PyTorch.
#include <algorithm>

#include "ops/copy.h"
#include "ops/samples.h"
#include "tealight/ops.h"

namespace tealight::ops {
namespace {

using OptType = std::optional<ScalarType>;

[[noreturn]] void fail_dense(const char* op) {
  fail(
      str("Could not run 'aten::", op,
          "' with arguments from the 'CPU' backend: it is for sparse tensors only, and tensors here are dense"),
      ErrorKind::unsupported);
}
bool is_coalesced_impl(const Tensor&) { return true; }
Tensor coalesce_impl(const Tensor& self) { return self.alias_without_grad(); }
int64_t dense_dim_impl(const Tensor&) { fail_dense("dense_dim"); }
int64_t sparse_dim_impl(const Tensor&) { fail_dense("sparse_dim"); }

// Values that name one place twice add up.
Tensor from_indices(const Tensor& indices, const Tensor& values, const DimVector& size,
                    OptType type) {
  TL_CHECK(indices.dim() == 2, "indices must be sparse_dim x nnz, but got: ", indices.sizes());
  const int64_t n = indices.size(0), count = indices.size(1);
  TL_CHECK(values.dim() >= 1 && values.size(0) == count,
           "values must have one entry for each of the ", count,
           " indices, but got: ", values.sizes());
  TL_CHECK(int64_t(size.size()) == n + values.dim() - 1,
           "number of dimensions must be sparse_dim (", n, ") + dense_dim (", values.dim() - 1,
           "), but got ", size.size());
  for (int64_t d = 1; d < values.dim(); ++d)
    TL_CHECK(values.size(d) == size[size_t(n + d - 1)], "values has incorrect size ",
             values.sizes(), " for a tensor of size ", size);
  const Tensor typed = type && *type != values.scalar_type() ? values.to(*type) : values;
  const Tensor out = tealight::zeros(size, typed.options());
  if (n == 0 || count == 0) return n == 0 && count ? tealight::sum(typed, DimVector{0}) : out;
  std::vector<std::optional<Tensor>> places;
  for (const Tensor& t : tealight::unbind(converted(indices, kLong), 0)) {
    TL_CHECK(tealight::amin(t, DimVector{}).item().toLong() >= 0,
             "found negative index in indices of a sparse tensor");
    places.emplace_back(t);
  }
  return tealight::index_put(out, places, typed, true);
}
Tensor sparse_sized(const Tensor& indices, const Tensor& values, const DimVector& size,
                    OptType type, std::optional<Layout>, std::optional<Device>,
                    std::optional<bool>) {
  return from_indices(indices, values, size, type);
}
Tensor sparse_empty(const DimVector& size, OptType type, std::optional<Layout>,
                    std::optional<Device>, std::optional<bool>) {
  return tealight::zeros(size, TensorOptions(type.value_or(kFloat)));
}
Tensor resize_and_clear(const Tensor& self, const DimVector& size, int64_t sparse_dim,
                        int64_t dense_dim) {
  TL_CHECK(sparse_dim >= 0 && dense_dim >= 0 && sparse_dim + dense_dim == int64_t(size.size()),
           "number of dimensions must be sparse_dim (", sparse_dim, ") + dense_dim (", dense_dim,
           "), but got ", size.size());
  resize_tensor(self, size);
  return self.zero_();
}
// As large as the largest index asks for.
Tensor sparse_inferred(const Tensor& indices, const Tensor& values, OptType type,
                       std::optional<Layout>, std::optional<Device>, std::optional<bool>) {
  TL_CHECK(indices.dim() == 2, "indices must be sparse_dim x nnz, but got: ", indices.sizes());
  DimVector size;
  for (int64_t d = 0; d < indices.size(0); ++d)
    size.push_back(
        indices.size(1)
            ? tealight::amax(tealight::select(indices, 0, d), DimVector{}).item().toLong() + 1
            : 0);
  for (int64_t d = 1; d < values.dim(); ++d) size.push_back(values.size(d));
  return from_indices(indices, values, size, type);
}

// The shape is a tensor of numbers.
Tensor reshape_from_impl(const Tensor& self, const Tensor& shape) {
  TL_CHECK(shape.dim() == 1, "shape must be a 1-D tensor");
  const Tensor sizes = tealight::contiguous(converted(shape, kLong));
  return tealight::reshape(self, IntArrayRef(sizes.as<int64_t>(), size_t(sizes.numel())));
}
Tensor two(std::initializer_list<int64_t> v) {
  Tensor t(Fact(kLong, {int64_t(v.size())}));
  std::copy(v.begin(), v.end(), t.as<int64_t>());
  return t;
}
std::vector<Sample> size_samples() {
  return {{{DimVector{2, 3}, kDouble, Value(), Value(), Value()}}};
}
std::vector<Sample> reshape_samples() { return {{{sample({2, 6}), two({3, -1})}}}; }

}  // namespace

TL_OP(is_coalesced){
    .schemas = {"aten::is_coalesced(Tensor self) -> bool"},
    .function = function<is_coalesced_impl>,
    .traits = Trait::nograd,
};
TL_OP(coalesce){
    .schemas = {"aten::coalesce(Tensor(a) self) -> Tensor(a)"},
    .function = function<coalesce_impl>,
    .traits = Trait::composite,
};
TL_OP(sparse_resize_and_clear_){
    .schemas =
        {"aten::sparse_resize_and_clear_(Tensor(a!) self, int[] size, int sparse_dim, int dense_dim) -> Tensor(a!)"},
    .function = function<resize_and_clear>,
    .traits = Trait::nograd,
};
TL_OP(dense_dim){
    .schemas = {"aten::dense_dim(Tensor self) -> int"},
    .function = function<dense_dim_impl>,
    .traits = Trait::nograd,
};
TL_OP(sparse_dim){
    .schemas = {"aten::sparse_dim(Tensor self) -> int"},
    .function = function<sparse_dim_impl>,
    .traits = Trait::nograd,
};
TL_OP(sparse_coo_tensor){
    .schemas =
        {"aten::sparse_coo_tensor.indices(Tensor indices, Tensor values, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor"},
    .function = function<sparse_inferred>,
    .traits = Trait::composite,
};
TL_OP(sparse_coo_tensor_empty){
    .schemas =
        {"aten::sparse_coo_tensor.size(int[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor"},
    .function = function<sparse_empty>,
    .traits = Trait::nograd | Trait::copied_out,
    .samples = TL_TEST(size_samples),
};
TL_OP(sparse_coo_tensor_sized){
    .schemas =
        {"aten::sparse_coo_tensor.indices_size(Tensor indices, Tensor values, int[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor"},
    .function = function<sparse_sized>,
    .traits = Trait::composite,
};
TL_OP(reshape_from_tensor){
    .schemas = {"aten::_reshape_from_tensor(Tensor self, Tensor shape) -> Tensor"},
    .function = function<reshape_from_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(reshape_samples),
};
}  // namespace tealight::ops
