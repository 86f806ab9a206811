// What every operator of a run gave, and which operators of two runs belong together.
#pragma once
#include "ops/call.h"
#include "runtime/places.h"

namespace tealight::cli {

/// The tensors that one operator gave.
struct Layer {
  std::string name;    // "aten::conv2d"
  std::string module;  // "features.0.0", when the debug records tell
  std::vector<Tensor> outputs;

  std::string shapes() const;
  bool quantized() const;  // it or what it computes with
};

/// Keeps a copy of what the operators that the model itself calls give, those without tensors left
/// out.
class LayerRecorder : public Handler {
 public:
  void call(const Overload&, std::vector<Value>& stack) override;
  std::vector<Layer> take() { return std::move(layers_); }

 private:
  std::vector<Layer> layers_;
  PlaceTable places_;
};

/// Numbers of layers that belong together; -1: the other model has none such.
struct LayerPair {
  int a = -1, b = -1;
};
/// Finds the pairs that keep both orders and agree best in the operator's name, its module and its
/// numbers: a conv2d, batch_norm and relu stand against one quantized::conv2d_relu, whose output is
/// that of the relu. In the order of the runs.
std::vector<LayerPair> align(const std::vector<Layer>& a, const std::vector<Layer>& b);

}  // namespace tealight::cli
