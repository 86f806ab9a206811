#include "core/elements.h"

#include <cmath>
#include <limits>

#include "tealight/half.h"

namespace tealight {
namespace {

template <class T>
T get(const void* data, int64_t i) {
  return static_cast<const T*>(data)[i];
}

// Elements of fewer than 8 bits: the first lies in the lowest bits of its byte.
int64_t get_packed(const void* data, int64_t i, int bits) {
  const int per_byte = 8 / bits;
  const uint8_t byte = get<uint8_t>(data, i / per_byte);
  return (byte >> (i % per_byte * bits)) & ((1 << bits) - 1);
}

template <class T>
void put(void* data, int64_t i, T value) {
  static_cast<T*>(data)[i] = value;
}

[[noreturn]] void fail_overflow(const Scalar& s, ScalarType t) {
  fail(str("value ", s, " cannot be converted to type ", python_name(t), " without overflow"));
}

template <class T>
void put_int(void* data, int64_t i, const Scalar& s, ScalarType t) {
  using Limits = std::numeric_limits<T>;
  if (s.isIntegral(true)) {
    const int64_t v = s.toLong();
    const int64_t least = Limits::is_signed ? int64_t(Limits::min()) : -int64_t(Limits::max());
    if (v < least || v > int64_t(Limits::max())) fail_overflow(s, t);
    return put(data, i, T(v));
  }
  const std::complex<double> z = s.toComplexDouble();
  // 2^63 itself does not fit, but is what int64's largest value rounds to.
  const double above = std::ldexp(1.0, Limits::digits);
  if (!(z.real() >= double(Limits::min()) && z.real() < above) || z.imag() != 0)
    fail_overflow(s, t);
  put(data, i, T(z.real()));
}

// The number as a real of at most that magnitude; infinities and NaNs pass.
double fitting(double v, double most, const Scalar& s, ScalarType t) {
  if (std::isfinite(v) && std::fabs(v) > most) fail_overflow(s, t);
  return v;
}

double largest(ScalarType t) {
  switch (to_real_dtype(t)) {
    case kHalf:
      return 65504;
    case kBFloat16:
      return 0x1.FEp127;
    case kFloat:
      return std::numeric_limits<float>::max();
    default:
      return std::numeric_limits<double>::max();
  }
}

double fitting_real(const Scalar& s, ScalarType t) {
  if (s.isComplex() && s.toComplexDouble().imag() != 0) fail_overflow(s, t);
  return fitting(s.toDouble(), largest(t), s, t);
}

std::complex<double> fitting_complex(const Scalar& s, ScalarType t) {
  const std::complex<double> z = s.toComplexDouble();
  return {fitting(z.real(), largest(t), s, t), fitting(z.imag(), largest(t), s, t)};
}

struct Affine {
  float scale, zero_point;
};

Affine affine_of(const Quantizer& q, int64_t channel) {
  if (!q.per_channel()) return {float(q.scale), float(q.zero_point)};
  const size_t c = size_t(channel);
  const bool float_points = q.scheme == QScheme::per_channel_affine_float_qparams;
  return {float(q.scales.at(c)),
          float_points ? q.float_zero_points.at(c) : float(q.zero_points.at(c))};
}

}  // namespace

Scalar read_element(const void* data, ScalarType dtype, int64_t i) {
  switch (dtype) {
    case kByte:
    case kQUInt8:
      return get<uint8_t>(data, i);
    case kChar:
    case kQInt8:
      return get<int8_t>(data, i);
    case kShort:
      return get<int16_t>(data, i);
    case kInt:
    case kQInt32:
      return get<int32_t>(data, i);
    case kLong:
      return get<int64_t>(data, i);
    case kHalf:
      return float(get<Half>(data, i));
    case kFloat:
      return get<float>(data, i);
    case kDouble:
      return get<double>(data, i);
    case kBool:
      return get<uint8_t>(data, i) != 0;
    case kBFloat16:
      return float(get<BFloat16>(data, i));
    case kComplexFloat:
      return get<std::complex<float>>(data, i);
    case kComplexDouble:
      return get<std::complex<double>>(data, i);
    case kComplexHalf:
      return std::complex<float>(float(get<Half>(data, 2 * i)), float(get<Half>(data, 2 * i + 1)));
    case kQUInt4x2:
      return get_packed(data, i, 4);
    case kQUInt2x4:
      return get_packed(data, i, 2);
    default:
      fail(str("a tensor of dtype ", dtype, " has no elements to read"));
  }
}

void write_element(void* data, ScalarType t, int64_t i, const Scalar& s) {
  switch (t) {
    case kByte:
      return put_int<uint8_t>(data, i, s, t);
    case kChar:
      return put_int<int8_t>(data, i, s, t);
    case kShort:
      return put_int<int16_t>(data, i, s, t);
    case kInt:
      return put_int<int32_t>(data, i, s, t);
    case kLong:
      return put_int<int64_t>(data, i, s, t);
    case kBool:
      return put(data, i, s.toBool());
    case kHalf:
      return put(data, i, Half(float(fitting_real(s, t))));
    case kBFloat16:
      return put(data, i, BFloat16(float(fitting_real(s, t))));
    case kFloat:
      return put(data, i, float(fitting_real(s, t)));
    case kDouble:
      return put(data, i, fitting_real(s, t));
    case kComplexFloat:
      return put(data, i, std::complex<float>(fitting_complex(s, t)));
    case kComplexDouble:
      return put(data, i, fitting_complex(s, t));
    case kComplexHalf: {
      const std::complex<double> z = fitting_complex(s, t);
      put(data, 2 * i, Half(float(z.real())));
      return put(data, 2 * i + 1, Half(float(z.imag())));
    }
    default:
      fail(str("a number cannot become an element of dtype ", t));
  }
}

void for_each_element(const Fact& fact, FunctionRef<void(int64_t)> visit) {
  const int64_t n = fact.numel();
  DimVector at(fact.sizes.size());
  int64_t memory_index = 0;
  for (int64_t i = 0; i < n; ++i) {
    visit(memory_index);
    for (size_t d = at.size(); d-- > 0;) {
      memory_index += fact.strides[d];
      if (++at[d] < fact.sizes[d]) break;
      memory_index -= at[d] * fact.strides[d];
      at[d] = 0;
    }
  }
}

std::vector<double> to_doubles(const Tensor& tensor) {
  const Tensor t = tensor.is_quantized() ? dequantized_copy(tensor) : tensor;
  std::vector<double> values;
  values.reserve(size_t(t.numel()));
  const void* data = t.data_ptr();
  for_each_element(t.fact(), [&](int64_t i) {
    values.push_back(read_element(data, t.scalar_type(), i).toDouble());
  });
  return values;
}

Tensor dequantized_copy(const Tensor& t) {
  TL_CHECK(t.quantizer(), "dequantize: the tensor is not quantized, its dtype is ",
           t.scalar_type());
  const Quantizer& q = *t.quantizer();
  const int64_t axis = q.per_channel() ? wrap_dim(q.axis, t.dim()) : 0;
  int64_t inner = 1;  // elements from one channel to the next
  for (int64_t d = axis + 1; d < t.dim(); ++d) inner *= t.size(d);
  const int64_t channels = t.dim() ? t.size(axis) : 1;
  Tensor out(Fact(kFloat, t.sizes()));
  float* to = out.as<float>();
  int64_t i = 0;
  for_each_element(t.fact(), [&](int64_t memory_index) {
    const Affine affine = affine_of(q, q.per_channel() ? i / inner % channels : 0);
    to[i++] =
        (read_element(t.data_ptr(), t.scalar_type(), memory_index).toFloat() - affine.zero_point) *
        affine.scale;
  });
  return out;
}

}  // namespace tealight
