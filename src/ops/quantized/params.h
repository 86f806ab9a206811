// What packed-parameter objects hold: the plain weights, however the file's engine laid them out.
// Kernels pack them anew for this processor (ops/packed.h).
#pragma once
#include "ops/custom_class.h"

namespace tealight {

/// quantized.Conv2dPackedParamsBase and Conv3dPackedParamsBase; also of conv1d (as 2-d of height 1)
/// and transposed ones.
struct ConvParams : intrusive_ptr_target {
  Tensor weight;  // qint8 (O, I / groups, k...), transposed: (I, O / groups, k...)
  std::optional<Tensor> bias;
  DimVector stride, padding, dilation, output_padding;
  int64_t groups = 1;
  bool transpose = false;
  size_t dims() const { return stride.size(); }
};
/// quantized.LinearPackedParamsBase: weight qint8 or, for float16 layers, float;
/// sparse.LinearPackedParamsBase too.
struct LinearParams : intrusive_ptr_target {
  static constexpr const char* kClassName =
      "__torch__.torch.classes.quantized.LinearPackedParamsBase";
  Tensor weight;
  std::optional<Tensor> bias;
};
struct EmbeddingParams : intrusive_ptr_target {
  static constexpr const char* kClassName =
      "__torch__.torch.classes.quantized.EmbeddingPackedParamsBase";
  Tensor weight;  // quint8 or quint4x2, per_channel_affine_float_qparams
  int64_t bits = 8;
};
/// rnn.CellParamsBase: one layer and direction of a quantized recurrent network.
struct CellParams : intrusive_ptr_target {
  static constexpr const char* kClassName = "__torch__.torch.classes.rnn.CellParamsBase";
  intrusive_ptr<LinearParams> ih, hh;
  bool half = false;  // float16 weights
  bool reduce_range = false;
  Value state;  // as read, for writing back
};
/// xnnpack, mkldnn, vulkan and metal contexts: a float layer with its activation's limits.
struct FloatContext : intrusive_ptr_target {
  Tensor weight;
  std::optional<Tensor> bias;
  DimVector stride, padding, dilation, output_padding;
  int64_t groups = 1;
  bool transposed = false, is_linear = false;
  std::optional<Scalar> min, max;
  std::string attr;  // mkldnn: "none", "relu", ...
  Value state;
};

intrusive_ptr<ConvParams> conv_params(const Value&);
intrusive_ptr<LinearParams> linear_params(const Value&);
intrusive_ptr<FloatContext> float_context(const Value&);
Value conv_object(intrusive_ptr<ConvParams>);
Value linear_object(intrusive_ptr<LinearParams>);
Value context_object(const char* class_name, intrusive_ptr<FloatContext>);

}  // namespace tealight
