// Activations as functions: torch/nn/functional/activation.h.
#pragma once
#include <tuple>

#include "tealight/nn/options/activation.h"

namespace torch::nn::functional {

TL_API Tensor elu(Tensor input, const ELUFuncOptions& options = {});
TL_API Tensor selu(Tensor input, const SELUFuncOptions& options = {});
TL_API Tensor hardshrink(const Tensor& input, const HardshrinkFuncOptions& options = {});
TL_API Tensor hardtanh(Tensor input, const HardtanhFuncOptions& options = {});
TL_API Tensor leaky_relu(Tensor input, const LeakyReLUFuncOptions& options = {});
TL_API Tensor logsigmoid(const Tensor& input);
TL_API Tensor gumbel_softmax(const Tensor& logits, const GumbelSoftmaxFuncOptions& options = {});
TL_API Tensor softmax(const Tensor& input, const SoftmaxFuncOptions& options);
TL_API Tensor softmin(const Tensor& input, const SoftminFuncOptions& options);
TL_API Tensor log_softmax(const Tensor& input, const LogSoftmaxFuncOptions& options);
TL_API Tensor glu(const Tensor& input, const GLUFuncOptions& options = {});
TL_API Tensor gelu(const Tensor& input, const GELUFuncOptions& options = {});
TL_API Tensor silu(const Tensor& input);
TL_API Tensor mish(const Tensor& input);
TL_API Tensor prelu(const Tensor& input, const Tensor& weight);
TL_API Tensor relu(Tensor input, const ReLUFuncOptions& options = {});
TL_API Tensor relu6(Tensor input, const ReLU6FuncOptions& options = {});
TL_API Tensor rrelu(Tensor input, const RReLUFuncOptions& options = {});
TL_API Tensor celu(Tensor input, const CELUFuncOptions& options = {});
TL_API Tensor softplus(const Tensor& input, const SoftplusFuncOptions& options = {});
TL_API Tensor softshrink(const Tensor& input, const SoftshrinkFuncOptions& options = {});
TL_API Tensor softsign(const Tensor& input);
TL_API Tensor tanhshrink(const Tensor& input);
TL_API Tensor threshold(Tensor input, const ThresholdFuncOptions& options);

/// Attention of `query` [L, N, E] to `key` and `value` [S, N, E]: the result, and the weights.
TL_API std::tuple<Tensor, Tensor> multi_head_attention_forward(
    const Tensor& query, const Tensor& key, const Tensor& value,
    const MultiheadAttentionForwardFuncOptions& options);

}  // namespace torch::nn::functional
