#include "ops/quantize.h"

#include <cmath>
#include <limits>

#include "core/parallel.h"
#include "kernels/pointwise/quantize.h"
#include "ops/copy.h"

namespace tealight {
namespace {

// How many consecutive elements share a channel, and how many channels there are, for a contiguous
// tensor.
struct Channels {
  int64_t count = 1, inner;
  explicit Channels(const Fact& f) : inner(f.numel()) {
    if (!f.quantizer->per_channel()) return;
    count = f.sizes[size_t(f.quantizer->axis)];
    inner = 1;
    for (size_t d = size_t(f.quantizer->axis) + 1; d < f.sizes.size(); ++d) inner *= f.sizes[d];
  }
  size_t of(int64_t element) const { return size_t(inner ? element / inner % count : 0); }
};

template <class Q, class Body>
void for_each_quantized(const Fact& f, Body body) {
  const Quantizer& q = *f.quantizer;
  const Channels channels(f);
  const int64_t n = f.numel();
  for (int64_t i = 0; i < n; ++i) {
    const size_t c = channels.of(i);
    if (q.per_channel()) {
      const float zero =
          q.float_zero_points.empty() ? float(q.zero_points[c]) : q.float_zero_points[c];
      body(i, float(q.scales[c]), zero);
    } else {
      body(i, float(q.scale), float(q.zero_point));
    }
  }
}

template <class Q>
void dequantize_all(const Fact& f, const void* q, float* out) {
  const Q* in = static_cast<const Q*>(q);
  for_each_quantized<Q>(
      f, [&](int64_t i, float scale, float zero) { out[i] = (float(in[i]) - zero) * scale; });
}

// Ties to even before an integer zero point is added, after a float one is, as PyTorch; the largest
// float below 2^31 bounds qint32.
template <class Q>
void quantize_all(const float* in, const Fact& f, void* q) {
  Q* out = static_cast<Q*>(q);
  constexpr double lo = double(std::numeric_limits<Q>::min()),
                   hi = double(std::numeric_limits<Q>::max());
  const bool floats = !f.quantizer->float_zero_points.empty();
  for_each_quantized<Q>(f, [&](int64_t i, float scale, float zero) {
    const float steps = in[i] * (1.f / scale);
    const double v = floats ? double(std::nearbyint(steps + zero))
                            : double(std::nearbyint(steps)) + double(zero);
    out[i] = v >= hi  ? std::numeric_limits<Q>::max()
             : v > lo ? Q(v)
                      : std::numeric_limits<Q>::min();
  });
}

// quint4x2: two numbers a byte along the last dimension, the first in the low bits.
void dequantize_nibbles(const Fact& f, const void* q, float* out) {
  const uint8_t* in = static_cast<const uint8_t*>(q);
  for_each_quantized<uint8_t>(f, [&](int64_t i, float scale, float zero) {
    out[i] = (float(in[i / 2] >> (i % 2 * 4) & 15) - zero) * scale;
  });
}

constexpr int64_t kGrain = 32768;

bool is_plain_int8(const Fact& f) {
  return (f.dtype == kQUInt8 || f.dtype == kQInt8) && !f.quantizer->per_channel() &&
         std::abs(f.quantizer->zero_point) < 1 << 16;  // a file's may be anything
}

}  // namespace

void dequantize_elements(const Fact& f, const void* q, float* out) {
  if (is_plain_int8(f)) {
    const float scale = float(f.quantizer->scale);
    const int32_t zero = int32_t(f.quantizer->zero_point);
    return parallel_for(0, f.numel(), kGrain, [&](int64_t i, int64_t end) {
      if (f.dtype == kQInt8)
        kernels::dequantize_row_s8(end - i, static_cast<const int8_t*>(q) + i, scale, zero,
                                   out + i);
      else
        kernels::dequantize_row_u8(end - i, static_cast<const uint8_t*>(q) + i, scale, zero,
                                   out + i);
    });
  }
  switch (f.dtype) {
    case kQUInt8:
      return dequantize_all<uint8_t>(f, q, out);
    case kQInt8:
      return dequantize_all<int8_t>(f, q, out);
    case kQInt32:
      return dequantize_all<int32_t>(f, q, out);
    case kQUInt4x2:
      return dequantize_nibbles(f, q, out);
    default:
      fail(str("dequantize: ", f.dtype, " is not supported"), ErrorKind::unsupported);
  }
}

void quantize_elements(const float* x, const Fact& f, void* q) {
  if (is_plain_int8(f)) {
    const bool is_signed = f.dtype == kQInt8;
    return parallel_for(0, f.numel(), kGrain, [&](int64_t i, int64_t end) {
      kernels::quantize_row(end - i, x + i, float(f.quantizer->scale),
                            int32_t(f.quantizer->zero_point), is_signed ? -128 : 0,
                            is_signed ? 127 : 255, static_cast<uint8_t*>(q) + i);
    });
  }
  switch (f.dtype) {
    case kQUInt8:
      return quantize_all<uint8_t>(x, f, q);
    case kQInt8:
      return quantize_all<int8_t>(x, f, q);
    case kQInt32:
      return quantize_all<int32_t>(x, f, q);
    default:
      fail(str("quantize: ", f.dtype, " is not supported"), ErrorKind::unsupported);
  }
}

Tensor dequantized(const Tensor& given) {
  TL_CHECK(given.quantizer(), "dequantize: the tensor has no quantizer");
  const Tensor q = contiguous(given);
  Tensor out(Fact(kFloat, q.sizes()));
  dequantize_elements(q.fact(), q.data_ptr(), out.as<float>());
  return out;
}

Tensor quantized_like(const Tensor& x, const Fact& like) {
  const Tensor floats = contiguous(x.scalar_type() == kFloat ? x : converted(x, kFloat));
  Fact f(like.dtype, x.sizes());
  f.quantizer = like.quantizer;
  Tensor q(f);
  quantize_elements(floats.as<float>(), f, q.data_ptr());
  return q;
}

}  // namespace tealight
