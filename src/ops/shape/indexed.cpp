#include "ops/shape/indexed.h"

#include "ops/copy.h"
#include "tealight/context.h"
#include "tealight/ops.h"

namespace tealight {

Indexed::Indexed(const Tensor& self, const std::vector<std::optional<Tensor>>& indices)
    : self_(self) {
  if (int64_t(indices.size()) > self.dim())
    throw IndexError(str("too many indices for tensor of dimension ", self.dim(), " (got ",
                         indices.size(), ")"));
  expand_masks(indices);
  bool gap = false, ended = false, first = true;
  size_t rest_before = 0;
  for (size_t d = 0; d < indices_.size(); ++d) {
    if (indices_[d]) {
      try {
        index_sizes_ = first ? DimVector(indices_[d]->sizes())
                             : broadcast_sizes(index_sizes_, indices_[d]->sizes());
      } catch (const Error&) {
        throw IndexError(str("shape mismatch: indexing tensors could not be broadcast together: ",
                             index_sizes_, " and ", indices_[d]->sizes()));
      }
      if (first) index_at_ = rest_before;
      first = false;
      gap = gap || ended;
    } else {
      ended = ended || !first;
      ++rest_before;
      rest_sizes_.push_back(self_.sizes()[d]);
      rest_strides_.push_back(self_.strides()[d]);
    }
  }
  if (gap) index_at_ = 0;
  result_sizes_ = rest_sizes_;
  for (size_t i = 0; i < index_sizes_.size(); ++i)
    result_sizes_.insert(index_at_ + i, index_sizes_[i]);
  find_offsets();
}

void Indexed::expand_masks(const std::vector<std::optional<Tensor>>& indices) {
  for (const auto& index : indices) {
    if (!index) {
      indices_.emplace_back();
      continue;
    }
    const ScalarType t = index->scalar_type();
    if (t == kLong || t == kInt) {
      indices_.emplace_back(t == kLong ? *index : converted(*index, kLong));
    } else if (t == kBool || t == kByte) {
      if (t == kByte)
        warn(
            "indexing with dtype torch.uint8 is now deprecated, please use a dtype torch.bool "
            "instead.");
      for (int64_t d = 0; d < index->dim(); ++d) {
        const size_t at = indices_.size() + size_t(d);
        if (at >= self_.sizes().size() || index->sizes()[size_t(d)] != self_.sizes()[at])
          throw IndexError(str("The shape of the mask ", index->sizes(), " at index ", d,
                               " does not match the shape of the indexed tensor ", self_.sizes(),
                               " at index ", at));
      }
      const Tensor places = nonzero(*index);
      if (index->dim() == 0) {  // a 0-d mask adds a dimension of size one to choose from
        self_ = unsqueeze(self_, int64_t(indices_.size()));
        indices_.emplace_back(zeros({places.size(0)}, kLong));
      }
      for (int64_t d = 0; d < index->dim(); ++d) indices_.emplace_back(select(places, 1, d));
    } else {
      throw IndexError("tensors used as indices must be long, int, byte or bool tensors");
    }
  }
  if (int64_t(indices_.size()) > self_.dim())
    throw IndexError(str("too many indices for tensor of dimension ", self_.dim(), " (got ",
                         indices_.size(), ")"));
  indices_.resize(size_t(self_.dim()));
}

void Indexed::find_offsets() {
  const int64_t n = numel_of(index_sizes_);
  offsets_.assign(size_t(n), 0);
  if (n == 0) return;
  for (size_t d = 0; d < indices_.size(); ++d)
    if (indices_[d] && self_.sizes()[d] == 0)
      throw IndexError("index is out of bounds for dimension with size 0");
  for (size_t d = 0; d < indices_.size(); ++d) {
    if (!indices_[d]) continue;
    const int64_t size = self_.sizes()[d], stride = self_.strides()[d];
    const Tensor index = contiguous(indices_[d]->expand(index_sizes_));
    const int64_t* i = index.as<int64_t>();
    for (int64_t k = 0; k < n; ++k) {
      if (i[k] < -size || i[k] >= size)
        throw IndexError(
            str("index ", i[k], " is out of bounds for dimension ", d, " with size ", size));
      offsets_[size_t(k)] += (i[k] < 0 ? i[k] + size : i[k]) * stride;
    }
  }
}

namespace {

// Offsets of all elements of a shape under two sets of strides, in order.
template <class Body>
void walk(const DimVector& sizes, IntArrayRef a, IntArrayRef b, Body body) {
  const int64_t n = numel_of(sizes);
  DimVector at(sizes.size(), 0);
  int64_t x = 0, y = 0;
  for (int64_t k = 0; k < n; ++k) {
    body(x, y);
    for (size_t d = sizes.size(); d-- > 0;) {
      x += a[d], y += b[d];
      if (++at[d] < sizes[d]) break;
      x -= a[d] * sizes[d], y -= b[d] * sizes[d];
      at[d] = 0;
    }
  }
}

}  // namespace

void Indexed::for_each(IntArrayRef strides, FunctionRef<void(int64_t, int64_t)> body) const {
  DimVector index_strides, rest_strides;
  for (size_t d = 0; d < strides.size(); ++d)
    (d >= index_at_ && d < index_at_ + index_sizes_.size() ? index_strides : rest_strides)
        .push_back(strides[d]);
  size_t k = 0;
  walk(index_sizes_, index_strides, index_strides, [&](int64_t to, int64_t) {
    const int64_t from = offsets_[k++];
    walk(rest_sizes_, rest_strides_, rest_strides,
         [&](int64_t x, int64_t y) { body(from + x, to + y); });
  });
}

}  // namespace tealight
