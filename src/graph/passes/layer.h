// Convolutions and linear layers whose weights are constants, seen as one: what folding needs.
#pragma once
#include "graph/ir.h"

namespace tealight::ir {

struct Layer {
  Node* node;
  Tensor weight;
  std::optional<Tensor> bias;
  int64_t groups = 1;
  bool transposed = false, linear = false;

  int64_t channels() const;  // of its output
  /// The layer computes y; now it computes scale · y + shift, one number of each for a channel.
  /// Calculated in double. `scale` and `shift` are float64 tensors of that length.
  void scale_output(const Tensor& scale, const Tensor& shift);

 private:
  void replace_constants();
};

/// Empty: another node, or one whose weight or bias is no constant of a floating dtype.
std::optional<Layer> constant_layer(Node*);

/// Puts a plain layer in the place of a node that runs one packed in a constant. False: it is none.
bool unpack_layer(Node*);

/// Whether everything that uses the variable, `except` for one node, looks only at its shape, dtype
/// or device.
bool only_shape_is_used(const Var*, const Node* except);

}  // namespace tealight::ir
