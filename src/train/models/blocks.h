// What the families of networks are built of: layers without a type, so that lists of them can be
// put together by loops, and the blocks that several families share.
#pragma once
#include <vector>

#include "tealight/factories.h"
#include "tealight/nn.h"
#include "tealight/nn/modules/activation.h"
#include "tealight/nn/modules/batchnorm.h"
#include "tealight/nn/modules/conv.h"
#include "tealight/nn/modules/dropout.h"
#include "tealight/nn/modules/linear.h"
#include "tealight/nn/modules/normalization.h"
#include "tealight/nn/modules/padding.h"
#include "tealight/nn/modules/pooling.h"
#include "tealight/ops.h"

namespace tealight::models {

using nn::AnyModule;
using Layers = std::vector<AnyModule>;
/// nn::Sequential that can be a layer of another: its forward() has a type.
struct StackImpl : nn::SequentialImpl {
  Tensor forward(Tensor x) { return nn::SequentialImpl::forward(std::move(x)); }
};
TORCH_MODULE(Stack);
Stack sequential(const Layers&);
Stack sequential(const std::vector<std::pair<std::string, AnyModule>>&);
void append(Layers& layers, Layers more);

enum class Act { none, relu, relu6, leaky, hardswish, hardsigmoid, silu, sigmoid, gelu, tanh };
AnyModule activation(Act);
struct Norm {
  double eps = 1e-5, momentum = 0.1;
};
struct Conv {
  int64_t kernel = 1, stride = 1, padding = 0, dilation = 1, groups = 1;
  bool bias = true;
};
nn::Conv2d conv2d(int64_t in, int64_t out, const Conv& = {});
nn::BatchNorm2d batch_norm2d(int64_t channels, Norm = {});
AnyModule conv(int64_t in, int64_t out, const Conv& = {});
AnyModule batch_norm(int64_t channels, Norm = {});
AnyModule linear(int64_t in, int64_t out);
AnyModule dropout(double p);
AnyModule max_pool(int64_t kernel, int64_t stride, int64_t padding = 0, bool ceil_mode = false);
AnyModule avg_pool(int64_t size = 1);  // adaptive
template <class Module, class... Args>
AnyModule layer(Args&&... args) {
  return AnyModule(std::make_shared<Module>(std::forward<Args>(args)...));
}

/// Convolution that keeps the size ("same" for odd kernels), batch norm, activation: children 0, 1
/// and 2.
struct ConvNorm {
  int64_t kernel = 3, stride = 1, groups = 1, dilation = 1;
  Act act = Act::relu;
  Norm norm = {};
};
Stack conv_norm(int64_t in, int64_t out, const ConvNorm& = {});
inline AnyModule any(const Stack& s) { return AnyModule(s); }

/// x * scale(fc2(act(fc1(mean of x)))): Hu et al. 2018.
struct SqueezeExcitation : nn::Module {
  SqueezeExcitation(int64_t channels, int64_t squeezed, Act act = Act::relu,
                    Act scale = Act::sigmoid);
  Tensor forward(Tensor x);
  nn::Conv2d fc1, fc2;
  AnyModule act, scale;
};

/// While training, each sample of the batch is zero with probability p, and otherwise divided by
/// 1 - p (Huang et al. 2016).
struct StochasticDepth : nn::Module {
  explicit StochasticDepth(double p) : p(p) {}
  Tensor forward(Tensor x);
  double p;
};
/// A list of layers under `name`, with the input added where that fits.
struct Residual : nn::Module {
  Residual(const char* name, const Layers& layers, bool add, double drop = 0);
  Tensor forward(Tensor x);
  Stack block;
  std::shared_ptr<StochasticDepth> stochastic_depth;
  bool add;
};

/// To a multiple of `divisor`, but not below 90 % of `value`.
int64_t make_divisible(double value, int64_t divisor = 8);
/// Mean over height and width: (N, C, H, W) -> (N, C).
Tensor pooled(const Tensor& x);

/// How layers are drawn at first: convolutions by He et al. (fan out), linear layers normal with
/// this deviation (0: left as they are); biases zero.
void init_he(nn::Module&, double linear_std = 0);
/// All convolutions and linear layers normal, cut at two deviations; biases zero.
void init_truncated(nn::Module&, double std);

}  // namespace tealight::models
