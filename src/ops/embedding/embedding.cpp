// Rows of a table chosen by indexes: embedding and one_hot.
#include <algorithm>
#include <cstring>

#include "core/base.h"
#include "kernels/pointwise/convert.h"
#include "ops/copy.h"
#include "ops/samples.h"
#include "tealight/ops.h"

namespace tealight::ops {
namespace {

constexpr const char* kOutOfRange = "index %lld is out of range of a table of %lld rows";

int64_t index_at(const void* index, ScalarType t, int64_t i) {
  return t == kLong ? static_cast<const int64_t*>(index)[i] : static_cast<const int32_t*>(index)[i];
}
void check_indices(const char* op, const Fact& indices) {
  TL_CHECK(
      indices.dtype == kLong || indices.dtype == kInt, op,
      ": Expected tensor for argument #1 'indices' to have one of the following scalar types: Long, Int; but got ",
      indices.dtype, " instead");
}

Fact infer_embedding(const Fact& weight, const Fact& indices, int64_t, bool, bool) {
  TL_CHECK(weight.dim() == 2, "'weight' must be 2-D");
  check_indices("embedding", indices);
  DimVector sizes(indices.sizes);
  sizes.push_back(weight.sizes[1]);
  Fact out(weight.dtype, sizes);
  out.quantizer = weight.quantizer;
  return out;
}
Offer prepare_embedding(const Call& c) {
  const int64_t rows = c.in(0).sizes[0], n = c.in(1).numel();
  const size_t bytes = size_t(c.in(0).sizes[1]) * c.in(0).itemsize();
  return Kernel([=, t = c.in(1).dtype](const Pointers& p) -> Status {
    for (int64_t i = 0; i < n; ++i) {
      const int64_t k = index_at(p.in<void>(1), t, i);
      if (k < 0 || k >= rows) return {kOutOfRange, k, rows};
      if (bytes)
        std::memcpy(p.out<char>() + size_t(i) * bytes, p.in<char>(0) + size_t(k) * bytes, bytes);
    }
    return {};
  });
}
constexpr Impl embedding_kernels[] = {{"rows", prepare_embedding}};
Grads embedding_grads(const GradCall& c) {
  return {tealight::embedding_dense_backward(c.grad(), c.in(1), c.in(0).size(0), c.arg<int64_t>(2),
                                             c.arg<bool>(3)),
          Tensor()};
}

// ---- its gradient: rows are added where they came from

Fact infer_dense_backward(const Fact& grad, const Fact& indices, int64_t rows, int64_t, bool) {
  check_indices("embedding_dense_backward", indices);
  TL_CHECK(rows >= 0, "embedding_dense_backward: a table of ", rows, " rows");
  const int64_t columns = grad.dim() ? grad.sizes.back() : 1;
  TL_CHECK(grad.numel() == indices.numel() * columns,
           "embedding_dense_backward: a gradient of shape ", grad.sizes,
           " does not fit indices of shape ", indices.sizes);
  return Fact(grad.dtype, {rows, columns});
}
// Sums in T, the compute type of the gradient's dtype.
template <class T>
Kernel dense_backward(const Call& c) {
  const int64_t rows = c.out().sizes[0], columns = c.out().sizes[1], n = c.in(1).numel(),
                padding = c.arg<int64_t>(3);
  const bool by_count = c.arg<bool>(4);
  const ScalarType dtype = c.out().dtype;
  const Compute compute = compute_of(dtype);
  const bool direct = same_memory(compute, dtype);
  const int64_t item = int64_t(c.out().itemsize());
  const size_t sums_at = size_t(round_up(rows * int64_t(sizeof(int64_t)), 64)),
               row_at = sums_at +
                        (direct ? 0 : size_t(round_up(rows * columns * int64_t(sizeof(T)), 64)));
  return Kernel(
      [=, t = c.in(1).dtype](const Pointers& p) -> Status {
        T *out = direct ? p.out<T>() : p.scratch<T>(sums_at), *row = p.scratch<T>(row_at);
        std::fill_n(out, rows * columns, T(0));
        int64_t* counts = p.scratch<int64_t>();
        std::fill_n(counts, rows, 0);
        for (int64_t i = 0; i < n; ++i) {
          const int64_t k = index_at(p.in<void>(1), t, i);
          if (k == padding) continue;
          if (k < 0 || k >= rows) return {kOutOfRange, k, rows};
          ++counts[k];
        }
        for (int64_t i = 0; i < n; ++i) {
          const int64_t k = index_at(p.in<void>(1), t, i);
          if (k == padding) continue;
          const T scale = by_count && dtype != kBool ? T(1) / T(counts[k]) : T(1);
          load_block(compute, row, dtype, p.in<char>(0) + i * columns * item, item, columns);
          for (int64_t j = 0; j < columns; ++j) out[k * columns + j] += row[j] * scale;
        }
        if (!direct) store_block(compute, out, dtype, p.out<char>(), item, rows * columns);
        return {};
      },
      row_at + size_t(columns) * sizeof(T));
}
Offer prepare_dense_backward(const Call& c) {
  switch (compute_of(c.out().dtype)) {
    case Compute::f32:
      return dense_backward<float>(c);
    case Compute::f64:
      return dense_backward<double>(c);
    case Compute::i64:
      return dense_backward<int64_t>(c);
    default:
      return dense_backward<std::complex<double>>(c);
  }
}
constexpr Impl dense_backward_kernels[] = {{"add rows", prepare_dense_backward}};
Grads dense_backward_grads(const GradCall& c) {
  Tensor g = tealight::embedding(c.grad(), c.in(1));
  if (const int64_t padding = c.arg<int64_t>(3); padding >= 0)
    g = tealight::masked_fill(g, tealight::unsqueeze(tealight::eq(c.in(1), padding), -1), 0);
  return {g, Tensor()};
}

// ---- one_hot

Tensor one_hot_impl(const Tensor& self, int64_t classes) {
  TL_CHECK(self.scalar_type() == kLong, "one_hot is only applicable to index tensor.");
  const Tensor index = contiguous(self);
  const int64_t* k = index.as<int64_t>();
  const int64_t n = self.numel();
  TL_CHECK(n > 0 || classes > 0, classes == 0 || n > 0
                                     ? "num_classes should be positive"
                                     : "Can not infer total number of classes from empty tensor.");
  if (n) {
    const auto [low, high] = std::minmax_element(k, k + n);
    TL_CHECK(*low >= 0, "Class values must be non-negative.");
    if (classes == -1)
      classes = *high + 1;
    else
      TL_CHECK(*high < classes, "Class values must be smaller than num_classes.");
  }
  DimVector sizes(self.sizes());
  sizes.push_back(classes);
  Tensor r = tealight::zeros(sizes, TensorOptions(kLong));
  for (int64_t i = 0; i < n; ++i) r.as<int64_t>()[i * classes + k[i]] = 1;
  return r;
}

Tensor longs(std::initializer_list<int64_t> v, IntArrayRef sizes) {
  Tensor t(Fact(kLong, sizes));
  std::copy(v.begin(), v.end(), t.as<int64_t>());
  return t;
}
std::vector<Sample> embedding_samples() {
  return {{{sample({5, 3}), longs({4, 0, 2, 2}, {2, 2}), -1, false, false}},
          {{sample({5, 3}), longs({1}, {}), 1, false, false}}};
}
std::vector<Sample> dense_samples() {
  return {{{sample({4, 3}), longs({4, 0, 2, 2}, {4}), 5, -1, false}},
          {{sample({4, 3}), longs({4, 0, 2, 2}, {4}), 5, 4, true}}};
}
std::vector<Sample> one_hot_samples() {
  return {{{longs({2, 0, 1, 2}, {2, 2}), -1}}, {{longs({0, 1}, {2}), 4}}};
}

}  // namespace

TL_OP(embedding){
    .schemas =
        {"aten::embedding(Tensor weight, Tensor indices, int padding_idx=-1, bool scale_grad_by_freq=False, bool sparse=False) -> Tensor"},
    .infer = infer<infer_embedding>,
    .kernels = embedding_kernels,
    .backward = TL_TRAIN(embedding_grads),
    .reads = {args(1), 0},
    .traits = Trait::copied_out,
    .samples = TL_TEST(embedding_samples),
};
TL_OP(embedding_dense_backward){
    .schemas =
        {"aten::embedding_dense_backward(Tensor grad_output, Tensor indices, SymInt num_weights, int padding_idx, bool scale_grad_by_freq) -> Tensor"},
    .infer = infer<infer_dense_backward>,
    .kernels = dense_backward_kernels,
    .backward = TL_TRAIN(dense_backward_grads),
    .reads = {args(1), 0},
    .traits = Trait::copied_out,
    .samples = TL_TEST(dense_samples),
};
TL_OP(one_hot){
    .schemas = {"aten::one_hot(Tensor self, int num_classes=-1) -> Tensor"},
    .function = function<one_hot_impl>,
    .traits = Trait::dynamic | Trait::nograd,
    .samples = TL_TEST(one_hot_samples),
};
}  // namespace tealight::ops
