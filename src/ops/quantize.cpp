#include "ops/quantize.h"

#include <cmath>
#include <limits>

#include "kernels/pointwise/convert.h"
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
void dequantize_all(const Tensor& q, float* out) {
  const Q* in = q.as<Q>();
  for_each_quantized<Q>(q.fact(), [&](int64_t i, float scale, float zero) {
    out[i] = (float(in[i]) - zero) * scale;
  });
}

// Ties to even before an integer zero point is added, after a float one is, as PyTorch; the largest
// float below 2^31 bounds qint32.
template <class Q>
void quantize_all(const float* in, const Tensor& q) {
  Q* out = q.as<Q>();
  constexpr double lo = double(std::numeric_limits<Q>::min()),
                   hi = double(std::numeric_limits<Q>::max());
  const bool floats = !q.quantizer()->float_zero_points.empty();
  for_each_quantized<Q>(q.fact(), [&](int64_t i, float scale, float zero) {
    const float steps = in[i] * (1.f / scale);
    const double v = floats ? double(std::nearbyint(steps + zero))
                            : double(std::nearbyint(steps)) + double(zero);
    out[i] = v >= hi  ? std::numeric_limits<Q>::max()
             : v > lo ? Q(v)
                      : std::numeric_limits<Q>::min();
  });
}

// quint4x2: two numbers a byte along the last dimension, the first in the low bits.
void dequantize_nibbles(const Tensor& q, float* out) {
  const uint8_t* in = q.as<uint8_t>();
  for_each_quantized<uint8_t>(q.fact(), [&](int64_t i, float scale, float zero) {
    out[i] = (float(in[i / 2] >> (i % 2 * 4) & 15) - zero) * scale;
  });
}

}  // namespace

Tensor dequantized(const Tensor& given) {
  TL_CHECK(given.quantizer(), "dequantize: the tensor has no quantizer");
  const Tensor q = contiguous(given);
  Tensor out(Fact(kFloat, q.sizes()));
  switch (q.scalar_type()) {
    case kQUInt8:
      dequantize_all<uint8_t>(q, out.as<float>());
      break;
    case kQInt8:
      dequantize_all<int8_t>(q, out.as<float>());
      break;
    case kQInt32:
      dequantize_all<int32_t>(q, out.as<float>());
      break;
    case kQUInt4x2:
      dequantize_nibbles(q, out.as<float>());
      break;
    default:
      fail(str("dequantize: ", q.scalar_type(), " is not supported"), ErrorKind::unsupported);
  }
  return out;
}

Tensor quantized_like(const Tensor& x, const Fact& like) {
  const Tensor floats = contiguous(x.scalar_type() == kFloat ? x : converted(x, kFloat));
  Fact f(like.dtype, x.sizes());
  f.quantizer = like.quantizer;
  Tensor q(f);
  switch (like.dtype) {
    case kQUInt8:
      quantize_all<uint8_t>(floats.as<float>(), q);
      break;
    case kQInt8:
      quantize_all<int8_t>(floats.as<float>(), q);
      break;
    case kQInt32:
      quantize_all<int32_t>(floats.as<float>(), q);
      break;
    default:
      fail(str("quantize: ", like.dtype, " is not supported"), ErrorKind::unsupported);
  }
  return q;
}

}  // namespace tealight
