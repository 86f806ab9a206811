// Convolutions in one, two and three dimensions and their transposes: aten::convolution and its
// gradients.
#include "kernels/conv/conv.h"

#include "core/parallel.h"
#include "kernels/conv/conv_reference.h"
#include "ops/conv/conv.h"
#include "ops/gradients.h"
#include "ops/packed.h"
#include "ops/samples.h"
#include "tealight/ops.h"

namespace tealight::ops {

DimVector per_dimension(const char* name, const DimVector& v, size_t n) {
  if (v.size() == n) return v;
  TL_CHECK(v.size() == 1, "convolution: expected ", name, " to be a single integer or a list of ",
           n, " values to match the convolution dimensions, but got ", name, "=", v);
  return DimVector(n, v[0]);
}

namespace {

using namespace kernels;

struct ConvArgs {
  DimVector stride, padding, dilation;
  bool transposed;
  DimVector output_padding;
  int64_t groups;
};
ConvArgs args_of(const Call& c) {
  const size_t n = c.in(1).sizes.size() - 2;
  return {per_dimension("stride", c.arg<DimVector>(3), n),
          per_dimension("padding", c.arg<DimVector>(4), n),
          per_dimension("dilation", c.arg<DimVector>(5), n),
          c.arg<bool>(6),
          per_dimension("output_padding", c.arg<DimVector>(7), n),
          c.arg<int64_t>(8)};
}

std::string fix_channels(int64_t got) {
  return got == 4   ? "\n  fix: drop the alpha channel of the picture"
         : got == 1 ? "\n  fix: a grey picture has one channel; repeat it (x.expand)"
                    : "";
}

void check_shapes(const Fact& x, const Fact& w, OptionalFact bias, const ConvArgs& a) {
  const int64_t n = w.dim() - 2;
  TL_CHECK(n >= 1 && n <= 3, "convolution: weight must have 3 to 5 dimensions, but has shape ",
           w.sizes);
  TL_CHECK(x.dim() == w.dim(), "Expected ", w.dim() - 1, "D (unbatched) or ", w.dim(),
           "D (batched) input to conv", n, "d, but got input of size: ", x.sizes);
  TL_CHECK(a.groups > 0, "convolution: groups must be positive, got ", a.groups);
  for (int64_t i = 0; i < n; ++i) {
    TL_CHECK(a.stride[size_t(i)] > 0, "non-positive stride is not supported");
    TL_CHECK(a.padding[size_t(i)] >= 0, "negative padding is not supported");
    TL_CHECK(a.dilation[size_t(i)] > 0, "dilation should be greater than zero");
    TL_CHECK(a.output_padding[size_t(i)] >= 0, "negative output_padding is not supported");
  }
  const int64_t channels = a.transposed ? w.sizes[0] : w.sizes[1] * a.groups;
  TL_CHECK(x.sizes[1] == channels, "Given groups=", a.groups, ", weight of size ", w.sizes,
           ", expected input", x.sizes, " to have ", channels, " channels, but got ", x.sizes[1],
           " channels instead", fix_channels(x.sizes[1]));
  TL_CHECK(w.sizes[0] % a.groups == 0, "Given groups=", a.groups,
           ", expected weight to be divisible by ", a.groups,
           " at dimension 0, but got weight of size ", w.sizes, " instead");
  const int64_t outs = a.transposed ? w.sizes[1] * a.groups : w.sizes[0];
  if (bias)
    TL_CHECK(bias->dim() == 1 && bias->sizes[0] == outs, "Given weight of size ", w.sizes,
             ", expected bias to be 1-dimensional with ", outs, " elements, but got bias of size ",
             bias->sizes, " instead");
  TL_CHECK(x.dtype == w.dtype && (!bias || bias->dtype == w.dtype), "Input type (", x.dtype,
           ") and weight type (", w.dtype, ")", bias ? " and bias type" : "",
           " should be the same");
}

}  // namespace

Fact infer_convolution(const Fact& x, const Fact& w, OptionalFact bias, const DimVector& stride,
                       const DimVector& padding, const DimVector& dilation, bool transposed,
                       const DimVector& output_padding, int64_t groups) {
  TL_CHECK(w.dim() >= 3, "convolution: weight must have 3 to 5 dimensions, but has shape ",
           w.sizes);
  const size_t n = w.sizes.size() - 2;
  const ConvArgs a{per_dimension("stride", stride, n),
                   per_dimension("padding", padding, n),
                   per_dimension("dilation", dilation, n),
                   transposed,
                   per_dimension("output_padding", output_padding, n),
                   groups};
  check_shapes(x, w, bias, a);
  DimVector sizes{x.sizes[0], transposed ? w.sizes[1] * groups : w.sizes[0]};
  for (size_t i = 0; i < n; ++i) {
    const int64_t in = x.sizes[i + 2], k = w.sizes[i + 2];
    int64_t out;
    if (transposed) {
      out = (in - 1) * a.stride[i] - 2 * a.padding[i] + a.dilation[i] * (k - 1) +
            a.output_padding[i] + 1;
      TL_CHECK(
          a.output_padding[i] < a.stride[i] || a.output_padding[i] < a.dilation[i],
          "output padding must be smaller than either stride or dilation, but got output_padding: ",
          a.output_padding, " stride: ", a.stride, " dilation: ", a.dilation);
      TL_CHECK(out >= 1, "Given input size per channel: ", x.sizes,
               ". Calculated output size per channel is too small: ", out);
    } else {
      TL_CHECK(in + 2 * a.padding[i] >= a.dilation[i] * (k - 1) + 1,
               "Calculated padded input size per channel: (", in + 2 * a.padding[i],
               "). Kernel size: (", k, "). Kernel size can't be greater than actual input size");
      out = conv_out_size(in, k, a.stride[i], a.padding[i], a.dilation[i]);
    }
    sizes.push_back(out);
  }
  Fact out(x.dtype, sizes);
  const MemoryFormat wanted = n == 3 ? MemoryFormat::ChannelsLast3d : MemoryFormat::ChannelsLast;
  if (n >= 2 && !transposed &&
      (x.suggest_memory_format() == wanted || w.suggest_memory_format() == wanted))
    out.strides = contiguous_strides(sizes, wanted);
  return out;
}

ConvShape conv_shape(const Fact& x, const Fact& w, const Fact& y, const DimVector& stride,
                     const DimVector& padding, const DimVector& dilation, bool transposed,
                     int64_t groups) {
  const Fact &in = transposed ? y : x, &out = transposed ? x : y;
  ConvShape s;
  s.batch = x.sizes[0];
  s.in_channels = in.sizes[1];
  s.out_channels = out.sizes[1];
  s.groups = groups;
  const size_t n = w.sizes.size() - 2;
  for (size_t i = 0; i < n; ++i)
    s.dim[3 - n + i] = {in.sizes[i + 2], out.sizes[i + 2], w.sizes[i + 2],
                        stride[i],       padding[i],       dilation[i]};
  return s;
}

PackedConv pack_conv(const Call& c, ConvMethod method, const ConvShape& s) {
  const ConvPlan plan = plan_conv(method, s, get_num_threads());
  return {plan, packed_weights(*c.inputs[1], str("conv", int(method), ";", s.groups),
                               plan.weights_bytes, [&](void* to) {
                                 conv_pack_weights(plan, c.inputs[1]->as<float>(),
                                                   static_cast<float*>(to));
                               })};
}

namespace {

ConvShape shape_of(const Call& c, const ConvArgs& a) {
  return conv_shape(c.in(0), c.in(1), c.out(), a.stride, a.padding, a.dilation, a.transposed,
                    a.groups);
}

template <ConvMethod Method>
Offer prepare_method(const Call& c) {
  const ConvArgs a = args_of(c);
  if (a.transposed) return "transposed";
  if (c.out().dtype != kFloat) return "not float32";
  if (!c.inputs[1]->has_elements()) return "the weights are not known";
  const ConvShape s = shape_of(c, a);
  if (const char* why = conv_refuses(Method, s)) return why;
  const PackedConv conv = pack_conv(c, Method, s);
  return Kernel([conv](const Pointers& p) { conv(p, {p.in<float>(2)}); }, conv.plan.scratch_bytes);
}
#if !TL_SELECTED  // what plans run: twice the size of a small library, which has none
Offer prepare_nhwc(const Call& c) {
  const ConvArgs a = args_of(c);
  const ConvShape s = shape_of(c, a);
  return offer_conv_nhwc(c, a.transposed ? NhwcMethod::transposed : choose_conv_nhwc(s, true), s,
                         {});
}
Offer prepare_depthwise_nhwc(const Call& c) {
  const ConvArgs a = args_of(c);
  if (a.transposed) return "transposed";
  return offer_depthwise_nhwc(c, shape_of(c, a), {});
}
#endif
Offer prepare_transposed(const Call& c) {
  const ConvArgs a = args_of(c);
  if (!a.transposed) return "not transposed";
  if (c.out().dtype != kFloat) return "not float32";
  const ConvShape s = shape_of(c, a);
  const int threads = get_num_threads();
  return Kernel(
      [s, threads](const Pointers& p) {
        conv_transpose_f32(s, threads, p.in<float>(0), p.in<float>(1), p.in<float>(2),
                           p.out<float>(), p.scratch<void>());
      },
      conv_transpose_scratch_bytes(s, threads));
}

template <class T>
Kernel reference_kernel(const ConvShape& s, bool transposed) {
  return Kernel([s, transposed](const Pointers& p) {
    if (!transposed) return conv_reference(s, p.in<T>(0), p.in<T>(1), p.in<T>(2), p.out<T>());
    conv_input_gradient_reference(s, p.in<T>(0), p.in<T>(1), p.out<T>());
    if (!p.ins[2]) return;
    const int64_t plane = s.in_size();
    for (int64_t i = 0; i < s.batch * s.in_channels; ++i)
      for (int64_t k = 0; k < plane; ++k)
        p.out<T>()[i * plane + k] += p.in<T>(2)[i % s.in_channels];
  });
}
Offer prepare_reference(const Call& c) {
  const ConvArgs a = args_of(c);
  const ConvShape s = shape_of(c, a);
  switch (c.out().dtype) {
    case kFloat:
      return reference_kernel<float>(s, a.transposed);
    case kDouble:
      return reference_kernel<double>(s, a.transposed);
    case kLong:
      return reference_kernel<int64_t>(s, a.transposed);
    case kInt:
      return reference_kernel<int32_t>(s, a.transposed);
    case kShort:
      return reference_kernel<int16_t>(s, a.transposed);
    case kChar:
      return reference_kernel<int8_t>(s, a.transposed);
    case kByte:
      return reference_kernel<uint8_t>(s, a.transposed);
    case kComplexFloat:
      return reference_kernel<std::complex<float>>(s, a.transposed);
    case kComplexDouble:
      return reference_kernel<std::complex<double>>(s, a.transposed);
    default:
      return "convolutions take numbers, not bool or quantized tensors";
  }
}
constexpr Impl conv_kernels[] = {
#if !TL_SELECTED
    {"depthwise_nhwc", prepare_depthwise_nhwc, KernelLayout::channels_last},
    {"nhwc", prepare_nhwc, KernelLayout::channels_last},
#endif
    {"depthwise", prepare_method<ConvMethod::depthwise>},
    {"gemm", prepare_method<ConvMethod::gemm>},
    {"transposed", prepare_transposed},
    {"reference", prepare_reference}};

// ---- gradients

// What must be added to the other end for the transposed convolution to give `wanted` back.
DimVector output_padding_for(IntArrayRef wanted, IntArrayRef out, const Tensor& w,
                             const DimVector& stride, const DimVector& padding,
                             const DimVector& dilation) {
  DimVector r;
  for (size_t i = 0; i + 2 < wanted.size(); ++i)
    r.push_back(wanted[i + 2] - ((out[i + 2] - 1) * stride[i] - 2 * padding[i] +
                                 dilation[i] * (w.sizes()[i + 2] - 1) + 1));
  return r;
}

const Overload& weight_gradient_op() {
  static const Overload& op = find_overload("tealight::conv_weight_gradient");
  return op;
}
Tensor weight_gradient(const Tensor& grad, const Tensor& x, IntArrayRef weight_sizes,
                       const DimVector& stride, const DimVector& padding, const DimVector& dilation,
                       int64_t groups) {
  return detail::call_as<Tensor>(weight_gradient_op(), grad, x, weight_sizes, stride, padding,
                                 dilation, groups);
}

Grads convolution_backward_impl(const GradCall& c) {
  const Tensor x = c.in(0).conj(), w = c.in(1).conj(), &g = c.grad();
  const size_t n = size_t(w.dim()) - 2;
  const DimVector stride = per_dimension("stride", c.arg<DimVector>(3), n),
                  padding = per_dimension("padding", c.arg<DimVector>(4), n),
                  dilation = per_dimension("dilation", c.arg<DimVector>(5), n);
  const bool transposed = c.arg<bool>(6);
  const int64_t groups = c.arg<int64_t>(8);
  Grads grads(3);
  if (c.wants(0)) {
    grads[0] =
        transposed
            ? convolution(g, w, {}, stride, padding, dilation, false, DimVector(n, 0), groups)
            : convolution(g, w, {}, stride, padding, dilation, true,
                          output_padding_for(x.sizes(), g.sizes(), w, stride, padding, dilation),
                          groups);
  }
  if (c.wants(1))
    grads[1] = transposed ? weight_gradient(x, g, w.sizes(), stride, padding, dilation, groups)
                          : weight_gradient(g, x, w.sizes(), stride, padding, dilation, groups);
  if (c.wants(2)) {
    std::vector<int64_t> dims{0};
    for (size_t i = 0; i < n; ++i) dims.push_back(int64_t(i) + 2);
    grads[2] = sum(g, dims);
  }
  return grads;
}

Fact infer_weight_gradient(const Fact& grad, const Fact& input, const DimVector& size,
                           const DimVector& stride, const DimVector& padding,
                           const DimVector& dilation, int64_t groups) {
  for (int64_t n : size) TL_CHECK(n >= 0, "convolution: weight must not have the shape ", size);
  const Fact weight(input.dtype, size);
  const Fact out =
      infer_convolution(input, weight, nullptr, stride, padding, dilation, false, {0}, groups);
  TL_CHECK(grad.sizes == out.sizes && grad.dtype == out.dtype, "convolution: a gradient of shape ",
           grad.sizes, " where ", out.sizes, " was expected");
  return weight;
}
ConvShape gradient_shape(const Call& c) {
  const ConvArgs a{c.arg<DimVector>(3), c.arg<DimVector>(4), c.arg<DimVector>(5), false, {},
                   c.arg<int64_t>(6)};
  return conv_shape(c.in(1), c.out(), c.in(0), a.stride, a.padding, a.dilation, false, a.groups);
}
Offer prepare_weight_gradient(const Call& c) {
  const ConvShape s = gradient_shape(c);
  if (c.out().dtype == kFloat)
    return Kernel(
        [s](const Pointers& p) {
          conv_weight_gradient_f32(s, p.in<float>(1), p.in<float>(0), p.out<float>(),
                                   p.scratch<void>());
        },
        conv_weight_gradient_scratch_bytes(s));
  return "not float";
}
template <class T>
Kernel weight_gradient_reference(const ConvShape& s) {
  return Kernel([s](const Pointers& p) {
    conv_weight_gradient_reference(s, p.in<T>(1), p.in<T>(0), p.out<T>());
  });
}
Offer prepare_weight_gradient_reference(const Call& c) {
  const ConvShape s = gradient_shape(c);
  switch (c.out().dtype) {
    case kDouble:
      return weight_gradient_reference<double>(s);
    case kComplexFloat:
      return weight_gradient_reference<std::complex<float>>(s);
    case kComplexDouble:
      return weight_gradient_reference<std::complex<double>>(s);
    default:
      return "neither double nor complex";
  }
}
constexpr Impl weight_gradient_kernels[] = {{"gemm", prepare_weight_gradient},
                                            {"reference", prepare_weight_gradient_reference}};
// Linear in both: each input's gradient is a convolution with the gradient of the weights in the
// weights' place.
Grads weight_gradient_backward(const GradCall& c) {
  const Tensor g = c.in(0).conj(), x = c.in(1).conj(), &gw = c.grad();
  const DimVector stride = c.arg<DimVector>(3), padding = c.arg<DimVector>(4),
                  dilation = c.arg<DimVector>(5);
  const int64_t groups = c.arg<int64_t>(6);
  return {c.wants(0) ? convolution(x, gw, {}, stride, padding, dilation, false,
                                   DimVector(stride.size(), 0), groups)
                     : Tensor(),
          c.wants(1)
              ? convolution(g, gw, {}, stride, padding, dilation, true,
                            output_padding_for(x.sizes(), g.sizes(), gw, stride, padding, dilation),
                            groups)
              : Tensor()};
}
std::tuple<Tensor, Tensor, Tensor> convolution_backward_op(
    const Tensor& g, const Tensor& x, const Tensor& w, const std::optional<DimVector>&,
    const DimVector& stride, const DimVector& padding, const DimVector& dilation, bool transposed,
    const DimVector& output_padding, int64_t groups, const std::vector<bool>& mask) {
  TL_CHECK(mask.size() == 3, "convolution_backward: output_mask must have 3 elements");
  const Value args[] = {x,        w,          Value(),        stride, padding,
                        dilation, transposed, output_padding, groups};
  const Tensor inputs[] = {x, w, Tensor()}, grads[] = {g};
  const bool wanted[] = {mask[0], mask[1], mask[2]};
  Grads r = convolution_backward_impl({grads, args, inputs, {}, wanted});
  for (Tensor& t : std::span(r).first(2))
    if (t.defined()) t = t.contiguous(x.suggest_memory_format());
  return {r[0], r[1], r[2]};
}

std::vector<Sample> convolution_samples() {
  return {{{sample({2, 4, 6, 5}), sample({6, 2, 3, 3}), sample({6}), DimVector{2, 1},
            DimVector{1, 1}, DimVector{1, 1}, false, DimVector{0, 0}, 2}},
          {{sample({1, 3, 6, 5}), sample({3, 2, 3, 3}), sample({4}), DimVector{2, 2},
            DimVector{1, 1}, DimVector{1, 1}, true, DimVector{1, 0}, 1},
           0}};
}

}  // namespace

TL_OP(convolution){
    .schemas =
        {"aten::convolution(Tensor input, Tensor weight, Tensor? bias, int[] stride, SymInt[] padding, int[] dilation, bool transposed, SymInt[] output_padding, int groups) -> Tensor"},
    .infer = infer<infer_convolution>,
    .kernels = conv_kernels,
    .backward = TL_TRAIN(convolution_backward_impl),
    .reads = {args(0, 1), 0},
    .traits = Trait::half_via_float | Trait::copied_out,
    .samples = TL_TEST(convolution_samples),
};
TL_OP(conv_weight_gradient){
    .schemas =
        {"tealight::conv_weight_gradient(Tensor grad, Tensor input, int[] weight_size, int[] stride, int[] padding, int[] dilation, int groups) -> Tensor"},
    .infer = infer<infer_weight_gradient>,
    .kernels = weight_gradient_kernels,
    .backward = TL_TRAIN(weight_gradient_backward),
    .reads = {args(0, 1), 0},
    .traits = Trait::half_via_float,
};
TL_OP(convolution_backward){
    .schemas =
        {"aten::convolution_backward(Tensor grad_output, Tensor input, Tensor weight, SymInt[]? bias_sizes, int[] stride, SymInt[] padding, int[] dilation, bool transposed, SymInt[] output_padding, int groups, bool[3] output_mask) -> (Tensor, Tensor, Tensor)"},
    .function = function<convolution_backward_op>,
    .traits = Trait::composite | Trait::copied_out,
};
}  // namespace tealight::ops
