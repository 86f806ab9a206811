#include "ops/copy.h"

#include <cmath>
#include <cstring>

#include "core/tensor_watcher.h"
#include "kernels/pointwise/convert.h"
#include "kernels/pointwise/strided.h"
#include "kernels/pointwise/transpose.h"
#include "ops/broadcast.h"
#include "ops/copy_elements.h"
#include "ops/quantize.h"

namespace tealight {
namespace {

constexpr int64_t kBlock = 512;

template <size_t Size>
void copy_row(char* const* p, int64_t dst_stride, int64_t src_stride, int64_t n) {
  char* dst = p[0];
  const char* src = p[1];
  for (int64_t i = 0; i < n; ++i, dst += dst_stride, src += src_stride) std::memcpy(dst, src, Size);
}

// A copy of 4-byte elements whose innermost dimension in the target is not that in the source.
struct Transposed {
  size_t inner;  // of the source
  int64_t rows, columns, from_stride, to_stride;

  static std::optional<Transposed> of(const StridedShape& s, size_t size) {
    const size_t last = s.sizes.size() - 1;
    if (size != 4 || s.sizes.size() < 2 || s.strides[0][last] != 4) return {};
    for (size_t d = 0; d < last; ++d)
      if (s.strides[1][d] == 4 && s.sizes[d] > 1 && s.strides[1][last] % 4 == 0 &&
          s.strides[0][d] % 4 == 0)
        return Transposed{d, s.sizes[last], s.sizes[d], s.strides[1][last] / 4,
                          s.strides[0][d] / 4};
    return {};
  }
};

// Blocks of both, on several threads, for each place of the other dimensions.
void copy_transposed(const StridedShape& s, std::span<char* const> bases, const Transposed& t) {
  const int64_t rows = std::min<int64_t>(t.rows, 1024),
                columns = std::clamp<int64_t>(round_up(8192 / rows, 64), 64, 4096);
  const int64_t row_blocks = ceil_div(t.rows, rows), column_blocks = ceil_div(t.columns, columns),
                others = s.numel() / (t.rows * t.columns);
  const double bytes = double(8 * rows * std::min(columns, t.columns));
  parallel_for(0, others * row_blocks * column_blocks, grain_of({.bytes = bytes}),
               [&](int64_t i, int64_t end) {
                 for (; i < end; ++i) {
                   const int64_t column = i % column_blocks * columns,
                                 row = i / column_blocks % row_blocks * rows;
                   char* to = bases[0] + (column * t.to_stride + row) * 4;
                   char* from = bases[1] + (row * t.from_stride + column) * 4;
                   int64_t place = i / column_blocks / row_blocks;
                   for (size_t d = s.sizes.size() - 1; d-- > 0;) {
                     if (d == t.inner) continue;
                     to += place % s.sizes[d] * s.strides[0][d];
                     from += place % s.sizes[d] * s.strides[1][d];
                     place /= s.sizes[d];
                   }
                   kernels::transpose_u32(std::min(rows, t.rows - row),
                                          std::min(columns, t.columns - column),
                                          reinterpret_cast<const uint32_t*>(from), t.from_stride,
                                          reinterpret_cast<uint32_t*>(to), t.to_stride);
                 }
               });
}

void copy_same_dtype(const StridedShape& s, std::span<char* const> bases, size_t size) {
  if (const auto transposed = Transposed::of(s, size))
    return copy_transposed(s, bases, *transposed);
  const int64_t to = s.inner_stride(0), from = s.inner_stride(1);
  for_each_row(s, bases, [&](char* const* p, int64_t n) {
    if (to == int64_t(size) && from == int64_t(size)) {
      if (p[0] != p[1]) std::memmove(p[0], p[1], size_t(n) * size);
      return;
    }
    switch (size) {
      case 1:
        return copy_row<1>(p, to, from, n);
      case 2:
        return copy_row<2>(p, to, from, n);
      case 4:
        return copy_row<4>(p, to, from, n);
      case 8:
        return copy_row<8>(p, to, from, n);
      default:
        return copy_row<16>(p, to, from, n);
    }
  });
}

void copy_converting(const StridedShape& s, std::span<char* const> bases, ScalarType to,
                     ScalarType from) {
  const Compute c = compute_of(from);
  for_each_row(
      s, bases,
      [&](char* const* p, int64_t n) {
        alignas(64) char block[kBlock * 16];
        for (int64_t i = 0; i < n; i += kBlock) {
          const int64_t m = std::min(kBlock, n - i);
          load_block(c, block, from, p[1] + i * s.inner_stride(1), s.inner_stride(1), m);
          store_block(c, block, to, p[0] + i * s.inner_stride(0), s.inner_stride(0), m);
        }
      },
      4);
}

struct Copying {
  StridedShape shape;
  ScalarType to, from;
  Copying(const Fact& dst, const Fact& src) : to(dst.dtype), from(src.dtype) {
    shape.operands = 2;
    shape.sizes = dst.sizes;
    shape.strides[0] = byte_strides(dst, shape.sizes);
    shape.strides[1] = byte_strides(src, shape.sizes);
    shape.simplify();
  }
  void run(void* dst, const void* src) const {
    char* const bases[] = {static_cast<char*>(dst), static_cast<char*>(const_cast<void*>(src))};
    if (to == from)
      copy_same_dtype(shape, bases, element_size(to));
    else
      copy_converting(shape, bases, to, from);
  }
};

void copy_elementwise(const Tensor& dst, const Tensor& src) {
  Copying(dst.fact(), src.fact()).run(dst.data_ptr(), src.data_ptr());
}

bool may_overlap(const Tensor& dst, const Tensor& src) {
  return dst.is_alias_of(src) && !(dst.storage_offset() == src.storage_offset() &&
                                   dst.fact().strides == src.fact().strides);
}

}  // namespace

void copy_elements(const StridedShape& s, void* to, const void* from, size_t size) {
  char* const bases[] = {static_cast<char*>(to), const_cast<char*>(static_cast<const char*>(from))};
  copy_same_dtype(s, bases, size);
}

void copy_into(const Tensor& dst, const Tensor& src) {
  TL_CHECK(broadcastable_to(src.sizes(), dst.sizes()), "copy_: the shape ", src.sizes(),
           " of the source cannot be broadcast to ", dst.sizes());
  if (dst.is_same(src)) return;
  if (!dst.has_elements() || !src.has_elements())
    if (TensorWatcher* w = tensor_watcher()) return w->copy(dst, src);
  if (src.is_quantized() && src.scalar_type() == dst.scalar_type())
    dst.unsafeGetTensorImpl()->fact.quantizer = src.quantizer();
  if (dst.numel() == 0) return;
  if (src.is_quantized() != dst.is_quantized() && src.is_quantized())
    return copy_into(dst, dequantized(src));
  if (dst.is_quantized() && !src.is_quantized())
    return copy_into(dst, quantized_like(src, dst.fact()));
  if (may_overlap(dst, src)) {
    const Tensor apart(Fact(src.scalar_type(), src.sizes()));
    copy_elementwise(apart, src);
    copy_elementwise(dst, apart);
  } else {
    copy_elementwise(dst, src);
  }
  dst.unsafeGetTensorImpl()->bump_version();
}

Kernel copy_kernel(const Fact& dst, const Fact& src) {
  return Kernel([c = Copying(dst, src)](const Pointers& p) { c.run(p.outs[0], p.ins[0]); });
}

Tensor contiguous(const Tensor& t, MemoryFormat format) {
  if (t.is_contiguous(format)) return t;
  Fact f = t.fact();
  f.strides = contiguous_strides(f.sizes, format);
  Tensor r(f);
  copy_into(r, t);
  return r;
}

Tensor converted(const Tensor& t, ScalarType dtype) {
  Fact f(dtype, t.sizes());
  if (t.is_non_overlapping_and_dense()) f.strides = t.fact().strides;
  Tensor r(f);
  copy_into(r, t);
  return r;
}

void resize_tensor(const Tensor& t, IntArrayRef sizes, std::optional<MemoryFormat> format) {
  if (!format && t.sizes() == sizes) return;
  TensorImpl* impl = t.unsafeGetTensorImpl();
  const DimVector strides = contiguous_strides(sizes, format.value_or(MemoryFormat::Contiguous));
  const size_t needed =
      storage_bytes(sizes, strides, t.itemsize()) + size_t(impl->offset) * t.itemsize();
  if (needed > t.storage()->nbytes()) t.storage()->resize(needed);
  impl->fact.sizes = sizes;
  impl->fact.strides = strides;
}

void resize_output(const Tensor& out, const Fact& result) {
  if (out.fact().sizes == result.sizes) return;
  resize_tensor(out, result.sizes);
  if (result.is_non_overlapping_and_dense())
    out.unsafeGetTensorImpl()->fact.strides = result.strides;
}

}  // namespace tealight
