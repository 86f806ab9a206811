#include "ops/reduce/reduce.h"

#include "ops/copy.h"
#include "tealight/ops.h"

namespace tealight {

Axes::Axes(const Fact& self, const OptionalDims& dims) : sizes_(self.sizes) {
  TL_CHECK(self.dim() <= 64, "only tensors with up to 64 dims are supported");
  if (!dims || dims->empty()) {
    mask_ = ~uint64_t(0);
    return;
  }
  for (int64_t dim : *dims) {
    const uint64_t bit = uint64_t(1) << wrap_dim(dim, self.dim());
    TL_CHECK(!(mask_ & bit), "dim ", wrap_dim(dim, self.dim()),
             " appears multiple times in the list of dims");
    mask_ |= bit;
  }
}

DimVector Axes::result_sizes(bool keepdim) const {
  DimVector r;
  for (size_t d = 0; d < sizes_.size(); ++d) {
    if (!reduces(d))
      r.push_back(sizes_[d]);
    else if (keepdim)
      r.push_back(1);
  }
  return r;
}

int64_t Axes::count() const {
  int64_t n = 1;
  for (size_t d = 0; d < sizes_.size(); ++d)
    if (reduces(d)) n *= sizes_[d];
  return n;
}
int64_t Axes::outputs() const {
  int64_t n = 1;
  for (size_t d = 0; d < sizes_.size(); ++d)
    if (!reduces(d)) n *= sizes_[d];
  return n;
}

Axes Axes::permuted(IntArrayRef order) const {
  Axes r;
  for (int64_t d : order) {
    r.mask_ |= uint64_t(reduces(size_t(d))) << r.sizes_.size();
    r.sizes_.push_back(sizes_[size_t(d)]);
  }
  return r;
}

std::optional<Axes> nhwc_axes(const Call& c, const OptionalDims& dims) {
  const Fact& x = c.in(0);
  if (x.dim() != 4) return {};
  const Axes axes(x, dims);
  const auto kept = [&](size_t d) { return !axes.reduces(d) && x.sizes[d] > 1; };
  if (c.out().dim() < 4 && kept(1) && (kept(2) || kept(3))) return {};
  return axes.permuted({0, 2, 3, 1});
}

bool Axes::as_middle(int64_t& outer, int64_t& n, int64_t& inner) const {
  outer = n = inner = 1;
  bool inside = false, past = false;
  for (size_t d = 0; d < sizes_.size(); ++d) {
    if (sizes_[d] == 1) continue;
    if (reduces(d)) {
      if (past) return false;
      inside = true;
      n *= sizes_[d];
    } else {
      past = past || inside;
      (past ? inner : outer) *= sizes_[d];
    }
  }
  return true;
}

ReduceWalk::ReduceWalk(const Axes& axes) : count(axes.count()), outputs(axes.outputs()) {
  const DimVector& all = axes.sizes();
  const DimVector steps = contiguous_strides(all);
  int last = -1;  // of which kind the dimension before was
  for (size_t d = 0; d < all.size(); ++d) {
    if (all[d] == 1) continue;
    const int kind = axes.reduces(d);
    DimVector &n = kind ? sizes : kept_sizes, &s = kind ? strides : kept_strides;
    if (kind == last)
      n.back() *= all[d], s.back() = steps[d];
    else
      n.push_back(all[d]), s.push_back(steps[d]);
    last = kind;
  }
  if (sizes.empty()) sizes.push_back(1), strides.push_back(0);
}

int64_t ReduceWalk::offset(int64_t index, const DimVector& sizes, const DimVector& strides) {
  int64_t at = 0;
  for (size_t d = sizes.size(); d-- > 0;) {
    at += index % sizes[d] * strides[d];
    index /= sizes[d];
  }
  return at;
}

Tensor unsqueezed(const Tensor& t, const Axes& axes, bool keepdim) {
  if (keepdim || axes.sizes().empty()) return t;
  Tensor r = t;
  for (size_t d = 0; d < axes.sizes().size(); ++d)
    if (axes.reduces(d)) r = r.unsqueeze(int64_t(d));
  return r;
}
Tensor spread(const Tensor& t, const Axes& axes, bool keepdim) {
  return unsqueezed(t, axes, keepdim).expand(axes.sizes());
}

Tensor write_out(const Tensor& out, const Tensor& result) {
  resize_output(out, result.fact());
  copy_into(out, result);
  return out;
}

}  // namespace tealight
