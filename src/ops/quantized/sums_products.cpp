// Sums and products of quantized tensors, on the integers themselves where PyTorch does so: what
// lies between two results is rounded the same way.
#include <cmath>
#include <limits>

#include "kernels/pointwise/int8_binary.h"
#include "kernels/pointwise/strided.h"
#include "ops/broadcast.h"
#include "ops/copy.h"
#include "ops/fns.h"
#include "tealight/context.h"

namespace tealight::ops {
namespace {

using kernels::FixedPointSum;
using kernels::Int8Binary;

enum class Operation : uint8_t { sum, product };

void check_both(const char* op, const Fact& a, const Fact& b) {
  for (const Fact* x : {&a, &b})
    TL_CHECK(is_quantized(x->dtype) && x->quantizer && !x->quantizer->per_channel(), op,
             ": expected a tensor quantized per tensor, but got ", x->dtype);
  TL_CHECK(a.dtype == b.dtype, op, ": both inputs must have the same dtype, but got ", a.dtype,
           " and ", b.dtype);
}

std::optional<FixedPointSum> fixed_point_sum(const Fact& a, const Fact& b, double scale) {
  if (a.dtype != kQUInt8 || a.sizes != b.sizes || globalContext().qEngine() != QEngine::QNNPACK)
    return std::nullopt;
  return FixedPointSum::make(a.quantizer->scale, b.quantizer->scale, scale);
}

template <Operation O>
Fact result_of(const Fact& a, const Fact& b, double scale, int64_t zero) {
  check_both(O == Operation::sum ? "quantized::add" : "quantized::mul", a, b);
  const Fact* inputs[] = {&a, &b};
  Fact f = broadcast_fact(inputs, a.dtype);
  if (O == Operation::sum && !fixed_point_sum(a, b, scale))  // made of floats
    f.strides = contiguous_strides(f.sizes, f.suggest_memory_format());
  f.quantizer = make_quantizer(scale, zero);
  return f;
}

// Both operands and the result.
StridedShape walk(const Call& c) {
  StridedShape s;
  s.operands = 3;
  s.sizes = c.out().sizes;
  const Fact* const operands[] = {&c.out(), &c.in(0), &c.in(1)};
  for (size_t i = 0; i < 3; ++i) s.strides[i] = byte_strides(*operands[i], s.sizes);
  s.simplify();
  return s;
}

template <Operation O, bool Relu>
Offer prepare_int8(const Call& c) {
  const Quantizer &a = *c.in(0).quantizer, &b = *c.in(1).quantizer, &y = *c.out().quantizer;
  const ScalarType t = c.out().dtype;
  if (t != kQUInt8 && t != kQInt8) return "not 8 bits";
  const int32_t zero = int32_t(y.zero_point), least = t == kQInt8 ? -128 : 0;
  Int8Binary f{Int8Binary::Kind::product, t == kQInt8, int32_t(a.zero_point),
               int32_t(b.zero_point),     zero,        Relu ? std::max(least, zero) : least,
               t == kQInt8 ? 127 : 255};
  if (O == Operation::product) {
    f.multiplier = float(a.scale) * float(b.scale) * (1.f / float(y.scale));
  } else if (const auto fixed = fixed_point_sum(c.in(0), c.in(1), y.scale)) {
    f.kind = Int8Binary::Kind::fixed_point_sum;
    f.fixed = *fixed;
  } else {
    f.kind = Int8Binary::Kind::sum;
    f.scale_a = float(a.scale), f.scale_b = float(b.scale), f.inverse = 1.f / float(y.scale);
  }
  const StridedShape s = walk(c);
  if (s.inner() > 1 && s.inner_stride(0) != 1) return "the result's elements have gaps";
  return Kernel([s, f](const Pointers& p) {
    char* const bases[] = {p.out<char>(), const_cast<char*>(p.in<char>(0)),
                           const_cast<char*>(p.in<char>(1))};
    for_each_row(s, bases, [&](char* const* row, int64_t n) {
      f.row(n, reinterpret_cast<const uint8_t*>(row[1]), s.inner_stride(1),
            reinterpret_cast<const uint8_t*>(row[2]), s.inner_stride(2),
            reinterpret_cast<uint8_t*>(row[0]));
    });
  });
}

// qint32, and results with gaps
template <Operation O, bool Relu>
Offer prepare_any(const Call& c) {
  const Quantizer a = *c.in(0).quantizer, b = *c.in(1).quantizer, y = *c.out().quantizer;
  const float multiplier = O == Operation::product
                               ? float(a.scale) * float(b.scale) * (1.f / float(y.scale))
                               : 1.f / float(y.scale);
  const auto fixed =
      O == Operation::sum ? fixed_point_sum(c.in(0), c.in(1), y.scale) : std::nullopt;
  const auto value = [=](int64_t p, int64_t q) {
    constexpr float kFar = 0x1p40f;  // outside of any range
    if (fixed) return (*fixed)(p, q);
    const float real = O == Operation::product
                           ? float(p * q)
                           : float(p) * float(a.scale) + float(q) * float(b.scale);
    // perhaps NaN: the scale is the file's
    return int64_t(std::nearbyint(std::fmin(kFar, std::fmax(-kFar, real * multiplier))));
  };
  const auto kernel = [&](auto type) {
    using T = decltype(type);
    return Kernel([s = walk(c), value, a, b, y](const Pointers& p) {
      const int64_t least = std::numeric_limits<T>::lowest(), most = std::numeric_limits<T>::max();
      const int64_t lo = Relu ? std::max(least, y.zero_point) : least;
      char* const bases[] = {p.out<char>(), const_cast<char*>(p.in<char>(0)),
                             const_cast<char*>(p.in<char>(1))};
      for_each_row(s, bases, [&](char* const* row, int64_t n) {
        for (int64_t i = 0; i < n; ++i) {
          const T* const from_a = reinterpret_cast<const T*>(row[1] + i * s.inner_stride(1));
          const T* const from_b = reinterpret_cast<const T*>(row[2] + i * s.inner_stride(2));
          *reinterpret_cast<T*>(row[0] + i * s.inner_stride(0)) = T(std::clamp(
              value(*from_a - a.zero_point, *from_b - b.zero_point) + y.zero_point, lo, most));
        }
      });
    });
  };
  if (c.out().dtype == kQUInt8) return kernel(uint8_t{});
  if (c.out().dtype == kQInt8) return kernel(int8_t{});
  return kernel(int32_t{});
}
template <Operation O, bool Relu>
constexpr Impl kernels[] = {{"int8", prepare_int8<O, Relu>}, {"any", prepare_any<O, Relu>}};

}  // namespace

#define TL_ARGS "(Tensor qa, Tensor qb, float scale, int zero_point) -> Tensor qc"
TL_OP(quantized_add){
    .schemas = {"quantized::add" TL_ARGS},
    .infer = infer<result_of<Operation::sum>>,
    .kernels = kernels<Operation::sum, false>,
    .traits = Trait::strided | Trait::nograd,
};
TL_OP(quantized_add_relu){
    .schemas = {"quantized::add_relu" TL_ARGS},
    .infer = infer<result_of<Operation::sum>>,
    .kernels = kernels<Operation::sum, true>,
    .traits = Trait::strided | Trait::nograd,
};
TL_OP(quantized_mul){
    .schemas = {"quantized::mul" TL_ARGS},
    .infer = infer<result_of<Operation::product>>,
    .kernels = kernels<Operation::product, false>,
    .traits = Trait::strided | Trait::nograd,
};
TL_OP(quantized_mul_relu){
    .schemas = {"quantized::mul_relu" TL_ARGS},
    .infer = infer<result_of<Operation::product>>,
    .kernels = kernels<Operation::product, true>,
    .traits = Trait::strided | Trait::nograd,
};

namespace {

constexpr const char* kNames[] = {"quantized::add", "quantized::add_relu", "quantized::mul",
                                  "quantized::mul_relu"};

// An out= form keeps the parameters of `out`.
template <size_t Name>
Tensor into(const Tensor& a, const Tensor& b, const Tensor& out) {
  TL_CHECK(out.is_quantized() && out.quantizer() && out.scalar_type() == a.scalar_type(),
           "quantized out: expected a quantized ", a.scalar_type(), " tensor, but got ",
           out.scalar_type());
  static const Overload& op = find_overload(kNames[Name]);
  const Tensor r = detail::call_as<Tensor>(op, a, b, out.q_scale(), out.q_zero_point());
  TL_CHECK(out.sizes() == r.sizes(), "quantized out: ", out.sizes(),
           " cannot take a result of shape ", r.sizes());
  copy_into(out, r);
  return out;
}

#define TL_INTO "(Tensor qa, Tensor qb, Tensor(a!) out) -> Tensor(a!) out"
#define TL_OUT_FORMS(n, i) \
  TL_FN("quantized::" n ".out" TL_INTO, into<i>), TL_FN("quantized::" n "_out" TL_INTO, into<i>)
constexpr Fn rows[] = {
    TL_OUT_FORMS("add", 0),
    TL_OUT_FORMS("add_relu", 1),
    TL_OUT_FORMS("mul", 2),
    TL_OUT_FORMS("mul_relu", 3),
};

}  // namespace
TL_FNS(quantized_sums_products){rows};
}  // namespace tealight::ops
