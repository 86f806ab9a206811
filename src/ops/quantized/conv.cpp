// Quantized convolutions in one, two and three dimensions on packed parameters. Results are
// channels last, as PyTorch's.
#include "ops/copy.h"
#include "ops/quantized/int8_layer.h"
#include "tealight/threads.h"

namespace tealight::ops {
namespace {

using namespace kernels;

// conv1d's parameters are those of a 2-d convolution of height 1.
size_t dims_of(const Fact& x, const ConvParams& p) {
  return p.dims() == 2 && x.dim() == 3 ? 1 : p.dims();
}

ConvShape shape_of(const Fact& x, const ConvParams& p) {
  const size_t n = dims_of(x, p), first = p.dims() - n;
  TL_CHECK(x.dim() == int64_t(n) + 2, "quantized convolution: expected an input of ", n + 2,
           " dimensions, but got ", x.sizes);
  TL_CHECK(x.sizes[1] == p.weight.size(1) * p.groups, "quantized convolution: input has ",
           x.sizes[1], " channels, but weight ", p.weight.sizes(), " with groups=", p.groups,
           " takes ", p.weight.size(1) * p.groups);
  ConvShape s;
  s.batch = x.sizes[0], s.in_channels = x.sizes[1], s.out_channels = p.weight.size(0),
  s.groups = p.groups;
  for (size_t i = first; i < p.dims(); ++i) {
    const int64_t in = x.sizes[i - first + 2], k = p.weight.sizes()[i + 2];
    TL_CHECK(p.stride[i] > 0 && p.dilation[i] > 0 && p.padding[i] >= 0,
             "quantized convolution: stride, padding or dilation is not positive");
    TL_CHECK(in + 2 * p.padding[i] >= p.dilation[i] * (k - 1) + 1,
             "quantized convolution: kernel size ", k,
             " can't be greater than the padded input size ", in + 2 * p.padding[i]);
    s.dim[3 - p.dims() + i] = {in,
                               conv_out_size(in, k, p.stride[i], p.padding[i], p.dilation[i]),
                               k,
                               p.stride[i],
                               p.padding[i],
                               p.dilation[i]};
  }
  return s;
}

// (qx, packed, scale, zero point), or with the parameters once more before those.
struct Arguments {
  intrusive_ptr<ConvParams> params;
  double scale;
  int64_t zero_point;
  explicit Arguments(Args args)
      : params(conv_params(args[1])),
        scale(unpack<double>(args[args.size() - 2])),
        zero_point(unpack<int64_t>(args[args.size() - 1])) {}
};

std::vector<Fact> infer(Args args) {
  TL_CHECK(args.size() >= 4, "quantized convolution: takes at least 4 arguments, but got ",
           args.size());
  const Fact& x = unpack<Fact>(args[0]);
  check_int8_activation("quantized convolution", x);
  const Arguments a(args);
  TL_CHECK(!a.params->transpose,
           "quantized convolution: the parameters are those of a transposed convolution");
  const ConvShape s = shape_of(x, *a.params);
  Fact y(x.dtype, {s.batch, s.out_channels});
  const size_t n = dims_of(x, *a.params);
  int64_t step = s.out_channels;
  for (size_t i = 3 - n; i < 3; ++i) y.sizes.push_back(s.dim[i].out);
  y.strides = DimVector(y.sizes.size(), 1);
  for (size_t i = n; i > 0; --i) y.strides[i + 1] = step, step *= y.sizes[i + 1];
  y.strides[0] = step;
  y.quantizer = make_quantizer(a.scale, a.zero_point);
  return {y};
}

Offer prepare_for(const Call& c, const ConvParams& p, const QuantizedOutput& out) {
  const ConvShape s = shape_of(c.in(0), p);
  const Tensor w = contiguous(p.weight);
  const WeightChannels channels(w, s.out_channels);
  const ConvInt8Plan plan = plan_conv_int8(s, get_num_threads(), channels.centred());
  const auto packed =
      pack_int8_weights(plan, w, channels, str(s.groups, p.stride.back(), p.dilation.back()));
  return int8_kernel(plan, packed, channels, p.bias, c.in(0), out);
}
template <bool Relu>
Offer prepare(const Call& c) {
  const Arguments a(c.args);
  return prepare_for(c, *a.params, {a.scale, a.zero_point, Relu});
}
// With limits after the others.
Offer prepare_clamped(const Call& c) {
  const Arguments a(c.args.first(4));
  return prepare_for(
      c, *a.params,
      {a.scale, a.zero_point, false, float(c.arg<double>(4)), float(c.arg<double>(5))});
}
std::vector<Fact> infer_clamped(Args args) { return infer(args.first(4)); }
template <bool Relu>
constexpr Impl int8[] = {{"int8", prepare<Relu>}};

constexpr Impl int8_clamped[] = {{"int8", prepare_clamped}};

constexpr Trait kTraits = Trait::strided | Trait::nograd;

}  // namespace

#define TL_CONV2 "Tensor qx, __torch__.torch.classes.quantized.Conv2dPackedParamsBase "
#define TL_CONV3 "Tensor qx, __torch__.torch.classes.quantized.Conv3dPackedParamsBase "
#define TL_OUT "float output_scale, int output_zero_point) -> Tensor"
#define TL_OLD \
  "weight, int[] stride, int[] padding, int[] dilation, int groups, float output_scale, int output_zero_point) -> Tensor"
TL_OP(quantized_conv1d){
    .schemas = {"quantized::conv1d(" TL_CONV2 "packed_weight, " TL_OUT},
    .infer = infer,
    .kernels = int8<false>,
    .traits = kTraits,
};
TL_OP(quantized_conv1d_relu){
    .schemas = {"quantized::conv1d_relu(" TL_CONV2 "packed_weight, " TL_OUT},
    .infer = infer,
    .kernels = int8<true>,
    .traits = kTraits,
};
TL_OP(quantized_conv2d){
    .schemas = {"quantized::conv2d.new(" TL_CONV2 "packed_weight, " TL_OUT,
                "quantized::conv2d(" TL_CONV2 TL_OLD},
    .infer = infer,
    .kernels = int8<false>,
    .traits = kTraits,
};
TL_OP(quantized_conv2d_relu){
    .schemas = {"quantized::conv2d_relu.new(" TL_CONV2 "packed_weight, " TL_OUT,
                "quantized::conv2d_relu(" TL_CONV2 TL_OLD},
    .infer = infer,
    .kernels = int8<true>,
    .traits = kTraits,
};
TL_OP(quantized_conv2d_clamped){
    .schemas =
        {"tealight::quantized_conv2d(" TL_CONV2
         "packed_weight, float output_scale, int output_zero_point, float min, float max) -> Tensor"},
    .infer = infer_clamped,
    .kernels = int8_clamped,
    .traits = kTraits,
};
TL_OP(quantized_conv3d){
    .schemas = {"quantized::conv3d.new(" TL_CONV3 "packed_weight, " TL_OUT,
                "quantized::conv3d(" TL_CONV3 TL_OLD},
    .infer = infer,
    .kernels = int8<false>,
    .traits = kTraits,
};
TL_OP(quantized_conv3d_relu){
    .schemas = {"quantized::conv3d_relu.new(" TL_CONV3 "packed_weight, " TL_OUT,
                "quantized::conv3d_relu(" TL_CONV3 TL_OLD},
    .infer = infer,
    .kernels = int8<true>,
    .traits = kTraits,
};
}  // namespace tealight::ops
