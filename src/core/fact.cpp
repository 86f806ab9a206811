// Shapes and strides: what can be said of a tensor without its bytes.
#include <algorithm>
#include <numeric>

#include "tealight/tensor.h"

namespace tealight {
namespace {

// Dimensions from the innermost outwards.
constexpr int kOrder2d[] = {1, 3, 2, 0};
constexpr int kOrder3d[] = {1, 4, 3, 2, 0};

std::span<const int> channels_last_order(MemoryFormat format) {
  if (format == MemoryFormat::ChannelsLast) return kOrder2d;
  return kOrder3d;
}

bool packed_in_order(const Fact& f, std::span<const int> order) {
  if (f.sizes.size() != order.size()) return false;
  int64_t expected = 1;
  for (int d : order) {
    if (f.sizes[d] == 1) continue;
    if (f.strides[d] != expected) return false;
    expected *= f.sizes[d];
  }
  return true;
}

// Whether the strides grow in that order: looser than packed, as sliced tensors keep their format.
bool strides_grow_in_order(const Fact& f, std::span<const int> order) {
  if (f.sizes.size() != order.size() || f.strides[1] == 0) return false;
  int64_t least = 0;
  for (int d : order) {
    if (f.sizes[d] == 0 || f.strides[d] < least) return false;
    if (d == 0 && least == f.strides[1]) return false;  // N111 is ambiguous: taken as contiguous
    least = f.strides[d];
    if (f.sizes[d] > 1) least *= f.sizes[d];
  }
  return true;
}

[[noreturn]] void fail_overflow(IntArrayRef sizes) {
  fail(str("Storage size calculation overflowed with sizes=", sizes));
}

}  // namespace

int64_t numel_of(IntArrayRef sizes) {
  int64_t n = 1;
  bool empty = false;
  for (int64_t size : sizes) {
    TL_CHECK(size >= 0, "Trying to create tensor with negative dimension ", size, ": ", sizes);
    empty |= size == 0;
  }
  if (empty) return 0;
  for (int64_t size : sizes) {
    if (__builtin_mul_overflow(n, size, &n)) fail_overflow(sizes);
  }
  return n;
}

DimVector contiguous_strides(IntArrayRef sizes, MemoryFormat format) {
  DimVector strides(sizes.size());
  int64_t step = 1;
  if (format == MemoryFormat::Contiguous) {
    for (size_t d = sizes.size(); d-- > 0;) {
      strides[d] = step;
      if (d > 0 && __builtin_mul_overflow(step, std::max<int64_t>(sizes[d], 1), &step)) {
        // An empty tensor never reaches these places.
        TL_CHECK(numel_of(sizes) == 0, "internal: ", sizes);
        step = 1;
      }
    }
    return strides;
  }
  TL_CHECK(format != MemoryFormat::Preserve,
           "contiguous_strides: preserve_format is not the order of one tensor");
  const auto order = channels_last_order(format);
  TL_CHECK(sizes.size() == order.size(), "required rank ", order.size(), " tensor to use ",
           order.size() == 4 ? "channels_last" : "channels_last_3d", " format");
  for (int d : order) {
    strides[d] = step;
    if (d != 0 && __builtin_mul_overflow(step, sizes[d], &step)) fail_overflow(sizes);
  }
  return strides;
}

size_t storage_bytes(IntArrayRef sizes, IntArrayRef strides, size_t itemsize) {
  TL_CHECK(sizes.size() == strides.size(), "mismatch in length of strides and shape: ", strides,
           " and ", sizes);
  if (numel_of(sizes) == 0) return 0;
  int64_t last = 0, bytes = 0;
  for (size_t d = 0; d < sizes.size(); ++d) {
    int64_t reach = 0;
    TL_CHECK(strides[d] >= 0, "a tensor cannot have negative strides, got ", strides);
    if (__builtin_mul_overflow(sizes[d] - 1, strides[d], &reach) ||
        __builtin_add_overflow(last, reach, &last)) {
      fail_overflow(sizes);
    }
  }
  if (__builtin_add_overflow(last, 1, &last) ||
      __builtin_mul_overflow(last, int64_t(itemsize), &bytes)) {
    fail_overflow(sizes);
  }
  return size_t(bytes);
}

int64_t wrap_dim(int64_t dim, int64_t n_dims, bool wrap_scalar) {
  if (n_dims <= 0) {
    if (!wrap_scalar)
      throw IndexError(str("Dimension specified as ", dim, " but tensor has no dimensions"));
    n_dims = 1;
  }
  if (dim < -n_dims || dim >= n_dims) {
    throw IndexError(str("Dimension out of range (expected to be in range of [", -n_dims, ", ",
                         n_dims - 1, "], but got ", dim, ")"));
  }
  return dim < 0 ? dim + n_dims : dim;
}

DimVector broadcast_sizes(IntArrayRef a, IntArrayRef b) {
  const size_t n = std::max(a.size(), b.size());
  DimVector out(n);
  for (size_t i = n; i-- > 0;) {
    const int64_t x = i + a.size() >= n ? a[i + a.size() - n] : 1;
    const int64_t y = i + b.size() >= n ? b[i + b.size() - n] : 1;
    TL_CHECK(x == y || x == 1 || y == 1, "The size of tensor a (", x,
             ") must match the size of tensor b (", y, ") at non-singleton dimension ", i);
    out[i] = x == 1 ? y : x;
  }
  return out;
}

Fact::Fact(ScalarType t, IntArrayRef shape)
    : dtype(t), sizes(shape), strides(contiguous_strides(shape)) {}

int64_t Fact::numel() const {
  int64_t n = 1;
  for (int64_t size : sizes) n *= size;
  return n;
}

bool Fact::is_contiguous(MemoryFormat format) const {
  if (format == MemoryFormat::ChannelsLast || format == MemoryFormat::ChannelsLast3d) {
    return packed_in_order(*this, channels_last_order(format));
  }
  if (numel() == 0) return true;
  int64_t expected = 1;
  for (size_t d = sizes.size(); d-- > 0;) {
    if (sizes[d] == 1) continue;
    if (strides[d] != expected) return false;
    expected *= sizes[d];
  }
  return true;
}

bool Fact::is_non_overlapping_and_dense() const {
  if (is_contiguous()) return true;
  std::vector<size_t> order(sizes.size());
  std::iota(order.begin(), order.end(), size_t(0));
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    if (sizes[a] < 2 || sizes[b] < 2)
      return sizes[a] >= 2 && sizes[b] < 2;  // those that take no step go last
    return strides[a] < strides[b];
  });
  int64_t expected = 1;
  for (size_t d : order) {
    if (sizes[d] < 2) return true;
    if (strides[d] != expected) return false;
    expected *= sizes[d];
  }
  return true;
}

MemoryFormat Fact::suggest_memory_format() const {
  if (strides_grow_in_order(*this, kOrder2d)) return MemoryFormat::ChannelsLast;
  if (strides_grow_in_order(*this, kOrder3d)) return MemoryFormat::ChannelsLast3d;
  return MemoryFormat::Contiguous;
}

Fact Fact::with(ScalarType t) const { return Fact(t, sizes, strides); }

Fact Fact::with(IntArrayRef shape) const {
  Fact f(dtype, shape);
  f.quantizer = quantizer;
  return f;
}

}  // namespace tealight
