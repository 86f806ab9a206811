// What a layer of Keras is made of: how its torch::nn module is made of a first input, and called.
#pragma once
#include "tealight/keras.h"
#include "train/nn/in_mode.h"

namespace tealight::keras {

struct Layer::State {
  using Make = std::function<nn::AnyModule(const Tensor& input)>;
  using Call = std::function<Tensor(nn::AnyModule&, const std::vector<Tensor>&)>;

  std::string kind;  // "dense": what names are made of
  std::string name;  // empty: the model's choice
  Make make;
  Call call = {};  // where it is more than the module's forward of one tensor
  std::function<Tensor(const Tensor&)> activation = {};
  nn::AnyModule module = {};
  std::shared_ptr<const KerasTensor::Node> input = {};  // it is one, and has no module

  bool built() const { return !module.is_empty(); }
  void build(const Tensor& input) {
    if (!built()) module = make(input);
  }
  Tensor forward(const std::vector<Tensor>& inputs) {
    TL_CHECK(call || inputs.size() == 1, kind, ": takes one tensor, but ", inputs.size(),
             " are given");
    const Tensor out = call ? call(module, inputs) : module.forward(inputs[0]);
    return activation ? activation(out) : out;
  }
};

/// A place in a graph of layers; an input has no layer.
struct KerasTensor::Node {
  std::optional<Layer> layer;
  std::vector<KerasTensor> inputs;
  std::vector<int64_t> sizes;
  ScalarType dtype = kFloat;
  std::string name = {};
};

/// Zeros of these sizes, a batch of one.
Tensor example_of(const std::vector<int64_t>& sizes, ScalarType dtype);

}  // namespace tealight::keras
