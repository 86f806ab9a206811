#include "ops/broadcast.h"

#include <numeric>

namespace tealight {

bool broadcastable_to(IntArrayRef from, IntArrayRef to) {
  if (from.size() > to.size()) return false;
  const size_t skip = to.size() - from.size();
  for (size_t d = 0; d < from.size(); ++d)
    if (from[d] != to[d + skip] && from[d] != 1) return false;
  return true;
}

DimVector byte_strides(const Fact& f, IntArrayRef to) {
  DimVector steps(to.size(), 0);
  const size_t skip = to.size() - f.sizes.size();
  for (size_t d = 0; d < f.sizes.size(); ++d)
    if (f.sizes[d] != 1 || to[d + skip] == 1)
      steps[d + skip] = f.strides[d] * int64_t(f.itemsize());
  return steps;
}

namespace {

// Kinds in PyTorch's order of precedence: bool < integer < float < complex.
int category(ScalarType t) { return is_complex(t) ? 3 : is_floating(t) ? 2 : t == kBool ? 0 : 1; }

ScalarType promoted(ScalarType a, ScalarType b) {
  return a == ScalarType::Undefined ? b : b == ScalarType::Undefined ? a : promote_types(a, b);
}

// A lower rank decides only when it is of a higher kind.
ScalarType combine(ScalarType higher, ScalarType lower) {
  if (higher == ScalarType::Undefined) return lower;
  if (lower == ScalarType::Undefined || is_quantized(higher) || is_quantized(lower)) return higher;
  if (is_floating(higher) && is_complex(lower)) return to_complex_dtype(higher);
  return category(lower) > category(higher) ? promote_types(higher, lower) : higher;
}

// A wrapped number counts with the default dtype of its kind.
ScalarType default_of(ScalarType t) {
  return is_complex(t)    ? get_default_complex_dtype()
         : is_floating(t) ? get_default_dtype_as_scalartype()
                          : t;
}

}  // namespace

ScalarType result_type(std::span<const Fact* const> facts) {
  ScalarType dims = ScalarType::Undefined, zero_d = dims, numbers = dims;
  for (const Fact* f : facts) {
    if (!f) continue;
    if (f->wrapped_number)
      numbers = promoted(numbers, default_of(f->dtype));
    else if (f->dim() == 0)
      zero_d = promoted(zero_d, f->dtype);
    else
      dims = promoted(dims, f->dtype);
  }
  return combine(combine(dims, zero_d), numbers);
}

namespace {

// Positive: dimension a belongs outside b for the inputs (larger strides), as
// TensorIterator::reorder_dimensions.
int should_swap(std::span<const DimVector> strides, IntArrayRef sizes, size_t a, size_t b) {
  for (const DimVector& s : strides) {
    const int64_t x = s[a], y = s[b];
    if (x == 0 || y == 0) continue;
    if (x != y) return x < y ? -1 : 1;
    if (sizes[a] > sizes[b]) return 1;
  }
  return 0;
}

}  // namespace

Fact broadcast_fact(std::span<const Fact* const> facts, ScalarType dtype) {
  DimVector sizes;
  bool first = true, same = true;
  const Fact* like = nullptr;
  for (const Fact* f : facts) {
    if (!f) continue;
    if (!first && !(f->sizes == sizes)) same = false;
    sizes = first ? f->sizes : broadcast_sizes(sizes, f->sizes);
    first = false;
    if (!like) like = f;
  }
  if (same && like) {  // the usual case: all contiguous, or all laid out alike and dense
    bool contiguous = true, alike = like->is_non_overlapping_and_dense();
    for (const Fact* f : facts) {
      if (!f) continue;
      contiguous = contiguous && f->is_contiguous();
      alike = alike && f->strides == like->strides;
    }
    if (contiguous) return Fact(dtype, sizes);
    if (alike) return Fact(dtype, sizes, like->strides);
  }
  // perm lists the dimensions from the innermost to the outermost
  std::vector<DimVector> strides;
  for (const Fact* f : facts)
    if (f) strides.push_back(byte_strides(*f, sizes));
  const size_t n = sizes.size();
  std::vector<size_t> perm(n);
  for (size_t i = 0; i < n; ++i) perm[i] = n - 1 - i;
  for (size_t i = 1; i < n; ++i) {
    size_t dim1 = i;
    for (size_t dim0 = i; dim0-- > 0;) {
      const int c = should_swap(strides, sizes, perm[dim0], perm[dim1]);
      if (c > 0)
        std::swap(perm[dim0], perm[dim1]), dim1 = dim0;
      else if (c < 0)
        break;
    }
  }
  Fact out(dtype, sizes);
  int64_t step = 1;
  for (size_t d : perm) out.strides[d] = step, step *= std::max<int64_t>(sizes[d], 1);
  return out;
}

}  // namespace tealight
