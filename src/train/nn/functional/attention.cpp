// multi_head_attention_forward: projections, scaled dot products, masks, as PyTorch's C++ frontend
// does them.
#include <cmath>
#include <limits>

#include "tealight/nn/functional/activation.h"
#include "tealight/nn/functional/dropout.h"
#include "tealight/nn/functional/linear.h"
#include "tealight/ops.h"
#include "tealight/tensor_methods.h"

namespace torch::nn::functional {
namespace {

struct Projected {
  Tensor q, k, v;
};

/// Rows [start, end) of a stacked weight or bias, which may be missing.
Tensor part(const Tensor& stacked, int64_t start, int64_t end) {
  return stacked.defined() ? stacked.slice(0, start, end) : stacked;
}

/// query, key and value by the three parts of in_proj_weight. Equal inputs are projected by one
/// product.
Projected project_together(const Tensor& query, const Tensor& key, const Tensor& value,
                           const MultiheadAttentionForwardFuncOptions& o, int64_t e) {
  const auto by = [&](const Tensor& x, int64_t first, int64_t parts) {
    return linear(x, part(o.in_proj_weight(), first * e, (first + parts) * e),
                  part(o.in_proj_bias(), first * e, (first + parts) * e));
  };
  if (!torch::equal(key, value)) return {by(query, 0, 1), by(key, 1, 1), by(value, 2, 1)};
  if (!torch::equal(query, key)) {
    const auto kv = by(key, 1, 2).chunk(2, -1);
    return {by(query, 0, 1), kv[0], kv[1]};
  }
  const auto qkv = by(query, 0, 3).chunk(3, -1);
  return {qkv[0], qkv[1], qkv[2]};
}

Projected project_apart(const Tensor& query, const Tensor& key, const Tensor& value,
                        const MultiheadAttentionForwardFuncOptions& o, int64_t e) {
  const auto by = [&](const char* name, const Tensor& x, const Tensor& weight, int64_t i) {
    TL_CHECK(weight.size(0) == e && weight.size(1) == x.size(-1),
             "multi_head_attention_forward: ", name, " has size ", weight.sizes(), ", but [", e,
             ", ", x.size(-1), "] is needed");
    return linear(x, weight, part(o.in_proj_bias(), i * e, (i + 1) * e));
  };
  return {by("q_proj_weight", query, o.q_proj_weight(), 0),
          by("k_proj_weight", key, o.k_proj_weight(), 1),
          by("v_proj_weight", value, o.v_proj_weight(), 2)};
}

/// A key more for masks: one that is not masked.
Tensor with_another_key(const Tensor& mask) {
  if (!mask.defined()) return mask;
  return torch::cat({mask, torch::zeros({mask.size(0), 1}, mask.options())}, 1);
}
/// [N * heads, 1, E] of zeros at the end of keys or values.
Tensor with_zero_row(const Tensor& x) {
  return torch::cat({x, torch::zeros({x.size(0), 1, x.size(2)}, x.options())}, 1);
}

/// Keys or values given by the caller in place of projected ones.
Tensor static_or(const char* name, const Tensor& fixed, const Tensor& projected, int64_t rows,
                 int64_t head_dim) {
  if (!fixed.defined()) return projected;
  TL_CHECK(fixed.size(0) == rows && fixed.size(2) == head_dim,
           "multi_head_attention_forward: ", name, " has size ", fixed.sizes(), ", but [", rows,
           ", *, ", head_dim, "] is needed");
  return fixed;
}

}  // namespace

std::tuple<Tensor, Tensor> multi_head_attention_forward(
    const Tensor& query, const Tensor& key, const Tensor& value,
    const MultiheadAttentionForwardFuncOptions& o) {
  const int64_t target = query.size(0), batch = query.size(1), embed = query.size(2),
                heads = o.num_heads(), head_dim = embed / heads, rows = batch * heads;
  TL_CHECK(embed == o.embed_dim_to_check(), "multi_head_attention_forward: query has ", embed,
           " features, but the layer was made for ", o.embed_dim_to_check());
  TL_CHECK(key.sizes() == value.sizes(), "multi_head_attention_forward: key has size ", key.sizes(),
           ", but value has ", value.sizes());
  TL_CHECK(head_dim * heads == embed, "embed_dim must be divisible by num_heads");

  auto [q, k, v] = o.use_separate_proj_weight() ? project_apart(query, key, value, o, embed)
                                                : project_together(query, key, value, o, embed);
  q = q * (1 / std::sqrt(double(head_dim)));
  Tensor attn_mask = o.attn_mask(), key_padding_mask = o.key_padding_mask();

  TL_CHECK(o.bias_k().defined() == o.bias_v().defined(),
           "multi_head_attention_forward: bias_k and bias_v must be given together");
  if (o.bias_k().defined()) {
    TL_CHECK(!o.static_k().defined(), "bias cannot be added to static key.");
    TL_CHECK(!o.static_v().defined(), "bias cannot be added to static value.");
    k = torch::cat({k, o.bias_k().repeat({1, batch, 1})});
    v = torch::cat({v, o.bias_v().repeat({1, batch, 1})});
    attn_mask = with_another_key(attn_mask);
    key_padding_mask = with_another_key(key_padding_mask);
  }

  const auto by_heads = [&](const Tensor& x, int64_t length) {
    return x.contiguous().view({length, rows, head_dim}).transpose(0, 1);
  };
  q = by_heads(q, target);
  k = static_or("static_k", o.static_k(), by_heads(k, -1), rows, head_dim);
  v = static_or("static_v", o.static_v(), by_heads(v, -1), rows, head_dim);
  TL_CHECK(!key_padding_mask.defined() ||
               (key_padding_mask.size(0) == batch && key_padding_mask.size(1) == k.size(1)),
           "multi_head_attention_forward: key_padding_mask has size ", key_padding_mask.sizes(),
           ", but [", batch, ", ", k.size(1), "] is needed");
  if (o.add_zero_attn()) {
    k = with_zero_row(k);
    v = with_zero_row(v);
    attn_mask = with_another_key(attn_mask);
    key_padding_mask = with_another_key(key_padding_mask);
  }
  const int64_t source = k.size(1);

  Tensor weights = torch::bmm(q, k.transpose(1, 2));
  if (attn_mask.defined()) weights += attn_mask.unsqueeze(0);
  if (key_padding_mask.defined())
    weights = weights.view({batch, heads, target, source})
                  .masked_fill(key_padding_mask.unsqueeze(1).unsqueeze(2),
                               -std::numeric_limits<double>::infinity())
                  .view({rows, target, source});
  weights = torch::softmax(weights, -1);
  weights = dropout(weights, DropoutFuncOptions().p(o.dropout_p()).training(o.training()));

  const Tensor result =
      torch::bmm(weights, v).transpose(0, 1).contiguous().view({target, batch, embed});
  const Tensor output = linear(result, o.out_proj_weight(), o.out_proj_bias());
  if (!o.need_weights()) return {output, Tensor()};
  weights = weights.view({batch, heads, target, source});
  if (o.average_attn_weights()) weights = weights.sum(1) / heads;
  return {output, weights};
}

}  // namespace torch::nn::functional
