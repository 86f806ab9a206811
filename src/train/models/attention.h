// Parts of transformers.
#pragma once
#include "train/models/blocks.h"

namespace tealight::models {

/// Changes the order of dimensions.
struct Permute : nn::Module {
  explicit Permute(std::vector<int64_t> order) : order(std::move(order)) {}
  Tensor forward(Tensor x) { return x.permute(order); }
  std::vector<int64_t> order;
};

nn::LayerNorm layer_norm(int64_t features, double eps);
/// Linear, GELU, dropout, linear, dropout: children 0 and 3 have weights.
Stack mlp(int64_t features, int64_t hidden, double drop = 0);

/// nn.MultiheadAttention of a sequence (N, S, features) with itself, under its names.
struct SelfAttention : nn::Module {
  SelfAttention(int64_t features, int64_t heads);
  Tensor forward(Tensor x);
  int64_t heads;
  Tensor in_proj_weight, in_proj_bias;
  nn::Linear out_proj;
};

/// softmax(q kT / sqrt(size of k) + mask) v, for (..., S, size); mask may be undefined.
Tensor attend(const Tensor& q, const Tensor& k, const Tensor& v, const Tensor& mask = {});

}  // namespace tealight::models
