// Quantized linear layers on packed parameters: of quantized inputs, and of floats that are
// quantized to 8 bits on their way into the product.
#include <algorithm>
#include <cmath>

#include "core/parallel.h"
#include "kernels/gemm/gemm.h"
#include "kernels/pointwise/quantize.h"
#include "ops/packed.h"
#include "ops/quantized/int8_layer.h"
#include "ops/quantized/layers.h"
#include "tealight/ops.h"
#include "tealight/threads.h"

namespace tealight {
namespace ops {
namespace {

using namespace kernels;

DimVector sizes_of(const Fact& x, const LinearParams& p) {
  TL_CHECK(p.weight.dim() == 2 && x.dim() >= 1 && x.sizes.back() == p.weight.size(1),
           "quantized linear: input ", x.sizes, " must end with the weight's in_features ",
           p.weight.size(1));
  DimVector sizes = x.sizes;
  sizes.back() = p.weight.size(0);
  return sizes;
}

struct Product {
  Tensor weight;
  int64_t M, N, K;
  Product(const Fact& x, const LinearParams& p)
      : weight(p.weight.contiguous()), N(weight.size(0)), K(weight.size(1)) {
    M = 1;
    for (size_t d = 0; d + 1 < x.sizes.size(); ++d) M *= x.sizes[d];
  }
};

std::vector<Fact> infer(Args args) {
  const Fact& x = unpack<Fact>(args[0]);
  check_int8_activation("quantized linear", x);
  Fact y(x.dtype, sizes_of(x, *linear_params(args[1])));
  y.quantizer = make_quantizer(unpack<double>(args[2]), unpack<int64_t>(args[3]));
  return {y};
}

template <bool Relu>
Offer prepare(const Call& c) {
  const auto p = linear_params(c.args[1]);
  const Product l(c.in(0), *p);
  const WeightChannels channels(l.weight, l.N);
  const ConvInt8Plan plan = plan_linear_int8(l.M, l.N, l.K, get_num_threads(), channels.centred());
  Fact rows(c.in(0).dtype, {l.M, l.K});
  rows.quantizer = c.in(0).quantizer;
  return int8_kernel(plan, pack_int8_weights(plan, l.weight, channels, "linear"), channels, p->bias,
                     rows, {c.arg<double>(2), c.arg<int64_t>(3), Relu});
}
template <bool Relu>
constexpr Impl int8[] = {{"int8", prepare<Relu>}};

// ---- dynamic: float32 in and out

std::vector<Fact> infer_dynamic(Args args) {
  const Fact& x = unpack<Fact>(args[0]);
  TL_CHECK(x.dtype == kFloat, "linear_dynamic: expected a float32 input, but got ", x.dtype);
  return {Fact(kFloat, sizes_of(x, *linear_params(args[1])))};
}

// float16 weights are widened when they are read, and the layer computes in float32.
template <bool Relu>
Offer prepare_half(const Call& c) {
  const auto p = linear_params(c.args[1]);
  const Product l(c.in(0), *p);
  if (l.weight.scalar_type() != kFloat) return "weights of 8 bits";
  auto packed = packed_weights(l.weight, "linear_f32", packed_b_f32_bytes(l.K, l.N), [&](void* to) {
    pack_b_f32(l.K, l.N, l.weight.as<float>(), l.K, true, static_cast<float*>(to));
  });
  const Tensor bias = p->bias ? p->bias->contiguous() : Tensor();
  return Kernel([M = l.M, N = l.N, K = l.K, packed, bias](const Pointers& p) {
    GemmEpilogue e;
    e.bias_n = bias.defined() ? bias.as<float>() : nullptr;
    float* const y = p.out<float>();
    gemm_f32(M, N, K, p.in<float>(0), K, ALayout::rows, static_cast<const float*>(packed->data()),
             y, N, e);
    if (Relu)
      for (int64_t i = 0; i < M * N; ++i) y[i] = y[i] > 0 ? y[i] : 0.f;
  });
}

// Parts of the scratch memory.
struct DynamicScratch {
  size_t epilogue, scale, rest, bytes;
  explicit DynamicScratch(const ConvInt8Plan& plan, int64_t inputs) {
    const auto part = [](size_t n) { return size_t(round_up(int64_t(n), 64)); };
    epilogue = part(size_t(inputs));
    scale = epilogue + part(plan.epilogue_bytes);
    rest = scale + part(size_t(plan.shape.out_channels) * sizeof(float));
    bytes = rest + plan.scratch_bytes;
  }
};

Kernel dynamic_kernel(const Fact& given, const LinearParams& params, bool relu) {
  const Product l(given, params);
  const WeightChannels channels(l.weight, l.N);
  const ConvInt8Plan plan = plan_linear_int8(l.M, l.N, l.K, get_num_threads(), channels.centred());
  const auto packed = pack_int8_weights(plan, l.weight, channels, "linear");
  const Tensor bias = params.bias ? params.bias->contiguous() : Tensor();
  TL_CHECK(!bias.defined() || bias.numel() == l.N, "linear_dynamic: a bias of ", bias.sizes(),
           " for ", l.N, " output features");
  const DynamicScratch at(plan, l.M * l.K);
  return Kernel(
      [=, inputs = l.M * l.K, N = l.N, scales = channels.scales](const Pointers& p) -> Status {
        const float* const x = p.in<float>(0);
        const Extremes range = inputs ? extremes_of(inputs, x) : Extremes{0, 0};
        if (!std::isfinite(range.low) || !std::isfinite(range.high))
          return {"the input holds numbers that are not finite"};
        const QuantizationRange q = choose_quantization(range.low, range.high, 0, 255);
        uint8_t* const bytes = p.scratch<uint8_t>();
        parallel_for(0, inputs, 32768, [&](int64_t i, int64_t end) {
          quantize_row(end - i, x + i, float(q.scale), int32_t(q.zero_point), 0, 255, bytes + i);
        });
        float* const scale = p.scratch<float>(at.scale);
        for (int64_t o = 0; o < N; ++o) scale[o] = float(q.scale) * scales[size_t(o)];
        const Int8Epilogue e = conv_int8_real_epilogue(
            plan, packed->data(), int32_t(q.zero_point), scale,
            bias.defined() ? bias.as<float>() : nullptr, relu, p.scratch<void>(at.epilogue));
        conv_int8_to_f32(plan, bytes, packed->data(), e, p.out<float>(), p.scratch<void>(at.rest));
        return {};
      },
      at.bytes);
}
template <bool Relu>
Offer prepare_dynamic(const Call& c) {
  return dynamic_kernel(c.in(0), *linear_params(c.args[1]), Relu);
}
template <bool Relu>
constexpr Impl dynamic[] = {{"float16 weights", prepare_half<Relu>},
                            {"int8", prepare_dynamic<Relu>}};

}  // namespace
}  // namespace ops

Tensor dynamic_linear(const Tensor& given, const LinearParams& p) {
  if (p.weight.scalar_type() == kFloat) return linear(given, p.weight, p.bias);
  const Tensor x = given.contiguous(), y(Fact(kFloat, ops::sizes_of(x.fact(), p)));
  const Kernel kernel = ops::dynamic_kernel(x.fact(), p, false);
  const Storage scratch(kernel.scratch_bytes());
  const void* const in = x.data_ptr();
  void* const out = y.data_ptr();
  const Status status = kernel({&out, &in, static_cast<std::byte*>(scratch.data())});
  TL_CHECK(status.ok(), "linear_dynamic: ", status.format);
  return y;
}

namespace ops {

#define TL_LINEAR "(Tensor X, __torch__.torch.classes.quantized.LinearPackedParamsBase W_prepack"
#define TL_OUT ", float Y_scale_i, int Y_zero_point_i) -> Tensor Y"
TL_OP(quantized_linear){
    .schemas = {"quantized::linear" TL_LINEAR TL_OUT},
    .infer = infer,
    .kernels = int8<false>,
    .traits = Trait::nograd,
};
TL_OP(quantized_linear_relu){
    .schemas = {"quantized::linear_relu" TL_LINEAR TL_OUT},
    .infer = infer,
    .kernels = int8<true>,
    .traits = Trait::nograd,
};
TL_OP(quantized_linear_dynamic){
    .schemas = {"quantized::linear_dynamic" TL_LINEAR ", bool reduce_range=False) -> Tensor Y"},
    .infer = infer_dynamic,
    .kernels = dynamic<false>,
    .traits = Trait::nograd,
};
TL_OP(quantized_linear_relu_dynamic){
    .schemas = {"quantized::linear_relu_dynamic" TL_LINEAR
                ", bool reduce_range=False) -> Tensor Y"},
    .infer = infer_dynamic,
    .kernels = dynamic<true>,
    .traits = Trait::nograd,
};
TL_OP(quantized_linear_dynamic_fp16){
    .schemas = {"quantized::linear_dynamic_fp16" TL_LINEAR ") -> Tensor Y"},
    .infer = infer_dynamic,
    .kernels = dynamic<false>,
    .traits = Trait::nograd,
};
TL_OP(quantized_linear_relu_dynamic_fp16){
    .schemas = {"quantized::linear_relu_dynamic_fp16" TL_LINEAR ") -> Tensor Y"},
    .infer = infer_dynamic,
    .kernels = dynamic<true>,
    .traits = Trait::nograd,
};
}  // namespace ops
}  // namespace tealight
