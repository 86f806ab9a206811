// Embedding layers.
#include "tealight/nn/modules/embedding.h"

#include "tealight/nn/functional/embedding.h"
#include "tealight/nn/init.h"
#include "tealight/ops.h"
#include "tealight/tensor_methods.h"
#include "train/nn/embedding_index.h"
#include "train/nn/modules/describe.h"

namespace torch::nn {
namespace F = functional;

namespace {

/// The weight that the options give, or a random one.
template <class Layer>
void make_weight(Layer& layer) {
  auto& o = layer.options;
  o.padding_idx(wrapped_padding_idx(o.padding_idx(), o.num_embeddings()));
  if (!o._weight().defined()) {
    layer.weight =
        layer.register_parameter("weight", torch::empty({o.num_embeddings(), o.embedding_dim()}));
    layer.reset_parameters();
    return;
  }
  TL_CHECK(o._weight().sizes() == IntArrayRef({o.num_embeddings(), o.embedding_dim()}),
           "Shape of _weight does not match num_embeddings and embedding_dim");
  layer.weight = layer.register_parameter("weight", o._weight());
}

template <class Layer>
void draw_weight(Layer& layer) {
  init::normal_(layer.weight);
  if (!layer.options.padding_idx()) return;
  NoGradGuard off;
  layer.weight[*layer.options.padding_idx()].fill_(0);
}

/// The options of a holder's layer over rows that exist.
template <class Options, class Given>
Options pretrained(const Tensor& rows, const Given& given) {
  TL_CHECK(rows.dim() == 2, "Embeddings parameter is expected to be 2-dimensional");
  Options o(rows.size(0), rows.size(1));
  o._weight(rows).padding_idx(given.padding_idx()).max_norm(given.max_norm());
  o.norm_type(given.norm_type()).scale_grad_by_freq(given.scale_grad_by_freq());
  return o.sparse(given.sparse());
}

/// ", max_norm=2" and so on, of what differs from the default.
template <class Options>
std::string unusual_options(const Options& o) {
  std::string text;
  if (o.max_norm()) text += str(", max_norm=", *o.max_norm());
  if (o.norm_type() != 2) text += str(", norm_type=", o.norm_type());
  if (o.scale_grad_by_freq()) text += ", scale_grad_by_freq=true";
  if (o.sparse()) text += ", sparse=true";
  return text;
}
std::string padding_text(const std::optional<int64_t>& index) {
  return index ? str(", padding_idx=", *index) : "";
}

}  // namespace

EmbeddingImpl::EmbeddingImpl(EmbeddingOptions options_) : options(std::move(options_)) {
  EmbeddingImpl::reset();
}
void EmbeddingImpl::reset() { make_weight(*this); }
void EmbeddingImpl::reset_parameters() { draw_weight(*this); }
Tensor EmbeddingImpl::forward(const Tensor& indices) {
  return F::embedding(indices, weight,
                      F::EmbeddingFuncOptions()
                          .padding_idx(options.padding_idx())
                          .max_norm(options.max_norm())
                          .norm_type(options.norm_type())
                          .scale_grad_by_freq(options.scale_grad_by_freq())
                          .sparse(options.sparse()));
}
void EmbeddingImpl::pretty_print(std::ostream& stream) const {
  describe(stream, "Embedding(num_embeddings=", options.num_embeddings(),
           ", embedding_dim=", options.embedding_dim(), padding_text(options.padding_idx()),
           unusual_options(options), ")");
}
Embedding Embedding::from_pretrained(const Tensor& embeddings,
                                     const EmbeddingFromPretrainedOptions& options) {
  Embedding layer(pretrained<EmbeddingOptions>(embeddings, options));
  layer->weight.set_requires_grad(!options.freeze());
  return layer;
}

EmbeddingBagImpl::EmbeddingBagImpl(EmbeddingBagOptions options_) : options(std::move(options_)) {
  EmbeddingBagImpl::reset();
}
void EmbeddingBagImpl::reset() { make_weight(*this); }
void EmbeddingBagImpl::reset_parameters() { draw_weight(*this); }
Tensor EmbeddingBagImpl::forward(const Tensor& input, const Tensor& offsets,
                                 const Tensor& per_sample_weights) {
  return F::embedding_bag(input, weight,
                          F::EmbeddingBagFuncOptions()
                              .offsets(offsets)
                              .max_norm(options.max_norm())
                              .norm_type(options.norm_type())
                              .scale_grad_by_freq(options.scale_grad_by_freq())
                              .mode(options.mode())
                              .sparse(options.sparse())
                              .per_sample_weights(per_sample_weights)
                              .include_last_offset(options.include_last_offset())
                              .padding_idx(options.padding_idx()));
}
void EmbeddingBagImpl::pretty_print(std::ostream& stream) const {
  std::string mode;
  if (!std::holds_alternative<enumtype::kMean>(options.mode()))
    mode = ", mode=" + enumtype::get_enum_name(options.mode());
  describe(stream, "EmbeddingBag(num_embeddings=", options.num_embeddings(),
           ", embedding_dim=", options.embedding_dim(), unusual_options(options), mode,
           options.include_last_offset() ? ", include_last_offset=true" : "",
           padding_text(options.padding_idx()), ")");
}
EmbeddingBag EmbeddingBag::from_pretrained(const Tensor& embeddings,
                                           const EmbeddingBagFromPretrainedOptions& options) {
  EmbeddingBag layer(pretrained<EmbeddingBagOptions>(embeddings, options)
                         .mode(options.mode())
                         .include_last_offset(options.include_last_offset()));
  layer->weight.set_requires_grad(!options.freeze());
  return layer;
}

}  // namespace torch::nn
