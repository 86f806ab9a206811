// See attention.h.
#include "train/models/attention.h"

#include <cmath>

namespace tealight::models {

nn::LayerNorm layer_norm(int64_t features, double eps) {
  return nn::LayerNorm(nn::LayerNormOptions({features}).eps(eps));
}
Stack mlp(int64_t features, int64_t hidden, double drop) {
  Stack layers = sequential({linear(features, hidden), activation(Act::gelu), dropout(drop),
                             linear(hidden, features), dropout(drop)});
  for (size_t i : {0, 3}) {
    auto* l = layers[i]->as<nn::Linear>();
    nn::init::xavier_uniform_(l->weight);
    nn::init::normal_(l->bias, 0, 1e-6);
  }
  return layers;
}

SelfAttention::SelfAttention(int64_t features, int64_t heads)
    : heads(heads),
      in_proj_weight(register_parameter("in_proj_weight", empty({3 * features, features}))),
      in_proj_bias(register_parameter("in_proj_bias", zeros({3 * features}))),
      out_proj(register_module("out_proj", nn::Linear(features, features))) {
  nn::init::xavier_uniform_(in_proj_weight);
  nn::init::zeros_(out_proj->bias);
}
Tensor SelfAttention::forward(Tensor x) {
  int64_t features = x.size(2);
  Tensor qkv = linear(x, in_proj_weight, in_proj_bias)
                   .view({x.size(0), x.size(1), 3, heads, features / heads})
                   .permute({2, 0, 3, 1, 4});  // (3, N, heads, S, size)
  Tensor y = attend(qkv.select(0, 0), qkv.select(0, 1), qkv.select(0, 2));
  return out_proj(y.transpose(1, 2).reshape({x.size(0), x.size(1), features}));
}

Tensor attend(const Tensor& q, const Tensor& k, const Tensor& v, const Tensor& mask) {
  double scale = 1 / std::sqrt(static_cast<double>(k.size(-1)));
  Tensor scores = matmul(q * scale, k.transpose(-2, -1));
  if (mask.defined()) scores = scores + mask;
  return matmul(scores.softmax(-1), v);
}

}  // namespace tealight::models
