// x.index({...}) and x.index_put_({...}): ints, slices, None and ellipsis become views; what
// tensors are left go to aten::index. The order of these steps is PyTorch's
// (ATen/TensorIndexing.h), so that shapes agree.
#include "tealight/indexing.h"

#include "tealight/ops.h"

namespace tealight {
namespace indexing {

TensorIndex::TensorIndex(const char* text) : kind_(Kind::ellipsis) {
  TL_CHECK(std::string_view(text) == "...",
           "Expected \"...\" to represent an ellipsis index, but got \"", text, "\"");
}

std::ostream& operator<<(std::ostream& out, const Slice& s) {
  return out << s.start() << ':' << s.stop() << ':' << s.step();
}

std::ostream& operator<<(std::ostream& out, const TensorIndex& i) {
  switch (i.kind()) {
    case TensorIndex::Kind::none:
      return out << "None";
    case TensorIndex::Kind::ellipsis:
      return out << "...";
    case TensorIndex::Kind::integer:
      return out << i.integer();
    case TensorIndex::Kind::boolean:
      return out << (i.boolean() ? "true" : "false");
    case TensorIndex::Kind::slice:
      return out << i.slice();
    case TensorIndex::Kind::tensor:
      return out << i.tensor();
  }
  return out;
}

std::ostream& operator<<(std::ostream& out, const std::vector<TensorIndex>& indexes) {
  out << '(';
  for (size_t i = 0; i < indexes.size(); ++i) out << (i ? ", " : "") << indexes[i];
  return out << ')';
}

}  // namespace indexing

namespace {

using indexing::TensorIndex;

bool is_mask(const Tensor& t) { return t.scalar_type() == kBool || t.scalar_type() == kByte; }

// How many dimensions of x the indexes speak of, not counting what "..." covers.
int64_t dims_used(ArrayRef<TensorIndex> indexes) {
  int64_t n = 0;
  for (const TensorIndex& i : indexes) {
    if (i.is_integer() || i.is_slice())
      ++n;
    else if (i.is_tensor())
      n += is_mask(i.tensor()) ? i.tensor().dim() : 1;
  }
  return n;
}

// The view that is left, and the tensors to index it with (absent where a dimension is kept whole).
struct Indexing {
  Tensor view;
  std::vector<std::optional<Tensor>> tensors;
  int64_t dim = 0;       // of `view`, next to be indexed
  int64_t real_dim = 0;  // the same of the tensor that is indexed

  void record(const Tensor& t) {
    tensors.resize(size_t(dim));
    tensors.emplace_back(t);
    ++dim;
  }
  // True keeps the new dimension of size 1, False empties it.
  void apply_bool(bool keep) {
    view = view.unsqueeze(dim);
    record(keep ? zeros({1}, kLong) : empty({0}, kLong));
  }
  void apply_tensor(const Tensor& t) {
    if (t.dim() > 0 || !is_integral(t.scalar_type())) {
      real_dim += is_mask(t) ? t.dim() : 1;
      return record(t);
    }
    if (t.scalar_type() == kBool) return apply_bool(t.item().toBool());
    if (t.scalar_type() == kByte) return apply_bool(t.item().toLong() != 0);
    apply_integer(t.item().toLong());
  }
  void apply_integer(int64_t i) {
    const int64_t size = view.size(dim);
    if (i < -size || i >= size)
      throw IndexError(
          str("index ", i, " is out of bounds for dimension ", real_dim, " with size ", size));
    view = view.select(dim, i);
    ++real_dim;
  }
  void apply(const TensorIndex& i, int64_t ellipsis_covers) {
    switch (i.kind()) {
      case TensorIndex::Kind::none:
        view = view.unsqueeze(dim++);
        return;
      case TensorIndex::Kind::ellipsis:
        dim += ellipsis_covers;
        real_dim += ellipsis_covers;
        return;
      case TensorIndex::Kind::integer:
        return apply_integer(i.integer());
      case TensorIndex::Kind::boolean:
        return apply_bool(i.boolean());
      case TensorIndex::Kind::slice:
        TL_CHECK(i.slice().step() > 0, "step must be greater than zero");
        view = view.slice(dim++, i.slice().start(), i.slice().stop(), i.slice().step());
        ++real_dim;
        return;
      case TensorIndex::Kind::tensor:
        return apply_tensor(i.tensor());
    }
  }
};

Indexing resolve(const Tensor& self, ArrayRef<TensorIndex> indexes) {
  const int64_t used = dims_used(indexes);
  if (self.dim() == 0 && indexes[0].is_integer())
    throw IndexError(
        "invalid index of a 0-dim tensor. Use `tensor.item()` to convert a 0-dim tensor to a number");
  if (used > self.dim())
    throw IndexError(str("too many indices for tensor of dimension ", self.dim()));
  Indexing r{self, {}, 0};
  for (const TensorIndex& i : indexes) r.apply(i, self.dim() - used);
  return r;
}

// A value may have more leading dimensions than the place it goes to, if they are of size 1.
Tensor without_leading_ones(const Tensor& value, int64_t n_dims) {
  int64_t skip = 0;
  while (value.dim() - skip > n_dims && value.size(skip) == 1) ++skip;
  return skip ? value.view(value.sizes().slice(size_t(skip))) : value;
}

}  // namespace

Tensor Tensor::index(ArrayRef<TensorIndex> indexes) const {
  TL_CHECK(!indexes.empty(), "Passing an empty index list to Tensor::index() is not valid syntax");
  Indexing r = resolve(*this, indexes);
  if (!r.tensors.empty()) return r.view.index(r.tensors);
  return r.view.is_same(*this) ? alias() : r.view;
}

Tensor& Tensor::index_put_(ArrayRef<TensorIndex> indexes, const Tensor& values) const {
  TL_CHECK(!indexes.empty(),
           "Passing an empty index list to Tensor::index_put_() is not valid syntax");
  Indexing r = resolve(*this, indexes);
  if (r.tensors.empty())
    r.view.copy_(without_leading_ones(values, r.view.dim()));
  else
    r.view.index_put_(r.tensors, without_leading_ones(values, 0));
  return const_cast<Tensor&>(*this);
}

Tensor& Tensor::index_put_(ArrayRef<TensorIndex> indexes, const Scalar& value) const {
  TL_CHECK(!indexes.empty(),
           "Passing an empty index list to Tensor::index_put_() is not valid syntax");
  Indexing r = resolve(*this, indexes);
  if (r.tensors.empty())
    r.view.fill_(value);
  else
    r.view.index_put_(r.tensors, scalar_tensor(value, scalar_type()));
  return const_cast<Tensor&>(*this);
}

Tensor Tensor::index(std::initializer_list<TensorIndex> indexes) const {
  return index(ArrayRef<TensorIndex>(indexes));
}
Tensor& Tensor::index_put_(std::initializer_list<TensorIndex> indexes, const Tensor& values) const {
  return index_put_(ArrayRef<TensorIndex>(indexes), values);
}
Tensor& Tensor::index_put_(std::initializer_list<TensorIndex> indexes, const Scalar& value) const {
  return index_put_(ArrayRef<TensorIndex>(indexes), value);
}

}  // namespace tealight
