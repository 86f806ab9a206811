// Activation layers.
#include "tealight/nn/modules/activation.h"

#include "tealight/nn/functional/activation.h"
#include "tealight/nn/init.h"
#include "tealight/ops.h"
#include "train/nn/modules/describe.h"

namespace torch::nn {
namespace F = functional;

// forward() that calls a function, and pretty_print() of parts of the options.
#define TL_ACTIVATION(Name, Input, function, ...)                 \
  Tensor Name##Impl::forward(Input input) { return F::function; } \
  void Name##Impl::pretty_print(std::ostream& stream) const {     \
    describe(stream, #Name "(" __VA_OPT__(, ) __VA_ARGS__, ")");  \
  }
using In = const Tensor&;
TL_ACTIVATION(ELU, Tensor, elu(input, options), "alpha=", options.alpha(),
              inplace_if(options.inplace()))
TL_ACTIVATION(SELU, Tensor, selu(input, options), inplace_if(options.inplace(), true))
TL_ACTIVATION(Hardshrink, In, hardshrink(input, options), options.lambda())
TL_ACTIVATION(Hardtanh, Tensor, hardtanh(input, options), "min_val=", options.min_val(),
              ", max_val=", options.max_val(), inplace_if(options.inplace()))
TL_ACTIVATION(LeakyReLU, Tensor, leaky_relu(input, options),
              "negative_slope=", options.negative_slope(), inplace_if(options.inplace()))
TL_ACTIVATION(LogSigmoid, In, logsigmoid(input), "")
TL_ACTIVATION(Softmax, In, softmax(input, options.dim()), "dim=", options.dim())
TL_ACTIVATION(Softmin, In, softmin(input, options.dim()), "dim=", options.dim())
TL_ACTIVATION(LogSoftmax, In, log_softmax(input, options.dim()), "dim=", options.dim())
TL_ACTIVATION(ReLU, Tensor, relu(input, options), inplace_if(options.inplace(), true))
TL_ACTIVATION(ReLU6, Tensor, relu6(input, options), inplace_if(options.inplace(), true))
TL_ACTIVATION(RReLU, Tensor,
              rrelu(input, F::RReLUFuncOptions()
                               .lower(options.lower())
                               .upper(options.upper())
                               .training(is_training())
                               .inplace(options.inplace())),
              "lower=", options.lower(), ", upper=", options.upper(), inplace_if(options.inplace()))
TL_ACTIVATION(CELU, Tensor, celu(input, options), "alpha=", options.alpha(),
              inplace_if(options.inplace()))
TL_ACTIVATION(GLU, In, glu(input, options), "dim=", options.dim())
TL_ACTIVATION(GELU, In, gelu(input, options), "")
TL_ACTIVATION(SiLU, In, silu(input), "")
TL_ACTIVATION(Mish, In, mish(input), "")
TL_ACTIVATION(Softplus, In, softplus(input, options), "beta=", options.beta(),
              ", threshold=", options.threshold())
TL_ACTIVATION(Softshrink, In, softshrink(input, options), options.lambda())
TL_ACTIVATION(Softsign, In, softsign(input), "")
TL_ACTIVATION(Tanhshrink, In, tanhshrink(input), "")
TL_ACTIVATION(Threshold, Tensor, threshold(input, options), "threshold=", options.threshold(),
              ", value=", options.value(), inplace_if(options.inplace()))
TL_ACTIVATION(PReLU, In, prelu(input, weight), "num_parameters=", options.num_parameters())
#undef TL_ACTIVATION

Tensor SigmoidImpl::forward(const Tensor& input) { return torch::sigmoid(input); }
void SigmoidImpl::pretty_print(std::ostream& stream) const { describe(stream, "Sigmoid()"); }
Tensor TanhImpl::forward(const Tensor& input) { return torch::tanh(input); }
void TanhImpl::pretty_print(std::ostream& stream) const { describe(stream, "Tanh()"); }

Tensor Softmax2dImpl::forward(const Tensor& input) {
  TL_CHECK(input.dim() == 4 || input.dim() == 3, "Softmax2d requires a 3D or 4D tensor as input");
  return torch::softmax(input, -3);
}
void Softmax2dImpl::pretty_print(std::ostream& stream) const { describe(stream, "Softmax2d()"); }

HardtanhImpl::HardtanhImpl(const HardtanhOptions& options_) : options(options_) {
  HardtanhImpl::reset();
}
void HardtanhImpl::reset() {
  TL_CHECK(options.max_val() > options.min_val(), "max_val must be greater than min_val");
}

PReLUImpl::PReLUImpl(const PReLUOptions& options_) : options(options_) { PReLUImpl::reset(); }
void PReLUImpl::reset() {
  weight = register_parameter("weight", torch::full({options.num_parameters()}, options.init()));
}

// ---- multi-head attention

MultiheadAttentionImpl::MultiheadAttentionImpl(const MultiheadAttentionOptions& options_)
    : Cloneable("torch::nn::MultiheadAttention"), options(options_) {
  MultiheadAttentionImpl::reset();
}

std::tuple<Tensor, Tensor> MultiheadAttentionImpl::forward(
    const Tensor& query, const Tensor& key, const Tensor& value, const Tensor& key_padding_mask,
    bool need_weights, const Tensor& attn_mask, bool average_attn_weights) {
  return F::multi_head_attention_forward(
      query, key, value,
      F::MultiheadAttentionForwardFuncOptions(
          options.embed_dim(), options.num_heads(), in_proj_weight, in_proj_bias, bias_k, bias_v,
          options.add_zero_attn(), options.dropout(), out_proj->weight, out_proj->bias)
          .training(is_training())
          .key_padding_mask(key_padding_mask)
          .need_weights(need_weights)
          .attn_mask(attn_mask)
          .use_separate_proj_weight(!_qkv_same_embed_dim)
          .q_proj_weight(q_proj_weight)
          .k_proj_weight(k_proj_weight)
          .v_proj_weight(v_proj_weight)
          .average_attn_weights(average_attn_weights));
}

void MultiheadAttentionImpl::reset() {
  const int64_t e = options.embed_dim();
  _qkv_same_embed_dim = options.kdim() == e && options.vdim() == e;
  head_dim = e / options.num_heads();
  TL_CHECK(head_dim * options.num_heads() == e, "embed_dim must be divisible by num_heads");

  const auto parameter = [&](const char* name, bool present, std::vector<int64_t> size) {
    return register_parameter(name, present ? torch::empty(size) : Tensor(), present);
  };
  const bool apart = !_qkv_same_embed_dim;
  q_proj_weight = parameter("q_proj_weight", apart, {e, e});
  k_proj_weight = parameter("k_proj_weight", apart, {e, options.kdim()});
  v_proj_weight = parameter("v_proj_weight", apart, {e, options.vdim()});
  in_proj_weight = parameter("in_proj_weight", !apart, {3 * e, e});
  in_proj_bias = parameter("in_proj_bias", options.bias(), {3 * e});
  out_proj = register_module("out_proj", Linear(LinearOptions(e, e).bias(options.bias())));
  bias_k = bias_v = Tensor();
  if (options.add_bias_kv()) {
    bias_k = parameter("bias_k", true, {1, 1, e});
    bias_v = parameter("bias_v", true, {1, 1, e});
  }
  _reset_parameters();
}

void MultiheadAttentionImpl::_reset_parameters() {
  for (const Tensor& weight : {in_proj_weight, q_proj_weight, k_proj_weight, v_proj_weight})
    if (weight.defined()) init::xavier_uniform_(weight);
  if (in_proj_bias.defined()) {
    init::zeros_(in_proj_bias);
    init::zeros_(out_proj->bias);
  }
  for (const Tensor& bias : {bias_k, bias_v})
    if (bias.defined()) init::xavier_normal_(bias);
}

}  // namespace torch::nn
