// Quantized operators that PyTorch defines by their real values: dequantize, compute, quantize to
// the given parameters.
#include <cmath>

#include "ops/copy.h"
#include "ops/fns.h"
#include "ops/quantize.h"
#include "ops/quantized/by_table.h"
#include "tealight/ops.h"

namespace tealight::ops {
namespace {

void check_quantized(const char* op, const Tensor& x) {
  TL_CHECK(x.is_quantized() && x.quantizer(), op, ": expected a quantized tensor, but got ",
           x.scalar_type());
}

Tensor requantized(const Tensor& real, const Tensor& like, double scale, int64_t zero,
                   MemoryFormat format) {
  Fact f(like.scalar_type(), real.sizes());
  f.quantizer = make_quantizer(scale, zero);
  return contiguous(quantized_like(real, f), format);
}
Tensor requantized(const Tensor& real, const Tensor& like, double scale, int64_t zero) {
  const MemoryFormat format = like.suggest_memory_format();
  return requantized(real, like, scale, zero,
                     like.dim() == real.dim() ? format : MemoryFormat::Contiguous);
}
MemoryFormat channels_last(const Tensor& x) {
  return x.dim() == 4   ? MemoryFormat::ChannelsLast
         : x.dim() == 5 ? MemoryFormat::ChannelsLast3d
                        : MemoryFormat::Contiguous;
}

std::pair<int64_t, int64_t> range_of(ScalarType t) {
  return t == kQUInt8  ? std::pair<int64_t, int64_t>{0, 255}
         : t == kQInt8 ? std::pair<int64_t, int64_t>{-128, 127}
                       : std::pair<int64_t, int64_t>{INT32_MIN, INT32_MAX};
}

Tensor with_quantizer(const Tensor& q, double scale, int64_t zero) {
  Tensor r = clone(q, q.suggest_memory_format());
  r.unsafeGetTensorImpl()->fact.quantizer = make_quantizer(scale, zero);
  return r;
}
// A factor changes the scale; a negative one mirrors the integers too.
template <bool Relu>
Tensor mul_number(const Tensor& q, const Scalar& number) {
  check_quantized("quantized::mul_scalar", q);
  const double b = number.toDouble();
  const auto [lo, hi] = range_of(q.scalar_type());
  Tensor r;
  if (b > 0) {
    r = with_quantizer(q, q.q_scale() * b, q.q_zero_point());
  } else if (b == 0) {
    Fact f(q.scalar_type(), q.sizes());
    f.quantizer = make_quantizer(1, 0);
    r = quantized_like(zeros(q.sizes()), f);
  } else {
    r = requantized(mul(dequantized(q), b), q, q.q_scale() * -b, hi + lo - q.q_zero_point());
  }
  return Relu ? relu(r) : r;
}
// A summand moves the zero point; where that leaves the range the scale grows.
template <bool Relu>
Tensor add_number(const Tensor& q, const Scalar& number) {
  check_quantized("quantized::add_scalar", q);
  const auto [lo, hi] = range_of(q.scalar_type());
  const double s = q.q_scale();
  const int64_t z = q.q_zero_point(), c = std::llrint(number.toDouble() / s);
  Tensor r;
  if (lo > z - c || hi < z - c) {
    const double scale = lo > z - c ? (double(hi) - double(z - c)) / double(hi - lo) * s
                                    : (double(z - c) - double(lo)) / double(hi - lo) * s;
    const int64_t zero = lo > z - c ? lo : hi;
    r = requantized(mul(add(int_repr(q).to(kFloat), double(c - z)), s), q, scale, zero);
  } else {
    r = with_quantizer(q, s, z - c);
  }
  return Relu ? relu(r) : r;
}

// An out= form with a number gives `out` new parameters, and one number all of its elements.
template <Tensor (*F)(const Tensor&, const Scalar&)>
Tensor number_into(const Tensor& q, const Scalar& number, const Tensor& out) {
  check_quantized("quantized out", out);
  const Tensor r = F(q, number);
  TL_CHECK(out.scalar_type() == r.scalar_type() && (out.sizes() == r.sizes() || r.dim() == 0),
           "quantized out: ", out.scalar_type(), out.sizes(), " cannot take a result ",
           r.scalar_type(), r.sizes());
  out.unsafeGetTensorImpl()->fact.quantizer = r.quantizer();
  copy_into(out, r);
  return out;
}
template <Tensor (*F)(const Tensor&, const Scalar&)>
Tensor swapped(const Scalar& number, const Tensor& q) {
  return F(q, number);
}
template <Tensor (*F)(const Tensor&, const Scalar&)>
Tensor by_tensor(const Tensor& q, const Tensor& number) {
  return F(q, number.item());
}
template <Tensor (*F)(const Tensor&, const Scalar&)>
Tensor by_tensor_into(const Tensor& q, const Tensor& number, const Tensor& out) {
  return number_into<F>(q, number.item(), out);
}

// The definition of cat, on floats.
template <bool Relu>
Tensor cat_by_floats(const std::vector<Tensor>& qs, int64_t dim, std::optional<double> scale,
                     std::optional<int64_t> zero) {
  TL_CHECK(!qs.empty(), "quantized::cat: expected a non-empty list of Tensors");
  std::vector<Tensor> reals;
  for (const Tensor& q : qs) check_quantized("quantized::cat", q), reals.push_back(dequantized(q));
  const Tensor y = cat(reals, dim);
  return requantized(Relu ? relu(y) : y, qs[0], scale.value_or(qs[0].q_scale()),
                     zero.value_or(qs[0].q_zero_point()));
}

// One input of cat on its own.
template <bool Relu>
Tensor requantized_one(const Tensor& q, int64_t, double scale, int64_t zero) {
  const Tensor real = dequantized(q);
  return requantized(Relu ? relu(real) : real, q, scale, zero);
}

template <bool Relu>
Tensor batch_norm_q(const Tensor& q, const std::optional<Tensor>& weight,
                    const std::optional<Tensor>& bias, const Tensor& mean, const Tensor& var,
                    double eps, double scale, int64_t zero) {
  check_quantized("quantized::batch_norm", q);
  if (q.numel() == 0) return q.clone();
  const Tensor y = batch_norm(dequantized(q), weight, bias, mean, var, false, 0, eps, false);
  return requantized(Relu ? relu(y) : y, q, scale, zero, channels_last(q));
}
Tensor instance_norm_q(const Tensor& q, const std::optional<Tensor>& weight,
                       const std::optional<Tensor>& bias, double eps, double scale, int64_t zero) {
  return requantized(instance_norm(dequantized(q), weight, bias, {}, {}, true, 0, eps, false), q,
                     scale, zero);
}
Tensor layer_norm_q(const Tensor& q, const DimVector& shape, const std::optional<Tensor>& weight,
                    const std::optional<Tensor>& bias, double eps, double scale, int64_t zero) {
  return requantized(layer_norm(dequantized(q), shape, weight, bias, eps), q, scale, zero,
                     MemoryFormat::Contiguous);
}
Tensor group_norm_q(const Tensor& q, int64_t groups, const std::optional<Tensor>& weight,
                    const std::optional<Tensor>& bias, double eps, double scale, int64_t zero) {
  return requantized(group_norm(dequantized(q), groups, weight, bias, eps), q, scale, zero);
}
Tensor leaky_relu_q(const Tensor& q, const Scalar& slope, bool, double scale, int64_t zero) {
  return requantized(leaky_relu(dequantized(q), slope), q, scale, zero);
}
Tensor hardswish_q(const Tensor& q, double scale, int64_t zero) {
  return requantized(hardswish(dequantized(q)), q, scale, zero);
}
Tensor sigmoid_q(const Tensor& q, double scale, int64_t zero) {
  return requantized(sigmoid(dequantized(q)), q, scale, zero);
}
Tensor elu_q(const Tensor& q, double scale, int64_t zero, const Scalar& alpha, const Scalar& s,
             const Scalar& input_scale) {
  return requantized(elu(dequantized(q), alpha, s, input_scale), q, scale, zero,
                     MemoryFormat::Contiguous);
}
Tensor celu_q(const Tensor& q, double scale, int64_t zero, const Scalar& alpha) {
  return requantized(celu(dequantized(q), alpha), q, scale, zero);
}
Tensor prelu_q(const Tensor& q, const Tensor& weight, double scale, int64_t zero) {
  return requantized(prelu(dequantized(q), dequantized(weight)), q, scale, zero);
}
Tensor softmax_q(const Tensor& q, int64_t dim, double scale, int64_t zero) {
  return requantized(softmax(dequantized(q), dim), q, scale, zero);
}
Tensor relu6_q(const Tensor& q, bool inplace) {
  const Tensor r = clamp(q, 0, 6);
  if (!inplace) return r;
  copy_into(q, r);
  return q;
}
Tensor clamp_q(const Tensor& q, const std::optional<Scalar>& min,
               const std::optional<Scalar>& max) {
  return clamp(q, min, max);
}
Tensor matmul_q(const Tensor& a, const Tensor& b, double scale, int64_t zero) {
  check_quantized("quantized::matmul", a);
  check_quantized("quantized::matmul", b);
  TL_CHECK(a.scalar_type() == b.scalar_type(),
           "quantized::matmul: both inputs must have the same dtype, but got ", a.scalar_type(),
           " and ", b.scalar_type());
  return requantized(matmul(dequantized(a), dequantized(b)), a, scale, zero);
}

// ---- cat: one table for each input

template <bool Relu>
std::vector<Fact> infer_cat(Args args) {
  const std::vector<OptionalFact> qs = unpack<FactList>(args[0]);
  TL_CHECK(!qs.empty(), "quantized::cat: expected a non-empty list of Tensors");
  for (const Fact* q : qs)
    TL_CHECK(q && is_quantized(q->dtype) && q->quantizer,
             "quantized::cat: expected a quantized tensor, but got ",
             q ? q->dtype : ScalarType::Undefined);
  static const Overload& plain = find_overload("aten::cat");
  Fact y = plain.op->infer(args.subspan(0, 2))[0];
  y.dtype = qs[0]->dtype;
  y.strides = contiguous_strides(
      y.sizes, qs[0]->dim() == y.dim() ? qs[0]->suggest_memory_format() : MemoryFormat::Contiguous);
  const auto scale = unpack<std::optional<double>>(args[2]);
  const auto zero = unpack<std::optional<int64_t>>(args[3]);
  y.quantizer = make_quantizer(scale.value_or(qs[0]->quantizer->scale),
                               zero.value_or(qs[0]->quantizer->zero_point));
  return {y};
}

template <bool Relu>
Offer prepare_cat(const Call& c) {
  const Fact& y = c.out();
  if (y.dtype != kQUInt8 && y.dtype != kQInt8) return "not 8 bits";
  if (y.sizes.empty()) return "no dimensions";
  for (size_t i = 0; i < c.inputs.size(); ++i)
    if (c.in(i).dtype != y.dtype || c.in(i).quantizer->per_channel())
      return "inputs quantized unlike";
  return join_bytes(c, c.arg<int64_t>(1), [&](const Fact& x) -> std::optional<ByteTable> {
    const Value one[] = {Value(), 0, y.quantizer->scale, y.quantizer->zero_point};
    return byte_table(function<requantized_one<Relu>>, x, one);
  });
}
template <bool Relu>
Offer prepare_cat_by_floats(const Call& c) {
  return by_definition(function<cat_by_floats<Relu>>, c);
}
template <bool Relu>
constexpr Impl cat_kernels[] = {
    {"tables, channels last", prepare_cat<Relu>, KernelLayout::channels_last},
    {"tables", prepare_cat<Relu>},
    {"by floats", prepare_cat_by_floats<Relu>}};

#define TL_SZ "float scale, int zero_point) -> Tensor qc"
#define TL_OUT "float output_scale, int output_zero_point) -> Tensor"
#define TL_BN \
  "(Tensor qx, Tensor? weight, Tensor? bias, Tensor mean, Tensor var, float eps, " TL_OUT
#define TL_INTO "Tensor(a!) out) -> Tensor(a!) out"
#define TL_SCALAR(n, f)                                                                \
  TL_FN("quantized::" n ".Scalar(Tensor qa, Scalar b) -> Tensor qc", f),               \
      TL_FN("quantized::" n ".Scalar2(Scalar b, Tensor qa) -> Tensor qc", swapped<f>), \
      TL_FN("quantized::" n ".Scalar_out(Tensor qa, Scalar b, " TL_INTO, number_into<f>)
// of_tensor: what PyTorch does with a number in a tensor
#define TL_WITH_NUMBER(n, f, of_tensor)                                                         \
  TL_FN("quantized::" n "(Tensor qa, Scalar b) -> Tensor qc", f),                               \
      TL_FN("quantized::" n ".Tensor(Tensor qa, Tensor b) -> Tensor qc", by_tensor<of_tensor>), \
      TL_FN("quantized::" n "_out(Tensor qa, Scalar b, " TL_INTO, number_into<f>),              \
      TL_FN("quantized::" n "_out.Tensor(Tensor qa, Tensor b, " TL_INTO,                        \
            by_tensor_into<of_tensor>)
constexpr Fn rows[] = {
    TL_SCALAR("add", add_number<false>),
    TL_SCALAR("add_relu", add_number<true>),
    TL_SCALAR("mul", mul_number<false>),
    TL_SCALAR("mul_relu", mul_number<true>),
    TL_WITH_NUMBER("add_scalar", add_number<false>, add_number<false>),
    TL_WITH_NUMBER("add_scalar_relu", add_number<true>, add_number<false>),  // it forgets relu
    TL_WITH_NUMBER("mul_scalar", mul_number<false>, mul_number<false>),
    TL_WITH_NUMBER("mul_scalar_relu", mul_number<true>, mul_number<true>),
    TL_FN("quantized::batch_norm1d" TL_BN, batch_norm_q<false>),
    TL_FN("quantized::batch_norm2d" TL_BN, batch_norm_q<false>),
    TL_FN("quantized::batch_norm3d" TL_BN, batch_norm_q<false>),
    TL_FN("quantized::batch_norm1d_relu" TL_BN, batch_norm_q<true>),
    TL_FN("quantized::batch_norm2d_relu" TL_BN, batch_norm_q<true>),
    TL_FN("quantized::batch_norm3d_relu" TL_BN, batch_norm_q<true>),
    TL_FN("quantized::instance_norm(Tensor input, Tensor? weight, Tensor? bias, float eps, " TL_OUT,
          instance_norm_q),
    TL_FN(
        "quantized::layer_norm(Tensor input, int[] normalized_shape, Tensor? weight, Tensor? bias, float eps, " TL_OUT,
        layer_norm_q),
    TL_FN(
        "quantized::group_norm(Tensor input, int num_groups, Tensor? weight, Tensor? bias, float eps, " TL_OUT,
        group_norm_q),
    TL_FN("quantized::prelu(Tensor qx, Tensor weight, " TL_OUT, prelu_q),
    TL_FN("quantized::softmax(Tensor qx, int dim, " TL_OUT, softmax_q),
    TL_FN("quantized::relu6(Tensor qx, bool inplace=False) -> Tensor", relu6_q),
    TL_FN("quantized::clamp(Tensor qx, Scalar? min=None, Scalar? max=None) -> Tensor", clamp_q),
    TL_FN("quantized::matmul(Tensor qa, Tensor qb, " TL_SZ, matmul_q),
};

}  // namespace
TL_FNS(quantized_arithmetic){rows};

TL_OP(quantized_cat){
    .schemas = {"quantized::cat(Tensor[] qx, int dim, float? scale, int? zero_point) -> Tensor"},
    .infer = infer_cat<false>,
    .kernels = cat_kernels<false>,
    .traits = Trait::nograd,
};
TL_OP(quantized_cat_relu){
    .schemas =
        {"quantized::cat_relu(Tensor[] qx, int dim, float? scale, int? zero_point) -> Tensor"},
    .infer = infer_cat<true>,
    .kernels = cat_kernels<true>,
    .traits = Trait::nograd,
};
TL_OP(quantized_leaky_relu){
    .schemas = {"quantized::leaky_relu(Tensor qx, Scalar negative_slope, bool inplace, " TL_OUT},
    TL_BY_TABLE(leaky_relu_q, 3),
    .traits = Trait::nograd,
};
TL_OP(quantized_hardswish){
    .schemas = {"quantized::hardswish(Tensor input, " TL_OUT},
    TL_BY_TABLE(hardswish_q, 1),
    .traits = Trait::nograd,
};
TL_OP(quantized_sigmoid){
    .schemas = {"quantized::sigmoid(Tensor qx, " TL_OUT},
    TL_BY_TABLE(sigmoid_q, 1),
    .traits = Trait::nograd,
};
TL_OP(quantized_elu){
    .schemas =
        {"quantized::elu(Tensor self, float output_scale, int output_zero_point, Scalar alpha=1, Scalar scale=1, Scalar input_scale=1) -> Tensor"},
    TL_BY_TABLE(elu_q, 1, true),
    .traits = Trait::nograd,
};
TL_OP(quantized_celu){
    .schemas =
        {"quantized::celu(Tensor self, float output_scale, int output_zero_point, Scalar alpha=1) -> Tensor"},
    TL_BY_TABLE(celu_q, 1),
    .traits = Trait::nograd,
};
}  // namespace tealight::ops
