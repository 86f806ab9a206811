// Places along one dimension named by a tensor of indexes: what gather, scatter and index_add
// share.
#pragma once
#include "ops/op.h"

namespace tealight {

inline constexpr const char* kOutOfRange =
    "index %lld is out of bounds for dimension %lld with size %lld";

inline void check_index_dtype(const char* op, const Fact& index) {
  TL_CHECK(index.dtype == kLong || index.dtype == kInt, op,
           ": expected dtype int64 for index, but got ", index.dtype);
}
inline int64_t index_at(const void* index, ScalarType t, int64_t i) {
  return t == kLong ? static_cast<const int64_t*>(index)[i] : static_cast<const int32_t*>(index)[i];
}

inline void check_gather_shapes(const char* op, const Fact& self, const Fact& index, int64_t d,
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

enum class Reduce { replace, sum, prod, amax, amin };
/// Writes `src` (one element for all when it is 0-d) into `self` at the places that `index` names
/// along `dim`, or combines them.
void scatter_into(const Tensor& self, int64_t dim, const Tensor& index, const Tensor& src, Reduce);

}  // namespace tealight
