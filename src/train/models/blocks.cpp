// See blocks.h.
#include "train/models/blocks.h"

#include <cmath>

namespace tealight::models {
namespace {

// torch::nn of C++ has no modules for these.
struct HardswishImpl : nn::Module {
  Tensor forward(Tensor x) { return hardswish(x); }
};
struct HardsigmoidImpl : nn::Module {
  Tensor forward(Tensor x) { return hardsigmoid(x); }
};

Tensor clear(nn::Module& module, const char* name) {
  const auto parameters = module.named_parameters(/*recurse=*/false);
  const Tensor* tensor = parameters.find(name);
  return tensor ? tensor->detach().zero_() : Tensor();
}

}  // namespace

Stack sequential(const Layers& layers) {
  Stack all;
  for (const auto& layer : layers) all->push_back(layer);
  return all;
}
Stack sequential(const std::vector<std::pair<std::string, AnyModule>>& layers) {
  Stack all;
  for (const auto& [name, layer] : layers) all->push_back(name, layer);
  return all;
}
void append(Layers& layers, Layers more) {
  for (auto& layer : more) layers.push_back(std::move(layer));
}

AnyModule activation(Act act) {
  switch (act) {
    case Act::relu:
      return AnyModule(nn::ReLU());
    case Act::relu6:
      return AnyModule(nn::ReLU6());
    case Act::leaky:
      return AnyModule(nn::LeakyReLU(nn::LeakyReLUOptions().negative_slope(0.2)));
    case Act::hardswish:
      return layer<HardswishImpl>();
    case Act::hardsigmoid:
      return layer<HardsigmoidImpl>();
    case Act::silu:
      return AnyModule(nn::SiLU());
    case Act::sigmoid:
      return AnyModule(nn::Sigmoid());
    case Act::gelu:
      return AnyModule(nn::GELU());
    case Act::tanh:
      return AnyModule(nn::Tanh());
    case Act::none:
      break;
  }
  return AnyModule(nn::Identity());
}
nn::Conv2d conv2d(int64_t in, int64_t out, const Conv& c) {
  return nn::Conv2d(nn::Conv2dOptions(in, out, c.kernel)
                        .stride(c.stride)
                        .padding(c.padding)
                        .dilation(c.dilation)
                        .groups(c.groups)
                        .bias(c.bias));
}
nn::BatchNorm2d batch_norm2d(int64_t channels, Norm norm) {
  return nn::BatchNorm2d(nn::BatchNorm2dOptions(channels).eps(norm.eps).momentum(norm.momentum));
}
AnyModule conv(int64_t in, int64_t out, const Conv& c) { return AnyModule(conv2d(in, out, c)); }
AnyModule batch_norm(int64_t channels, Norm norm) {
  return AnyModule(batch_norm2d(channels, norm));
}
AnyModule linear(int64_t in, int64_t out) { return AnyModule(nn::Linear(in, out)); }
AnyModule dropout(double p) { return AnyModule(nn::Dropout(p)); }
AnyModule max_pool(int64_t kernel, int64_t stride, int64_t padding, bool ceil_mode) {
  return AnyModule(nn::MaxPool2d(
      nn::MaxPool2dOptions(kernel).stride(stride).padding(padding).ceil_mode(ceil_mode)));
}
AnyModule avg_pool(int64_t size) { return AnyModule(nn::AdaptiveAvgPool2d(size)); }

Stack conv_norm(int64_t in, int64_t out, const ConvNorm& c) {
  Layers layers = {conv(in, out,
                        {.kernel = c.kernel,
                         .stride = c.stride,
                         .padding = (c.kernel - 1) / 2 * c.dilation,
                         .dilation = c.dilation,
                         .groups = c.groups,
                         .bias = false}),
                   batch_norm(out, c.norm)};
  if (c.act != Act::none) layers.push_back(activation(c.act));
  return sequential(layers);
}

SqueezeExcitation::SqueezeExcitation(int64_t channels, int64_t squeezed, Act inner, Act outer)
    : fc1(register_module("fc1", conv2d(channels, squeezed))),
      fc2(register_module("fc2", conv2d(squeezed, channels))),
      act(activation(inner)),
      scale(activation(outer)) {
  register_module("activation", act.ptr());
  register_module("scale_activation", scale.ptr());
}
Tensor SqueezeExcitation::forward(Tensor x) {
  Tensor mean = adaptive_avg_pool2d(x, {1, 1});
  return scale.forward(fc2(act.forward(fc1(mean)))) * x;
}

Residual::Residual(const char* name, const Layers& layers, bool add, double drop)
    : block(register_module(name, sequential(layers))), add(add) {
  if (drop > 0) {
    stochastic_depth = register_module("stochastic_depth", std::make_shared<StochasticDepth>(drop));
  }
}
Tensor Residual::forward(Tensor x) {
  Tensor y = block->forward(x);
  if (!add) return y;
  return (stochastic_depth ? stochastic_depth->forward(y) : y) + x;
}
Tensor StochasticDepth::forward(Tensor x) {
  if (!is_training() || p == 0) return x;
  std::vector<int64_t> one_per_sample(static_cast<size_t>(x.dim()), 1);
  one_per_sample[0] = x.size(0);
  Tensor keep = x.new_empty(one_per_sample).bernoulli_(1 - p);
  return x * (p < 1 ? keep.div_(1 - p) : keep);
}

int64_t make_divisible(double value, int64_t divisor) {
  double rounded = std::floor((value + static_cast<double>(divisor) / 2) / divisor) * divisor;
  int64_t result = std::max(divisor, static_cast<int64_t>(rounded));
  return static_cast<double>(result) < 0.9 * value ? result + divisor : result;
}
Tensor pooled(const Tensor& x) { return flatten(adaptive_avg_pool2d(x, {1, 1}), 1); }

void init_he(nn::Module& net, double linear_std) {
  NoGradGuard no_grad;
  for (auto& module : net.modules(/*include_self=*/false)) {
    if (auto* c = module->as<nn::Conv2d>()) {
      nn::init::kaiming_normal_(c->weight, 0, kFanOut, kReLU);
      clear(*c, "bias");
    } else if (auto* l = module->as<nn::Linear>(); l && linear_std > 0) {
      nn::init::normal_(l->weight, 0, linear_std);
      clear(*l, "bias");
    }
  }
}
void init_truncated(nn::Module& net, double std) {
  NoGradGuard no_grad;
  for (auto& module : net.modules(/*include_self=*/false)) {
    bool drawn = module->as<nn::Conv2d>() || module->as<nn::Linear>();
    if (!drawn) continue;
    // By the inverse of the distribution function, between two deviations.
    constexpr double kCut = 0.954499736;  // the share within them: erf(sqrt(2))
    Tensor weight = *module->named_parameters(false).find("weight");
    weight.uniform_(-kCut, kCut).erfinv_().mul_(std * std::sqrt(2.0));
    clear(*module, "bias");
  }
}

}  // namespace tealight::models
