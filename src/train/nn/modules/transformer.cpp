// Transformer, its encoder and decoder and their layers.
#include "tealight/nn/modules/transformer.h"

#include <limits>

#include "tealight/generator.h"
#include "tealight/nn/init.h"
#include "tealight/ops.h"
#include "tealight/tensor_methods.h"

namespace torch::nn {
namespace {

Tensor activate(const activation_t& activation, const Tensor& x) {
  if (std::holds_alternative<enumtype::kReLU>(activation)) return torch::relu(x);
  if (std::holds_alternative<enumtype::kGELU>(activation)) return torch::gelu(x);
  return std::get<std::function<Tensor(const Tensor&)>>(activation)(x);
}

MultiheadAttention attention(int64_t d_model, int64_t heads, double dropout) {
  return MultiheadAttention(MultiheadAttentionOptions(d_model, heads).dropout(dropout));
}

LayerNorm layer_norm(int64_t d_model) { return LayerNorm(LayerNormOptions({d_model})); }

/// Copies of `layer`. Making one draws random numbers that the layer's own then replace; the
/// generator forgets it, so that what follows is what PyTorch draws in Python.
template <class Layer>
ModuleList copies(const Layer& layer, int64_t n) {
  Generator& generator = default_generator();
  const Tensor state = generator.get_state();
  ModuleList list;
  for (int64_t i = 0; i < n; ++i) list->push_back(layer->clone());
  generator.set_state(state);
  return list;
}

/// In place of the norm that `coder` has: a copy of the options'.
template <class Coder>
void renew_norm(Coder& coder) {
  if (!coder.norm.is_empty()) coder.unregister_module("norm");
  coder.norm = AnyModule();
  if (coder.options.norm().is_empty()) return;
  coder.norm = coder.options.norm().clone();
  coder.register_module("norm", coder.norm.ptr());
}

/// Through all layers and the norm.
template <class Layer, class Coder, class... Masks>
Tensor run_layers(Coder& coder, Tensor x, const Masks&... masks) {
  for (size_t i = 0; i < coder.layers->size(); ++i)
    x = coder.layers->template at<Layer>(i).forward(x, masks...);
  return coder.norm.is_empty() ? x : coder.norm.template forward<Tensor>(x);
}

template <class Layer, class Coder>
void reset_layers(Coder& coder, const char* name, const char* layers) {
  TL_CHECK(int64_t(coder.layers->size()) == coder.options.num_layers(), name, " should have ",
           coder.options.num_layers(), " ", layers, ", but got ", coder.layers->size());
  for (size_t i = 0; i < coder.layers->size(); ++i)
    coder.layers->template at<Layer>(i).reset_parameters();
  renew_norm(coder);
}

}  // namespace

// ---- layers

TransformerEncoderLayerImpl::TransformerEncoderLayerImpl(TransformerEncoderLayerOptions options_)
    : options(std::move(options_)) {
  TransformerEncoderLayerImpl::reset();
}
void TransformerEncoderLayerImpl::reset() {
  const int64_t d = options.d_model(), inner = options.dim_feedforward();
  const double p = options.dropout();
  self_attn = register_module("self_attn", attention(d, options.nhead(), p));
  linear1 = register_module("linear1", Linear(d, inner));
  dropout = register_module("dropout", Dropout(p));
  linear2 = register_module("linear2", Linear(inner, d));
  norm1 = register_module("norm1", layer_norm(d));
  norm2 = register_module("norm2", layer_norm(d));
  dropout1 = register_module("dropout1", Dropout(p));
  dropout2 = register_module("dropout2", Dropout(p));
}
void TransformerEncoderLayerImpl::reset_parameters() {
  self_attn->_reset_parameters();
  linear1->reset_parameters();
  linear2->reset_parameters();
  norm1->reset_parameters();
  norm2->reset_parameters();
}
Tensor TransformerEncoderLayerImpl::forward(const Tensor& src, const Tensor& src_mask,
                                            const Tensor& src_key_padding_mask) {
  const Tensor attended =
      std::get<0>(self_attn(src, src, src, src_key_padding_mask, true, src_mask));
  const Tensor x = norm1(src + dropout1(attended));
  const Tensor fed = linear2(dropout(activate(options.activation(), linear1(x))));
  return norm2(x + dropout2(fed));
}

TransformerDecoderLayerImpl::TransformerDecoderLayerImpl(TransformerDecoderLayerOptions options_)
    : options(std::move(options_)) {
  TransformerDecoderLayerImpl::reset();
}
void TransformerDecoderLayerImpl::reset() {
  const int64_t d = options.d_model(), inner = options.dim_feedforward();
  const double p = options.dropout();
  self_attn = register_module("self_attn", attention(d, options.nhead(), p));
  multihead_attn = register_module("multihead_attn", attention(d, options.nhead(), p));
  linear1 = register_module("linear1", Linear(d, inner));
  dropout = register_module("dropout", Dropout(p));
  linear2 = register_module("linear2", Linear(inner, d));
  norm1 = register_module("norm1", layer_norm(d));
  norm2 = register_module("norm2", layer_norm(d));
  norm3 = register_module("norm3", layer_norm(d));
  dropout1 = register_module("dropout1", Dropout(p));
  dropout2 = register_module("dropout2", Dropout(p));
  dropout3 = register_module("dropout3", Dropout(p));
}
void TransformerDecoderLayerImpl::reset_parameters() {
  self_attn->_reset_parameters();
  multihead_attn->_reset_parameters();
  linear1->reset_parameters();
  linear2->reset_parameters();
  norm1->reset_parameters();
  norm2->reset_parameters();
  norm3->reset_parameters();
}
Tensor TransformerDecoderLayerImpl::forward(Tensor tgt, const Tensor& memory,
                                            const Tensor& tgt_mask, const Tensor& memory_mask,
                                            const Tensor& tgt_key_padding_mask,
                                            const Tensor& memory_key_padding_mask) {
  Tensor found = std::get<0>(self_attn(tgt, tgt, tgt, tgt_key_padding_mask, false, tgt_mask));
  tgt = norm1(tgt + dropout1(found));
  found =
      std::get<0>(multihead_attn(tgt, memory, memory, memory_key_padding_mask, false, memory_mask));
  tgt = norm2(tgt + dropout2(found));
  const Tensor fed = linear2(dropout(activate(options.activation(), linear1(tgt))));
  return norm3(tgt + dropout3(fed));
}

// ---- encoder and decoder

TransformerEncoderImpl::TransformerEncoderImpl(TransformerEncoderOptions options_)
    : options(std::move(options_)) {
  TransformerEncoderImpl::reset();
}
void TransformerEncoderImpl::reset() {
  layers = register_module("layers", copies(options.encoder_layer(), options.num_layers()));
  norm = AnyModule();
  renew_norm(*this);
}
void TransformerEncoderImpl::reset_parameters() {
  reset_layers<TransformerEncoderLayerImpl>(*this, "TransformerEncoder", "encoder layers");
}
Tensor TransformerEncoderImpl::forward(const Tensor& src, const Tensor& src_mask,
                                       const Tensor& src_key_padding_mask) {
  return run_layers<TransformerEncoderLayerImpl>(*this, src, src_mask, src_key_padding_mask);
}

TransformerDecoderImpl::TransformerDecoderImpl(TransformerDecoderOptions options_)
    : options(std::move(options_)) {
  TransformerDecoderImpl::reset();
}
void TransformerDecoderImpl::reset() {
  layers = register_module("layers", copies(options.decoder_layer(), options.num_layers()));
  norm = AnyModule();
  renew_norm(*this);
}
void TransformerDecoderImpl::reset_parameters() {
  reset_layers<TransformerDecoderLayerImpl>(*this, "TransformerDecoder", "decoder layers");
}
Tensor TransformerDecoderImpl::forward(const Tensor& tgt, const Tensor& memory,
                                       const Tensor& tgt_mask, const Tensor& memory_mask,
                                       const Tensor& tgt_key_padding_mask,
                                       const Tensor& memory_key_padding_mask) {
  return run_layers<TransformerDecoderLayerImpl>(*this, tgt, memory, tgt_mask, memory_mask,
                                                 tgt_key_padding_mask, memory_key_padding_mask);
}

// ---- both

TransformerImpl::TransformerImpl(TransformerOptions options_) : options(std::move(options_)) {
  TransformerImpl::reset();
}
void TransformerImpl::reset() {
  const auto layer_options = [&](auto layer) {
    layer.dim_feedforward(options.dim_feedforward()).dropout(options.dropout());
    return layer.activation(options.activation());
  };
  const int64_t d = options.d_model(), heads = options.nhead();
  if (options.custom_encoder().is_empty()) {
    const auto layer = layer_options(TransformerEncoderLayerOptions(d, heads));
    encoder =
        AnyModule(TransformerEncoder(TransformerEncoderOptions(layer, options.num_encoder_layers())
                                         .norm(AnyModule(layer_norm(d)))));
  } else {
    encoder = options.custom_encoder().clone();
  }
  register_module("encoder", encoder.ptr());
  if (options.custom_decoder().is_empty()) {
    const auto layer = layer_options(TransformerDecoderLayerOptions(d, heads));
    decoder =
        AnyModule(TransformerDecoder(TransformerDecoderOptions(layer, options.num_decoder_layers())
                                         .norm(AnyModule(layer_norm(d)))));
  } else {
    decoder = options.custom_decoder().clone();
  }
  register_module("decoder", decoder.ptr());
  reset_parameters();
}
void TransformerImpl::reset_parameters() {
  for (const Tensor& parameter : parameters())
    if (parameter.dim() > 1) init::xavier_uniform_(parameter);
}
Tensor TransformerImpl::forward(const Tensor& src, const Tensor& tgt, const Tensor& src_mask,
                                const Tensor& tgt_mask, const Tensor& memory_mask,
                                const Tensor& src_key_padding_mask,
                                const Tensor& tgt_key_padding_mask,
                                const Tensor& memory_key_padding_mask) {
  TL_CHECK(src.dim() == 3 && tgt.dim() == 3, "src and tgt should have 3 dimensions, but got ",
           src.dim(), " and ", tgt.dim());
  TL_CHECK(src.size(1) == tgt.size(1),
           "src and tgt should have equal batch size (at dim 1), but got ", src.size(1), " and ",
           tgt.size(1));
  TL_CHECK(src.size(2) == options.d_model() && tgt.size(2) == options.d_model(),
           "src and tgt should have same feature size as d_model (at dim 2), but got ", src.size(2),
           " and ", tgt.size(2), " while d_model is ", options.d_model());
  const Tensor memory = encoder.forward<Tensor>(src, src_mask, src_key_padding_mask);
  return decoder.forward<Tensor>(tgt, memory, tgt_mask, memory_mask, tgt_key_padding_mask,
                                 memory_key_padding_mask);
}
Tensor TransformerImpl::generate_square_subsequent_mask(int64_t sz) {
  TL_CHECK(sz >= 0,
           "Input size must be non-negative to generate a valid square subsequent mask, but got ",
           sz);
  return torch::triu(torch::full({sz, sz}, -std::numeric_limits<float>::infinity()), 1);
}

}  // namespace torch::nn
