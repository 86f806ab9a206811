// tealight::inverted_residual: the block of mobile networks as one operator, as the planner's
// passes put it together from float32 convolutions with groups of 1 or, in the middle, of all
// channels:
//
//   v = input
//   v = act[0](conv2d(v, expand_weight, expand_bias))                          if expand_weight
//   v = act[1](conv2d(v, depthwise_weight, depthwise_bias, stride, padding, dilation, groups=C))
//   g = act[2](fc1 mean(v, (2, 3)) + fc1_bias)                                 if fc1_weight
//   v = v * act[3](fc2 g + fc2_bias)                                           if fc1_weight
//   v = act[4](conv2d(v, project_weight, project_bias) + residual)
//
// expand_weight (C, I, 1, 1), depthwise_weight (C, 1, kh, kw), fc1_weight (S, C) or (S, C, 1, 1),
// fc2_weight (C, S) or (C, S, 1, 1), project_weight (O, C, 1, 1); all biases are optional.
// residual: shaped as the result; it may be the input. activations: five names as of
// ops/fused/activation.h, limits: their two numbers each, 0 where they have none; steps that are
// absent have "none".
#include "kernels/conv/inverted_residual.h"

#include "core/parallel.h"
#include "ops/conv/conv.h"
#include "ops/fused/activation.h"
#include "ops/packed.h"

namespace tealight::ops {
namespace {

using namespace kernels;

// Inputs by number.
enum In : size_t {
  kX,
  kExpand,
  kExpandBias,
  kDepthwise,
  kDepthwiseBias,
  kFc1,
  kFc1Bias,
  kFc2,
  kFc2Bias,
  kProject,
  kProjectBias,
  kResidual
};

struct Activations {
  Activation expand, depthwise, squeeze, gate, project;
};
Activations activations_of(const ListImpl& names, const std::vector<double>& limits) {
  TL_CHECK(names.items.size() == 5 && limits.size() == 10,
           "inverted_residual: wants 5 activations with 2 limits each, got ", names.items.size(),
           " and ", limits.size(), " limits");
  const auto at = [&](size_t i) {
    return activation_of(names.items[i].toStringRef(), limits[2 * i], limits[2 * i + 1]);
  };
  return {at(0), at(1), at(2), at(3), at(4)};
}

void check_gate(const Fact& depthwise, OptionalFact fc1, OptionalFact fc1_bias, OptionalFact fc2,
                OptionalFact fc2_bias) {
  TL_CHECK(!fc1 == !fc2, "inverted_residual: fc1_weight and fc2_weight go together");
  if (!fc1) return;
  const int64_t channels = depthwise.sizes[1];
  const auto is = [](const Fact& w, int64_t out, int64_t in) {
    return w.dim() >= 2 && w.sizes[0] == out && w.sizes[1] == in && w.numel() == out * in;
  };
  TL_CHECK(
      fc1->dim() >= 2 && is(*fc1, fc1->sizes[0], channels) && is(*fc2, channels, fc1->sizes[0]),
      "inverted_residual: fc1_weight of shape ", fc1->sizes, " and fc2_weight of shape ",
      fc2->sizes, " make no gate of ", channels, " channels");
  TL_CHECK((!fc1_bias || fc1_bias->numel() == fc1->sizes[0]) &&
               (!fc2_bias || fc2_bias->numel() == channels),
           "inverted_residual: a bias of the gate does not have as many elements as its weight has "
           "rows");
}

Fact infer_inverted_residual(const Fact& x, OptionalFact expand, OptionalFact expand_bias,
                             const Fact& depthwise, OptionalFact depthwise_bias, OptionalFact fc1,
                             OptionalFact fc1_bias, OptionalFact fc2, OptionalFact fc2_bias,
                             const Fact& project, OptionalFact project_bias, OptionalFact residual,
                             const DimVector& stride, const DimVector& padding,
                             const DimVector& dilation, const ListImpl& activations,
                             const std::vector<double>& limits) {
  TL_CHECK(x.dim() == 4 && depthwise.dim() == 4 && x.dtype == kFloat,
           "inverted_residual: wants float32 tensors of 4 dimensions");
  const auto one_by_one = [](const Fact& w) {
    return w.dim() == 4 && w.sizes[2] == 1 && w.sizes[3] == 1;
  };
  TL_CHECK((!expand || one_by_one(*expand)) && one_by_one(project),
           "inverted_residual: expand_weight and project_weight must be of 1x1 convolutions");
  activations_of(activations, limits);
  const auto conv1x1 = [](const Fact& in, const Fact& w, OptionalFact bias) {
    return infer_convolution(in, w, bias, {1}, {0}, {1}, false, {0}, 1);
  };
  Fact v = expand ? conv1x1(x, *expand, expand_bias) : x;
  TL_CHECK(depthwise.sizes[0] == v.sizes[1] && depthwise.sizes[2] <= kMostDepthwiseRows,
           "inverted_residual: depthwise_weight of shape ", depthwise.sizes, " for ", v.sizes[1],
           " channels");
  v = infer_convolution(v, depthwise, depthwise_bias, stride, padding, dilation, false, {0},
                        v.sizes[1]);
  check_gate(v, fc1, fc1_bias, fc2, fc2_bias);
  v = conv1x1(v, project, project_bias);
  TL_CHECK(!residual || (residual->sizes == v.sizes && residual->dtype == v.dtype),
           "inverted_residual: the result has shape ", v.sizes, ", but its residual another");
  return v;
}

InvertedResidualShape shape_of(const Call& c, const Activations& f) {
  const Fact &x = c.in(kX), &y = c.out(), &w = c.in(kDepthwise);
  const DimVector stride = per_dimension("stride", c.arg<DimVector>(12), 2),
                  padding = per_dimension("padding", c.arg<DimVector>(13), 2),
                  dilation = per_dimension("dilation", c.arg<DimVector>(14), 2);
  InvertedResidualShape s;
  s.batch = x.sizes[0], s.in_channels = x.sizes[1], s.out_channels = y.sizes[1];
  s.hidden = w.sizes[0];
  s.expand = c.has_in(kExpand);
  s.squeezed = c.has_in(kFc1) ? c.in(kFc1).sizes[0] : 0;
  s.h = {x.sizes[2], y.sizes[2], w.sizes[2], stride[0], padding[0], dilation[0]};
  s.w = {x.sizes[3], y.sizes[3], w.sizes[3], stride[1], padding[1], dilation[1]};
  s.x_pixel = s.in_channels, s.y_pixel = s.out_channels;
  s.expand_activation = f.expand;
  s.depthwise_activation = f.depthwise;
  s.project_activation = f.project;
  return s;
}

// Why the weights cannot be packed, or null.
const char* refuses_weights(const Call& c) {
  for (size_t i = kExpand; i <= kProjectBias; ++i)
    if (c.has_in(i) && !c.in(i).is_contiguous()) return "a weight or bias is not contiguous";
  for (size_t i : {kExpand, kDepthwise, kProject})
    if (c.has_in(i) && !c.inputs[i]->storage()) return "the weights are not known";
  return nullptr;
}

// A block with its weights packed.
struct Block {
  InvertedResidualPlan plan;
  Activation squeeze, gate;
  intrusive_ptr<Storage> expand, depthwise, project;

  Block(const Call& c, const InvertedResidualShape& s, const Activations& f)
      : plan(plan_inverted_residual(s, get_num_threads())), squeeze(f.squeeze), gate(f.gate) {
    if (s.expand) expand = pack(c, kExpand, "pixels", plan.expand_bytes, pack_expand);
    depthwise = pack(c, kDepthwise, str("depthwise_nhwc;", plan.channels), plan.depthwise_bytes,
                     pack_block_depthwise);
    project = pack(c, kProject, "pixels", plan.project_bytes, pack_project);
  }

  void operator()(const Pointers& p, const float* x, const float* residual, int64_t residual_pixel,
                  float* y, void* scratch) const {
    const auto in = [&](size_t i) { return p.in<float>(i); };
    const auto packed = [](const intrusive_ptr<Storage>& s) {
      return s ? static_cast<const float*>(s->data()) : nullptr;
    };
    inverted_residual(plan,
                      {packed(expand),
                       in(kExpandBias),
                       packed(depthwise),
                       in(kDepthwiseBias),
                       packed(project),
                       in(kProjectBias),
                       {in(kFc1), in(kFc1Bias), in(kFc2), in(kFc2Bias), squeeze, gate}},
                      x, residual, residual_pixel, y, scratch);
  }

 private:
  intrusive_ptr<Storage> pack(const Call& c, size_t input, std::string_view recipe, size_t bytes,
                              void (*to_packed)(const InvertedResidualPlan&, const float*,
                                                float*)) const {
    return packed_weights(*c.inputs[input], recipe, bytes, [&](void* to) {
      to_packed(plan, c.inputs[input]->as<float>(), static_cast<float*>(to));
    });
  }
};

Offer prepare_nhwc(const Call& c) {
  if (const char* why = refuses_weights(c)) return why;
  const Activations f = activations_of(c.args[15].toListRef(), c.arg<std::vector<double>>(16));
  InvertedResidualShape s = shape_of(c, f);
  s.x_pixel = pixel_stride(c.in(kX)), s.y_pixel = pixel_stride(c.out());
  const int64_t residual = c.has_in(kResidual) ? pixel_stride(c.in(kResidual)) : 1;
  if (!s.x_pixel || !s.y_pixel || !residual) return "not channels_last";
  const Block block(c, s, f);
  return Kernel(
      [block, residual](const Pointers& p) {
        block(p, p.in<float>(kX), p.in<float>(kResidual), residual, p.out<float>(),
              p.scratch<void>());
      },
      block.plan.scratch_bytes);
}

// (batch, rows, columns) to (batch, columns, rows)
void transpose(int64_t batch, int64_t rows, int64_t columns, const float* from, float* to) {
  constexpr int64_t kTile = 16;
  const int64_t strips = ceil_div(rows, kTile);
  parallel_for(0, batch * strips, 1 + 65536 / (kTile * (columns + 1)), [&](int64_t i, int64_t end) {
    for (; i < end; ++i) {
      const int64_t at = i / strips * rows * columns, first = i % strips * kTile;
      const int64_t last = std::min(rows, first + kTile);
      for (int64_t column = 0; column < columns; ++column)
        for (int64_t row = first; row < last; ++row)
          to[at + column * rows + row] = from[at + row * columns + column];
    }
  });
}

// Contiguous tensors are brought to channels_last and back.
Offer prepare_contiguous(const Call& c) {
  if (const char* why = refuses_weights(c)) return why;
  const Activations f = activations_of(c.args[15].toListRef(), c.arg<std::vector<double>>(16));
  const InvertedResidualShape s = shape_of(c, f);
  const Block block(c, s, f);
  const auto floats = [&](int64_t pixels, int64_t channels) {
    return round_up(s.batch * pixels * channels, 16);
  };
  const int64_t in = s.h.in * s.w.in, out = s.h.out * s.w.out;
  const int64_t xs = floats(in, s.in_channels), ys = floats(out, s.out_channels);
  return Kernel(
      [=](const Pointers& p) {
        float *x = p.scratch<float>(), *y = x + xs, *residual = y + ys, *rest = residual + ys;
        transpose(s.batch, s.in_channels, in, p.in<float>(kX), x);
        const bool has_residual = p.ins[kResidual];
        if (has_residual) transpose(s.batch, s.out_channels, out, p.in<float>(kResidual), residual);
        block(p, x, has_residual ? residual : nullptr, s.out_channels, y, rest);
        transpose(s.batch, out, s.out_channels, y, p.out<float>());
      },
      size_t(xs + 2 * ys) * sizeof(float) + block.plan.scratch_bytes);
}

constexpr Impl inverted_residual_kernels[] = {{"nhwc", prepare_nhwc, KernelLayout::channels_last},
                                              {"contiguous", prepare_contiguous}};

}  // namespace

TL_OP(inverted_residual_fused){
    .schemas =
        {"tealight::inverted_residual(Tensor input, Tensor? expand_weight, Tensor? expand_bias, Tensor depthwise_weight, Tensor? depthwise_bias, Tensor? fc1_weight, Tensor? fc1_bias, Tensor? fc2_weight, Tensor? fc2_bias, Tensor project_weight, Tensor? project_bias, Tensor? residual, int[] stride, int[] padding, int[] dilation, str[] activations, float[] limits) -> Tensor"},
    .infer = infer<infer_inverted_residual>,
    .kernels = inverted_residual_kernels,
    .traits = Trait::nograd,
};

}  // namespace tealight::ops
