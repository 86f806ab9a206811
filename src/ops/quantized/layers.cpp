// Quantized convolutions and linear layers: 8-bit inputs and weights, exact 32-bit sums, results
// requantized as QNNPACK does: q = clamp(rint(sum * (s_x * s_w * (1 / s_y))) + z_y). The bias is
// rounded to units of s_x * s_w.
#include "ops/quantized/layers.h"

#include <cmath>
#include <limits>

#include "core/parallel.h"
#include "kernels/conv/conv_int8.h"
#include "kernels/gemm/gemm_int8.h"
#include "ops/copy.h"
#include "ops/fns.h"
#include "ops/packed.h"
#include "ops/quantize.h"
#include "tealight/context.h"
#include "tealight/ops.h"

namespace tealight {
namespace {

using namespace kernels;

// Scales and zero points of the weight's output channels.
struct Channels {
  std::vector<float> scales;
  std::vector<int32_t> zeros;
};
Channels channels_of(const Tensor& w, int64_t n) {
  const Quantizer& q = *w.quantizer();
  Channels c;
  if (!q.per_channel()) {
    c.scales.assign(size_t(n), float(q.scale));
    c.zeros.assign(size_t(n), int32_t(q.zero_point));
  } else {
    TL_CHECK(int64_t(q.scales.size()) == n, "quantized layer: the weight has ", q.scales.size(),
             " scales for ", n, " output channels");
    c.scales.assign(q.scales.begin(), q.scales.end());
    c.zeros.assign(q.zero_points.begin(), q.zero_points.end());
  }
  return c;
}

// In range, and 0 where a file's scale is no number. A channel without weights may have a scale so
// small that its bias does not fit: what is added to the largest integer then wraps, as QNNPACK's.
int32_t rounded(float v) {
  constexpr float kEnd = 0x1p31f;
  using Limits = std::numeric_limits<int32_t>;
  if (v != v) return 0;
  return v >= kEnd ? Limits::max() : v <= -kEnd ? Limits::min() : int32_t(std::nearbyint(v));
}

// What takes sums to bytes: multipliers and the rounded bias.
struct Finish {
  std::vector<float> multiplier;
  std::vector<int32_t> bias;
  int32_t zero_point, min, max;
  Requantize requantize() const {
    return {multiplier.data(), 1, bias.data(), nullptr, zero_point, min, max};
  }
};
Finish finish_for(const Channels& c, const std::optional<Tensor>& bias, double x_scale,
                  const QuantizedOutput& out, bool is_signed) {
  Finish f{{}, {}, int32_t(out.zero_point), is_signed ? -128 : 0, is_signed ? 127 : 255};
  if (out.relu) f.min = std::max(f.min, f.zero_point);
  const Tensor b = bias ? converted(*bias, kFloat).contiguous() : Tensor();
  for (size_t i = 0; i < c.scales.size(); ++i) {
    const float unit = float(x_scale) * c.scales[i];
    f.multiplier.push_back(unit * (1.f / float(out.scale)));
    f.bias.push_back(b.defined() ? rounded(b.as<float>()[i] / unit) : 0);
  }
  return f;
}

void check_activation(const char* op, const Tensor& x) {
  TL_CHECK(x.scalar_type() == kQUInt8 || x.scalar_type() == kQInt8, op,
           ": expected an 8-bit quantized input, but got ", x.scalar_type(),
           "\n  fix: quantize it first (torch.quantize_per_tensor, or a QuantStub in the model)");
  TL_CHECK(!x.quantizer()->per_channel(), op, ": the input must be quantized per tensor");
}

// int8 activations run as uint8 moved by 128.
Tensor as_unsigned(const Tensor& x, int32_t& zero_point) {
  zero_point = int32_t(x.q_zero_point());
  if (x.scalar_type() == kQUInt8) return x;
  Fact f(kQUInt8, x.sizes(), x.strides());
  f.quantizer = make_quantizer(x.q_scale(), x.q_zero_point() + 128);
  Tensor y(f);
  const int8_t* from = x.as<int8_t>();
  for (int64_t i = 0; i < x.numel(); ++i) y.as<uint8_t>()[i] = uint8_t(int(from[i]) + 128);
  zero_point += 128;
  return y;
}

intrusive_ptr<Storage> scratch_of(size_t bytes) {
  return bytes ? make_intrusive<Storage>(bytes) : nullptr;
}
void* pointer(const intrusive_ptr<Storage>& s) { return s ? s->data() : nullptr; }

// Convolutions give their result channels last.
MemoryFormat layer_format(const ConvParams& p) {
  return p.dims() == 3 ? MemoryFormat::ChannelsLast3d : MemoryFormat::ChannelsLast;
}

// Sums of integers are exact in double, and in float below 2^24: transposed convolutions run on
// those.
Tensor transposed_by_floats(const Tensor& x, const ConvParams& p, const QuantizedOutput& out) {
  const Tensor q = sub(converted(int_repr(x), kDouble), Scalar(double(x.q_zero_point())));
  Fact plain(kChar, p.weight.sizes(), p.weight.strides());
  const Tensor bytes(p.weight.storage(), plain, p.weight.storage_offset());
  const int64_t outs = p.weight.size(1) * p.groups;
  const Quantizer& wq = *p.weight.quantizer();
  TL_CHECK(!wq.per_channel() || (wq.axis == 1 && p.groups == 1),
           "conv_transpose: per-channel weights need axis 1 and one group");
  DimVector shape(size_t(p.weight.dim()), 1);
  Tensor zeros_of_w = scalar_tensor(double(wq.zero_point), kDouble);
  Channels c;
  if (wq.per_channel()) {
    c = channels_of(p.weight, outs);
    shape[1] = outs;
    zeros_of_w = Tensor(Fact(kDouble, shape));
    for (int64_t i = 0; i < outs; ++i) zeros_of_w.as<double>()[i] = double(c.zeros[size_t(i)]);
  } else {
    c.scales.assign(size_t(outs), float(wq.scale));
  }
  const Tensor sums = convolution(q, sub(converted(bytes, kDouble), zeros_of_w), {}, p.stride,
                                  p.padding, p.dilation, true, p.output_padding, p.groups)
                          .contiguous();
  const Finish f = finish_for(c, p.bias, x.q_scale(), out, x.scalar_type() == kQInt8);
  Fact fact(x.scalar_type(), sums.sizes());
  fact.quantizer = make_quantizer(out.scale, out.zero_point);
  Tensor y(fact);
  int64_t plane = 1;
  for (size_t d = 2; d < sums.sizes().size(); ++d) plane *= sums.sizes()[d];
  for (int64_t i = 0; i < sums.numel(); ++i) {
    const size_t channel = size_t(i / plane % outs);
    const float v = std::nearbyint(float(int64_t(sums.as<double>()[i]) + f.bias[channel]) *
                                   f.multiplier[channel]) +
                    float(f.zero_point);
    y.as<uint8_t>()[i] = uint8_t(int(std::fmin(float(f.max), std::fmax(float(f.min), v))));
  }
  return contiguous(y, layer_format(p));
}

ConvShape shape_of(const Tensor& x, const ConvParams& p) {
  const size_t n = p.dims();
  TL_CHECK(x.dim() == int64_t(n) + 2, "quantized convolution: expected an input of ", n + 2,
           " dimensions, but got ", x.sizes());
  TL_CHECK(x.size(1) == p.weight.size(1) * p.groups, "quantized convolution: input has ", x.size(1),
           " channels, but weight ", p.weight.sizes(), " with groups=", p.groups, " takes ",
           p.weight.size(1) * p.groups);
  ConvShape s;
  s.batch = x.size(0), s.in_channels = x.size(1), s.out_channels = p.weight.size(0),
  s.groups = p.groups;
  for (size_t i = 0; i < n; ++i) {
    const int64_t in = x.sizes()[i + 2], k = p.weight.sizes()[i + 2];
    TL_CHECK(p.stride[i] > 0 && p.dilation[i] > 0 && p.padding[i] >= 0,
             "quantized convolution: stride, padding or dilation is not positive");
    TL_CHECK(in + 2 * p.padding[i] >= p.dilation[i] * (k - 1) + 1,
             "quantized convolution: kernel size ", k,
             " can't be greater than the padded input size ", in + 2 * p.padding[i]);
    s.dim[3 - n + i] = {in,
                        conv_out_size(in, k, p.stride[i], p.padding[i], p.dilation[i]),
                        k,
                        p.stride[i],
                        p.padding[i],
                        p.dilation[i]};
  }
  return s;
}

}  // namespace

Tensor quantized_conv(const Tensor& given, const ConvParams& p, const QuantizedOutput& out) {
  check_activation("quantized convolution", given);
  if (p.transpose) return transposed_by_floats(given, p, out);
  const MemoryFormat format = layer_format(p);
  const ConvShape s = shape_of(given, p);
  int32_t zero;
  const Tensor x = as_unsigned(contiguous(given, format), zero), w = p.weight.contiguous();
  const bool is_signed = given.scalar_type() == kQInt8;
  const ConvInt8Plan plan = plan_conv_int8(s, get_num_threads());
  const Channels c = channels_of(w, s.out_channels);
  const auto packed = packed_weights(
      w, str("conv_int8;", s.groups, plan.depthwise), plan.weights_bytes,
      [&](void* to) { conv_int8_pack_weights(plan, w.as<int8_t>(), c.zeros.data(), 1, to); });
  // int8 results are made as uint8 moved by 128 and moved back
  Finish f = finish_for(c, p.bias, x.q_scale(), out, is_signed);
  DimVector sizes{s.batch, s.out_channels};
  for (size_t i = 3 - p.dims(); i < 3; ++i) sizes.push_back(s.dim[i].out);
  Fact fact(given.scalar_type(), sizes, contiguous_strides(sizes, format));
  fact.quantizer = make_quantizer(out.scale, out.zero_point);
  Tensor y(fact);
  const auto scratch = scratch_of(plan.scratch_bytes);
  conv_int8(plan, x.as<uint8_t>(), zero, packed->data(), f.requantize(), y.as<uint8_t>(),
            pointer(scratch));
  return y;
}

namespace {

struct PackedLinear {
  int64_t N, K;
  Channels channels;
  intrusive_ptr<Storage> packed;
};
PackedLinear pack_linear(const LinearParams& p) {
  const Tensor w = p.weight.contiguous();
  PackedLinear l{w.size(0), w.size(1), channels_of(w, w.size(0)), {}};
  l.packed = packed_weights(w, "linear_int8", packed_b_s8_bytes(l.K, l.N), [&](void* to) {
    pack_b_s8(l.K, l.N, w.as<int8_t>(), l.K, true, l.channels.zeros.data(), 1, to);
  });
  return l;
}
DimVector linear_sizes(const Tensor& x, const LinearParams& p) {
  TL_CHECK(x.dim() >= 1 && x.size(-1) == p.weight.size(1), "quantized linear: input ", x.sizes(),
           " must end with the weight's in_features ", p.weight.size(1));
  DimVector sizes(x.sizes());
  sizes.back() = p.weight.size(0);
  return sizes;
}

}  // namespace

Tensor quantized_linear(const Tensor& given, const LinearParams& p, const QuantizedOutput& out) {
  check_activation("quantized linear", given);
  const DimVector sizes = linear_sizes(given, p);
  int32_t zero;
  const Tensor x = as_unsigned(given.contiguous(), zero);
  const PackedLinear l = pack_linear(p);
  const int64_t M = l.K ? x.numel() / l.K : 0;
  const Finish f = finish_for(l.channels, p.bias, x.q_scale(), out, given.scalar_type() == kQInt8);
  Fact fact(given.scalar_type(), sizes);
  fact.quantizer = make_quantizer(out.scale, out.zero_point);
  Tensor y(fact);
  const Storage pairs_memory(widened_bytes(M, l.K));
  widen_rows_u8(M, l.K, x.as<uint8_t>(), l.K, zero, static_cast<int32_t*>(pairs_memory.data()));
  gemm_s16_requantized(M, l.N, l.K, static_cast<const int32_t*>(pairs_memory.data()), pairs(l.K),
                       l.packed->data(), y.as<uint8_t>(), l.N, f.requantize());
  return y;
}

QuantizationRange choose_quantization(float min, float max, int64_t qmin, int64_t qmax) {
  min = std::fmin(min, 0.f), max = std::fmax(max, 0.f);
  double scale = (double(max) - double(min)) / double(qmax - qmin);
  if (float(scale) == 0.f || std::isinf(1.f / float(scale))) scale = 0.1;
  constexpr float kSmallest = 6.1e-5f;
  if (scale < double(kSmallest)) {
    const float old = float(scale);
    scale = double(kSmallest);
    if (min == 0.f)
      max = kSmallest * float(qmax - qmin);
    else if (max == 0.f)
      min = -kSmallest * float(qmax - qmin);
    else
      min *= kSmallest / old, max *= kSmallest / old;
  }
  const double from_min = double(qmin) - double(min) / scale,
               from_max = double(qmax) - double(max) / scale;
  const double error_min = std::abs(double(qmin)) - std::abs(double(min) / scale),
               error_max = std::abs(double(qmax)) - std::abs(double(max) / scale);
  const double zero = error_min < error_max ? from_min : from_max;
  const int64_t nudged = !(zero >= double(qmin)) ? qmin  // perhaps NaN
                         : zero > double(qmax)   ? qmax
                                                 : int64_t(std::nearbyint(zero));
  return {scale, nudged};
}

Tensor dynamic_linear(const Tensor& given, const LinearParams& p, bool relu) {
  TL_CHECK(given.scalar_type() == kFloat, "linear_dynamic: expected a float32 input, but got ",
           given.scalar_type());
  const DimVector sizes = linear_sizes(given, p);
  if (p.weight.scalar_type() == kFloat) {
    const Tensor y = linear(given, p.weight, p.bias);
    return relu ? tealight::relu(y) : y;
  }
  const Tensor x = given.contiguous();
  const int64_t n = x.numel();
  const float* in = x.as<float>();
  float low = n ? in[0] : 0, high = low;
  for (int64_t i = 1; i < n; ++i) low = std::fmin(low, in[i]), high = std::fmax(high, in[i]);
  TL_CHECK(std::isfinite(low) && std::isfinite(high),
           "linear_dynamic: the input holds infinite values");
  const QuantizationRange q = choose_quantization(low, high, 0, 255);
  Fact qf(kQUInt8, x.sizes());
  qf.quantizer = make_quantizer(q.scale, q.zero_point);
  const Tensor bytes = quantized_like(x, qf);
  const PackedLinear l = pack_linear(p);
  const int64_t M = l.K ? n / l.K : 0;
  const Storage pairs_memory(widened_bytes(M, l.K)), sums_memory(size_t(M * l.N) * 4);
  int32_t* sums = static_cast<int32_t*>(sums_memory.data());
  widen_rows_u8(M, l.K, bytes.as<uint8_t>(), l.K, int32_t(q.zero_point),
                static_cast<int32_t*>(pairs_memory.data()));
  gemm_s16(M, l.N, l.K, static_cast<const int32_t*>(pairs_memory.data()), pairs(l.K),
           l.packed->data(), sums, l.N);
  Tensor y(Fact(kFloat, sizes));
  const Tensor b = p.bias ? p.bias->contiguous() : Tensor();
  float* out = y.as<float>();
  for (int64_t m = 0; m < M; ++m)
    for (int64_t o = 0; o < l.N; ++o) {
      float v = float(sums[m * l.N + o]) * (float(q.scale) * l.channels.scales[size_t(o)]);
      if (b.defined()) v += b.as<float>()[o];
      out[m * l.N + o] = relu ? std::fmax(v, 0.f) : v;
    }
  return y;
}

namespace ops {
namespace {

Tensor lift(const Tensor& x, bool up) {
  return up ? unsqueeze(x, 2) : squeeze(x, 2);
}  // (N, C, L) <-> (N, C, 1, L)
template <bool Relu>
Tensor conv_new(const Tensor& x, const Value& w, double scale, int64_t zero) {
  return quantized_conv(x, *conv_params(w), {scale, zero, Relu});
}
template <bool Relu>
Tensor conv_old(const Tensor& x, const Value& w, const DimVector&, const DimVector&,
                const DimVector&, int64_t, double scale, int64_t zero) {
  return conv_new<Relu>(x, w, scale, zero);
}
template <bool Relu>
Tensor conv_1d(const Tensor& x, const Value& w, double scale, int64_t zero) {
  return lift(conv_new<Relu>(lift(x, true), w, scale, zero), false);
}
template <bool Relu>
Tensor linear_q(const Tensor& x, const Value& w, double scale, int64_t zero) {
  return quantized_linear(x, *linear_params(w), {scale, zero, Relu});
}
template <bool Relu>
Tensor linear_dyn(const Tensor& x, const Value& w, bool) {
  return dynamic_linear(x, *linear_params(w), Relu);
}
template <bool Relu>
Tensor linear_half(const Tensor& x, const Value& w) {
  return dynamic_linear(x, *linear_params(w), Relu);
}

Value pack_conv(const Tensor& w, const std::optional<Tensor>& b, DimVector stride,
                DimVector padding, DimVector dilation, int64_t groups, bool transpose,
                DimVector output_padding) {
  auto p = make_intrusive<ConvParams>();
  p->weight = w, p->bias = b, p->stride = stride, p->padding = padding, p->dilation = dilation,
  p->groups = groups, p->transpose = transpose;
  p->output_padding = output_padding.empty() ? DimVector(stride.size(), 0) : output_padding;
  return conv_object(p);
}
Value conv_prepack(const Tensor& w, const std::optional<Tensor>& b, const DimVector& s,
                   const DimVector& p, const DimVector& d, int64_t g) {
  return pack_conv(w, b, s, p, d, g, false, {});
}
Value transpose_prepack(const Tensor& w, const std::optional<Tensor>& b, const DimVector& s,
                        const DimVector& p, const DimVector& op, const DimVector& d, int64_t g) {
  return pack_conv(w, b, s, p, d, g, true, op);
}
DimVector with_front(int64_t front, const DimVector& v) { return DimVector{front, v.back()}; }
Value conv1d_prepack(const Tensor& w, const std::optional<Tensor>& b, const DimVector& s,
                     const DimVector& p, const DimVector& d, int64_t g) {
  return pack_conv(unsqueeze(w, 2), b, with_front(1, s), with_front(0, p), with_front(1, d), g,
                   false, {});
}
Value transpose1d_prepack(const Tensor& w, const std::optional<Tensor>& b, const DimVector& s,
                          const DimVector& p, const DimVector& op, const DimVector& d, int64_t g) {
  return pack_conv(unsqueeze(w, 2), b, with_front(1, s), with_front(0, p), with_front(1, d), g,
                   true, with_front(0, op));
}
std::tuple<Tensor, std::optional<Tensor>> conv_unpack(const Value& w) {
  const auto p = conv_params(w);
  return {contiguous(p->weight,
                     p->weight.dim() == 4 ? MemoryFormat::ChannelsLast : MemoryFormat::Contiguous),
          p->bias};
}
std::tuple<Tensor, std::optional<Tensor>> conv1d_unpack(const Value& w) {
  const auto p = conv_params(w);
  return {squeeze(p->weight, 2), p->bias};
}
Value linear_prepack(const Tensor& w, const std::optional<Tensor>& b) {
  TL_CHECK(w.dim() == 2 && w.scalar_type() == kQInt8,
           "quantized::linear_prepack: the weight must be a qint8 matrix, but is ", w.scalar_type(),
           w.sizes());
  auto p = make_intrusive<LinearParams>();
  p->weight = w, p->bias = b;
  return linear_object(p);
}
Value linear_prepack_half(const Tensor& w, const std::optional<Tensor>& b) {
  TL_CHECK(w.dim() == 2 && w.scalar_type() == kFloat,
           "quantized::linear_prepack_fp16: the weight must be a float matrix, but is ",
           w.scalar_type(), w.sizes());
  auto p = make_intrusive<LinearParams>();
  p->weight = converted(converted(clamp(w, -65504., 65504.), kHalf), kFloat), p->bias = b;
  return linear_object(p);
}
std::tuple<Tensor, std::optional<Tensor>> linear_unpack(const Value& w) {
  const auto p = linear_params(w);
  // QNNPACK makes up a bias of zeros
  if (!p->bias && globalContext().qEngine() == QEngine::QNNPACK)
    return {p->weight, zeros({p->weight.size(0)}, TensorOptions(kFloat))};
  return {p->weight, p->bias};
}

#define TL_CONV2 "__torch__.torch.classes.quantized.Conv2dPackedParamsBase"
#define TL_CONV3 "__torch__.torch.classes.quantized.Conv3dPackedParamsBase"
#define TL_LINEAR "__torch__.torch.classes.quantized.LinearPackedParamsBase"
#define TL_OUT "float output_scale, int output_zero_point) -> Tensor"
#define TL_PACK \
  "(Tensor weight, Tensor? bias, int[] stride, int[] padding, int[] dilation, int groups) -> "
#define TL_PACKT \
  "(Tensor weight, Tensor? bias, int[] stride, int[] padding, int[] output_padding, int[] dilation, int groups) -> "
#define TL_OLD ", int[] stride, int[] padding, int[] dilation, int groups, " TL_OUT
constexpr Fn rows[] = {
    TL_FN("quantized::conv1d(Tensor qx, " TL_CONV2 " packed_weight, " TL_OUT, conv_1d<false>),
    TL_FN("quantized::conv1d_relu(Tensor qx, " TL_CONV2 " packed_weight, " TL_OUT, conv_1d<true>),
    TL_FN("quantized::conv2d.new(Tensor qx, " TL_CONV2 " packed_weight, " TL_OUT, conv_new<false>),
    TL_FN("quantized::conv2d_relu.new(Tensor qx, " TL_CONV2 " packed_weight, " TL_OUT,
          conv_new<true>),
    TL_FN("quantized::conv3d.new(Tensor qx, " TL_CONV3 " packed_weight, " TL_OUT, conv_new<false>),
    TL_FN("quantized::conv3d_relu.new(Tensor qx, " TL_CONV3 " packed_weight, " TL_OUT,
          conv_new<true>),
    TL_FN("quantized::conv2d(Tensor qx, " TL_CONV2 " weight" TL_OLD, conv_old<false>),
    TL_FN("quantized::conv2d_relu(Tensor qx, " TL_CONV2 " weight" TL_OLD, conv_old<true>),
    TL_FN("quantized::conv3d(Tensor qx, " TL_CONV3 " weight" TL_OLD, conv_old<false>),
    TL_FN("quantized::conv3d_relu(Tensor qx, " TL_CONV3 " weight" TL_OLD, conv_old<true>),
    TL_FN("quantized::conv_transpose1d(Tensor qx, " TL_CONV2 " packed_weight, " TL_OUT,
          conv_1d<false>),
    TL_FN("quantized::conv_transpose2d(Tensor qx, " TL_CONV2 " packed_weight, " TL_OUT,
          conv_new<false>),
    TL_FN("quantized::conv_transpose3d(Tensor qx, " TL_CONV3 " packed_weight, " TL_OUT,
          conv_new<false>),
    TL_FN("quantized::conv1d_prepack" TL_PACK TL_CONV2, conv1d_prepack),
    TL_FN("quantized::conv2d_prepack" TL_PACK TL_CONV2, conv_prepack),
    TL_FN("quantized::conv_prepack" TL_PACK TL_CONV2, conv_prepack),
    TL_FN("quantized::conv3d_prepack" TL_PACK TL_CONV3, conv_prepack),
    TL_FN("quantized::conv_transpose1d_prepack" TL_PACKT TL_CONV2, transpose1d_prepack),
    TL_FN("quantized::conv_transpose2d_prepack" TL_PACKT TL_CONV2, transpose_prepack),
    TL_FN("quantized::conv_transpose3d_prepack" TL_PACKT TL_CONV3, transpose_prepack),
    TL_FN("quantized::conv1d_unpack(" TL_CONV2
          " packed_weights) -> (Tensor unpacked_weights, Tensor? B_origin)",
          conv1d_unpack),
    TL_FN("quantized::conv2d_unpack(" TL_CONV2
          " packed_weights) -> (Tensor unpacked_weights, Tensor? B_origin)",
          conv_unpack),
    TL_FN("quantized::conv_unpack(" TL_CONV2
          " packed_weights) -> (Tensor unpacked_weights, Tensor? B_origin)",
          conv_unpack),
    TL_FN("quantized::conv3d_unpack(" TL_CONV3
          " packed_weights) -> (Tensor unpacked_weights, Tensor? B_origin)",
          conv_unpack),
    TL_FN("quantized::conv_transpose1d_unpack(" TL_CONV2
          " packed_weights) -> (Tensor unpacked_weights, Tensor? B_origin)",
          conv1d_unpack),
    TL_FN("quantized::conv_transpose2d_unpack(" TL_CONV2
          " packed_weights) -> (Tensor unpacked_weights, Tensor? B_origin)",
          conv_unpack),
    TL_FN("quantized::linear(Tensor X, " TL_LINEAR
          " W_prepack, float Y_scale_i, int Y_zero_point_i) -> Tensor Y",
          linear_q<false>),
    TL_FN("quantized::linear_relu(Tensor X, " TL_LINEAR
          " W_prepack, float Y_scale_i, int Y_zero_point_i) -> Tensor Y",
          linear_q<true>),
    TL_FN("quantized::linear_dynamic(Tensor X, " TL_LINEAR
          " W_prepack, bool reduce_range=False) -> Tensor Y",
          linear_dyn<false>),
    TL_FN("quantized::linear_relu_dynamic(Tensor X, " TL_LINEAR
          " W_prepack, bool reduce_range=False) -> Tensor Y",
          linear_dyn<true>),
    TL_FN("quantized::linear_dynamic_fp16(Tensor X, " TL_LINEAR " W_prepack) -> Tensor Y",
          linear_half<false>),
    TL_FN("quantized::linear_relu_dynamic_fp16(Tensor X, " TL_LINEAR " W_prepack) -> Tensor Y",
          linear_half<true>),
    TL_FN("quantized::linear_prepack(Tensor W, Tensor? B=None) -> " TL_LINEAR " W_prepack",
          linear_prepack),
    TL_FN("quantized::linear_prepack_fp16(Tensor W, Tensor? B=None) -> " TL_LINEAR " W_prepack",
          linear_prepack_half),
    TL_FN("quantized::linear_unpack(" TL_LINEAR
          " W_prepack) -> (Tensor W_origin, Tensor? B_origin)",
          linear_unpack),
    TL_FN("quantized::linear_unpack_fp16(" TL_LINEAR
          " W_prepack) -> (Tensor W_origin, Tensor? B_origin)",
          linear_unpack),
};

}  // namespace
TL_FNS(quantized_layers){rows};
}  // namespace ops
}  // namespace tealight
