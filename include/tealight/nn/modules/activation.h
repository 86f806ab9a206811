// Activation layers: torch/nn/modules/activation.h.
#pragma once
#include "tealight/nn/modules/linear.h"
#include "tealight/nn/options/activation.h"

namespace torch::nn {

TL_LAYER(ELU, ELUOptions, Tensor input);
TL_LAYER(SELU, SELUOptions, Tensor input);
TL_LAYER(Hardshrink, HardshrinkOptions, const Tensor& input);
TL_LAYER(LeakyReLU, LeakyReLUOptions, Tensor input);
TL_LAYER(LogSigmoid, NoOptions, const Tensor& input);
TL_LAYER(Softmax, SoftmaxOptions, const Tensor& input);
TL_LAYER(Softmin, SoftminOptions, const Tensor& input);
TL_LAYER(LogSoftmax, LogSoftmaxOptions, const Tensor& input);
/// Over the channels of a [N, C, H, W] or [C, H, W].
TL_LAYER(Softmax2d, NoOptions, const Tensor& input);
TL_LAYER(ReLU, ReLUOptions, Tensor input);
TL_LAYER(ReLU6, ReLU6Options, Tensor input);
TL_LAYER(RReLU, RReLUOptions, Tensor input);
TL_LAYER(CELU, CELUOptions, Tensor input);
TL_LAYER(GLU, GLUOptions, const Tensor& input);
TL_LAYER(GELU, GELUOptions, const Tensor& input);
TL_LAYER(SiLU, NoOptions, const Tensor& input);
TL_LAYER(Mish, NoOptions, const Tensor& input);
TL_LAYER(Sigmoid, NoOptions, const Tensor& input);
TL_LAYER(Softplus, SoftplusOptions, const Tensor& input);
TL_LAYER(Softshrink, SoftshrinkOptions, const Tensor& input);
TL_LAYER(Softsign, NoOptions, const Tensor& input);
TL_LAYER(Tanh, NoOptions, const Tensor& input);
TL_LAYER(Tanhshrink, NoOptions, const Tensor& input);
TL_LAYER(Threshold, ThresholdOptions, Tensor input);

class TL_API HardtanhImpl : public Cloneable<HardtanhImpl> {
 public:
  explicit HardtanhImpl(const HardtanhOptions& options_ = {});
  Tensor forward(Tensor input);
  void reset() override;
  void pretty_print(std::ostream& stream) const override;

  HardtanhOptions options;
};
TORCH_MODULE(Hardtanh);

class TL_API PReLUImpl : public Cloneable<PReLUImpl> {
 public:
  explicit PReLUImpl(const PReLUOptions& options_ = {});
  Tensor forward(const Tensor& input);
  void reset() override;
  void pretty_print(std::ostream& stream) const override;

  PReLUOptions options;
  Tensor weight;
};
TORCH_MODULE(PReLU);

class TL_API MultiheadAttentionImpl : public Cloneable<MultiheadAttentionImpl> {
 public:
  MultiheadAttentionImpl(int64_t embed_dim, int64_t num_heads)
      : MultiheadAttentionImpl(MultiheadAttentionOptions(embed_dim, num_heads)) {}
  explicit MultiheadAttentionImpl(const MultiheadAttentionOptions& options_);
  /// See functional::multi_head_attention_forward.
  std::tuple<Tensor, Tensor> forward(const Tensor& query, const Tensor& key, const Tensor& value,
                                     const Tensor& key_padding_mask = {}, bool need_weights = true,
                                     const Tensor& attn_mask = {},
                                     bool average_attn_weights = true);
  void reset() override;
  void _reset_parameters();

  MultiheadAttentionOptions options;
  bool _qkv_same_embed_dim = false;
  Tensor in_proj_weight, in_proj_bias, bias_k, bias_v;
  Linear out_proj = nullptr;
  Tensor q_proj_weight, k_proj_weight, v_proj_weight;
  int64_t head_dim = 0;

 protected:
  FORWARD_HAS_DEFAULT_ARGS({3, AnyValue(Tensor())}, {4, AnyValue(true)}, {5, AnyValue(Tensor())},
                           {6, AnyValue(true)})
};
TORCH_MODULE(MultiheadAttention);

}  // namespace torch::nn
