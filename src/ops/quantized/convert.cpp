// To and from quantized tensors.
#include "kernels/pointwise/convert.h"

#include "ops/copy.h"
#include "ops/gradients.h"
#include "ops/quantize.h"
#include "ops/quantized/layers.h"
#include "ops/samples.h"
#include "tealight/context.h"
#include "tealight/ops.h"

namespace tealight::ops {
namespace {

Tensor quantize(const Tensor& x, ScalarType t, intrusive_ptr<const Quantizer> q, const char* op) {
  TL_CHECK(x.scalar_type() == kFloat || x.scalar_type() == kHalf, op,
           " only works on Float Tensor, got ", x.scalar_type());
  TL_CHECK(t == kQUInt8 || t == kQInt8 || t == kQInt32, op,
           ": the dtype must be quint8, qint8 or qint32, but is ", t);
  Fact f(t, x.sizes());
  f.quantizer = std::move(q);
  const Tensor r = quantized_like(x, f);
  const MemoryFormat format = x.suggest_memory_format();
  return format == MemoryFormat::Contiguous ? r : contiguous(r, format);
}
void check_zero_point(const char* op, int64_t zero, ScalarType t) {
  const int64_t lo = t == kQUInt8  ? 0
                     : t == kQInt8 ? -128
                                   : INT32_MIN,
                hi = t == kQUInt8  ? 255
                     : t == kQInt8 ? 127
                                   : INT32_MAX;
  TL_CHECK(zero >= lo && zero <= hi, op, ": zero_point ", zero, " is outside of the range of ", t,
           ", ", lo, " to ", hi);
}
Fact per_tensor_fact(const Fact& x, double scale, int64_t zero, ScalarType t) {
  TL_CHECK(x.dtype == kFloat || x.dtype == kHalf,
           "quantize_per_tensor only works on Float Tensor, got ", x.dtype);
  TL_CHECK(t == kQUInt8 || t == kQInt8 || t == kQInt32,
           "quantize_per_tensor: the dtype must be quint8, qint8 or qint32, but is ", t);
  check_zero_point("quantize_per_tensor", zero, t);
  Fact f(t, x.sizes, contiguous_strides(x.sizes, x.suggest_memory_format()));
  f.quantizer = make_quantizer(scale, zero);
  return f;
}
Tensor per_tensor(const Tensor& x, double scale, int64_t zero, ScalarType t) {
  return quantize_per_tensor(x, scale, zero, t);
}

// Input and output lie alike: as the call brings them, or both channels last.
Offer prepare_quantize(const Call& c) {
  if (c.in(0).dtype != kFloat) return "not float32";
  return Kernel(
      [f = c.out()](const Pointers& p) { quantize_elements(p.in<float>(0), f, p.out<void>()); });
}
constexpr Impl quantize_kernels[] = {
    {"channels last", prepare_quantize, KernelLayout::channels_last},
    {"contiguous", prepare_quantize}};

Fact dequantized_fact(const Fact& q) {
  return Fact(kFloat, q.sizes, contiguous_strides(q.sizes, q.suggest_memory_format()));
}
Offer prepare_dequantize(const Call& c) {
  const Fact& q = c.in(0);
  if (!is_quantized(q.dtype)) return "not quantized";
  return Kernel([q](const Pointers& p) { dequantize_elements(q, p.in<void>(0), p.out<float>()); });
}
Offer prepare_dequantize_channels_last(const Call& c) {
  if (is_quantized(c.in(0).dtype) && c.in(0).quantizer->per_channel()) return "per channel";
  return prepare_dequantize(c);
}
// What is not quantized is as it is, in float32.
Offer prepare_widen(const Call& c) {
  return Kernel([t = c.in(0).dtype, n = c.in(0).numel()](const Pointers& p) {
    load_block(Compute::f32, p.out<float>(), t, p.in<char>(0), int64_t(element_size(t)), n);
  });
}
constexpr Impl dequantize_kernels[] = {
    {"channels last", prepare_dequantize_channels_last, KernelLayout::channels_last},
    {"contiguous", prepare_dequantize},
    {"not quantized", prepare_widen}};

Tensor per_tensor_qparams(const Tensor& x, const Tensor& scale, const Tensor& zero, ScalarType t) {
  return per_tensor(x, scale.item().toDouble(), zero.item().toLong(), t);
}
Tensor per_tensor_dynamic(const Tensor& x, ScalarType t, bool reduce_range) {
  TL_CHECK(t == kQUInt8 || t == kQInt8 || t == kHalf, "quantize_per_tensor_dynamic: dtype ", t,
           " not supported");
  if (t == kHalf) return converted(x, kHalf);
  const float low = x.numel() ? min(x).item().toFloat() : 0,
              high = x.numel() ? max(x).item().toFloat() : 0;
  // QNNPACK leaves no bit free
  const bool reduced = reduce_range && globalContext().qEngine() != QEngine::QNNPACK;
  const int64_t levels = reduced ? 127 : 255, lo = t == kQInt8 ? -(levels / 2 + 1) : 0;
  const QuantizationRange q = choose_quantization(low, high, lo, lo + levels);
  return quantize(x, t, make_quantizer(q.scale, q.zero_point), "quantize_per_tensor_dynamic");
}

intrusive_ptr<const Quantizer> channel_quantizer(const Tensor& scales, const Tensor& zeros,
                                                 int64_t axis) {
  const Tensor s = converted(scales, kDouble).contiguous();
  auto q = make_intrusive<Quantizer>();
  q->scales.assign(s.as<double>(), s.as<double>() + s.numel());
  q->axis = axis;
  if (zeros.is_floating_point()) {
    q->scheme = QScheme::per_channel_affine_float_qparams;
    const Tensor z = converted(zeros, kFloat).contiguous();
    q->float_zero_points.assign(z.as<float>(), z.as<float>() + z.numel());
  } else {
    q->scheme = QScheme::per_channel_affine;
    const Tensor z = converted(zeros, kLong).contiguous();
    q->zero_points.assign(z.as<int64_t>(), z.as<int64_t>() + z.numel());
  }
  return q;
}
void check_channels(const char* op, const Tensor& x, const Tensor& scales, const Tensor& zeros,
                    int64_t axis) {
  TL_CHECK(axis >= 0 && axis < x.dim(), op,
           ": Channel axis out of range in per channel affine quantization. Got: ", axis,
           " Expected: [0, ", x.dim(), ")");
  TL_CHECK(scales.dim() == 1 && zeros.dim() == 1 && scales.numel() == zeros.numel(), op,
           ": scales and zero_points must be vectors of one length");
  TL_CHECK(scales.numel() == x.size(axis), op, ": ", scales.numel(), " scales for ", x.size(axis),
           " channels");
}
Tensor per_channel(const Tensor& x, const Tensor& scales, const Tensor& zeros, int64_t axis,
                   ScalarType t) {
  check_channels("quantize_per_channel", x, scales, zeros, axis);
  return quantize(x, t, channel_quantizer(scales, zeros, axis), "quantize_per_channel");
}

std::vector<Tensor> per_tensor_list(const std::vector<Tensor>& tensors, const Tensor& scales,
                                    const Tensor& zeros, ScalarType t) {
  const int64_t n = int64_t(tensors.size());
  TL_CHECK(scales.numel() == n && zeros.numel() == n, "quantize_per_tensor: ", scales.numel(),
           " scales and ", zeros.numel(), " zero points for ", n, " tensors");
  std::vector<Tensor> r;
  for (int64_t i = 0; i < n; ++i)
    r.push_back(per_tensor(tensors[size_t(i)], select(scales, 0, i).item().toDouble(),
                           select(zeros, 0, i).item().toLong(), t));
  return r;
}

ScalarType quantized_type(ScalarType t) {
  TL_CHECK(t == kByte || t == kChar || t == kInt,
           "make_quantized_tensor: expected uint8, int8 or int32 integers, but got ", t);
  return t == kByte ? kQUInt8 : t == kChar ? kQInt8 : kQInt32;
}
Tensor relabelled(const Tensor& x, ScalarType t, intrusive_ptr<const Quantizer> q) {
  const Tensor c = clone(x);
  Fact f = c.fact();
  f.dtype = t;
  f.quantizer = std::move(q);
  return Tensor(c.storage(), f, c.storage_offset());
}
Tensor make_per_tensor(const Tensor& ints, double scale, int64_t zero) {
  return relabelled(contiguous(ints), quantized_type(ints.scalar_type()),
                    make_quantizer(scale, zero));
}
Tensor make_per_channel(const Tensor& ints, const Tensor& scale, const Tensor& zero, int64_t axis) {
  check_channels("_make_per_channel_quantized_tensor", ints, scale, zero, axis);
  return relabelled(contiguous(ints), quantized_type(ints.scalar_type()),
                    channel_quantizer(scale, zero, axis));
}
Tensor int_repr_impl(const Tensor& q) {
  TL_CHECK(q.is_quantized(), "int_repr: expected a quantized tensor, but got ", q.scalar_type());
  return relabelled(q,
                    q.scalar_type() == kQInt8    ? kChar
                    : q.scalar_type() == kQInt32 ? kInt
                                                 : kByte,
                    nullptr);
}
std::vector<Tensor> dequantize_list_impl(const std::vector<Tensor>& qs) {
  std::vector<Tensor> r;
  for (const Tensor& q : qs) r.push_back(dequantize(q));
  return r;
}

// ---- fake quantization: the gradient passes where the value was inside the range

std::tuple<Tensor, Tensor> fake(const Tensor& x, const Tensor& scale, const Tensor& zero,
                                int64_t lo, int64_t hi) {
  TL_CHECK(lo <= hi, "`quant_min` should be less than or equal to `quant_max`.");
  const bool half = x.itemsize() == 2;
  const Tensor wide = half ? converted(x, kFloat) : x;
  const Tensor q = add(round(mul(wide, reciprocal(scale))), zero);
  const Tensor inside = logical_and(ge(q, lo), le(q, hi));
  const Tensor r = mul(sub(clamp(q, lo, hi), zero), scale);
  return {half ? converted(r, x.scalar_type()) : r, inside};
}
std::tuple<Tensor, Tensor> fake_per_tensor_mask(const Tensor& x, double scale, int64_t zero,
                                                int64_t lo, int64_t hi) {
  return fake(x, scalar_tensor(scale, kFloat), scalar_tensor(double(zero), kFloat), lo, hi);
}
std::tuple<Tensor, Tensor> fake_per_channel_mask(const Tensor& x, const Tensor& scale,
                                                 const Tensor& zero, int64_t axis, int64_t lo,
                                                 int64_t hi) {
  check_channels("fake_quantize_per_channel_affine", x, scale, zero, axis);
  DimVector shape(size_t(x.dim()), 1);
  shape[size_t(axis)] = scale.numel();
  return fake(x, reshape(scale, shape), reshape(converted(zero, kFloat), shape), lo, hi);
}
Tensor fake_per_tensor(const Tensor& x, double scale, int64_t zero, int64_t lo, int64_t hi) {
  return std::get<0>(fake_quantize_per_tensor_affine_cachemask(x, scale, zero, lo, hi));
}
Tensor fake_per_tensor_qparams(const Tensor& x, const Tensor& scale, const Tensor& zero, int64_t lo,
                               int64_t hi) {
  return fake_per_tensor(x, scale.item().toDouble(), zero.item().toLong(), lo, hi);
}
Tensor fake_per_channel(const Tensor& x, const Tensor& scale, const Tensor& zero, int64_t axis,
                        int64_t lo, int64_t hi) {
  return std::get<0>(fake_quantize_per_channel_affine_cachemask(x, scale, zero, axis, lo, hi));
}
Grads fake_backward(const GradCall& c) {
  return {c.grad().defined() ? mul(c.grad(), c.out(1)) : Tensor()};
}

Tensor quantized_sample(ScalarType t) {
  return per_tensor(sample({2, 3}), 0.05, t == kQUInt8 ? 100 : 3, t);
}
Tensor zero_points(ScalarType t) {
  Tensor z(Fact(t, {3}));
  return z.fill_(2);
}
std::vector<Sample> tensor_samples() {
  return {{{sample({2, 30}), 0.05, 100, kQUInt8}},
          {{sample({2, 3}), 0.01, 3, kQInt8}},
          {{sample({2, 3}), 0.001, 0, kQInt32}}};
}
std::vector<Sample> channel_samples() {
  return {{{sample({2, 3}), sample({3}, kDouble, 0.01, 0.1), zero_points(kLong), 1, kQInt8}}};
}
std::vector<Sample> dynamic_samples() {
  return {{{sample({2, 30}), kQUInt8, false}}, {{sample({2, 30}), kQInt8, false}}};
}
std::vector<Sample> quantized_samples() {
  return {
      {{quantized_sample(kQUInt8)}}, {{quantized_sample(kQInt8)}}, {{quantized_sample(kQInt32)}}};
}
std::vector<Sample> fake_samples() { return {{{sample({2, 30}), 0.02, 10, 0, 127}}}; }
std::vector<Sample> fake_channel_samples() {
  return {{{sample({2, 3}), sample({3}, kFloat, 0.01, 0.02), zero_points(kInt), 1, -128, 127}}};
}

}  // namespace

TL_OP(quantize_per_tensor){
    .schemas =
        {"aten::quantize_per_tensor(Tensor self, float scale, int zero_point, ScalarType dtype) -> Tensor"},
    .infer = infer<per_tensor_fact>,
    .kernels = quantize_kernels,
    .traits = Trait::nograd | Trait::copied_out | Trait::half_via_float,
    .samples = TL_TEST(tensor_samples),
};
TL_OP(quantize_per_tensor_qparams){
    .schemas =
        {"aten::quantize_per_tensor.tensor_qparams(Tensor self, Tensor scale, Tensor zero_point, ScalarType dtype) -> Tensor"},
    .function = function<per_tensor_qparams>,
    .traits = Trait::nograd | Trait::copied_out,
};
TL_OP(quantize_per_tensor_list){
    .schemas =
        {"aten::quantize_per_tensor.tensors(Tensor[] tensors, Tensor scales, Tensor zero_points, ScalarType dtype) -> Tensor[]"},
    .function = function<per_tensor_list>,
    .traits = Trait::nograd | Trait::copied_out,
};
TL_OP(quantize_per_tensor_dynamic){
    .schemas =
        {"aten::quantize_per_tensor_dynamic(Tensor self, ScalarType dtype, bool reduce_range) -> Tensor"},
    .function = function<per_tensor_dynamic>,
    .traits = Trait::nograd | Trait::copied_out,
    .samples = TL_TEST(dynamic_samples),
};
TL_OP(quantize_per_channel){
    .schemas =
        {"aten::quantize_per_channel(Tensor self, Tensor scales, Tensor zero_points, int axis, ScalarType dtype) -> Tensor"},
    .function = function<per_channel>,
    .traits = Trait::nograd | Trait::copied_out,
    .samples = TL_TEST(channel_samples),
};
TL_OP(make_per_tensor_quantized_tensor){
    .schemas =
        {"aten::_make_per_tensor_quantized_tensor(Tensor self, float scale, int zero_point) -> Tensor"},
    .function = function<make_per_tensor>,
    .traits = Trait::nograd | Trait::copied_out,
};
TL_OP(make_per_channel_quantized_tensor){
    .schemas =
        {"aten::_make_per_channel_quantized_tensor(Tensor self, Tensor scale, Tensor zero_point, int axis) -> Tensor"},
    .function = function<make_per_channel>,
    .traits = Trait::nograd | Trait::copied_out,
};
TL_OP(int_repr){
    .schemas = {"aten::int_repr(Tensor self) -> Tensor"},
    .function = function<int_repr_impl>,
    .traits = Trait::nograd | Trait::copied_out,
    .samples = TL_TEST(quantized_samples),
};
TL_OP(dequantize){
    .schemas = {"aten::dequantize.self(Tensor self) -> Tensor",
                "aten::dequantize.tensor(Tensor qtensor) -> Tensor"},
    .infer = infer<dequantized_fact>,
    .kernels = dequantize_kernels,
    .traits = Trait::nograd | Trait::copied_out,
    .samples = TL_TEST(quantized_samples),
};
TL_OP(dequantize_list){
    .schemas = {"aten::dequantize.tensors(Tensor[] tensors) -> Tensor[]",
                "aten::dequantize.list(Tensor[] qtensors) -> Tensor[]"},
    .function = function<dequantize_list_impl>,
    .traits = Trait::nograd | Trait::copied_out,
};
TL_OP(fake_quantize_per_tensor_affine){
    .schemas =
        {"aten::fake_quantize_per_tensor_affine(Tensor self, float scale, int zero_point, int quant_min, int quant_max) -> Tensor"},
    .function = function<fake_per_tensor>,
    .traits = Trait::composite,
    .samples = TL_TEST(fake_samples),
};
TL_OP(fake_quantize_per_tensor_affine_qparams){
    .schemas =
        {"aten::fake_quantize_per_tensor_affine.tensor_qparams(Tensor self, Tensor scale, Tensor zero_point, int quant_min, int quant_max) -> Tensor"},
    .function = function<fake_per_tensor_qparams>,
    .traits = Trait::composite,
};
TL_OP(fake_quantize_per_tensor_affine_cachemask){
    .schemas =
        {"aten::fake_quantize_per_tensor_affine_cachemask(Tensor self, float scale, int zero_point, int quant_min, int quant_max) -> (Tensor output, Tensor mask)"},
    .function = function<fake_per_tensor_mask>,
    .backward = TL_TRAIN(fake_backward),
    .reads = {0, outs(1)},
    .traits = Trait::copied_out,
    .samples = TL_TEST(fake_samples),
};
TL_OP(fake_quantize_per_channel_affine){
    .schemas =
        {"aten::fake_quantize_per_channel_affine(Tensor self, Tensor scale, Tensor zero_point, int axis, int quant_min, int quant_max) -> Tensor"},
    .function = function<fake_per_channel>,
    .traits = Trait::composite,
    .samples = TL_TEST(fake_channel_samples),
};
TL_OP(fake_quantize_per_channel_affine_cachemask){
    .schemas =
        {"aten::fake_quantize_per_channel_affine_cachemask(Tensor self, Tensor scale, Tensor zero_point, int axis, int quant_min, int quant_max) -> (Tensor output, Tensor mask)"},
    .function = function<fake_per_channel_mask>,
    .backward = TL_TRAIN(fake_backward),
    .reads = {0, outs(1)},
    .traits = Trait::copied_out,
    .samples = TL_TEST(fake_channel_samples),
};
}  // namespace tealight::ops
