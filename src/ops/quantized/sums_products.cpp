// Sums and products of quantized tensors, on the integers themselves where PyTorch does so: what
// lies between two results is rounded the same way.
#include <cmath>

#include "kernels/pointwise/strided.h"
#include "ops/broadcast.h"
#include "ops/copy.h"
#include "ops/fns.h"
#include "ops/quantize.h"
#include "tealight/context.h"
#include "tealight/ops.h"

namespace tealight::ops {
namespace {

void check_both(const char* op, const Tensor& a, const Tensor& b) {
  for (const Tensor* x : {&a, &b})
    TL_CHECK(x->is_quantized() && x->quantizer() && !x->quantizer()->per_channel(), op,
             ": expected a tensor quantized per tensor, but got ", x->scalar_type());
  TL_CHECK(a.scalar_type() == b.scalar_type(), op,
           ": both inputs must have the same dtype, but got ", a.scalar_type(), " and ",
           b.scalar_type());
}

Tensor result_for(const Tensor& a, const Tensor& b, double scale, int64_t zero) {
  const Fact* inputs[] = {&a.fact(), &b.fact()};
  Fact f = broadcast_fact(inputs, a.scalar_type());
  f.quantizer = make_quantizer(scale, zero);
  return Tensor(f);
}

// y = f(a less its zero point, b less its) + the result's zero point, in range.
template <class T, class F>
void combine(const Tensor& a, const Tensor& b, Tensor& y, bool relu, F f) {
  StridedShape s;
  s.operands = 3;
  s.sizes = y.fact().sizes;
  const Tensor* const operands[] = {&y, &a, &b};
  for (size_t i = 0; i < 3; ++i) s.strides[i] = byte_strides(operands[i]->fact(), s.sizes);
  s.simplify();
  const int64_t za = a.q_zero_point(), zb = b.q_zero_point(), zero = y.q_zero_point();
  const int64_t least = std::numeric_limits<T>::lowest(), most = std::numeric_limits<T>::max();
  const int64_t lo = relu ? std::max(least, zero) : least;
  char* const bases[] = {y.as<char>(), a.as<char>(), b.as<char>()};
  for_each_row(s, bases, [&](char* const* row, int64_t n) {
    const int64_t to = s.inner_stride(0), from_a = s.inner_stride(1), from_b = s.inner_stride(2);
    for (int64_t i = 0; i < n; ++i) {
      const int64_t p = *reinterpret_cast<const T*>(row[1] + i * from_a) - za,
                    q = *reinterpret_cast<const T*>(row[2] + i * from_b) - zb;
      *reinterpret_cast<T*>(row[0] + i * to) = T(std::clamp(f(p, q) + zero, lo, most));
    }
  });
}

template <class F>
Tensor combined(const Tensor& a, const Tensor& b, double scale, int64_t zero, bool relu, F f) {
  Tensor y = result_for(a, b, scale, zero);
  if (y.scalar_type() == kQUInt8)
    combine<uint8_t>(a, b, y, relu, f);
  else if (y.scalar_type() == kQInt8)
    combine<int8_t>(a, b, y, relu, f);
  else
    combine<int32_t>(a, b, y, relu, f);
  return y;
}

template <bool Relu>
Tensor product(const Tensor& a, const Tensor& b, double scale, int64_t zero) {
  check_both("quantized::mul", a, b);
  const float multiplier = float(a.q_scale()) * float(b.q_scale()) * (1.f / float(scale));
  return combined(a, b, scale, zero, Relu, [=](int64_t p, int64_t q) {
    constexpr float kFar = 0x1p40f;             // outside of any range
    const float v = float(p * q) * multiplier;  // perhaps NaN: the scale is the file's
    return int64_t(std::nearbyint(std::fmin(kFar, std::fmax(-kFar, v))));
  });
}

// QNNPACK adds in fixed point: both scales over the result's as 22-bit integers, the sum shifted
// back and rounded to nearest, halves away from zero.
class FixedPointSum {
 public:
  static std::optional<FixedPointSum> make(double scale_a, double scale_b, double scale) {
    const float a = float(scale_a) / float(scale), b = float(scale_b) / float(scale);
    for (float ratio : {a, b})
      if (!(ratio >= 0x1p-14f && ratio < 0x1p8f)) return std::nullopt;
    const int shift = 21 - std::ilogb(std::max(a, b));
    return FixedPointSum(std::lrint(std::ldexp(a, shift)), std::lrint(std::ldexp(b, shift)), shift);
  }
  int64_t operator()(int64_t p, int64_t q) const {
    const int64_t sum = p * a_ + q * b_;
    const int64_t mask = (int64_t(1) << shift_) - 1, rest = (sum & mask) - (sum < 0);
    return (sum >> shift_) + (rest > (mask >> 1));
  }

 private:
  FixedPointSum(int64_t a, int64_t b, int shift) : a_(a), b_(b), shift_(shift) {}
  int64_t a_, b_;
  int shift_;
};

bool is_added_by_qnnpack(const Tensor& a, const Tensor& b) {
  return a.scalar_type() == kQUInt8 && a.fact().sizes == b.fact().sizes &&
         globalContext().qEngine() == QEngine::QNNPACK;
}

template <bool Relu>
Tensor sum(const Tensor& a, const Tensor& b, double scale, int64_t zero) {
  check_both("quantized::add", a, b);
  if (is_added_by_qnnpack(a, b))
    if (const auto add = FixedPointSum::make(a.q_scale(), b.q_scale(), scale))
      return combined(a, b, scale, zero, Relu, *add);
  const Tensor real = add(dequantized(a), dequantized(b));
  const Fact fact = result_for(a, b, scale, zero).fact();
  return contiguous(quantized_like(Relu ? relu(real) : real, fact), fact.suggest_memory_format());
}

// An out= form keeps the parameters of `out`.
template <Tensor (*F)(const Tensor&, const Tensor&, double, int64_t)>
Tensor into(const Tensor& a, const Tensor& b, const Tensor& out) {
  TL_CHECK(out.is_quantized() && out.quantizer() && out.scalar_type() == a.scalar_type(),
           "quantized out: expected a quantized ", a.scalar_type(), " tensor, but got ",
           out.scalar_type());
  const Tensor r = F(a, b, out.q_scale(), out.q_zero_point());
  TL_CHECK(out.sizes() == r.sizes(), "quantized out: ", out.sizes(),
           " cannot take a result of shape ", r.sizes());
  copy_into(out, r);
  return out;
}

#define TL_INTO "(Tensor qa, Tensor qb, Tensor(a!) out) -> Tensor(a!) out"
#define TL_BINARY(n, f)                                                                         \
  TL_FN("quantized::" n "(Tensor qa, Tensor qb, float scale, int zero_point) -> Tensor qc", f), \
      TL_FN("quantized::" n ".out" TL_INTO, into<f>),                                           \
      TL_FN("quantized::" n "_out" TL_INTO, into<f>)
constexpr Fn rows[] = {
    TL_BINARY("add", sum<false>),
    TL_BINARY("add_relu", sum<true>),
    TL_BINARY("mul", product<false>),
    TL_BINARY("mul_relu", product<true>),
};

}  // namespace
TL_FNS(quantized_sums_products){rows};
}  // namespace tealight::ops
