// Attention as PyTorch's transformer layers call it.
#include "ops/fused/attention.h"

#include <cmath>

#include "ops/copy.h"
#include "ops/linear/nested.h"
#include "ops/samples.h"
#include "tealight/ops.h"

namespace tealight::ops {
namespace {

constexpr double kMinusInfinity = -HUGE_VAL;

// softmax(q k^T scale + mask): a bool mask keeps what is true, a float one is added.
Tensor attention_weights(const Tensor& query, const Tensor& key, const std::optional<Tensor>& mask,
                         double scale) {
  Tensor scores = tealight::matmul(tealight::mul(query, scale), tealight::transpose(key, -2, -1));
  if (mask)
    scores = mask->scalar_type() == kBool
                 ? tealight::masked_fill(scores, tealight::logical_not(*mask), kMinusInfinity)
                 : tealight::add(scores, *mask);
  return tealight::softmax(scores, -1);
}
std::optional<Tensor> causal_mask(const Tensor& query, const Tensor& key,
                                  const std::optional<Tensor>& mask, bool is_causal) {
  if (!is_causal) return mask;
  TL_CHECK(
      !mask,
      "scaled_dot_product_attention: Explicit attn_mask should not be set when is_causal=True");
  return tealight::tril(tealight::ones({query.size(-2), key.size(-2)}, TensorOptions(kBool)));
}
// The result, and the weights if they are asked for.
std::tuple<Tensor, Tensor> attend(const Tensor& query, const Tensor& key, const Tensor& value,
                                  const std::optional<Tensor>& given_mask, double dropout_p,
                                  bool is_causal, std::optional<double> given_scale,
                                  bool want_weights) {
  TL_CHECK(
      query.dim() >= 2 && key.dim() >= 2 && value.dim() >= 2,
      "scaled_dot_product_attention: Expected query, key, and value to all be at least 2 dimensional, but got ",
      query.dim(), ", ", key.dim(), ", ", value.dim());
  TL_CHECK(query.size(-1) == key.size(-1) && query.size(-1) > 0,
           "scaled_dot_product_attention: query and key differ in their last dimension: ",
           query.sizes(), " and ", key.sizes());
  const std::optional<Tensor> mask = causal_mask(query, key, given_mask, is_causal);
  const double scale = given_scale.value_or(1 / std::sqrt(double(query.size(-1))));
  if (!want_weights && dropout_p == 0 && takes_fused_attention(query, key, value))
    return {fused_attention(query, key, value, mask, scale), Tensor()};
  Tensor weights = attention_weights(query, key, mask, scale);
  if (dropout_p > 0) weights = tealight::dropout(weights, dropout_p, true);
  return {tealight::matmul(weights, value), weights};
}
Tensor attention_impl(const Tensor& query, const Tensor& key, const Tensor& value,
                      const std::optional<Tensor>& mask, double dropout_p, bool is_causal,
                      std::optional<double> scale) {
  return std::get<0>(attend(query, key, value, mask, dropout_p, is_causal, scale, false));
}
std::tuple<Tensor, Tensor> attention_pair_impl(const Tensor& query, const Tensor& key,
                                               const Tensor& value,
                                               const std::optional<Tensor>& mask, double dropout_p,
                                               bool, bool is_causal) {
  return attend(query, key, value, mask, dropout_p, is_causal, std::nullopt, true);
}

// ---- what nn.MultiheadAttention and nn.TransformerEncoderLayer call in inference

enum class MaskKind { attention, padding };

// (batch, length, heads * size) -> (batch, heads, length, size)
Tensor by_heads(const Tensor& x, int64_t heads) {
  return tealight::transpose(tealight::reshape(x, {x.size(0), x.size(1), heads, x.size(2) / heads}),
                             1, 2);
}

// Unlike above, true in these masks means: leave out.
Tensor excluded(const Tensor& mask, std::optional<int64_t> kind, const DimVector& scores) {
  const Tensor m = mask.scalar_type() == kBool ? mask : converted(mask, kBool);
  if (m.fact().sizes == scores) return m;
  TL_CHECK(kind && (*kind == 0 || *kind == 1),
           "Mask Type should be 0 (src_mask) or 1 (src_key_padding_mask)");
  if (MaskKind(*kind) == MaskKind::attention) return m;
  TL_CHECK(m.dim() == 2 && m.size(0) == scores[0] && m.size(1) == scores[3],
           "Mask shape should match input. mask: ", m.sizes(), " input: ", scores);
  return tealight::reshape(m, {m.size(0), 1, 1, m.size(1)});
}

std::tuple<Tensor, Tensor> multi_head(const Tensor& query, const Tensor& key, const Tensor& value,
                                      int64_t embed_dim, int64_t num_head, const Tensor& qkv_weight,
                                      const Tensor& qkv_bias, const Tensor& proj_weight,
                                      const Tensor& proj_bias, const std::optional<Tensor>& mask,
                                      bool need_weights, bool average,
                                      std::optional<int64_t> mask_type) {
  TL_CHECK(query.dim() == 3 && key.dim() == 3 && value.dim() == 3, "expected 3-D `query`, got ",
           query.dim(), "-D tensor");
  TL_CHECK(num_head > 0 && embed_dim % num_head == 0,
           "`embed_dim` must divide evenly by `num_heads`");
  TL_CHECK(query.size(2) == embed_dim, "passed-in embed_dim ", embed_dim,
           " didn't match last dim of query ", query.size(2));
  TL_CHECK(qkv_weight.dim() == 2 && qkv_weight.size(0) == 3 * embed_dim &&
               qkv_weight.size(1) == embed_dim,
           "expected `qkv_weight` of shape ", 3 * embed_dim, " x ", embed_dim, ", got ",
           qkv_weight.sizes());
  TL_CHECK(qkv_bias.dim() == 1 && qkv_bias.size(0) == 3 * embed_dim,
           "expected `qkv_bias` first dim to be 3x embed_dim");
  const auto projected = [&](const Tensor& x, int64_t part) {
    return by_heads(
        tealight::linear(x, tealight::narrow(qkv_weight, 0, part * embed_dim, embed_dim),
                         tealight::narrow(qkv_bias, 0, part * embed_dim, embed_dim)),
        num_head);
  };
  Tensor q, k, v;
  if (query.is_same(key) && key.is_same(value)) {
    const Tensor all = tealight::linear(query, qkv_weight, qkv_bias);
    const auto part = [&](int64_t i) {
      return by_heads(tealight::narrow(all, 2, i * embed_dim, embed_dim), num_head);
    };
    q = part(0), k = part(1), v = part(2);
  } else {
    q = projected(query, 0), k = projected(key, 1), v = projected(value, 2);
  }
  const double scale = 1 / std::sqrt(double(embed_dim / num_head));
  std::optional<Tensor> keep;
  if (mask)
    keep = tealight::logical_not(
        excluded(*mask, mask_type, {q.size(0), q.size(1), q.size(2), k.size(2)}));
  Tensor weights, heads;
  if (!need_weights && takes_fused_attention(q, k, v)) {
    heads = fused_attention(q, k, v, keep, scale);
  } else {
    weights = attention_weights(q, k, keep, scale);
    heads = tealight::matmul(weights, v);
  }
  const Tensor context = tealight::reshape(tealight::transpose(heads, 1, 2),
                                           {query.size(0), query.size(1), embed_dim});
  const Tensor result = tealight::linear(context, proj_weight, proj_bias);
  if (!need_weights) return {result, Tensor()};
  return {result, average ? tealight::mean(weights, DimVector{1}) : weights};
}

Tensor encoder_layer(const Tensor& given, int64_t embed_dim, int64_t num_heads,
                     const Tensor& qkv_weight, const Tensor& qkv_bias, const Tensor& proj_weight,
                     const Tensor& proj_bias, bool use_gelu, bool norm_first, double eps,
                     const Tensor& norm_weight_1, const Tensor& norm_bias_1,
                     const Tensor& norm_weight_2, const Tensor& norm_bias_2,
                     const Tensor& ffn_weight_1, const Tensor& ffn_bias_1,
                     const Tensor& ffn_weight_2, const Tensor& ffn_bias_2,
                     const std::optional<Tensor>& given_mask,
                     std::optional<int64_t> given_mask_type) {
  const Nested* nested = nested_of(given);
  TL_CHECK(!nested || !given_mask, "_transformer_encoder_layer_fwd: a nested tensor takes no mask");
  const Tensor& src = nested ? nested->padded : given;
  const std::optional<Tensor> mask = nested ? tealight::logical_not(nested->valid) : given_mask;
  const std::optional<int64_t> mask_type = nested ? int64_t(MaskKind::padding) : given_mask_type;
  if (src.numel() == 0) return nested ? given : tealight::clone(src);
  const auto norm_1 = [&](const Tensor& x) {
    return tealight::layer_norm(x, {embed_dim}, norm_weight_1, norm_bias_1, eps);
  };
  const auto norm_2 = [&](const Tensor& x) {
    return tealight::layer_norm(x, {embed_dim}, norm_weight_2, norm_bias_2, eps);
  };
  const Tensor x = norm_first ? norm_1(src) : src;
  Tensor y =
      tealight::add(std::get<0>(multi_head(x, x, x, embed_dim, num_heads, qkv_weight, qkv_bias,
                                           proj_weight, proj_bias, mask, false, false, mask_type)),
                    src);
  if (!norm_first) y = norm_1(y);
  const Tensor hidden = tealight::linear(norm_first ? norm_2(y) : y, ffn_weight_1, ffn_bias_1);
  y = tealight::add(tealight::linear(use_gelu ? tealight::gelu(hidden) : tealight::relu(hidden),
                                     ffn_weight_2, ffn_bias_2),
                    y);
  if (!norm_first) y = norm_2(y);
  return nested ? make_nested({y, nested->valid}) : y;
}

Tensor small(IntArrayRef sizes, uint64_t seed) { return sample(sizes, kFloat, -1, 1, seed); }
std::vector<Sample> pair_samples() {
  return {
      {{small({2, 3, 4}, 1), small({2, 5, 4}, 2), small({2, 5, 4}, 3), Value(), 0.0, true, false}},
      {{small({2, 3, 4}, 1), small({2, 3, 4}, 2), small({2, 3, 4}, 3), Value(), 0.0, false, true}},
      {{small({2, 3, 4}, 1), small({2, 5, 4}, 2), small({2, 5, 4}, 3), small({3, 5}, 4), 0.0, true,
        false}}};
}
std::vector<Sample> heads_samples() {
  const Tensor x = small({2, 3, 4}, 1);
  return {{{x, x, x, 4, 2, small({12, 4}, 2), small({12}, 3), small({4, 4}, 4), small({4}, 5),
            Value(), true, true, Value()}}};
}
std::vector<Sample> layer_samples() {
  std::vector<Sample> v;
  for (bool first : {false, true})
    v.push_back({{small({2, 3, 4}, 1),
                  4,
                  2,
                  small({12, 4}, 2),
                  small({12}, 3),
                  small({4, 4}, 4),
                  small({4}, 5),
                  first,
                  first,
                  1e-5,
                  small({4}, 6),
                  small({4}, 7),
                  small({4}, 8),
                  small({4}, 9),
                  small({6, 4}, 10),
                  small({6}, 11),
                  small({4, 6}, 12),
                  small({4}, 13),
                  Value(),
                  Value()}});
  return v;
}

}  // namespace

// of PyTorch 2
TL_OP(scaled_dot_product_attention){
    .schemas =
        {"aten::scaled_dot_product_attention(Tensor query, Tensor key, Tensor value, Tensor? attn_mask=None, float dropout_p=0.0, bool is_causal=False, *, float? scale=None) -> Tensor"},
    .function = function<attention_impl>,
    .traits = Trait::composite,
};
TL_OP(scaled_dot_product_attention_pair){
    .schemas =
        {"aten::_scaled_dot_product_attention(Tensor query, Tensor key, Tensor value, Tensor? attn_mask=None, float dropout_p=0., bool need_attn_weights=False, bool is_causal=False) -> (Tensor, Tensor)"},
    .function = function<attention_pair_impl>,
    .traits = Trait::composite | Trait::copied_out,
    .samples = TL_TEST(pair_samples),
};
TL_OP(native_multi_head_attention){
    .schemas =
        {"aten::_native_multi_head_attention(Tensor query, Tensor key, Tensor value, int embed_dim, int num_head, Tensor qkv_weight, Tensor qkv_bias, Tensor proj_weight, Tensor proj_bias, Tensor? mask=None, bool need_weights=True, bool average_attn_weights=True, int? mask_type=None) -> (Tensor, Tensor)"},
    .function = function<multi_head>,
    .traits = Trait::composite | Trait::copied_out,
    .samples = TL_TEST(heads_samples),
};
TL_OP(transformer_encoder_layer_fwd){
    .schemas =
        {"aten::_transformer_encoder_layer_fwd(Tensor src, int embed_dim, int num_heads, Tensor qkv_weight, Tensor qkv_bias, Tensor proj_weight, Tensor proj_bias, bool use_gelu, bool norm_first, float eps, Tensor norm_weight_1, Tensor norm_bias_1, Tensor norm_weight_2, Tensor norm_bias_2, Tensor ffn_weight_1, Tensor ffn_bias_1, Tensor ffn_weight_2, Tensor ffn_bias_2, Tensor? mask=None, int? mask_type=None) -> Tensor"},
    .function = function<encoder_layer>,
    .traits = Trait::composite | Trait::copied_out,
    .samples = TL_TEST(layer_samples),
};
}  // namespace tealight::ops
