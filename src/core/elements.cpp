#include "core/elements.h"

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
  for_each_element(
      t.fact(), [&](int64_t i) { values.push_back(read_element(data, t.dtype(), i).toDouble()); });
  return values;
}

Tensor dequantized_copy(const Tensor& t) {
  TL_CHECK(t.quantizer(), "dequantize: the tensor is not quantized, its dtype is ", t.dtype());
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
    to[i++] = (read_element(t.data_ptr(), t.dtype(), memory_index).toFloat() - affine.zero_point) *
              affine.scale;
  });
  return out;
}

}  // namespace tealight
