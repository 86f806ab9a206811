// Packing and unpacking of quantized layers' parameters, and transposed convolutions on them.
#include "ops/quantized/layers.h"

#include <cmath>

#include "ops/copy.h"
#include "ops/fns.h"
#include "ops/quantize.h"
#include "ops/quantized/int8_layer.h"
#include "tealight/context.h"
#include "tealight/ops.h"

namespace tealight {

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

namespace ops {
namespace {

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
  const WeightChannels c(p.weight, outs);
  if (wq.per_channel()) {
    shape[1] = outs;
    zeros_of_w = Tensor(Fact(kDouble, shape));
    for (int64_t i = 0; i < outs; ++i) zeros_of_w.as<double>()[i] = double(c.zeros[size_t(i)]);
  }
  const Tensor sums = convolution(q, sub(converted(bytes, kDouble), zeros_of_w), {}, p.stride,
                                  p.padding, p.dilation, true, p.output_padding, p.groups)
                          .contiguous();
  const Int8Finish f(c, p.bias, x.q_scale(), out, x.scalar_type() == kQInt8);
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
  return contiguous(y, p.dims() == 3 ? MemoryFormat::ChannelsLast3d : MemoryFormat::ChannelsLast);
}

Tensor transposed(const Tensor& x, const Value& w, double scale, int64_t zero) {
  check_int8_activation("quantized::conv_transpose", x.fact());
  const auto p = conv_params(w);
  TL_CHECK(p->transpose, "quantized::conv_transpose: the parameters are those of a convolution");
  return transposed_by_floats(x, *p, {scale, zero});
}
Tensor transposed_1d(const Tensor& x, const Value& w, double scale, int64_t zero) {
  return squeeze(transposed(unsqueeze(x, 2), w, scale, zero), 2);  // (N, C, L) as (N, C, 1, L)
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
constexpr Fn rows[] = {
    TL_FN("quantized::conv_transpose1d(Tensor qx, " TL_CONV2 " packed_weight, " TL_OUT,
          transposed_1d),
    TL_FN("quantized::conv_transpose2d(Tensor qx, " TL_CONV2 " packed_weight, " TL_OUT, transposed),
    TL_FN("quantized::conv_transpose3d(Tensor qx, " TL_CONV3 " packed_weight, " TL_OUT, transposed),
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
