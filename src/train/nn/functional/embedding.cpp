// Embeddings as functions.
#include "tealight/nn/functional/embedding.h"

#include "tealight/grad_mode.h"
#include "tealight/ops.h"
#include "tealight/tensor_methods.h"
#include "train/nn/embedding_index.h"

namespace torch::nn::functional {
namespace {
/// Scales the rows that are looked up, where they are longer than `max_norm`.
void renorm_rows(Tensor weight, const Tensor& indices, double max_norm, double norm_type) {
  NoGradGuard off;
  const Tensor rows = indices.reshape(-1);  // a row may come twice, and is written twice alike
  const Tensor values = weight.index_select(0, rows), lengths = values.norm(norm_type, {1}, true);
  const Tensor scale =
      torch::where(lengths > max_norm, max_norm / (lengths + 1e-7), torch::ones_like(lengths));
  weight.index_copy_(0, rows, values * scale);
}
}  // namespace

Tensor one_hot(const Tensor& tensor, int64_t num_classes) {
  return torch::one_hot(tensor, num_classes);
}

Tensor embedding(const Tensor& input, const Tensor& weight, const EmbeddingFuncOptions& options) {
  const auto padding_idx = wrapped_padding_idx(options.padding_idx(), weight.size(0));
  if (options.max_norm())
    renorm_rows(weight, input.contiguous(), *options.max_norm(), options.norm_type());
  return torch::embedding(weight, input, padding_idx.value_or(-1), options.scale_grad_by_freq(),
                          options.sparse());
}

Tensor embedding_bag(const Tensor& input, const Tensor& weight,
                     const EmbeddingBagFuncOptions& options) {
  Tensor indices = input, offsets = options.offsets(), weights = options.per_sample_weights();
  TL_CHECK(!weights.defined() || input.sizes() == weights.sizes(),
           "embedding_bag: If per_sample_weights (", weights.sizes(),
           ") is not null, then it must have the same shape as the input (", input.sizes(), ")");
  TL_CHECK(input.dim() == 1 || input.dim() == 2,
           "input has to be 1D or 2D Tensor, but got Tensor of dimension ", input.dim());
  if (input.dim() == 2) {
    TL_CHECK(!offsets.defined(),
             "If input is 2D, then offsets has to be null, as input is treated is a mini-batch of "
             "fixed length sequences. However, found offsets of type Tensor");
    offsets = torch::arange(0, input.numel(), input.size(1), TensorOptions(kLong));
    indices = input.reshape(-1);
    if (weights.defined()) weights = weights.reshape(-1);
  } else {
    TL_CHECK(offsets.defined(), "offsets has to be a 1D Tensor but got null");
    TL_CHECK(offsets.dim() == 1, "offsets has to be a 1D Tensor");
  }
  const auto mode = int64_t(options.mode().index());  // sum, mean, max, as the operator counts
  constexpr int64_t kSumMode = 0, kMaxMode = 2;
  TL_CHECK(mode != kMaxMode || !options.scale_grad_by_freq(),
           "max mode does not support scaling the gradient by the frequency");
  TL_CHECK(mode != kMaxMode || !options.sparse(), "max mode does not support sparse weights");
  TL_CHECK(!weights.defined() || mode == kSumMode,
           "embedding_bag: per_sample_weights was not null. per_sample_weights is only supported "
           "for mode='kSum' (got mode='",
           enumtype::get_enum_name(options.mode()), "').Please open a feature request on GitHub.");
  if (options.max_norm()) renorm_rows(weight, indices, *options.max_norm(), options.norm_type());
  return std::get<0>(torch::embedding_bag(weight, indices, offsets, options.scale_grad_by_freq(),
                                          mode, options.sparse(), weights,
                                          options.include_last_offset(), options.padding_idx()));
}

}  // namespace torch::nn::functional
